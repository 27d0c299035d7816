"""What a report may show: no secret, no number of an identity document, no file; the shapes of all of them."""

import json
import re
import string
import time
from base64 import b64encode

import httpx
import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness import bodies
from harness.redaction import DEEPEST, IDENTITY_KEYS, SECRET_KEYS, Redactor

TOKEN = "tok/9fK2+planted=secret"
KEY = b"k" * 32
NUMBERS = st.text(string.digits + string.ascii_letters + " -./", min_size=1, max_size=30)


def shape(text: str) -> str:
    kinds = ((str.isdigit, "9"), (str.islower, "a"), (str.isupper, "A"))
    return "".join(next((mark for is_kind, mark in kinds if is_kind(letter)), letter) for letter in text)


@pytest.fixture
def redactor() -> Redactor:
    return Redactor({"FINCOM_ACCESS_TOKEN": TOKEN}, key=KEY)


def test_a_registered_secret_is_replaced_wherever_it_stands(redactor: Redactor) -> None:
    spellings = [TOKEN, str(httpx.QueryParams({"t": TOKEN})), json.dumps({"t": TOKEN}), repr({"t": TOKEN})]
    for spelling in spellings:
        assert "planted" not in redactor.text(spelling)
        assert "$FINCOM_ACCESS_TOKEN" in redactor.text(spelling)


def test_a_secret_registered_later_is_replaced_too_and_the_longest_wins(redactor: Redactor) -> None:
    redactor.add("LONGER", TOKEN + "-and-more")
    assert redactor.text(f"{TOKEN}-and-more {TOKEN}") == "$LONGER $FINCOM_ACCESS_TOKEN"


def test_a_short_secret_does_not_eat_other_words() -> None:
    assert Redactor({"PIN": "abc"}).text("abc is no abcess") == "$PIN is no abcess"


def test_an_empty_secret_is_none() -> None:
    assert Redactor({"UNSET": ""}).text("as it was") == "as it was"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", f"Bearer {TOKEN}", "Bearer $FINCOM_ACCESS_TOKEN"),
        ("Authorization", "Bearer never-issued", "Bearer $API_KEY"),
        ("Authorization", "Basic dXNlcjpwYXNz", "Basic $API_KEY"),
        ("Authorization", "bare-token", "$API_KEY"),
        ("Authorization", "Bearer", "Bearer"),
        ("authorization", "", ""),
        ("X-Api-Key", "k-123", "$API_KEY"),
        ("Cookie", "sid=$A; other=1", "$COOKIE"),
        ("set-cookie", "sid=1", "$SET_COOKIE"),
        ("X-Webhook-Signature", "t=1,v1=ab", "$X_WEBHOOK_SIGNATURE"),
        ("Content-Type", "application/json", "application/json"),
    ],
)
def test_credentials_in_headers_keep_their_scheme_only(redactor: Redactor, name: str, value: str, shown: str) -> None:
    assert redactor.headers({name: value}) == {name: shown}


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_secrets_are_known_by_their_keys(redactor: Redactor, key: str) -> None:
    body = {key: "s3cr3t-value", "data": {key: "s3cr3t-value"}}
    assert redactor.value(body) == {key: f"${key.upper()}", "data": {key: f"${key.upper()}"}}
    for text in (json.dumps(body), repr(body), json.dumps(json.dumps(body)), f"{key}=s3cr3t-value&x=1"):
        assert "s3cr3t" not in redactor.text(text)


@pytest.mark.parametrize("key", IDENTITY_KEYS)
def test_identity_numbers_are_known_by_their_keys(redactor: Redactor, key: str) -> None:
    body = {"list": [{key: "DL987654321"}, {key: 987654321}]}
    shown = redactor.value(body)["list"]
    assert shape(shown[0][key]) == "AA999999999"
    assert len(str(shown[1][key])) == 9
    for text in (json.dumps(body), repr(body), json.dumps(json.dumps(body))):
        assert "987654321" not in redactor.text(text)


def test_a_complaint_about_a_field_stays_readable(redactor: Redactor) -> None:
    errors = {"errors": {"document_id": ["must be unique"], "tin": "is not a valid number"}}
    assert redactor.value(errors) == errors
    assert redactor.text(json.dumps(errors)) == json.dumps(errors)


def test_an_echo_of_an_identity_number_is_replaced_by_the_same_stand_in(redactor: Redactor) -> None:
    shown = redactor.body("application/json", b'{"document_id": "12345678Z"}')["document_id"]
    assert redactor.text("12345678Z is taken") == f"{shown} is taken"


def test_what_looks_like_a_social_security_number_is_replaced_everywhere(redactor: Redactor) -> None:
    shown = redactor.text("applicant 123-45-6789 refused")
    assert shape(shown) == shape("applicant 123-45-6789 refused")
    assert "123-45-6789" not in shown
    assert redactor.text("2024-01-15 and 0123-45-67890") == "2024-01-15 and 0123-45-67890"


@given(NUMBERS)
def test_a_stand_in_keeps_the_shape_and_no_character(number: str) -> None:
    # Words are what a refusal says under such a key, and stay readable: "must be text" is no number.
    assume(not re.search(r"[a-z]{2,},? [a-z]{2,}", number))
    shown = Redactor({}, key=KEY).value({"tin": number})["tin"]
    assert shape(shown) == shape(number)
    assert all(new != old for new, old in zip(shown, number, strict=True) if old.isalnum())


