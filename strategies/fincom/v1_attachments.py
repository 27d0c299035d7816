"""Symbolic bodies of Fin.com's attach in V1 that nothing can be held against: one proof of identity and one proof of address.

Expiry dates lie a year or more ahead and no file stands twice: the V1 guide says nothing of either.
Source: document 002, V1, Step 2 Attach Documents, Identity Document Types, Address Proof Types.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.decisions import Decisions, decided
from strategies.fincom.attachments import ISSUERS, a_document_number, some_files
from strategies.fincom.v1_customers import v1_customers
from strategies.kept import kept
from strategies.placeholders import CustomerId, Dated, Terms, Upload

TWO_SIDED = ("NATIONAL_ID", "DRIVERS_LICENSE")
IDENTITY_TYPES = ("PASSPORT", *TWO_SIDED)
PAPERS = ("UTILITY_BILL", "BANK_STATEMENT", "GOVERNMENT_LETTER", "COMPANY_DOC")
CARDS = ("RESIDENCE_PERMIT", "NATIONAL_ID", "DRIVERS_LICENSE")
PROOF_TYPES = (*PAPERS, "PASSPORT", *CARDS)
# What the migration summary says V2 takes no more.
DROPPED_PROOF_TYPES = ("RESIDENCE_PERMIT", "PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "COMPANY_DOC")


@dataclass(frozen=True)
class V1Application:
    """A create payload of V1 and the attach body that goes with it."""

    customer: Json
    documents: Json


def v1_documents(*, country: str = "USA", batch: str = "first") -> Json:
    """The guide's own body: a passport without a side and a utility bill; its dates stay good."""
    return {
        "customer_id": CustomerId(),
        "proof_of_identity": {
            "type": "PASSPORT",
            "number": "A12345678",
            "country": "USA",
            "issue_date": Dated(years=-5),
            "expiry_date": Dated(years=5),
            "files": [{"uri": Upload(f"passport-{batch}")}],
        },
        "proof_of_address": {"type": "UTILITY_BILL", "country": country, "files": [{"uri": Upload(f"bill-{batch}")}]},
        "tos_policies_value": Terms(),
    }


@decided(by=20)
def v1_identities(decide: Decisions, *, types: tuple[str, ...] = IDENTITY_TYPES, countries: tuple[str, ...] = ISSUERS) -> Json:
    """A proof of identity in force."""
    kind = decide.one_of(types)
    return {
        "type": kind,
        "number": a_document_number(decide),
        "country": decide.one_of(countries),
        "issue_date": Dated(years=-decide.number(1, 9), days=-decide.number(0, 300)),
        "expiry_date": Dated(years=decide.number(1, 9), days=decide.number(2, 300)),
        "files": some_files(decide, kind, "identity"),
    }


@decided(by=3)
def v1_address_proofs(decide: Decisions, country: str, *, types: tuple[str, ...] = PROOF_TYPES) -> Json:
    """A proof of address; of a card both sides, since whether one is enough is left open."""
    kind = decide.one_of(types)
    sides: tuple[str | None, ...] = ("FRONT", "BACK") if kind in CARDS else (None,)
    return {"type": kind, "country": country, "files": some_files(decide, kind, "address", sides)}


@kept
@st.composite
def v1_applications(
    draw: st.DrawFn,
    *,
    residence: str | None = None,
    identity: st.SearchStrategy[Json] | None = None,
    proof_types: tuple[str, ...] = PROOF_TYPES,
) -> V1Application:
    """A customer who lives in `residence` (anywhere where None), and the documents that fit."""
    person = draw(v1_customers(country=residence))
    country = person["basic_info"]["country_of_residence"]
    return V1Application(
        person,
        {
            "customer_id": CustomerId(),
            "proof_of_identity": draw(identity if identity is not None else v1_identities()),
            "proof_of_address": draw(v1_address_proofs(country, types=proof_types)),
            "tos_policies_value": Terms(),
        },
    )
