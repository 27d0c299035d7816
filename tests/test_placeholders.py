"""What a payload holds until it is sent: unique tokens, relative dates, the target's own ids, uploads."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from harness.jsontypes import Json
from strategies.placeholders import (
    CustomerId,
    Dated,
    Derived,
    ForeignTerms,
    ForeignUpload,
    Fresh,
    Pick,
    Serial,
    StrangerUpload,
    Terms,
    Unlisted,
    Upload,
    resolve,
    uploads_in,
    with_kind,
)


class Moment:
    """A target whose today and lists are known."""

    def __init__(self, today: dt.date = dt.date(2025, 11, 21)) -> None:
        self._today = today
        self._counter = itertools.count(1)

    def unique(self) -> str:
        return f"u{next(self._counter)}"

    def today(self) -> dt.date:
        return self._today

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        lists: dict[tuple[str, str | None], list[Json]] = {("occupations", None): [3, 9, 5], ("subdivisions", "USA"): ["US-CA", "US-NY"]}
        return lists[catalogue, country]

    def uploaded(self, slot: Upload) -> str:
        return f"uri:{slot.slot}:{slot.owner}"

    def terms(self, of: str) -> str:
        return f"terms:{of}"

    def customer_id(self) -> str:
        return "customer:1"


@pytest.mark.parametrize(
    ("placeholder", "value"),
    [
        (Fresh("maria.{}@example.com"), "maria.u2@example.com"),
        (Fresh("Maria.{}@x").map_template(str.lower), "maria.u2@x"),
        (Dated(), "2025-11-21"),
        (Dated(years=-18, days=1), "2007-11-22"),
        (Dated(days=-21, fmt="%d/%m/%Y"), "31/10/2025"),
        (Pick("occupations"), 3),
        (Pick("occupations", 4), 9),
        (Pick("subdivisions", 1, country="USA"), "US-NY"),
        (Unlisted("occupations"), 10),
        (Unlisted("occupations", above=5), 14),
        (Upload("front"), "uri:front:self"),
        (ForeignUpload("front"), "uri:front:neighbour"),
        (StrangerUpload("front"), "uri:front:stranger"),
        (Terms(), "terms:own"),
        (ForeignTerms(), "terms:foreign"),
        (CustomerId(), "customer:1"),
        (Derived(Pick("subdivisions", country="USA"), str.lower), "us-ca"),
    ],
)
def test_a_placeholder_becomes_its_value_when_it_is_sent(placeholder: Json, value: Json) -> None:
    assert resolve(placeholder, Moment()) == value


def test_a_29th_of_february_is_the_28th_in_common_years() -> None:
    assert resolve([Dated(years=-18), Dated(years=-20)], Moment(dt.date(2024, 2, 29))) == ["2006-02-28", "2004-02-29"]


def test_a_payload_is_resolved_in_depth_and_the_original_is_left_alone() -> None:
    payload = {"a": [Fresh("{}"), {"b": Fresh("{}")}], "c": None, "d": 1.5, "e": {"f": "plain {}"}}
    assert resolve(payload, Moment()) == {"a": ["u2", {"b": "u3"}], "c": None, "d": 1.5, "e": {"f": "plain {}"}}
    assert payload["a"] == [Fresh("{}"), {"b": Fresh("{}")}]


def test_the_same_payload_is_unique_each_time_it_is_sent() -> None:
    moment = Moment()
    assert resolve(Fresh("{}"), moment) != resolve(Fresh("{}"), moment)


def numbered(of: str, number: int) -> str:
    return f"{of}-{number}"


def test_serial_values_are_equal_in_one_body_and_differ_in_two() -> None:
    moment = Moment()
    value = Serial(numbered, "x")
    first, again, other = resolve([value, Derived(value, str), Serial(numbered, "x", nth=1)], moment)
    assert first == again != other
    assert resolve([value, value], moment) != [first, first]


def test_files_to_upload_are_found_once_each_in_order_inside_derived_values_too() -> None:
    front, back, foreign = Upload("front"), Upload("back", "jpg"), ForeignUpload("front")
    payload = {"x": [{"uri": back}, {"uri": front}], "y": Derived(foreign, str.upper), "z": Upload("back", "jpg")}
    assert uploads_in(payload) == [back, front, foreign]


def test_a_slot_of_another_kind_is_another_file_of_the_same_owner() -> None:
    assert with_kind(ForeignUpload("front"), "exe") == Upload("front", "exe", owner="neighbour")
