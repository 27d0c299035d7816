"""Phone numbers in E.164, valid by the numbering plans of their countries (libphonenumber's data)."""

from __future__ import annotations

import functools
import itertools

import phonenumbers
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from strategies.kept import kept
from strategies.placeholders import Serial

# Country codes of one, two and three digits, and national parts from 7 to 11 digits.
FAR_REGIONS = ("US", "GB", "DE", "BR", "CN", "IN", "NG", "JP", "AE", "IE", "IS", "FJ", "SG", "ZA", "AT", "LU")
FIFTEEN_DIGITS = "+496041234567890"  # a valid German number of the greatest length that ITU-T E.164 (6.1) allows


def national(text: str) -> str:
    """The number as people dial it at home, with its separators."""
    return phonenumbers.format_number(phonenumbers.parse(text), PhoneNumberFormat.NATIONAL)


def international(text: str) -> str:
    """The number with its plus, grouped by blanks or hyphens."""
    return phonenumbers.format_number(phonenumbers.parse(text), PhoneNumberFormat.INTERNATIONAL)


@functools.cache
def known_numbers(region: str) -> tuple[str, ...]:
    """Up to 100 valid mobile numbers of a region (alpha-2): the example number with other last digits."""
    text = _example(region)
    numbered = (f"{text[:-2]}{last:02d}" for last in range(100))
    return tuple(number for number in numbered if phonenumbers.is_valid_number(phonenumbers.parse(number)))


# So many numbers leave the first digits as they are; the distance of two tries, a prime, keeps the numbers of neighbours apart.
FREE = 10**7
NEXT_TRY = 100_003


def nth_phone(region: str, number: int) -> str:
    """A valid E.164 number of a region (alpha-2), another one for every number within 100,000."""
    return _valid(_example(region), region, number)


def nth_longest_phone(region: str, number: int) -> str:
    """The same with the 15 digits that are the most; Germany (DE) has such numbers."""
    return _valid(FIFTEEN_DIGITS, region, number)


def _valid(example: str, region: str, number: int) -> str:
    tried = PhoneNumber()
    # Parsing each candidate would take three times as long as asking whether it is valid.
    tried.merge_from(_parsed(example))
    first = (tried.national_number or 0) // FREE * FREE
    for candidate in itertools.count(number, NEXT_TRY):
        tried.national_number = first + candidate % FREE
        if phonenumbers.is_valid_number_for_region(tried, region):
            return phonenumbers.format_number(tried, PhoneNumberFormat.E164)
    raise AssertionError("a count does not end")


_parsed = functools.cache(phonenumbers.parse)


@functools.cache
def _example(region: str) -> str:
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if example is None:
        raise KeyError(region)
    return phonenumbers.format_number(example, PhoneNumberFormat.E164)


@kept
def phones_of_anywhere() -> st.SearchStrategy[Serial]:
    """Phones of many regions, each customer's own."""
    return st.sampled_from(FAR_REGIONS).map(lambda region: Serial(nth_phone, region))
