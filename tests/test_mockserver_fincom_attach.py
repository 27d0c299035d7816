"""The honest Fin.com server judges uploads and attach requests."""

from typing import Any

import httpx
import pytest

from mockserver.clock import Clock, instant
from mockserver.fincom.model import Settings, Status
from mockserver.fincom.provider import Fincom
from mockserver.http import ENCODER, Request, Response
from mockserver.tenants import Registry
from tests.mockserver_kit import ABSENT, JPEG, PDF, PNG, edited, licence, person, terms_of

NOW = "2026-03-10T12:00:00Z"
UNKNOWN = "11111111-2222-4333-8444-555555555555"
SELFIE, CARD, PROOF = "identifying_documents.0", "identifying_documents.1", "address_documents.0"
FORBIDDEN = {"error": {"code": "forbidden", "message": "Customer is not eligible for this operation"}}
IN_FLIGHT = {"error": {"code": "conflict", "message": "An attach request is already in progress for this customer"}}
Files = list[tuple[str, tuple[str, bytes]]]


class Desk:
    """A tenant in this process with a customer that has four files."""

    def __init__(self, **settings: Any) -> None:
        self.provider = Fincom()
        clock = Clock()
        clock.set(instant(NOW), "stopped")
        self.tenant = Registry([self.provider]).open(self.provider, Settings(**settings), clock)
        self.token = self.provider.open_account(self.tenant).access_token
        made = self.call("/v2/customers/individual", ENCODER.encode(person())).json()["data"]
        self.customer_id: str = made["customer_id"]
        self.customer = self.tenant.data.customers[self.customer_id]
        self.uris = self.uploaded(self.customer_id, 4)
        self.good = licence(self.uris, terms_of(made))

    def call(self, path: str, body: bytes, content_type: str = "application/json") -> Response:
        headers = {"authorization": f"Bearer {self.token}", "content-type": content_type}
        return self.provider.handle(self.tenant, Request("POST", path, (), headers, body))

    def upload(self, files: Files, **fields: str) -> Response:
        form = httpx.Request("POST", "http://x", data=fields, files=files)
        return self.call("/v1/customers/upload", form.read(), form.headers["content-type"])

    def uploaded(self, customer_id: str, count: int) -> list[str]:
        response = self.upload([(f"f{n}", ("a.pdf", PDF)) for n in range(count)], customer_id=customer_id)
        return [uri for entry in response.json()["data"]["files"] for uri in entry.values()]

    def attach(self, body: object, customer_id: str = "") -> Response:
        path = f"/v2/customers/{customer_id or self.customer_id}/individual/attach"
        return self.call(path, ENCODER.encode(body))

    def broken(self, body: object) -> set[str]:
        response = self.attach(body)
        assert response.status == 400, response.body
        assert self.customer.in_flight is None
        assert response.json()["message"] == "Validation failed"
        return set(response.json()["errors"])


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("identifying_documents", ABSENT, "identifying_documents"),
        ("identifying_documents", [], "identifying_documents"),
        ("identifying_documents", {}, "identifying_documents"),
        (SELFIE, 7, SELFIE),
        (f"{CARD}.type", "VISA", f"{CARD}.type"),
        (f"{CARD}.type", ABSENT, f"{CARD}.type"),
        (f"{CARD}.type", ["PASSPORT"], f"{CARD}.type"),
        (f"{CARD}.number", ABSENT, f"{CARD}.number"),
        (f"{CARD}.country", ABSENT, f"{CARD}.country"),
        (f"{CARD}.country", "US", f"{CARD}.country"),
        (f"{CARD}.state", ABSENT, f"{CARD}.state"),
        (f"{CARD}.state", " ", f"{CARD}.state"),
        (f"{CARD}.state", "CA", f"{CARD}.state"),
        (f"{CARD}.state", "GB-ENG", f"{CARD}.state"),
        (f"{CARD}.issue_date", "01/06/2019", f"{CARD}.issue_date"),
        (f"{CARD}.issue_date", "2026-03-11", f"{CARD}.issue_date"),
        (f"{CARD}.expiry_date", ABSENT, f"{CARD}.expiry_date"),
        (f"{CARD}.expiry_date", "2026-03-10", f"{CARD}.expiry_date"),
        (f"{CARD}.expiry_date", "2019-01-01", f"{CARD}.expiry_date"),
        (f"{CARD}.expiry_date", "2029-02-30", f"{CARD}.expiry_date"),
        (f"{CARD}.files.1", ABSENT, f"{CARD}.files"),
        (f"{CARD}.files.0.side", "BACK", f"{CARD}.files"),
        (f"{CARD}.files.0.side", ABSENT, f"{CARD}.files"),
        (f"{CARD}.files.0.side", "LEFT", f"{CARD}.files.0.side"),
        (f"{CARD}.files.0.uri", ABSENT, f"{CARD}.files.0.uri"),
        (f"{CARD}.files.0.uri", "", f"{CARD}.files.0.uri"),
        (f"{CARD}.files.0.uri", "/never_0000000000000.pdf", f"{CARD}.files.0.uri"),
        (f"{CARD}.files.0.uri", "https://example.com/a.pdf", f"{CARD}.files.0.uri"),
        (f"{CARD}.files", "x", f"{CARD}.files"),
        (f"{SELFIE}.files", [], f"{SELFIE}.files"),
        (f"{SELFIE}.files", ABSENT, f"{SELFIE}.files"),
        ("address_documents", ABSENT, "address_documents"),
        ("address_documents", [], "address_documents"),
        ("address_documents", {}, "address_documents"),
        (f"{PROOF}.type", "RESIDENCE_PERMIT", f"{PROOF}.type"),
        (f"{PROOF}.type", ABSENT, f"{PROOF}.type"),
        (f"{PROOF}.country", "CAN", f"{PROOF}.country"),
        (f"{PROOF}.country", ABSENT, f"{PROOF}.country"),
        (f"{PROOF}.files", [], f"{PROOF}.files"),
        ("tos_policies_value", ABSENT, "tos_policies_value"),
        ("tos_policies_value", UNKNOWN, "tos_policies_value"),
        ("tos_policies_value", 7, "tos_policies_value"),
    ],
)
def test_one_broken_field_is_named_alone(path: str, value: object, named: str) -> None:
    desk = Desk()
    assert desk.broken(edited(desk.good, path, value)) == {named}
    assert desk.attach(desk.good).status == 200


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (SELFIE, ABSENT),
        (CARD, ABSENT),
        (f"{SELFIE}.files.0.side", "FRONT"),
        (f"{SELFIE}.state", "whatever"),
        (f"{CARD}.issue_date", ABSENT),
        (f"{CARD}.expiry_date", "2026-03-11"),
        (f"{PROOF}.type", "UTILITY_BILL"),
        (f"{PROOF}.type", "GOVERNMENT_LETTER"),
        ("customer_id", UNKNOWN),
    ],
)
def test_what_the_document_allows_is_taken(path: str, value: object) -> None:
    desk = Desk()
    response = desk.attach(edited(desk.good, path, value))
    assert (response.status, response.json()) == (200, {"data": {"customer_id": desk.customer_id}, "meta": None})


