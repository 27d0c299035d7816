"""Mutations made from a small specification: each kind, and none to which the documents have nothing to say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
import yaml

from harness.openapi import Specification
from harness.rules import AnswerSet, Catalogue
from harness.wire.edits import edited
from harness.wire.generating import mutations_of
from harness.wire.mutation import Mutation
from tests.harness_kit import rule

ERROR = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string", "enum": ["taken", "odd", "gone"]}, "hint": {"type": ["string", "null"]}},
}
THING = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string"},
        "state": {"enum": ["NEW", "OLD"]},
        "note": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}},
    },
}


def body(schema: dict[str, Any], *examples: Any) -> dict[str, Any]:
    shown = {"examples": {str(index): {"value": each} for index, each in enumerate(examples)}} if examples else {}
    return {"description": "x", "content": {"application/json": {"schema": schema, **shown}}}


THING_ID = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}}
CONTENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "security": [{"bearer": []}],
    "paths": {
        "/things": {
            "post": {
                "operationId": "makeThing",
                "parameters": [{"name": "X-Key", "in": "header", "schema": {"type": "string"}}],
                "responses": {
                    "201": body({"$ref": "#/components/schemas/Thing"}, {"id": "1", "state": "NEW", "note": "n"}),
                    "200": body({"$ref": "#/components/schemas/Thing"}),
                    "400": body({"$ref": "#/components/schemas/Error"}, {"code": "odd"}),
                    "409": body({"$ref": "#/components/schemas/Error"}, {"code": "taken"}),
                },
            },
            "get": {"operationId": "listThings", "responses": {"200": body({"type": "array", "items": {"type": "string"}})}},
        },
        "/things/template": {"get": {"operationId": "readTemplate", "responses": {"200": {"description": "x"}}}},
        "/things/{thing_id}": {
            "parameters": [THING_ID],
            "get": {"operationId": "readThing", "responses": {"200": body(THING)}},
            "patch": {"operationId": "changeThing", "responses": {"204": {"description": "x"}}},
        },
        "/token": {"post": {"operationId": "buyToken", "security": [], "responses": {"200": body({"type": "object"})}}},
    },
    "webhooks": {
        "thing.made": {
            "post": {
                "operationId": "thingMade",
                "parameters": [
                    {"name": "x-signature", "in": "header", "required": True, "schema": {"type": "string"}},
                    {"name": "x-trace", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "x"}},
            }
        }
    },
    "components": {
        "schemas": {"Thing": THING, "Error": ERROR},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    },
}
CODED = AnswerSet(says="It is taken.", status=[409], body_schema={"properties": {"code": {"const": "taken"}}, "required": ["code"]})
MADE = AnswerSet(says="It is made, with a note.", status=[200, 201], body_schema={"required": ["note"]})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Mutation]:
    path = tmp_path_factory.mktemp("specs") / "acme.openapi.yaml"
    path.write_text(yaml.safe_dump(CONTENT))
    rules = [rule("made", operation="makeThing", answers=["made"]), rule("taken", operation="makeThing", answers=["coded"])]
    catalogue = Catalogue(rules, {"acme": {"made": MADE, "coded": CODED}}, {"acme": []})
    return list(mutations_of("acme", Specification(path), catalogue))


def what(made: Iterable[Mutation], kind: str, operation: str) -> set[str]:
    return {each.what for each in made if (each.kind, each.operation) == (kind, operation)}


def test_names_are_unique_and_fit_for_tests(made: list[Mutation]) -> None:
    names = [each.name for each in made]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"acme/[\w-]+/[\w.]+/[\w.*-]+", name) for name in names)


def test_statuses_are_replaced_where_somebody_objects(made: list[Mutation]) -> None:
    of = what(made, "status", "makeThing")
    assert {"201 as 500", "400 as 422", "400 as 200", "409 as 400", "409 as 422", "200 as 202"} <= of
    # Both are documented with the same body, and the rule takes either.
    assert not {"201 as 200", "200 as 201"} & of


def test_fields_go_wrong_where_the_schema_or_a_closed_set_wants_them(made: list[Mutation]) -> None:
    assert what(made, "dropped", "readThing") == {"200 id dropped", "200 state dropped", "200 tags.*.name dropped"}
    assert "201 note dropped" in what(made, "dropped", "makeThing"), "no schema requires it, a rule does"
    assert "400 hint dropped" not in what(made, "dropped", "makeThing")
    assert what(made, "renamed", "readThing") == {"200 id renamed", "200 state renamed", "200 tags.*.name renamed"}
    assert "400 hint null" not in what(made, "nulled", "makeThing")
    assert {"200 id null", "200 note null", "200 tags null", "200 tags.*.name null"} <= what(made, "nulled", "readThing")
    assert {"200 id as integer", "200 tags as integer"} <= what(made, "retyped", "readThing")
    assert what(made, "enum", "readThing") == {"200 state as UNHEARD_OF"}


def test_content_types_go_wrong_where_one_is_documented(made: list[Mutation]) -> None:
    assert what(made, "content-type", "readThing") == {"200 as text/html"}
    assert what(made, "content-type", "readTemplate") == set()


def test_codes_are_swapped_where_a_rule_wants_the_one(made: list[Mutation]) -> None:
    assert what(made, "code", "makeThing") == {"409 code taken as odd"}


def test_behaviours_of_reads_and_writes(made: list[Mutation]) -> None:
    assert what(made, "foreign", "readThing") == {
        "of another request",
        "of another request under its own id",
        "of another tenant",
    }
    assert what(made, "foreign", "listThings") == {"of another tenant"}
    assert what(made, "foreign", "makeThing") == {"of another request", "of another request under its own id"}
    assert [each.kind for each in made if each.operation == "changeThing" and each.kind != "status"] == ["duplicated", "lost"]
    writes = {each.operation: [place["path"] for place in each.data["writes"]] for each in made if each.kind == "stale"}
    assert set(writes) == {"readThing", "listThings"}
    assert writes["listThings"] == ["/things"]
    [twice] = [each for each in made if (each.kind, each.operation) == ("duplicated", "makeThing")]
    assert twice.data["without"] == ["X-Key"]


def test_who_sells_tokens_has_no_customers(made: list[Mutation]) -> None:
    assert {each.kind for each in made if each.operation == "buyToken"} == {"status", "content-type"}


def test_paths_of_other_operations_are_spared(made: list[Mutation]) -> None:
    pattern = next(each.data["place"]["path"] for each in made if each.operation == "readThing")
    assert re.fullmatch(pattern, "/things/7")
    assert not re.fullmatch(pattern, "/things/template")


def test_webhooks_go_astray(made: list[Mutation]) -> None:
    ways = {each.kind: each.data for each in made if each.event}
    assert set(ways) == {"webhook-missing", "webhook-doubled", "webhook-reordered", "webhook-unsigned"}
    assert ways["webhook-unsigned"]["headers"] == ["x-signature"]
    assert {data["types"] for data in ways.values()} == {"thing.made"}


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        ({"do": "drop", "at": "a.*.b"}, {"a": [{"c": 1}, {}]}),
        ({"do": "rename", "at": "a.*.b", "value": "d"}, {"a": [{"c": 1, "d": 1}, {"d": 2}]}),
        ({"do": "set", "at": "a.*", "value": None}, {"a": [None, None]}),
        ({"do": "set", "at": "z.y", "value": 1}, {"a": [{"b": 1, "c": 1}, {"b": 2}]}),
    ],
)
def test_edits_make_what_they_say(edit: dict[str, Any], after: Any) -> None:
    assert edited({"a": [{"b": 1, "c": 1}, {"b": 2}]}, edit) == after
