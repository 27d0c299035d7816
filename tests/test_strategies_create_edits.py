"""Each edit of Fin.com's create bodies changes what its name says and nothing else."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies import people, tax
from strategies.edits import Edit, get, has
from strategies.fincom import address_edits, create_edits, detail_edits, name_edits, profile_edits, tax_edits
from strategies.fincom.customers import customers
from strategies.places import alpha_2
from tests.create_kit import age, changed, few, sent

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
        number = get(sent(edit(customer)), detail_edits.PHONE)
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
    assert isinstance(sent(body)["basic_info"]["tin"], str)
    assert {"nationality", "tin"} <= set(body["basic_info"])
    assert {"street", "state"} <= set(body["address"])
    assert "source_of_fund_id" in body["financial_profile"]


@few
@given(repetition=tax_edits.numbers_repeated_across_countries())
def test_a_number_repeated_across_countries_is_valid_in_both(repetition: tuple[Json, Edit]) -> None:
    customer, edit = repetition
    for body, numbers in ((customer, 2), (edit(customer), 1)):
        entries = sent(body)["basic_info"]["tax_info"]
        assert len({entry["document_id"] for entry in entries}) == numbers
        assert all(tax.TAX_NUMBERS[entry["country_code"]].checker.is_valid(entry["document_id"]) for entry in entries)
