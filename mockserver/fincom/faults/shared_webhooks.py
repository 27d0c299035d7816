"""Servers whose webhooks go wrong (002 V2 Customer Status & Webhooks; envelope and signature from facts 2.6)."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from mockserver.clock import SECOND, iso
from mockserver.events import Event as Step
from mockserver.fincom.control import ready_made
from mockserver.fincom.customers import register
from mockserver.fincom.faults.attach_statuses import untold
from mockserver.fincom.faults.builders import (
    CREATED,
    STATUS,
    Event,
    Operation,
    afterwards,
    customer_of,
    drops_event,
    edits_event,
    fault,
    is_attach,
    is_create,
    is_read,
    is_upload,
    resigned,
    taken,
)
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.faults.forms import form_of
from mockserver.fincom.lifecycle import announce
from mockserver.fincom.model import Customer
from mockserver.http import Request, Response, decode
from mockserver.tenants import Tenant
from mockserver.webhooks import Delivery
from mockserver.wrappers import CallNext, Fault, OnDelivery, OnRequest, Proceed

SHUFFLES, BROADCASTS = "status_events_tell_time_backwards", "broadcasts_events"
UNHEARD = "unheard:"
ONE_ID = "00000000-0000-4000-8000-000000000001"
HEAD = ("id", "event_reference_id", "type", "created_at", "sandbox_mode")
ECHOES: tuple[tuple[str, Any], ...] = (
    ("first_name", "Somebody"),
    ("last_name", "Else"),
    ("email", "somebody.else@example.com"),
    ("country_of_residence", "ATA"),
    ("verification_type", "BASIC"),
    ("customer_status", "APPROVED"),
)
Signature = Callable[[Tenant, bytes], str]


def _twice(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
    """Send each customer.created once more, as another event."""
    if delivery.type != CREATED:
        return [delivery]
    event = decode(delivery.body)
    event["event"]["id"] = tenant.new_id()
    again = resigned(tenant, delivery, event)
    return [delivery, msgspec.structs.replace(again, event_id=event["event"]["id"])]


def _says_created(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request)
    if customer is None or not taken(response):
        return False
    announce(tenant, customer, CREATED)
    return True


def _created_despite(status: Callable[[Response], bool]) -> OnRequest:
    """Announce a customer that was refused."""

    def act(tenant: Tenant, _: Request, response: Response) -> bool:
        if not status(response):
            return False
        phantom = register(tenant, ready_made(tenant.new_id()), "v2")
        del tenant.data.customers[phantom.id]
        return True

    return afterwards(is_create, act)


def _tells_status(when: Operation, of: Callable[[Tenant, Request, Response], Customer | None]) -> OnRequest:
    """Send customer.status although nothing changed."""

    def act(tenant: Tenant, request: Request, response: Response) -> bool:
        customer = of(tenant, request, response)
        if customer is not None:
            announce(tenant, customer, STATUS)
        return customer is not None

    return afterwards(when, act)


def _uploaded_for(tenant: Tenant, request: Request, response: Response) -> Customer | None:
    form = form_of(request) if taken(response) else None
    found: Customer | None = tenant.data.customers.get(form.customer_id) if form else None
    return found


def _looked_at(tenant: Tenant, request: Request, response: Response) -> Customer | None:
    return customer_of(tenant, request) if taken(response) else None


def _refused(tenant: Tenant, request: Request, response: Response) -> Customer | None:
    return customer_of(tenant, request) if refused_fields(response) else None


def _puts(part: str, name: str, value: Callable[[Tenant, Event], Any]) -> Callable[[Tenant, Event], Event]:
    def edit(tenant: Tenant, event: Event) -> Event:
        return {**event, part: {**event[part], name: value(tenant, event)}}

    return edit


def _constant(value: Any) -> Callable[[Tenant, Event], Any]:
    return lambda _, __: value


def _old_status(tenant: Tenant, event: Event) -> Any:
    history = [status for status, _ in tenant.data.customers[event["data"]["customer_id"]].history]
    return history[-2] if len(history) > 1 else history[-1]


def _someone_else(tenant: Tenant, event: Event) -> Any:
    mine = event["data"]["customer_id"]
    return next((other for other in tenant.data.customers if other != mine), tenant.new_id())


def _backwards(tenant: Tenant, _: Event) -> Any:
    told = tenant.memory[SHUFFLES] = tenant.memory.get(SHUFFLES, 0) + 1
    return iso(tenant.clock.now() - told * 3600 * SECOND)


def _lacks(name: str) -> Callable[[Tenant, Event], Event]:
    def edit(_: Tenant, event: Event) -> Event:
        return {**event, "event": {key: value for key, value in event["event"].items() if key != name}}

    return edit


def _signs(sign: Signature | None) -> OnDelivery:
    """Sign in another way, or not at all."""

    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        headers = {name: value for name, value in delivery.headers.items() if name != "x-fin-signature"}
        if sign is not None:
            headers["x-fin-signature"] = sign(tenant, delivery.body)
        return [msgspec.structs.replace(delivery, headers=headers)]

    return on_delivery


def _leaves_status_unsigned(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
    """Sign the news of a creation, and nothing else."""
    return _signs(None)(tenant, delivery) if delivery.type == STATUS else [delivery]


def _hmac(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _over_own_json(tenant: Tenant, body: bytes) -> str:
    return _hmac(tenant.webhook.secret, json.dumps(decode(body), indent=1).encode())


def _audience(tenant: Tenant) -> list[Tenant]:
    """Return the other clients that listen to a server with this fault."""
    return [
        other
        for other in tenant.registry.tenants.values()
        if other is not tenant and other.webhook.url and any(each.wrapper.name == BROADCASTS for each in other.wrappers.active)
    ]


@contextmanager
def _lent_url(tenant: Tenant) -> Iterator[None]:
    """Let a client that does not listen have events all the same: the honest code makes none for it."""
    url, audience = tenant.webhook.url, _audience(tenant)
    if url is None and audience:
        tenant.webhook.url = UNHEARD
    try:
        yield
    finally:
        tenant.webhook.url = url


def _broadcasts(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
    """Send each event to every client that listens."""
    copies = [
        msgspec.structs.replace(resigned(other, delivery, decode(delivery.body)), url=str(other.webhook.url)) for other in _audience(tenant)
    ]
    return copies if delivery.url == UNHEARD else [delivery, *copies]


async def broadcasts_requests(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Have events of what a request changes."""
    with _lent_url(tenant):
        return await call_next(request)


