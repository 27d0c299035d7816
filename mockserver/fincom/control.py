"""What the control API can do with customers of Fin.com: provision one, look into it, force its status, fail its attach."""

from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.clock import iso
from mockserver.control.refusal import Refusal, read_as
from mockserver.fincom.attach import ATTACH
from mockserver.fincom.customers import register
from mockserver.fincom.lifecycle import EXPLAINED, STATUSES, leads_to, move, next_statuses
from mockserver.fincom.model import Customer, Status, Version
from mockserver.fincom.views import shown, tos_url
from mockserver.tenants import Tenant

Answer = tuple[int, Any]
Handler = Callable[[Tenant, dict[str, str], Any], Answer]

# The shortest way to each status that the table of pairs allows.
WAYS: dict[Status, tuple[Status, ...]] = {
    "INCOMPLETE": (),
    "REVIEWING": ("REVIEWING",),
    "APPROVED": ("REVIEWING", "APPROVED"),
    "ACTION_REQUIRED": ("REVIEWING", "ACTION_REQUIRED"),
    "ON_HOLD": ("REVIEWING", "ON_HOLD"),
    "REJECTED": ("REVIEWING", "REJECTED"),
}


class Provision(msgspec.Struct, forbid_unknown_fields=True):
    """A customer that is to be there: in which status, made by which version."""

    status: Status = "APPROVED"
    version: Version = "v2"


class Forced(msgspec.Struct, forbid_unknown_fields=True):
    """A status that a customer is to go to; `force` goes there even where the table has no arrow."""

    status: Status
    reason: str | None = None
    force: bool = False


def provision(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Make a customer and lead it to a status over every step on the way; answers 201."""
    wanted = read_as(Provision, body)
    _demand_name(wanted.status, wanted.version)
    customer = register(tenant, READY_MADE[wanted.version](tenant.new_id()), wanted.version)
    for status in WAYS[wanted.status]:
        move(tenant, customer, status)
    return 201, {"customer_id": customer.id, "status": customer.status, "tos_policies_url": tos_url(customer)}


def look(tenant: Tenant, names: dict[str, str], _: Any) -> Answer:
    """Tell everything that the server knows of a customer."""
    customer = _customer(tenant, names)
    files = [msgspec.to_builtins(file) for file in tenant.data.files.values() if file.customer_id == customer.id]
    history = [{"status": status, "at": iso(at)} for status, at in customer.history]
    known = {"customer_id": customer.id, "version": customer.version, "status": customer.status, "history": history}
    inner = {"in_flight": customer.in_flight is not None, "documents": customer.documents, "files": files}
    terms = {"tos_policies_url": tos_url(customer), "rejection_reason": customer.rejection_reason}
    return 200, {**known, **inner, **terms, "request": customer.body, "shown": shown(customer)}


def force_status(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Put a customer into a status; 409 with the allowed ones where the table has no arrow."""
    customer, wanted = _customer(tenant, names), read_as(Forced, body)
    _demand_name(wanted.status, customer.version)
    if not wanted.force and wanted.status != customer.status and not leads_to(tenant, customer, wanted.status):
        allowed = next_statuses(tenant, customer)
        way_out = f'allowed from there: {", ".join(allowed) or "none"}; "force": true goes there all the same'
        raise Refusal(409, "not_allowed", f"{customer.status} does not lead to {wanted.status}; {way_out}")
    if wanted.reason is not None and wanted.status not in EXPLAINED:
        only = ", ".join(sorted(EXPLAINED))
        raise Refusal(422, "no_reason", f"{wanted.status} carries no reason; only these do: {only}")
    move(tenant, customer, wanted.status, wanted.reason)
    return 200, {"customer_id": customer.id, "status": customer.status}


def fail_processing(tenant: Tenant, names: dict[str, str], _: Any) -> Answer:
    """Make the attach that is in flight fail when it is processed."""
    customer = _customer(tenant, names)
    if customer.in_flight is None:
        way_out = f"attach first, with a hold on the step {ATTACH!r} if it would be over too soon"
        raise Refusal(409, "nothing_in_flight", f"No attach of customer {customer.id} is in flight; {way_out}")
    customer.fails_next = True
    return 200, {"customer_id": customer.id, "status": customer.status}


def ready_made(identity: str) -> dict[str, Any]:
    """Return a create request of V2 with every required field; the identity makes it differ from others."""
    digits = f"{int(identity.replace('-', ''), 16) % 10**9:09d}"
    tax = {"country_code": "USA", "document_type": "SSN", "document_id": f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"}
    basic = {"first_name": "Ready", "last_name": "Made", "dob": "1980-01-01", "email": f"ready.{digits}@example.com"}
    origin = {"phone": f"+1415{digits[:7]}", "country_of_residence": "USA", "primary_nationality": "USA"}
    place = {"street_line_1": "1 Market Street", "city": "San Francisco", "subdivision_code": "US-CA"}
    money = {"employment_status": "EMPLOYED", "occupation_id": 42, "purpose_id": 1, "source_of_fund_ids": [2]}
    return {
        "verification_type": "STANDARD",
        "basic_info": {**basic, **origin, "tax_info": [tax]},
        "address": {**place, "postal_code": "94103", "country": "USA"},
        "financial_profile": {**money, "monthly_volume_usd": 1000},
    }


def ready_made_for_v1(identity: str) -> dict[str, Any]:
    """Return the same person as a create request of V1."""
    made = ready_made(identity)
    basic, address, profile = made["basic_info"], made["address"], made["financial_profile"]
    details = {name: basic[name] for name in ("first_name", "last_name", "dob", "email", "phone", "country_of_residence")}
    place = {"street": address["street_line_1"], "state": address["subdivision_code"]}
    money = {"source_of_fund_id": profile["source_of_fund_ids"][0]}
    return {
        "verification_type": "STANDARD",
        "basic_info": {**details, "nationality": basic["primary_nationality"], "tin": basic["tax_info"][0]["document_id"]},
        "address": {**place, **{name: address[name] for name in ("city", "postal_code", "country")}},
        "financial_profile": {**money, **{name: profile[name] for name in ("occupation_id", "purpose_id", "monthly_volume_usd")}},
    }


READY_MADE: dict[Version, Callable[[str], dict[str, Any]]] = {"v1": ready_made_for_v1, "v2": ready_made}


def _demand_name(status: Status, version: Version) -> None:
    if status not in STATUSES[version]:
        known = ", ".join(STATUSES[version])
        raise Refusal(422, "unknown_status", f"{version} has no status {status}; it has {known}")


def _customer(tenant: Tenant, names: dict[str, str]) -> Customer:
    customer: Customer | None = tenant.data.customers.get(names["customer"])
    if customer is None:
        way_out = "POST customers under the same tenant makes one"
        raise Refusal(404, "unknown_customer", f"Tenant {tenant.id} has no customer {names['customer']!r}; {way_out}")
    return customer


CONTROLS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "customers", provision),
    ("GET", "customers/{customer}", look),
    ("POST", "customers/{customer}/status", force_status),
    ("POST", "customers/{customer}/fail-processing", fail_processing),
)
