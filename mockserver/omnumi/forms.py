"""The long form of a business user: which member is what, and the first thing that is wrong with one (003 business user).

Members are tables; one that no table has is ignored, and null counts as not sent. The form nests as deep as its owners do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pycountry

from mockserver.omnumi.values import is_blank

Check = Callable[[Any], str | None]
REQUIRED = ("businessUserLegalName", "domain", "businessUserName", "businessUserEmail")
# Facts 3.3: 1 driver's license to 9 selfie.
DOCUMENT_TYPES = frozenset(range(1, 10))
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Form:
    """A member that is an object, or with `many` a list of such objects, of the form that `name` names."""

    name: str
    many: bool = False


class Part(NamedTuple):
    """An object of the form that is yet to be looked at, and the path up to its members."""

    path: str
    holder: dict[str, Any]
    members: "Mapping[str, Check | Form]"


def text(value: Any) -> str | None:
    """Want text."""
    return None if isinstance(value, str) else "must be a string"


def email(value: Any) -> str | None:
    """Want text around an @."""
    if not isinstance(value, str):
        return "must be a string"
    local, sign, host = value.rpartition("@")
    return None if sign and local.strip() and host.strip() else "must be an e-mail address"


def country(value: Any) -> str | None:
    """Want a country of ISO 3166, two capital letters."""
    known = isinstance(value, str) and value.isupper() and pycountry.countries.get(alpha_2=value) is not None
    return None if known else "must be an ISO 3166 alpha-2 code"


def document_type(value: Any) -> str | None:
    """Want a type of the list, as a number or as digits; the sample has digits, the list has numbers."""
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == 1 else value
    known = isinstance(number, int) and not isinstance(number, bool) and number in DOCUMENT_TYPES
    return None if known else "must be a document type from 1 to 9"


def percentage(value: Any) -> str | None:
    """Want a share of the whole."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= PERCENT
    return None if good else f"must be a number from 0 to {PERCENT}"


def ownership(value: Any) -> str | None:
    """Want the number of a type of ownership."""
    good = isinstance(value, int) and not isinstance(value, bool)
    return None if good else "must be a whole number"


def flag(value: Any) -> str | None:
    """Want a boolean; the sample writes it as text."""
    return None if isinstance(value, bool | str) else "must be a boolean"


def structure(value: Any) -> str | None:
    """Want an object of whatever members."""
    return None if isinstance(value, dict) else "must be an object"


ADDRESS: Mapping[str, Check | Form] = {
    "address1": text,
    "address2": text,
    "city": text,
    "state": text,
    "isoCountryCode": country,
    "postalCode": text,
}
DOCUMENT: Mapping[str, Check | Form] = {"documentType": document_type, "fileName": text, "content": text, "countryCode": country}
PERSON: Mapping[str, Check | Form] = {
    "title": text,
    "identification": Form("document"),
    "firstName": text,
    "lastName": text,
    "phoneNumber": text,
    "taxIdNumber": text,
    "address": Form("address"),
    "proofOfAddress": Form("document"),
}
OFFICER: Mapping[str, Check | Form] = {
    **PERSON,
    "documents": Form("document", many=True),
    "dateOfBirth": text,
    "emailAddress": email,
    "phoneNumberType": text,
    "gender": text,
    "bvn": text,
    "customAttributes": Form("attribute", many=True),
    "tax": Form("tax"),
}
INDIVIDUAL: Mapping[str, Check | Form] = {
    **PERSON,
    "ownershipPercentage": percentage,
    "ownershipType": ownership,
    "isControlPerson": flag,
    "otherDocs": Form("document"),
    "dob": text,
    "email": text,
    "phoneType": text,
    "taxCountry": text,
    "taxState": text,
    "bankVerificationNumber": text,
}
OWNERS: Mapping[str, Check | Form] = {
    "entityBeneficialOwners": Form("entity", many=True),
    "individualBeneficialOwners": Form("individual", many=True),
    "incorporationDocs": Form("document"),
    "jurisdictionDocs": Form("document"),
    "proofOfAddress": Form("document"),
    "phoneNumber": text,
    "taxIdNumber": text,
}
ENTITY: Mapping[str, Check | Form] = {
    **OWNERS,
    "ownershipPercentage": percentage,
    "ownershipType": ownership,
    "controlPersons": Form("officer", many=True),
    "legalName": text,
    "taxCountry": text,
    "taxState": text,
    "address": Form("address"),
    "bvn": text,
}
BUSINESS: Mapping[str, Check | Form] = {
    **OWNERS,
    **dict.fromkeys((*REQUIRED, "accountAddress", "customNamespace", "provider", "businessEntityName", "businessEntityId"), text),
    **dict.fromkeys(("taxId", "bankVerificationNumber", "clientToken", "badgeId"), text),
    "businessUserEmail": email,
    "businessUserAddress": Form("address"),
    "registeredOfficeAddress": Form("address"),
    "otherDocs": Form("document", many=True),
    "governingDocuments": Form("document", many=True),
    "memoFields": structure,
    "controlPersons": Form("officer"),
    "signatories": Form("officer", many=True),
}
FORMS = {
    "business": BUSINESS,
    "entity": ENTITY,
    "individual": INDIVIDUAL,
    "officer": OFFICER,
    "document": DOCUMENT,
    "address": ADDRESS,
    "attribute": {"name": text, "value": text},
    "tax": {"idNumber": text, "country": text, "state": text},
}


def flaw(body: dict[str, Any]) -> str | None:
    """Return what is wrong with a form, None if nothing is."""
    for name in REQUIRED:
        if is_blank(body.get(name)):
            return f"{name} is required"
    left = [Part("", body, BUSINESS)]
    while left:
        part = left.pop()
        for name, want in part.members.items():
            value = part.holder.get(name)
            problem = None if value is None else _inspected(left, f"{part.path}{name}", value, want)
            if problem:
                return f"{part.path}{name} {problem}"
    return None


def _inspected(left: list[Part], path: str, value: Any, want: Check | Form) -> str | None:
    """Return what is wrong with a member; what it holds is left for later."""
    if not isinstance(want, Form):
        return want(value)
    entries = value if want.many else [value]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return f"must be {'a list of objects' if want.many else 'an object'}"
    left += [Part(f"{path}.", entry, FORMS[want.name]) for entry in entries]
    return None
