"""What faults and variants of attach, look-ups, upload, webhooks and authentication are built from.

Each builder returns a hook of a wrapper. One that has nothing to change hands on the very request and answer that it got,
so that only what it broke counts as a hit.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.fincom.auth import is_authorized
from mockserver.fincom.lifecycle import signed
from mockserver.fincom.model import Customer
from mockserver.http import ENCODER, Request, Response, UnreadableBody, answer, decode
from mockserver.tenants import Tenant
from mockserver.webhooks import Delivery
from mockserver.wrappers import CallNext, OnDelivery, OnRequest, Rows

PROVIDER = "fincom"
CREATED, STATUS = "customer.created", "customer.status"
Operation = Callable[[Request], bool]
Event = dict[str, Any]


# Ids without a slash are of V2.
ROWS = Rows(PROVIDER, "fincom-v2")
fault = ROWS.fault


def operation(method: str, path: str) -> Operation:
    """Return a test for requests of one method whose whole path matches a pattern."""
    pattern = re.compile(path)
    return lambda request: request.method == method and pattern.fullmatch(request.path) is not None


is_create = operation("POST", "/v2/customers/individual")
is_attach = operation("POST", "/v2/customers/[^/]+/individual/attach")
is_upload = operation("POST", "/v1/customers/upload")
is_read = operation("GET", "/v2/customers/[^/]+")
is_listing = operation("GET", "/v2/customers")
is_any_create = operation("POST", "/v[12]/customers/individual")
is_any_read = operation("GET", "/v[12]/customers/[^/]+")
is_subdivisions = operation("GET", "/v1/countries/[^/]+/subdivisions")
is_occupations = operation("GET", "/v1/occupations")
is_purposes = operation("GET", "/v1/purposes")
is_sources = operation("GET", "/v1/source-of-funds")


def sent(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request, an empty one if it holds none."""
    try:
        body = request.json()
    except UnreadableBody:
        return {}
    return body if isinstance(body, dict) else {}


def told(response: Response) -> dict[str, Any]:
    """Return the JSON object of an answer, an empty one if it holds none."""
    try:
        body = response.json()
    except UnreadableBody:
        return {}
    return body if isinstance(body, dict) else {}


def taken(response: Response) -> bool:
    """Tell whether an answer is a success."""
    return 200 <= response.status < 300


def broken_down() -> Response:
    """Return the answer of a server that broke down."""
    return answer(500, {"status": 500, "message": "Internal server error"})


def customer_of(tenant: Tenant, request: Request) -> Customer | None:
    """Return the customer that the path of a request names."""
    parts = request.path.split("/")
    found: Customer | None = tenant.data.customers.get(parts[3]) if len(parts) > 3 else None
    return found


def edits_request(when: Operation, edit: Callable[[Tenant, Request], Request | None]) -> OnRequest:
    """Hand on what `edit` makes of the requests of an operation; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await call_next((edit(tenant, request) if when(request) else None) or request)

    return on_request


def edits_answer(when: Operation, edit: Callable[[Tenant, Request, Response], Response | None]) -> OnRequest:
    """Give back what `edit` makes of the answers of an operation; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        return (edit(tenant, request, response) if when(request) else None) or response

    return on_request


def edits_taken(when: Operation, edit: Callable[[Tenant, dict[str, Any]], None]) -> OnRequest:
    """Let `edit` change in place what the successes of an operation say."""

    def edited(tenant: Tenant, _: Request, response: Response) -> Response | None:
        if not taken(response) or not (body := told(response)):
            return None
        edit(tenant, body)
        after = response.with_json(body)
        return after if after.body != response.body else None

    return edits_answer(when, edited)


def instead(when: Operation, make: Callable[[Tenant, Request], Response | None]) -> OnRequest:
    """Answer requests of callers that are known in place of the honest code; None lets it answer."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        made = make(tenant, request) if when(request) and is_authorized(tenant, request) else None
        return made or await call_next(request)

    return on_request


def afterwards(when: Operation, act: Callable[[Tenant, Request, Response], bool]) -> OnRequest:
    """Let `act` do something behind the back of the honest code once it has answered; it tells whether it did."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if when(request) and act(tenant, request, response):
            call_next.mark()
        return response

    return on_request


def edits_event(kind: str | None, edit: Callable[[Tenant, Event], Event | None]) -> OnDelivery:
    """Deliver what `edit` makes of the events of a kind (None: of all), signed anew; None leaves one as it is."""

    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        after = edit(tenant, decode(delivery.body)) if kind in (None, delivery.type) else None
        return [delivery if after is None else resigned(tenant, delivery, after)]

    return on_delivery


def drops_event(kind: str, when: Callable[[Tenant, Event], bool] = lambda _, __: True) -> OnDelivery:
    """Do not deliver the events of a kind for which `when` holds."""

    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        return [] if delivery.type == kind and when(tenant, decode(delivery.body)) else [delivery]

    return on_delivery


def resigned(tenant: Tenant, delivery: Delivery, event: Event) -> Delivery:
    """Return a delivery of another body, with the signature that it needs."""
    body = ENCODER.encode(event)
    return msgspec.structs.replace(delivery, body=body, headers=signed(tenant, body))
