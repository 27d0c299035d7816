"""Wrong calls, wrong files and broken targets: one clear message, the right exit code, and what was learnt is on disk."""

from __future__ import annotations

import itertools
import socket
from collections import Counter
from pathlib import Path

import pytest

from harness.docket import INCOMPLETE, USAGE
from harness.record import Verdict
from tests import servers
from tests.mockserver_kit import Client, shared
from tests.runs_kit import Ended, bearer_target, run, tree
from tests.servers import Reply, answering, failing_after, free_port, passing_on, serving

ONE_RULE = ("--rule", "fincom/catalogue-ids-are-integers", "suites/fincom/test_catalogue.py")
CATALOGUE = ("--rule", "fincom", "suites/fincom/test_catalogue.py")


def refused(ended: Ended) -> str:
    """The one message of a call that was wrong."""
    assert ended.code == USAGE, ended.said
    assert ended.insides() == []
    errors = [line for line in ended.err.splitlines() if line.strip()]
    assert errors[0].startswith("ERROR: ")
    assert not ended.out.strip(), "nothing is reported of a run that never was"
    return "\n".join(errors)


def incomplete(ended: Ended) -> None:
    """A run that could not judge says so, and so does its record."""
    assert ended.code == INCOMPLETE, ended.said
    assert ended.insides() == []
    assert "INCOMPLETE" in ended.out
    assert (ended.info.exit_code, ended.info.verdict) == (INCOMPLETE, "incomplete")
    assert (ended.reports / "index.html").is_file()


# --- the call -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "mokc"], "--target mokc: there is no targets/mokc.toml; did you mean mock?"),
        (["--provider", "fincon"], "--provider fincon: target 'mock' has no such provider; did you mean fincom?"),
        (["--rule", "fincom-v2/phone-needs-plus", "-n", "2"], "did you mean fincom-v2/phone-needs-a-plus"),
        (["--profile", "nightli"], "--profile nightli: did you mean nightly?"),
        (["--fault", "accepts_expired_pasport"], "--fault accepts_expired_pasport: did you mean accepts_expired_passport"),
        (["--url", "127.0.0.1:8700"], "'127.0.0.1:8700' is no address to send to"),
        (["--prove-faults", "--prove-variants"], "--prove-faults, --prove-variants and --prove-wire are runs of their own"),
    ],
    ids=["target", "provider", "rule", "profile", "fault", "url", "two proofs"],
)
def test_a_wrong_call_is_answered_with_the_way_out(tmp_path: Path, arguments: list[str], said: str) -> None:
    message = refused(run(tmp_path / "reports", *arguments))
    assert said in message
    assert len(message.splitlines()) == 1


def test_a_target_for_our_own_tests_is_pointed_to_the_suites(tmp_path: Path) -> None:
    message = refused(run(tmp_path / "reports", "tests/test_edits.py", "--target", "mock"))
    assert message == "ERROR: --target goes with the suites: call `pytest suites --target mock`"


def test_reports_that_cannot_be_written_are_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    assert "a-file/reports: cannot be written to" in refused(run(tmp_path / "a-file" / "reports"))


# --- files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[limits]", "[limits", "acme.toml"),
        ("timeout_seconds", "timeout", "timeout"),
    ],
    ids=["no TOML", "unknown key"],
)
def test_a_malformed_target_file_is_said_by_its_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = Path(bearer_target(tmp_path, "http://127.0.0.1:9"))
    path.write_text(path.read_text().replace(old, new))
    message = refused(run(tmp_path / "reports", "--target", str(path)))
    assert "acme.toml" in message
    assert said in message


