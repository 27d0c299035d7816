"""Servers that read in another way when an attach is in flight, and what a customer then is (002 V2 Step 2; Customer Status; facts 2.5)."""

import heapq
from collections.abc import Callable
from typing import Any, cast

from mockserver.events import Event as Step
from mockserver.fincom.attach import ATTACH, process
from mockserver.fincom.auth import is_authorized
from mockserver.fincom.errors import NOT_ELIGIBLE
from mockserver.fincom.faults.builders import (
    STATUS,
    Event,
    afterwards,
    customer_of,
    edits_event,
    edits_taken,
    is_attach,
    is_create,
    is_listing,
    is_read,
    taken,
    told,
)
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.lifecycle import announce, move
from mockserver.fincom.model import Customer, Status
from mockserver.fincom.variants.builders import variant
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

# Names of the specification that the guide does not have (facts 2.5).
PROCESSING, IN_COMPLIANCE = "PROCESSING", "IN_COMPLIANCE"
REPLAYS, BARS = "answers_identical_attach_again", "bars_identical_attach"
Translate = Callable[[Tenant, dict[str, Any]], str | None]


def _queued(tenant: Tenant, customer: Customer) -> Step | None:
    mine = (event for event in tenant.heap if event.kind == ATTACH and event.payload["attach_id"] == customer.in_flight)
    return next(mine, None)


def _is_waiting(tenant: Tenant, attach_id: str | None) -> bool:
    """Tell whether an attach is still to be processed, whatever other wrappers make of its customer meanwhile."""
    return any(event.payload["attach_id"] == attach_id for event in (*tenant.heap, *tenant.held) if event.kind == ATTACH)


def _processes_at_once(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request)
    step = _queued(tenant, customer) if customer and taken(response) and ATTACH not in tenant.holds else None
    if step is None:
        return False
    tenant.heap.remove(step)
    heapq.heapify(tenant.heap)
    tenant.wrappers.run_event(tenant, step, lambda event: process(tenant, event))
    return True


def _withdraws(tenant: Tenant, customer: Customer, in_flight: str | None) -> None:
    """Take back an attach that was queued, and put the one before in its place."""
    step = _queued(tenant, customer)
    if step is not None:
        tenant.heap.remove(step)
        heapq.heapify(tenant.heap)
    customer.in_flight = in_flight


