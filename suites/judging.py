"""The judge at work in a test: an exchange against the answers of the running rule."""

from __future__ import annotations

from collections.abc import Sequence

from harness import trial
from harness.errors import Nonconformance
from harness.exchange import Exchange
from harness.judgement import objection
from harness.rules import AnswerSet


def _sets(answers: Sequence[str] | None) -> dict[str, AnswerSet]:
    running = trial.current()
    if answers is None:
        return running.catalogue.answers(running.rule)
    return {name: running.catalogue.answer(running.rule.provider, name) for name in answers}


def objections(
    exchange: Exchange, *, answers: Sequence[str] | None = None, names: Sequence[str] | None = None, near: bool | None = None
) -> list[str]:
    """Why the exchange is none of the answers, one reason for each; empty where it is one of them."""
    rule = trial.current().rule
    reasons = []
    for name, answer in _sets(answers).items():
        reason = objection(
            exchange,
            answer,
            names=rule.names if names is None else names,
            near=rule.near if near is None else near,
            carriers=trial.current().catalogue.carriers(rule.provider),
        )
        if reason is None:
            return []
        reasons.append(f"not {name}: {reason}")
    return reasons


def refuse(
    exchange: Exchange | None,
    reasons: Sequence[str],
    *,
    answers: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    of: str = "",
) -> Nonconformance:
    """The breach, in words that say what came and what would have been right; `of`: what the request was about."""
    rule = trial.current().rule
    expected = "; or ".join(f"{answer.says} ({' or '.join(map(str, answer.status))})" for answer in _sets(answers).values())
    fields = rule.names if names is None else names
    if fields and any(answer.names_field for answer in _sets(answers).values()):
        expected += f" Field to be named: {' or '.join(fields)}."
    if exchange is None:
        return Nonconformance("; ".join(reasons), expected=expected)
    sent = f" after the edit {exchange.note!r}" if exchange.note else ""
    if of:
        sent, expected = f" of {of}", f"For {of}: {expected}"
    return Nonconformance(f"{exchange.operation}{sent} was answered with {exchange.status}: {'; '.join(reasons)}", expected=expected)


def observed_as(exchange: Exchange) -> str:
    """Which answer of the fair set it was: `accepted` for any 2xx, else the kind of refusal with its status."""
    if 200 <= exchange.status < 300:
        return "accepted"
    for name in _sets(None):
        if not objections(exchange, answers=[name]):
            return f"{name} {exchange.status}"
    return f"status {exchange.status}"
