"""Named edits of V1's create body (002, V1 Request Body Structure; Migration Summary)."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, get, insert, put, rename
from strategies.fincom.tax_edits import letters_in, without_hyphens, wrong_groups
from strategies.people import ACCENTED, DISGUISED, OTHER_SCRIPTS, Written, decomposed
from strategies.placeholders import Dated, Derived, Pick
from strategies.places import ACCENTED_STREETS


def unknown_keys(*sections: str) -> tuple[Edit, ...]:
    """A key that no table knows, beside a complete body and inside each of these sections."""
    inside = (insert(f"{section}.nickname", "Mia", name=f"nickname-in-{section.replace('_', '-')}") for section in sections)
    return (insert("nickname", "Mia", name="nickname"), *inside)


UNKNOWN_KEYS = unknown_keys("basic_info", "address", "financial_profile")
DETAILS = tuple(
    f"basic_info.{field}" for field in ("first_name", "last_name", "dob", "email", "phone", "country_of_residence", "nationality", "tin")
)
ADDRESS = tuple(f"address.{field}" for field in ("street", "city", "state", "postal_code", "country"))
OCCUPATION = "financial_profile.occupation_id"
FUND = "financial_profile.source_of_fund_id"
PURPOSE = "financial_profile.purpose_id"
VOLUME = "financial_profile.monthly_volume_usd"
PROFILE = (OCCUPATION, FUND, PURPOSE, VOLUME)
RESIDENCE, NATIONALITY, TIN = "basic_info.country_of_residence", "basic_info.nationality", "basic_info.tin"
STREET, STATE, COUNTRY = "address.street", "address.state", "address.country"

# --- letters

LATIN_ONLY = ("basic_info.first_name", "basic_info.last_name", STREET, "address.city")
# Other scripts, and a Latin-looking name with a single Cyrillic letter in it.
NON_LATIN = (*OTHER_SCRIPTS, next(text for text in DISGUISED if text.script == "look-alike"))
ACCENTS = (ACCENTED[0], decomposed(ACCENTED[0]), ACCENTED[3])


def in_letters(path: str, *texts: Written) -> tuple[Edit, ...]:
    """The field in these letters."""
    return tuple(put(path, text.text, name=text.script) for text in texts)


NO_WAY_OUT = tuple(
    put("basic_info.first_name", text.text, name=text.script).then(insert("basic_info.first_name_en", text.latin, name="with-en"))
    for text in OTHER_SCRIPTS
)
ACCENTED_NAMES = {
    "first-name": in_letters("basic_info.first_name", *ACCENTS),
    "last-name": in_letters("basic_info.last_name", *ACCENTS),
    "street": in_letters(STREET, ACCENTED_STREETS[0]),
}
METADATA_IN_CYRILLIC = insert("meta_data", {"note": "\u0437\u0430\u043c\u0435\u0442\u043a\u0430"}, name="cyrillic-pair")
PLAIN_NAMES = tuple(
    put(path, text, name=f"{sign}-in-{path.rpartition('.')[2].replace('_', '-')}")
    for path in ("basic_info.first_name", "basic_info.last_name")
    for sign, text in (("hyphen", "Anna-Maria"), ("apostrophe", "O'Neil"), ("blank", "de la Cruz"))
)

# --- birth, tax number

AGES = {
    "seventeen": put("basic_info.dob", Dated(years=-17, days=-2), name="seventeen"),
    "five": put("basic_info.dob", Dated(years=-5, days=-2), name="five"),
    "121": put("basic_info.dob", Dated(years=-121, days=-2), name="121"),
}
TIN_NO_SSN = (*without_hyphens(TIN), *wrong_groups(TIN), *letters_in(TIN))
TIN_PRINTED = without_hyphens(TIN)[0]
TIN_ABSURD = put(TIN, "x", name="one-letter-as-number")
TIN_AS_IN_V2 = (
    change(TIN, lambda number: [{"country_code": "USA", "document_type": "SSN", "document_id": number}], name="list-of-entries"),
    change(TIN, lambda number: {"country_code": "USA", "document_type": "SSN", "document_id": number}, name="one-entry"),
    change(TIN, lambda number: [number], name="list-of-numbers"),
)


def _half_american(body: Json) -> Json:
    body["basic_info"][NATIONALITY.rpartition(".")[2]] = "USA"
    return body


AMERICAN_BY_NATIONALITY = Edit("american-by-nationality", _half_american)
AMERICAN_BY_RESIDENCE = put(NATIONALITY, "MEX", name="mexican-in-the-usa").then(TIN_PRINTED).named("american-by-residence")

# --- address


def another(country: str) -> str:
    """A country that is not this one."""
    return "MEX" if country != "MEX" else "CAN"


def _move(body: Json) -> Json:
    country = another(body["address"]["country"])
    body["address"] |= {"country": country, "state": Pick("subdivisions", 0, country=country)}
    return body


ELSEWHERE = Edit("address-in-another-country", _move)
UNIT = put(STREET, "123 Main Street Apt 4B, #12", name="unit-behind-the-street")
PRINTED_STATES = {"USA": put(STATE, "US-CA", name="california"), "GBR": put(STATE, "GB-ENG", name="england")}
STATE_SHORT = (
    put(STATE, "CA", name="ca"),
    change(STATE, lambda code: Derived(code, lambda text: text.partition("-")[2]), name="without-country-prefix"),
)
STATE_NAMES = {
    "USA": put(STATE, "California", name="california-by-name"),
    "GBR": put(STATE, "England", name="england-by-name"),
}
STATE_UNLISTED = change(STATE, lambda code: Derived(code, lambda text: f"{text.partition('-')[0]}-ZZZ"), name="unlisted-code")
STATE_ABROAD = Edit(
    "state-of-another-country",
    lambda body: put(STATE, Pick("subdivisions", 0, country=another(get(body, COUNTRY))), name="abroad")(body),
)
COUNTRY_NOT_ALPHA_3 = (put(COUNTRY, "US", name="alpha-2"), put(COUNTRY, "ZZZ", name="unassigned"), put(COUNTRY, "840", name="numeric"))


def listed_states(country: str) -> tuple[Edit, ...]:
    """The first and the last code of the country's own list."""
    return tuple(
        put(STATE, Pick("subdivisions", index, country=country), name=name) for index, name in ((0, "first-listed"), (-1, "last-listed"))
    )


