"""Named edits: a negative is a valid payload with one of these applied, so that its rejection has one reason."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

from harness.bulk import Bulk
from harness.jsontypes import Json
from strategies.placeholders import PLACEHOLDERS


@dataclass(frozen=True)
class Edit:
    """One named change of a payload. The name is kebab-case, says what was done, and appears in reports."""

    name: str
    apply: Callable[[Json], Json]

    def __repr__(self) -> str:
        return f"Edit({self.name})"

    def __call__(self, payload: Json) -> Json:
        """An edited deep copy. Raises LookupError where the path is absent, so that no edit is silently void."""
        return self.apply(copied(payload))

    def named(self, name: str) -> Edit:
        """The same edit under another name."""
        return Edit(name, self.apply)

    def then(self, other: Edit) -> Edit:
        """Both edits as one, for what only two places together can break."""
        return Edit(f"{self.name}+{other.name}", lambda payload: other.apply(self.apply(payload)))


# What cannot be changed need not be copied.
_UNCHANGING = (str, int, float, bool, bytes, type(None), Bulk, *PLACEHOLDERS)


def copied(payload: Json) -> Json:
    """A payload that shares nothing that could be changed; many times as fast as a deep copy of just anything."""
    if isinstance(payload, dict):
        return {key: copied(value) for key, value in payload.items()}
    if isinstance(payload, list):
        return [copied(value) for value in payload]
    return payload if isinstance(payload, _UNCHANGING) else copy.deepcopy(payload)


def _steps(path: str) -> list[str | int]:
    return [int(step) if step.isdecimal() else step for step in path.split(".")]


def _parent(payload: Json, path: str) -> tuple[Json, str | int]:
    *above, last = _steps(path)
    node = payload
    for step in above:
        node = node[step]
    return node, last


def get(payload: Json, path: str) -> Json:
    """The value at a dotted path with indices, such as `basic_info.tax_info.0.document_id`."""
    node, last = _parent(payload, path)
    return node[last]


def has(payload: Json, path: str) -> bool:
    """Whether the path exists."""
    try:
        get(payload, path)
    except (LookupError, TypeError):
        return False
    return True


def drop(path: str, *, name: str | None = None) -> Edit:
    """Leave the key out."""

    def apply(payload: Json) -> Json:
        node, last = _parent(payload, path)
        del node[last]
        return payload

    return Edit(name or f"without-{_leaf(path)}", apply)


def change(path: str, how: Callable[[Json], Json], *, name: str) -> Edit:
    """Replace the value by one computed from it."""

    def apply(payload: Json) -> Json:
        node, last = _parent(payload, path)
        node[last] = how(node[last])
        return payload

    return Edit(name, apply)


def put(path: str, value: Json, *, name: str) -> Edit:
    """Replace the value of an existing path."""
    return change(path, lambda _: copied(value), name=name)


def insert(path: str, value: Json, *, name: str) -> Edit:
    """Add a key, or overwrite it where the payload happens to carry it; for a list, append at that index."""

    def apply(payload: Json) -> Json:
        node, last = _parent(payload, path)
        if isinstance(node, list) and isinstance(last, int):
            node.insert(last, copied(value))
        else:
            node[last] = copied(value)
        return payload

    return Edit(name, apply)


def rename(path: str, key: str, *, name: str | None = None) -> Edit:
    """Send the value under another key of the same object."""

    def apply(payload: Json) -> Json:
        node, last = _parent(payload, path)
        node[key] = node.pop(last)
        return payload

    return Edit(name or f"{_leaf(path)}-as-{key.replace('_', '-')}", apply)


def _leaf(path: str) -> str:
    return path.rpartition(".")[2].replace("_", "-")