async def validates_before_it_looks_for_conflicts(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Refuse a broken body for what is wrong with it, also while an attach is in flight."""
    customer = customer_of(tenant, request) if is_attach(request) else None
    if customer is None or customer.in_flight is None:
        return await call_next(request)
    before, customer.in_flight = customer.in_flight, None
    response = await call_next(request)
    if refused_fields(response):
        customer.in_flight = before
        return response
    _withdraws(tenant, customer, before)
    return await call_next(request)


def _on_repeat(memory: str, make: Callable[[Response], Response]) -> OnRequest:
    """Answer an attach that repeats the one in flight to the letter by what `make` makes of the first answer."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request) if is_attach(request) else None
        if customer is None or not is_authorized(tenant, request):
            return await call_next(request)
        seen: dict[str, tuple[str, bytes, Response]] = tenant.memory.setdefault(memory, {})
        in_flight, body, first = seen.get(customer.id, (None, b"", None))
        if first is not None and body == request.body and _is_waiting(tenant, in_flight):
            return make(first)
        response = await call_next(request)
        if taken(response) and customer.in_flight is not None:
            seen[customer.id] = (customer.in_flight, request.body, response)
        return response

    return on_request


def _shown_otherwise(translate: Translate) -> OnRequest:
    """Show other words for statuses wherever customers are read."""

    def edit(tenant: Tenant, body: dict[str, Any]) -> None:
        for data in body["data"].get("customers", [body["data"]]):
            data["customer_status"] = translate(tenant, data) or data["customer_status"]

    return edits_taken(lambda request: is_read(request) or is_listing(request), edit)


def _hold_by_other_name(tenant: Tenant, data: dict[str, Any]) -> str | None:
    customer = tenant.data.customers.get(data["customer_id"])
    of_v2 = customer is not None and customer.version == "v2"
    return IN_COMPLIANCE if of_v2 and data["customer_status"] == "ON_HOLD" else None


def _tells_hold_by_other_name(tenant: Tenant, event: Event) -> Event | None:
    data = event.get("data", event)
    data["customer_status"] = _hold_by_other_name(tenant, data) or data["customer_status"]
    return event if data["customer_status"] == IN_COMPLIANCE else None


def _while_in_flight(tenant: Tenant, data: dict[str, Any]) -> str | None:
    customer = tenant.data.customers.get(data["customer_id"])
    return PROCESSING if customer and customer.in_flight else None


_shows_processing = _shown_otherwise(_while_in_flight)


async def calls_the_queue_processing(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Give customers a status of their own while their attach is in flight, and tell of it."""
    response = await _shows_processing(tenant, request, call_next)
    customer = customer_of(tenant, request) if is_attach(request) and taken(response) else None
    if customer is not None and customer.in_flight:
        before, customer.status = customer.status, cast("Status", PROCESSING)
        announce(tenant, customer, STATUS)
        customer.status = before
        call_next.mark()
    return response


def _skips_documents(tenant: Tenant, _: Request, response: Response) -> bool:
    body = told(response).get("data") if taken(response) else None
    customer = tenant.data.customers.get(body.get("customer_id")) if isinstance(body, dict) else None
    if customer is None or customer.body.get("verification_type") != "RELIANCE":
        return False
    move(tenant, customer, "REVIEWING")
    return True


VARIANTS: tuple[Variant, ...] = (
    variant(
        "reviews_before_a_repeat_arrives",
        "amb-409-or-403",
        "is done with an attach before a repeat can arrive",
        afterwards(is_attach, _processes_at_once),
    ),
    variant(
        "validates_before_it_looks_for_conflicts",
        "amb-409-or-validation",
        "tells what is wrong with a body before it tells of the attach in flight",
        validates_before_it_looks_for_conflicts,
    ),
    variant(
        BARS,
        "amb-in-flight-same-body",
        "holds an identical repeat of the attach in flight not eligible",
        _on_repeat(BARS, lambda _: answer(403, NOT_ELIGIBLE)),
    ),
    variant(
        REPLAYS,
        "amb-in-flight-same-body",
        "gives the first answer again to an identical repeat of the attach in flight",
        _on_repeat(REPLAYS, lambda first: first),
    ),
    variant(
        "reviews_at_once",
        "amb-processing",
        "puts a customer under review before it answers",
        afterwards(is_attach, _processes_at_once),
    ),
    variant(
        "calls_the_queue_processing",
        "amb-processing",
        "has the status PROCESSING while an attach is in flight",
        calls_the_queue_processing,
    ),
    variant(
        "calls_a_hold_in_compliance",
        "amb-on-hold-name",
        "calls the status ON_HOLD IN_COMPLIANCE",
        _shown_otherwise(_hold_by_other_name),
        on_delivery=edits_event(STATUS, _tells_hold_by_other_name),
    ),
    variant(
        "relies_without_documents",
        "amb-reliance-documents",
        "puts a customer under review at once when it relies on the client's KYC",
        afterwards(is_create, _skips_documents),
    ),
    variant(
        "asks_for_action_after_approval",
        "amb-action-required-arrow",
        "may ask for action once a customer is approved",
        pairs=[("APPROVED", "ACTION_REQUIRED")],
    ),
    variant(
        "asks_for_action_while_on_hold",
        "amb-action-required-arrow",
        "may ask for action while a customer is on hold",
        pairs=[("ON_HOLD", "ACTION_REQUIRED")],
    ),
    variant(
        "approves_out_of_a_hold",
        "fincom/amb-on-hold-exit",
        "may approve a customer that is on hold without another review",
        pairs=[("ON_HOLD", "APPROVED")],
    ),
    variant(
        "rejects_out_of_a_hold",
        "fincom/amb-on-hold-exit",
        "may reject a customer that is on hold without another review",
        pairs=[("ON_HOLD", "REJECTED")],
    ),
)
