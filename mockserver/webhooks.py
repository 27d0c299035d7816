"""Webhook deliveries: real POSTs, retried on the tenant's clock until the receiver answers 2xx.

The schedule is the one of Standard Webhooks, cut after ten hours; the providers' documents name none.
"""

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

import httpx
import msgspec

from mockserver.clock import SECOND, iso

if TYPE_CHECKING:
    from mockserver.tenants import Tenant

# Seconds from one attempt to the next; the first is made at once.
RETRY_SECONDS = (5, 300, 1800, 7200, 18000, 36000)
TIMEOUT_SECONDS = 5.0
KEPT = 1000
DELIVERY = "delivery"


class Webhook(msgspec.Struct):
    """Where a tenant's events go, the secret that they are signed with, and the types that are wanted (patterns; None: all)."""

    secret: str
    url: str | None = None
    types: list[str] | None = None

    def wants(self, kind: str) -> bool:
        """Tell whether events of a type are sent."""
        return self.types is None or any(fnmatchcase(kind, each) for each in self.types)


class Attempt(msgspec.Struct):
    """One POST: the status that came back, or what went wrong instead."""

    at: int
    status: int | None = None
    error: str | None = None

    def shown(self) -> dict[str, Any]:
        """Return the attempt as the control API tells it."""
        outcome = {"error": self.error} if self.status is None else {"status": self.status}
        return {"at": iso(self.at), **outcome}


class Delivery(msgspec.Struct):
    """One event on its way to one URL; body and headers are sent as they stand here, in every attempt."""

    id: str
    event_id: str
    type: str
    customer_id: str
    url: str
    due: int
    body: bytes
    headers: dict[str, str]
    attempts: list[Attempt] = []
    state: Literal["pending", "delivered", "failed"] = "pending"

    def shown(self) -> dict[str, Any]:
        """Return the delivery as the control API tells it."""
        shown = {"id": self.id, "event_id": self.event_id, "type": self.type, "customer_id": self.customer_id}
        attempts = [attempt.shown() for attempt in self.attempts]
        return {**shown, "url": self.url, "due": iso(self.due), "attempts": attempts, "state": self.state}


def is_wanted(tenant: "Tenant", kind: str) -> bool:
    """Tell whether anybody is to get events of a type; where nobody is, there is no need to make one."""
    return tenant.webhook.url is not None and tenant.webhook.wants(kind)


def emit(tenant: "Tenant", event_id: str, kind: str, customer_id: str, body: bytes, headers: dict[str, str]) -> None:
    """Queue an event for delivery now, if the tenant wants it and has a URL for it."""
    if tenant.webhook.url is None or not tenant.webhook.wants(kind):
        return
    due = tenant.clock.now()
    first = Delivery(tenant.new_id(), event_id, kind, customer_id, tenant.webhook.url, due, body, headers)
    for each in tenant.wrappers.deliveries(tenant, first):
        repeated = each.id in tenant.deliveries
        delivery = msgspec.structs.replace(each, id=tenant.new_id(), attempts=[]) if repeated else each
        tenant.deliveries[delivery.id] = delivery
        tenant.schedule_at(delivery.due, DELIVERY, {"id": delivery.id})
    while len(tenant.deliveries) > KEPT:
        del tenant.deliveries[next(iter(tenant.deliveries))]


async def attempt(tenant: "Tenant", delivery: Delivery, client: httpx.AsyncClient) -> bool:
    """POST a delivery once, note the outcome, and tell whether the receiver took it."""
    note = Attempt(tenant.clock.now())
    try:
        response = await client.post(delivery.url, content=delivery.body, headers=delivery.headers, timeout=TIMEOUT_SECONDS)
        note.status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        note.error = f"{type(error).__name__}: {error}"
    delivery.attempts.append(note)
    taken = note.status is not None and 200 <= note.status < 300
    if taken:
        delivery.state = "delivered"
    tenant.dirty = True
    return taken


async def deliver(tenant: "Tenant", delivery_id: str, client: httpx.AsyncClient) -> None:
    """Make the attempt that is due; after a failure queue the next one, or give up."""
    delivery = tenant.deliveries.get(delivery_id)
    if delivery is None or await attempt(tenant, delivery, client):
        return
    tries = len(delivery.attempts)
    if tries > len(RETRY_SECONDS):
        delivery.state = "failed"
        return
    delivery.due = tenant.clock.now() + RETRY_SECONDS[tries - 1] * SECOND
    tenant.schedule_at(delivery.due, DELIVERY, {"id": delivery.id})
