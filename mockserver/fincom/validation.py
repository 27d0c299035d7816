"""Checks of single values: each returns what is wrong, in a sentence, or None.

Readings where 002 leaves a choice: null counts as absent, values are kept and judged as sent (nothing is trimmed or
folded), integers are integers by value (5000.0 is 5000).
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import pycountry

from mockserver.fincom.catalogue import subdivision_codes
from mockserver.fincom.errors import Errors
from mockserver.mail import is_address

Check = Callable[[Any], str | None]
REQUIRED = "This field is required"
ALPHA_2 = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SSN = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}")
# 002 names no format but the American one. Whatever a country's is, it has some four characters and a digit.
FOREIGN_TIN = re.compile(r"(?=.*[0-9])(?=(?:[ ./-]*[A-Za-z0-9]){4})[A-Za-z0-9][A-Za-z0-9 ./-]{2,28}[A-Za-z0-9]")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INTEGER_MAX = 2**63 - 1


class Field(NamedTuple):
    """A key of an object, whether it must be there, and what its value must pass."""

    name: str
    required: bool
    check: Check


def add(errors: Errors, path: str, text: str) -> None:
    """Note one more thing that is wrong at a path."""
    errors.setdefault(path, []).append(text)


def blank(value: object) -> bool:
    """Tell whether a value says nothing: absent, null, empty text or white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def check_object(errors: Errors, path: str, value: object, fields: Iterable[Field]) -> dict[str, Any]:
    """Check the fields of an object and note what is wrong; return it, or an empty one if it is none.

    `path` is the dotted path of the object, empty for the body itself.
    """
    if not isinstance(value, dict):
        add(errors, path, REQUIRED if value is None else "Must be an object")
        return {}
    prefix, get = f"{path}." if path else "", value.get
    for name, required, check in fields:
        found = get(name)
        if found is None:
            if required:
                add(errors, prefix + name, REQUIRED)
        elif (text := check(found)) is not None:
            add(errors, prefix + name, text)
    return value


def text(value: Any) -> str | None:
    """Demand text that is more than white space."""
    if not isinstance(value, str):
        return "Must be text"
    return None if value.strip() else "Must not be blank"


def any_text(value: Any) -> str | None:
    """Demand text, be it empty."""
    return None if isinstance(value, str) else "Must be text"


def ascii_text(value: Any) -> str | None:
    """Demand text in ASCII that is more than white space."""
    return text(value) or any_ascii_text(value)


def any_ascii_text(value: Any) -> str | None:
    """Demand text in ASCII, be it empty."""
    return any_text(value) or (None if value.isascii() else "Must contain only English (Latin) characters")


def one_of(*allowed: str) -> Check:
    """Demand one of some words, in their spelling."""
    words = frozenset(allowed)
    complaint = f"Must be one of: {', '.join(allowed)}"

    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and value in words else complaint

    return check


def country(value: Any) -> str | None:
    """Demand an ISO 3166-1 alpha-3 code in capitals."""
    return None if is_country(value) else "Must be an ISO 3166-1 alpha-3 country code"


def is_country(value: object) -> bool:
    """Tell whether a value is an ISO 3166-1 alpha-3 code in capitals."""
    return isinstance(value, str) and value in ALPHA_2


def is_subdivision(value: object, countries: Iterable[str]) -> bool:
    """Tell whether a value is a catalogue code of one of some countries (alpha-3).

    A country without subdivisions in ISO 3166-2 has no code to choose: there, any code of the right form is taken.
    """
    if not isinstance(value, str):
        return False
    for code in countries:
        listed = subdivision_codes(code)
        if value in listed or (not listed and re.fullmatch(f"{ALPHA_2[code]}-[A-Z0-9]{{1,3}}", value)):
            return True
    return False


def email(value: Any) -> str | None:
    """Demand an address in lower case (002 V2 Email note; the sentence is the document's)."""
    if complaint := text(value):
        return complaint
    if value != value.lower():
        return "Email must be all lowercase"
    return None if value.isascii() and is_address(value, allow_smtputf8=False) else "Must be a valid email address"


def phone(value: Any) -> str | None:
    """Demand a number in E.164: plus, country code, at most 15 digits, nothing between them."""
    good = isinstance(value, str) and E164.fullmatch(value)
    return None if good else "Must be a phone number in E.164 format"


def parse_date(value: object) -> date | None:
    """Return a calendar date written as YYYY-MM-DD, None for anything else."""
    return _date_written(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)
def _date_written(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def calendar_date(value: Any) -> str | None:
    """Demand a calendar date as YYYY-MM-DD."""
    return "Must be a date in YYYY-MM-DD format" if parse_date(value) is None else None


def age_on(day: date, born: date) -> int:
    """Return the completed years of a life; who was born on 29 February is a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def as_integer(value: object) -> int | None:
    """Return an integer by value (5000 and 5000.0 alike), None for text, truth values and fractions."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None


def catalogued(identifiers: frozenset[int]) -> Check:
    """Demand an id of a catalogue list."""

    def check(value: Any) -> str | None:
        number = as_integer(value)
        if number is None:
            return "Must be an integer"
        return None if number in identifiers else "Must be an id of the catalogue"

    return check


def volume(value: Any) -> str | None:
    """Demand whole dollars from 0 on that fit into 64 bits (002 V2 Financial Profile)."""
    number = as_integer(value)
    if number is None:
        return "Must be an integer amount in USD"
    return None if 0 <= number <= INTEGER_MAX else f"Must be from 0 to {INTEGER_MAX}"


def tax_id(value: Any, tax_country: object) -> str | None:
    """Demand the tax number format of a country (002 V2 "TIN Format by Country")."""
    if complaint := text(value):
        return complaint
    if tax_country == "USA":
        return None if SSN.fullmatch(value) else "Must be a Social Security Number in format xxx-xx-xxxx"
    return None if FOREIGN_TIN.fullmatch(value) else "Must be an official Tax Identification Number"
