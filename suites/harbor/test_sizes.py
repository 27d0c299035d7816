"""Sizes at their edges. One person is enough here: what varies is a number, and every request weighs tens of megabytes."""

from __future__ import annotations

from functools import partial

import pytest

from harness.rules import rule
from strategies.edits import Edit
from strategies.harbor import file_edits as edits
from strategies.harbor.choice_edits import BACK, FRONT
from strategies.harbor.group_edits import PROOF_FILES, STATEMENT_FILES
from strategies.harbor.standard import standard_non_us, standard_us
from strategies.placeholders import Encoded
from suites.harbor.calls import left_alone, nothing_there
from suites.harbor.driver import Harbor, both

US = standard_us()
ELSEWHERE = standard_non_us(account=True)
US["individual"]["identity_document"]["back"] = Encoded("png", 5)
PLACES = {
    "front": (US, FRONT, partial(edits.single, FRONT)),
    "back": (US, BACK, partial(edits.single, BACK)),
    "proof": (US, PROOF_FILES, partial(edits.last_of, PROOF_FILES, count=5)),
    "statement": (ELSEWHERE, STATEMENT_FILES, partial(edits.last_of, STATEMENT_FILES, count=3)),
}
places = pytest.mark.parametrize("place", PLACES)


@rule("harbor/file-at-10mb-accepted")
@places
def test_file_at_10mb_accepted(harbor: Harbor, place: str) -> None:
    """A file of ten million decoded bytes is taken, in whatever place it stands."""
    person, _, of_size = PLACES[place]
    harbor.accepts(person, of_size(edits.FITS))


@rule("harbor/file-over-10mb-refused")
@places
def test_file_over_10mb_refused(harbor: Harbor, place: str) -> None:
    """A file of more than 10 MB decoded is refused, in whatever place it stands."""
    person, path, of_size = PLACES[place]
    harbor.refuses_submit(person, of_size(edits.IS_TOO_LARGE), names=[path])


@rule("harbor/amb-megabyte")
def test_amb_megabyte(harbor: Harbor) -> None:
    """Whether a file between 10,000,000 and 10,485,760 bytes fits."""
    exchange = harbor.expect(harbor.submit(harbor.ready(), edits.single(FRONT, edits.BETWEEN)(US)))
    harbor.observe("binary" if exchange.status == 202 else "decimal")


@rule("harbor/amb-oversize-status")
def test_amb_oversize_status(harbor: Harbor) -> None:
    """No status is given for too large a file."""
    for edit in (edits.single(FRONT, edits.IS_TOO_LARGE), edits.OVER_FIFTY_MB):
        exchange = harbor.submit(harbor.ready(), edit(US))
        exchange.note = edit.name
        harbor.observe(str(harbor.expect(exchange).status))


@rule("harbor/request-at-50mb-accepted")
def test_request_at_50mb_accepted(harbor: Harbor) -> None:
    """Files of fifty million decoded bytes in all are taken."""
    harbor.accepts(ELSEWHERE, edits.FIFTY_MILLION)


@rule("harbor/request-over-50mb-refused")
def test_request_over_50mb_refused(harbor: Harbor) -> None:
    """Files of more than 50 MB decoded in all are refused, though each is small enough."""
    harbor.refuses_submit(US, edits.OVER_FIFTY_MB)


@rule("harbor/size-limits-hold-on-patch")
@pytest.mark.parametrize("edit", [edits.single(FRONT, edits.IS_TOO_LARGE), edits.OVER_FIFTY_MB], ids=["file", "request"])
def test_size_limits_hold_on_patch(harbor: Harbor, edit: Edit) -> None:
    """Both limits hold for a correction too, and the onboarding waits on."""
    customer = harbor.in_status("action_required")
    before = harbor.onboarding(customer)
    exchange = harbor.correct(customer, edit(US))
    exchange.note = edit.name
    left_alone(harbor, customer, before, harbor.expect(exchange, names=both(FRONT)))
    harbor.control(harbor.correct(customer, US), "accepted")


@rule("harbor/oversize-leaves-no-onboarding")
def test_oversize_leaves_no_onboarding(harbor: Harbor) -> None:
    """After a refusal for size a small submission is taken."""
    for edit in (edits.single(FRONT, edits.IS_TOO_LARGE), edits.OVER_FIFTY_MB):
        customer = harbor.ready()
        refused = harbor.submit(customer, edit(US))
        refused.note = edit.name
        nothing_there(harbor, customer, refused)
        harbor.expect(harbor.submit(customer, US))
