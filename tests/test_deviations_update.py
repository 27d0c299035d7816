"""The command that brings a target's deviations up to date: it says everything that it takes out, and writes only when told."""

from pathlib import Path

import pytest

from harness.deviations.__main__ import main
from harness.docket import record_of
from harness.record import RunRecord, Verdict
from harness.targets import load_target
from tests.harness_kit import outcome, rule

HEAD = """# Our sandbox.
description = "d"  # said once

[providers.acme]
specification = "s"
canary = "c"
version = "4.3.0"
auth = { kind = "bearer", token_env = "T" }
"""
ENTRY = """
[[deviations]]
rule = "acme-v1/{rule}"
reason = "Next release"  # agreed in March
owner = "Payments"
issue = "PAY-7"
expires = {expires}T00:00:00Z
"""
LATER = "2999-01-01"


def files(directory: Path, entries: dict[str, str], verdicts: dict[str, Verdict]) -> tuple[str, str]:
    """A target's file with entries (rule and expiry), and a run record (rule and verdict)."""
    path = directory / "acme.toml"
    path.write_text(HEAD + "".join(ENTRY.format(rule=name, expires=expires) for name, expires in entries.items()))
    record = RunRecord(directory / "run")
    for name, verdict in verdicts.items():
        judged = rule(name)
        record.append(record_of(judged, verdict, [outcome(verdict, judged)], seed=1, reason="it was created", finding=None))
    record.close()
    return str(path), f"--reports={directory / 'run'}"


def test_an_entry_whose_promise_is_kept_is_taken_out_only_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, reports = files(tmp_path, {"name": LATER, "age": LATER}, {"name": Verdict.PASSED, "age": Verdict.DEVIATING})
    before = Path(path).read_text()
    assert main([path, reports]) == 1
    said = capsys.readouterr().out
    assert "would take out acme-v1/name (Next release; Payments, PAY-7): the rule is passed" in said
    assert Path(path).read_text() == before
    assert main([path, reports, "--write"]) == 0
    assert "did take out acme-v1/name" in capsys.readouterr().out
    assert [entry.rule for entry in load_target(path).deviations] == ["acme-v1/age"]
    assert Path(path).read_text().startswith(HEAD)
    assert "# agreed in March" in Path(path).read_text()


def test_a_breach_is_put_in_only_with_reason_owner_and_issue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, reports = files(tmp_path, {}, {"name": Verdict.NONCONFORMANT})
    assert main([path, reports]) == 1
    assert "acme-v1/name is broken and not accounted for" in capsys.readouterr().out
    assert main([path, reports, "--add", "acme-v1/name", "--reason", "r"]) == 4
    assert "--owner --issue" in capsys.readouterr().err
    assert main([path, reports, "--add", "acme-v1/name", "--reason", "r", "--owner", "o", "--issue", "i", "--write"]) == 0
    (entry,) = load_target(path).deviations
    assert (entry.rule, entry.reason, entry.owner, entry.issue, entry.version) == ("acme-v1/name", "r", "o", "i", "4.3.0")


def test_an_expired_entry_is_renewed_only_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, reports = files(tmp_path, {"name": "2020-01-01"}, {"name": Verdict.NONCONFORMANT})
    assert main([path, reports, "--write"]) == 1
    assert "expired on 2020-01-01" in capsys.readouterr().out
    assert load_target(path).deviations[0].expires.year == 2020
    assert main([path, reports, "--write", "--renew", "acme-v1/name"]) == 0
    assert load_target(path).deviations[0].expires.year > 2020


def test_an_undecided_rule_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, reports = files(tmp_path, {"name": LATER}, {"name": Verdict.ENVIRONMENT_FAULT})
    assert main([path, reports, "--write"]) == 0
    assert "agree with the run" in capsys.readouterr().out
    assert len(load_target(path).deviations) == 1


def test_a_wrong_call_says_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, reports = files(tmp_path, {}, {"name": Verdict.NONCONFORMANT})
    assert main([path, "--reports=nowhere"]) == 4
    assert "holds no run record" in capsys.readouterr().err
    assert main([path, reports, "--add", "acme-v1/nam"]) == 4
    assert "acme-v1/name" in capsys.readouterr().err
