"""What the control API can do with customers of Harbor.

Provision one (ready, unsigned, inactive, or with an onboarding in any status), look into it, let it sign or deactivate it,
force an onboarding's status, make the processing under way end badly. A status that was provisioned or forced rests: no step
is queued for it, and only the control API or the client moves the onboarding on.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.clock import iso
from mockserver.control.refusal import Refusal, read_as
from mockserver.harbor import customers
from mockserver.harbor.lifecycle import ALLOWED, PROCESSING, move, next_statuses, shown, start
from mockserver.harbor.model import Customer, CustomerType, Onboarding, Outcome, Requirement, Status
from mockserver.tenants import Tenant

Answer = tuple[int, Any]
Handler = Callable[[Tenant, dict[str, str], Any], Answer]

# The shortest way to each status that the table of pairs allows.
WAYS: dict[Status, tuple[Status, ...]] = {
    "processing": (),
    "submitted": ("submitted",),
    "action_required": ("action_required",),
    "failed": ("failed",),
    "verified": ("submitted", "verified"),
    "rejected": ("submitted", "rejected"),
}
# The finding of the sample in 001 section 5, for when the caller gives none.
BLURRED = Requirement("provider_error", "individual.identity_document.front is blurred")
UNREADABLE = Requirement("provider_error", "company_files.0.files.0 is blurred")


class Provision(msgspec.Struct, forbid_unknown_fields=True):
    """A customer that is to be there; without a status it has no onboarding as yet."""

    type: CustomerType = "individual"
    signed: bool = True
    active: bool = True
    status: Status | None = None
    requirements: list[Requirement] = []


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a customer; null leaves it as it is."""

    signed: bool | None = None
    active: bool | None = None


class Forced(msgspec.Struct, forbid_unknown_fields=True):
    """A status that the latest onboarding is to go to; `force` goes there even where the table has no arrow."""

    status: Status
    requirements: list[Requirement] = []
    force: bool = False


def provision(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Make a customer, and lead its onboarding to a status over every step on the way; answers 201."""
    wanted = read_as(Provision, body)
    customer = customers.register(tenant, ready_made(wanted.type), signed=wanted.signed, active=wanted.active)
    if wanted.status is not None:
        run = start(tenant, customer, {})
        for status in WAYS[wanted.status]:
            move(tenant, customer, run, status, _requirements(customer, status, wanted.requirements))
    return 201, summary(customer)


def look(tenant: Tenant, names: dict[str, str], _: Any) -> Answer:
    """Tell everything that the server knows of a customer."""
    customer = _customer(tenant, names)
    runs = [{**shown(customer, run), "history": _history(run), "sections": run.sections} for run in customer.runs]
    return 200, {**summary(customer), "request": customer.body, "shown": customers.shown(customer), "onboardings": runs}


def change(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Let a customer sign, or activate or deactivate it."""
    customer, wanted = _customer(tenant, names), read_as(Change, body)
    customer.signed = customer.signed if wanted.signed is None else wanted.signed
    customer.active = customer.active if wanted.active is None else wanted.active
    return 200, summary(customer)


def force_status(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Put the latest onboarding into a status, where it rests; 409 with the allowed ones where the table has no arrow."""
    customer, wanted = _customer(tenant, names), read_as(Forced, body)
    run = _latest(customer)
    if not wanted.force and wanted.status != run.status and (run.status, wanted.status) not in ALLOWED:
        allowed = next_statuses(run.status)
        way_out = f'allowed from there: {", ".join(allowed) or "none"}; "force": true goes there all the same'
        raise Refusal(409, "not_allowed", f"{run.status} does not lead to {wanted.status}; {way_out}")
    if wanted.requirements and wanted.status != "action_required":
        raise Refusal(422, "no_requirements", f"{wanted.status} carries no requirements; only action_required does")
    if wanted.status != run.status:
        move(tenant, customer, run, wanted.status, _requirements(customer, wanted.status, wanted.requirements))
    return 200, summary(customer)


def fail_processing(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Make the processing that is queued end in `action_required`, or in `failed`."""
    customer, wanted = _customer(tenant, names), read_as(Outcome, body)
    run = _latest(customer)
    queued = any(event.payload.get("onboarding_id") == run.id for event in (*tenant.heap, *tenant.held) if event.kind == PROCESSING)
    if run.status != "processing" or not queued:
        way_out = f"submit first, with a hold on the step {PROCESSING!r} if it would be over too soon"
        raise Refusal(409, "nothing_in_processing", f"No onboarding of customer {customer.id} is being processed; {way_out}")
    run.ends = Outcome(wanted.status, _requirements(customer, wanted.status, wanted.requirements))
    return 200, summary(customer)


def summary(customer: Customer) -> dict[str, Any]:
    """Return a customer and its latest onboarding in short."""
    run = customer.latest
    known = {"customer_id": customer.id, "type": customer.type, "signed": customer.signed, "active": customer.active}
    return {**known, "status": run.status if run else None, "onboarding_id": run.id if run else None}


def ready_made(kind: CustomerType) -> dict[str, Any]:
    """Return a create request of a customer."""
    name = {"first_name": "Ready", "last_name": "Made"} if kind == "individual" else {"company_name": "Ready Made Ltd"}
    return {"type": kind, **name, "email": "ready.made@example.com", "phone_country_code": "US", "phone_number": "2025550143"}


def _requirements(customer: Customer, status: Status, wanted: list[Requirement]) -> list[Requirement]:
    if status != "action_required":
        return []
    return wanted or [BLURRED if customer.type == "individual" else UNREADABLE]


def _history(run: Onboarding) -> list[dict[str, str]]:
    return [{"status": status, "at": iso(at)} for status, at in run.history]


def _customer(tenant: Tenant, names: dict[str, str]) -> Customer:
    customer: Customer | None = tenant.data.customers.get(names["customer"])
    if customer is None:
        way_out = "POST customers under the same tenant makes one"
        raise Refusal(404, "unknown_customer", f"Tenant {tenant.id} has no customer {names['customer']!r}; {way_out}")
    return customer


def _latest(customer: Customer) -> Onboarding:
    if customer.latest is None:
        raise Refusal(409, "no_onboarding", f"Customer {customer.id} has no onboarding; submit one first")
    return customer.latest


CONTROLS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "customers", provision),
    ("GET", "customers/{customer}", look),
    ("PATCH", "customers/{customer}", change),
    ("POST", "customers/{customer}/status", force_status),
    ("POST", "customers/{customer}/fail-processing", fail_processing),
)
