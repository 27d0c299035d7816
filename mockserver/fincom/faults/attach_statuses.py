"""Servers that mishandle the status of a customer once documents are attached (002 V2 Customer Status & Webhooks)."""

from collections.abc import Callable
from typing import Any

from mockserver.clock import SECOND
from mockserver.events import Event
from mockserver.fincom.attach import ATTACH
from mockserver.fincom.faults.builders import (
    STATUS,
    afterwards,
    customer_of,
    drops_event,
    edits_taken,
    fault,
    is_attach,
    is_read,
    is_upload,
    taken,
)
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.lifecycle import EXPLAINED, move, rejection
from mockserver.fincom.model import Customer, Status
from mockserver.fincom.uploads import parse
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnDelivery, OnEvent, OnRequest, Proceed

# What a review may end in (002 V2 Status Lifecycle).
ENDS: tuple[Status, ...] = ("APPROVED", "ACTION_REQUIRED", "ON_HOLD", "REJECTED")
PATIENCE = 60 * SECOND
FLAPS, TIRED = "status_flaps", "life_goes_on_after_two_refusals"
Shown = Callable[[Tenant, Customer, dict[str, Any]], None]


def shows(edit: Shown) -> OnRequest:
    """Let `edit` change in place how a customer is read back."""

    def edited(tenant: Tenant, body: dict[str, Any]) -> None:
        customer = tenant.data.customers.get(body["data"]["customer_id"])
        if customer is not None:
            edit(tenant, customer, body["data"])

    return edits_taken(is_read, edited)


def _shows_status(to: str, when: Callable[[Customer], bool] = lambda _: True) -> OnRequest:
    def edit(_: Tenant, customer: Customer, data: dict[str, Any]) -> None:
        if when(customer):
            data["customer_status"] = to

    return shows(edit)


def _in(status: Status) -> Callable[[Customer], bool]:
    return lambda customer: customer.status == status


def _lower_case(_: Tenant, customer: Customer, data: dict[str, Any]) -> None:
    if customer.status in ENDS:
        data["customer_status"] = customer.status.lower()


def _no_reason(_: Tenant, customer: Customer, data: dict[str, Any]) -> None:
    if customer.status == "REJECTED":
        data["rejection_reason"] = None


def _stale_reason(_: Tenant, customer: Customer, data: dict[str, Any]) -> None:
    explained = any(status in EXPLAINED for status, _ in customer.history)
    if explained and customer.status not in EXPLAINED:
        data["rejection_reason"] = rejection("Told before")


def _reason_for_all(_: Tenant, customer: Customer, data: dict[str, Any]) -> None:
    if customer.status not in EXPLAINED:
        data["rejection_reason"] = rejection("")


def _flaps(tenant: Tenant, customer: Customer, data: dict[str, Any]) -> None:
    reads: dict[str, int] = tenant.memory.setdefault(FLAPS, {})
    reads[customer.id] = reads.get(customer.id, 0) + 1
    if reads[customer.id] % 2 == 0:
        data["customer_status"] = "INCOMPLETE" if customer.status == "REVIEWING" else "REVIEWING"


def _loses_attach(status: Status) -> OnEvent:
    """Forget the queued attach of a customer in a status."""

    def on_event(tenant: Tenant, event: Event, proceed: Proceed) -> None:
        customer = tenant.data.customers.get(event.payload.get("customer_id")) if event.kind == ATTACH else None
        if customer is not None and customer.status == status:
            customer.in_flight = None
        else:
            proceed(event)

    return on_event


