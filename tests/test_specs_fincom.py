"""What the specification of Fin.com tells apart, and which coverage cases it gives."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.rules import Basis
from strategies.coverage import undocumented_methods, violations
from tests.spec_kit import Document

DOCUMENT = Document(Path("specs/fincom_v2.openapi.yaml"))
SPEC = DOCUMENT.path

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
    assert DOCUMENT.component("IdentityDocument").is_valid(document) is fits


@pytest.mark.parametrize("field", ["first_name", "middle_name", "last_name"])
def test_a_name_outside_ascii_needs_its_transliteration(field: str) -> None:
    person = DOCUMENT.example("FullCustomer")["basic_info"]
    schema = DOCUMENT.component("BasicInfo")
    assert not schema.is_valid({**person, field: "Zoë"})
    assert schema.is_valid({**person, field: "Zoë", f"{field}_en": "Zoe"})


def test_at_most_one_document_stands_beside_the_selfie() -> None:
    body = DOCUMENT.example("AttachedPassport")
    schema = DOCUMENT.component("AttachIndividual")
    passport = body["identifying_documents"][0]
    assert not schema.is_valid({**body, "identifying_documents": [passport, passport]})


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
    media = DOCUMENT.operations[operation_id]["requestBody"]["content"]["application/json"]
    schema, bodies = DOCUMENT.validator(media["schema"]), [DOCUMENT.followed(each)["value"] for each in media["examples"].values()]
    for violation in violations(SPEC, operation_id):
        fitting = [body for body in bodies if _is_about(violation.alternative, body)]
        broken = [violation.edit(body) for body in fitting]
        assert not any(map(schema.is_valid, broken)), violation


def _is_about(alternative: str | None, body: dict[str, Any]) -> bool:
    return alternative in (None, body.get("identifying_documents", [{}])[0].get("type"))


def test_undocumented_methods_are_those_that_the_path_lacks() -> None:
    assert undocumented_methods(SPEC, "createIndividualV2") == ("DELETE", "PATCH", "PUT")
    assert undocumented_methods(SPEC, "readCustomerV2") == ("DELETE", "PATCH", "POST", "PUT")
