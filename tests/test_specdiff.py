"""Two OpenAPI documents side by side: every kind of difference, by who sends what, and the documents' own history."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import rules
from harness.specdiff import differences, read
from harness.specdiff.__main__ import main
from harness.specdiff.changes import Impact

THING: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "maxLength": 10},
        "kind": {"type": "string", "enum": ["A", "B"]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
}
ACME: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/v1/things": {
            "post": {
                "operationId": "makeThingV1",
                "parameters": [{"in": "query", "name": "dry", "schema": {"type": "boolean"}}],
                "requestBody": {"content": {"application/json": {"schema": THING}}},
                "responses": {"200": {"content": {"application/json": {"schema": THING}}}, "404": {"description": "x"}},
            }
        }
    },
    "components": {"schemas": {"Part": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 0}}}}},
}
B, C, H = Impact.BREAKING, Impact.CAREFUL, Impact.HARMLESS


def _both(edit: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The document after an edit of the schema that is sent and read alike."""
    changed = copy.deepcopy(ACME)
    post = changed["paths"]["/v1/things"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    edit(schema)
    post["responses"]["200"]["content"]["application/json"]["schema"] = schema
    return changed


# Each edit, and what it does to who sends the body and to who reads it.
EDITS: dict[str, tuple[Callable[[dict[str, Any]], object], str, Impact, Impact]] = {
    "field gone": (lambda s: s["properties"].pop("kind"), "field no longer there", C, B),
    "field new": (lambda s: s["properties"].update(note={"type": "string"}), "new field", H, H),
    "field newly required": (
        lambda s: (s["properties"].update(note={"type": "string"}), s["required"].append("note")),
        "new required field",
        B,
        H,
    ),
    "required now": (lambda s: s["required"].append("kind"), "more often required", B, H),
    "required under a condition": (
        lambda s: s.update({"if": {"required": ["parts"]}, "then": {"required": ["kind"]}}),
        "more often required",
        B,
        H,
    ),
    "optional now": (lambda s: s["required"].clear(), "less often required", H, B),
    "other type": (lambda s: s["properties"]["id"].update(type="integer"), "other type", B, B),
    "nullable": (lambda s: s["properties"]["id"].update(type=["string", "null"]), "further type", H, B),
    "new word": (lambda s: s["properties"]["kind"]["enum"].append("C"), "new words", H, C),
    "word gone": (lambda s: s["properties"]["kind"]["enum"].remove("B"), "words no longer there", B, C),
    "list of words": (lambda s: s["properties"]["id"].update(enum=["x"]), "words listed now", B, H),
    "shorter": (lambda s: s["properties"]["id"].update(maxLength=5), "narrower", B, H),
    "longer": (lambda s: s["properties"]["id"].update(maxLength=50), "wider", H, C),
    "pattern": (lambda s: s["properties"]["id"].update(pattern="^x"), "narrower", B, H),
}


@pytest.mark.parametrize("case", EDITS)
def test_a_difference_is_judged_by_who_sends_the_body(case: str) -> None:
    edit, says, sent, read_ = EDITS[case]
    found = {each.direction: each.impact for each in differences(ACME, _both(edit)) if each.says == says}
    assert found == {"request": sent, "answer": read_}


def test_what_a_reference_means_is_compared() -> None:
    changed = copy.deepcopy(ACME)
    changed["components"]["schemas"]["Part"]["properties"]["size"]["minimum"] = 1
    assert {(each.direction, each.where, each.says) for each in differences(ACME, changed)} == {
        ("request", "/parts/*/size", "narrower"),
        ("answer", "200 /parts/*/size", "narrower"),
    }


def test_operations_statuses_and_parameters_come_move_and_go() -> None:
    changed = copy.deepcopy(ACME)
    post = changed["paths"].pop("/v1/things")["post"]
    changed["paths"]["/v2/things"] = {"post": {**post, "operationId": "makeThingV2"}, "get": {"operationId": "listThings"}}
    moved = changed["paths"]["/v2/things"]["post"]
    moved["responses"] = {"200": moved["responses"]["200"], "409": {"description": "x"}}
    moved["parameters"] = [{"in": "header", "name": "Key", "required": True, "schema": {"type": "string"}}]
    assert {(each.impact, each.says, each.was, each.now) for each in differences(ACME, changed)} == {
        (B, "moved", "POST /v1/things", "POST /v2/things"),
        (B, "new required parameter", "", "header Key"),
        (C, "parameter no longer there", "query dry", ""),
        (C, "status no longer there", "404", ""),
        (C, "new status", "", "409"),
        (H, "new", "", "GET /v2/things"),
    }
    assert [(each.impact, each.says) for each in differences(changed, ACME) if each.operation == "listThings"] == [(B, "no longer there")]


def test_a_document_does_not_differ_from_itself() -> None:
    for path in Path("specs").glob("*.openapi.yaml"):
        assert differences(read(path), read(path)) == []


def test_a_schema_that_holds_itself_ends() -> None:
    changed = copy.deepcopy(ACME)
    changed["components"]["schemas"]["Part"]["properties"]["inner"] = {"$ref": "#/components/schemas/Part"}
    assert any(each.where == "/parts/*/inner" for each in differences(ACME, changed))


# --- the documents' own history ------------------------------------------------------------------------------------------------

# The migration table of document 002, row by row: what the difference of the two specifications says of it.
CREATE, ATTACH = "createIndividual request", "attachIndividual request"
GONE = "field no longer there"
MIGRATION: dict[str, tuple[str, ...]] = {
    "create endpoint": (f"{CREATE}  moved: POST /v1/customers/individual -> POST /v2/customers/individual",),
    "verification_type": (f"{CREATE} /verification_type more often required: optional -> required",),
    "name fields": (
        f"{CREATE} /basic_info/middle_name new field",
        *(f"{CREATE} /basic_info/{name}_en new field required under a condition" for name in ("first_name", "middle_name", "last_name")),
    ),
    "nationality": (
        f"{CREATE} /basic_info/nationality {GONE}",
        f"{CREATE} /basic_info/primary_nationality new required field",
        f"{CREATE} /basic_info/secondary_nationality new field",
    ),
    "gender": (f"{CREATE} /basic_info/gender new field:  -> optional",),
    "tax id": (
        f"{CREATE} /basic_info/tin {GONE}: required string",
        f"{CREATE} /basic_info/tax_info new required field:  -> required array; with country_code, document_id, document_type",
    ),
    "address street": (
        f"{CREATE} /address/street {GONE}",
        f"{CREATE} /address/street_line_1 new required field",
        f"{CREATE} /address/street_line_2 new field",
        *(f"{CREATE} /address/street_line_{line}_en new field required under a condition" for line in (1, 2)),
    ),
    "address state": (f"{CREATE} /address/state {GONE}", f"{CREATE} /address/subdivision_code new required field"),
    "employment": (f"{CREATE} /financial_profile/employment_status new required field:  -> required string: EMPLOYED, RETIRED,",),
    "source of funds": (
        f"{CREATE} /financial_profile/source_of_fund_id {GONE}: required integer",
        f"{CREATE} /financial_profile/source_of_fund_ids new required field:  -> required array",
        f"{CREATE} /financial_profile/source_of_funds_description new field",
    ),
    "purpose": (f"{CREATE} /financial_profile/purpose_remarks new field:  -> optional",),
    "attach endpoint": (f"{ATTACH}  moved: POST /v1/customers/individual/attach -> POST /v2/customers/{{customer_id}}/individual/attach",),
    "attach body": (f"{ATTACH} /customer_id {GONE}",),
    "identity docs": (
        f"{ATTACH} /proof_of_identity {GONE}: required object",
        f"{ATTACH} /identifying_documents new required field:  -> required array",
    ),
    "address docs": (
        f"{ATTACH} /proof_of_address {GONE}: required object",
        f"{ATTACH} /address_documents new required field:  -> required array; with country, files, type; minItems 1; maxItems 1",
    ),
    "selfie and residence permit": (
        "/type DRIVERS_LICENSE, NATIONAL_ID, PASSPORT -> ",
        "/*/type DRIVERS_LICENSE, NATIONAL_ID, PASSPORT, RESIDENCE_PERMIT, SELFIE",
    ),
    "address proof types": (
        "/type BANK_STATEMENT, COMPANY_DOC, DRIVERS_LICENSE, GOVERNMENT_LETTER, NATIONAL_ID, PASSPORT, RESIDENCE_PERMIT, UTILITY_BILL -> ",
        "/*/type BANK_STATEMENT, GOVERNMENT_LETTER, UTILITY_BILL",
    ),
    "tos_policies_value": (f"{ATTACH} /tos_policies_value less often required: required -> optional",),
    "concurrency": ("attachIndividual answer 409 new status",),
}
# What no schema says is left to rules: an address of another country, and when the work is done.
BY_RULES = {
    "address country": ("fincom/address-country-check-is-v2-only", "fincom-v2/address-country-matches-residence"),
    "processing": ("fincom-v1/attach-is-synchronous", "fincom-v2/amb-processing"),
}
ROWS = 22  # of the table; selfie and residence permit are two


@pytest.fixture(scope="module")
def migration() -> str:
    found = differences(read(Path("specs/fincom_v1.openapi.yaml")), read(Path("specs/fincom_v2.openapi.yaml")))
    return "\n".join(f"{each.operation} {each.direction} {each.where} {each.says}: {each.was} -> {each.now}" for each in found)


@pytest.mark.parametrize("row", MIGRATION)
def test_the_migration_table_shows_in_the_difference_of_the_versions(migration: str, row: str) -> None:
    assert [line for line in MIGRATION[row] if line not in migration] == []


@pytest.mark.parametrize("row", BY_RULES)
def test_what_no_schema_says_of_the_migration_is_judged_by_rules(row: str) -> None:
    catalogue = rules.load(["fincom"])
    assert [rule for rule in BY_RULES[row] if catalogue.get(rule).not_tested] == []


def test_no_row_of_the_migration_table_is_left_out() -> None:
    assert len(MIGRATION) + 1 + len(BY_RULES) == ROWS


def test_the_later_name_of_a_settled_preauthorization_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Public release 4.5.0 renames the status of a settlement; readers of 4.3.0 must learn of it."""
    # The specification lets the words of later releases pass as answers; its own document has only these.
    own = Path("specs/omnumi.openapi.yaml").read_text(encoding="utf-8").replace(", COMPLETED, FAILED]", "]")
    before, later = tmp_path / "before.yaml", tmp_path / "later.yaml"
    before.write_text(own, encoding="utf-8")
    later.write_text(own.replace("SETTLED", "COMPLETED"), encoding="utf-8")
    assert main([str(before), str(later), "--format", "json", "--all"]) in {0, 1}
    told = json.loads(capsys.readouterr().out)["differences"]
    settled = [each for each in told if each["operation"].startswith("settle") and each["direction"] == "answer"]
    assert {(each["says"], each["was"], each["now"]) for each in settled} >= {
        ("new words", "", "COMPLETED"),
        ("words no longer there", "SETTLED", ""),
    }
    assert all(each["impact"] != "harmless" for each in settled)


@pytest.mark.parametrize("text", ["", "- 1", "openapi: [", "swagger: 2"])
def test_what_is_no_openapi_document_is_wrong_usage(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert main([str(path), str(path)]) == 4
    assert str(path) in capsys.readouterr().err
