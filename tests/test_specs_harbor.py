"""What the specification of Harbor tells apart, and which coverage cases it gives."""

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
from strategies.coverage import Violation, raw_cases, undocumented_methods, violations
from strategies.edits import Edit, drop, put
from tests.spec_kit import Document

DOCUMENT = Document(Path("specs/harbor.openapi.yaml"))
SPEC = DOCUMENT.path
SUBMISSION = DOCUMENT.component("Submission")
US, ELSEWHERE, WITHOUT_ACCOUNT = (DOCUMENT.example(name) for name in ("FullUsResident", "ResidentElsewhere", "ResidentWithoutAccount"))


@pytest.mark.parametrize(
    ("payload", "edit"),
    [
        pytest.param(US, drop("individual.ssn"), id="us-without-ssn"),
        pytest.param(US, drop("individual.phone"), id="us-without-phone"),
        pytest.param(US, drop("individual.proof_of_address"), id="us-without-proof"),
        pytest.param(US, drop("individual.residence.state"), id="us-without-state"),
        pytest.param(US, drop("individual.source_of_wealth_other"), id="other-wealth-untold"),
        pytest.param(US, drop("individual.purpose_of_use_other"), id="other-purpose-untold"),
        pytest.param(US, put("individual.ssn", "123-45-6789", name="hyphens"), id="ssn-with-hyphens"),
        pytest.param(US, put("individual.proof_of_address.files", ["QQ=="] * 6, name="six"), id="six-proofs"),
        pytest.param(US, put("individual.residence.country", "GB", name="gb"), id="us-set-elsewhere"),
        pytest.param(US, put("individual.identity_document.type", "DRIVER_LICENSE", name="american"), id="american-spelling"),
        pytest.param(ELSEWHERE, drop("individual.has_us_bank_account"), id="elsewhere-without-answer"),
        pytest.param(ELSEWHERE, drop("individual.bank_statement"), id="account-without-statement"),
        pytest.param(ELSEWHERE, put("individual.bank_statement.files", ["QQ=="] * 4, name="four"), id="four-statements"),
        pytest.param(ELSEWHERE, put("individual.nationality", "GBR", name="alpha-3"), id="alpha-3"),
        pytest.param(ELSEWHERE, put("individual.first_name", "a" * 51, name="long"), id="name-of-51"),
        pytest.param(WITHOUT_ACCOUNT, put("individual.has_us_bank_account", True, name="true"), id="answer-without-statement"),
        pytest.param(WITHOUT_ACCOUNT, put("individual.birthday", "1990-02-30", name="no-day"), id="no-such-day"),
        pytest.param(DOCUMENT.example("Business"), drop("company_files"), id="business-without-files"),
    ],
)
def test_a_condition_that_is_broken_is_seen(payload: Json, edit: Edit) -> None:
    assert SUBMISSION.is_valid(payload)
    assert not SUBMISSION.is_valid(edit(payload))


@pytest.mark.parametrize("body", [{}, {"first_name": "Ada"}, {"individual": []}, [], None], ids=["empty", "flat", "list", "array", "null"])
def test_the_section_is_part_of_a_submission(body: Json) -> None:
    assert not SUBMISSION.is_valid(body)


def answered(operation_id: str, status: int, body: Json) -> str | None:
    """What the specification says against this answer; `...` for an answer without a body."""
    content = {} if body is ... else {"json": body}
    response = httpx.Response(status, request=httpx.Request("GET", "http://harbor.test"), **content)
    response.elapsed = timedelta(0)
    document = specification(SPEC)
    return document.violation(document.operation(operation_id), response)


ONE = {"id": "onb_1", "status": "processing"}


