import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.dates import births, leap_day_births
from strategies.edits import Edit, drop, put
from strategies.emails import rich_emails
from strategies.fincom import create_edits, detail_edits
from strategies.fincom import v1_edits as edits
from strategies.fincom.v1_customers import CITIZENSHIPS_ABROAD, v1_customers, v1_customers_abroad
from strategies.phones import phones_of_anywhere
from strategies.placeholders import Dated, Fresh, Serial
from suites.fincom.creating import observes, takes
from suites.fincom.v1 import FincomV1

PHONES_WRONG = (
    *detail_edits.PHONE_WITHOUT_PLUS,
    *detail_edits.PHONE_SEPARATED,
    *detail_edits.PHONE_16_DIGITS,
)
COUNTRIES = (edits.RESIDENCE, edits.NATIONALITY)


@rule("fincom-v1/required-details-are-demanded")
@pytest.mark.parametrize("field", edits.DETAILS)
@given(customer=v1_customers())
def test_a_detail_is_demanded(v1: FincomV1, field: str, customer: Json) -> None:
    """A body without one of the personal details is refused, and the refusal names it."""
    v1.refuses_create(customer, drop(field), names=[field])


@rule("fincom-v1/blank-details-are-refused")
@pytest.mark.parametrize("field", edits.DETAILS)
@given(customer=v1_customers())
def test_blank_is_no_detail(v1: FincomV1, field: str, customer: Json) -> None:
    """Null, empty text and white space are no personal detail."""
    v1.refuses_create(customer, create_edits.null_or_blank(field), names=[field])


@rule("fincom-v1/details-are-text")
@pytest.mark.parametrize("field", edits.DETAILS)
@given(customer=v1_customers())
def test_a_detail_is_text(v1: FincomV1, field: str, customer: Json) -> None:
    """A number, a boolean, a list or an object is refused where a personal detail is text."""
    v1.refuses_create(customer, create_edits.not_text(field), names=[field])


@rule("fincom-v1/ascii-names-are-accepted")
@given(customer=v1_customers())
def test_plain_names_are_taken(v1: FincomV1, customer: Json) -> None:
    """Plain names are taken, with hyphens, apostrophes and inner blanks too."""
    takes(v1, customer, *edits.PLAIN_NAMES)


@rule("fincom-v1/non-latin-letters-are-refused")
@pytest.mark.parametrize("field", edits.LATIN_ONLY)
@given(customer=v1_customers())
def test_other_scripts_are_refused(v1: FincomV1, field: str, customer: Json) -> None:
    """Letters of another script than Latin are refused in names, street and city."""
    v1.refuses_create(customer, edits.in_letters(field, *edits.NON_LATIN), names=[field])


@rule("fincom-v1/en-field-is-no-way-out")
@given(customer=v1_customers())
def test_a_transliteration_does_not_help(v1: FincomV1, customer: Json) -> None:
    """A transliteration beside a name in another script does not make it acceptable."""
    v1.refuses_create(customer, edits.NO_WAY_OUT)


@rule("fincom-v1/dob-iso-is-accepted")
@given(customer=v1_customers(), birth=births(), leap_day=leap_day_births())
def test_an_iso_date_is_taken(v1: FincomV1, customer: Json, birth: Dated, leap_day: str) -> None:
    """A date of birth as YYYY-MM-DD is taken, also 29 February of a leap year."""
    takes(v1, customer, put(detail_edits.DOB, birth, name="any-day"), put(detail_edits.DOB, leap_day, name="29-february"))


@rule("fincom-v1/dob-other-formats-are-refused")
@given(customer=v1_customers())
def test_another_form_of_date_is_refused(v1: FincomV1, customer: Json) -> None:
    """A date of birth in any other form is refused."""
    v1.refuses_create(customer, detail_edits.DOB_OTHER_FORMATS)


@rule("fincom-v1/dob-impossible-date-is-refused")
@given(customer=v1_customers())
def test_an_impossible_date_is_refused(v1: FincomV1, customer: Json) -> None:
    """A day that no calendar has is no date of birth."""
    v1.refuses_create(customer, detail_edits.DOB_IMPOSSIBLE)


