from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import httpx
import pytest
from hypothesis import given

from harness.client import Prepared
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.harbor.individuals import individuals
from suites.harbor.calls import WRITES, ready_for
from suites.harbor.driver import Customer, Harbor
from suites.judging import objections

AT_ONCE = 6
HANG_UP_AFTER = 0.0005  # seconds: long before any answer
OPERATIONS = {"submit": "submitOnboarding", "correct": "correctOnboarding"}


def race(harbor: Harbor, prepared: Sequence[Prepared], answers: Sequence[str] | None = None) -> tuple[list[Exchange], list[Exchange]]:
    """The requests at the same instant: those that were taken, and the others, all among the answers."""
    exchanges = [harbor.expect(exchange, answers=answers) for exchange in harbor.together(prepared)]
    taken = [exchange for exchange in exchanges if not objections(exchange, answers=["accepted"]) and not replayed(exchange)]
    return taken, [exchange for exchange in exchanges if exchange not in taken]


def replayed(exchange: Exchange) -> bool:
    """Whether a 202 is the replay published elsewhere."""
    return not objections(exchange, answers=["idempotency-conflict-elsewhere"])


def one_only(harbor: Harbor, customer: Customer, taken: list[Exchange], others: list[Exchange], runs: int = 1) -> None:
    """Exactly one may have been taken, and there may be so many onboardings."""
    if len(taken) != 1:
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(Counter(each.status for each in taken + others).items()))
        raise harbor.breach(f"of {len(taken) + len(others)} requests at the same instant {len(taken)} were taken: {statuses}", *taken)
    if "history" in harbor.sandbox.capabilities and (made := len(harbor.history(customer))) != runs:
        raise harbor.breach(f"one request was taken, and the customer has {made} onboardings", *taken)


@rule("harbor/parallel-same-key-one-wins")
@pytest.mark.parametrize("call", WRITES)
@given(person=individuals())
def test_parallel_same_key_one_wins(harbor: Harbor, call: str, person: Json) -> None:
    """Of parallel requests under one key exactly one is carried out, the others conflict."""
    customer, key = ready_for(harbor, call), harbor.new_key()
    first, sent = harbor.prepare(OPERATIONS[call], customer, person, key=key)
    rest = [harbor.prepare(OPERATIONS[call], customer, sent, key=key)[0] for _ in range(AT_ONCE - 1)]
    one_only(harbor, customer, *race(harbor, [first, *rest]))


@rule("harbor/parallel-posts-one-wins")
@given(person=individuals())
def test_parallel_posts_one_wins(harbor: Harbor, person: Json) -> None:
    """Of parallel submissions for one customer exactly one is taken, the others conflict."""
    customer = harbor.ready()
    taken, others = race(harbor, [harbor.prepare("submitOnboarding", customer, person)[0] for _ in range(AT_ONCE)])
    one_only(harbor, customer, taken, others)


@rule("harbor/parallel-posts-distinct-customers")
@given(person=individuals(), other=individuals())
def test_parallel_posts_distinct_customers(harbor: Harbor, person: Json, other: Json) -> None:
    """Parallel submissions for several customers do not mix."""
    customers = [harbor.ready() for _ in range(4)]
    bodies = [person, other, person, other]
    prepared = [harbor.prepare("submitOnboarding", customer, body)[0] for customer, body in zip(customers, bodies, strict=True)]
    answers = race(harbor, prepared)[0]
    read = [harbor.expect(harbor.read(customer), answers=["read"]) for customer in customers]
    if len({exchange.data["id"] for exchange in read}) != len(customers):
        raise harbor.breach("several customers are shown one onboarding", *read)
    if "stored-data" not in harbor.sandbox.capabilities:
        return
    for customer, item in zip(customers, prepared, strict=True):
        stored = harbor.sandbox.control.customer(customer.id)["onboardings"][-1]["sections"]["individual"]
        if stored["email"].encode() not in item.body:
            raise harbor.breach(f"the onboarding of {customer.id} holds the data of another customer", *answers)


@rule("harbor/parallel-patches-one-wins")
@given(person=individuals())
def test_parallel_patches_one_wins(harbor: Harbor, person: Json) -> None:
    """Of parallel corrections exactly one is taken."""
    customer = harbor.in_status("action_required")
    taken, others = race(harbor, [harbor.prepare("correctOnboarding", customer, person)[0] for _ in range(AT_ONCE)])
    one_only(harbor, customer, taken, others)


@rule("harbor/parallel-post-and-patch")
@given(person=individuals())
def test_parallel_post_and_patch(harbor: Harbor, person: Json) -> None:
    """A submission beside a correction makes no second onboarding."""
    customer = harbor.in_status("action_required")
    before = harbor.onboarding(customer)
    kinds = ["submitOnboarding", "correctOnboarding", "submitOnboarding"]
    # Which refusal the second correction of a race would get is no matter here: there is only one.
    taken, others = race(harbor, [harbor.prepare(kind, customer, person)[0] for kind in kinds])
    one_only(harbor, customer, taken, others)
    if taken[0].operation != "correctOnboarding":
        raise harbor.breach("a submission was taken while the onboarding was open", *taken)
    if (after := harbor.onboarding(customer))["id"] != before["id"]:
        raise harbor.breach(f"the onboarding {before['id']} became {after['id']}", *taken)


@rule("harbor/retry-after-lost-answer-safe")
@given(person=individuals())
def test_retry_after_lost_answer_safe(harbor: Harbor, person: Json) -> None:
    """After a cut connection, sending again under the same key never makes a second onboarding."""
    customer, key = harbor.ready(), harbor.new_key()
    prepared, sent = harbor.prepare("submitOnboarding", customer, person, key=key)
    cut_off(harbor, prepared)
    exchange = harbor.expect(harbor.submit(customer, sent, key=key))
    harbor.expect(harbor.read(customer), answers=["read"])
    if "history" in harbor.sandbox.capabilities and (runs := len(harbor.history(customer))) != 1:
        raise harbor.breach(f"a submission whose answer was lost, and the same again, made {runs} onboardings", exchange)


def cut_off(harbor: Harbor, prepared: Prepared) -> None:
    """Send a request whole and hang up before its answer comes."""
    request = prepared.request
    impatient = httpx.Timeout(harbor.world.connections.timeout, read=HANG_UP_AFTER).as_dict()
    sent = httpx.Request(request.method, request.url, headers=request.headers, content=prepared.body, extensions={"timeout": impatient})
    with harbor.world.connections.new() as http, suppress(httpx.ReadTimeout):
        http.send(sent)
