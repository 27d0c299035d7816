"""Servers on which corrections leave traces that are refused, or that come together (000 section 6)."""

import asyncio
from collections.abc import Callable

from mockserver.faulting import Body, afterwards, edits_taken
from mockserver.harbor.faults.builders import (
    OVERLAP_SECONDS,
    Scene,
    carry_out,
    corrects_in,
    customer_of,
    fault,
    is_admitted,
    is_correct,
    is_submit,
    is_writing,
    run_of,
    times_in,
)
from mockserver.harbor.faults.carriers import code_of
from mockserver.harbor.lifecycle import move, queue
from mockserver.harbor.model import Customer, Onboarding, Requirement, Status
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest


def _after_refusal(act: Callable[[Scene, Onboarding], None], *statuses: Status) -> OnRequest:
    """Do something to an onboarding in some statuses whose correction was refused."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        customer = customer_of(tenant, request) if is_correct(request) and is_admitted(tenant, request) else None
        if customer and (run := customer.latest) and run.status in statuses and response.status in (409, 422):
            act(Scene(tenant, request, customer, response), run)
            call_next.mark()
        return response

    return on_request


def _forget_what_is_missing(_: Scene, run: Onboarding) -> None:
    run.requirements = [Requirement("provider_error", "The submission was refused.")]


def _process_all_the_same(scene: Scene, run: Onboarding) -> None:
    move(scene.tenant, scene.customer, run, "processing")
    queue(scene.tenant, scene.customer, run)


def _give_other_id(scene: Scene, run: Onboarding) -> None:
    run.id = f"onb_{scene.tenant.new_number():032x}"


def _fail(scene: Scene, run: Onboarding) -> None:
    move(scene.tenant, scene.customer, run, "failed")


async def _corrects_in_parallel(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    run = run_of(tenant, request) if is_correct(request) and is_admitted(tenant, request) else None
    if run is None or run.status != "action_required":
        return await call_next(request)
    await asyncio.sleep(OVERLAP_SECONDS)
    return await corrects_in(lambda _, each: each.status in ("processing", "action_required"))(tenant, request, call_next)


async def _submits_beside_correction(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Start a second onboarding for a submission that comes while a correction is under way."""
    customer = customer_of(tenant, request) if is_writing(request) and is_admitted(tenant, request) else None
    if customer is None or not customer.latest or customer.latest.status != "action_required":
        return await call_next(request)
    under_way = tenant.memory.setdefault("submits_beside_correction", {})
    own = under_way.setdefault(request.path, [])
    own.append(request.method)
    await asyncio.sleep(OVERLAP_SECONDS)
    response = await call_next(request)
    if is_submit(request) and "PATCH" in own and code_of(response) == 2302:
        response = carry_out(Scene(tenant, request, customer, response)) or response
    if len(own) > 1 or request.method == "PATCH":
        await asyncio.sleep(OVERLAP_SECONDS)
    under_way.pop(request.path, None)
    return response


def _later_round(customer: Customer, run: Onboarding) -> bool:
    return run.status == "processing" and times_in(run, "processing") > 1 and run is customer.latest


def _takes_verification_back(when: Callable[[Request], bool]) -> OnRequest:
    def act(tenant: Tenant, request: Request, response: Response) -> bool:
        customer, run = customer_of(tenant, request), run_of(tenant, request)
        if customer is None or run is None or run.status != "verified" or response.status not in (409, 422):
            return False
        move(tenant, customer, run, "processing")
        return True

    return afterwards(when, act)


def _tells_another(tenant: Tenant, _: Request, body: Body) -> None:
    if isinstance(data := body.get("data"), dict) and "id" in data:
        data["id"] = f"onb_{tenant.new_number():032x}"


FAULTS: tuple[Fault, ...] = (
    fault(
        "tells_another_id_when_correcting",
        "patch-answer-identifies-onboarding",
        "answers a correction with an id of no onboarding",
        edits_taken(is_correct, _tells_another),
    ),
    fault(
        "forgets_what_is_missing_on_refusal",
        "refused-patch-changes-nothing",
        "forgets what was missing when it refuses a correction",
        _after_refusal(_forget_what_is_missing, "action_required"),
    ),
    fault(
        "processes_refused_corrections",
        "refused-patch-changes-nothing",
        "refuses a correction, and processes the onboarding again all the same",
        _after_refusal(_process_all_the_same, "action_required"),
    ),
    fault(
        "gives_new_id_on_refused_correction",
        "refused-patch-changes-nothing",
        "gives an onboarding another id when it refuses a correction",
        _after_refusal(_give_other_id, "action_required"),
    ),
    fault(
        "fails_on_early_correction",
        "refused-patch-changes-nothing",
        "lets an onboarding fail that is corrected while it is processing",
        _after_refusal(_fail, "processing", "submitted"),
    ),
    fault("corrects_in_parallel", "parallel-patches-one-wins", "takes all corrections that come at the same time", _corrects_in_parallel),
    fault(
        "submits_beside_correction",
        "parallel-post-and-patch",
        "starts a second onboarding for a submission beside a correction",
        _submits_beside_correction,
    ),
    fault(
        "takes_second_correction_at_once",
        "second-patch-right-after-2305",
        "takes a second correction while the first one is processing",
        corrects_in(_later_round),
    ),
    *(
        fault(
            f"reopens_verified_on_refused_{what}",
            "verified-customer-stays-verified-on-refusals",
            f"processes a verified onboarding again when it refuses a {what}",
            _takes_verification_back(when),
        )
        for what, when in (("submission", is_submit), ("correction", is_correct))
    ),
)
