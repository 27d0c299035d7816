"""Symbolic bodies of Fin.com's attach (V2) that nothing can be held against, in all the variety that the guide allows.

A body always carries a selfie, before or after the identity document, so that it suits clients with and without the selfie
requirement. Expiry dates lie a year or more ahead, since the document leaves open whether review wants a margin.
Source: document 002, V2, Attach Documents, Identity Document Types & Side Requirements, Address Proof Types, Key Rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from string import ascii_uppercase, digits

import pycountry
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.decisions import Decisions, decided
from strategies.files import PAPERS
from strategies.fincom.customers import customers
from strategies.kept import kept
from strategies.placeholders import Dated, Terms, Upload
from strategies.places import alpha_2

TWO_SIDED = ("NATIONAL_ID", "DRIVERS_LICENSE", "RESIDENCE_PERMIT")
IDENTITY_TYPES = ("PASSPORT", *TWO_SIDED)
PROOF_TYPES = ("UTILITY_BILL", "BANK_STATEMENT", "GOVERNMENT_LETTER")
ISSUERS = ("USA", "CAN", "GBR", "MEX", "DEU", "IND", "BRA", "JPN", "KEN", "AUS")
FOREIGN_ISSUERS = ISSUERS[1:]
# Made once: Hypothesis validates a new strategy at its first draw.
BEFORE_OR_BEHIND = st.integers(0, 1)

# Every set of sides that the table allows, by type; None stands for a file without a side.
SIDES: dict[str, tuple[tuple[str | None, ...], ...]] = {
    "PASSPORT": ((None,), ("FRONT",)),
    **dict.fromkeys(TWO_SIDED, (("FRONT", "BACK"), ("BACK", "FRONT"))),
    "SELFIE": ((None,), ("FRONT",)),
}


@dataclass(frozen=True)
class Application:
    """A create payload and the attach body that goes with it: the address proof is of the country of residence."""

    customer: Json
    documents: Json

    def with_a(self, document_type: str) -> Application:
        """The same application with its two-sided identity document turned into one of this type."""
        entries = [
            entry if entry["type"] == "SELFIE" else _as_type(entry, document_type) for entry in self.documents["identifying_documents"]
        ]
        return Application(self.customer, {**self.documents, "identifying_documents": entries})


def _as_type(document: Json, document_type: str) -> Json:
    """State and sides as the type wants them: a state only on licences, one file without a side on passports."""
    turned = {key: value for key, value in document.items() if key != "state"} | {"type": document_type}
    if document_type == "DRIVERS_LICENSE":
        turned["state"] = states_of(document["country"])[0]
    if document_type == "PASSPORT":
        turned["files"] = [{"uri": document["files"][0]["uri"]}]
    return turned


def example() -> Json:
    """The guide's own body for a US resident: selfie, US licence with both sides, bank statement; its dates stay good."""
    return {
        "identifying_documents": [
            {"type": "SELFIE", "files": [{"uri": Upload("selfie")}]},
            {
                "type": "DRIVERS_LICENSE",
                "number": "DL987654321",
                "country": "USA",
                "state": "US-CA",
                "issue_date": Dated(years=-5),
                "expiry_date": Dated(years=5),
                "files": [{"side": "FRONT", "uri": Upload("front")}, {"side": "BACK", "uri": Upload("back")}],
            },
        ],
        "address_documents": [{"type": "BANK_STATEMENT", "country": "USA", "files": [{"uri": Upload("statement")}]}],
        "tos_policies_value": Terms(),
    }


def with_new_files(body: Json, mark: str) -> Json:
    """The same body over files of its own: every slot gets another name."""
    if isinstance(body, dict):
        return {key: with_new_files(value, mark) for key, value in body.items()}
    if isinstance(body, list):
        return [with_new_files(value, mark) for value in body]
    return replace(body, slot=f"{body.slot}-{mark}") if isinstance(body, Upload) else body


@lru_cache
def states_of(country: str) -> tuple[str, ...]:
    """The top-level ISO 3166-2 codes of an alpha-3 country; of the USA only the states proper."""
    prefix = f"{alpha_2(country)}-"
    listed = [unit for unit in pycountry.subdivisions if unit.code.startswith(prefix) and unit.parent_code is None]
    return tuple(sorted(unit.code for unit in listed if country != "USA" or unit.type == "State"))


