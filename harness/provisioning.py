"""How a ready customer, a signed agreement or a funded wallet comes about at a target without a control API.

A target's file says it: things that exist already and are used up one after another, or a recipe of calls. What a recipe made,
and only that, is cleared away when the run ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template
from typing import Annotated, Any

import msgspec

from harness.errors import NotApplicable, NotCheckable, Undecided
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.polling import awaited

Call = Callable[["Step", str, Json], Exchange]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call of a recipe. `$name` in path and body stands for what earlier steps took, `$unique` for a token of this thing.

    `take` names what to keep of the answer, by JSON pointer. `until`: the call is repeated until these pointers hold these values.
    """

    method: Annotated[str, msgspec.Meta(pattern="^(GET|POST|PUT|PATCH|DELETE)$")]
    path: Annotated[str, msgspec.Meta(pattern="^/")]
    body: dict[str, Json] | None = None
    status: tuple[int, ...] = (200, 201, 202, 204)
    take: dict[str, str] = {}
    until: dict[str, Json] = {}


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one kind of thing comes about: `items` that exist, or `steps` that make one. `cleanup` takes away what steps made."""

    items: list[dict[str, str]] = []
    steps: list[Step] = []
    cleanup: list[Step] = []


class Provisioner:
    """Hands out the things of one provider. `share`: this process takes the items at these places, as (first, every)."""

    def __init__(
        self, given: Mapping[str, Given], call: Call, *, unique: Callable[[], str], share: tuple[int, int], poll_seconds: float
    ) -> None:
        self._given = given
        self._call = call
        self._unique = unique
        self._poll_seconds = poll_seconds
        first, every = share
        self._left = {kind: each.items[first::every] for kind, each in given.items()}
        self._made: list[tuple[Given, dict[str, str]]] = []

    def one(self, kind: str, **wanted: str) -> dict[str, str]:
        """A thing that nothing else uses, as its named values. Raises `NotApplicable` where the target has none (left).

        A recipe knows what is `wanted` by name; an item must not say otherwise of itself.
        """
        given = self._given.get(kind)
        if given is None:
            raise NotApplicable(f"the target gives no {kind}; [providers.NAME.given.{kind}] in its file can list some or make one")
        if given.steps:
            return self._make(kind, given, wanted)
        thing = next((each for each in self._left[kind] if all(each.get(name, value) == value for name, value in wanted.items())), None)
        if thing is None:
            raise NotApplicable(f"all {len(given.items)} of the target's {kind} items are used up; list more, or say how to make one")
        self._left[kind].remove(thing)
        return thing

    def _make(self, kind: str, given: Given, wanted: Mapping[str, str]) -> dict[str, str]:
        known = {"unique": self._unique(), **wanted}
        for step in given.steps:
            answer = self._ready(kind, step, known)
            known |= {name: str(_at(kind, step, answer, pointer)) for name, pointer in step.take.items()}
        self._made.append((given, known))
        return known

    def _ready(self, kind: str, step: Step, known: Mapping[str, str]) -> Exchange:
        answer = awaited(
            lambda: self._called(kind, step, known),
            lambda answer: self._there(kind, step, answer),
            # Only what is waited for is asked for again.
            self._poll_seconds if step.until else 0,
        )
        if not self._there(kind, step, answer):
            raise NotCheckable(f"making a {kind}: {step.method} {step.path} did not come to {step.until} in {self._poll_seconds:g} s")
        return answer

    def _called(self, kind: str, step: Step, known: Mapping[str, str]) -> Exchange:
        answer = self._call(step, filled(step.path, known), filled(step.body, known))
        if answer.status not in step.status:
            raise NotCheckable(f"making a {kind}: {step.method} {step.path} was answered with {answer.status}: {answer.text[:300]}")
        return answer

    def _there(self, kind: str, step: Step, answer: Exchange) -> bool:
        return all(_at(kind, step, answer, pointer) == wanted for pointer, wanted in step.until.items())

    def clear(self) -> list[str]:
        """Take away what recipes made here; returns what could not be taken away."""
        left = []
        for given, known in reversed(self._made):
            for step in given.cleanup:
                path = filled(step.path, known)
                try:
                    status = self._call(step, path, filled(step.body, known)).status
                except Undecided as reason:
                    left.append(f"{step.method} {path}: {reason}")
                    continue
                if status not in {*step.status, 404}:
                    left.append(f"{step.method} {path} was answered with {status}")
        self._made.clear()
        return left


def filled(value: Any, known: Mapping[str, str]) -> Any:
    """The value with `$name` replaced in every text. Raises `NotCheckable` for a name that nothing took."""
    if isinstance(value, str):
        try:
            return Template(value).substitute(known)
        except (KeyError, ValueError) as error:
            raise NotCheckable(f"the recipe's {value!r} cannot be filled in: {error}; known are {', '.join(sorted(known))}") from None
    if isinstance(value, dict):
        return {key: filled(child, known) for key, child in value.items()}
    if isinstance(value, list):
        return [filled(child, known) for child in value]
    return value


def _at(kind: str, step: Step, answer: Exchange, pointer: str) -> Json:
    value = answer.json
    for part in pointer.strip("/").split("/"):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            raise NotCheckable(f"making a {kind}: the answer of {step.method} {step.path} has nothing at {pointer}") from None
    return value
