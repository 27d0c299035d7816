"""Creating, reading and listing individuals (002 "Create Customer" of either version; reading from facts 2.4)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from mockserver.fincom import catalogue, errors, individuals, v1_individuals
from mockserver.fincom.lifecycle import announce
from mockserver.fincom.model import Customer, Version
from mockserver.fincom.views import shown, shown_by_v1, tos_url
from mockserver.http import ENCODER, Request, Response, answer
from mockserver.tenants import Tenant


class Form(NamedTuple):
    """What is asked of a version's create request: its checks, and which of its fields are documented."""

    check: Callable[[dict[str, Any], date], errors.Errors]
    documented: Callable[[dict[str, Any]], dict[str, Any]]


FORMS: Mapping[Version, Form] = {
    "v1": Form(v1_individuals.check_individual, v1_individuals.documented),
    "v2": Form(individuals.check_individual, individuals.documented),
}


def create(tenant: Tenant, version: Version, body: dict[str, Any]) -> Response:
    """Answer `POST /VERSION/customers/individual`: 200 with id and terms, 422 with the broken fields, 423 for RELIANCE."""
    if body.get("verification_type") == "RELIANCE" and not tenant.settings.reliance:
        return answer(423, errors.NO_RELIANCE)
    form = FORMS[version]
    if problems := form.check(body, tenant.clock.today()):
        return errors.validation_failed(422, problems)
    customer = register(tenant, form.documented(body), version)
    return answer(200, {"data": {"customer_id": customer.id, "tos_policies_url": tos_url(customer)}})


def register(tenant: Tenant, body: dict[str, Any], version: Version) -> Customer:
    """Keep a customer that passed all checks, and announce it."""
    now = tenant.clock.now()
    customer = Customer(
        id=tenant.new_id(),
        version=version,
        tos_value=tenant.new_id(),
        kept=ENCODER.encode(body),
        created=now,
        updated=now,
        status_updated=now,
        history=[("INCOMPLETE", now)],
    )
    tenant.data.customers[customer.id] = customer
    announce(tenant, customer, "customer.created")
    return customer


def read(tenant: Tenant, customer_id: str) -> Response:
    """Answer `GET /v2/customers/{id}`: 200, or 404 for an id that this client does not have; customers of V1 are read as well."""
    customer = tenant.data.customers.get(customer_id)
    return answer(200, {"data": shown(customer)}) if customer else errors.not_found()


def read_by_v1(tenant: Tenant, customer_id: str) -> Response:
    """Answer `GET /v1/customers/{id}`: the same, and what the customer may use."""
    customer = tenant.data.customers.get(customer_id)
    return answer(200, {"data": shown_by_v1(customer)}) if customer else errors.not_found()


def listing(tenant: Tenant, request: Request) -> Response:
    """Answer `GET /v2/customers?type=`: a page of them; the type must be given, and there are no BUSINESS ones here."""
    wanted = request.parameter("type")
    good = wanted in catalogue.BOTH
    problems: errors.Errors = {} if good else {"type": ["Must be one of: BUSINESS, INDIVIDUAL"]}
    rows = list(tenant.data.customers.values()) if wanted == "INDIVIDUAL" else []
    return catalogue.paged(request, "customers", rows, problems, shown)
