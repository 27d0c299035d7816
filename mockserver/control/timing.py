"""Control of a tenant's time: look at the clock, move it, hold asynchronous steps open."""

from collections import Counter
from typing import Annotated, Any

import msgspec

from mockserver.clock import LATEST, SECOND, Mode, instant, iso
from mockserver.control.handling import Call, Outcome, Route
from mockserver.control.refusal import Refusal, read_as, unknown
from mockserver.events import Runner
from mockserver.tenants import Tenant


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """How far the clock is to move."""

    seconds: Annotated[float, msgspec.Meta(ge=0)]


class ModeWish(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the clock is to run by itself."""

    mode: Mode | None = None


def read_instant(text: str) -> int:
    """Return an ISO 8601 instant in microseconds since 1970; raises `Refusal` if it is none."""
    try:
        return instant(text)
    except ValueError as error:
        raise Refusal(422, "invalid", f"{text!r} is no instant ({error}); write 2026-01-31T12:00:00Z") from None


def shown(tenant: Tenant) -> dict[str, Any]:
    """Return the clock, and how many events are still to come or held."""
    pending = len(tenant.heap) + len(tenant.held)
    return {"now": iso(tenant.clock.now()), "mode": tenant.clock.mode, "pending": pending}


def show_clock(call: Call) -> Outcome:
    """Show the clock."""
    return 200, shown(call.tenant)


async def advance(call: Call) -> Outcome:
    """Move the clock; answers when everything that fell due has happened, deliveries included."""
    tenant, step = call.tenant, read_as(Step, call.body)
    micros = round(step.seconds * SECOND)
    if tenant.clock.now() + micros > LATEST:
        raise Refusal(422, "invalid", f"{step.seconds} seconds lead beyond the year 9000; take fewer")
    ran = await runner(tenant).advance(micros)
    return 200, {"now": iso(tenant.clock.now()), "ran": ran}


def change_clock(call: Call) -> Outcome:
    """Let the clock run by itself, or stop it; the time stays."""
    tenant, wish = call.tenant, read_as(ModeWish, call.body)
    if wish.mode is not None:
        tenant.clock.set(tenant.clock.now(), wish.mode)
        runner(tenant).arm()
        tenant.dirty = True
    return 200, shown(tenant)


def show_holds(call: Call) -> Outcome:
    """List the steps that are held, and how many events and requests wait behind each."""
    tenant = call.tenant
    behind = Counter(event.step for event in tenant.held) + tenant.waiting
    return 200, [{"step": step, "waiting": behind[step]} for step in sorted(tenant.holds)]


def hold(call: Call) -> Outcome:
    """Hold a step open: its events wait, however far the clock moves."""
    tenant, step = call.tenant, named_step(call)
    tenant.holds.add(step)
    tenant.dirty = True
    return 200, {"step": step, "held": True}


async def release(call: Call) -> Outcome:
    """Let go of a step; answers when what it held back has happened."""
    tenant, step = call.tenant, named_step(call)
    return 200, {"step": step, "held": False, "ran": await runner(tenant).release(step)}


def named_step(call: Call) -> str:
    """Return the step that the path names; raises `Refusal` if the provider has none of that name."""
    steps = call.tenant.provider.steps
    if call.names["step"] not in steps:
        raise unknown("step", call.names["step"], steps)
    return call.names["step"]


def runner(tenant: Tenant) -> Runner:
    """Return what runs the tenant's events; it is there as long as the server is up."""
    assert tenant.runner is not None
    return tenant.runner


ROUTES: tuple[Route, ...] = (
    ("GET", "clock", show_clock),
    ("PATCH", "clock", change_clock),
    ("POST", "clock/advance", advance),
    ("GET", "holds", show_holds),
    ("PUT", "holds/{step}", hold),
    ("DELETE", "holds/{step}", release),
)
