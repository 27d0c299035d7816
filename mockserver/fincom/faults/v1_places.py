"""Servers that misjudge addresses, states and ids of catalogues (002 V1 Address; Financial Profile)."""

import re
from collections.abc import Callable, Iterable

from mockserver.faulting import Body, Test, at, texts
from mockserver.fincom import catalogue
from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import BUSINESS, OCCUPATIONS, PURPOSES, SOURCES_OF_FUNDS, Item, subdivision_codes
from mockserver.fincom.faults.create_places import ALPHA_3, any_subdivision, listed
from mockserver.fincom.faults.v1_builders import accepts, fault, home, is_create, leaf, mends, mends_body, refuses
from mockserver.fincom.faults.v1_values import rewords
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

STREET, STATE, COUNTRY, RESIDENCE = "address.street", "address.state", "address.country", "basic_info.country_of_residence"
OCCUPATION = "financial_profile.occupation_id"
CATALOGUES: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (OCCUPATION, OCCUPATIONS),
    ("financial_profile.purpose_id", PURPOSES),
    ("financial_profile.source_of_fund_id", SOURCES_OF_FUNDS),
)


def _state(when: Callable[[str, str], object]) -> OnRequest:
    """Take states for which `when` holds, given the state and the alpha-3 code of the country that it should belong to."""

    def mend(_: Tenant, body: Body) -> bool:
        state, country = at(body, STATE), at(body, COUNTRY)
        if not isinstance(state, str) or not state.strip() or not v.is_country(country) or not when(state, country):
            return False
        body["address"]["state"] = any_subdivision(country)
        return True

    return mends_body(is_create, mend)


def _is_name(state: str, country: str) -> bool:
    names = catalogue.subdivisions(country).json()["data"]["subdivisions"]
    return state.casefold() in {entry["name"].casefold() for entry in names}


def _unlisted(state: str, country: str) -> bool:
    return re.fullmatch(f"{v.ALPHA_2[country]}-[A-Z0-9]{{1,3}}", state) is not None and state not in subdivision_codes(country)


def _of_elsewhere(state: str, country: str) -> bool:
    other = ALPHA_3.get(state[:2], "")
    return bool(other) and other != country and state in subdivision_codes(other)


def _lives_elsewhere(_: Tenant, body: Body) -> bool:
    country, residence = at(body, COUNTRY), at(body, RESIDENCE)
    if not v.is_country(country) or not v.is_country(residence) or country == residence:
        return False
    body["address"]["country"] = []
    return True


def _reads_country(when: Test) -> OnRequest:
    return mends(COUNTRY, when, lambda place: ALPHA_3.get(place.value) or ALPHA_3.get(str(at(place.body, STATE))[:2]) or home(place.body))


def _number(value: object) -> int | None:
    return v.as_integer(value)


def _off_list(items: Iterable[Item], test: Callable[[int], bool]) -> Test:
    known = {item.id for item in items}
    return lambda value: (number := _number(value)) is not None and number not in known and test(number)


def _is_id(identifier: int) -> Test:
    return lambda value: _number(value) == identifier


def _of_businesses(items: Iterable[Item]) -> Test:
    theirs = {item.id for item in items if item.types == BUSINESS}
    return lambda value: _number(value) in theirs


def _rule(path: str, rest: str) -> str:
    return f"{leaf(path).replace('_', '-')}-{rest}"


PLACES = (
    fault(
        "refuses_number_signs", "street-holds-the-unit-too", "takes no # in the street", refuses(STREET, texts(lambda text: "#" in text))
    ),
    fault(
        "refuses_units_in_the_street",
        "street-holds-the-unit-too",
        "takes no apartment or unit in the street",
        refuses(STREET, texts(lambda text: re.search(r"\b(?:apt|apartment|unit|suite)\b", text, re.IGNORECASE))),
    ),
    fault("refuses_us_ca", "state-subdivision-code-is-accepted", "refuses US-CA", refuses(STATE, lambda value: value == "US-CA")),
    fault("refuses_gb_eng", "state-subdivision-code-is-accepted", "refuses GB-ENG", refuses(STATE, lambda value: value == "GB-ENG")),
    fault(
        "completes_abbreviations",
        "state-abbreviation-is-refused",
        "puts the country before a state that lacks it",
        _state(lambda state, country: f"{v.ALPHA_2[country]}-{state}" in subdivision_codes(country)),
    ),
    fault("reads_names_of_states", "state-name-is-refused", "reads names of states too", _state(_is_name)),
    fault("checks_the_form_of_states_only", "state-unknown-code-is-refused", "looks at the form of a state only", _state(_unlisted)),
    fault("takes_states_of_any_country", "state-belongs-to-country", "takes a state of another country", _state(_of_elsewhere)),
    fault(
        "compares_the_address_with_the_residence",
        "address-country-may-differ-from-residence fincom/address-country-check-is-v2-only",
        "demands the residence as country of the address, as V2 does",
        mends_body(is_create, _lives_elsewhere),
    ),
    fault(
        "reads_alpha_2_as_address_country",
        "address-country-is-alpha-3",
        "reads alpha-2 codes as country of the address too",
        _reads_country(texts(ALPHA_3.__contains__)),
    ),
    fault(
        "accepts_any_three_letters_as_address_country",
        "address-country-is-alpha-3",
        "takes any three capitals as country of the address",
        _reads_country(texts(lambda text: re.fullmatch("[A-Z]{3}", text) and not v.is_country(text))),
    ),
)
IDS = tuple(
    row
    for path, items in CATALOGUES
    for row in (
        fault(
            f"refuses_the_last_{leaf(path)}",
            _rule(path, "catalogue-is-accepted"),
            f"refuses the last {leaf(path)} that it lists",
            refuses(path, _is_id(listed(items)[-1])),
        ),
        fault(
            f"refuses_the_first_{leaf(path)}",
            _rule(path, "catalogue-is-accepted"),
            f"refuses the first {leaf(path)} that it lists",
            refuses(path, _is_id(listed(items)[0])),
        ),
        fault(
            f"accepts_unknown_{leaf(path)}",
            _rule(path, "unknown-is-refused"),
            f"does not look whether {leaf(path)} is listed",
            accepts(path, _off_list(items, lambda _: True)),
        ),
        fault(
            f"accepts_zero_as_{leaf(path)}",
            _rule(path, "unknown-is-refused"),
            f"counts 0 or less as a {leaf(path)}",
            accepts(path, _off_list(items, lambda number: number <= 0)),
        ),
        fault(
            f"accepts_higher_{leaf(path)}",
            _rule(path, "unknown-is-refused"),
            f"takes a {leaf(path)} above the highest that it lists",
            accepts(path, _off_list(items, lambda number: number > 0)),
        ),
    )
)
BUSINESSES = tuple(
    fault(
        f"takes_business_{leaf(path)}",
        "business-ids-are-refused",
        f"takes a {leaf(path)} that is for businesses only",
        accepts(path, _of_businesses(items)),
    )
    for path, items in CATALOGUES[1:]
)
MESSAGES = (
    fault(
        "words_a_missing_occupation_otherwise",
        "missing-occupation-message-is-fixed",
        "tells of a missing occupation in other words",
        rewords(OCCUPATION, "occupation_id is required"),
    ),
)

FAULTS: tuple[Fault, ...] = (*PLACES, *IDS, *BUSINESSES, *MESSAGES)
