"""What became of a mutation."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from harness.outcome import Outcome
from harness.proof import CAUGHT
from harness.record import Verdict
from harness.wire.mutation import Mutation

OPEN = frozenset({Verdict.NOT_CHECKABLE, Verdict.ENVIRONMENT_FAULT, Verdict.UNKNOWN})


class Fate(StrEnum):
    """`caught`: a test went red. `halted`: none did, but what could not be judged would have kept the run from being green.

    `survived`: the mutation acted, and all was well. `left open`: the documents have nothing against it, as the
    honest answers are. `not reached`: no test met what it changes. `left out`: the sample was full.
    """

    CAUGHT = "caught"
    HALTED = "halted"
    SURVIVED = "survived"
    LEFT_OPEN = "left open"
    NOT_REACHED = "not reached"
    LEFT_OUT = "left out"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One mutation and what tests said of it. `requests`: how many it took to the first red test, or in all."""

    mutation: Mutation
    fate: Fate
    rule: str = ""
    test: str = ""
    said: str = ""
    requests: int = 0
    tests: int = 0
    hits: int = 0
    seconds: float = 0.0


def red(outcome: Outcome, specification_rule: str | None) -> tuple[str, str] | None:
    """The rule that is broken by what a test saw, and what is said of it; None where all is well."""
    if outcome.verdict in CAUGHT:
        return outcome.rule, (outcome.reason or "")[:300]
    if outcome.violations:
        # In a run, any answer outside the specification breaks the rule that speaks of all answers.
        return specification_rule or outcome.rule, outcome.violations[0].message[:300]
    return None