@pytest.mark.parametrize(
    ("kind", "files", "state", "status"),
    [
        ("PASSPORT", [None], None, 200),
        ("PASSPORT", ["FRONT"], None, 200),
        ("PASSPORT", [None, None], None, 400),
        ("PASSPORT", [None], "US-CA", 400),
        ("NATIONAL_ID", ["BACK", "FRONT"], None, 200),
        ("NATIONAL_ID", ["FRONT", "FRONT"], None, 400),
        ("NATIONAL_ID", ["FRONT", "BACK"], "US-CA", 400),
        ("RESIDENCE_PERMIT", ["FRONT", "BACK"], None, 200),
        ("RESIDENCE_PERMIT", ["FRONT"], None, 400),
        ("DRIVERS_LICENSE", ["FRONT", "BACK"], None, 400),
        ("DRIVERS_LICENSE", ["FRONT", "BACK", None], "US-CA", 400),
    ],
)
def test_each_type_has_its_files_sides_and_state(kind: str, files: list[str | None], state: str | None, status: int) -> None:
    desk = Desk()
    uris = desk.uploaded(desk.customer_id, len(files))
    sides = [{"uri": uri, "side": side} for uri, side in zip(uris, files, strict=True)]
    card = {"type": kind, "number": "N1", "country": "USA", "state": state, "expiry_date": "2030-01-01", "files": sides}
    assert desk.attach(edited(desk.good, CARD, card)).status == status


