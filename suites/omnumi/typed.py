"""What the samples show of each member of an answer: whether it is there, and of which kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from harness.jsontypes import Json

Kind = Callable[[Json], bool]


def text(value: Json) -> bool:
    """A text."""
    return isinstance(value, str)


def text_or_null(value: Json) -> bool:
    """A text or null."""
    return value is None or text(value)


def filled(value: Json) -> bool:
    """A text that is not empty."""
    return text(value) and bool(value.strip())


def day(value: Json) -> bool:
    """A day, year first, or null."""
    return value is None or (text(value) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None)


def day_or_empty(value: Json) -> bool:
    """A day, year first, an empty text, or null."""
    return value == "" or day(value)


def phone(value: Json) -> bool:
    """A number that begins with a plus sign, or null."""
    return value is None or (text(value) and re.match(r"[+]\d", value) is not None)


def uuid(value: Json) -> bool:
    """A UUID as text."""
    try:
        return text(value) and bool(UUID(value))
    except ValueError:
        return False


def instant(value: Json) -> bool:
    """A time in ISO 8601 with its zone."""
    return text(value) and instant_of(value) is not None


def instant_of(value: str) -> datetime | None:
    """The time that the text tells, or None where it is none or has no zone."""
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        return None
    return told if told.tzinfo else None


def instant_or_null(value: Json) -> bool:
    """A time in ISO 8601 with its zone, or null."""
    return value is None or instant(value)


def truth(value: Json) -> bool:
    """A boolean."""
    return isinstance(value, bool)


def truth_or_null(value: Json) -> bool:
    """A boolean or null."""
    return value is None or truth(value)


def truth_as_shown(value: Json) -> bool:
    """A boolean, or the text of one."""
    return truth(value) or value in ("true", "false")


def listed(value: Json) -> bool:
    """A list."""
    return isinstance(value, list)


def listed_or_null(value: Json) -> bool:
    """A list or null."""
    return value is None or listed(value)


def of_texts(*names: str, null: bool = False) -> Kind:
    """An object whose members of these names are texts or null, where they are there; `null`: or null itself."""

    def check(value: Json) -> bool:
        return (null and value is None) or (isinstance(value, dict) and not wrong(value, dict.fromkeys(names, text_or_null), needed=False))

    return check


def wrong(body: Json, kinds: Mapping[str, Kind], *, needed: bool = True, at: str = "") -> list[str]:
    """The members that are missing (where they are needed) or of another kind, each with what it is."""
    if not isinstance(body, dict):
        return [f"{at or 'the answer'} is no object"]
    found = []
    for name, kind in kinds.items():
        if name not in body:
            found += [f"{at}{name} is missing"] if needed else []
        elif not kind(body[name]):
            found.append(f"{at}{name} is {type(body[name]).__name__} {str(body[name])[:60]!r}")
    return found
