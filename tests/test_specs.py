"""The specifications are valid, their examples are valid for their own schemas, and rules and coverage cases stand on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from harness import rules
from harness.openapi import specification
from harness.rules import Basis
from strategies.coverage import raw_cases, undocumented_methods, violations

SPEC = Path("specs/fincom_v2.openapi.yaml")
DOCUMENT: dict[str, Any] = yaml.safe_load(SPEC.read_text())
METHODS = {"get", "put", "post", "patch", "delete"}


def operations() -> dict[str, dict[str, Any]]:
    """All operations, those of webhooks too, by their id."""
    items = [*DOCUMENT["paths"].values(), *DOCUMENT["webhooks"].values()]
    return {entry["operationId"]: entry for item in items for method, entry in item.items() if method in METHODS}


def followed(node: dict[str, Any]) -> dict[str, Any]:
    """The node that a reference names."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def contents() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Where, schema and media type of every body that carries examples."""
    for operation_id, operation in operations().items():
        bodies = {"request": operation["requestBody"]} if "requestBody" in operation else {}
        for where, body in {**bodies, **operation["responses"]}.items():
            for media in followed(body).get("content", {}).values():
                yield f"{operation_id} {where}", media["schema"], media


def examples() -> list[Any]:
    """Every example with the schema that it must fit."""
    found = []
    for where, schema, media in contents():
        named = {name: followed(entry)["value"] for name, entry in media.get("examples", {}).items()}
        if "example" in media:
            named["example"] = media["example"]
        found += [pytest.param(schema, value, id=f"{where} {name}") for name, value in named.items()]
    return found


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]}, validate_formats=True)


def test_the_specification_is_valid_openapi() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


@pytest.mark.parametrize(("schema", "value"), examples())
def test_examples_fit_their_schemas(schema: dict[str, Any], value: Any) -> None:
    assert [error.message for error in validator(schema).iter_errors(value)] == []


