from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.harbor.individuals import individuals
from suites.harbor.calls import WRITES, left_alone, ready_for
from suites.harbor.driver import STATUSES, Harbor

HOUR = 3600
DAY = 24 * HOUR


@rule("harbor/replay-after-failed-starts-nothing")
@given(person=individuals())
def test_replay_after_failed_starts_nothing(harbor: Harbor, person: Json) -> None:
    """After a failure the old key is still used up; a new onboarding takes a new key."""
    customer = harbor.in_status("failed", person)
    before = harbor.onboarding(customer)
    replay = harbor.expect(harbor.submit(customer, customer.sent, key=customer.key))
    left_alone(harbor, customer, before, replay)


@rule("harbor/replay-after-second-action-required")
@given(person=individuals())
def test_replay_after_second_action_required(harbor: Harbor, person: Json) -> None:
    """The key of the first correction is still used up in the second round."""
    customer, key = harbor.in_status("action_required"), harbor.new_key()
    first = harbor.set_up(harbor.correct(customer, person, key=key), "accepted")
    harbor.force(customer, "action_required")
    harbor.expect(harbor.correct(customer, first.sent, key=key))


@rule("harbor/replay-after-verified")
@given(person=individuals())
def test_replay_after_verified(harbor: Harbor, person: Json) -> None:
    """The key of the submission stays used up once the customer is verified."""
    customer = harbor.in_status("verified", person)
    harbor.expect(harbor.submit(customer, customer.sent, key=customer.key))


@rule("harbor/amb-replay-or-verified-first")
def test_amb_replay_or_verified_first(harbor: Harbor) -> None:
    """Which of two refusals comes first where a used key meets a verified customer."""
    customer = harbor.in_status("verified")
    exchange = harbor.expect(harbor.submit(customer, customer.sent, key=customer.key))
    harbor.observe("status-first" if exchange.status == 422 else "replay-first")


@rule("harbor/keys-survive-restart-of-status")
@pytest.mark.parametrize("status", [status for status in STATUSES if status != "verified"])
@given(person=individuals())
def test_keys_survive_restart_of_status(harbor: Harbor, status: str, person: Json) -> None:
    """A key stays used up whatever becomes of the onboarding's status."""
    customer = harbor.in_status(status, person)
    harbor.expect(harbor.submit(customer, customer.sent, key=customer.key))


@rule("harbor/key-kept-for-24h")
@pytest.mark.parametrize("call", WRITES)
def test_key_kept_for_24h(harbor: Harbor, call: str) -> None:
    """A minute before 24 hours are over the key is still used up."""
    ours = harbor.fresh()
    customer, key = ready_for(ours, call), ours.new_key()
    first = ours.set_up(WRITES[call](ours, customer, key=key), "accepted")
    for seconds in (HOUR, DAY - HOUR - 60):
        ours.advance(seconds=seconds)
        operation = ours.submit if call == "submit" else ours.correct
        harbor.expect(operation(customer, first.sent, key=key))


@rule("harbor/key-free-after-24h")
@pytest.mark.parametrize("call", WRITES)
def test_key_free_after_24h(harbor: Harbor, call: str) -> None:
    """Well after 24 hours the key counts as new."""
    ours = harbor.fresh()
    customer, key = ready_for(ours, call), ours.new_key()
    ours.set_up(WRITES[call](ours, customer, key=key), "accepted")
    ours.advance(seconds=DAY + HOUR)
    harbor.expect(WRITES[call](ours, customer, key=key))
