"""The create bodies of Fin.com: independent libraries find them valid, and each edit changes what its name says and nothing else."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

import email_validator
import phonenumbers
import pycountry
import pytest
import stdnum.us.ssn
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies import emails, people, phones, tax
from strategies.dates import births, leap_day_births
from strategies.edits import Edit, get, has
from strategies.fincom import address_edits, create_edits, detail_edits, name_edits, profile_edits, tax_edits
from strategies.fincom.customers import customers, shuffled
from strategies.placeholders import Dated, resolve
from strategies.places import ACCENTED_STREETS, PLACES, RESIDENCES, alpha_2

SEEN = settings(phases=[Phase.generate])  # that it appears is enough, the smallest one is of no interest
few = settings(max_examples=25, deadline=None)
TODAY = dt.date(2028, 2, 29)
SUBDIVISIONS: dict[str, list[str]] = {}
for _unit in pycountry.subdivisions:
    SUBDIVISIONS.setdefault(_unit.country_code, []).append(_unit.code)


class Desk:
    """What a target would say at the moment of sending; today is a leap day, the hardest day for arithmetic on years."""

    def __init__(self) -> None:
        self.calls = 0

    def unique(self) -> str:
        self.calls += 1
        return f"rp{self.calls}"

    def today(self) -> dt.date:
        return TODAY

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        if catalogue != "subdivisions":
            return list(range(11, 41))
        assert country is not None
        return SUBDIVISIONS.get(alpha_2(country), [])


def sent(payload: Json) -> Json:
    """The body as it would be sent."""
    return resolve(payload, Desk())  # type: ignore[arg-type]


def age(born: str) -> int:
    day = dt.date.fromisoformat(born)
    return TODAY.year - day.year - ((TODAY.month, TODAY.day) < (day.month, day.day))


def leaves(value: Json, path: str = "") -> dict[str, Json]:
    """Every leaf by its dotted path; empty objects and lists count as leaves."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaves(child, f"{path}.{key}".strip(".")) for key, child in children]
    return {key: leaf for each in found for key, leaf in each.items()} if found else {path: value}


def changed(before: Json, after: Json) -> set[str]:
    """The paths at which two bodies differ."""
    old, new = leaves(before), leaves(after)
    missing = object()
    return {path for path in {*old, *new} if repr(old.get(path, missing)) != repr(new.get(path, missing))}


# --- people, phones, numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", tax.TAX_NUMBERS)
def test_tax_numbers_are_many_and_valid(country: str) -> None:
    numbers = tax.known_tax_numbers(country)
    assert len(set(numbers)) == tax.ENOUGH
    assert all(tax.TAX_NUMBERS[country].checker.is_valid(number) for number in numbers)


def test_some_numbers_are_valid_in_two_countries() -> None:
    for number in tax.numbers_of_two_countries("PRT", "NLD"):
        assert stdnum.pt.nif.is_valid(number)
        assert stdnum.nl.bsn.is_valid(number)


@given(number=tax.social_security_numbers())
def test_social_security_numbers_could_have_been_issued(number: str) -> None:
    area, group, serial = number.split("-")
    assert (len(area), len(group), len(serial)) == (3, 2, 4)
    assert "000" < area < "900"
    assert area != "666"
    assert group != "00"
    assert serial != "0000"


@given(number=phones.phone_numbers_anywhere())
def test_phones_are_valid_e164(number: str) -> None:
    parsed = phonenumbers.parse(number)
    assert phonenumbers.is_valid_number(parsed)
    assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number


def test_the_longest_phone_is_valid() -> None:
    assert phonenumbers.is_valid_number(phonenumbers.parse(phones.FIFTEEN_DIGITS))
    assert len(phones.FIFTEEN_DIGITS) == len("+") + 15


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


# --- whole bodies -------------------------------------------------------------------------------------------------------