# --- keys and bodies of V2


def _as_list(path: str, key: str, entry: str | None) -> Edit:
    def apply(payload: Json) -> Json:
        section, _, old = path.partition(".")
        value = payload[section].pop(old)
        country = payload["basic_info"]["country_of_residence"]
        payload[section][key] = [{"country_code": country, "document_type": "TIN", entry: value} if entry else value]
        return payload

    return Edit(f"{key.replace('_', '-')}-instead", apply)


# The key of V2 in the place of its predecessor, by the path of the latter.
NEW_KEYS = {
    NATIONALITY: rename(NATIONALITY, "primary_nationality"),
    TIN: _as_list(TIN, "tax_info", "document_id"),
    STREET: rename(STREET, "street_line_1"),
    STATE: rename(STATE, "subdivision_code"),
    FUND: _as_list(FUND, "source_of_fund_ids", None),
}
SUCCESSORS = {
    NATIONALITY: "basic_info.primary_nationality",
    TIN: "basic_info.tax_info",
    STREET: "address.street_line_1",
    STATE: "address.subdivision_code",
    FUND: "financial_profile.source_of_fund_ids",
}


def _as_v2(payload: Json) -> Json:
    for edit in NEW_KEYS.values():
        payload = edit.apply(payload)
    return payload | {
        "verification_type": "STANDARD",
        "financial_profile": payload["financial_profile"] | {"employment_status": "EMPLOYED"},
    }


V2_BODY = Edit("body-of-v2", _as_v2)
V2_BODY_FLAWS = (*NEW_KEYS, *SUCCESSORS.values(), "financial_profile.employment_status")