@rule("fincom-v1/future-dob-is-refused")
@given(customer=v1_customers())
def test_a_birth_in_the_future_is_refused(v1: FincomV1, customer: Json) -> None:
    """Somebody not born yet is refused."""
    v1.refuses_create(customer, detail_edits.FUTURE)


@rule("fincom-v1/email-lowercase-is-accepted")
@given(customer=v1_customers(), email=rich_emails())
def test_a_lower_case_email_is_taken(v1: FincomV1, customer: Json, email: Fresh) -> None:
    """Lower-case addresses of every usual form are taken."""
    takes(v1, customer, *detail_edits.EMAIL_FORMS, put(detail_edits.EMAIL, email, name="lower-case"))


@rule("fincom-v1/email-is-lowercase")
@given(customer=v1_customers(), capital=detail_edits.capitals("local-part"))
def test_a_capital_before_the_at_is_refused(v1: FincomV1, customer: Json, capital: Edit) -> None:
    """An address with a single capital before the at sign is refused."""
    v1.refuses_create(customer, (detail_edits.capital_in("local-part", 0), capital))


@rule("fincom-v1/email-domain-is-lowercase")
@given(customer=v1_customers(), capital=detail_edits.capitals("domain"))
def test_a_capital_in_the_domain_is_refused(v1: FincomV1, customer: Json, capital: Edit) -> None:
    """An address with a single capital in its domain is refused."""
    v1.refuses_create(customer, (detail_edits.capital_in("domain", 0), capital))


@rule("fincom-v1/email-case-message-is-fixed")
@given(customer=v1_customers(), capital=detail_edits.capitals("local-part"))
def test_the_text_for_a_capital(v1: FincomV1, customer: Json, capital: Edit) -> None:
    """The refusal of a capital carries the printed text under the printed key."""
    v1.refuses_create(customer, capital)


@rule("fincom-v1/email-format-is-checked")
@given(customer=v1_customers())
def test_no_email_is_refused(v1: FincomV1, customer: Json) -> None:
    """Text that is no e-mail address is refused."""
    v1.refuses_create(customer, detail_edits.EMAIL_NO_ADDRESS)


@rule("fincom-v1/phone-e164-is-accepted")
@given(customer=v1_customers(), phone=phones_of_anywhere())
def test_e164_is_taken(v1: FincomV1, customer: Json, phone: Serial) -> None:
    """Numbers in E.164 of many countries are taken."""
    takes(v1, customer, put(detail_edits.PHONE, phone, name="any-country"), *detail_edits.PHONES_FAR_APART)


@rule("fincom-v1/phone-national-format-is-refused")
@given(customer=v1_customers())
def test_a_national_number_is_refused(v1: FincomV1, customer: Json) -> None:
    """A number as it is dialled at home is refused."""
    v1.refuses_create(customer, detail_edits.PHONE_NATIONAL)


@rule("fincom-v1/phone-needs-a-plus")
@given(customer=v1_customers())
def test_a_phone_is_e164(v1: FincomV1, customer: Json) -> None:
    """A number without its plus, with separators, or with more than 15 digits is refused."""
    v1.refuses_create(customer, PHONES_WRONG)


@rule("fincom-v1/countries-take-alpha-3")
@given(customer=v1_customers_abroad(), other=v1_customers_abroad())
def test_alpha_3_is_taken(v1: FincomV1, customer: Json, other: Json) -> None:
    """Alpha-3 codes of countries on all continents are taken as residence and as nationality."""
    takes(v1, customer, *(put(edits.NATIONALITY, country, name=country) for country in detail_edits.FAR_APART))
    for each in (customer, other):
        v1.accepts_create(each)


@rule("fincom-v1/alpha-2-countries-are-refused")
@pytest.mark.parametrize("field", COUNTRIES)
@given(customer=v1_customers())
def test_alpha_2_is_refused(v1: FincomV1, field: str, customer: Json) -> None:
    """An alpha-2 code is refused as residence and as nationality."""
    v1.refuses_create(customer, detail_edits.alpha_2_code(field), names=[field])


