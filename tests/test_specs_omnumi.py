"""What the specification of Omnumi tells apart, and which coverage cases it gives."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.jsontypes import Json
from harness.openapi import specification
from harness.rules import Basis
from strategies.coverage import raw_cases, undocumented_methods, violations
from strategies.edits import Edit, drop, insert, put
from tests.spec_kit import Document

DOCUMENT = Document(Path("specs/omnumi.openapi.yaml"))
SPEC = DOCUMENT.path
REQUEST, BUSINESS, PII = (DOCUMENT.example(name) for name in ("NewPreauthorization", "NewBusinessUser", "CustomerPii"))
AUTHORIZED, SETTLED = (DOCUMENT.example(name) for name in ("AuthorizedPreauthorization", "SettledPreauthorization"))
NEW = DOCUMENT.component("NewPreauthorization")


@pytest.mark.parametrize(
    "edit",
    [
        *(drop(name) for name in ("invoiceId", "sender", "receiver", "amount", "contractAddress")),
        put("amount", 150.75, name="number"),
        put("amount", "1,5", name="comma"),
        put("amount", "12abc", name="prefix"),
        put("amount", "0x10", name="hexadecimal"),
        put("amount", "NaN", name="nan"),
        put("amount", "", name="empty-amount"),
        put("sender", "0x41c5", name="short-address"),
        put("receiver", "41c528683845350e9bfc937e0f6c72bc999b5cdc", name="no-0x"),
        put("expiresAt", "tomorrow", name="words"),
        put("expiresAt", "2026-02-30T12:00:00Z", name="no-such-day"),
        put("expiresAt", 1774872000, name="epoch"),
    ],
    ids=lambda edit: edit.name,
)
def test_a_broken_request_is_seen(edit: Edit) -> None:
    assert NEW.is_valid(REQUEST)
    assert not NEW.is_valid(edit(REQUEST))


@pytest.mark.parametrize(
    "amount", ["0.1", "1e3", "000150.750", "115792089237316195423570985008687907853269984665640564039457.5", ".5", "5."]
)
def test_numbers_as_text_are_numeric(amount: str) -> None:
    assert NEW.is_valid({**REQUEST, "amount": amount})


@pytest.mark.parametrize(
    "edit",
    [
        put("entityBeneficialOwners.0.entityBeneficialOwners.0", {"ownershipPercentage": 101}, name="share-in-an-owner-of-an-owner"),
        put("individualBeneficialOwners.0.ownershipPercentage", -1, name="share-below-zero"),
        put("controlPersons.emailAddress", "nobody", name="no-e-mail"),
        put("signatories.0.documents.0.documentType", "99", name="no-such-type"),
        put("taxId", 12345, name="number-as-tax-id"),
        insert("taxIdNumber", 12345, name="number-as-old-tax-id"),
        drop("domain"),
    ],
    ids=lambda edit: edit.name,
)
def test_a_broken_onboarding_is_seen(edit: Edit) -> None:
    schema = DOCUMENT.component("NewBusinessUser")
    assert schema.is_valid(BUSINESS)
    assert not schema.is_valid(edit(BUSINESS))


def test_added_and_deprecated_fields_are_marked() -> None:
    members = DOCUMENT.content["components"]["schemas"]["NewBusinessUser"]["properties"]
    assert {name for name, schema in members.items() if "x-railproof-added" in schema} == {"businessEntityId", "taxId"}
    assert {name for name, schema in members.items() if schema.get("deprecated")} == {"taxIdNumber"}


def answered(operation_id: str, status: int, body: Json) -> str | None:
    """What the specification says against this answer."""
    response = httpx.Response(status, request=httpx.Request("GET", "http://omnumi.test"), json=body)
    response.elapsed = timedelta(0)
    document = specification(SPEC)
    return document.violation(document.operation(operation_id), response)


def errors(message: str, kind: str = "onchain") -> Json:
    """The common envelope with one entry."""
    return {"errors": [{"type": kind, "message": message}]}


CREATE, GET, SETTLE, READ, ONBOARD = (
    "createPreauthorization",
    "getPreauthorization",
    "settlePreauthorization",
    "readCustomerPii",
    "onboardBusinessUser",
)
DENIED = errors("Access Denied", "Access Denied")


@pytest.mark.parametrize(
    ("described", "operation_id", "status", "body"),
    [
        pytest.param(True, GET, 200, AUTHORIZED, id="authorized"),
        pytest.param(True, GET, 200, SETTLED, id="settled"),
        pytest.param(False, GET, 200, drop("transactionHash")(SETTLED), id="settled-without-hash"),
        pytest.param(False, GET, 200, put("settledAmount", None, name="null")(SETTLED), id="settled-without-amount"),
        pytest.param(False, GET, 200, put("authorizedAmount", 150.75, name="number")(AUTHORIZED), id="amount-as-number"),
        pytest.param(False, GET, 200, put("status", "OPEN", name="open")(AUTHORIZED), id="unknown-status"),
        pytest.param(
            False, GET, 200, insert("errors", [{"type": "a", "message": "b"}], name="errors")(AUTHORIZED), id="success-with-errors"
        ),
        pytest.param(False, GET, 500, errors("Insufficient Allowance"), id="reading-fails"),
        pytest.param(True, CREATE, 500, errors("Insufficient Allowance"), id="no-allowance"),
        pytest.param(False, CREATE, 500, errors("Internal error"), id="breakdown"),
        pytest.param(True, CREATE, 409, errors("Invoice already exists"), id="taken"),
        pytest.param(False, CREATE, 409, errors("Conflict"), id="taken-in-other-words"),
        pytest.param(False, CREATE, 400, {"errors": {"type": "onchain", "message": "Token not active"}}, id="errors-as-object"),
        pytest.param(False, CREATE, 400, {"errors": []}, id="no-entry"),
        pytest.param(False, CREATE, 400, errors(""), id="empty-message"),
        pytest.param(True, CREATE, 401, DENIED, id="denied"),
        pytest.param(False, CREATE, 401, errors("Unauthorized"), id="denied-in-other-words"),
        pytest.param(False, SETTLE, 201, SETTLED, id="settled-with-201"),
        pytest.param(True, SETTLE, 500, errors("Settlement failed"), id="settlement-failed"),
        pytest.param(True, READ, 200, PII, id="pii"),
        pytest.param(False, READ, 200, put("data", [PII["data"]], name="list")(PII), id="pii-as-list"),
        pytest.param(False, READ, 200, drop("data.historyData")(PII), id="pii-without-history"),
        pytest.param(
            False, READ, 200, put("data.historyData.0.newDetails.dateOfBirth", "4/2/1997", name="us")(PII), id="day-of-another-form"
        ),
        pytest.param(False, READ, 200, put("data.annualSalary", 50000, name="number")(PII), id="salary-as-number"),
        pytest.param(True, ONBOARD, 400, DOCUMENT.example("BusinessErrorsAsShown"), id="bare-list"),
        pytest.param(True, ONBOARD, 400, errors("Business name already exists", "onboard"), id="envelope"),
        pytest.param(False, ONBOARD, 400, {"message": "wrong"}, id="flat"),
        pytest.param(False, ONBOARD, 409, errors("Business name already exists", "onboard"), id="taken-with-409"),
    ],
)
def test_answers_are_told_apart(described: bool, operation_id: str, status: int, body: Any) -> None:
    assert (answered(operation_id, status, body) is None) is described


@pytest.mark.parametrize(
    ("operation_id", "counts"),
    [
        (CREATE, {Basis.INFERRED: 35, Basis.DOCUMENTED: 5, Basis.SILENT: 1}),
        (SETTLE, {Basis.INFERRED: 6, Basis.DOCUMENTED: 1}),
    ],
)
def test_violations_are_found_where_the_schema_has_constraints(operation_id: str, counts: dict[Basis, int]) -> None:
    assert Counter(each.basis for each in violations(SPEC, operation_id)) == counts


def test_what_is_sent_to_onboard_is_never_documented() -> None:
    assert {each.basis for each in violations(SPEC, ONBOARD)} == {Basis.INFERRED, Basis.SILENT}


@pytest.mark.parametrize("operation_id", [CREATE, SETTLE])
def test_a_violation_changes_a_valid_body_into_an_invalid_one(operation_id: str) -> None:
    schema = NEW if operation_id == CREATE else DOCUMENT.component("Settlement")
    body = REQUEST if operation_id == CREATE else {"amount": "1"}
    assert [each for each in violations(SPEC, operation_id) if schema.is_valid(each.edit(body))] == []


def test_undocumented_methods_are_those_that_the_path_lacks() -> None:
    assert undocumented_methods(SPEC, READ) == ("DELETE", "PATCH", "POST", "PUT")
    assert undocumented_methods(SPEC, ONBOARD) == ("DELETE", "GET", "PATCH", "PUT")


def test_coverage_cases_leave_the_credentials_to_the_client() -> None:
    assert not {name.lower() for case in raw_cases(SPEC, CREATE) for name in case.headers} & {"authorization", "tenant-id"}
