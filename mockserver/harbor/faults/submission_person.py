"""Servers that misjudge names, e-mail addresses, birthdays and addresses (001 section 4)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from mockserver.faulting import Body, missing, texts
from mockserver.harbor.checks import DATE, Inspection, email, parse_date
from mockserver.harbor.countries import US, subdivisions
from mockserver.harbor.faults.submission_builders import (
    accepts,
    accepts_if,
    demands,
    fault,
    good,
    mends_body,
    refuses,
    refuses_body,
    replacing,
)
from mockserver.harbor.faults.submission_places import STATE, given, residence, value
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

NAMES = ("first_name", "last_name")
OTHERS = ("AU", "BR", "CA", "DE", "FR", "GB", "IN", "JP", "MX")
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*")
LATIN = 0x250


def _foreign(text: str) -> bool:
    return any(ord(letter) >= LATIN for letter in text)


def _joined(_: Tenant, body: Body) -> bool:
    return sum(len(found) for name in NAMES if isinstance(found := value(body, name), str)) > 80


def _is_no_email(found: Any) -> bool:
    seen = Inspection(date.min)
    email(seen, "", found)
    return bool(seen.problems)


def _born(test: Callable[[date, date], object]) -> Callable[[Tenant, Body], bool]:
    """Return a trait: the birthday is a good date for which `test` holds, given it and today."""

    def trait(tenant: Tenant, body: Body) -> bool:
        born = parse_date(value(body, "birthday"))
        return born is not None and bool(test(born, tenant.clock.today()))

    return trait


def _takes_born(test: Callable[[date, date], object]) -> OnRequest:
    trait, mend = _born(test), replacing("birthday", lambda _: True, good("birthday"))
    return mends_body(lambda tenant, body: trait(tenant, body) and mend(tenant, body))


def _refuses_born(test: Callable[[date, date], object]) -> OnRequest:
    return refuses_body("birthday", _born(test))


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _form(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return texts(compiled.fullmatch)


def _unreal(text: str) -> bool:
    return DATE.fullmatch(text) is not None and parse_date(text) is None


def _in_america(body: Body) -> bool:
    return residence(body) == US


def _unlisted(found: Any) -> bool:
    """Tell whether a text is no state in any reading: not listed, in whatever case, with or without its country."""
    if not isinstance(found, str) or not found.strip():
        return False
    return found.upper().removeprefix(f"{US}-") not in subdivisions(US)


def _is_name(found: Any) -> bool:
    return any(found == name for name, _ in subdivisions(US).values())


def _listed_elsewhere(found: Any) -> bool:
    return _unlisted(found) and any(found in subdivisions(code) for code in OTHERS)


def _long(least: int, most: int = 10**9) -> Callable[[Any], bool]:
    return texts(lambda text: least <= len(text) <= most)


NAMING = (
    *(
        fault(
            f"holds_49_characters_of_{name}", "names-hold-50-characters", f"refuses 50 characters of {name}", refuses(name, _long(50, 50))
        )
        for name in NAMES
    ),
    fault("joins_names", "names-hold-50-characters", "refuses both names if together they are long", refuses_body("last_name", _joined)),
    *(
        fault(f"holds_255_characters_of_{name}", "names-over-50-are-refused", f"takes long texts as {name}", accepts(name, _long(51)))
        for name in NAMES
    ),
    *(
        fault(f"holds_51_characters_of_{name}", "names-over-50-are-refused", f"takes 51 characters of {name}", accepts(name, _long(51, 51)))
        for name in NAMES
    ),
    *(
        fault(
            f"counts_bytes_of_{name}",
            "name-limit-counts-characters",
            f"refuses 50 letters of {name} that are more bytes",
            refuses(name, texts(lambda text: len(text) <= 50 < len(text.encode()))),
        )
        for name in NAMES
    ),
    *(
        fault(
            f"demands_two_letters_of_{name}",
            "one-letter-name-accepted",
            f"refuses one letter as {name}",
            refuses(name, texts(lambda text: len(text) == 1)),
        )
        for name in NAMES
    ),
    *(
        fault(
            f"demands_latin_letters_of_{word}",
            "unicode-text-accepted",
            f"refuses letters of other scripts in {path}",
            refuses(path, texts(_foreign)),
        )
        for word, path in (("first_name", "first_name"), ("last_name", "last_name"), ("street", "residence.street"))
    ),
    fault(
        "demands_ascii_of_cities",
        "unicode-text-accepted",
        "refuses letters beyond ASCII in the city",
        refuses("residence.city", texts(lambda text: not text.isascii())),
    ),
)
MAIL = (
    fault("takes_any_text_as_email", "email-malformed-refused", "takes any text as e-mail", accepts("email", texts(_is_no_email))),
    fault(
        "takes_emails_without_at",
        "email-malformed-refused",
        "takes an e-mail without its sign",
        accepts("email", texts(lambda text: "@" not in text)),
    ),
    fault("refuses_tagged_emails", "email-plain-accepted", "refuses a tag in an e-mail", refuses("email", texts(lambda text: "+" in text))),
    fault(
        "refuses_emails_of_sub_domains",
        "email-plain-accepted",
        "refuses an e-mail at a sub-domain",
        refuses("email", texts(lambda text: text.partition("@")[2].count(".") > 1)),
    ),
)
DATES = (
    *(
        fault(name, "birthday-format-refused", f"reads birthdays {says}", accepts("birthday", _form(pattern)))
        for name, says, pattern in (
            ("reads_birthdays_with_slashes", "with slashes", r"[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4}"),
            ("reads_birthdays_of_digits", "without hyphens", r"[0-9]{8}"),
            ("reads_birthdays_without_zeros", "without leading zeros", r"[0-9]{4}-(?:[0-9]-[0-9]{1,2}|[0-9]{2}-[0-9])"),
            ("reads_birthdays_that_begin_with_the_day", "that begin with the day", r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"),
        )
    ),
    fault(
        "reads_birthdays_leniently",
        "birthday-format-refused",
        "takes any text but a timestamp as birthday",
        accepts("birthday", texts(lambda text: not DATE.fullmatch(text) and not TIMESTAMP.fullmatch(text))),
    ),
    fault("rolls_over_days", "birthday-real-date", "takes days that no month has", accepts("birthday", texts(_unreal))),
    fault(
        "rolls_over_february",
        "birthday-real-date",
        "takes the 30th of February, and the 29th of any year",
        accepts("birthday", texts(lambda text: _unreal(text) and text[5:7] == "02")),
    ),
    fault("refuses_leap_days", "birthday-leap-day-accepted", "refuses the 29th of February", refuses("birthday", _form(".{5}02-29"))),
    fault(
        "takes_minors",
        "birthday-under-18-refused",
        "takes people of any age",
        _takes_born(lambda born, today: born <= today and _years(born, today) < 18),
    ),
    fault(
        "takes_people_of_17",
        "birthday-under-18-refused",
        "takes people from 17 on",
        _takes_born(lambda born, today: _years(born, today) == 17),
    ),
    fault(
        "subtracts_years_only",
        "birthday-under-18-refused",
        "takes people in whose year of birth 18 years ago lies",
        _takes_born(lambda born, today: _years(born, today) == 17 and today.year - born.year == 18),
    ),
    fault(
        "counts_years_of_365_days",
        "birthday-under-18-refused",
        "takes 18 times 365 days for 18 years",
        _takes_born(lambda born, today: _years(born, today) == 17 and (today - born).days >= 18 * 365),
    ),
    fault("demands_age_21", "birthday-over-18-accepted", "refuses people under 21", _refuses_born(lambda b, t: 18 <= _years(b, t) < 21)),
    fault(
        "demands_a_week_beyond_18",
        "birthday-over-18-accepted",
        "refuses people in the week after they turned 18",
        _refuses_born(lambda born, today: _years(born, today) == 18 and _years(born, today - timedelta(days=7)) < 18),
    ),
    fault(
        "demands_more_than_18",
        "birthday-exactly-18-accepted",
        "refuses people on the day when they turn 18",
        _refuses_born(lambda born, today: _years(born, today) == 18 and (born.month, born.day) == (today.month, today.day)),
    ),
    fault("takes_the_unborn", "birthday-future-refused", "takes birthdays to come", _takes_born(lambda born, today: born > today)),
    fault(
        "counts_years_without_sign",
        "birthday-future-refused",
        "takes birthdays that are more than 18 years ahead",
        _takes_born(lambda born, today: born.year - today.year > 18),
    ),
)
PLACES = (
    fault(
        "demands_five_digits_everywhere",
        "non-us-postal-formats-accepted",
        "demands a postal code of digits everywhere",
        refuses("residence.postal_code", texts(lambda text: not text.replace("-", "").isdigit())),
    ),
    fault(
        "accepts_missing_us_state",
        "state-required-when-subdivided",
        "takes a resident of the United States without a state",
        accepts_if(STATE, missing, _in_america),
    ),
    fault("takes_any_us_state", "state-from-lookup-only", "takes any text as state", accepts_if(STATE, _unlisted, _in_america)),
    fault(
        "takes_us_states_of_two_letters",
        "state-from-lookup-only",
        "takes any two letters as state",
        accepts_if(STATE, lambda found: _unlisted(found) and len(found) == 2, _in_america),
    ),
    fault(
        "takes_names_of_us_states",
        "state-from-lookup-only",
        "takes the full names of states",
        accepts_if(STATE, _is_name, _in_america),
    ),
    fault(
        "looks_for_states_in_all_countries",
        "state-from-lookup-only",
        "takes codes of other countries as state",
        accepts_if(STATE, _listed_elsewhere, _in_america),
    ),
    fault(
        "demands_states_everywhere",
        "state-omitted-when-none",
        "demands a state where a country has none",
        demands(lambda body: residence(body) and not subdivisions(residence(body)) and not given(body, STATE), STATE),
    ),
)

FAULTS: tuple[Fault, ...] = (*NAMING, *MAIL, *DATES, *PLACES)
