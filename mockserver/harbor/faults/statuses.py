"""Servers whose onboardings go ways that the life cycle does not have (000 section 3)."""

from collections.abc import Callable

from mockserver.faulting import afterwards, taken
from mockserver.harbor.faults.builders import (
    Scene,
    around,
    carries_out,
    corrects_in,
    customer_of,
    drifts,
    fault,
    is_submit,
    run_of,
)
from mockserver.harbor.faults.carriers import code_of
from mockserver.harbor.lifecycle import PROCESSING, REVIEW, move, queue
from mockserver.harbor.model import Customer, Onboarding, Requirement, Status
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnEvent

ASKED = [Requirement("provider_error", "individual.identity_document.front is blurred")]
Act = Callable[[Tenant, Customer, Onboarding], bool]
# A resting status, and where it goes by itself within the hour.
DRIFTS: tuple[tuple[str, Status, Status, str], ...] = (
    ("heals_itself", "action_required", "processing", "edges-from-action-required"),
    ("gives_up_waiting_for_correction", "action_required", "failed", "edges-from-action-required"),
    ("reopens_verified", "verified", "processing", "verified-is-terminal"),
    ("takes_verification_back", "verified", "rejected", "verified-is-terminal"),
    ("reopens_rejected", "rejected", "processing", "rejected-is-terminal"),
    ("verifies_rejected", "rejected", "verified", "rejected-is-terminal"),
    ("retries_failed", "failed", "processing", "failed-is-terminal"),
)


def _goes_to(status: Status, *, queued: bool = False) -> Act:
    """Return a step that ends in a status; the step that this status waits for follows if `queued`."""

    def act(tenant: Tenant, customer: Customer, run: Onboarding) -> bool:
        move(tenant, customer, run, status, list(ASKED) if status == "action_required" else None)
        if queued:
            queue(tenant, customer, run)
        return True

    return act


def _unless_chosen(act: Act) -> OnEvent:
    """Let `act` end the processing of onboardings for which no end was chosen."""
    return around(PROCESSING, lambda tenant, customer, run: run.ends is None and act(tenant, customer, run))


def _verify_at_once(tenant: Tenant, request: Request, response: Response) -> bool:
    customer, run = customer_of(tenant, request), run_of(tenant, request)
    if customer is None or run is None or not taken(response):
        return False
    move(tenant, customer, run, "verified")
    return True


def _second_beside(scene: Scene) -> bool:
    return code_of(scene.response) == 2302


FAULTS: tuple[Fault, ...] = (
    fault(
        "skips_submitted",
        "edges-from-processing verified-only-after-submitted",
        "verifies an onboarding without submitting it",
        on_event=_unless_chosen(_goes_to("verified")),
    ),
    fault(
        "rejects_while_processing",
        "edges-from-processing verified-only-after-submitted",
        "rejects an onboarding without submitting it",
        on_event=_unless_chosen(_goes_to("rejected")),
    ),
    fault(
        "verifies_at_once",
        "verified-only-after-submitted edges-from-processing",
        "verifies an onboarding as soon as it is sent",
        afterwards(is_submit, _verify_at_once),
    ),
    fault(
        "goes_back_to_processing",
        "edges-from-submitted",
        "processes again what it had submitted",
        on_event=around(REVIEW, _goes_to("processing")),
    ),
    fault(
        "asks_for_correction_of_what_is_submitted",
        "edges-from-submitted",
        "asks for a correction of what it had submitted",
        on_event=around(REVIEW, _goes_to("action_required")),
    ),
    *(
        fault(name, rule, f"takes an onboarding from {start} to {end} within an hour", drifts(start, end))
        for name, start, end, rule in DRIFTS
    ),
    fault(
        "starts_second_onboarding_beside_active",
        "life-cycle-agrees-with-the-model",
        "starts a second onboarding beside one that is in progress",
        carries_out(is_submit, _second_beside),
    ),
    fault(
        "corrects_whenever_asked",
        "life-cycle-agrees-with-the-model",
        "takes corrections in every status",
        corrects_in(lambda _, __: True),
    ),
    fault(
        "starts_again_after_verified",
        "life-cycle-agrees-with-the-model",
        "starts another onboarding of a verified customer",
        carries_out(is_submit, lambda scene: code_of(scene.response) == 2306),
    ),
)
