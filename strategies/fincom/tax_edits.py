"""Named edits on `tax_info` (002, V2 Tax Info Array)."""

from __future__ import annotations

import copy
from collections.abc import Callable

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.fincom.customers import customers, tax_entry
from strategies.placeholders import Derived, Serial
from strategies.places import alpha_2
from strategies.tax import FOREIGN_TAX_COUNTRIES, nth_employer_number, nth_number_of_two_countries, nth_tax_number

TAX_INFO = "basic_info.tax_info"
FIRST_ID = f"{TAX_INFO}.0.document_id"
ENTRY_FIELDS = ("country_code", "document_type", "document_id")


def entry(index: int, field: str) -> str:
    """The path of one field of one entry."""
    return f"{TAX_INFO}.{index}.{field}"


ABSENT = (drop(TAX_INFO, name="absent"), put(TAX_INFO, None, name="null"))
NO_ARRAY = (
    change(TAX_INFO, lambda entries: entries[0], name="one-object"),
    change(TAX_INFO, lambda entries: entries[0]["document_id"], name="text"),
)
EMPTY = put(TAX_INFO, [], name="empty-list")


def blank(index: int, field: str) -> tuple[Edit, ...]:
    """Null or text with nothing in it in one field of one entry."""
    path = entry(index, field)
    return tuple(put(path, value, name=name) for name, value in (("null", None), ("empty", ""), ("white-space", "  ")))


def _repeat_first(payload: Json) -> Json:
    entries = payload["basic_info"]["tax_info"]
    entries.append(copy.deepcopy(entries[0]))
    return payload


REPEATED = Edit("same-entry-twice", _repeat_first)
# The document number again under another type: the number alone must be unique.
REPEATED_UNDER_ANOTHER_TYPE = REPEATED.then(put(entry(1, "document_type"), "TIN", name="as-tin")).named("same-number-as-tin")

COUNTRY_NOT_ALPHA_3 = (
    change(entry(0, "country_code"), alpha_2, name="alpha-2"),
    put(entry(0, "country_code"), "ZZZ", name="unassigned"),
    put(entry(0, "country_code"), "840", name="numeric"),
)
COUNTRY_IN_LOWER_CASE = change(entry(0, "country_code"), str.lower, name="lower-case")


def _ids(path: str, values: dict[str, str]) -> tuple[Edit, ...]:
    return tuple(put(path, value, name=name) for name, value in values.items())


def _rewritten(path: str, name: str, how: Callable[[str], str]) -> Edit:
    return change(path, lambda number: Derived(number, how), name=name)


def without_hyphens(path: str) -> tuple[Edit, ...]:
    """A social security number that lacks hyphens."""
    return (
        _rewritten(path, "no-hyphens", lambda number: number.replace("-", "")),
        _rewritten(path, "blanks-for-hyphens", lambda number: number.replace("-", " ")),
        _rewritten(path, "first-hyphen-missing", lambda number: number.replace("-", "", 1)),
    )


def wrong_groups(path: str) -> tuple[Edit, ...]:
    """Digits in other groups than three, two and four."""
    return _ids(
        path,
        {
            "2-3-4": "12-345-6789",
            "3-2-3": "123-45-678",
            "4-2-3": "1234-56-789",
            "3-2-5": "123-45-67890",
            "2-7": "12-3456789",
            "a-group-too-many": "123-45-6789-0",
        },
    )


def letters_in(path: str) -> tuple[Edit, ...]:
    """Letters in or around a social security number."""
    return (
        *_ids(path, {"letters": "abc-de-fghi", "one-letter": "123-45-678O", "text-before": "no 123-45-6789"}),
        _rewritten(path, "text-after", lambda number: f"{number} pending"),
        _rewritten(path, "letter-after", lambda number: f"{number}x"),
    )


