"""Mbanq as tests speak to it: raw calls, clients with and without gaps, and what is shown of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from harness.client import Prepared
from harness.errors import NotApplicable, NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.sandbox import Sandbox, World
from strategies.mbanq.gaps import ATTRIBUTE_OF, CORE, MISSING
from strategies.mbanq.standard import FULL, activation, identifier, person
from strategies.phones import nth_phone
from strategies.placeholders import Fresh, Serial, resolve
from suites.driver import Driver
from suites.judging import objections
from suites.mbanq.views import View, view

PROVIDER = "mbanq"
# How the note on a request begins that is about a client with gaps.
LACKING = "lacking "
# The option lists of the template for new clients.
OPTIONS = {"offices": "officeOptions", "genders": "genderOptions", "legal-forms": "clientLegalFormOptions"}
# By which words in its name a type of identifier is known; the ids are the target's own.
TYPE_WORDS: dict[str, tuple[str, ...]] = {
    "passport": ("passport",),
    "ssn": ("ssn", "social security"),
    "itin": ("itin", "individual taxpayer"),
    "driver": ("driver",),
    "other": ("any other",),
}
# What the control API is told to take an attribute away, and to give it back without a flaw.
TAKEN: dict[str, dict[str, Json]] = {
    "address": {"addresses": []},
    "identifier": {"identifiers": []},
    "email": {"email": None},
    "mobile": {"mobile": None},
}
GIVEN: dict[str, dict[str, Json]] = {
    "address": {"addresses": [{"primary": True, "physical": True, "active": True}]},
    "identifier": {"identifiers": ["Passport", "SSN", "ITIN"]},
    "email": {"email": Fresh("ada.{}@example.com"), "email_verified": True},
    "mobile": {"mobile": Serial(nth_phone, "US"), "mobile_verified": True},
}


@dataclass(frozen=True)
class Customer:
    """A client of the banking instance, in the words of the document a customer."""

    id: int
    # The flaws that it is known to have.
    gaps: list[str] = field(default_factory=list, compare=False)

    @property
    def note(self) -> str:
        """What findings say of it: what it lacks."""
        return LACKING + " and ".join(MISSING.get(gap, gap) for gap in self.gaps) if self.gaps else ""


class Mbanq(Driver):
    """One user of one banking instance at the target."""

    provider = PROVIDER

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        super().__init__(world, sandbox)
        self._listed: dict[str, list[Json]] = {}

    # --- raw calls ---------------------------------------------------------------------------------------------------

    def prepare(self, command: str | None, customer: Customer | int | str, body: Json = ..., **parts: Any) -> Prepared:
        """A command that is ready to go; None for a post that names none. `parts` are those of the client's `prepare`."""
        query = {**({"command": command} if command is not None else {}), **parts.pop("query", {})}
        sent = body if body is ... else resolve(body, Moment(self))
        return self.sandbox.client.prepare("commandClient", path=path_of(customer), query=query, json=sent, **parts)

    def command(self, command: str | None, customer: Customer | int | str, body: Json = ..., **parts: Any) -> Exchange:
        """A command with a symbolic body."""
        return self.sandbox.client.deliver(self.prepare(command, customer, body, **parts))

    def verify(self, customer: Customer | int | str, body: Json = FULL, **parts: Any) -> Exchange:
        """Verify; by FULL unless the body says otherwise."""
        exchange = self.command("verify", customer, body, **parts)
        if isinstance(customer, Customer):
            exchange.note = customer.note
        return exchange

    def activate(self, customer: Customer | int | str, body: Json = None, **parts: Any) -> Exchange:
        """Activate; today unless the body says otherwise."""
        return self.command("activate", customer, activation() if body is None else body, **parts)

    def read(self, customer: Customer | int | str, **parts: Any) -> Exchange:
        """Read the client."""
        return self.send("readClient", path=path_of(customer), **parts)

    def tell(self, customer: Customer | int | str, **parts: Any) -> Exchange:
        """Read the verification status."""
        return self.send("readVerificationStatus", path=path_of(customer), **parts)

    def create(self, payload: Json = None, **parts: Any) -> Exchange:
        """Create a client from a symbolic payload."""
        return self.send("createClient", json=resolve(person() if payload is None else payload, Moment(self)), **parts)

    def add(self, customer: Customer | int | str, payload: Json, **parts: Any) -> Exchange:
        """Add an identifier from a symbolic payload."""
        sent = resolve(payload, Moment(self))
        exchange = self.send("addIdentifier", path=path_of(customer), json=sent, **parts)
        exchange.sent = sent
        return exchange

    def identifiers(self, customer: Customer | int | str, **parts: Any) -> Exchange:
        """List the identifiers."""
        return self.send("listIdentifiers", path=path_of(customer), **parts)

    def remove(self, customer: Customer, identifier_id: int, **parts: Any) -> Exchange:
        """Remove an identifier."""
        return self.send("removeIdentifier", path={**path_of(customer), "identifierId": str(identifier_id)}, **parts)

    # --- clients -----------------------------------------------------------------------------------------------------

    def created(self, payload: Json = None) -> Customer:
        """A client as the create operation leaves it, as set-up."""
        return Customer(client_id(self.set_up(self.create(payload), "client-created")), [*CORE])

    @property
    def controlled(self) -> bool:
        """Whether clients can be made and changed to order."""
        return "status-control" in self.sandbox.capabilities

    def ready(self, *gaps: str, **wanted: Json) -> Customer:
        """A client that may be verified by PARTIAL and FULL, but for the gaps.

        No documented call records a primary address or verifies a contact (004), so such a client comes from the control API, or is
        given by the target's file: `client`, `client-lacking-address`, `client-lacking-address-and-email` and so on, each a `client_id`.
        """
        if self.controlled:
            made = self.sandbox.control.provision(**({"gaps": list(gaps)} if gaps else {}), **wanted)
            return Customer(int(made["clientId"]), [*gaps])
        if wanted:
            raise NotApplicable(f"no target without a control API can make a client whose {', '.join(wanted)} is as the test wants it")
        kind = "-and-".join(sorted(gaps))
        return Customer(int(self.sandbox.given(f"client-lacking-{kind}" if kind else "client")["client_id"]), [*gaps])

    def lacking(self, *gaps: str) -> Customer:
        """A client with these gaps; where nobody can make one to order, a new one, which lacks everything that verification asks for."""
        return self.ready(*gaps) if self.controlled else self.created()

    def patch(self, customer: Customer, **changes: Json) -> None:
        """Change what the target holds of a client, where no documented call does."""
        if not self.controlled:
            raise NotApplicable("the target has no control API, and no documented call changes this of a client")
        self.sandbox.control.call("PATCH", f"/customers/{customer.id}", resolve(changes, Moment(self)))

    def take(self, customer: Customer, *attributes: str) -> None:
        """Take core attributes away."""
        for attribute in attributes:
            self.patch(customer, **TAKEN[attribute])
        customer.gaps.extend(attributes)

    def mend(self, customer: Customer, *flaws: str) -> None:
        """Give the attributes that these flaws concern back, without a flaw."""
        for attribute in dict.fromkeys(ATTRIBUTE_OF.get(flaw, flaw) for flaw in flaws):
            self.patch(customer, **GIVEN[attribute])
            customer.gaps[:] = [gap for gap in customer.gaps if ATTRIBUTE_OF.get(gap, gap) != attribute]

    def mended(self, customer: Customer, *flaws: str) -> Customer:
        """The client with these flaws mended; where nobody can mend them, another one that is ready."""
        if not self.controlled:
            return self.ready()
        self.mend(customer, *flaws)
        return customer

    def with_identifier(self, customer: Customer, kind: str, **other: Json) -> int:
        """Add an identifier of that kind as set-up; its id."""
        exchange = self.set_up(self.add(customer, identifier(kind, **other)), "identifier-added")
        return int(body_of(exchange)["resourceId"])

    def verified(self, body: Json = FULL) -> Customer:
        """A client that was just verified, as set-up."""
        customer = self.ready()
        self.set_up(self.verify(customer, body), "done")
        shown = self.observable(self.settled(customer))
        if not shown.verified:
            raise NotCheckable(f"set-up: verify was answered with 200, and the client shows {shown}")
        return customer

    def observable(self, shown: View) -> View:
        """The view, where it says anything of verification; rules on the state of a target that shows it nowhere are not applicable."""
        if not shown.words:
            raise NotApplicable("the target shows nowhere whether a client is verified (mbanq/amb-where-to-read)")
        return shown

    def active(self) -> Customer:
        """A client that was verified and activated, as set-up."""
        customer = self.verified()
        self.set_up(self.activate(customer), "done")
        return customer

    def gated(self) -> Mbanq:
        """A client of the provider for whose instance the switch is on that ties activation to verification."""
        return self.with_settings(enforce_verification=True)

    # --- what is shown -------------------------------------------------------------------------------------------------

    def look(self, customer: Customer) -> View:
        """The client as shown now; the verification status counts where there is such a call."""
        client = self.set_up(self.read(customer), "read")
        told = self.tell(customer)
        return view(client.json, told.json if told.status == 200 else None)

    def settled(self, customer: Customer) -> View:
        """The client as shown once what may be under way is over (mbanq/amb-sync)."""
        shown = self.look(customer)
        if shown.verified:
            return shown
        self.settle()
        return self.awaited(lambda: self.look(customer), lambda shown: not shown.under_way)

    def documents(self, customer: Customer) -> dict[str, Json]:
        """What else is stored of a client: its identifiers, and its addresses where they can be listed."""
        addresses = self.send("listAddresses", path=path_of(customer))
        listed = self.set_up(self.identifiers(customer), "listed")
        return {"identifiers": listed.json, "addresses": addresses.json if addresses.status == 200 else None}

    def subject(self, exchange: Exchange) -> str:
        """The client, where it lacks something: no request tells what."""
        return f"a client {exchange.note}" if exchange.note.startswith(LACKING) else ""

    # --- judged calls --------------------------------------------------------------------------------------------------

    def passes(self, customer: Customer, body: Json = FULL) -> Exchange:
        """Verify must be carried out, and the client be Verified afterwards."""
        exchange = self.expect(self.verify(customer, body), answers=["done"])
        self.is_verified(customer, exchange)
        return exchange

    def is_verified(self, customer: Customer, *evidence: Exchange) -> View:
        """The client must be shown as Verified."""
        shown = self.observable(self.settled(customer))
        if not shown.verified or shown.denials:
            raise self.breach(f"the client should be Verified, and shows {shown}", *evidence)
        return shown

    def is_not_verified(self, customer: Customer, *evidence: Exchange) -> View:
        """The client must not be shown as Verified, also after a while."""
        shown = self.settled(customer)
        if shown.verified:
            raise self.breach(f"the client must not be Verified, and shows {shown}", *evidence)
        return shown

    def refused_for(self, *gaps: str, body: Json = FULL) -> Exchange:
        """A client with these gaps must be refused for them, stay as it was, and pass once they are closed."""
        customer = self.ready(*gaps)
        exchange = self.expect(self.verify(customer, body), answers=["refused-for-a-gap"])
        self.is_not_verified(customer, exchange)
        self.control(self.verify(self.mended(customer, *gaps), body), "done")
        return exchange

    def observes_gap(self, *gaps: str, body: Json = FULL, kind: str | None = None) -> str:
        """A client with gaps that may count or not: which, is recorded."""
        exchange = self.expect(self.verify(self.ready(*gaps), body))
        value = "refused" if exchange.status == 403 else "accepted"
        self.observe(f"{kind}: {value}" if kind else value)
        return value

    def needs(self, *capabilities: str) -> None:
        """Leave the test where the target does not claim what this part of a rule needs."""
        for capability in capabilities:
            if capability not in self.sandbox.capabilities:
                raise NotApplicable(f"the target does not claim {capability!r}")

    def taken(self, exchange: Exchange, *answers: str) -> bool:
        """Whether an answer is one of these, by name."""
        return not objections(exchange, answers=list(answers))

    # --- options ---------------------------------------------------------------------------------------------------------

    def listed(self, catalogue: str) -> list[Json]:
        """The ids of an option list, or of the types of identifiers of a kind; read once per client of the provider."""
        if catalogue not in self._listed:
            self._listed |= self._options() if catalogue in OPTIONS else self._types()
        if not self._listed[catalogue]:
            raise NotApplicable(f"the target offers no {catalogue}")
        return self._listed[catalogue]

    def _options(self) -> dict[str, list[Json]]:
        template = body_of(self.send("readClientTemplate"))
        return {name: [entry["id"] for entry in template.get(member) or []] for name, member in OPTIONS.items()}

    def _types(self) -> dict[str, list[Json]]:
        template = body_of(self.send("readIdentifierTemplate", path=path_of(self.created())))
        types = [(entry["id"], str(entry.get("name", "")).lower()) for entry in template.get("allowedDocumentTypes") or []]
        return {kind: [type_id for type_id, name in types if any(word in name for word in words)] for kind, words in TYPE_WORDS.items()}


