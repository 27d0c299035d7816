import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.files import sample
from strategies.fincom.attachments import Application, applications, with_new_files
from strategies.fincom.customers import customers
from suites.fincom.attaching import attached, brought_to, decide, under_review
from suites.fincom.driver import Customer, Fincom
from suites.fincom.mailbox import Event

DECISIONS = ("APPROVED", "ACTION_REQUIRED", "ON_HOLD", "REJECTED")
UNEXPLAINED = ("APPROVED", "ON_HOLD")
# The six names of the table, and the two that the provider publishes elsewhere for a queued attach and for a hold.
NAMES = {"INCOMPLETE", "REVIEWING", *DECISIONS, "PROCESSING", "IN_COMPLIANCE"}
ALSO_CALLED = {"ON_HOLD": {"ON_HOLD", "IN_COMPLIANCE"}}
BEYOND_REVIEW = {"REVIEWING", *DECISIONS, "IN_COMPLIANCE"}
READS = 4


def read(fincom: Fincom, customer: Customer) -> Exchange:
    """The customer as the target reads it back."""
    return fincom.expect(fincom.read(customer.id), answers=["read"])


def status_in(exchange: Exchange) -> str:
    """The status in a customer that was read back."""
    return str(exchange.data["customer_status"])


@rule("fincom-v2/status-names-are-closed")
@given(application=applications())
def test_status_names_are_closed(fincom: Fincom, application: Application) -> None:
    """A customer's status is one of the names in the table, whatever happens to the customer."""
    customer = fincom.new_customer(application.customer)
    seen = [read(fincom, customer)]
    fincom.expect(fincom.attach(customer, application.documents), answers=["queued"])
    seen.append(read(fincom, customer))
    fincom.wait_for_status(customer, BEYOND_REVIEW)
    seen.append(read(fincom, customer))
    if "status-control" in fincom.sandbox.capabilities:
        seen += [read(fincom, brought_to(fincom, status, application)) for status in DECISIONS]
    for exchange in seen:
        if status_in(exchange) not in NAMES:
            raise fincom.breach(f"the status {status_in(exchange)!r} is none of {', '.join(sorted(NAMES))}", exchange)


@rule("fincom-v2/attach-leads-to-reviewing")
@given(application=applications())
def test_attach_leads_to_review(fincom: Fincom, application: Application) -> None:
    """After an attach is taken the customer comes under review without further calls."""
    customer = fincom.new_customer(application.customer)
    exchange = fincom.expect(fincom.attach(customer, application.documents))
    status = fincom.wait_for_status(customer, BEYOND_REVIEW)
    if status not in BEYOND_REVIEW:
        raise fincom.breach(f"the attach was taken, and when it should long be worked off the customer is {status}", exchange)


@rule("fincom-v2/reattach-leads-to-reviewing")
@given(application=applications())
def test_a_correction_leads_to_review(fincom: Fincom, application: Application) -> None:
    """After corrected documents the customer comes under review again."""
    later = with_new_files(application.documents, "later")
    customer = brought_to(fincom, "ACTION_REQUIRED", application, later)
    exchange = fincom.expect(fincom.attach(customer, later))
    status = fincom.wait_for_status(customer, {"REVIEWING"})
    if status != "REVIEWING":
        raise fincom.breach(f"corrected documents were taken, and the customer is {status}", exchange)


def shows(fincom: Fincom, application: Application, status: str) -> None:
    """A review that ends in that status must show in the customer read back and in an event."""
    client = fincom.listening()
    customer = brought_to(client, status, application)
    names = ALSO_CALLED.get(status, {status})
    exchange = read(client, customer)
    if status_in(exchange) not in names:
        raise client.breach(f"the review ended in {status}, and the customer read back is {status_in(exchange)}", exchange)
    client.settle()
    if not client.inbox.wait_for(lambda events: any(tells(each, customer, names) for each in events)):
        told = ", ".join(each.status for each in client.inbox.events(customer.id, "customer.status"))
        raise client.breach(f"the review ended in {status}, and the events tell of {told or 'no status'} only", exchange)


def tells(event: Event, customer: Customer, names: set[str]) -> bool:
    """Whether the event says that this customer came into a status of one of these names."""
    return event.type == "customer.status" and event.customer_id == customer.id and event.status in names


@rule("fincom-v2/reviewing-can-become-anything-decided")
@pytest.mark.parametrize("status", ["APPROVED", "ACTION_REQUIRED", "REJECTED"])
@given(application=applications())
def test_reviews_end(v2: Fincom, status: str, application: Application) -> None:
    """A customer under review can be approved, rejected or asked for action; read and event say so."""
    shows(v2, application, status)


@rule("fincom-v2/reviewing-can-become-on-hold")
@given(application=applications())
def test_reviews_can_be_put_on_hold(v2: Fincom, application: Application) -> None:
    """A customer under review can be put on hold; read and event say so."""
    shows(v2, application, "ON_HOLD")


