from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.harbor import person_edits as edits
from strategies.harbor.group_edits import PROOF_COUNTRY, STATEMENT_COUNTRY
from strategies.harbor.individuals import individuals, non_us_individuals, us_individuals
from strategies.harbor.standard import standard_us
from suites.harbor.driver import Harbor, both

HOUR = 3600


def leaf(path: str) -> str:
    """How a field is shown in the names of tests."""
    return path.removeprefix("individual.")


@rule("harbor/required-field-is-demanded")
@pytest.mark.parametrize("field", edits.REQUIRED, ids=leaf)
@given(person=individuals())
def test_required_field_is_demanded(harbor: Harbor, field: str, person: Json) -> None:
    """Every field that the table calls required is demanded."""
    harbor.refuses_submit(person, drop(field), names=[field])


@rule("harbor/required-section-is-demanded")
@pytest.mark.parametrize("section", edits.SECTIONS, ids=leaf)
@given(person=individuals())
def test_required_section_is_demanded(harbor: Harbor, section: str, person: Json) -> None:
    """Residence and identity document are demanded, as objects."""
    harbor.refuses_submit(person, (drop(section), *edits.no_objects(section)), names=[section])


@rule("harbor/names-hold-50-characters")
@given(person=individuals())
def test_names_hold_50_characters(harbor: Harbor, person: Json) -> None:
    """First and last name hold 50 characters each, both at once too."""
    harbor.accepts(person, *edits.FIFTY, edits.FIFTY_AND_FIFTY)


@rule("harbor/names-over-50-are-refused")
@pytest.mark.parametrize("field", edits.NAMES, ids=leaf)
@given(person=individuals())
def test_names_over_50_are_refused(harbor: Harbor, field: str, person: Json) -> None:
    """A name of 51 characters is refused."""
    harbor.refuses_submit(person, edits.OVER_FIFTY[field], names=[field])


@rule("harbor/name-limit-counts-characters")
@given(person=individuals())
def test_name_limit_counts_characters(harbor: Harbor, person: Json) -> None:
    """The limit of a name counts letters, not bytes."""
    harbor.accepts(person, *edits.FIFTY_ACCENTED)


@rule("harbor/one-letter-name-accepted")
@given(person=individuals())
def test_one_letter_name_accepted(harbor: Harbor, person: Json) -> None:
    """A name of one letter is a name."""
    harbor.accepts(person, *edits.ONE_LETTER)


@rule("harbor/email-malformed-refused")
@given(person=individuals())
def test_email_malformed_refused(harbor: Harbor, person: Json) -> None:
    """A text that is no e-mail address is refused."""
    harbor.refuses_submit(person, edits.NO_EMAIL)


@rule("harbor/email-plain-accepted")
@given(person=individuals())
def test_email_plain_accepted(harbor: Harbor, person: Json) -> None:
    """Ordinary addresses are taken, with a tag and with a sub-domain too."""
    harbor.accepts(person, *edits.EMAIL_FORMS)


@rule("harbor/country-codes-are-alpha-2")
@pytest.mark.parametrize("field", edits.CODED_COUNTRIES, ids=leaf)
@given(person=us_individuals())
def test_country_codes_are_alpha_2(harbor: Harbor, field: str, person: Json) -> None:
    """Countries stand as ISO 3166-1 alpha-2; codes of three letters, names and numbers are refused."""
    forms = edits.phone_codes() if field.endswith("phone.country") else edits.other_codes(field)
    harbor.refuses_submit(person, forms, names=[field])


@rule("harbor/file-countries-are-alpha-2")
@pytest.mark.parametrize("field", [PROOF_COUNTRY, STATEMENT_COUNTRY], ids=leaf)
@given(data=st.data())
def test_file_countries_are_alpha_2(harbor: Harbor, field: str, data: st.DataObject) -> None:
    """Countries of proofs and statements stand as ISO 3166-1 alpha-2."""
    people = us_individuals() if field == PROOF_COUNTRY else non_us_individuals(account=True)
    harbor.refuses_submit(data.draw(people, label="person"), edits.other_codes(field), names=[field])


@rule("harbor/unassigned-countries-are-refused")
@pytest.mark.parametrize("field", [edits.NATIONALITY, edits.COUNTRY], ids=leaf)
@given(person=non_us_individuals())
def test_unassigned_countries_are_refused(harbor: Harbor, field: str, person: Json) -> None:
    """Two letters that are no country's are refused."""
    harbor.refuses_submit(person, edits.unassigned(field), names=[field])


@rule("harbor/prohibited-countries-are-refused")
@pytest.mark.parametrize("code", edits.PROHIBITED)
@given(person=non_us_individuals())
def test_prohibited_countries_are_refused(harbor: Harbor, code: str, person: Json) -> None:
    """Nationals and residents of a prohibited country are refused."""
    harbor.refuses_submit(person, edits.national_of(code), names=[edits.NATIONALITY])
    harbor.refuses_submit(person, edits.in_country(code), names=[edits.COUNTRY])


@rule("harbor/amb-prohibited-elsewhere")
@pytest.mark.parametrize("code", edits.PROHIBITED_ELSEWHERE)
def test_amb_prohibited_elsewhere(harbor: Harbor, code: str) -> None:
    """The list of prohibited countries is not in the documents; the other pages name twenty."""
    harbor.observes_submit(standard_us(), edits.national_of(code), kind=code)


