from __future__ import annotations

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.harbor import choice_edits as choices
from strategies.harbor import group_edits as groups
from strategies.harbor import person_edits as edits
from strategies.harbor.individuals import individuals, us_individuals
from strategies.harbor.standard import standard_us
from suites.harbor.calls import ready_for
from suites.harbor.driver import Harbor, both

# One flaw of each kind, and the field that it breaks.
FLAWS: dict[str, tuple[Edit, str]] = {
    "missing": (drop(edits.EMAIL), edits.EMAIL),
    "too-long": (edits.OVER_FIFTY[edits.LAST_NAME][0], edits.LAST_NAME),
    "no-date": (edits.BIRTHDAY_FORMS[0], edits.BIRTHDAY),
    "under-age": (edits.UNDER_18[1], edits.BIRTHDAY),
    "prohibited": (edits.national_of("KP"), edits.NATIONALITY),
    "nested": (drop(edits.CITY), edits.CITY),
    "no-option": (put(choices.DOCUMENT_TYPE, "VISA", name="visa"), choices.DOCUMENT_TYPE),
    "malformed": (groups.SSN_MALFORMED[0], groups.SSN),
}
calls = pytest.mark.parametrize("call", ["submit", "correct"])
flaws = pytest.mark.parametrize("flaw", FLAWS)


def refused(harbor: Harbor, call: str, flaw: str, person: Json) -> Exchange:
    """The refusal of the person with that flaw, which must be one and name its field (or the section around it)."""
    edit, field = FLAWS[flaw]
    customer = ready_for(harbor, call)
    exchange = (harbor.submit if call == "submit" else harbor.correct)(customer, edit(person))
    exchange.note = edit.name
    harbor.expect(exchange, names=both(field), near=True)
    return exchange


@rule("harbor/field-errors-are-422")
@calls
@flaws
@given(person=us_individuals())
def test_field_errors_are_422(harbor: Harbor, call: str, flaw: str, person: Json) -> None:
    """A field at fault is answered with 422."""
    refused(harbor, call, flaw, person)


@rule("harbor/field-errors-name-the-field")
@calls
@flaws
@given(person=us_individuals())
def test_field_errors_name_the_field(harbor: Harbor, call: str, flaw: str, person: Json) -> None:
    """A 422 names the field at fault."""
    refused(harbor, call, flaw, person)


@rule("harbor/field-errors-carry-no-onboarding-code")
@calls
@flaws
@given(person=us_individuals())
def test_field_errors_carry_no_onboarding_code(harbor: Harbor, call: str, flaw: str, person: Json) -> None:
    """A 422 for a field has no code of the onboarding."""
    refused(harbor, call, flaw, person)


@rule("harbor/amb-code-of-field-errors")
def test_amb_code_of_field_errors(harbor: Harbor) -> None:
    """The table prints no code for field errors; the other pages give 2005."""
    body = refused(harbor, "submit", "missing", standard_us()).json
    code = body.get("code", "none")
    harbor.observe("null" if code is None else str(code) if str(code) in ("none", "2005") else "other")


@rule("harbor/amb-error-carrier")
def test_amb_error_carrier(harbor: Harbor) -> None:
    """The document speaks of validation error arrays and shows none."""
    body = refused(harbor, "submit", "nested", standard_us()).json
    carrier = body.get("errors", body.get("details"))
    if isinstance(carrier, list):
        harbor.observe("list-of-objects")
    else:
        harbor.observe("map-of-lists" if all(isinstance(value, list) for value in carrier.values()) else "map-of-texts")


# What each refusal with a code of the onboarding follows from: the call, the status that it meets, and the answer.
CODED = (
    ("submit", "processing", "already-active"),
    ("submit", "submitted", "already-active"),
    ("submit", "verified", "already-verified"),
    ("correct", "processing", "still-processing"),
    ("correct", "rejected", "finalized"),
    ("correct", "failed", "finalized"),
)
coded = pytest.mark.parametrize(("call", "status", "answer"), CODED, ids=lambda each: str(each).replace("_", "-"))


def coded_refusal(harbor: Harbor, call: str, status: str, answer: str, person: Json) -> Exchange:
    """The refusal, which must be that one; a rejected customer may stay declined, as published elsewhere."""
    customer = harbor.in_status(status)
    exchange = (harbor.submit if call == "submit" else harbor.correct)(customer, person)
    return harbor.expect(exchange, answers=[answer, "declined-is-final"] if status == "rejected" else [answer])


@rule("harbor/coded-errors-carry-their-code")
@coded
@given(person=individuals())
def test_coded_errors_carry_their_code(harbor: Harbor, call: str, status: str, answer: str, person: Json) -> None:
    """Each coded refusal shows its number to the client."""
    coded_refusal(harbor, call, status, answer, person)


@rule("harbor/status-code-pairs-fixed")
@coded
@given(person=individuals())
def test_status_code_pairs_fixed(harbor: Harbor, call: str, status: str, answer: str, person: Json) -> None:
    """Codes 2302, 2303 and 2305 come with 409, and 2306 with 422."""
    coded_refusal(harbor, call, status, answer, person)


@rule("harbor/post-codes-not-on-patch")
@coded
@given(person=individuals())
def test_post_codes_not_on_patch(harbor: Harbor, call: str, status: str, answer: str, person: Json) -> None:
    """Submissions are refused with 2302 and 2306, corrections with 2303 and 2305."""
    coded_refusal(harbor, call, status, answer, person)
