"""What the specification of Mbanq tells apart, and which coverage cases it gives."""

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
from tests.spec_kit import Document

DOCUMENT = Document(Path("specs/mbanq.openapi.yaml"))
SPEC = DOCUMENT.path
GAP = DOCUMENT.example("Gap")
ENTRY = GAP["errors"][0]


def answered(operation_id: str, status: int, body: Json) -> str | None:
    """What the specification says against this answer; `...` for an answer without a body."""
    content = {} if body is ... else {"json": body}
    response = httpx.Response(status, request=httpx.Request("POST", "http://mbanq.test"), **content)
    response.elapsed = timedelta(0)
    document = specification(SPEC)
    return document.violation(document.operation(operation_id), response)


def without(body: dict[str, Json], member: str) -> dict[str, Json]:
    return {key: value for key, value in body.items() if key != member}


@pytest.mark.parametrize(
    ("described", "operation_id", "status", "body"),
    [
        pytest.param(True, "commandClient", 200, {"clientId": 7, "data": {"clientKycStatus": "APPROVED"}}, id="verified"),
        pytest.param(True, "commandClient", 200, {}, id="verified-with-nothing-said"),
        pytest.param(False, "commandClient", 200, ..., id="verified-without-body"),
        pytest.param(False, "commandClient", 200, {"clientId": "7"}, id="id-as-text"),
        pytest.param(False, "commandClient", 200, GAP, id="a-refusal-with-200"),
        pytest.param(False, "commandClient", 201, {"clientId": 7}, id="verified-with-201"),
        pytest.param(False, "commandClient", 204, ..., id="verified-with-204"),
        pytest.param(True, "commandClient", 403, GAP, id="gap"),
        pytest.param(True, "commandClient", 403, without(GAP, "errors"), id="reason-at-the-top"),
        pytest.param(True, "commandClient", 403, {"errors": [ENTRY]}, id="reason-in-the-entry"),
        pytest.param(True, "commandClient", 403, {**GAP, "errors": [without(ENTRY, "value")]}, id="value-left-out"),
        pytest.param(True, "commandClient", 403, {**GAP, "httpStatusCode": 403}, id="status-as-number"),
        pytest.param(False, "commandClient", 403, {}, id="refused-without-reason"),
        pytest.param(False, "commandClient", 403, ..., id="refused-without-body"),
        pytest.param(False, "commandClient", 403, {"developerMessage": "no"}, id="reason-without-code"),
        pytest.param(False, "commandClient", 403, {"userMessageGlobalisationCode": "no"}, id="code-without-words"),
        pytest.param(False, "commandClient", 403, {**GAP, "developerMessage": " "}, id="blank-words"),
        pytest.param(False, "commandClient", 403, {**GAP, "errors": {"0": ENTRY}}, id="errors-as-object"),
        pytest.param(False, "commandClient", 403, {**GAP, "errors": [{**ENTRY, "args": 77}]}, id="args-as-number"),
        pytest.param(False, "commandClient", 422, GAP, id="gap-with-422"),
        pytest.param(True, "commandClient", 401, {"error": "invalid_token"}, id="refused-by-the-token-layer"),
        pytest.param(True, "commandClient", 401, ..., id="unauthorized-without-body"),
        pytest.param(True, "createClient", 200, {"clientId": 7}, id="created"),
        pytest.param(True, "createClient", 201, {"resourceId": 7}, id="created-with-201"),
        pytest.param(False, "createClient", 200, {"officeId": 1}, id="created-without-id"),
        pytest.param(True, "readClient", 200, {"id": 7, "dateOfBirth": [1990, 3, 1]}, id="read"),
        pytest.param(True, "readClient", 200, {"id": 7, "dateOfBirth": "1990-03-01"}, id="date-as-text"),
        pytest.param(False, "readClient", 200, {"id": 7, "dateOfBirth": [1990, 3]}, id="date-of-two-parts"),
        pytest.param(False, "readClient", 200, {"id": 7, "status": "Pending"}, id="status-as-text"),
        pytest.param(True, "readVerificationStatus", 200, {"status": "PENDING"}, id="wrapped-word"),
        pytest.param(True, "readVerificationStatus", 200, "PENDING", id="bare-word"),
        pytest.param(False, "readVerificationStatus", 200, [], id="no-word"),
    ],
)
def test_answers_are_told_apart(described: bool, operation_id: str, status: int, body: Any) -> None:
    assert (answered(operation_id, status, body) is None) is described


def test_only_the_members_of_verify_and_activate_are_implied_to_be_checked() -> None:
    found = violations(SPEC, "commandClient")
    assert {each.path for each in found if each.basis is Basis.INFERRED} == {"kycVerificationType", "activationDate"}
    assert Counter(each.basis for each in found)[Basis.DOCUMENTED] == 0


@pytest.mark.parametrize("operation_id", ["createClient", "addIdentifier"])
def test_members_published_elsewhere_are_promised_by_nobody(operation_id: str) -> None:
    assert {each.basis for each in violations(SPEC, operation_id)} == {Basis.SILENT}


def test_undocumented_methods_are_those_that_the_path_lacks() -> None:
    assert undocumented_methods(SPEC, "listIdentifiers") == ("DELETE", "PATCH", "PUT")
    # The path of one client covers that of the template.
    assert "GET" not in undocumented_methods(SPEC, "readClientTemplate")


def test_coverage_cases_leave_token_and_tenant_to_the_client() -> None:
    names = {name.lower() for operation in specification(SPEC).operations for case in raw_cases(SPEC, operation) for name in case.headers}
    assert not names & {"authorization", "tenantid"}
