"""What a create request for an individual must look like (002 V2 "Request Body Structure"), as tables."""

from datetime import date
from typing import Any

from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import INDIVIDUAL, OCCUPATIONS, PURPOSES, SOURCES_OF_FUNDS, identifiers
from mockserver.fincom.errors import Errors
from mockserver.fincom.validation import Field, add

YOUNGEST, OLDEST = 18, 120  # 002 V2 dob: between 18 and 120; read as 120 included, until the 121st birthday
INDIVIDUAL_TYPE = next(iter(INDIVIDUAL))
FUND_IDS = identifiers(SOURCES_OF_FUNDS, INDIVIDUAL_TYPE)
_check_fund = v.catalogued(FUND_IDS)

BASIC_INFO = (
    Field("first_name", True, v.text),
    Field("middle_name", False, v.any_text),
    Field("last_name", True, v.text),
    Field("dob", True, v.calendar_date),
    Field("email", True, v.email),
    Field("phone", True, v.phone),
    Field("country_of_residence", True, v.country),
    Field("primary_nationality", True, v.country),
    Field("secondary_nationality", False, v.country),
    Field("gender", False, v.one_of("MALE", "FEMALE")),
)
# City, postal code and remarks have no _en partner, so the sentence "only English (Latin) characters" binds them as it stands.
ADDRESS = (
    Field("street_line_1", True, v.text),
    Field("street_line_2", False, v.any_text),
    Field("city", True, v.ascii_text),
    Field("subdivision_code", True, v.text),
    Field("postal_code", True, v.ascii_text),
    Field("country", True, v.country),
)
FINANCIAL_PROFILE = (
    Field("employment_status", True, v.one_of("EMPLOYED", "SELF_EMPLOYED", "RETIRED", "STUDENT", "UNEMPLOYED")),
    Field("occupation_id", True, v.catalogued(identifiers(OCCUPATIONS, INDIVIDUAL_TYPE))),
    Field("purpose_id", True, v.catalogued(identifiers(PURPOSES, INDIVIDUAL_TYPE))),
    Field("purpose_remarks", False, v.any_ascii_text),
    Field("source_of_funds_description", False, v.any_ascii_text),
    Field("monthly_volume_usd", True, v.volume),
)
TAX_ENTRY = (Field("country_code", True, v.country), Field("document_type", True, v.ascii_text))
TRANSLITERATED = {
    "basic_info": {"first_name": "first_name_en", "middle_name": "middle_name_en", "last_name": "last_name_en"},
    "address": {"street_line_1": "street_line_1_en", "street_line_2": "street_line_2_en"},
}
TAX_NAMES = frozenset({"country_code", "document_type", "document_id"})
KEPT = {
    section: frozenset({field.name for field in fields} | set(TRANSLITERATED.get(section, {}).values()) | extra)
    for section, fields, extra in (
        ("basic_info", BASIC_INFO, {"tax_info"}),
        ("address", ADDRESS, set[str]()),
        ("financial_profile", FINANCIAL_PROFILE, {"source_of_fund_ids"}),
    )
}
VERIFICATION = (Field("verification_type", True, v.one_of("STANDARD", "RELIANCE")),)


def check_individual(body: dict[str, Any], today: date) -> Errors:
    """Return everything that is wrong with a create request, under dotted paths; nothing if it is good."""
    errors: Errors = {}
    v.check_object(errors, "", body, VERIFICATION)
    basic = v.check_object(errors, "basic_info", body.get("basic_info"), BASIC_INFO)
    address = v.check_object(errors, "address", body.get("address"), ADDRESS)
    profile = v.check_object(errors, "financial_profile", body.get("financial_profile"), FINANCIAL_PROFILE)
    for section, found in (("basic_info", basic), ("address", address)):
        _check_transliterations(errors, section, found)
    if isinstance(body.get("basic_info"), dict):
        _check_age(errors, basic.get("dob"), today)
        _check_tax_info(errors, basic.get("tax_info"))
    if address:
        _check_place(errors, address, basic.get("country_of_residence"))
    if isinstance(body.get("financial_profile"), dict):
        _check_funds(errors, profile.get("source_of_fund_ids"))
    check_meta_data(errors, body.get("meta_data"))
    return errors


