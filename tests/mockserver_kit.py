"""What the tests of the mock server share: a server, a client of it, and good requests to edit."""

import atexit
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx

from mockserver.embedded import Embedded

PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 16


@cache
def shared() -> Embedded:
    """Return one server for all tests of this process; tenants keep them apart."""
    server = Embedded()
    atexit.register(server.stop)
    return server


@cache
def http() -> httpx.Client:
    """Return one connection pool to the shared server."""
    client = httpx.Client(base_url=shared().url, timeout=20)
    atexit.register(client.close)
    return client


def person() -> dict[str, Any]:
    """Return a create request with every documented field."""
    tax = {"country_code": "USA", "document_type": "SSN", "document_id": "123-45-6789"}
    return {
        "verification_type": "STANDARD",
        "basic_info": {
            "first_name": "Maria",
            "middle_name": "Elena",
            "last_name": "Garcia",
            "dob": "1990-04-15",
            "email": "maria.garcia@example.com",
            "phone": "+14155552671",
            "country_of_residence": "USA",
            "primary_nationality": "USA",
            "secondary_nationality": "MEX",
            "gender": "FEMALE",
            "tax_info": [tax],
        },
        "address": {
            "street_line_1": "123 Market Street",
            "street_line_2": "Apt 4B",
            "city": "San Francisco",
            "subdivision_code": "US-CA",
            "postal_code": "94103",
            "country": "USA",
        },
        "financial_profile": {
            "employment_status": "EMPLOYED",
            "occupation_id": 42,
            "purpose_id": 3,
            "purpose_remarks": "Remittances",
            "source_of_fund_ids": [1, 5],
            "source_of_funds_description": "Salary",
            "monthly_volume_usd": 5000,
        },
        "meta_data": {"reference": "abc-001"},
    }


def person_of_v1() -> dict[str, Any]:
    """Return a create request of V1 with every documented field."""
    basic = {"first_name": "John", "last_name": "Doe", "dob": "1990-01-15", "email": "john.doe@example.com", "phone": "+14155552671"}
    origin = {"country_of_residence": "USA", "nationality": "USA", "tin": "123-45-6789"}
    place = {"street": "123 Main Street Apt 4B", "city": "San Francisco", "state": "US-CA", "postal_code": "94103", "country": "USA"}
    return {
        "verification_type": "STANDARD",
        "basic_info": {**basic, **origin},
        "address": place,
        "financial_profile": {"occupation_id": 1, "source_of_fund_id": 1, "purpose_id": 1, "monthly_volume_usd": 5000},
        "meta_data": {"customer_reference": "REF-1"},
    }


ABSENT = object()


