from __future__ import annotations

import pytest
from hypothesis import given

from harness.rules import rule
from strategies.omnumi import money
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.comparing import alike
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import VAST, asked, create, read, refuses_create

EXACT = {"more-digits-than-a-double": money.LARGE, "no-binary-noise": money.NOISY, "trailing-zeros": money.TRAILING_ZEROS}
KEPT = {"whole-numbers": money.INTEGERS, "decimals": money.FRACTIONS}


def keeps(omnumi: Omnumi, amount: str, *, vast: bool = False) -> None:
    """The amount must be taken, and be the same in the answer and in the reading."""
    parties = omnumi.make_parties(allowance=VAST) if vast else None
    exchange = create(omnumi, asked(omnumi, Terms(amount=amount), parties))
    alike(omnumi, exchange, {"amount": amount}, "amount")
    alike(omnumi, read(omnumi, exchange.sent["invoiceId"]), {"authorizedAmount": amount}, "authorizedAmount")


@rule("omnumi/create-amount-accepted")
@pytest.mark.parametrize("kind", KEPT)
def test_create_amount_accepted(omnumi: Omnumi, kind: str) -> None:
    """Whole numbers and numbers with decimals, as text, are amounts, and are kept as they are."""
    for amount in KEPT[kind]:
        keeps(omnumi, amount)


@rule("omnumi/create-amount-smallest-accepted")
def test_create_amount_smallest_accepted(omnumi: Omnumi) -> None:
    """The smallest unit of a token is above zero and can be reserved."""
    keeps(omnumi, money.SMALLEST)


@rule("omnumi/create-amount-exact")
@pytest.mark.parametrize("kind", EXACT)
def test_create_amount_exact(omnumi: Omnumi, kind: str) -> None:
    """Amounts are exact; no digit is lost or added, and trailing zeros change nothing."""
    for amount in EXACT[kind]:
        keeps(omnumi, amount, vast=kind == "more-digits-than-a-double")


@rule("omnumi/create-amount-odd-notation-never-misread")
@pytest.mark.parametrize("notation", money.ODD)
def test_create_amount_odd_notation_never_misread(omnumi: Omnumi, notation: str) -> None:
    """An amount in an unusual notation is refused or taken at exactly its value."""
    amount, value = money.ODD[notation]
    exchange = create(omnumi, asked(omnumi, Terms(amount=amount)))
    if exchange.status == 201:
        shown = read(omnumi, exchange.sent["invoiceId"])
        alike(omnumi, exchange, {"amount": value}, "amount")
        alike(omnumi, shown, {"authorizedAmount": value}, "authorizedAmount")


@rule("omnumi/create-amount-odd-notation-never-misread")
def test_create_amount_beyond_256_bits(omnumi: Omnumi) -> None:
    """An amount of more than 256 bits is in nobody's allowance."""
    for amount in money.BEYOND_256_BITS:
        exchange = omnumi.create(asked(omnumi, Terms(amount=amount), omnumi.make_parties(allowance=VAST)))
        omnumi.expect(exchange, answers=["bad-request", "unprocessable", "insufficient-allowance"])


@rule("omnumi/create-number-amount-never-altered")
def test_create_number_amount_never_altered(omnumi: Omnumi) -> None:
    """A JSON number as the amount is refused, or kept at its exact value."""
    for name, amount in edits.NUMBERS.items():
        exchange = omnumi.create(asked(omnumi, amount=amount))
        exchange.note = name
        if omnumi.expect(exchange).status == 201:
            alike(omnumi, exchange, {"amount": str(amount)}, "amount")


@rule("omnumi/create-amount-zero-refused")
@given(wish=terms())
def test_create_amount_zero_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Zero is not an amount."""
    refuses_create(omnumi, edits.AMOUNT_ZERO, wish)


@rule("omnumi/create-amount-zero-decimals-refused")
@given(wish=terms())
def test_create_amount_zero_decimals_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Zero in another notation is still zero."""
    refuses_create(omnumi, edits.AMOUNT_ZEROS, wish)


@rule("omnumi/create-amount-negative-refused")
@given(wish=terms())
def test_create_amount_negative_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A negative amount is refused."""
    refuses_create(omnumi, edits.AMOUNT_NEGATIVE, wish)


@rule("omnumi/create-amount-text-refused")
@given(wish=terms())
def test_create_amount_text_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Text that is no number is no amount."""
    refuses_create(omnumi, edits.AMOUNT_TEXT, wish)


@rule("omnumi/create-amount-nan-inf-refused")
@given(wish=terms())
def test_create_amount_nan_inf_refused(omnumi: Omnumi, wish: Terms) -> None:
    """NaN and Infinity are not amounts."""
    refuses_create(omnumi, edits.AMOUNT_NOT_FINITE, wish)


@rule("omnumi/create-amount-comma-refused")
@given(wish=terms())
def test_create_amount_comma_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Numbers with commas are no numeric strings."""
    refuses_create(omnumi, edits.AMOUNT_COMMAS, wish)


@rule("omnumi/create-amount-hex-refused")
@given(wish=terms())
def test_create_amount_hex_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Hexadecimal and other based numbers are no numeric strings."""
    refuses_create(omnumi, edits.AMOUNT_BASED, wish)


@rule("omnumi/create-amount-partial-number-refused")
@given(wish=terms())
def test_create_amount_partial_number_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A number with other text around it is no numeric string."""
    refuses_create(omnumi, edits.AMOUNT_PARTIAL, wish)
