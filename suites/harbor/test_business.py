from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.harbor import business_edits as edits
from strategies.harbor.businesses import businesses, standard_business
from strategies.harbor.standard import standard_us
from suites.harbor.calls import left_alone, nothing_there
from suites.harbor.driver import BEYOND_PROCESSING, WAYS, Customer, Harbor
from suites.harbor.hearing import event_of
from suites.harbor.living import NEXT, only_from, stays

# What answers a correction that is not asked for; for some statuses other answers are as fair (amb-patch-while-submitted and others).
CORRECTED_TOO_LATE = {
    "processing": ["still-processing"],
    "submitted": ["finalized", "still-processing", "state-conflict"],
    "verified": ["finalized", "already-verified"],
    "rejected": ["finalized", "declined-is-final"],
    "failed": ["finalized"],
}


def submitted(harbor: Harbor, status: str = "processing", payload: Json = None) -> Customer:
    """A business whose onboarding is in that status."""
    return harbor.in_status(status, standard_business() if payload is None else payload, harbor.business())


@rule("harbor/business-same-path")
@given(company=businesses())
def test_business_same_path(harbor: Harbor, company: Json) -> None:
    """Businesses are onboarded by the same operations."""
    customer = harbor.business()
    harbor.expect(harbor.read(customer), answers=["no-onboarding-yet", "no-content"])
    harbor.expect(harbor.submit(customer, company), answers=["accepted"])
    harbor.expect(harbor.read(customer), answers=["read"])
    harbor.expect(harbor.correct(customer, company), answers=["still-processing"])


@rule("harbor/business-verified-2306")
@given(company=businesses())
def test_business_verified_2306(harbor: Harbor, company: Json) -> None:
    """A verified business is not onboarded again."""
    customer = submitted(harbor, "verified")
    before = harbor.onboarding(customer)
    left_alone(harbor, customer, before, harbor.expect(harbor.submit(customer, company)))


@rule("harbor/business-active-2302")
@given(company=businesses())
def test_business_active_2302(harbor: Harbor, company: Json) -> None:
    """No second onboarding of a business starts while one is active."""
    statuses = ("processing", "submitted") if "status-control" in harbor.sandbox.capabilities else ("processing",)
    for status in statuses:
        harbor.expect(harbor.submit(submitted(harbor, status), company))


@rule("harbor/business-patch-codes")
@pytest.mark.parametrize("status", CORRECTED_TOO_LATE)
@given(company=businesses())
def test_business_patch_codes(harbor: Harbor, status: str, company: Json) -> None:
    """Corrections of a business are told to wait while processing, and that it is over afterwards."""
    harbor.expect(harbor.correct(submitted(harbor, status), company), answers=CORRECTED_TOO_LATE[status])


@rule("harbor/business-patch-by-section")
@pytest.mark.parametrize("section", edits.DEMANDED_SECTIONS)
@given(company=businesses(country="USA"))
def test_business_patch_by_section(harbor: Harbor, section: str, company: Json) -> None:
    """A correction of a business may hold a single section."""
    customer = submitted(harbor, "action_required")
    stored = sections_of(harbor, customer)
    exchange = harbor.expect(harbor.correct(customer, {section: company[section]}))
    lost = [name for name, value in stored.items() if name != section and sections_of(harbor, customer).get(name) != value]
    if lost:
        raise harbor.breach(f"only {section} was corrected, and {', '.join(lost)} changed", exchange)


def sections_of(harbor: Harbor, customer: Customer) -> dict[str, Json]:
    """What is stored, where it can be looked at."""
    if "stored-data" not in harbor.sandbox.capabilities:
        return {}
    sections: dict[str, Json] = harbor.sandbox.control.customer(customer.id)["onboardings"][-1]["sections"]
    return sections


@pytest.fixture(scope="module")
def listener(harbor: Harbor) -> Harbor:
    """A client of its own whose events arrive in our inbox."""
    return harbor.listening()


@rule("harbor/business-same-lifecycle")
@pytest.mark.parametrize("status", [status for status in WAYS if status != "processing"])
@given(company=businesses())
def test_business_same_lifecycle(listener: Harbor, status: str, company: Json) -> None:
    """Businesses go through the same statuses, and the same events tell of them."""
    customer = submitted(listener, status, company)
    event_of(listener, customer, status)
    exchange = listener.expect(listener.read(customer))
    if exchange.data["status"] != status and (status, exchange.data["status"]) != ("rejected", "declined"):
        raise listener.breach(f"it was led to {status}, and reading shows {exchange.data['status']}", exchange)


@rule("harbor/business-same-lifecycle")
@given(company=businesses())
def test_business_processed_by_itself(listener: Harbor, company: Json) -> None:
    """Businesses go through the same statuses, and the same events tell of them."""
    goes_on(listener, listener.submitted(company, listener.business()))
    corrected = submitted(listener, "action_required", company)
    listener.set_up(listener.correct(corrected, company), "accepted")
    goes_on(listener, corrected)


def goes_on(listener: Harbor, customer: Customer) -> None:
    """Processing must end by itself, along the arrows, and be told of."""
    status = listener.wait_for_status(customer)
    if status not in BEYOND_PROCESSING:
        raise listener.breach(f"the time for it is over, and the onboarding is {status}", listener.read(customer))
    for start in NEXT if "history" in listener.sandbox.capabilities else ():
        only_from(listener, customer, start)
    if status in ("submitted", "verified", "rejected", "declined"):
        event_of(listener, customer, "submitted")


@rule("harbor/business-same-lifecycle")
@pytest.mark.parametrize("status", ["verified", "rejected", "failed"])
@given(company=businesses())
def test_business_comes_to_rest(harbor: Harbor, status: str, company: Json) -> None:
    """Businesses go through the same statuses, and the same events tell of them."""
    harbor.needs("clock")
    ours = harbor.fresh()
    stays(ours, submitted(ours, status, company))


@rule("harbor/business-idempotency")
@given(company=businesses())
def test_business_idempotency(harbor: Harbor, company: Json) -> None:
    """A replayed submission of a business is refused."""
    customer, key = harbor.business(), harbor.new_key()
    first = harbor.set_up(harbor.submit(customer, company, key=key), "accepted")
    harbor.expect(harbor.submit(customer, first.sent, key=key))


@rule("harbor/individual-customer-business-body")
@given(company=businesses())
def test_individual_customer_business_body(harbor: Harbor, company: Json) -> None:
    """A company's data are refused for a customer that is an individual."""
    customer = harbor.ready()
    refused = harbor.expect(harbor.submit(customer, company))
    nothing_there(harbor, customer, refused)
    harbor.control(harbor.submit(customer, standard_us()), "accepted")
