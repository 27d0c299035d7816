"""Checks of request bodies by table: one reason for each parameter that is missing or wrong (facts 4.6).

The members that are asked for are those that the provider's own library asks for (facts 4.2, 4.3); unknown ones are let pass.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from mockserver.http import Request, Response, UnreadableBody
from mockserver.mbanq import dates, errors
from mockserver.mbanq.errors import Reason

LONG_TEXT = 500
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# A check returns the ending of the reason's code and what to say, None if all is well.
Complaint = tuple[str, str]
Check = Callable[[Any, str | None], Complaint | None]


class Member(NamedTuple):
    """A member of a body: how its value is checked, and whether it must be there."""

    check: Check
    required: bool = True


def json_object(request: Request) -> dict[str, Any] | Response:
    """Return the body, or the refusal: 415 for another media type, 400 for what is no JSON object."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        return errors.refusal(errors.WRONG_TYPE)
    try:
        body = request.json()
    except UnreadableBody:
        return errors.no_json()
    return body if isinstance(body, dict) else errors.no_json()


def problems(resource: str, body: Mapping[str, Any], members: Mapping[str, Member]) -> list[Reason]:
    """Return a reason for each member that is missing or wrong; dates are read in the body's own `dateFormat`."""
    form = body.get("dateFormat")
    usable = form if dates.is_format(form) else None
    found = []
    for name, member in members.items():
        value = body.get(name)
        if value is None or value == "":
            complaint = ("cannot.be.blank", "is mandatory") if member.required else None
        else:
            complaint = member.check(value, usable)
        if complaint:
            found.append(Reason(f"validation.msg.{resource}.{name}.{complaint[0]}", f"The parameter `{name}` {complaint[1]}.", name))
    return found


def text(limit: int = LONG_TEXT) -> Check:
    """Demand text that is not blank, of at most `limit` characters."""

    def check(value: Any, _: str | None) -> Complaint | None:
        if not isinstance(value, str) or not value.strip():
            return "is.not.a.text", "must be text"
        return ("exceeds.max.length", f"exceeds max length of {limit}") if len(value) > limit else None

    return check


def matching(pattern: str, ending: str, says: str) -> Check:
    """Demand text that matches a pattern as a whole."""
    whole = re.compile(pattern, re.ASCII)
    return lambda value, _: None if isinstance(value, str) and whole.fullmatch(value) else (ending, says)


def email(value: Any, _: str | None) -> Complaint | None:
    """Demand the form of an e-mail address."""
    return None if isinstance(value, str) and EMAIL.fullmatch(value) else ("is.invalid", "must be an e-mail address")


def day(value: Any, form: str | None) -> Complaint | None:
    """Demand a date in the format of the body."""
    return None if dates.read(value, form) else ("invalid.date.format", f"is no date in the format {form or dates.USUAL[0]}")


def date_format(value: Any, _: str | None) -> Complaint | None:
    """Demand a format of dates."""
    return None if dates.is_format(value) else ("invalid", "is no format of a date")


def boolean(value: Any, _: str | None) -> Complaint | None:
    """Demand true or false."""
    return None if isinstance(value, bool) else ("must.be.true.or.false", "must be true or false")


def number(value: Any) -> int | None:
    """Return an id given as a number or as digits, None if it is neither."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def option(options: Collection[int]) -> Check:
    """Demand the id of an option."""
    words = ", ".join(map(str, options))
    complaint = ("is.not.one.of.expected.enumerations", f"must be one of {words}")
    return lambda value, _: None if number(value) in options else complaint


def word(words: Collection[str]) -> Check:
    """Demand one of some words, to the letter."""
    complaint = ("is.not.one.of.expected.enumerations", f"must be one of {', '.join(words)}")
    return lambda value, _: None if isinstance(value, str) and value in words else complaint


def day_of(body: Mapping[str, Any], name: str) -> date | None:
    """Return a date of a body that was checked, None if it is not there."""
    return dates.read(body.get(name), body.get("dateFormat"))
