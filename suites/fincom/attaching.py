"""What the attach tests share: customers brought to where a test begins, with the files of later calls already uploaded."""

from __future__ import annotations

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from strategies.edits import Edit
from strategies.fincom.attachments import Application
from suites.driver import Edits
from suites.fincom.driver import Customer, Fincom


def takes(fincom: Fincom, application: Application) -> Exchange:
    """A new customer's attach, which must be one of the answers of the running rule."""
    return fincom.expect(fincom.attach(fincom.new_customer(application.customer), application.documents))


def refuses(fincom: Fincom, application: Application, edits: Edits, *, names: list[str] | None = None) -> None:
    """A new customer's attach after each edit, which must be refused for its reason, and then the unedited one taken."""
    fincom.refuses_attach(fincom.new_customer(application.customer), application.documents, edits, names=names)


def observes(fincom: Fincom, application: Application, *edits: Edit, names: list[str] | None = None) -> None:
    """Each edit on a new customer of its own, since a target may take it; what it does is recorded under the edit's name."""
    for edit in edits:
        customer = fincom.new_customer(application.customer)
        fincom.observes_attach(customer, application.documents, edit, kind=edit.name, names=names)


def attached(fincom: Fincom, application: Application, *later: Json) -> Customer:
    """A customer whose attach was just taken. The files of `later` bodies are uploaded before, while nothing can bar it."""
    customer = fincom.new_customer(application.customer)
    for body in later:
        fincom.upload_for(customer, body)
    exchange = fincom.attach(customer, application.documents)
    if exchange.status != 200:
        raise NotCheckable(f"set-up: the first attach was answered with {exchange.status} {exchange.text[:300]}")
    return customer


def under_review(fincom: Fincom, application: Application, *later: Json) -> Customer:
    """A customer whose documents are worked off and who is under review."""
    customer = attached(fincom, application, *later)
    status = fincom.wait_for_status(customer, {"REVIEWING"})
    if status != "REVIEWING":
        raise NotCheckable(f"set-up: after an attach that was taken the customer is {status}, not REVIEWING")
    return customer


# A decision in these statuses comes with its reason (published elsewhere, reading status).
EXPLAINED = {"ACTION_REQUIRED", "REJECTED"}


def brought_to(fincom: Fincom, status: str, application: Application, *later: Json) -> Customer:
    """A customer who came under review and on to that status."""
    customer = under_review(fincom, application, *later)
    if status != "REVIEWING":
        decide(fincom, customer, status)
    return customer


def decide(fincom: Fincom, customer: Customer, status: str) -> None:
    """The review of a customer ends in that status."""
    fincom.force(customer, status, reason="The document cannot be read" if status in EXPLAINED else None)
