"""The way to a target: every outcome of a request is an exchange or a reason, whatever answers there."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness import client as clients
from harness.client import Client, Connections
from harness.errors import EnvironmentFault, NotCheckable, Undecided, UnknownOutcome, UsageError
from harness.exchange import Exchange
from harness.openapi import specification
from harness.pace import Pace
from harness.targets import Limits
from tests import servers
from tests.harness_kit import redactor
from tests.servers import Reply, Server, answering, failing_after, free_port, serving

READ, WRITE = "listOccupations", "createIndividualV2"
TIMEOUT = 0.5


@contextmanager
def talking(
    reply: Reply, *, seen: Callable[[Exchange], None] = lambda _: None, retries: int = 0, pace: Pace | None = None
) -> Iterator[tuple[Client, Server]]:
    with serving(reply) as server, connected(server.url, seen=seen, retries=retries, pace=pace) as client:
        yield client, server


@contextmanager
def connected(
    url: str, *, seen: Callable[[Exchange], None] = lambda _: None, retries: int = 0, pace: Pace | None = None
) -> Iterator[Client]:
    connections = Connections(timeout=TIMEOUT, verify=True, pace=pace, read_retries=retries)
    try:
        yield Client(
            base_url=f"{url}/api/",
            specification=specification(Path("specs/fincom_v2.openapi.yaml")),
            authorization=lambda: ("Authorization", "Bearer own"),
            seen=seen,
            connections=connections,
        )
    finally:
        connections.close()


def test_an_answer_is_an_exchange_and_is_told_of() -> None:
    told: list[Exchange] = []
    with talking(answering(418, {"short": "and stout"}), seen=told.append) as (client, server):
        exchange = client.send(WRITE, json={"name": "Zoë", "big": 2**70})
    assert told == [exchange]
    assert (exchange.status, exchange.json, exchange.operation) == (418, {"short": "and stout"}, WRITE)
    assert exchange.ms > 0
    assert "418" in str(exchange.violation), "the document describes no such answer"
    assert server.paths == ["/api/v2/customers/individual"]
    assert server.came[0].endswith('{"name":"Zoë","big":1180591620717411303424}'.encode())


def test_calls_that_follow_one_another_are_told_from_calls_that_overlap() -> None:
    with talking(answering()) as (client, _):
        before = time.perf_counter()
        first, second = client.send(WRITE, json={}), client.send(READ)
        together = client.release_together([client.prepare(WRITE, json={}) for _ in range(3)])
        after = time.perf_counter()
    assert before <= first.began < first.ended <= second.began < second.ended <= after
    exchanges = [each for each in together if isinstance(each, Exchange)]
    assert len(exchanges) == 3
    assert max(each.began for each in exchanges) < min(each.ended for each in exchanges)


def test_paths_are_escaped_and_credentials_are_ours_others_or_none() -> None:
    with talking(answering()) as (client, server):
        client.send("readCustomerV2", path={"customer_id": "../a b?"})
        client.send(READ, auth="Basic other")
        client.send(READ, auth=False)
    assert server.paths[0] == "/api/v2/customers/..%2Fa%20b%3F"
    heads = [request.lower() for request in server.came]
    assert b"authorization: bearer own" in heads[0]
    assert b"authorization: basic other" in heads[1]
    assert b"authorization" not in heads[2]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses are noted, not made."""
    pauses: list[float] = []
    monkeypatch.setattr("harness.client.time.sleep", pauses.append)
    return pauses


@pytest.mark.parametrize("passing", [servers.hangs_up, *(answering(status) for status in (429, 502, 503, 504))])
def test_a_read_is_sent_again_a_bounded_number_of_times(passing: Reply, quick: list[float]) -> None:
    told: list[Exchange] = []
    with talking(failing_after(1, passing, answering(200, [])), seen=told.append, retries=2) as (client, server):
        exchange = client.send(READ)
    assert (exchange.status, exchange.attempts, told) == (200, 2, [exchange])
    assert "attempt 2" in exchange.record(redactor()).note
    assert (len(server.came), len(quick)) == (2, 1)