async def approves_the_patient(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Approve customers that have been incomplete for a minute and are looked at."""
    customer = customer_of(tenant, request) if is_read(request) else None
    waited = tenant.clock.now() - customer.created if customer else 0
    if customer is not None and customer.status == "INCOMPLETE" and not customer.in_flight and waited >= PATIENCE:
        move(tenant, customer, "APPROVED")
        call_next.mark()
    return await call_next(request)


def _upload_revives(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = tenant.data.customers.get(parse(request)[0]["customer_id"]) if taken(response) else None
    if customer is None or customer.status != "REJECTED":
        return False
    move(tenant, customer, "ACTION_REQUIRED")
    return True


def _tires(tenant: Tenant, request: Request, response: Response) -> bool:
    """Ask for action after two refused attaches of a customer."""
    customer = customer_of(tenant, request)
    if customer is None or refused_fields(response) is None:
        return False
    refusals: dict[str, int] = tenant.memory.setdefault(TIRED, {})
    refusals[customer.id] = refusals.get(customer.id, 0) + 1
    if refusals[customer.id] != 2 or customer.status != "INCOMPLETE":
        return False
    move(tenant, customer, "ACTION_REQUIRED")
    return True


def untold(status: Status) -> OnDelivery:
    """Send no event when a customer gets into a status."""
    return drops_event(STATUS, lambda _, event: event["data"]["customer_status"] == status)


FAULTS: tuple[Fault, ...] = (
    fault("status_in_lower_case", "status-names-are-closed", "writes the statuses that a review ends in in lower case", shows(_lower_case)),
    fault(
        "status_of_its_own",
        "status-names-are-closed",
        "calls the status of approved customers ACTIVE",
        _shows_status("ACTIVE", _in("APPROVED")),
    ),
    fault(
        "attach_is_never_processed",
        "attach-leads-to-reviewing",
        "forgets the first attach of a customer once it was queued",
        on_event=_loses_attach("INCOMPLETE"),
    ),
    fault(
        "reattach_is_never_processed",
        "reattach-leads-to-reviewing",
        "forgets an attach with corrected documents once it was queued",
        on_event=_loses_attach("ACTION_REQUIRED"),
    ),
    *(
        row
        for status in ENDS
        for row in (
            fault(
                f"hides_{status.lower()}",
                f"reviewing-can-become-{status.lower().replace('_', '-')}",
                f"shows customers in {status} as still under review",
                _shows_status("REVIEWING", _in(status)),
            ),
            fault(
                f"does_not_tell_of_{status.lower()}",
                f"reviewing-can-become-{status.lower().replace('_', '-')}",
                f"sends no event when a customer gets to {status}",
                on_delivery=untold(status),
            ),
        )
    ),
    fault(
        "approves_without_documents",
        "no-approval-without-documents",
        "approves customers that nobody attached documents for",
        approves_the_patient,
    ),
    fault(
        "falls_back_to_incomplete",
        "no-return-to-incomplete",
        "shows customers as incomplete while it waits for their corrected documents",
        _shows_status("INCOMPLETE", _in("ACTION_REQUIRED")),
    ),
    fault(
        "tells_of_approval_without_review",
        "approved-is-not-skipped-into",
        "sends no event when a review begins",
        on_delivery=untold("REVIEWING"),
    ),
    fault("rejects_without_reason", "rejected-tells-the-reason", "gives no reason for a rejection", shows(_no_reason)),
    fault(
        "keeps_stale_reason",
        "rejection-reason-null-otherwise",
        "still shows the reason of the last request for action when that is over",
        shows(_stale_reason),
    ),
    fault(
        "shows_empty_reason",
        "rejection-reason-null-otherwise",
        "shows an empty reason of rejection of every customer",
        shows(_reason_for_all),
    ),
    fault(
        "upload_revives_rejected_customer",
        "rejected-is-final-for-the-client",
        "asks a rejected customer for action when a file is uploaded",
        afterwards(is_upload, _upload_revives),
    ),
    fault(FLAPS, "status-survives", "shows another status on every second read", shows(_flaps)),
    fault(
        TIRED,
        "life-cycle-agrees-with-the-model",
        "asks for action after the second refused attach of a customer",
        afterwards(is_attach, _tires),
    ),
)
