"""The heap of events of one tenant, and what runs them: a timer while the clock runs, `advance` when a test says so."""

import asyncio
import heapq
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from mockserver.clock import SECOND
from mockserver.webhooks import DELIVERY, deliver

if TYPE_CHECKING:
    from mockserver.tenants import Tenant

LOG = logging.getLogger("mockserver")


class Event(msgspec.Struct, order=True):
    """Something that happens at `due` (microseconds since 1970); `step` names what can be held open."""

    due: int
    seq: int
    kind: str
    payload: dict[str, Any]
    step: str | None = None


class Runner:
    """Runs the events of one tenant one after the other, in order of due time."""

    def __init__(self, tenant: "Tenant", client: httpx.AsyncClient) -> None:
        self.tenant = tenant
        self.client = client
        self._timer: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()
        self._post = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts: set[asyncio.Task[None]] = set()

    def arm(self) -> None:
        """Set the timer to the next event; on a stopped clock only what is due already can fire."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if not self.tenant.heap:
            return
        clock = self.tenant.clock
        wait = self.tenant.heap[0].due - clock.now()
        if wait <= 0 or clock.mode == "running":
            self._timer = asyncio.get_running_loop().call_later(max(0.0, wait / SECOND), self._fire)

    def stop(self) -> None:
        """Run nothing more: the tenant is gone."""
        if self._timer:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()

    async def advance(self, micros: int) -> int:
        """Move the clock and run all that falls due on the way; return how many events that were.

        Each event sees the clock at its own due time. Deliveries have been attempted when this returns.
        """
        async with self._turn:
            await self._settle()
            clock = self.tenant.clock
            ran = await self._drain(clock.now() + micros)
            clock.go_on(micros)
        self.tenant.dirty = True
        self.arm()
        return ran

    async def release(self, step: str) -> int:
        """Let go of a held step: what it held back happens now; return how many events ran."""
        async with self._turn:
            await self._settle()
            tenant = self.tenant
            tenant.holds.discard(step)
            now = tenant.clock.now()
            freed = [event for event in tenant.held if event.step == step]
            tenant.held = [event for event in tenant.held if event.step != step]
            for event in freed:
                event.due = max(event.due, now)
                heapq.heappush(tenant.heap, event)
            ran = await self._drain(now)
            tenant.clock.go_on()
        tenant.dirty = True
        self.arm()
        return ran

    def _fire(self) -> None:
        self._timer = None
        self._spawn(self._tick())

    async def _tick(self) -> None:
        async with self._turn:
            now = self.tenant.clock.now()
            while (event := self._next(now)) is not None:
                if event.kind == DELIVERY:
                    post = self._spawn(self._deliver(event))
                    self._posts.add(post)
                    post.add_done_callback(self._posts.discard)
                else:
                    self._run(event)
        self.arm()

    async def _drain(self, target: int) -> int:
        ran = 0
        start = self.tenant.clock.now()
        while (event := self._next(target)) is not None:
            self.tenant.clock.stand_at(max(event.due, start))
            if event.kind == DELIVERY:
                await self._deliver(event)
            else:
                self._run(event)
            ran += 1
        return ran

    def _next(self, until: int) -> Event | None:
        """Take the next event that is due by `until` and not held."""
        tenant = self.tenant
        while tenant.heap and tenant.heap[0].due <= until:
            event = heapq.heappop(tenant.heap)
            if event.step not in tenant.holds:
                return event
            tenant.held.append(event)
        return None

    def _run(self, event: Event) -> None:
        tenant = self.tenant
        handler = tenant.provider.events[event.kind]
        tenant.wrappers.run_event(tenant, event, lambda each: handler(tenant, each))
        tenant.dirty = True

    async def _deliver(self, event: Event) -> None:
        async with self._post:
            await deliver(self.tenant, event.payload["id"], self.client)

    async def _settle(self) -> None:
        """Wait for the deliveries under way; ticks are left alone, for they wait for the turn that the caller has."""
        while self._posts:
            await asyncio.wait(self._posts)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("an event of tenant %s failed", self.tenant.id, exc_info=error)
