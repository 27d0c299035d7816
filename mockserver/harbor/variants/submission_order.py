"""Other readings of which refusal comes first, and of who may not be onboarded (000 section 6, 001 section 1).

Where the body comes first, the honest code is asked a second time as if nothing else stood in the way; what that began is undone.
"""

import uuid
from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import told
from mockserver.harbor.control import ready_made
from mockserver.harbor.customers import register
from mockserver.harbor.faults.submission_builders import customer_of, is_post, variant
from mockserver.harbor.faults.submission_runs import forgets_runs, stands_at
from mockserver.harbor.model import Customer
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

REFUSED = (400, 413, 422)
# What the honest code refuses customers with that are not ready, whatever status a variant makes of it.
UNREADY = (2002, 2103)
Barred = Callable[[Customer | None, Response], bool]


def _body_first(barred: Barred) -> OnRequest:
    """Refuse a bad body before whatever else an answer was given for, if `barred` holds of customer and answer."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        customer = customer_of(tenant, request) if is_post(request) else None
        if not is_post(request) or not barred(customer, response):
            return response
        judged = await _judged(tenant, request, call_next, customer)
        return judged if judged.status in REFUSED else response

    return on_request


async def _judged(tenant: Tenant, request: Request, call_next: CallNext, customer: Customer | None) -> Response:
    """Return the answer to the same body for a customer of the same type whom nothing bars."""
    stand_in = register(tenant, customer.body if customer else ready_made("individual"), signed=True, active=True)
    key = str(uuid.uuid4())
    headers = {name: key if name.endswith("idempotency-key") else value for name, value in request.headers.items()}
    path = f"/api/v1/customers/{stand_in.id}/onboarding"
    try:
        return await call_next(replace(request, path=path, headers=headers))
    finally:
        tenant.data.customers.pop(stand_in.id, None)
        tenant.data.keys.pop(key, None)


def _carries(response: Response, *codes: int) -> bool:
    return str(told(response).get("code")) in {str(code) for code in codes}


def _is_unready(customer: Customer | None) -> bool:
    return customer is not None and not (customer.signed and customer.active)


def _unready_as(status: int) -> OnRequest:
    """Answer with another status for customers that are not active or have not signed."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        unready = is_post(request) and response.status == 403 and _is_unready(customer_of(tenant, request))
        return response.with_json(told(response), status) if unready else response

    return on_request


def _rejected_as(code: int) -> OnRequest:
    """Answer 409 and a code after a rejection."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        customer = customer_of(tenant, request) if is_post(request) and response.status == 403 else None
        if customer is None or _is_unready(customer) or not stands_at("rejected")(customer):
            return response
        return response.with_json({**told(response), "code": code, "error_type": "general.unknown"}, 409)

    return on_request


STATUS_OF_REFUSALS = (
    *(
        variant(
            f"answers_{status}_for_unready", "unready-status", f"answers {status} for customers that are not ready", _unready_as(status)
        )
        for status in (400, 409, 422)
    ),
    variant(
        "starts_again_after_rejection",
        "post-after-rejected",
        "starts a new onboarding after a rejection",
        forgets_runs(stands_at("rejected")),
    ),
    *(
        variant(f"answers_{code}_after_rejection", "post-after-rejected", f"answers 409 and {code} after a rejection", _rejected_as(code))
        for code in (2302, 2303, 2312)
    ),
)
BODY_FIRST = (
    variant(
        "judges_bodies_before_unknown_customers",
        "customer-or-body-first",
        "looks at the body before it looks for the customer",
        _body_first(lambda customer, response: customer is None and response.status == 404),
    ),
    variant(
        "judges_bodies_before_active_onboardings",
        "active-or-body-first",
        "looks at the body before it looks for an active onboarding",
        _body_first(lambda customer, response: customer is not None and _carries(response, 2302)),
    ),
    variant(
        "judges_bodies_before_verified_customers",
        "verified-or-body-first",
        "looks at the body before it asks whether the customer is verified",
        _body_first(lambda customer, response: customer is not None and _carries(response, 2306)),
    ),
    variant(
        "judges_bodies_before_unready_customers",
        "unready-or-body-first",
        "looks at the body before it asks whether the customer is ready",
        _body_first(lambda customer, response: _is_unready(customer) and _carries(response, *UNREADY)),
    ),
)

VARIANTS: tuple[Variant, ...] = (*STATUS_OF_REFUSALS, *BODY_FIRST)
