"""Named edits on the address (002, V2 Address)."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, put
from strategies.fincom.customers import customers
from strategies.placeholders import Derived, Pick
from strategies.places import RESIDENCES, alpha_2

COUNTRY = "address.country"
RESIDENCE = "basic_info.country_of_residence"
SUBDIVISION = "address.subdivision_code"
POSTAL_CODE = "address.postal_code"


def _another(country: str) -> str:
    return "MEX" if country != "MEX" else "USA"


def _move(body: Json, country: str) -> Json:
    """The subdivision moves along, so that the country itself is the only thing that does not match."""
    body["address"] |= {"country": country, "subdivision_code": Pick("subdivisions", 0, country=country)}
    return body


ELSEWHERE = Edit("address-in-another-country", lambda body: _move(body, _another(body["address"]["country"])))
IN_COUNTRY_OF_NATIONALITY = Edit("address-in-country-of-nationality", lambda body: _move(body, body["basic_info"]["primary_nationality"]))
ALPHA_2 = change(COUNTRY, alpha_2, name="alpha-2")
ALPHA_2_IN_BOTH = ALPHA_2.then(change(RESIDENCE, alpha_2, name="residence-too")).named("alpha-2-in-both-places")


@st.composite
def citizens_of_another_country(draw: st.DrawFn) -> Json:
    """Customers whose nationality is not the country in which they live."""
    body = draw(customers())
    taken = {body["basic_info"]["country_of_residence"], body["basic_info"].get("secondary_nationality")}
    other = draw(st.sampled_from([country for country in RESIDENCES if country not in taken]))
    return put("basic_info.primary_nationality", other, name="citizen-of-another-country")(body)


def _code(value: str, name: str) -> Edit:
    return put(SUBDIVISION, value, name=name)


# By the country of residence in which the promise speaks.
PROMISED_CODES = {"USA": _code("US-CA", "california"), "GBR": _code("GB-ENG", "england")}
SHORT_CODE = _code("CA", "ca")
NAMES = {"USA": _code("California", "california-by-name"), "GBR": _code("England", "england-by-name")}

WITHOUT_PREFIX = change(SUBDIVISION, lambda code: Derived(code, lambda text: text.partition("-")[2]), name="without-country-prefix")
UNLISTED = change(SUBDIVISION, lambda code: Derived(code, lambda text: f"{text.partition('-')[0]}-ZZZ"), name="unlisted-code")
FOREIGN = Edit(
    "subdivision-of-another-country",
    lambda body: put(SUBDIVISION, Pick("subdivisions", 0, country=_another(body["address"]["country"])), name="foreign")(body),
)


def listed(country: str, index: int) -> Edit:
    """The n-th code of the country's own list, -1 for the last one."""
    return put(SUBDIVISION, Pick("subdivisions", index, country=country), name=f"listed-code-{index}" if index >= 0 else "last-listed-code")


NUMBERED = ("PRT", "POL")  # all of whose subdivisions have numbers for codes


def customers_among_numbered_subdivisions() -> st.SearchStrategy[Json]:
    """Customers of countries whose subdivision codes are not letters."""
    return st.sampled_from(NUMBERED).flatmap(lambda country: customers(country=country))


# Codes of ISO 3166-2 at another level than the nations of the United Kingdom.
OTHER_LEVELS = {"county": _code("GB-LND", "city-of-london"), "nations-together": _code("GB-GBN", "great-britain")}

POSTAL_CODES = {
    "GBR": "SW1A 1AA",
    "CAN": "K1A 0B1",
    "DEU": "01067",
    "POL": "00-950",
    "BRA": "01310-100",
    "NLD": "1012 AB",
}


def postal_code(country: str) -> Edit:
    """A code as that country writes it: letters, blanks, hyphens, leading zeros."""
    return put(POSTAL_CODE, POSTAL_CODES[country], name="postal-code-of-the-country")


# Places of ISO 3166-1 for which ISO 3166-2 lists nothing.
UNDIVIDED = ("HKG", "BMU", "GIB", "PRI", "MAC")


def moved_to(country: str) -> tuple[Edit, ...]:
    """Residence and address in one of `UNDIVIDED`: without a subdivision, and with stand-ins for one."""
    stand_ins = {"empty": "", "country-code": alpha_2(country)}
    without = Edit("no-subdivision", lambda body: drop(SUBDIVISION).apply(_resettle(body, country)))
    return (without, *(Edit(f"{name}-as-subdivision", _resettled_with(country, code)) for name, code in stand_ins.items()))


def _resettle(body: Json, country: str) -> Json:
    body["basic_info"]["country_of_residence"] = country
    body["address"]["country"] = country
    return body


def _resettled_with(country: str, code: str) -> Callable[[Json], Json]:
    def apply(body: Json) -> Json:
        _resettle(body, country)["address"]["subdivision_code"] = code
        return body

    return apply
