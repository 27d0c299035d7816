"""Named edits change one thing of a copy, and are never silently void."""

from __future__ import annotations

import copy

import pytest

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, get, has, insert, put, rename

PAYLOAD: Json = {"name": "Maria", "tax": [{"id": "1"}, {"id": "2"}], "address": {"city": "Oslo"}}


@pytest.mark.parametrize(
    ("edit", "path", "value", "name"),
    [
        (put("name", "X", name="x-name"), "name", "X", "x-name"),
        (put("tax.1.id", None, name="null-id"), "tax.1.id", None, "null-id"),
        (change("name", str.upper, name="upper"), "name", "MARIA", "upper"),
        (insert("address.zip", "0150", name="zip"), "address.zip", "0150", "zip"),
        (insert("name", "Y", name="again"), "name", "Y", "again"),
        (insert("tax.2", {"id": "3"}, name="third"), "tax.2.id", "3", "third"),
        (rename("address.city", "town_name"), "address.town_name", "Oslo", "city-as-town-name"),
    ],
)
def test_an_edit_changes_a_copy_at_one_place(edit: Edit, path: str, value: Json, name: str) -> None:
    before = copy.deepcopy(PAYLOAD)
    assert get(edit(PAYLOAD), path) == value
    assert before == PAYLOAD
    assert (edit.name, repr(edit)) == (name, f"Edit({name})")


def test_a_dropped_key_is_gone_and_the_rest_is_there() -> None:
    assert drop("address.city")(PAYLOAD) == {**PAYLOAD, "address": {}}
    assert drop("tax.0")(PAYLOAD)["tax"] == [{"id": "2"}]
    assert drop("address.city").name == "without-city"


@pytest.mark.parametrize(
    "edit",
    [
        drop("surname"),
        drop("tax.2"),
        put("address.zip", 1, name="x"),
        put("tax.2.id", 1, name="x"),
        change("surname", str.upper, name="x"),
        rename("surname", "s"),
        insert("surname.first", 1, name="x"),
    ],
)
def test_an_edit_whose_place_is_absent_raises(edit: Edit) -> None:
    with pytest.raises(LookupError):
        edit(PAYLOAD)


def test_an_inserted_value_is_a_copy_of_its_own() -> None:
    value = {"id": "3"}
    edited = put("tax.0", value, name="x")(PAYLOAD)
    edited["tax"][0]["id"] = "changed"
    assert value == {"id": "3"}


def test_two_edits_go_together_under_both_names() -> None:
    both = drop("name").then(drop("tax"))
    assert both(PAYLOAD) == {"address": {"city": "Oslo"}}
    assert both.name == "without-name+without-tax"
    assert both.named("bare")(PAYLOAD) == both(PAYLOAD)


def test_a_path_is_there_or_not() -> None:
    assert has(PAYLOAD, "tax.1.id")
    assert not any(has(PAYLOAD, path) for path in ("tax.2", "name.first", "address.zip", "address.city.x.y"))
