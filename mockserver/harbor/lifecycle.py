"""The statuses of an onboarding as a table of allowed pairs, and the one way from one to another (000 section 3).

A change of status queues the asynchronous step that the new status waits for, and tells the client (000 section 4).
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Any, get_args

from mockserver.clock import SECOND, iso, moment
from mockserver.events import Event
from mockserver.harbor.checks import parse_date
from mockserver.harbor.model import Customer, Onboarding, Outcome, Requirement, Status
from mockserver.http import ENCODER
from mockserver.tenants import Tenant
from mockserver.webhooks import emit

STATUSES: tuple[Status, ...] = get_args(Status)
ALLOWED: frozenset[tuple[Status, Status]] = frozenset(
    {
        ("processing", "submitted"),
        ("processing", "action_required"),
        ("processing", "failed"),
        ("action_required", "processing"),
        ("submitted", "verified"),
        ("submitted", "rejected"),
    }
)
# While in one of these an onboarding is the only one of its customer (000 section 6, code 2302).
ACTIVE: frozenset[Status] = frozenset({"processing", "submitted", "action_required"})
# The events of 000 section 4 by status; entering `processing` tells nothing.
EVENT_OF: dict[Status, str] = {status: f"customer_onboarding.{status}" for status in STATUSES if status != "processing"}
EVENTS = tuple(EVENT_OF.values())
PROCESSING, REVIEW = "processing", "review"
# The step that a status waits for, and the setting that says how long it takes.
STEPS: dict[Status, tuple[str, str]] = {"processing": (PROCESSING, "processing_seconds"), "submitted": (REVIEW, "review_seconds")}
PROOF_DAYS = 90


def next_statuses(status: Status) -> list[Status]:
    """Return where a status may lead."""
    return [after for after in STATUSES if (status, after) in ALLOWED]


def start(tenant: Tenant, customer: Customer, sections: dict[str, Any]) -> Onboarding:
    """Begin an onboarding, which is the customer's latest then and is being processed."""
    now = tenant.clock.now()
    run = Onboarding(
        id=f"onb_{tenant.new_number():032x}",
        applicant="individual" if customer.type == "individual" else "company",
        sections=sections,
        created=now,
        updated=now,
        history=[("processing", now)],
    )
    customer.runs.append(run)
    return run


def move(tenant: Tenant, customer: Customer, run: Onboarding, status: Status, requirements: list[Requirement] | None = None) -> None:
    """Put an onboarding into a status and tell the client; the caller has checked the pair."""
    now = tenant.clock.now()
    run.status, run.updated, run.ends = status, now, None
    run.turn += 1
    run.history.append((status, now))
    run.requirements = requirements or []
    if status == "submitted":
        run.submitted = now
    if status in EVENT_OF:
        announce(tenant, customer, run)


def queue(tenant: Tenant, customer: Customer, run: Onboarding) -> None:
    """Queue the step that the onboarding's status waits for, if there is one."""
    step, setting = STEPS.get(run.status, ("", ""))
    if step and not (step == REVIEW and tenant.settings.review == "manual"):
        payload = {"customer_id": customer.id, "onboarding_id": run.id, "turn": run.turn}
        tenant.schedule_in(int(getattr(tenant.settings, setting) * SECOND), step, payload, step=step)


def process(tenant: Tenant, event: Event) -> None:
    """Finish processing: as the control API chose, else open for what a reader of the files objects to, else submitted."""
    if (found := _due(tenant, event)) is None:
        return
    customer, run = found
    stale = stale_proofs(tenant, run)
    outcome = run.ends or (Outcome("action_required", stale) if stale else None)
    if outcome:
        move(tenant, customer, run, outcome.status, outcome.requirements)
        return
    move(tenant, customer, run, "submitted")
    queue(tenant, customer, run)


def review(tenant: Tenant, event: Event) -> None:
    """Finish the review: approved, as the sandbox does (facts 1.9)."""
    if found := _due(tenant, event):
        move(tenant, *found, "verified")


def _due(tenant: Tenant, event: Event) -> tuple[Customer, Onboarding] | None:
    """Return whom a step is about, None if the onboarding has moved on since it was queued."""
    customer = tenant.data.customers.get(event.payload["customer_id"])
    run = next((each for each in customer.runs if each.id == event.payload["onboarding_id"]), None) if customer else None
    return (customer, run) if run and run.turn == event.payload["turn"] else None


def stale_proofs(tenant: Tenant, run: Onboarding) -> list[Requirement]:
    """Return what is wrong with proofs of address that say when they were issued: 90 days ago is the limit (001 section 4)."""
    oldest = moment(tenant.clock.now()).date() - timedelta(days=PROOF_DAYS)
    proofs = run.sections.get("individual", {}).get("proof_of_address", {}).get("files", [])
    return [
        Requirement("document_check", f"individual.proof_of_address.files.{index} was issued more than {PROOF_DAYS} days ago")
        for index, proof in enumerate(proofs)
        if (issued := parse_date(proof["issued"])) is not None and issued < oldest
    ]


def shown(customer: Customer, run: Onboarding) -> dict[str, Any]:
    """Return an onboarding as answers and events show it (001 section 5; further members from facts 1.5)."""
    view: dict[str, Any] = {"id": run.id, "customer_id": customer.id, "applicant": run.applicant, "status": run.status}
    view |= {"submitted_at": iso(run.submitted) if run.submitted is not None else None}
    view |= {"created_at": iso(run.created), "updated_at": iso(run.updated)}
    return view | ({"pending_requirements": run.requirements} if run.status == "action_required" else {})


def announce(tenant: Tenant, customer: Customer, run: Onboarding) -> None:
    """Queue the webhook event of a status; the body is our reading, 000 shows none, the signature is published (facts 1.8)."""
    kind = EVENT_OF[run.status]
    body = ENCODER.encode({"event": kind, "data": shown(customer, run)})
    emit(tenant, tenant.new_id(), kind, customer.id, body, signed(tenant, body))


def signed(tenant: Tenant, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook: the instant, and the hex HMAC of instant, dot and raw body."""
    at = str(tenant.clock.now() // SECOND)
    digest = hmac.new(tenant.webhook.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "harbor-signature": f"t={at},v1={digest}"}
