"""Fin.com as tests speak to it: raw calls, and calls judged by the rule of the running test."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from hypothesis.strategies import SearchStrategy

from harness.client import Prepared
from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.sandbox import Sandbox, World
from strategies.files import SampleFile, sample
from strategies.fincom.attachments import applications
from strategies.fincom.customers import customers
from strategies.fincom.standard import standard_customer, standard_documents
from strategies.placeholders import Upload, resolve, uploads_in
from suites.driver import Driver, Edits
from suites.fincom.mailbox import Mailbox

PROVIDER = "fincom"
CATALOGUES = {"occupations": "listOccupations", "purposes": "listPurposes", "source_of_funds": "listSourceOfFunds"}


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


class Fincom(Driver):
    """One client of Fin.com at the target, speaking V2."""

    provider = PROVIDER
    create_operation: ClassVar[str] = "createIndividualV2"
    attach_operation: ClassVar[str] = "attachIndividualV2"
    read_operation: ClassVar[str] = "readCustomerV2"
    provisioned_with: ClassVar[dict[str, Json]] = {}
    # The answer to an attach that is taken.
    attached_answer: ClassVar[str] = "queued"
    # What no reading of the guide lets an attach do without.
    demanded: ClassVar[str] = "address_documents"
    # Statuses that other versions have and this one does not.
    unknown_statuses: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        super().__init__(world, sandbox)
        self._catalogues: dict[tuple[str, str | None, str], list[Json]] = {}

    # --- raw calls ---------------------------------------------------------------------------------------------------

    def create(self, payload: Json, **parts: Any) -> Exchange:
        """Create an individual customer from a symbolic payload."""
        sent = self.resolved(payload)
        exchange = self.send(self.create_operation, json=sent, **parts)
        exchange.sent = sent
        return exchange

    def resolved(self, payload: Json) -> Json:
        """A symbolic create payload as it would be sent now."""
        return resolve(payload, _Moment(self))

    def prepare_create(self, payload: Json, **parts: Any) -> Prepared:
        """A create request that is ready to go."""
        return self.sandbox.client.prepare(self.create_operation, json=self.resolved(payload), **parts)

    def upload(self, customer_id: str | None, files: Sequence[tuple[str, SampleFile]], **parts: Any) -> Exchange:
        """Upload files, each under the form name given with it."""
        form = {"customer_id": customer_id} if customer_id is not None else {}
        listed = [(name, (file.name, file.content, file.content_type)) for name, file in files]
        return self.send("uploadCustomerFiles", files=listed, form=form, **parts)

    def prepare_attach(self, customer: Customer, body: Json, **parts: Any) -> Prepared:
        """An attach request that is ready to go, its files uploaded."""
        self.upload_for(customer, body)
        sent = resolve(body, _Moment(self, customer))
        # V1 has no such path parameter, and leaves it out.
        return self.sandbox.client.prepare(self.attach_operation, path={"customer_id": customer.id}, json=sent, **parts)

    def attach(self, customer: Customer, body: Json, **parts: Any) -> Exchange:
        """Attach documents from a symbolic body, uploading its files first."""
        return self.sandbox.client.deliver(self.prepare_attach(customer, body, **parts))

    def read(self, customer_id: str) -> Exchange:
        """Read a customer back."""
        return self.send(self.read_operation, path={"customer_id": customer_id})

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

    # --- judged calls --------------------------------------------------------------------------------------------------

    def accepts_create(self, payload: Json) -> Customer:
        """The payload must be taken."""
        return self._customer(self.expect(self.create(payload), answers=["created"]))

    def refuses_create(self, payload: Json, edits: Edits, **expected: Any) -> None:
        """Every edit must be refused for its reason (see `Driver.refuses`), and the unedited control must be taken."""
        self.refuses(self.create, payload, edits, accepted="created", **expected)

    def observes_create(self, payload: Json, edits: Edits, *, kind: str | None = None, names: Sequence[str] | None = None) -> None:
        """Each edit must get an answer of the fair set; which one is recorded."""
        self.observes(self.create, payload, edits, kind=kind, names=names)

    def accepts_attach(self, customer: Customer, body: Json) -> Exchange:
        """The body must be taken and queued."""
        return self.expect(self.attach(customer, body), answers=[self.attached_answer])

    def refuses_attach(self, customer: Customer, body: Json, edits: Edits, **expected: Any) -> None:
        """Every edit must be refused for its reason (see `Driver.refuses`), and the unedited control must then be taken."""
        self.refuses(partial(self.attach, customer), body, edits, accepted=self.attached_answer, **expected)

    def observes_attach(
        self, customer: Customer, body: Json, edits: Edits, *, kind: str | None = None, names: Sequence[str] | None = None
    ) -> Exchange:
        """Each edit must get an answer of the fair set; which one is recorded."""
        return self.observes(partial(self.attach, customer), body, edits, kind=kind, names=names)

    # --- customers and their files ------------------------------------------------------------------------------------

    def new_customer(self, payload: Json = None) -> Customer:
        """A customer as set-up: failing here is no breach of the running rule."""
        exchange = self.create(self.standard_customer() if payload is None else payload)
        self.set_up(exchange, "created")
        return self._customer(exchange)

    # What this version is sent, for tests that hold in both.

    def standard_customer(self) -> Json:
        """A small, unobjectionable create body."""
        return standard_customer()

    def standard_documents(self, *, batch: str = "first") -> Json:
        """A small, unobjectionable attach body for a customer of the USA; another batch has files of its own."""
        return standard_documents(batch=batch)

    def customers(self) -> SearchStrategy[Json]:
        """Unobjectionable create bodies."""
        return customers()

    def applications(self) -> SearchStrategy[Any]:
        """Unobjectionable customers with the documents that fit them, as `customer` and `documents`."""
        return applications()

    def attached_customer(self, body: Json, payload: Json = None) -> Customer:
        """A customer with documents attached and queued, as set-up."""
        customer = self.new_customer(payload)
        self.set_up(self.attach(customer, body), self.attached_answer)
        return customer

    def _customer(self, exchange: Exchange) -> Customer:
        url = str(exchange.data.get("tos_policies_url", ""))
        return Customer(str(exchange.data["customer_id"]), terms_value(url), url, exchange.sent)

    def upload_for(self, customer: Customer, body: Json) -> None:
        """Upload the files that the body speaks of and this customer has not uploaded yet."""
        for owner in dict.fromkeys(slot.owner for slot in uploads_in(body)):
            wanted = [slot for slot in uploads_in(body) if slot.owner == owner and slot not in customer.uris]
            holder = self.second() if owner == "stranger" else self
            if wanted:
                owned_by = customer.id if owner == "self" else holder.new_customer().id
                customer.uris.update(holder.upload_slots(owned_by, wanted))

    def upload_slots(self, customer_id: str, slots: Sequence[Upload]) -> dict[Upload, str]:
        """Upload one file per slot in one call; a failure is no breach of the running rule."""
        files = [(f"file{index}", sample(slot.kind, index)) for index, slot in enumerate(slots)]
        exchange = self.upload(customer_id, files)
        self.set_up(exchange, "uploaded")
        answered = {name: uri for entry in exchange.data["files"] for name, uri in entry.items()}
        missing = [name for name, _ in files if name not in answered]
        if missing:
            raise NotCheckable(f"set-up: the upload answered no URI for {', '.join(missing)}: {exchange.text[:300]}")
        return {slot: str(answered[name]) for slot, (name, _) in zip(slots, files, strict=True)}

    # --- statuses and time ----------------------------------------------------------------------------------------------

    def status_of(self, customer: Customer) -> str:
        """The customer's status by the read operation."""
        exchange = self.read(customer.id)
        self.set_up(exchange, "read")
        return str(exchange.data["customer_status"])

    def wait_for_status(self, customer: Customer, statuses: Collection[str]) -> str:
        """The status once it is one of these, or the last one seen when the target's time to settle is over."""
        self.settle()
        return self.awaited(lambda: self.status_of(customer), lambda status: status in statuses)

    def knows(self, status: str) -> bool:
        """Whether this version has that status."""
        return status not in self.unknown_statuses

    def in_status(self, status: str) -> Customer:
        """A customer that the target provisioned in that status."""
        made = self.sandbox.control.provision(status=status, **self.provisioned_with)
        url = str(made["tos_policies_url"])
        # Provisioned by the target: what was sent is not known, its country is read back.
        country = self.read(made["customer_id"]).data.get("country_of_residence")
        return Customer(str(made["customer_id"]), terms_value(url), url, {"basic_info": {"country_of_residence": country}})

    def force(self, customer: Customer, status: str, reason: str | None = None) -> None:
        """Put the customer into a status along the allowed pairs."""
        self.sandbox.control.force_status(customer.id, status, reason)

    def hold(self) -> AbstractContextManager[None]:
        """The asynchronous attach step stays open inside."""
        return self.held("attach")

    @property
    def inbox(self) -> Mailbox:
        """The webhooks of a listening client."""
        if self.sandbox.box is None:
            raise NotCheckable("this client has no webhook address")
        # Where the clock is moved, everything due has been delivered by then; elsewhere it is on its way.
        patience = 0.5 if "clock" in self.sandbox.capabilities else self.world.target.limits.poll_seconds
        return Mailbox(self.sandbox.box, patience=patience)

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

    def customer_id(self) -> str:
        if self._customer is None:
            raise LookupError("a CustomerId belongs into an attach body")
        return self._customer.id


_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")


def terms_value(url: str) -> str:
    """The terms value: the query parameter of its name, else the only other UUID-like parameter, else the bare UUID."""
    query = parse_qs(urlsplit(url).query)
    if "tos_policies_value" in query:
        return query["tos_policies_value"][0]
    others = [values[0] for key, values in query.items() if key != "customer_id" and _UUID.fullmatch(values[0])]
    return others[0] if len(others) == 1 else url if _UUID.fullmatch(url) else ""
