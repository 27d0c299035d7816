"""The create bodies of Fin.com: independent libraries find them valid."""

import json

import phonenumbers
import pycountry
from hypothesis import find, given
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies import tax
from strategies.edits import has
from strategies.fincom import create_edits, tax_edits
from strategies.fincom.customers import customers, shuffled
from strategies.placeholders import resolve
from strategies.places import alpha_2
from tests.create_kit import SEEN, Desk, age, few, leaves, sent


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
    entries = sent(customer)["basic_info"]["tax_info"]
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


@few
@given(customer=customers())
def test_customers_share_neither_phone_nor_tax_number(customer: Json) -> None:
    desk = Desk()
    first, second = (resolve(customer, desk)["basic_info"] for _ in range(2))  # type: ignore[arg-type]
    assert first["phone"] != second["phone"]
    assert first["tax_info"] != second["tax_info"]
