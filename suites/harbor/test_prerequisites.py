from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop
from strategies.harbor.individuals import individuals
from strategies.harbor.standard import standard_us
from suites.harbor.calls import NOBODY, control, left_alone, nothing_there
from suites.harbor.driver import Harbor, both

# A body that is at fault in a way of its own.
FLAWED = drop("individual.email")


@rule("harbor/customer-must-exist")
@given(person=individuals())
def test_customer_must_exist(harbor: Harbor, person: Json) -> None:
    """A submission for an unknown customer is not found."""
    harbor.expect(harbor.submit(NOBODY, person))


@rule("harbor/customer-must-be-individual")
@given(person=individuals())
def test_customer_must_be_individual(harbor: Harbor, person: Json) -> None:
    """A person's data are refused for a customer that is a business."""
    customer = harbor.business()
    refused = harbor.expect(harbor.submit(customer, person))
    nothing_there(harbor, customer, refused)
    control(harbor.submit(harbor.ready(), person), "accepted")


@rule("harbor/customer-must-be-active")
@given(person=individuals())
def test_customer_must_be_active(harbor: Harbor, person: Json) -> None:
    """A submission for a customer that is not active is refused."""
    customer = harbor.ready(active=False)
    refused = harbor.expect(harbor.submit(customer, person))
    nothing_there(harbor, customer, refused)
    control(harbor.submit(harbor.ready(), person), "accepted")


@rule("harbor/agreement-must-be-signed")
@given(person=individuals())
def test_agreement_must_be_signed(harbor: Harbor, person: Json) -> None:
    """A submission before the platform agreement is signed is refused."""
    customer = harbor.ready(signed=False)
    refused = harbor.expect(harbor.submit(customer, person))
    nothing_there(harbor, customer, refused)
    control(harbor.submit(harbor.ready(), person), "accepted")


@rule("harbor/ready-customer-accepted")
@given(person=individuals())
def test_ready_customer_accepted(harbor: Harbor, person: Json) -> None:
    """An active individual that signed and is not verified yet is let in."""
    harbor.expect(harbor.submit(harbor.ready(signed=True, active=True), person))


@rule("harbor/created-customer-known-to-onboarding")
@given(person=individuals())
def test_created_customer_known_to_onboarding(harbor: Harbor, person: Json) -> None:
    """A customer that was just created is known to the onboarding."""
    before, customer = harbor.created(), harbor.created()
    if customer.id == before.id:
        raise harbor.breach(f"two customers were created, and both are answered as {customer.id}")
    harbor.expect(harbor.submit(customer, person), names=[])


@rule("harbor/verified-customer-2306")
@given(person=individuals())
def test_verified_customer_2306(harbor: Harbor, person: Json) -> None:
    """A verified customer is not onboarded again."""
    customer = harbor.in_status("verified")
    before = harbor.onboarding(customer)
    left_alone(harbor, customer, before, harbor.expect(harbor.submit(customer, person)))


@rule("harbor/amb-unready-status")
@pytest.mark.parametrize("lacking", ["active", "signed"])
def test_amb_unready_status(harbor: Harbor, lacking: str) -> None:
    """No status is given for a customer that is not active or has not signed."""
    harbor.observe(str(harbor.expect(harbor.submit(harbor.ready(**{lacking: False}), standard_us())).status))


@rule("harbor/amb-customer-or-body-first")
def test_amb_customer_or_body_first(harbor: Harbor) -> None:
    """Which refusal comes first where the customer is unknown and the body wrong."""
    exchange = harbor.expect(harbor.submit(NOBODY, FLAWED(standard_us())), names=both("email", "individual"))
    harbor.observe("customer-first" if exchange.status == 404 else "body-first")


@rule("harbor/amb-active-or-body-first")
def test_amb_active_or_body_first(harbor: Harbor) -> None:
    """Which refusal comes first where an onboarding is active and the body wrong."""
    exchange = harbor.expect(harbor.submit(harbor.submitted(), FLAWED(standard_us())), names=both("email", "individual"))
    harbor.observe("state-first" if exchange.status == 409 else "body-first")


@rule("harbor/amb-verified-or-body-first")
def test_amb_verified_or_body_first(harbor: Harbor) -> None:
    """Which refusal comes first where the customer is verified and the body wrong."""
    exchange = harbor.expect(harbor.submit(harbor.in_status("verified"), FLAWED(standard_us())), names=both("email", "individual"))
    harbor.observe("state-first" if "2306" in exchange.text else "body-first")


@rule("harbor/amb-unready-or-body-first")
def test_amb_unready_or_body_first(harbor: Harbor) -> None:
    """Which refusal comes first where the agreement is not signed and the body wrong."""
    customer = harbor.ready(signed=False)
    alone = harbor.set_up(harbor.submit(customer, standard_us()), "not-eligible")
    exchange = harbor.expect(harbor.submit(customer, FLAWED(standard_us())), names=both("email", "individual"))
    harbor.observe("customer-first" if exchange.text == alone.text else "body-first")
