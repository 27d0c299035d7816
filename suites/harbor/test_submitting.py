from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import trial
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import named_fields, names_match
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.harbor import person_edits as edits
from strategies.harbor.individuals import individuals, non_us_individuals, us_individuals
from strategies.harbor.standard import standard_us
from strategies.placeholders import resolve
from suites.harbor.calls import control, left_alone, nothing_there
from suites.harbor.driver import BEYOND_PROCESSING, PROVIDER, Harbor, Moment, both


@rule("harbor/post-us-minimal-accepted")
@given(person=us_individuals(optionals="none"))
def test_post_us_minimal_accepted(harbor: Harbor, person: Json) -> None:
    """A resident of the United States with only the required fields is taken."""
    harbor.accepts(standard_us())
    harbor.accepts(person)


@rule("harbor/post-us-full-accepted")
@given(person=us_individuals(optionals="all"))
def test_post_us_full_accepted(harbor: Harbor, person: Json) -> None:
    """A resident of the United States with every field, a passport's back and both free texts is taken."""
    harbor.accepts(person, put("individual.identity_document.type", "PASSPORT", name="passport-with-back"))


@rule("harbor/post-non-us-accepted")
@given(person=non_us_individuals(account=True))
def test_post_non_us_accepted(harbor: Harbor, person: Json) -> None:
    """A resident elsewhere with a US account and a statement is taken."""
    harbor.accepts(person)


@rule("harbor/post-non-us-no-account-accepted")
@given(person=non_us_individuals(account=False))
def test_post_non_us_no_account_accepted(harbor: Harbor, person: Json) -> None:
    """A resident elsewhere without a US account and without a statement is taken."""
    harbor.accepts(person)


@rule("harbor/post-success-is-202")
@given(person=individuals())
def test_post_success_is_202(harbor: Harbor, person: Json) -> None:
    """A good submission is answered with 202 and no other success."""
    harbor.expect(harbor.submit(harbor.ready(), person))


@rule("harbor/post-answer-identifies-onboarding")
@given(person=individuals())
def test_post_answer_identifies_onboarding(harbor: Harbor, person: Json) -> None:
    """An id in the answer to a submission is the one that reading shows."""
    customer = harbor.ready()
    answer = harbor.set_up(harbor.submit(customer, person), "accepted")
    told = harbor.expect(harbor.read(customer))
    if "id" in answer.data and answer.data["id"] != told.data["id"]:
        raise harbor.breach(f"the answer tells {answer.data['id']}, reading {told.data['id']}", answer, told)


@rule("harbor/post-answer-status-processing")
@given(person=individuals())
def test_post_answer_status_processing(harbor: Harbor, person: Json) -> None:
    """A status in the answer to a submission is processing."""
    answer = harbor.expect(harbor.submit(harbor.ready(), person))
    if (status := answer.data.get("status", "processing")) != "processing":
        raise harbor.breach(f"the answer tells the status {status}", answer)


@rule("harbor/amb-answer-of-202")
def test_amb_answer_of_202(harbor: Harbor) -> None:
    """What the 202 of a submission carries is not shown."""
    answer = harbor.expect(harbor.submit(harbor.ready(), standard_us()))
    harbor.observe("data" if "id" in answer.data else "other" if answer.body.strip() else "empty")


@rule("harbor/post-then-get-visible")
@given(person=individuals())
def test_post_then_get_visible(harbor: Harbor, person: Json) -> None:
    """Right after it was taken, the onboarding can be read."""
    harbor.expect(harbor.read(harbor.submitted(person)))


@rule("harbor/post-result-reaches-outcome")
@given(person=individuals())
def test_post_result_reaches_outcome(harbor: Harbor, person: Json) -> None:
    """A good submission leaves processing by itself."""
    customer = harbor.submitted(person)
    if (status := harbor.wait_for_status(customer)) not in BEYOND_PROCESSING:
        raise harbor.breach(f"the time for it is over, and the onboarding is {status}", harbor.read(customer))


WITHOUT_SECTION = drop("individual", name="no-section")
FLAT = Edit("flat", lambda payload: payload["individual"])
NO_SECTIONS = (
    *edits.forms("individual", {"as-list": [], "as-text": "Ada Smith", "as-number": 7, "as-null": None}),
    Edit("as-list-of-object", lambda payload: {"individual": [payload["individual"]]}),
)


@rule("harbor/individual-required")
@pytest.mark.parametrize("edit", [WITHOUT_SECTION, FLAT, *NO_SECTIONS], ids=lambda edit: edit.name)
@given(person=individuals())
def test_individual_required(harbor: Harbor, edit: Edit, person: Json) -> None:
    """The fields stand inside an object called individual."""
    harbor.refuses_submit(person, edit)


REFUSALS = (
    drop("individual.email"),
    put("individual.nationality", "KP", name="prohibited-nationality"),
    put("individual.identity_document.type", "VISA", name="unknown-type"),
    put("individual.source_of_wealth", [], name="no-wealth"),
    WITHOUT_SECTION,
)


