import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, insert, put
from strategies.fincom import create_edits
from strategies.fincom import profile_edits as profile
from strategies.fincom import v1_edits as edits
from strategies.fincom.customers import metadata
from strategies.fincom.v1_customers import v1_customers
from strategies.placeholders import Pick
from suites.fincom.creating import takes
from suites.fincom.v1 import FincomV1

BUSINESS = {edits.PURPOSE: "business_purposes", edits.FUND: "business_source_of_funds"}
IDS = (edits.OCCUPATION, edits.FUND, edits.PURPOSE)


@rule("fincom-v1/required-address-fields-are-demanded")
@pytest.mark.parametrize("field", edits.ADDRESS)
@given(customer=v1_customers())
def test_a_part_of_the_address_is_demanded(v1: FincomV1, field: str, customer: Json) -> None:
    """An address without one of its fields is refused, and the refusal names it."""
    v1.refuses_create(customer, drop(field), names=[field])


@rule("fincom-v1/blank-address-fields-are-refused")
@pytest.mark.parametrize("field", edits.ADDRESS)
@given(customer=v1_customers())
def test_blank_is_no_part_of_the_address(v1: FincomV1, field: str, customer: Json) -> None:
    """Null, empty text and white space are no part of an address."""
    v1.refuses_create(customer, create_edits.null_or_blank(field), names=[field])


@rule("fincom-v1/address-fields-are-text")
@pytest.mark.parametrize("field", edits.ADDRESS)
@given(customer=v1_customers())
def test_a_part_of_the_address_is_text(v1: FincomV1, field: str, customer: Json) -> None:
    """A number, a boolean, a list or an object is refused where a part of the address is text."""
    v1.refuses_create(customer, create_edits.not_text(field), names=[field])


@rule("fincom-v1/street-holds-the-unit-too")
@given(customer=v1_customers())
def test_the_street_holds_the_unit(v1: FincomV1, customer: Json) -> None:
    """The street may hold the apartment or unit in the same line."""
    takes(v1, customer, edits.UNIT)


@rule("fincom-v1/state-subdivision-code-is-accepted")
@pytest.mark.parametrize("country", edits.PRINTED_STATES)
@given(american=v1_customers(country="USA"), british=v1_customers(country="GBR"))
def test_a_listed_code_is_taken(v1: FincomV1, country: str, american: Json, british: Json) -> None:
    """The state as a listed subdivision code is taken, US-CA and GB-ENG among them."""
    takes(v1, american if country == "USA" else british, edits.PRINTED_STATES[country], *edits.listed_states(country))


@rule("fincom-v1/state-abbreviation-is-refused")
@given(customer=v1_customers(country="USA"))
def test_a_code_without_country_is_refused(v1: FincomV1, customer: Json) -> None:
    """The code without its country is refused as state."""
    v1.refuses_create(customer, edits.STATE_SHORT)


@rule("fincom-v1/state-name-is-refused")
@given(american=v1_customers(country="USA"), british=v1_customers(country="GBR"))
def test_a_name_is_refused(v1: FincomV1, american: Json, british: Json) -> None:
    """The name of a state is refused."""
    v1.refuses_create(american, edits.STATE_NAMES["USA"])
    v1.refuses_create(british, edits.STATE_NAMES["GBR"])


@rule("fincom-v1/state-unknown-code-is-refused")
@given(customer=v1_customers())
def test_an_unlisted_code_is_refused(v1: FincomV1, customer: Json) -> None:
    """A code that the catalogue does not list is refused as state."""
    v1.refuses_create(customer, edits.STATE_UNLISTED)


@rule("fincom-v1/state-belongs-to-country")
@given(customer=v1_customers())
def test_a_code_of_another_country_is_refused(v1: FincomV1, customer: Json) -> None:
    """A code of another country than that of the address is refused as state."""
    v1.refuses_create(customer, edits.STATE_ABROAD)


@rule("fincom-v1/address-country-may-differ-from-residence")
@given(customer=v1_customers())
def test_the_address_may_lie_elsewhere(v1: FincomV1, customer: Json) -> None:
    """The address may lie in another country than the residence."""
    takes(v1, customer, edits.ELSEWHERE)


@rule("fincom-v1/address-country-is-alpha-3")
@given(customer=v1_customers())
def test_the_country_is_alpha_3(v1: FincomV1, customer: Json) -> None:
    """A country of the address that is no alpha-3 code is refused."""
    v1.refuses_create(customer, edits.COUNTRY_NOT_ALPHA_3)


