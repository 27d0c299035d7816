"""Customers of an application as far as onboarding needs them: create and read (001 section 1; fields from facts 1.3)."""

from typing import Any

from mockserver.clock import iso
from mockserver.harbor import errors
from mockserver.harbor.checks import Inspection, Member, calendar_date, email, inspect, one_of, text
from mockserver.harbor.model import Customer
from mockserver.http import Response, answer
from mockserver.tenants import Tenant

TYPES = ("individual", "business")
ID_LENGTH = 40
COMMON = (
    Member("type", one_of(TYPES)),
    Member("email", email),
    Member("middle_name", text(255), required=False),
    Member("phone_country_code", text(2, least=2), required=False),
    Member("phone_number", text(20), required=False),
    Member("birth_date", calendar_date, required=False),
    Member("description", text(500), required=False),
    Member("intermediary_fi_reference", text(255), required=False),
)
NAMES = {
    "individual": (Member("first_name", text(255)), Member("last_name", text(255))),
    "business": (Member("company_name", text(255)),),
}
SHOWN = (
    "first_name", "middle_name", "last_name", "company_name", "email", "phone_country_code", "phone_number", "birth_date",
    "description", "intermediary_fi_reference",
)  # fmt: skip
# What the status of the latest onboarding makes of the customer's own; without one it is unfinished.
STATUS_OF = {
    "processing": "verifying",
    "submitted": "verifying",
    "action_required": "rejected",
    "verified": "verified",
    "rejected": "declined",
    "failed": "unfinished",
}
LINKS = "https://harbor.example"


def create(tenant: Tenant, body: dict[str, Any]) -> Response:
    """Answer `POST /api/v1/customers`: 201 with the customer, who is neither active nor has signed as yet, or 422."""
    seen = Inspection(tenant.clock.today())
    kept = inspect(seen, "", body, (*COMMON, *NAMES.get(str(body.get("type")), ())))
    if seen.problems:
        return errors.validation_failed(seen.problems)
    ready = tenant.settings.signed_on_creation
    return answer(201, {"data": shown(register(tenant, kept, signed=ready, active=ready))})


def register(tenant: Tenant, body: dict[str, Any], *, signed: bool, active: bool) -> Customer:
    """Keep a customer that passed all checks."""
    now = tenant.clock.now()
    digits = f"{tenant.new_number():032x}{tenant.new_number():032x}"
    identity = f"cus_{digits[:ID_LENGTH]}"
    customer = Customer(id=identity, type=body["type"], body=body, created=now, updated=now, signed=signed, active=active)
    tenant.data.customers[identity] = customer
    return customer


def read(customer: Customer) -> Response:
    """Answer `GET /api/v1/customers/{id}`."""
    return answer(200, {"data": shown(customer)})


def status(customer: Customer) -> str:
    """Return the customer's own status (facts 1.3), which is not the onboarding's."""
    if not customer.active:
        return "deactivated"
    if customer.verified:
        return "verified"
    return STATUS_OF[customer.latest.status] if customer.latest else "unfinished"


def shown(customer: Customer) -> dict[str, Any]:
    """Return a customer as answers show it."""
    known: dict[str, Any] = {"uuid": customer.id, "object": "customer", "type": customer.type, "status": status(customer)}
    known |= {name: customer.body.get(name) for name in SHOWN}
    agreement = {"has_signed_agreement": customer.signed, "agreement_link": f"{LINKS}/agreement?uuid={customer.id}"}
    link = "kyc_link" if customer.type == "individual" else "verification_link"
    times = {"created_at": iso(customer.created), "updated_at": iso(customer.updated)}
    return {**known, **agreement, link: f"{LINKS}/verification?uuid={customer.id}", **times}
