from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.openapi import specification
from harness.rules import Basis, rule
from strategies.coverage import raw_cases, undocumented_methods, violations
from strategies.fincom.attachments import IDENTITY_TYPES, address_proofs, identity_documents, selfies
from strategies.fincom.customers import customers
from strategies.fincom.standard import standard_customer, standard_documents
from strategies.placeholders import Terms
from suites.fincom.calls import EVERY_CALL, applicable, control
from suites.fincom.covering import (
    TOKEN_OPERATIONS,
    described,
    elsewhere,
    grouped,
    refuses_each_in_attach,
    refuses_each_in_create,
    send_raw,
)
from suites.fincom.driver import Fincom

SPEC = Path("specs/fincom_v2.openapi.yaml")
OPERATIONS = tuple(specification(SPEC).operations)
CREATE = {basis: grouped(SPEC, "createIndividualV2", basis) for basis in Basis}
ATTACH = {basis: grouped(SPEC, "attachIndividualV2", basis) for basis in Basis}


@st.composite
def bodies_for(draw: st.DrawFn, alternative: str | None, country: str = "USA") -> Json:
    """Attach bodies whose first entry is of the type that the violations are about; any identity document where it is None."""
    types = IDENTITY_TYPES if alternative in (None, "SELFIE") else (alternative,)
    entries = [draw(identity_documents(types=types)), draw(selfies())]
    return {
        "identifying_documents": entries[::-1] if alternative == "SELFIE" else entries,
        "address_documents": [draw(address_proofs(country))],
        "tos_policies_value": Terms(),
    }


@rule("fincom-v2/schema-violations-are-refused")
@pytest.mark.parametrize("section", CREATE[Basis.DOCUMENTED])
@given(customer=customers(optionals="all"))
def test_schema_violations_of_create_are_refused(fincom: Fincom, section: str, customer: Json) -> None:
    """A body that breaks one stated constraint (a required field, an enumeration, a format, a count) is refused for that field."""
    refuses_each_in_create(fincom, customer, CREATE[Basis.DOCUMENTED][section][1])


@rule("fincom-v2/schema-violations-are-refused")
@pytest.mark.parametrize("section", ATTACH[Basis.DOCUMENTED])
@given(data=st.data())
def test_schema_violations_of_attach_are_refused(fincom: Fincom, section: str, data: st.DataObject) -> None:
    """A body that breaks one stated constraint (a required field, an enumeration, a format, a count) is refused for that field."""
    alternative, found = ATTACH[Basis.DOCUMENTED][section]
    refuses_each_in_attach(fincom, fincom.new_customer(), data.draw(bodies_for(alternative), label="body"), found)


@rule("fincom-v2/implied-constraints-are-checked")
@pytest.mark.parametrize("section", CREATE[Basis.INFERRED])
@given(customer=customers(optionals="all"))
def test_implied_constraints_of_create_are_checked(fincom: Fincom, section: str, customer: Json) -> None:
    """A body that breaks one implied constraint (a type, a lower bound, a value only shown) is refused for that field."""
    refuses_each_in_create(fincom, customer, CREATE[Basis.INFERRED][section][1])


@rule("fincom-v2/implied-constraints-are-checked")
@pytest.mark.parametrize("section", ATTACH[Basis.INFERRED])
@given(data=st.data())
def test_implied_constraints_of_attach_are_checked(fincom: Fincom, section: str, data: st.DataObject) -> None:
    """A body that breaks one implied constraint (a type, a lower bound, a value only shown) is refused for that field."""
    alternative, found = ATTACH[Basis.INFERRED][section]
    refuses_each_in_attach(fincom, fincom.new_customer(), data.draw(bodies_for(alternative), label="body"), found)


@rule("fincom-v2/open-cases-are-answered")
@given(customer=customers(optionals="all"))
def test_open_bodies_of_create_are_answered(fincom: Fincom, customer: Json) -> None:
    """Whatever the document leaves open is answered with a documented status, and breaks nothing."""
    for _, found in CREATE[Basis.SILENT].values():
        for violation in found:
            exchange = fincom.create(violation.edit(customer))
            exchange.note = violation.edit.name
            fincom.expect(exchange)


