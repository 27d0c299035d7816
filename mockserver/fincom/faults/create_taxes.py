"""Servers that misjudge the tax entries of a person."""

import re
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, at
from mockserver.fincom import validation as v
from mockserver.fincom.faults.create_builders import (
    Place,
    Test,
    absent,
    accepts,
    blank_text,
    fault,
    is_a,
    mends,
    mends_body,
    null,
    refuses,
    refuses_body,
)
from mockserver.fincom.faults.create_places import ALPHA_3, entries, tax_country, tax_number
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

TAX_INFO = "basic_info.tax_info"
COUNTRY, TYPE, NUMBER = (f"{TAX_INFO}.*.{name}" for name in ("country_code", "document_type", "document_id"))
CITIZENSHIPS = ("country_of_residence", "primary_nationality", "secondary_nationality")
Entry = dict[str, Any]


def _number(place: Place) -> str:
    others = entries(place.body)
    index = next(index for index, entry in enumerate(others) if entry is place.holder)
    return tax_number(place.holder.get("country_code"), index)


# What is good at each key of an entry, made for the rest of the entry.
GOOD: dict[str, Callable[[Place], str]] = {
    COUNTRY: lambda place: tax_country(place.holder),
    TYPE: lambda _: "TIN",
    NUMBER: _number,
}


def _accepts(path: str, when: Test) -> OnRequest:
    return mends(path, when, GOOD[path])


def _numbers(american: bool, when: Callable[[str], object]) -> OnRequest:
    """Take the tax numbers of the USA, or of other countries, for which `when` holds."""

    def mend(tenant: Tenant, body: Body) -> bool:
        found = [entry for entry in entries(body) if _is_bad_number(entry, american) and when(entry["document_id"])]
        for entry in found:
            entry["document_id"] = _number(Place(tenant, body, entry, None))
        return bool(found)

    return mends_body(mend)


def _is_bad_number(entry: Entry, american: bool) -> bool:
    country, number = entry.get("country_code"), entry.get("document_id")
    at_issue = country == "USA" if american else v.is_country(country) and country != "USA"
    return at_issue and isinstance(number, str) and bool(number.strip()) and v.tax_id(number, country) is not None


def _is_good(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and v.is_country(entry.get("country_code"))
        and v.ascii_text(entry.get("document_type")) is None
        and v.tax_id(entry.get("document_id"), entry.get("country_code")) is None
    )


def _drops(when: Callable[[list[Any], int], bool]) -> OnRequest:
    """Leave out the entries for which `when` holds, given the list and the index."""

    def mend(_: Tenant, body: Body) -> bool:
        found = at(body, TAX_INFO)
        if not isinstance(found, list):
            return False
        kept = [entry for index, entry in enumerate(found) if not when(found, index)]
        body["basic_info"]["tax_info"] = kept
        return len(kept) < len(found)

    return mends_body(mend)


def _repeats(same: Callable[[Entry, Entry], bool]) -> OnRequest:
    """Take a tax number that an earlier good entry has, where `same` holds of the two."""

    def repeated(found: list[Any], index: int) -> bool:
        entry = found[index]
        earlier = [other for other in found[:index] if isinstance(other, dict) and isinstance(entry, dict)]
        return any(_is_good(entry) and entry["document_id"] == other.get("document_id") and same(entry, other) for other in earlier)

    return _drops(repeated)


def _distinct(name: str) -> Callable[[Entry, Entry], bool]:
    return lambda one, other: one.get(name) != other.get(name)


def _countries(body: Body) -> list[Any]:
    return [entry.get("country_code") for entry in entries(body)]


def _abroad(_: Tenant, body: Body) -> bool:
    own = {at(body, f"basic_info.{name}") for name in CITIZENSHIPS}
    return any(v.is_country(code) and code not in own for code in _countries(body))


def _american_like(_: Tenant, body: Body) -> bool:
    return any(_is_good(entry) and entry["country_code"] != "USA" and not v.SSN.fullmatch(entry["document_id"]) for entry in entries(body))


def _is_alpha_2(value: Any) -> bool:
    return isinstance(value, str) and value in ALPHA_3


