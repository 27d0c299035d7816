"""Whether answers that overlapped in time can be explained by some order of the calls, one after another.

A history is linearizable where every call can be given one instant between its beginning and its end, so that a sequential model, led
through the calls in the order of these instants, gives the very answers that came (Herlihy and Wing 1990). The search is that of Wing and
Gong (1993) with the memory of Lowe (2017): a set of calls already ordered, together with the state that they lead to, is tried once.

A call whose answer was lost has no end: it may have happened at any time since it began, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Call = TypeVar("Call")
Answer = TypeVar("Answer")
State = TypeVar("State", bound=Hashable)

NEVER = float("inf")


@dataclass(frozen=True)
class Event(Generic[Call, Answer]):
    """One call: when it began and when its answer was there, on one clock, in seconds. `answer` is None where it was lost."""

    call: Call
    answer: Answer | None
    began: float
    ended: float = NEVER

    def __post_init__(self) -> None:
        if (self.answer is None) != (self.ended == NEVER):
            raise ValueError(f"a call has an end exactly where it has an answer: {self}")
        if self.ended < self.began:
            raise ValueError(f"a call cannot end before it began: {self}")


Step = Callable[[State, Call, Answer | None], Iterable[State]]
"""A sequential model: the states in which a call may leave this state, where that answer is right; none where it is wrong. For a lost
answer (None), every state in which the call may leave it."""


def explanation(
    history: Sequence[Event[Call, Answer]], initial: State, step: Step[State, Call, Answer]
) -> list[Event[Call, Answer]] | None:
    """The calls in an order that explains every answer, or None where there is none.

    Calls without an answer are left out of the order where they are not needed.
    """
    events = sorted(history, key=lambda event: event.began)
    answered = sum(1 << index for index, event in enumerate(events) if event.answer is not None)
    tried: set[tuple[int, State]] = set()
    paths: list[tuple[int, State, tuple[int, ...]]] = [(0, initial, ())]
    while paths:
        done, state, order = paths.pop()
        if done & answered == answered:
            return [events[index] for index in order]
        if (done, state) in tried:
            continue
        tried.add((done, state))
        for index in _next(events, done):
            event = events[index]
            paths += [(done | 1 << index, after, (*order, index)) for after in step(state, event.call, event.answer)]
    return None


def _next(events: Sequence[Event[Call, Answer]], done: int) -> list[int]:
    """The calls that may come next: those that began before any of the others that are left had ended."""
    left = [index for index in range(len(events)) if not done >> index & 1]
    first_end = min(events[index].ended for index in left)
    return [index for index in left if events[index].began <= first_end]