@rule("fincom-v1/occupation-id-is-required")
@given(customer=v1_customers())
def test_an_occupation_is_demanded(v1: FincomV1, customer: Json) -> None:
    """A financial profile without occupation_id is refused, and the refusal names it."""
    v1.refuses_create(customer, drop(edits.OCCUPATION))


@rule("fincom-v1/required-profile-fields-are-demanded")
@pytest.mark.parametrize("field", edits.PROFILE[1:])
@given(customer=v1_customers())
def test_a_field_of_the_profile_is_demanded(v1: FincomV1, field: str, customer: Json) -> None:
    """A financial profile without one of its other fields is refused, and the refusal names it."""
    v1.refuses_create(customer, drop(field), names=[field])


@rule("fincom-v1/null-profile-fields-are-refused")
@pytest.mark.parametrize("field", edits.PROFILE)
@given(customer=v1_customers())
def test_null_is_no_field_of_the_profile(v1: FincomV1, field: str, customer: Json) -> None:
    """Null is no field of the financial profile."""
    v1.refuses_create(customer, create_edits.null(field), names=[field])


@rule("fincom-v1/profile-ids-are-integers")
@pytest.mark.parametrize("field", IDS)
@given(customer=v1_customers())
def test_an_id_is_an_integer(v1: FincomV1, field: str, customer: Json) -> None:
    """Text, a fraction, a boolean or a list is no id of occupation, source of funds or purpose."""
    v1.refuses_create(customer, profile.not_integer_ids(field), names=[field])


@rule("fincom-v1/monthly-volume-usd-is-an-integer")
@given(customer=v1_customers())
def test_the_volume_is_an_integer(v1: FincomV1, customer: Json) -> None:
    """A monthly volume with a fraction, or sent as text, is refused."""
    v1.refuses_create(customer, (*profile.VOLUME_FRACTION, *profile.VOLUME_TEXT))


@rule("fincom-v1/missing-occupation-message-is-fixed")
@given(customer=v1_customers())
def test_the_text_for_a_missing_occupation(v1: FincomV1, customer: Json) -> None:
    """The refusal of a missing occupation carries the printed text under the printed key."""
    v1.refuses_create(customer, drop(edits.OCCUPATION))


@rule("fincom-v1/listed-ids-are-accepted")
@pytest.mark.parametrize("field", IDS)
@given(customer=v1_customers())
def test_listed_ids_are_taken(v1: FincomV1, field: str, customer: Json) -> None:
    """Listed ids of occupations, purposes and sources of funds are taken."""
    takes(v1, customer, *(profile.listed_id(field, index) for index in (0, 1, -1)))


@rule("fincom-v1/unknown-ids-are-refused")
@pytest.mark.parametrize("field", IDS)
@given(customer=v1_customers())
def test_unlisted_ids_are_refused(v1: FincomV1, field: str, customer: Json) -> None:
    """An id that the catalogue does not list is refused."""
    v1.refuses_create(customer, profile.unknown_ids(field), names=[field])


@rule("fincom-v1/business-ids-are-refused")
@pytest.mark.parametrize("field", BUSINESS)
@given(customer=v1_customers())
def test_ids_of_businesses_are_refused(v1: FincomV1, field: str, customer: Json) -> None:
    """A purpose or a source of funds that is listed for businesses only is refused."""
    v1.refuses_create(customer, put(field, Pick(BUSINESS[field]), name="for-businesses-only"), names=[field])


@rule("fincom-v1/volume-zero-is-accepted")
@given(customer=v1_customers())
def test_no_volume_is_taken(v1: FincomV1, customer: Json) -> None:
    """A monthly volume of 0 is taken."""
    takes(v1, customer, profile.VOLUME_ZERO)


@rule("fincom-v1/volume-negative-is-refused")
@given(customer=v1_customers())
def test_a_volume_below_zero_is_refused(v1: FincomV1, customer: Json) -> None:
    """A monthly volume below zero is refused."""
    v1.refuses_create(customer, profile.VOLUME_NEGATIVE)


@rule("fincom-v1/metadata-pairs-are-accepted")
@given(customer=v1_customers(), pairs=metadata())
def test_text_pairs_are_taken(v1: FincomV1, customer: Json, pairs: dict[str, str]) -> None:
    """Custom pairs with any text as key and value are taken."""
    takes(v1, customer, profile.METADATA_PAIRS, insert(profile.META_DATA, pairs, name="any-pairs"))


@rule("fincom-v1/metadata-is-an-object")
@given(customer=v1_customers())
def test_metadata_is_an_object(v1: FincomV1, customer: Json) -> None:
    """A list, a text or a number in the place of the meta_data object is refused."""
    v1.refuses_create(customer, profile.METADATA_NO_OBJECT)
