"""Servers that mishandle an attach of V1 in time, and the status that follows (002 V1 Customer Status; Migration Summary)."""

import asyncio
from collections.abc import Callable
from typing import Any

from mockserver.clock import SECOND
from mockserver.faulting import Body, afterwards, sent, taken
from mockserver.fincom import errors
from mockserver.fincom.auth import is_authorized
from mockserver.fincom.faults.builders import STATUS, Event, broken_down, drops_event
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.faults.v1_builders import customer_of, fault, is_attach, is_read, shows
from mockserver.fincom.lifecycle import move
from mockserver.fincom.model import Customer, Status
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnDelivery, OnRequest

OVERLAP_SECONDS = 0.1
QUEUED, PATIENCE = 2 * SECOND, 60 * SECOND
LOCKS, TURNS, TIRED = "v1_guards_attach", "v1_parallel_attaches", "v1_life_goes_on"
# What a review may end in (002 V1 Status Lifecycle).
ENDS: tuple[Status, ...] = ("APPROVED", "ON_HOLD", "REJECTED")
Clash = Callable[[Tenant, Customer, Body, Response], Response]


def _named(tenant: Tenant, request: Request) -> Customer | None:
    body = sent(request) if is_attach(request) and is_authorized(tenant, request) else None
    return customer_of(tenant, body) if body else None


