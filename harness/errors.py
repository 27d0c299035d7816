"""What can go wrong with a run, as a tree.

RailproofError(Exception)
    UsageError              the call or a file of ours is wrong: exit code 4, nothing was judged
Nonconformance(AssertionError)
                            the target broke a promise; Hypothesis shrinks it
Undecided(BaseException)    no verdict can be given; passes through Hypothesis without being shrunk
    EnvironmentFault        the target is down, its token dead, its rate limit reached
    UnknownOutcome          a write was sent and its answer lost
    NotCheckable            the target claims what it then could not do, or the control request was refused too
    NotApplicable           the target does not claim what the rule needs
"""

from collections.abc import Iterable
from difflib import get_close_matches


class RailproofError(Exception):
    """Base of what we raise ourselves."""


class UsageError(RailproofError):
    """Wrong usage or configuration. The message shows the value, what is allowed and the way out."""


class Nonconformance(AssertionError):
    """The target broke a promise."""

    def __init__(self, message: str, *, expected: str = "", rule: str | None = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.rule = rule


class Undecided(BaseException):
    """No verdict. Not an `Exception`, so that Hypothesis neither shrinks nor replays it."""


class EnvironmentFault(Undecided):
    """The target could not be judged because it, or the way to it, is not in order."""


class UnknownOutcome(Undecided):
    """A write whose answer was lost: neither done nor not done until looked up."""


class NotCheckable(Undecided):
    """The rule could not be judged although it applies."""


class NotApplicable(Undecided):
    """The rule does not apply to this target."""


def did_you_mean(value: str, allowed: Iterable[str]) -> str:
    """A hint to append to a message: the closest allowed value, or the allowed ones."""
    names = sorted(allowed)
    close = get_close_matches(value, names, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"allowed: {listed or 'none'}"
