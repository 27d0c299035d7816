"""Two OpenAPI documents of one provider: what a client of the first must know before it meets the second.

What a client sends and what it gets break in opposite directions: a server that demands more breaks senders, one that answers
less, or with new words, breaks readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from harness.errors import UsageError
from harness.specdiff.bodies import changed_body
from harness.specdiff.changes import Difference, Impact
from harness.specdiff.fields import resolved

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_VERSION = re.compile(r"[vV]\d+$")
_PATH_VERSION = re.compile(r"/v\d+(?=/|$)")


class Direction(StrEnum):
    """Who sends what is spoken of."""

    REQUEST = "request"
    ANSWER = "answer"
    EVENT = "event"


class Operation(NamedTuple):
    """An operation or event of a document."""

    name: str
    method: str
    path: str
    node: Mapping[str, Any]
    event: bool


def read(path: Path) -> dict[str, Any]:
    """Read an OpenAPI document. Raises `UsageError` where it is none."""
    try:
        document = msgspec.yaml.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{path} cannot be read as an OpenAPI document: {error}") from None
    if not isinstance(document, dict) or "openapi" not in document:
        raise UsageError(f"{path} is no OpenAPI document: it has no `openapi`")
    return document


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Everything that differs, what breaks first."""
    found = list(_operations(old, new))
    order = list(Impact)
    return sorted(found, key=lambda each: (order.index(each.impact), each.operation, each.direction, each.where, each.says))


def _operations(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    before, after = _named(old), _named(new)
    for name in sorted(before.keys() - after.keys()):
        yield Difference(Impact.BREAKING, name, _direction(before[name]), "", "no longer there", _address(before[name]), "")
    for name in sorted(after.keys() - before.keys()):
        yield Difference(Impact.HARMLESS, name, _direction(after[name]), "", "new", "", _address(after[name]))
    for name in sorted(before.keys() & after.keys()):
        was, now = before[name], after[name]
        if not was.event and _address(was) != _address(now):
            yield Difference(Impact.BREAKING, name, Direction.REQUEST, "", "moved", _address(was), _address(now))
        yield from _parameters(name, was, now, old, new)
        yield from _requests(name, was, now, old, new)
        yield from _answers(name, was, now, old, new)


def _named(document: Mapping[str, Any]) -> dict[str, Operation]:
    """Operations by the name that they have in every version: the operationId without the version at its end."""
    found = {}
    for kind in ("paths", "webhooks"):
        for path, item in document.get(kind, {}).items():
            for method in METHODS:
                if method in item:
                    node = {**item[method], "parameters": [*item.get("parameters", ()), *item[method].get("parameters", ())]}
                    name = _VERSION.sub("", item[method].get("operationId") or f"{method} {_PATH_VERSION.sub('', path)}")
                    found[name] = Operation(name, method, path, node, kind == "webhooks")
    return found


def _direction(operation: Operation) -> Direction:
    return Direction.EVENT if operation.event else Direction.REQUEST


def _address(operation: Operation) -> str:
    return operation.name if operation.event else f"{operation.method.upper()} {operation.path}"


def _parameters(name: str, was: Operation, now: Operation, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    before, after = _parameters_of(was, old), _parameters_of(now, new)
    for key in sorted(before.keys() | after.keys()):
        where, demanded = " ".join(key), bool(after.get(key, {}).get("required"))
        if key not in after:
            yield Difference(Impact.CAREFUL, name, Direction.REQUEST, where, "parameter no longer there", where, "")
        elif key not in before:
            impact = Impact.BREAKING if demanded else Impact.HARMLESS
            yield Difference(impact, name, Direction.REQUEST, where, f"new {'required ' * demanded}parameter", "", where)
        elif demanded and not before[key].get("required"):
            yield Difference(Impact.BREAKING, name, Direction.REQUEST, where, "parameter now required", "optional", "required")


def _parameters_of(operation: Operation, document: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    nodes = [resolved(parameter, document) for parameter in operation.node.get("parameters", ())]
    # What an operation sends in its path is told with its address.
    return {(str(node["in"]), str(node["name"])): node for node in nodes if node["in"] != "path"}


def _requests(name: str, was: Operation, now: Operation, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    before, after = _contents(was.node.get("requestBody"), old), _contents(now.node.get("requestBody"), new)
    # What a provider sends by itself is read by the client, like an answer.
    direction, sent = (Direction.EVENT, False) if was.event else (Direction.REQUEST, True)
    for media in sorted(before.keys() - after.keys()):
        yield Difference(Impact.BREAKING, name, direction, media, "media type no longer there", media, "")
    for media in sorted(after.keys() - before.keys()):
        yield Difference(Impact.HARMLESS, name, direction, media, "new media type", "", media)
    for media in sorted(before.keys() & after.keys()):
        yield from changed_body(name, direction, "", (before[media], old), (after[media], new), sent=sent)


def _answers(name: str, was: Operation, now: Operation, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if was.event:
        return
    before, after = was.node.get("responses", {}), now.node.get("responses", {})
    for status in sorted(before.keys() - after.keys()):
        impact = Impact.BREAKING if status.startswith("2") else Impact.CAREFUL
        yield Difference(impact, name, Direction.ANSWER, status, "status no longer there", status, "")
    for status in sorted(after.keys() - before.keys()):
        yield Difference(Impact.CAREFUL, name, Direction.ANSWER, status, "new status", "", status)
    for status in sorted(before.keys() & after.keys()):
        left, right = _contents(before[status], old), _contents(after[status], new)
        for media in sorted(left.keys() & right.keys()):
            yield from changed_body(name, Direction.ANSWER, status, (left[media], old), (right[media], new), sent=False)


def _contents(node: Mapping[str, Any] | None, document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    content = resolved(node or {}, document).get("content", {})
    return {media: entry.get("schema", {}) for media, entry in content.items()}