SSN_WITHOUT_HYPHENS = without_hyphens(FIRST_ID)
SSN_WRONG_GROUPS = wrong_groups(FIRST_ID)
SSN_LETTERS = letters_in(FIRST_ID)
FOREIGN_ABSURD = put(FIRST_ID, "x", name="one-letter-as-number")

# A second entry that is broken behind a first one that is fine.
SECOND_ENTRY_BROKEN = (
    *(drop(entry(1, field), name=f"second-without-{field.replace('_', '-')}") for field in ENTRY_FIELDS),
    put(entry(1, "country_code"), "ZZZ", name="second-country-unassigned"),
    put(entry(1, "document_id"), "", name="second-number-empty"),
)

OTHER_TYPES = {
    "unknown": put(entry(0, "document_type"), "FOO", name="unknown-type"),
    "passport": put(entry(0, "document_type"), "PASSPORT", name="passport-as-type"),
}
_EMPLOYER_FORM = put(FIRST_ID, Serial(nth_employer_number, "USA"), name="ein-form")
SSN_SCOPE = {
    "usa-tin-in-ssn-form": put(entry(0, "document_type"), "TIN", name="tin-in-ssn-form"),
    "usa-tin-otherwise": put(entry(0, "document_type"), "TIN", name="tin").then(_EMPLOYER_FORM),
    "usa-ein": put(entry(0, "document_type"), "EIN", name="ein").then(_EMPLOYER_FORM),
}
SSN_TYPE_ABROAD = put(entry(0, "document_type"), "SSN", name="ssn-type-abroad")


@st.composite
def customers_with_two_entries(draw: st.DrawFn) -> Json:
    """Customers with a second tax entry from a country other than that of their residence."""
    body = draw(customers())
    residence = body["basic_info"]["country_of_residence"]
    abroad = draw(st.sampled_from([country for country in FOREIGN_TAX_COUNTRIES if country != residence]))
    return insert(f"{TAX_INFO}.1", tax_entry(abroad, nth=1), name="second-entry")(body)


@st.composite
def customers_with_one_country_twice(draw: st.DrawFn) -> Json:
    """Customers with two tax numbers of their own country."""
    body = draw(customers())
    second = tax_entry(body["basic_info"]["country_of_residence"], nth=1)
    return insert(f"{TAX_INFO}.1", second, name="second-entry")(body)


@st.composite
def customers_taxed_abroad(draw: st.DrawFn) -> Json:
    """Customers whose only tax entry is of a country that is neither their residence nor a nationality."""
    body = draw(customers())
    info = body["basic_info"]
    own = {info["country_of_residence"], info["primary_nationality"], info.get("secondary_nationality")}
    abroad = draw(st.sampled_from([country for country in FOREIGN_TAX_COUNTRIES if country not in own]))
    return put(TAX_INFO, [tax_entry(abroad)], name="taxed-abroad")(body)


def _entry(country: str, number: Json) -> Json:
    return {"country_code": country, "document_type": "TIN", "document_id": number}


@st.composite
def numbers_repeated_across_countries(draw: st.DrawFn) -> tuple[Json, Edit]:
    """A customer taxed in Portugal and the Netherlands, and the edit that gives both entries one number valid in either."""
    shared, other = (Serial(nth_number_of_two_countries, "PRT NLD", nth) for nth in range(2))
    entries = [_entry("PRT", shared), _entry("NLD", other)]
    body = put(TAX_INFO, entries, name="two-countries")(draw(customers(country="PRT")))
    return body, put(entry(1, "document_id"), shared, name="same-number-in-another-country")


def _again(name: str, how: Callable[[str], str]) -> Edit:
    number = Serial(nth_tax_number, "ESP")
    return put(TAX_INFO, [_entry("ESP", number), _entry("ESP", Derived(number, how))], name=name)


# Two numbers of one country that only normalising makes equal.
NEARLY_EQUAL = {
    "letter-case": _again("equal-but-for-letter-case", str.lower),
    "hyphen": _again("equal-but-for-a-hyphen", lambda number: f"{number[:-1]}-{number[-1]}"),
}
