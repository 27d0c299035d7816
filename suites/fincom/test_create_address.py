import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.fincom import address_edits as edits
from strategies.fincom.customers import customers
from suites.fincom.creating import observes, takes
from suites.fincom.driver import Fincom

# How many listed codes one example tries besides the first and the last one of a list.
SAMPLES = 4
ENDS = (0, -1)


@rule("fincom-v2/address-country-matches-residence")
@given(customer=customers())
def test_the_address_is_in_the_country_of_residence(fincom: Fincom, customer: Json) -> None:
    """An address in another country than that of the residence is refused."""
    fincom.refuses_create(customer, edits.ELSEWHERE)


@rule("fincom-v2/address-country-match-message-is-fixed")
@given(customer=customers())
def test_the_text_for_a_mismatch(fincom: Fincom, customer: Json) -> None:
    """The refusal of a mismatch carries the printed text under the printed key."""
    fincom.refuses_create(customer, edits.ELSEWHERE)


@rule("fincom-v2/address-country-is-not-nationality")
@given(customer=edits.citizens_of_another_country())
def test_the_nationality_does_not_count(fincom: Fincom, customer: Json) -> None:
    """It is the residence that the address must match, not the nationality."""
    fincom.refuses_create(customer, edits.IN_COUNTRY_OF_NATIONALITY)


@rule("fincom-v2/address-country-is-alpha-3")
@given(customer=customers())
def test_the_country_is_alpha_3(fincom: Fincom, customer: Json) -> None:
    """An alpha-2 code is refused as country of the address, also where the residence has the same."""
    fincom.refuses_create(customer, edits.ALPHA_2)
    fincom.refuses_create(customer, edits.ALPHA_2_IN_BOTH, names=[edits.COUNTRY, edits.RESIDENCE])


@rule("fincom-v2/subdivision-iso-code-is-accepted")
@pytest.mark.parametrize("country", edits.PROMISED_CODES)
@given(data=st.data())
def test_the_promised_codes_are_taken(fincom: Fincom, country: str, data: st.DataObject) -> None:
    """US-CA is taken for the USA and GB-ENG for the United Kingdom."""
    takes(fincom, data.draw(customers(country=country), label="customer"), edits.PROMISED_CODES[country])


@rule("fincom-v2/subdivision-short-code-is-refused")
@given(american=customers(country="USA"), anyone=customers())
def test_a_code_without_its_prefix_is_refused(fincom: Fincom, american: Json, anyone: Json) -> None:
    """A subdivision code without its country prefix is refused."""
    fincom.refuses_create(american, edits.SHORT_CODE)
    fincom.refuses_create(anyone, edits.WITHOUT_PREFIX)


@rule("fincom-v2/subdivision-name-is-refused")
@pytest.mark.parametrize("country", edits.NAMES)
@given(data=st.data())
def test_a_name_is_refused(fincom: Fincom, country: str, data: st.DataObject) -> None:
    """The name of a subdivision is no code."""
    fincom.refuses_create(data.draw(customers(country=country), label="customer"), edits.NAMES[country])


@rule("fincom-v2/subdivision-unknown-code-is-refused")
@given(customer=customers())
def test_an_unlisted_code_is_refused(fincom: Fincom, customer: Json) -> None:
    """A code of the right form that the catalogue does not list is refused."""
    fincom.refuses_create(customer, edits.UNLISTED)


@rule("fincom-v2/subdivision-belongs-to-country")
@given(customer=customers())
def test_a_code_of_another_country_is_refused(fincom: Fincom, customer: Json) -> None:
    """A subdivision of another country is refused."""
    fincom.refuses_create(customer, edits.FOREIGN)


@rule("fincom-v2/subdivision-catalogue-is-accepted")
@given(
    anyone=customers(),
    numbered=edits.customers_among_numbered_subdivisions(),
    indices=st.lists(st.integers(0, 250), min_size=SAMPLES, max_size=SAMPLES),
)
def test_listed_codes_are_taken(fincom: Fincom, anyone: Json, numbered: Json, indices: list[int]) -> None:
    """Codes that the catalogue lists for a country are taken with that country."""
    for customer in (anyone, numbered):
        takes(fincom, customer, *(edits.listed(customer["address"]["country"], index) for index in (*ENDS, *indices)))


@rule("fincom-v2/postal-code-formats-are-free")
@pytest.mark.parametrize("country", edits.POSTAL_CODES)
@given(data=st.data())
def test_postal_codes_of_other_countries_are_taken(fincom: Fincom, country: str, data: st.DataObject) -> None:
    """Postal codes with letters, blanks, hyphens and leading zeros are taken."""
    takes(fincom, data.draw(customers(country=country), label="customer"), edits.postal_code(country))


@rule("fincom/amb-subdivision-where-none")
@given(customer=customers(country="USA"), country=st.sampled_from(edits.UNDIVIDED))
def test_countries_without_subdivisions(fincom: Fincom, customer: Json, country: str) -> None:
    """Addresses in countries that have no subdivisions."""
    observes(fincom, customer, *edits.moved_to(country))


@rule("fincom-v2/amb-subdivision-level")
@pytest.mark.parametrize("level", edits.OTHER_LEVELS)
@given(customer=customers(country="GBR"))
def test_codes_at_another_level(fincom: Fincom, level: str, customer: Json) -> None:
    """Codes of ISO 3166-2 at another level than the nations of the United Kingdom."""
    observes(fincom, customer, edits.OTHER_LEVELS[level])
