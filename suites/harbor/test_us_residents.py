from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.harbor import group_edits as edits
from strategies.harbor.choice_edits import DOCUMENT_COUNTRY
from strategies.harbor.individuals import MOST_PROOFS, us_individuals
from strategies.harbor.standard import standard_us
from strategies.phones import known_numbers
from suites.harbor.driver import Harbor

fields = pytest.mark.parametrize("field", edits.US_SET, ids=["ssn", "phone", "proof"])


@rule("harbor/us-set-is-demanded")
@fields
@given(person=us_individuals())
def test_us_set_is_demanded(harbor: Harbor, field: str, person: Json) -> None:
    """Residents of the United States give SSN, phone and proof of address."""
    harbor.refuses_submit(person, drop(field), names=[field])


@rule("harbor/us-rule-follows-residence-not-nationality")
@fields
@given(person=us_individuals(nationality="GBR"))
def test_us_rule_follows_residence_not_nationality(harbor: Harbor, field: str, person: Json) -> None:
    """Foreign nationals who live in the United States give the same as everybody there."""
    harbor.refuses_submit(person, drop(field), names=[field])


@rule("harbor/us-rule-ignores-document-country")
@fields
@given(person=us_individuals())
def test_us_rule_ignores_document_country(harbor: Harbor, field: str, person: Json) -> None:
    """A foreign passport does not free a resident of the United States from what is asked there."""
    foreign = put(DOCUMENT_COUNTRY, "GB", name="british-document")
    harbor.refuses_submit(foreign(person), drop(field), names=[field])


@rule("harbor/us-bank-flag-not-required-for-us")
@given(person=us_individuals())
def test_us_bank_flag_not_required_for_us(harbor: Harbor, person: Json) -> None:
    """Residents of the United States need not say whether they have an account there."""
    harbor.accepts(person)


@rule("harbor/ssn-nine-digits-accepted")
@given(person=us_individuals())
def test_ssn_nine_digits_accepted(harbor: Harbor, person: Json) -> None:
    """Nine digits are an SSN, with a leading zero too."""
    harbor.accepts(person)
    harbor.accepts(person, edits.SSN_LEADING_ZERO)


@rule("harbor/ssn-malformed-refused")
@given(person=us_individuals())
def test_ssn_malformed_refused(harbor: Harbor, person: Json) -> None:
    """Hyphens, eight digits, ten digits, letters and spaces make no SSN."""
    harbor.refuses_submit(person, edits.SSN_MALFORMED)


@rule("harbor/ssn-ascii-digits-only")
@given(person=us_individuals())
def test_ssn_ascii_digits_only(harbor: Harbor, person: Json) -> None:
    """Digits of other scripts make no SSN."""
    harbor.refuses_submit(person, edits.SSN_IN_OTHER_DIGITS)


@rule("harbor/amb-ssn-trailing-newline")
def test_amb_ssn_trailing_newline(harbor: Harbor) -> None:
    """Whether white space behind an SSN is trimmed."""
    harbor.observes_submit(standard_us(), edits.SSN_NEWLINE)


@rule("harbor/amb-ssn-as-number")
def test_amb_ssn_as_number(harbor: Harbor) -> None:
    """Whether an SSN may be a JSON number."""
    harbor.observes_submit(standard_us(), edits.SSN_AS_NUMBER)


@rule("harbor/amb-ssn-never-issued")
def test_amb_ssn_never_issued(harbor: Harbor) -> None:
    """Whether numbers that are never issued count as SSN."""
    for edit in edits.SSN_NEVER_ISSUED:
        harbor.observes_submit(standard_us(), edit, kind=edit.name)


@rule("harbor/phone-must-be-object")
@given(person=us_individuals())
def test_phone_must_be_object(harbor: Harbor, person: Json) -> None:
    """A phone is an object, not a bare number."""
    harbor.refuses_submit(person, edits.PHONE_AS_TEXT)


@rule("harbor/phone-parts-are-demanded")
@pytest.mark.parametrize("field", [edits.PHONE_COUNTRY, edits.PHONE_NUMBER], ids=["country", "number"])
@given(person=us_individuals())
def test_phone_parts_are_demanded(harbor: Harbor, field: str, person: Json) -> None:
    """A phone has a country and a number."""
    harbor.refuses_submit(person, drop(field), names=[field])


@rule("harbor/phone-e164-accepted")
@given(person=us_individuals())
def test_phone_e164_accepted(harbor: Harbor, person: Json) -> None:
    """A number with its plus and country code is taken."""
    numbers = known_numbers("US")
    harbor.accepts(person, *(put(edits.PHONE_NUMBER, number, name="e164") for number in (numbers[0], numbers[-1])))


@rule("harbor/phone-non-number-refused")
@given(person=us_individuals())
def test_phone_non_number_refused(harbor: Harbor, person: Json) -> None:
    """Letters are no phone number."""
    harbor.refuses_submit(person, edits.PHONE_LETTERS)


@rule("harbor/amb-phone-forms")
def test_amb_phone_forms(harbor: Harbor) -> None:
    """Only a full mobile number is said: spaces, a missing plus and the national form are open."""
    for edit in edits.PHONE_FORMS:
        harbor.observes_submit(standard_us(), edit, kind=edit.name)


@rule("harbor/amb-phone-of-another-country")
def test_amb_phone_of_another_country(harbor: Harbor) -> None:
    """Whether number and country of a phone must agree, and be those of the United States."""
    for edit in edits.PHONE_OF_ANOTHER_COUNTRY:
        harbor.observes_submit(standard_us(), edit, kind=edit.name, names=[edits.PHONE, edits.PHONE_COUNTRY, edits.PHONE_NUMBER])


@rule("harbor/proof-country-required")
@given(person=us_individuals())
def test_proof_country_required(harbor: Harbor, person: Json) -> None:
    """A proof of address has a country."""
    harbor.refuses_submit(person, drop(edits.PROOF_COUNTRY))


@rule("harbor/proof-files-required")
@given(person=us_individuals())
def test_proof_files_required(harbor: Harbor, person: Json) -> None:
    """A proof of address holds at least one file, in an array."""
    harbor.refuses_submit(person, edits.no_files(edits.PROOF_FILES))


@rule("harbor/proof-files-one-to-five-accepted")
@pytest.mark.parametrize("count", range(1, MOST_PROOFS + 1))
@given(person=us_individuals())
def test_proof_files_one_to_five_accepted(harbor: Harbor, count: int, person: Json) -> None:
    """One to five files prove an address."""
    harbor.accepts(person, edits.files(edits.PROOF_FILES, count))


@rule("harbor/proof-files-six-refused")
@given(person=us_individuals())
def test_proof_files_six_refused(harbor: Harbor, person: Json) -> None:
    """Six files are one too many."""
    harbor.refuses_submit(person, edits.files(edits.PROOF_FILES, MOST_PROOFS + 1))


@rule("harbor/amb-fields-of-the-other-group")
def test_amb_fields_of_the_other_group_in_the_us(harbor: Harbor) -> None:
    """Whether fields for residents of the United States may be sent by others, and the reverse."""
    harbor.observes_submit(standard_us(), edits.FLAG_IN_THE_US, kind=edits.FLAG_IN_THE_US.name, names=[edits.FLAG])
