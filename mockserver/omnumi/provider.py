"""Omnumi as a provider: which operation a request is for, and the checks that come before any of them."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from mockserver.clock import Clock
from mockserver.http import Request, Response, UnreadableBody
from mockserver.omnumi import auth, business, chain, customers, errors, ledger, lifecycle, preauthorizations, settlement
from mockserver.omnumi.control import CONTROLS
from mockserver.omnumi.faults import FAULTS
from mockserver.omnumi.model import Data, Settings
from mockserver.omnumi.variants import VARIANTS
from mockserver.routing import Routes, methods_of
from mockserver.tenants import Provider, Registry, Tenant

Refuse = Callable[[Tenant, Request], Response | None]
Handler = Callable[[Tenant, Request, str], Response]
# The addresses of the samples in 003, so that those can be sent to the demo tenant as they stand.
DEMO_TOKEN = "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2"  # noqa: S105 - an ERC20 contract
DEMO_WALLETS = ("0x41c528683845350e9bfc937e0f6c72bc999b5cdc", "0xaec528683845350e9bfc937e0f6c72bc999b5123")
DEMO_AMOUNT = Decimal(1_000_000)


class Operation(NamedTuple):
    """Who may call it, and what answers; the handler gets the value of the path's placeholder, if it has one."""

    admit: Refuse
    handler: Handler


def _chain_only(tenant: Tenant, request: Request) -> Response | None:
    allowed = tenant.settings.may_preauthorize and auth.is_for_tenant(tenant, request)
    return None if allowed else errors.access_denied(403)


def _records_only(tenant: Tenant, request: Request) -> Response | None:
    return None if auth.is_for_tenant(tenant, request) else errors.refusal(404, customers.WRONG_TENANT)


def _onboarding_only(tenant: Tenant, request: Request) -> Response | None:
    return None if auth.is_for_tenant(tenant, request) else errors.access_denied(403)


def _create(tenant: Tenant, request: Request, _: str) -> Response:
    body = _object(request)
    return preauthorizations.create(tenant, body) if isinstance(body, dict) else errors.onchain(400, body)


def _settle(tenant: Tenant, request: Request, invoice: str) -> Response:
    found = preauthorizations.find(tenant, invoice)
    if isinstance(found, Response):
        return found
    body = _object(request)
    return settlement.settle(tenant, found, body) if isinstance(body, dict) else errors.onchain(400, body)


def _onboard(tenant: Tenant, request: Request, _: str) -> Response:
    body = _object(request)
    return business.onboard(tenant, body) if isinstance(body, dict) else errors.onboarding(business.INVALID, body)


def _object(request: Request) -> dict[str, Any] | str:
    """Return the JSON object of a request, or what is wrong with it."""
    try:
        body = request.json()
    except UnreadableBody as error:
        return f"The body is no JSON: {error}"
    return body if isinstance(body, dict) else "The body must be a JSON object"


# An invoice is any text: its slashes come percent-encoded, and are slashes again by now.
INVOICE = "/onchain-preauth/(.+)"
SETTLE = f"{INVOICE}/settle"
ROUTES: Routes[Operation] = Routes(
    (
        ("POST", "/onchain-preauth", Operation(_chain_only, _create)),
        ("POST", SETTLE, Operation(_chain_only, _settle)),
        ("GET", INVOICE, Operation(_chain_only, lambda tenant, _, invoice: preauthorizations.read(tenant, invoice))),
        (
            "GET",
            "/tenant/customer/pii-customer-details/([^/]+)",
            Operation(_records_only, lambda tenant, _, identity: customers.read(tenant, identity)),
        ),
        ("POST", "/tenant/business-user", Operation(_onboarding_only, _onboard)),
    )
)
IS_SETTLE = re.compile(SETTLE, re.DOTALL)


class Omnumi(Provider):
    """The honest Omnumi server; what expires is found expired when somebody looks, so that only late confirmations are queued."""

    name = "omnumi"
    prefix = "/omnumi"
    settings_type = Settings
    data_type = Data
    steps = frozenset({chain.CHAIN})
    events = MappingProxyType({ledger.CONFIRMATION: ledger.confirm})
    event_types = ()
    faults = FAULTS
    variants = VARIANTS
    controls = CONTROLS
    kept_on_reset = ("access_token", "tenant_id", "issued")
    withheld = re.compile(rb'("(?:content|selfieContent)"\s*:\s*)"[^"]*"?')

    def authenticate(self, registry: Registry, request: Request) -> Tenant | None:
        """Return the tenant whose token the request carries, else the one that it names."""
        tenant = auth.owner(registry, request)
        return tenant if tenant and tenant.provider is self else None

    def handle(self, tenant: Tenant | None, request: Request) -> Response:
        """Answer one request: route, then token, then rights, then the operation."""
        found = ROUTES.at(request.path)
        if not found:
            return errors.not_served(request.path)
        for each in found:
            if each.route.method == request.method:
                if tenant is None or not auth.is_authenticated(tenant, request):
                    return errors.access_denied(401)
                lifecycle.expire_due(tenant)
                admit, handler = each.route.handler
                return admit(tenant, request) or handler(tenant, request, each.value)
        return errors.wrong_method(request.method, methods_of(found))

    async def linger(self, tenant: Tenant, request: Request) -> None:
        """Keep the answer of a settlement back while the chain is held."""
        if request.method == "POST" and IS_SETTLE.fullmatch(request.path):
            await chain.released(tenant)

    def open_account(self, tenant: Tenant) -> auth.Credentials:
        """Give a fresh tenant credentials that nobody can guess."""
        return auth.open_account(tenant, auth.fresh())

    def open_demo(self, registry: Registry, identity: str) -> None:
        """Make the tenant that is there from the start, with a token and two funded wallets."""
        tenant = registry.open(self, Settings(), Clock(), "demo", identity)
        auth.open_account(tenant, auth.DEMO)
        ledger.add_token(tenant, active=True, decimals=18, address=DEMO_TOKEN)
        for place in DEMO_WALLETS:
            wallet = ledger.add_wallet(tenant, registered=True, address=place)
            wallet.allowances[DEMO_TOKEN] = DEMO_AMOUNT
            ledger.fund(tenant.data, wallet, DEMO_TOKEN, DEMO_AMOUNT)

    def welcome(self) -> str:
        """Return the credentials of the demo tenant in half a sentence."""
        return f"bearer token {auth.DEMO.access_token}, tenant-id {auth.DEMO.tenant_id}"

    def credentials(self, tenant: Tenant) -> Iterable[str]:
        """Return token and id of a tenant."""
        return [credential for credential in (tenant.data.access_token, tenant.data.tenant_id) if credential]

    def overview(self, tenant: Tenant) -> list[dict[str, str]]:
        """Return a row per preauthorization, customer and business user, the newest first of each."""
        data: Data = tenant.data
        rows = [_row(made.id, made.invoice, made.status, made.amount) for made in data.preauthorizations.values()]
        for each in data.customers.values():
            name = f"{each.record['firstName']} {each.record['lastName']}"
            rows.append(_row(each.id, name, "customer", f"{len(each.changes)} changes"))
        rows += [_row(each.id, each.body["businessUserName"], "business user", each.body["domain"]) for each in data.business_users]
        return rows[::-1]


def _row(identity: str, name: str, status: str, note: str) -> dict[str, str]:
    return {"id": identity, "name": name, "status": status, "note": note}
