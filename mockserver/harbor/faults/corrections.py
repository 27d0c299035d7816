"""Servers that mishandle when a correction is due (000 sections 1.3, 3 and 6, 001 section 5)."""

from collections.abc import Callable

from mockserver.faulting import edits_answer, taken
from mockserver.harbor import errors
from mockserver.harbor.faults.builders import (
    Scene,
    around,
    corrects_in,
    customer_of,
    fault,
    in_scene,
    instead,
    is_correct,
    key_of,
    run_of,
    times_in,
)
from mockserver.harbor.faults.carriers import code_of
from mockserver.harbor.lifecycle import PROCESSING, start
from mockserver.harbor.model import Customer, Onboarding, Status
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

RULE_OF: dict[Status, str] = {
    "processing": "patch-while-processing-2305",
    "submitted": "patch-while-submitted-refused",
    "verified": "patch-after-verified-2303",
    "rejected": "patch-after-rejected-2303",
    "failed": "patch-after-failed-2303",
}
# The refusal that is due by status, and one that is none there: code and status.
WRONG: tuple[tuple[Status, int, int], ...] = (
    ("processing", 2303, 409),
    ("submitted", 2303, 422),
    ("verified", 2305, 409),
    ("rejected", 2305, 409),
    ("failed", 2306, 422),
)


def _in(*statuses: Status) -> Callable[[Customer, Onboarding], bool]:
    return lambda _, run: run.status in statuses


def _with_200(_: Tenant, __: Request, response: Response) -> Response | None:
    return Response(200, response.headers, response.body) if response.status == 202 else None


def _never(tenant: Tenant, request: Request) -> Response | None:
    run = run_of(tenant, request)
    return errors.not_correctable() if run and run.status == "action_required" and key_of(request) else None


def _only_once(tenant: Tenant, request: Request) -> Response | None:
    run = run_of(tenant, request)
    again = run and run.status == "action_required" and times_in(run, "processing") > 1
    return errors.not_correctable() if again and key_of(request) else None


async def _stays_open(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    run = run_of(tenant, request) if is_correct(request) else None
    before = list(run.requirements) if run else []
    response = await call_next(request)
    if run and taken(response) and run.status == "processing":
        run.status, run.requirements = "action_required", before
        run.turn += 1
        call_next.mark()
    return response


def _sticks(_: Tenant, __: Customer, run: Onboarding) -> bool:
    return times_in(run, "processing") > 1


def _recodes(status: Status, code: int, number: int) -> OnRequest:
    """Refuse corrections in a status in another way."""

    def edit(scene: Scene) -> Response | None:
        run = scene.customer.latest
        due = run is not None and run.status == status and code_of(scene.response) in (2303, 2305)
        return answer(number, {"message": "The onboarding cannot be corrected.", "code": code}) if due else None

    return in_scene(is_correct, edit)


def _start_by_correction(scene: Scene) -> Response | None:
    if scene.customer.latest or not key_of(scene.request) or taken(scene.response):
        return None
    start(scene.tenant, scene.customer, {})
    return answer(202, {"data": {"id": scene.customer.runs[-1].id, "status": "processing"}})


def _unknown(make: Callable[[], Response]) -> OnRequest:
    """Answer corrections for unknown customers in another way."""

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        return make() if response.status == 404 and customer_of(tenant, request) is None else None

    return edits_answer(is_correct, edit)


FAULTS: tuple[Fault, ...] = (
    fault("corrects_with_200", "patch-in-action-required-accepted", "answers a correction with 200", edits_answer(is_correct, _with_200)),
    fault(
        "never_takes_corrections",
        "patch-in-action-required-accepted",
        "takes an onboarding that waits for a correction for finalized",
        instead(is_correct, _never),
    ),
    fault("stays_open_after_correction", "patch-returns-to-processing", "takes a correction and goes on waiting for one", _stays_open),
    fault(
        "sticks_after_correction",
        "patch-rechecked-automatically",
        "never ends the processing of a correction",
        on_event=around(PROCESSING, _sticks),
    ),
    fault("takes_one_correction_only", "patch-can-loop", "takes no second correction", instead(is_correct, _only_once)),
    *(
        fault(f"corrects_while_{status}", rule, f"takes a correction of what is {status}", corrects_in(_in(status)))
        for status, rule in RULE_OF.items()
    ),
    *(
        fault(
            f"refuses_correction_of_{status}_wrongly",
            RULE_OF[status],
            f"refuses to correct what is {status} with {number} and {code}",
            _recodes(status, code, number),
        )
        for status, code, number in WRONG
    ),
    fault(
        "starts_onboarding_by_correction",
        "patch-before-any-onboarding",
        "starts an onboarding for a correction of nothing",
        in_scene(is_correct, _start_by_correction),
    ),
    fault(
        "takes_unknown_customers_for_finalized",
        "patch-unknown-customer",
        "answers a correction for an unknown customer with 409",
        _unknown(errors.not_correctable),
    ),
    fault(
        "takes_corrections_for_unknown_customers",
        "patch-unknown-customer",
        "answers 202 to a correction for an unknown customer",
        _unknown(lambda: answer(202, {"data": {"id": "onb_0", "status": "processing"}})),
    ),
)
