"""What faults and variants of V1 are built from: mends and refusals of one place in a create or attach body.

A refusal is had from the honest code, by spoiling the value that is to be named: its number, its shape and whatever else is
wrong with the request stay as they are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mockserver.faulting import Body, Operation, Test, at, edits_body, edits_taken, operation, spots
from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import OCCUPATIONS, PURPOSES, SOURCES_OF_FUNDS
from mockserver.fincom.faults.builders import PROVIDER
from mockserver.fincom.faults.create_places import ALPHA_3, any_subdivision, listed
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import Part, store
from mockserver.http import Request
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnDelivery, OnRequest

# An empty list is refused in the place of every documented field: it is no text, no number, no object and holds no entry.
SPOILT: list[Any] = []
SPARE = Part("spare", "spare.pdf", b"%PDF-1.7\n%%EOF\n")
SSN, ELSEWHERE_TIN = "912-45-6789", "912456789"

is_create = operation("POST", "/v1/customers/individual")
is_attach = operation("POST", "/v1/customers/individual/attach")
is_read = operation("GET", "/v[12]/customers/[^/]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mend happens: the whole body, and the value that stands at the place."""

    tenant: Tenant
    body: Body
    value: Any

    @property
    def customer(self) -> Customer | None:
        """The customer that the body of an attach names."""
        return customer_of(self.tenant, self.body)

    def spare_uri(self) -> str:
        """Return the URI of a file of the customer's that nothing else names; empty text if nobody is named."""
        return store(self.tenant, self.customer.id, SPARE).uri if self.customer else ""


Replacement = Callable[[Place], Any]
Trait = Callable[[Tenant, Body], bool]


def fault(name: str, rules: str, says: str, on_request: OnRequest | None = None, *, on_delivery: OnDelivery | None = None) -> Fault:
    """Return a row of a table; `rules` are ids parted by blanks, those without a slash are of V1."""
    named = tuple(rule if "/" in rule else f"fincom-v1/{rule}" for rule in rules.split())
    told = says if "V1" in says else f"{says} in V1"
    return Fault(name=f"v1_{name}", provider=PROVIDER, rules=named, says=told, on_request=on_request, on_delivery=on_delivery)


def customer_of(tenant: Tenant, body: Body) -> Customer | None:
    """Return the customer that a body names."""
    name = body.get("customer_id")
    found: Customer | None = tenant.data.customers.get(name) if isinstance(name, str) else None
    return found


def operation_of(path: str) -> Operation:
    """Return the operation whose body has a path."""
    return is_attach if path.startswith(("proof_of_", "tos_", "customer_id", "identifying_", "address_documents")) else is_create


def mends_body(when: Operation, mend: Trait) -> OnRequest:
    """Let `mend` edit a body in place before the honest code sees it; it tells whether it did."""
    return edits_body(when, lambda tenant, _, body: mend(tenant, body))


def mends(path: str, when: Test, to: Replacement) -> OnRequest:
    """Replace every value at `path` for which `when` holds."""

    def mend(tenant: Tenant, body: Body) -> bool:
        broken = [spot for spot in spots(body, path) if when(spot.value)]
        for spot in broken:
            spot.put(to(Place(tenant, body, spot.value)))
        return bool(broken)

    return mends_body(operation_of(path), mend)


def accepts(path: str, when: Test) -> OnRequest:
    """Put a good value in the place of every value at `path` for which `when` holds."""
    return mends(path, when, GOOD[path])


def refuses(path: str, when: Test) -> OnRequest:
    """Refuse a body that has at `path` a value for which `when` holds."""
    return mends(path, when, lambda _: SPOILT)


def refuses_body(at_path: str, trait: Trait) -> OnRequest:
    """Refuse a body that has a trait, naming the path `at_path`."""

    def spoil(tenant: Tenant, body: Body) -> bool:
        found = trait(tenant, body)
        for spot in spots(body, at_path) if found else ():
            spot.put(SPOILT)
        return found

    return mends_body(operation_of(at_path), spoil)


