"""Named edits on what residents of the United States give, and on what the others do (001 §3, §4)."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.harbor.person_edits import ROOT, forms
from strategies.placeholders import Encoded

SSN = f"{ROOT}.ssn"
PHONE = f"{ROOT}.phone"
PHONE_COUNTRY = f"{PHONE}.country"
PHONE_NUMBER = f"{PHONE}.number"
PROOF = f"{ROOT}.proof_of_address"
PROOF_FILES = f"{PROOF}.files"
PROOF_COUNTRY = f"{PROOF}.country"
US_SET = (SSN, PHONE, PROOF)
FLAG = f"{ROOT}.has_us_bank_account"
STATEMENT = f"{ROOT}.bank_statement"
STATEMENT_FILES = f"{STATEMENT}.files"
STATEMENT_COUNTRY = f"{STATEMENT}.country"

# --- residents of the United States ------------------------------------------------------------------------------------------

SSN_MALFORMED = (
    change(SSN, lambda ssn: f"{ssn[:3]}-{ssn[3:5]}-{ssn[5:]}", name="hyphens"),
    change(SSN, lambda ssn: ssn[:8], name="eight-digits"),
    change(SSN, lambda ssn: f"{ssn}1", name="ten-digits"),
    change(SSN, lambda ssn: f"{ssn[:8]}A", name="letter"),
    change(SSN, lambda ssn: f"{ssn[:3]} {ssn[3:5]} {ssn[5:]}", name="spaces"),
    change(SSN, lambda ssn: f"+{ssn[:8]}", name="sign"),
    change(SSN, lambda ssn: f"{ssn[:5]}.{ssn[6:]}", name="dot"),
)
_ZEROS = {"arabic-indic-digits": 0x660, "full-width-digits": 0xFF10, "devanagari-digits": 0x966}


def _digits_from(zero: int) -> Edit:
    name = next(name for name, each in _ZEROS.items() if each == zero)
    return change(SSN, lambda ssn: "".join(chr(zero + int(digit)) for digit in ssn), name=name)


SSN_IN_OTHER_DIGITS = tuple(_digits_from(zero) for zero in _ZEROS.values())
SSN_NEWLINE = change(SSN, lambda ssn: f"{ssn}\n", name="line-break-behind")
SSN_AS_NUMBER = put(SSN, 123456789, name="number")
SSN_LEADING_ZERO = put(SSN, "012345678", name="leading-zero")
SSN_NEVER_ISSUED = forms(SSN, {"all-zeros": "000000000", "area-900": "900123456", "area-666": "666123456"})

PHONE_AS_TEXT = put(PHONE, "+14045550101", name="phone-as-text")
PHONE_LETTERS = forms(PHONE_NUMBER, {"letters": "call me", "empty-number": ""})
PHONE_FORMS = (
    put(PHONE_NUMBER, "+1 404 555 0101", name="spaces"),
    put(PHONE_NUMBER, "14045550101", name="no-plus"),
    put(PHONE_NUMBER, "(404) 555-0101", name="national"),
)
PHONE_OF_ANOTHER_COUNTRY = (
    put(PHONE, {"country": "GB", "number": "+447400123456"}, name="british-phone"),
    put(PHONE, {"country": "GB", "number": "+14045550101"}, name="country-and-number-differ"),
)


def files(path: str, count: int) -> Edit:
    """So many different small files."""
    return put(path, [Encoded("png", shade) for shade in range(count)], name=f"{count}-files")


def no_files(path: str) -> tuple[Edit, ...]:
    """Files left out, none at all, or one outside a list."""
    return (drop(path), put(path, [], name="no-file"), put(path, Encoded("pdf", 1), name="file-outside-a-list"))


# --- residents elsewhere -------------------------------------------------------------------------------------------------------

FLAG_NO_BOOLEAN = forms(FLAG, {"yes": "yes", "two": 2, "list": [], "object": {}})
FLAG_FORMS = forms(FLAG, {"one": 1, "zero": 0, "text-1": "1", "text-0": "0", "text-true": "true", "text-false": "false"})
FLAG_NULL = put(FLAG, None, name="flag-null")

US_FIELDS: dict[str, Json] = {
    "ssn": "123456789",
    "phone": {"country": "US", "number": "+14045550101"},
    "proof_of_address": {"country": "US", "files": [Encoded("pdf", 1)]},
}
NON_US_FIELDS: dict[str, Json] = {
    "has_us_bank_account": True,
    "bank_statement": {"country": "GB", "files": [Encoded("pdf", 1)]},
}


def with_fields(fields: dict[str, Json], name: str) -> Edit:
    """The fields of the other group, added."""

    def apply(payload: Json) -> Json:
        payload[ROOT] |= fields
        return payload

    return Edit(name, apply)


def without_fields(fields: dict[str, Json], name: str) -> Edit:
    """The fields of the own group, left out."""

    def apply(payload: Json) -> Json:
        payload[ROOT] = {key: value for key, value in payload[ROOT].items() if key not in fields}
        return payload

    return Edit(name, apply)


ONLY_US_FIELDS = without_fields(NON_US_FIELDS, "").then(with_fields(US_FIELDS, "")).named("us-fields-in-the-place-of-the-flag")
ONLY_NON_US_FIELDS = without_fields(US_FIELDS, "").then(with_fields(NON_US_FIELDS, "")).named("flag-in-the-place-of-the-us-fields")
STATEMENT_WITHOUT_ACCOUNT = insert(STATEMENT, NON_US_FIELDS["bank_statement"], name="statement-without-account")
OF_THE_OTHER_GROUP = {
    f"{ROOT}.{field}": insert(f"{ROOT}.{field}", value, name=f"{field.replace('_', '-')}-elsewhere") for field, value in US_FIELDS.items()
}
FLAG_IN_THE_US = insert(FLAG, False, name="flag-in-the-us")