def edited(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a copy with one value replaced, or with its key removed for `ABSENT`."""
    changed = copy.deepcopy(body)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = changed
    for part in way:
        place = place[part]
    if value is ABSENT:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return changed


def licence(uris: list[str], terms: str) -> dict[str, Any]:
    """Return an attach request: selfie, American licence, bank statement; it takes four URIs."""
    sides = [{"side": "FRONT", "uri": uris[1]}, {"side": "BACK", "uri": uris[2]}]
    dates = {"issue_date": "2019-06-01", "expiry_date": "2999-06-01"}
    card = {"type": "DRIVERS_LICENSE", "number": "DL9", "country": "USA", "state": "US-CA", **dates, "files": sides}
    return {
        "identifying_documents": [{"type": "SELFIE", "files": [{"uri": uris[0]}]}, card],
        "address_documents": [{"type": "BANK_STATEMENT", "country": "USA", "files": [{"uri": uris[3]}]}],
        "tos_policies_value": terms,
    }


def proofs(customer_id: str, uris: list[str], terms: str) -> dict[str, Any]:
    """Return an attach request of V1: national ID and utility bill; it takes three URIs."""
    sides = [{"side": "FRONT", "uri": uris[0]}, {"side": "BACK", "uri": uris[1]}]
    dates = {"issue_date": "2020-01-15", "expiry_date": "2999-01-15"}
    return {
        "customer_id": customer_id,
        "proof_of_identity": {"type": "NATIONAL_ID", "number": "A1", "country": "USA", **dates, "files": sides},
        "proof_of_address": {"type": "UTILITY_BILL", "country": "USA", "files": [{"uri": uris[2]}]},
        "tos_policies_value": terms,
    }


def terms_of(created: dict[str, Any]) -> str:
    """Return the value that attach asks for."""
    url: str = created["tos_policies_url"]
    return parse_qs(urlsplit(url).query)["tos_policies_value"][0]


class OwnTenant:
    """A tenant of the shared server, made with a wish, and the control API of that tenant."""

    provider: ClassVar[str]

    def __init__(self, **wish: Any) -> None:
        self.http = http()
        self.made = self.http.post("/control/tenants", json={"provider": self.provider, **wish}).json()
        self.id: str = self.made["tenant"]

    def control(self, method: str, path: str, json: object = None) -> Any:
        """Call the control API under this tenant, and expect success."""
        response = self.http.request(method, f"/control/tenants/{self.id}{path}", json=json)
        assert response.is_success, response.text
        return response.json()

    def refused(self, method: str, path: str, json: object = None) -> tuple[int, str, str]:
        """Call the control API under this tenant; return status, code and message of its refusal."""
        response = self.http.request(method, f"/control/tenants/{self.id}{path}", json=json)
        error = response.json()["error"]
        return response.status_code, error["code"], error["message"]


class Client(OwnTenant):
    """A tenant of the shared server, with its bearer token, and the control API of that tenant."""

    provider = "fincom"

    def __init__(self, **wish: Any) -> None:
        super().__init__(**wish)
        self.bearer = f"Bearer {self.made['credentials']['access_token']}"

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call an operation of Fin.com."""
        more["headers"] = {"authorization": self.bearer, **more.get("headers", {})}
        return self.http.request(method, f"/fincom{path}", **more)

    def create(self, body: dict[str, Any] | None = None, version: str = "v2") -> dict[str, Any]:
        """Create a customer; return the answer's data."""
        response = self.call("POST", f"/{version}/customers/individual", json=body or (person() if version == "v2" else person_of_v1()))
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()["data"]
        return data

    def upload(self, customer_id: str, count: int = 4) -> list[str]:
        """Upload files for a customer; return their URIs."""
        files = [(f"file{number}", (f"scan{number}.pdf", PDF, "application/pdf")) for number in range(count)]
        response = self.call("POST", "/v1/customers/upload", data={"customer_id": customer_id}, files=files)
        assert response.status_code == 200, response.text
        return [uri for entry in response.json()["data"]["files"] for uri in entry.values()]

    def attach(self, customer_id: str, body: dict[str, Any]) -> httpx.Response:
        """Attach documents to a customer."""
        return self.call("POST", f"/v2/customers/{customer_id}/individual/attach", json=body)

    def ready(self) -> tuple[str, dict[str, Any]]:
        """Create a customer with files; return its id and an attach request that is good."""
        made = self.create()
        return made["customer_id"], licence(self.upload(made["customer_id"]), terms_of(made))

    def ready_by_v1(self) -> dict[str, Any]:
        """Create a customer of V1 with files; return an attach request that is good."""
        made = self.create(version="v1")
        return proofs(made["customer_id"], self.upload(made["customer_id"], 3), terms_of(made))

    def attach_by_v1(self, body: object) -> httpx.Response:
        """Attach documents to the customer that a body names."""
        return self.call("POST", "/v1/customers/individual/attach", json=body)

    def status(self, customer_id: str) -> str:
        """Return the status that a read shows."""
        status: str = self.call("GET", f"/v2/customers/{customer_id}").json()["data"]["customer_status"]
        return status


class Inbox:
    """Webhooks that came: headers in lower case and raw bodies; `answers` are used up first, then it is 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []


@contextmanager
def inbox() -> Iterator[Inbox]:
    """Receive webhooks on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            box.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(box.answers.pop(0) if box.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box = Inbox(f"http://127.0.0.1:{server.server_port}/hook")
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
