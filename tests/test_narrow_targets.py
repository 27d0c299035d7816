"""Targets that offer less than the mock server does: what can be judged still is, and nothing fails for what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.record import Verdict
from tests.runs_kit import ROOT, run

ONE_OUTCOME = "omnumi/settle-against-expiry-one-outcome"


def narrowed(folder: Path, *edits: tuple[str, str]) -> str:
    """The path of a target like the mock server's, with pieces of its file replaced."""
    text = (ROOT / "targets" / "mock.toml").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "narrow.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("switched", "verdict"),
    [
        ([], Verdict.PASSED),
        (["--fault", "settles_and_expires"], Verdict.ADVISORY),
        (["--fault", "expires_what_was_just_settled"], Verdict.ADVISORY),
    ],
)
def test_an_expiry_overtakes_settlements_that_cannot_be_held(tmp_path: Path, switched: list[str], verdict: Verdict) -> None:
    target = narrowed(tmp_path, ('"clock", "hold", "second-tenant"]', '"clock", "second-tenant"]'))
    words = ("--target", target, "--provider", "omnumi", "--rule", ONE_OUTCOME, "suites/omnumi/test_concurrent_effects.py")
    ended = run(tmp_path / "reports", *words, *switched)
    assert ended.records[ONE_OUTCOME].verdict is verdict, ended.said


@pytest.mark.parametrize("only", ["v1", "v2"])
def test_what_both_versions_promise_is_judged_by_the_one_that_is_there(tmp_path: Path, only: str) -> None:
    documents = ('"specs/fincom_v2.openapi.yaml", "specs/fincom_v1.openapi.yaml"', f'"specs/fincom_{only}.openapi.yaml"')
    words = ("--target", narrowed(tmp_path, documents), "--profile", "smoke", "--rule", "fincom/", "--rule", "fincom-v2/reviewing")
    ended = run(tmp_path / "reports", *words)
    verdicts = {rule: record.verdict for rule, record in ended.records.items()}
    assert set(verdicts.values()) == {Verdict.PASSED, Verdict.NOT_APPLICABLE, Verdict.NOT_TESTED}, ended.said
    for rule in ("fincom/upload-takes-several-files", "fincom/token-is-issued", "fincom/event-is-signed", "fincom/status-event-is-sent"):
        assert verdicts[rule] is Verdict.PASSED
    missing = {"v1": "createIndividualV2", "v2": "createIndividualV1"}[only]
    assert verdicts["fincom/v1-and-v2-run-side-by-side"] is Verdict.NOT_APPLICABLE
    assert missing in str(ended.records["fincom/v1-and-v2-run-side-by-side"].reason)
    assert (verdicts["fincom-v2/reviewing-can-become-on-hold"] is Verdict.PASSED) == (only == "v2")
