"""Payloads of Mbanq: valid by the schema of the specification, varied, and broken by their edits in just what they say."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.us import itin, ssn

from harness.jsontypes import Json
from strategies.edits import Edit
from strategies.mbanq import command_edits as edits
from strategies.mbanq.clients import clients, notes, verifications
from strategies.mbanq.gaps import ATTRIBUTE_OF, COMBINATIONS, CORE, FLAWS, flawed, flaws
from strategies.mbanq.standard import FULL, KINDS, activation, document_key, identifier, person
from strategies.placeholders import resolve
from tests.spec_kit import Document

few = settings(max_examples=25, deadline=None)
DOCUMENT = Document(Path("specs/mbanq.openapi.yaml"))
COMMAND, NEW_CLIENT, NEW_IDENTIFIER = (DOCUMENT.component(name) for name in ("Command", "NewClient", "NewIdentifier"))
tokens = itertools.count()


class Target:
    def unique(self) -> str:
        return f"t{next(tokens)}"

    def today(self) -> dt.date:
        return dt.date(2028, 2, 29)

    def listed(self, catalogue: str, country: str | None) -> list[Json]:  # noqa: ARG002 - nothing is listed per country
        return [22, 24] if catalogue == "genders" else [1]

    def uploaded(self, slot: object) -> str:
        raise AssertionError(slot)

    def terms(self, of: str) -> str:
        raise AssertionError(of)


def sent(payload: Json) -> Json:
    return resolve(payload, Target())


@given(payload=clients())
@few
def test_clients_are_valid_by_the_schema(payload: Json) -> None:
    assert [error.message for error in NEW_CLIENT.iter_errors(sent(payload))] == []


@given(body=verifications(), note=notes())
@few
def test_verifications_are_valid_by_the_schema(body: Json, note: str) -> None:
    assert COMMAND.is_valid(edits.noted(body, note))


@pytest.mark.parametrize("kind", KINDS)
def test_identifiers_are_valid_by_the_schema(kind: str) -> None:
    assert NEW_IDENTIFIER.is_valid(sent(identifier(kind)))
    assert NEW_IDENTIFIER.is_valid(sent(identifier(kind, status="Inactive")))


def test_standard_bodies_are_valid_and_spell_their_dates() -> None:
    assert NEW_CLIENT.is_valid(sent(person()))
    assert COMMAND.is_valid(sent(activation()))
    assert sent(activation())["activationDate"] == "29 February 2028"


def test_two_clients_share_no_contact() -> None:
    first, second = sent(person()), sent(person())
    assert first["emailAddress"] != second["emailAddress"]
    assert first["mobileNo"] != second["mobileNo"]


@given(number=st.integers(0, 2**33))
@few
def test_keys_of_documents_have_the_form_of_their_kind(number: int) -> None:
    assert ssn.is_valid(document_key("ssn", number))
    assert itin.is_valid(document_key("itin", number))


@pytest.mark.parametrize("kind", KINDS)
def test_neighbouring_numbers_give_other_keys(kind: str) -> None:
    assert len({document_key(kind, number) for number in range(100_000)}) == 100_000


REFUSED_BY_THE_SCHEMA = (*edits.UNKNOWN_TYPES, *edits.OTHER_LETTERS, *edits.NO_TEXTS, edits.TYPE_UNSAID[1])


@pytest.mark.parametrize("edit", REFUSED_BY_THE_SCHEMA, ids=lambda edit: edit.name)
def test_an_edit_of_the_type_breaks_what_it_says(edit: Edit) -> None:
    assert COMMAND.is_valid(FULL)
    assert not COMMAND.is_valid(edit(FULL))


OTHERS = (*edits.EXTRA_MEMBERS, edits.TYPE_MISSING, *(edits.other_client(member, 7) for member in edits.ID_MEMBERS))


@pytest.mark.parametrize("edit", OTHERS, ids=lambda edit: edit.name)
def test_an_edit_that_the_schema_leaves_open_changes_the_body(edit: Edit) -> None:
    assert edit(FULL) != FULL
    assert COMMAND.is_valid(edit(FULL))


@pytest.mark.parametrize("edit", [*edits.DATE_MISSING, *edits.DATE_MALFORMED], ids=lambda edit: edit.name)
def test_an_edit_of_the_date_changes_the_body(edit: Edit) -> None:
    assert edit(activation()) != activation()


def test_broken_json_is_broken() -> None:
    for content in edits.BROKEN_JSON.values():
        with pytest.raises(ValueError, match=r".+"):
            json.loads(content)


def test_names_of_edits_differ_within_their_rule() -> None:
    for group in (edits.UNKNOWN_TYPES, edits.OTHER_LETTERS, edits.NO_TEXTS, edits.EXTRA_MEMBERS, edits.DATE_MALFORMED):
        assert len({edit.name for edit in group}) == len(group)


def test_every_combination_of_core_attributes_is_there_once() -> None:
    assert len(COMBINATIONS) == len(set(COMBINATIONS)) == 2 ** len(CORE) - 1 - len(CORE)
    assert "+".join(CORE) in COMBINATIONS


@given(lacking=flawed(least=2), one=flaws())
@few
def test_flaws_concern_one_attribute_each(lacking: tuple[str, ...], one: str) -> None:
    attributes = [ATTRIBUTE_OF[flaw] for flaw in lacking]
    assert len(set(attributes)) == len(lacking) >= 2
    assert one in FLAWS[ATTRIBUTE_OF[one]]
