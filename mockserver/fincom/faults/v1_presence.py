"""Servers that take create bodies of V1 with something missing, null, blank or of another type (002 V1, the field tables)."""

from mockserver.faulting import ABSENT, Test, absent, is_a, null
from mockserver.fincom import validation as v
from mockserver.fincom.faults.v1_builders import accepts, fault, leaf, mends, refuses
from mockserver.wrappers import Fault

DETAILS = ("first_name", "last_name", "dob", "email", "phone", "country_of_residence", "nationality", "tin")
ADDRESS = ("street", "city", "state", "postal_code", "country")
PROFILE = ("occupation_id", "source_of_fund_id", "purpose_id", "monthly_volume_usd")
SECTIONS = ("basic_info", "address", "financial_profile")
# Path, name in fault names, beginning of rule ids.
TEXTS = (
    *((f"basic_info.{name}", name, name.replace("_", "-")) for name in DETAILS),
    *((f"address.{name}", f"address_{name}", f"address-{name.replace('_', '-')}") for name in ADDRESS),
)
NUMBERS = tuple((f"financial_profile.{name}", name, name.replace("_", "-")) for name in PROFILE)
KNOWN_KEYS = frozenset({"customer_reference", "internal_notes", "referral_code"})


def _empty(value: object) -> bool:
    return value == "" and isinstance(value, str)


def _white(value: object) -> bool:
    return isinstance(value, str) and value != "" and not value.strip()


def _not_text(value: object) -> bool:
    return value is not ABSENT and value is not None and not isinstance(value, str)


def _digits(value: object) -> bool:
    return isinstance(value, str) and value.strip().lstrip("-").isdecimal()


def _fraction(value: object) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _one_entry(value: object) -> bool:
    return isinstance(value, list)


BLANKS: tuple[tuple[str, str, Test], ...] = (
    ("null", "null", null),
    ("empty", "empty text", _empty),
    ("white_space_as", "white space", _white),
)
MISSING = tuple(
    fault(f"accepts_missing_{name}", f"{rule}-is-required", f"takes a body without {leaf(path)}", accepts(path, absent))
    for path, name, rule in (*TEXTS, *NUMBERS)
)
BLANK = tuple(
    fault(f"accepts_{word}_{name}", f"{rule}-blank-is-refused", f"counts {says} as a given {leaf(path)}", accepts(path, when))
    for path, name, rule in TEXTS
    for word, says, when in BLANKS
)
NOT_TEXT = tuple(
    fault(f"accepts_anything_as_{name}", f"{rule}-is-text", f"does not look at the type of {leaf(path)}", accepts(path, _not_text))
    for path, name, rule in TEXTS
)
OF_ANOTHER_TYPE = tuple(
    fault(f"reads_{word}_as_{name}", f"{rule}-is-text", f"turns {says} into a {leaf(path)}", accepts(path, when))
    for path, name, rule in (TEXTS[0], TEXTS[1], TEXTS[8], TEXTS[9], TEXTS[11])
    for word, says, when in (("numbers", "a number", _number), ("booleans", "true and false", is_a(bool)))
)
NULL_NUMBERS = tuple(
    fault(f"accepts_null_{name}", f"{rule}-null-is-refused", f"counts null as a given {leaf(path)}", accepts(path, null))
    for path, name, rule in NUMBERS
)
NOT_INTEGERS = tuple(
    fault(f"{verb}_{name}", f"{rule}-is-an-integer", f"{says} {leaf(path)}", accepts(path, when))
    for path, name, rule in NUMBERS
    for verb, says, when in (
        ("reads_text_as", "reads digits in a text as", _digits),
        ("cuts_fractions_of", "cuts the fraction off a", _fraction),
    )
) + tuple(
    fault(f"{verb}_{name}", f"{rule}-is-an-integer", f"{says} {leaf(path)}", accepts(path, when))
    for path, name, rule in NUMBERS[:3]
    for verb, says, when in (
        ("reads_booleans_as", "counts true as a", is_a(bool)),
        ("takes_the_first_of_several", "takes a list in the place of one", _one_entry),
    )
)
SECTION = tuple(
    fault(f"accepts_{word}_{name}", f"{name.replace('_', '-')}-is-required", f"fills in a whole {name} for {says}", accepts(name, when))
    for name in SECTIONS
    for word, says, when in (
        ("missing", "a missing one", absent),
        ("null", "a null", null),
        ("list_as", "a list", is_a(list)),
        ("text_as", "a text", is_a(str)),
    )
)
METADATA = (
    fault(
        "knows_three_metadata_keys",
        "metadata-pairs-are-accepted",
        "takes no other keys of meta_data than those of the example",
        refuses("meta_data", lambda value: isinstance(value, dict) and bool(value.keys() - KNOWN_KEYS)),
    ),
    fault(
        "takes_one_metadata_pair",
        "metadata-pairs-are-accepted",
        "takes no more than one pair in meta_data",
        refuses("meta_data", lambda value: isinstance(value, dict) and len(value) > 1),
    ),
    *(
        fault(
            f"accepts_{word}_as_metadata",
            "metadata-is-an-object",
            f"drops a {word} in the place of meta_data without a word",
            mends("meta_data", is_a(kind), lambda _: ABSENT),
        )
        for word, kind in (("list", list), ("text", str), ("number", int))
    ),
)
VOLUMES = (
    fault(
        "counts_zero_as_missing",
        "volume-zero-is-accepted",
        "counts a volume of 0 as missing",
        refuses("financial_profile.monthly_volume_usd", lambda value: v.as_integer(value) == 0),
    ),
    fault(
        "accepts_negative_volume",
        "volume-negative-is-refused",
        "takes a volume below 0",
        accepts("financial_profile.monthly_volume_usd", lambda value: (v.as_integer(value) or 0) < 0),
    ),
)

FAULTS: tuple[Fault, ...] = (
    *MISSING,
    *BLANK,
    *NOT_TEXT,
    *OF_ANOTHER_TYPE,
    *NULL_NUMBERS,
    *NOT_INTEGERS,
    *SECTION,
    *METADATA,
    *VOLUMES,
)
