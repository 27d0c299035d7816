"""Fin.com as a provider: which operation a request is for, and the checks that come before any of them."""

from collections.abc import Callable, Iterable
from types import MappingProxyType

from mockserver.clock import Clock
from mockserver.fincom import attach, auth, catalogue, customers, errors, uploads, v1_attach
from mockserver.fincom.bodies import json_object
from mockserver.fincom.control import CONTROLS
from mockserver.fincom.faults import FAULTS
from mockserver.fincom.model import Data, Settings, Version
from mockserver.fincom.variants import VARIANTS
from mockserver.http import Request, Response
from mockserver.routing import Routes, methods_of
from mockserver.tenants import Provider, Registry, Tenant

Handler = Callable[[Tenant, Request, str], Response]


def _create(version: Version) -> Handler:
    def handle(tenant: Tenant, request: Request, _: str) -> Response:
        body = json_object(request)
        return body if isinstance(body, Response) else customers.create(tenant, version, body)

    return handle


def _list(key: str, items: tuple[catalogue.Item, ...]) -> Handler:
    return lambda _, request, __: catalogue.listing(request, key, items)


ROUTES: Routes[Handler] = Routes(
    (
        ("GET", "/v1/occupations", _list("occupations", catalogue.OCCUPATIONS)),
        ("GET", "/v1/purposes", _list("purposes", catalogue.PURPOSES)),
        ("GET", "/v1/source-of-funds", _list("source_of_funds", catalogue.SOURCES_OF_FUNDS)),
        ("GET", "/v1/countries/([^/]+)/subdivisions", lambda _, __, country: catalogue.subdivisions(country)),
        ("POST", "/v1/customers/individual", _create("v1")),
        ("POST", "/v2/customers/individual", _create("v2")),
        ("POST", "/v1/customers/upload", lambda tenant, request, _: uploads.upload(tenant, request)),
        ("POST", "/v1/customers/individual/attach", lambda tenant, request, _: v1_attach.attach(tenant, request)),
        (
            "POST",
            "/v2/customers/([^/]+)/individual/attach",
            lambda tenant, request, customer: attach.attach(tenant, customer, request),
        ),
        ("GET", "/v1/customers/(?!(?:upload|individual)$)([^/]+)", lambda tenant, _, customer: customers.read_by_v1(tenant, customer)),
        ("GET", "/v2/customers", lambda tenant, request, _: customers.listing(tenant, request)),
        ("GET", "/v2/customers/([^/]+)", lambda tenant, _, customer: customers.read(tenant, customer)),
    )
)
DEMO_SECONDS = 20 * 365 * 86400
TOKEN_HANDLERS = {auth.TOKEN_PATH: auth.token, auth.REFRESH_PATH: auth.refresh}


class Fincom(Provider):
    """The honest Fin.com server."""

    name = "fincom"
    prefix = "/fincom"
    settings_type = Settings
    data_type = Data
    steps = frozenset({attach.ATTACH})
    events = MappingProxyType({attach.ATTACH: attach.process})
    event_types = ("customer.created", "customer.status")
    faults = FAULTS
    variants = VARIANTS
    controls = CONTROLS
    kept_on_reset = ("client_id", "client_secret", "tokens")

    def __init__(self) -> None:
        # The table of all subdivisions takes its time; no customer is to wait for it.
        catalogue.subdivision_codes("USA")

    def authenticate(self, registry: Registry, request: Request) -> Tenant | None:
        """Return the tenant whose credential the request carries, good or not."""
        tenant = auth.owner(registry, request)
        return tenant if tenant and tenant.provider is self else None

    def handle(self, tenant: Tenant | None, request: Request) -> Response:
        """Answer one request: route, then token, then the operation."""
        if (token_handler := TOKEN_HANDLERS.get(request.path)) is not None:
            if request.method != "POST":
                return errors.method_not_allowed("POST")
            body = json_object(request)
            return body if isinstance(body, Response) else token_handler(tenant, body)
        found = ROUTES.at(request.path)
        if not found:
            return errors.not_found()
        for each in found:
            if each.route.method == request.method:
                if tenant is None or not auth.is_authorized(tenant, request):
                    return errors.unauthorized()
                return each.route.handler(tenant, request, each.value)
        return errors.method_not_allowed(", ".join(methods_of(found)))

    def open_account(self, tenant: Tenant) -> auth.Credentials:
        """Give a fresh tenant credentials that nobody can guess."""
        return auth.open_account(tenant, auth.fresh())

    def open_demo(self, registry: Registry, identity: str) -> None:
        """Make the tenant that is there from the start; its token lasts for twenty years."""
        settings = Settings(token_seconds=DEMO_SECONDS, refresh_seconds=DEMO_SECONDS)
        auth.open_account(registry.open(self, settings, Clock(), "demo", identity), auth.DEMO)

    def welcome(self) -> str:
        """Return the credentials of the demo tenant in half a sentence."""
        demo = auth.DEMO
        return f"client_id {demo.client_id}, client_secret {demo.client_secret}, bearer token {demo.access_token}"

    def credentials(self, tenant: Tenant) -> Iterable[str]:
        """Return client id and all tokens of a tenant."""
        return [credential for credential in (tenant.data.client_id, *tenant.data.tokens) if credential]

    def overview(self, tenant: Tenant) -> list[dict[str, str]]:
        """Return id, name, status and version of each customer, newest first."""
        return [
            {
                "id": customer.id,
                "name": f"{customer.body['basic_info']['first_name']} {customer.body['basic_info']['last_name']}",
                "status": customer.status,
                "note": "attach in flight" if customer.in_flight else customer.version,
            }
            for customer in reversed(tenant.data.customers.values())
        ]
