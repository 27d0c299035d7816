"""Named edits of the selfie, the address proof and the terms value in Fin.com's attach body (V2), and the body of V1.

Source: document 002, V2, Identity Document Types & Side Requirements, Address Proof Types, Migration Summary.
"""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.fincom.attach_parts import absent, files_as, identity_of, missing, on, proof_of, selfie_of
from strategies.placeholders import ForeignTerms, Upload

# --- selfie

WITHOUT_SELFIE = Edit(
    "without-selfie",
    lambda body: {**body, "identifying_documents": [entry for entry in body["identifying_documents"] if entry is not selfie_of(body)]},
)
SELFIE_ALONE = Edit("selfie-alone", lambda body: {**body, "identifying_documents": [selfie_of(body)]})


def _second_selfie(body: Json) -> Json:
    body["identifying_documents"].append({"type": "SELFIE", "files": [{"uri": Upload("second-selfie", kind="png")}]})
    return body


SECOND_SELFIE = Edit("second-selfie", _second_selfie)
SELFIE_STATE = on(selfie_of, insert("state", "US-CA", name="selfie-with-state"))[0]
SELFIE_WITHOUT_FILE = on(selfie_of, put("files", [], name="selfie-files-empty"), drop("files", name="selfie-without-files"))
SELFIE_TWO_FILES = on(selfie_of, files_as("selfie-two-files", None, None))[0]

# --- address_documents

ADDRESS_DOCUMENTS_MISSING = missing("address_documents")
ADDRESS_DOCUMENTS_EMPTY = put("address_documents", [], name="address-documents-empty")
ADDRESS_DOCUMENTS_OBJECT = change("address_documents", lambda proofs: proofs[0], name="address-documents-as-object")


def _further_proof(body: Json) -> Json:
    first = proof_of(body)
    kind = "UTILITY_BILL" if first["type"] != "UTILITY_BILL" else "BANK_STATEMENT"
    body["address_documents"].append({**first, "type": kind, "files": [{"uri": Upload("second-address")}]})
    return body


def _same_proof_twice(body: Json) -> Json:
    body["address_documents"].append({**proof_of(body), "files": [{"uri": Upload("second-address")}]})
    return body


TWO_ADDRESS_DOCUMENTS = (
    Edit("second-proof-of-another-type", _further_proof),
    Edit("second-proof-of-the-same-type", _same_proof_twice),
)
DROPPED_PROOF_TYPES = ("RESIDENCE_PERMIT", "PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "COMPANY_DOC")
UNKNOWN_PROOF_TYPE = on(
    proof_of,
    put("type", "SELFIE", name="type-selfie"),
    put("type", "LEASE", name="type-lease"),
    put("type", "", name="type-empty"),
    drop("type"),
)


def proof_type(kind: str) -> Edit:
    """The address proof under another type."""
    return on(proof_of, put("type", kind, name=f"type-{kind.lower().replace('_', '-')}"))[0]


def _elsewhere(country: str) -> str:
    return "NZL" if country != "NZL" else "USA"


PROOF_COUNTRY_DIFFERS = on(proof_of, change("country", _elsewhere, name="another-country"))


def _of_identity_country(body: Json) -> Json:
    proof_of(body)["country"] = identity_of(body)["country"]
    return body


PROOF_OF_IDENTITY_COUNTRY = Edit("country-of-the-identity-document", _of_identity_country)
PROOF_COUNTRY_MISSING = on(proof_of, *absent("country"))
PROOF_WITHOUT_FILE = on(proof_of, put("files", [], name="files-empty"), drop("files"))
PROOF_TWO_FILES = on(proof_of, files_as("two-files", None, None))

# --- terms

TERMS_OF_ANOTHER = put("tos_policies_value", ForeignTerms(), name="terms-value-of-another-customer")
TERMS_MADE_UP = (
    put("tos_policies_value", "0f0e0d0c-0b0a-4908-8706-050403020100", name="terms-value-random-uuid"),
    put("tos_policies_value", "accepted", name="terms-value-words"),
    put("tos_policies_value", "", name="terms-value-empty"),
    put("tos_policies_value", 1, name="terms-value-number"),
)
TERMS_ABSENT = drop("tos_policies_value", name="without-terms-value")

# --- the V1 body


def _as_v1(body: Json) -> Json:
    document, proof = identity_of(body), proof_of(body)
    return {
        "proof_of_identity": document,
        "proof_of_address": {"type": proof["type"], "country": proof["country"], "files": proof["files"]},
        "tos_policies_value": body["tos_policies_value"],
    }


V1_BODY = Edit("v1-body", _as_v1)
V1_KEYS = Edit(
    "v1-keys-for-v2-values",
    lambda body: {
        "proof_of_identity": body["identifying_documents"],
        "proof_of_address": body["address_documents"],
        "tos_policies_value": body["tos_policies_value"],
    },
)