def broadcasts_steps(tenant: Tenant, event: Step, proceed: Proceed) -> None:
    """Have events of what an asynchronous step changes."""
    with _lent_url(tenant):
        proceed(event)


CREATION: tuple[Fault, ...] = (
    fault("sends_no_created_event", "fincom/created-event-is-sent", "does not announce customers", on_delivery=drops_event(CREATED)),
    fault("sends_created_event_twice", "fincom/created-event-is-sent-once", "announces each customer twice", on_delivery=_twice),
    fault(
        "attach_announces_creation_again",
        "fincom/created-event-is-sent-once",
        "announces a customer once more when it attaches documents",
        afterwards(is_attach, _says_created),
    ),
    *(
        fault(
            f"announces_customer_despite_{name}",
            "fincom/no-created-event-for-refused-create",
            f"announces a customer whose creation was answered with {name}",
            _created_despite(status),
        )
        for name, status in (
            ("field_refusal", lambda response: refused_fields(response) is not None),
            ("423", lambda response: response.status == 423),
            ("401", lambda response: response.status == 401),
        )
    ),
)
CHANGES: tuple[Fault, ...] = (
    fault("sends_no_status_event", "fincom/status-event-is-sent", "does not tell of changes of status", on_delivery=drops_event(STATUS)),
    fault(
        "upload_sends_status_event",
        "fincom/status-event-only-on-change",
        "sends an event of status when files are uploaded",
        _tells_status(is_upload, _uploaded_for),
    ),
    fault(
        "read_sends_status_event",
        "fincom/status-event-only-on-change",
        "sends an event of status when a customer is read",
        _tells_status(is_read, _looked_at),
    ),
    fault(
        "refused_attach_sends_status_event",
        "fincom/status-event-only-on-change",
        "sends an event of status when an attach is refused",
        _tells_status(is_attach, _refused),
    ),
    fault(
        "status_event_tells_old_status",
        "fincom/status-event-names-the-new-status",
        "tells the status before the change",
        on_delivery=edits_event(STATUS, _puts("data", "customer_status", _old_status)),
    ),
    fault(
        "status_event_names_another_customer",
        "fincom/status-event-names-the-customer",
        "names another customer than the one whose status changed",
        on_delivery=edits_event(STATUS, _puts("data", "customer_id", _someone_else)),
    ),
    fault(
        SHUFFLES,
        "fincom/status-events-in-order",
        "gives later events of status an earlier time of creation",
        on_delivery=edits_event(STATUS, _puts("event", "created_at", _backwards)),
    ),
    fault(
        "does_not_tell_of_review",
        "fincom/every-step-is-told",
        "sends an event when a review ends, and none when it begins",
        on_delivery=untold("REVIEWING"),
    ),
    fault(
        "does_not_tell_of_approval",
        "fincom/every-step-is-told",
        "sends an event when a review begins, and none for the approval",
        on_delivery=untold("APPROVED"),
    ),
)
BODIES: tuple[Fault, ...] = (
    *(
        fault(
            f"event_lacks_{name}",
            "fincom/event-envelope",
            f"leaves {name} out of the head of its events",
            on_delivery=edits_event(None, _lacks(name)),
        )
        for name in HEAD
    ),
    fault(
        "events_share_one_id",
        "fincom/event-ids-are-unique",
        "gives all events one id",
        on_delivery=edits_event(None, _puts("event", "id", _constant(ONE_ID))),
    ),
    fault(
        "sandbox_events_deny_it",
        "fincom/sandbox-events-say-so",
        "says in the sandbox that its events are real",
        on_delivery=edits_event(None, _puts("event", "sandbox_mode", _constant(False))),
    ),
    *(
        fault(
            f"created_event_tells_other_{name}",
            "fincom/created-event-echoes-the-customer",
            f"announces a customer with another {name} than it was created with",
            on_delivery=edits_event(CREATED, _puts("data", name, _constant(value))),
        )
        for name, value in ECHOES
    ),
    fault("events_are_unsigned", "fincom/event-is-signed", "does not sign its events", on_delivery=_signs(None)),
    fault(
        "status_events_are_unsigned",
        "fincom/event-is-signed",
        "signs customer.created, and not customer.status",
        on_delivery=_leaves_status_unsigned,
    ),
    fault(
        "events_are_signed_over_own_json",
        "fincom/event-is-signed",
        "signs another spelling of the JSON than it sends",
        on_delivery=_signs(_over_own_json),
    ),
    fault(
        "events_are_signed_with_another_secret",
        "fincom/event-is-signed",
        "signs its events with a secret that nobody was given",
        on_delivery=_signs(lambda tenant, body: _hmac(tenant.webhook.secret[::-1], body)),
    ),
    fault(
        BROADCASTS,
        "fincom/events-stay-with-their-client",
        "sends events to all clients",
        broadcasts_requests,
        on_delivery=_broadcasts,
        on_event=broadcasts_steps,
    ),
)
FAULTS = (*CREATION, *CHANGES, *BODIES)