def test_a_foreign_licence_may_have_a_state_of_its_country() -> None:
    desk = Desk()
    body = edited(desk.good, f"{CARD}.country", "DEU")
    assert desk.broken(body) == {f"{CARD}.state"}
    assert desk.attach(edited(body, f"{CARD}.state", "DE-BE")).status == 200


def test_a_foreign_licence_needs_no_state() -> None:
    desk = Desk()
    body = edited(edited(desk.good, f"{CARD}.country", "DEU"), f"{CARD}.state", ABSENT)
    assert desk.attach(body).status == 200


def test_at_most_one_identity_document_and_one_selfie() -> None:
    desk = Desk()
    more = desk.uploaded(desk.customer_id, 1)
    passport = {"type": "PASSPORT", "number": "P", "country": "USA", "expiry_date": "2030-01-01", "files": [{"uri": more[0]}]}
    assert desk.broken(edited(desk.good, "identifying_documents.2", passport)) == {"identifying_documents"}
    selfie = {"type": "SELFIE", "files": [{"uri": more[0]}]}
    assert desk.broken(edited(desk.good, "identifying_documents.2", selfie)) == {"identifying_documents"}


def test_the_selfie_may_be_required() -> None:
    desk = Desk(selfie_required=True)
    assert desk.broken(edited(desk.good, SELFIE, ABSENT)) == {"identifying_documents"}
    assert desk.attach(desk.good).status == 200


@pytest.mark.parametrize("path", [f"{CARD}.files.1.uri", f"{PROOF}.files.0.uri"])
def test_uris_are_unique_but_for_the_selfie(path: str) -> None:
    desk = Desk()
    assert desk.broken(edited(desk.good, path, desk.uris[1])) == {path}
    assert desk.attach(edited(desk.good, f"{SELFIE}.files.0.uri", desk.uris[1])).status == 200


@pytest.mark.parametrize("path", [f"{SELFIE}.files.0.uri", f"{CARD}.files.1.uri", f"{PROOF}.files.0.uri"])
def test_files_of_another_customer_are_forbidden(path: str) -> None:
    desk = Desk()
    other = desk.call("/v2/customers/individual", ENCODER.encode(person())).json()["data"]["customer_id"]
    response = desk.attach(edited(desk.good, path, desk.uploaded(other, 1)[0]))
    assert (response.status, response.json()) == (403, FORBIDDEN)
    assert desk.attach(desk.good).status == 200


@pytest.mark.parametrize("status", ["REVIEWING", "APPROVED", "ON_HOLD", "REJECTED"])
def test_only_incomplete_and_action_required_may_attach(status: Status) -> None:
    desk = Desk()
    desk.customer.status = status
    response = desk.attach({})
    assert (response.status, response.json()) == (403, FORBIDDEN)
    desk.customer.status = "ACTION_REQUIRED"
    assert desk.attach(desk.good).status == 200


def test_a_v1_customer_may_not() -> None:
    desk = Desk()
    desk.customer.version = "v1"
    assert desk.attach(desk.good).status == 403


