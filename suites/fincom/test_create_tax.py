import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, drop
from strategies.fincom import tax_edits as edits
from strategies.fincom.customers import customers
from strategies.places import RESIDENCES
from strategies.tax import FOREIGN_TAX_COUNTRIES
from suites.fincom.creating import observes
from suites.fincom.driver import Fincom


def americans() -> st.SearchStrategy[Json]:
    """Customers who live in the USA and have a social security number."""
    return customers(country="USA")


def foreigners() -> st.SearchStrategy[Json]:
    """Customers whose tax number is not a US one."""
    return st.sampled_from([country for country in RESIDENCES if country != "USA"]).flatmap(lambda country: customers(country=country))


@rule("fincom-v2/tax-info-is-required")
@given(customer=customers())
def test_tax_info_is_required(fincom: Fincom, customer: Json) -> None:
    """A body without tax_info, or with null for it, is refused."""
    fincom.refuses_create(customer, edits.ABSENT)


@rule("fincom-v2/tax-info-is-an-array")
@given(customer=customers())
def test_tax_info_is_an_array(fincom: Fincom, customer: Json) -> None:
    """One object or a text in the place of the tax_info list is refused."""
    fincom.refuses_create(customer, edits.NO_ARRAY)


@rule("fincom-v2/tax-info-empty-is-refused")
@given(customer=customers())
def test_no_entry_is_refused(fincom: Fincom, customer: Json) -> None:
    """An empty tax_info list is refused."""
    fincom.refuses_create(customer, edits.EMPTY)


@rule("fincom-v2/tax-info-one-entry-is-accepted")
@given(customer=customers())
def test_one_entry_is_taken(fincom: Fincom, customer: Json) -> None:
    """One complete tax entry is enough."""
    fincom.accepts_create(customer)


@rule("fincom-v2/tax-info-several-countries-are-accepted")
@given(customer=edits.customers_with_two_entries())
def test_two_countries_are_taken(fincom: Fincom, customer: Json) -> None:
    """Two tax entries of two countries are taken."""
    fincom.accepts_create(customer)


@rule("fincom-v2/tax-info-same-country-twice-is-accepted")
@given(customer=edits.customers_with_one_country_twice())
def test_one_country_twice_is_taken(fincom: Fincom, customer: Json) -> None:
    """Two tax entries of one country with two numbers are taken."""
    fincom.accepts_create(customer)


@rule("fincom-v2/tax-country-may-differ-from-residence")
@given(customer=edits.customers_taxed_abroad())
def test_taxes_may_be_paid_abroad(fincom: Fincom, customer: Json) -> None:
    """The tax country may be neither the residence nor a nationality."""
    fincom.accepts_create(customer)


@rule("fincom-v2/required-tax-fields-are-demanded")
@pytest.mark.parametrize("field", edits.ENTRY_FIELDS)
@given(customer=customers())
def test_a_field_of_an_entry_is_demanded(fincom: Fincom, field: str, customer: Json) -> None:
    """A tax entry without its country, type or number is refused."""
    path = edits.entry(0, field)
    fincom.refuses_create(customer, drop(path), names=[path])


@rule("fincom-v2/blank-tax-fields-are-refused")
@pytest.mark.parametrize("field", edits.ENTRY_FIELDS)
@given(customer=customers())
def test_blank_is_no_field_of_an_entry(fincom: Fincom, field: str, customer: Json) -> None:
    """Null or blank text is no country, type or number of a tax entry."""
    fincom.refuses_create(customer, edits.blank(0, field), names=[edits.entry(0, field)])


@rule("fincom-v2/tax-document-ids-are-unique")
@given(customer=customers())
def test_numbers_are_unique(fincom: Fincom, customer: Json) -> None:
    """The same tax number twice in one body is refused, whatever its type."""
    fincom.refuses_create(customer, (edits.REPEATED, edits.REPEATED_UNDER_ANOTHER_TYPE))


@rule("fincom-v2/tax-document-id-unique-across-countries")
@given(repetition=edits.numbers_repeated_across_countries())
def test_numbers_are_unique_across_countries(fincom: Fincom, repetition: tuple[Json, Edit]) -> None:
    """The same tax number under two countries is refused."""
    customer, repeated = repetition
    fincom.refuses_create(customer, repeated)


