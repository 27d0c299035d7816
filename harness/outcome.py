"""From what happened in one test to a verdict on it, with the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import pytest
from hypothesis.errors import Flaky

from harness.errors import EnvironmentFault, Nonconformance, NotApplicable, NotCheckable, Undecided, UnknownOutcome
from harness.exchange import PASSING, Exchange
from harness.jsontypes import Json
from harness.record import ExchangeRecord, Finding, Verdict
from harness.redaction import Redactor
from harness.rules import Basis
from harness.shapes import Shape
from harness.trial import SUSPICIOUS, Breach, Trial

# Whoever sent too much has learnt nothing of the provider.
RATE_LIMITED = {429}

BY_EXCEPTION: tuple[tuple[type[BaseException], Verdict], ...] = (
    (NotApplicable, Verdict.NOT_APPLICABLE),
    (pytest.skip.Exception, Verdict.NOT_APPLICABLE),
    (EnvironmentFault, Verdict.ENVIRONMENT_FAULT),
    (UnknownOutcome, Verdict.UNKNOWN),
    (NotCheckable, Verdict.NOT_CHECKABLE),
)


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that the OpenAPI document does not describe, whichever test caused it."""

    operation: str
    message: str
    exchange: ExchangeRecord


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one test says of its rule. Travels from the worker to the controller as JSON."""

    rule: str
    test: str
    verdict: Verdict
    reason: str | None = None
    finding: Finding | None = None
    observed: dict[str, list[str]] = {}
    exchanges: int = 0
    examples: int = 0
    caught_at: int | None = None
    seconds: float = 0.0
    tests_of_rule: int = 1
    world: str = ""
    violations: list[Violation] = []
    shapes: list[Shape] = []


def decide(
    trial: Trial, error: BaseException | None, redactor: Redactor, trouble: Callable[[], str | None]
) -> tuple[Verdict, str | None, Finding | None]:
    """The verdict on a test that ended with this error, the reason for it, and the evidence of a breach.

    `trouble` asks the target whether it is in order at all; it is called only where that could explain the error.
    """
    if error is None:
        if trial.sent == 0:
            return Verdict.NOT_CHECKABLE, "the test sent nothing, so it has judged nothing", None
        return Verdict.PASSED, None, None
    breach = trial.breach if isinstance(error, Nonconformance | Flaky | Undecided) else None
    if breach is not None and breach.firm:
        return _breached(trial, breach, redactor, error)
    for kind, verdict in BY_EXCEPTION:
        if isinstance(error, kind):
            return _unless_trouble(trial, trial.exchanges, trouble) or (verdict, redactor.text(str(error)), None)
    if isinstance(error, Nonconformance):
        breach = breach or Breach(error, {}, list(trial.exchanges))
    if breach is None:
        reason = redactor.text(f"the test itself failed, so it has judged nothing: {type(error).__name__}: {error}")
        return Verdict.NOT_CHECKABLE, reason[:2000], None
    return _unless_trouble(trial, breach.exchanges, trouble) or _breached(trial, breach, redactor, error)


def _unless_trouble(trial: Trial, exchanges: Sequence[Exchange], trouble: Callable[[], str | None]) -> tuple[Verdict, str, None] | None:
    if not exchanges or exchanges[-1].status not in SUSPICIOUS:
        return None
    last = exchanges[-1].status
    if last in RATE_LIMITED:
        return Verdict.ENVIRONMENT_FAULT, "the target's rate limit was reached (429); lower the rate or try later", None
    found = trouble()
    if found:
        return Verdict.ENVIRONMENT_FAULT, f"the target is not in order: {found}", None
    if last in PASSING and not trial.confirmed:
        reason = f"{exchanges[-1].operation} was answered with {last} and not every time, so the way to the target was out of order"
        return Verdict.ENVIRONMENT_FAULT, reason, None
    return None


def _breached(trial: Trial, breach: Breach, redactor: Redactor, error: BaseException) -> tuple[Verdict, str, Finding]:
    message = redactor.text(str(breach.error))
    if isinstance(error, Flaky):
        message += f"\nNot every repetition broke the promise: {trial.breaches} of {trial.examples} examples did."
    if isinstance(error, Undecided):
        message += f"\nThe search for a smaller example was cut short: {redactor.text(str(error))}"
    verdict = Verdict.NONCONFORMANT if trial.rule.basis is Basis.DOCUMENTED else Verdict.ADVISORY
    finding = Finding(
        test=trial.test,
        message=message,
        expected=redactor.text(breach.error.expected),
        example=redactor.value(readable(breach.arguments)),
        exchanges=[exchange.record(redactor) for exchange in breach.exchanges],
    )
    return verdict, message, finding


def violations_of(trial: Trial, verdict: Verdict, redactor: Redactor) -> list[Violation]:
    """What the trial saw outside the OpenAPI document, one per operation, without what an outage or a rate limit may explain."""
    explained = SUSPICIOUS if verdict is Verdict.ENVIRONMENT_FAULT else RATE_LIMITED if trial.confirmed else PASSING
    return [
        Violation(operation=operation, message=redactor.text(str(exchange.violation)), exchange=exchange.record(redactor))
        for operation, exchange in trial.violations.items()
        if exchange.status not in explained
    ]


def readable(value: Json) -> Json:
    """Arguments of an example as JSON: what is known only when sent is shown as what it stands for."""
    if isinstance(value, Mapping):
        return {str(key): readable(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [readable(child) for child in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return repr(value)
