"""What the control API can do with clients of Mbanq: provision one that is ready but for its gaps, look into it, change it.

No published call sets an address or verifies a contact: here they are set.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args

import msgspec

from mockserver.clock import iso
from mockserver.control.refusal import Refusal, read_as, unknown
from mockserver.mbanq import addresses, catalogue, clients, identifiers
from mockserver.mbanq.lifecycle import move
from mockserver.mbanq.model import Address, Client, Demand, Identifier, IdentifierStatus, KycType, Profile, Status
from mockserver.mbanq.verification import approve, missing
from mockserver.tenants import Tenant

Answer = tuple[int, Any]
Handler = Callable[[Tenant, dict[str, str], Any], Answer]
Gap = Literal[
    "address",
    "address-primary",
    "address-physical",
    "address-active",
    "identifier",
    "identifier-expired",
    "identifier-inactive",
    "email",
    "email-verified",
    "mobile",
    "mobile-verified",
    "ssn",
    "full-identity",
    "proof-of-address",
]
ADDRESS_GAPS = frozenset({"address", "address-primary", "address-physical", "address-active"})
IDENTIFIER_GAPS = frozenset({"identifier", "identifier-expired", "identifier-inactive", "ssn", "full-identity"})
TYPES = {kind.name: number for number, kind in catalogue.IDENTIFIER_TYPES.items()}
PASSPORT, SSN, OTHER = "Passport", "SSN", "Any Other Id Type"


class AddressWish(msgspec.Struct, forbid_unknown_fields=True):
    """An address that is to be there."""

    primary: bool = True
    physical: bool = True
    active: bool = True


class IdentifierWish(msgspec.Struct, forbid_unknown_fields=True):
    """A document that is to be there; without a key it gets one that no other has."""

    type: str
    status: IdentifierStatus = "Active"
    expired: bool = False
    key: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,50}$")] | None = None


class Provision(msgspec.Struct, forbid_unknown_fields=True):
    """A client that is ready to be verified, but for its gaps; lists that are given stand in place of what is usual."""

    gaps: list[Gap] = []
    identifiers: list[str | IdentifierWish] | None = None
    addresses: list[AddressWish] | None = None
    status: Status = "Pending"
    verified: bool = False


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a client; what is not given stays, null takes an e-mail address or a number away.

    `gaps` comes first: it makes the client ready for verification but for these.
    """

    email: str | msgspec.UnsetType | None = msgspec.UNSET
    mobile: str | msgspec.UnsetType | None = msgspec.UNSET
    email_verified: bool | None = None
    mobile_verified: bool | None = None
    proof_of_address: bool | None = None
    addresses: list[AddressWish] | None = None
    identifiers: list[str | IdentifierWish] | None = None
    gaps: list[Gap] | None = None
    add_identifiers: list[str | IdentifierWish] = []
    status: Status | None = None
    verified: bool | None = None


