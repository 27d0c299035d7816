"""Mutations of single answers: another status, content type or code; a field gone, renamed, null, retyped, or with a foreign word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from harness.jsontypes import Json
from harness.openapi import Operation
from harness.wire.document import Document, Field, Reply
from harness.wire.edits import edited, values_at
from harness.wire.mutation import Mutation
from harness.wire.promises import UNKNOWN, Answer, Promises

# What a careless server says in the place of a status.
OTHER_STATUSES: dict[int, tuple[int, ...]] = {
    200: (201, 202, 500),
    201: (200, 202, 500),
    202: (200, 201, 500),
    204: (200, 404),
    400: (200, 422, 404, 500),
    401: (200, 403, 400, 500),
    403: (200, 401, 404, 500),
    404: (200, 400, 403, 500),
    406: (200, 400, 500),
    409: (200, 400, 422, 500),
    413: (200, 400, 500),
    414: (200, 400, 500),
    415: (200, 400, 500),
    422: (200, 400, 409, 500),
    423: (200, 403, 409, 500),
    425: (200, 409, 500),
    428: (200, 400, 500),
    500: (200, 400, 503),
}
STRANGERS: tuple[tuple[str, Json], ...] = (("integer", 7), ("string", "seven"), ("object", {"seven": 7}), ("array", [7]))
STRANGE_WORD = "UNHEARD_OF"
HTML = "text/html"


class AnswerMutations:
    """The mutations of the answers of one operation."""

    def __init__(self, provider: str, document: Document, operation: Operation, promises: Promises) -> None:
        self._provider = provider
        self._operation = operation
        self._place = {"method": operation.method, "path": document.pattern(operation)}
        self._replies = document.replies(operation)
        self._promises = promises

    def __iter__(self) -> Iterator[Mutation]:
        """All of them, by status."""
        for reply in self._replies.values():
            yield from self._other_statuses(reply)
            yield from self._other_content_type(reply)
            for each in reply.fields:
                yield from self._other_field(reply, each)
            if reply.status >= 400:
                yield from self._other_codes(reply)

    def _mutation(self, reply: Reply, kind: str, what: str, path: str = "", **change: Json) -> Mutation:
        return Mutation(
            kind=kind,
            provider=self._provider,
            operation=self._operation.id,
            what=f"{reply.status} {what}",
            statuses=[reply.status],
            path=path,
            data={"act": "change-answer", "place": self._place, "statuses": [reply.status], **change},
        )

    def _other_statuses(self, reply: Reply) -> Iterator[Mutation]:
        for status in OTHER_STATUSES.get(reply.status, (500,)):
            bodies = reply.examples or [UNKNOWN]
            if any(self._promises.broken(Answer(reply.status, body), Answer(status, body)) for body in bodies):
                yield self._mutation(reply, "status", f"as {status}", status=status)

    def _other_content_type(self, reply: Reply) -> Iterator[Mutation]:
        if reply.content_types and HTML not in reply.content_types:
            yield self._mutation(reply, "content-type", f"as {HTML}", content_type=HTML)

    def _other_field(self, reply: Reply, found: Field) -> Iterator[Mutation]:
        path = found.path
        for kind, what, edit in _edits(found):
            if self._breaks(reply, found, edit):
                yield self._mutation(reply, kind, f"{path} {what}", path, edits=[edit])

    def _breaks(self, reply: Reply, found: Field, edit: dict[str, Json]) -> bool:
        """Whether the document, by its examples, or (where it shows none with the field) by its schema, has anything against it."""
        verdicts = [
            self._promises.broken(Answer(reply.status, body), Answer(reply.status, after))
            for body in reply.examples
            if (after := edited(body, edit)) != body
        ]
        if verdicts:
            return any(verdicts)
        return found.firm and (found.required or edit["do"] == "set")

    def _other_codes(self, reply: Reply) -> Iterator[Mutation]:
        """Each code, type or message that the document shows, in the place of another that it shows for the operation."""
        for path, word in sorted(_words(reply.examples)):
            others = [other for at, other in self._words_of_errors if at == path and other != word]
            for other in others[:2]:
                edit = {"do": "set", "at": path, "value": other}
                before = [body for body in reply.examples if word in values_at(body, path)]
                if any(self._promises.broken(Answer(reply.status, body), Answer(reply.status, edited(body, edit))) for body in before):
                    yield self._mutation(reply, "code", f"{path} {word} as {other}", path, edits=[edit])

    @cached_property
    def _words_of_errors(self) -> list[tuple[str, Json]]:
        errors = (body for reply in self._replies.values() if reply.status >= 400 for body in reply.examples)
        return sorted(_words(errors), key=str)


def _edits(found: Field) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """Kind, description and edit of everything that can go wrong with one field."""
    at, name = found.path, found.path.rpartition(".")[2]
    yield "dropped", "dropped", {"do": "drop", "at": at}
    yield "renamed", "renamed", {"do": "rename", "at": at, "value": _renamed(name)}
    if found.types and "null" not in found.types:
        yield "nulled", "null", {"do": "set", "at": at, "value": None}
    stranger = next(((word, value) for word, value in STRANGERS if word not in found.types), None)
    if found.types and stranger is not None:
        yield "retyped", f"as {stranger[0]}", {"do": "set", "at": at, "value": stranger[1]}
    if any(isinstance(word, str) for word in found.words):
        yield "enum", f"as {STRANGE_WORD}", {"do": "set", "at": at, "value": STRANGE_WORD}


def _renamed(name: str) -> str:
    """The same name in another style."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest) if rest else f"{name}_value"


def _words(bodies: Iterable[Json]) -> set[tuple[str, Json]]:
    return {(path, value) for body in bodies for path, value in _leaves(body, "") if isinstance(value, str | int)}


def _leaves(node: Json, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, dict):
        for name, child in node.items():
            if "." not in name:
                yield from _leaves(child, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child, f"{path}.*" if path else "*")
    elif path and not isinstance(node, bool):
        yield path, node
