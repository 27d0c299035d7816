"""What the tests of the Mbanq server share: a client of it, and good requests to edit."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.mockserver_kit import OwnTenant

STOPPED = {"mode": "stopped", "now": "2026-03-10T12:00:00Z"}
VERIFY, ACTIVATE = {"kycVerificationType": "PARTIAL"}, {"activationDate": "10 March 2026", "dateFormat": "dd MMMM yyyy", "locale": "en"}
SSN = {"documentTypeId": "4", "documentKey": "123456789", "status": "Active"}
PASSPORT = {**SSN, "documentTypeId": "1", "issuedDate": "01 January 2020", "dateFormat": "dd MMMM yyyy", "locale": "en"}


def newcomer() -> dict[str, Any]:
    """Return a create request with every member that is asked for."""
    dates = {"dob": "01 May 1990", "dateOfBirth": "01 May 1990", "submittedOnDate": "01 March 2026"}
    form = {"locale": "en", "dateFormat": "dd MMMM yyyy"}
    contact = {"mobileCountryCode": "1", "mobileNo": "2025550143", "emailAddress": "maria@example.com"}
    return {"firstname": "Maria", "lastname": "Garcia", "genderId": 24, "officeId": 1, "legalFormId": 1, **dates, **form, **contact}


class Instance(OwnTenant):
    """A tenant of the shared server with its token and banking instance, and the control API of that tenant."""

    provider = "mbanq"

    def __init__(self, **wish: Any) -> None:
        super().__init__(**wish)
        self.credentials: dict[str, str] = self.made["credentials"]

    @property
    def headers(self) -> dict[str, str]:
        """Return what proves the caller and names the instance."""
        return {"authorization": f"Bearer {self.credentials['access_token']}", "tenantid": self.credentials["tenant_id"]}

    def call(
        self, method: str, path: str, json: object = ..., headers: Mapping[str, str | None] | None = None, **more: Any
    ) -> httpx.Response:
        """Call an operation with good headers; one given as None is left out."""
        chosen = {name: value for name, value in {**self.headers, **(headers or {})}.items() if value is not None}
        sent = more if json is ... else {**more, "json": json}
        return self.http.request(method, f"/mbanq{path}", headers=chosen, **sent)

    def ready(self, *gaps: str, **wish: Any) -> int:
        """Provision a client that is ready but for its gaps; return its number."""
        made: int = self.control("POST", "/customers", {"gaps": list(gaps), **wish})["clientId"]
        return made

    def created(self, **changes: Any) -> int:
        """Create a client over the provider's own path; return its number."""
        response = self.call("POST", "/v1/clients", {**newcomer(), **changes})
        assert response.is_success, response.text
        number: int = response.json()["clientId"]
        return number

    def command(self, client: int | str, word: str, body: object, **more: Any) -> httpx.Response:
        """Post a command to a client."""
        return self.call("POST", f"/v1/clients/{client}?command={word}", body, **more)

    def verify(self, client: int | str, kind: str = "PARTIAL") -> httpx.Response:
        """Ask for verification."""
        return self.command(client, "verify", {"kycVerificationType": kind})

    def activate(self, client: int | str, **more: Any) -> httpx.Response:
        """Ask for activation."""
        return self.command(client, "activate", {**ACTIVATE, **more})

    def read(self, client: int) -> dict[str, Any]:
        """Return a client as the provider shows it."""
        response = self.call("GET", f"/v1/clients/{client}")
        assert response.status_code == 200, response.text
        shown: dict[str, Any] = response.json()
        return shown

    def state(self, client: int) -> tuple[str, bool]:
        """Return the main status and whether the sub-status is Verified."""
        shown = self.read(client)
        return shown["status"]["value"], shown["subStatus"].get("name") == "Verified"


def reasons(response: httpx.Response) -> list[str]:
    """Return the codes of the entries of a refusal, without what they all begin with."""
    return [entry["userMessageGlobalisationCode"].removeprefix("error.msg.client.") for entry in response.json()["errors"]]
