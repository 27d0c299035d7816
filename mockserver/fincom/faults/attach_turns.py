"""Servers that let in or turn away the wrong attach: by status, and by what is in flight (002 V2 Step 2; Error Response Examples)."""

import asyncio
from collections.abc import Callable, Collection

from mockserver.events import Event
from mockserver.fincom import errors
from mockserver.fincom.attach import ATTACH
from mockserver.fincom.documents import documented
from mockserver.fincom.faults.builders import (
    afterwards,
    customer_of,
    edits_answer,
    fault,
    instead,
    is_attach,
    is_upload,
    sent,
    taken,
)
from mockserver.fincom.lifecycle import announce, move
from mockserver.fincom.model import Customer, Status
from mockserver.fincom.uploads import parse
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnEvent, OnRequest, Proceed

RACE_SECONDS = 0.1
LEAKED = "leaked"
REFUSALS = {403: errors.NOT_ELIGIBLE, 409: errors.IN_FLIGHT}
DECIDED: tuple[Status, ...] = ("APPROVED", "ON_HOLD", "REJECTED")
Trait = Callable[[Tenant, Customer], bool]


def takes_attach_in(statuses: Collection[str], revives: bool = False) -> OnRequest:
    """Let an attach in although the customer is in one of these statuses; `revives` leaves it open to a new review."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request) if is_attach(request) else None
        if customer is None or customer.status not in statuses:
            return await call_next(request)
        before, customer.status = customer.status, "ACTION_REQUIRED"
        try:
            response = await call_next(request)
        finally:
            customer.status = before
        if taken(response):
            call_next.mark()
            customer.status = "ACTION_REQUIRED" if revives else before
        return response

    return on_request


def turns_away(status: int, when: Trait) -> OnRequest:
    """Answer 403 or 409 to an attach of a customer with a trait."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        customer = customer_of(tenant, request)
        return answer(status, REFUSALS[status]) if customer and when(tenant, customer) else None

    return instead(is_attach, make)


def _unwraps(status: int) -> Callable[[Tenant, Request, Response], Response | None]:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        body = response.json() if response.status == status else {}
        return response.with_json({"message": body["error"]["message"]}) if "error" in body else None

    return edit


def _reviews_again(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request)
    if customer is None or response.status != 403 or customer.status not in DECIDED:
        return False
    move(tenant, customer, "REVIEWING")
    return True


