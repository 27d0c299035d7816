"""What each verdict is called, what it means to a reader, and in which order and colour it is shown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.record import RuleRecord, RunInfo, Verdict


class Face(NamedTuple):
    """How a verdict looks: its word, its meaning in one sentence, a mark for terminals and rich's style."""

    word: str
    meaning: str
    mark: str
    style: str


# In the order of reading: what is broken, what could not be decided, what holds, what was left out.
FACES: dict[Verdict, Face] = {
    Verdict.NONCONFORMANT: Face("nonconformant", "The document states it outright and the target breaks it.", "✗", "bold red"),
    Verdict.ADVISORY: Face("advisory", "Broken, but only implied or shown by example; fails under --strict.", "!", "yellow"),
    Verdict.DEVIATING: Face("known deviation", "Broken, as the target's file says already; it has an owner and a date.", "~", "yellow"),
    Verdict.NOT_CHECKABLE: Face(
        "not checkable",
        "It applies, but what it needs could not be done, or the control request was refused too.",
        "?",
        "magenta",
    ),
    Verdict.UNKNOWN: Face("unknown", "The answer to a write was lost: nobody can say whether it happened.", "?", "magenta"),
    Verdict.ENVIRONMENT_FAULT: Face("environment fault", "The target, its token or the way to it was not in order.", "∅", "magenta"),
    Verdict.PASSED: Face("passed", "Every generated request got an answer that keeps the promise.", "✓", "green"),
    Verdict.NOT_APPLICABLE: Face("not applicable", "It needs a capability that this target does not claim.", "–", "dim"),
    Verdict.NOT_TESTED: Face("not tested", "Nobody judges this promise; the catalogue says why.", "·", "dim"),
}
ORDER = list(FACES)
SILENT = "silent"  # the basis of an ambiguity: observed, and no promise
UNDECIDED = (Verdict.NOT_CHECKABLE, Verdict.UNKNOWN, Verdict.ENVIRONMENT_FAULT)


def counted(records: Iterable[RuleRecord]) -> dict[Verdict, int]:
    """How many rules have each verdict, in the order of reading, zeros included."""
    counts = Counter(record.verdict for record in records)
    return {verdict: counts[verdict] for verdict in ORDER}


def worst_first(records: Iterable[RuleRecord]) -> list[RuleRecord]:
    """The records in the order of reading; within a verdict critical ones first, then by id."""
    severities = ("critical", "normal", "minor")
    return sorted(records, key=lambda record: (ORDER.index(record.verdict), severities.index(record.severity), record.id))


def headline(records: Sequence[RuleRecord], run: RunInfo) -> tuple[str, str]:
    """The verdict of the run as one word, and the sentence that says what it rests on."""
    # An open spot that was merely observed is no promise kept; answered outside of every reading it is an advisory.
    counts = counted(record for record in records if record.basis != SILENT or record.verdict is not Verdict.PASSED)
    undecided = sum(counts[verdict] for verdict in UNDECIDED)
    broken = _count(counts[Verdict.NONCONFORMANT], "documented promise broken", "documented promises broken")
    advisory = _count(counts[Verdict.ADVISORY], "advisory breach", "advisory breaches")
    open_ended = _count(undecided, "rule without a verdict", "rules without a verdict")
    known = _count(counts[Verdict.DEVIATING], "known deviation", "known deviations")
    stale = _count(len(run.complaints), "deviation out of date", "deviations out of date")
    kept = counts[Verdict.PASSED]
    judged = kept + sum(counts[verdict] for verdict in (Verdict.NONCONFORMANT, Verdict.ADVISORY, Verdict.DEVIATING))
    passed = f"{kept} of {judged} judged promises kept" if kept else ""
    facts = [broken, stale, advisory, open_ended, known]
    if run.verdict == "incomplete":
        facts = [open_ended, broken, stale, advisory, known]
    said = "; ".join(filter(None, [*facts, passed])) or "no promise was judged"
    return (run.verdict or "unfinished").upper(), said


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
