"""Routing of the control API: who may call, which handler it is, and how a refusal is told."""

import base64
import hmac
import inspect
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from mockserver.control import handling, tenants
from mockserver.control.handling import Call
from mockserver.control.refusal import Refusal
from mockserver.http import JSON_HEADERS, Request, Response, UnreadableBody, answer
from mockserver.tenants import Registry, Tenant

ROUTES = (*handling.ROUTES, *tenants.ROUTES)
UNDER_TENANT = "/control/tenants/{tenant}/"
OF_TENANT = re.compile("/control/tenants/([^/]+)/")
Compiled = tuple[str, re.Pattern[str], Any]

# A browser asks for a password then, and the token is that password.
CHALLENGE = {**JSON_HEADERS, "www-authenticate": 'Basic realm="control"'}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


COMPILED = tuple((method, _pattern(path), handler) for method, path, handler in ROUTES)


class Control:
    """Answers everything under /control; without a token it trusts whoever reaches the port."""

    def __init__(self, registry: Registry, token: str | None) -> None:
        self.registry = registry
        self.token = token
        self.of_providers: dict[str, tuple[Compiled, ...]] = {
            provider.name: tuple(
                (method, _pattern(UNDER_TENANT + path), _of_provider(handler)) for method, path, handler in provider.controls
            )
            for provider in registry.providers.values()
        }

    async def answer(self, request: Request) -> Response:
        """Answer one request; every refusal is `{"error": {"code", "message"}}`."""
        try:
            self._admit(request)
            handler, names = self._find(request)
            call = Call(self.registry, request, names, _body(request))
            result = handler(call)
            outcome = await result if inspect.isawaitable(result) else result
        except Refusal as refusal:
            told = {"error": {"code": refusal.code, "message": refusal.message}}
            return answer(refusal.status, told, CHALLENGE if refusal.status == 401 else JSON_HEADERS)
        return outcome if isinstance(outcome, Response) else answer(*outcome)

    def _admit(self, request: Request) -> None:
        if self.token is not None and not hmac.compare_digest(_secret(request).encode(), self.token.encode()):
            way_out = "send the --control-token that the server was started with as a bearer token"
            raise Refusal(401, "unauthorized", f"The control API is behind a token; {way_out}")
        origin = request.headers.get("origin")
        # A page of another site must not steer a server on this machine.
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise Refusal(403, "foreign_origin", f"Pages of {origin!r} may not use the control API")

    def _find(self, request: Request) -> tuple[Any, dict[str, str]]:
        path = request.path.rstrip("/")
        methods = set()
        for method, pattern, handler in self._routes(path):
            if match := pattern.fullmatch(path):
                if method == request.method:
                    return handler, match.groupdict()
                methods.add(method)
        if methods:
            raise Refusal(405, "method", f"{request.method} is not for {path}; allowed: {', '.join(sorted(methods))}")
        tenant = self._tenant(path)
        own = tenant.provider.controls if tenant else ()
        paths = ", ".join(sorted({path for _, path, _ in ROUTES} | {UNDER_TENANT + path for _, path, _ in own}))
        raise Refusal(404, "unknown_path", f"Nothing at {path}; the paths of the control API are: {paths}")

    def _routes(self, path: str) -> Iterable[Compiled]:
        """Yield the routes that a path may take: those of all tenants, then those of its tenant's provider.

        Nobody knows the provider of an unknown tenant; any route then finds out that there is no such tenant.
        """
        yield from COMPILED
        tenant = self._tenant(path)
        for name, routes in self.of_providers.items():
            if tenant is None or tenant.provider.name == name:
                yield from routes

    def _tenant(self, path: str) -> Tenant | None:
        named = OF_TENANT.match(path)
        return self.registry.tenants.get(named[1]) if named else None


def _of_provider(handler: Any) -> Any:
    def run(call: Call) -> tuple[int, Any]:
        tenant: Tenant = call.tenant
        tenant.dirty = True
        outcome: tuple[int, Any] = handler(tenant, call.names, call.body)
        return outcome

    return run


def _secret(request: Request) -> str:
    """Return the bearer token, or the password that a browser sends."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return value if scheme.lower() == "bearer" else ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _body(request: Request) -> Any:
    if not request.body:
        return None
    try:
        return request.json()
    except UnreadableBody as error:
        raise Refusal(400, "unreadable", f"The body is no JSON: {error}; send JSON or nothing") from None