@rule("fincom-v2/tax-country-is-alpha-3")
@given(customer=customers())
def test_a_tax_country_is_alpha_3(fincom: Fincom, customer: Json) -> None:
    """A tax country that is no alpha-3 code of ISO 3166-1 is refused."""
    fincom.refuses_create(customer, edits.COUNTRY_NOT_ALPHA_3)


@rule("fincom-v2/ssn-format-is-accepted")
@given(customer=americans())
def test_a_social_security_number_is_taken(fincom: Fincom, customer: Json) -> None:
    """A US social security number with its two hyphens is taken."""
    fincom.accepts_create(customer)


@rule("fincom-v2/ssn-without-hyphens-is-refused")
@given(customer=americans())
def test_missing_hyphens_are_refused(fincom: Fincom, customer: Json) -> None:
    """A US social security number without its hyphens is refused."""
    fincom.refuses_create(customer, edits.SSN_WITHOUT_HYPHENS)


@rule("fincom-v2/ssn-wrong-groups-is-refused")
@given(customer=americans())
def test_other_groups_are_refused(fincom: Fincom, customer: Json) -> None:
    """A US social security number in other groups than three, two and four digits is refused."""
    fincom.refuses_create(customer, edits.SSN_WRONG_GROUPS)


@rule("fincom-v2/ssn-letters-are-refused")
@given(customer=americans())
def test_letters_are_refused(fincom: Fincom, customer: Json) -> None:
    """A US social security number with letters in or around it is refused."""
    fincom.refuses_create(customer, edits.SSN_LETTERS)


@rule("fincom-v2/ssn-format-binds-usa-only")
@given(data=st.data(), countries=st.permutations(FOREIGN_TAX_COUNTRIES).map(lambda order: order[:4]))
def test_other_countries_have_other_forms(fincom: Fincom, data: st.DataObject, countries: list[str]) -> None:
    """A genuine tax number of another country need not look like a US one."""
    for country in countries:
        fincom.accepts_create(data.draw(customers(country=country), label=f"customer in {country}"))


@rule("fincom-v2/foreign-tin-format-is-checked")
@given(customer=foreigners())
def test_an_absurd_foreign_number_is_refused(fincom: Fincom, customer: Json) -> None:
    """A single letter is the tax number of no country."""
    fincom.refuses_create(customer, edits.FOREIGN_ABSURD)


@rule("fincom-v2/every-tax-entry-is-checked")
@given(customer=edits.customers_with_two_entries())
def test_the_second_entry_is_checked(fincom: Fincom, customer: Json) -> None:
    """A broken second tax entry is refused although the first one is fine."""
    fincom.refuses_create(customer, edits.SECOND_ENTRY_BROKEN)


@rule("fincom-v2/amb-tax-type")
@pytest.mark.parametrize("kind", edits.OTHER_TYPES)
@given(customer=foreigners())
def test_another_type(fincom: Fincom, kind: str, customer: Json) -> None:
    """Tax document types beyond those that are exemplified."""
    observes(fincom, customer, edits.OTHER_TYPES[kind])


@rule("fincom-v2/amb-ssn-scope")
@pytest.mark.parametrize("kind", edits.SSN_SCOPE)
@given(customer=americans())
def test_what_the_form_binds(fincom: Fincom, kind: str, customer: Json) -> None:
    """US entries of another type than SSN."""
    observes(fincom, customer, edits.SSN_SCOPE[kind])


@rule("fincom-v2/amb-ssn-scope")
@given(customer=foreigners())
def test_the_type_ssn_abroad(fincom: Fincom, customer: Json) -> None:
    """Entries of other countries with the type SSN."""
    observes(fincom, customer, edits.SSN_TYPE_ABROAD)


@rule("fincom-v2/amb-tax-unique-normal")
@pytest.mark.parametrize("kind", edits.NEARLY_EQUAL)
@given(customer=customers(country="ESP"))
def test_nearly_equal_numbers(fincom: Fincom, kind: str, customer: Json) -> None:
    """Tax numbers that differ in letter case or a hyphen only."""
    observes(fincom, customer, edits.NEARLY_EQUAL[kind])
