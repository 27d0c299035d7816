"""Unobjectionable yet varied individuals of Harbor: submissions that every reading of document 001 takes.

Plain ASCII text, states and occupations from the target's own look-ups, real small files. Negatives start from these, so that
one edit is the only reason for a refusal.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.dates import a_birth
from strategies.decisions import Decisions, decided
from strategies.emails import an_email
from strategies.files import SHADES
from strategies.kept import kept
from strategies.people import FAMILY_NAMES, GIVEN_NAMES
from strategies.phones import known_numbers
from strategies.placeholders import Encoded, Pick
from strategies.places import RESIDENCES, a_nationality, alpha_2, places_in
from strategies.tax import a_social_security_number

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
ABROAD = tuple(country for country in RESIDENCES if country != "USA")
MORE_PICKS = 40  # how far into a look-up an entry is picked

Optionals = Literal["some", "all", "none"]


@decided(by=44)
def us_individuals(decide: Decisions, *, optionals: Optionals = "some", proofs: int | None = None, nationality: str | None = None) -> Json:
    """Residents of the United States (001 §3.1, §3.2). `optionals`: the free texts, and a passport's back; `proofs`: how many files."""
    person = _anybody(decide, "USA", optionals, nationality)
    person["ssn"] = a_social_security_number(decide).replace("-", "")
    person["phone"] = {"country": "US", "number": decide.one_of(known_numbers("US"))}
    person["proof_of_address"] = {"country": "US", "files": _files(decide, proofs or decide.number(1, 2))}
    return {"individual": person}


@decided(by=38)
def non_us_individuals(
    decide: Decisions,
    *,
    optionals: Optionals = "some",
    account: bool | None = None,
    statements: int | None = None,
    country: str | None = None,
    nationality: str | None = None,
) -> Json:
    """Residents of other countries (001 §3.3). `account`: whether they have one in the United States; `country`: alpha-3."""
    residence = country or decide.one_of(ABROAD)
    person = _anybody(decide, residence, optionals, nationality)
    has_account, files = decide.yes(), _files(decide, statements or 1)
    person["has_us_bank_account"] = has_account if account is None else account
    if person["has_us_bank_account"]:
        person["bank_statement"] = {"country": alpha_2(residence), "files": files}
    return {"individual": person}


@kept
def individuals(*, optionals: Optionals = "some") -> st.SearchStrategy[Json]:
    """Anybody; shrinks to a resident of the United States."""
    return us_individuals(optionals=optionals) | non_us_individuals(optionals=optionals)


def _anybody(decide: Decisions, residence: str, optionals: Optionals, nationality: str | None) -> dict[str, Json]:
    """What residents of any country give; `residence` and `nationality` are alpha-3."""
    return {
        "first_name": decide.one_of(GIVEN_NAMES),
        "last_name": decide.one_of(FAMILY_NAMES),
        "email": an_email(decide),
        "nationality": alpha_2(nationality or a_nationality(decide, residence)),
        "birthday": a_birth(decide),
        "residence": _address(decide, residence),
        "occupation": Pick("occupations", decide.number(0, MORE_PICKS)),
        **_choices(decide, "source_of_wealth", SOURCES_OF_WEALTH, OTHER_WEALTH, optionals),
        **_choices(decide, "purpose_of_use", PURPOSES, OTHER_PURPOSES, optionals),
        "identity_document": _identity_document(decide, residence, optionals),
    }


def _address(decide: Decisions, residence: str) -> dict[str, Json]:
    """An address with a state from the look-up of its country (alpha-3)."""
    place, country = decide.one_of(places_in(residence)), alpha_2(residence)
    return {
        "street": place.street,
        "sub_street": decide.one_of(SECOND_LINES),
        "city": place.city,
        "state": Pick("subdivisions", decide.number(0, MORE_PICKS), country=country),
        "postal_code": place.postal_code,
        "country": country,
    }


def _choices(decide: Decisions, field: str, values: tuple[str, ...], others: tuple[str, ...], optionals: Optionals) -> dict[str, Json]:
    """A list of values, with its text where `other` is among them."""
    chosen = decide.some_of([value for value in values if value != "other"])
    text, another = decide.one_of(others), decide.yes()
    if optionals == "all" or (optionals == "some" and another):
        return {field: [*chosen, "other"], f"{field}_other": text}
    return {field: chosen}


def _identity_document(decide: Decisions, country: str, optionals: Optionals) -> dict[str, Json]:
    """An identity document of a country (alpha-3): with its back, which only a passport may lack."""
    kind = decide.one_of(DOCUMENT_TYPES)
    front, back = _files(decide, 2)
    with_back = decide.yes()
    both = kind != "PASSPORT" or optionals == "all" or (optionals == "some" and with_back)
    return {"type": kind, "country": alpha_2(country), "front": front} | ({"back": back} if both else {})


def _files(decide: Decisions, count: int) -> list[Json]:
    """So many different files of the three formats."""
    first = decide.number(0, SHADES - 1)
    return [Encoded(decide.one_of(FORMATS), (first + index) % SHADES) for index in range(count)]
