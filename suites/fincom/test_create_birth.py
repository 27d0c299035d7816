import datetime as dt

from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.dates import births, leap_day_births
from strategies.edits import put
from strategies.fincom import detail_edits as edits
from strategies.fincom.customers import customers
from strategies.placeholders import Dated
from suites.fincom.creating import observes, takes
from suites.fincom.driver import Fincom

# Far enough from the birthday on either side, whatever the zone of the calendar (days).
MARGIN = 3


@rule("fincom-v2/dob-iso-is-accepted")
@given(customer=customers(), birth=births(), leap_day=leap_day_births())
def test_an_iso_date_is_taken(fincom: Fincom, customer: Json, birth: Dated, leap_day: str) -> None:
    """A date of birth as YYYY-MM-DD is taken, also 29 February of a leap year."""
    takes(fincom, customer, put(edits.DOB, birth, name="any-day"), put(edits.DOB, leap_day, name="29-february"))


@rule("fincom-v2/dob-other-formats-are-refused")
@given(customer=customers())
def test_another_form_of_date_is_refused(fincom: Fincom, customer: Json) -> None:
    """A date of birth in any other form is refused."""
    fincom.refuses_create(customer, edits.DOB_OTHER_FORMATS)


@rule("fincom-v2/dob-impossible-date-is-refused")
@given(customer=customers())
def test_an_impossible_date_is_refused(fincom: Fincom, customer: Json) -> None:
    """A day that no calendar has is no date of birth."""
    fincom.refuses_create(customer, edits.DOB_IMPOSSIBLE)


@rule("fincom-v2/under-18-is-refused")
@given(customer=customers())
def test_under_18_is_refused(fincom: Fincom, customer: Json) -> None:
    """Somebody whose 18th birthday lies ahead is refused."""
    fincom.refuses_create(customer, edits.UNDER_18)


@rule("fincom-v2/exactly-18-is-accepted")
@given(customer=customers())
def test_just_18_is_taken(fincom: Fincom, customer: Json) -> None:
    """Somebody who turned 18 two days ago is taken."""
    takes(fincom, customer, edits.EXACTLY_18)


@rule("fincom-v2/over-120-is-refused")
@given(customer=customers())
def test_over_120_is_refused(fincom: Fincom, customer: Json) -> None:
    """Somebody whose 121st birthday has passed is refused."""
    fincom.refuses_create(customer, edits.OVER_120)


@rule("fincom-v2/age-119-is-accepted")
@given(customer=customers())
def test_119_is_taken(fincom: Fincom, customer: Json) -> None:
    """Somebody of 119 years is taken."""
    takes(fincom, customer, *edits.AGED_119)


@rule("fincom-v2/future-dob-is-refused")
@given(customer=customers())
def test_a_birth_in_the_future_is_refused(fincom: Fincom, customer: Json) -> None:
    """Somebody not born yet is refused."""
    fincom.refuses_create(customer, edits.FUTURE)


@rule("fincom-v2/age-follows-the-clock")
@given(customer=customers())
def test_age_follows_the_clock(fincom: Fincom, customer: Json) -> None:
    """The same date of birth is refused before the 18th birthday and taken after it."""
    apart = fincom.fresh()
    birthday = apart.today() + dt.timedelta(days=MARGIN)
    if (birthday.month, birthday.day) == (2, 29):
        birthday += dt.timedelta(days=1)
    born = put(edits.DOB, birthday.replace(year=birthday.year - 18).isoformat(), name="eighteen-in-some-days")
    apart.expect(apart.create(born(customer)), answers=["refused"])
    apart.advance(days=(birthday - apart.today()).days + MARGIN)
    apart.expect(apart.create(born(customer)), answers=["created"])


@rule("fincom-v2/amb-age-120")
@given(customer=customers())
def test_120_years(fincom: Fincom, customer: Json) -> None:
    """Somebody of 120 years."""
    observes(fincom, customer, edits.AGED_120)


@rule("fincom-v2/amb-age-zone")
@given(customer=customers())
def test_the_birthday_itself(fincom: Fincom, customer: Json) -> None:
    """Somebody whose 18th birthday is today by UTC."""
    observes(fincom, customer, edits.EIGHTEEN_TODAY)