@rule("harbor/refused-post-leaves-no-onboarding")
@given(person=individuals())
def test_refused_post_leaves_no_onboarding(harbor: Harbor, person: Json) -> None:
    """After a refused submission nothing is there to read, and a good one is taken."""
    for edit in REFUSALS:
        customer = harbor.ready()
        refused = harbor.set_up(harbor.submit(customer, edit(person)), "turned-away")
        nothing_there(harbor, customer, refused)
        harbor.expect(harbor.submit(customer, person), answers=["accepted"])


CITY, EMAIL, DOCUMENT = (
    drop("individual.residence.city"),
    drop("individual.email"),
    put("individual.identity_document.type", "VISA", name="visa"),
)
FLAWS = {"residence.city": CITY, "email": EMAIL, "identity_document.type": DOCUMENT}


def fields_of(exchange: Exchange) -> set[str]:
    """The fields that a refusal names, in whichever carrier."""
    return named_fields(exchange.json, trial.current().catalogue.carriers(PROVIDER))


@rule("harbor/all-invalid-fields-reported")
@pytest.mark.parametrize("fields", [("residence.city", "email"), ("email", "identity_document.type")], ids=["apart", "far-apart"])
@given(person=individuals())
def test_all_invalid_fields_reported(harbor: Harbor, fields: tuple[str, str], person: Json) -> None:
    """Where two fields are at fault, the refusal names one of them or both, and no third."""
    two = FLAWS[fields[0]].then(FLAWS[fields[1]])
    exchange = harbor.expect(harbor.submit(harbor.ready(), two(person)), names=both(*fields), near=True)
    blames_only(harbor, exchange, fields)


@rule("harbor/amb-all-or-first")
def test_amb_all_or_first(harbor: Harbor) -> None:
    """Whether a refusal names all fields at fault."""
    exchange = harbor.expect(
        harbor.submit(harbor.ready(), CITY.then(EMAIL)(standard_us())), names=both("residence.city", "email"), near=True
    )
    found = [
        any(names_match(key, name, near=True) for key in fields_of(exchange) for name in both(field))
        for field in ("residence.city", "email")
    ]
    harbor.observe("all" if all(found) else "first")


@rule("harbor/valid-fields-not-reported")
@pytest.mark.parametrize("field", FLAWS)
@given(person=individuals(optionals="all"))
def test_valid_fields_not_reported(harbor: Harbor, field: str, person: Json) -> None:
    """A refusal blames no field that was right."""
    exchange = harbor.expect(harbor.submit(harbor.ready(), FLAWS[field](person)), names=both(field), near=True)
    blames_only(harbor, exchange, (field,))


def blames_only(harbor: Harbor, exchange: Exchange, fields: tuple[str, ...]) -> None:
    """No field may be named but these, their parents and their children."""
    right = [key for key in fields_of(exchange) if not any(names_match(key, name, near=True) for name in both(*fields))]
    if right:
        raise harbor.breach(f"only {' and '.join(fields)} are at fault, and {', '.join(sorted(right))} are named", exchange)


@rule("harbor/null-equals-missing")
@given(person=individuals())
def test_null_equals_missing(harbor: Harbor, person: Json) -> None:
    """A required field that is null is refused like a missing one."""
    for path in (*edits.REQUIRED, *edits.SECTIONS):
        harbor.expect(noted(harbor, edits.null(path), person), names=both(path))
    control(harbor.submit(harbor.ready(), person), "accepted")


@rule("harbor/blank-equals-missing")
@given(person=individuals())
def test_blank_equals_missing(harbor: Harbor, person: Json) -> None:
    """A required text that is empty or blank is refused like a missing one."""
    for path in edits.REQUIRED_TEXTS:
        for edit in edits.blanks(path):
            harbor.expect(noted(harbor, edit, person), names=both(path))
    control(harbor.submit(harbor.ready(), person), "accepted")


@rule("harbor/wrong-json-type-refused")
@given(person=individuals())
def test_wrong_json_type_refused(harbor: Harbor, person: Json) -> None:
    """An object or a list where a text is due, and a text where an object is due, are refused."""
    for path in edits.REQUIRED_TEXTS:
        for edit in edits.texts_of_another_type(path):
            harbor.expect(noted(harbor, edit, person), names=both(path))
    for path in edits.SECTIONS:
        harbor.expect(noted(harbor, put(path, "Richmond", name=f"{path}-as-text"), person), names=both(path))
    control(harbor.submit(harbor.ready(), person), "accepted")


def noted(harbor: Harbor, edit: Edit, person: Json) -> Exchange:
    """The edited submission, noted under the name of the edit."""
    exchange = harbor.submit(harbor.ready(), edit(person))
    exchange.note = edit.name
    return exchange


