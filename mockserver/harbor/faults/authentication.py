"""Servers that mishandle the API key (000 sections 1.1 and 1.2)."""

from collections.abc import Callable

from mockserver.faulting import LIGHT, Operation, afterwards, edits_answer, edits_request
from mockserver.harbor import admission, errors
from mockserver.harbor.checks import Inspection, inspect
from mockserver.harbor.faults.builders import customer_of, fault, is_correct, is_onboarding, is_read, is_submit, is_writing
from mockserver.harbor.onboardings import SECTIONS
from mockserver.http import Request, Response, UnreadableBody
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

REFUSED = (401, 403)
OPERATIONS: tuple[tuple[str, Operation], ...] = (("submits", is_submit), ("reads", is_read), ("corrects", is_correct))
Given = Callable[[str | None], bool]
KEYS: tuple[tuple[str, str, Given], ...] = (
    ("without_key", "api-key-is-demanded", lambda given: given is None),
    ("with_unknown_key", "unknown-api-key-refused", lambda given: bool(given and given.strip())),
    ("with_blank_key", "empty-api-key-refused", lambda given: given is not None and not given.strip()),
)


def _lets_in(when: Operation, given: Given) -> OnRequest:
    """Give the right key to requests whose own key passes a test."""

    def edit(tenant: Tenant, request: Request) -> Request | None:
        wrong = not admission.is_authorized(tenant, request) and given(admission.given_key(request))
        return request.with_header("x-api-key", tenant.data.api_key) if wrong else None

    return edits_request(when, edit)


def _unknown_customer(tenant: Tenant, request: Request, response: Response) -> Response | None:
    return errors.customer_not_found() if response.status in REFUSED and customer_of(tenant, request) is None else None


def _refusal_of_body(tenant: Tenant, request: Request, response: Response) -> Response | None:
    customer = customer_of(tenant, request)
    if response.status not in REFUSED or customer is None or len(request.body) > LIGHT:
        return None
    try:
        body = request.json()
    except UnreadableBody as error:
        return errors.unreadable(str(error))
    if not isinstance(body, dict):
        return errors.unreadable("The body must be a JSON object.")
    seen = Inspection(tenant.clock.today())
    inspect(seen, "", body, SECTIONS[customer.type])
    return errors.validation_failed(seen.problems) if seen.problems else None


def _works_before_refusing(when: Operation) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if when(request) and not admission.is_authorized(tenant, request):
            await call_next(request.with_header("x-api-key", tenant.data.api_key))
        return response

    return on_request


def _use_key_up(tenant: Tenant, request: Request, _: Response) -> bool:
    if admission.is_authorized(tenant, request):
        return False
    admission.used_up(tenant, request)
    return True


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"{verb}_{how}", rule, f"{verb} for a caller {how.replace('_', ' ')}", _lets_in(when, given))
        for verb, when in OPERATIONS
        for how, rule, given in KEYS
    ),
    fault(
        "tells_strangers_which_customers_exist",
        "auth-checked-before-customer-lookup",
        "answers 404 to a caller with a bad key who names an unknown customer",
        edits_answer(is_onboarding, _unknown_customer),
    ),
    fault(
        "checks_bodies_of_strangers",
        "auth-checked-before-body",
        "answers a bad key with what is wrong with the body",
        edits_answer(is_writing, _refusal_of_body),
    ),
    fault(
        "submits_before_refusing_the_key",
        "refused-auth-has-no-effect",
        "starts an onboarding and then refuses the key that it was asked with",
        _works_before_refusing(is_submit),
    ),
    fault(
        "corrects_before_refusing_the_key",
        "refused-auth-has-no-effect",
        "corrects an onboarding and then refuses the key that it was asked with",
        _works_before_refusing(is_correct),
    ),
    fault(
        "lets_strangers_use_keys_up",
        "unauthenticated-try-does-not-burn-key",
        "counts an idempotency key as used although it came with a bad API key",
        afterwards(is_writing, _use_key_up),
    ),
)
