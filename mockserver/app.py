"""The ASGI application: reads a request, finds whose it is, lets the provider or the control API answer."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

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
from mockserver.wire import NAMES_AS_SENT
from mockserver.wrappers import WrapperFailed

LOG = logging.getLogger("mockserver")
# Says in the answer that a wrapper, and no provider, is to blame for it.
WRAPPER_FAILED = "x-mock-wrapper-failed"
# Above what any provider allows, so that the refusal is the provider's own: seven files of 10 MiB in base64 are 94 MiB.
MAX_BODY = 112 * 1024 * 1024
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class TooLarge(ValueError):
    """The request body is larger than `MAX_BODY`."""


class App:
    """All providers and the control API behind one port; `control_token` guards /control if it is given."""

    def __init__(self, control_token: str | None = None, state: Path | None = None) -> None:
        self.providers: tuple[Provider, ...] = (Fincom(), Harbor(), Mbanq(), Omnumi())
        self.registry = Registry(self.providers)
        self.control = Control(self.registry, control_token)
        self.store = Store(state, self.registry) if state else None
        if self.store:
            self.store.restore()
        for provider in self.providers:
            if f"demo-{provider.name}" not in self.registry.tenants:
                provider.open_demo(self.registry, f"demo-{provider.name}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await _reply(send, await self._answer(scope, receive))

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

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        try:
            body = await _body(receive)
        except TooLarge as error:
            return answer(413, {"message": str(error)})
        except ConnectionError:
            return answer(400, {"message": "The request was cut off"})
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        names = tuple(name.decode("latin-1") for name in scope.get(NAMES_AS_SENT, ()))
        request = Request(scope["method"], scope["path"], query, headers, body, names)
        try:
            return await self._dispatch(request)
        except WrapperFailed as error:
            LOG.exception("%s %s: the wrapper %s failed", request.method, request.path, error)
            return answer(500, {"message": f"The wrapper {error} failed"}, {**JSON_HEADERS, WRAPPER_FAILED: str(error)})
        except Exception:
            LOG.exception("%s %s failed", request.method, request.path)
            return answer(500, {"status": 500, "message": "Internal server error"})

    async def _dispatch(self, request: Request) -> Response:
        if request.path == "/control" or request.path.startswith("/control/"):
            return await self.control.answer(request)
        tenant_id, path = _addressed_tenant(request.path)
        for provider in self.providers:
            if path.startswith(provider.prefix + "/"):
                inner = replace(request, path=path[len(provider.prefix) :])
                tenant = self.registry.tenants.get(tenant_id) if tenant_id else None
                return await self._serve(provider, inner, tenant)
        known = ", ".join(["/control", *(provider.prefix for provider in self.providers)])
        return answer(404, {"message": f"Nothing is served at {request.path}; paths begin with one of: {known}"})

    async def _serve(self, provider: Provider, request: Request, addressed: Tenant | None) -> Response:
        tenant = provider.authenticate(self.registry, request) or addressed
        started = time.perf_counter_ns()
        if tenant is not None and tenant.wrappers.around_requests:
            response = await tenant.wrappers.answer(tenant, request, _honest(provider, tenant))
        else:
            response = await _honest(provider, tenant)(request)
        took = (time.perf_counter_ns() - started) // 1000
        journal, at = (tenant.journal, tenant.clock.now()) if tenant else (self.registry.strays, wall())
        journal.record(at, took, provider.prefix + request.path, request, response, provider.withheld)
        if tenant:
            tenant.dirty = True
        return response


def _honest(provider: Provider, tenant: Tenant | None) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        response = provider.handle(tenant, request)
        if tenant is not None and tenant.holds:
            await provider.linger(tenant, request)
        return response

    return handle


def _addressed_tenant(path: str) -> tuple[str | None, str]:
    """Split /~TENANT/rest: the address names whose request it is, also when no credential does; it opens no door."""
    if not path.startswith("/~"):
        return None, path
    tenant_id, _, rest = path[2:].partition("/")
    return tenant_id, "/" + rest


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY:
            # Read on to the end, keeping nothing: a client that is still writing would not see the answer.
            chunks = []
        more = message.get("more_body", False)
    if size > MAX_BODY:
        raise TooLarge(f"The body is larger than {MAX_BODY} bytes")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _reply(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
