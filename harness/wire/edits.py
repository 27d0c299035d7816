"""What an edit makes of a body: dotted paths, `*` for every entry of a list; what is not there is left alone."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from harness.jsontypes import Json


def edited(body: Json, edit: dict[str, Json]) -> Json:
    """A copy of the body as the edit makes it; the body itself where it has nothing there."""
    changed = copy.deepcopy(body)
    *way, last = edit["at"].split(".")
    for holder in _holders(changed, way):
        for key in _keys(holder, last):
            value = holder[key]
            if edit["do"] == "set":
                holder[key] = edit["value"]
            elif isinstance(holder, dict):
                del holder[key]
                if edit["do"] == "rename":
                    holder[edit["value"]] = value
    return changed


def values_at(body: Json, path: str) -> list[Json]:
    """All values at a path."""
    *way, last = path.split(".")
    return [holder[key] for holder in _holders(body, way) for key in _keys(holder, last)]


def _holders(node: Json, way: list[str]) -> list[Json]:
    found = [node]
    for name in way:
        found = [holder[key] for holder in found for key in _keys(holder, name)]
    return found


def _keys(holder: Json, name: str) -> Iterable[Json]:
    if name == "*":
        return range(len(holder)) if isinstance(holder, list) else ()
    return (name,) if isinstance(holder, dict) and name in holder else ()
