from __future__ import annotations

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.harbor.individuals import individuals
from strategies.harbor.standard import standard_us
from suites.harbor.calls import WRITES, control, left_alone, nothing_there, ready_for
from suites.harbor.driver import Customer, Harbor

writes = pytest.mark.parametrize("call", WRITES)
ANOTHER_CITY = put("individual.residence.city", "Norfolk", name="another-city")


def written(harbor: Harbor, call: str, person: Json) -> tuple[Customer, str, Json]:
    """A customer whose submission or correction was just taken, the key that it had, and the body as it was sent."""
    customer, key = ready_for(harbor, call), harbor.new_key()
    first = again(harbor, call, customer, key, person)
    harbor.set_up(first, "accepted")
    return customer, key, first.sent


def again(harbor: Harbor, call: str, customer: Customer, key: str, body: Json) -> Exchange:
    """The write under that key."""
    return harbor.submit(customer, body, key=key) if call == "submit" else harbor.correct(customer, body, key=key)


@rule("harbor/idempotency-key-required-on-post")
@given(person=individuals())
def test_idempotency_key_required_on_post(harbor: Harbor, person: Json) -> None:
    """A submission without an idempotency key is refused."""
    customer = harbor.ready()
    exchange = harbor.expect(harbor.submit(customer, person, key=""))
    nothing_there(harbor, customer, exchange)
    control(harbor.submit(customer, person), "accepted")


@rule("harbor/idempotency-key-required-on-patch")
@given(person=individuals())
def test_idempotency_key_required_on_patch(harbor: Harbor, person: Json) -> None:
    """A correction without an idempotency key is refused."""
    customer = harbor.in_status("action_required")
    before = harbor.onboarding(customer)
    exchange = harbor.expect(harbor.correct(customer, person, key=""))
    left_alone(harbor, customer, before, exchange)
    control(harbor.correct(customer, person), "accepted")


@rule("harbor/blank-idempotency-key-refused")
@writes
def test_blank_idempotency_key_refused(harbor: Harbor, call: str) -> None:
    """An empty or blank idempotency key is no key."""
    # Blanks around the value of a header are none of it (RFC 9110, 5.5): on the wire an empty key and a blank one are the same.
    customer = ready_for(harbor, call)
    harbor.expect(WRITES[call](harbor, customer, key="", headers={"Idempotency-Key": ""}))
    control(WRITES[call](harbor, customer), "accepted")


@rule("harbor/fresh-key-accepted")
@writes
@given(person=individuals())
def test_fresh_key_accepted(harbor: Harbor, call: str, person: Json) -> None:
    """A key of ordinary form that was never used is taken."""
    harbor.expect(again(harbor, call, ready_for(harbor, call), harbor.new_key(), person))


@rule("harbor/post-replay-409")
@given(person=individuals())
def test_post_replay_409(harbor: Harbor, person: Json) -> None:
    """The same submission under the same key is refused as a replay."""
    customer, key, sent = written(harbor, "submit", person)
    harbor.expect(again(harbor, "submit", customer, key, sent))


@rule("harbor/patch-replay-409")
@given(person=individuals())
def test_patch_replay_409(harbor: Harbor, person: Json) -> None:
    """The same correction under the same key is refused as a replay."""
    customer, key, sent = written(harbor, "correct", person)
    harbor.expect(again(harbor, "correct", customer, key, sent))


@rule("harbor/replay-code-is-idempotency-conflict")
@writes
@given(person=individuals())
def test_replay_code_is_idempotency_conflict(harbor: Harbor, call: str, person: Json) -> None:
    """A client can tell a replay from the conflicts that the onboarding's status causes."""
    customer, key, sent = written(harbor, call, person)
    harbor.expect(again(harbor, call, customer, key, sent))
    control(again(harbor, call, customer, harbor.new_key(), sent), "already-active" if call == "submit" else "still-processing")


@rule("harbor/replay-makes-no-second-onboarding")
@given(person=individuals())
def test_replay_makes_no_second_onboarding(harbor: Harbor, person: Json) -> None:
    """A replay adds no onboarding, and changes neither id nor status of the first."""
    customer, key, sent = written(harbor, "submit", person)
    before = harbor.onboarding(customer)
    replay = again(harbor, "submit", customer, key, sent)
    left_alone(harbor, customer, before, replay)
    if "history" in harbor.sandbox.capabilities and len(runs := harbor.history(customer)) != 1:
        raise harbor.breach(f"one submission and its replay made {len(runs)} onboardings", replay)


@rule("harbor/replay-does-not-resubmit")
@given(person=individuals())
def test_replay_does_not_resubmit(harbor: Harbor, person: Json) -> None:
    """A replayed correction does not send the onboarding into processing again."""
    customer, key, sent = written(harbor, "correct", person)
    harbor.force(customer, "action_required")
    before = harbor.onboarding(customer)
    left_alone(harbor, customer, before, again(harbor, "correct", customer, key, sent))


