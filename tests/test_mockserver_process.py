"""The mock server as a process: how it starts, refuses to start, keeps its state and ends."""

import json
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import App
from mockserver.clock import Clock
from mockserver.embedded import ROOT, Embedded
from mockserver.fincom.model import Settings
from tests.mockserver_kit import licence, person, terms_of

PDF = b"%PDF-1.4\n%%EOF"


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockserver", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)


def refused(*arguments: str) -> str:
    ended = start(*arguments)
    assert (ended.returncode, ended.stdout) == (4, "")
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    return ended.stderr


def test_a_port_in_use_is_one_clear_message() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}: Address already in use" in refused("--port", str(port))


def test_other_machines_need_a_token() -> None:
    assert "--control-token" in refused("--host", "0.0.0.0", "--port", "0")  # noqa: S104 - refused


def test_an_unknown_host_is_one_clear_message() -> None:
    assert "cannot listen on" in refused("--host", "192.0.2.1", "--port", "0", "--control-token", "t")


def test_a_broken_state_file_is_one_clear_message(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_text("no database at all, and long enough to be told from an empty one" * 20)
    assert "cannot be read as a state file" in refused("--port", "0", "--state", str(path))
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE tenant (id TEXT PRIMARY KEY, snapshot BLOB NOT NULL)")
        file.execute("PRAGMA user_version = 99")
    file.close()
    assert "has format 99" in refused("--port", "0", "--state", str(other))
    assert "unable to open" in refused("--port", "0", "--state", str(tmp_path / "no" / "where.sqlite"))


def test_a_port_that_is_none_is_wrong_usage() -> None:
    ended = start("--port", "70000")
    assert (ended.returncode, "0 to 65535" in ended.stderr) == (2, True)


def test_embedded_says_why_it_did_not_come_up() -> None:
    with pytest.raises(RuntimeError, match="control-token"):
        Embedded("--host", "0.0.0.0")  # noqa: S104 - refused


def test_it_ends_with_its_parent() -> None:
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--exit-with-parent"]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdin is not None
    assert child.stdout is not None
    url = json.loads(child.stdout.readline())["url"]
    assert httpx.get(f"{url}/control").status_code == 200
    child.stdin.close()
    assert child.wait(10) == 0
    child.stdout.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def test_the_control_token_guards_control_only() -> None:
    with Embedded("--control-token", "s3cret") as server:
        assert httpx.get(f"{server.url}/control").status_code == 401
        wrong = httpx.get(f"{server.url}/control", headers={"authorization": "Bearer nope"})
        assert wrong.headers["www-authenticate"].startswith("Basic")
        assert httpx.get(f"{server.url}/control", headers={"authorization": "Bearer s3cret"}).status_code == 200
        assert httpx.get(f"{server.url}/control", auth=("anybody", "s3cret")).status_code == 200
        headers = {"authorization": "Bearer demo-token"}
        assert httpx.get(f"{server.url}/fincom/v1/occupations", headers=headers).status_code == 200
        assert "client_secret demo-secret" in server.log


class Session:
    """A client of one server process."""

    def __init__(self, url: str, tenant: str = "", bearer: str = "") -> None:
        self.url, self.tenant, self.bearer = url, tenant, bearer

    def control(self, method: str, path: str, json: object = None) -> Any:
        response = httpx.request(method, f"{self.url}/control/tenants{path}", json=json)
        assert response.is_success, response.text
        return response.json()

    def call(self, method: str, path: str, **more: Any) -> Any:
        headers = {"authorization": self.bearer}
        return httpx.request(method, f"{self.url}/fincom{path}", headers=headers, **more).json()


def test_the_state_survives_a_restart(state: Path) -> None:
    with Embedded("--state", str(state)) as server:
        wish = {
            "provider": "fincom",
            "clock": {"mode": "stopped", "now": "2026-03-10T12:00:00Z"},
            "settings": {"reliance": True},
            "faults": [{"name": "accepts_expired_passport", "first": 3}],
            "variants": ["create_answers_201"],
            "webhook": {"url": "http://127.0.0.1:1/nobody"},
        }
        before = Session(server.url)
        opened = before.control("POST", "", wish)
        before.tenant, before.bearer = opened["tenant"], f"Bearer {opened['credentials']['access_token']}"
        made = before.call("POST", "/v2/customers/individual", json=person())["data"]
        files = [(f"f{number}", ("a.pdf", PDF)) for number in range(4)]
        answer = before.call("POST", "/v1/customers/upload", data={"customer_id": made["customer_id"]}, files=files)
        uris = [uri for entry in answer["data"]["files"] for uri in entry.values()]
        path = f"/v2/customers/{made['customer_id']}/individual/attach"
        before.call("POST", path, json=licence(uris, terms_of(made)))
        before.control("PUT", f"/{before.tenant}/holds/attach")
        gone = before.control("POST", "", {"provider": "fincom"})["tenant"]
        before.control("DELETE", f"/{gone}")
        shown = [before.control("GET", f"/{before.tenant}/{part}") for part in ("clock", "settings", "faults", "journal")]
    with Embedded("--state", str(state)) as server:
        after = Session(server.url, before.tenant, before.bearer)
        assert [after.control("GET", f"/{after.tenant}/{part}") for part in ("clock", "settings", "faults", "journal")] == shown
        assert after.control("GET", f"/{after.tenant}/holds") == [{"step": "attach", "waiting": 0}]
        assert [row["tenant"] for row in after.control("GET", "")].count(gone) == 0
        after.control("POST", f"/{after.tenant}/clock/advance", {"seconds": 6})
        assert [len(row["attempts"]) for row in after.control("GET", f"/{after.tenant}/deliveries")] == [2]
        after.control("DELETE", f"/{after.tenant}/holds/attach")
        read = after.call("GET", f"/v2/customers/{made['customer_id']}")["data"]
        assert read["customer_status"] == "REVIEWING"
        fresh = after.call("POST", "/v2/customers/individual", json=person())["data"]["customer_id"]
        assert fresh != made["customer_id"]
        assert after.control("POST", "", {"provider": "fincom"})["tenant"] != after.tenant


def test_a_killed_server_has_written_behind(state: Path) -> None:
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--state", str(state)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdout is not None
    session = Session(json.loads(child.stdout.readline())["url"], bearer="Bearer demo-token")
    made = session.call("POST", "/v2/customers/individual", json=person())["data"]
    # Longer than the half second that the file lags behind.
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(1.2)
    child.kill()
    child.wait()
    child.stdout.close()
    with Embedded("--state", str(state)) as server:
        known = Session(server.url, bearer="Bearer demo-token").call("GET", f"/v2/customers/{made['customer_id']}")
        assert known["data"]["customer_id"] == made["customer_id"]


def test_a_deleted_tenant_is_forgotten_by_the_state_file_too(state: Path) -> None:
    app = App(state=state)
    registry, store = app.registry, app.store
    assert store is not None
    stored = registry.open(app.providers[0], Settings(), Clock())
    store.write()
    registry.close(stored)
    registry.close(registry.open(app.providers[0], Settings(), Clock()))
    assert registry.gone == {stored.id}, "who was never written needs no deletion"
    store.write()
    assert registry.gone == set()
    assert stored.id not in App(state=state).registry.tenants
