"""Unobjectionable yet varied customers of Fin.com V2: bodies of the create call that every reading of document 002 takes.

Plain ASCII text, a phone and a tax number of the country of residence that are the customer's own, ids from the target's own
catalogues. Negatives start from these, so that one edit is the only reason for a refusal.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.dates import births
from strategies.emails import emails
from strategies.kept import integers, kept, sampled
from strategies.numbers import whole_amounts
from strategies.people import family_names, given_names
from strategies.phones import nth_phone
from strategies.placeholders import Pick, Serial
from strategies.places import alpha_2, nationalities, nationalities_of_residents, places, residences
from strategies.tax import nth_tax_number

EMPLOYMENT_STATUSES = ("EMPLOYED", "SELF_EMPLOYED", "RETIRED", "STUDENT", "UNEMPLOYED")
GENDERS = ("FEMALE", "MALE")
REMARKS = ("Personal remittances to family", "Tuition fees", "Rent")
DESCRIPTIONS = ("Monthly salary from employment", "Pension", "Savings")
SECOND_LINES = ("Apt 4B", "Suite 210", "Floor 3")
MORE_PICKS = 40  # how far into a catalogue an entry is picked

Optionals = Literal["some", "all", "none"]


@kept
@st.composite
def customers(draw: st.DrawFn, *, country: str | None = None, optionals: Optionals = "some", verification_type: str = "STANDARD") -> Json:
    """Bodies for the create call (002, V2 Request Body Structure).

    `country`: alpha-3 code of the residence, one of `strategies.places.RESIDENCES`; drawn where absent.
    `optionals`: whether the optional fields stand there: `some` of them, `all` or `none`.
    """
    residence = country or draw(residences())
    body = {
        "verification_type": verification_type,
        "basic_info": draw(basic_infos(residence, optionals)),
        "address": draw(addresses(residence, optionals)),
        "financial_profile": draw(financial_profiles(optionals)),
    }
    return body | draw(optional(optionals, meta_data=metadata()))


@kept
@st.composite
def basic_infos(draw: st.DrawFn, residence: str, optionals: Optionals = "some") -> Json:
    """The personal details of somebody who lives and pays taxes in `residence`, with a nationality of any country."""
    primary = draw(nationalities_of_residents(residence))
    required = {
        "first_name": draw(given_names()),
        "last_name": draw(family_names()),
        "dob": draw(births()),
        "email": draw(emails()),
        "phone": Serial(nth_phone, alpha_2(residence)),
        "country_of_residence": residence,
        "primary_nationality": primary,
        "tax_info": [tax_entry(residence)],
    }
    return required | draw(
        optional(optionals, middle_name=given_names(), secondary_nationality=_others_than(primary), gender=sampled(GENDERS))
    )


@kept
def _others_than(primary: str) -> st.SearchStrategy[str]:
    """A second nationality equal to the first is an open question of its own."""
    return nationalities().filter(lambda code: code != primary)


def tax_entry(country: str, *, nth: int = 0) -> Json:
    """One entry of `tax_info`, the `nth` of its body: a social security number for the USA, the country's own tax number elsewhere."""
    return {
        "country_code": country,
        "document_type": "SSN" if country == "USA" else "TIN",
        "document_id": Serial(nth_tax_number, country, nth),
    }


@kept
@st.composite
def addresses(draw: st.DrawFn, country: str, optionals: Optionals = "some") -> Json:
    """An address in `country` with a subdivision of the target's own list (002, V2 Address: fetch valid codes)."""
    place = draw(places(country))
    required = {
        "street_line_1": place.street,
        "city": place.city,
        "subdivision_code": Pick("subdivisions", draw(integers(0, MORE_PICKS)), country=country),
        "postal_code": place.postal_code,
        "country": country,
    }
    return required | draw(optional(optionals, street_line_2=sampled(SECOND_LINES)))


@kept
@st.composite
def financial_profiles(draw: st.DrawFn, optionals: Optionals = "some") -> Json:
    """A financial profile; the ids are picked from the target's lists for individuals."""
    required = {
        "employment_status": draw(sampled(EMPLOYMENT_STATUSES)),
        "occupation_id": Pick("occupations", draw(integers(0, MORE_PICKS))),
        "purpose_id": Pick("purposes", draw(integers(0, MORE_PICKS))),
        "source_of_fund_ids": [Pick("source_of_funds", draw(integers(0, MORE_PICKS)))],
        "monthly_volume_usd": draw(whole_amounts()),
    }
    return required | draw(optional(optionals, purpose_remarks=sampled(REMARKS), source_of_funds_description=sampled(DESCRIPTIONS)))


@kept
def metadata() -> st.SearchStrategy[dict[str, str]]:
    """Custom text pairs for internal tracking; shrinks to one short pair."""
    letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
    return st.dictionaries(letters.map(lambda key: f"ref_{key}"), letters, min_size=1, max_size=3)


@kept
def optional(optionals: Optionals, **fields: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    """Fields that a body may have, as many of them as `optionals` says."""
    if optionals == "none":
        return st.just({})
    return st.fixed_dictionaries(fields) if optionals == "all" else st.fixed_dictionaries({}, optional=fields)


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
