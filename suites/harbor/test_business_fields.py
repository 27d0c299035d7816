from __future__ import annotations

import pytest
from hypothesis import given

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, put
from strategies.harbor import business_edits as edits
from strategies.harbor.businesses import businesses, standard_business
from suites.harbor.driver import Harbor


def taken(harbor: Harbor, payload: Json, *edits_: Edit) -> None:
    """Each edited submission, or the payload itself, must be taken for a business of its own."""
    for edit in edits_ or (Edit("", lambda given: given),):
        exchange = harbor.submit(harbor.business(), edit(payload))
        exchange.note = edit.name
        harbor.expect(exchange, answers=["accepted"])


def refuses(harbor: Harbor, payload: Json, *edits_: Edit) -> None:
    """Every edit must be refused for its reason, and the payload itself be taken for the same business."""
    customer = harbor.business()
    for edit in edits_:
        exchange = harbor.submit(customer, edit(payload))
        exchange.note = edit.name
        harbor.expect(exchange)
    harbor.control(harbor.submit(customer, payload), "accepted")


@rule("harbor/business-single-request")
@given(company=businesses())
def test_business_single_request(harbor: Harbor, company: Json) -> None:
    """Company, persons and documents of a business go into one submission."""
    taken(harbor, standard_business())
    taken(harbor, company)


@rule("harbor/business-position-from-lookup")
@given(company=businesses())
def test_business_position_from_lookup(harbor: Harbor, company: Json) -> None:
    """A position that is not listed is refused."""
    refuses(harbor, company, *edits.OTHER_POSITIONS)


@rule("harbor/business-position-roundtrip")
@given(company=businesses())
def test_business_position_roundtrip(harbor: Harbor, company: Json) -> None:
    """Every listed position is taken."""
    taken(harbor, company, *(put(edits.POSITION, title, name=f"position-{title}") for title in harbor.listed("job-titles")))


@rule("harbor/business-industry-from-lookup")
@given(company=businesses())
def test_business_industry_from_lookup(harbor: Harbor, company: Json) -> None:
    """An industry that is not listed is refused."""
    refuses(harbor, company, *edits.OTHER_INDUSTRIES)


@rule("harbor/business-industry-by-incorporation-country")
@given(company=businesses(country="USA"))
def test_business_industry_by_incorporation_country(harbor: Harbor, company: Json) -> None:
    """The industries of the country of incorporation count, not another country's."""
    own = set(harbor.listed("industries", "US"))
    foreign = sorted(str(slug) for slug in harbor.listed("industries", "GB") if slug not in own)
    if not foreign:
        raise NotCheckable("set-up: two countries list the same industries, so that no industry is another country's only")
    refuses(harbor, company, put(edits.INDUSTRY, foreign[0], name=f"industry-{foreign[0]}"))


@rule("harbor/business-industry-roundtrip")
def test_business_industry_roundtrip(harbor: Harbor) -> None:
    """Listed industries of the country of incorporation are taken."""
    taken(harbor, standard_business(), *(put(edits.INDUSTRY, slug, name=f"industry-{slug}") for slug in harbor.listed("industries", "US")))


@rule("harbor/business-address-state")
@given(company=businesses(country="USA"))
def test_business_address_state(harbor: Harbor, company: Json) -> None:
    """A state in an address of a business follows the list of its country."""
    refuses(harbor, company, *edits.FOREIGN_STATES)


@rule("harbor/business-file-over-10mb-refused")
def test_business_file_over_10mb_refused(harbor: Harbor) -> None:
    """A document of a company of more than 10 MB decoded is refused."""
    refuses(harbor, standard_business(), edits.LARGE_DOCUMENT)


@rule("harbor/business-request-over-50mb-refused")
def test_business_request_over_50mb_refused(harbor: Harbor) -> None:
    """Files of company and persons count together against the limit of the request."""
    refuses(harbor, standard_business(), edits.OVER_FIFTY_MB)


@rule("harbor/business-fields-are-demanded")
@given(company=businesses())
def test_business_fields_are_demanded(harbor: Harbor, company: Json) -> None:
    """The fields of company, persons and files that are called required elsewhere are demanded."""
    each_refused(harbor, company, [(edits.without(path), path) for path in edits.DEMANDED])


@rule("harbor/business-fields-are-demanded")
@pytest.mark.parametrize("kind", edits.DEMANDED_OF_KINDS)
@given(company=businesses())
def test_business_fields_of_some_persons(harbor: Harbor, kind: str, company: Json) -> None:
    """The fields of company, persons and files that are called required elsewhere are demanded."""
    whole = edits.with_person(kind)(company)
    each_refused(harbor, whole, [(edits.without(path), path) for path in edits.demanded_of(kind)])


@rule("harbor/business-fields-are-demanded")
@given(company=businesses())
def test_business_explanations(harbor: Harbor, company: Json) -> None:
    """The fields of company, persons and files that are called required elsewhere are demanded."""
    whole = edits.EXPLAINED(company)
    each_refused(harbor, whole, [(edits.without(path), path) for path in edits.EXPLANATIONS])


@rule("harbor/business-fields-are-demanded")
@given(company=businesses())
def test_business_has_one_representative(harbor: Harbor, company: Json) -> None:
    """The fields of company, persons and files that are called required elsewhere are demanded."""
    each_refused(harbor, company, [(edit, "associated_persons") for edit in edits.OTHER_REPRESENTATIVES])


@rule("harbor/business-values-are-checked")
@given(company=businesses())
def test_business_values_are_checked(harbor: Harbor, company: Json) -> None:
    """The enumerations of company, persons and files that are given elsewhere are closed."""
    each_refused(harbor, company, [(edits.unknown_value(path), path) for path in edits.ENUMERATIONS])


def each_refused(harbor: Harbor, company: Json, cases: list[tuple[Edit, str]]) -> None:
    """Each edit must be refused for its field, and the company itself be taken."""
    customer = harbor.business()
    for edit, path in cases:
        exchange: Exchange = harbor.submit(customer, edit(company))
        exchange.note = edit.name
        harbor.expect(exchange, names=[edits.starred(path)])
    harbor.control(harbor.submit(customer, company), "accepted")