def test_a_read_that_stays_unanswered_is_given_up(quick: list[float]) -> None:
    with talking(servers.hangs_up, retries=2) as (client, server), pytest.raises(EnvironmentFault):
        client.send(READ)
    assert len(server.came) == 3
    assert quick[0] < quick[1]


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_an_answer_of_the_provider_itself_is_taken_as_it_is(status: int, quick: list[float]) -> None:
    with talking(answering(status), retries=2) as (client, server):
        assert client.send(READ).status == status
    assert (len(server.came), quick) == (1, [])


@pytest.mark.parametrize("passing", [servers.hangs_up, answering(503)])
def test_a_write_is_never_sent_again(passing: Reply, quick: list[float]) -> None:
    with talking(passing, retries=2) as (client, server), suppress(UnknownOutcome):
        client.send(WRITE, json={})
    assert (len(server.came), quick) == (1, [])


def test_retry_after_is_honoured_by_everything_that_comes_later(tmp_path: Path) -> None:
    pace = Pace(Limits(requests_per_second=100), tmp_path / "pace")
    busy = answering(429, {}, "application/json", "retry-after: 1")
    with talking(failing_after(1, busy, answering(200, [])), pace=pace) as (client, server):
        assert client.send(WRITE, json={}).status == 429
        started = time.monotonic()
        assert client.send(READ).status == 200
    assert time.monotonic() - started > 0.9
    assert len(server.came) == 2


def test_an_unknown_operation_is_wrong_usage() -> None:
    with connected("http://127.0.0.1:9") as client, pytest.raises(UsageError, match="did you mean listOccupations"):
        client.send("listOccupation")


def test_a_target_that_is_down_is_the_fault_of_the_environment_for_reads_and_writes() -> None:
    with connected(f"http://127.0.0.1:{free_port()}") as client:
        for operation in (READ, WRITE):
            with pytest.raises(EnvironmentFault, match=r"cannot be reached.*Connect"):
                client.send(operation)


@pytest.mark.parametrize(
    "reply",
    [servers.hangs_up, servers.silent, servers.breaks_off, servers.endless, servers.dripping, servers.no_http],
    ids=lambda reply: reply.__name__,
)
def test_a_lost_answer_leaves_a_read_unjudged_and_a_write_unknown(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "LONGEST_ANSWER", 300_000)
    started = time.monotonic()
    with talking(reply) as (client, server):
        with pytest.raises(EnvironmentFault, match="gave no answer"):
            client.send(READ)
        with pytest.raises(UnknownOutcome, match=r"answer lost.*never repeated blindly"):
            client.send(WRITE, json={})
        assert len(server.came) == 2, "neither is repeated"
    assert time.monotonic() - started < 2 * TIMEOUT + 2


@pytest.mark.parametrize(
    "reply",
    [
        servers.html,
        servers.broken_json,
        answering(200, b"\xff\xfe"),
        answering(200, b"[" * 50_000),
        answering(204, b""),
        answering(200, b"{}", ";;"),
    ],
    ids=["html", "broken JSON", "no UTF-8", "deeply nested", "nothing", "odd content type"],
)
def test_an_answer_that_makes_no_sense_is_an_exchange_that_violates_the_specification(reply: Reply) -> None:
    with talking(reply) as (client, _):
        exchange = client.send(READ)
    assert exchange.violation
    assert not exchange.data


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with talking(answering(302, b"", "text/html", "location: /elsewhere")) as (client, server):
        assert client.send(READ).status == 302
    assert len(server.came) == 1


def test_a_wrapper_of_the_mock_server_that_broke_down_judges_nobody() -> None:
    with (
        talking(answering(500, {}, "application/json", "x-mock-wrapper-failed: accepts_all")) as (client, _),
        pytest.raises(NotCheckable, match="accepts_all failed"),
    ):
        client.send(READ)


def test_requests_released_together_start_together_and_each_has_its_own_outcome() -> None:
    started: list[float] = []

    def one_of_three(connection: socket.socket, _: bytes) -> None:
        started.append(time.monotonic())
        if len(started) == 3:
            return
        connection.sendall(servers.message(200, b"{}"))

    with talking(one_of_three) as (client, _):
        outcomes = client.release_together([client.prepare(WRITE, json={"n": number}) for number in range(3)])
    assert max(started) - min(started) < 0.2
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Exchange", "Exchange", "UnknownOutcome"]


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with talking(answering()) as (client, _):
        assert client.send(READ).status == 200


def test_what_is_undecided_passes_through_code_that_catches_exceptions() -> None:
    assert not issubclass(Undecided, Exception)
