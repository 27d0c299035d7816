"""What the tests of the Omnumi server share: a client of it, wallets that are ready, and good requests to edit."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from tests.mockserver_kit import OwnTenant

STOPPED = {"mode": "stopped", "now": "2026-03-10T12:00:00Z"}
PLENTY = "1000"


def business(**changes: Any) -> dict[str, Any]:
    """Return an onboarding with every kind of member."""
    document = {"documentType": "8", "fileName": "file.png", "content": "base64,aGVsbG8=", "countryCode": "US"}
    address = {"address1": "1 Main St", "city": "Boston", "state": "MA", "isoCountryCode": "US", "postalCode": "02101"}
    officer = {"firstName": "Ada", "lastName": "Smith", "emailAddress": "officer@example.com", "address": address}
    owner = {"ownershipPercentage": 20, "ownershipType": 1, "identification": document, "firstName": "Ada", "isControlPerson": True}
    entity = {"ownershipPercentage": 30, "legalName": "Holding", "individualBeneficialOwners": [owner], "entityBeneficialOwners": [{}]}
    names = {"businessUserLegalName": "Jane Doe Ltd", "domain": "janedoe", "businessUserName": "Jane Doe"}
    known = {"businessUserEmail": "jane@example.com", "phoneNumber": "2025550143", "taxId": "012-34", "businessEntityId": "BE-1"}
    people = {"controlPersons": officer, "entityBeneficialOwners": [entity], "individualBeneficialOwners": [owner]}
    return {**names, **known, **people, "businessUserAddress": address, "incorporationDocs": document, **changes}


class Partner(OwnTenant):
    """A tenant of the shared server with its token, and the control API of that tenant."""

    provider = "omnumi"

    def __init__(self, **wish: Any) -> None:
        super().__init__(**wish)
        self.credentials: dict[str, str] = self.made["credentials"]
        self.token: str = self.control("POST", "/tokens")["address"]
        self.sender = self.wallet(balances={self.token: PLENTY}, allowances={self.token: PLENTY})
        self.receiver = self.wallet()
        self.count = 0

    def call(
        self, method: str, path: str, json: object = ..., headers: Mapping[str, str | None] | None = None, **more: Any
    ) -> httpx.Response:
        """Call an operation with good headers; one given as None is left out."""
        good = {"authorization": f"Bearer {self.credentials['access_token']}"}
        chosen = {name: value for name, value in {**good, **(headers or {})}.items() if value is not None}
        sent = more if json is ... else {**more, "json": json}
        return self.http.request(method, f"/~{self.id}/omnumi{path}", headers=chosen, **sent)

    def wallet(self, **wish: Any) -> str:
        """Provision a wallet; return its address."""
        address: str = self.control("POST", "/wallets", wish)["address"]
        return address

    def asked(self, **changes: Any) -> dict[str, Any]:
        """Return a create request of a new invoice; a member given as ... is left out."""
        self.count += 1
        parties = {"sender": self.sender, "receiver": self.receiver, "contractAddress": self.token}
        body = {"invoiceId": f"INV-{self.count}", **parties, "amount": "150.75", **changes}
        return {name: value for name, value in body.items() if value is not ...}

    def create(self, **changes: Any) -> httpx.Response:
        """Create a preauthorization."""
        return self.call("POST", "/onchain-preauth", self.asked(**changes))

    def created(self, **changes: Any) -> str:
        """Create a preauthorization; return its invoice."""
        response = self.create(**changes)
        assert response.status_code == 201, response.text
        invoice: str = response.json()["invoiceId"]
        return invoice

    def read(self, invoice: str) -> dict[str, Any]:
        """Return a preauthorization as it is read."""
        response = self.call("GET", f"/onchain-preauth/{quote(invoice, safe='')}")
        assert response.status_code == 200, response.text
        shown: dict[str, Any] = response.json()
        return shown

    def settle(self, invoice: str, amount: object = "120.50", **more: Any) -> httpx.Response:
        """Settle a preauthorization."""
        return self.call("POST", f"/onchain-preauth/{quote(invoice, safe='')}/settle", {"amount": amount}, **more)

    def customer(self, **members: Any) -> str:
        """Provision a customer; return its id."""
        identity: str = self.control("POST", "/customers", members)["customerAccountId"]
        return identity

    def pii(self, identity: str, **more: Any) -> httpx.Response:
        """Read a customer."""
        return self.call("GET", f"/tenant/customer/pii-customer-details/{identity}", **more)

    def onboard(self, **changes: Any) -> httpx.Response:
        """Onboard a business user."""
        return self.call("POST", "/tenant/business-user", business(**changes))

    def balances(self) -> tuple[str, str]:
        """Return what sender and receiver have."""
        held = [self.control("GET", f"/wallets/{place}")["balances"].get(self.token, "0") for place in (self.sender, self.receiver)]
        return held[0], held[1]

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.control("POST", "/clock/advance", {"seconds": seconds})


def told(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, type and message of a refusal with one entry."""
    [entry] = response.json()["errors"]
    return response.status_code, entry["type"], entry["message"]


def told_of_business(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, type and message of a refused onboarding."""
    [listed] = response.json()
    [entry] = listed["type"]
    return response.status_code, entry["type"], entry["message"]
