from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit
from strategies.harbor import choice_edits as edits
from strategies.harbor.individuals import DOCUMENT_TYPES, PURPOSES, SOURCES_OF_WEALTH, TWO_SIDED, individuals
from strategies.harbor.person_edits import LONG_TEXTS, OTHER_OCCUPATIONS, UNKNOWN_MEMBERS, forms, unassigned
from strategies.harbor.standard import standard_us
from strategies.placeholders import Encoded
from suites.harbor.driver import Harbor
from suites.judging import objections

BACK = Encoded("png", 7)
lists = pytest.mark.parametrize("field", edits.LISTS, ids=["wealth", "purpose"])


@rule("harbor/occupation-from-lookup-only")
@given(person=individuals())
def test_occupation_from_lookup_only(harbor: Harbor, person: Json) -> None:
    """An occupation that is not listed is refused."""
    harbor.refuses_submit(person, OTHER_OCCUPATIONS)


@rule("harbor/lists-need-an-entry")
@lists
@given(person=individuals())
def test_lists_need_an_entry(harbor: Harbor, field: str, person: Json) -> None:
    """Sources of wealth and purposes need at least one entry each."""
    harbor.refuses_submit(person, edits.empty(field), names=[field])


@rule("harbor/lists-are-arrays")
@lists
@given(person=individuals())
def test_lists_are_arrays(harbor: Harbor, field: str, person: Json) -> None:
    """Sources of wealth and purposes are arrays, not bare texts."""
    harbor.refuses_submit(person, edits.bare_text(field), names=[field])


@rule("harbor/source-of-wealth-each-value-accepted")
@pytest.mark.parametrize("value", SOURCES_OF_WEALTH)
@given(person=individuals())
def test_source_of_wealth_each_value_accepted(harbor: Harbor, value: str, person: Json) -> None:
    """Each of the five sources of wealth is taken by itself."""
    harbor.accepts(person, edits.alone(edits.WEALTH, value))


@rule("harbor/purpose-each-value-accepted")
@pytest.mark.parametrize("value", PURPOSES)
@given(person=individuals())
def test_purpose_each_value_accepted(harbor: Harbor, value: str, person: Json) -> None:
    """Each of the seven purposes is taken by itself."""
    harbor.accepts(person, edits.alone(edits.PURPOSE, value))


@rule("harbor/source-of-wealth-all-values-accepted")
@given(person=individuals())
def test_source_of_wealth_all_values_accepted(harbor: Harbor, person: Json) -> None:
    """All five sources of wealth are taken together."""
    harbor.accepts(person, edits.everything(edits.WEALTH))


@rule("harbor/purpose-all-values-accepted")
@given(person=individuals())
def test_purpose_all_values_accepted(harbor: Harbor, person: Json) -> None:
    """All seven purposes are taken together."""
    harbor.accepts(person, edits.everything(edits.PURPOSE))


@rule("harbor/source-of-wealth-unknown-refused")
@given(person=individuals())
def test_source_of_wealth_unknown_refused(harbor: Harbor, person: Json) -> None:
    """An unknown source of wealth is refused, beside a known one too."""
    harbor.refuses_submit(person, edits.unknown(edits.WEALTH))


@rule("harbor/purpose-unknown-refused")
@given(person=individuals())
def test_purpose_unknown_refused(harbor: Harbor, person: Json) -> None:
    """An unknown purpose is refused, and so is a source of wealth in its place."""
    harbor.refuses_submit(person, edits.unknown(edits.PURPOSE))


@rule("harbor/source-of-wealth-other-text-required")
@given(person=individuals())
def test_source_of_wealth_other_text_required(harbor: Harbor, person: Json) -> None:
    """Other sources of wealth must be told."""
    harbor.refuses_submit(person, edits.other_untold(edits.WEALTH))


@rule("harbor/source-of-wealth-other-any-position")
@given(person=individuals())
def test_source_of_wealth_other_any_position(harbor: Harbor, person: Json) -> None:
    """Other sources of wealth must be told wherever other stands in the list."""
    harbor.refuses_submit(person, edits.other_anywhere(edits.WEALTH))


@rule("harbor/source-of-wealth-other-text-blank")
@given(person=individuals())
def test_source_of_wealth_other_text_blank(harbor: Harbor, person: Json) -> None:
    """A blank text tells nothing of other sources of wealth."""
    harbor.refuses_submit(person, edits.other_blank(edits.WEALTH))


@rule("harbor/source-of-wealth-other-not-needed")
@given(person=individuals())
def test_source_of_wealth_other_not_needed(harbor: Harbor, person: Json) -> None:
    """Without other sources of wealth there is nothing to tell."""
    harbor.accepts(person, edits.alone(edits.WEALTH, "rentalIncome"))


@rule("harbor/purpose-other-text-required")
@given(person=individuals())
def test_purpose_other_text_required(harbor: Harbor, person: Json) -> None:
    """Another purpose must be told."""
    harbor.refuses_submit(person, (edits.other_untold(edits.PURPOSE), *edits.other_anywhere(edits.PURPOSE)))


@rule("harbor/purpose-other-text-blank")
@given(person=individuals())
def test_purpose_other_text_blank(harbor: Harbor, person: Json) -> None:
    """A blank text tells nothing of another purpose."""
    harbor.refuses_submit(person, edits.other_blank(edits.PURPOSE))


