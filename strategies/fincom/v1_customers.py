"""Unobjectionable yet varied customers of Fin.com V1: bodies of the create call that every reading of document 002 takes.

Whoever is a US customer is one by residence, nationality and address alike, and nobody is one by some of them only: by which
of them the document means it, it does not say. Source: document 002, V1, Request Body Structure.
"""

from __future__ import annotations

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.dates import births
from strategies.emails import emails
from strategies.fincom.customers import MORE_PICKS, SECOND_LINES, Optionals, metadata, optional
from strategies.kept import integers, kept, sampled
from strategies.numbers import whole_amounts
from strategies.people import family_names, given_names
from strategies.phones import nth_phone
from strategies.placeholders import Dated, Fresh, Pick, Serial
from strategies.places import NATIONALITIES, alpha_2, places, residences
from strategies.tax import nth_tax_number

CITIZENSHIPS_ABROAD = tuple(country for country in NATIONALITIES if country != "USA")


@kept
@st.composite
def v1_customers(draw: st.DrawFn, *, country: str | None = None, optionals: Optionals = "some") -> Json:
    """Bodies for the create call of V1. `country`: alpha-3 code of the residence; drawn where absent."""
    residence = country or draw(residences())
    required = {
        "basic_info": draw(v1_basic_infos(residence)),
        "address": draw(v1_addresses(residence)),
        "financial_profile": {
            "occupation_id": Pick("occupations", draw(integers(0, MORE_PICKS))),
            "source_of_fund_id": Pick("source_of_funds", draw(integers(0, MORE_PICKS))),
            "purpose_id": Pick("purposes", draw(integers(0, MORE_PICKS))),
            "monthly_volume_usd": draw(whole_amounts()),
        },
    }
    return required | draw(optional(optionals, verification_type=sampled(("STANDARD",)), meta_data=metadata()))


@kept
@st.composite
def v1_basic_infos(draw: st.DrawFn, residence: str) -> Json:
    """The personal details of somebody who lives and pays taxes in `residence`."""
    return {
        "first_name": draw(given_names()),
        "last_name": draw(family_names()),
        "dob": draw(births()),
        "email": draw(emails()),
        "phone": Serial(nth_phone, alpha_2(residence)),
        "country_of_residence": residence,
        "nationality": residence if residence == "USA" else draw(_at_home_or_abroad(residence)),
        "tin": Serial(nth_tax_number, residence),
    }


@kept
def _at_home_or_abroad(residence: str) -> st.SearchStrategy[str]:
    return st.just(residence) | st.sampled_from(CITIZENSHIPS_ABROAD)


@kept
def _units() -> st.SearchStrategy[str]:
    """What stands behind the street: often nothing."""
    return st.just("") | st.sampled_from([f" {line}" for line in SECOND_LINES])


@kept
@st.composite
def v1_addresses(draw: st.DrawFn, country: str) -> Json:
    """An address in `country`, the unit sometimes behind the street."""
    place = draw(places(country))
    unit = draw(_units())
    return {
        "street": f"{place.street}{unit}",
        "city": place.city,
        "state": Pick("subdivisions", draw(integers(0, MORE_PICKS)), country=country),
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
