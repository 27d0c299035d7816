"""Two runs side by side: what is newly broken, mended, gone, out of reach, and what answers differently.

A third run, the old one again with the same seed, tells noise from change: what differs between the two old runs says nothing
about the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from harness.compare.answers import Answered, changed_answers
from harness.errors import UsageError
from harness.record import RuleRecord, RunInfo, Verdict, read_records
from harness.shapes import Shapes, read_shapes

BROKEN: frozenset[Verdict | None] = frozenset({Verdict.NONCONFORMANT, Verdict.ADVISORY})
UNDECIDED: frozenset[Verdict | None] = frozenset({Verdict.NOT_CHECKABLE, Verdict.ENVIRONMENT_FAULT, Verdict.UNKNOWN})


class Kind(StrEnum):
    """What became of a rule or an answer between two runs, in the order of reading."""

    NEWLY_FAILING = "newly failing"
    NEVER_REACHED = "never reached"
    VANISHED = "vanished"
    BREAKS_DIFFERENTLY = "breaks differently"
    FIXED = "fixed"
    STILL_FAILING = "still failing"
    STILL_DEVIATING = "still deviating"
    DRIFTED = "drifted"
    ANSWERS = "answers changed"
    NEW = "new rule"
    NOISE = "noise"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference. `subject`: the rule, or operation and status; `basis`, `severity` and `source` are the rule's.

    `expected`: what would have been right, and `rerun` the command that shows it again, where the new run has a breach.
    """

    kind: Kind
    subject: str
    was: str
    now: str
    says: str = ""
    basis: str = ""
    severity: str = ""
    source: str = ""
    expected: str = ""
    rerun: str = ""


@dataclass(frozen=True)
class Run:
    """A run as it lies in a directory."""

    directory: Path
    info: RunInfo
    records: dict[str, RuleRecord]
    shapes: Shapes

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.info.exit_code >= 0


def load(directory: Path) -> Run:
    """Read a run's record. Raises `UsageError` where there is none."""
    try:
        info = msgspec.json.decode((directory / "run.json").read_bytes(), type=RunInfo)
        records = {record.id: record for record in read_records(directory)}
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{directory} holds no run record ({error}); give the directory that a run wrote, such as reports/mock") from None
    return Run(directory, info, records, read_shapes(directory))


def compare(old: Run, new: Run, again: Run | None = None) -> list[Change]:
    """The differences in the order of reading. What `again`, the old target judged again, shows too is noise."""
    changes = [*_rules(old, new), *_observations(old.records, new.records), *_answers(old, new)]
    if again is not None:
        noise = {_mark(change) for change in [*_rules(old, again), *_observations(old.records, again.records), *_answers(old, again)]}
        changes = [msgspec.structs.replace(change, kind=Kind.NOISE) if _is_noise(change, noise) else change for change in changes]
    order = list(Kind)
    return sorted(changes, key=lambda change: (order.index(change.kind), change.subject, change.was, change.now))


STEADY = frozenset({Kind.STILL_FAILING, Kind.STILL_DEVIATING, Kind.NEW, Kind.VANISHED})


def _is_noise(change: Change, noise: set[tuple[str, str]]) -> bool:
    return change.kind not in STEADY and _mark(change) in noise


def _mark(change: Change) -> tuple[str, str]:
    """By what a difference is known again: an answer by its trait, a rule by its id, whichever way it swung."""
    return change.subject, change.was or change.now if change.kind is Kind.ANSWERS else ""


def _rules(old: Run, new: Run) -> Iterable[Change]:
    for rule_id in old.records.keys() | new.records.keys():
        was, now = old.records.get(rule_id), new.records.get(rule_id)
        kind = _became(was, now, finished=new.finished)
        if kind is not None:
            told = now or was
            finding = now.finding if now else None
            yield Change(
                kind=kind,
                subject=rule_id,
                was=_said(was),
                now=_said(now) if now or new.finished else "the run ended before it",
                says=told.says if told else "",
                basis=told.basis if told else "",
                severity=told.severity if told else "",
                source=told.source if told else "",
                expected=finding.expected if finding else "",
                rerun=finding.rerun if finding else "",
            )


# What became of a rule, by its verdict before and after (None where a run has no line of it); the first row that fits.
ANY = frozenset({*Verdict, None})
OUTCOMES: tuple[tuple[Kind, frozenset[Verdict | None], frozenset[Verdict | None]], ...] = (
    (Kind.NEWLY_FAILING, ANY - BROKEN, BROKEN),
    (Kind.STILL_FAILING, BROKEN, BROKEN),
    (Kind.STILL_DEVIATING, ANY, frozenset({Verdict.DEVIATING})),
    (Kind.NEVER_REACHED, ANY, UNDECIDED),
    (Kind.FIXED, BROKEN | {Verdict.DEVIATING}, frozenset({Verdict.PASSED})),
    (Kind.NEW, frozenset({None}), ANY),
    (Kind.VANISHED, BROKEN | {Verdict.PASSED, Verdict.DEVIATING}, ANY - {Verdict.PASSED}),
)


def _became(was: RuleRecord | None, now: RuleRecord | None, *, finished: bool) -> Kind | None:
    if now is None and not finished:
        return Kind.NEVER_REACHED
    before, after = was.verdict if was else None, now.verdict if now else None
    kind = next((kind for kind, left, right in OUTCOMES if before in left and after in right), None)
    if kind is Kind.STILL_FAILING and was and now and _normal(was.reason) != _normal(now.reason):
        return Kind.BREAKS_DIFFERENTLY
    return kind


def _said(record: RuleRecord | None) -> str:
    if record is None:
        return "not there"
    word = record.verdict.replace("_", " ")
    told = record.deviation or record.reason or ""
    return f"{word}: {told.partition(chr(10))[0]}" if told else word


# Ids, times and tokens, which differ between any two runs.
_CHANGING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|rp[0-9a-f]{6}\w*|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?|\b[0-9a-f]{12,}\b|\d{5,}",
    re.IGNORECASE,
)


def _normal(text: str | None) -> str:
    return _CHANGING.sub("…", (text or "").partition("\n")[0])


def _observations(old: Mapping[str, RuleRecord], new: Mapping[str, RuleRecord]) -> Iterable[Change]:
    """Open spots at which the target was seen to do something else; a spot that one of the runs did not come to says nothing."""
    before, after = _observed(old.values()), _observed(new.values())
    for spot in before.keys() & after.keys():
        if before[spot] != after[spot]:
            record = new.get(spot) or old.get(spot)
            was, now = (", ".join(sorted(values)) for values in (before[spot], after[spot]))
            yield Change(kind=Kind.DRIFTED, subject=spot, was=was, now=now, says=record.says if record else "", basis="silent")


def _observed(records: Iterable[RuleRecord]) -> dict[str, set[str]]:
    seen: dict[str, set[str]] = {}
    for record in records:
        for spot, values in record.observed.items():
            seen.setdefault(spot, set()).update(map(_normal, values))
    return seen


def _answers(old: Run, new: Run) -> Iterable[Change]:
    for answer in changed_answers(old.shapes, new.shapes):
        yield _of_answer(answer)


def _of_answer(answer: Answered) -> Change:
    return Change(kind=Kind.ANSWERS, subject=f"{answer.operation} {answer.status}", was=answer.was, now=answer.now, says=answer.says)
