"""Requests that onboard a business user: the long shape of the sample, valid and varied; and their edits.

Every unique member is a `Fresh`: domain, names and e-mail addresses are not taken twice (003, business user, 400).
"""

from __future__ import annotations

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.people import FAMILY_NAMES, GIVEN_NAMES
from strategies.placeholders import Derived, Encoded, Fresh

PREFIX = "base64,"
"""What the content of a file begins with in the sample."""

DOMAIN, NAME, LEGAL_NAME, EMAIL = "domain", "businessUserName", "businessUserLegalName", "businessUserEmail"
CONTROL_EMAIL = "controlPersons.emailAddress"
UNIQUE = (DOMAIN, EMAIL, CONTROL_EMAIL, NAME)
"""The members that are not taken twice."""
BLANKABLE = (LEGAL_NAME, DOMAIN, NAME, EMAIL)

PLACES = (
    ("132 Mill Street", "San Francisco", "CA", "US", "90213"),
    ("7 Harbour Road", "Boston", "MA", "US", "02108"),
    ("40 Elm Avenue", "Houston", "TX", "US", "77002"),
    ("12 High Street", "London", "ENG", "GB", "N1 9GU"),
)


def document(kind: str = "8", shade: int = 0) -> Json:
    """A file in the form of the sample: digits as its type, and the word base64 before its content."""
    content = Derived(Encoded("png", shade), lambda text: PREFIX + text)
    return {"documentType": kind, "fileName": "filename.png", "content": content, "countryCode": "US"}


def address(place: int = 0) -> Json:
    """An address of a business."""
    members = ("address1", "city", "state", "isoCountryCode", "postalCode")
    return dict(zip(members, PLACES[place % len(PLACES)], strict=True))


def control_person(given: str = "Ada", family: str = "Smith") -> Json:
    """A control person or a signatory."""
    return {
        "title": "supervisor",
        "identification": document("2"),
        "documents": [document("8", 1)],
        "dateOfBirth": "1980-12-01",
        "emailAddress": Fresh("control.{}@example.com"),
        "firstName": given,
        "lastName": family,
        "phoneNumber": "9100000000",
        "phoneNumberType": "0",
        "taxIdNumber": "122-22-2332",
        "gender": "Male",
        "address": address(),
        "bvn": "bn01910199",
        "customAttributes": [{"name": "name", "value": "value"}],
        "proofOfAddress": document("8", 2),
        "tax": {"idNumber": "134567890", "country": "US", "state": "NY"},
    }


def individual_owner() -> Json:
    """A person who owns a share."""
    return {
        "ownershipPercentage": 20,
        "ownershipType": 1,
        "title": "director",
        "identification": document("3"),
        "isControlPerson": False,
        "otherDocs": document(),
        "dob": "1980-05-06",
        "email": Fresh("owner.{}@example.com"),
        "firstName": "Eva",
        "lastName": "Stone",
        "phoneNumber": "9822222",
        "phoneType": "0",
        "taxIdNumber": "122-22-2332",
        "taxCountry": "US",
        "taxState": "California",
        "address": address(),
        "bankVerificationNumber": "bnk009197",
        "proofOfAddress": document(),
    }


def entity_owner(inside: list[Json] | None = None) -> Json:
    """A company that owns a share; `inside` are the companies that own shares of it."""
    return {
        "ownershipPercentage": 20,
        "ownershipType": 1,
        "entityBeneficialOwners": inside or [],
        "individualBeneficialOwners": [individual_owner()],
        "controlPersons": [control_person()],
        "incorporationDocs": document("6"),
        "jurisdictionDocs": document("5"),
        "legalName": "Holding LLC",
        "taxIdNumber": "12-3123123",
        "taxCountry": "US",
        "taxState": "California",
        "phoneNumber": "9800000",
        "address": address(),
        "bvn": "bn01910198",
        "proofOfAddress": document(),
    }


def standard_business() -> Json:
    """Every member of the sample, with values that nobody objects to."""
    return {
        LEGAL_NAME: Fresh("Paper {} LLC"),
        DOMAIN: Fresh("paper{}"),
        "accountAddress": "0x5179ba651a8ab0d2da5dc3e54ee6c8aa73272f5e",
        NAME: Fresh("Paper {}"),
        "customNamespace": Fresh("paper{}business"),
        "provider": "ens",
        "businessUserAddress": address(),
        "businessEntityName": "Paper Works",
        "businessEntityId": "BE-10001",
        "incorporationDocs": document("6"),
        "jurisdictionDocs": document("5"),
        "otherDocs": [document()],
        "entityBeneficialOwners": [entity_owner([{}])],
        "individualBeneficialOwners": [individual_owner()],
        "memoFields": {"name": "reference", "value": "17"},
        "bankVerificationNumber": "bnk009198",
        EMAIL: Fresh("office.{}@example.com"),
        "taxId": "012-34-5678",
        "phoneNumber": "2025550143",
        "controlPersons": control_person(),
        "registeredOfficeAddress": {**address(1), "address2": "Second floor"},
        "proofOfAddress": document(),
        "signatories": [control_person("Eva", "Stone")],
        "governingDocuments": [document()],
        "clientToken": "CLT",
        "badgeId": "2852ea54-b77d-4853-96bb-e9e484765b35",
    }