def provision(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Make a client; answers 201."""
    wanted = read_as(Provision, body)
    gaps = _gaps(wanted.gaps, wanted.addresses, wanted.identifiers)
    named = None if wanted.identifiers is None else _documents(tenant, wanted.identifiers)
    client = clients.register(tenant, ready_made(tenant.clock.today()), None, "1", None)
    _shape(tenant, client, gaps)
    client.addresses = client.addresses if wanted.addresses is None else _places(tenant, wanted.addresses)
    client.identifiers = client.identifiers if named is None else named
    if wanted.verified:
        approve(tenant, client, "FULL")
    move(tenant, client, wanted.status)
    return 201, summary(tenant, client)


def list_all(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """List all clients in short."""
    return 200, [summary(tenant, client) for client in tenant.data.clients.values()]


def look(tenant: Tenant, names: dict[str, str], _: Any) -> Answer:
    """Tell everything that the server knows of a client."""
    client = _client(tenant, names)
    history = [{"status": status, "at": iso(at)} for status, at in client.history]
    places = [addresses.shown(client, each) for each in client.addresses]
    documents = [identifiers.shown(client, each) for each in client.identifiers]
    known = {
        "history": history,
        "addresses": places,
        "identifiers": documents,
        "manual_review": client.manual_review,
        "added": client.added,
    }
    return 200, {**summary(tenant, client), **known, "shown": clients.shown(client)}


def change(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Change a client, past every rule of the provider."""
    client, wanted = _client(tenant, names), read_as(Change, body)
    documents = None if wanted.identifiers is None else _documents(tenant, wanted.identifiers)
    more = _documents(tenant, wanted.add_identifiers)
    if wanted.gaps is not None:
        _shape(tenant, client, _gaps(wanted.gaps, wanted.addresses, wanted.identifiers))
        client.added += ["email", "mobile", "address", "identifier"]
    _change_contacts(client, wanted)
    if wanted.addresses is not None:
        client.addresses = _places(tenant, wanted.addresses)
        client.added.append("address")
    if documents is not None or more:
        client.identifiers = (client.identifiers if documents is None else documents) + more
        client.added.append("identifier")
    _force(tenant, client, wanted)
    return 200, summary(tenant, client)


def _change_contacts(client: Client, wanted: Change) -> None:
    for name in ("email", "mobile"):
        value, flag = getattr(wanted, name), getattr(wanted, f"{name}_verified")
        if value is not msgspec.UNSET:
            setattr(client, name, value)
        if flag is not None:
            setattr(client, f"{name}_verified", flag)
        if value is not msgspec.UNSET or flag is not None:
            client.added.append(name)
    if wanted.proof_of_address is not None:
        client.proof_of_address = wanted.proof_of_address


def _force(tenant: Tenant, client: Client, wanted: Change) -> None:
    if wanted.verified is True and not client.verified:
        approve(tenant, client, "FULL")
    elif wanted.verified is False:
        client.verified, client.kyc_type = False, None
    if wanted.status is not None:
        move(tenant, client, wanted.status)


def summary(tenant: Tenant, client: Client) -> dict[str, Any]:
    """Return a client in short, with what keeps it from passing each type of verification."""
    today = tenant.clock.today()
    demands: Demand = tenant.settings.full_demands or "any"
    gaps = {kind: [reason.code for reason in missing(client, kind, today, demands)] for kind in get_args(KycType)}
    return {
        "clientId": client.id,
        "status": client.status,
        "verified": client.verified,
        "kyc_verification_type": client.kyc_type,
        "email": client.email,
        "email_verified": client.email_verified,
        "mobile": client.mobile,
        "mobile_verified": client.mobile_verified,
        "proof_of_address": client.proof_of_address,
        "gaps": gaps,
    }


def ready_made(today: date) -> Profile:
    """Return a profile of somebody who was submitted today."""
    return Profile(firstname="Ready", lastname="Made", birth=date(1980, 1, 1), gender_id=22, office_id=1, legal_form_id=1, submitted=today)


def _shape(tenant: Tenant, client: Client, gaps: frozenset[str]) -> None:
    """Make a client ready for both types of verification, but for its gaps."""
    client.email = None if "email" in gaps else "ready.made@example.com"
    client.mobile = None if "mobile" in gaps else "2025550143"
    client.email_verified = not gaps & {"email", "email-verified"}
    client.mobile_verified = not gaps & {"mobile", "mobile-verified"}
    client.proof_of_address = "proof-of-address" not in gaps
    client.addresses = _places(tenant, _usual_addresses(gaps))
    client.identifiers = _documents(tenant, _usual_documents(gaps))


def _usual_addresses(gaps: frozenset[str]) -> list[AddressWish]:
    if "address" in gaps:
        return []
    flaws = {flag: f"address-{flag}" not in gaps for flag in ("primary", "physical", "active")}
    return [AddressWish(**flaws)]


def _usual_documents(gaps: frozenset[str]) -> list[str | IdentifierWish]:
    if "identifier" in gaps:
        return []
    alone = OTHER if "full-identity" in gaps else PASSPORT
    names = [alone] if gaps & IDENTIFIER_GAPS else [PASSPORT, SSN]
    status: IdentifierStatus = "Inactive" if "identifier-inactive" in gaps else "Active"
    return [IdentifierWish(name, status, "identifier-expired" in gaps) for name in names]


def _places(tenant: Tenant, wishes: list[AddressWish]) -> list[Address]:
    return [Address(id=_next(tenant, "last_address"), **msgspec.structs.asdict(wish)) for wish in wishes]


def _documents(tenant: Tenant, wishes: list[str | IdentifierWish]) -> list[Identifier]:
    today = tenant.clock.today()
    made = []
    for wish in [IdentifierWish(each) if isinstance(each, str) else each for each in wishes]:
        if wish.type not in TYPES:
            raise unknown("type", wish.type, TYPES)
        expires = today - timedelta(days=1) if wish.expired else None
        number, key = _next(tenant, "last_identifier"), wish.key or f"{tenant.new_number() % 10**9:09d}"
        made.append(Identifier(id=number, type_id=TYPES[wish.type], key=key, status=wish.status, expires=expires))
    return made


def _next(tenant: Tenant, counter: str) -> int:
    number: int = getattr(tenant.data, counter) + 1
    setattr(tenant.data, counter, number)
    return number


def _gaps(names: list[Gap], places: object, documents: object) -> frozenset[str]:
    gaps = frozenset(names)
    for what, kinds, given in (("addresses", ADDRESS_GAPS, places), ("identifiers", IDENTIFIER_GAPS, documents)):
        if given is not None and gaps & kinds:
            named = ", ".join(sorted(gaps & kinds))
            raise Refusal(422, "contradiction", f"The gaps {named} already say which {what} there are; give the list or the gaps")
    return gaps


def _client(tenant: Tenant, names: dict[str, str]) -> Client:
    name = names["customer"]
    client: Client | None = tenant.data.clients.get(int(name)) if name.isdecimal() else None
    if client is None:
        way_out = "POST customers under the same tenant makes one"
        raise Refusal(404, "unknown_customer", f"Tenant {tenant.id} has no client {name!r}; {way_out}")
    return client


CONTROLS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "customers", provision),
    ("GET", "customers", list_all),
    ("GET", "customers/{customer}", look),
    ("PATCH", "customers/{customer}", change),
)
