"""From outcomes of tests to one verdict per rule, and to the verdict and exit code of the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from harness.deviations import Deviations
from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING, USAGE, WORST_FIRST, Docket, Ending, area_of
from harness.outcome import Violation
from harness.record import Finding, RuleRecord, RunRecord, Verdict, read_records
from harness.rules import Basis, Rule
from tests.harness_kit import DESCRIBED, catalogue, exchange, outcome, redactor, rule

NAME, AGE = rule("name-is-required"), rule("age-is-a-number")
IMPLIED = rule("name-is-trimmed", basis=Basis.INFERRED)
OPEN = rule("amb-empty-name", basis=Basis.SILENT, readings={"refused": "It is refused.", "accepted": "It is accepted."})
NOBODY = rule("name-is-kept-secret", answers=[], not_tested="Nobody outside of the provider can see it.")
EVERYWHERE = rule(DESCRIBED.partition("/")[2], says="Answers are described.")
BREACH = Finding(test="suites/acme/test_create_name.py::test_name", message="it was created")
UNDECIDED = [Verdict.NOT_CHECKABLE, Verdict.ENVIRONMENT_FAULT, Verdict.UNKNOWN]


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[RunRecord]:
    record = RunRecord(tmp_path)
    yield record
    record.close()


def docket(record: RunRecord, *rules: Rule) -> Docket:
    return Docket(catalogue(*rules), [each.id for each in rules], record, seed=7, deviations=Deviations([], {}, dt.datetime.now(dt.UTC)))


def verdicts(made: Docket) -> dict[str, Verdict]:
    return {record.id.partition("/")[2]: record.verdict for record in made.records}


def run(record: RunRecord, *said: tuple[Rule, Verdict], strict: bool = False, ending: Ending | None = None) -> tuple[str, int]:
    """A run in which one test of each rule said this."""
    ending = ending or Ending()
    made = docket(record, *(each for each, _ in said))
    made.open()
    for each, verdict in said:
        made.add(outcome(verdict, each))
    made.close(ending)
    return made.verdict(strict=strict, finished=not ending.stopped)


# --- a rule ---------------------------------------------------------------------------------------------------------------


def test_a_line_is_on_disk_as_soon_as_the_last_test_of_its_rule_has_spoken(on_disk: RunRecord, tmp_path: Path) -> None:
    made = docket(on_disk, NAME, AGE)
    assert made.add(outcome(Verdict.PASSED, NAME, tests_of_rule=2)) is None
    assert read_records(tmp_path) == []
    assert made.add(outcome(Verdict.PASSED, NAME, tests_of_rule=2, exchanges=5, examples=3)) is not None
    (line,) = read_records(tmp_path)
    assert (line.id, line.verdict, line.exchanges, line.examples, line.tests, line.seed) == (NAME.id, Verdict.PASSED, 7, 4, 2, 7)
    assert (line.says, line.source, line.operation, line.area) == (NAME.says, NAME.source, NAME.operation, "create name")


def test_the_worst_of_its_tests_speaks_for_a_rule_whatever_the_order(on_disk: RunRecord) -> None:
    for worse, better in pairwise(WORST_FIRST):
        for said in ([worse, better], [better, worse]):
            made = docket(on_disk, NAME)
            for verdict in said:
                made.add(outcome(verdict, tests_of_rule=2, reason=str(verdict)))
            assert (made.records[-1].verdict, made.records[-1].reason) == (worse, str(worse))


def test_every_verdict_of_a_test_has_its_place() -> None:
    assert set(WORST_FIRST) == set(Verdict) - {Verdict.NOT_TESTED, Verdict.DEVIATING}


def test_what_nobody_tests_stands_in_the_record_with_its_reason(on_disk: RunRecord) -> None:
    made = docket(on_disk, NOBODY, NAME)
    made.open()
    assert [(line.verdict, line.reason) for line in made.records] == [(Verdict.NOT_TESTED, NOBODY.not_tested)]
    assert made.total == 2


def test_observations_of_all_tests_are_gathered(on_disk: RunRecord) -> None:
    made = docket(on_disk, OPEN)
    made.add(outcome(Verdict.PASSED, OPEN, tests_of_rule=2, observed={OPEN.id: ["refused 400"]}))
    made.add(outcome(Verdict.PASSED, OPEN, tests_of_rule=2, observed={OPEN.id: ["accepted"]}))
    assert made.records[0].observed == {OPEN.id: ["accepted", "refused 400"]}


def test_an_undescribed_answer_breaks_the_rule_of_the_specification_whichever_test_saw_it(on_disk: RunRecord) -> None:
    made = docket(on_disk, EVERYWHERE, NAME)
    made.add(outcome(Verdict.PASSED, EVERYWHERE))
    assert made.records == [], "it waits for what other tests see"
    seen = Violation(operation="createCustomer", message="Undocumented status: 418", exchange=exchange(418).record(redactor()))
    made.add(outcome(Verdict.PASSED, NAME, violations=[seen]))
    made.close(Ending())
    assert verdicts(made) == {"name-is-required": Verdict.PASSED, "answers-are-described": Verdict.NONCONFORMANT}
    (line,) = [line for line in made.records if line.id == DESCRIBED]
    assert "Undocumented status: 418" in str(line.reason)
    assert line.finding is not None
    assert line.finding.exchanges[0].status == 418


# --- closing -----------------------------------------------------------------------------------------------------------------


def test_a_rule_that_no_test_reached_is_not_checkable_in_a_whole_run(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME, AGE)
    made.add(outcome(Verdict.PASSED, NAME))
    made.close(Ending(whole=True))
    assert verdicts(made)["age-is-a-number"] is Verdict.NOT_CHECKABLE
    assert made.verdict(strict=False, finished=True) == ("incomplete", INCOMPLETE)


def test_a_rule_that_was_filtered_out_leaves_no_line(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME, AGE)
    made.add(outcome(Verdict.PASSED, NAME))
    made.close(Ending(whole=False))
    assert verdicts(made) == {"name-is-required": Verdict.PASSED}


def test_a_rule_of_which_some_tests_are_missing_is_not_checkable_even_in_a_filtered_run(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME)
    made.add(outcome(Verdict.PASSED, NAME, tests_of_rule=2))
    made.close(Ending(whole=False))
    assert verdicts(made) == {"name-is-required": Verdict.NOT_CHECKABLE}


def test_a_run_that_was_stopped_says_so_of_every_rule_that_waits(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME, AGE)
    made.add(outcome(Verdict.PASSED, NAME, tests_of_rule=2))
    made.close(Ending(stopped="somebody pulled the plug"))
    assert {(line.verdict, line.reason) for line in made.records} == {(Verdict.NOT_CHECKABLE, "somebody pulled the plug")}
    assert made.verdict(strict=False, finished=False) == ("incomplete", INCOMPLETE)


def test_a_breach_seen_before_the_run_was_stopped_is_told(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME)
    made.add(outcome(Verdict.NONCONFORMANT, NAME, tests_of_rule=3, finding=BREACH, reason="it was created"))
    made.close(Ending(stopped="somebody pulled the plug"))
    assert [(line.verdict, line.finding) for line in made.records] == [(Verdict.NONCONFORMANT, BREACH)]


def test_a_target_that_was_never_there_is_the_fault_of_the_environment(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME, NOBODY)
    made.open()
    made.close(Ending(stopped="connection refused", verdict=Verdict.ENVIRONMENT_FAULT))
    assert verdicts(made) == {"name-is-kept-secret": Verdict.NOT_TESTED, "name-is-required": Verdict.ENVIRONMENT_FAULT}
    assert made.verdict(strict=False, finished=False) == ("incomplete", INCOMPLETE)


# --- the run ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "strict", "expected"),
    [
        ([(NAME, Verdict.PASSED)], False, ("conforming", CONFORMING)),
        ([(NAME, Verdict.PASSED), (AGE, Verdict.NOT_APPLICABLE)], False, ("conforming", CONFORMING)),
        ([(NAME, Verdict.PASSED), (OPEN, Verdict.PASSED)], True, ("conforming", CONFORMING)),
        ([(NAME, Verdict.PASSED), (IMPLIED, Verdict.ADVISORY)], False, ("conforming", CONFORMING)),
        ([(NAME, Verdict.PASSED), (IMPLIED, Verdict.ADVISORY)], True, ("nonconforming", NONCONFORMING)),
        ([(NAME, Verdict.NONCONFORMANT), (AGE, Verdict.PASSED)], False, ("nonconforming", NONCONFORMING)),
        *[([(NAME, Verdict.PASSED), (AGE, each)], False, ("incomplete", INCOMPLETE)) for each in UNDECIDED],
        *[([(NAME, Verdict.NONCONFORMANT), (AGE, each)], False, ("nonconforming", NONCONFORMING)) for each in UNDECIDED],
    ],
)
def test_the_verdicts_of_rules_make_that_of_the_run(
    on_disk: RunRecord, said: Sequence[tuple[Rule, Verdict]], strict: bool, expected: tuple[str, int]
) -> None:
    assert run(on_disk, *said, strict=strict) == expected


@pytest.mark.parametrize(
    "said",
    [[], [(NAME, Verdict.NOT_APPLICABLE)], [(OPEN, Verdict.PASSED)]],
    ids=["no rule", "nothing that applies", "open spots only"],
)
def test_a_run_that_checked_nothing_is_never_green(on_disk: RunRecord, said: Sequence[tuple[Rule, Verdict]]) -> None:
    assert run(on_disk, *said) == ("incomplete", INCOMPLETE)


def test_a_run_of_untested_rules_only_is_not_green(on_disk: RunRecord) -> None:
    made = docket(on_disk, NOBODY)
    made.open()
    made.close(Ending())
    assert made.verdict(strict=False, finished=True) == ("incomplete", INCOMPLETE)


def test_a_run_that_was_stopped_after_nothing_but_passes_is_not_green(on_disk: RunRecord) -> None:
    assert run(on_disk, (NAME, Verdict.PASSED), ending=Ending(stopped="interrupted")) == ("incomplete", INCOMPLETE)


def test_exit_codes_tell_conforming_nonconforming_incomplete_and_usage_apart() -> None:
    assert (CONFORMING, NONCONFORMING, INCOMPLETE, USAGE) == (0, 1, 3, 4)


def test_requests_are_counted(on_disk: RunRecord) -> None:
    made = docket(on_disk, NAME, AGE)
    made.add(outcome(Verdict.PASSED, NAME, exchanges=4))
    made.add(outcome(Verdict.PASSED, AGE, exchanges=3))
    assert made.requests == 7


def test_the_theme_of_a_rule_is_the_module_that_judges_it() -> None:
    assert area_of([outcome(test="suites/fincom/test_attach_identity_fields.py::test_x[y]")]) == "attach identity fields"
    assert area_of([]) == ""


def test_a_record_knows_its_basis(on_disk: RunRecord) -> None:
    made = docket(on_disk, IMPLIED)
    line: RuleRecord | None = made.add(outcome(Verdict.ADVISORY, IMPLIED))
    assert line is not None
    assert line.basis == "inferred"
