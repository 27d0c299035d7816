"""One request with its answer: what every check judges and every report prints."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from harness.jsontypes import Json
from harness.record import ExchangeRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.redaction import Redactor

# Answers by which a target, or what stands before it, says that it is out of order or busy for now.
PASSING = frozenset({408, 429, 502, 503, 504})

# A body longer than this is cut in records: a report is for people.
SHOWN_CHARACTERS = 4_000


def parsed(body: bytes) -> Json:
    """The value of a body, or None where it is no JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


@dataclass
class Exchange:
    """A request and its answer, raw. Only `record` lets anything out, redacted.

    `ms`: how long the answer took, in milliseconds; `began`: when the request was begun, in seconds of a monotonic clock of this process.
    """

    operation: str
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes
    ms: float
    note: str = ""
    violation: str | None = None
    sent: Json = field(default=None)
    began: float = 0.0
    attempts: int = 1

    @cached_property
    def json(self) -> Json:
        """The parsed body, or None where it is no JSON."""
        return parsed(self.body)

    @property
    def ended(self) -> float:
        """When the answer was there, on the clock of `began`."""
        return self.began + self.ms / 1000

    @property
    def is_json(self) -> bool:
        """Whether the answer says it is JSON and is."""
        return "json" in self.headers.get("content-type", "") and (self.json is not None or self.body.strip() == b"null")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    @property
    def data(self) -> dict[str, Json]:
        """The `data` object of the body, empty where there is none."""
        body = self.json
        data = body.get("data") if isinstance(body, dict) else None
        return data if isinstance(data, dict) else {}

    def record(self, redactor: Redactor) -> ExchangeRecord:
        """The exchange as reports may see it: without secrets, personal numbers and file contents."""
        headers = redactor.headers(self.request_headers)
        sent = redactor.body(self.request_headers.get("content-type", ""), self.request_body)
        came = redactor.body(self.headers.get("content-type", ""), self.body)
        return ExchangeRecord(
            operation=self.operation,
            method=self.method,
            url=redactor.text(self.url),
            status=self.status,
            ms=round(self.ms, 2),
            request=_shown(sent),
            response=_shown(came),
            request_headers=headers,
            response_headers=redactor.headers(self.headers),
            curl=curl(self.method, redactor.text(self.url), headers, sent),
            note=redactor.text(self.note + f" (answered at attempt {self.attempts})" * (self.attempts > 1)),
        )


def _shown(body: Json) -> Json:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
    if len(text) <= SHOWN_CHARACTERS:
        return body
    return f"{text[:SHOWN_CHARACTERS]} … ({len(text)} characters in all)"


# How a redacted body shows a file, see `harness.bodies.file_mark`.
FILE_MARK = re.compile(r"<file(?: name=(?P<name>.*?))?(?: type=(?P<type>\S+))? \d+ bytes sha256=\w+>", re.DOTALL)

# What the client adds by itself, and what would be wrong on another machine.
NOT_IN_CURL = {"host", "user-agent", "accept-encoding", "connection", "content-length", "accept"}


def curl(method: str, url: str, headers: Mapping[str, str], body: Json) -> str:
    """The request as a curl command, secrets already replaced by `$NAME`."""
    parts = ["curl", "-sS", "-X", method, shlex.quote(url)]
    for name, value in headers.items():
        if name.lower() in NOT_IN_CURL or (name.lower() == "content-type" and "multipart" in value):
            continue
        # Double quotes, so that the shell fills in the $NAME of a secret.
        parts += ["-H", f'"{name}: {value}"' if "$" in value else shlex.quote(f"{name}: {value}")]
    return " ".join([*parts, *_body_words(headers.get("content-type", ""), body)])


def _body_words(content_type: str, body: Json) -> list[str]:
    if body in (None, "", b""):
        return []
    if "multipart" in content_type and isinstance(body, dict):
        each = [(name, part) for name, value in body.items() for part in (value if isinstance(value, list) else [value])]
        return [word for name, part in each for word in _form_words(name, str(part))]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
    if FILE_MARK.fullmatch(text):
        return ["--data-binary", "@FILE"]
    return ["--data", shlex.quote(text[:SHOWN_CHARACTERS])]


def _form_words(name: str, part: str) -> list[str]:
    """A file of a form is named, for its content is in no report; text is marked as such, so that curl reads no `@` into it."""
    mark = FILE_MARK.fullmatch(part)
    if mark is None:
        return ["--form-string", shlex.quote(f"{name}={part}")]
    return ["-F", shlex.quote(f"{name}=@{mark['name'] or 'FILE'}" + (f";type={mark['type']}" if mark["type"] else ""))]