def nested(depth: int) -> Json:
    """An owner that is owned by another, so many times."""
    return entity_owner([nested(depth - 1)] if depth > 1 else [{}])


@st.composite
def business_users(draw: st.DrawFn) -> Json:
    """Full requests that differ in names, places, digits and the number of owners."""
    given, family = draw(st.sampled_from(GIVEN_NAMES)), draw(st.sampled_from(FAMILY_NAMES))
    place = draw(st.integers(0, len(PLACES) - 1))
    digits = draw(st.integers(0, 999_999_999))
    share = draw(st.sampled_from((0, 0.5, 20, 33.33, 100)))
    owners = draw(st.integers(0, 2))
    payload = standard_business()
    payload.update(
        {
            LEGAL_NAME: Fresh(f"{family} {{}} LLC"),
            NAME: Fresh(f"{given} {family} {{}}"),
            DOMAIN: Fresh(f"{given.lower()}{{}}"),
            EMAIL: Fresh(f"{given.lower()}.{{}}@example.org"),
            "businessUserAddress": address(place),
            "businessEntityName": f"{family} Works",
            "taxId": f"{digits:09d}",
            "phoneNumber": f"202{digits % 10_000_000:07d}",
            "controlPersons": control_person(given, family),
            "individualBeneficialOwners": [{**individual_owner(), "ownershipPercentage": share} for _ in range(owners)],
        }
    )
    return payload


def blank(path: str) -> tuple[Edit, ...]:
    """Empty text, and text of blanks only."""
    return (put(path, "", name=f"empty-{path}"), put(path, "   ", name=f"blank-{path}"))


BAD_EMAILS = (
    put(EMAIL, "office.example.com", name="e-mail-without-at"),
    put(EMAIL, "office@", name="e-mail-without-domain"),
    put(EMAIL, "@example.com", name="e-mail-without-local-part"),
)
BAD_COUNTRIES = (
    put("businessUserAddress.isoCountryCode", "QZ", name="no-such-country"),
    put("businessUserAddress.isoCountryCode", "USA", name="three-letter-country"),
    put("incorporationDocs.countryCode", "QZ", name="no-such-country-of-a-document"),
)
BAD_DOCUMENT_TYPES = (
    put("incorporationDocs.documentType", "99", name="no-such-type"),
    put("controlPersons.identification.documentType", "passport", name="type-in-words"),
)
BAD_SHARES = (
    put("individualBeneficialOwners.0.ownershipPercentage", -1, name="share-below-zero"),
    put("individualBeneficialOwners.0.ownershipPercentage", 100.5, name="share-above-hundred"),
    put("entityBeneficialOwners.0.ownershipPercentage", 101, name="entity-share-above-hundred"),
)
# Faulty by any reading: no text can be had from these.
NO_TEXTS: tuple[Json, ...] = ({"a": "b"}, ["a"])
FAULTY = (
    *(
        put(path, value, name=f"{kind}-as-{path}")
        for path in (DOMAIN, EMAIL)
        for value, kind in zip(NO_TEXTS, ("object", "list"), strict=True)
    ),
    put(EMAIL, "nobody", name="e-mail-that-is-none"),
)
WITHOUT_ENTITY_ID = drop("businessEntityId")
WITH_OLD_TAX_ID = drop("taxId").then(insert("taxIdNumber", "012-34-9999", name="taxIdNumber")).named("taxIdNumber-alone")
WITH_BOTH_TAX_IDS = insert("taxIdNumber", "012-34-9999", name="both-tax-ids")
NEW_FIELDS_OTHERWISE = (
    put("taxId", 12345678, name="taxId-as-number"),
    put("taxId", {"id": "12345678"}, name="taxId-as-object"),
    put("businessEntityId", 10001, name="businessEntityId-as-number"),
    put("businessEntityId", ["BE-10001"], name="businessEntityId-as-list"),
)
AS_IN_THE_SAMPLE = put("accountAddress", "0x5179ba651a8ab0d2da5dc3e54ee6c8aa73272f5eac1", name="address-of-43-digits")
CONTROL_PERSONS_AS_LIST = change("controlPersons", lambda person: [person], name="control-persons-as-list")


def bare(payload: Json) -> Json:
    """The resolved request with the contents of its files without the word before them."""
    if isinstance(payload, dict):
        return {key: bare(value) for key, value in payload.items()}
    if isinstance(payload, list):
        return [bare(value) for value in payload]
    return payload.removeprefix(PREFIX) if isinstance(payload, str) else payload
