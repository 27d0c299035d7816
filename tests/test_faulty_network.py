"""Runs over a bad network: no crash, no false breach, no lost record, and the verdict and exit code that the weather deserves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING, UNDECIDED
from harness.record import Verdict
from mockserver.embedded import Embedded
from tests.proxy import Passing, Weather, answering, burst, delayed, doubled, each, reset, standing_before, truncated
from tests.runs_kit import ROOT, Ended, run
from tests.sandbox_kit import DEMO, fincom_target

# Creates, reads, uploads and attaches of every kind, about two hundred requests.
RULES = ("fincom-v2/phone", "fincom-v2/passport", "fincom-v2/volume", "fincom/catalogue")
FILES = (
    "suites/fincom/test_create_contact.py",
    "suites/fincom/test_create_profile.py",
    "suites/fincom/test_attach_identity.py",
    "suites/fincom/test_catalogue.py",
)
LIMITS: dict[str, Any] = {"timeout_seconds": 1.0, "poll_seconds": 2, "requests_per_second": 500}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Embedded() as embedded:
        yield embedded.url


def weathered(server: str, folder: Path, weather: Weather, *, retries: int = 2, patience: float = 0, extra: tuple[str, ...] = ()) -> Ended:
    """A run as against a sandbox, with this weather between."""
    limits = {**LIMITS, "read_retries": retries, "patience_seconds": patience}
    with standing_before(server, weather) as proxy:
        path = fincom_target(folder / "weather.toml", proxy.url, **limits)
        rules = [word for rule in RULES for word in ("--rule", rule)]
        return run(folder / "reports", "--target", str(path), *rules, "--seed", "3", *extra, *FILES, root=ROOT, **DEMO)


def judged_fairly(ended: Ended) -> dict[Verdict, int]:
    """How often each verdict was given: none is a breach, every rule has one, and nothing of our insides shows."""
    counts = {verdict: sum(record.verdict is verdict for record in ended.records.values()) for verdict in Verdict}
    broken = [record for record in ended.records.values() if record.finding is not None]
    assert [(record.id, record.reason) for record in broken] == []
    assert ended.insides() == []
    assert sum(counts.values()) == len(ended.records) > 10
    return counts


def test_in_good_weather_the_selection_conforms(server: str, tmp_path: Path) -> None:
    ended = weathered(server, tmp_path, lambda passing: passing.relay())
    counts = judged_fairly(ended)
    assert (ended.code, counts[Verdict.PASSED] > 10) == (CONFORMING, True), ended.said


HARMLESS: dict[str, Weather] = {"delayed": each(7, delayed(0.2)), "doubled": each(5, doubled)}


@pytest.mark.parametrize("name", HARMLESS)
def test_weather_that_loses_nothing_changes_no_verdict(server: str, tmp_path: Path, name: str) -> None:
    ended = weathered(server, tmp_path, HARMLESS[name])
    judged_fairly(ended)
    assert ended.code == CONFORMING, ended.said


ROUGH: dict[str, tuple[Weather, set[Verdict]]] = {
    "late": (each(40, delayed(1.5)), {Verdict.UNKNOWN}),
    "truncated": (each(25, truncated), {Verdict.UNKNOWN}),
    "reset": (each(25, reset), {Verdict.UNKNOWN}),
    "too-many": (burst(30, 60, answering(429, retry_after="0")), {Verdict.ENVIRONMENT_FAULT}),
    "unavailable": (burst(30, 60, answering(503)), {Verdict.ENVIRONMENT_FAULT}),
    "bad-gateway": (each(30, answering(502)), {Verdict.ENVIRONMENT_FAULT}),
}


@pytest.mark.parametrize("name", ROUGH)
def test_weather_that_loses_answers_leaves_rules_undecided_and_breaks_none(server: str, tmp_path: Path, name: str) -> None:
    weather, expected = ROUGH[name]
    ended = weathered(server, tmp_path, weather)
    counts = judged_fairly(ended)
    assert ended.code == INCOMPLETE, ended.said
    assert expected <= {verdict for verdict, count in counts.items() if count}, counts
    assert counts[Verdict.PASSED] > 0, "the rest was judged"


# A test that meets the outage, the look whether it is one, and one more look: after that nothing is sent any more.
LAST_TRIES = 12


def test_a_target_that_goes_away_is_let_alone_and_leaves_what_was_learnt(server: str, tmp_path: Path) -> None:
    tried: list[int] = []

    def going_away(passing: Passing) -> None:
        if passing.number <= 30:
            return passing.relay()
        tried.append(passing.number)
        return reset(passing)

    ended = weathered(server, tmp_path, going_away)
    counts = judged_fairly(ended)
    assert ended.code == INCOMPLETE, ended.said
    assert counts[Verdict.PASSED] > 0
    assert 0 < len(tried) <= LAST_TRIES
    assert counts[Verdict.ENVIRONMENT_FAULT] > 6, "each would have tried several times"
    assert ended.info.exit_code == INCOMPLETE


def test_retry_after_gives_the_target_its_rest_from_all_processes(server: str, tmp_path: Path) -> None:
    """Whatever was under way may still come in the first half second."""
    rest, came = 3, list[float]()

    def resting(passing: Passing) -> None:
        came.append(time.monotonic())
        (answering(429, retry_after=str(rest)) if passing.number == 60 else Passing.relay)(passing)

    ended = weathered(server, tmp_path, resting, extra=("-n", "2"))
    judged_fairly(ended)
    asked = came[59]
    early = [at - asked for at in came if asked + 0.5 < at < asked + rest - 0.05]
    assert (early, len(came) > 120) == ([], True), "and then it goes on"


def test_a_target_that_comes_back_in_time_costs_only_what_it_interrupted(server: str, tmp_path: Path) -> None:
    ended = weathered(server, tmp_path, burst(40, 41, reset), retries=0, patience=30)
    counts = judged_fairly(ended)
    undecided = sum(counts[verdict] for verdict in UNDECIDED)
    assert (ended.code, 1 <= undecided <= 4) == (INCOMPLETE, True), counts


def test_a_breach_is_still_a_breach_in_bad_weather(server: str, tmp_path: Path) -> None:
    """The server answers everything that a create was refused for with 200: the weather must not hide that."""

    def lying(passing: Passing) -> None:
        if passing.number % 20 == 0:
            answering(503)(passing)
            return
        answer = passing.forward()
        refused = passing.handler.command == "POST" and answer.status_code == 400
        passing.reply(200 if refused else answer.status_code, dict(answer.headers), answer.content)

    ended = weathered(server, tmp_path, lying)
    broken = {record.id for record in ended.records.values() if record.verdict is Verdict.NONCONFORMANT}
    assert (ended.code, bool(broken)) == (NONCONFORMING, True), ended.said


# What is allowed and what is said once it is spent; slowly enough that minutes run out.
BUDGETS: dict[str, tuple[dict[str, Any], str]] = {
    "requests": ({"requests": 60}, "budget of 60 requests is spent"),
    "minutes": ({"minutes": 0.04, "requests_per_second": 30}, "0.04 minutes are over"),
}


@pytest.mark.parametrize("kind", BUDGETS)
def test_a_budget_ends_a_run_without_a_verdict_on_the_rest(server: str, tmp_path: Path, kind: str) -> None:
    budget, said = BUDGETS[kind]
    path = fincom_target(tmp_path / "budget.toml", server, **{**LIMITS, **budget})
    rules = [word for rule in RULES for word in ("--rule", rule)]
    ended = run(tmp_path / "reports", "--target", str(path), *rules, *FILES, root=ROOT, **DEMO)
    counts = judged_fairly(ended)
    assert ended.code == INCOMPLETE, ended.said
    assert said in ended.said
    assert counts[Verdict.PASSED] > 0
