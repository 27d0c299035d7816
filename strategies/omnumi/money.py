"""Amounts as decimal text, and the ways to write what is none: exact at every digit, as money must be (003, Create preauthorization)."""

from __future__ import annotations

from decimal import Decimal, localcontext

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

DECIMALS = 18
"""Decimals of the token that tests pay with, unless they say otherwise."""
SMALLEST = f"{Decimal(1).scaleb(-DECIMALS):f}"
"""The smallest unit of that token."""

INTEGERS = ("1", "150", "1000000")
FRACTIONS = ("0.5", "150.75", "120.50", "99999.999999")
# More digits than a double holds (53 bits are 15 to 17 digits), and sums that binary fractions get wrong.
LARGE = ("9007199254740993", "123456789012345678901234567890.123456789012345678", "1000000000000000.000000000000000001")
NOISY = ("0.1", "0.3", "1.1", "2.675", "4.35", "0.1234567890123456")
TRAILING_ZEROS = ("150.750", "150.7500000", "10.0", "1.000000000000000000")

ZERO = ("0",)
ZEROS = ("0.00", "0.0", "000", "-0", "0.000000000000000000", "-0.00")
NEGATIVE = ("-1", "-0.01", "-150.75", "-1000000000")
TEXT = ("abc", "one hundred", "amount", "$150.75", "150.75 USD")
NOT_FINITE = ("NaN", "nan", "Infinity", "-Infinity", "inf")
COMMAS = ("1,5", "1.000,00", "1,000.00", "1,000")
BASED = ("0x10", "0b11", "0o17", "#10", "1e0x1")
PARTIAL = ("12abc", "abc12", "12 34", "1.2.3", "12-", "--1", "1/2", "5%")

ODD: dict[str, tuple[str, str]] = {
    "exponent": ("1e3", "1000"),
    "capital-exponent": ("15E1", "150"),
    "negative-exponent": ("15e-1", "1.5"),
    "plus": ("+150.75", "150.75"),
    "leading-zeros": ("000150.75", "150.75"),
    "space-before": (" 150.75", "150.75"),
    "space-behind": ("150.75 ", "150.75"),
    "line-break": ("150.75\n", "150.75"),
    "full-width-digits": ("\uff11\uff15\uff10", "150"),
    "arabic-indic-digits": ("\u0661\u0665\u0660", "150"),
    "underscore": ("1_000", "1000"),
    "no-leading-zero": (".5", "0.5"),
    "no-decimals-behind-the-point": ("5.", "5"),
    "one-decimal-too-many": ("0.1234567890123456789", "0.1234567890123456789"),
    "thirty-decimals": ("1.000000000000000000000000000001", "1.000000000000000000000000000001"),
}
"""Unusual notations by name: the text, and the only value that it may be taken for."""
BEYOND_256_BITS = ("115792089237316195423570985008687907853269984665640564039457.584007913129639936", "1" + "0" * 80, "1e999999")
"""More than a token of 18 decimals can count: 2 ** 256 units, and far more."""


@st.composite
def amounts(draw: st.DrawFn, *, decimals: int = DECIMALS) -> str:
    """An amount between a hundredth and a million, with up to so many decimals, in plain notation."""
    whole = draw(st.integers(0, 999_999))
    places = draw(st.sampled_from(sorted({0, 2, min(6, decimals), decimals})))
    behind = draw(st.integers(0, 10**places - 1)) if places else 0
    value = Decimal(whole) + Decimal(behind).scaleb(-places)
    return str(whole + 1) if value < Decimal("0.01") or not places else f"{value:.{places}f}"


def shares() -> SearchStrategy[Decimal]:
    """A part of the whole, above nothing and below all."""
    return st.integers(1, 99).map(lambda hundredths: Decimal(hundredths) / 100)


def part_of(amount: str, share: Decimal, *, decimals: int = DECIMALS) -> str:
    """That share of an amount (above one: so many times it) in plain notation, rounded down to whole units but never to nothing."""
    with localcontext(prec=100):
        units = int(Decimal(amount).scaleb(decimals) * share)
        return f"{Decimal(max(units, 1)).scaleb(-decimals):f}"


def one_unit_less(amount: str, *, decimals: int = DECIMALS) -> str:
    """The amount without its last unit."""
    with localcontext(prec=100):
        return f"{Decimal(amount) - Decimal(1).scaleb(-decimals):f}"


def one_unit_more(amount: str, *, decimals: int = DECIMALS) -> str:
    """The amount and one unit."""
    with localcontext(prec=100):
        return f"{Decimal(amount) + Decimal(1).scaleb(-decimals):f}"
