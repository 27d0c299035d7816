"""Unobjectionable yet varied customers of Fin.com V1: bodies of the create call that every reading of document 002 takes.

Whoever is a US customer is one by residence, nationality and address alike, and nobody is one by some of them only: by which
of them the document means it, it does not say. Source: document 002, V1, Request Body Structure.
"""

from __future__ import annotations

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.dates import a_birth
from strategies.decisions import Decisions, decided
from strategies.emails import an_email
from strategies.fincom.customers import MORE_PICKS, SECOND_LINES, Optionals, a_metadata, optional
from strategies.numbers import a_whole_amount
from strategies.people import FAMILY_NAMES, GIVEN_NAMES
from strategies.phones import nth_phone
from strategies.placeholders import Dated, Fresh, Pick, Serial
from strategies.places import NATIONALITIES, RESIDENCES, alpha_2, places_in, residences
from strategies.tax import nth_tax_number

CITIZENSHIPS_ABROAD = tuple(country for country in NATIONALITIES if country != "USA")


@decided(by=37)
def v1_customers(decide: Decisions, *, country: str | None = None, optionals: Optionals = "some") -> Json:
    """Bodies for the create call of V1. `country`: alpha-3 code of the residence; drawn where absent."""
    residence = country or decide.one_of(RESIDENCES)
    required = {
        "basic_info": _basic_info(decide, residence),
        "address": _address(decide, residence),
        "financial_profile": {
            "occupation_id": Pick("occupations", decide.number(0, MORE_PICKS)),
            "source_of_fund_id": Pick("source_of_funds", decide.number(0, MORE_PICKS)),
            "purpose_id": Pick("purposes", decide.number(0, MORE_PICKS)),
            "monthly_volume_usd": a_whole_amount(decide),
        },
    }
    return required | optional(decide, optionals, verification_type="STANDARD", meta_data=a_metadata(decide, most=2, longest=3))


def _basic_info(decide: Decisions, residence: str) -> Json:
    """The personal details of somebody who lives and pays taxes in `residence`."""
    abroad = decide.yes() and residence != "USA"
    citizenship = decide.one_of(CITIZENSHIPS_ABROAD)
    return {
        "first_name": decide.one_of(GIVEN_NAMES),
        "last_name": decide.one_of(FAMILY_NAMES),
        "dob": a_birth(decide),
        "email": an_email(decide),
        "phone": Serial(nth_phone, alpha_2(residence)),
        "country_of_residence": residence,
        "nationality": citizenship if abroad else residence,
        "tin": Serial(nth_tax_number, residence),
    }


def _address(decide: Decisions, country: str) -> Json:
    """An address in `country`, as often as not with a unit behind the street."""
    place = decide.one_of(places_in(country))
    unit, in_a_unit = f" {decide.one_of(SECOND_LINES)}", decide.yes()
    return {
        "street": f"{place.street}{unit}" if in_a_unit else place.street,
        "city": place.city,
        "state": Pick("subdivisions", decide.number(0, MORE_PICKS), country=country),
        "postal_code": place.postal_code,
        "country": country,
    }


def v1_customers_abroad() -> st.SearchStrategy[Json]:
    """Customers who are US customers by nothing."""
    return residences().filter(lambda country: country != "USA").flatmap(lambda country: v1_customers(country=country))


def v1_standard_customer(*, country: str = "USA") -> Json:
    """A small, unobjectionable create body, for set-ups."""
    return {
        "verification_type": "STANDARD",
        "basic_info": {
            "first_name": "Maria",
            "last_name": "Garcia",
            "dob": Dated(years=-40),
            "email": Fresh("maria.{}@example.com"),
            "phone": Serial(nth_phone, alpha_2(country)),
            "country_of_residence": country,
            "nationality": country,
            "tin": Serial(nth_tax_number, country),
        },
        "address": {
            "street": "123 Market Street Apt 4B",
            "city": "Springfield",
            "state": Pick("subdivisions", 5, country=country),
            "postal_code": "94103",
            "country": country,
        },
        "financial_profile": {
            "occupation_id": Pick("occupations"),
            "source_of_fund_id": Pick("source_of_funds"),
            "purpose_id": Pick("purposes"),
            "monthly_volume_usd": 5000,
        },
    }