def edits_created(edit: Callable[[Tenant, dict[str, Any]], None]) -> OnRequest:
    """Let `edit` change the data of create's answer in place, once the customer is there."""
    return edits_taken(is_create, lambda tenant, _, body: edit(tenant, body["data"]))


def shows(edit: Callable[[Customer, dict[str, Any]], None]) -> OnRequest:
    """Let `edit` change in place how a customer of V1 is read back."""

    def edited(tenant: Tenant, _: Request, body: Body) -> None:
        data = body["data"]
        customer = tenant.data.customers.get(data.get("customer_id"))
        if customer is not None and customer.version == "v1":
            edit(customer, data)

    return edits_taken(is_read, edited)


def leaf(path: str) -> str:
    """Return the last name of a path."""
    return path.rpartition(".")[2]


def always(value: Any) -> Replacement:
    """Return a replacement that is the same wherever it stands."""
    return lambda _: value


def home(body: Body) -> str:
    """Return the country of an address: the one that it names, or the one whose code its state is, or the USA."""
    if v.is_country(code := at(body, "address.country")):
        return str(code)
    return ALPHA_3.get(str(at(body, "address.state"))[:2], "USA")


def _tin(place: Place) -> str:
    return SSN if at(place.body, "basic_info.country_of_residence") == "USA" else ELSEWHERE_TIN


def _residence(place: Place) -> str:
    tin = at(place.body, "basic_info.tin")
    return "USA" if isinstance(tin, str) and v.SSN.fullmatch(tin) else "MEX"


def _section(name: str) -> Replacement:
    return lambda place: {leaf(path): make(place) for path, make in GOOD.items() if path.startswith(f"{name}.") and path.count(".") == 1}


def _files(name: str) -> Replacement:
    def make(place: Place) -> list[dict[str, str]]:
        sides = ("FRONT", "BACK") if at(place.body, f"{name}.type") in ("NATIONAL_ID", "DRIVERS_LICENSE") else ("FRONT",)
        return [{"side": side, "uri": place.spare_uri()} for side in sides]

    return make


def _ids(items: Iterable[Any]) -> Replacement:
    first = listed(items)[0]
    return lambda _: first


# What is good at each path, made for the rest of the body.
GOOD: dict[str, Replacement] = {
    "verification_type": always("STANDARD"),
    "basic_info": _section("basic_info"),
    "address": _section("address"),
    "financial_profile": _section("financial_profile"),
    "basic_info.first_name": always("Stand"),
    "basic_info.last_name": always("In"),
    "basic_info.dob": always("1980-02-03"),
    "basic_info.email": always("stand.in@example.com"),
    "basic_info.phone": always("+14155550123"),
    "basic_info.country_of_residence": _residence,
    "basic_info.nationality": always("USA"),
    "basic_info.tin": _tin,
    "address.street": always("1 Middle Street"),
    "address.city": always("Middleton"),
    "address.state": lambda place: any_subdivision(home(place.body)),
    "address.postal_code": always("12345"),
    "address.country": lambda place: home(place.body),
    "financial_profile.occupation_id": _ids(OCCUPATIONS),
    "financial_profile.source_of_fund_id": _ids(SOURCES_OF_FUNDS),
    "financial_profile.purpose_id": _ids(PURPOSES),
    "financial_profile.monthly_volume_usd": always(1000),
    "proof_of_identity": _section("proof_of_identity"),
    "proof_of_address": _section("proof_of_address"),
    "proof_of_identity.type": always("PASSPORT"),
    "proof_of_identity.number": always("A1"),
    "proof_of_identity.country": always("USA"),
    "proof_of_identity.issue_date": always("2000-01-01"),
    "proof_of_identity.expiry_date": always("2999-12-31"),
    "proof_of_identity.files": _files("proof_of_identity"),
    "proof_of_identity.files.*.uri": lambda place: place.spare_uri(),
    "proof_of_address.type": always("UTILITY_BILL"),
    "proof_of_address.country": always("USA"),
    "proof_of_address.files": _files("proof_of_address"),
    "proof_of_address.files.*.uri": lambda place: place.spare_uri(),
    "tos_policies_value": lambda place: place.customer.tos_value if place.customer else "",
}