@rule("fincom-v2/open-cases-are-answered")
@pytest.mark.parametrize("section", ATTACH[Basis.SILENT])
@given(data=st.data())
def test_open_bodies_of_attach_are_answered(fincom: Fincom, section: str, data: st.DataObject) -> None:
    """Whatever the document leaves open is answered with a documented status, and breaks nothing."""
    alternative, found = ATTACH[Basis.SILENT][section]
    body = data.draw(bodies_for(alternative), label="body")
    for violation in found:
        # One that is taken ends the customer's eligibility, so each has a customer of its own.
        exchange = fincom.attach(fincom.new_customer(), violation.edit(body))
        exchange.note = violation.edit.name
        fincom.expect(exchange)


@rule("fincom-v2/open-cases-are-answered")
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_open_cases_are_answered(fincom: Fincom, operation_id: str) -> None:
    """Whatever the document leaves open is answered with a documented status, and breaks nothing."""
    applicable(fincom, operation_id)
    for case in raw_cases(SPEC, operation_id):
        fincom.expect(send_raw(fincom, operation_id, case))


@rule("fincom-v2/token-bodies-are-checked")
@pytest.mark.parametrize("operation_id", TOKEN_OPERATIONS)
def test_token_bodies_are_checked(fincom: Fincom, operation_id: str) -> None:
    """A token request without its texts buys no token."""
    own = fincom.sandbox.credentials
    refresh = control(fincom.token(), "token-issued").json["refresh_token"]
    good = (
        {"refresh_token": refresh} if operation_id == "refreshToken" else {"client_id": own.client_id, "client_secret": own.client_secret}
    )
    for violation in violations(SPEC, operation_id):
        exchange = fincom.send(operation_id, json=violation.edit(good), auth=False)
        exchange.note = violation.edit.name
        fincom.expect(exchange)
    control(fincom.send(operation_id, json=good, auth=False), "token-issued")


@rule("fincom-v2/undocumented-methods-are-refused")
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_undocumented_methods_are_refused(fincom: Fincom, operation_id: str) -> None:
    """A path answers only the methods that are documented for it."""
    applicable(fincom, operation_id)
    path = {"customer_id": fincom.new_customer().id, "country": "USA"}
    prepared = fincom.sandbox.client.prepare(operation_id, path=path, json={})
    for method in undocumented_methods(SPEC, operation_id):
        fincom.expect(elsewhere(fincom, prepared, method, str(prepared.request.url)))


@rule("fincom-v2/attach-path-keeps-its-version")
def test_attach_path_keeps_its_version(fincom: Fincom) -> None:
    """V2's attach path does not exist under V1."""
    prepared = fincom.prepare_attach(fincom.new_customer(), standard_documents())
    under_v1 = str(prepared.request.url).replace("/v2/customers/", "/v1/customers/")
    fincom.expect(elsewhere(fincom, prepared, "POST", under_v1))
    control(fincom.sandbox.client.deliver(prepared), "queued")


@rule("fincom-v2/answers-match-the-specification")
@pytest.mark.parametrize("call", EVERY_CALL)
def test_answers_match_the_specification(fincom: Fincom, call: str) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    applicable(fincom, call)
    send, answer = EVERY_CALL[call]
    customer = fincom.new_customer()
    described(fincom, send(fincom, customer, auth=False))
    fincom.expect(described(fincom, send(fincom, customer)), answers=[answer])


@rule("fincom-v2/answers-match-the-specification")
def test_the_answer_to_a_creation_matches_the_specification(fincom: Fincom) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    # The first call of all: elsewhere, a creation that is answered wrongly stands in the way of what it prepares.
    fincom.expect(described(fincom, fincom.create(standard_customer())), answers=["created"])


@rule("fincom-v2/answers-match-the-specification")
@pytest.mark.parametrize("operation_id", ["createIndividualV2", "attachIndividualV2", "uploadCustomerFiles", *TOKEN_OPERATIONS])
def test_refusals_match_the_specification(fincom: Fincom, operation_id: str) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    applicable(fincom, operation_id)
    path = {"customer_id": fincom.new_customer().id}
    bodies: list[Json] = [{}, {"basic_info": {"email": "UPPER@EXAMPLE.COM"}}, []]
    for body in bodies:
        described(fincom, fincom.send(operation_id, path=path, json=body))
    path = {"customer_id": "00000000-0000-4000-8000-000000000000"}
    described(fincom, fincom.send(operation_id, path=path, json={}))
