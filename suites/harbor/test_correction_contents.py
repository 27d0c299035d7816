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
from suites.harbor.calls import left_alone
from suites.harbor.driver import Customer, Harbor, both
from suites.judging import objections


def required_of(person: Json) -> tuple[str, ...]:
    """The fields and groups that the person must give, files aside."""
    american = person["individual"]["residence"]["country"] == "US"
    own = (*groups.US_SET, groups.PHONE_COUNTRY, groups.PHONE_NUMBER, groups.PROOF_COUNTRY, edits.STATE) if american else (groups.FLAG,)
    if person["individual"].get("has_us_bank_account"):
        own = (*own, groups.STATEMENT, groups.STATEMENT_COUNTRY)
    return (*(path for path in edits.REQUIRED if path != choices.FRONT), *edits.SECTIONS, *own)


@rule("harbor/patch-section-must-be-complete")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_patch_section_must_be_complete(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """A correction holds everything that a submission holds; nothing is taken over from what is stored."""
    only_one = Edit("only-the-corrected-field", lambda body: {"individual": {"first_name": body["individual"]["first_name"]}})
    for person in (us, elsewhere):
        customer = harbor.in_status("action_required", person)
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
    exchange = harbor.correct(harbor.in_status("action_required", person), choices.other_untold(field)(person))
    exchange.note = choices.other_untold(field).name
    harbor.expect(exchange, names=both(choices.TEXTS[field]))


@rule("harbor/patch-files-not-inherited")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_patch_files_not_inherited(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """The files of a correction are sent again."""
    for person, paths in ((us, (choices.FRONT, groups.PROOF_FILES)), (elsewhere, (choices.FRONT, groups.STATEMENT_FILES))):
        customer = harbor.in_status("action_required", person)
        for path in paths:
            exchange = harbor.correct(customer, drop(path)(person))
            exchange.note = f"without-{path}"
            harbor.expect(exchange, names=both(path))
        harbor.control(harbor.correct(customer, person), "accepted")


@rule("harbor/patch-conditionals-judged-on-new-data")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=False))
def test_patch_conditionals_judged_on_new_data(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """What a correction must hold follows from the residence that it states itself."""
    moved = harbor.correct(harbor.in_status("action_required", us), drop(groups.FLAG)(elsewhere))
    harbor.expect(moved, answers=["refused"], names=both(groups.FLAG))
    harbor.expect(harbor.correct(harbor.in_status("action_required", us), elsewhere), answers=["accepted"])
    for path in groups.US_SET:
        harbor.expect(harbor.correct(harbor.in_status("action_required", elsewhere), drop(path)(us)), answers=["refused"], names=both(path))
    harbor.expect(harbor.correct(harbor.in_status("action_required", elsewhere), us), answers=["accepted"])


@rule("harbor/patch-drops-omitted-optionals")
@given(person=us_individuals(optionals="all"))
def test_patch_drops_omitted_optionals(harbor: Harbor, person: Json) -> None:
    """What a correction leaves out is gone."""
    plain = (
        choices.alone(choices.WEALTH, "rentalIncome").then(choices.alone(choices.PURPOSE, "payments")).then(choices.document_of("PASSPORT"))
    )
    customer = harbor.in_status("action_required", person)
    before = stored_person(harbor, customer)
    exchange = harbor.expect(harbor.correct(customer, plain(person)))
    after = stored_person(harbor, customer)
    kept: list[str] = [key for key in ("source_of_wealth_other", "purpose_of_use_other") if key in after]
    if back_of(after) is not None and back_of(after) == back_of(before):
        kept.append("identity_document.back")
    if kept:
        raise harbor.breach(f"the correction left them out, and they are still stored: {', '.join(kept)}", exchange)


def back_of(person: dict[str, Json]) -> Json:
    """What is stored of the back of the document."""
    return (person.get("identity_document") or {}).get("back")


def stored_person(harbor: Harbor, customer: Customer) -> dict[str, Json]:
    """What is stored of the person, by the target's own account."""
    sections: dict[str, Json] = harbor.sandbox.control.customer(customer.id)["onboardings"][-1]["sections"]
    return sections.get("individual") or {}


Case = tuple[Edit, str]
# An edit that breaks a rule, and the field that a refusal must name.
OF_AMERICANS: tuple[Case, ...] = (
    (edits.OVER_FIFTY[edits.FIRST_NAME][0], edits.FIRST_NAME),
    (edits.OVER_FIFTY[edits.LAST_NAME][0], edits.LAST_NAME),
    (edits.NO_EMAIL[0], edits.EMAIL),
    (edits.national_of("KP"), edits.NATIONALITY),
    (put(edits.NATIONALITY, "USA", name="alpha-3"), edits.NATIONALITY),
    (edits.BIRTHDAY_FORMS[0], edits.BIRTHDAY),
    (edits.UNDER_18[1], edits.BIRTHDAY),
    (put(edits.COUNTRY, "USA", name="residence-in-alpha-3"), edits.COUNTRY),
    (edits.in_country("KP"), edits.COUNTRY),
    (edits.STATE_NOT_LISTED[0], edits.STATE),
    (edits.OTHER_OCCUPATIONS[0], edits.OCCUPATION),
    (choices.unknown(choices.WEALTH)[1], choices.WEALTH),
    (choices.unknown(choices.PURPOSE)[1], choices.PURPOSE),
    (choices.empty(choices.PURPOSE), choices.PURPOSE),
    (choices.OTHER_DOCUMENT_TYPES[0], choices.DOCUMENT_TYPE),
    (put(choices.DOCUMENT_COUNTRY, "USA", name="document-in-alpha-3"), choices.DOCUMENT_COUNTRY),
    (groups.SSN_MALFORMED[0], groups.SSN),
    (groups.SSN_MALFORMED[2], groups.SSN),
    (groups.PHONE_AS_TEXT, groups.PHONE),
    (put(groups.PHONE_COUNTRY, "USA", name="phone-in-alpha-3"), groups.PHONE_COUNTRY),
    (groups.files(groups.PROOF_FILES, 6), groups.PROOF_FILES),
    (files.no_base64_at(groups.PROOF_FILES, 0, 2)[0], groups.PROOF_FILES),
    (files.no_base64(choices.FRONT)[0], choices.FRONT),
)
OF_OTHERS: tuple[Case, ...] = (
    (groups.FLAG_NO_BOOLEAN[0], groups.FLAG),
    (groups.files(groups.STATEMENT_FILES, 4), groups.STATEMENT_FILES),
    (files.no_base64_at(groups.STATEMENT_FILES, 0, 2)[0], groups.STATEMENT_FILES),
)
IMPLIED_OF_AMERICANS: tuple[Case, ...] = (
    *((choices.other_blank(path)[1], choices.TEXTS[path]) for path in choices.LISTS),
    (groups.PHONE_LETTERS[0], groups.PHONE_NUMBER),
    (put(groups.PROOF_COUNTRY, "USA", name="proof-in-alpha-3"), groups.PROOF_COUNTRY),
    (choices.document_of("PASSPORT", back=files.NO_BASE64["at-signs"]), choices.BACK),
)
IMPLIED_OF_OTHERS: tuple[Case, ...] = (
    (put(groups.STATEMENT_COUNTRY, "USA", name="statement-in-alpha-3"), groups.STATEMENT_COUNTRY),
    (groups.FLAG_NULL, groups.FLAG),
)
# A text that is no base64 may count as an unreadable request.
FILES = (choices.FRONT, choices.BACK, groups.PROOF_FILES, groups.STATEMENT_FILES)


def each_refused(harbor: Harbor, person: Json, cases: tuple[Case, ...]) -> None:
    """Each edited correction must be refused for its field, and the unedited one be taken."""
    customer = harbor.in_status("action_required", person)
    for edit, path in cases:
        exchange = harbor.correct(customer, edit(person))
        exchange.note = edit.name
        harbor.expect(exchange, answers=["refused", "bad-request"] if path in FILES else ["refused"], names=both(path))
    harbor.control(harbor.correct(customer, person), "accepted")


@rule("harbor/patch-same-field-rules")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_patch_same_field_rules(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """Every rule on a value holds in a correction too."""
    each_refused(harbor, us, OF_AMERICANS)
    each_refused(harbor, elsewhere, OF_OTHERS)


@rule("harbor/patch-same-implied-rules")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_patch_same_implied_rules(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """What is implied of a value holds in a correction too."""
    each_refused(harbor, us, IMPLIED_OF_AMERICANS)
    each_refused(harbor, elsewhere, IMPLIED_OF_OTHERS)


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
    customer = harbor.in_status("action_required", person)
    before, stored = harbor.onboarding(customer), "stored-data" in harbor.sandbox.capabilities
    kept = stored_person(harbor, customer) if stored else {}
    exchange = harbor.expect(harbor.correct(customer, {}))
    if objections(exchange, answers=["accepted"]):
        left_alone(harbor, customer, before, exchange)
    now = stored_person(harbor, customer) if stored else {}
    if lost := sorted(field for field in kept if now.get(field) != kept[field]):
        raise harbor.breach(f"an empty correction replaced what is stored of {', '.join(lost)}", exchange)


@rule("harbor/amb-empty-patch")
def test_amb_empty_patch(harbor: Harbor) -> None:
    """Whether a correction without a section is one."""
    exchange = harbor.expect(harbor.correct(harbor.in_status("action_required"), {}))
    harbor.observe("taken" if exchange.status == 202 else "refused")


@rule("harbor/patch-unchanged-data-accepted")
@given(person=individuals())
def test_patch_unchanged_data_accepted(harbor: Harbor, person: Json) -> None:
    """A correction may say the same again."""
    customer = harbor.in_status("action_required", person)
    harbor.expect(harbor.correct(customer, customer.sent))
