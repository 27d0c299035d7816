"""Planted secrets, numbers of identity documents and contents of files are in nothing that a run leaves behind."""

from __future__ import annotations

import base64
import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import allure_page, nightly
from harness.jsontypes import Json
from harness.record import Verdict
from tests.mockserver_kit import Client, shared
from tests.runs_kit import Ended, bearer_target, run
from tests.servers import Reply, Server, message, passing_on, serving

IDENTITY_KEYS = {"document_id", "number"}
FAULTS = ["counts_ssn_digits", "upload_refuses_capital_extensions"]
RULES = [
    "fincom-v2/ssn",
    "fincom/upload-extension-case-is-free",
    "fincom-v2/passport-without-side-is-accepted",
    "fincom/operations-need-a-bearer",
]
# What must be among the things that are looked through; all that lies in the reports is.
ARTEFACTS = {"terminal", "verdicts.jsonl", "shapes.jsonl", "run.json", "index.html", "junit.xml", "allure-results", "examples"}
OF_THE_NIGHT = {"previous", "comparison.html", "comparison.md", "comparison.json"}


@dataclass(frozen=True)
class Leaky:
    """A run against a server that breaks promises and echoes what it was sent, and all that was sent to it."""

    ended: Ended
    sent: list[bytes]
    client_secret: str

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Everything that the run left behind, by name."""
        yield "terminal", self.ended.said.encode()
        for path in sorted(self.ended.reports.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(self.ended.reports)), path.read_bytes()

    def places_of(self, value: str | bytes) -> list[str]:
        """Where a value stands, as it is or in one of the usual disguises."""
        raw = value.encode() if isinstance(value, str) else value
        disguises = {raw, base64.b64encode(raw), raw.hex().encode(), json.dumps(raw.decode("latin-1"))[1:-1].encode()}
        return [name for name, content in self.written() if any(disguise in content for disguise in disguises)]


def echoing(working: Reply) -> Reply:
    """A server that answers attaches with all that it knows of them, as debug pages do."""

    def reply(connection: socket.socket, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        if b"/attach " not in head:
            return working(connection, request)
        token = re.search(rb"(?i)authorization: bearer (\S+)", head)
        shown = token[1].decode() if token else ""
        told = {"message": f"cannot handle {shown}", "trace": head.decode(), "request": body.decode(), "sent": json.loads(body)}
        return connection.sendall(message(500, json.dumps(told).encode()))

    return reply


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Leaky:
    folder = tmp_path_factory.mktemp("leaky")
    tenant = Client(faults=FAULTS)
    secret = tenant.made["credentials"]["client_secret"]
    with serving(echoing(passing_on(shared().url))) as server:
        ended = run(
            folder / "reports",
            *("--target", target(folder, server)),
            *(word for rule in RULES for word in ("--rule", rule)),
            *("suites/fincom/test_create_tax.py", "suites/fincom/test_upload.py", "suites/fincom/test_authentication.py"),
            "suites/fincom/test_attach_identity.py",
            ACME_ID=tenant.made["credentials"]["client_id"],
            ACME_SECRET=secret,
        )
    for _ in range(2):
        nightly.main([str(ended.reports), "1"])
    # The page and the history of runs; without Node the rest is looked through.
    with suppress(allure_page.PageFailed):
        allure_page.make_page(ended.reports)
    return Leaky(ended, list(server.came), secret)


def target(folder: Path, server: Server) -> str:
    path = Path(bearer_target(folder, f"{server.url}/fincom"))
    bought = 'kind = "client-credentials", client_id_env = "ACME_ID", client_secret_env = "ACME_SECRET", operation = "issueToken"'
    path.write_text(path.read_text().replace('kind = "bearer", token_env = "ACME_TOKEN"', bought).replace("0.5", "10"))
    return str(path)


def identity_numbers(node: Json) -> Iterator[str]:
    """What stands under the keys of identity numbers and is long enough to be one."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in IDENTITY_KEYS and isinstance(value, str) and sum(map(str.isdigit, value)) >= 6:
                yield value
            yield from identity_numbers(value)
    elif isinstance(node, list):
        for value in node:
            yield from identity_numbers(value)


def bodies(leaky: Leaky, content_type: bytes) -> list[bytes]:
    parts = [request.partition(b"\r\n\r\n") for request in leaky.sent]
    return [body for head, _, body in parts if content_type in head.lower()]


def test_the_run_found_breaches_with_evidence_in_every_part(leaky: Leaky) -> None:
    assert leaky.ended.code == 1, leaky.ended.said
    broken = [record for record in leaky.ended.records.values() if record.verdict is Verdict.NONCONFORMANT]
    assert len(broken) >= 3
    operations = {exchange.operation for record in broken if record.finding for exchange in record.finding.exchanges}
    assert operations >= {"createIndividualV2", "uploadCustomerFiles", "attachIndividualV2"}
    assert {name.partition("/")[0] for name, _ in leaky.written()} >= ARTEFACTS | OF_THE_NIGHT
    assert len(leaky.places_of("createIndividualV2")) >= 4, "what may be shown is found"


def test_credentials_are_nowhere(leaky: Leaky) -> None:
    tokens = {found[1].decode() for request in leaky.sent if (found := re.search(rb"(?i)authorization: bearer (\S{20,})", request))}
    assert tokens, "the run was authorised"
    assert {secret: leaky.places_of(secret) for secret in {leaky.client_secret, *tokens} if leaky.places_of(secret)} == {}
    assert any(b"$FINCOM_ACCESS_TOKEN" in content for _, content in leaky.written()), "a placeholder says what to fill in"


def test_numbers_of_identity_documents_are_nowhere(leaky: Leaky) -> None:
    numbers = {number for body in bodies(leaky, b"application/json") for number in identity_numbers(json.loads(body))}
    assert len(numbers) > 5
    assert {number: leaky.places_of(number) for number in numbers if leaky.places_of(number)} == {}


def test_contents_of_files_are_nowhere(leaky: Leaky) -> None:
    chunks = {
        body[at : at + 24]
        for body in bodies(leaky, b"multipart/form-data")
        for at in [m.end() for m in re.finditer(rb"\r\n\r\n%PDF-", body)]
    }
    assert chunks, "files were sent"
    assert [chunk for chunk in chunks if leaky.places_of(chunk)] == []
    assert any(b"sha256=" in content for _, content in leaky.written()), "their marks are there instead"