@few
@given(customer=customers())
def test_customers_are_unobjectionable(customer: Json) -> None:
    body = sent(customer)
    assert json.dumps(body).isascii()
    info, address = body["basic_info"], body["address"]
    assert address["country"] == info["country_of_residence"]
    assert address["subdivision_code"].startswith(alpha_2(address["country"]))
    assert 18 < age(info["dob"]) <= 100
    assert pycountry.countries.get(alpha_3=info["primary_nationality"])
    assert info.get("secondary_nationality") != info["primary_nationality"]
    region = phonenumbers.region_code_for_number(phonenumbers.parse(info["phone"]))
    assert region == alpha_2(info["country_of_residence"])
    assert all(len(text) <= 50 for text in leaves(body).values() if isinstance(text, str))


@few
@given(customer=tax_edits.customers_with_two_entries() | tax_edits.customers_with_one_country_twice() | tax_edits.customers_taxed_abroad())
def test_tax_entries_are_unobjectionable(customer: Json) -> None:
    entries = customer["basic_info"]["tax_info"]
    assert len({entry["document_id"] for entry in entries}) == len(entries)
    for entry in entries:
        assert tax.TAX_NUMBERS[entry["country_code"]].checker.is_valid(entry["document_id"])
        assert entry["document_type"] == ("SSN" if entry["country_code"] == "USA" else "TIN")


@few
@given(full=customers(optionals="all"), minimal=customers(optionals="none"))
def test_optional_fields_are_all_or_none(full: Json, minimal: Json) -> None:
    assert all(has(full, path) for path in create_edits.MAY_BE_ABSENT)
    assert not any(has(minimal, path) for path in create_edits.MAY_BE_ABSENT)
    required = (*create_edits.REQUIRED_DETAILS, *create_edits.REQUIRED_ADDRESS, *create_edits.REQUIRED_PROFILE)
    assert all(has(minimal, path) for path in required)


@few
@given(data=st.data(), customer=customers(optionals="all"))
def test_shuffling_changes_the_order_only(data: st.DataObject, customer: Json) -> None:
    assert data.draw(shuffled(st.just(customer))) == customer


def test_another_order_does_appear() -> None:
    find(shuffled(customers()), lambda body: next(iter(body)) != "verification_type", settings=SEEN)


def test_customers_shrink_to_something_plain() -> None:
    smallest = find(customers(), lambda body: body["financial_profile"]["monthly_volume_usd"] > 4000)
    assert smallest["basic_info"]["first_name"] == "Maria"
    assert smallest["basic_info"]["country_of_residence"] == "USA"
    assert not any(has(smallest, path) for path in create_edits.MAY_BE_ABSENT)


# --- edits ----------------------------------------------------------------------------------------------------------------

Forms = Sequence[Edit]
WRONG_PHONES = (
    *detail_edits.PHONE_NATIONAL,
    *detail_edits.PHONE_WITHOUT_PLUS,
    *detail_edits.PHONE_SEPARATED,
    *detail_edits.PHONE_16_DIGITS,
    *detail_edits.PHONE_LEADING_ZERO,
    *detail_edits.PHONE_LETTERS,
)


def whole_body_edits() -> Iterator[tuple[str, str, Forms]]:
    """Edits that concern one field each, by that field; the first word only tells parameters apart."""
    for path in (*create_edits.REQUIRED_DETAILS, *create_edits.REQUIRED_ADDRESS, *create_edits.REQUIRED_PROFILE):
        yield "presence", path, (*create_edits.null_or_blank(path), *create_edits.not_text(path))
    for path in create_edits.TRIMMABLE:
        yield "blanks-around", path, (create_edits.padded(path),)
    for path, forms in create_edits.OTHER_CASE.items():
        yield "case", path, forms
    for section in create_edits.SECTIONS:
        yield "section", section, create_edits.no_section(section)
    yield "verification", create_edits.VERIFICATION, (*create_edits.UNKNOWN_VERIFICATION_TYPES, create_edits.RELIANCE)


