"""What each test comes to see of an honest server: a mutation of what no test sees is not reached, and others need not be run."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from harness.errors import NotCheckable
from harness.jsontypes import Json
from harness.record import Verdict
from harness.shapes import Shape
from harness.wire.mutation import Mutation

FILE = "wire.reach.jsonl"
# How long one process may wait for the others to have looked at their tests (seconds).
PATIENCE = 1800.0


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """One test at the honest server, in a world of its own. `answers`: operation, status and body, one of each shape."""

    test: str
    rule_operation: str
    provider: str
    verdict: Verdict
    seconds: float
    listened: bool
    shapes: list[Shape]
    answers: list[tuple[str, int, Json]] = []

    @property
    def fit(self) -> bool:
        """Whether a breach that it finds would be the mutation's."""
        return self.verdict in {Verdict.PASSED, Verdict.NOT_CHECKABLE}

    def meets(self, mutation: Mutation) -> bool:
        """Whether it sees answers, or hears webhooks, that the mutation would change."""
        if mutation.event:
            return self.listened
        return any(
            shape.operation == mutation.operation and shape.status in mutation.statuses and _has(shape, mutation.path)
            for shape in self.shapes
        )


def _has(shape: Shape, path: str) -> bool:
    below = "/" + path.replace(".", "/") + ":"
    return not path or any(trait.startswith(below) for trait in shape.traits)


class ReachFile:
    """Lines that all processes of a run append to and read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Reach] = {}

    def append(self, reach: Reach) -> None:
        """Add one test."""
        with self._path.open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(reach) + b"\n")

    def of(self, tests: Iterable[str]) -> dict[str, Reach]:
        """What these tests see, once all of them have been looked at. Raises `NotCheckable` where that does not come to pass."""
        wanted, until = set(tests), time.monotonic() + PATIENCE
        while not wanted <= self._known.keys():
            lines = self._path.read_bytes().split(b"\n")[:-1] if self._path.exists() else []
            self._known = {reach.test: reach for reach in map(msgspec.json.Decoder(Reach).decode, lines)}
            if wanted <= self._known.keys():
                break
            if time.monotonic() > until:
                raise NotCheckable(f"{len(wanted - self._known.keys())} tests were not looked at within {PATIENCE:g} seconds")
            time.sleep(0.5)
        return self._known


def in_order(mutation: Mutation, reaches: Iterable[Reach]) -> list[Reach]:
    """The tests that meet the mutation: those of its operation first, quick ones before slow ones."""
    met = [reach for reach in reaches if reach.fit and reach.provider == mutation.provider and reach.meets(mutation)]
    return sorted(met, key=lambda reach: (reach.rule_operation != mutation.operation, reach.seconds))
