"""Unobjectionable yet varied individuals of Harbor: submissions that every reading of document 001 takes.

Plain ASCII text, states and occupations from the target's own look-ups, real small files. Negatives start from these, so that
one edit is the only reason for a refusal.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.dates import births
from strategies.emails import emails
from strategies.files import SHADES
from strategies.kept import integers, kept, sampled
from strategies.people import family_names, given_names
from strategies.phones import phone_numbers
from strategies.placeholders import Encoded, Pick
from strategies.places import alpha_2, nationalities_of_residents, places, residences
from strategies.tax import social_security_numbers

SOURCES_OF_WEALTH = ("salaryBusinessIncome", "rentalIncome", "pensionInheritanceGift", "investmentIncome", "other")
PURPOSES = ("investmentTrading", "savingsHolding", "payments", "salaryFunds", "businessPayments", "remittancesSupport", "other")
DOCUMENT_TYPES = ("PASSPORT", "NATIONAL_ID", "DRIVER_LICENCE", "RESIDENCE_PERMIT")
TWO_SIDED = DOCUMENT_TYPES[1:]
"""The types that may need both sides; which do is not said."""
FORMATS = ("png", "jpg", "pdf")
SECOND_LINES = ("Apt 4B", "Suite 210", "Floor 3")
OTHER_WEALTH = ("Royalty income", "Sale of a patent")
OTHER_PURPOSES = ("Treasury management", "Tuition fees")
MOST_PROOFS = 5
MOST_STATEMENTS = 3
MORE_PICKS = 40  # how far into a look-up an entry is picked

Optionals = Literal["some", "all", "none"]


@kept
@st.composite
def us_individuals(draw: st.DrawFn, *, optionals: Optionals = "some", proofs: int | None = None, nationality: str | None = None) -> Json:
    """Residents of the United States (001 §3.1, §3.2). `optionals`: the free texts, and a passport's back; `proofs`: how many files."""
    person = draw(_anybody("USA", optionals, nationality))
    person["ssn"] = draw(social_security_numbers()).replace("-", "")
    person["phone"] = {"country": "US", "number": draw(phone_numbers("US"))}
    person["proof_of_address"] = {"country": "US", "files": draw(_files(proofs or draw(integers(1, 2))))}
    return {"individual": person}


@kept
@st.composite
def non_us_individuals(
    draw: st.DrawFn,
    *,
    optionals: Optionals = "some",
    account: bool | None = None,
    statements: int | None = None,
    country: str | None = None,
    nationality: str | None = None,
) -> Json:
    """Residents of other countries (001 §3.3). `account`: whether they have one in the United States; `country`: alpha-3."""
    residence = country or draw(_residences_abroad())
    person = draw(_anybody(residence, optionals, nationality))
    person["has_us_bank_account"] = draw(st.booleans()) if account is None else account
    if person["has_us_bank_account"]:
        person["bank_statement"] = {"country": alpha_2(residence), "files": draw(_files(statements or 1))}
    return {"individual": person}


@kept
def _residences_abroad() -> st.SearchStrategy[str]:
    return residences().filter(lambda code: code != "USA")


@kept
def individuals(*, optionals: Optionals = "some") -> st.SearchStrategy[Json]:
    """Anybody; shrinks to a resident of the United States."""
    return us_individuals(optionals=optionals) | non_us_individuals(optionals=optionals)


@kept
@st.composite
def _anybody(draw: st.DrawFn, residence: str, optionals: Optionals, nationality: str | None) -> dict[str, Json]:
    """What residents of any country give; `residence` and `nationality` are alpha-3."""
    return {
        "first_name": draw(given_names()),
        "last_name": draw(family_names()),
        "email": draw(emails()),
        "nationality": alpha_2(nationality or draw(nationalities_of_residents(residence))),
        "birthday": draw(births()),
        "residence": draw(residential_addresses(residence)),
        "occupation": Pick("occupations", draw(integers(0, MORE_PICKS))),
        **draw(_choices("source_of_wealth", SOURCES_OF_WEALTH, OTHER_WEALTH, optionals)),
        **draw(_choices("purpose_of_use", PURPOSES, OTHER_PURPOSES, optionals)),
        "identity_document": draw(identity_documents(residence, optionals)),
    }


@kept
@st.composite
def residential_addresses(draw: st.DrawFn, residence: str) -> dict[str, Json]:
    """An address with a state from the look-up of its country (alpha-3)."""
    place, country = draw(places(residence)), alpha_2(residence)
    return {
        "street": place.street,
        "sub_street": draw(sampled(SECOND_LINES)),
        "city": place.city,
        "state": Pick("subdivisions", draw(integers(0, MORE_PICKS)), country=country),
        "postal_code": place.postal_code,
        "country": country,
    }


@kept
def _some_of(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """One or more of the values, none twice, and never `other`."""
    named = [value for value in values if value != "other"]
    return st.lists(st.sampled_from(named), min_size=1, max_size=len(named), unique=True)


@kept
@st.composite
def _choices(draw: st.DrawFn, field: str, values: tuple[str, ...], others: tuple[str, ...], optionals: Optionals) -> dict[str, Json]:
    """A list of values, with its text where `other` is among them."""
    chosen = draw(_some_of(values))
    if optionals == "all" or (optionals == "some" and draw(st.booleans())):
        return {field: [*chosen, "other"], f"{field}_other": draw(sampled(others))}
    return {field: chosen}


@kept
@st.composite
def identity_documents(
    draw: st.DrawFn, country: str, optionals: Optionals = "some", types: tuple[str, ...] = DOCUMENT_TYPES
) -> dict[str, Json]:
    """An identity document of a country (alpha-3): with its back, which only a passport may lack."""
    kind = draw(sampled(types))
    front, back = draw(_files(2))
    both = kind != "PASSPORT" or optionals == "all" or (optionals == "some" and draw(st.booleans()))
    return {"type": kind, "country": alpha_2(country), "front": front} | ({"back": back} if both else {})


@kept
@st.composite
def _files(draw: st.DrawFn, count: int) -> list[Json]:
    """So many different files of the three formats."""
    first = draw(integers(0, SHADES - 1))
    return [Encoded(draw(sampled(FORMATS)), (first + index) % SHADES) for index in range(count)]
