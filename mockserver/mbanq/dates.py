"""Dates as texts in a format that the request names, and as lists of numbers in answers (facts 4.2)."""

import re
from datetime import date, datetime

# Letters of a format, as the family writes them: the pattern of the text and the directive that reads it.
LETTERS = {
    "yyyy": (r"\d{4}", "%Y"),
    "MMMM": ("[A-Za-z]+", "%B"),
    "MMM": ("[A-Za-z]{3}", "%b"),
    "MM": (r"\d{2}", "%m"),
    "M": (r"\d{1,2}", "%m"),
    "dd": (r"\d{2}", "%d"),
    "d": (r"\d{1,2}", "%d"),
}
PIECE = re.compile("|".join((*LETTERS, "[A-Za-z]+", "[^A-Za-z]+")))
# For requests that name none: that of the provider's samples, and ISO 8601.
USUAL = ("dd MMMM yyyy", "yyyy-MM-dd")


def is_format(text: object) -> bool:
    """Tell whether a text is a format of a whole date."""
    if not isinstance(text, str):
        return False
    pieces = [piece for piece in PIECE.findall(text) if piece[0].isalpha()]
    return all(piece in LETTERS for piece in pieces) and sorted(piece[0] for piece in pieces) == ["M", "d", "y"]


def read(value: object, form: str | None) -> date | None:
    """Return the date that a text says in a format, or in a usual one; None if it says none."""
    if not isinstance(value, str):
        return None
    return next((day for each in ([form] if form else USUAL) if (day := _read(value, each)) is not None), None)


def _read(text: str, form: str) -> date | None:
    pattern, directives = "", ""
    for piece in PIECE.findall(form):
        known = LETTERS.get(piece)
        pattern += known[0] if known else re.escape(piece)
        directives += known[1] if known else piece.replace("%", "%%")
    if not re.fullmatch(pattern, text, re.ASCII):
        return None
    try:
        return datetime.strptime(text, directives).date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def shown(day: date) -> list[int]:
    """Return a date as answers show it."""
    return [day.year, day.month, day.day]
