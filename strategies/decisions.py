"""Many small decisions out of one choice of Hypothesis: for bodies of which a test asks nothing but that they are good and varied.

A choice costs Hypothesis some twenty microseconds, and a customer with documents takes eighty decisions: more than sending it.
So such a body is read from one string of bytes, as fuzzers read theirs: a decision takes the next byte, or as many as it needs.
Zeros stand for the first of all values and the least of all numbers, and Hypothesis shrinks each byte by itself. For the smallest
example to be as small as with a choice for each decision, a byte must always mean the same: take every decision, whether or not
the others leave a use for it. What a test is about is drawn by strategies of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from strategies.kept import kept

P = ParamSpec("P")
T = TypeVar("T")


class Decisions:
    """Reads decisions from bytes, one after the other."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self.used = 0  # bytes

    def number(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included, each about as often; `first` for zeros."""
        count = last - first + 1
        size = ((count - 1).bit_length() + 7) // 8
        taken = self._source[self.used : self.used + size]
        if len(taken) < size:
            raise IndexError(f"{len(self._source)} bytes are too few for these decisions; give `decided` more of them")
        self.used += size
        return first + int.from_bytes(taken, "big") % count

    def one_of(self, values: Sequence[T]) -> T:
        """One of these; the first for zeros."""
        return values[self.number(0, len(values) - 1)]

    def some_of(self, values: Sequence[T]) -> list[T]:
        """One or more of these in any order, none twice; the first alone for zeros."""
        count, left = self.number(1, len(values)), list(values)
        return [left.pop(self.number(0, len(left) - 1)) for _ in values][:count]

    def yes(self) -> bool:
        """Yes or no; no for zeros."""
        return self.number(0, 1) == 1

    def text(self, alphabet: str, shortest: int, longest: int) -> str:
        """A text of these characters; of the first one, and as short as may be, for zeros."""
        size, left, text = self.number(shortest, longest), self.number(0, len(alphabet) ** longest - 1), ""
        for _ in range(size):
            left, place = divmod(left, len(alphabet))
            text += alphabet[place]
        return text


def decided(*, by: int) -> Callable[[Callable[Concatenate[Decisions, P], T]], Callable[P, SearchStrategy[T]]]:
    """Make a strategy of a function of decisions, for which `by` bytes are enough. Other arguments must be hashable."""

    def made(make: Callable[Concatenate[Decisions, P], T]) -> Callable[P, SearchStrategy[T]]:
        def strategy(*args: P.args, **kwargs: P.kwargs) -> SearchStrategy[T]:
            return st.binary(min_size=by, max_size=by).map(lambda source: make(Decisions(source), *args, **kwargs))

        return cast("Callable[P, SearchStrategy[T]]", kept(functools.wraps(make)(strategy)))

    return made
