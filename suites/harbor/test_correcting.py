from __future__ import annotations

from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.harbor import choice_edits as choices
from strategies.harbor import person_edits as edits
from strategies.harbor.individuals import individuals
from strategies.harbor.standard import standard_us
from strategies.placeholders import Encoded
from suites.harbor.calls import left_alone
from suites.harbor.driver import BEYOND_PROCESSING, Customer, Harbor

# What processing may have become by the time that it is read.
PROCESSED_AGAIN = {"processing", "submitted", "action_required", "failed", "verified", "rejected", "declined"}


def asked(harbor: Harbor, payload: Json = None) -> Customer:
    """A customer whose onboarding waits for a correction."""
    return harbor.in_status("action_required", payload)


@rule("harbor/patch-in-action-required-accepted")
@given(person=individuals(), stored=individuals())
def test_patch_in_action_required_accepted(harbor: Harbor, person: Json, stored: Json) -> None:
    """A complete correction is taken with 202 while one is asked for."""
    harbor.expect(harbor.correct(asked(harbor, stored), person))


@rule("harbor/patch-answer-identifies-onboarding")
@given(person=individuals())
def test_patch_answer_identifies_onboarding(harbor: Harbor, person: Json) -> None:
    """An id in the answer to a correction is that of the onboarding."""
    for customer in (asked(harbor), asked(harbor)):
        known = harbor.onboarding(customer)["id"]
        answer = harbor.expect(harbor.correct(customer, person))
        if answer.data.get("id", known) != known:
            raise harbor.breach(f"the answer tells {answer.data['id']}, reading told {known}", answer)


@rule("harbor/patch-returns-to-processing")
@given(person=individuals())
def test_patch_returns_to_processing(harbor: Harbor, person: Json) -> None:
    """A corrected onboarding is processed again."""
    customer = asked(harbor)
    harbor.set_up(harbor.correct(customer, person), "accepted")
    exchange = harbor.expect(harbor.read(customer))
    stopped = "clock" in harbor.sandbox.capabilities
    if exchange.data["status"] not in ({"processing"} if stopped else PROCESSED_AGAIN - {"action_required"}):
        raise harbor.breach(f"the correction was taken, and the onboarding is {exchange.data['status']}", exchange)


@rule("harbor/patch-rechecked-automatically")
@given(person=individuals())
def test_patch_rechecked_automatically(harbor: Harbor, person: Json) -> None:
    """A corrected onboarding leaves processing by itself."""
    customer = asked(harbor)
    harbor.set_up(harbor.correct(customer, person), "accepted")
    if (status := harbor.wait_for_status(customer)) not in BEYOND_PROCESSING:
        raise harbor.breach(f"the time for it is over, and the corrected onboarding is {status}", harbor.read(customer))


@rule("harbor/patch-can-loop")
@given(person=individuals())
def test_patch_can_loop(harbor: Harbor, person: Json) -> None:
    """An onboarding may be corrected more than once."""
    customer = asked(harbor)
    for _ in range(3):
        harbor.expect(harbor.correct(customer, person))
        harbor.force(customer, "action_required")


@rule("harbor/patch-while-processing-2305")
@given(person=individuals())
def test_patch_while_processing_2305(harbor: Harbor, person: Json) -> None:
    """A correction while processing is told to wait."""
    harbor.expect(harbor.correct(harbor.submitted(person), person))


@rule("harbor/second-patch-right-after-2305")
@given(person=individuals())
def test_second_patch_right_after_2305(harbor: Harbor, person: Json) -> None:
    """A second correction right behind the first is told to wait."""
    customer = asked(harbor)
    harbor.set_up(harbor.correct(customer, person), "accepted")
    harbor.expect(harbor.correct(customer, person))


def refused_in(harbor: Harbor, status: str, person: Json) -> str:
    """A correction in that status must be refused; its code."""
    exchange = harbor.expect(harbor.correct(harbor.in_status(status), person))
    return next((code for code in ("2303", "2305", "2306", "2312") if code in exchange.text), "other")


@rule("harbor/patch-while-submitted-refused")
@given(person=individuals())
def test_patch_while_submitted_refused(harbor: Harbor, person: Json) -> None:
    """What is submitted cannot be corrected."""
    refused_in(harbor, "submitted", person)


@rule("harbor/amb-patch-while-submitted")
def test_amb_patch_while_submitted(harbor: Harbor) -> None:
    """Code 2303 is for finalized onboardings, and explained by any status but action_required; submitted lies between."""
    harbor.observe(refused_in(harbor, "submitted", standard_us()))


@rule("harbor/patch-after-verified-2303")
@given(person=individuals())
def test_patch_after_verified_2303(harbor: Harbor, person: Json) -> None:
    """What is verified cannot be corrected."""
    refused_in(harbor, "verified", person)


@rule("harbor/amb-patch-after-verified")
def test_amb_patch_after_verified(harbor: Harbor) -> None:
    """Which of two codes answers a correction of a verified customer."""
    harbor.observe(refused_in(harbor, "verified", standard_us()))


@rule("harbor/patch-after-rejected-2303")
@given(person=individuals())
def test_patch_after_rejected_2303(harbor: Harbor, person: Json) -> None:
    """What is rejected cannot be corrected."""
    refused_in(harbor, "rejected", person)


@rule("harbor/patch-after-failed-2303")
@given(person=individuals())
def test_patch_after_failed_2303(harbor: Harbor, person: Json) -> None:
    """What failed cannot be corrected."""
    refused_in(harbor, "failed", person)


BROKEN = (
    drop(edits.EMAIL),
    put(choices.DOCUMENT_TYPE, "VISA", name="visa"),
    choices.empty(choices.WEALTH),
    drop("individual", name="empty"),
)


@rule("harbor/refused-patch-changes-nothing")
@given(person=individuals())
def test_refused_patch_changes_nothing(harbor: Harbor, person: Json) -> None:
    """A refused correction leaves id, status and requirements as they were."""
    customer = asked(harbor)
    before = harbor.onboarding(customer)
    for edit in BROKEN:
        exchange = harbor.correct(customer, edit(person))
        exchange.note = edit.name
        # What becomes of a correction without a section is open.
        if exchange.status != 202:
            left_alone(harbor, customer, before, exchange)
    for status in ("submitted", "verified", "rejected", "failed"):
        other = harbor.in_status(status)
        before = harbor.onboarding(other)
        left_alone(harbor, other, before, harbor.correct(other, person))


@rule("harbor/verified-customer-stays-verified-on-refusals")
@given(person=individuals())
def test_verified_customer_stays_verified_on_refusals(harbor: Harbor, person: Json) -> None:
    """No refused call changes what is verified."""
    customer = harbor.in_status("verified", person)
    before = harbor.onboarding(customer)
    new_back = put(choices.BACK, Encoded("png", 8), name="another-back") if "back" in person["individual"]["identity_document"] else None
    bodies = [person, {}, drop(edits.EMAIL)(person), *([new_back(person)] if new_back else [])]
    refused = [call(customer, body) for body in bodies for call in (harbor.submit, harbor.correct)]
    refused.append(harbor.submit(customer, customer.sent, key=customer.key))
    left_alone(harbor, customer, before, *refused)
