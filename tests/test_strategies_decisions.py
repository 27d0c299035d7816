"""Decisions read from bytes: what zeros stand for, how evenly they fall, and that each shrinks by itself."""

from __future__ import annotations

from collections import Counter
from string import ascii_lowercase

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.decisions import Decisions, decided
from strategies.fincom.attachments import applications
from strategies.fincom.customers import customers, metadata
from strategies.fincom.v1_attachments import v1_applications
from strategies.fincom.v1_customers import v1_customers
from strategies.harbor.businesses import businesses
from strategies.harbor.individuals import individuals, non_us_individuals, us_individuals
from tests.create_kit import few


@given(source=st.binary(min_size=9, max_size=9), first=st.integers(-5, 5), more=st.integers(0, 2**60))
def test_a_number_is_within_its_bounds(source: bytes, first: int, more: int) -> None:
    assert first <= Decisions(source).number(first, first + more) <= first + more


@pytest.mark.parametrize("count", [1, 2, 3, 200, 256, 257, 1000])
def test_each_value_falls_about_as_often(count: int) -> None:
    size = 1 if count <= 256 else 2
    drawn = Counter(Decisions(number.to_bytes(size, "big")).one_of(range(count)) for number in range(256**size))
    assert set(drawn) == set(range(count))
    assert max(drawn.values()) <= 2 * min(drawn.values())


def test_zeros_stand_for_the_first_and_the_least() -> None:
    decide = Decisions(bytes(40))
    assert decide.number(-3, 900) == -3
    assert decide.one_of("xyz") == "x"
    assert not decide.yes()
    assert decide.some_of(["a", "b", "c"]) == ["a"]
    assert decide.text(ascii_lowercase, 2, 9) == "aa"


@given(source=st.binary(min_size=20, max_size=20))
def test_some_are_chosen_once_and_texts_keep_their_lengths(source: bytes) -> None:
    decide = Decisions(source)
    chosen = decide.some_of("abcde")
    assert 1 <= len(chosen) == len(set(chosen))
    assert 3 <= len(decide.text("xy", 3, 7)) <= 7


def test_too_few_bytes_are_an_error_with_a_way_out() -> None:
    decide = Decisions(bytes(1))
    decide.number(0, 9)
    with pytest.raises(IndexError, match=r"1 bytes are too few.*`decided`"):
        decide.number(0, 9)


@decided(by=4)
def pairs(decide: Decisions, letters: str) -> tuple[str, int]:
    return decide.one_of(letters), decide.number(0, 70_000)


def test_a_strategy_is_made_once_for_its_arguments() -> None:
    assert pairs("ab") is pairs("ab")
    assert pairs("ab") is not pairs("cd")
    assert find(pairs("abc"), lambda pair: pair[0] != "a" and pair[1] > 300) == ("b", 301)


BODIES = (
    customers(),
    customers(country="BRA", optionals="all"),
    metadata(),
    applications(),
    v1_customers(optionals="all"),
    v1_applications(),
    individuals(),
    us_individuals(proofs=5),
    non_us_individuals(statements=3),
    businesses(),
)


@few
@given(drawn=st.tuples(*BODIES))
def test_the_bytes_are_enough_for_every_body(drawn: tuple[Json, ...]) -> None:
    assert all(drawn)


def test_what_does_not_matter_shrinks_away() -> None:
    smallest = find(
        customers(), lambda body: "gender" in body["basic_info"] and body["financial_profile"]["employment_status"] == "RETIRED"
    )
    plain = find(customers(), lambda _: True)
    plain["basic_info"]["gender"] = "FEMALE"
    plain["financial_profile"]["employment_status"] = "RETIRED"
    assert smallest == plain
