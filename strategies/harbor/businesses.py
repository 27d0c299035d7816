"""Unobjectionable companies of Harbor. The documents name industry, position, addresses and files; other pages have the field tables."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.dates import a_birth
from strategies.decisions import Decisions, decided
from strategies.emails import an_email
from strategies.files import SHADES
from strategies.harbor.individuals import MORE_PICKS
from strategies.people import FAMILY_NAMES, GIVEN_NAMES
from strategies.phones import known_numbers
from strategies.placeholders import Dated, Encoded, Fresh, Pick
from strategies.places import alpha_2, places_in

COUNTRIES = ("USA", "GBR", "CAN", "DEU")
COMPANY_NAMES = ("Pine Street Trading", "Northern Paper Goods", "Harbour View Software", "Blue River Foods")
COMPANY_TYPES = ("limitedLiabilityCompany", "corporation", "partnerships", "soleProprietorship")
FILE_TYPES = (
    "corporate_registration_documents",
    "documents_of_corporate_governance_and_amendment",
    "certificate_of_incumbency",
    "proof_of_residential_address_of_the_ubo",
    "proof_of_business_operating_address",
    "organization_chart",
)
"""The documents that are called required for every company."""


@decided(by=56)
def businesses(decide: Decisions, *, country: str | None = None) -> Json:
    """Submissions of companies with a representative, an applicant and every required document; `country` is alpha-3."""
    home = country or decide.one_of(COUNTRIES)
    shade = decide.number(0, SHADES - 1)
    return {
        "company": _company(decide, home),
        "associated_persons": [_person_of(decide, home, "representative"), _person_of(decide, home, "applicant")],
        "company_files": [
            {"file_type": kind, "files": [Encoded("pdf", (shade + index) % SHADES)]} for index, kind in enumerate(FILE_TYPES)
        ],
    }


def _company(decide: Decisions, home: str) -> Json:
    """The profile of a company that is incorporated in `home` (alpha-3)."""
    code, office = alpha_2(home), _address(decide, home)
    return {
        "business_name": decide.one_of(COMPANY_NAMES),
        "registration_number": str(decide.number(1_000_000, 9_999_999)),
        "country": code,
        "incorporation_date": "2015-06-01",
        "type": decide.one_of(COMPANY_TYPES),
        "description": "Wholesale of paper goods.",
        "industry": Pick("industries", decide.number(0, MORE_PICKS), country=code),
        "register_address": {key: value for key, value in office.items() if key != "country"},
        "business_address": office,
        "phone_country_code": code,
        "phone_number": decide.one_of(known_numbers(code))[1:],
        "url": "https://pine.example.com",
        "has_bearer_shares": False,
        "purpose_of_registration": decide.one_of(("onlyReceiving", "receiptAndPayment")),
        "estimated_number_of_transactions": decide.number(0, 500),
        "estimated_amount_of_transactions": decide.number(0, 250_000),
        "country_of_operation": [code],
        "has_vasp_relationship": False,
        "source_of_funds": "BUSINESS_INCOME",
        "transfers_funds_for_clients": False,
        "tax_id": f"12-{decide.number(1_000_000, 9_999_999)}",
    }


def _address(decide: Decisions, home: str) -> Json:
    """An address in a country (alpha-3), with a state of its look-up."""
    place, code = decide.one_of(places_in(home)), alpha_2(home)
    state = Pick("subdivisions", decide.number(0, MORE_PICKS), country=code)
    return {"street": place.street, "city": place.city, "state": state, "postal_code": place.postal_code, "country": code}


def _person_of(decide: Decisions, home: str, kind: str) -> Json:
    """A person of the company: `representative` or `applicant`."""
    code = alpha_2(home)
    return {
        "type": kind,
        "first_name": decide.one_of(GIVEN_NAMES),
        "last_name": decide.one_of(FAMILY_NAMES),
        "id_number": f"P{decide.number(1_000_000, 9_999_999)}",
        "id_type": "PASSPORT",
        "birthday": a_birth(decide),
        "gender": decide.one_of(("F", "M")),
        "nationality": code,
        "residential_address": _address(decide, home),
        "permanent_address": _address(decide, home),
        "identity_files": [{"file_type": "PASSPORT", "part": "FRONT", "country": code, "file": Encoded("png", decide.number(0, 9))}],
        "position": Pick("job-titles", decide.number(0, MORE_PICKS)),
        "email": an_email(decide),
        "phone": {"country": code, "number": decide.one_of(known_numbers(code))[1:]},
    }


def standard_business() -> Json:
    """One plain company for set-ups."""
    return {
        "company": {
            "business_name": "Pine Street Trading",
            "registration_number": "7712345",
            "country": "US",
            "incorporation_date": "2015-06-01",
            "type": "limitedLiabilityCompany",
            "description": "Wholesale of paper goods.",
            "industry": Pick("industries", country="US"),
            "register_address": {key: value for key, value in _office().items() if key != "country"},
            "business_address": _office(),
            "phone_country_code": "US",
            "phone_number": "4045550101",
            "business_phone": {"country": "US", "number": "14045550101"},
            "url": "https://pine.example.com",
            "has_bearer_shares": False,
            "purpose_of_registration": "receiptAndPayment",
            "estimated_number_of_transactions": 20,
            "estimated_amount_of_transactions": 100_000,
            "country_of_operation": ["US"],
            "has_vasp_relationship": False,
            "source_of_funds": "BUSINESS_INCOME",
            "transfers_funds_for_clients": False,
            "tax_id": "12-3456789",
        },
        "associated_persons": [_person("representative"), _person("applicant")],
        "company_files": [{"file_type": kind, "files": [Encoded("pdf", 1)]} for kind in FILE_TYPES],
    }


# Made anew for each place: an edit of one address must not reach another.
def _office() -> dict[str, Json]:
    return {"street": "200 Pine Street", "city": "Richmond", "state": "VA", "postal_code": "23219", "country": "US"}


def _person(kind: str) -> dict[str, Json]:
    return {
        "type": kind,
        "first_name": "Ada",
        "last_name": "Smith",
        "id_number": "P1234567",
        "id_type": "PASSPORT",
        "birthday": Dated(years=-35),
        "gender": "F",
        "nationality": "US",
        "residential_address": _office(),
        "permanent_address": _office(),
        "identity_files": [{"file_type": "PASSPORT", "part": "FRONT", "country": "US", "file": Encoded("png", 2)}],
        "position": Pick("job-titles"),
        "email": Fresh("ada.{}@example.com"),
        "phone": {"country": "US", "number": "14045550101"},
    }
