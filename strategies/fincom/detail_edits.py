"""Named edits on birth, e-mail, phone, countries and gender (002, V2 Personal details)."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, change, get, put
from strategies.emails import with_capital
from strategies.phones import FIFTEEN_DIGITS, international, national, nth_longest_phone, nth_phone
from strategies.placeholders import Dated, Derived, Fresh, Serial
from strategies.places import alpha_2, country_name

DOB = "basic_info.dob"
EMAIL = "basic_info.email"
PHONE = "basic_info.phone"
GENDER = "basic_info.gender"
RESIDENCE = "basic_info.country_of_residence"
ADDRESS_COUNTRY = "address.country"
NATIONALITIES = ("basic_info.primary_nationality", "basic_info.secondary_nationality")
COUNTRIES = (RESIDENCE, *NATIONALITIES)


def _forms(path: str, values: dict[str, object]) -> tuple[Edit, ...]:
    return tuple(put(path, value, name=name) for name, value in values.items())


DOB_OTHER_FORMATS = _forms(
    DOB,
    {
        "day-first-slashes": "15/04/1990",
        "month-first-hyphens": "04-15-1990",
        "no-hyphens": "19900415",
        "no-leading-zeros": "1990-4-5",
        "date-time": "1990-04-15T00:00:00Z",
        "two-digit-year": "90-04-15",
        "month-by-name": "15 April 1990",
    },
)
DOB_IMPOSSIBLE = _forms(
    DOB,
    {
        "30-february": "1990-02-30",
        "29-february-of-a-common-year": "1991-02-29",
        "31-april": "1990-04-31",
        "month-13": "1990-13-01",
        "month-0": "1990-00-15",
        "all-zeros": "0000-00-00",
    },
)
# Two days of margin on either side of a birthday, because the document does not say on whose calendar it is.
UNDER_18 = _forms(
    DOB,
    {
        "eighteen-in-two-days": Dated(years=-18, days=2),
        "eighteen-in-two-weeks": Dated(years=-18, days=14),
        "seventeen": Dated(years=-17, days=-2),
        "five": Dated(years=-5, days=-2),
    },
)
OVER_120 = _forms(
    DOB,
    {
        "121-two-days-ago": Dated(years=-121, days=-2),
        "130": Dated(years=-130, days=-2),
        "born-in-1850": "1850-06-15",
    },
)
FUTURE = _forms(DOB, {"born-in-two-days": Dated(days=2), "born-next-year": Dated(years=1), "born-in-thirty-years": Dated(years=30)})
EXACTLY_18 = put(DOB, Dated(years=-18, days=-2), name="eighteen-two-days-ago")
AGED_119 = _forms(DOB, {"119": Dated(years=-119, days=-2), "120-in-two-days": Dated(years=-120, days=2)})
AGED_120 = put(DOB, Dated(years=-120, days=-180), name="120-half-a-year-ago")
EIGHTEEN_TODAY = put(DOB, Dated(years=-18), name="eighteen-today")


def _email(name: str, edit: Callable[[str], str]) -> Edit:
    return change(EMAIL, lambda address: address.map_template(edit), name=name)


def capital_in(part: str, nth: int) -> Edit:
    """One capital in the `local-part` or in the `domain`."""
    return change(EMAIL, lambda address: with_capital(address, nth, domain=part == "domain"), name=f"capital-in-{part}")


def capitals(part: str) -> st.SearchStrategy[Edit]:
    """One capital anywhere in the `local-part` or in the `domain`."""
    return st.integers(0, 30).map(lambda nth: capital_in(part, nth))


# One address of each form: a tag, digits, separators, sub-domains.
EMAIL_FORMS = tuple(
    put(EMAIL, Fresh(template), name=name)
    for name, template in (
        ("plus-tag", "maria+{}@example.com"),
        ("digits-and-dots", "m.4.{}@example.org"),
        ("underscore-and-hyphen", "m_a-{}@my-mail.example.net"),
        ("sub-domains", "{}@a.b.c.example.com"),
    )
)
EMAIL_NO_ADDRESS = (
    _email("no-at", lambda text: text.replace("@", ".")),
    _email("two-ats", lambda text: text.replace("@", "@@")),
    _email("blank-inside", lambda text: text.replace("@", " @")),
    _email("no-domain", lambda text: text.partition("@")[0] + "@"),
    _email("no-local-part", lambda text: "@" + text.partition("@")[2]),
    _email("trailing-dot", lambda text: text + "."),
    _email("two-addresses", lambda text: f"{text},{text}"),
)
EMAIL_UNICODE = {
    "local-part": put(EMAIL, Fresh("maría.{}@example.com"), name="accent-in-local-part"),
    "domain": put(EMAIL, Fresh("maria.{}@bücher.example.com"), name="accent-in-domain"),
}


def _phone(name: str, edit: Callable[[str], str]) -> Edit:
    return change(PHONE, lambda number: Derived(number, edit), name=name)


# Country codes of one, two and three digits.
PHONES_FAR_APART = tuple(put(PHONE, Serial(nth_phone, region), name=f"phone-of-{region.lower()}") for region in ("US", "GB", "NG"))
PHONE_OF_15_DIGITS = put(PHONE, Serial(nth_longest_phone, "DE"), name="fifteen-digits")
PHONE_NATIONAL = (_phone("as-dialled-at-home", national), put(PHONE, "(415) 555-2671", name="us-with-brackets"))
PHONE_WITHOUT_PLUS = (_phone("no-plus", lambda text: text[1:]), _phone("00-for-plus", lambda text: f"00{text[1:]}"))
PHONE_SEPARATED = (
    _phone("grouped", lambda text: f"{text[:-4]} {text[-4:]}"),
    _phone("hyphen", lambda text: f"{text[:-4]}-{text[-4:]}"),
    _phone("dot", lambda text: f"{text[:-4]}.{text[-4:]}"),
    _phone("international", lambda text: international(text).replace("-", " ")),
)
PHONE_16_DIGITS = (
    put(PHONE, f"{FIFTEEN_DIGITS}1", name="one-digit-more-than-fifteen"),
    _phone("filled-up-to-16", lambda text: text.ljust(17, "1")),
)
PHONE_LEADING_ZERO = (put(PHONE, "+0014155552671", name="plus-and-zeros"), _phone("zero-after-plus", lambda text: f"+0{text[2:]}"))
PHONE_LETTERS = (
    put(PHONE, "+1415CALLNOW", name="vanity"),
    _phone("extension", lambda text: f"{text}x12"),
    _phone("letter-o-for-zero", lambda text: f"{text[:-1]}O"),
)


def _recoded(path: str, name: str, how: Callable[[str], str]) -> Edit:
    """Another code for the same country; for the residence also in the address, so that the two still agree."""
    edit = change(path, how, name=name)
    return edit.then(change(ADDRESS_COUNTRY, how, name=name)).named(name) if path == RESIDENCE else edit


def alpha_2_code(path: str) -> Edit:
    """`US` for `USA`."""
    return _recoded(path, "alpha-2", alpha_2)


def lower_case_code(path: str) -> Edit:
    """`usa` for `USA`."""
    return _recoded(path, "lower-case", str.lower)


def unknown_codes(path: str) -> tuple[Edit, ...]:
    """Codes that ISO 3166-1 alpha-3 does not hold: unassigned, numeric, the name, a prefix match."""
    return (
        _recoded(path, "unassigned", lambda _: "ZZZ"),
        _recoded(path, "numeric", lambda _: "840"),
        _recoded(path, "name", country_name),
        _recoded(path, "one-letter-more", lambda code: f"{code}X"),
    )


# Countries on all continents, by their alpha-3 codes.
FAR_APART = ("JPN", "NGA", "NZL", "PER", "SWE", "PHL")


def same_nationality_twice(country: str) -> Edit:
    """The second nationality equals the first."""
    first, second = (put(path, country, name="same-nationality-twice") for path in NATIONALITIES)
    return first.then(second).named("same-nationality-twice")


# What two customers might share, by the path of the value.
SHARED = {EMAIL: "same-email", PHONE: "same-phone", "basic_info.tax_info": "same-tax-entries"}


def shared(path: str, other: Json) -> Edit:
    """The value that another customer was created with."""
    return put(path, get(other, path), name=SHARED[path])


GENDER_OTHER = _forms(
    GENDER, {"other": "OTHER", "x": "X", "initial": "M", "unknown": "UNKNOWN", "longer": "FEMALES", "empty": "", "number": 1}
)
