"""Builders that change what the honest code goes by for the length of one call, so that it answers in its own words."""

from collections.abc import Callable
from typing import Any

from mockserver.faulting import told
from mockserver.harbor.faults.submission_builders import customer_of, is_post
from mockserver.harbor.model import Customer, Onboarding, Status
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest

Of = Callable[[Customer], bool]


def pretends(when: Of, **values: Any) -> OnRequest:
    """Let members of customers for whom `when` holds have other values while a submission is judged."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request) if is_post(request) else None
        if customer is None or not when(customer):
            return await call_next(request)
        before = {name: getattr(customer, name) for name in values}
        _set(customer, values)
        try:
            response = await call_next(request)
        finally:
            _set(customer, before)
        call_next.mark()
        return response

    return on_request


def _set(customer: Customer, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(customer, name, value)


def forgets_runs(when: Of) -> OnRequest:
    """Judge submissions of customers for whom `when` holds as if they had no onboarding as yet."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request) if is_post(request) else None
        if customer is None or not when(customer):
            return await call_next(request)
        call_next.mark()
        return await without_runs(customer, customer.runs, request, call_next)

    return on_request


async def without_runs(customer: Customer, hidden: list[Onboarding], request: Request, call_next: CallNext) -> Response:
    """Judge a submission as if some of the customer's onboardings were not there."""
    before = customer.runs
    kept = [run for run in before if not any(run is each for each in hidden)]
    customer.runs = list(kept)
    try:
        return await call_next(request)
    finally:
        customer.runs = [*before, *customer.runs[len(kept) :]]


def stands_at(*statuses: Status) -> Of:
    """Return a test: the customer's latest onboarding has one of some statuses."""
    return lambda customer: customer.latest is not None and customer.latest.status in statuses


def recodes(code: int, to: int | None, status: int) -> OnRequest:
    """Give refusals of submissions that carry a code another one, or none, and another status."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        body = told(response) if is_post(request) else {}
        if body.get("code") != code:
            return response
        rest = {name: value for name, value in body.items() if name not in ("code", "error_type")}
        return response.with_json(rest if to is None else {**rest, "code": to}, status)

    return on_request
