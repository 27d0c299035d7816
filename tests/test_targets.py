"""Target files: what they may say, what is refused in them, and what a run needs before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.targets import CAPABILITIES, ROLE_OF, ROLES, TARGETS, check_environment, load_target, select_providers

SANDBOX = """
description = "A sandbox"
url = "https://sandbox.example.com"
[limits]
timeout_seconds = 5
[providers.fincom]
path = "/api"
specification = "specs/fincom_v2.openapi.yaml"
canary = "listOccupations"
capabilities = ["read"]
production_hosts = ["api.example.com"]
auth = { kind = "client-credentials", client_id_env = "ACME_ID", client_secret_env = "ACME_SECRET", operation = "issueToken" }
clients = { second = { kind = "bearer", token_env = "ACME_SECOND" } }
"""


def write(folder: Path, old: str = "", new: str = "") -> Path:
    path = folder / "sandbox.toml"
    assert old in SANDBOX
    path.write_text(SANDBOX.replace(old, new) if old else SANDBOX, encoding="utf-8")
    return path


def refusal(path: Path, url: str | None = None) -> str:
    with pytest.raises(UsageError) as raised:
        load_target(path.stem, url=url, targets=path.parent)
    return str(raised.value)


@pytest.mark.parametrize("path", sorted(TARGETS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_target_of_the_project_loads(path: Path) -> None:
    target = load_target(path.stem)
    assert target.description
    assert target.providers


def test_a_target_is_named_by_its_file_or_by_the_path_of_it(tmp_path: Path) -> None:
    path = write(tmp_path)
    by_name, by_path = load_target("sandbox", targets=tmp_path), load_target(str(path))
    assert by_name == by_path
    assert by_path.name == "sandbox"
    assert by_path.base_url("fincom") == "https://sandbox.example.com/api"


def test_a_target_names_one_specification_or_several(tmp_path: Path) -> None:
    one = 'specification = "specs/fincom_v2.openapi.yaml"'
    several = 'specifications = ["specs/fincom_v2.openapi.yaml", "specs/harbor.openapi.yaml"]'
    assert load_target(str(write(tmp_path))).providers["fincom"].documents == (Path("specs/fincom_v2.openapi.yaml"),)
    assert len(load_target(str(write(tmp_path, one, several))).providers["fincom"].documents) == 2
    for wrong in ("", f"{one}\n{several}"):
        assert "either `specification` or `specifications`" in refusal(write(tmp_path, one, wrong))


def test_a_url_given_with_the_call_replaces_that_of_the_file_and_starts_no_server() -> None:
    target = load_target("mock", url="http://127.0.0.1:8700")
    assert not target.embedded
    assert target.base_url("fincom") == "http://127.0.0.1:8700/fincom"


def test_an_unknown_target_is_answered_with_the_closest_one() -> None:
    with pytest.raises(UsageError, match=r"--target mok: there is no targets/mok\.toml; did you mean mock\?"):
        load_target("mok")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param('url = "', "url = ", "sandbox.toml", id="no TOML"),
        pytest.param("timeout_seconds", "time_out", "time_out", id="unknown key"),
        pytest.param("timeout_seconds = 5", "timeout_seconds = 0", "timeout_seconds", id="no time at all"),
        pytest.param("timeout_seconds = 5", 'timeout_seconds = "5"', "timeout_seconds", id="text for a number"),
        pytest.param('"read"', '"raed"', "'raed', did you mean read?", id="unknown capability"),
        pytest.param("clients = { second", "clients = { secnd", "'secnd', did you mean second?", id="unknown role"),
        pytest.param('"read"', '"reliance"', "[providers.fincom.clients.reliance]", id="a client that is claimed and not named"),
        pytest.param('kind = "client-credentials"', 'kind = "magic"', "magic", id="unknown way of authorising"),
        pytest.param(', operation = "issueToken"', "", "needs 'operation'", id="incomplete way of authorising"),
        pytest.param(
            'kind = "client-credentials"', 'kind = "control"', "`control = false`", id="credentials of a control API that is not there"
        ),
        pytest.param("https://sandbox", "ftp://sandbox", "'ftp://sandbox.example.com'", id="another scheme"),
        pytest.param("https://sandbox", "sandbox", "no address to send to", id="no scheme"),
        pytest.param(".com", ".com:99999", "no address to send to", id="a port beyond all ports"),
        pytest.param("https://", "https://me:hunter2@", "without user and password", id="password in the address"),
        pytest.param("https://sandbox.", "https://API.", "api.example.com is fincom's production host", id="production"),
        pytest.param("[limits]", 'ca_file = "absent.pem"\n[limits]', "'absent.pem' cannot be used", id="no certificates"),
    ],
)
def test_a_malformed_file_is_said_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    message = refusal(write(tmp_path, old, new))
    assert said in message
    assert "sandbox.toml" in message
    assert len(message.splitlines()) == 1
    assert "hunter2" not in message


def test_a_production_host_is_refused_by_url_too(tmp_path: Path) -> None:
    assert "use the sandbox" in refusal(write(tmp_path), url="https://api.example.com:443/v2")


def test_a_target_without_url_says_how_to_give_one(tmp_path: Path) -> None:
    target = load_target(str(write(tmp_path, 'url = "https://sandbox.example.com"\n', "")))
    with pytest.raises(UsageError, match="--url"):
        target.base_url("fincom")


def test_missing_environment_variables_are_named_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = load_target(str(write(tmp_path)))
    monkeypatch.setenv("ACME_ID", "me")
    monkeypatch.setenv("ACME_SECRET", "")
    monkeypatch.delenv("ACME_SECOND", raising=False)
    with pytest.raises(UsageError, match="the environment variable ACME_SECRET, ACME_SECOND;"):
        check_environment(target, ["fincom"])
    monkeypatch.setenv("ACME_SECRET", "s")
    monkeypatch.setenv("ACME_SECOND", "t")
    check_environment(target, ["fincom"])


def test_the_token_of_the_control_api_is_needed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "guarded.toml"
    path.write_text('description = "x"\ncontrol = true\ncontrol_token_env = "ACME_CONTROL"\n[providers]\n')
    monkeypatch.delenv("ACME_CONTROL", raising=False)
    with pytest.raises(UsageError, match="ACME_CONTROL"):
        check_environment(load_target(str(path)), [])


def test_providers_are_those_asked_for_each_once_or_all() -> None:
    target = load_target("mock")
    assert select_providers(target, []) == sorted(target.providers)
    assert select_providers(target, ["fincom", "fincom"]) == ["fincom"]
    with pytest.raises(UsageError, match=r"--provider fincon: target 'mock' has no such provider; did you mean fincom\?"):
        select_providers(target, ["fincon"])


def test_each_capability_says_what_it_means() -> None:
    assert all(len(meaning.split()) >= 3 for meaning in CAPABILITIES.values())


def test_claims_that_need_a_client_are_claims_of_known_roles() -> None:
    assert set(ROLE_OF) <= set(CAPABILITIES)
    assert set(ROLE_OF.values()) <= set(ROLES)
