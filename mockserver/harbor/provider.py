"""Harbor as a provider: which operation a request is for, and the checks that come before any of them."""

import re
import secrets
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any

import msgspec

from mockserver.clock import Clock
from mockserver.harbor import admission, countries, customers, errors, lifecycle, lookups, onboardings
from mockserver.harbor.control import CONTROLS
from mockserver.harbor.faults import FAULTS
from mockserver.harbor.model import Customer, Data, Settings
from mockserver.harbor.variants import VARIANTS
from mockserver.http import JSON_HEADERS, Request, Response, UnreadableBody
from mockserver.routing import Routes, methods_of
from mockserver.tenants import Provider, Registry, Tenant

Handler = Callable[[Tenant, Request, str], Response]
OfCustomer = Callable[[Tenant, Customer, Request], Response]
DEMO_KEY = "demo-key"


class Credentials(msgspec.Struct):
    """What an application is given."""

    api_key: str


def _body(request: Request) -> dict[str, Any] | Response:
    try:
        body = request.json()
    except UnreadableBody as error:
        return errors.unreadable(f"The body is no JSON: {error}")
    return body if isinstance(body, dict) else errors.unreadable("The body must be a JSON object.")


def _of_customer(handler: OfCustomer) -> Handler:
    def handle(tenant: Tenant, request: Request, identity: str) -> Response:
        customer = tenant.data.customers.get(identity)
        return handler(tenant, customer, request) if customer else errors.customer_not_found()

    return handle


def _create(tenant: Tenant, request: Request, _: str) -> Response:
    body = _body(request)
    return body if isinstance(body, Response) else customers.create(tenant, body)


def _submit(tenant: Tenant, customer: Customer, request: Request) -> Response:
    body = _body(request)
    return body if isinstance(body, Response) else onboardings.submit(tenant, customer, body)


def _correct(tenant: Tenant, customer: Customer, request: Request) -> Response:
    body = _body(request)
    return body if isinstance(body, Response) else onboardings.correct(tenant, customer, body)


ONBOARDING = "/api/v1/customers/([^/]+)/onboarding"
ROUTES: Routes[Handler] = Routes(
    (
        ("GET", "/api/v1/occupations", lambda _, __, ___: lookups.occupations()),
        ("GET", "/api/v1/job-titles", lambda _, __, ___: lookups.job_titles()),
        ("GET", "/api/v1/countries/([^/]+)/industries", lambda _, __, country: lookups.industries(country)),
        ("GET", "/api/v1/countries/([^/]+)/subdivisions", lambda _, __, country: lookups.subdivision_list(country)),
        ("POST", "/api/v1/customers", _create),
        ("GET", "/api/v1/customers/([^/]+)", _of_customer(lambda _, customer, __: customers.read(customer))),
        ("POST", ONBOARDING, _of_customer(_submit)),
        ("GET", ONBOARDING, _of_customer(lambda _, customer, __: onboardings.read(customer))),
        ("PATCH", ONBOARDING, _of_customer(_correct)),
    )
)


class Harbor(Provider):
    """The honest Harbor server."""

    name = "harbor"
    prefix = "/harbor"
    settings_type = Settings
    data_type = Data
    steps = frozenset({lifecycle.PROCESSING, lifecycle.REVIEW})
    events = MappingProxyType({lifecycle.PROCESSING: lifecycle.process, lifecycle.REVIEW: lifecycle.review})
    event_types = lifecycle.EVENTS
    faults = FAULTS
    variants = VARIANTS
    controls = CONTROLS
    kept_on_reset = ("api_key",)
    withheld = re.compile(rb'("(?:front|back|file|files)"\s*:\s*)(?:"[^"]*"?|\[[^\]]*\]?)')

    def __init__(self) -> None:
        # The table of all subdivisions takes its time; no customer is to wait for it.
        countries.subdivisions(countries.US)

    def authenticate(self, registry: Registry, request: Request) -> Tenant | None:
        """Return the tenant whose key the request carries."""
        tenant = registry.owners.get(admission.given_key(request) or "")
        return tenant if tenant and tenant.provider is self else None

    def handle(self, tenant: Tenant | None, request: Request) -> Response:
        """Answer one request: route, then key, then the other headers, then the operation."""
        found = ROUTES.at(request.path)
        if not found:
            return errors.refusal(404, "There is no such path.")
        for each in found:
            if each.route.method == request.method:
                if tenant is None or not admission.is_authorized(tenant, request):
                    return errors.unauthorized(admission.given_key(request))
                refused = admission.bad_headers(request) or admission.used_up(tenant, request)
                return refused or each.route.handler(tenant, request, each.value)
        allowed = {**JSON_HEADERS, "allow": ", ".join(methods_of(found))}
        return errors.refusal(405, f"{request.method} is not for this path.", allowed)

    def open_account(self, tenant: Tenant) -> Credentials:
        """Give a fresh tenant a key that nobody can guess."""
        return _give_key(tenant, f"key_{secrets.token_urlsafe(32)}")

    def open_demo(self, registry: Registry, identity: str) -> None:
        """Make the tenant that is there from the start; its customers have signed as soon as they are created."""
        _give_key(registry.open(self, Settings(signed_on_creation=True), Clock(), "demo", identity), DEMO_KEY)

    def welcome(self) -> str:
        """Return the credentials of the demo tenant in half a sentence."""
        return f"X-API-KEY {DEMO_KEY}"

    def credentials(self, tenant: Tenant) -> Iterable[str]:
        """Return the key of a tenant."""
        return [tenant.data.api_key] if tenant.data.api_key else []

    def overview(self, tenant: Tenant) -> list[dict[str, str]]:
        """Return id, name, status of the onboarding, and type of each customer, newest first."""
        return [
            {
                "id": customer.id,
                "name": customer.body.get("company_name") or f"{customer.body['first_name']} {customer.body['last_name']}",
                "status": customer.latest.status if customer.latest else "no onboarding",
                "note": ", ".join((customer.type, customers.status(customer), *(() if customer.signed else ("not signed",)))),
            }
            for customer in reversed(tenant.data.customers.values())
        ]


def _give_key(tenant: Tenant, key: str) -> Credentials:
    tenant.data.api_key = key
    tenant.claim(key)
    return Credentials(key)
