from __future__ import annotations

from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.harbor.choice_edits import FRONT
from strategies.harbor.file_edits import other_format
from strategies.harbor.individuals import individuals
from suites.harbor.driver import STATUSES, Harbor, both
from suites.harbor.living import only_from, stays, steps
from suites.judging import objections


@rule("harbor/edges-from-processing")
@given(person=individuals())
def test_edges_from_processing(harbor: Harbor, person: Json) -> None:
    """Processing leads to submitted, action_required or failed, and nowhere else."""
    for payload in (person, other_format(FRONT, "gif")(person)):
        customer = harbor.ready()
        if not objections(harbor.submit(customer, payload), answers=["accepted"]):
            harbor.settle()
            only_from(harbor, customer, "processing")
    corrected = harbor.in_status("action_required")
    harbor.set_up(harbor.correct(corrected, person), "accepted")
    harbor.settle()
    only_from(harbor, corrected, "processing")


@rule("harbor/edges-from-submitted")
@given(person=individuals())
def test_edges_from_submitted(harbor: Harbor, person: Json) -> None:
    """Submitted leads to verified or rejected, and never back or to a correction."""
    customer = harbor.submitted(person)
    for _ in range(3):
        harbor.settle()
        only_from(harbor, customer, "submitted")
    waiting = harbor.in_status("submitted", person)
    harbor.submit(waiting, person)
    harbor.correct(waiting, person)
    harbor.settle()
    only_from(harbor, waiting, "submitted")


@rule("harbor/amb-after-submitted")
def test_amb_after_submitted(harbor: Harbor) -> None:
    """The graph leads from submitted to verified and rejected only, though failed is told of the compliance provider as well."""
    customer = harbor.submitted()
    harbor.wait_for_status(customer, {"verified", "rejected", "declined", "failed"})
    harbor.expect(harbor.read(customer))
    for before, after in steps(harbor, customer):
        if before == "submitted":
            harbor.observe("rejected" if after == "declined" else after)


@rule("harbor/edges-from-action-required")
@given(person=individuals())
def test_edges_from_action_required(harbor: Harbor, person: Json) -> None:
    """An onboarding that waits for a correction waits for good; nothing else moves it."""
    ours = harbor.fresh()
    stays(ours, ours.in_status("action_required", person))


@rule("harbor/verified-is-terminal")
@given(person=individuals())
def test_verified_is_terminal(harbor: Harbor, person: Json) -> None:
    """What is verified stays verified."""
    ends(harbor.fresh(), "verified", person)


@rule("harbor/rejected-is-terminal")
@given(person=individuals())
def test_rejected_is_terminal(harbor: Harbor, person: Json) -> None:
    """What is rejected stays rejected."""
    ends(harbor.fresh(), "rejected", person)


@rule("harbor/failed-is-terminal")
@given(person=individuals())
def test_failed_is_terminal(harbor: Harbor, person: Json) -> None:
    """What failed stays failed until something new is submitted."""
    ends(harbor.fresh(), "failed", person)


def ends(harbor: Harbor, status: str, person: Json) -> None:
    """The status is reached, and left by neither time nor correction."""
    customer = harbor.in_status(status, person)
    harbor.correct(customer, person)
    stays(harbor, customer)


@rule("harbor/action-required-has-requirements")
@given(person=individuals())
def test_action_required_has_requirements(harbor: Harbor, person: Json) -> None:
    """An onboarding that waits for a correction says what is missing."""
    exchange = harbor.expect(harbor.read(harbor.in_status("action_required", person)))
    pending = exchange.data.get("pending_requirements")
    if not isinstance(pending, list) or not pending:
        raise harbor.breach(f"it waits for a correction, and pending_requirements is {pending!r}", exchange)


@rule("harbor/requirement-item-shape")
@given(person=individuals())
def test_requirement_item_shape(harbor: Harbor, person: Json) -> None:
    """What is missing is told in objects, each with a source or a result code, and a description."""
    exchange = harbor.expect(harbor.read(harbor.in_status("action_required", person)))
    for item in exchange.data.get("pending_requirements") or []:
        told = isinstance(item, dict) and isinstance(item.get("description"), str)
        if not told or not (isinstance(item.get("source"), str) or isinstance(item.get("resultCode"), int)):
            raise harbor.breach(f"what is missing is told as {item!r}", exchange)


@rule("harbor/amb-requirement-item")
def test_amb_requirement_item(harbor: Harbor) -> None:
    """The other pages show a second form of what is missing."""
    exchange = harbor.expect(harbor.read(harbor.in_status("action_required")))
    for item in exchange.data.get("pending_requirements") or []:
        harbor.observe("result-code" if isinstance(item, dict) and "resultCode" in item else "source")


@rule("harbor/requirements-match-cause")
@given(person=individuals())
def test_requirements_match_cause(harbor: Harbor, person: Json) -> None:
    """What is missing tells the field that is at fault."""
    customer = harbor.ready()
    exchange = harbor.submit(customer, other_format(FRONT, "gif")(person))
    if exchange.status != 202:
        # Found at once: then the refusal tells the field.
        harbor.expect(exchange, answers=["refused", "bad-request"], names=both(FRONT), near=True)
        return
    if harbor.wait_for_status(customer) == "action_required":
        told = harbor.expect(harbor.read(customer))
        texts = [str(item) for item in told.data.get("pending_requirements") or []]
        if not any("front" in text or "identity_document" in text for text in texts):
            raise harbor.breach(f"the front is at fault, and what is missing is told as {texts}", told)


@rule("harbor/requirements-only-when-open")
@given(person=individuals())
def test_requirements_only_when_open(harbor: Harbor, person: Json) -> None:
    """Only an onboarding that waits for a correction has something missing."""
    corrected = harbor.in_status("action_required", person)
    harbor.set_up(harbor.correct(corrected, person), "accepted")
    for customer in (corrected, *(harbor.in_status(status) for status in STATUSES if status != "action_required")):
        exchange = harbor.expect(harbor.read(customer))
        if exchange.data["status"] != "action_required" and exchange.data.get("pending_requirements"):
            raise harbor.breach(f"it is {exchange.data['status']}, and something is pending", exchange)


@rule("harbor/verified-only-after-submitted")
@given(person=individuals())
def test_verified_only_after_submitted(harbor: Harbor, person: Json) -> None:
    """Nothing is verified or rejected that was not submitted first."""
    customer = harbor.submitted(person)
    harbor.wait_for_status(customer, {"verified", "rejected", "declined"})
    exchange = harbor.expect(harbor.read(customer))
    for history in harbor.history(customer):
        decided = [index for index, status in enumerate(history) if status in ("verified", "rejected", "declined")]
        if decided and "submitted" not in history[: decided[0]]:
            raise harbor.breach(f"the onboarding went {' → '.join(history)}", exchange)
