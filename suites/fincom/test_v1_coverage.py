from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import Basis, rule
from strategies.coverage import raw_cases, undocumented_methods
from strategies.fincom import v1_attach_edits as attach_edits
from strategies.fincom import v1_edits as create_edits
from strategies.fincom.v1_attachments import V1Application, v1_applications
from strategies.fincom.v1_customers import v1_customers
from suites.fincom.calls import applicable
from suites.fincom.covering import elsewhere, grouped, refuses_each_in_attach, refuses_each_in_create, send_raw
from suites.fincom.v1 import FincomV1

SPEC = Path("specs/fincom_v1.openapi.yaml")
# The others are those of V2 too.
OPERATIONS = ("createIndividualV1", "attachIndividualV1", "readCustomerV1")
CREATE = {basis: grouped(SPEC, "createIndividualV1", basis) for basis in Basis}
ATTACH = {basis: grouped(SPEC, "attachIndividualV1", basis) for basis in Basis}


@rule("fincom-v1/schema-violations-are-refused")
@pytest.mark.parametrize("section", CREATE[Basis.DOCUMENTED])
@given(customer=v1_customers(optionals="all"))
def test_schema_violations_of_create_are_refused(v1: FincomV1, section: str, customer: Json) -> None:
    """A V1 body that breaks one stated constraint (a required part, a format, an enumeration) is refused for that field."""
    refuses_each_in_create(v1, customer, CREATE[Basis.DOCUMENTED][section][1])


@rule("fincom-v1/schema-violations-are-refused")
@pytest.mark.parametrize("section", ATTACH[Basis.DOCUMENTED])
@given(application=v1_applications())
def test_schema_violations_of_attach_are_refused(v1: FincomV1, section: str, application: V1Application) -> None:
    """A V1 body that breaks one stated constraint (a required part, a format, an enumeration) is refused for that field."""
    found = ATTACH[Basis.DOCUMENTED][section][1]
    refuses_each_in_attach(v1, v1.new_customer(application.customer), application.documents, found)


@rule("fincom-v1/implied-constraints-are-checked")
@pytest.mark.parametrize("section", CREATE[Basis.INFERRED])
@given(customer=v1_customers(optionals="all"))
def test_implied_constraints_of_create_are_checked(v1: FincomV1, section: str, customer: Json) -> None:
    """A V1 body that breaks one implied constraint (a field without which no example is, a type, a lower bound) is refused."""
    refuses_each_in_create(v1, customer, CREATE[Basis.INFERRED][section][1])


@rule("fincom-v1/implied-constraints-are-checked")
@pytest.mark.parametrize("section", ATTACH[Basis.INFERRED])
@given(application=v1_applications())
def test_implied_constraints_of_attach_are_checked(v1: FincomV1, section: str, application: V1Application) -> None:
    """A V1 body that breaks one implied constraint (a field without which no example is, a type, a lower bound) is refused."""
    found = ATTACH[Basis.INFERRED][section][1]
    refuses_each_in_attach(v1, v1.new_customer(application.customer), application.documents, found)


@rule("fincom-v1/open-cases-are-answered")
@given(customer=v1_customers(optionals="all"))
def test_open_bodies_of_create_are_answered(v1: FincomV1, customer: Json) -> None:
    """Whatever the V1 guide leaves open is answered with a documented status, and breaks nothing."""
    broken = [violation.edit for _, found in CREATE[Basis.SILENT].values() for violation in found]
    for edit in (*broken, *create_edits.UNKNOWN_KEYS):
        exchange = v1.create(edit(customer))
        exchange.note = edit.name
        v1.expect(exchange)


@rule("fincom-v1/open-cases-are-answered")
@given(application=v1_applications())
def test_unknown_keys_of_attach_are_answered(v1: FincomV1, application: V1Application) -> None:
    """Whatever the V1 guide leaves open is answered with a documented status, and breaks nothing."""
    for edit in attach_edits.UNKNOWN_KEYS:
        # One that is taken ends the customer's eligibility, so each has a customer of its own.
        exchange = v1.attach(v1.new_customer(application.customer), edit(application.documents))
        exchange.note = edit.name
        v1.expect(exchange)


@rule("fincom-v1/open-cases-are-answered")
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_open_cases_are_answered(v1: FincomV1, operation_id: str) -> None:
    """Whatever the V1 guide leaves open is answered with a documented status, and breaks nothing."""
    applicable(v1, operation_id)
    for case in raw_cases(SPEC, operation_id):
        v1.expect(send_raw(v1, operation_id, case))


@rule("fincom-v1/undocumented-methods-are-refused")
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_undocumented_methods_are_refused(v1: FincomV1, operation_id: str) -> None:
    """A path of V1 answers only the methods that are documented for it."""
    applicable(v1, operation_id)
    prepared = v1.sandbox.client.prepare(operation_id, path={"customer_id": v1.new_customer().id}, json={})
    for method in undocumented_methods(SPEC, operation_id):
        v1.expect(elsewhere(v1, prepared, method, str(prepared.request.url)))
