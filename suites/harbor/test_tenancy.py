from __future__ import annotations

import re

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.harbor.individuals import individuals
from suites.harbor.calls import ONBOARDING, left_alone, nothing_there
from suites.harbor.driver import Customer, Harbor

STATUSES = ("processing", "action_required", "verified", "failed")


def theirs(harbor: Harbor, status: str | None = "processing") -> Customer:
    """A customer of another application, whose onboarding is in that status; without one where there is none."""
    owner = harbor.second()
    if status is None:
        return owner.ready()
    return owner.in_status(status) if "status-control" in harbor.sandbox.capabilities else owner.submitted()


@rule("harbor/foreign-customer-post-404")
@given(person=individuals())
def test_foreign_customer_post_404(harbor: Harbor, person: Json) -> None:
    """Another application's customer cannot be submitted."""
    fresh = theirs(harbor, None)
    refused = harbor.expect(harbor.submit(fresh, person))
    nothing_there(harbor.second(), fresh, refused)
    for status in STATUSES:
        harbor.expect(harbor.submit(theirs(harbor, status), person))


@rule("harbor/foreign-customer-get-404")
@pytest.mark.parametrize("status", STATUSES)
def test_foreign_customer_get_404(harbor: Harbor, status: str) -> None:
    """Another application's customer cannot be read, and nothing of it shows."""
    customer = theirs(harbor, status)
    harbor.expect(harbor.read(customer))
    # Nor does what its owner was just told, kept somewhere on the way, go to another.
    harbor.second().onboarding(customer)
    harbor.expect(harbor.read(customer))


@rule("harbor/foreign-customer-patch-404")
@pytest.mark.parametrize("status", STATUSES)
@given(person=individuals())
def test_foreign_customer_patch_404(harbor: Harbor, status: str, person: Json) -> None:
    """Another application's customer cannot be corrected, and nothing of its state shows."""
    harbor.expect(harbor.correct(theirs(harbor, status), person))


@rule("harbor/foreign-equals-unknown")
@pytest.mark.parametrize("call", ONBOARDING)
def test_foreign_equals_unknown(harbor: Harbor, call: str) -> None:
    """Another application's customer looks like one that never was."""
    customer = theirs(harbor)
    # The same length and form as an id that was given out, so that nothing in it tells.
    unknown = customer.id[:4] + re.sub(r"[0-9a-f]", "0", customer.id[4:])
    foreign, nobody = (harbor.expect(ONBOARDING[call](harbor, each)) for each in (customer.id, unknown))
    if told(foreign, customer.id) != told(nobody, unknown):
        raise harbor.breach(f"another's customer gives {foreign.text[:200]}, an unknown one {nobody.text[:200]}", foreign, nobody)


def told(exchange: Exchange, customer_id: str) -> tuple[int, str, str]:
    """What a caller sees: status, content type, and the body without the id that was asked for."""
    return exchange.status, exchange.headers.get("content-type", ""), exchange.text.replace(customer_id, "<id>")


@rule("harbor/foreign-attempts-change-nothing")
@given(person=individuals())
def test_foreign_attempts_change_nothing(harbor: Harbor, person: Json) -> None:
    """What another application tries changes nothing."""
    statuses = ("processing", "action_required") if "status-control" in harbor.sandbox.capabilities else ("processing",)
    for status in statuses:
        customer = theirs(harbor, status)
        before = harbor.second().onboarding(customer)
        refused = [harbor.submit(customer, person), harbor.correct(customer, person), harbor.read(customer)]
        left_alone(harbor.second(), customer, before, *refused)