@rule("fincom-v1/unknown-countries-are-refused")
@pytest.mark.parametrize("field", COUNTRIES)
@given(customer=v1_customers())
def test_unknown_codes_are_refused(v1: FincomV1, field: str, customer: Json) -> None:
    """A code that ISO 3166-1 does not hold is refused as residence and as nationality."""
    v1.refuses_create(customer, detail_edits.unknown_codes(field), names=[field])


@rule("fincom-v1/nationality-may-differ-from-residence")
@given(customer=v1_customers_abroad())
def test_the_nationality_may_differ(v1: FincomV1, customer: Json) -> None:
    """The nationality may be of another country than the residence."""
    residence = customer["basic_info"]["country_of_residence"]
    other = next(country for country in CITIZENSHIPS_ABROAD if country != residence)
    takes(v1, customer, put(edits.NATIONALITY, other, name="citizen-of-another-country"))


@rule("fincom-v1/tin-ssn-is-accepted")
@given(customer=v1_customers(country="USA"))
def test_a_social_security_number_is_taken(v1: FincomV1, customer: Json) -> None:
    """A US customer with a hyphenated social security number is taken."""
    v1.accepts_create(customer)


@rule("fincom-v1/tin-of-the-usa-is-an-ssn")
@given(customer=v1_customers(country="USA"))
def test_another_form_is_refused_in_the_usa(v1: FincomV1, customer: Json) -> None:
    """A US customer whose tax number is not three, two and four digits between hyphens is refused."""
    v1.refuses_create(customer, edits.TIN_NO_SSN)


@rule("fincom-v1/tin-message-is-fixed")
@given(customer=v1_customers(country="USA"))
def test_the_text_for_a_tax_number(v1: FincomV1, customer: Json) -> None:
    """The refusal of a US customer's tax number carries the printed text under the printed key."""
    v1.refuses_create(customer, edits.TIN_PRINTED)


@rule("fincom-v1/tin-ssn-binds-usa-only")
@given(customer=v1_customers_abroad())
def test_other_countries_have_other_forms(v1: FincomV1, customer: Json) -> None:
    """A genuine tax number of another country need not look like a US one."""
    v1.accepts_create(customer)


@rule("fincom-v1/tin-foreign-format-is-checked")
@given(customer=v1_customers_abroad())
def test_an_absurd_foreign_number_is_refused(v1: FincomV1, customer: Json) -> None:
    """A single letter is the tax number of no country."""
    v1.refuses_create(customer, edits.TIN_ABSURD)


@rule("fincom-v1/tin-is-a-text")
@given(customer=v1_customers())
def test_the_tax_entries_of_v2_are_refused(v1: FincomV1, customer: Json) -> None:
    """A list or an object as in V2 is refused in the place of the tax number."""
    v1.refuses_create(customer, edits.TIN_AS_IN_V2)


@rule("fincom-v1/amb-latin-or-ascii")
@pytest.mark.parametrize("field", edits.ACCENTED_NAMES)
@given(customer=v1_customers())
def test_accented_latin(v1: FincomV1, field: str, customer: Json) -> None:
    """Latin letters with accents."""
    for edit in edits.ACCENTED_NAMES[field]:
        v1.observes_create(customer, edit, kind=field, names=["basic_info.first_name", "basic_info.last_name", edits.STREET])


@rule("fincom-v1/amb-latin-in-metadata")
@given(customer=v1_customers())
def test_other_scripts_in_metadata(v1: FincomV1, customer: Json) -> None:
    """Custom pairs in another script."""
    observes(v1, customer, edits.METADATA_IN_CYRILLIC)


@rule("fincom-v1/amb-age")
@pytest.mark.parametrize("age", edits.AGES)
@given(customer=v1_customers())
def test_an_age_that_v2_refuses(v1: FincomV1, age: str, customer: Json) -> None:
    """Minors, and people older than 120."""
    observes(v1, customer, edits.AGES[age])


@rule("fincom-v1/amb-usa-customer")
@given(american=v1_customers(country="USA"), abroad=v1_customers_abroad())
def test_who_is_american(v1: FincomV1, american: Json, abroad: Json) -> None:
    """Numbers of another form of people who are US customers by residence only, or by nationality only."""
    observes(v1, american, edits.AMERICAN_BY_RESIDENCE)
    observes(v1, abroad, edits.AMERICAN_BY_NATIONALITY)
