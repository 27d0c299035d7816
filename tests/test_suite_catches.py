"""The suite against servers with something switched on: a lie is named with its evidence, a legal reading raises no alarm."""

from __future__ import annotations

import json
import re
import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from harness.docket import CONFORMING, NONCONFORMING
from harness.record import Verdict
from tests.runs_kit import Ended, run

LIE, HINTED, KEPT = (
    "fincom-v2/ssn-wrong-groups-is-refused",
    "fincom-v2/unknown-catalogue-ids-are-refused",
    "fincom-v2/ssn-format-is-accepted",
)
FAULTS = ("counts_ssn_digits", "breaks_down_on_unknown_occupation")
FILES = ("suites/fincom/test_create_tax.py", "suites/fincom/test_create_profile.py")


@pytest.fixture(scope="module")
def lied_to(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run against a server with two faults."""
    switched = [word for name in FAULTS for word in ("--fault", name)]
    rules = [word for rule in (LIE, HINTED, KEPT) for word in ("--rule", rule)]
    return run(tmp_path_factory.mktemp("lied") / "reports", *switched, *rules, "--seed", "1", *FILES)


def test_each_lie_breaks_the_rule_that_it_names_and_no_other(lied_to: Ended) -> None:
    assert lied_to.code == NONCONFORMING, lied_to.said
    assert lied_to.insides() == []
    assert {rule: record.verdict for rule, record in lied_to.records.items()} == {
        LIE: Verdict.NONCONFORMANT,
        HINTED: Verdict.ADVISORY,
        KEPT: Verdict.PASSED,
    }


def test_the_finding_is_complete(lied_to: Ended) -> None:
    record = lied_to.records[LIE]
    finding = record.finding
    assert finding is not None
    assert record.says
    assert record.source
    assert re.fullmatch(
        r"createIndividualV2 after the edit '[\w-]+' was answered with 200: .*status 200 is not 400 or 422", finding.message
    )
    assert "400 or 422" in finding.expected
    assert "basic_info.tax_info.*.document_id" in finding.expected
    last = finding.exchanges[-1]
    assert (last.operation, last.status) == ("createIndividualV2", 200)
    assert last.request["basic_info"]["tax_info"]
    assert last.response["data"]["customer_id"]
    assert finding.example
    words = shlex.split(last.curl)
    assert json.loads(words[words.index("--data") + 1]) == last.request
    assert "authorization: Bearer $FINCOM_ACCESS_TOKEN" in words


def test_the_rerun_shows_the_verdict_again(lied_to: Ended, tmp_path: Path) -> None:
    finding = lied_to.records[LIE].finding
    assert finding is not None
    words = shlex.split(finding.rerun)
    assert words[:2] == ["pytest", "suites"]
    again = run(tmp_path, *words[2:], FILES[0])
    assert again.code == NONCONFORMING, again.said
    assert again.records[LIE].reason == finding.message


def test_a_server_error_where_a_refusal_was_due_is_told_as_such(lied_to: Ended) -> None:
    assert "was answered with 500: not" in str(lied_to.records[HINTED].reason)


def test_the_terminal_says_the_verdict_first_and_then_what_is_broken(lied_to: Ended) -> None:
    lines = [line for line in lied_to.out.splitlines() if line.strip()]
    assert lines[0].startswith("NONCONFORMING: 1 documented promise broken; 1 advisory breach; 1 of 3 judged promises kept")
    assert f"--rule {LIE} --seed 1" in " ".join(lied_to.out.split())


def test_junit_and_the_run_file_agree_with_the_record(lied_to: Ended) -> None:
    assert (lied_to.info.exit_code, lied_to.info.verdict, lied_to.info.seed) == (NONCONFORMING, "nonconforming", 1)
    cases = ET.parse(lied_to.reports / "junit.xml").getroot().iter("testcase")  # noqa: S314 - we wrote it
    failed = [case for case in cases if case.find("failure") is not None]
    assert {each.get("value") for case in failed for each in case.iter("property") if each.get("name") == "rule"} == {LIE}


def test_a_legal_reading_raises_no_alarm(tmp_path: Path) -> None:
    ended = run(tmp_path, "--variant", "create_answers_201", "--rule", "fincom-v2/ssn", "--rule", "fincom-v2/unknown", *FILES)
    assert ended.code == CONFORMING, ended.said
    assert {record.verdict for record in ended.records.values()} == {Verdict.PASSED}
    assert (ended.info.exit_code, ended.info.verdict) == (CONFORMING, "conforming")


def test_an_advisory_breach_fails_a_strict_run(tmp_path: Path) -> None:
    ended = run(tmp_path, "--strict", "--fault", FAULTS[1], "--rule", HINTED, FILES[1])
    assert ended.code == NONCONFORMING, ended.said
    assert ended.records[HINTED].verdict is Verdict.ADVISORY
    assert "strict" in ended.out


def test_a_run_in_which_nothing_is_left_to_judge_says_why(tmp_path: Path) -> None:
    ended = run(tmp_path, "--rule", LIE, "suites/fincom/test_webhooks.py")
    assert ended.code == 3
    assert f"no rule that --rule {LIE} selects has a test in suites/fincom/test_webhooks.py" in ended.out


def test_rules_are_listed_without_a_target_being_asked(tmp_path: Path) -> None:
    ended = run(tmp_path / "reports", "--list-rules", "--rule", "fincom-v2/ssn", "--url", "http://127.0.0.1:9")
    assert ended.code == 0, ended.said
    assert LIE in ended.out
    assert not (tmp_path / "reports" / "verdicts.jsonl").exists()


def test_a_finding_tells_what_the_client_lacked_which_no_request_shows(tmp_path: Path) -> None:
    rule = "mbanq/verify-several-missing-refused"
    ended = run(tmp_path, "--provider", "mbanq", "--fault", "passes_without_email_and_mobile", "--rule", rule, "suites/mbanq/test_gaps.py")
    finding = ended.records[rule].finding
    assert finding is not None, ended.said
    lacking = "a client lacking an e-mail address and a mobile number"
    assert finding.message.startswith(f"commandClient of {lacking} was answered with 200: ")
    assert finding.expected.startswith(f"For {lacking}: ")
