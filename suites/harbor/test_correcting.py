from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.harbor import choice_edits as choices
from strategies.harbor import file_edits as files
from strategies.harbor import group_edits as groups
from strategies.harbor import person_edits as edits
from strategies.harbor.individuals import individuals, non_us_individuals, us_individuals
from strategies.harbor.standard import standard_us
from strategies.placeholders import Encoded
from suites.harbor.calls import left_alone
from suites.harbor.driver import BEYOND_PROCESSING, Customer, Harbor, both
from suites.judging import objections

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


def required_of(person: Json) -> tuple[str, ...]:
    """The fields and groups that the person must give, files aside."""
    american = person["individual"]["residence"]["country"] == "US"
    own = (*groups.US_SET, groups.PHONE_COUNTRY, groups.PHONE_NUMBER) if american else (groups.FLAG,)
    if person["individual"].get("has_us_bank_account"):
        own = (*own, groups.STATEMENT)
    return (*(path for path in edits.REQUIRED if path != choices.FRONT), *edits.SECTIONS, *own)


@rule("harbor/patch-section-must-be-complete")
@given(person=individuals())
def test_patch_section_must_be_complete(harbor: Harbor, person: Json) -> None:
    """A correction holds everything that a submission holds; nothing is taken over from what is stored."""
    only_one = Edit("only-the-corrected-field", lambda body: {"individual": {"first_name": body["individual"]["first_name"]}})
    customer = asked(harbor, person)
    for path in required_of(person):
        exchange = harbor.correct(customer, drop(path)(person))
        exchange.note = f"without-{path}"
        harbor.expect(exchange, names=both(path))
    harbor.refuses_correct(person, only_one, names=[edits.EMAIL, edits.LAST_NAME, edits.RESIDENCE])


@rule("harbor/patch-section-must-be-complete")
@pytest.mark.parametrize("field", choices.LISTS, ids=["wealth", "purpose"])
@given(person=individuals(optionals="all"))
def test_patch_other_text_not_inherited(harbor: Harbor, field: str, person: Json) -> None:
    """A correction holds everything that a submission holds; nothing is taken over from what is stored."""
    exchange = harbor.correct(asked(harbor, person), choices.other_untold(field)(person))
    exchange.note = choices.other_untold(field).name
    harbor.expect(exchange, names=both(choices.TEXTS[field]))


