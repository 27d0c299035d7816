"""Payloads of Harbor: valid by the schema of the specification, varied, and broken by their edits in just what they say."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
from pathlib import Path

import filetype
import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, get, has
from strategies.harbor import business_edits as company_edits
from strategies.harbor import choice_edits, file_edits, group_edits, person_edits
from strategies.harbor.businesses import businesses, standard_business
from strategies.harbor.individuals import individuals, non_us_individuals, us_individuals
from strategies.harbor.standard import standard_non_us, standard_us
from strategies.placeholders import resolve

few = settings(max_examples=15, deadline=None)
tokens = itertools.count()


class Target:
    def unique(self) -> str:
        return f"t{next(tokens)}"

    def today(self) -> dt.date:
        return dt.date(2026, 3, 1)

    def listed(self, catalogue: str, country: str | None) -> list[Json]:  # noqa: ARG002 - one list is enough here
        return {"subdivisions": ["VA", "WA"], "occupations": ["bakers"], "industries": ["paper"], "job-titles": ["director"]}[catalogue]

    def uploaded(self, slot: object) -> str:
        raise AssertionError(slot)

    def terms(self, of: str) -> str:
        raise AssertionError(of)


@pytest.fixture(scope="module")
def submission() -> jsonschema_rs.Draft202012Validator:
    document = yaml.safe_load(Path("specs/harbor.openapi.yaml").read_text())
    schema = {"$ref": "#/components/schemas/Submission", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def sent(payload: Json) -> Json:
    return resolve(payload, Target())


@given(payload=individuals() | businesses())
@few
def test_payloads_are_valid_by_the_schema(submission: jsonschema_rs.Draft202012Validator, payload: Json) -> None:
    assert [error.message for error in submission.iter_errors(sent(payload))] == []


@pytest.mark.parametrize("payload", [standard_us(), standard_non_us(), standard_non_us(account=True), standard_business()])
def test_standard_payloads_are_valid_by_the_schema(submission: jsonschema_rs.Draft202012Validator, payload: Json) -> None:
    assert submission.is_valid(sent(payload))


@given(payload=individuals())
@few
def test_files_are_what_they_claim(payload: Json) -> None:
    front = sent(payload)["individual"]["identity_document"]["front"]
    kind = filetype.guess(base64.b64decode(front, validate=True))
    assert kind is not None
    assert kind.extension in {"png", "jpg", "pdf"}


@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
@few
def test_each_group_gives_what_is_asked_of_it(us: Json, elsewhere: Json) -> None:
    assert set(group_edits.US_FIELDS) <= us["individual"].keys()
    assert not set(group_edits.NON_US_FIELDS) & us["individual"].keys()
    assert set(group_edits.NON_US_FIELDS) <= elsewhere["individual"].keys()
    assert not set(group_edits.US_FIELDS) & elsewhere["individual"].keys()


@given(payload=individuals(optionals="all"), field=st.sampled_from(choice_edits.LISTS))
@few
def test_other_comes_with_its_text(payload: Json, field: str) -> None:
    assert "other" in get(payload, field)
    assert has(payload, choice_edits.TEXTS[field])
    assert not has(choice_edits.other_untold(field)(payload), choice_edits.TEXTS[field])


BREAKING: dict[str, tuple[Edit, ...]] = {
    "us": (
        *person_edits.BIRTHDAY_FORMS,
        *(edit for edits in person_edits.OVER_FIFTY.values() for edit in edits),
        *(edit for path in person_edits.SECTIONS for edit in person_edits.no_objects(path)),
        *person_edits.other_codes(person_edits.NATIONALITY),
        *group_edits.SSN_MALFORMED,
        *group_edits.SSN_IN_OTHER_DIGITS,
        *group_edits.no_files(group_edits.PROOF_FILES),
        group_edits.files(group_edits.PROOF_FILES, 6),
        group_edits.ONLY_NON_US_FIELDS,
        *(choice_edits.empty(path) for path in choice_edits.LISTS),
        *(edit for path in choice_edits.LISTS for edit in choice_edits.unknown(path)),
        *(choice_edits.other_told_in_the_wrong_place(path) for path in choice_edits.LISTS),
        *choice_edits.OTHER_DOCUMENT_TYPES,
        choice_edits.WITHOUT_FRONT,
        *file_edits.no_text_at(group_edits.PROOF_FILES, 4, 5),
    ),
    "elsewhere": (
        *group_edits.FLAG_NO_BOOLEAN,
        group_edits.FLAG_NULL,
        group_edits.files(group_edits.STATEMENT_FILES, 4),
        group_edits.ONLY_US_FIELDS,
    ),
    "business": (
        *(company_edits.without(path) for path in company_edits.DEMANDED),
        *(company_edits.unknown_value(path) for path in company_edits.ENUMERATIONS),
    ),
}
PAYLOADS = {"us": standard_us, "elsewhere": lambda: standard_non_us(account=True), "business": standard_business}
CASES = [(group, edit) for group, edits in BREAKING.items() for edit in edits]


@pytest.mark.parametrize(("group", "edit"), CASES, ids=[f"{group}-{edit.name}" for group, edit in CASES])
def test_edits_break_the_schema(submission: jsonschema_rs.Draft202012Validator, group: str, edit: Edit) -> None:
    payload = PAYLOADS[group]()
    assert not submission.is_valid(sent(edit(payload)))
    assert submission.is_valid(sent(payload))


def test_sizes_are_at_their_edges() -> None:
    sizes = []

    def visit(value: Json) -> None:
        if isinstance(value, dict | list):
            for child in value.values() if isinstance(value, dict) else value:
                visit(child)
        elif getattr(value, "size", None):
            sizes.append(value.size)

    visit(file_edits.FIFTY_MILLION(standard_non_us(account=True)))
    assert (sum(sizes), max(sizes)) == (50_000_000, 10_000_000)
    sizes.clear()
    visit(file_edits.OVER_FIFTY_MB(standard_us()))
    assert (sum(sizes), max(sizes)) == (50 * 1024 * 1024 + 1, 10_000_000)
    sizes.clear()
    visit(company_edits.OVER_FIFTY_MB(standard_business()))
    assert (sum(sizes), max(sizes)) == (50 * 1024 * 1024 + 1, 10_000_000)
