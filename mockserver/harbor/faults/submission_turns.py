"""Servers that start a second onboarding beside an active one, or none after one that failed (000 sections 3 and 6)."""

from asyncio import sleep
from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import afterwards, is_crowded, taken, told
from mockserver.harbor.admission import is_authorized
from mockserver.harbor.errors import already_active
from mockserver.harbor.faults.submission_builders import customer_of, fault, is_post
from mockserver.harbor.faults.submission_runs import forgets_runs, recodes, stands_at, without_runs
from mockserver.harbor.lifecycle import ACTIVE, shown
from mockserver.harbor.model import Customer, Onboarding
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

# How long a careless server thinks between looking and acting, in seconds.
PAUSE = 0.05


def _on_conflict(change: Callable[[Tenant, Onboarding], bool]) -> OnRequest:
    """Change the active onboarding although a second one was refused."""

    def act(tenant: Tenant, request: Request, response: Response) -> bool:
        customer = customer_of(tenant, request) if response.status == 409 and told(response).get("code") == 2302 else None
        return customer is not None and customer.latest is not None and change(tenant, customer.latest)

    return afterwards(is_post, act)


def _renews(tenant: Tenant, run: Onboarding) -> bool:
    run.id = f"onb_{tenant.new_number():032x}"
    return True


def _restarts(_: Tenant, run: Onboarding) -> bool:
    changed = run.status != "processing"
    run.status = "processing"
    return changed


def _clears(_: Tenant, run: Onboarding) -> bool:
    changed = bool(run.requirements)
    run.requirements = []
    return changed


async def locks_everybody(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Count another customer's onboarding in processing as this customer's."""
    customer = customer_of(tenant, request) if is_post(request) else None
    others = [each.latest for each in tenant.data.customers.values() if each is not customer and stands_at("processing")(each)]
    if customer is None or not others:
        return await call_next(request)
    before = customer.runs
    customer.runs = [*before, *others[:1]]
    try:
        return await call_next(request)
    finally:
        customer.runs = before


async def blocks_after_failure(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Count an onboarding that failed as one in progress."""
    customer = customer_of(tenant, request) if is_post(request) else None
    run = customer.latest if customer else None
    if run is None or run.status != "failed":
        return await call_next(request)
    run.status = "submitted"
    try:
        return await call_next(request)
    finally:
        run.status = "failed"


def _follows_failure(tenant: Tenant, request: Request, response: Response) -> tuple[Customer, Onboarding, Onboarding] | None:
    """Return the customer, the failed onboarding and the one that was just taken after it."""
    customer = customer_of(tenant, request) if taken(response) else None
    if customer is None or len(customer.runs) < 2 or customer.runs[-2].status != "failed":
        return None
    return customer, customer.runs[-2], customer.runs[-1]


def _shows_the_failed_one(tenant: Tenant, request: Request, response: Response) -> bool:
    if found := _follows_failure(tenant, request, response):
        customer, _, new = found
        customer.runs = [new, *customer.runs[:-1]]
    return found is not None


async def reuses_the_record(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Give a new onboarding the id, and the place, of the one that failed."""
    response = await call_next(request)
    found = _follows_failure(tenant, request, response) if is_post(request) else None
    if found is None:
        return response
    customer, old, new = found
    for event in (*tenant.heap, *tenant.held):
        if event.payload.get("onboarding_id") == new.id:
            event.payload["onboarding_id"] = old.id
    new.id = old.id
    customer.runs.remove(old)
    return response.with_json({"data": shown(customer, new)})


async def ignores_after_rejection(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer as if a submission after a rejection was taken, and do nothing."""
    response = await call_next(request)
    customer = customer_of(tenant, request) if is_post(request) and response.status == 403 else None
    if customer is None or customer.latest is None or customer.latest.status != "rejected":
        return response
    view = {**shown(customer, customer.latest), "id": f"onb_{tenant.new_number():032x}", "status": "processing"}
    return answer(202, {"data": view})


async def looks_before_it_waits(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Look for an active onboarding, do something else, and start one without looking again."""
    customer = customer_of(tenant, request) if is_post(request) else None
    if customer is None or stands_at(*ACTIVE)(customer):
        return await call_next(request)
    known = list(customer.runs)
    await sleep(PAUSE)
    begun = customer.runs[len(known) :]
    if not begun:
        return await call_next(request)
    call_next.mark()
    return await without_runs(customer, begun, request, call_next)


async def refuses_whoever_comes_together(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Let parallel submissions of one customer shut each other out, all of them."""
    if not is_post(request) or customer_of(tenant, request) is None or not is_authorized(tenant, request):
        return await call_next(request)
    crowded = await is_crowded(tenant, "refuses_whoever_comes_together", request.path, PAUSE)
    return already_active({}) if crowded else await call_next(request)


async def mixes_customers_up(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Keep the customer in hand where every request overwrites it."""
    if not is_post(request):
        return await call_next(request)
    tenant.memory["mixes_customers_up"] = request.path
    await sleep(PAUSE)
    path = tenant.memory["mixes_customers_up"]
    return await call_next(request if path == request.path else replace(request, path=path))


ONE_AT_A_TIME = (
    *(
        fault(
            f"starts_beside_{status}",
            f"one-active-onboarding-{status.replace('_', '-')}",
            f"starts a second onboarding beside one in {status}",
            forgets_runs(stands_at(status)),
        )
        for status in sorted(ACTIVE)
    ),
    fault(
        "calls_an_active_onboarding_verified",
        "one-active-onboarding-processing one-active-onboarding-submitted one-active-onboarding-action-required",
        "answers 422 and 2306 beside an active onboarding",
        recodes(2302, 2306, 422),
    ),
    fault("renews_ids_on_conflict", "conflict-keeps-active-onboarding", "gives the active onboarding another id", _on_conflict(_renews)),
    fault("restarts_on_conflict", "conflict-keeps-active-onboarding", "begins the active onboarding anew", _on_conflict(_restarts)),
    fault(
        "clears_requirements_on_conflict",
        "conflict-keeps-active-onboarding",
        "drops the requirements of the active onboarding",
        _on_conflict(_clears),
    ),
    fault("locks_everybody", "active-limit-is-per-customer", "works on one customer of an application at a time", locks_everybody),
    fault("looks_before_it_waits", "parallel-posts-one-wins", "starts several onboardings that come together", looks_before_it_waits),
    fault(
        "refuses_whoever_comes_together",
        "parallel-posts-one-wins",
        "refuses all submissions that come together",
        refuses_whoever_comes_together,
    ),
    fault(
        "mixes_customers_up",
        "parallel-posts-distinct-customers",
        "does the work of one customer for another that comes at the same time",
        mixes_customers_up,
    ),
)
AGAIN = (
    fault("blocks_after_failure", "repost-after-failed-accepted", "starts no onboarding after one that failed", blocks_after_failure),
    fault(
        "shows_the_failed_onboarding",
        "repost-after-failed-new-record",
        "shows the failed onboarding after a new one was taken",
        afterwards(is_post, _shows_the_failed_one),
    ),
    fault("reuses_the_record", "repost-after-failed-new-record", "gives a new onboarding the id of the failed one", reuses_the_record),
    fault(
        "ignores_after_rejection",
        "repost-after-rejected-consistent",
        "takes a submission after a rejection and does nothing",
        ignores_after_rejection,
    ),
)

FAULTS: tuple[Fault, ...] = (*ONE_AT_A_TIME, *AGAIN)
