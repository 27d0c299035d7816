"""Mbanq as a provider: which operation a request is for, and the checks that come before any of them."""

import re
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import NamedTuple

from mockserver.clock import Clock
from mockserver.http import JSON_HEADERS, Request, Response
from mockserver.mbanq import addresses, auth, clients, errors, identifiers, lifecycle, verification
from mockserver.mbanq.control import CONTROLS
from mockserver.mbanq.faults import FAULTS
from mockserver.mbanq.model import Client, Data, Identifier, Settings
from mockserver.mbanq.variants import VARIANTS
from mockserver.routing import Routes, methods_of
from mockserver.tenants import Provider, Registry, Tenant

DEMO_SECONDS = 86400 * 365 * 20
OfClient = Callable[[Tenant, Client, Request], Response]
OfIdentifier = Callable[[Tenant, Client, Identifier, Request], Response]
Handler = Callable[[Tenant, Request, tuple[str, ...]], Response]
# No number that is longer can be one of ours.
NUMBER = re.compile("[0-9]{1,18}")


class Command(NamedTuple):
    """What `?command=` names: its handler, and the right that the user must have, with the setting that says so."""

    handler: OfClient
    permission: str
    setting: str | None = None


COMMANDS = {
    "verify": Command(verification.verify, "VERIFY_CLIENT", "may_verify"),
    "activate": Command(lifecycle.activate, "ACTIVATE_CLIENT", "may_activate"),
    "close": Command(lifecycle.close, "CLOSE_CLIENT"),
}


def _plain(handler: Callable[[Tenant, Request], Response]) -> Handler:
    return lambda tenant, request, _: handler(tenant, request)


def _of_client(handler: OfClient) -> Handler:
    def handle(tenant: Tenant, request: Request, names: tuple[str, ...]) -> Response:
        client = tenant.data.clients.get(int(names[0])) if NUMBER.fullmatch(names[0]) else None
        return handler(tenant, client, request) if client else errors.client_not_found(_said(names[0]))

    return handle


def _of_identifier(handler: OfIdentifier) -> Handler:
    def handle(tenant: Tenant, request: Request, names: tuple[str, ...]) -> Response:
        def inner(_: Tenant, client: Client, __: Request) -> Response:
            found = next((each for each in client.identifiers if str(each.id) == names[1]), None)
            return handler(tenant, client, found, request) if found else errors.identifier_not_found(_said(names[1]))

        return _of_client(inner)(tenant, request, names)

    return handle


def _said(name: str) -> int | str:
    return int(name) if re.fullmatch("-?[0-9]{1,18}", name) else name


def _command(tenant: Tenant, request: Request, names: tuple[str, ...]) -> Response:
    named = request.parameter("command")
    command = COMMANDS.get(named or "")
    if command is None:
        return errors.unknown_command(named, tuple(COMMANDS))
    if command.setting and not getattr(tenant.settings, command.setting):
        return errors.unauthorized(command.permission)
    return _of_client(command.handler)(tenant, request, names)


CLIENT = "/v1/clients/([^/]+)"
ROUTES: Routes[Handler] = Routes(
    (
        ("GET", "/v1/clients/template", _plain(clients.template)),
        ("POST", "/v1/clients", _plain(clients.create)),
        ("GET", "/v1/clients", _plain(clients.listing)),
        ("GET", CLIENT, _of_client(clients.read)),
        ("POST", CLIENT, _command),
        ("GET", f"{CLIENT}/verificationstatus", _of_client(clients.verification_status)),
        ("GET", f"{CLIENT}/identifiers/template", _of_client(identifiers.template)),
        ("GET", f"{CLIENT}/identifiers", _of_client(identifiers.listing)),
        ("POST", f"{CLIENT}/identifiers", _of_client(identifiers.add)),
        ("GET", f"{CLIENT}/identifiers/([^/]+)", _of_identifier(identifiers.read)),
        ("PUT", f"{CLIENT}/identifiers/([^/]+)", _of_identifier(identifiers.update)),
        ("DELETE", f"{CLIENT}/identifiers/([^/]+)", _of_identifier(identifiers.remove)),
        ("GET", "/v1/client/([^/]+)/addresses", _of_client(addresses.listing)),
    )
)


class Mbanq(Provider):
    """The honest Mbanq server: everything happens at once, so that it has no events and no webhooks."""

    name = "mbanq"
    prefix = "/mbanq"
    settings_type = Settings
    data_type = Data
    steps = frozenset[str]()
    events = MappingProxyType({})
    event_types = ()
    faults = FAULTS
    variants = VARIANTS
    controls = CONTROLS
    kept_on_reset = ("tenant_id", "username", "password", "tokens")
    withheld = re.compile(rb"((?:password|refresh_token|client_secret)=)[^&]*")

    def authenticate(self, registry: Registry, request: Request) -> Tenant | None:
        """Return the tenant whose token the request carries, else the one whose instance it names."""
        tenant = auth.owner(registry, request)
        return tenant if tenant and tenant.provider is self else None

    def handle(self, tenant: Tenant | None, request: Request) -> Response:
        """Answer one request: route, then instance and token, then the operation."""
        if request.path == auth.TOKEN_PATH and request.method == "POST":
            return auth.token(tenant, request)
        found = ROUTES.at(request.path)
        for each in found:
            if each.route.method == request.method:
                refused = auth.bar(tenant, request)
                if refused or tenant is None:
                    return refused or errors.refusal(errors.UNAUTHENTICATED)
                return each.route.handler(tenant, request, each.values)
        methods = ["POST"] if request.path == auth.TOKEN_PATH else methods_of(found)
        if not methods:
            return errors.refusal(errors.NOT_FOUND)
        refused = errors.refusal(errors.WRONG_METHOD)
        return Response(refused.status, {**JSON_HEADERS, "allow": ", ".join(methods)}, refused.body)

    def open_account(self, tenant: Tenant) -> auth.Credentials:
        """Give a fresh tenant an instance, a user and a first pair of tokens that nobody can guess."""
        return auth.open_account(tenant, auth.fresh())

    def open_demo(self, registry: Registry, identity: str) -> None:
        """Make the tenant that is there from the start; its token lasts for twenty years."""
        settings = Settings(token_seconds=DEMO_SECONDS, refresh_seconds=DEMO_SECONDS)
        auth.open_account(registry.open(self, settings, Clock(), "demo", identity), auth.DEMO)

    def welcome(self) -> str:
        """Return the credentials of the demo tenant in half a sentence."""
        demo = auth.DEMO
        return f"tenantId {demo.tenant_id}, user {demo.username}, password {demo.password}, bearer token {demo.access_token}"

    def credentials(self, tenant: Tenant) -> Iterable[str]:
        """Return the instance and all tokens of a tenant."""
        return [credential for credential in (tenant.data.tenant_id, *tenant.data.tokens) if credential]

    def overview(self, tenant: Tenant) -> list[dict[str, str]]:
        """Return number, name, status and sub-status of each client, newest first."""
        return [
            {
                "id": str(client.id),
                "name": f"{client.profile.firstname} {client.profile.lastname}",
                "status": client.status,
                "note": "Verified" if client.verified else "not verified",
            }
            for client in reversed(tenant.data.clients.values())
        ]
