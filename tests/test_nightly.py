"""The night in CI: red for what is new since the last finished night, never green where nobody can say."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.nightly import main
from harness.record import RuleRecord, RunInfo, RunRecord, Verdict
from harness.shapes import ShapesFile

V = Verdict


def night(reports: Path, verdict: Verdict, code: int) -> int:
    """One night with one rule; returns the exit code of its job."""
    record = RunRecord(reports)
    record.append(RuleRecord(id="acme/name", provider="acme", verdict=verdict, basis="documented", says="It is kept."))
    record.close()
    info = RunInfo(target="acme", providers=["acme"], profile="nightly", seed=1, strict=False, started="2026-11-21T01:00:00+00:00")
    info.exit_code = code
    record.write_run(info)
    ShapesFile(reports).close()
    return main([str(reports), str(code)])


@pytest.mark.parametrize(("verdict", "code"), [(V.PASSED, 0), (V.NONCONFORMANT, 1), (V.ENVIRONMENT_FAULT, 3)])
def test_the_first_night_ends_as_its_run_did(tmp_path: Path, verdict: Verdict, code: int) -> None:
    assert night(tmp_path, verdict, code) == code


def test_a_breach_is_red_in_the_night_that_it_is_new(tmp_path: Path) -> None:
    assert night(tmp_path, V.PASSED, 0) == 0
    assert night(tmp_path, V.NONCONFORMANT, 1) == 1
    assert night(tmp_path, V.NONCONFORMANT, 1) == 0
    assert "Still failing (1)" in (tmp_path / "comparison.md").read_text()
    assert night(tmp_path, V.PASSED, 0) == 0
    assert "Fixed (1)" in (tmp_path / "comparison.md").read_text()
    assert night(tmp_path, V.NONCONFORMANT, 1) == 1


def test_a_night_that_learnt_nothing_is_red_and_compared_with_by_nobody(tmp_path: Path) -> None:
    night(tmp_path, V.PASSED, 0)
    assert night(tmp_path, V.ENVIRONMENT_FAULT, 3) == 3
    assert night(tmp_path, V.NONCONFORMANT, 1) == 1, "compared with the last night that was finished"


def test_a_wrong_call_stays_one(tmp_path: Path) -> None:
    assert main([str(tmp_path), "4"]) == 4
    assert main([str(tmp_path), "0"]) == 4
