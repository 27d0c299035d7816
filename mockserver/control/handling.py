"""What a handler of the control API is given, and the handlers that are about the server as a whole."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mockserver.control.page import page
from mockserver.control.refusal import Refusal, unknown
from mockserver.http import Request, Response
from mockserver.tenants import Provider, Registry, Tenant

NAME = "railproof-mockserver"
Answer = tuple[int, Any]
Outcome = Answer | Response


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the control API: the placeholders of its path, and its decoded body (None if it has none)."""

    registry: Registry
    request: Request
    names: dict[str, str]
    body: Any

    @property
    def tenant(self) -> Tenant:
        """The tenant that the path names.

        Raises:
            Refusal: there is none of that id.
        """
        found = self.registry.tenants.get(self.names["tenant"])
        if found is None:
            way_out = "GET /control/tenants lists them, POST /control/tenants makes one"
            raise Refusal(404, "unknown_tenant", f"No tenant {self.names['tenant']!r}; {way_out}")
        return found

    def parameter(self, name: str) -> str | None:
        """Return a query parameter, None if it is absent or empty."""
        return self.request.parameter(name) or None

    def number(self, name: str, default: float, most: float) -> float:
        """Return a query parameter as a number from 0 to `most`."""
        text = self.parameter(name)
        try:
            number = float(text) if text is not None else default
        except ValueError:
            number = -1.0
        if not 0 <= number <= most:
            raise Refusal(422, "invalid", f"{name}={text!r} is not allowed; give a number from 0 to {most:g}")
        return number


Handler = Callable[[Call], Outcome | Awaitable[Outcome]]
Route = tuple[str, str, Handler]


def release() -> str:
    """Return the version of the installed project, "unreleased" in a bare checkout."""
    try:
        return version("railproof")
    except PackageNotFoundError:
        return "unreleased"


def about(call: Call) -> Outcome:
    """Tell what this server is; to a browser, show the page."""
    if "text/html" in call.request.headers.get("accept", ""):
        return Response(200, {"content-type": "text/html; charset=utf-8"}, page(call.registry, release()))
    return 200, {"name": NAME, "version": release(), "providers": sorted(call.registry.providers)}


def providers(call: Call) -> list[Provider]:
    """Return the providers that `?provider=` selects, all of them without it."""
    wanted = call.parameter("provider")
    if wanted is not None and wanted not in call.registry.providers:
        raise unknown("provider", wanted, call.registry.providers)
    return [provider for name, provider in call.registry.providers.items() if wanted in (None, name)]


def faults(call: Call) -> Outcome:
    """List the faults that can be switched on."""
    return 200, [
        {"name": fault.name, "provider": fault.provider, "rules": fault.rules, "says": fault.says}
        for provider in providers(call)
        for fault in provider.faults
    ]


def variants(call: Call) -> Outcome:
    """List the variants that can be switched on."""
    return 200, [
        {"name": each.name, "provider": each.provider, "ambiguity": each.ambiguity, "about": each.about, "says": each.says}
        for provider in providers(call)
        for each in provider.variants
    ]


def strays(call: Call) -> Outcome:
    """List the latest requests that carried no known credential, oldest first."""
    journal = call.registry.strays
    return 200, {"entries": [entry.shown() for entry in journal.entries], "dropped": journal.dropped}


ROUTES: tuple[Route, ...] = (
    ("GET", "/control", about),
    ("GET", "/control/faults", faults),
    ("GET", "/control/variants", variants),
    ("GET", "/control/strays", strays),
)
