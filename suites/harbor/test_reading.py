from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.harbor.individuals import individuals
from strategies.harbor.standard import standard_us
from suites.harbor.calls import MALFORMED_IDS, NOBODY, ONBOARDING
from suites.harbor.driver import STATUSES, Harbor

KNOWN = {*STATUSES}
# Published elsewhere in the place of rejected; either name is right.
ELSEWHERE = {"declined"}


@rule("harbor/get-returns-200")
@given(person=individuals())
def test_get_returns_200(harbor: Harbor, person: Json) -> None:
    """An onboarding is read with 200."""
    harbor.expect(harbor.read(harbor.submitted(person)))


@rule("harbor/get-shape")
@given(person=individuals())
def test_get_shape(harbor: Harbor, person: Json) -> None:
    """An onboarding stands under data, with a text for its id and one for its status."""
    harbor.expect(harbor.read(harbor.submitted(person)))


@rule("harbor/onboarding-id-prefix")
@given(person=individuals())
def test_onboarding_id_prefix(harbor: Harbor, person: Json) -> None:
    """The id of an onboarding starts with onb_."""
    exchange = harbor.expect(harbor.read(harbor.submitted(person)))
    if not str(exchange.data["id"]).startswith("onb_"):
        raise harbor.breach(f"the id is {exchange.data['id']!r}", exchange)


@rule("harbor/status-in-closed-set")
@given(person=individuals())
def test_status_in_closed_set(harbor: Harbor, person: Json) -> None:
    """A status is one of the documented names in lower case."""
    customers = [harbor.submitted(person)]
    if "status-control" in harbor.sandbox.capabilities:
        customers += [harbor.in_status(status) for status in STATUSES]
    for customer in customers:
        exchange = harbor.expect(harbor.read(customer))
        if exchange.data["status"] not in KNOWN | ELSEWHERE:
            raise harbor.breach(f"{exchange.data['status']!r} is no status of the life cycle", exchange)


@rule("harbor/amb-name-of-rejection")
def test_amb_name_of_rejection(harbor: Harbor) -> None:
    """The other pages call the rejection declined."""
    harbor.observe(str(harbor.expect(harbor.read(harbor.in_status("rejected"))).data["status"]))


@rule("harbor/get-latest")
@given(person=individuals())
def test_get_latest(harbor: Harbor, person: Json) -> None:
    """Where a customer had several onboardings, reading shows the newest."""
    customer = harbor.in_status("failed")
    seen = {harbor.onboarding(customer)["id"]}
    for _ in range(2):
        harbor.submitted(person, customer)
        exchange = harbor.expect(harbor.read(customer))
        if exchange.data["id"] in seen:
            raise harbor.breach(f"after {len(seen) + 1} submissions reading shows an onboarding of before", exchange)
        seen.add(exchange.data["id"])
        harbor.force(customer, "failed")


@rule("harbor/get-only-own-customer")
@given(person=individuals(), other=individuals())
def test_get_only_own_customer(harbor: Harbor, person: Json, other: Json) -> None:
    """Reading shows the onboarding of the customer in the path and no other's."""
    customers = [harbor.submitted(person), harbor.submitted(other), harbor.ready()]
    first, second = (harbor.expect(harbor.read(customer)) for customer in customers[:2])
    if first.data["id"] == second.data["id"]:
        raise harbor.breach("two customers are shown the same onboarding", first, second)
    for customer, exchange in zip(customers, (first, second), strict=False):
        told = {exchange.data.get("customer_id"), exchange.data.get("customer_uuid")} - {None}
        if told - {customer.id}:
            raise harbor.breach(f"the onboarding of {customer.id} tells of {', '.join(map(str, told))}", exchange)
    harbor.expect(harbor.read(customers[2]), answers=["no-onboarding-yet", "no-content"])


@rule("harbor/get-before-any-onboarding")
def test_get_before_any_onboarding(harbor: Harbor) -> None:
    """A customer without an onboarding is answered without a status."""
    harbor.expect(harbor.read(harbor.ready()))


@rule("harbor/amb-no-onboarding-yet")
def test_amb_no_onboarding_yet(harbor: Harbor) -> None:
    """What reading answers before anything was submitted."""
    exchange = harbor.expect(harbor.read(harbor.ready()))
    harbor.observe("empty" if exchange.status == 200 else str(exchange.status))


@rule("harbor/id-stable-through-life")
@pytest.mark.parametrize("end", ["verified", "rejected", "failed"])
@given(person=individuals())
def test_id_stable_through_life(harbor: Harbor, end: str, person: Json) -> None:
    """An onboarding keeps its id to its end, through corrections too."""
    customer = harbor.submitted(person)
    exchanges = [harbor.expect(harbor.read(customer))]
    harbor.force(customer, "action_required")
    exchanges.append(harbor.expect(harbor.read(customer)))
    harbor.set_up(harbor.correct(customer, person), "accepted")
    exchanges.append(harbor.expect(harbor.read(customer)))
    for status in ("failed",) if end == "failed" else ("submitted", end):
        harbor.force(customer, status)
        exchanges.append(harbor.expect(harbor.read(customer)))
    if len({exchange.data["id"] for exchange in exchanges}) > 1:
        raise harbor.breach(f"the ids over its life: {[exchange.data['id'] for exchange in exchanges]}", *exchanges)


@rule("harbor/not-found-get")
def test_not_found_get(harbor: Harbor) -> None:
    """An unknown customer is not found on reading."""
    harbor.expect(harbor.read(NOBODY))


@rule("harbor/amb-code-of-404")
def test_amb_code_of_404(harbor: Harbor) -> None:
    """The table prints no code for an unknown customer; the other pages give two."""
    code = harbor.expect(harbor.read(NOBODY)).json.get("code")
    harbor.observe("none" if code is None else str(code) if str(code) in ("2001", "2101") else "other")


@rule("harbor/not-found-malformed-id")
@pytest.mark.parametrize("call", ONBOARDING)
def test_not_found_malformed_id(harbor: Harbor, call: str) -> None:
    """A text that is no customer id finds nothing and breaks nothing."""
    for text in MALFORMED_IDS:
        harbor.expect(ONBOARDING[call](harbor, text))


@rule("harbor/amb-malformed-customer-id")
def test_amb_malformed_customer_id(harbor: Harbor) -> None:
    """What a text that is no customer id is answered with."""
    harbor.observe(str(harbor.expect(harbor.read("not-a-customer")).status))


@rule("harbor/patch-unknown-customer")
@given(person=individuals())
def test_patch_unknown_customer(harbor: Harbor, person: Json) -> None:
    """A correction for an unknown customer is not found."""
    harbor.expect(harbor.correct(NOBODY, person))


@rule("harbor/patch-before-any-onboarding")
@given(person=individuals())
def test_patch_before_any_onboarding(harbor: Harbor, person: Json) -> None:
    """A correction of nothing starts nothing."""
    customer = harbor.ready()
    refused = harbor.expect(harbor.correct(customer, person))
    exchange = harbor.read(customer)
    if exchange.status == 200 and exchange.data.get("status"):
        raise harbor.breach(
            f"the correction was refused, and there is an onboarding in status {exchange.data['status']}", refused, exchange
        )
    harbor.control(harbor.submit(customer, person), "accepted")


@rule("harbor/amb-patch-before-any-onboarding")
def test_amb_patch_before_any_onboarding(harbor: Harbor) -> None:
    """What a correction of nothing is answered with."""
    harbor.observe(str(harbor.expect(harbor.correct(harbor.ready(), standard_us())).status))
