"""Attaching documents: accepted at once, processed later, one at a time per customer (002 V2 "Step 2: Attach Documents").

What is looked at first: the customer (404), its status (403), the attach in flight (409), the fields (400), and at last the
owner of the files (403). The guide gives no number for field refusals; the published specification answers 400 here.
"""

from typing import Any

from mockserver.clock import SECOND
from mockserver.events import Event
from mockserver.fincom import errors
from mockserver.fincom.bodies import json_object
from mockserver.fincom.documents import check_documents, documented, links
from mockserver.fincom.lifecycle import ATTACHABLE, leads_to, move
from mockserver.fincom.model import Customer
from mockserver.fincom.validation import add
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant

ATTACH = "attach"
REFUSED_STATUS = 400


def attach(tenant: Tenant, customer_id: str, request: Request) -> Response:
    """Answer `POST /v2/customers/{id}/individual/attach`: 200 when queued, else 400, 403, 404 or 409."""
    customer = tenant.data.customers.get(customer_id)
    if customer is None:
        return errors.not_found()
    body = json_object(request)
    if isinstance(body, Response):
        return body
    return _barred(customer) or _judged(tenant, customer, body) or _queue(tenant, customer, body)


def _barred(customer: Customer) -> Response | None:
    if customer.version != "v2" or customer.status not in ATTACHABLE:
        return answer(403, errors.NOT_ELIGIBLE)
    return answer(409, errors.IN_FLIGHT) if customer.in_flight else None


def _judged(tenant: Tenant, customer: Customer, body: dict[str, Any]) -> Response | None:
    problems = check_documents(body, customer, tenant.clock.today(), tenant.settings.selfie_required)
    files, foreign = tenant.data.files, False
    for link in links(body):
        if link.uri not in files:
            add(problems, link.path, "Must be the URI of an uploaded file")
        else:
            foreign = foreign or files[link.uri].customer_id != customer.id
    if problems:
        return errors.validation_failed(REFUSED_STATUS, problems)
    return answer(403, errors.NOT_ELIGIBLE) if foreign else None


def _queue(tenant: Tenant, customer: Customer, body: dict[str, Any]) -> Response:
    customer.in_flight = tenant.new_id()
    documents = documented(body)
    payload = {"customer_id": customer.id, "attach_id": customer.in_flight, "documents": documents}
    tenant.schedule_in(int(tenant.settings.processing_seconds * SECOND), ATTACH, payload, step=ATTACH)
    return answer(200, {"data": {"customer_id": customer.id}, "meta": None})


def process(tenant: Tenant, event: Event) -> None:
    """Finish a queued attach: link the documents and go to REVIEWING, or on to ACTION_REQUIRED if it was told to fail.

    An attach that is not the one in flight any more, or whose customer may not go to REVIEWING from where it was put, is void.
    """
    customer = tenant.data.customers.get(event.payload["customer_id"])
    if customer is None or customer.in_flight != event.payload["attach_id"]:
        return
    customer.in_flight = None
    fails, customer.fails_next = customer.fails_next, False
    if not leads_to(tenant, customer, "REVIEWING"):
        return
    customer.documents = event.payload["documents"]
    move(tenant, customer, "REVIEWING")
    if fails:
        move(tenant, customer, "ACTION_REQUIRED", "The documents could not be processed")
