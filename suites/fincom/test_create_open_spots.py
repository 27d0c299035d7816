import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.fincom import create_edits as edits
from strategies.fincom.customers import customers
from suites.fincom.creating import observes
from suites.fincom.driver import Fincom


@rule("fincom/amb-create-status")
@given(customer=customers())
def test_the_number_of_success(fincom: Fincom, customer: Json) -> None:
    """The number with which create answers a new customer."""
    fincom.observe(str(fincom.expect(fincom.create(customer)).status))


@rule("fincom/amb-enum-case")
@pytest.mark.parametrize("field", edits.OTHER_CASE)
@given(customer=customers(optionals="all"))
def test_words_in_small_letters(fincom: Fincom, field: str, customer: Json) -> None:
    """Enumerated words in small letters."""
    for edit in edits.OTHER_CASE[field]:
        fincom.observes_create(customer, edit, kind=f"{field} {edit.name}", names=[field])


@rule("fincom/amb-null-optional")
@pytest.mark.parametrize("field", edits.MAY_BE_ABSENT)
@given(customer=customers(optionals="all"))
def test_null_in_an_optional_field(fincom: Fincom, field: str, customer: Json) -> None:
    """Null in an optional field."""
    fincom.observes_create(customer, edits.null(field), kind=field, names=[field])


@rule("fincom/amb-unknown-fields")
@pytest.mark.parametrize("key", edits.UNKNOWN_KEYS)
@given(customer=customers())
def test_unknown_keys(fincom: Fincom, key: str, customer: Json) -> None:
    """Keys that the document does not know, and keys of V1 beside complete ones of V2."""
    observes(fincom, customer, edits.UNKNOWN_KEYS[key], names=[key])


@rule("fincom/amb-whitespace")
@pytest.mark.parametrize("field", edits.TRIMMABLE)
@given(customer=customers())
def test_blanks_around_a_value(fincom: Fincom, field: str, customer: Json) -> None:
    """Blanks around an otherwise good value."""
    fincom.observes_create(customer, edits.padded(field), kind=field, names=[field])


@rule("fincom/amb-length")
@given(customer=customers())
def test_long_names(fincom: Fincom, customer: Json) -> None:
    """Names of 50 characters and more."""
    observes(fincom, customer, *edits.LONG_NAMES)
