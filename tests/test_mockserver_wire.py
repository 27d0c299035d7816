"""The mock server on the wire: requests in any pieces, answers in their order, and what is no HTTP."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import email_validator
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import mail
from mockserver.http import Response, answer
from mockserver.wire import MAX_BODY, encoded
from tests.mockserver_kit import shared

BEARER = b"host: x\r\nauthorization: Bearer demo-token\r\n"
READ = b"GET /fincom/v1/purposes HTTP/1.1\r\n" + BEARER + b"\r\n"
TOKEN = json.dumps({"client_id": "demo", "client_secret": "demo-secret"}).encode()


class Wire:
    """One connection, spoken to in bytes."""

    def __init__(self) -> None:
        address = urlsplit(shared().url)
        assert address.hostname is not None
        assert address.port is not None
        self.socket = socket.create_connection((address.hostname, address.port), timeout=20)
        self.file = self.socket.makefile("rb")

    def answer(self, *, bodiless: bool = False) -> tuple[int, dict[str, str], bytes]:
        status = int(self.file.readline().split()[1])
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name] = value
        length = 0 if bodiless else int(headers.get("content-length", 0))
        return status, headers, self.file.read(length)

    def is_closed(self) -> bool:
        return self.file.read(1) == b""


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.file.close()
    made.socket.close()


def test_a_request_may_come_byte_by_byte(wire: Wire) -> None:
    for byte in READ:
        wire.socket.send(bytes([byte]))
    status, headers, body = wire.answer()
    assert (status, headers["content-type"]) == (200, "application/json")
    assert "date" in headers
    assert json.loads(body)["data"]["purposes"]


def test_requests_at_once_are_answered_in_their_order(wire: Wire) -> None:
    slow = b"GET /control/tenants/demo-fincom/journal/wait?count=1000&timeout=0.3 HTTP/1.1\r\nhost: x\r\n\r\n"
    other = b"GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n"
    wire.socket.sendall(READ + slow + other + slow + READ)
    assert [wire.answer()[0] for _ in range(5)] == [200, 408, 404, 408, 200]
    wire.socket.sendall(READ)
    assert wire.answer()[0] == 200


def test_a_client_that_reads_late_gets_everything(wire: Wire) -> None:
    large = b"GET /fincom/v1/countries/GBR/subdivisions HTTP/1.1\r\n" + BEARER + b"\r\n"
    times = 1000
    wire.socket.settimeout(0.5)
    sent = 0
    try:
        while sent < times * len(large):
            sent += wire.socket.send((large * times)[sent : sent + 10_000])
    except TimeoutError:
        pass
    wire.socket.settimeout(20)
    wanted = sent // len(large)
    assert {wire.answer()[0] for _ in range(wanted)} == {200}


def test_a_body_in_chunks_is_one_body(wire: Wire) -> None:
    head = b"POST /fincom/v1/oauth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    wire.socket.sendall(head)
    for piece in (TOKEN[:7], TOKEN[7:]):
        wire.socket.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
    wire.socket.sendall(b"0\r\n\r\n")
    assert wire.answer()[0] == 200


def test_who_waits_for_100_continue_gets_it(wire: Wire) -> None:
    length = b"content-length: %d\r\n" % len(TOKEN)
    wire.socket.sendall(b"POST /fincom/v1/oauth/token HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n" + length + b"\r\n")
    assert wire.file.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert wire.file.readline() == b"\r\n"
    wire.socket.sendall(TOKEN)
    assert wire.answer()[0] == 200


@pytest.mark.parametrize("request_", [READ.replace(b"host: x", b"host: x\r\nconnection: close"), READ.replace(b"HTTP/1.1", b"HTTP/1.0")])
def test_a_connection_ends_when_the_client_says_so(wire: Wire, request_: bytes) -> None:
    wire.socket.sendall(request_)
    status, headers, _ = wire.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert wire.is_closed()


def test_head_has_the_length_and_no_body(wire: Wire) -> None:
    wire.socket.sendall(READ.replace(b"GET", b"HEAD") + READ)
    status, headers, _ = wire.answer(bodiless=True)
    assert status == 405
    assert int(headers["content-length"]) > 0
    assert wire.answer()[0] == 200


def test_an_upgrade_is_not_taken_and_the_request_answered(wire: Wire) -> None:
    wire.socket.sendall(READ.replace(b"host: x", b"host: x\r\nconnection: upgrade\r\nupgrade: websocket"))
    assert wire.answer()[0] == 200


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n", b"GET nowhere HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_is_refused(wire: Wire, junk: bytes) -> None:
    wire.socket.sendall(junk)
    assert wire.answer()[0] == 400
    assert wire.is_closed()


@pytest.mark.parametrize(
    ("last", "status"), [(b"GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", 404), (b"junk\r\n\r\n", 400)]
)
def test_what_ends_a_connection_ends_it_after_the_answers_before(wire: Wire, last: bytes, status: int) -> None:
    wire.socket.sendall(READ + READ + last)
    assert [wire.answer()[0] for _ in range(3)] == [200, 200, status]
    assert wire.is_closed()


def test_each_of_many_clients_gets_its_own_answers() -> None:
    wires = [Wire() for _ in range(20)]
    for turn in range(3):
        for number, wire in enumerate(wires):
            wire.socket.sendall(b"GET /nowhere-%d-%d HTTP/1.1\r\nhost: x\r\n\r\n" % (turn, number))
        for number, wire in enumerate(wires):
            assert f"/nowhere-{turn}-{number};" in wire.answer()[2].decode()
    for wire in wires:
        wire.file.close()
        wire.socket.close()


def test_a_body_beyond_reason_is_read_and_refused(wire: Wire) -> None:
    wire.socket.sendall(b"POST /fincom/v1/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (MAX_BODY + 1))
    piece = bytes(2**20)
    for _ in range(MAX_BODY // len(piece)):
        wire.socket.sendall(piece)
    wire.socket.sendall(b"x" + READ)
    assert wire.answer()[0] == 413
    assert wire.answer()[0] == 200


def test_a_header_that_would_break_the_message_is_not_sent() -> None:
    with pytest.raises(ValueError, match="is no header"):
        encoded(answer(200, {}, {"location": "a\r\nset-cookie: b"}), ())
    with pytest.raises(ValueError, match="latin-1"):
        encoded(Response(200, {"location": "a\u2603"}), ())


ATOMS = st.text("axXzZ059", min_size=1, max_size=9)
MANY = st.lists(st.tuples(ATOMS, st.sampled_from("._+-")), max_size=3).map(lambda pairs: "".join(map("".join, pairs)))
LABELS = st.lists(st.tuples(ATOMS, st.sampled_from(".-")), max_size=3).map(lambda pairs: "".join(map("".join, pairs)))


@given(MANY, ATOMS, LABELS, ATOMS, st.text("axXzZ", min_size=1, max_size=9))
def test_what_passes_for_a_plain_address_is_one_to_the_library_too(many: str, last: str, labels: str, label: str, top: str) -> None:
    text = f"{many}{last}@{labels}{label}.{top}"
    assert mail.PLAIN.fullmatch(text)
    for smtputf8 in (True, False):
        email_validator.validate_email(text, allow_smtputf8=smtputf8, check_deliverability=False)


def test_other_addresses_are_looked_at_in_full() -> None:
    good = ["a" * 64 + "@example.com", "x@xn--bcher-kva.example", "o'neil@example.com", "a/b@example.com"]
    bad = ["", "x", "x@", "@example.com", "a..b@example.com", "a@example", "a b@example.com", "a@example.com\n", "a@-b.com", "a@b.1"]
    assert [text for text in good if not mail.is_address(text)] == []
    assert [text for text in bad if mail.is_address(text)] == []
    assert (mail.is_address("jürgen@example.com"), mail.is_address("jürgen@example.com", allow_smtputf8=False)) == (True, False)
