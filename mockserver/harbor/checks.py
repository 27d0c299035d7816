"""Checks that walk through a section, note what is wrong under dotted paths, and return what of it is kept.

Null counts as absent; nothing is trimmed, folded or converted; members that are not documented are neither judged nor kept.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from mockserver.harbor.countries import CODES, PROHIBITED, subdivisions
from mockserver.harbor.errors import Errors
from mockserver.mail import is_address

REQUIRED = "This field is required."
COUNT_MAX = 2**63 - 1
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Inspection:
    """What was found in one request: problems by path, and the decoded sizes of all files seen so far.

    `today` is the calendar day of the application's clock in UTC, `phone_on_file` tells whether the customer came with a number.
    """

    today: date
    phone_on_file: bool = False
    problems: Errors = field(default_factory=dict)
    total: int = 0

    def note(self, path: str, text: str) -> None:
        """Note one more thing that is wrong."""
        self.problems.setdefault(path, []).append(text)


Check = Callable[[Inspection, str, Any], Any]


class Member(NamedTuple):
    """A member of an object, and what its value must pass; what is not required may be absent or null."""

    name: str
    check: Check
    required: bool = True


def members(*wanted: Member) -> Check:
    """Demand an object with some members."""

    def check(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            seen.note(path, "Must be an object.")
            return {}
        return inspect(seen, path, value, wanted)

    return check


def inspect(seen: Inspection, path: str, value: dict[str, Any], wanted: Iterable[Member]) -> dict[str, Any]:
    """Check the members of an object; return those that are documented and there."""
    kept = {}
    for name, check, required in wanted:
        where = f"{path}.{name}" if path else name
        if (found := value.get(name)) is not None:
            kept[name] = check(seen, where, found)
        elif required:
            seen.note(where, REQUIRED)
    return kept


def array(item: Check, least: int, most: int | None = None) -> Check:
    """Demand an array of `least` to `most` items, each of which passes a check."""
    bounds = f"from {least} to {most} items" if most else f"at least {least} item{'s' if least > 1 else ''}"

    def check(seen: Inspection, path: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            seen.note(path, "Must be an array.")
            return []
        if len(value) < least or (most is not None and len(value) > most):
            seen.note(path, f"Must have {bounds}.")
            return []
        return [item(seen, f"{path}.{index}", each) for index, each in enumerate(value)]

    return check


def text(most: int | None = None, *, least: int = 0) -> Check:
    """Demand text that is more than white space, of `least` to `most` characters."""

    def check(seen: Inspection, path: str, value: Any) -> Any:
        if not isinstance(value, str):
            seen.note(path, "Must be text.")
        elif not value.strip():
            seen.note(path, "Must not be blank.")
        elif len(value) < least:
            seen.note(path, f"Must have at least {least} characters.")
        elif most is not None and len(value) > most:
            seen.note(path, f"Must have at most {most} characters.")
        return value

    return check


def form(pattern: str, sentence: str) -> Check:
    """Demand text that a pattern fits from its first to its last character."""
    compiled = re.compile(pattern)

    def check(seen: Inspection, path: str, value: Any) -> Any:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            seen.note(path, sentence)
        return value

    return check


def one_of(allowed: Iterable[str], sentence: str | None = None) -> Check:
    """Demand one of some words, in their spelling."""
    words = tuple(allowed)
    known, sentence = frozenset(words), sentence or f"Must be one of: {', '.join(words)}."

    def check(seen: Inspection, path: str, value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            seen.note(path, sentence)
        return value

    return check


def boolean(seen: Inspection, path: str, value: Any) -> Any:
    """Demand true or false."""
    if not isinstance(value, bool):
        seen.note(path, "Must be true or false.")
    return value


def count(seen: Inspection, path: str, value: Any) -> Any:
    """Demand an integer from 0 on that fits into 64 bits."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT_MAX:
        seen.note(path, f"Must be an integer from 0 to {COUNT_MAX}.")
    return value


def percentage(seen: Inspection, path: str, value: Any) -> Any:
    """Demand a number from 0 to 100."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        seen.note(path, "Must be a number from 0 to 100.")
    return value


country = one_of(sorted(CODES), "Must be an ISO 3166-1 alpha-2 country code.")


def permitted_country(seen: Inspection, path: str, value: Any) -> Any:
    """Demand a country that is not prohibited (001 section 4)."""
    if isinstance(value, str) and value in PROHIBITED:
        seen.note(path, "This country is prohibited.")
        return value
    return country(seen, path, value)


def email(seen: Inspection, path: str, value: Any) -> Any:
    """Demand the form of an e-mail address."""
    if not isinstance(value, str) or not is_address(value):
        seen.note(path, "Must be a valid email address.")
    return value


def parse_date(value: object) -> date | None:
    """Return a calendar date written as YYYY-MM-DD, None for anything else."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def calendar_date(seen: Inspection, path: str, value: Any) -> Any:
    """Demand a calendar date as YYYY-MM-DD."""
    if parse_date(value) is None:
        seen.note(path, "Must be a date in the format YYYY-MM-DD.")
    return value


def past_date(seen: Inspection, path: str, value: Any) -> Any:
    """Demand a calendar date that is not in the future."""
    calendar_date(seen, path, value)
    if (day := parse_date(value)) is not None and day > seen.today:
        seen.note(path, "Must not be in the future.")
    return value


def adult(seen: Inspection, path: str, value: Any) -> Any:
    """Demand the birthday of somebody who has completed 18 years; one of 29 February does so on 1 March (001 section 4)."""
    calendar_date(seen, path, value)
    day, today = parse_date(value), seen.today
    if day is not None and today.year - day.year - ((today.month, today.day) < (day.month, day.day)) < 18:
        seen.note(path, "Must be at least 18 years ago.")
    return value


def state(seen: Inspection, path: str, value: Any, of: object, *, required: bool = True) -> Any:
    """Check a subdivision code against the look-up of a country, if that is one at all; return what is kept.

    A country without subdivisions has nothing to choose: whatever is sent for it is ignored.
    """
    choices = subdivisions(of) if isinstance(of, str) else {}
    if not choices:
        return None
    if value is None:
        if required:
            seen.note(path, REQUIRED)
    elif not isinstance(value, str) or value not in choices:
        seen.note(path, f"Must be a subdivision code of {of}.")
    return value