@rule("harbor/nationality-may-differ-from-residence")
@given(person=us_individuals(nationality="GBR"), other=non_us_individuals(nationality="USA"))
def test_nationality_may_differ_from_residence(harbor: Harbor, person: Json, other: Json) -> None:
    """People may live outside the country of their nationality."""
    harbor.accepts(person)
    harbor.accepts(other)


@rule("harbor/amb-country-case")
def test_amb_country_case(harbor: Harbor) -> None:
    """Whether the case of a country code counts."""
    harbor.observes_submit(standard_us(), edits.LOWER_CASE_COUNTRY)


@rule("harbor/birthday-format-refused")
@given(person=individuals())
def test_birthday_format_refused(harbor: Harbor, person: Json) -> None:
    """A birthday in another form than YYYY-MM-DD is refused."""
    harbor.refuses_submit(person, edits.BIRTHDAY_FORMS)


@rule("harbor/amb-birthday-timestamp")
def test_amb_birthday_timestamp(harbor: Harbor) -> None:
    """Whether a timestamp counts as YYYY-MM-DD."""
    harbor.observes_submit(standard_us(), edits.TIMESTAMP)


@rule("harbor/birthday-real-date")
@given(person=individuals())
def test_birthday_real_date(harbor: Harbor, person: Json) -> None:
    """A day that does not exist is no birthday."""
    harbor.refuses_submit(person, edits.NO_DAYS)


@rule("harbor/birthday-leap-day-accepted")
@given(person=individuals())
def test_birthday_leap_day_accepted(harbor: Harbor, person: Json) -> None:
    """The 29th of February of a leap year is a birthday."""
    harbor.accepts(person, edits.LEAP_DAY)


@rule("harbor/birthday-under-18-refused")
@given(person=individuals())
def test_birthday_under_18_refused(harbor: Harbor, person: Json) -> None:
    """A person under 18 is refused."""
    harbor.refuses_submit(person, edits.UNDER_18)


@rule("harbor/birthday-over-18-accepted")
@given(person=individuals())
def test_birthday_over_18_accepted(harbor: Harbor, person: Json) -> None:
    """A person who turned 18 two days ago is taken."""
    harbor.accepts(person, edits.JUST_18)


@rule("harbor/birthday-exactly-18-accepted")
@given(person=individuals())
def test_birthday_exactly_18_accepted(harbor: Harbor, person: Json) -> None:
    """A person who turns 18 today, whatever the time zone, is taken."""
    ours = harbor.fresh()
    # At 13:00 UTC the day has begun in every time zone.
    now = ours.sandbox.now()
    since_midnight = now.hour * HOUR + now.minute * 60 + now.second
    ours.advance(seconds=(13 * HOUR - since_midnight) % (24 * HOUR))
    ours.accepts(person, edits.EIGHTEEN_TODAY)


@rule("harbor/amb-eighteen-in-which-zone")
def test_amb_eighteen_in_which_zone(harbor: Harbor) -> None:
    """In whose time zone a person turns 18."""
    harbor.observes_submit(standard_us(), edits.EIGHTEEN_TOMORROW)


@rule("harbor/amb-leap-day-majority")
def test_amb_leap_day_majority(harbor: Harbor) -> None:
    """When a person born on 29 February turns 18."""
    ours = harbor.fresh()
    birth = next_leap_majority(ours)
    exchange = ours.submit(ours.ready(), put(edits.BIRTHDAY, birth, name="leap-day-birth")(standard_us()))
    ours.expect(exchange)
    ours.observe("28-february" if exchange.status == 202 else "1-march")


def next_leap_majority(ours: Harbor) -> str:
    """Move the clock to noon of the next 28 February of a common year, 18 years after a leap day, and give that leap day."""
    now = ours.sandbox.now()
    year = now.year + 1
    while (year - 18) % 4 != 0:
        year += 1
    noon = now.replace(year=year, month=2, day=28, hour=12, minute=0, second=0, microsecond=0)
    ours.advance(seconds=(noon - now).total_seconds())
    return f"{year - 18}-02-29"


@rule("harbor/birthday-future-refused")
@given(person=individuals())
def test_birthday_future_refused(harbor: Harbor, person: Json) -> None:
    """Nobody is born in the future."""
    harbor.refuses_submit(person, edits.FUTURE)


@rule("harbor/amb-field-names")
def test_amb_field_names(harbor: Harbor) -> None:
    """How a refusal names a nested field is not shown."""
    exchange = harbor.expect(harbor.submit(harbor.ready(), drop(edits.CITY)(standard_us())))
    text = exchange.text
    forms = {"individual.residence.city": "dotted-from-individual", "residence.city": "dotted"}
    harbor.observe(next((name for form, name in forms.items() if form in text), "parent"))


@rule("harbor/amb-array-keys")
def test_amb_array_keys(harbor: Harbor) -> None:
    """How a refusal names an element of a list is not shown."""
    wrong = put("individual.source_of_wealth", ["salaryBusinessIncome", "lottery"], name="unknown-second-value")
    exchange = harbor.expect(
        harbor.submit(harbor.ready(), wrong(standard_us())), names=[*both("source_of_wealth.1"), *both("source_of_wealth")]
    )
    text = exchange.text
    harbor.observe("dotted-index" if "source_of_wealth.1" in text else "brackets" if "source_of_wealth[1]" in text else "parent")