def test_a_missing_environment_variable_is_named(tmp_path: Path) -> None:
    ended = run(tmp_path / "reports", "--target", bearer_target(tmp_path, "http://127.0.0.1:9"), ACME_TOKEN=None)
    assert "needs the environment variable ACME_TOKEN; set it and run again" in refused(ended)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("provider: fincom", "provider: [fincom", "fincom.rules.yaml"),
        ("answers: [attached]", "answers: [atached]", "did you mean attached"),
    ],
    ids=["no YAML", "unknown answer set"],
)
def test_malformed_rules_are_said_by_file_and_rule(tmp_path: Path, old: str, new: str, said: str) -> None:
    root = tree(tmp_path, "specs/fincom.rules.yaml", "specs/fincom.attach.rules.yaml")
    for path in root.glob("specs/*.rules.yaml"):
        if not path.is_symlink():
            path.write_text(path.read_text().replace(old, new, 1))
    assert said in refused(run(tmp_path / "reports", root=root))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_suite_that_cannot_be_read_or_judges_no_known_rule_judges_nothing(tmp_path: Path, workers: str) -> None:
    suite = "suites/fincom/test_catalogue.py"
    root = tree(tmp_path, suite)
    path = root / suite
    good = path.read_text()
    path.write_text(good.replace('@rule("fincom/', '@rule("fincom/x-', 1))
    unknown = run(tmp_path / "unknown", "-n", workers, suite, root=root)
    assert unknown.code == USAGE, unknown.said
    assert unknown.insides() == []
    assert "no rule 'fincom/x-" in unknown.err
    assert "did you mean" in unknown.err
    if workers == "0":
        path.write_text(f"{good}\nimport a_module_that_is_not_there\n")
        unread = run(tmp_path / "unread", suite, root=root)
        assert unread.code == USAGE
        assert unread.insides() == []
        assert f"ERROR: {suite} cannot be read: ModuleNotFoundError" in unread.err
        assert unread.info.exit_code == USAGE


# --- targets ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (servers.silent, "ReadTimeout"),
        (servers.hangs_up, "gave no answer"),
        (servers.html, "was answered with 200 (text/html)"),
        (servers.broken_json, "was answered with 200 (application/json)"),
        (servers.endless, "the answer does not end"),
        (servers.dripping, "the answer does not end"),
        (answering(401, {"message": "no"}), "was answered with 401"),
    ],
    ids=["slow", "drops connections", "html", "broken JSON", "endless", "endless and slow", "dead token"],
)
def test_a_target_that_answers_badly_is_not_judged(tmp_path: Path, reply: Reply, said: str) -> None:
    with serving(reply) as server:
        ended = run(tmp_path / "reports", "--target", bearer_target(tmp_path, server.url), *ONE_RULE)
    incomplete(ended)
    assert said in " ".join(ended.out.split())
    assert {record.verdict for record in ended.records.values()} == {Verdict.ENVIRONMENT_FAULT}


def test_a_target_that_is_down_is_not_judged_and_no_worker_is_started(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ended = run(tmp_path / "reports", "--target", bearer_target(tmp_path, url), "-n", "2", "--rule", "fincom-v2/phone")
    incomplete(ended)
    assert "cannot be reached" in ended.out
    assert "nodes" not in ended.out
    assert len(ended.records) > 1
    assert all("cannot be reached" in str(record.reason) for record in ended.records.values())


@pytest.mark.parametrize(
    "then",
    [servers.silent, servers.hangs_up, answering(401, {}), answering(429, {})],
    ids=["hangs", "drops connections", "revoked token", "rate limit"],
)
def test_a_target_that_fails_in_the_middle_is_the_fault_of_the_environment_and_no_breach(tmp_path: Path, then: Reply) -> None:
    tenant = Client()
    with serving(failing_after(12, passing_on(shared().url), then)) as server:
        target = bearer_target(tmp_path, f"{server.url}/fincom")
        ended = run(tmp_path / "reports", "--target", target, *CATALOGUE, ACME_TOKEN=tenant.bearer.removeprefix("Bearer "))
    incomplete(ended)
    verdicts = Counter(record.verdict for record in ended.records.values())
    assert verdicts[Verdict.PASSED] >= 1, "what was learnt before is kept"
    assert verdicts[Verdict.ENVIRONMENT_FAULT] >= 5
    assert verdicts[Verdict.NONCONFORMANT] + verdicts[Verdict.ADVISORY] == 0
    assert len(server.came) < 30, "a target in trouble is asked now and then, not once per test"


def test_a_client_that_cannot_be_made_is_the_reason_for_every_rule(tmp_path: Path) -> None:
    refusal = b'{"error": {"code": "full", "message": "no more tenants"}}'
    working = passing_on(shared().url)
    made = itertools.count()

    def one_tenant(connection: socket.socket, request: bytes) -> None:
        if request.startswith(b"POST /control/tenants ") and next(made):
            connection.sendall(servers.message(422, refusal))
        else:
            working(connection, request)

    with serving(one_tenant) as server:
        ended = run(tmp_path / "reports", "--target", "mock", "--url", server.url, *CATALOGUE)
    incomplete(ended)
    reasons = [str(record.reason) for record in ended.records.values() if record.verdict is Verdict.NOT_CHECKABLE]
    assert len(reasons) > 1
    assert all("no more tenants" in reason for reason in reasons), reasons
