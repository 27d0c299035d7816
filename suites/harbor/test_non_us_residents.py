from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.harbor import group_edits as edits
from strategies.harbor.individuals import MOST_STATEMENTS, non_us_individuals, us_individuals
from strategies.harbor.person_edits import COUNTRY, STATE
from strategies.harbor.standard import standard_non_us
from suites.harbor.driver import Harbor, both


@rule("harbor/us-bank-flag-required-for-non-us")
@pytest.mark.parametrize("nationality", [None, "USA"], ids=["anybody", "us-national"])
@given(data=non_us_individuals(), us_national=non_us_individuals(nationality="USA"))
def test_us_bank_flag_required_for_non_us(harbor: Harbor, nationality: str | None, data: Json, us_national: Json) -> None:
    """Residents elsewhere, nationals of the United States too, say whether they have an account there."""
    harbor.refuses_submit(data if nationality is None else us_national, drop(edits.FLAG))


@rule("harbor/us-bank-flag-boolean")
@given(person=non_us_individuals(account=True))
def test_us_bank_flag_boolean(harbor: Harbor, person: Json) -> None:
    """The answer about the account is a boolean, no text, list or object."""
    harbor.refuses_submit(person, edits.FLAG_NO_BOOLEAN)


@rule("harbor/us-bank-flag-null-refused")
@given(person=non_us_individuals(account=False))
def test_us_bank_flag_null_refused(harbor: Harbor, person: Json) -> None:
    """Null is no answer about the account."""
    harbor.refuses_submit(person, edits.FLAG_NULL)


@rule("harbor/us-bank-flag-false-is-present")
@given(person=non_us_individuals(account=False))
def test_us_bank_flag_false_is_present(harbor: Harbor, person: Json) -> None:
    """False is an answer about the account, and needs no statement."""
    harbor.accepts(person)


@rule("harbor/amb-flag-forms")
def test_amb_flag_forms(harbor: Harbor) -> None:
    """Whether 1, 0 and their texts count as booleans."""
    for edit in edits.FLAG_FORMS:
        harbor.observes_submit(standard_non_us(account=True), edit, kind=edit.name)


@rule("harbor/bank-statement-required-when-flag-true")
@given(person=non_us_individuals(account=True))
def test_bank_statement_required_when_flag_true(harbor: Harbor, person: Json) -> None:
    """Who has an account in the United States gives a statement."""
    harbor.refuses_submit(person, drop(edits.STATEMENT))


@rule("harbor/statement-country-required")
@given(person=non_us_individuals(account=True))
def test_statement_country_required(harbor: Harbor, person: Json) -> None:
    """A statement has a country."""
    harbor.refuses_submit(person, drop(edits.STATEMENT_COUNTRY))


@rule("harbor/statement-country-need-not-be-us")
@given(person=non_us_individuals(account=True))
def test_statement_country_need_not_be_us(harbor: Harbor, person: Json) -> None:
    """The statement may come from another country."""
    harbor.accepts(person, *(put(edits.STATEMENT_COUNTRY, code, name=f"statement-of-{code.lower()}") for code in ("GB", "US")))


@rule("harbor/statement-files-required")
@given(person=non_us_individuals(account=True))
def test_statement_files_required(harbor: Harbor, person: Json) -> None:
    """A statement that is due has files."""
    harbor.refuses_submit(person, drop(edits.STATEMENT_FILES))


@rule("harbor/statement-files-zero-refused")
@given(person=non_us_individuals(account=True))
def test_statement_files_zero_refused(harbor: Harbor, person: Json) -> None:
    """A statement that is due holds at least one file."""
    harbor.refuses_submit(person, put(edits.STATEMENT_FILES, [], name="no-file"))


@rule("harbor/statement-files-one-to-three-accepted")
@pytest.mark.parametrize("count", range(1, MOST_STATEMENTS + 1))
@given(person=non_us_individuals(account=True))
def test_statement_files_one_to_three_accepted(harbor: Harbor, count: int, person: Json) -> None:
    """One to three files make a statement."""
    harbor.accepts(person, edits.files(edits.STATEMENT_FILES, count))


@rule("harbor/statement-files-four-refused")
@given(person=non_us_individuals(account=True))
def test_statement_files_four_refused(harbor: Harbor, person: Json) -> None:
    """Four files are one too many."""
    harbor.refuses_submit(person, edits.files(edits.STATEMENT_FILES, MOST_STATEMENTS + 1))


@rule("harbor/us-set-is-not-demanded-elsewhere")
@given(person=non_us_individuals())
def test_us_set_is_not_demanded_elsewhere(harbor: Harbor, person: Json) -> None:
    """Residents elsewhere give neither SSN nor phone nor proof of address."""
    harbor.accepts(person)


@rule("harbor/us-fields-do-not-replace-flag")
@given(person=non_us_individuals())
def test_us_fields_do_not_replace_flag(harbor: Harbor, person: Json) -> None:
    """What residents of the United States give does not stand for the answer about the account."""
    harbor.refuses_submit(person, edits.ONLY_US_FIELDS)


@rule("harbor/non-us-fields-do-not-replace-us-set")
@given(person=us_individuals())
def test_non_us_fields_do_not_replace_us_set(harbor: Harbor, person: Json) -> None:
    """The answer about the account does not stand for what residents of the United States give."""
    harbor.refuses_submit(person, edits.ONLY_NON_US_FIELDS, names=edits.US_SET)


@rule("harbor/us-territories-are-not-us")
@given(person=us_individuals())
def test_us_territories_are_not_us(harbor: Harbor, person: Json) -> None:
    """Only residents of US itself are asked for the US set; a resident of Puerto Rico is not."""
    moved = put(COUNTRY, "PR", name="resident-of-puerto-rico").then(drop(STATE)).named("resident-of-puerto-rico")
    exchange = harbor.submit(harbor.ready(), moved(person))
    exchange.note = "resident-of-puerto-rico with the fields of the United States"
    harbor.expect(exchange)


@rule("harbor/amb-fields-of-the-other-group")
@pytest.mark.parametrize("field", edits.OF_THE_OTHER_GROUP, ids=["ssn", "phone", "proof"])
def test_amb_fields_of_the_other_group(harbor: Harbor, field: str) -> None:
    """Whether fields for residents of the United States may be sent by others, and the reverse."""
    edit = edits.OF_THE_OTHER_GROUP[field]
    harbor.observes_submit(standard_non_us(), edit, kind=edit.name, names=[field])


@rule("harbor/amb-statement-without-account")
def test_amb_statement_without_account(harbor: Harbor) -> None:
    """What a statement is taken for where there is no account."""
    harbor.observes_submit(standard_non_us(), edits.STATEMENT_WITHOUT_ACCOUNT, names=[*both(edits.STATEMENT), *both(edits.FLAG)])
