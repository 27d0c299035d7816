import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotApplicable
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.fincom import profile_edits as edits
from strategies.fincom.customers import customers
from strategies.numbers import whole_amounts
from strategies.placeholders import Pick
from suites.fincom.creating import observes, takes
from suites.fincom.driver import Fincom

# How many listed ids one example tries besides the first and the last one of a list.
SAMPLES = 4
ENDS = (0, -1)


def places_in_a_list() -> st.SearchStrategy[list[int]]:
    """Places in a catalogue, counted modulo its length."""
    return st.lists(st.integers(0, 250), min_size=SAMPLES, max_size=SAMPLES)


@rule("fincom-v2/employment-statuses-are-accepted")
@pytest.mark.parametrize("status", edits.EMPLOYED)
@given(customer=customers())
def test_an_employment_status_is_taken(fincom: Fincom, status: str, customer: Json) -> None:
    """Each of the five employment statuses is taken, with an occupation."""
    takes(fincom, customer, edits.EMPLOYED[status])


@rule("fincom-v2/employment-unknown-is-refused")
@given(customer=customers())
def test_another_employment_status_is_refused(fincom: Fincom, customer: Json) -> None:
    """Any other employment status is refused."""
    fincom.refuses_create(customer, edits.EMPLOYMENT_UNKNOWN)


@rule("fincom-v2/occupation-needed-when-unemployed")
@pytest.mark.parametrize("status", edits.WITHOUT_WORK)
@given(customer=customers())
def test_an_occupation_is_always_demanded(fincom: Fincom, status: str, customer: Json) -> None:
    """An occupation is demanded of the unemployed, the retired and students too."""
    fincom.refuses_create(edits.EMPLOYED[status](customer), edits.NO_OCCUPATION)


@rule("fincom-v2/catalogue-ids-are-accepted")
@pytest.mark.parametrize("field", edits.CATALOGUES)
@given(customer=customers(), indices=places_in_a_list())
def test_listed_ids_are_taken(fincom: Fincom, field: str, customer: Json, indices: list[int]) -> None:
    """Ids that the catalogue lists for individuals are taken as occupation and purpose."""
    takes(fincom, customer, *(edits.listed_id(field, index) for index in (*ENDS, *indices)))


@rule("fincom-v2/catalogue-ids-are-accepted")
@given(customer=customers(), indices=places_in_a_list())
def test_listed_fund_sources_are_taken(fincom: Fincom, customer: Json, indices: list[int]) -> None:
    """Ids that the catalogue lists for individuals are taken as fund source."""
    takes(fincom, customer, *(edits.picked_funds(index) for index in (*ENDS, *indices)))


@rule("fincom-v2/unknown-catalogue-ids-are-refused")
@pytest.mark.parametrize("field", edits.CATALOGUES)
@given(customer=customers())
def test_unlisted_ids_are_refused(fincom: Fincom, field: str, customer: Json) -> None:
    """An id that the catalogue does not list is refused as occupation and as purpose."""
    fincom.refuses_create(customer, edits.unknown_ids(field), names=[field])


@rule("fincom-v2/catalogue-ids-are-integers")
@pytest.mark.parametrize("field", edits.CATALOGUES)
@given(customer=customers())
def test_ids_are_integers(fincom: Fincom, field: str, customer: Json) -> None:
    """An occupation or a purpose that is no integer is refused."""
    fincom.refuses_create(customer, edits.not_integer_ids(field), names=[field])


@rule("fincom-v2/business-purpose-is-refused")
@given(customer=customers(), index=st.integers(0, 250))
def test_a_purpose_of_businesses_is_refused(fincom: Fincom, customer: Json, index: int) -> None:
    """A purpose that is listed for businesses only is refused for a person."""
    _needs_business_only(fincom, "business_purposes")
    fincom.refuses_create(customer, put(edits.PURPOSE, Pick("business_purposes", index), name="business-only"))


@rule("fincom-v2/business-fund-source-is-refused")
@given(customer=customers(), index=st.integers(0, 250))
def test_a_fund_source_of_businesses_is_refused(fincom: Fincom, customer: Json, index: int) -> None:
    """A fund source that is listed for businesses only is refused for a person."""
    _needs_business_only(fincom, "business_source_of_funds")
    fincom.refuses_create(customer, put(edits.FUNDS, [Pick("business_source_of_funds", index)], name="business-only"))


def _needs_business_only(fincom: Fincom, catalogue: str) -> None:
    if not fincom.listed(catalogue):
        raise NotApplicable("the lists for businesses and for individuals hold the same entries")


@rule("fincom-v2/fund-sources-single-is-accepted")
@given(customer=customers(), index=st.integers(0, 250))
def test_one_fund_source_is_taken(fincom: Fincom, customer: Json, index: int) -> None:
    """One fund source is enough."""
    takes(fincom, customer, edits.picked_funds(index))