def documented(body: dict[str, Any]) -> dict[str, Any]:
    """Return the documented fields of a request that passed all checks; unknown ones are ignored (002 is silent)."""
    kept: dict[str, Any] = {name: body[name] for name in ("verification_type", "meta_data") if body.get(name) is not None}
    for section, names in KEPT.items():
        kept[section] = _without_others(body[section], names)
    kept["basic_info"]["tax_info"] = [_without_others(entry, TAX_NAMES) for entry in body["basic_info"]["tax_info"]]
    return kept


def _without_others(given: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Return a copy of what has a value under one of the names: mostly of all that was given, which takes no look at each."""
    if given.keys() <= names and None not in given.values():
        return dict(given)
    return {name: value for name, value in given.items() if name in names and value is not None}


def _check_transliterations(errors: Errors, section: str, found: dict[str, Any]) -> None:
    for name, partner in TRANSLITERATED[section].items():
        value, english = found.get(name), found.get(partner)
        if english is not None and (complaint := v.any_ascii_text(english)):
            add(errors, f"{section}.{partner}", complaint)
        elif isinstance(value, str) and not value.isascii() and v.blank(english):
            add(errors, f"{section}.{partner}", f"Required because {name} contains non-ASCII characters")


def _check_age(errors: Errors, dob: object, today: date) -> None:
    born = v.parse_date(dob)
    if born is not None and not YOUNGEST <= v.age_on(today, born) <= OLDEST:
        add(errors, "basic_info.dob", f"Age must be between {YOUNGEST} and {OLDEST}")


def _check_tax_info(errors: Errors, entries: object) -> None:
    path = "basic_info.tax_info"
    if not isinstance(entries, list) or not entries:
        add(errors, path, v.REQUIRED if entries is None else "Must be a list of at least one entry")
        return
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        found = v.check_object(errors, f"{path}.{index}", entry, TAX_ENTRY)
        if not isinstance(entry, dict):
            continue
        number = found.get("document_id")
        if complaint := v.REQUIRED if number is None else v.tax_id(number, found.get("country_code")):
            add(errors, f"{path}.{index}.document_id", complaint)
        elif number in seen:
            add(errors, f"{path}.{index}.document_id", "Must be unique within tax_info")
        if isinstance(number, str):
            seen.add(number)


def _check_place(errors: Errors, address: dict[str, Any], residence: object) -> None:
    places = [str(code) for code in (address.get("country"), residence) if v.is_country(code)]
    if len(set(places)) == 2:
        add(errors, "address.country", "Must match basic_info.country_of_residence")
    code = address.get("subdivision_code")
    # With two countries at odds it cannot be said whose the code should be: either will do, the country is named already.
    if places and not v.blank(code) and isinstance(code, str) and not v.is_subdivision(code, places):
        add(errors, "address.subdivision_code", "Must be an ISO 3166-2 code of the country")


def _check_funds(errors: Errors, funds: object) -> None:
    path = "financial_profile.source_of_fund_ids"
    if not isinstance(funds, list) or not funds:
        add(errors, path, v.REQUIRED if funds is None else "Must be a list of at least one id")
        return
    for index, identifier in enumerate(funds):
        if complaint := _check_fund(identifier):
            add(errors, f"{path}.{index}", complaint)


def check_meta_data(errors: Errors, pairs: object) -> None:
    """Demand an object of texts, if there is anything."""
    if pairs is None:
        return
    if not isinstance(pairs, dict):
        add(errors, "meta_data", "Must be an object")
        return
    for key, value in pairs.items():
        if not isinstance(value, str):
            add(errors, f"meta_data.{key}", "Must be text")
