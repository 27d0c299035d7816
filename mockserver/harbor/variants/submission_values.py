"""Other readings of what a member may hold: letter case, forms of phones, dates, flags and numbers, countries, texts (001 section 4)."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import phonenumbers

from mockserver.clock import moment
from mockserver.faulting import Body, Test, blank_text, is_a, missing, texts
from mockserver.harbor.checks import parse_date
from mockserver.harbor.countries import CODES, PROHIBITED, US, subdivisions
from mockserver.harbor.faults.submission_builders import (
    Place,
    Trait,
    all_of,
    below,
    blames,
    good,
    is_sent,
    mends,
    mends_body,
    refuses,
    replacing,
    variant,
)
from mockserver.harbor.faults.submission_places import COUNTRY, FLAG, PERSON, STATE, given, person, residence, value
from mockserver.harbor.individuals import DOCUMENT_TYPES, PURPOSES, WEALTH
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest, Variant

COUNTRIES = ("nationality", COUNTRY, "identity_document.country", "phone.country", "proof_of_address.country", "bank_statement.country")
# Enumerated values, by the path where they stand.
ENUMERATED = (("source_of_wealth.*", WEALTH), ("purpose_of_use.*", PURPOSES), ("identity_document.type", DOCUMENT_TYPES))
# The four countries that every list of prohibited ones names.
SURELY_PROHIBITED = ("CU", "IR", "KP", "SY")
UNLIMITED = (
    "email", "occupation", "residence.street", "residence.sub_street", "residence.city", "residence.postal_code", STATE,
    "source_of_wealth_other", "purpose_of_use_other",
)  # fmt: skip
LONG = 255
BOOLEANS = {"0": False, "1": True, "true": True, "false": False}
NEVER_ISSUED = re.compile(r"(?:000|666|9[0-9]{2})[0-9]{6}|[0-9]{3}00[0-9]{4}|[0-9]{5}0000")
OF_AGE = 18
# How far the calendar of the easternmost and of the westernmost zone is from UTC, in hours.
EAST, WEST = 14, -12


def _folds(path: str, values: tuple[str, ...]) -> Trait:
    folded = {word.casefold(): word for word in values}
    other_case = texts(lambda text: text not in values and text.casefold() in folded)
    return replacing(path, other_case, lambda place: folded[place.value.casefold()])


def _outside_america(mend: Trait) -> OnRequest:
    """Mend submissions of residents of other countries that have subdivisions."""
    return mends_body(lambda tenant, body: residence(body) != US and bool(subdivisions(residence(body))) and mend(tenant, body), is_sent)


def _unlisted_state(tenant: Tenant, body: Body) -> bool:
    choices = subdivisions(residence(body))
    return replacing(STATE, texts(lambda text: text not in choices), good(STATE))(tenant, body)


def _long_state(tenant: Tenant, body: Body) -> bool:
    country = residence(body)
    prefixed = texts(lambda text: text.startswith(f"{country}-") and text.removeprefix(f"{country}-") in subdivisions(country))
    return bool(country) and replacing(STATE, prefixed, lambda place: place.value.removeprefix(f"{country}-"))(tenant, body)


def _state_where_none(_: Tenant, body: Body) -> Iterator[str]:
    if residence(body) and not subdivisions(residence(body)) and given(body, STATE):
        yield f"{PERSON}.{STATE}"


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _of_age(born: date, today: date) -> bool:
    return _years(born, today) >= OF_AGE


def _today(tenant: Tenant, hours: int) -> date:
    return moment(tenant.clock.now() + hours * 3_600_000_000).date()


def _of_age_in(hours: int) -> OnRequest:
    """Judge the age by the calendar of a zone some hours from UTC."""

    def mend(tenant: Tenant, body: Body) -> bool:
        born = parse_date(value(body, "birthday"))
        if born is None or _of_age(born, _today(tenant, hours)) == _of_age(born, tenant.clock.today()):
            return False
        return replacing("birthday", bool, lambda _: "1980-02-03" if hours > 0 else tenant.clock.today().isoformat())(tenant, body)

    return mends_body(mend, is_sent)


def _leap_day(tenant: Tenant, body: Body) -> bool:
    """Take those born on 29 February who turn 18 tomorrow, if tomorrow is 1 March."""
    born, tomorrow = parse_date(value(body, "birthday")), tenant.clock.today() + timedelta(days=1)
    if born is None or (born.month, born.day) != (2, 29) or (tomorrow.month, tomorrow.day) != (3, 1):
        return False
    newly = _of_age(born, tomorrow) and not _of_age(born, tenant.clock.today())
    return newly and replacing("birthday", bool, good("birthday"))(tenant, body)


def _boolean(found: Any) -> bool | None:
    return BOOLEANS.get(str(found).casefold()) if is_a(int)(found) or isinstance(found, str) else None


def _loose_phone(found: Any) -> bool:
    if not isinstance(found, str) or (found.startswith("+") and found[1:].isdigit()):
        return False
    return re.fullmatch(r"[+0-9 ().\-]*", found) is not None and 7 <= sum(letter.isdigit() for letter in found) <= 15


def _phone_of(place: Place) -> str:
    digits = re.sub("[^0-9]", "", place.value)
    return f"+{digits}" if place.value.startswith("+") else "+14045550101"


def _phone_abroad(_: Tenant, body: Body) -> Iterator[str]:
    number, country = value(body, "phone.number"), value(body, "phone.country")
    if residence(body) != US or not isinstance(number, str) or not isinstance(country, str) or country.upper() not in CODES:
        return
    try:
        parsed = phonenumbers.parse(number, country.upper())
    except phonenumbers.NumberParseException:
        return
    if parsed.country_code != phonenumbers.country_code_for_region(country.upper()):
        yield f"{PERSON}.phone.country"


def _repeated(_: Tenant, body: Body) -> Iterator[str]:
    for name in ("source_of_wealth", "purpose_of_use"):
        words = [word for word in person(body).get(name) or () if isinstance(word, str)] if isinstance(person(body).get(name), list) else []
        if len(set(words)) < len(words):
            yield f"{PERSON}.{name}"


def _long_texts(_: Tenant, body: Body) -> Iterator[str]:
    for path in UNLIMITED:
        if any(isinstance(spot.value, str) and len(spot.value) > LONG for spot in below(body, path)):
            yield f"{PERSON}.{path}"


def _small_letters(found: Any) -> bool:
    return isinstance(found, str) and found not in CODES and found.upper() in CODES


def _everywhere(paths: tuple[str, ...], when: Test, to: Callable[[Place], Any]) -> OnRequest:
    return mends_body(all_of(replacing(path, when, to) for path in paths), is_sent)


COUNTRIES_AND_STATES = (
    variant(
        "folds_country_codes",
        "country-case",
        "takes country codes in small letters",
        _everywhere(COUNTRIES, _small_letters, lambda place: place.value.upper()),
    ),
    variant(
        "prohibits_few_countries",
        "prohibited-elsewhere",
        "prohibits only the countries that every list names",
        _everywhere(
            ("nationality", COUNTRY),
            lambda found: found in PROHIBITED.difference(SURELY_PROHIBITED) if isinstance(found, str) else False,
            lambda _: "KY",
        ),
    ),
    variant(
        "demands_no_state_outside_us",
        "state-outside-us",
        "takes residents elsewhere without a state",
        _outside_america(replacing(STATE, missing, good(STATE))),
    ),
    variant(
        "checks_no_state_outside_us",
        "state-checked-outside-us",
        "takes any text as state outside the United States",
        _outside_america(_unlisted_state),
    ),
    variant("takes_states_with_country", "state-with-country", "takes the full ISO code of a state", mends_body(_long_state, is_sent)),
    variant(
        "refuses_states_where_none_are",
        "state-where-none",
        "refuses a state where a country has none",
        blames(_state_where_none, is_sent),
    ),
    variant(
        "takes_an_empty_second_line",
        "sub-street-empty",
        "takes an empty text as second line of the street",
        mends("residence.sub_street", blank_text, lambda _: "-", is_sent),
    ),
)
PEOPLE = (
    variant(
        "folds_enumerated_values",
        "enum-case",
        "takes enumerated values in any case",
        mends_body(all_of(_folds(*row) for row in ENUMERATED), is_sent),
    ),
    variant("counts_age_in_the_east", "eighteen-in-which-zone", "counts years by the first calendar on earth", _of_age_in(EAST)),
    variant("counts_age_in_the_west", "eighteen-in-which-zone", "counts years by the last calendar on earth", _of_age_in(WEST)),
    variant(
        "ages_leap_days_in_february", "leap-day-majority", "takes people of 29 February from 28 February on", mends_body(_leap_day, is_sent)
    ),
    variant(
        "reads_days_of_timestamps",
        "birthday-timestamp",
        "takes the day of a timestamp as birthday",
        mends("birthday", texts(lambda text: text[10:11] in ("T", " ") and parse_date(text[:10])), lambda place: place.value[:10], is_sent),
    ),
    variant(
        "reads_ssn_numbers",
        "ssn-as-number",
        "takes a number of nine digits as SSN",
        mends("ssn", lambda found: is_a(int)(found) and 10**8 <= found < 10**9, lambda place: str(place.value), is_sent),
    ),
    variant(
        "refuses_ssn_never_issued",
        "ssn-never-issued",
        "refuses SSN that are never issued",
        refuses("ssn", texts(NEVER_ISSUED.fullmatch), is_sent),
    ),
    variant(
        "trims_ssn",
        "ssn-trailing-newline",
        "trims white space around an SSN",
        mends("ssn", texts(lambda text: text != text.strip()), lambda place: place.value.strip(), is_sent),
    ),
    variant(
        "reads_phones_in_any_form",
        "phone-forms",
        "takes phone numbers in any usual form",
        mends("phone.number", _loose_phone, _phone_of, is_sent),
    ),
    variant(
        "ties_phones_to_their_country",
        "phone-of-another-country",
        "refuses phone numbers of another country than the one beside them",
        blames(_phone_abroad, is_sent),
    ),
    variant(
        "reads_flags_in_any_form",
        "flag-forms",
        "takes 1, 0 and texts for true and false",
        mends(FLAG, lambda found: _boolean(found) is not None, lambda place: _boolean(place.value), is_sent),
    ),
    variant("refuses_repeated_values", "repeated-values", "refuses a list that holds a value twice", blames(_repeated, is_sent)),
    variant("refuses_long_texts", "long-texts", "refuses texts of more than 255 characters", blames(_long_texts, is_sent)),
)

VARIANTS: tuple[Variant, ...] = (*COUNTRIES_AND_STATES, *PEOPLE)
