"""One request with its answer: what every check judges and every report prints."""

from __future__ import annotations

import json
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

# A body longer than this is cut in records: a report is for people.
SHOWN_CHARACTERS = 4_000


@dataclass
class Exchange:
    """A request and its answer, raw. Only `record` lets anything out, redacted. Times are in milliseconds."""

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

    @cached_property
    def json(self) -> Json:
        """The parsed body, or None where it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, ValueError):
            return None

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
            note=redactor.text(self.note),
        )


def _shown(body: Json) -> Json:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
    if len(text) <= SHOWN_CHARACTERS:
        return body
    return f"{text[:SHOWN_CHARACTERS]} … ({len(text)} characters in all)"


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
    if body not in (None, "", b""):
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
        parts += ["--data", shlex.quote(text[:SHOWN_CHARACTERS])]
    return " ".join(parts)
