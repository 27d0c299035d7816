"""Faults and variants around webhook deliveries and asynchronous steps."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from mockserver.clock import SECOND, Clock, instant
from mockserver.events import Event
from mockserver.fincom.customers import register
from mockserver.fincom.model import Settings
from mockserver.fincom.provider import Fincom
from mockserver.http import Request, Response
from mockserver.tenants import Registry, Tenant
from mockserver.webhooks import Delivery
from mockserver.wrappers import Active, CallNext, Fault, OnDelivery, OnEvent, Proceed, WrapperFailed
from tests.mockserver_kit import person


@pytest.fixture
def tenant() -> Tenant:
    clock = Clock()
    clock.set(instant("2026-03-10T12:00:00Z"), "stopped")
    provider = Fincom()
    made = Registry([provider]).open(provider, Settings(), clock)
    made.webhook.url = "http://127.0.0.1:1/"
    return made


def fault(on_delivery: OnDelivery | None = None, on_event: OnEvent | None = None) -> Fault:
    return Fault(name="lie", provider="fincom", says="lies", rules=("r",), on_delivery=on_delivery, on_event=on_event)


def test_a_delivery_can_be_doubled(tenant: Tenant) -> None:
    tenant.wrappers.set([Active(fault(lambda _, delivery: [delivery, delivery]))])
    register(tenant, person(), "v2")
    first, second = tenant.deliveries.values()
    assert first.event_id == second.event_id
    assert first.id != second.id
    assert len(tenant.heap) == 2


def test_a_delivery_can_be_dropped_the_first_time(tenant: Tenant) -> None:
    active = Active(fault(lambda _, __: []), first=1)
    tenant.wrappers.set([active])
    register(tenant, person(), "v2")
    assert not tenant.deliveries
    register(tenant, person(), "v2")
    assert (len(tenant.deliveries), active.hits, active.spent) == (1, 1, True)


def test_a_delivery_can_be_edited_and_put_off(tenant: Tenant) -> None:
    def later(_: Tenant, delivery: Delivery) -> list[Delivery]:
        return [msgspec.structs.replace(delivery, due=delivery.due + SECOND, body=b"{}")]

    tenant.wrappers.set([Active(fault(later))])
    register(tenant, person(), "v2")
    [delivery] = tenant.deliveries.values()
    assert delivery.body == b"{}"
    assert tenant.heap[0].due == tenant.clock.now() + SECOND


def test_an_honest_delivery_is_no_hit(tenant: Tenant) -> None:
    active = Active(fault(lambda _, delivery: [delivery]))
    tenant.wrappers.set([active])
    register(tenant, person(), "v2")
    assert (len(tenant.deliveries), active.hits) == (1, 0)


def test_a_step_can_be_stood_around(tenant: Tenant) -> None:
    ran: list[str] = []

    def around(_: Tenant, event: Event, proceed: Proceed) -> None:
        ran.append("before")
        proceed(event)
        ran.append("after")

    def instead(_: Tenant, __: Event, ___: Proceed) -> None:
        ran.append("nothing")

    event = Event(0, 1, "attach", {})
    active = [Active(fault(on_event=around)), Active(fault(on_event=instead), first=1)]
    tenant.wrappers.set(active)
    for _ in range(2):
        tenant.wrappers.run_event(tenant, event, lambda each: ran.append(each.kind))
    assert ran == ["before", "nothing", "after", "before", "attach", "after"]
    assert [each.hits for each in active] == [2, 1]


async def _passes_on(_: Tenant, request: Request, call_next: CallNext) -> Response:
    return await call_next(request)


async def _breaks(_: Tenant, __: Request, ___: CallNext) -> Response:
    raise RuntimeError("a mistake of its own")


def test_the_wrapper_that_broke_is_named_and_none_around_it(tenant: Tenant) -> None:
    around, broken = (replace(fault(), name=name, on_request=hook) for name, hook in (("around", _passes_on), ("broken", _breaks)))
    tenant.wrappers.set([Active(around), Active(broken)])
    with pytest.raises(WrapperFailed, match="broken"):
        asyncio.run(tenant.wrappers.answer(tenant, Request("GET", "/"), _honest))


def test_what_the_server_itself_gets_wrong_is_no_wrappers_fault(tenant: Tenant) -> None:
    tenant.wrappers.set([Active(replace(fault(), on_request=_passes_on))])
    with pytest.raises(ZeroDivisionError):
        asyncio.run(tenant.wrappers.answer(tenant, Request("GET", "/"), _wrong))


async def _honest(_: Request) -> Response:
    return Response(200)


async def _wrong(_: Request) -> Response:
    raise ZeroDivisionError
