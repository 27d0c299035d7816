"""Fin.com as tests speak to it: raw calls, and calls judged by the rule of the running test."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness import trial
from harness.client import Prepared
from harness.errors import NotCheckable, Undecided
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.sandbox import Sandbox, World
from strategies.edits import Edit
from strategies.files import SampleFile, sample
from strategies.fincom.standard import standard_customer
from strategies.placeholders import Upload, resolve, uploads_in
from suites.fincom.mailbox import Mailbox
from suites.judging import objections, observed_as, refuse

PROVIDER = "fincom"
CATALOGUES = {"occupations": "listOccupations", "purposes": "listPurposes", "source_of_funds": "listSourceOfFunds"}
# Long enough for every queued step and webhook of an honest provider, short enough that no document expires (seconds).
ENOUGH_FOR_PROCESSING = 60.0

Edits = Edit | Sequence[Edit]


@dataclass
class Customer:
    """A customer that the target accepted. `sent` is the resolved create payload."""

    id: str
    terms_value: str
    tos_policies_url: str
    sent: Json
    uris: dict[Upload, str] = field(default_factory=dict)

    @property
    def country(self) -> str:
        """Alpha-3 code of the country of residence."""
        return str(self.sent["basic_info"]["country_of_residence"])


class Fincom:
    """One client of Fin.com at the target."""

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        self.world = world
        self.sandbox = sandbox
        self._catalogues: dict[tuple[str, str | None, str], list[Json]] = {}
        self._others: dict[str, Fincom] = {}

    # --- raw calls -------------------------------------------------------------------------------------------------

    def send(self, operation_id: str, **parts: Any) -> Exchange:
        """Any operation; see `harness.client.Client.prepare` for the parts."""
        return self.sandbox.client.send(operation_id, **parts)

    def create(self, payload: Json, **parts: Any) -> Exchange:
        """Create an individual customer from a symbolic payload."""
        sent = resolve(payload, _Moment(self))
        exchange = self.send("createIndividualV2", json=sent, **parts)
        exchange.sent = sent
        return exchange

    def prepare_create(self, payload: Json, **parts: Any) -> Prepared:
        """A create request that is ready to go."""
        return self.sandbox.client.prepare("createIndividualV2", json=resolve(payload, _Moment(self)), **parts)

    def upload(self, customer_id: str | None, files: Sequence[tuple[str, SampleFile]], **parts: Any) -> Exchange:
        """Upload files, each under the form name given with it."""
        form = {"customer_id": customer_id} if customer_id is not None else {}
        listed = [(name, (file.name, file.content, file.content_type)) for name, file in files]
        return self.send("uploadCustomerFiles", files=listed, form=form, **parts)

    def prepare_attach(self, customer: Customer, body: Json, **parts: Any) -> Prepared:
        """An attach request that is ready to go, its files uploaded."""
        self.upload_for(customer, body)
        sent = resolve(body, _Moment(self, customer))
        return self.sandbox.client.prepare("attachIndividualV2", path={"customer_id": customer.id}, json=sent, **parts)

    def attach(self, customer: Customer, body: Json, **parts: Any) -> Exchange:
        """Attach documents from a symbolic body, uploading its files first."""
        return self.sandbox.client.deliver(self.prepare_attach(customer, body, **parts))

    def read(self, customer_id: str) -> Exchange:
        """Read a customer back."""
        return self.send("readCustomerV2", path={"customer_id": customer_id})

    def list_customers(self, **query: Any) -> Exchange:
        """List customers of a type."""
        return self.send("listCustomersV2", query=query)

    def look_up(self, catalogue: str, *, country: str | None = None, type: str = "INDIVIDUAL", **query: Any) -> Exchange:  # noqa: A002
        """One page of a catalogue: `occupations`, `purposes`, `source_of_funds` or `subdivisions` (of a country)."""
        if catalogue == "subdivisions":
            return self.send("listSubdivisions", path={"country": str(country)}, query=query)
        typed = {"type": type} if catalogue != "occupations" else {}
        return self.send(CATALOGUES[catalogue], query={**typed, **query})

    def token(self, client_id: str | None = None, client_secret: str | None = None) -> Exchange:
        """Exchange client credentials for a token; this client's own where none are given."""
        own = self.sandbox.credentials
        body = {"client_id": client_id or own.client_id, "client_secret": client_secret or own.client_secret}
        return self.send("issueToken", json=body, auth=False)

    # --- judged calls ----------------------------------------------------------------------------------------------

    def expect(
        self,
        exchange: Exchange,
        *,
        answers: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        near: bool | None = None,
    ) -> Exchange:
        """The exchange, if it is one of the answers that keep the rule; else a `Nonconformance`."""
        reasons = objections(exchange, answers=answers, names=names, near=near)
        if reasons:
            raise refuse(exchange, reasons, answers=answers, names=names)
        return exchange

    def accepts_create(self, payload: Json) -> Customer:
        """The payload must be taken."""
        return self._customer(self.expect(self.create(payload), answers=["created"]))

    def refuses_create(
        self,
        payload: Json,
        edits: Edits,
        *,
        names: Sequence[str] | None = None,
        near: bool | None = None,
        answers: Sequence[str] | None = None,
    ) -> None:
        """Every edit must be refused for its reason, and the unedited control must be taken."""
        for edit in _each(edits):
            exchange = self.create(edit(payload))
            exchange.note = edit.name
            self.expect(exchange, answers=answers, names=names, near=near)
        self._control(self.create(payload), "created")

    def observes_create(self, payload: Json, edits: Edits, *, kind: str | None = None, names: Sequence[str] | None = None) -> None:
        """Each edit must get an answer of the fair set; which one is recorded under the ambiguity of the running test."""
        for edit in _each(edits):
            exchange = self.create(edit(payload))
            exchange.note = edit.name
            self._observe(self.expect(exchange, names=names), kind)

    def accepts_attach(self, customer: Customer, body: Json) -> Exchange:
        """The body must be taken and queued."""
        return self.expect(self.attach(customer, body), answers=["attached"])

    def refuses_attach(
        self,
        customer: Customer,
        body: Json,
        edits: Edits,
        *,
        names: Sequence[str] | None = None,
        near: bool | None = None,
        answers: Sequence[str] | None = None,
    ) -> None:
        """Every edit must be refused for its reason, and the unedited control must then be taken."""
        for edit in _each(edits):
            exchange = self.attach(customer, edit(body))
            exchange.note = edit.name
            self.expect(exchange, answers=answers, names=names, near=near)
        self._control(self.attach(customer, body), "attached")

    def observes_attach(
        self, customer: Customer, body: Json, edit: Edit, *, kind: str | None = None, names: Sequence[str] | None = None
    ) -> Exchange:
        """The edit must get an answer of the fair set; which one is recorded."""
        exchange = self.attach(customer, edit(body))
        exchange.note = edit.name
        self._observe(self.expect(exchange, names=names), kind)
        return exchange

    def _observe(self, exchange: Exchange, kind: str | None) -> None:
        value = observed_as(exchange)
        self.observe(f"{kind}: {value}" if kind else value)

    def observe(self, value: str, ambiguity: str | None = None) -> None:
        """Record what the target was seen to do, under the running rule or another ambiguity."""
        trial.observe(ambiguity or trial.current().rule.id, value)

    def breach(self, message: str, *exchanges: Exchange) -> AssertionError:
        """A breach in the test's own words."""
        return refuse(exchanges[-1] if exchanges else None, [message])

    def _control(self, exchange: Exchange, answer: str) -> None:
        exchange.note = "control: the same request without the edit"
        reasons = objections(exchange, answers=[answer])
        if reasons:
            raise NotCheckable(
                f"the control request, valid and unedited, was refused too, so the refusals prove nothing: {exchange.status} {exchange.text[:300]}"
            )

    # --- customers and their files ------------------------------------------------------------------------------------

    def new_customer(self, payload: Json = None) -> Customer:
        """A customer as set-up: failing here is no breach of the running rule."""
        exchange = self.create(standard_customer() if payload is None else payload)
        self._set_up(exchange, "created")
        return self._customer(exchange)

    def attached_customer(self, body: Json, payload: Json = None) -> Customer:
        """A customer with documents attached and queued, as set-up."""
        customer = self.new_customer(payload)
        self._set_up(self.attach(customer, body), "attached")
        return customer

    def _set_up(self, exchange: Exchange, answer: str) -> None:
        reasons = objections(exchange, answers=[answer])
        if reasons:
            raise NotCheckable(f"set-up: {exchange.operation} answered {exchange.status} {exchange.text[:300]}: {'; '.join(reasons)}")

    def _customer(self, exchange: Exchange) -> Customer:
        url = str(exchange.data.get("tos_policies_url", ""))
        return Customer(str(exchange.data["customer_id"]), terms_value(url), url, exchange.sent)

    def upload_for(self, customer: Customer, body: Json) -> None:
        """Upload the files that the body speaks of and this customer has not uploaded yet."""
        slots = [slot for slot in uploads_in(body) if slot not in customer.uris]
        for owner, holder in (("self", self), ("neighbour", self), ("stranger", self.other("second"))):
            wanted = [slot for slot in slots if slot.owner == owner] if any(slot.owner == owner for slot in slots) else []
            if wanted:
                owned_by = customer.id if owner == "self" else holder.new_customer().id
                customer.uris.update(holder.upload_slots(owned_by, wanted))

    def upload_slots(self, customer_id: str, slots: Sequence[Upload]) -> dict[Upload, str]:
        """Upload one file per slot in one call; a failure is no breach of the running rule."""
        files = [(f"file{index}", sample(slot.kind, index)) for index, slot in enumerate(slots)]
        exchange = self.upload(customer_id, files)
        self._set_up(exchange, "uploaded")
        answered = {name: uri for entry in exchange.data["files"] for name, uri in entry.items()}
        missing = [name for name, _ in files if name not in answered]
        if missing:
            raise NotCheckable(f"set-up: the upload answered no URI for {', '.join(missing)}: {exchange.text[:300]}")
        return {slot: str(answered[name]) for slot, (name, _) in zip(slots, files, strict=True)}

    # --- statuses and time ----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything queued happen, where the clock can be moved; elsewhere `wait_for_status` polls."""
        if "clock" in self.sandbox.capabilities:
            self.sandbox.advance(ENOUGH_FOR_PROCESSING)

    def status_of(self, customer: Customer) -> str:
        """The customer's status by the read operation."""
        exchange = self.read(customer.id)
        self._set_up(exchange, "read")
        return str(exchange.data["customer_status"])

    def wait_for_status(self, customer: Customer, statuses: Collection[str]) -> str:
        """The status once it is one of these, or the last one seen when the target's time to settle is over."""
        self.settle()
        until = time.monotonic() + (0 if "clock" in self.sandbox.capabilities else self.world.target.limits.poll_seconds)
        pause = 0.2
        while (status := self.status_of(customer)) not in statuses and time.monotonic() < until:
            time.sleep(pause)
            pause = min(pause * 1.5, 5.0)
        return status

    def in_status(self, status: str) -> Customer:
        """A customer that the target provisioned in that status."""
        made = self.sandbox.control.provision(status=status)
        url = str(made["tos_policies_url"])
        # Provisioned by the target: what was sent is not known, its country is read back.
        country = self.read(made["customer_id"]).data.get("country_of_residence")
        return Customer(str(made["customer_id"]), terms_value(url), url, {"basic_info": {"country_of_residence": country}})

    def force(self, customer: Customer, status: str, reason: str | None = None) -> None:
        """Put the customer into a status along the allowed pairs."""
        self.sandbox.control.force_status(customer.id, status, reason)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """The asynchronous attach step stays open inside."""
        self.sandbox.control.hold("attach")
        try:
            yield
        finally:
            self.sandbox.control.release("attach")

    def today(self) -> dt.date:
        """The target's own date in UTC."""
        return self.sandbox.now().date()

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        """Move the target's clock."""
        self.sandbox.advance(seconds + days * 86_400)

    def together(self, prepared: Sequence[Prepared]) -> list[Exchange]:
        """Release several prepared requests at the same instant, each on a connection of its own."""
        outcomes = self.sandbox.client.release_together(prepared)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome if isinstance(outcome, Undecided) else NotCheckable(f"a parallel call failed: {outcome!r}")
        return [outcome for outcome in outcomes if isinstance(outcome, Exchange)]

    # --- other clients ----------------------------------------------------------------------------------------------------

    def with_settings(self, **settings: Json) -> Fincom:
        """A client of its own whose settings differ, such as `reliance=True`; made once and shared."""
        role = "-".join(sorted(key.replace("_", "-") for key in settings))
        if role not in self._others:
            self._others[role] = self._another(role, settings=settings)
        return self._others[role]

    def second(self) -> Fincom:
        """Another client of the provider, made once and shared."""
        return self.other("second")

    def other(self, role: str) -> Fincom:
        """The client in that role, made when first asked for."""
        if role not in self._others:
            self._others[role] = self._another(role)
        return self._others[role]

    def fresh(self, **settings: Json) -> Fincom:
        """A client of its own that nobody shares, for instance to move its clock far."""
        return self._another("fresh", settings=settings)

    def listening(self, **settings: Json) -> Fincom:
        """A client of its own whose webhooks arrive at `.inbox`."""
        return self._another("listening", settings=settings, webhook=True)

    def _another(self, role: str, *, settings: dict[str, Json] | None = None, webhook: bool = False) -> Fincom:
        return Fincom(self.world, self.world.client(PROVIDER, role=role, settings=settings, webhook=webhook))

    @property
    def inbox(self) -> Mailbox:
        """The webhooks of a listening client."""
        if self.sandbox.box is None:
            raise NotCheckable("this client has no webhook address")
        return Mailbox(self.sandbox.box)

    @property
    def webhook_secret(self) -> str:
        """The secret that signs this client's webhooks."""
        return self.sandbox.webhook_secret

    # --- catalogues ---------------------------------------------------------------------------------------------------------

    def listed(self, catalogue: str, country: str | None = None) -> list[Json]:
        """The ids (or subdivision codes) of a catalogue, read once per client."""
        business = catalogue.startswith("business_")
        key = (catalogue.removeprefix("business_"), country, "BUSINESS" if business else "INDIVIDUAL")
        if key not in self._catalogues:
            self._catalogues[key] = self._walk(*key)
        if business:
            ours = self.listed(key[0], country)
            return [entry for entry in self._catalogues[key] if entry not in ours]
        return self._catalogues[key]

    def _walk(self, catalogue: str, country: str | None, kind: str) -> list[Json]:
        entry_key = "code" if catalogue == "subdivisions" else "id"
        exchange = self.look_up(catalogue, country=country, type=kind)
        entries = list(exchange.data.get(catalogue, []))
        pages = exchange.data.get("pagination", {}).get("total_page", 1) if exchange.status == 200 else 0
        for page in range(2, int(pages) + 1):
            entries += self.look_up(catalogue, country=country, type=kind, current_page=page).data.get(catalogue, [])
        listed = [entry[entry_key] for entry in entries if isinstance(entry, dict) and entry_key in entry]
        if not listed:
            raise NotCheckable(f"set-up: the {catalogue} look-up gave nothing to pick from: {exchange.status} {exchange.text[:200]}")
        return listed