def a_document_number(decide: Decisions) -> str:
    """A number as printed on identity papers: capitals and digits."""
    return decide.text(ascii_uppercase, 1, 2) + decide.text(digits, 6, 10)


def some_files(decide: Decisions, document_type: str, slot: str, sides: tuple[str | None, ...] | None = None) -> list[Json]:
    """The files of one document with sides that its type allows; `slot` keeps the URIs of two documents apart."""
    chosen = sides if sides is not None else decide.one_of(SIDES[document_type])
    entries: list[Json] = []
    for index, side in enumerate(chosen):
        uri = Upload(f"{slot}-{index}", kind=decide.one_of(PAPERS))
        entries.append({"uri": uri} if side is None else {"side": side, "uri": uri})
    return entries


@decided(by=23)
def identity_documents(
    decide: Decisions,
    *,
    types: tuple[str, ...] = IDENTITY_TYPES,
    countries: tuple[str, ...] = ISSUERS,
    sides: tuple[str | None, ...] | None = None,
    state: bool | None = None,
    issued: bool | None = None,
    slot: str = "identity",
) -> Json:
    """An identity document in force. `state`, `issued`: with or without one where that is left open; drawn where None."""
    kind, country = decide.one_of(types), decide.one_of(countries)
    document: Json = {"type": kind, "number": a_document_number(decide), "country": country}
    chosen, with_state, with_issue_date = decide.one_of(states_of(country)), decide.yes(), decide.yes()
    issue_date = Dated(years=-decide.number(1, 9), days=-decide.number(0, 300))
    if kind == "DRIVERS_LICENSE" and (country == "USA" or (with_state if state is None else state)):
        document["state"] = chosen
    if with_issue_date if issued is None else issued:
        document["issue_date"] = issue_date
    document["expiry_date"] = Dated(years=decide.number(1, 9), days=decide.number(2, 300))
    document["files"] = some_files(decide, kind, slot, sides)
    return document


@decided(by=2)
def selfies(decide: Decisions, *, sides: tuple[str | None, ...] | None = None, slot: str = "selfie") -> Json:
    """A selfie of one file, with nothing of what identity documents carry."""
    return {"type": "SELFIE", "files": some_files(decide, "SELFIE", slot, sides)}


@decided(by=2)
def address_proofs(decide: Decisions, country: str, *, types: tuple[str, ...] = PROOF_TYPES, slot: str = "address") -> Json:
    """An address proof of one file without a side, of that country."""
    return {"type": decide.one_of(types), "country": country, "files": [{"uri": Upload(f"{slot}-0", kind=decide.one_of(PAPERS))}]}


@kept
@st.composite
def attachments(
    draw: st.DrawFn,
    *,
    country: str,
    identity: st.SearchStrategy[Json] | None = None,
    selfie: st.SearchStrategy[Json] | None = None,
    proof: st.SearchStrategy[Json] | None = None,
    with_selfie: bool = True,
) -> Json:
    """An attach body for a resident of `country`; each part can be given as a strategy of its own."""
    documents = [draw(identity if identity is not None else identity_documents())]
    if with_selfie:
        documents.insert(draw(BEFORE_OR_BEHIND), draw(selfie if selfie is not None else selfies()))
    return {
        "identifying_documents": documents,
        "address_documents": [draw(proof if proof is not None else address_proofs(country))],
        "tos_policies_value": Terms(),
    }


@kept
@st.composite
def applications(
    draw: st.DrawFn,
    *,
    residence: str | None = None,
    identity: st.SearchStrategy[Json] | None = None,
    selfie: st.SearchStrategy[Json] | None = None,
    proof_types: tuple[str, ...] = PROOF_TYPES,
    with_selfie: bool = True,
) -> Application:
    """A customer who lives in `residence` (anywhere where None), and the documents that fit."""
    person = draw(customers(country=residence))
    country = person["basic_info"]["country_of_residence"]
    proof = address_proofs(country, types=proof_types)
    body = attachments(country=country, identity=identity, selfie=selfie, proof=proof, with_selfie=with_selfie)
    return Application(person, draw(body))
