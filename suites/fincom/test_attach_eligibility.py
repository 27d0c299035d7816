import pytest
from hypothesis import given

from harness.rules import rule
from strategies.fincom.attachments import Application, applications, with_new_files
from suites.fincom.attaching import attached, brought_to, decide, takes, under_review
from suites.fincom.driver import Fincom

DECIDED = ("APPROVED", "ON_HOLD", "REJECTED")
CORRECTIONS = 3


@rule("fincom-v2/attach-in-reviewing-is-forbidden")
@given(application=applications())
def test_no_attach_under_review(fincom: Fincom, application: Application) -> None:
    """A customer under review cannot be given documents."""
    later = with_new_files(application.documents, "later")
    customer = under_review(fincom, application, later)
    fincom.expect(fincom.attach(customer, later))


@rule("fincom-v2/attach-is-forbidden-once-decided")
@pytest.mark.parametrize("status", DECIDED)
@given(application=applications())
def test_no_attach_once_decided(fincom: Fincom, status: str, application: Application) -> None:
    """A customer that is approved, on hold or rejected cannot be given documents."""
    later = with_new_files(application.documents, "later")
    customer = brought_to(fincom, status, application, later)
    fincom.expect(fincom.attach(customer, later))


@rule("fincom-v2/attach-in-incomplete-is-accepted")
@given(application=applications())
def test_new_customers_attach(fincom: Fincom, application: Application) -> None:
    """A new customer can be given documents."""
    takes(fincom, application)


@rule("fincom-v2/attach-in-action-required-is-accepted")
@given(application=applications())
def test_corrections_are_taken(fincom: Fincom, application: Application) -> None:
    """A customer of whom action is required can be given new documents."""
    later = with_new_files(application.documents, "later")
    customer = brought_to(fincom, "ACTION_REQUIRED", application, later)
    fincom.expect(fincom.attach(customer, later))


@rule("fincom-v2/attach-again-and-again")
@given(application=applications())
def test_corrections_are_taken_again(fincom: Fincom, application: Application) -> None:
    """Documents can be corrected more than once."""
    bodies = [with_new_files(application.documents, f"correction-{index}") for index in range(CORRECTIONS)]
    customer = under_review(fincom, application, *bodies)
    for body in bodies:
        decide(fincom, customer, "ACTION_REQUIRED")
        fincom.expect(fincom.attach(customer, body))
        fincom.wait_for_status(customer, {"REVIEWING"})


@rule("fincom-v2/ineligible-body-is-fixed")
@given(application=applications())
def test_the_refusal_has_the_printed_body(fincom: Fincom, application: Application) -> None:
    """The refusal for want of eligibility has the body that the guide prints."""
    later = with_new_files(application.documents, "later")
    customer = brought_to(fincom, "APPROVED", application, later)
    fincom.expect(fincom.attach(customer, later))


@rule("fincom-v2/ineligible-attach-changes-nothing")
@pytest.mark.parametrize("status", DECIDED)
@given(application=applications())
def test_an_ineligible_attach_changes_nothing(fincom: Fincom, status: str, application: Application) -> None:
    """An attach that is refused for the status leaves the status as it was."""
    later = with_new_files(application.documents, "later")
    customer = brought_to(fincom, status, application, later)
    before = fincom.status_of(customer)
    fincom.expect(fincom.attach(customer, later))
    fincom.settle()
    after = fincom.status_of(customer)
    if after != before:
        raise fincom.breach(f"the attach was refused, and yet the customer went from {before} to {after}")


@rule("fincom-v2/lock-is-freed-after-completion")
@given(application=applications())
def test_the_lock_is_freed(fincom: Fincom, application: Application) -> None:
    """Once an attach is done and action is required, the next one is no conflict, however many were refused meanwhile."""
    meanwhile, later = (with_new_files(application.documents, mark) for mark in ("meanwhile", "later"))
    customer = attached(fincom, application, meanwhile, later)
    fincom.expect(fincom.attach(customer, meanwhile), answers=["conflict", "forbidden"])
    fincom.wait_for_status(customer, {"REVIEWING"})
    decide(fincom, customer, "ACTION_REQUIRED")
    fincom.expect(fincom.attach(customer, later))


@rule("fincom-v2/failed-attach-frees-the-lock")
@given(application=applications())
def test_a_failure_frees_the_lock(fincom: Fincom, application: Application) -> None:
    """When the queued step fails, the next attach is not a conflict for ever."""
    later = with_new_files(application.documents, "later")
    with fincom.hold():
        customer = attached(fincom, application, later)
        fincom.sandbox.control.fail_processing(customer.id)
    fincom.settle()
    fincom.expect(fincom.attach(customer, later))