def _is_no_country(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not v.is_country(value) and not v.is_country(value.upper())


PRESENCE = (
    fault("accepts_missing_tax_info", "tax-info-is-required", "takes a body without tax_info", accepts(TAX_INFO, absent)),
    fault("accepts_null_tax_info", "tax-info-is-required", "counts null as given tax_info", accepts(TAX_INFO, null)),
    fault(
        "wraps_a_tax_object",
        "tax-info-is-an-array",
        "takes one object for a list of one",
        mends(TAX_INFO, is_a(dict), lambda place: [place.value]),
    ),
    fault("accepts_tax_info_text", "tax-info-is-an-array", "takes text for the tax_info list", accepts(TAX_INFO, is_a(str))),
    fault(
        "accepts_empty_tax_info", "tax-info-empty-is-refused", "takes an empty tax_info list", accepts(TAX_INFO, lambda value: value == [])
    ),
    *(
        fault(f"accepts_{word}_tax_{path.rpartition('.')[2]}", f"tax-{rule}-{rest}", f"takes a tax entry with {says}", _accepts(path, when))
        for path, rule in ((COUNTRY, "country-code"), (TYPE, "document-type"), (NUMBER, "document-id"))
        for word, rest, says, when in (
            ("missing", "is-required", f"no {path.rpartition('.')[2]}", absent),
            ("null", "blank-is-refused", f"null as {path.rpartition('.')[2]}", null),
            ("blank", "blank-is-refused", f"blank text as {path.rpartition('.')[2]}", blank_text),
        )
    ),
)
LISTS = (
    fault(
        "demands_two_tax_entries",
        "tax-info-one-entry-is-accepted",
        "demands two tax entries",
        refuses(TAX_INFO, lambda value: isinstance(value, list) and len(value) == 1),
    ),
    fault(
        "takes_one_tax_country",
        "tax-info-several-countries-are-accepted",
        "refuses tax entries of two countries",
        refuses_body(TAX_INFO, lambda _, body: len({str(code) for code in _countries(body)}) > 1),
    ),
    fault(
        "takes_one_tax_entry_per_country",
        "tax-info-same-country-twice-is-accepted",
        "refuses two tax entries of one country",
        refuses_body(TAX_INFO, lambda _, body: len({str(code) for code in _countries(body)}) < len(_countries(body))),
    ),
    fault(
        "ties_tax_country_to_the_person",
        "tax-country-may-differ-from-residence",
        "demands a tax country that is the residence or a nationality",
        refuses_body(TAX_INFO, _abroad),
    ),
    fault(
        "keeps_repeated_tax_numbers",
        "tax-document-ids-are-unique tax-document-id-unique-across-countries",
        "does not look for tax numbers that come twice",
        _repeats(lambda *_: True),
    ),
    fault(
        "compares_tax_numbers_by_type",
        "tax-document-ids-are-unique",
        "takes a tax number twice where the types differ",
        _repeats(_distinct("document_type")),
    ),
    fault(
        "compares_tax_numbers_by_country",
        "tax-document-id-unique-across-countries",
        "takes a tax number twice where the countries differ",
        _repeats(_distinct("country_code")),
    ),
    fault(
        "compares_neighbouring_tax_entries",
        "tax-document-ids-are-unique",
        "takes two equal tax numbers of one type and country",
        _repeats(lambda one, other: one == other),
    ),
    fault(
        "checks_the_first_tax_entry_only",
        "every-tax-entry-is-checked",
        "looks at the first tax entry only",
        _drops(lambda found, index: index > 0 and not _is_good(found[index])),
    ),
)
FORMS = (
    fault("accepts_any_tax_country", "tax-country-is-alpha-3", "takes any text as tax country", _accepts(COUNTRY, _is_no_country)),
    fault(
        "reads_alpha_2_tax_countries",
        "tax-country-is-alpha-3",
        "reads alpha-2 codes as tax country too",
        mends(COUNTRY, _is_alpha_2, lambda place: ALPHA_3[place.value]),
    ),
    fault(
        "refuses_ssn_hyphens",
        "ssn-format-is-accepted",
        "refuses hyphens in a social security number",
        refuses(NUMBER, lambda value: isinstance(value, str) and v.SSN.fullmatch(value) is not None),
    ),
    fault(
        "adds_ssn_hyphens",
        "ssn-without-hyphens-is-refused",
        "takes nine digits as a social security number",
        _numbers(True, lambda text: re.fullmatch("[0-9]{9}", text)),
    ),
    fault(
        "counts_ssn_digits",
        "ssn-wrong-groups-is-refused",
        "counts nine digits wherever the hyphens are",
        _numbers(True, lambda text: "-" in text and len(re.sub("-", "", text)) == 9 and re.fullmatch("[0-9-]+", text)),
    ),
    fault(
        "counts_no_ssn_digits",
        "ssn-wrong-groups-is-refused",
        "takes any digits with two hyphens as a social security number",
        _numbers(True, lambda text: re.fullmatch("[0-9]+-[0-9]+-[0-9]+", text)),
    ),
    fault(
        "takes_letters_for_ssn_digits",
        "ssn-letters-are-refused",
        "takes letters in the groups of a social security number",
        _numbers(True, lambda text: re.search("[A-Za-z]", text) and re.fullmatch("[0-9A-Za-z]{3}-[0-9A-Za-z]{2}-[0-9A-Za-z]{4}", text)),
    ),
    fault(
        "looks_for_an_ssn_within",
        "ssn-letters-are-refused",
        "looks for a social security number anywhere in the text",
        _numbers(True, v.SSN.search),
    ),
    fault(
        "demands_ssn_of_all_countries",
        "ssn-format-binds-usa-only",
        "demands the American form of every tax number",
        refuses_body(TAX_INFO, _american_like),
    ),
    fault(
        "checks_american_numbers_only",
        "foreign-tin-format-is-checked",
        "takes any text as tax number of another country",
        _numbers(False, str.isascii),
    ),
)

FAULTS: tuple[Fault, ...] = (*PRESENCE, *LISTS, *FORMS)
