"""Phone numbers in E.164, valid by the numbering plans of their countries (libphonenumber's data)."""

from __future__ import annotations

import functools

import phonenumbers
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

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
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if example is None:
        raise KeyError(region)
    text = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    numbered = (f"{text[:-2]}{last:02d}" for last in range(100))
    return tuple(number for number in numbered if phonenumbers.is_valid_number(phonenumbers.parse(number)))


def phone_numbers(region: str) -> st.SearchStrategy[str]:
    """E.164 mobile numbers of one region (alpha-2)."""
    return st.sampled_from(known_numbers(region))


def phone_numbers_anywhere() -> st.SearchStrategy[str]:
    """E.164 mobile numbers of many regions."""
    return st.sampled_from(FAR_REGIONS).flatmap(phone_numbers)