class Moment:
    """What placeholders ask for at the moment of sending."""

    def __init__(self, mbanq: Mbanq) -> None:
        self._mbanq = mbanq

    def unique(self) -> str:
        """A token of this call."""
        return self._mbanq.world.unique()

    def today(self) -> dt.date:
        """The target's date."""
        return self._mbanq.today()

    def listed(self, catalogue: str, country: str | None) -> list[Json]:  # noqa: ARG002 - nothing here is listed per country
        """An option list of the target's."""
        return self._mbanq.listed(catalogue)

    def uploaded(self, slot: object) -> str:
        """Nothing is uploaded here."""
        raise LookupError(f"Mbanq's suite knows no uploads: {slot!r}")

    def terms(self, of: str) -> str:
        """There is no terms value."""
        raise LookupError(f"Mbanq knows no terms value: {of!r}")


def path_of(customer: Customer | int | str) -> dict[str, str]:
    """The path parameters of a call about a client."""
    return {"clientId": str(customer.id if isinstance(customer, Customer) else customer)}


def body_of(exchange: Exchange) -> dict[str, Json]:
    """The body as an object; empty where it is none."""
    return exchange.json if isinstance(exchange.json, dict) else {}


def client_id(exchange: Exchange) -> int:
    """The id in the answer to a new client."""
    body = body_of(exchange)
    return int(body["clientId"] if "clientId" in body else body["resourceId"])
