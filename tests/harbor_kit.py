"""What the tests of the Harbor server share: a client of it, and good submissions to edit."""

import base64
from itertools import count
from typing import Any

import httpx

from tests.mockserver_kit import JPEG, PDF, PNG, OwnTenant

STOPPED = {"mode": "stopped", "now": "2026-03-10T12:00:00Z"}


def encoded(content: bytes) -> str:
    """Return a file as it is sent."""
    return base64.b64encode(content).decode()


FILE = encoded(PNG)
NUMBERS = count(1)


def american() -> dict[str, Any]:
    """Return a submission of a resident of the United States with every field that is asked of everybody and of them."""
    return {
        "individual": {
            **anybody(),
            "residence": {**street(), "city": "Richmond", "state": "VA", "postal_code": "23219", "country": "US"},
            "ssn": "012345678",
            "phone": {"country": "US", "number": "+14045550101"},
            "proof_of_address": {"country": "US", "files": [encoded(PDF)]},
        }
    }


def british() -> dict[str, Any]:
    """Return a submission of a resident of Great Britain with an American account."""
    return {
        "individual": {
            **anybody(),
            "residence": {**street(), "city": "London", "state": "ENG", "postal_code": "SW1A 1AA", "country": "GB"},
            "has_us_bank_account": True,
            "bank_statement": {"country": "GB", "files": [FILE]},
        }
    }


def anybody() -> dict[str, Any]:
    """Return what everybody sends."""
    return {
        "first_name": "Maria",
        "last_name": "Garcia",
        "email": "maria@example.com",
        "nationality": "GB",
        "birthday": "1990-04-15",
        "occupation": "cooks",
        "source_of_wealth": ["salaryBusinessIncome"],
        "purpose_of_use": ["payments"],
        "identity_document": {"type": "PASSPORT", "country": "GB", "front": encoded(JPEG)},
    }


def street() -> dict[str, str]:
    """Return the beginning of an address."""
    return {"street": "1 High Street", "sub_street": "Flat 2"}


def company() -> dict[str, Any]:
    """Return a submission of a business with a representative and an owner."""
    owner = {"type": "equity_holder", "email": "o@example.com", "equity": 60, "has_control": True, "is_signer": False}
    owner |= {"relationship_established_at": "2015-01-01", "tax_jurisdiction_country": "GB"}
    return {
        "company": {
            "business_name": "Bakery Ltd",
            "registration_number": "123",
            "country": "GB",
            "incorporation_date": "2015-01-01",
            "type": "limitedLiabilityCompany",
            "description": "Bread",
            "industry": "manufacturing",
            "register_address": {"street": "1 High Street", "city": "London", "postal_code": "SW1A 1AA"},
            "business_address": {**home(), "state": "ENG"},
            "url": "https://bakery.example",
            "has_bearer_shares": False,
            "purpose_of_registration": "receiptAndPayment",
            "estimated_number_of_transactions": 10,
            "estimated_amount_of_transactions": 10_000,
            "country_of_operation": ["GB"],
            "has_vasp_relationship": False,
            "source_of_funds": "BUSINESS_INCOME",
            "transfers_funds_for_clients": False,
            "tax_id": "GB123",
        },
        "associated_persons": [{**person(), "type": "representative", "position": "director"}, {**person(), **owner}],
        "company_files": [{"file_type": kind, "files": [FILE]} for kind in COMPANY_FILES],
    }


def home() -> dict[str, str]:
    """Return an address of a business."""
    return {"street": "1 High Street", "city": "London", "postal_code": "SW1A 1AA", "country": "GB"}


def person() -> dict[str, Any]:
    """Return what every associated person has, and most of what an owner has."""
    return {
        "first_name": "Maria",
        "last_name": "Garcia",
        "id_type": "PASSPORT",
        "id_number": "P1",
        "birthday": "1980-01-01",
        "gender": "F",
        "nationality": "GB",
        "residential_address": home(),
        "identity_files": [{"file_type": "PASSPORT", "part": "FRONT", "country": "GB", "file": FILE}],
        "phone": {"country": "GB", "number": "442079460000"},
        "permanent_address": home(),
    }


COMPANY_FILES = (
    "corporate_registration_documents",
    "documents_of_corporate_governance_and_amendment",
    "certificate_of_incumbency",
    "proof_of_residential_address_of_the_ubo",
    "proof_of_business_operating_address",
    "organization_chart",
)


class Application(OwnTenant):
    """A tenant of the shared server with its key, and the control API of that tenant."""

    provider = "harbor"

    def __init__(self, **wish: Any) -> None:
        super().__init__(**wish)
        self.key: str = self.made["credentials"]["api_key"]

    def call(self, method: str, path: str, headers: dict[str, str | None] | None = None, **more: Any) -> httpx.Response:
        """Call an operation with good headers and a fresh idempotency key; a header given as None is left out."""
        sent = {"x-api-key": self.key, "accept": "application/json", "idempotency-key": f"key {next(NUMBERS)}"}
        if "json" not in more:
            sent["content-type"] = "application/json"
        chosen = {name: value for name, value in {**sent, **(headers or {})}.items() if value is not None}
        return self.http.request(method, f"/harbor/api/v1{path}", headers=chosen, **more)

    def customer(self, **wish: Any) -> str:
        """Provision a customer; return its id."""
        made: str = self.control("POST", "/customers", wish)["customer_id"]
        return made

    def submit(self, customer: str, body: object = None, **headers: str | None) -> httpx.Response:
        """Submit an onboarding; names of headers are written with underscores."""
        return self._write("POST", customer, body, headers)

    def correct(self, customer: str, body: object = None, **headers: str | None) -> httpx.Response:
        """Correct an onboarding."""
        return self._write("PATCH", customer, body, headers)

    def _write(self, method: str, customer: str, body: object, headers: dict[str, str | None]) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(method, f"/customers/{customer}/onboarding", named, json=american() if body is None else body)

    def read(self, customer: str) -> dict[str, Any]:
        """Return the latest onboarding of a customer."""
        response = self.call("GET", f"/customers/{customer}/onboarding")
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()["data"]
        return data

    def advance(self, seconds: float) -> int:
        """Move the clock; return how many events ran."""
        ran: int = self.control("POST", "/clock/advance", {"seconds": seconds})["ran"]
        return ran
