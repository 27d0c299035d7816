"""Submitting, reading and correcting an onboarding (000 sections 1.3 and 6; 001 sections 1, 3 and 5).

After the checks of the headers: the customer (404), a readable object (400), the customer's and the onboarding's state, the fields.
"""

from typing import Any

from mockserver.clock import iso
from mockserver.harbor import errors
from mockserver.harbor.businesses import BUSINESS_SECTIONS
from mockserver.harbor.checks import Inspection, Member, inspect
from mockserver.harbor.files import check_total
from mockserver.harbor.individuals import individual
from mockserver.harbor.lifecycle import ACTIVE, move, queue, shown, start
from mockserver.harbor.model import Customer, Onboarding
from mockserver.http import Response, answer
from mockserver.tenants import Tenant

SECTIONS = {"individual": (Member("individual", individual),), "business": BUSINESS_SECTIONS}
FOREIGN = {"individual": ("company", "associated_persons", "company_files"), "business": ("individual",)}


def submit(tenant: Tenant, customer: Customer, body: dict[str, Any]) -> Response:
    """Answer `POST .../onboarding`: 202 with a new onboarding in processing."""
    if refusal := _barred(customer):
        return refusal
    sections = _judged(tenant, customer, body, SECTIONS[customer.type])
    if isinstance(sections, Response):
        return sections
    run = start(tenant, customer, sections)
    queue(tenant, customer, run)
    return answer(202, {"data": shown(customer, run)})


def read(customer: Customer) -> Response:
    """Answer `GET .../onboarding`: 200 with the latest one, 404 before there is any."""
    run = customer.latest
    return answer(200, {"data": shown(customer, run)}) if run else errors.onboarding_not_found()


def correct(tenant: Tenant, customer: Customer, body: dict[str, Any]) -> Response:
    """Answer `PATCH .../onboarding`: 202 back in processing; each section that is sent replaces the stored one whole."""
    run = customer.latest
    if run is None:
        return errors.onboarding_not_found()
    if run.status != "action_required":
        return errors.still_processing() if run.status == "processing" else errors.not_correctable()
    wanted = SECTIONS[customer.type]
    given = tuple(member for member in wanted if member.name in body) or wanted
    sections = _judged(tenant, customer, body, given)
    if isinstance(sections, Response):
        return sections
    run.sections |= sections
    move(tenant, customer, run, "processing")
    queue(tenant, customer, run)
    return answer(202, {"data": shown(customer, run)})


def _barred(customer: Customer) -> Response | None:
    if customer.verified:
        return errors.already_verified()
    run = customer.latest
    if run and run.status in ACTIVE:
        return errors.already_active(_details(run))
    if not customer.signed:
        return errors.agreement_not_signed()
    if not customer.active:
        return errors.forbidden("The customer is not active.")
    # 000 lets a new onboarding follow `failed` only; its codes for POST have none for this.
    return errors.forbidden("The customer was rejected.") if run and run.status == "rejected" else None


def _details(run: Onboarding) -> dict[str, Any]:
    submitted = iso(run.submitted) if run.submitted is not None else None
    return {"onboarding_uuid": run.id, "onboarding_status": run.status, "submitted_at": submitted}


def _judged(tenant: Tenant, customer: Customer, body: dict[str, Any], wanted: tuple[Member, ...]) -> dict[str, Any] | Response:
    """Return the sections as they are kept, or the refusal."""
    seen = Inspection(tenant.clock.today(), phone_on_file=bool(customer.body.get("phone_number")))
    sections = inspect(seen, "", body, wanted)
    for name in FOREIGN[customer.type]:
        if name in body:
            seen.note(name, f"Is not for customers of type {customer.type}.")
    check_total(seen, wanted[-1].name)
    return errors.validation_failed(seen.problems) if seen.problems else sections