def detail_and_address_edits() -> Iterator[tuple[str, str, Forms]]:
    """The same for personal details and the address."""
    for path in name_edits.TRANSLITERATED:
        yield "other-letters", path, name_edits.without_transliteration(path)
    detail = detail_edits
    yield "dob", detail.DOB, (*detail.DOB_OTHER_FORMATS, *detail.DOB_IMPOSSIBLE, *detail.UNDER_18, *detail.OVER_120, *detail.FUTURE)
    yield "email", detail.EMAIL, (*detail.EMAIL_NO_ADDRESS, detail.capital_in("local-part", 3), detail.capital_in("domain", 3))
    yield "phone", detail.PHONE, WRONG_PHONES
    yield "gender", detail.GENDER, detail.GENDER_OTHER
    for path in detail.NATIONALITIES:
        yield "country", path, (detail.alpha_2_code(path), detail.lower_case_code(path), *detail.unknown_codes(path))
    yield "tax", tax_edits.TAX_INFO, (*tax_edits.ABSENT, *tax_edits.NO_ARRAY, tax_edits.EMPTY, tax_edits.REPEATED)
    yield "ssn", tax_edits.FIRST_ID, (*tax_edits.SSN_WITHOUT_HYPHENS, *tax_edits.SSN_WRONG_GROUPS, *tax_edits.SSN_LETTERS)
    yield "tax-country", tax_edits.entry(0, "country_code"), (*tax_edits.COUNTRY_NOT_ALPHA_3, tax_edits.COUNTRY_IN_LOWER_CASE)
    address = address_edits
    subdivisions = (address.SHORT_CODE, address.NAMES["USA"], address.WITHOUT_PREFIX, address.UNLISTED, address.FOREIGN)
    yield "subdivision", address.SUBDIVISION, subdivisions


def profile_and_metadata_edits() -> Iterator[tuple[str, str, Forms]]:
    """The same for the financial profile and the metadata."""
    profile = profile_edits
    for path in profile.CATALOGUES:
        yield "ids", path, (*profile.unknown_ids(path), *profile.not_integer_ids(path))
    yield "employment", profile.EMPLOYMENT, profile.EMPLOYMENT_UNKNOWN
    yield "funds-unknown", profile.FUNDS, (*profile.FUNDS_UNKNOWN, profile.FUNDS_SECOND_UNKNOWN, profile.FUNDS_TWICE)
    yield "funds", profile.FUNDS, (*profile.FUNDS_NO_INTEGERS, profile.FUNDS_NO_ARRAY, profile.FUNDS_EMPTY)
    volumes = (*profile.VOLUME_NEGATIVE, *profile.VOLUME_FRACTION, *profile.VOLUME_TEXT, *profile.VOLUME_HUGE)
    yield "volume", profile.VOLUME, volumes
    for path in profile.REMARKS:
        yield "remarks", path, profile.not_text_remarks(path)
    yield "metadata", profile.META_DATA, (*profile.METADATA_NO_OBJECT, profile.METADATA_EMPTY, *profile.METADATA_VALUES.values())


ONE_FIELD = [*whole_body_edits(), *detail_and_address_edits(), *profile_and_metadata_edits()]


@pytest.mark.parametrize(("path", "forms"), [pytest.param(path, forms, id=f"{kind}-{path}") for kind, path, forms in ONE_FIELD])
@settings(max_examples=5, deadline=None)
@given(customer=customers(country="USA", optionals="all"))
def test_an_edit_changes_its_field_and_nothing_else(path: str, forms: Forms, customer: Json) -> None:
    before = sent(customer)
    untouched = repr(customer)
    for edit in forms:
        # The same desk again, so that tokens do not differ.
        places = changed(before, sent(edit(customer)))
        assert places, f"{edit} is void"
        assert all(place == path or place.startswith(f"{path}.") for place in places), f"{edit} also changes {places}"
        assert repr(customer) == untouched, f"{edit} changes the original"
    assert len({edit.name for edit in forms}) == len(forms), "two forms of one name"


@few
@given(customer=customers(optionals="all"))
def test_forms_of_the_residence_change_the_address_alike(customer: Json) -> None:
    field = detail_edits.RESIDENCE
    for edit in (detail_edits.alpha_2_code(field), detail_edits.lower_case_code(field), *detail_edits.unknown_codes(field)):
        body = edit(customer)
        assert changed(customer, body) == {field, "address.country"}
        assert get(body, field) == get(body, "address.country")


