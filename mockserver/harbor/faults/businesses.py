"""Servers that treat the onboarding of a business otherwise than that of a person (000 sections 1, 3, 4 and 6)."""

from mockserver.faulting import (
    Operation,
    edits_request,
    missing,
    sent,
    taken,
    told,
)
from mockserver.harbor import errors
from mockserver.harbor.faults.builders import (
    Scene,
    View,
    around,
    carries_out,
    corrects_in,
    customer_of,
    drifts,
    drops_event,
    edits_view,
    fault,
    in_scene,
    is_correct,
    is_onboarding,
    is_read,
    is_replay,
    is_submit,
    is_writing,
    recoded,
    takes,
    times_in,
    with_fresh_key,
)
from mockserver.harbor.faults.business_contents import SECTIONS
from mockserver.harbor.faults.carriers import code_of
from mockserver.harbor.lifecycle import PROCESSING, REVIEW, move
from mockserver.harbor.model import Customer, Onboarding, Status
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

OPERATIONS: tuple[tuple[str, Operation], ...] = (("submit", is_submit), ("read", is_read), ("correct", is_correct))
OTHER_NAMES = {"submitted": "in_review", "verified": "approved", "action_required": "incomplete"}
# What a business rests in, and where it goes by itself within the hour.
DRIFTS: tuple[tuple[Status, Status], ...] = (("verified", "rejected"), ("rejected", "processing"), ("failed", "processing"))


def _is_business(tenant: Tenant, request: Request) -> bool:
    customer = customer_of(tenant, request)
    return customer is not None and customer.type == "business"


def _not_found(scene: Scene) -> Response | None:
    return errors.refusal(404, "There is no such path.") if scene.customer.type == "business" else None


def _despite(code: int) -> OnRequest:
    return carries_out(is_submit, lambda scene: scene.customer.type == "business" and code_of(scene.response) == code)


def _business_in(status: str) -> OnRequest:
    return corrects_in(lambda customer, run: customer.type == "business" and run.status == status)


def _recodes(before: int, after: int) -> OnRequest:
    """Refuse corrections of businesses with another code."""

    def edit(scene: Scene) -> Response | None:
        if scene.customer.type != "business" or code_of(scene.response) != before:
            return None
        body = told(scene.response)
        return scene.response.with_json(body, recoded(after, 409)(body))

    return in_scene(is_correct, edit)


def _verify_business(tenant: Tenant, customer: Customer, run: Onboarding) -> bool:
    return _business_goes_to("verified", tenant, customer, run)


def _process_business(tenant: Tenant, customer: Customer, run: Onboarding) -> bool:
    return _business_goes_to("processing", tenant, customer, run)


def _business_goes_to(status: Status, tenant: Tenant, customer: Customer, run: Onboarding) -> bool:
    if customer.type != "business":
        return False
    move(tenant, customer, run, status)
    return True


def _demand_all(scene: Scene) -> Response | None:
    body, run = sent(scene.request) or {}, scene.customer.latest
    lacking = [name for name in SECTIONS if missing(body.get(name))]
    due = scene.customer.type == "business" and run is not None and taken(scene.response) and lacking
    if not due or run is None:
        return None
    run.status, run.turn = "action_required", run.turn + 1
    return errors.validation_failed({name: ["This field is required."] for name in lacking})


def _rename(_: Tenant, __: Request, view: View) -> None:
    if view.get("applicant") == "company":
        view["status"] = OTHER_NAMES.get(view["status"], view["status"])


def _of_business(tenant: Tenant, customer_id: str) -> bool:
    customer = tenant.data.customers.get(customer_id)
    return customer is not None and customer.type == "business"


def _replay_of_business(tenant: Tenant, request: Request) -> Request | None:
    return with_fresh_key(tenant, request) if _is_business(tenant, request) and is_replay(tenant, request) else None


def _company_of_person(scene: Scene) -> bool:
    return scene.customer.type == "individual" and "company" in (sent(scene.request) or {})


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"{verb}s_no_businesses",
            "business-same-path",
            f"knows no path to {verb} the onboarding of a business",
            in_scene(when, _not_found),
        )
        for verb, when in OPERATIONS
    ),
    fault("onboards_verified_business_again", "business-verified-2306", "starts another onboarding of a verified business", _despite(2306)),
    fault(
        "onboards_active_business_again",
        "business-active-2302",
        "starts a second onboarding of a business beside an active one",
        _despite(2302),
    ),
    *(
        fault(
            f"corrects_business_while_{status}",
            "business-patch-codes",
            f"takes a correction of a business that is {status}",
            _business_in(status),
        )
        for status in ("processing", "submitted", "verified", "rejected", "failed")
    ),
    fault(
        "tells_businesses_to_wait_for_good",
        "business-patch-codes",
        "answers a correction of a business that is over with 2305",
        _recodes(2303, 2305),
    ),
    fault(
        "tells_processing_businesses_that_it_is_over",
        "business-patch-codes",
        "answers a correction of a business that is processing with 2303",
        _recodes(2305, 2303),
    ),
    fault(
        "demands_all_sections", "business-patch-by-section", "refuses a correction of a single section", in_scene(is_correct, _demand_all)
    ),
    fault(
        "has_other_statuses_for_businesses",
        "business-same-lifecycle",
        "calls the statuses of a business otherwise",
        edits_view(is_onboarding, _rename),
    ),
    fault(
        "never_ends_processing_of_businesses",
        "business-same-lifecycle",
        "leaves businesses in processing",
        on_event=around(PROCESSING, lambda _, customer, __: customer.type == "business"),
    ),
    fault(
        "never_checks_corrected_businesses",
        "business-same-lifecycle",
        "leaves corrected businesses in processing",
        on_event=around(PROCESSING, lambda _, customer, run: customer.type == "business" and times_in(run, "processing") > 1),
    ),
    fault(
        "verifies_businesses_without_submitting",
        "business-same-lifecycle",
        "verifies a business without submitting it",
        on_event=around(PROCESSING, _verify_business),
    ),
    fault(
        "processes_submitted_businesses_again",
        "business-same-lifecycle",
        "takes a business from submitted back to processing",
        on_event=around(REVIEW, _process_business),
    ),
    *(
        fault(
            f"moves_{start}_businesses_on",
            "business-same-lifecycle",
            f"takes a business from {start} to {end} within an hour",
            drifts(start, end, lambda customer: customer.type == "business"),
        )
        for start, end in DRIFTS
    ),
    fault(
        "tells_nothing_of_businesses",
        "business-same-lifecycle",
        "sends no events for businesses",
        on_delivery=drops_event(lambda tenant, delivery: _of_business(tenant, delivery.customer_id)),
    ),
    fault(
        "forgets_keys_of_businesses",
        "business-idempotency",
        "judges a replay for a business by the status",
        edits_request(is_writing, _replay_of_business),
    ),
    fault(
        "takes_company_for_individual",
        "individual-customer-business-body",
        "starts an onboarding of an individual with a company",
        takes(is_submit, _company_of_person),
    ),
)