@rule("harbor/replay-conflict-is-repeatable")
@writes
@given(person=individuals())
def test_replay_conflict_is_repeatable(harbor: Harbor, call: str, person: Json) -> None:
    """Every further replay is answered like the first one."""
    customer, key, sent = written(harbor, call, person)
    for _ in range(4):
        harbor.expect(again(harbor, call, customer, key, sent))


@rule("harbor/same-key-other-body-never-accepted")
@writes
@given(person=individuals())
def test_same_key_other_body_never_accepted(harbor: Harbor, call: str, person: Json) -> None:
    """A used key with another body is not carried out."""
    customer, key, sent = written(harbor, call, person)
    harbor.expect(again(harbor, call, customer, key, ANOTHER_CITY(sent)))
    if call == "correct":
        # Under another status the body would be welcome, and the key still is not.
        harbor.force(customer, "action_required")
        harbor.expect(again(harbor, call, customer, key, ANOTHER_CITY(sent)))


@rule("harbor/amb-key-with-other-body")
def test_amb_key_with_other_body(harbor: Harbor) -> None:
    """How a used key with another body is refused."""
    customer, key, sent = written(harbor, "submit", standard_us())
    exchange = harbor.expect(again(harbor, "submit", customer, key, ANOTHER_CITY(sent)))
    harbor.observe("conflict" if exchange.status == 409 or (exchange.json or {}).get("code") in (2004, "2004") else "mismatch")


@rule("harbor/distinct-keys-not-deduplicated")
@given(person=individuals())
def test_distinct_keys_not_deduplicated(harbor: Harbor, person: Json) -> None:
    """The same body under another key is another request, judged by the state alone."""
    customer, _, sent = written(harbor, "submit", person)
    harbor.expect(again(harbor, "submit", customer, harbor.new_key(), sent))


@rule("harbor/key-on-other-customer")
@given(person=individuals())
def test_key_on_other_customer(harbor: Harbor, person: Json) -> None:
    """A key used for one customer never swallows the submission of another without a word."""
    _, key, _ = written(harbor, "submit", person)
    other = harbor.ready()
    exchange = harbor.expect(harbor.submit(other, person, key=key))
    if exchange.status == 202 and not (exchange.json or {}).get("code") and harbor.read(other).status != 200:
        raise harbor.breach("the submission of another customer was taken, and there is nothing to read", exchange)


@rule("harbor/amb-key-on-other-customer")
def test_amb_key_on_other_customer(harbor: Harbor) -> None:
    """Whether a key used for one customer conflicts for another."""
    _, key, _ = written(harbor, "submit", standard_us())
    exchange = harbor.expect(harbor.submit(harbor.ready(), standard_us(), key=key))
    harbor.observe("free" if exchange.status == 202 and not (exchange.json or {}).get("code") else "conflict")


@rule("harbor/amb-key-on-other-method")
def test_amb_key_on_other_method(harbor: Harbor) -> None:
    """Whether the key of a submission conflicts on a correction."""
    customer = harbor.in_status("action_required")
    exchange = harbor.expect(harbor.correct(customer, standard_us(), key=customer.key))
    harbor.observe("free" if exchange.status == 202 and not (exchange.json or {}).get("code") else "conflict")


@rule("harbor/key-not-shared-across-tenants")
@given(person=individuals())
def test_key_not_shared_across_tenants(harbor: Harbor, person: Json) -> None:
    """Another application may use the same key for its own request."""
    _, key, _ = written(harbor, "submit", person)
    other = harbor.second()
    harbor.expect(other.submit(other.ready(), person, key=key))


@rule("harbor/get-never-idempotency-conflict")
@given(person=individuals())
def test_get_never_idempotency_conflict(harbor: Harbor, person: Json) -> None:
    """Reads under one key never conflict."""
    customer, key, _ = written(harbor, "submit", person)
    for _ in range(3):
        harbor.expect(harbor.read(customer, key=key))


@rule("harbor/amb-missing-key-status")
def test_amb_missing_key_status(harbor: Harbor) -> None:
    """The idempotency key is required; the status of a request without it is not given."""
    harbor.observe(str(harbor.expect(harbor.submit(harbor.ready(), standard_us(), key="")).status))


@rule("harbor/amb-replay-answer")
def test_amb_replay_answer(harbor: Harbor) -> None:
    """The document answers a replay with 409; the provider's other pages with 202 or 400 and code 2004."""
    customer, key, sent = written(harbor, "submit", standard_us())
    harbor.observe(str(harbor.expect(again(harbor, "submit", customer, key, sent)).status))


@rule("harbor/amb-key-after-refusal")
def test_amb_key_after_refusal(harbor: Harbor) -> None:
    """Whether a refused request uses its key up."""
    customer, key = harbor.ready(), harbor.new_key()
    harbor.set_up(harbor.submit(customer, {}, key=key), "turned-away")
    exchange = harbor.expect(harbor.submit(customer, standard_us(), key=key))
    harbor.observe("free" if exchange.status == 202 and not (exchange.json or {}).get("code") else "burned")