def test_one_attach_is_in_flight() -> None:
    desk = Desk()
    assert desk.attach(desk.good).status == 200
    for body in (desk.good, {}):
        response = desk.attach(body)
        assert (response.status, response.json()) == (409, IN_FLIGHT)


@pytest.mark.parametrize("customer_id", [UNKNOWN, "7", "' OR 1=1"])
def test_an_unknown_customer_is_404_whatever_the_body(customer_id: str) -> None:
    assert Desk().attach({}, customer_id).status == 404


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 400)])
def test_unreadable_bodies_of_attach(body: bytes, status: int) -> None:
    desk = Desk()
    assert desk.call(f"/v2/customers/{desk.customer_id}/individual/attach", body).status == status


def test_another_content_type_is_415() -> None:
    desk = Desk()
    path = f"/v2/customers/{desk.customer_id}/individual/attach"
    assert desk.call(path, ENCODER.encode(desk.good), "text/plain").status == 415
    assert desk.call("/v1/customers/upload", b"{}").status == 415


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("A.PDF", PDF), ("a.png", PNG), ("a.jpg", JPEG), ("a.jpeg", JPEG), ("a.b.JPG", JPEG)],
)
def test_documented_types_are_stored(name: str, content: bytes) -> None:
    desk = Desk()
    response = desk.upload([("any name", (name, content))], customer_id=desk.customer_id)
    [(part, uri)] = response.json()["data"]["files"][0].items()
    assert (response.status, part) == (200, "any name")
    assert uri.startswith("/")
    assert desk.tenant.data.files[uri].customer_id == desk.customer_id


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gif", b"GIF89a" + b"\0" * 20),
        ("a.pdf", b"plain text"),
        ("a.pdf", b"PK\3\4" + b"\0" * 40),
        ("a.pdf", b""),
        ("scan", PDF),
        ("a.gif", PNG),
    ],
)
def test_other_types_are_refused_with_the_whole_batch(name: str, content: bytes) -> None:
    desk = Desk()
    before = len(desk.tenant.data.files)
    response = desk.upload([("good", ("a.pdf", PDF)), ("bad", (name, content))], customer_id=desk.customer_id)
    assert (response.status, set(response.json()["errors"])) == (422, {"bad"})
    assert len(desk.tenant.data.files) == before


def test_answers_stand_in_order_under_the_names_of_their_parts() -> None:
    desk = Desk()
    names = ["zeta", "alpha", "zeta", "mid"]
    response = desk.upload([(name, ("a.pdf", PDF)) for name in names], customer_id=desk.customer_id)
    files = response.json()["data"]["files"]
    assert [name for entry in files for name in entry] == names
    assert len({uri for entry in files for uri in entry.values()}) == len(names)


@pytest.mark.parametrize(("fields", "status"), [({}, 422), ({"customer_id": "7"}, 422), ({"customer_id": UNKNOWN}, 404)])
def test_an_upload_is_for_a_known_customer(fields: dict[str, str], status: int) -> None:
    assert Desk().upload([("f", ("a.pdf", PDF))], **fields).status == status


def test_an_upload_without_files_is_refused() -> None:
    desk = Desk()
    form = b'--b\r\nContent-Disposition: form-data; name="customer_id"\r\n\r\n' + desk.customer_id.encode() + b"\r\n--b--\r\n"
    response = desk.call("/v1/customers/upload", form, "multipart/form-data; boundary=b")
    assert (response.status, set(response.json()["errors"])) == (422, {"file"})


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"nonsense"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=f; filename=a.pdf\r\n\r\n%PDF"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b"--b\r\n: x\r\n\r\n--b--"),
    ],
)
def test_broken_forms_are_told_so(content_type: str, body: bytes) -> None:
    response = Desk().call("/v1/customers/upload", body, content_type)
    assert response.status in (400, 422), response.body
