"""People, phones, tax numbers, e-mails and births: independent libraries find them valid."""

import unicodedata
from typing import Literal

import email_validator
import phonenumbers
import pytest
import stdnum.nl.bsn
import stdnum.pt.nif
from hypothesis import find, given
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies import emails, people, phones, tax
from strategies.dates import births, leap_day_births
from strategies.fincom import address_edits
from strategies.placeholders import Dated, Serial
from strategies.places import ACCENTED_STREETS, PLACES, RESIDENCES
from tests.create_kit import SEEN, Desk, age, sent

NUMBERS = st.integers(0, 2**33)


@pytest.mark.parametrize("country", tax.TAX_NUMBERS)
@given(number=NUMBERS, other=st.integers(1, 50_000))
def test_tax_numbers_are_valid_and_differ(country: str, number: int, other: int) -> None:
    first, second = (tax.nth_tax_number(country, each) for each in (number, number + other))
    assert tax.TAX_NUMBERS[country].checker.is_valid(first)
    assert first != second


@given(number=NUMBERS)
def test_some_numbers_are_valid_in_two_countries(number: int) -> None:
    text = tax.nth_number_of_two_countries("PRT NLD", number)
    assert stdnum.pt.nif.is_valid(text)
    assert stdnum.nl.bsn.is_valid(text)


@given(number=tax.social_security_numbers())
def test_social_security_numbers_could_have_been_issued(number: str) -> None:
    area, group, serial = number.split("-")
    assert (len(area), len(group), len(serial)) == (3, 2, 4)
    assert "000" < area < "900"
    assert area != "666"
    assert group != "00"
    assert serial != "0000"


@given(phone=phones.phones_of_anywhere() | st.just(Serial(phones.nth_longest_phone, "DE")), number=NUMBERS, other=st.integers(1, 50_000))
def test_phones_are_valid_e164_and_differ(phone: Serial, number: int, other: int) -> None:
    first, second = phone.at(number), phone.at(number + other)
    assert first != second
    for text in (first, second):
        parsed = phonenumbers.parse(text)
        assert phonenumbers.is_valid_number_for_region(parsed, phone.of)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == text


def test_the_longest_phone_has_15_digits() -> None:
    assert len(phones.nth_longest_phone("DE", 7)) == len("+") + 15


@given(address=emails.emails() | emails.rich_emails())
def test_emails_are_lower_case_and_valid(address: Json) -> None:
    text = sent(address)
    assert text == text.lower()
    assert email_validator.validate_email(text, check_deliverability=False).normalized == text
    assert sent([address, address])[0] != sent([address, address])[1]


@given(address=emails.emails() | emails.rich_emails(), nth=st.integers(0, 40), domain=st.booleans())
def test_one_capital_is_one_capital(address: Json, nth: int, domain: bool) -> None:
    text = sent(emails.with_capital(address, nth, domain=domain))
    capitals = [index for index, letter in enumerate(text) if letter.isupper()]
    assert len(capitals) == 1
    assert (capitals[0] > text.index("@")) == domain


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_form_of_accent_appears(form: Literal["NFC", "NFD"]) -> None:
    name = find(people.accented_names(), lambda each: unicodedata.is_normalized(form, each.text), settings=SEEN)
    assert not name.text.isascii()


@pytest.mark.parametrize("script", ["CYRILLIC", "GREEK", "CJK", "HIRAGANA", "HANGUL", "ARABIC", "HEBREW", "DEVANAGARI", "THAI"])
def test_every_script_appears(script: str) -> None:
    assert any(unicodedata.name(letter).startswith(script) for name in people.OTHER_SCRIPTS for letter in name.text)


def test_written_names_have_an_ascii_partner_and_need_it() -> None:
    for written in (*people.ACCENTED, *people.OTHER_SCRIPTS, *people.DISGUISED, *ACCENTED_STREETS):
        assert written.latin.isascii()
        assert written.latin.strip()
        assert not written.text.isascii()
        assert not written.text.strip().isascii(), "trimming would make it plain"


@given(name=people.ascii_names() | people.punctuated_names() | people.given_names() | people.family_names())
def test_plain_names_are_ascii(name: str) -> None:
    assert name.isascii()
    assert name == name.strip()
    assert 2 <= len(name) <= 20


@given(born=births(), leap_day=leap_day_births())
def test_births_are_of_adults(born: Dated, leap_day: str) -> None:
    assert 18 < age(sent(born)) <= 100
    assert leap_day.endswith("-02-29")
    assert 18 < age(leap_day) < 100


def test_every_residence_has_as_many_places_and_subdivisions() -> None:
    assert {[place.country for place in PLACES].count(country) for country in RESIDENCES} == {2}
    assert all(Desk().listed("subdivisions", country) for country in RESIDENCES)
    assert not any(Desk().listed("subdivisions", country) for country in address_edits.UNDIVIDED)