@rule("fincom-v2/no-approval-without-documents")
@given(customer=customers())
def test_nobody_is_approved_without_documents(fincom: Fincom, customer: Json) -> None:
    """A customer without documents stays incomplete as time goes by."""
    created = fincom.new_customer(customer)
    for _ in range(2):
        fincom.settle()
        exchange = read(fincom, created)
        if status_in(exchange) != "INCOMPLETE":
            raise fincom.breach(f"no documents were attached, and the customer became {status_in(exchange)}", exchange)


@rule("fincom-v2/no-return-to-incomplete")
@given(application=applications())
def test_nobody_becomes_incomplete_again(fincom: Fincom, application: Application) -> None:
    """A customer that has attached documents is never incomplete again."""
    later = with_new_files(application.documents, "later")
    customer = under_review(fincom, application, later)
    seen = []
    decide(fincom, customer, "ACTION_REQUIRED")
    seen.append(read(fincom, customer))
    fincom.expect(fincom.attach(customer, later), answers=["queued"])
    seen.append(read(fincom, customer))
    fincom.wait_for_status(customer, {"REVIEWING"})
    seen.append(read(fincom, customer))
    seen += [read(fincom, brought_to(fincom, status, application)) for status in DECISIONS]
    for exchange in seen:
        if status_in(exchange) == "INCOMPLETE":
            raise fincom.breach("documents were attached and worked off, and the customer is INCOMPLETE again", exchange)


@rule("fincom-v2/approved-is-not-skipped-into")
@given(application=applications())
def test_review_is_told_before_approval(v2: Fincom, application: Application) -> None:
    """A customer's events tell of the review before they tell of the approval."""
    client = v2.listening()
    customer = attached(client, application)
    if client.wait_for_status(customer, {"REVIEWING", "APPROVED"}) != "APPROVED":
        decide(client, customer, "APPROVED")
    client.settle()
    client.inbox.wait_for(lambda events: any(tells(each, customer, {"APPROVED"}) for each in events))
    events = sorted(client.inbox.events(customer.id, "customer.status"), key=lambda event: event.created_at)
    told = [event.status for event in events]
    if "APPROVED" not in told or "REVIEWING" not in told[: told.index("APPROVED")]:
        raise client.breach(f"the customer was reviewed and approved, and the events tell of {', '.join(told) or 'nothing'}")


@rule("fincom-v2/rejected-tells-the-reason")
@given(application=applications())
def test_a_rejection_has_a_reason(fincom: Fincom, application: Application) -> None:
    """A rejected customer is read back with the reason of the rejection."""
    exchange = read(fincom, brought_to(fincom, "REJECTED", application))
    if not exchange.data.get("rejection_reason"):
        raise fincom.breach("the customer is rejected and its rejection_reason is empty or absent", exchange)


@rule("fincom-v2/rejection-reason-null-otherwise")
@given(application=applications())
def test_only_rejections_have_a_reason(fincom: Fincom, application: Application) -> None:
    """A customer that is neither rejected nor asked for action carries no reason of rejection."""
    later = with_new_files(application.documents, "later")
    corrected = brought_to(fincom, "ACTION_REQUIRED", application, later)
    fincom.expect(fincom.attach(corrected, later), answers=["queued"])
    fincom.wait_for_status(corrected, {"REVIEWING"})
    others = [brought_to(fincom, status, application) for status in UNEXPLAINED]
    for customer in (fincom.new_customer(application.customer), corrected, *others):
        exchange = read(fincom, customer)
        if exchange.data.get("rejection_reason") is not None:
            raise fincom.breach(f"the customer is {status_in(exchange)} and carries a rejection_reason", exchange)


@rule("fincom-v2/rejected-is-final-for-the-client")
@given(application=applications())
def test_rejection_is_final(fincom: Fincom, application: Application) -> None:
    """Nothing that the client can call leads out of a rejection."""
    again = [with_new_files(application.documents, f"again-{index}") for index in range(2)]
    customer = brought_to(fincom, "REJECTED", application, *again)
    for body in (*again, application.documents):
        fincom.expect(fincom.attach(customer, body))
    fincom.upload(customer.id, [("file1", sample("pdf"))])
    fincom.settle()
    exchange = read(fincom, customer)
    if status_in(exchange) != "REJECTED":
        raise fincom.breach(f"the customer was rejected, and the client's calls made it {status_in(exchange)}", exchange)


@rule("fincom-v2/status-survives")
@given(application=applications())
def test_reads_agree(fincom: Fincom, application: Application) -> None:
    """Reading a customer again and again gives the same status as long as nothing happened to it."""
    fresh, waiting = fincom.new_customer(application.customer), attached(fincom, application)
    fincom.wait_for_status(waiting, BEYOND_REVIEW)
    for customer in (fresh, waiting) if "status-control" in fincom.sandbox.capabilities else (fresh,):
        exchanges = [read(fincom, customer) for _ in range(READS)]
        statuses = {status_in(exchange) for exchange in exchanges}
        if len(statuses) > 1:
            raise fincom.breach(f"nothing happened between the reads, and they tell of {', '.join(sorted(statuses))}", exchanges[-1])