@rule("harbor/patch-files-not-inherited")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_patch_files_not_inherited(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """The files of a correction are sent again."""
    for person, paths in ((us, (choices.FRONT, groups.PROOF_FILES)), (elsewhere, (choices.FRONT, groups.STATEMENT_FILES))):
        customer = asked(harbor, person)
        for path in paths:
            exchange = harbor.correct(customer, drop(path)(person))
            exchange.note = f"without-{path}"
            harbor.expect(exchange, names=both(path))
        harbor.control(harbor.correct(customer, person), "accepted")


@rule("harbor/patch-conditionals-judged-on-new-data")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=False))
def test_patch_conditionals_judged_on_new_data(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """What a correction must hold follows from the residence that it states itself."""
    harbor.expect(harbor.correct(asked(harbor, us), drop(groups.FLAG)(elsewhere)), answers=["refused"], names=both(groups.FLAG))
    harbor.expect(harbor.correct(asked(harbor, us), elsewhere), answers=["accepted"])
    for path in groups.US_SET:
        harbor.expect(harbor.correct(asked(harbor, elsewhere), drop(path)(us)), answers=["refused"], names=both(path))
    harbor.expect(harbor.correct(asked(harbor, elsewhere), us), answers=["accepted"])


@rule("harbor/patch-drops-omitted-optionals")
@given(person=us_individuals(optionals="all"))
def test_patch_drops_omitted_optionals(harbor: Harbor, person: Json) -> None:
    """What a correction leaves out is gone."""
    plain = (
        choices.alone(choices.WEALTH, "rentalIncome").then(choices.alone(choices.PURPOSE, "payments")).then(choices.document_of("PASSPORT"))
    )
    customer = asked(harbor, person)
    before = stored_person(harbor, customer)
    exchange = harbor.expect(harbor.correct(customer, plain(person)))
    after = stored_person(harbor, customer)
    kept: list[str] = [key for key in ("source_of_wealth_other", "purpose_of_use_other") if key in after]
    if "back" in after["identity_document"] and after["identity_document"]["back"] == before["identity_document"]["back"]:
        kept.append("identity_document.back")
    if kept:
        raise harbor.breach(f"the correction left them out, and they are still stored: {', '.join(kept)}", exchange)


def stored_person(harbor: Harbor, customer: Customer) -> dict[str, Json]:
    """What is stored of the person, by the target's own account."""
    person: dict[str, Json] = harbor.sandbox.control.customer(customer.id)["onboardings"][-1]["sections"]["individual"]
    return person


SAMPLE_OF_RULES: tuple[tuple[Edit, str], ...] = (
    (edits.OVER_FIFTY[edits.FIRST_NAME][0], edits.FIRST_NAME),
    (edits.OVER_FIFTY[edits.LAST_NAME][0], edits.LAST_NAME),
    (edits.NO_EMAIL[0], edits.EMAIL),
    (edits.national_of("KP"), edits.NATIONALITY),
    (put(edits.NATIONALITY, "USA", name="alpha-3"), edits.NATIONALITY),
    (edits.BIRTHDAY_FORMS[0], edits.BIRTHDAY),
    (edits.UNDER_18[1], edits.BIRTHDAY),
    (edits.STATE_NOT_LISTED[0], edits.STATE),
    (edits.OTHER_OCCUPATIONS[0], edits.OCCUPATION),
    (choices.unknown(choices.WEALTH)[1], choices.WEALTH),
    (choices.empty(choices.PURPOSE), choices.PURPOSE),
    (choices.OTHER_DOCUMENT_TYPES[0], choices.DOCUMENT_TYPE),
    (groups.SSN_MALFORMED[0], groups.SSN),
    (groups.SSN_MALFORMED[2], groups.SSN),
    (groups.PHONE_AS_TEXT, groups.PHONE),
    (groups.files(groups.PROOF_FILES, 6), groups.PROOF_FILES),
    (files.no_base64(choices.FRONT)[0], choices.FRONT),
)


@rule("harbor/patch-same-field-rules")
@given(person=us_individuals())
def test_patch_same_field_rules(harbor: Harbor, person: Json) -> None:
    """Every rule on a value holds in a correction too."""
    customer = asked(harbor, person)
    for edit, path in SAMPLE_OF_RULES:
        exchange = harbor.correct(customer, edit(person))
        exchange.note = edit.name
        # A text that is no base64 may count as an unreadable request.
        answers = ["refused", "bad-request"] if path == choices.FRONT else ["refused"]
        harbor.expect(exchange, answers=answers, names=both(path))
    harbor.control(harbor.correct(customer, person), "accepted")


@rule("harbor/patch-empty-section-refused")
@given(person=individuals())
def test_patch_empty_section_refused(harbor: Harbor, person: Json) -> None:
    """An empty section corrects nothing."""
    # A refusal of an empty section may as well name what it lacks.
    names = ["individual", *required_of(person), *edits.SECTIONS]
    harbor.refuses_correct(person, edits.forms("individual", {"empty-section": {}, "null-section": None}), names=names)


@rule("harbor/patch-empty-body")
@given(person=individuals())
def test_patch_empty_body(harbor: Harbor, person: Json) -> None:
    """An empty body is refused, or replaces nothing: what is stored stays whole."""
    customer = asked(harbor, person)
    before = harbor.onboarding(customer)
    exchange = harbor.expect(harbor.correct(customer, {}))
    if objections(exchange, answers=["accepted"]):
        left_alone(harbor, customer, before, exchange)
    if "stored-data" not in harbor.sandbox.capabilities:
        return
    if stored_person(harbor, customer).get("first_name") != customer.sent["individual"]["first_name"]:
        raise harbor.breach("an empty correction replaced what is stored", exchange)


@rule("harbor/amb-empty-patch")
def test_amb_empty_patch(harbor: Harbor) -> None:
    """Whether a correction without a section is one."""
    exchange = harbor.expect(harbor.correct(asked(harbor), {}))
    harbor.observe("taken" if exchange.status == 202 else "refused")


@rule("harbor/patch-unchanged-data-accepted")
@given(person=individuals())
def test_patch_unchanged_data_accepted(harbor: Harbor, person: Json) -> None:
    """A correction may say the same again."""
    customer = asked(harbor, person)
    harbor.expect(harbor.correct(customer, customer.sent))


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
