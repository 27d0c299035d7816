import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.fincom import detail_edits as edits
from strategies.fincom import tax_edits
from strategies.fincom.address_edits import citizens_of_another_country
from strategies.fincom.customers import GENDERS, customers
from strategies.places import nationalities, residences
from suites.fincom.creating import observes, takes
from suites.fincom.driver import Fincom


@rule("fincom-v2/countries-take-alpha-3")
@given(data=st.data(), countries=st.lists(residences(), min_size=2, max_size=3, unique=True))
def test_a_residence_is_alpha_3(fincom: Fincom, data: st.DataObject, countries: list[str]) -> None:
    """The residence takes the alpha-3 codes of many countries."""
    for country in countries:
        fincom.accepts_create(data.draw(customers(country=country), label=f"customer in {country}"))


@rule("fincom-v2/countries-take-alpha-3")
@pytest.mark.parametrize("field", edits.NATIONALITIES)
@given(customer=customers(optionals="all"), countries=st.permutations(edits.FAR_APART))
def test_a_nationality_is_alpha_3(fincom: Fincom, field: str, customer: Json, countries: list[str]) -> None:
    """The nationalities take the alpha-3 codes of many countries."""
    both = {customer["basic_info"][each] for each in ("primary_nationality", "secondary_nationality")}
    takes(fincom, customer, *(put(field, code, name=code.lower()) for code in countries if code not in both))


@rule("fincom-v2/alpha-2-countries-are-refused")
@pytest.mark.parametrize("field", edits.COUNTRIES)
@given(customer=customers(optionals="all"))
def test_alpha_2_is_refused(fincom: Fincom, field: str, customer: Json) -> None:
    """An alpha-2 code is refused as residence and as nationality."""
    fincom.refuses_create(customer, edits.alpha_2_code(field), names=[field])


@rule("fincom-v2/unknown-countries-are-refused")
@pytest.mark.parametrize("field", edits.COUNTRIES)
@given(customer=customers(optionals="all"))
def test_an_unknown_country_is_refused(fincom: Fincom, field: str, customer: Json) -> None:
    """What ISO 3166-1 alpha-3 does not hold is refused as residence and as nationality."""
    fincom.refuses_create(customer, edits.unknown_codes(field), names=[field])


@rule("fincom-v2/lower-case-countries-are-refused")
@pytest.mark.parametrize("field", edits.COUNTRIES)
@given(customer=customers(optionals="all"))
def test_small_letters_are_refused(fincom: Fincom, field: str, customer: Json) -> None:
    """A country code in small letters is refused as residence and nationality."""
    fincom.refuses_create(customer, edits.lower_case_code(field), names=[field])


@rule("fincom-v2/lower-case-countries-are-refused")
@given(customer=customers())
def test_small_letters_are_refused_as_tax_country(fincom: Fincom, customer: Json) -> None:
    """A country code in small letters is refused as tax country."""
    fincom.refuses_create(customer, tax_edits.COUNTRY_IN_LOWER_CASE, names=[tax_edits.entry(0, "country_code")])


@rule("fincom-v2/nationality-may-differ-from-residence")
@given(customer=citizens_of_another_country())
def test_a_nationality_may_differ_from_the_residence(fincom: Fincom, customer: Json) -> None:
    """Somebody may live in one country and be the citizen of another."""
    fincom.accepts_create(customer)


@rule("fincom-v2/genders-are-accepted")
@pytest.mark.parametrize("gender", GENDERS)
@given(customer=customers(optionals="all"))
def test_a_gender_is_taken(fincom: Fincom, gender: str, customer: Json) -> None:
    """MALE and FEMALE are taken."""
    takes(fincom, customer, put(edits.GENDER, gender, name=gender.lower()))


@rule("fincom-v2/gender-other-is-refused")
@given(customer=customers(optionals="all"))
def test_another_gender_is_refused(fincom: Fincom, customer: Json) -> None:
    """Any gender but MALE and FEMALE is refused."""
    fincom.refuses_create(customer, edits.GENDER_OTHER)


@rule("fincom-v2/amb-secondary-equals-primary")
@given(customer=customers(optionals="all"), nationality=nationalities())
def test_the_same_nationality_twice(fincom: Fincom, customer: Json, nationality: str) -> None:
    """A second nationality that equals the first."""
    observes(fincom, customer, edits.same_nationality_twice(nationality))
