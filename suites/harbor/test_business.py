from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, put
from strategies.harbor import businesses as edits
from strategies.harbor.businesses import businesses, standard_business
from strategies.harbor.standard import standard_us
from suites.harbor.calls import left_alone, nothing_there
from suites.harbor.driver import WAYS, Customer, Harbor
from suites.harbor.hearing import event_of


def taken(harbor: Harbor, payload: Json, *edits_: Edit) -> None:
    """Each edited submission, or the payload itself, must be taken for a business of its own."""
    for edit in edits_ or (Edit("", lambda given: given),):
        exchange = harbor.submit(harbor.business(), edit(payload))
        exchange.note = edit.name
        harbor.expect(exchange, answers=["accepted"])


def refuses(harbor: Harbor, payload: Json, *edits_: Edit) -> None:
    """Every edit must be refused for its reason, and the payload itself be taken for the same business."""
    customer = harbor.business()
    for edit in edits_:
        exchange = harbor.submit(customer, edit(payload))
        exchange.note = edit.name
        harbor.expect(exchange)
    harbor.control(harbor.submit(customer, payload), "accepted")


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


@rule("harbor/business-single-request")
@given(company=businesses())
def test_business_single_request(harbor: Harbor, company: Json) -> None:
    """Company, persons and documents of a business go into one submission."""
    taken(harbor, standard_business())
    taken(harbor, company)


@rule("harbor/business-position-from-lookup")
@given(company=businesses())
def test_business_position_from_lookup(harbor: Harbor, company: Json) -> None:
    """A position that is not listed is refused."""
    refuses(harbor, company, *edits.OTHER_POSITIONS)


@rule("harbor/business-position-roundtrip")
@given(company=businesses())
def test_business_position_roundtrip(harbor: Harbor, company: Json) -> None:
    """Every listed position is taken."""
    taken(harbor, company, *(put(edits.POSITION, title, name=f"position-{title}") for title in harbor.listed("job-titles")))


@rule("harbor/business-industry-from-lookup")
@given(company=businesses())
def test_business_industry_from_lookup(harbor: Harbor, company: Json) -> None:
    """An industry that is not listed is refused."""
    refuses(harbor, company, *edits.OTHER_INDUSTRIES)


@rule("harbor/business-industry-by-incorporation-country")
@given(company=businesses(country="USA"))
def test_business_industry_by_incorporation_country(harbor: Harbor, company: Json) -> None:
    """The industries of the country of incorporation count, not another country's."""
    own = set(harbor.listed("industries", "US"))
    foreign = sorted(str(slug) for slug in harbor.listed("industries", "GB") if slug not in own)
    if not foreign:
        raise NotCheckable("set-up: two countries list the same industries, so that no industry is another country's only")
    refuses(harbor, company, put(edits.INDUSTRY, foreign[0], name=f"industry-{foreign[0]}"))


@rule("harbor/business-industry-roundtrip")
@given(company=businesses(country="USA"), nth=st.integers(0, 100))
def test_business_industry_roundtrip(harbor: Harbor, company: Json, nth: int) -> None:
    """Listed industries of the country of incorporation are taken."""
    listed = harbor.listed("industries", "US")
    taken(harbor, company, *(put(edits.INDUSTRY, listed[index], name=f"industry-{listed[index]}") for index in (nth % len(listed), 0, -1)))


@rule("harbor/business-address-state")
@given(company=businesses(country="USA"))
def test_business_address_state(harbor: Harbor, company: Json) -> None:
    """A state in an address of a business follows the list of its country."""
    refuses(harbor, company, *edits.FOREIGN_STATES)


@rule("harbor/business-file-over-10mb-refused")
def test_business_file_over_10mb_refused(harbor: Harbor) -> None:
    """A document of a company of more than 10 MB decoded is refused."""
    refuses(harbor, standard_business(), edits.LARGE_DOCUMENT)


@rule("harbor/business-request-over-50mb-refused")
def test_business_request_over_50mb_refused(harbor: Harbor) -> None:
    """Files of company and persons count together against the limit of the request."""
    refuses(harbor, standard_business(), edits.OVER_FIFTY_MB)


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
@pytest.mark.parametrize(("status", "answer"), [("processing", "still-processing"), ("failed", "finalized")], ids=["processing", "failed"])
@given(company=businesses())
def test_business_patch_codes(harbor: Harbor, status: str, answer: str, company: Json) -> None:
    """Corrections of a business are told to wait while processing, and that it is over afterwards."""
    harbor.expect(harbor.correct(submitted(harbor, status), company), answers=[answer])


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


@rule("harbor/business-idempotency")
@given(company=businesses())
def test_business_idempotency(harbor: Harbor, company: Json) -> None:
    """A replayed submission of a business is refused."""
    customer, key = harbor.business(), harbor.new_key()
    first = harbor.set_up(harbor.submit(customer, company, key=key), "accepted")
    harbor.expect(harbor.submit(customer, first.sent, key=key))


@rule("harbor/business-fields-are-demanded")
@given(company=businesses())
def test_business_fields_are_demanded(harbor: Harbor, company: Json) -> None:
    """The fields of company, persons and files that are called required elsewhere are demanded."""
    each_refused(harbor, company, [(edits.without(path), path) for path in edits.DEMANDED])


@rule("harbor/business-values-are-checked")
@given(company=businesses())
def test_business_values_are_checked(harbor: Harbor, company: Json) -> None:
    """The enumerations of company, persons and files that are given elsewhere are closed."""
    each_refused(harbor, company, [(edits.unknown_value(path), path) for path in edits.ENUMERATIONS])


def each_refused(harbor: Harbor, company: Json, cases: list[tuple[Edit, str]]) -> None:
    """Each edit must be refused for its field, and the company itself be taken."""
    customer = harbor.business()
    for edit, path in cases:
        exchange: Exchange = harbor.submit(customer, edit(company))
        exchange.note = edit.name
        harbor.expect(exchange, names=[edits.starred(path)])
    harbor.control(harbor.submit(customer, company), "accepted")


@rule("harbor/individual-customer-business-body")
@given(company=businesses())
def test_individual_customer_business_body(harbor: Harbor, company: Json) -> None:
    """A company's data are refused for a customer that is an individual."""
    customer = harbor.ready()
    refused = harbor.expect(harbor.submit(customer, company))
    nothing_there(harbor, customer, refused)
    harbor.control(harbor.submit(customer, standard_us()), "accepted")
