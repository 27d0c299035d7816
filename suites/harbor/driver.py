"""Harbor as tests speak to it: raw calls, and calls judged by the rule of the running test."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.client import Prepared
from harness.errors import NotApplicable, NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.sandbox import Sandbox, World
from strategies.harbor.standard import new_customer, standard_us
from strategies.placeholders import resolve
from suites.driver import Driver, Edits
from suites.harbor.mailbox import Mailbox

PROVIDER = "harbor"
CATALOGUES = {
    "occupations": "listOccupations",
    "job-titles": "listJobTitles",
    "industries": "listIndustries",
    "subdivisions": "listSubdivisions",
}
# How an onboarding gets from processing to a status, one arrow after another (000 §3).
WAYS: dict[str, tuple[str, ...]] = {
    "processing": (),
    "submitted": ("submitted",),
    "action_required": ("action_required",),
    "failed": ("failed",),
    "verified": ("submitted", "verified"),
    "rejected": ("submitted", "rejected"),
}
STATUSES = tuple(WAYS)
# Other pages call the rejection declined.
BEYOND_PROCESSING = frozenset({*STATUSES, "declined"}) - {"processing"}


@dataclass
class Customer:
    """A customer that may be onboarded. `sent` is the resolved body of its last submission, `key` the idempotency key of it."""

    id: str
    sent: Json = None
    key: str = ""
    payload: Json = field(default=None, repr=False)


class Harbor(Driver):
    """One client (application) of Harbor at the target."""

    provider = PROVIDER

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        super().__init__(world, sandbox)
        self._listed: dict[tuple[str, str | None], list[Json]] = {}

    # --- raw calls ---------------------------------------------------------------------------------------------------

    def new_key(self) -> str:
        """An idempotency key of ordinary form that no other call has used."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.world.unique()))

    def prepare(
        self, operation_id: str, customer: Customer | str, payload: Json = ..., *, key: str | None = None, **parts: Any
    ) -> tuple[Prepared, Json]:
        """A request about a customer that is ready to go, and its resolved body.

        `key`: the idempotency key; a new one where absent, and none at all where it is the empty text.
        """
        writes = operation_id != "readOnboarding"
        key = self.new_key() if key is None and writes else key
        headers = {"Accept": "application/json", **({"Idempotency-Key": key} if key else {}), **parts.pop("headers", {})}
        sent = payload if payload is ... else resolve(payload, Moment(self))
        path = {"customer_uuid": customer if isinstance(customer, str) else customer.id}
        return self.sandbox.client.prepare(operation_id, path=path, json=sent, headers=headers, **parts), sent

    def _call(self, operation_id: str, customer: Customer | str, payload: Json = ..., **parts: Any) -> Exchange:
        prepared, sent = self.prepare(operation_id, customer, payload, **parts)
        exchange = self.sandbox.client.deliver(prepared)
        exchange.sent = None if sent is ... else sent
        return exchange

    def submit(self, customer: Customer | str, payload: Json = ..., **parts: Any) -> Exchange:
        """Submit a symbolic payload; `key=` and the parts of `prepare`, `content=` for a raw body."""
        return self._call("submitOnboarding", customer, payload, **parts)

    def correct(self, customer: Customer | str, payload: Json = ..., **parts: Any) -> Exchange:
        """Correct with a symbolic payload; as `submit`."""
        return self._call("correctOnboarding", customer, payload, **parts)

    def read(self, customer: Customer | str, **parts: Any) -> Exchange:
        """Read the latest onboarding."""
        return self._call("readOnboarding", customer, **parts)

    def look_up(self, catalogue: str, country: str | None = None, **parts: Any) -> Exchange:
        """One of `CATALOGUES`, of a country where it is per country."""
        headers = {"Accept": "application/json", **parts.pop("headers", {})}
        path = {"country": country} if country is not None else {}
        return self.send(CATALOGUES[catalogue], path=path, headers=headers, **parts)

    def create(self, payload: Json, *, key: str | None = None, **parts: Any) -> Exchange:
        """Create a customer."""
        headers = {"Accept": "application/json", "Idempotency-Key": key or self.new_key()}
        return self.send("createCustomer", json=resolve(payload, Moment(self)), headers=headers, **parts)

    # --- customers -----------------------------------------------------------------------------------------------------

    def ready(self, **wanted: Json) -> Customer:
        """A customer that may be onboarded: an active individual that signed, unless `wanted` says otherwise.

        Nobody can sign by an API call (001 §1), so such a customer comes from the target's control API, or its file lists some.
        """
        if self.world.control is None:
            if wanted.keys() - {"type"}:
                raise NotApplicable(f"the target has no control API that could make a customer with {wanted}")
            return Customer(self.sandbox.given("customer", type=str(wanted.get("type", "individual")))["customer_id"])
        made = self.sandbox.control.provision(**wanted)
        return Customer(str(made["customer_id"]))

    def created(self) -> Customer:
        """A customer as the create operation leaves it."""
        exchange = self.create(new_customer())
        self.set_up(exchange, "customer-created")
        return Customer(str(exchange.data["uuid"]))

    def business(self, **wanted: Json) -> Customer:
        """A business customer that may be onboarded."""
        return self.ready(type="business", **wanted)

    def submitted(self, payload: Json = None, customer: Customer | None = None, key: str | None = None) -> Customer:
        """A customer whose submission was just taken, as set-up."""
        customer = customer or self.ready()
        customer.payload = standard_us() if payload is None else payload
        customer.key = key or self.new_key()
        exchange = self.set_up(self.submit(customer, customer.payload, key=customer.key), "accepted")
        customer.sent = exchange.sent
        return customer

    def in_status(self, status: str, payload: Json = None, customer: Customer | None = None) -> Customer:
        """A customer whose submission was led to that status along the life cycle, as set-up."""
        customer = self.submitted(payload, customer)
        for step in WAYS[status]:
            self.force(customer, step)
        return customer

    # --- judged calls --------------------------------------------------------------------------------------------------

    def accepts(self, payload: Json, *edits: Callable[[Json], Json]) -> None:
        """The payload, or each edited one, must be taken, each for a customer of its own."""
        for edit in edits or (lambda given: given,):
            exchange = self.submit(self.ready(), edit(payload))
            exchange.note = getattr(edit, "name", "")
            self.expect(exchange, answers=["accepted"])

    def refuses_submit(self, payload: Json, edits: Edits, *, names: Sequence[str] | None = None, **expected: Any) -> None:
        """Every edit must be refused for its reason, and the unedited control must then be taken for the same customer."""
        named = both(*names) if names else None
        self.refuses(partial(self.submit, self.ready()), payload, edits, accepted="accepted", names=named, **expected)

    def refuses_correct(self, payload: Json, edits: Edits, *, names: Sequence[str] | None = None, **expected: Any) -> None:
        """As `refuses_submit`, for a correction that is asked for."""
        named = both(*names) if names else None
        customer = self.in_status("action_required")
        self.refuses(partial(self.correct, customer), payload, edits, accepted="accepted", names=named, **expected)

    def observes_submit(self, payload: Json, edits: Edits, *, kind: str | None = None, names: Sequence[str] | None = None) -> None:
        """Each edit, for a customer of its own, must get an answer of the fair set; which one is recorded."""
        named = both(*names) if names else None
        self.observes(lambda body: self.submit(self.ready(), body), payload, edits, kind=kind, names=named)

    # --- statuses and time ----------------------------------------------------------------------------------------------

    def onboarding(self, customer: Customer | str) -> dict[str, Json]:
        """The latest onboarding as set-up: a failure to read is no breach of the running rule."""
        return self.set_up(self.read(customer), "read").data

    def status_of(self, customer: Customer | str) -> str:
        """The status of the latest onboarding."""
        return str(self.onboarding(customer)["status"])

    def force(self, customer: Customer, status: str, **more: Json) -> None:
        """Put the onboarding into a status along the life cycle."""
        self.sandbox.control.call("POST", f"/customers/{customer.id}/status", {"status": status, **more})

    def history(self, customer: Customer) -> list[list[str]]:
        """The statuses that each onboarding of the customer went through, by the target's own account."""
        known = self.sandbox.control.customer(customer.id)
        return [[str(step["status"]) for step in each["history"]] for each in known["onboardings"]]

    def wait_for_status(self, customer: Customer, statuses: Collection[str] = BEYOND_PROCESSING) -> str:
        """The status once it is one of these, or the last one seen when the target's time is over."""
        self.settle()
        return self.awaited(lambda: self.status_of(customer), lambda status: status in statuses)

    @property
    def inbox(self) -> Mailbox:
        """The webhooks of a listening client."""
        if self.sandbox.box is None:
            raise NotCheckable("this client has no webhook address")
        return Mailbox(self.sandbox.box)

    def needs(self, *capabilities: str) -> None:
        """Leave the test where the target does not claim what this member of a family needs."""
        for capability in capabilities:
            if capability not in self.sandbox.capabilities:
                raise NotApplicable(f"the target does not claim {capability!r}")

    # --- look-ups ----------------------------------------------------------------------------------------------------------

    def listed(self, catalogue: str, country: str | None = None) -> list[Json]:
        """The codes or slugs of a look-up, read once per client."""
        key = (catalogue, country)
        if key not in self._listed:
            exchange = self.look_up(catalogue, country)
            self._listed[key] = entries_of(exchange)
            if not self._listed[key]:
                raise NotCheckable(f"set-up: the {catalogue} look-up gave nothing to pick from: {exchange.status} {exchange.text[:200]}")
        return self._listed[key]


