"""Requests for preauthorizations: valid by the schema, exact in every digit, and broken by their edits in just what they say."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit
from strategies.omnumi import addresses, money
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.preauthorizations import DAY, HOUR, NOTATIONS, OFFSETS, Terms, moment_after, terms
from strategies.placeholders import Fresh

few = settings(max_examples=25, deadline=None)
NOW = dt.datetime(2026, 3, 25, 10, 15, 30, 123456, tzinfo=dt.UTC)
SENDER = "0x41c528683845350e9bfc937e0f6c72bc999b5cdc"
REQUEST: dict[str, Json] = {
    "invoiceId": "INV-2026",
    "sender": SENDER,
    "receiver": "0xaec528683845350e9bfc937e0f6c72bc999b5123",
    "amount": "150.75",
    "contractAddress": "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2",
}
PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")


def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    document = yaml.safe_load(Path("specs/omnumi.openapi.yaml").read_text())
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


@pytest.fixture(scope="module")
def creation() -> jsonschema_rs.Draft202012Validator:
    return validator("NewPreauthorization")


@pytest.fixture(scope="module")
def settlement() -> jsonschema_rs.Draft202012Validator:
    return validator("Settlement")


def by_member(table: dict[str, tuple[Edit, ...]]) -> tuple[Edit, ...]:
    return tuple(edit for group in table.values() for edit in group)


REFUSED_BY_SCHEMA = (
    *by_member(edits.MISSING),
    *by_member(edits.NULL),
    *(edit for edit in by_member(edits.BLANK) if edit.name != "blank-invoiceId"),
    *by_member(edits.WRONG_TYPE),
    *edits.INVOICE_WRONG_TYPE,
    *by_member(edits.MALFORMED_ADDRESS),
    *edits.AMOUNT_TEXT,
    *edits.AMOUNT_NOT_FINITE,
    *edits.AMOUNT_COMMAS,
    *edits.AMOUNT_BASED,
    *edits.AMOUNT_PARTIAL,
    *edits.EXPIRY_GARBAGE,
    *edits.EXPIRY_EPOCH_TEXT,
    *edits.EXPIRY_EPOCH_NUMBER,
    *edits.EXPIRY_IMPOSSIBLE,
    *edits.EXPIRY_NOTHING,
)
# What no schema can say: amounts are numbers behind text, wallets are known or not, members beyond the known ones are fair.
REFUSED_BY_MEANING = (
    *edits.AMOUNT_ZERO,
    *edits.AMOUNT_ZEROS,
    *edits.AMOUNT_NEGATIVE,
    *edits.SAME_WALLETS,
    *edits.SAME_WALLETS_OTHER_CASE,
    *edits.MASS_ASSIGNMENT,
)


@given(wish=terms())
@few
def test_what_is_asked_for_is_valid_by_the_schema(creation: jsonschema_rs.Draft202012Validator, wish: Terms) -> None:
    told = wish.members(NOW)
    assert isinstance(told["invoiceId"], Fresh)
    assert not list(creation.iter_errors({**REQUEST, **told, "invoiceId": "INV-1"}))


@pytest.mark.parametrize("edit", REFUSED_BY_SCHEMA, ids=repr)
def test_the_schema_refuses_what_an_edit_broke(creation: jsonschema_rs.Draft202012Validator, edit: Edit) -> None:
    assert not list(creation.iter_errors(REQUEST))
    assert list(creation.iter_errors(edit(REQUEST)))


@pytest.mark.parametrize("edit", REFUSED_BY_MEANING, ids=repr)
def test_an_edit_that_no_schema_sees_still_changes_the_request(creation: jsonschema_rs.Draft202012Validator, edit: Edit) -> None:
    assert edit(REQUEST) != REQUEST
    assert not list(creation.iter_errors(edit(REQUEST)))


@pytest.mark.parametrize(
    "edit",
    [
        *edits.SETTLE_MISSING,
        *edits.SETTLE_NULL,
        *edits.SETTLE_BLANK,
        *edits.SETTLE_TEXT,
        *edits.SETTLE_NOT_FINITE,
        *edits.SETTLE_WRONG_TYPE,
    ],
    ids=repr,
)
def test_the_schema_refuses_what_an_edit_of_a_settlement_broke(settlement: jsonschema_rs.Draft202012Validator, edit: Edit) -> None:
    assert not list(settlement.iter_errors({"amount": "120.50"}))
    assert list(settlement.iter_errors(edit({"amount": "120.50"})))


def test_edits_have_names_of_their_own() -> None:
    names = [edit.name for edit in (*REFUSED_BY_SCHEMA, *REFUSED_BY_MEANING)]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9-]+", name)] == []


def test_one_wallet_in_both_places_is_one_wallet_in_any_case() -> None:
    for edit in (*edits.SAME_WALLETS, *edits.SAME_WALLETS_OTHER_CASE):
        edited = edit(REQUEST)
        assert edited["sender"].lower() == edited["receiver"].lower()
    assert all(edit(REQUEST)["sender"] != edit(REQUEST)["receiver"] for edit in edits.SAME_WALLETS_OTHER_CASE)


# Vectors of EIP-55.
@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
    ],
)
def test_the_case_of_a_checksum_is_that_of_the_standard(address: str) -> None:
    assert addresses.checksummed(address.lower()) == address
    assert addresses.lower(addresses.upper(address)) == address.lower()


def test_every_malformed_address_is_another_text() -> None:
    spoilt = [spoil(SENDER) for spoil in addresses.MALFORMED.values()]
    assert len({*spoilt, SENDER}) == len(spoilt) + 1


@given(amount=money.amounts(), share=money.shares())
@few
def test_amounts_and_parts_of_them_are_whole_units(amount: str, share: Decimal) -> None:
    part = money.part_of(amount, share)
    assert PLAIN.fullmatch(amount)
    assert PLAIN.fullmatch(part)
    assert Fraction(money.SMALLEST) <= Fraction(part) < Fraction(amount)
    assert (Fraction(part) * 10**money.DECIMALS).denominator == 1
    assert abs(Fraction(part) - Fraction(amount) * Fraction(share)) < Fraction(money.SMALLEST)


@given(amount=st.sampled_from(money.LARGE) | money.amounts())
@few
def test_a_unit_more_or_less_is_exact(amount: str) -> None:
    assert Fraction(money.one_unit_more(amount)) - Fraction(amount) == Fraction(money.SMALLEST)
    assert Fraction(amount) - Fraction(money.one_unit_less(amount)) == Fraction(money.SMALLEST)


def test_a_part_is_never_nothing_and_may_be_more_than_the_whole() -> None:
    assert money.part_of(money.SMALLEST, Decimal("0.5")) == money.SMALLEST
    assert Fraction(money.part_of("150.75", Decimal(1000))) == 150750


def test_amounts_are_what_their_tables_say() -> None:
    assert all(Fraction(text) == 0 for text in (*money.ZERO, *money.ZEROS))
    assert all(Fraction(text) < 0 for text in money.NEGATIVE)
    assert all(Fraction(text) * 10**money.DECIMALS >= 2**256 for text in money.BEYOND_256_BITS)
    assert all(float(text) != Fraction(text) for text in (*money.LARGE, *money.NOISY))
    with localcontext(prec=100):
        unusual = {name: (text, value) for name, (text, value) in money.ODD.items() if name != "underscore"}
        assert {name: text for name, (text, value) in unusual.items() if Decimal(text.strip()) != Decimal(value)} == {}


@given(seconds=st.integers(HOUR, 90 * DAY))
@few
def test_every_notation_names_the_same_instant(seconds: int) -> None:
    moment = moment_after(NOW, seconds)
    told = {dt.datetime.fromisoformat(notation(moment)) for notation in (*NOTATIONS.values(), *OFFSETS.values())}
    assert told == {moment}
    assert moment.microsecond == 0
