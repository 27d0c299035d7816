"""Servers that misread dates of birth or misjudge ages."""

import re
from datetime import date, timedelta

from mockserver.faulting import Body, at
from mockserver.fincom import validation as v
from mockserver.fincom.faults.create_builders import Place, Test, accepts, fault, mends, mends_body, refuses, refuses_body, texts
from mockserver.fincom.faults.create_places import GOOD
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

DOB = "basic_info.dob"
YOUNG, OLD = 18, 120


def _born(body: Body) -> date | None:
    return v.parse_date(at(body, DOB))


def _ages(low: int, high: int) -> OnRequest:
    """Take people from `low` to below `high` years old, whatever the bounds are."""

    def mend(tenant: Tenant, body: Body) -> bool:
        born = _born(body)
        if born is None or not low <= v.age_on(tenant.clock.today(), born) < high:
            return False
        body["basic_info"]["dob"] = GOOD[DOB](body)
        return True

    return mends_body(mend)


def _no_ages(low: int, high: int) -> OnRequest:
    """Refuse people from `low` to below `high` years old."""

    def trait(tenant: Tenant, body: Body) -> bool:
        born = _born(body)
        return born is not None and low <= v.age_on(tenant.clock.today(), born) < high

    return refuses_body(DOB, trait)


def _by_year(tenant: Tenant, body: Body) -> bool:
    born, today = _born(body), tenant.clock.today()
    if born is None or v.age_on(today, born) >= YOUNG or today.year - born.year < YOUNG:
        return False
    body["basic_info"]["dob"] = GOOD[DOB](body)
    return True


def _in_birthday_month(tenant: Tenant, body: Body) -> bool:
    born, today = _born(body), tenant.clock.today()
    return born is not None and v.age_on(today, born) == YOUNG and v.age_on(today - timedelta(days=30), born) < YOUNG


def _by_a_frozen_day(tenant: Tenant, body: Body) -> bool:
    frozen = date.fromisoformat(tenant.memory.setdefault("reckons_age_from_a_frozen_day", tenant.clock.today().isoformat()))
    born = _born(body)
    return born is not None and v.age_on(frozen, born) < YOUNG <= v.age_on(tenant.clock.today(), born)


def _dated(pattern: str, *groups: int) -> OnRequest:
    """Read dates of another form; `groups` are those of year, month and day."""
    form = re.compile(pattern)

    def read(place: Place) -> str:
        found = form.fullmatch(place.value)
        parts = [int(found[group]) for group in groups] if found else [0, 0, 0]
        text = "{:04}-{:02}-{:02}".format(*parts)
        return text if v.parse_date(text) else str(GOOD[DOB](place.body))

    return mends(DOB, texts(lambda text: form.fullmatch(text) and not v.DATE.fullmatch(text)), read)


def _impossible(pattern: str) -> Test:
    return texts(lambda text: v.DATE.fullmatch(text) and v.parse_date(text) is None and re.fullmatch(pattern, text))


FAULTS: tuple[Fault, ...] = (
    fault(
        "refuses_leap_days",
        "dob-iso-is-accepted",
        "refuses 29 February as a birthday",
        refuses(DOB, texts(lambda day: day.endswith("-02-29"))),
    ),
    fault(
        "reads_the_day_as_month",
        "dob-iso-is-accepted",
        "reads YYYY-DD-MM, so that no day after the 12th is taken",
        refuses(DOB, texts(lambda day: v.parse_date(day) and day[8:] > "12")),
    ),
    fault("reads_dob_with_slashes", "dob-other-formats-are-refused", "reads DD/MM/YYYY too", _dated(r"(\d\d)/(\d\d)/(\d{4})", 3, 2, 1)),
    fault(
        "reads_dob_with_the_year_last", "dob-other-formats-are-refused", "reads MM-DD-YYYY too", _dated(r"(\d\d)-(\d\d)-(\d{4})", 3, 1, 2)
    ),
    fault("reads_compact_dob", "dob-other-formats-are-refused", "reads YYYYMMDD too", _dated(r"(\d{4})(\d\d)(\d\d)", 1, 2, 3)),
    fault(
        "reads_unpadded_dob",
        "dob-other-formats-are-refused",
        "reads months and days of one digit too",
        _dated(r"(\d{4})-(\d?\d)-(\d?\d)", 1, 2, 3),
    ),
    fault(
        "reads_dob_with_time",
        "dob-other-formats-are-refused",
        "takes an instant and drops its time",
        _dated(r"(\d{4})-(\d\d)-(\d\d)[T ].*", 1, 2, 3),
    ),
    fault(
        "rolls_impossible_days_over",
        "dob-impossible-date-is-refused",
        "reads 30 February as 2 March",
        accepts(DOB, _impossible(r"\d{4}-02-(29|3[01])")),
    ),
    fault(
        "takes_29_february_of_any_year", "dob-impossible-date-is-refused", "knows no leap years", accepts(DOB, _impossible(r"\d{4}-02-29"))
    ),
    fault(
        "takes_the_13th_month",
        "dob-impossible-date-is-refused",
        "does not look at the month",
        accepts(DOB, _impossible(r"\d{4}-(1[3-9]|[2-9]\d)-\d\d")),
    ),
    fault("takes_days_and_months_of_zero", "dob-impossible-date-is-refused", "takes a zero date", accepts(DOB, _impossible(r".*-00.*"))),
    fault("accepts_minors", "under-18-is-refused", "takes people of any age below 18", _ages(0, YOUNG)),
    fault("accepts_17", "under-18-is-refused", "takes people of 17 years", _ages(YOUNG - 1, YOUNG)),
    fault("reckons_age_by_the_year", "under-18-is-refused", "subtracts years and forgets the birthday", mends_body(_by_year)),
    fault("excludes_18", "exactly-18-is-accepted", "demands 19 years", _no_ages(YOUNG, YOUNG + 1)),
    fault(
        "waits_for_the_next_month",
        "exactly-18-is-accepted",
        "counts the 18th year from thirty days after the birthday",
        refuses_body(DOB, _in_birthday_month),
    ),
    fault("has_no_oldest_age", "over-120-is-refused", "has no upper bound of age", _ages(OLD + 1, 10_000)),
    fault("accepts_121", "over-120-is-refused", "takes people of 121 years", _ages(OLD + 1, OLD + 2)),
    fault("cuts_age_at_100", "age-119-is-accepted", "refuses people from 100 years on", _no_ages(100, OLD)),
    fault("excludes_119", "age-119-is-accepted", "refuses people of 119 years", _no_ages(OLD - 1, OLD)),
    fault("accepts_the_unborn", "future-dob-is-refused", "takes birthdays in the future", _ages(-10_000, 0)),
    fault(
        "reckons_age_from_a_frozen_day",
        "age-follows-the-clock",
        "reckons ages from the day of its first request",
        refuses_body(DOB, _by_a_frozen_day),
    ),
)