async def guards_attach(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Have a lock per customer, as V2 has: who comes while another attach is at work gets 409."""
    customer = _named(tenant, request)
    locks: set[str] = tenant.memory.setdefault(LOCKS, set())
    if customer is None:
        return await call_next(request)
    if customer.id in locks:
        return answer(409, errors.IN_FLIGHT)
    locks.add(customer.id)
    try:
        await asyncio.sleep(OVERLAP_SECONDS)
        return await call_next(request)
    finally:
        locks.discard(customer.id)


def _on_clash(clash: Clash) -> OnRequest:
    """Let an attach that comes while another of its customer is at work come out as `clash` makes it."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer, body = _named(tenant, request), sent(request)
        if customer is None or body is None:
            return await call_next(request)
        at_work: dict[str, int] = tenant.memory.setdefault(TURNS, {})
        before = at_work.get(customer.id, 0)
        at_work[customer.id] = before + 1
        await asyncio.sleep(OVERLAP_SECONDS)
        response = await call_next(request)
        at_work[customer.id] -= 1
        return clash(tenant, customer, body, response) if before else response

    return on_request


def _half_of_each(_: Tenant, customer: Customer, body: Body, response: Response) -> Response:
    if response.status == 403 and customer.documents is not None and isinstance(proof := body.get("proof_of_address"), dict):
        customer.documents = {**customer.documents, "proof_of_address": proof}
    return response


def _loser_breaks_down(_: Tenant, __: Customer, ___: Body, response: Response) -> Response:
    return broken_down() if response.status == 403 else response


def _nobody_wins(_: Tenant, customer: Customer, __: Body, response: Response) -> Response:
    if response.status == 403 and customer.status == "REVIEWING":
        customer.status, customer.documents = "INCOMPLETE", None
    return response


def _shows_status(to: str, when: Callable[[Customer], bool]) -> OnRequest:
    def edit(customer: Customer, data: dict[str, Any]) -> None:
        if when(customer):
            data["customer_status"] = to

    return shows(edit)


def _in(status: Status) -> Callable[[Customer], bool]:
    return lambda customer: customer.status == status


async def queues_attach(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Show a customer as incomplete for a while after its attach was answered."""
    name = request.path.rpartition("/")[2]
    customer = tenant.data.customers.get(name) if is_read(request) else None
    waiting = customer is not None and customer.version == "v1" and customer.status == "REVIEWING"
    if customer is None or not waiting or tenant.clock.now() - customer.status_updated >= QUEUED:
        return await call_next(request)
    customer.status = "INCOMPLETE"
    response = await call_next(request)
    customer.status = "REVIEWING"
    call_next.mark()
    return response


def _stays_incomplete(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, sent(request) or {}) if taken(response) else None
    if customer is None:
        return False
    customer.status = "INCOMPLETE"
    return True


async def approves_the_patient(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Approve customers that have been incomplete for a minute and are looked at."""
    customer = tenant.data.customers.get(request.path.rpartition("/")[2]) if is_read(request) else None
    waited = tenant.clock.now() - customer.created if customer else 0
    if customer is not None and (customer.version, customer.status) == ("v1", "INCOMPLETE") and waited >= PATIENCE:
        move(tenant, customer, "APPROVED")
        call_next.mark()
    return await call_next(request)


def _no_reason(customer: Customer, data: dict[str, Any]) -> None:
    if customer.status == "REJECTED":
        data["rejection_reason"] = None


def _tires(tenant: Tenant, request: Request, response: Response) -> bool:
    """Put a customer on hold after two refused attaches."""
    customer = customer_of(tenant, sent(request) or {})
    if customer is None or refused_fields(response) is None:
        return False
    refusals: dict[str, int] = tenant.memory.setdefault(TIRED, {})
    refusals[customer.id] = refusals.get(customer.id, 0) + 1
    if refusals[customer.id] != 2 or customer.status != "INCOMPLETE":
        return False
    move(tenant, customer, "ON_HOLD")
    return True


def _untold(status: Status) -> OnDelivery:
    """Send no event when a customer of V1 gets into a status."""

    def gets_there(tenant: Tenant, event: Event) -> bool:
        data = event.get("data", event)
        customer = tenant.data.customers.get(data["customer_id"])
        return customer is not None and customer.version == "v1" and bool(data["customer_status"] == status)

    return drops_event(STATUS, gets_there)


TURN: tuple[Fault, ...] = (
    fault("queues_attach", "attach-is-synchronous", "processes an attach seconds after it was answered, as V2 does", queues_attach),
    fault(
        "guards_attach",
        "attach-has-no-in-flight-guard fincom/conflict-guard-is-v2-only",
        "answers 409 to an attach while another is at work, as V2 does",
        guards_attach,
    ),
    fault(
        "mixes_parallel_attaches",
        "parallel-attach-keeps-one-whole-set",
        "keeps half of the documents of each of two attaches at once",
        _on_clash(_half_of_each),
    ),
    fault(
        "breaks_down_on_parallel_attaches",
        "parallel-attach-keeps-one-whole-set",
        "answers 500 to the later of two attaches at once",
        _on_clash(_loser_breaks_down),
    ),
    fault(
        "loses_parallel_attaches",
        "parallel-attach-keeps-one-whole-set",
        "keeps nothing of two attaches at once",
        _on_clash(_nobody_wins),
    ),
)
STATUSES: tuple[Fault, ...] = (
    *(
        fault(
            f"calls_the_review_{word.lower()}", "status-names-are-closed", f"calls the review {word}", _shows_status(word, _in("REVIEWING"))
        )
        for word in ("PENDING", "ACTION_REQUIRED", "Reviewing")
    ),
    fault(
        "stays_incomplete",
        "attach-leads-to-reviewing",
        "keeps a customer incomplete after its attach",
        afterwards(is_attach, _stays_incomplete),
    ),
    *(
        row
        for status in ENDS
        for rule in (f"reviewing-can-become-{status.lower().replace('_', '-')}",)
        for row in (
            fault(
                f"hides_{status.lower()}",
                rule,
                f"shows customers in {status} as still under review",
                _shows_status("REVIEWING", _in(status)),
            ),
            fault(
                f"does_not_tell_of_{status.lower()}",
                rule,
                f"sends no event when a customer gets to {status}",
                on_delivery=_untold(status),
            ),
        )
    ),
    fault(
        "approves_without_documents",
        "no-approval-without-documents",
        "approves customers that nobody attached documents for",
        approves_the_patient,
    ),
    fault("rejects_without_reason", "rejected-tells-the-reason", "gives no reason for a rejection", shows(_no_reason)),
    fault(
        "life_goes_on_after_two_refusals",
        "life-cycle-agrees-with-the-model",
        "puts a customer on hold after its second refused attach",
        afterwards(is_attach, _tires),
    ),
)

FAULTS: tuple[Fault, ...] = (*TURN, *STATUSES)