@rule("harbor/purpose-other-not-needed")
@given(person=individuals())
def test_purpose_other_not_needed(harbor: Harbor, person: Json) -> None:
    """Without another purpose there is nothing to tell."""
    harbor.accepts(person, edits.alone(edits.PURPOSE, "savingsHolding"))


@rule("harbor/other-texts-are-separate")
@lists
@given(person=individuals())
def test_other_texts_are_separate(harbor: Harbor, field: str, person: Json) -> None:
    """The text on wealth does not stand for the text on purpose, nor the other way round."""
    harbor.refuses_submit(person, edits.other_told_in_the_wrong_place(field), names=[edits.TEXTS[field]])


@rule("harbor/document-type-each-accepted")
@pytest.mark.parametrize("kind", DOCUMENT_TYPES)
@given(person=individuals())
def test_document_type_each_accepted(harbor: Harbor, kind: str, person: Json) -> None:
    """Each of the four documents is taken with both sides."""
    harbor.accepts(person, edits.document_of(kind, back=BACK))


@rule("harbor/document-type-unknown-refused")
@given(person=individuals())
def test_document_type_unknown_refused(harbor: Harbor, person: Json) -> None:
    """Another type of document is refused, the American spelling of the licence too."""
    harbor.refuses_submit(person, edits.OTHER_DOCUMENT_TYPES)


@rule("harbor/document-country-unassigned-refused")
@given(person=individuals())
def test_document_country_unassigned_refused(harbor: Harbor, person: Json) -> None:
    """A document is not issued by a country that does not exist."""
    harbor.refuses_submit(person, unassigned(edits.DOCUMENT_COUNTRY))


@rule("harbor/document-country-may-differ")
@given(person=individuals())
def test_document_country_may_differ(harbor: Harbor, person: Json) -> None:
    """A document may be issued by a country of neither residence nor nationality."""
    others = {"JP", "BR", "PT"} - {person["individual"]["nationality"], person["individual"]["residence"]["country"]}
    harbor.accepts(person, *forms(edits.DOCUMENT_COUNTRY, {f"issued-by-{country.lower()}": country for country in sorted(others)}))


@rule("harbor/document-back-not-needed-for-passport")
@given(person=individuals())
def test_document_back_not_needed_for_passport(harbor: Harbor, person: Json) -> None:
    """A passport needs no back."""
    harbor.accepts(person, edits.document_of("PASSPORT"))


@rule("harbor/document-back-allowed-for-passport")
@given(person=individuals())
def test_document_back_allowed_for_passport(harbor: Harbor, person: Json) -> None:
    """A passport may come with its back."""
    harbor.accepts(person, edits.document_of("PASSPORT", back=BACK))


@rule("harbor/document-back-required-two-sided")
@given(person=individuals())
def test_document_back_required_two_sided(harbor: Harbor, person: Json) -> None:
    """Some document other than a passport has two sides that count, and is refused without its back."""
    harbor.accepts(person, *(edits.document_of(kind, back=BACK) for kind in TWO_SIDED))
    exchanges = [harbor.submit(harbor.ready(), edits.document_of(kind)(person)) for kind in TWO_SIDED]
    for exchange in exchanges:
        harbor.expect(exchange)
    if all(not objections(exchange, answers=["accepted"]) for exchange in exchanges):
        raise harbor.breach("a type that needs both sides is promised, and every type is taken without its back", *exchanges)


@rule("harbor/amb-back-needed")
@pytest.mark.parametrize("kind", TWO_SIDED)
def test_amb_back_needed(harbor: Harbor, kind: str) -> None:
    """Which types of document need both sides is not said."""
    harbor.observes_submit(standard_us(), edits.document_of(kind), kind=kind)


def observed(harbor: Harbor, *more: tuple[Edit, str]) -> None:
    """What the target does with each edit is recorded under its name; a refusal must name the field."""
    for edit, field in more:
        harbor.observes_submit(standard_us(), edit, kind=edit.name, names=[field])


@rule("harbor/amb-enum-case")
def test_amb_enum_case(harbor: Harbor) -> None:
    """Whether the case of an enumerated value counts."""
    observed(harbor, *((edits.other_case(field), field) for field in edits.LISTS))
    observed(harbor, (edits.DOCUMENT_TYPE_IN_SMALL_LETTERS, edits.DOCUMENT_TYPE))


@rule("harbor/amb-text-without-other")
def test_amb_text_without_other(harbor: Harbor) -> None:
    """What a text on other is taken for where other was not chosen."""
    observed(harbor, *((edits.text_without_other(field), edits.TEXTS[field]) for field in edits.LISTS))


@rule("harbor/amb-repeated-values")
def test_amb_repeated_values(harbor: Harbor) -> None:
    """Whether a list may hold a value twice."""
    observed(harbor, *((edits.twice(field), field) for field in edits.LISTS))


@rule("harbor/amb-long-texts")
def test_amb_long_texts(harbor: Harbor) -> None:
    """How long texts other than names may be."""
    observed(harbor, *((edits.long_other(field), edits.TEXTS[field]) for field in edits.LISTS))
    observed(harbor, *((edit, "individual.residence") for edit in LONG_TEXTS))


@rule("harbor/amb-unknown-members")
def test_amb_unknown_members(harbor: Harbor) -> None:
    """What unknown members are taken for."""
    for edit in UNKNOWN_MEMBERS:
        harbor.observes_submit(standard_us(), edit, kind=edit.name)