class _Moment:
    """What placeholders ask for at the moment of sending."""

    def __init__(self, fincom: Fincom, customer: Customer | None = None) -> None:
        self._fincom = fincom
        self._customer = customer

    def unique(self) -> str:
        return self._fincom.world.unique()

    def today(self) -> dt.date:
        return self._fincom.today()

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        return self._fincom.listed(catalogue, country)

    def uploaded(self, slot: Upload) -> str:
        if self._customer is None:
            raise LookupError("an Upload belongs into an attach body")
        return self._customer.uris[slot]

    def terms(self, of: str) -> str:
        if self._customer is None:
            raise LookupError("Terms belong into an attach body")
        return self._customer.terms_value if of == "own" else self._fincom.new_customer().terms_value


def _each(edits: Edits) -> Sequence[Edit]:
    return (edits,) if isinstance(edits, Edit) else edits


_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")


def terms_value(url: str) -> str:
    """The terms value: the query parameter of its name, else the only other UUID-like parameter, else the bare UUID."""
    query = parse_qs(urlsplit(url).query)
    if "tos_policies_value" in query:
        return query["tos_policies_value"][0]
    others = [values[0] for key, values in query.items() if key != "customer_id" and _UUID.fullmatch(values[0])]
    return others[0] if len(others) == 1 else url if _UUID.fullmatch(url) else ""


Call = Callable[[], Exchange]
