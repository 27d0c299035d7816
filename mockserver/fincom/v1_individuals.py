"""What a create request of V1 must look like (002 V1 "Request Body Structure"), as tables.

Readings where 002 leaves a choice: every listed field is required; English (Latin) characters are ASCII, in all text fields
but the custom pairs; no age is asked for, only that the person is born; a customer of the USA is one who resides there; the
state is one of the address's country, which need not be the residence.
"""

from datetime import date
from typing import Any

from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import OCCUPATIONS, PURPOSES, identifiers
from mockserver.fincom.errors import Errors
from mockserver.fincom.individuals import FUND_IDS, INDIVIDUAL_TYPE, check_meta_data
from mockserver.fincom.validation import Field, add

BASIC_INFO = (
    Field("first_name", True, v.ascii_text),
    Field("last_name", True, v.ascii_text),
    Field("dob", True, v.calendar_date),
    Field("email", True, v.email),
    Field("phone", True, v.phone),
    Field("country_of_residence", True, v.country),
    Field("nationality", True, v.country),
    Field("tin", True, v.ascii_text),
)
ADDRESS = (
    Field("street", True, v.ascii_text),
    Field("city", True, v.ascii_text),
    Field("state", True, v.ascii_text),
    Field("postal_code", True, v.ascii_text),
    Field("country", True, v.country),
)
FINANCIAL_PROFILE = (
    Field("occupation_id", True, v.catalogued(identifiers(OCCUPATIONS, INDIVIDUAL_TYPE))),
    Field("source_of_fund_id", True, v.catalogued(FUND_IDS)),
    Field("purpose_id", True, v.catalogued(identifiers(PURPOSES, INDIVIDUAL_TYPE))),
    Field("monthly_volume_usd", True, v.volume),
)
VERIFICATION = (Field("verification_type", False, v.one_of("STANDARD", "RELIANCE")),)
SECTIONS = {"basic_info": BASIC_INFO, "address": ADDRESS, "financial_profile": FINANCIAL_PROFILE}
# The texts of a tax number and of a missing field are the document's, to the letter (002 V1 "Error Response Examples").
NO_SSN = "TIN must be in SSN format (xxx-xx-xxxx) for USA customers"
MISSING = "{} is required"


def check_individual(body: dict[str, Any], today: date) -> Errors:
    """Return everything that is wrong with a create request, under dotted paths; nothing if it is good."""
    errors: Errors = {}
    v.check_object(errors, "", body, VERIFICATION)
    found = {name: v.check_object(errors, name, body.get(name), fields) for name, fields in SECTIONS.items()}
    _check_birth(errors, found["basic_info"].get("dob"), today)
    _check_tin(errors, found["basic_info"])
    _check_state(errors, found["address"])
    check_meta_data(errors, body.get("meta_data"))
    return said_as_in_v1(errors)


def documented(body: dict[str, Any]) -> dict[str, Any]:
    """Return the documented fields of a request that passed all checks, the default of verification_type filled in."""
    kept: dict[str, Any] = {"verification_type": body.get("verification_type") or "STANDARD"}
    for section, fields in SECTIONS.items():
        kept[section] = {field.name: body[section][field.name] for field in fields}
    return {**kept, "meta_data": body["meta_data"]} if body.get("meta_data") is not None else kept


def said_as_in_v1(errors: Errors) -> Errors:
    """Return the same complaints, a missing field told in the words of V1."""
    return {path: [_said(path, text) for text in texts] for path, texts in errors.items()}


def _said(path: str, text: str) -> str:
    return MISSING.format(path.rpartition(".")[2]) if text == v.REQUIRED else text


def _check_birth(errors: Errors, dob: object, today: date) -> None:
    born = v.parse_date(dob)
    if born is not None and born > today:
        add(errors, "basic_info.dob", "Must not be in the future")


def _check_tin(errors: Errors, basic: dict[str, Any]) -> None:
    tin, residence = basic.get("tin"), basic.get("country_of_residence")
    if isinstance(tin, str) and not v.ascii_text(tin) and (complaint := v.tax_id(tin, residence)):
        add(errors, "basic_info.tin", NO_SSN if residence == "USA" else complaint)


def _check_state(errors: Errors, address: dict[str, Any]) -> None:
    state, country = address.get("state"), address.get("country")
    if isinstance(state, str) and not v.ascii_text(state) and v.is_country(country) and not v.is_subdivision(state, [str(country)]):
        add(errors, "address.state", "Must be a subdivision code of the country's catalogue")
