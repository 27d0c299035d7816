"""The lists of options: ids that a client of the API looks up in templates (facts 4.2, 4.3)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockserver.mbanq.model import Status


class IdentifierType(NamedTuple):
    """A type of identity document; the flags say what 004 lets it do for FULL, and `dated` whether it wants a date of issue."""

    name: str
    tax: bool = False
    physical: bool = False
    dated: bool = True


OFFICES: Mapping[int, str] = {1: "Head Office"}
GENDERS: Mapping[int, str] = {22: "Male", 24: "Female"}
LEGAL_FORMS: Mapping[int, str] = {1: "PERSON", 2: "ENTITY"}
SSN, ITIN = 4, 5
# 004 names passport, SSN, ITIN and "physical ID"; the last of the list is the one that its family of systems ships besides.
IDENTIFIER_TYPES: Mapping[int, IdentifierType] = {
    1: IdentifierType("Passport", physical=True),
    2: IdentifierType("Drivers License", physical=True),
    3: IdentifierType("National ID", physical=True),
    SSN: IdentifierType("SSN", tax=True, dated=False),
    ITIN: IdentifierType("ITIN", tax=True),
    6: IdentifierType("Any Other Id Type"),
}
# Ids and codes as the family has them.
STATUS_CODES: Mapping[Status, tuple[int, str]] = {
    "Pending": (100, "clientStatusType.pending"),
    "Active": (300, "clientStatusType.active"),
    "Closed": (600, "clientStatusType.closed"),
    "Rejected": (700, "clientStatusType.rejected"),
}
VERIFIED_ID = 501


def named(options: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return options as templates list them."""
    return [{"id": number, "name": name, "position": place} for place, (number, name) in enumerate(options.items())]


def legal_form(number: int) -> dict[str, Any]:
    """Return a legal form as templates and clients show it."""
    word = LEGAL_FORMS[number]
    return {"id": number, "code": f"legalFormType.{word.lower()}", "value": word}


def client_template() -> dict[str, Any]:
    """Return what a client can be created with."""
    forms = [legal_form(number) for number in LEGAL_FORMS]
    offices = [{"id": number, "name": name, "nameDecorated": name} for number, name in OFFICES.items()]
    lists = {"officeOptions": offices, "genderOptions": named(GENDERS), "clientLegalFormOptions": forms}
    return {"officeId": 1, **lists, "clientTypeOptions": [], "clientClassificationOptions": []}


def identifier_template() -> dict[str, Any]:
    """Return which types of identity documents there are."""
    return {"allowedDocumentTypes": named({number: kind.name for number, kind in IDENTIFIER_TYPES.items()})}
