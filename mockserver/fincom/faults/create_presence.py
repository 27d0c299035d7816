"""Servers that take create bodies with something missing, null, blank or of another type, or that demand what is optional."""

import re
from typing import Any

from mockserver.faulting import ABSENT
from mockserver.fincom.faults.create_builders import (
    absent,
    accepts,
    breaks_down,
    empty_text,
    fault,
    is_a,
    mends,
    not_text,
    null,
    refuses,
    white_space,
)
from mockserver.wrappers import Fault

DETAILS = ("first_name", "last_name", "dob", "email", "phone", "country_of_residence", "primary_nationality")
ADDRESS = ("street_line_1", "city", "subdivision_code", "postal_code", "country")
PROFILE = ("employment_status", "occupation_id", "purpose_id", "source_of_fund_ids", "monthly_volume_usd")
# Path, name in fault names, beginning of rule ids, and what the rule against null is called.
REQUIRED = (
    *((f"basic_info.{name}", name, name.replace("_", "-"), "null") for name in DETAILS),
    *((f"address.{name}", f"address_{name}", f"address-{name.replace('_', '-')}", "blank") for name in ADDRESS),
    *((f"financial_profile.{name}", name, name.replace("_", "-"), "null") for name in PROFILE),
)
TEXTS = tuple(row for row in REQUIRED if not row[0].startswith("financial_profile"))
OPTIONAL = (
    ("basic_info.middle_name", "middle-name-is-optional"),
    ("basic_info.secondary_nationality", "secondary-nationality-is-optional"),
    ("basic_info.gender", "gender-is-optional"),
    ("address.street_line_2", "street-line-2-is-optional"),
    ("financial_profile.purpose_remarks", "purpose-remarks-are-optional"),
    ("financial_profile.source_of_funds_description", "fund-description-is-optional"),
)
SECTIONS = ("basic_info", "address", "financial_profile")
OLD_TYPES = (("list", list), ("text", str), ("number", int))


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number_as_text(path: str, name: str, rule: str) -> Fault:
    how = mends(path, _number, lambda place: str(place.value))
    return fault(f"reads_numbers_as_{name}", f"{rule}-is-text", f"turns a number into text where {_leaf(path)} is due", how)


