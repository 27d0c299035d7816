"""Plain submissions for set-ups, where a test is about something else (001 §3.2 and §3.3, with real files in the place of the marks)."""

from harness.jsontypes import Json
from strategies.placeholders import Dated, Encoded, Fresh, Pick


def standard_us() -> Json:
    """A resident of the United States with the required fields only."""
    person = {
        "residence": {
            "street": "200 Pine Street",
            "sub_street": "Apt 5",
            "city": "Richmond",
            "state": "VA",
            "postal_code": "23219",
            "country": "US",
        },
        "ssn": "123456789",
        "phone": {"country": "US", "number": "+14045550101"},
        "proof_of_address": {"country": "US", "files": [Encoded("pdf", 1)]},
        "identity_document": {"type": "PASSPORT", "country": "US", "front": Encoded("png", 2)},
    }
    return {"individual": {**_anybody("US"), **person}}


def standard_non_us(*, account: bool = False) -> Json:
    """A resident of the United Kingdom, with a statement where there is an account in the United States."""
    person = {
        "residence": {
            "street": "10 High Street",
            "sub_street": "Flat 2",
            "city": "London",
            "state": "ENG",
            "postal_code": "SW1A 1AA",
            "country": "GB",
        },
        "has_us_bank_account": account,
        "identity_document": {"type": "PASSPORT", "country": "GB", "front": Encoded("jpg", 3)},
    }
    statement = {"bank_statement": {"country": "GB", "files": [Encoded("pdf", 4)]}} if account else {}
    return {"individual": {**_anybody("GB"), **person, **statement}}


def _anybody(nationality: str) -> dict[str, Json]:
    return {
        "first_name": "Ada",
        "last_name": "Smith",
        "email": Fresh("ada.{}@example.com"),
        "nationality": nationality,
        "birthday": Dated(years=-35),
        "occupation": Pick("occupations"),
        "source_of_wealth": ["salaryBusinessIncome"],
        "purpose_of_use": ["payments"],
    }


def new_customer() -> Json:
    """A body for making an individual customer (published elsewhere)."""
    return {"type": "individual", "first_name": "Ada", "last_name": "Smith", "email": Fresh("ada.{}@example.com")}