async def attach_forgets_the_one_in_flight(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take a second attach: the first one is void."""
    customer = customer_of(tenant, request) if is_attach(request) else None
    if customer is None or customer.in_flight is None:
        return await call_next(request)
    before, customer.in_flight = customer.in_flight, None
    response = await call_next(request)
    if taken(response):
        call_next.mark()
    else:
        customer.in_flight = before
    return response


async def attach_checks_then_acts(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Look whether an attach is in flight, dawdle, then attach without looking again."""
    customer = customer_of(tenant, request) if is_attach(request) else None
    if customer is None or customer.in_flight:
        return await call_next(request)
    await asyncio.sleep(RACE_SECONDS)
    meanwhile = customer_of(tenant, request)
    if meanwhile and meanwhile.in_flight:
        meanwhile.in_flight = None
        call_next.mark()
    return await call_next(request)


def _loser_overwrites(tenant: Tenant, request: Request, response: Response) -> bool:
    body = sent(request)
    queue = [event for event in (*tenant.heap, *tenant.held) if event.kind == ATTACH]
    mine = [event for event in queue if event.payload["customer_id"] in request.path.split("/")]
    if response.status != 409 or not mine:
        return False
    mine[0].payload["documents"] = documented(body)
    return True


def _loser_is_told_too(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request)
    if response.status != 409 or customer is None:
        return False
    announce(tenant, customer, "customer.status")
    return True


def _leaks(failed: bool) -> OnEvent:
    """Keep the lock when the queued step is over, either the failed ones or the others."""

    def on_event(tenant: Tenant, event: Event, proceed: Proceed) -> None:
        customer = tenant.data.customers.get(event.payload.get("customer_id")) if event.kind == ATTACH else None
        fails = customer is not None and customer.fails_next
        proceed(event)
        if customer is not None and fails == failed and customer.in_flight is None:
            customer.in_flight = LEAKED

    return on_event


def _in_flight_elsewhere(tenant: Tenant, customer: Customer) -> bool:
    return any(other.in_flight for other in tenant.data.customers.values() if other is not customer)


def _reviews(customer: Customer) -> int:
    return sum(status == "REVIEWING" for status, _ in customer.history)


def _bars_upload(tenant: Tenant, request: Request) -> Response | None:
    try:
        fields, _ = parse(request)
    except ValueError:
        return None
    customer = tenant.data.customers.get(fields.get("customer_id"))
    return answer(409, errors.IN_FLIGHT) if customer and customer.in_flight else None


ELIGIBILITY: tuple[Fault, ...] = (
    *(
        fault(
            f"takes_attach_in_{status.lower()}",
            f"attach-in-{status.lower().replace('_', '-')}-is-forbidden",
            f"takes an attach although the customer is in {status}",
            takes_attach_in({status}),
        )
        for status in ("REVIEWING", *DECIDED)
    ),
    fault(
        "revives_rejected_customer",
        "rejected-is-final-for-the-client attach-in-rejected-is-forbidden",
        "puts a rejected customer under review again when it attaches",
        takes_attach_in({"REJECTED"}, revives=True),
    ),
    fault(
        "refuses_attach_of_new_customer",
        "attach-in-incomplete-is-accepted",
        "holds a new customer not eligible for attach",
        turns_away(403, lambda _, customer: customer.status == "INCOMPLETE"),
    ),
    fault(
        "refuses_corrected_attach",
        "attach-in-action-required-is-accepted",
        "takes one attach per customer, corrections included",
        turns_away(403, lambda _, customer: customer.status == "ACTION_REQUIRED"),
    ),
    fault(
        "takes_one_correction_only",
        "attach-again-and-again",
        "lets documents be corrected once",
        turns_away(403, lambda _, customer: customer.status == "ACTION_REQUIRED" and _reviews(customer) > 1),
    ),
    fault(
        "ineligible_message_at_top_level",
        "ineligible-body-is-fixed",
        "tells of ineligibility in a message at the top level",
        edits_answer(is_attach, _unwraps(403)),
    ),
    fault(
        "ineligible_attach_starts_review",
        "ineligible-attach-changes-nothing",
        "throws a decided customer back into review while it refuses the attach",
        afterwards(is_attach, _reviews_again),
    ),
)
CONCURRENCY: tuple[Fault, ...] = (
    fault(
        "queues_second_attach",
        "second-attach-in-flight-is-409",
        "queues a second attach while one is in flight",
        attach_forgets_the_one_in_flight,
    ),
    fault(
        "conflict_message_at_top_level",
        "conflict-body-is-fixed",
        "tells of the conflict in a message at the top level",
        edits_answer(is_attach, _unwraps(409)),
    ),
    fault(
        "attach_checks_then_acts",
        "parallel-attach-one-winner",
        "checks for an attach in flight, and acts a moment later without a lock",
        attach_checks_then_acts,
    ),
    fault(
        "losing_attach_overwrites",
        "conflict-does-not-replace-documents",
        "links the documents of an attach that was refused as a conflict",
        afterwards(is_attach, _loser_overwrites),
    ),
    fault(
        "losing_attach_is_told_too",
        "conflict-does-not-replace-documents",
        "sends an event for an attach that was refused as a conflict",
        afterwards(is_attach, _loser_is_told_too),
    ),
    fault(
        "locks_attach_per_client",
        "lock-is-per-customer",
        "has one lock for all customers of a client",
        turns_away(409, _in_flight_elsewhere),
    ),
    fault(
        "leaks_lock_after_attach",
        "lock-is-freed-after-completion",
        "keeps the lock when an attach is done",
        on_event=_leaks(failed=False),
    ),
    fault(
        "leaks_lock_after_failure",
        "failed-attach-frees-the-lock",
        "keeps the lock when an attach fails",
        on_event=_leaks(failed=True),
    ),
    fault(
        "bars_upload_during_attach",
        "upload-during-attach-is-free",
        "takes no files while an attach is in flight",
        instead(is_upload, _bars_upload),
    ),
)
FAULTS = (*ELIGIBILITY, *CONCURRENCY)