@rule("fincom-v2/fund-sources-several-are-accepted")
@given(customer=customers(), index=st.integers(0, 250))
def test_several_fund_sources_are_taken(fincom: Fincom, customer: Json, index: int) -> None:
    """Several fund sources are taken."""
    if len(fincom.listed("source_of_funds")) < len(edits.SEVERAL):
        raise NotApplicable("the list of fund sources holds too few entries")
    takes(fincom, customer, edits.picked_funds(*(index + offset for offset in edits.SEVERAL)))


@rule("fincom-v2/fund-sources-is-an-array")
@given(customer=customers())
def test_fund_sources_are_a_list(fincom: Fincom, customer: Json) -> None:
    """A bare integer in the place of the list of fund sources is refused."""
    fincom.refuses_create(customer, edits.FUNDS_NO_ARRAY)


@rule("fincom-v2/fund-sources-empty-is-refused")
@given(customer=customers())
def test_no_fund_source_is_refused(fincom: Fincom, customer: Json) -> None:
    """An empty list of fund sources is refused."""
    fincom.refuses_create(customer, edits.FUNDS_EMPTY)


@rule("fincom-v2/fund-sources-unknown-is-refused")
@given(customer=customers())
def test_an_unlisted_fund_source_is_refused(fincom: Fincom, customer: Json) -> None:
    """A fund source that the catalogue does not list is refused."""
    fincom.refuses_create(customer, edits.FUNDS_UNKNOWN)


@rule("fincom-v2/every-fund-source-is-checked")
@given(customer=customers())
def test_the_second_fund_source_is_checked(fincom: Fincom, customer: Json) -> None:
    """An unlisted fund source behind a listed one is refused."""
    fincom.refuses_create(customer, edits.FUNDS_SECOND_UNKNOWN)


@rule("fincom-v2/fund-sources-are-integers")
@given(customer=customers())
def test_fund_sources_are_integers(fincom: Fincom, customer: Json) -> None:
    """A fund source that is no integer is refused."""
    fincom.refuses_create(customer, edits.FUNDS_NO_INTEGERS)


@rule("fincom-v2/remarks-are-text")
@pytest.mark.parametrize("field", edits.REMARKS)
@given(customer=customers(optionals="all"))
def test_remarks_are_text(fincom: Fincom, field: str, customer: Json) -> None:
    """A number or a list is refused as remarks on the purpose and as description of the fund sources."""
    fincom.refuses_create(customer, edits.not_text_remarks(field), names=[field])


@rule("fincom-v2/volume-zero-is-accepted")
@given(customer=customers())
def test_a_volume_of_zero_is_taken(fincom: Fincom, customer: Json) -> None:
    """A monthly volume of zero is taken."""
    takes(fincom, customer, edits.VOLUME_ZERO)


@rule("fincom-v2/volume-is-accepted")
@given(customer=customers(), amount=whole_amounts())
def test_volumes_are_taken(fincom: Fincom, customer: Json, amount: int) -> None:
    """Monthly volumes from one dollar to a quarter of a million are taken."""
    takes(fincom, customer, *edits.VOLUMES, put(edits.VOLUME, max(1, amount), name="any-amount"))


@rule("fincom-v2/volume-negative-is-refused")
@given(customer=customers())
def test_a_negative_volume_is_refused(fincom: Fincom, customer: Json) -> None:
    """A negative monthly volume is refused."""
    fincom.refuses_create(customer, edits.VOLUME_NEGATIVE)


@rule("fincom-v2/volume-fraction-is-refused")
@given(customer=customers())
def test_a_volume_with_cents_is_refused(fincom: Fincom, customer: Json) -> None:
    """A monthly volume with cents is refused."""
    fincom.refuses_create(customer, edits.VOLUME_FRACTION)


@rule("fincom-v2/volume-text-is-refused")
@given(customer=customers())
def test_a_volume_as_text_is_refused(fincom: Fincom, customer: Json) -> None:
    """A monthly volume as text is refused."""
    fincom.refuses_create(customer, edits.VOLUME_TEXT)


@rule("fincom-v2/volume-overflow-is-no-5xx")
@given(customer=customers())
def test_a_huge_volume_is_no_server_error(fincom: Fincom, customer: Json) -> None:
    """A monthly volume beyond 32 or 64 bits is taken or refused, and never an error of the server."""
    observes(fincom, customer, *edits.VOLUME_HUGE)


@rule("fincom/amb-volume-cents")
@given(customer=customers())
def test_dollars_as_cents(fincom: Fincom, customer: Json) -> None:
    """Amounts that may be a mistake in cents."""
    observes(fincom, customer, *edits.VOLUME_LARGE)


@rule("fincom/amb-volume-float-form")
@given(customer=customers())
def test_an_integer_with_a_point(fincom: Fincom, customer: Json) -> None:
    """An integer that is written with a decimal point."""
    observes(fincom, customer, edits.VOLUME_AS_FLOAT)


@rule("fincom/amb-fund-duplicates")
@given(customer=customers())
def test_one_fund_source_twice(fincom: Fincom, customer: Json) -> None:
    """The same fund source twice in one list."""
    observes(fincom, customer, edits.FUNDS_TWICE)
