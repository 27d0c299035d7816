"""Several documents of one provider read as one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import httpx
import pytest

from harness.errors import UsageError
from harness.openapi import Operation, Specification, specification

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


def answer_of(status: int, content: bytes, **headers: str) -> httpx.Response:
    """An answer to a creation."""
    named = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=content, headers=named)


REFUSED = b'{"message": "Validation failed", "errors": {"basic_info.dob": ["Must be a date"]}}'


def test_an_answer_is_judged_once_however_often_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    document, judged = Specification(V2), []
    judge = document._judge

    def counting(operation: Operation, response: httpx.Response) -> str | None:
        judged.append(response)
        return judge(operation, response)

    monkeypatch.setattr(document, "_judge", counting)
    for day in ("Mon, 02 Nov 2026 10:00:00 GMT", "Tue, 03 Nov 2026 10:00:00 GMT"):
        assert document.violation(document.operation("createIndividualV2"), answer_of(422, REFUSED, date=day)) is None
    assert len(judged) == 1


def test_answers_that_differ_in_anything_else_are_judged_apart() -> None:
    document = Specification(V2)
    operation = document.operation("createIndividualV2")
    assert document.violation(operation, answer_of(422, REFUSED)) is None
    assert "418" in str(document.violation(operation, answer_of(418, REFUSED)))
    assert "text/html" in str(document.violation(operation, answer_of(422, REFUSED, content_type="text/html")))
    assert document.violation(operation, answer_of(422, REFUSED.replace(b'["Must be a date"]', b"7"))) is not None
    locked = b'{"message": "RELIANCE is not available for your client"}'
    assert document.violation(operation, answer_of(423, locked)) is None
    assert "423" in str(document.violation(document.operation("readCustomerV2"), answer_of(423, locked)))
    assert document.violation(operation, answer_of(422, REFUSED)) is None


def test_what_is_remembered_of_answers_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.openapi.REMEMBERED", 3)
    document = Specification(V2)
    for number in range(10):
        content = REFUSED.replace(b"a date", b"day %d" % number)
        assert document.violation(document.operation("createIndividualV2"), answer_of(422, content)) is None
        assert len(document._judged) <= 3