@pytest.mark.parametrize(
    ("described", "operation_id", "status", "body"),
    [
        pytest.param(True, "submitOnboarding", 202, ..., id="taken-without-body"),
        pytest.param(True, "submitOnboarding", 202, {"data": ONE}, id="taken-with-data"),
        pytest.param(False, "submitOnboarding", 202, {"errors": {"ssn": ["wrong"]}}, id="taken-with-errors"),
        pytest.param(False, "submitOnboarding", 200, {"data": ONE}, id="taken-with-200"),
        pytest.param(True, "submitOnboarding", 409, {"message": "m", "code": 2302}, id="2302-on-submitting"),
        pytest.param(False, "submitOnboarding", 409, {"message": "m", "code": 2305}, id="2305-on-submitting"),
        pytest.param(False, "correctOnboarding", 409, {"message": "m", "code": 2302}, id="2302-on-correcting"),
        pytest.param(False, "submitOnboarding", 422, {"message": "m", "code": 2302}, id="2302-with-422"),
        pytest.param(True, "correctOnboarding", 409, {"message": "m", "error": "idempotency_conflict"}, id="replay"),
        pytest.param(False, "readOnboarding", 200, ..., id="read-without-body"),
        pytest.param(True, "readOnboarding", 200, {"data": ONE}, id="read"),
        pytest.param(False, "readOnboarding", 200, {"data": {**ONE, "status": "approved"}}, id="unknown-status"),
        pytest.param(False, "readOnboarding", 200, {"data": {**ONE, "status": "action_required"}}, id="nothing-pending"),
        pytest.param(True, "readOnboarding", 200, {"data": None}, id="nothing-submitted"),
        pytest.param(False, "readOnboarding", 404, {"data": ONE}, id="missing-yet-shown"),
        pytest.param(False, "listSubdivisions", 200, {"data": [{"code": "US-VA"}]}, id="long-code"),
        pytest.param(True, "listOccupations", 200, ["clerks"], id="bare-slugs"),
    ],
)
def test_answers_are_told_apart(described: bool, operation_id: str, status: int, body: Any) -> None:
    assert (answered(operation_id, status, body) is None) is described


# Pins what is taken from the insides of Schemathesis: how it lists and describes its coverage cases.
def of_the_person(operation_id: str) -> list[Violation]:
    """The violations of the person's section; those of a company are sent for businesses."""
    return [each for each in violations(SPEC, operation_id) if each.path.startswith("individual")]


@pytest.mark.parametrize("operation_id", ["submitOnboarding", "correctOnboarding"])
def test_violations_are_found_where_the_schema_has_constraints(operation_id: str) -> None:
    found = of_the_person(operation_id)
    assert Counter(each.basis for each in found) == {Basis.INFERRED: 156, Basis.DOCUMENTED: 59, Basis.SILENT: 33}
    by_name = {each.edit.name: each for each in found}
    assert by_name["individual-proof-of-address-files-list-of-6"].basis is Basis.DOCUMENTED
    assert by_name["without-individual-residence"].basis is Basis.INFERRED
    assert by_name["individual-has-us-bank-account-integer"].basis is Basis.SILENT


def test_violations_of_businesses_are_never_documented_beyond_what_the_documents_name() -> None:
    found = [each for each in violations(SPEC, "submitOnboarding") if not each.path.startswith("individual")]
    documented = {each.path for each in found if each.basis is Basis.DOCUMENTED}
    assert documented <= {"company.industry", "associated_persons.0.position"}


def test_a_violation_changes_a_valid_body_into_an_invalid_one() -> None:
    payloads = (US, ELSEWHERE)
    for violation in of_the_person("submitOnboarding"):
        own = [payload for payload in payloads if holds(payload, violation.path)]
        assert own, violation
        assert not any(SUBMISSION.is_valid(violation.edit(payload)) for payload in own), violation


def holds(payload: Any, path: str) -> bool:
    """Whether the payload has the place that the path names."""
    for step in path.split("."):
        if isinstance(payload, list):
            payload = payload[int(step)]
        elif step in payload:
            payload = payload[step]
        else:
            return False
    return True


def test_undocumented_methods_are_those_that_the_path_lacks() -> None:
    assert undocumented_methods(SPEC, "submitOnboarding") == ("DELETE", "PUT")
    assert undocumented_methods(SPEC, "listOccupations") == ("DELETE", "PATCH", "POST", "PUT")


def test_coverage_cases_leave_the_api_key_to_the_client() -> None:
    assert not {name for case in raw_cases(SPEC, "submitOnboarding") for name in case.headers} & {"X-API-KEY", "Authorization"}
    assert not [case.name for case in raw_cases(SPEC, "listOccupations") if "api-key" in case.name]
