"""The docket of a run: gathers the outcomes of tests into one verdict per rule, and the rules into the verdict of the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.deviations import Deviations
from harness.outcome import Outcome
from harness.record import Finding, RuleRecord, RunRecord, Verdict
from harness.rules import Basis, Catalogue, Rule

CONFORMING = 0
NONCONFORMING = 1
INCOMPLETE = 3
USAGE = 4

# One test that speaks this way speaks for its rule; first match wins.
WORST_FIRST = (
    Verdict.NONCONFORMANT,
    Verdict.ADVISORY,
    Verdict.NOT_CHECKABLE,
    Verdict.ENVIRONMENT_FAULT,
    Verdict.UNKNOWN,
    Verdict.PASSED,
    Verdict.NOT_APPLICABLE,
)
BROKEN = frozenset({Verdict.NONCONFORMANT, Verdict.ADVISORY})
UNDECIDED = frozenset({Verdict.NOT_CHECKABLE, Verdict.ENVIRONMENT_FAULT, Verdict.UNKNOWN})


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    `whole`: every selected rule was meant to be reached, so a rule without a test has gone missing; else it was filtered out.
    `stopped`: why the run did not come to its end; None where it did. `verdict`: what rules get that were not reached.
    `remark`: what else a person must be told.
    """

    whole: bool = True
    stopped: str | None = None
    verdict: Verdict = Verdict.NOT_CHECKABLE
    remark: str = ""


class Docket:
    """Collects outcomes on the controller and appends a rule's line as soon as its last test has spoken."""

    def __init__(self, catalogue: Catalogue, selected: Iterable[str], run_record: RunRecord, *, seed: int, deviations: Deviations) -> None:
        self._catalogue = catalogue
        self._deviations = deviations
        self._selected = sorted(selected)
        self._record = run_record
        self._seed = seed
        self._outcomes: dict[str, list[Outcome]] = defaultdict(list)
        self._violating: list[Outcome] = []
        self._written: set[str] = set()
        self.requests = 0

    @property
    def records(self) -> list[RuleRecord]:
        """The lines written so far."""
        return self._record.records

    @property
    def total(self) -> int:
        """How many rules this run speaks of."""
        return len(self._selected)

    def open(self) -> None:
        """Write down at once what nobody tests, with the catalogue's reason."""
        for rule_id in self._selected:
            rule = self._catalogue.get(rule_id)
            if rule.not_tested is not None:
                self._write(rule, Verdict.NOT_TESTED, rule.not_tested, [])

    def add(self, outcome: Outcome) -> RuleRecord | None:
        """Take one outcome; returns the rule's record when this was the last outcome it waited for."""
        self.requests += outcome.exchanges
        rule = self._catalogue.get(outcome.rule)
        outcomes = self._outcomes[outcome.rule]
        outcomes.append(outcome)
        if outcome.violations:
            self._violating.append(outcome)
        if self._waits_for_others(rule) or len(outcomes) < outcome.tests_of_rule:
            return None
        return self._conclude(rule, outcomes)

    def _waits_for_others(self, rule: Rule) -> bool:
        return rule.id == self._catalogue.specification_rule(rule.provider)

    def close(self, ending: Ending) -> None:
        """Write the lines of all rules that still wait; a breach already seen speaks for its rule although tests are missing."""
        for rule_id in self._selected:
            rule, outcomes = self._catalogue.get(rule_id), self._outcomes.get(rule_id, [])
            if rule_id in self._written:
                continue
            if self._waits_for_others(rule):
                outcomes = [*outcomes, *self._foreign_violations(rule)]
            if outcomes and (len(outcomes) >= outcomes[0].tests_of_rule or self._broken(outcomes)):
                self._conclude(rule, outcomes)
            elif ending.stopped or ending.whole or outcomes:
                self._write(rule, ending.verdict, ending.stopped or "no test of this run judged it", outcomes)

    @staticmethod
    def _broken(outcomes: Sequence[Outcome]) -> bool:
        return any(outcome.verdict in BROKEN for outcome in outcomes)

    def _foreign_violations(self, rule: Rule) -> list[Outcome]:
        verdict = Verdict.NONCONFORMANT if rule.basis is Basis.DOCUMENTED else Verdict.ADVISORY
        found = []
        for outcome in self._violating:
            violation = outcome.violations[0]
            message = f"{violation.operation}, seen by {outcome.test}: {violation.message}"
            finding = Finding(test=outcome.test, message=message, expected=rule.says, exchanges=[violation.exchange])
            found.append(Outcome(rule=rule.id, test=outcome.test, verdict=verdict, reason=message, finding=finding))
        return found

    def _conclude(self, rule: Rule, outcomes: Sequence[Outcome]) -> RuleRecord:
        worst = min(outcomes, key=lambda outcome: WORST_FIRST.index(outcome.verdict))
        return self._write(rule, worst.verdict, worst.reason, outcomes, worst.finding)

    def _write(
        self, rule: Rule, verdict: Verdict, reason: str | None, outcomes: Sequence[Outcome], finding: Finding | None = None
    ) -> RuleRecord:
        record = self._deviations.applied(record_of(rule, verdict, outcomes, seed=self._seed, reason=reason, finding=finding))
        self._written.add(rule.id)
        self._record.append(record)
        return record

    def complaints(self) -> list[str]:
        """What is wrong with the target's list of known deviations, now that the rules are judged."""
        return self._deviations.complaints(self.records)

    def verdict(self, *, strict: bool, finished: bool) -> tuple[str, int]:
        """The verdict of the run in a word, and its exit code. A run that judged nothing is never conforming."""
        verdicts = {record.verdict for record in self.records}
        if Verdict.NONCONFORMANT in verdicts or (strict and Verdict.ADVISORY in verdicts) or self.complaints():
            return "nonconforming", NONCONFORMING
        if not finished or verdicts & UNDECIDED or not any(map(_judged, self.records)):
            return "incomplete", INCOMPLETE
        return "conforming", CONFORMING


def _judged(record: RuleRecord) -> bool:
    """Whether the record says how a promise fares; what was merely observed at an open spot promises nothing."""
    return record.verdict in {*BROKEN, Verdict.DEVIATING} or (record.verdict is Verdict.PASSED and record.basis != Basis.SILENT)


def record_of(
    rule: Rule, verdict: Verdict, outcomes: Sequence[Outcome], *, seed: int, reason: str | None, finding: Finding | None
) -> RuleRecord:
    """The line of a rule from what its tests said."""
    observed: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes:
        for ambiguity, values in outcome.observed.items():
            observed[ambiguity].update(values)
    return RuleRecord(
        id=rule.id,
        provider=rule.provider,
        verdict=verdict,
        basis=rule.basis,
        exchanges=sum(outcome.exchanges for outcome in outcomes),
        examples=sum(outcome.examples for outcome in outcomes),
        seed=seed,
        says=rule.says,
        source=rule.source,
        area=area_of(outcomes),
        operation=rule.operation,
        severity=rule.severity,
        reason=reason,
        finding=finding,
        observed={ambiguity: sorted(values) for ambiguity, values in sorted(observed.items())},
        seconds=round(sum(outcome.seconds for outcome in outcomes), 3),
        tests=len(outcomes),
    )


def area_of(outcomes: Sequence[Outcome]) -> str:
    """The theme of the rule, from the module that judges it: `suites/fincom/test_create_email.py` is `create email`."""
    for outcome in outcomes:
        module = outcome.test.partition("::")[0].rpartition("/")[2]
        return module.removeprefix("test_").removesuffix(".py").replace("_", " ")
    return ""
