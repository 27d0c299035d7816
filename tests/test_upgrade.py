"""From the old version of a provider to the new one: three runs, what is noise, and what a client must know."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.docket import CONFORMING
from harness.targets import load_target
from harness.upgrade import documents_that_differ, main

MOCK = Path("targets/mock.toml").read_text(encoding="utf-8")
RULES = ["--provider", "fincom", "--profile", "smoke", "--workers", "0", "--seed", "4"]
PASSED_ON = ["--rule", "fincom-v2/amb-tos-value-required", "--rule", "fincom-v2/phone"]


def upgraded(folder: Path, capfd: pytest.CaptureFixture[str], *edits: tuple[str, str]) -> tuple[int, str, str]:
    """The exit code, what was said and what went wrong, from the mock target to the same with these edits."""
    new, text = folder / "new.toml", MOCK
    for old_text, new_text in edits:
        assert old_text in text
        text = text.replace(old_text, new_text, 1)
    new.write_text(text, encoding="utf-8")
    code = main(["targets/mock.toml", str(new), "--reports", str(folder / "reports"), *RULES, *PASSED_ON])
    said = capfd.readouterr()
    return code, said.out, said.err


def test_a_version_that_reads_the_document_otherwise_drifts_and_is_no_worse(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    switch = ("control = true", 'control = true\nvariants = ["does_without_terms_value"]')
    code, said, _ = upgraded(tmp_path, capfd, switch)
    assert code == CONFORMING, said
    changes = json.loads((tmp_path / "reports" / "comparison.json").read_text())["changes"]
    drifted = [change for change in changes if change["kind"] == "drifted"]
    assert [(change["subject"], change["now"]) for change in drifted] == [
        ("fincom-v2/amb-tos-value-required", "without-terms-value: accepted"),
    ]
    assert {change["kind"] for change in changes} <= {"drifted", "answers changed"}
    assert all((tmp_path / "reports" / f"comparison.{ending}").stat().st_size for ending in ("html", "md"))


def test_documents_that_differ_are_told(tmp_path: Path) -> None:
    mock = load_target("mock")
    later = tmp_path / "later.openapi.yaml"
    later.write_text(
        Path("specs/fincom_v2.openapi.yaml").read_text(encoding="utf-8").replace("verification_type", "kind"), encoding="utf-8"
    )
    path = tmp_path / "new.toml"
    path.write_text(MOCK.replace("specs/fincom_v2.openapi.yaml", str(later)), encoding="utf-8")
    (line,) = documents_that_differ(mock, load_target(str(path)), ["fincom"])
    assert re.search(r"differ in [1-9]\d* ways that clients may notice", line)
    assert list(documents_that_differ(mock, mock, [])) == []


def test_a_wrong_target_stops_before_anything_runs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, said, wrong = upgraded(tmp_path, capfd, ("control = true", "control = true\nsurprise = 1"))
    assert (code, said) == (4, "")
    assert "surprise" in wrong
