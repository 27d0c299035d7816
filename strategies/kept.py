"""Strategies that are made once: Hypothesis validates a new one at its first draw, which takes longer than most draws."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from hypothesis.strategies import SearchStrategy

P = ParamSpec("P")
T = TypeVar("T")


def kept(make: Callable[P, SearchStrategy[T]]) -> Callable[P, SearchStrategy[T]]:
    """Let a function of hashable arguments give the same strategy for the same arguments. Strategies hold no state of a draw."""
    return cast("Callable[P, SearchStrategy[T]]", functools.cache(make))
