"""Unobjectionable yet varied customers of Fin.com V2: bodies of the create call that every reading of document 002 takes.

Plain ASCII text, a phone and a tax number of the country of residence that are the customer's own, ids from the target's own
catalogues. Negatives start from these, so that one edit is the only reason for a refusal.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import Literal

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.dates import a_birth
from strategies.decisions import Decisions, decided
from strategies.emails import an_email
from strategies.numbers import a_whole_amount
from strategies.people import FAMILY_NAMES, GIVEN_NAMES
from strategies.phones import nth_phone
from strategies.placeholders import Pick, Serial
from strategies.places import NATIONALITIES, RESIDENCES, a_nationality, alpha_2, places_in
from strategies.tax import nth_tax_number

EMPLOYMENT_STATUSES = ("EMPLOYED", "SELF_EMPLOYED", "RETIRED", "STUDENT", "UNEMPLOYED")
GENDERS = ("FEMALE", "MALE")
REMARKS = ("Personal remittances to family", "Tuition fees", "Rent")
DESCRIPTIONS = ("Monthly salary from employment", "Pension", "Savings")
SECOND_LINES = ("Apt 4B", "Suite 210", "Floor 3")
MORE_PICKS = 40  # how far into a catalogue an entry is picked

Optionals = Literal["some", "all", "none"]


@decided(by=47)
def customers(decide: Decisions, *, country: str | None = None, optionals: Optionals = "some", verification_type: str = "STANDARD") -> Json:
    """Bodies for the create call (002, V2 Request Body Structure).

    `country`: alpha-3 code of the residence, one of `strategies.places.RESIDENCES`; drawn where absent.
    `optionals`: whether the optional fields stand there: `some` of them, `all` or `none`.
    """
    residence = country or decide.one_of(RESIDENCES)
    required = {
        "verification_type": verification_type,
        "basic_info": _basic_info(decide, residence, optionals),
        "address": _address(decide, residence, optionals),
        "financial_profile": _financial_profile(decide, optionals),
    }
    return required | optional(decide, optionals, meta_data=a_metadata(decide, most=2, longest=3))


def _basic_info(decide: Decisions, residence: str, optionals: Optionals) -> Json:
    """The personal details of somebody who lives and pays taxes in `residence`, with a nationality of any country."""
    primary = a_nationality(decide, residence)
    # A second nationality equal to the first is an open question of its own.
    others = [code for code in NATIONALITIES if code != primary]
    required = {
        "first_name": decide.one_of(GIVEN_NAMES),
        "last_name": decide.one_of(FAMILY_NAMES),
        "dob": a_birth(decide),
        "email": an_email(decide),
        "phone": Serial(nth_phone, alpha_2(residence)),
        "country_of_residence": residence,
        "primary_nationality": primary,
        "tax_info": [tax_entry(residence)],
    }
    return required | optional(
        decide,
        optionals,
        middle_name=decide.one_of(GIVEN_NAMES),
        secondary_nationality=decide.one_of(others),
        gender=decide.one_of(GENDERS),
    )


def tax_entry(country: str, *, nth: int = 0) -> Json:
    """One entry of `tax_info`, the `nth` of its body: a social security number for the USA, the country's own tax number elsewhere."""
    return {
        "country_code": country,
        "document_type": "SSN" if country == "USA" else "TIN",
        "document_id": Serial(nth_tax_number, country, nth),
    }


def _address(decide: Decisions, country: str, optionals: Optionals) -> Json:
    """An address in `country` with a subdivision of the target's own list (002, V2 Address: fetch valid codes)."""
    place = decide.one_of(places_in(country))
    required = {
        "street_line_1": place.street,
        "city": place.city,
        "subdivision_code": Pick("subdivisions", decide.number(0, MORE_PICKS), country=country),
        "postal_code": place.postal_code,
        "country": country,
    }
    return required | optional(decide, optionals, street_line_2=decide.one_of(SECOND_LINES))


def _financial_profile(decide: Decisions, optionals: Optionals) -> Json:
    """A financial profile; the ids are picked from the target's lists for individuals."""
    required = {
        "employment_status": decide.one_of(EMPLOYMENT_STATUSES),
        "occupation_id": Pick("occupations", decide.number(0, MORE_PICKS)),
        "purpose_id": Pick("purposes", decide.number(0, MORE_PICKS)),
        "source_of_fund_ids": [Pick("source_of_funds", decide.number(0, MORE_PICKS))],
        "monthly_volume_usd": a_whole_amount(decide),
    }
    return required | optional(
        decide,
        optionals,
        purpose_remarks=decide.one_of(REMARKS),
        source_of_funds_description=decide.one_of(DESCRIPTIONS),
    )


def a_metadata(decide: Decisions, most: int = 3, longest: int = 12) -> dict[str, str]:
    """Custom text pairs for internal tracking: so many at most, of so many letters at most; one short pair first."""
    count = decide.number(1, most)
    pairs = [(f"ref_{decide.text(ascii_lowercase, 1, longest)}", decide.text(ascii_lowercase, 1, longest)) for _ in range(most)]
    return dict(pairs[:count])


metadata = decided(by=55)(a_metadata)


def optional(decide: Decisions, optionals: Optionals, **fields: Json) -> dict[str, Json]:
    """Fields that a body may have, as many of them as `optionals` says."""
    stands = {"all": True, "none": False}.get(optionals)
    return {name: value for name, value in fields.items() if (decide.yes() if stands is None else stands)}


@st.composite
def shuffled(draw: st.DrawFn, bodies: st.SearchStrategy[Json]) -> Json:
    """The same bodies with the keys of every object in another order."""
    return _reordered(draw, draw(bodies))


def last_key_first(value: Json) -> Json:
    """The same body with the keys of every object the other way round."""
    if isinstance(value, list):
        return [last_key_first(item) for item in value]
    return {key: last_key_first(value[key]) for key in reversed(value)} if isinstance(value, dict) else value


def _reordered(draw: st.DrawFn, value: Json) -> Json:
    if isinstance(value, list):
        return [_reordered(draw, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _reordered(draw, value[key]) for key in draw(st.permutations(list(value)))}