@rule("harbor/field-order-irrelevant")
@given(person=individuals(), indent=st.sampled_from([0, 4]))
def test_field_order_irrelevant(harbor: Harbor, person: Json, indent: int) -> None:
    """Order of members and white space between them do not matter."""
    payload = turned(resolve(person, Moment(harbor)))
    content = json.dumps(payload, indent=indent).encode()
    harbor.expect(harbor.submit(harbor.ready(), content=b"\n " + content + b" \n", headers={"Content-Type": "application/json"}))


def turned(value: Json) -> Json:
    """The same value with the members of every object in the reverse order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return value


@rule("harbor/unicode-text-accepted")
@given(person=individuals())
def test_unicode_text_accepted(harbor: Harbor, person: Json) -> None:
    """Names and addresses in letters of other scripts are taken."""
    harbor.accepts(person, *edits.IN_OTHER_SCRIPTS)
    customer = harbor.submitted(edits.IN_OTHER_SCRIPTS[2](person))
    if "clock" in harbor.sandbox.capabilities and harbor.wait_for_status(customer) == "processing":
        raise harbor.breach("a name in another script keeps the onboarding processing", harbor.read(customer))


@rule("harbor/one-active-onboarding-processing")
@given(person=individuals())
def test_one_active_onboarding_processing(harbor: Harbor, person: Json) -> None:
    """No second onboarding starts while one is processing."""
    harbor.expect(harbor.submit(harbor.submitted(person), person))


@rule("harbor/one-active-onboarding-submitted")
@given(person=individuals())
def test_one_active_onboarding_submitted(harbor: Harbor, person: Json) -> None:
    """No second onboarding starts while one is submitted."""
    harbor.expect(harbor.submit(harbor.in_status("submitted", person), person))


@rule("harbor/one-active-onboarding-action-required")
@given(person=individuals())
def test_one_active_onboarding_action_required(harbor: Harbor, person: Json) -> None:
    """No second onboarding starts while one waits for a correction."""
    harbor.expect(harbor.submit(harbor.in_status("action_required", person), person))


@rule("harbor/conflict-keeps-active-onboarding")
@pytest.mark.parametrize("status", ["processing", "submitted", "action_required"])
@given(person=individuals())
def test_conflict_keeps_active_onboarding(harbor: Harbor, status: str, person: Json) -> None:
    """A refused second submission leaves id, status and requirements of the first alone."""
    customer = harbor.in_status(status)
    before = harbor.onboarding(customer)
    left_alone(harbor, customer, before, harbor.submit(customer, person))


@rule("harbor/active-limit-is-per-customer")
@given(person=individuals(), other=individuals())
def test_active_limit_is_per_customer(harbor: Harbor, person: Json, other: Json) -> None:
    """One customer's onboarding does not keep another customer waiting."""
    harbor.submitted(person)
    harbor.expect(harbor.submit(harbor.ready(), other))


@rule("harbor/repost-after-failed-accepted")
@given(person=individuals())
def test_repost_after_failed_accepted(harbor: Harbor, person: Json) -> None:
    """After a failure a new onboarding may be submitted."""
    harbor.expect(harbor.submit(harbor.in_status("failed"), person))


@rule("harbor/repost-after-failed-new-record")
@given(person=individuals())
def test_repost_after_failed_new_record(harbor: Harbor, person: Json) -> None:
    """The onboarding after a failure has an id of its own and is the one that reading shows."""
    customer = harbor.in_status("failed")
    before = harbor.onboarding(customer)
    harbor.submitted(person, customer)
    told = harbor.expect(harbor.read(customer))
    if told.data["id"] == before["id"] or told.data["status"] == "failed":
        raise harbor.breach(f"a new onboarding was taken, and reading shows {told.data['id']} in status {told.data['status']}", told)


@rule("harbor/repost-after-rejected-consistent")
@given(person=individuals())
def test_repost_after_rejected_consistent(harbor: Harbor, person: Json) -> None:
    """After a rejection a new submission is refused, or is a new onboarding; it is never taken and then ignored."""
    customer = harbor.in_status("rejected")
    before = harbor.onboarding(customer)
    exchange = harbor.expect(harbor.submit(customer, person))
    after = harbor.onboarding(customer)
    if exchange.status == 202 and after["id"] == before["id"]:
        raise harbor.breach("the new submission was taken, and reading still shows the rejected onboarding", exchange)
    if exchange.status != 202 and after["status"] != before["status"]:
        raise harbor.breach(f"the new submission was refused, and the onboarding is {after['status']} now", exchange)


@rule("harbor/amb-post-after-rejected")
def test_amb_post_after_rejected(harbor: Harbor) -> None:
    """Only failed is said to allow a new onboarding; rejected says nothing."""
    exchange = harbor.expect(harbor.submit(harbor.in_status("rejected"), standard_us()))
    harbor.observe("new-run" if exchange.status == 202 else "refused")
