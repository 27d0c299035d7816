"""Large files inside JSON bodies."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

import httpx
import pytest

from harness.bulk import Bulk, encode, pack
from harness.client import Client, Connections
from harness.exchange import Exchange
from harness.judgement import named_fields
from harness.openapi import Operation, Specification
from strategies.files import encoded_bulk
from strategies.placeholders import Context, Encoded

MEGABYTE = 1_000_000
NO_CONTEXT = cast(Context, None)


def test_a_body_without_large_texts_is_sent_as_it_is() -> None:
    payload = {"name": "é\u0001bulk 0\u0001", "list": [1, None]}
    assert pack(payload) == (encode(payload), ())


def test_large_texts_stand_where_they_stood() -> None:
    first, second = Bulk(b"QUJD", "<first>"), Bulk(b"REVG", "<second>")
    shown, pieces = pack({"front": first, "files": [second, first], "city": "Köln"})
    assert json.loads(b"".join(pieces)) == {"front": "QUJD", "files": ["REVG", "QUJD"], "city": "Köln"}
    assert json.loads(shown) == {"front": "<first>", "files": ["<second>", "<first>"], "city": "Köln"}
    assert pieces[1] is first.content


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object cannot stand"):
        pack({"a": object()})


@pytest.mark.parametrize("size", [MEGABYTE, MEGABYTE + 1, MEGABYTE + 2])
@pytest.mark.parametrize("kind", ["png", "jpg", "pdf"])
def test_a_filled_file_has_its_size_once_decoded(kind: str, size: int) -> None:
    content = base64.b64decode(encoded_bulk(kind, size).content, validate=True)
    assert len(content) == size
    assert Encoded(kind, size=size).resolve(NO_CONTEXT) is encoded_bulk(kind, size)


def test_a_file_cannot_be_filled_up_to_less_than_it_has() -> None:
    with pytest.raises(ValueError, match="too few"):
        encoded_bulk("pdf", 10)


class Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        told = json.dumps({"length": len(body), "front": len(json.loads(body)["front"])}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


class Anything(Specification):
    def __init__(self) -> None:
        pass

    def operation(self, operation_id: str) -> Operation:
        return Operation(operation_id, "POST", "/", reads=False, raw=None)

    def violation(self, operation: Operation, response: httpx.Response) -> str | None:  # noqa: ARG002 - nothing is judged here
        return None


@pytest.fixture
def client() -> Iterator[Client]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connections = Connections(timeout=10, verify=True)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    yield Client(
        base_url=url, specification=Anything(), authorization=lambda: ("X-API-KEY", "k"), seen=lambda _: None, connections=connections
    )
    connections.close()
    server.shutdown()
    server.server_close()


def test_a_large_body_arrives_whole_and_is_kept_small(client: Client) -> None:
    prepared = client.prepare("echo", json={"front": encoded_bulk("png", MEGABYTE)})
    once, *rest = [client.deliver(prepared), *client.release_together([prepared, prepared])]
    assert once.json == {"length": 1_333_348, "front": 1_333_336}
    assert [each.json for each in rest if isinstance(each, Exchange)] == [once.json, once.json]
    assert len(once.request_body) < 200
    assert once.request_headers["content-length"] == "1333348"


def test_fields_stand_as_keys_or_as_texts() -> None:
    listed = {"errors": [{"field": "individual.email", "message": "bad"}, {"field": "files[0]"}]}
    assert named_fields(listed, ["/errors", "/errors/*/field"]) == {"individual.email", "files.0"}
    assert named_fields({"errors": {"a.b": ["bad"]}}, ["/errors", "/errors/*/field"]) == {"a.b"}
