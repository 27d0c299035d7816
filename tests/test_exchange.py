"""One request with its answer, as reports and people see it."""

from __future__ import annotations

import shlex

import httpx
import pytest

from harness.exchange import SHOWN_CHARACTERS
from tests.harness_kit import exchange, redactor


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"<h1>"])
def test_a_body_that_is_no_json_is_none_and_no_error(body: bytes) -> None:
    came = exchange(200, body)
    assert came.json is None
    assert not came.is_json
    assert came.data == {}


def test_json_is_what_says_so_and_is() -> None:
    assert exchange(200, {"data": {"id": 1}}).data == {"id": 1}
    assert exchange(200, b"null").is_json
    assert not exchange(200, {}, content_type="text/html").is_json
    assert exchange(200, {"data": [1]}).data == {}


def test_the_curl_command_repeats_the_request_and_holds_no_secret() -> None:
    words = shlex.split(exchange(request_body='{"name": "O\'Brien — 李"}'.encode()).record(redactor()).curl)
    assert words[:5] == ["curl", "-sS", "-X", "POST", "https://acme.example/customers"]
    assert "authorization: Bearer $API_KEY" in words
    assert words[-2:] == ["--data", '{"name": "O\'Brien — 李"}']


def test_a_secret_stands_in_double_quotes_so_that_the_shell_fills_it_in() -> None:
    assert '-H "authorization: Bearer $API_KEY"' in exchange().record(redactor()).curl


def test_a_form_is_printed_as_curl_sends_forms() -> None:
    request = httpx.Request(
        "POST",
        "https://acme.example/upload",
        data={"customer_id": "55bd6b4e", "remark": "@home"},
        files=[("file1", ("a scan.pdf", b"%PDF-1.4 secret", "application/pdf")), ("file1", ("b.png", b"\x89PNG", "image/png"))],
    )
    record = exchange(request_headers=request.headers, request_body=request.read(), url=str(request.url)).record(redactor())
    words = shlex.split(record.curl)
    assert words[-8:] == [
        "--form-string",
        "customer_id=55bd6b4e",
        "--form-string",
        "remark=@home",
        "-F",
        "file1=@a scan.pdf;type=application/pdf",
        "-F",
        "file1=@b.png;type=image/png",
    ]
    assert "multipart" not in record.curl, "curl makes the boundary itself"
    assert "secret" not in record.curl


def test_a_body_that_is_a_file_is_named_and_not_shown() -> None:
    record = exchange(request_headers={"content-type": "application/pdf"}, request_body=b"%PDF-1.4 secret").record(redactor())
    assert record.curl.endswith("--data-binary @FILE")


def test_long_bodies_are_cut_for_people() -> None:
    record = exchange(200, {"text": "word " * SHOWN_CHARACTERS}, request_body=b'"' + b"x " * SHOWN_CHARACTERS + b'"').record(redactor())
    assert len(str(record.response)) < SHOWN_CHARACTERS + 100
    assert "characters in all" in str(record.response)
    assert len(record.curl) < SHOWN_CHARACTERS + 500