@pytest.mark.parametrize("number", ["١٢٣٤٥٦", "АБВ123", "税号12345", "é́1"])
def test_other_scripts_stay_their_own(number: str) -> None:
    shown = Redactor({}, key=KEY).value({"tin": number})["tin"]
    assert [letter.isdecimal() for letter in shown] == [letter.isdecimal() for letter in number]
    assert [letter.isalpha() for letter in shown] == [letter.isalpha() for letter in number]
    assert shown != number


def test_equal_numbers_stay_equal_over_processes_and_notations() -> None:
    one, other = Redactor({}, key=KEY), Redactor({}, key=KEY)
    assert one.text("123-45-6789") == other.text("123-45-6789")
    assert one.value({"tin": "123-45-6789"})["tin"].replace("-", "") == other.value({"tin": "123456789"})["tin"]
    assert one.text("123-45-6789") != Redactor({}).text("123-45-6789") or one.key != KEY


def test_redacting_twice_changes_nothing(redactor: Redactor) -> None:
    once = redactor.value({"tin": "123-45-6789", "access_token": "x1", "a": f"Bearer {TOKEN}", "note": "12-3456789"})
    assert redactor.value(once) == once
    assert redactor.text(json.dumps(once)) == json.dumps(once)
    line = redactor.text(f"curl -H 'Authorization: Bearer {TOKEN}' -H 'x-api-key: k'")
    assert line == "curl -H 'Authorization: Bearer $FINCOM_ACCESS_TOKEN' -H 'x-api-key: $API_KEY'"
    assert redactor.text(line) == line


def test_multipart_shows_fields_and_the_marks_of_files(redactor: Redactor) -> None:
    content = b"%PDF-1.4 planted file content"
    files = [("file1", ("a.pdf", content, "application/pdf")), ("file1", ("b.pdf", b"x", "application/pdf"))]
    request = httpx.Request("POST", "http://localhost", data={"customer_id": "c-1"}, files=files)
    shown = redactor.body(request.headers["content-type"], request.read())
    assert shown["customer_id"] == "c-1"
    assert shown["file1"][0].startswith("<file name=a.pdf type=application/pdf 29 bytes sha256=")
    assert "planted" not in json.dumps(shown)


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/form-data; boundary=zz", "multipart/form-data; boundary="])
def test_unreadable_multipart_is_one_mark(redactor: Redactor, media_type: str) -> None:
    assert redactor.body(media_type, b"--aa\r\nplanted").startswith("<file type=multipart/form-data, unreadable 13 bytes")


@pytest.mark.parametrize(
    ("media_type", "content", "shown"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("application/problem+json", b"[1]", [1]),
        (None, b'{"a": 1}', {"a": 1}),
        (None, b"plain", "plain"),
        ("application/json", b"{broken", "{broken"),
        ("text/html; charset=utf-8", b"<h1>x</h1>", "<h1>x</h1>"),
        ("application/x-www-form-urlencoded", b"a=1&a=2&b=", {"a": ["1", "2"], "b": ""}),
        ("application/json", b"", ""),
        ("application/json", b'{"a": NaN}', {"a": "NaN"}),
        ("application/json", b'{"a": "\\ud800"}', {"a": "\\ud800"}),
        ("application/json", b'{"a": 18446744073709551616}', {"a": 18446744073709551616}),
    ],
)
def test_bodies_by_media_type(redactor: Redactor, media_type: str | None, content: bytes, shown: object) -> None:
    assert redactor.body(media_type, content) == shown


def test_files_are_never_shown(redactor: Redactor) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    assert redactor.body("image/png", png).startswith("<file type=image/png 264 bytes sha256=")
    assert redactor.body(None, png).startswith("<file 264 bytes sha256=")
    encoded = redactor.value({"image": "data:image/png;base64,aGVsbG8=", "raw": b64encode(png).decode()})
    assert encoded["image"] == bodies.file_mark(b"hello", media_type="image/png")
    assert redactor.value("A" * 400) == "A" * 400
    assert encoded["raw"] == bodies.file_mark(png)


@pytest.mark.parametrize("key", ["file", "document_number", "api_key"])
def test_a_file_of_one_letter_takes_no_longer_than_another(redactor: Redactor, key: str) -> None:
    """A pattern that is tried from every letter of a word to its end would take minutes for what is sent as too large a file."""
    began = time.process_time()
    redactor.value({key: "a" * 300_000})
    assert time.process_time() - began < 5


def test_what_is_endless_is_cut(redactor: Redactor) -> None:
    assert redactor.body("text/plain", b"x " * 20_000).endswith("… (20000 more characters)")
    deep = redactor.body("application/json", b"[" * 400 + b"]" * 400)
    assert f"nested more than {DEEPEST} levels" in json.dumps(deep)
    assert isinstance(redactor.body("application/json", b"[" * 90_000), str)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists), st.sampled_from(["x", "tin"]))
def test_every_redacted_value_can_be_written_as_json(value: object, key: str) -> None:
    assert msgspec.json.encode(Redactor({}).value({key: value}))
