"""The shape of what a target answers: which fields, types, words and headers come with which status of which operation.

Shapes are what two runs can be compared by. They hold no values but the words of closed vocabularies (statuses, types, codes).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.exchange import parsed
from harness.jsontypes import Json

if TYPE_CHECKING:
    from harness.exchange import Exchange

SHAPES = "shapes.jsonl"
# Bodies up to this length are no catalogues.
SHORT = 4096
# Deeper than any documented answer; what is nested further is some payload come back.
DEEPEST = 12
# Keys under which a text is a word of a vocabulary rather than data, and what such a word looks like.
_VOCABULARY = re.compile(r"(?:status|type|code|state|kind|category|side|verdict|value)$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_. -]{0,60}")
_UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16,}|rp[0-9a-f]{6}|\d{4,}", re.IGNORECASE)
# A key that is no name but data: maps are keyed by ids, by fields that were wrong, by whatever a client sent.
_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]{0,63}\d{0,2}")
# Headers of the connection, and such as differ from answer to answer.
_HOP_HEADERS = frozenset({"date", "server", "connection", "keep-alive", "content-length", "transfer-encoding", "vary", "age", "via"})
_KINDS: dict[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    type(None): "null",
    list: "array",
    dict: "object",
}


class Shape(msgspec.Struct, kw_only=True):
    """What answers with one status to one operation looked like. `traits`: in how many of the `answers` each was seen."""

    operation: str
    status: int
    answers: int = 0
    traits: dict[str, int] = {}


class Shapes:
    """Shapes by operation and status."""

    def __init__(self, shapes: Iterable[Shape] = ()) -> None:
        self._shapes: dict[tuple[str, int], Shape] = {}
        # Answers of one kind come often, so their traits are counted when somebody asks.
        self._seen: Counter[tuple[str, int, tuple[str, ...], tuple[str, ...]]] = Counter()
        for shape in shapes:
            self._add(shape)

    def see(self, exchange: Exchange) -> None:
        """Take in one answer."""
        headers = _header_traits(tuple(exchange.headers), exchange.headers.get("content-type", ""))
        self._seen[exchange.operation, exchange.status, headers, _traits_of(exchange.body)] += 1

    def _add(self, seen: Shape) -> None:
        known = self._shapes.setdefault((seen.operation, seen.status), Shape(operation=seen.operation, status=seen.status))
        known.answers += seen.answers
        for trait, times in seen.traits.items():
            known.traits[trait] = known.traits.get(trait, 0) + times

    def __iter__(self) -> Iterator[Shape]:
        """All shapes in a steady order."""
        for (operation, status, *traits), answers in self._seen.items():
            counted = dict.fromkeys(itertools.chain(*traits), answers)
            self._add(Shape(operation=operation, status=status, answers=answers, traits=counted))
        self._seen.clear()
        for key in sorted(self._shapes):
            shape = self._shapes[key]
            yield msgspec.structs.replace(shape, traits=dict(sorted(shape.traits.items())))


class ShapesFile:
    """`shapes.jsonl` beside the verdicts: lines appended as tests end, made one per operation and status when the run is over."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SHAPES
        self._lines = self._path.open("wb", buffering=0)

    def append(self, shapes: Iterable[Shape]) -> None:
        """Write what one test saw."""
        self._lines.write(_encoded(shapes))

    def close(self) -> None:
        """Merge what all tests saw."""
        self._lines.close()
        unfinished = self._path.with_suffix(".tmp")
        unfinished.write_bytes(_encoded(read_shapes(self._path.parent)))
        unfinished.replace(self._path)


def read_shapes(directory: Path) -> Shapes:
    """Read back the shapes of a run; a last line cut short by a killed run is left out, and a run without any has none."""
    try:
        lines = (directory / SHAPES).read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        lines = []
    decoder = msgspec.json.Decoder(Shape)
    return Shapes(decoder.decode(line) for line in lines)


def _encoded(shapes: Iterable[Shape]) -> bytes:
    return b"".join(msgspec.json.encode(shape) + b"\n" for shape in shapes)


@lru_cache(1024)
def _header_traits(names: tuple[str, ...], content_type: str) -> tuple[str, ...]:
    lowered = [name.lower() for name in names]
    known = [f"content-type {content_type.partition(';')[0].strip().lower()}"] if "content-type" in lowered else []
    return (*known, *(f"header {name}" for name in lowered if name != "content-type" and name not in _HOP_HEADERS))


def _traits_of(body: bytes) -> tuple[str, ...]:
    """Refusals and catalogues are answered alike many times; of the latter, which are long, fewer are remembered."""
    return _traits_of_short(body) if len(body) <= SHORT else _traits_of_long(body)


def _noted(body: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    _note_traits(found, parsed(body))
    return tuple(found)


_traits_of_short, _traits_of_long = lru_cache(2048)(_noted), lru_cache(64)(_noted)


def _note_traits(found: dict[str, None], value: Json, path: str = "", key: str = "", depth: int = 0) -> None:
    """Add what there is in a value at a path, under a key."""
    found[f"{path or '/'}: {_KINDS[type(value)]}"] = None
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for name, child in value.items():
            _note_traits(found, child, f"{path}/{_step(name)}", name, depth + 1)
    elif isinstance(value, list):
        for child in value:
            _note_traits(found, child, f"{path}/*", key, depth + 1)
    elif isinstance(value, str) and _is_word_of(key, value):
        found[f"{path} = {value}"] = None


@lru_cache(4096)
def _step(name: str) -> str:
    return name if _NAME.fullmatch(name) else "{}"


@lru_cache(4096)
def _names_vocabulary(key: str) -> bool:
    return _VOCABULARY.search(key) is not None


def _is_word_of(key: str, value: str) -> bool:
    return _names_vocabulary(key) and _WORD.fullmatch(value) is not None and not _UNIQUE.search(value)
