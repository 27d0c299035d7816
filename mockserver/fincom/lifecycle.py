"""The statuses of a customer as a table of allowed pairs per version, and the one way to get from one to another.

002 V2 "Customer Status & Webhooks" names the statuses and INCOMPLETE → REVIEWING → APPROVED; the other arrows follow from
what each status means there (re-attach out of ACTION_REQUIRED, an answered request for information out of ON_HOLD). 002 V1
draws its arrows, and has no ACTION_REQUIRED. Servers that read the drawings in another way may know further pairs.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, get_args

from mockserver.clock import iso
from mockserver.fincom.model import Customer, Status, Version
from mockserver.fincom.views import created_data, status_data
from mockserver.http import ENCODER
from mockserver.tenants import Tenant
from mockserver.webhooks import emit, is_wanted

Pair = tuple[Status, Status]
BOTH: frozenset[Pair] = frozenset(
    {
        ("INCOMPLETE", "REVIEWING"),
        ("REVIEWING", "APPROVED"),
        ("REVIEWING", "ON_HOLD"),
        ("REVIEWING", "REJECTED"),
        ("ON_HOLD", "REVIEWING"),
    }
)
V2_ONLY: frozenset[Pair] = frozenset({("REVIEWING", "ACTION_REQUIRED"), ("ACTION_REQUIRED", "REVIEWING")})
ALLOWED: Mapping[Version, frozenset[Pair]] = {"v1": BOTH, "v2": BOTH | V2_ONLY}
STATUSES: Mapping[Version, tuple[Status, ...]] = {
    "v1": tuple(status for status in get_args(Status) if status != "ACTION_REQUIRED"),
    "v2": get_args(Status),
}
ATTACHABLE: frozenset[Status] = frozenset({"INCOMPLETE", "ACTION_REQUIRED"})  # 002 V2 Step 2
EXPLAINED: frozenset[Status] = frozenset({"REJECTED", "ACTION_REQUIRED"})  # facts 2.4: rejection_reason is null elsewhere


def leads_to(tenant: Tenant, customer: Customer, status: Status) -> bool:
    """Tell whether a customer may go to a status from where it is."""
    return (customer.status, status) in ALLOWED[customer.version] or (
        status in STATUSES[customer.version] and tenant.wrappers.knows_pair(customer.status, status)
    )


def next_statuses(tenant: Tenant, customer: Customer) -> list[Status]:
    """Return where a customer may go, in the order of the document's table."""
    return [after for after in STATUSES[customer.version] if leads_to(tenant, customer, after)]


def move(tenant: Tenant, customer: Customer, status: Status, reason: str | None = None) -> None:
    """Put a customer into a status and tell the client, unless it is there already; the caller has checked the pair."""
    if customer.status == status:
        return
    now = tenant.clock.now()
    customer.status = status
    customer.history.append((status, now))
    customer.updated = customer.status_updated = now
    customer.rejection_reason = rejection(reason or f"Set to {status}") if status in EXPLAINED else None
    announce(tenant, customer, "customer.status")


def rejection(comment: str) -> dict[str, Any]:
    """Return a reason in the shape of facts 2.4."""
    return {"applicant": {"moderation_comment": comment, "reject_labels": ["OTHER"]}, "documents": []}


def announce(tenant: Tenant, customer: Customer, kind: str) -> None:
    """Queue the webhook event `customer.created` or `customer.status` (002 V2; envelope and signature from facts 2.6)."""
    if not is_wanted(tenant, kind):
        # Ids that come later are the same whether anybody listens or not.
        tenant.counter += 1
        return
    event_id = tenant.new_id()
    event = {"id": event_id, "event_reference_id": customer.id, "type": kind, "created_at": iso(tenant.clock.now())}
    data = created_data(customer) if kind == "customer.created" else status_data(customer)
    body = ENCODER.encode({"event": {**event, "sandbox_mode": True}, "data": data})
    emit(tenant, event_id, kind, customer.id, body, signed(tenant, body))


def signed(tenant: Tenant, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook: the hex HMAC of the raw body, and which hash that is (facts 2.6)."""
    digest = hmac.new(tenant.webhook.secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-fin-signature": digest}
    return {**headers, "x-fin-signature-algorithm": "sha256"}
