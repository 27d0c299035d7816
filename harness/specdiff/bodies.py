"""How two schemas of a body differ, and what that means to who sends it or reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.specdiff.changes import Difference, Impact
from harness.specdiff.fields import BOUNDS, Field, fields_of

Body = tuple[Mapping[str, Any], Mapping[str, Any]]
REQUIRED = ("optional", "required under a condition", "required")
LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems"}

# What each kind of difference does: (to who sends the body, to who reads it).
IMPACTS: dict[str, tuple[Impact, Impact]] = {
    "field no longer there": (Impact.CAREFUL, Impact.BREAKING),
    "new field": (Impact.HARMLESS, Impact.HARMLESS),
    "new required field": (Impact.BREAKING, Impact.HARMLESS),
    "new field required under a condition": (Impact.CAREFUL, Impact.HARMLESS),
    "more often required": (Impact.BREAKING, Impact.HARMLESS),
    "less often required": (Impact.HARMLESS, Impact.BREAKING),
    "other type": (Impact.BREAKING, Impact.BREAKING),
    "further type": (Impact.HARMLESS, Impact.BREAKING),
    "fewer types": (Impact.BREAKING, Impact.HARMLESS),
    "new words": (Impact.HARMLESS, Impact.CAREFUL),
    "words no longer there": (Impact.BREAKING, Impact.CAREFUL),
    "words listed now": (Impact.BREAKING, Impact.HARMLESS),
    "words no longer listed": (Impact.HARMLESS, Impact.CAREFUL),
    "narrower": (Impact.BREAKING, Impact.HARMLESS),
    "wider": (Impact.HARMLESS, Impact.CAREFUL),
    "other form": (Impact.CAREFUL, Impact.CAREFUL),
    "new condition": (Impact.CAREFUL, Impact.CAREFUL),
    "condition no longer there": (Impact.HARMLESS, Impact.CAREFUL),
}


def changed_body(operation: str, direction: str, status: str, old: Body, new: Body, *, sent: bool) -> Iterator[Difference]:
    """The differences between two bodies, each a schema with its document. `sent`: the client sends it, else it reads it."""
    before, after = fields_of(*old), fields_of(*new)
    for path in sorted(before.keys() | after.keys()):
        if _parent(path) in (before.keys() | after.keys()) and ((_parent(path) in before) != (_parent(path) in after)):
            continue  # it came or went with its parent
        for says, was, now in _changed(path, before, after):
            where = f"{status} {path or '/'}".strip()
            yield Difference(IMPACTS[says][not sent], operation, direction, where, says, was, now)


def _parent(path: str) -> str:
    return path.rpartition("/")[0] if path else " "


Fields = Mapping[str, Field]


def _changed(path: str, before: Fields, after: Fields) -> Iterator[tuple[str, str, str]]:
    was, now = before.get(path), after.get(path)
    if was is None and now is not None:
        yield ("new field", "new field required under a condition", "new required field")[now.required], "", _told(path, after)
    elif now is None and was is not None:
        yield "field no longer there", _told(path, before), ""
    elif was is not None and now is not None:
        if was.required != now.required:
            says = "more often required" if now.required > was.required else "less often required"
            yield says, REQUIRED[was.required], REQUIRED[now.required]
        yield from _types(was, now)
        yield from _words(was, now)
        yield from _limits(was.limits, now.limits)
        for condition in sorted(now.conditions - was.conditions):
            yield "new condition", "", condition
        for condition in sorted(was.conditions - now.conditions):
            yield "condition no longer there", condition, ""


def _types(was: Field, now: Field) -> Iterator[tuple[str, str, str]]:
    # A number may be an integer, so the wider word covers the narrower.
    if was.types != now.types and was.types and now.types:
        says = "further type" if was.types < now.types else "fewer types" if was.types > now.types else "other type"
        yield says, _list(was.types), _list(now.types)


def _words(was: Field, now: Field) -> Iterator[tuple[str, str, str]]:
    if bool(was.words) != bool(now.words):
        yield ("words listed now" if now.words else "words no longer listed"), _list(was.words), _list(now.words)
        return
    if now.words - was.words:
        yield "new words", "", _list(now.words - was.words)
    if was.words - now.words:
        yield "words no longer there", _list(was.words - now.words), ""


def _limits(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if before == after:
            continue
        told = tuple("" if value is None else f"{key} {value}" for value in (before, after))
        if key in BOUNDS and key != "multipleOf":
            tighter = before is None or (after is not None and (after > before if key in LOWER else after < before))
            yield "narrower" if tighter else "wider", told[0], told[1]
        elif before is None or after is None:
            yield "narrower" if before is None else "wider", told[0], told[1]
        else:
            yield "other form", told[0], told[1]


def _told(path: str, fields: Fields) -> str:
    """A field that came or went, with its members and the words that stand under it: whoever moves to another field must know those."""
    field = fields[path]
    told = f"{REQUIRED[field.required]} {_list(field.types) or 'value'}" + (f": {_list(field.words)}" if field.words else "")
    under = {each.removeprefix(path): fields[each] for each in sorted(fields) if each.startswith(f"{path}/")}
    members = {name for each in under if (name := each.removeprefix("/*")[1:]) and "/" not in name}
    bounds = [f"{key} {field.limits[key]}" for key in ("minItems", "maxItems") if key in field.limits]
    words = [f"{each} {_list(inner.words)}" for each, inner in under.items() if inner.words]
    return "; ".join([told, *([f"with {_list(members)}"] * bool(members)), *bounds, *words])


def _list(words: set[str]) -> str:
    return ", ".join(sorted(words))
