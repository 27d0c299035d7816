"""Attaching documents in V1: judged and done within the call, without a guard against another one (002 V1 "Step 2", migration table).

What is looked at first: the id in the body (422), the customer (404), its version and status (403), the fields (422), and at
last the owner of the files (403). Numbers are those of the published specification where it has any.
"""

from typing import Any

from mockserver.fincom import errors
from mockserver.fincom.bodies import json_object
from mockserver.fincom.lifecycle import move
from mockserver.fincom.model import Customer
from mockserver.fincom.v1_documents import check_customer_id, check_documents, documented, links
from mockserver.fincom.validation import add
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant

REFUSED_STATUS = 422


def attach(tenant: Tenant, request: Request) -> Response:
    """Answer `POST /v1/customers/individual/attach`: 200 when the customer is under review, else 400, 403, 404 or 422."""
    body = json_object(request)
    if isinstance(body, Response):
        return body
    if unnamed := check_customer_id(body):
        return errors.validation_failed(REFUSED_STATUS, {**unnamed, **_problems(tenant, None, body)})
    customer = tenant.data.customers.get(body["customer_id"])
    if customer is None:
        return errors.not_found()
    return _barred(customer) or judged(tenant, customer, body) or _finish(tenant, customer, body)


def _barred(customer: Customer) -> Response | None:
    open_to_it = customer.version == "v1" and customer.status == "INCOMPLETE"
    return None if open_to_it else answer(403, errors.NOT_ELIGIBLE)


def judged(tenant: Tenant, customer: Customer, body: dict[str, Any]) -> Response | None:
    """Return the refusal of documents for what is wrong with them, None if they are good."""
    if problems := _problems(tenant, customer, body):
        return errors.validation_failed(REFUSED_STATUS, problems)
    owners = {tenant.data.files[link.uri].customer_id for link in links(body)}
    return answer(403, errors.NOT_ELIGIBLE) if owners != {customer.id} else None


def _problems(tenant: Tenant, customer: Customer | None, body: dict[str, Any]) -> errors.Errors:
    problems = check_documents(body, customer, tenant.clock.today())
    for link in links(body):
        if link.uri not in tenant.data.files:
            add(problems, link.path, "Must be the URI of an uploaded file")
    return problems


def _finish(tenant: Tenant, customer: Customer, body: dict[str, Any]) -> Response:
    customer.documents = documented(body)
    move(tenant, customer, "REVIEWING")
    return answer(200, {"data": {"customer_id": customer.id}})
