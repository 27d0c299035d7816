"""Whether an answer keeps a promise: status, body and named field, each with its own reason where not."""

from __future__ import annotations

import pytest

from harness.jsontypes import Json
from harness.judgement import named_fields, names_match, objection
from harness.rules import AnswerSet
from tests.harness_kit import CREATED, REFUSED, exchange

NAMED = {"errors": {"name": ["must be given"]}}


def judged(
    status: int, body: Json, answer: AnswerSet = REFUSED, *, near: bool = False, content_type: str = "application/json"
) -> str | None:
    came = exchange(status, body, content_type=content_type)
    return objection(came, answer, names=["name"], near=near, carriers=["/errors", "/errors/*", "/data"])


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_that_names_its_field_is_one(status: int) -> None:
    assert judged(status, NAMED) is None


@pytest.mark.parametrize("status", [200, 401, 404, 409, 429, 500, 503])
def test_another_status_than_the_promised_is_never_taken(status: int) -> None:
    assert judged(status, NAMED) == f"status {status} is not 400 or 422"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"errors": {"age": ["must be given"]}}, "names age, not name"),
        ({"errors": {}}, "names no field, not name"),
        ({"message": "name must be given"}, "names no field, not name"),
        ({"errors": ["name must be given"]}, "names name must be given, not name"),
        (b"<h1>Bad Request</h1>", "names no field, not name"),
        ([1, 2], "names no field, not name"),
    ],
)
def test_a_refusal_for_another_reason_is_none(body: Json, said: str) -> None:
    assert said in str(judged(400, body))


@pytest.mark.parametrize("body", [{"errors": [{"name": "missing"}]}, {"data": {"name": "missing"}}])
def test_each_published_carrier_may_name_the_field(body: Json) -> None:
    assert judged(400, body) is None


def test_a_schema_decides_on_the_body_and_says_where_it_differs() -> None:
    schema = {"type": "object", "required": ["data"], "properties": {"data": {"type": "object", "required": ["id"]}}}
    answer = AnswerSet(says="It exists.", status=[201], body_schema=schema)
    assert judged(201, {"data": {"id": "x"}}, answer) is None
    assert "/data" in str(judged(201, {"data": {}}, answer))
    assert "the body" in str(judged(201, [], answer))
    assert judged(201, {"data": {"id": "x"}}, answer, content_type="text/html") == "the body is no JSON (content type 'text/html')"
    assert "no JSON" in str(judged(201, b'{"data": {"id', answer))


def test_a_body_without_promise_may_be_anything() -> None:
    assert judged(201, b"", CREATED, content_type="") is None


@pytest.mark.parametrize(
    ("key", "name", "near", "matches"),
    [
        ("basic_info.email", "basic_info.email", False, True),
        ("tax_info[0].document_id", "tax_info.0.document_id", False, True),
        ("tax_info/0/document_id", "tax_info.*.document_id", False, True),
        ("tax_info.x.document_id", "tax_info.*.document_id", False, False),
        ("email", "basic_info.email", False, False),
        ("basic_info", "basic_info.email", False, False),
        ("basic_info", "basic_info.email", True, True),
        ("basic_info.email.0", "basic_info.email", True, True),
        ("address", "basic_info.email", True, False),
    ],
)
def test_a_field_is_named_exactly_or_where_allowed_by_its_parent_or_child(key: str, name: str, near: bool, matches: bool) -> None:
    assert names_match(key, name, near=near) is matches


def test_brackets_of_field_names_are_rewritten_to_dots() -> None:
    assert named_fields({"errors": {"tax_info[0].id": [], "a['b']": []}}, ["/errors"]) == {"tax_info.0.id", "a.b"}
