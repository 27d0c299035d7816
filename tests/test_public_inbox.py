"""Webhooks of a sandbox: sent to one public address, led to one port, read by every process of the run, and kept nowhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.docket import CONFORMING
from harness.errors import UsageError
from harness.inbox import Received
from harness.public_inbox import Listener, SpooledInbox
from harness.targets import PublicInbox, load_target
from mockserver.embedded import Embedded
from tests.runs_kit import ROOT, run
from tests.servers import free_port


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener(PublicInbox(url="https://hooks.example.com/railproof", port=0))
    yield made
    made.close()


def send(listener: Listener, body: bytes) -> None:
    httpx.post(f"http://127.0.0.1:{listener.port}/railproof", content=body, headers={"X-Signed": "v1"}, trust_env=False).raise_for_status()


def test_every_reader_gets_every_delivery_raw_and_in_order(listener: Listener) -> None:
    send(listener, b"before anybody listened")
    inboxes = [SpooledInbox(listener.spool, "https://hooks.example.com/railproof") for _ in range(2)]
    boxes = [inbox.box() for inbox in inboxes]
    for body in (b'{"a": 1}', b"\xff\x00"):
        send(listener, body)

    def both(received: list[Received]) -> bool:
        return [each.body for each in received] == [b'{"a": 1}', b"\xff\x00"]

    assert all(box.wait_for(both, 5) for box in boxes)
    assert boxes[0].received[0].headers["x-signed"] == "v1"
    assert boxes[0].url == "https://hooks.example.com/railproof"
    for inbox in inboxes:
        inbox.close()


def test_nothing_of_a_delivery_outlives_the_run(listener: Listener) -> None:
    send(listener, b"personal")
    assert list(listener.spool.iterdir())
    listener.close()
    assert not listener.spool.exists()


def test_a_port_in_use_is_wrong_usage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match=r"cannot listen on 127\.0\.0\.1"):
        Listener(PublicInbox(url="https://hooks.example.com", port=taken.getsockname()[1]))


TARGET = """description = "Sends webhooks to a public address"
url = "{url}"
[limits]
timeout_seconds = 5
poll_seconds = 15
{inbox}
[providers.fincom]
path = "/fincom"
specification = "specs/fincom_v2.openapi.yaml"
canary = "listOccupations"
capabilities = ["read", "token-exchange", "webhooks"]
auth = {{ kind = "bearer", token_env = "ACME_TOKEN" }}
webhook_secret_env = "ACME_WEBHOOK_SECRET"
"""


def target(folder: Path, url: str, inbox: str) -> str:
    path = folder / "hooks.toml"
    path.write_text(TARGET.format(url=url, inbox=inbox), encoding="utf-8")
    return str(path)


def test_a_target_that_claims_webhooks_says_where_they_arrive(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\[inbox\]"):
        load_target(target(tmp_path, "https://sandbox.example.com", ""))


def test_rules_on_webhooks_are_judged_at_a_target_without_control_api(tmp_path: Path) -> None:
    port = free_port()
    inbox = f'[inbox]\nurl = "http://127.0.0.1:{port}/hooks"\nport = {port}'
    with Embedded() as server:
        at = f"{server.url}/control/tenants/demo-fincom"
        secret = "whsec-of-tests-0815"
        httpx.put(f"{at}/webhook", json={"url": f"http://127.0.0.1:{port}/hooks", "secret": secret}, trust_env=False).raise_for_status()
        ended = run(
            tmp_path / "reports",
            *("--target", target(tmp_path, server.url, inbox), "--rule", "fincom/event", "--rule", "fincom/created-event", "-n", "2"),
            "suites/fincom/test_webhooks.py",
            root=ROOT,
            ACME_TOKEN="demo-token",
            ACME_WEBHOOK_SECRET=secret,
        )
    assert ended.code == CONFORMING, ended.said
    judged = [record for record in ended.records.values() if record.exchanges]
    assert len(judged) > 3, ended.said
    assert secret not in ended.said
    assert not list(Path(tmp_path).rglob("railproof-inbox-*"))