MISSING = tuple(
    fault(f"accepts_missing_{name}", f"{rule}-is-required", f"takes a body without {_leaf(path)}", accepts(path, absent))
    for path, name, rule, _ in REQUIRED
)
NULL = tuple(
    fault(f"accepts_null_{name}", f"{rule}-{word}-is-refused", f"counts null as a given {_leaf(path)}", accepts(path, null))
    for path, name, rule, word in REQUIRED
)
BLANK = tuple(
    fault(f"accepts_{word}_{name}", f"{rule}-blank-is-refused", f"counts {says} as a given {_leaf(path)}", accepts(path, when))
    for path, name, rule, _ in TEXTS
    for word, says, when in (("empty", "empty text", empty_text), ("white_space_as", "white space", white_space))
)
NOT_TEXT = tuple(
    fault(f"accepts_anything_as_{name}", f"{rule}-is-text", f"does not look at the type of {_leaf(path)}", accepts(path, not_text))
    for path, name, rule, _ in TEXTS
)
OF_ANOTHER_TYPE = (
    _number_as_text("address.postal_code", "address_postal_code", "address-postal-code"),
    _number_as_text("address.street_line_1", "address_street_line_1", "address-street-line-1"),
    _number_as_text("address.city", "address_city", "address-city"),
    _number_as_text("basic_info.first_name", "first_name", "first-name"),
    fault(
        "reads_booleans_as_last_name",
        "last-name-is-text",
        "turns true and false into a last name",
        accepts("basic_info.last_name", is_a(bool)),
    ),
    fault(
        "reads_numbers_as_dob",
        "dob-is-text",
        "reads a number as seconds since 1970 where a date of birth is due",
        accepts("basic_info.dob", _number),
    ),
    fault(
        "takes_the_first_of_several_emails",
        "email-is-text",
        "takes a list where one e-mail address is due",
        accepts("basic_info.email", is_a(list)),
    ),
    fault(
        "reads_numbers_as_phone",
        "phone-is-text",
        "takes a bare number as phone number",
        accepts("basic_info.phone", _number),
    ),
    fault(
        "breaks_down_on_first_name_object",
        "first-name-is-text",
        "answers 500 where an object stands for the first name",
        breaks_down("basic_info.first_name", is_a(dict)),
    ),
    fault(
        "breaks_down_on_city_list",
        "address-city-is-text",
        "answers 500 where a list stands for the city",
        breaks_down("address.city", is_a(list)),
    ),
)
DEMANDED = tuple(
    fault(f"demands_{_leaf(path)}", rule, f"demands {_leaf(path)}, which is optional", refuses(path, absent)) for path, rule in OPTIONAL
)
SECTION_MISSING = tuple(
    fault(f"accepts_{word}_{name}", f"{name.replace('_', '-')}-is-required", f"fills in a whole {name} for {says} one", accepts(name, when))
    for name in SECTIONS
    for word, says, when in (("missing", "a missing", absent), ("null", "a null", null))
)
SECTION_OF_ANOTHER_TYPE = tuple(
    fault(
        f"accepts_{word}_as_{name}",
        f"{name.replace('_', '-')}-is-required",
        f"ignores a {word} in the place of {name} and fills in a whole one",
        accepts(name, is_a(kind)),
    )
    for name in SECTIONS
    for word, kind in (("list", list), ("text", str))
)
SECTION_BREAKS = tuple(
    fault(
        f"breaks_down_on_{name}_list",
        f"{name.replace('_', '-')}-is-required",
        f"answers 500 where a list stands for {name}",
        breaks_down(name, is_a(list)),
    )
    for name in SECTIONS
)
METADATA = (
    fault("demands_metadata", "metadata-is-optional", "demands meta_data", refuses("meta_data", absent)),
    fault(
        "refuses_empty_metadata",
        "metadata-empty-is-accepted",
        "demands a pair in meta_data",
        refuses("meta_data", lambda value: value == {}),
    ),
    fault(
        "knows_one_metadata_key",
        "metadata-pairs-are-accepted",
        "takes no other key of meta_data than the document's example",
        refuses("meta_data", lambda value: isinstance(value, dict) and bool(value.keys() - {"reference"})),
    ),
    fault(
        "takes_one_metadata_pair",
        "metadata-pairs-are-accepted",
        "takes no more than one pair in meta_data",
        refuses("meta_data", lambda value: isinstance(value, dict) and len(value) > 1),
    ),
    fault(
        "demands_plain_metadata_keys",
        "metadata-pairs-are-accepted",
        "takes letters, digits and underscores only in the keys of meta_data",
        refuses("meta_data", lambda value: isinstance(value, dict) and not all(re.fullmatch(r"\w+", key) for key in value)),
    ),
    fault(
        "demands_plain_metadata_values",
        "metadata-pairs-are-accepted",
        "takes letters, digits and hyphens only in the values of meta_data",
        refuses(
            "meta_data", lambda value: isinstance(value, dict) and not all(re.fullmatch(r"[\w-]*", str(each)) for each in value.values())
        ),
    ),
    *(
        fault(
            f"accepts_{word}_as_metadata",
            "metadata-is-an-object",
            f"drops a {word} in the place of meta_data without a word",
            mends("meta_data", is_a(kind), lambda _: ABSENT),
        )
        for word, kind in OLD_TYPES
    ),
)

FAULTS: tuple[Fault, ...] = (
    *MISSING,
    *NULL,
    *BLANK,
    *NOT_TEXT,
    *OF_ANOTHER_TYPE,
    *DEMANDED,
    *SECTION_MISSING,
    *SECTION_OF_ANOTHER_TYPE,
    *SECTION_BREAKS,
    *METADATA,
)
