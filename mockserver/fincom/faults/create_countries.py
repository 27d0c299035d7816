"""Servers that misjudge countries, addresses and subdivisions."""

import re
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, at
from mockserver.fincom import catalogue
from mockserver.fincom import validation as v
from mockserver.fincom.faults.create_builders import (
    Place,
    Test,
    edits_refusal,
    fault,
    holds,
    mends,
    mends_body,
    refuses,
    refuses_body,
    texts,
)
from mockserver.fincom.faults.create_places import ALPHA_3, any_subdivision, home
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

RESIDENCE, COUNTRY, SUBDIVISION = "basic_info.country_of_residence", "address.country", "address.subdivision_code"
NATIONALITY = "basic_info.primary_nationality"
POSTAL = "address.postal_code"
TWINS = {RESIDENCE: COUNTRY, COUNTRY: RESIDENCE}
COUNTRIES = (RESIDENCE, NATIONALITY, "basic_info.secondary_nationality")
ALPHA_2 = frozenset(ALPHA_3)


def _is_alpha_2(value: Any) -> bool:
    return isinstance(value, str) and value in ALPHA_2


def _is_small(value: Any) -> bool:
    return isinstance(value, str) and not v.is_country(value) and v.is_country(value.upper())


def _is_unknown(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.upper() not in v.ALPHA_2 and value.upper() not in ALPHA_2


def _reads(path: str, when: Test, to: Callable[[Place], Any]) -> OnRequest:
    """Read a country in another form; residence and address, where they agree upon it, are read alike."""

    def mend(tenant: Tenant, body: Body) -> bool:
        value = at(body, path)
        if not when(value):
            return False
        section, _, key = path.partition(".")
        good = to(Place(tenant, body, body[section], value))
        body[section][key] = good
        if (twin := TWINS.get(path)) and at(body, twin) == value:
            other, _, key = twin.partition(".")
            body[other][key] = good
        return True

    return mends_body(mend)


def _known(place: Place) -> str:
    return home(place.body)


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


def _rule(path: str, rest: str) -> str:
    return f"{_leaf(path).replace('_', '-')}-{rest}"


def _agree(_: Tenant, body: Body, only: Callable[[Body], bool] = lambda _: True) -> bool:
    """Move an address into the country of the residence; tell whether it was elsewhere."""
    address, residence = body.get("address"), at(body, RESIDENCE)
    country = at(body, COUNTRY)
    if not isinstance(address, dict) or not v.is_country(country) or not v.is_country(residence) or country == residence or not only(body):
        return False
    address["country"] = residence
    if v.is_subdivision(address.get("subdivision_code"), [country]):
        address["subdivision_code"] = any_subdivision(residence)
    return True


def _shared_alpha_2(_: Tenant, body: Body) -> bool:
    country = at(body, COUNTRY)
    if not _is_alpha_2(country) or at(body, RESIDENCE) != country:
        return False
    body["address"]["country"] = body["basic_info"]["country_of_residence"] = ALPHA_3[country]
    return True


def _code(when: Callable[[str, str], object]) -> OnRequest:
    """Take subdivision codes for which `when` holds, given the code and the country that it should belong to."""

    def mend(_: Tenant, body: Body) -> bool:
        code = at(body, SUBDIVISION)
        if not isinstance(code, str) or not code.strip() or not when(code, home(body)):
            return False
        body["address"]["subdivision_code"] = any_subdivision(home(body))
        return True

    return mends_body(mend)


def _listed(code: str, country: str) -> bool:
    return code in catalogue.subdivision_codes(country)


def _somewhere(code: str) -> str:
    """Return the alpha-3 code of the country whose subdivision a code is, empty text if it is none."""
    country = ALPHA_3.get(code[:2], "")
    return country if country and _listed(code, country) else ""


def _is_name(code: str, country: str) -> bool:
    names = catalogue.subdivisions(country).json()["data"]["subdivisions"]
    return code.casefold() in {entry["name"].casefold() for entry in names}


def _reworded(body: dict[str, Any]) -> dict[str, Any]:
    broken = body.get("errors")
    printed = isinstance(broken, dict) and any("Must match" in text for text in broken.get(COUNTRY, ()))
    return {**body, "errors": {**broken, COUNTRY: ["Differs from the residence"]}} if printed and isinstance(broken, dict) else body


PER_COUNTRY = tuple(
    row
    for path in COUNTRIES
    for row in (
        fault(
            f"knows_the_usa_only_as_{_leaf(path)}",
            _rule(path, "takes-alpha-3"),
            f"takes no other {_leaf(path)} than USA",
            refuses(path, lambda value: v.is_country(value) and value != "USA"),
        ),
        fault(
            f"reads_alpha_2_as_{_leaf(path)}",
            _rule(path, "alpha-2-is-refused"),
            f"reads alpha-2 codes as {_leaf(path)} too",
            _reads(path, _is_alpha_2, lambda place: ALPHA_3[place.value]),
        ),
        fault(
            f"accepts_unknown_{_leaf(path)}",
            _rule(path, "unknown-code-is-refused"),
            f"takes any text as {_leaf(path)}",
            _reads(path, _is_unknown, _known),
        ),
        fault(
            f"accepts_any_three_letters_as_{_leaf(path)}",
            _rule(path, "unknown-code-is-refused"),
            f"takes any three capitals as {_leaf(path)}",
            _reads(path, lambda value: _is_unknown(value) and re.fullmatch("[A-Z]{3}", value) is not None, _known),
        ),
        fault(
            f"folds_the_case_of_{_leaf(path)}",
            _rule(path, "lower-case-is-refused"),
            f"reads small letters as {_leaf(path)} too",
            _reads(path, _is_small, lambda place: place.value.upper()),
        ),
    )
)
NATIONS = (
    fault(
        "folds_the_case_of_tax_countries",
        "lower-case-countries-are-refused",
        "reads tax countries in small letters too",
        mends("basic_info.tax_info.*.country_code", _is_small, lambda place: place.value.upper()),
    ),
    fault(
        "ties_nationality_to_residence",
        "nationality-may-differ-from-residence",
        "demands the residence as nationality",
        refuses_body(NATIONALITY, lambda _, body: v.is_country(at(body, NATIONALITY)) and at(body, NATIONALITY) != at(body, RESIDENCE)),
    ),
)
MATCH = (
    fault("accepts_country_mismatch", "address-country-matches-residence", "keeps an address in another country", mends_body(_agree)),
    fault(
        "words_country_mismatch_otherwise",
        "address-country-match-message-is-fixed",
        "tells of a mismatch of countries in other words",
        edits_refusal(422, _reworded),
    ),
    fault(
        "compares_the_address_with_nationality",
        "address-country-is-not-nationality",
        "is content with an address in the country of the nationality",
        mends_body(lambda tenant, body: _agree(tenant, body, lambda body: at(body, COUNTRY) == at(body, NATIONALITY))),
    ),
    fault(
        "reads_alpha_2_as_address_country",
        "address-country-is-alpha-3",
        "reads alpha-2 codes as country of the address too",
        _reads(COUNTRY, _is_alpha_2, lambda place: ALPHA_3[place.value]),
    ),
    fault(
        "compares_countries_as_text",
        "address-country-is-alpha-3",
        "takes any country of the address that equals the residence, also in alpha-2",
        mends_body(_shared_alpha_2),
    ),
)
SUBDIVISIONS = (
    fault("refuses_us_ca", "subdivision-iso-code-is-accepted", "refuses US-CA", refuses(SUBDIVISION, lambda value: value == "US-CA")),
    fault(
        "refuses_gb_nations", "subdivision-iso-code-is-accepted", "refuses GB-ENG", refuses(SUBDIVISION, lambda value: value == "GB-ENG")
    ),
    fault(
        "completes_short_codes",
        "subdivision-short-code-is-refused",
        "puts the country before a code that lacks it",
        _code(lambda code, country: _listed(f"{v.ALPHA_2[country]}-{code}", country)),
    ),
    fault("reads_subdivision_names", "subdivision-name-is-refused", "reads names of subdivisions too", _code(_is_name)),
    fault(
        "checks_the_form_of_subdivisions_only",
        "subdivision-unknown-code-is-refused",
        "takes any code of the right form and country",
        _code(lambda code, country: not _listed(code, country) and re.fullmatch(f"{v.ALPHA_2[country]}-[A-Z0-9]{{1,3}}", code)),
    ),
    fault(
        "has_one_list_of_subdivisions",
        "subdivision-belongs-to-country",
        "takes the subdivision of any country",
        _code(lambda code, country: _somewhere(code) not in ("", country)),
    ),
    fault(
        "refuses_subdivisions_with_digits",
        "subdivision-catalogue-is-accepted",
        "refuses codes with digits that its catalogue lists",
        refuses(SUBDIVISION, texts(lambda code: _somewhere(code) and any(sign.isdigit() for sign in code))),
    ),
    fault(
        "refuses_subdivisions_of_other_countries",
        "subdivision-catalogue-is-accepted",
        "takes subdivisions of the USA and the United Kingdom only",
        refuses(SUBDIVISION, texts(lambda code: _somewhere(code) not in ("", "USA", "GBR"))),
    ),
)
POSTAL_CODES = tuple(
    fault(name, "postal-code-formats-are-free", says, refuses(POSTAL, holds(form)))
    for name, says, form in (
        ("demands_five_digits_of_postal_codes", "demands five digits of every postal code", r"^(?![0-9]{5}$)"),
        ("refuses_letters_in_postal_codes", "refuses letters in a postal code", r"[A-Za-z]"),
        ("refuses_blanks_in_postal_codes", "refuses blanks in a postal code", r" "),
        ("refuses_hyphens_in_postal_codes", "refuses hyphens in a postal code", r"-"),
        ("refuses_leading_zeros_in_postal_codes", "refuses a postal code that begins with zero", r"^0"),
    )
)

FAULTS: tuple[Fault, ...] = (*PER_COUNTRY, *NATIONS, *MATCH, *SUBDIVISIONS, *POSTAL_CODES)
