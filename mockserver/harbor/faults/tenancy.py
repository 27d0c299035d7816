"""Servers that let one application at the customers of another (000 section 6, 404)."""

from collections.abc import Callable

from mockserver.faulting import Operation
from mockserver.harbor import errors
from mockserver.harbor.faults.builders import fault, instead, is_correct, is_onboarding, is_read, is_submit, is_writing, key_of
from mockserver.harbor.lifecycle import move, queue, shown, start
from mockserver.harbor.model import Customer
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

Make = Callable[[Tenant, Customer], "Response | None"]
OPERATIONS: tuple[tuple[str, Operation], ...] = (("post", is_submit), ("get", is_read), ("patch", is_correct))


def _foreign(tenant: Tenant, request: Request) -> tuple[Tenant, Customer] | None:
    """Return another application and its customer that the path of a request names."""
    identity = request.path.split("/")[4]
    for other in tenant.registry.tenants.values():
        if other.provider is tenant.provider and other is not tenant and identity in other.data.customers:
            return other, other.data.customers[identity]
    return None


def _meets_foreign(when: Operation, make: Make) -> OnRequest:
    """Answer requests for customers of other applications in place of the honest code."""

    def made(tenant: Tenant, request: Request) -> Response | None:
        found = _foreign(tenant, request) if request.method == "GET" or key_of(request) else None
        return make(*found) if found else None

    return instead(when, made)


def _submit(owner: Tenant, customer: Customer) -> Response:
    run = start(owner, customer, {})
    queue(owner, customer, run)
    return answer(202, {"data": shown(customer, run)})


def _read(_: Tenant, customer: Customer) -> Response:
    return answer(200, {"data": shown(customer, customer.latest)}) if customer.latest else errors.onboarding_not_found()


def _correct(owner: Tenant, customer: Customer) -> Response:
    run = customer.latest
    if run is None or run.status != "action_required":
        return errors.still_processing() if run and run.status == "processing" else errors.not_correctable()
    move(owner, customer, run, "processing")
    queue(owner, customer, run)
    return answer(202, {"data": shown(customer, run)})


def _forbid(_: Tenant, __: Customer) -> Response:
    return errors.forbidden("The customer belongs to another application.")


def _tell_apart(_: Tenant, __: Customer) -> Response:
    return errors.refusal(404, "The customer was not found in this application.", code=2101, error_type="customer.not_found")


def _tell_owner(owner: Tenant, _: Customer) -> Response:
    return errors.refusal(404, "Customer not found.", details={"application": owner.id})


def _work_and_deny(owner: Tenant, customer: Customer) -> Response:
    run = customer.latest
    if run is None:
        _submit(owner, customer)
    else:
        move(owner, customer, run, "failed" if run.status != "failed" else "processing")
    return errors.customer_not_found()


MAKES: dict[str, Make] = {"post": _submit, "get": _read, "patch": _correct}
DONE = {"post": "submits for", "get": "shows the onboarding of", "patch": "corrects the onboarding of"}

FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"opens_foreign_customers_to_{name}",
            f"foreign-customer-{name}-404",
            f"{DONE[name]} another application's customer",
            _meets_foreign(when, MAKES[name]),
        )
        for name, when in OPERATIONS
    ),
    *(
        fault(
            f"forbids_foreign_customers_to_{name}",
            f"foreign-customer-{name}-404" + (" foreign-equals-unknown" if name == "get" else ""),
            f"answers {name.upper()} for another application's customer with 403",
            _meets_foreign(when, _forbid),
        )
        for name, when in OPERATIONS
    ),
    fault(
        "tells_foreign_customers_by_code",
        "foreign-equals-unknown",
        "gives a code to the refusal of another application's customer",
        _meets_foreign(is_onboarding, _tell_apart),
    ),
    fault(
        "tells_whose_foreign_customers_are",
        "foreign-equals-unknown",
        "says in the refusal of another application's customer whose it is",
        _meets_foreign(is_onboarding, _tell_owner),
    ),
    fault(
        "works_for_strangers_and_denies_it",
        "foreign-attempts-change-nothing",
        "answers 404 for another application's customer, and changes its onboarding all the same",
        _meets_foreign(is_writing, _work_and_deny),
    ),
)
