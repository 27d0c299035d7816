"""Business users and customers of Omnumi: valid by the schema of the specification, varied, and broken in just what the edits say."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
from pathlib import Path

import filetype
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, get, has
from strategies.omnumi import businesses as edits
from strategies.omnumi.businesses import PREFIX, UNIQUE, bare, business_users, nested, standard_business
from strategies.omnumi.customers import IN_HISTORY, TELLING, bare_customer, changes, standard_customer
from strategies.placeholders import resolve
from tests.spec_kit import Document

few = settings(max_examples=15, deadline=None)
tokens = itertools.count()
DOCUMENT = Document(Path("specs/omnumi.openapi.yaml"))
NEW = DOCUMENT.component("NewBusinessUser")


class Target:
    def unique(self) -> str:
        return f"t{next(tokens)}"

    def today(self) -> dt.date:
        return dt.date(2026, 3, 1)

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        raise AssertionError(catalogue, country)

    def uploaded(self, slot: object) -> str:
        raise AssertionError(slot)

    def terms(self, of: str) -> str:
        raise AssertionError(of)


def sent(payload: Json) -> Json:
    return resolve(payload, Target())


@given(payload=business_users())
@few
def test_requests_are_valid_by_the_schema(payload: Json) -> None:
    assert [error.message for error in NEW.iter_errors(sent(payload))] == []


def test_the_standard_request_has_every_member_of_the_schema_but_the_deprecated_one() -> None:
    members = DOCUMENT.content["components"]["schemas"]["NewBusinessUser"]["properties"]
    assert set(members) - set(standard_business()) == {"taxIdNumber"}
    assert NEW.is_valid(sent(standard_business()))


@given(first=business_users(), second=business_users())
@few
def test_no_two_requests_share_what_is_taken_once(first: Json, second: Json) -> None:
    one, other = sent(first), sent(second)
    assert [path for path in UNIQUE if get(one, path) == get(other, path)] == []


def test_owners_are_nested_as_deep_as_asked() -> None:
    depth, owner = 0, nested(4)
    while owner.get("entityBeneficialOwners"):
        depth, owner = depth + 1, owner["entityBeneficialOwners"][0]
    assert (depth, owner) == (4, {})
    assert NEW.is_valid(sent({**standard_business(), "entityBeneficialOwners": [nested(4)]}))


def test_files_are_what_they_claim_with_the_word_before_them_and_without() -> None:
    body = sent(standard_business())
    content = body["incorporationDocs"]["content"]
    assert content.startswith(PREFIX)
    assert bare(body)["incorporationDocs"]["content"] == content.removeprefix(PREFIX)
    kind = filetype.guess(base64.b64decode(content.removeprefix(PREFIX), validate=True))
    assert kind is not None
    assert kind.extension == "png"


BREAKING = (*edits.BAD_EMAILS, *edits.BAD_DOCUMENT_TYPES, *edits.BAD_SHARES, *edits.FAULTY, *edits.NEW_FIELDS_OTHERWISE)


@pytest.mark.parametrize("edit", BREAKING, ids=lambda edit: edit.name)
def test_edits_break_the_schema(edit: Edit) -> None:
    assert not NEW.is_valid(sent(edit(standard_business())))


@pytest.mark.parametrize(
    "edit",
    [*(form for member in edits.BLANKABLE for form in edits.blank(member)), *edits.BAD_COUNTRIES, edits.AS_IN_THE_SAMPLE],
    ids=lambda edit: edit.name,
)
def test_edits_change_what_the_schema_cannot_judge(edit: Edit) -> None:
    assert edit(standard_business()) != standard_business()


def test_names_of_edits_are_told_apart() -> None:
    names = [edit.name for edit in (*BREAKING, *edits.BAD_COUNTRIES)]
    assert len(set(names)) == len(names)


def test_tax_ids_come_old_new_and_both() -> None:
    old, both = edits.WITH_OLD_TAX_ID(standard_business()), edits.WITH_BOTH_TAX_IDS(standard_business())
    assert (has(old, "taxId"), has(old, "taxIdNumber")) == (False, True)
    assert both["taxId"] != both["taxIdNumber"]


@pytest.mark.parametrize("customer", [standard_customer(), bare_customer()], ids=["standard", "bare"])
def test_customers_hold_what_the_answer_may_show(customer: Json) -> None:
    shown = DOCUMENT.example("CustomerPii")["data"]
    data = {**shown, **{name: value for name, value in sent(customer).items() if name in shown}}
    assert DOCUMENT.component("CustomerPii").is_valid(data)


def test_the_words_that_nobody_may_tell_are_the_standard_customers() -> None:
    assert [word for word in TELLING if word not in str(standard_customer())] == []


@given(change=changes())
@few
def test_changes_change_something(change: dict[str, Json]) -> None:
    assert change
    assert change.keys() <= IN_HISTORY.keys()
    assert [name for name, value in change.items() if standard_customer().get(name) == value] == []


@given(change=changes(), data=st.data())
@few
def test_changes_are_typed_as_the_data_and_the_history_are(change: dict[str, Json], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(change)))
    shown = DOCUMENT.example("CustomerPii")["data"]
    assert DOCUMENT.component("CustomerPii").is_valid({**shown, name: change[name]})
    assert DOCUMENT.component("ChangedDetails").is_valid({IN_HISTORY[name]: change[name]})
