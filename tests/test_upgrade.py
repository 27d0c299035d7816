"""From the old version of a provider to the new one: three runs, what is noise, and what a client must know."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import upgrade
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


@dataclass(frozen=True)
class Later:
    """The upgrade of Omnumi from 4.3.0 to the release that renames the statuses of settlements: exit code, words, changes."""

    code: int
    said: str
    changes: list[dict[str, str]]


def later_release(folder: Path, capfd: pytest.CaptureFixture[str]) -> Later:
    """Each release by its own document; the specification that rules use lets the words of both pass."""
    both = Path("specs/omnumi.openapi.yaml").read_text(encoding="utf-8")
    own = both.replace(", COMPLETED, FAILED]", "]").replace("enum: [SETTLED, COMPLETED]", "enum: [SETTLED]")
    assert own.count("COMPLETED") == 1, "but for the description"
    targets = {}
    for name, document in (("old", own), ("new", own.replace("SETTLED", "COMPLETED").replace("REJECTED", "FAILED"))):
        specification = folder / f"{name}.openapi.yaml"
        specification.write_text(document, encoding="utf-8")
        text = MOCK.replace("specs/omnumi.openapi.yaml", str(specification))
        if name == "new":
            text = text.replace("control = true", 'control = true\nvariants = ["says_completed"]', 1)
        targets[name] = folder / f"{name}.toml"
        targets[name].write_text(text, encoding="utf-8")
    rules = [
        word
        for rule in ("amb-later-release-words", "settle-status-settled", "settle-answer-typed")
        for word in ("--rule", f"omnumi/{rule}")
    ]
    words = ["--provider", "omnumi", "--profile", "smoke", "--workers", "0", "--seed", "4", *rules]
    code = main([str(targets["old"]), str(targets["new"]), "--reports", str(folder / "reports"), *words])
    changes = json.loads((folder / "reports" / "comparison.json").read_text())["changes"]
    return Later(code, capfd.readouterr().out, changes)


def test_the_later_release_of_omnumi_is_told_before_and_after_it_is_judged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    later = later_release(tmp_path, capfd)
    assert re.search(r"omnumi: \S+old\S+ and \S+new\S+ differ in [1-9]\d* ways that clients may notice", later.said)
    drifted = {change["subject"]: (change["was"], change["now"]) for change in later.changes if change["kind"] == "drifted"}
    assert drifted == {"omnumi/amb-later-release-words": ("SETTLED", "COMPLETED")}
    answers = {(change["subject"], change["says"], change["was"], change["now"]) for change in later.changes}
    assert ("settlePreauthorization 200", "new word", "", "/status = COMPLETED") in answers
    assert ("getPreauthorization 200", "new word", "", "/status = COMPLETED") in answers
    assert {change["kind"] for change in later.changes} == {"drifted", "answers changed"}, "no promise is broken"
    assert later.code == CONFORMING


@pytest.mark.parametrize("words", [[], ["--strict"]])
def test_who_is_strict_with_the_runs_is_so_with_their_difference(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def called(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(words)
        return subprocess.CompletedProcess(words, CONFORMING)

    monkeypatch.setattr(subprocess, "run", called)
    monkeypatch.setattr(upgrade, "compare", lambda words: called(words).returncode)
    assert main(["mock", "mock", "--reports", str(tmp_path), *words]) == CONFORMING
    assert ["--strict" in each for each in calls] == [bool(words)] * 4


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
