"""Named edits of a whole create body: absence, blanks, wrong types, the verification type, keys of V1, unknown keys.

Each is one respect in which the body leaves document 002 (V2 field tables); the themes with many forms have modules of their own.
"""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, get, insert, put, rename
from strategies.placeholders import Derived

SECTIONS = ("basic_info", "address", "financial_profile")

# Required fields by section, as the Required columns of the V2 tables have them.
REQUIRED_DETAILS = (
    "basic_info.first_name",
    "basic_info.last_name",
    "basic_info.dob",
    "basic_info.email",
    "basic_info.phone",
    "basic_info.country_of_residence",
    "basic_info.primary_nationality",
)
REQUIRED_ADDRESS = ("address.street_line_1", "address.city", "address.subdivision_code", "address.postal_code", "address.country")
REQUIRED_PROFILE = (
    "financial_profile.employment_status",
    "financial_profile.occupation_id",
    "financial_profile.purpose_id",
    "financial_profile.source_of_fund_ids",
    "financial_profile.monthly_volume_usd",
)
OPTIONAL = (
    "basic_info.middle_name",
    "basic_info.secondary_nationality",
    "basic_info.gender",
    "address.street_line_2",
    "financial_profile.purpose_remarks",
    "financial_profile.source_of_funds_description",
)


def null(path: str) -> Edit:
    """Send null in the place of the value."""
    return put(path, None, name="null")


def blanks(path: str) -> tuple[Edit, ...]:
    """Send text with nothing in it."""
    return put(path, "", name="empty"), put(path, "  \t", name="white-space")


def null_or_blank(path: str) -> tuple[Edit, ...]:
    """Send null or text with nothing in it."""
    return null(path), *blanks(path)


def not_text(path: str) -> tuple[Edit, ...]:
    """Send a number, a boolean, a list and an object where text belongs."""
    return (
        put(path, 94103, name="number"),
        put(path, True, name="boolean"),
        change(path, lambda value: [value], name="list"),
        change(path, lambda value: {"value": value}, name="object"),
    )


def padded(path: str) -> Edit:
    """Put blanks around an otherwise good value."""
    return change(path, lambda value: Derived(value, lambda text: f" {text} "), name="blanks-around")


def no_section(section: str) -> tuple[Edit, ...]:
    """Leave a section out, or send something that is no object."""
    return (
        drop(section, name="absent"),
        null(section),
        change(section, lambda value: [value], name="list"),
        put(section, "none", name="text"),
    )


VERIFICATION = "verification_type"
NO_VERIFICATION_TYPE = drop(VERIFICATION)
UNKNOWN_VERIFICATION_TYPES = tuple(
    put(VERIFICATION, word, name=name)
    for name, word in (("enhanced", "ENHANCED"), ("two-words", "STANDARD RELIANCE"), ("longer", "STANDARDS"), ("shorter", "STAND"))
)
RELIANCE = put(VERIFICATION, "RELIANCE", name="reliance")

# Enumerated words in another case, by field.
OTHER_CASE = {
    VERIFICATION: (put(VERIFICATION, "standard", name="small"), put(VERIFICATION, "Standard", name="capitalised")),
    "basic_info.gender": (put("basic_info.gender", "female", name="small"),),
    "financial_profile.employment_status": (put("financial_profile.employment_status", "employed", name="small"),),
}


def _first_entry(path: str, key: str, leaf: str | None) -> Edit:
    """Send the first entry of a list (or one value of it) under the singular key that V1 had."""

    def apply(payload: Json) -> Json:
        section, _, old = path.rpartition(".")
        first = payload[section].pop(old)[0]
        payload[section][key] = first[leaf] if leaf else first
        return payload

    return Edit(f"{key.replace('_', '-')}-instead", apply)


# The key of V1 by the path of its successor (002, migration summary).
OLD_KEYS = {
    "basic_info.primary_nationality": "nationality",
    "basic_info.tax_info": "tin",
    "address.street_line_1": "street",
    "address.subdivision_code": "state",
    "financial_profile.source_of_fund_ids": "source_of_fund_id",
}
# The key of V1 in the place of its successor, by the path of the latter.
V1_KEYS = {path: rename(path, key) for path, key in OLD_KEYS.items()} | {
    "basic_info.tax_info": _first_entry("basic_info.tax_info", "tin", "document_id"),
    "financial_profile.source_of_fund_ids": _first_entry("financial_profile.source_of_fund_ids", "source_of_fund_id", None),
}


def old_path(successor: str) -> str:
    """The path that the value had in V1."""
    return f"{successor.partition('.')[0]}.{OLD_KEYS[successor]}"


V1_BODY_MISSES = (VERIFICATION, *V1_KEYS, "financial_profile.employment_status")
V1_BODY_FLAWS = (*V1_BODY_MISSES, *map(old_path, V1_KEYS))


def _as_v1(payload: Json) -> Json:
    for edit in V1_KEYS.values():
        payload = edit.apply(payload)
    for path in (VERIFICATION, "financial_profile.employment_status"):
        payload = drop(path).apply(payload)
    return payload


V1_BODY = Edit("body-of-v1", _as_v1)

MAY_BE_ABSENT = (*OPTIONAL, "meta_data")
TRIMMABLE = (
    "basic_info.first_name",
    "basic_info.email",
    "basic_info.phone",
    "address.city",
    "address.postal_code",
    "address.subdivision_code",
)
LONG_NAMES = tuple(
    put("basic_info.first_name", "A" + "a" * (length - 1), name=f"{length}-characters") for length in (50, 51, 100, 101, 255, 256, 10_000)
)

# Keys that the V2 tables do not know, beside a complete body, by the path that a refusal would name.
UNKNOWN_KEYS = {
    "nickname": insert("nickname", "Mia", name="nickname"),
    "basic_info.nickname": insert("basic_info.nickname", "Mia", name="nickname-in-basic-info"),
    "basic_info.nationality": Edit("nationality-too", lambda body: _with(body, "nationality", get(body, "basic_info.primary_nationality"))),
    "basic_info.tin": Edit("tin-too", lambda body: _with(body, "tin", get(body, "basic_info.tax_info.0.document_id"))),
}


def _with(body: Json, key: str, value: Json) -> Json:
    body["basic_info"][key] = value
    return body