@few
@given(customer=customers())
def test_phones_made_wrong_are_no_e164(customer: Json) -> None:
    for edit in WRONG_PHONES:
        number = get(edit(customer), detail_edits.PHONE)
        digits = number.removeprefix("+")
        e164 = number.startswith("+") and digits.isdecimal() and len(digits) <= 15 and not digits.startswith("0")
        assert not e164, f"{edit} leaves {number}"


@pytest.mark.parametrize("edit", [*detail_edits.DOB_OTHER_FORMATS, *detail_edits.DOB_IMPOSSIBLE], ids=repr)
def test_dates_made_wrong_are_no_iso_dates(edit: Edit) -> None:
    text = get(edit({"basic_info": {"dob": "1990-04-15"}}), detail_edits.DOB)
    strict = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None
    assert not (strict and _is_a_day(text))


def _is_a_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def test_ages_lie_where_their_names_say() -> None:
    def ages(*edits: Edit) -> list[int]:
        return [age(get(sent(edit({"basic_info": {"dob": ""}})), detail_edits.DOB)) for edit in edits]

    assert ages(*detail_edits.UNDER_18) == [17, 17, 17, 5]
    assert ages(detail_edits.EXACTLY_18) == [18]
    assert ages(*detail_edits.AGED_119) == [119, 119]
    assert ages(detail_edits.AGED_120) == [120]
    assert min(ages(*detail_edits.OVER_120)) >= 121
    assert max(ages(*detail_edits.FUTURE)) < 0


@few
@given(data=st.data(), customer=customers(optionals="all"))
@pytest.mark.parametrize("path", name_edits.TRANSLITERATED)
def test_one_foreign_character_is_inside_the_text(path: str, data: st.DataObject, customer: Json) -> None:
    edited = data.draw(name_edits.one_foreign_character(path))(customer)
    text = get(edited, path)
    assert not text.strip().isascii()
    assert sum(not letter.isascii() for letter in text) == 1
    assert not has(edited, name_edits.english(path))
    json.dumps(text, ensure_ascii=False).encode()


@few
@given(customer=customers(optionals="all"))
def test_partners_stand_beside_the_text(customer: Json) -> None:
    for path in name_edits.TRANSLITERATED:
        edited = name_edits.written(path, people.ACCENTED[0])(customer)
        assert get(edited, name_edits.english(path)) == "Maria"
        for edit in name_edits.partner_not_ascii(path):
            assert not get(edit(edited), name_edits.english(path)).isascii()
        assert get(name_edits.ascii_partner(path)(customer), name_edits.english(path)) == get(customer, path)


@few
@given(customer=customers())
def test_an_address_elsewhere_is_consistent_in_itself(customer: Json) -> None:
    body = sent(address_edits.ELSEWHERE(customer))
    assert body["address"]["country"] != body["basic_info"]["country_of_residence"]
    assert body["address"]["subdivision_code"].startswith(alpha_2(body["address"]["country"]))


@few
@given(customer=customers())
def test_a_body_of_v1_has_the_old_keys_only(customer: Json) -> None:
    body = create_edits.V1_BODY(customer)
    assert not any(has(body, path) for path in create_edits.V1_BODY_MISSES)
    assert isinstance(body["basic_info"]["tin"], str)
    assert {"nationality", "tin"} <= set(body["basic_info"])
    assert {"street", "state"} <= set(body["address"])
    assert "source_of_fund_id" in body["financial_profile"]


@few
@given(repetition=tax_edits.numbers_repeated_across_countries())
def test_a_number_repeated_across_countries_is_valid_in_both(repetition: tuple[Json, Edit]) -> None:
    customer, edit = repetition
    for body, numbers in ((customer, 2), (edit(customer), 1)):
        entries = body["basic_info"]["tax_info"]
        assert len({entry["document_id"] for entry in entries}) == numbers
        assert all(tax.TAX_NUMBERS[entry["country_code"]].checker.is_valid(entry["document_id"]) for entry in entries)
