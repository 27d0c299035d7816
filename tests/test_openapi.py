"""Several documents of one provider read as one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import httpx
import pytest

from harness.errors import UsageError
from harness.openapi import specification

V1, V2 = Path("specs/fincom_v1.openapi.yaml"), Path("specs/fincom_v2.openapi.yaml")
BOTH = specification(V2, V1)


@pytest.mark.parametrize(
    ("operation_id", "known"),
    [
        ("createIndividualV1", True),
        ("createIndividualV2", True),
        ("listOccupations", True),
        ("customerStatus", True),
        ("createIndividualV3", False),
    ],
)
def test_operations_of_all_documents_are_described_events_too(operation_id: str, known: bool) -> None:
    assert BOTH.describes(operation_id) is known


def test_what_stands_in_two_documents_is_taken_from_the_first() -> None:
    assert BOTH.operation("listOccupations").raw.schema.location == specification(V2).operation("listOccupations").raw.schema.location


def test_an_operation_that_no_document_has_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"fincom_v2\.openapi\.yaml and .*fincom_v1\.openapi\.yaml has no operation"):
        BOTH.operation("createIndividualV3")


def test_an_answer_is_judged_by_the_document_of_its_operation() -> None:
    body = {"error": {"code": "conflict", "message": "One is in flight"}}
    answer = httpx.Response(409, json=body, request=httpx.Request("POST", "http://127.0.0.1/attach"))
    answer.elapsed = dt.timedelta()
    assert BOTH.violation(BOTH.operation("attachIndividualV2"), answer) is None
    assert "409" in str(BOTH.violation(BOTH.operation("attachIndividualV1"), answer))
