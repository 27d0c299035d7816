import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop
from strategies.fincom import create_edits as edits
from strategies.fincom.customers import customers
from suites.fincom.driver import Fincom


@rule("fincom-v2/required-details-are-demanded")
@pytest.mark.parametrize("field", edits.REQUIRED_DETAILS)
@given(customer=customers())
def test_a_required_detail_is_demanded(fincom: Fincom, field: str, customer: Json) -> None:
    """A body without one of the required personal details is refused, and the refusal names it."""
    fincom.refuses_create(customer, drop(field), names=[field])


@rule("fincom-v2/null-details-are-refused")
@pytest.mark.parametrize("field", edits.REQUIRED_DETAILS)
@given(customer=customers())
def test_null_is_no_detail(fincom: Fincom, field: str, customer: Json) -> None:
    """Null is no required personal detail."""
    fincom.refuses_create(customer, edits.null(field), names=[field])


@rule("fincom-v2/blank-details-are-refused")
@pytest.mark.parametrize("field", edits.REQUIRED_DETAILS)
@given(customer=customers())
def test_blank_is_no_detail(fincom: Fincom, field: str, customer: Json) -> None:
    """Empty text and white space are no required personal detail."""
    fincom.refuses_create(customer, edits.blanks(field), names=[field])


@rule("fincom-v2/details-are-text")
@pytest.mark.parametrize("field", edits.REQUIRED_DETAILS)
@given(customer=customers())
def test_a_detail_is_text(fincom: Fincom, field: str, customer: Json) -> None:
    """A number, a boolean, a list or an object is refused where a personal detail is text."""
    fincom.refuses_create(customer, edits.not_text(field), names=[field])


@rule("fincom-v2/required-address-fields-are-demanded")
@pytest.mark.parametrize("field", edits.REQUIRED_ADDRESS)
@given(customer=customers())
def test_a_required_part_of_the_address_is_demanded(fincom: Fincom, field: str, customer: Json) -> None:
    """An address without one of its required fields is refused, and the refusal names it."""
    fincom.refuses_create(customer, drop(field), names=[field])


@rule("fincom-v2/blank-address-fields-are-refused")
@pytest.mark.parametrize("field", edits.REQUIRED_ADDRESS)
@given(customer=customers())
def test_blank_is_no_part_of_the_address(fincom: Fincom, field: str, customer: Json) -> None:
    """Null, empty text and white space are no required part of an address."""
    fincom.refuses_create(customer, edits.null_or_blank(field), names=[field])


@rule("fincom-v2/address-fields-are-text")
@pytest.mark.parametrize("field", edits.REQUIRED_ADDRESS)
@given(customer=customers())
def test_a_part_of_the_address_is_text(fincom: Fincom, field: str, customer: Json) -> None:
    """A number, a boolean, a list or an object is refused where a part of the address is text."""
    fincom.refuses_create(customer, edits.not_text(field), names=[field])


@rule("fincom-v2/required-profile-fields-are-demanded")
@pytest.mark.parametrize("field", edits.REQUIRED_PROFILE)
@given(customer=customers())
def test_a_required_field_of_the_profile_is_demanded(fincom: Fincom, field: str, customer: Json) -> None:
    """A financial profile without one of its required fields is refused, and the refusal names it."""
    fincom.refuses_create(customer, drop(field), names=[field])


@rule("fincom-v2/null-profile-fields-are-refused")
@pytest.mark.parametrize("field", edits.REQUIRED_PROFILE)
@given(customer=customers())
def test_null_is_no_field_of_the_profile(fincom: Fincom, field: str, customer: Json) -> None:
    """Null is no required field of the financial profile."""
    fincom.refuses_create(customer, edits.null(field), names=[field])