def test_every_body_that_is_sent_has_an_example() -> None:
    with_body = {
        name for name, operation in operations().items() if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    shown = {str(each.id).split()[0] for each in examples() if " request " in str(each.id)}
    assert with_body - shown == {"issueToken", "refreshToken"}  # credentials are nobody's example


@pytest.mark.parametrize("operation_id", sorted(operations()))
def test_every_operation_of_a_client_documents_401(operation_id: str) -> None:
    operation = operations()[operation_id]
    if operation_id not in ("customerCreated", "customerStatus"):
        assert "401" in operation["responses"]


IDENTITY = {"number": "P1234567", "country": "GBR", "expiry_date": "2031-01-31"}
FRONT, BACK = {"side": "FRONT", "uri": "/a.pdf"}, {"side": "BACK", "uri": "/b.pdf"}


@pytest.mark.parametrize(
    ("fits", "document"),
    [
        pytest.param(True, {"type": "PASSPORT", **IDENTITY, "files": [{"uri": "/a.pdf"}]}, id="passport-without-side"),
        pytest.param(False, {"type": "PASSPORT", **IDENTITY, "files": [FRONT, BACK]}, id="passport-with-two-files"),
        pytest.param(False, {"type": "PASSPORT", **IDENTITY, "state": "US-CA", "files": [FRONT]}, id="passport-with-state"),
        pytest.param(True, {"type": "NATIONAL_ID", **IDENTITY, "files": [BACK, FRONT]}, id="national-id-back-first"),
        pytest.param(False, {"type": "NATIONAL_ID", **IDENTITY, "files": [FRONT, FRONT]}, id="national-id-two-fronts"),
        pytest.param(False, {"type": "NATIONAL_ID", **IDENTITY, "files": [FRONT]}, id="national-id-front-only"),
        pytest.param(True, {"type": "DRIVERS_LICENSE", **IDENTITY, "files": [FRONT, BACK]}, id="foreign-licence-without-state"),
        pytest.param(
            False, {"type": "DRIVERS_LICENSE", **IDENTITY, "country": "USA", "files": [FRONT, BACK]}, id="us-licence-without-state"
        ),
        pytest.param(
            True,
            {"type": "DRIVERS_LICENSE", **IDENTITY, "country": "USA", "state": "US-CA", "files": [FRONT, BACK]},
            id="us-licence-with-state",
        ),
        pytest.param(True, {"type": "SELFIE", "files": [{"uri": "/a.jpg"}]}, id="selfie-alone"),
        pytest.param(False, {"type": "VISA", **IDENTITY, "files": [FRONT]}, id="unknown-type"),
    ],
)
def test_identity_documents_are_told_apart(fits: bool, document: dict[str, Any]) -> None:
    assert validator({"$ref": "#/components/schemas/IdentityDocument"}).is_valid(document) is fits


@pytest.mark.parametrize("field", ["first_name", "middle_name", "last_name"])
def test_a_name_outside_ascii_needs_its_transliteration(field: str) -> None:
    person = followed({"$ref": "#/components/examples/FullCustomer"})["value"]["basic_info"]
    schema = validator({"$ref": "#/components/schemas/BasicInfo"})
    assert not schema.is_valid({**person, field: "Zoë"})
    assert schema.is_valid({**person, field: "Zoë", f"{field}_en": "Zoe"})


def test_at_most_one_document_stands_beside_the_selfie() -> None:
    body = followed({"$ref": "#/components/examples/AttachedPassport"})["value"]
    schema = validator({"$ref": "#/components/schemas/AttachIndividual"})
    passport = body["identifying_documents"][0]
    assert not schema.is_valid({**body, "identifying_documents": [passport, passport]})


def named_rules(node: Any) -> Iterator[str]:
    """Every rule and ambiguity that the specification refers to."""
    if isinstance(node, dict):
        yield from (entry["id"] for entry in node.get("x-railproof-rules", ()))
        if "x-railproof-ambiguity" in node:
            yield node["x-railproof-ambiguity"]
        for child in node.values():
            yield from named_rules(child)
    elif isinstance(node, list):
        for child in node:
            yield from named_rules(child)


def test_rules_and_specification_know_each_other() -> None:
    catalogue = rules.load(["fincom"])
    covered = set(catalogue.rules) | {row for rule in catalogue.rules.values() for row in rule.covers}
    assert {rule.operation for rule in catalogue.rules.values()} <= set(operations())
    assert set(named_rules(DOCUMENT)) <= covered


# Pins what is taken from the insides of Schemathesis: how it lists and describes its coverage cases.
def test_violations_of_create_are_found_where_the_schema_has_constraints() -> None:
    found = violations(SPEC, "createIndividualV2")
    assert Counter(each.basis for each in found) == {Basis.INFERRED: 170, Basis.DOCUMENTED: 42, Basis.SILENT: 41}
    by_name = {each.edit.name: each for each in found}
    assert by_name["without-basic-info-phone"].path == "basic_info.phone"
    assert by_name["financial-profile-employment-status-other-text"].basis is Basis.DOCUMENTED
    assert by_name["basic-info-gender-null"].basis is Basis.SILENT


def test_violations_of_attach_know_the_type_that_they_are_about() -> None:
    found = violations(SPEC, "attachIndividualV2")
    assert {each.alternative for each in found} == {None, "PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "RESIDENCE_PERMIT", "SELFIE"}
    states = {each.alternative for each in found if each.path.endswith(".state") and each.basis is Basis.DOCUMENTED}
    assert states == {"PASSPORT", "NATIONAL_ID", "RESIDENCE_PERMIT"}


@pytest.mark.parametrize("operation_id", ["createIndividualV2", "attachIndividualV2"])
def test_a_violation_changes_a_valid_body_into_an_invalid_one(operation_id: str) -> None:
    media = operations()[operation_id]["requestBody"]["content"]["application/json"]
    schema, bodies = validator(media["schema"]), [followed(each)["value"] for each in media["examples"].values()]
    for violation in violations(SPEC, operation_id):
        fitting = [body for body in bodies if _is_about(violation.alternative, body)]
        broken = [violation.edit(body) for body in fitting]
        assert not any(map(schema.is_valid, broken)), violation


def _is_about(alternative: str | None, body: dict[str, Any]) -> bool:
    return alternative in (None, body.get("identifying_documents", [{}])[0].get("type"))


@pytest.mark.parametrize("operation_id", sorted(specification(SPEC).operations))
def test_raw_cases_have_names_of_their_own(operation_id: str) -> None:
    names = [case.name for case in raw_cases(SPEC, operation_id)]
    assert names
    assert len(set(names)) == len(names)


def test_undocumented_methods_are_those_that_the_path_lacks() -> None:
    assert undocumented_methods(SPEC, "createIndividualV2") == ("DELETE", "PATCH", "PUT")
    assert undocumented_methods(SPEC, "readCustomerV2") == ("DELETE", "PATCH", "POST", "PUT")
