"""The application: finds whose a request is, and lets the provider or the control API answer it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx

from mockserver.clock import wall
from mockserver.control import Control
from mockserver.fincom.provider import Fincom
from mockserver.harbor.provider import Harbor
from mockserver.http import JSON_HEADERS, Request, Response, answer
from mockserver.mbanq.provider import Mbanq
from mockserver.omnumi.provider import Omnumi
from mockserver.state import Store
from mockserver.tenants import Provider, Registry, Tenant
from mockserver.wire import FAILED, Answered
from mockserver.wrappers import WrapperFailed

LOG = logging.getLogger("mockserver")
# Says in the answer that a wrapper, and no provider, is to blame for it.
WRAPPER_FAILED = "x-mock-wrapper-failed"
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class App:
    """All providers and the control API behind one port; `control_token` guards /control if it is given."""

    def __init__(self, control_token: str | None = None, state: Path | None = None) -> None:
        self.providers: tuple[Provider, ...] = (Fincom(), Harbor(), Mbanq(), Omnumi())
        self._by_first = {provider.prefix.removeprefix("/"): provider for provider in self.providers}
        self.registry = Registry(self.providers)
        self.control = Control(self.registry, control_token)
        self.store = Store(state, self.registry) if state else None
        if self.store:
            self.store.restore()
        for provider in self.providers:
            if f"demo-{provider.name}" not in self.registry.tenants:
                provider.open_demo(self.registry, f"demo-{provider.name}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Live from the start of the server to its end, as ASGI has it; requests come by `answer`."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with httpx.AsyncClient(trust_env=False) as client:
            self.registry.start(client)
            writer = asyncio.create_task(self.store.write_behind()) if self.store else None
            await send({"type": "lifespan.startup.complete"})
            await receive()
            if self.store and writer:
                writer.cancel()
                self.store.write()
            for tenant in self.registry.tenants.values():
                if tenant.runner:
                    tenant.runner.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def answer(self, request: Request) -> Answered:
        """Answer at once where nothing has to be waited for, which only wrappers, held steps and the control API do."""
        try:
            answered = self._dispatch(request)
        except Exception:
            LOG.exception("%s %s failed", request.method, request.path)
            return FAILED
        return answered if isinstance(answered, Response) else _guarded(request, answered)

    def _dispatch(self, request: Request) -> Answered:
        tenant_id, path = _addressed_tenant(request.path)
        first, slash, rest = path[1:].partition("/")
        if first == "control" and tenant_id is None:
            return self.control.answer(request)
        if slash and (provider := self._by_first.get(first)) is not None:
            inner = Request(request.method, slash + rest, request.query, request.headers, request.body, request.names_as_sent)
            tenant = self.registry.tenants.get(tenant_id) if tenant_id else None
            return self._serve(provider, inner, tenant)
        known = ", ".join(["/control", *(provider.prefix for provider in self.providers)])
        return answer(404, {"message": f"Nothing is served at {request.path}; paths begin with one of: {known}"})

    def _serve(self, provider: Provider, request: Request, addressed: Tenant | None) -> Answered:
        tenant = provider.authenticate(self.registry, request) or addressed
        started = time.perf_counter_ns()
        if tenant is not None and (tenant.wrappers.around_requests or tenant.holds):
            return self._serve_patiently(provider, request, tenant, started)
        response = provider.handle(tenant, request)
        self._note(provider, request, tenant, started, response)
        return response

    async def _serve_patiently(self, provider: Provider, request: Request, tenant: Tenant, started: int) -> Response:
        response = await tenant.wrappers.answer(tenant, request, _honest(provider, tenant))
        self._note(provider, request, tenant, started, response)
        return response

    def _note(self, provider: Provider, request: Request, tenant: Tenant | None, started: int, response: Response) -> None:
        took = (time.perf_counter_ns() - started) // 1000
        journal, at = (tenant.journal, tenant.clock.now()) if tenant else (self.registry.strays, wall())
        journal.record(at, took, provider.prefix + request.path, request, response, provider.withheld)
        if tenant:
            tenant.dirty = True


async def _guarded(request: Request, answered: Coroutine[Any, Any, Response]) -> Response:
    try:
        return await answered
    except WrapperFailed as error:
        LOG.exception("%s %s: the wrapper %s failed", request.method, request.path, error)
        return answer(500, {"message": f"The wrapper {error} failed"}, {**JSON_HEADERS, WRAPPER_FAILED: str(error)})
    except Exception:
        LOG.exception("%s %s failed", request.method, request.path)
        return FAILED


def _honest(provider: Provider, tenant: Tenant) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        response = provider.handle(tenant, request)
        if tenant.holds:
            await provider.linger(tenant, request)
        return response

    return handle


def _addressed_tenant(path: str) -> tuple[str | None, str]:
    """Split /~TENANT/rest: the address names whose request it is, also when no credential does; it opens no door."""
    if not path.startswith("/~"):
        return None, path
    tenant_id, _, rest = path[2:].partition("/")
    return tenant_id, "/" + rest
