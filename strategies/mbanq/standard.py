"""Plain bodies for set-ups: a client, its identifiers, and the commands (members as published elsewhere; 004 shows none)."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.phones import nth_phone
from strategies.placeholders import Dated, Derived, Fresh, Pick, Serial

# How dates are written, in the words of the API and in those of Python.
DATE_FORMAT, PYTHON_FORMAT = "dd MMMM yyyy", "%d %B %Y"
SPELLING = {"dateFormat": DATE_FORMAT, "locale": "en"}

FULL = {"kycVerificationType": "FULL"}
PARTIAL = {"kycVerificationType": "PARTIAL"}
TYPES = ("FULL", "PARTIAL")

# Kinds of identifiers that tests tell apart; which types of the target's they are, its template says.
KINDS = ("passport", "ssn", "itin", "driver", "other")
IDENTITIES = ("ssn", "itin", "passport", "driver")


def of_type(kind: str) -> Json:
    """The body that verifies by that type."""
    return {"kycVerificationType": kind}


def date(*, years: int = 0, days: int = 0) -> Dated:
    """A date relative to the target's today, as the bodies spell it."""
    return Dated(years=years, days=days, fmt=PYTHON_FORMAT)


def activation() -> dict[str, Json]:
    """A body that activates today."""
    return {"activationDate": date(), **SPELLING}


def person() -> dict[str, Json]:
    """A client with every member that the provider's SDK demands."""
    return {
        "firstname": "Ada",
        "lastname": "Smith",
        "dob": date(years=-35),
        "dateOfBirth": date(years=-35),
        "genderId": Pick("genders"),
        "officeId": Pick("offices"),
        "legalFormId": Pick("legal-forms"),
        "mobileCountryCode": "1",
        "mobileNo": Serial(national_number, "US"),
        "emailAddress": Fresh("ada.{}@example.com"),
        "submittedOnDate": date(),
        **SPELLING,
    }


def national_number(region: str, number: int) -> str:
    """The ten digits of a mobile number without its country code."""
    return nth_phone(region, number)[-10:]


def identifier(kind: str, **other: Json) -> dict[str, Json]:
    """An identifier of that kind, active and valid for years, unless `other` says otherwise."""
    return {
        "documentTypeId": Derived(Pick(kind), str),
        "documentKey": Serial(document_key, kind),
        "status": "Active",
        "issuedDate": date(years=-2),
        "expiryDate": date(years=5),
        **SPELLING,
        **other,
    }


def document_key(kind: str, number: int) -> str:
    """Nine digits in the form of that kind, another one for every number within five millions.

    An SSN has no area 000, 666 or from 900 on, no group 00 and no serial 0000; an ITIN begins with 9 and has a group from 70 to 88.
    """
    serial, rest = number % 9_999 + 1, number // 9_999
    if kind == "itin":
        return f"9{rest // 19 % 100:02d}{70 + rest % 19}{serial:04d}"
    return f"{100 + rest // 99 % 500}{rest % 99 + 1:02d}{serial:04d}"
