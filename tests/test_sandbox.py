"""The target as tests meet it: clients by control API or by credentials, the canary, outages, and what is given up at the end."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from harness import sandbox as sandboxes
from harness.control import of_provider
from harness.errors import EnvironmentFault, NotApplicable, NotCheckable, UsageError
from harness.redaction import Redactor
from harness.sandbox import World
from harness.targets import Auth, Limits, load_target
from tests import servers
from tests.harness_kit import redactor, target
from tests.mockserver_kit import http, shared
from tests.servers import Reply, Server, answering, free_port, message, serving

WORKING = answering(200, {"data": {"occupations": []}})


@contextmanager
def mock(**switched: Any) -> Iterator[World]:
    """The real mock server."""
    world = World(load_target("mock", url=shared().url), "abc", redactor(), **switched)
    yield world
    world.close()


@contextmanager
def met(reply: Reply, **changes: Any) -> Iterator[tuple[World, Server]]:
    """A target with a bearer token, and a client of it that has been made."""
    with serving(reply) as server:
        world = World(target(server.url, kind="bearer", **changes), "abc", redactor())
        try:
            yield world, server
        finally:
            world.close()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_TOKEN", "token-of-the-environment")


def tenants() -> set[str]:
    return {each["tenant"] for each in http().get("/control/tenants").json()}


def test_every_client_is_a_tenant_of_its_own_and_all_are_given_up_at_the_end() -> None:
    before = tenants()
    with mock() as world:
        first, second = world.client("fincom"), world.client("fincom")
        assert first.credentials.access_token != second.credentials.access_token
        assert first.canary() is None
        made = tenants() - before
        assert len(made) == 2
    assert tenants() & made == set()


def test_with_faults_on_the_address_names_the_tenant_so_that_anonymous_requests_meet_them_too() -> None:
    with mock() as plain, mock(faults=["accepts_expired_passport"]) as faulty:
        assert plain.client("fincom").client.base_url == f"{shared().url}/fincom"
        sandbox = faulty.client("fincom")
        assert sandbox.client.base_url == f"{shared().url}/~{sandbox.control.tenant}/fincom"
        assert sandbox.canary() is None


def test_a_fault_is_switched_on_for_the_clients_of_its_own_provider_only() -> None:
    with mock(faults=["accepts_expired_passport"]) as world:
        switched = {name: world.client(name).control.call("GET", "/faults") for name in world.target.providers}
    assert [name for name, faults in switched.items() if faults] == ["fincom"]


def test_an_unknown_fault_is_answered_with_the_closest_ones() -> None:
    with mock(faults=["accepts_expired_pasport"]) as world, pytest.raises(UsageError, match="did you mean accepts_expired_passport"):
        world.client("fincom")


def test_the_clock_of_a_client_is_the_targets_own() -> None:
    with mock() as world:
        sandbox = world.client("fincom")
        before = sandbox.now()
        sandbox.advance(86_400)
        assert sandbox.now() - before == dt.timedelta(days=1)


def test_unique_tokens_differ_within_and_between_processes() -> None:
    worlds = [World(target("http://127.0.0.1:9"), f"abcw{number}", redactor()) for number in range(2)]
    tokens = [world.unique() for world in worlds for _ in range(3)]
    assert len(set(tokens)) == 6
    assert all(token.isalnum() and token == token.lower() for token in tokens)


def test_credentials_come_from_the_environment_and_are_hidden_from_reports() -> None:
    with met(WORKING) as (world, server):
        assert world.client("acme").canary() is None
        assert b"Bearer token-of-the-environment" in server.came[0]
        assert world.redactor.text("it was token-of-the-environment") == "it was $ACME_ACCESS_TOKEN"


def test_a_role_without_credentials_does_not_apply() -> None:
    with met(WORKING) as (world, _), pytest.raises(NotApplicable, match="'second'"):
        world.client("acme", role="second")


def test_client_credentials_are_exchanged_once_and_the_token_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    auth = Auth(kind="client-credentials", client_id_env="ACME_ID", client_secret_env="ACME_SECRET", operation="issueToken")
    monkeypatch.setenv("ACME_ID", "me")
    monkeypatch.setenv("ACME_SECRET", "hunter2hunter2")
    with met(answering(200, {"access_token": "bought-token"}), auth=auth) as (world, server):
        sandbox = world.client("acme")
        assert [sandbox.token(), sandbox.token()] == ["bought-token"] * 2
        assert len(server.came) == 1
        assert b"hunter2hunter2" in server.came[0]
        assert world.redactor.text("bought-token hunter2hunter2") == "$ACME_ACCESS_TOKEN $ACME_CLIENT_SECRET"


def test_credentials_that_buy_no_token_are_the_fault_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    auth = Auth(kind="client-credentials", client_id_env="ACME_ID", client_secret_env="ACME_SECRET", operation="issueToken")
    monkeypatch.setenv("ACME_ID", "me")
    for reply in (answering(401, {"message": "no"}), answering(200, ["odd"]), servers.html):
        with met(reply, auth=auth) as (world, _), pytest.raises(EnvironmentFault, match="bought no token"):
            world.client("acme").token()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answering(401, {}), "answered with 401"),
        (answering(503, {}), "answered with 503"),
        (servers.html, "answered with 200 (text/html)"),
        (servers.broken_json, "answered with 200 (application/json)"),
        (servers.hangs_up, "gave no answer"),
        (servers.silent, "ReadTimeout"),
    ],
    ids=["dead token", "out of service", "html", "broken JSON", "hangs up", "silent"],
)
def test_the_canary_says_what_is_wrong(reply: Reply, said: str) -> None:
    with met(reply) as (world, _):
        assert said in str(world.client("acme").canary())


@pytest.mark.parametrize(("status", "fine"), [(404, True), (200, True), (403, False), (500, False)])
def test_a_canary_may_ask_for_what_nobody_has(status: int, fine: bool) -> None:
    with met(answering(status, {}), canary="listSubdivisions", canary_path={"country": "QZ"}, canary_status=404) as (world, _):
        assert (world.client("acme").canary() is None) is fine


def test_a_canary_that_the_specification_does_not_have_is_wrong_usage() -> None:
    with met(WORKING, canary="listJobs") as (world, _), pytest.raises(UsageError, match="no operation 'listJobs'"):
        world.client("acme").canary()


def switching(states: list[bool]) -> Callable[[socket.socket, bytes], None]:
    """A server that works while the only state is True."""
    return lambda connection, _: connection.sendall(message(200, b"{}") if states[0] else message(503, b"{}"))


def test_a_target_in_trouble_is_asked_again_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    works = [True]
    with met(switching(works)) as (world, server):
        world.client("acme")
        assert (world.outage(only_if_known=True), len(server.came)) == (None, 0), "nothing is known, so nobody asks"
        assert world.outage() is None
        works[0] = False
        assert "503" in str(world.outage())
        asked = len(server.came)
        for _ in range(5):
            assert "503" in str(world.outage(only_if_known=True))
        assert len(server.came) == asked
        works[0] = True
        monkeypatch.setattr(sandboxes, "ASK_AGAIN", 0.0)
        assert world.outage(only_if_known=True) is None


def test_a_target_that_stays_away_uses_up_the_patience_once_and_then_ends_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    slept, works, later = list[float](), [False], [0.0]
    clock = SimpleNamespace(sleep=slept.append, monotonic=lambda: 1000.0 + sum(slept) + later[0])
    monkeypatch.setattr(sandboxes, "time", clock)
    with met(switching(works)) as (world, server):
        world.target = msgspec.structs.replace(world.target, limits=Limits(patience_seconds=35))
        world.client("acme")
        assert world.await_recovery() is None, "nothing is known to be wrong"
        assert world.outage()
        assert "503" in str(world.await_recovery())
        assert slept == [10, 10, 10, 5]
        asked = len(server.came)
        for _ in range(100):
            assert "503" in str(world.await_recovery())
        assert sum(slept) == 35, "all told, not for each test"
        assert len(server.came) <= asked + 1, "nor is it asked each time"
        works[0] = True
        later[0] += 11
        assert world.await_recovery() is None


def test_trouble_is_that_of_the_client_which_spoke_last_and_an_outage_that_of_the_first() -> None:
    dead = b"authorization: bearer dead"

    def by_token(connection: socket.socket, request: bytes) -> None:
        connection.sendall(message(401 if dead in request.lower() else 200, b"{}"))

    with met(by_token, clients={"second": Auth(kind="bearer", token_env="ACME_SECOND")}) as (world, _):
        world.client("acme").canary()
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("ACME_SECOND", "dead")
            world.client("acme", role="second").canary()
        assert "401" in str(world.trouble())
        assert world.outage() is None


def test_a_target_that_was_never_met_is_asked_nothing() -> None:
    world = World(target("http://127.0.0.1:9", kind="bearer"), "abc", redactor())
    assert (world.trouble(), world.outage()) == (None, None)
    world.close()


def test_a_control_api_that_is_not_there_is_the_fault_of_the_environment() -> None:
    world = World(target(f"http://127.0.0.1:{free_port()}"), "abc", Redactor({}))
    with pytest.raises(EnvironmentFault, match="control API does not answer"):
        world.client("acme")
    world.close()


@pytest.mark.parametrize("reply", [servers.html, answering(200, ["odd"]), servers.broken_json, answering(201, {"tenant": 5})])
def test_a_control_api_that_makes_no_sense_is_the_fault_of_the_environment(reply: Reply) -> None:
    with serving(reply) as server:
        world = World(target(server.url), "abc", redactor())
        with pytest.raises(EnvironmentFault, match="control API"):
            world.client("acme")
        world.close()


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 31 Feb 2025 99:00:00 GMT", "Fri, 21 Nov 2025 06:00:00 -0000"])
def test_an_odd_date_header_is_no_error(date: str) -> None:
    with met(answering(200, {}, "application/json", f"date: {date}")) as (world, _):
        sandbox = world.client("acme")
        assert sandbox.canary() is None
        assert sandbox.now().tzinfo is not None


def test_without_a_clock_of_its_own_the_target_is_believed_its_date_header() -> None:
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(hours=5)
    with met(answering(200, {}, "application/json", f"date: {ahead:%a, %d %b %Y %H:%M:%S} GMT")) as (world, _):
        sandbox = world.client("acme")
        sandbox.canary()
        assert abs(sandbox.now() - ahead) < dt.timedelta(seconds=5)


def test_what_needs_a_control_api_is_not_checkable_without_one() -> None:
    with met(WORKING) as (world, _), pytest.raises(NotCheckable, match="no control API"):
        world.client("acme").advance(1)


def test_a_name_that_two_providers_have_is_switched_on_once_for_each() -> None:
    listed = [
        {"name": "folds_words", "provider": "acme"},
        {"name": "folds_words", "provider": "other"},
        {"name": "trims", "provider": "acme"},
    ]
    assert of_provider("acme", [each["name"] for each in listed], listed) == ["folds_words", "trims"]
