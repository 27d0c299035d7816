"""The checker finds an order where there is one and none where there is none, lost answers included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from harness.linearizability import NEVER, Event, explanation

Register = tuple[str, int | None]
"""A call of a register: `("write", value)` is answered with 0, `("read", None)` with the value."""


def register(state: int, call: Register, answer: int | None) -> Iterable[int]:
    kind, value = call
    if kind == "write":
        return [] if answer not in (0, None) or value is None else [value]
    return [state] if answer in (state, None) else []


def write(value: int, began: float, ended: float = NEVER) -> Event[Register, int]:
    return Event(("write", value), None if ended == NEVER else 0, began, ended)


def read(value: int, began: float, ended: float) -> Event[Register, int]:
    return Event(("read", None), value, began, ended)


def once_only(state: str | None, call: str, answer: bool | None) -> Iterable[str | None]:
    """One caller may take it; the others are told that it is taken."""
    if answer is None:
        return [call if state is None else state]
    return ([call] if answer else []) if state is None else ([] if answer else [state])


def test_one_call_after_another_needs_no_imagination() -> None:
    assert explanation([write(1, 0, 1), read(1, 2, 3)], 0, register) == [write(1, 0, 1), read(1, 2, 3)]


def test_a_stale_read_has_no_explanation() -> None:
    assert explanation([write(1, 0, 1), read(0, 2, 3)], 0, register) is None


def test_a_read_beside_a_write_may_show_either() -> None:
    assert explanation([write(1, 0, 3), read(0, 1, 2)], 0, register) is not None
    assert explanation([write(1, 0, 3), read(1, 1, 2)], 0, register) is not None


def test_reads_beside_a_write_never_go_back() -> None:
    assert explanation([write(1, 0, 9), read(1, 1, 2), read(0, 3, 4)], 0, register) is None
    assert explanation([write(1, 0, 9), read(0, 1, 2), read(1, 3, 4)], 0, register) is not None


def test_the_order_explains_the_answers() -> None:
    history = [write(1, 0, 9), write(2, 0, 9), read(1, 10, 11)]
    order = explanation(history, 0, register)
    assert order == [write(2, 0, 9), write(1, 0, 9), read(1, 10, 11)]


def test_a_lost_write_may_have_happened_or_not() -> None:
    assert explanation([write(1, 0), read(0, 5, 6)], 0, register) == [read(0, 5, 6)]
    assert explanation([write(1, 0), read(1, 5, 6)], 0, register) == [write(1, 0), read(1, 5, 6)]


def test_a_lost_write_may_happen_late_but_once() -> None:
    assert explanation([write(1, 0), read(0, 1, 2), read(1, 3, 4)], 0, register) is not None
    assert explanation([write(1, 0), read(1, 1, 2), write(2, 3, 4), read(1, 5, 6)], 0, register) is None


def test_a_lost_write_does_not_happen_before_it_was_sent() -> None:
    assert explanation([read(1, 0, 1), write(1, 2)], 0, register) is None


@pytest.mark.parametrize("winners", [0, 1, 2])
def test_one_of_several_may_win(winners: int) -> None:
    history = [Event(f"caller {n}", n < winners, 0.0, 1.0) for n in range(6)]
    assert (explanation(history, None, once_only) is not None) == (winners == 1)


def test_nothing_happened_is_explained() -> None:
    assert explanation([], 0, register) == []


def test_a_lost_answer_has_no_end_and_an_answer_has_one() -> None:
    with pytest.raises(ValueError, match="exactly where"):
        Event(("read", None), 1, 0)
    with pytest.raises(ValueError, match="exactly where"):
        Event(("read", None), None, 0, 1)
    with pytest.raises(ValueError, match="before it began"):
        Event(("read", None), 1, 2, 1)


def test_many_overlapping_calls_are_decided_in_time() -> None:
    history = [write(n, 0, 100) for n in range(8)] + [read(n, 0, 100) for n in range(5)] + [read(99, 0, 100)]
    assert explanation(history, 0, register) is None


@st.composite
def histories(draw: st.DrawFn) -> list[Event[Register, int]]:
    events = []
    for _ in range(draw(st.integers(1, 4))):
        began = draw(st.integers(0, 6))
        ended = began + draw(st.integers(0, 4))
        value = draw(st.integers(0, 2))
        events.append(draw(st.sampled_from([write(value, began, ended), read(value, began, ended), write(value, began)])))
    return events


def explained_by_trying_all(history: Sequence[Event[Register, int]]) -> bool:
    """The definition, word by word: any order of the answered calls and any of the others, in keeping with time and model."""
    for order in permutations(history):
        for length in range(len(order) + 1):
            chosen = order[:length]
            if all(event in chosen for event in history if event.answer is not None) and _kept(chosen):
                return True
    return False


def _kept(order: Sequence[Event[Register, int]]) -> bool:
    if any(later.ended < earlier.began for n, earlier in enumerate(order) for later in order[n + 1 :]):
        return False
    state = 0
    for event in order:
        after = list(register(state, event.call, event.answer))
        if not after:
            return False
        state = after[0]
    return True


@settings(max_examples=100, deadline=None)
@given(history=histories())
def test_it_agrees_with_the_definition(history: list[Event[Register, int]]) -> None:
    assert (explanation(history, 0, register) is not None) == explained_by_trying_all(history)
