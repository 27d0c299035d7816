"""Servers that let in customers whom they should keep out, or keep out whom they should let in (000 section 6, 001 section 1)."""

from msgspec.structs import replace

from mockserver.faulting import operation, sent, taken, told
from mockserver.harbor.faults.submission_builders import customer_of, fault, is_post
from mockserver.harbor.faults.submission_places import person
from mockserver.harbor.faults.submission_runs import forgets_runs, pretends, recodes
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault

NOBODY = "/api/v1/customers/cus_nobody/onboarding"
is_create = operation("POST", "/api/v1/customers")


async def knows_no_new_customers(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Keep customers that were created where the onboarding does not look."""
    made: list[str] = tenant.memory.setdefault("knows_no_new_customers", [])
    customer = customer_of(tenant, request) if is_post(request) else None
    if customer is not None and customer.id in made:
        return await call_next(replace(request, path=NOBODY))
    response = await call_next(request)
    if is_create(request) and taken(response):
        made.append(str(told(response).get("data", {}).get("uuid")))
        call_next.mark()
    return response


async def hides_inactive_customers(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer that a customer who is not active does not exist."""
    customer = customer_of(tenant, request) if is_post(request) else None
    return await call_next(request if customer is None or customer.active else replace(request, path=NOBODY))


async def takes_businesses_for_people(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Let a business submit a person's data."""
    body = sent(request) if is_post(request) else None
    of_business = pretends(lambda customer: customer.type == "business", type="individual")
    return await (of_business(tenant, request, call_next) if body and person(body) else call_next(request))


FAULTS: tuple[Fault, ...] = (
    fault(
        "takes_businesses_for_people", "customer-must-be-individual", "takes a person's data for a business", takes_businesses_for_people
    ),
    fault(
        "lets_inactive_customers_in",
        "customer-must-be-active",
        "does not ask whether a customer is active",
        pretends(lambda customer: not customer.active, active=True),
    ),
    fault("hides_inactive_customers", "customer-must-be-active", "answers 404 for customers who are not active", hides_inactive_customers),
    fault(
        "lets_customers_in_unsigned",
        "agreement-must-be-signed",
        "does not ask whether the agreement is signed",
        pretends(lambda customer: not customer.signed, signed=True),
    ),
    fault(
        "lets_no_newcomers_in",
        "ready-customer-accepted",
        "takes customers without an onboarding for inactive ones",
        pretends(lambda customer: not customer.runs, active=False),
    ),
    fault(
        "knows_no_new_customers",
        "created-customer-known-to-onboarding",
        "answers 404 for customers that were just created",
        knows_no_new_customers,
    ),
    fault(
        "lets_verified_customers_in",
        "verified-customer-2306",
        "starts a new onboarding of a verified customer",
        forgets_runs(lambda customer: customer.verified),
    ),
    fault("calls_verified_active", "verified-customer-2306", "answers 409 and 2302 for a verified customer", recodes(2306, 2302, 409)),
    fault("answers_409_for_verified", "verified-customer-2306", "answers 409 with 2306", recodes(2306, 2306, 409)),
    fault("answers_2306_without_code", "verified-customer-2306", "leaves the code 2306 out", recodes(2306, None, 422)),
)