class Moment:
    """What placeholders ask for at the moment of sending."""

    def __init__(self, harbor: Harbor) -> None:
        self._harbor = harbor

    def unique(self) -> str:
        """A token of this call."""
        return self._harbor.world.unique()

    def today(self) -> dt.date:
        """The target's date."""
        return self._harbor.today()

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        """A look-up of the target's."""
        return self._harbor.listed(catalogue, country)

    def uploaded(self, slot: object) -> str:
        """Harbor takes files inside the submission."""
        raise LookupError(f"Harbor knows no uploads: {slot!r}")

    def terms(self, of: str) -> str:
        """Harbor has no terms value."""
        raise LookupError(f"Harbor knows no terms value: {of!r}")


def both(*fields: str) -> list[str]:
    """The names under which a refusal may name fields of a person: with and without the section in front (000 §6 shows neither)."""
    bare = [field.removeprefix("individual.") for field in fields]
    return [name for field in bare for name in ((f"individual.{field}", field) if field != "individual" else (field,))]


def entries_of(exchange: Exchange) -> list[Json]:
    """The codes or slugs of a list, bare or under `data`, as texts or objects (the documents show no shape)."""
    body = exchange.json
    listed = body.get("data") if isinstance(body, dict) else body
    if exchange.status != 200 or not isinstance(listed, list):
        return []
    return [entry.get("code", entry.get("value")) if isinstance(entry, dict) else entry for entry in listed]
