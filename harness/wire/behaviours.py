"""Mutations of behaviour: another's data, reads that lag behind, writes done twice or not at all, webhooks that go astray."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.jsontypes import Json
from harness.openapi import Operation
from harness.wire.document import Document
from harness.wire.mutation import Mutation

# Behind an event that follows at once, and well before anybody misses it.
LATE_SECONDS = 5

# Where an answer tells the id of what it is about, beside the names of the path's placeholders.
OWN_IDS = frozenset({"id", "data.id"})


class Behaviours:
    """The mutations of the behaviour of one provider's operations."""

    def __init__(self, provider: str, document: Document) -> None:
        self._provider = provider
        self._document = document

    def __iter__(self) -> Iterator[Mutation]:
        """All of them, by operation; then those of webhooks."""
        for operation in self._document.operations:
            # Who sells credentials knows no customer.
            if self._document.guarded(operation):
                yield from self._reads(operation) if operation.reads else self._writes(operation)
        yield from self._webhooks()

    def _mutation(self, operation: Operation, kind: str, what: str, met: list[int], **data: Json) -> Mutation:
        place = {"method": operation.method, "path": self._document.pattern(operation)}
        return Mutation(kind=kind, provider=self._provider, operation=operation.id, what=what, statuses=met, data={"place": place, **data})

    def _taken(self, operation: Operation) -> list[int]:
        return [status for status in self._document.replies(operation) if 200 <= status < 300]

    def _reads(self, operation: Operation) -> Iterator[Mutation]:
        taken = self._taken(operation)
        if _names(operation.path):
            yield from self._foreign(operation)
        writes = [
            {"method": other.method, "path": self._document.pattern(other)}
            for other in self._document.operations
            if not other.reads and self._document.guarded(other) and _changes(other.path, operation.path)
        ]
        # What nobody writes and no id names is a catalogue, and everybody's.
        if writes or any(name.lower().endswith("id") for name in _names(operation.path)):
            met = [*taken, 403, 404]
            yield self._mutation(operation, "foreign", "of another tenant", met, act="answer-of-another", statuses=met, whose="tenant")
        if writes:
            yield self._mutation(operation, "stale", "one write behind", taken, act="lag-behind", reads=operation.path, writes=writes)

    def _foreign(self, operation: Operation) -> Iterator[Mutation]:
        taken, replies = self._taken(operation), self._document.replies(operation)
        yield self._mutation(operation, "foreign", "of another request", taken, act="answer-of-another", statuses=taken)
        names = _names(operation.path)
        shown = {found.path for status in taken for found in replies[status].fields}
        own = sorted(path for path in shown if path in OWN_IDS or path.rpartition(".")[2] in names)
        if own:
            what = f"of another request under its own {' '.join(own)}"
            yield self._mutation(operation, "foreign", what, taken, act="answer-of-another", statuses=taken, keep=own)

    def _writes(self, operation: Operation) -> Iterator[Mutation]:
        taken = self._taken(operation)
        if any(self._document.replies(operation)[status].schema for status in taken):
            yield from self._foreign(operation)
        yield self._mutation(operation, "duplicated", "done twice", taken, act="handle-twice", without=self._document.headers(operation))
        yield self._mutation(operation, "lost", "answered and forgotten", taken, act="forget-write")

    def _webhooks(self) -> Iterator[Mutation]:
        for kind, headers in self._document.events():
            ways: dict[str, dict[str, Json]] = {
                "webhook-missing": {"how": "never"},
                "webhook-doubled": {"how": "twice"},
                "webhook-reordered": {"how": "late", "seconds": LATE_SECONDS},
            }
            if headers:
                ways["webhook-unsigned"] = {"how": "without-headers", "headers": headers}
            for name, way in ways.items():
                yield Mutation(
                    kind=name,
                    provider=self._provider,
                    operation=kind,
                    what=way["how"],
                    event=True,
                    data={"act": "deliver", "types": kind, **way},
                )


def _names(path: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", path))


def _changes(write: str, read: str) -> bool:
    """Whether a write to that path may change what the read shows: the same thing, or a new one in the list that is read."""
    if _names(read):
        return _names(write) >= _names(read)
    return not _names(write) and f"{write}/".startswith(f"{read}/")
