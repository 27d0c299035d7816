"""What the specification of Fin.com's V1 tells apart, and which coverage cases it gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.rules import Basis
from strategies.coverage import undocumented_methods, violations
from tests.spec_kit import Document

DOCUMENT = Document(Path("specs/fincom_v1.openapi.yaml"))
SPEC = DOCUMENT.path

IDENTITY = {"number": "P1234567", "country": "GBR", "issue_date": "2021-01-31", "expiry_date": "2031-01-31"}
FRONT, BACK = {"side": "FRONT", "uri": "/a.pdf"}, {"side": "BACK", "uri": "/b.pdf"}


@pytest.mark.parametrize(
    ("fits", "document"),
    [
        pytest.param(True, {"type": "PASSPORT", **IDENTITY, "files": [{"uri": "/a.pdf"}]}, id="passport-without-side"),
        pytest.param(True, {"type": "PASSPORT", **IDENTITY, "files": [FRONT]}, id="passport-with-side"),
        pytest.param(True, {"type": "NATIONAL_ID", **IDENTITY, "files": [BACK, FRONT]}, id="national-id-back-first"),
        pytest.param(False, {"type": "NATIONAL_ID", **IDENTITY, "files": [FRONT, FRONT]}, id="national-id-two-fronts"),
        pytest.param(False, {"type": "DRIVERS_LICENSE", **IDENTITY, "files": [FRONT]}, id="licence-front-only"),
        pytest.param(True, {"type": "DRIVERS_LICENSE", **IDENTITY, "country": "USA", "files": [FRONT, BACK]}, id="us-licence"),
        pytest.param(False, {"type": "RESIDENCE_PERMIT", **IDENTITY, "files": [FRONT, BACK]}, id="residence-permit"),
        pytest.param(False, {"type": "SELFIE", "files": [{"uri": "/a.jpg"}]}, id="selfie"),
    ],
)
def test_proofs_of_identity_are_told_apart(fits: bool, document: dict[str, Any]) -> None:
    assert DOCUMENT.component("ProofOfIdentity").is_valid(document) is fits


@pytest.mark.parametrize(("number", "fits"), [("123-45-6789", True), ("123456789", False), ("12-345-6789", False)])
def test_us_customers_have_a_social_security_number(number: str, fits: bool) -> None:
    person = DOCUMENT.example("FullCustomer")["basic_info"]
    schema = DOCUMENT.component("BasicInfo")
    assert schema.is_valid({**person, "tin": number}) is fits
    assert schema.is_valid({**person, "country_of_residence": "PRT", "nationality": "PRT", "tin": "219420238"})


@pytest.mark.parametrize("operation_id", ["createIndividualV1", "attachIndividualV1"])
def test_a_violation_changes_a_valid_body_into_an_invalid_one(operation_id: str) -> None:
    media = DOCUMENT.operations[operation_id]["requestBody"]["content"]["application/json"]
    schema, bodies = DOCUMENT.validator(media["schema"]), [DOCUMENT.followed(each)["value"] for each in media["examples"].values()]
    found = violations(SPEC, operation_id)
    assert {each.basis for each in found} == {Basis.DOCUMENTED, Basis.INFERRED, Basis.SILENT}
    for violation in found:
        assert not any(schema.is_valid(violation.edit(body)) for body in bodies), violation


def test_undocumented_methods_are_those_that_the_path_lacks() -> None:
    # GET of the creation's path is GET of a customer whose id is "individual".
    assert undocumented_methods(SPEC, "createIndividualV1") == ("DELETE", "PATCH", "PUT")
    assert undocumented_methods(SPEC, "attachIndividualV1") == ("DELETE", "GET", "PATCH", "PUT")
