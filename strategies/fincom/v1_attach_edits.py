"""Named edits of Fin.com's attach body in V1 (002, V1, Step 2 Attach Documents and the tables of types)."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, put
from strategies.fincom.attach_parts import absent, files_as, missing, on
from strategies.fincom.attach_uri_edits import URI_OF_NEIGHBOUR, URI_UNKNOWN
from strategies.fincom.v1_edits import unknown_keys
from strategies.placeholders import Dated, ForeignTerms

IDENTITY, PROOF, TERMS = "proof_of_identity", "proof_of_address", "tos_policies_value"


def identity_of(body: Json) -> Json:
    """The proof of identity of a body."""
    return body[IDENTITY]


def proof_of(body: Json) -> Json:
    """The proof of address of a body."""
    return body[PROOF]


# --- the whole body

NO_CUSTOMER_ID = absent("customer_id")
UNKNOWN_CUSTOMER = (
    put("customer_id", "0f0e0d0c-0b0a-4908-8706-050403020100", name="random-uuid"),
    put("customer_id", "nobody", name="no-uuid"),
)
NO_PROOF = {path: missing(path) for path in (IDENTITY, PROOF)}
PROOF_IN_LIST = {path: change(path, lambda value: [value], name="list-of-one") for path in (IDENTITY, PROOF)}
PROOF_NO_OBJECT = {path: (PROOF_IN_LIST[path], put(path, "PASSPORT", name="text")) for path in (IDENTITY, PROOF)}
NO_TERMS = drop(TERMS)
TERMS_BLANK = (put(TERMS, "", name="terms-value-empty"), put(TERMS, None, name="terms-value-null"))
TERMS_OF_ANOTHER = (
    put(TERMS, ForeignTerms(), name="terms-value-of-another-customer"),
    put(TERMS, "0f0e0d0c-0b0a-4908-8706-050403020100", name="terms-value-random-uuid"),
)


def _as_v2(body: Json) -> Json:
    kept = {key: value for key, value in body.items() if key not in (IDENTITY, PROOF)}
    return {**kept, "identifying_documents": [body[IDENTITY]], "address_documents": [body[PROOF]]}


V2_BODY = Edit("lists-of-v2", _as_v2)

UNKNOWN_KEYS = unknown_keys(IDENTITY, PROOF)

# --- proof of identity


def identity_type(kind: str) -> Edit:
    """The proof of identity under another type."""
    return on(identity_of, put("type", kind, name=f"type-{kind.lower().replace('_', '-')}"))[0]


BOTH_SIDES = on(identity_of, files_as("front-and-back", "FRONT", "BACK"), files_as("back-and-front", "BACK", "FRONT"))
PASSPORT_SIDES = on(identity_of, files_as("without-side", None), files_as("with-side", "FRONT"))
SIDES_MISSING = on(
    identity_of,
    files_as("front-only", "FRONT"),
    files_as("back-only", "BACK"),
    files_as("no-side", None, None),
    files_as("first-without-side", None, "BACK"),
    files_as("second-without-side", "FRONT", None),
    files_as("front-twice", "FRONT", "FRONT"),
    files_as("back-twice", "BACK", "BACK"),
)
RESIDENCE_PERMIT = identity_type("RESIDENCE_PERMIT")
SELFIE = identity_type("SELFIE")
UNKNOWN_IDENTITY_TYPE = on(
    identity_of,
    put("type", "VISA", name="type-visa"),
    put("type", "UTILITY_BILL", name="type-utility-bill"),
    put("type", "passport", name="type-in-small-letters"),
    put("type", "", name="type-empty"),
    drop("type"),
)
US_LICENCE = on(
    identity_of,
    put("type", "DRIVERS_LICENSE", name="licence"),
    put("country", "USA", name="of-the-usa"),
    files_as("both-sides", "FRONT", "BACK"),
)
IDENTITY_FIELDS = {f"{IDENTITY}.{field}": on(identity_of, *absent(field)) for field in ("number", "country", "issue_date", "expiry_date")}
NO_DATES = {
    f"{IDENTITY}.{field}": on(
        identity_of,
        put(field, Dated(years, fmt="%Y/%m/%d"), name="slashes"),
        put(field, Dated(years, fmt="%Y-02-30"), name="thirtieth-of-february"),
        put(field, "next summer", name="words"),
    )
    for field, years in (("issue_date", -3), ("expiry_date", 3))
}
EXPIRED = on(identity_of, put("expiry_date", Dated(days=-2), name="expired"), put("expiry_date", Dated(years=-1), name="long-expired"))

# --- proof of address


def proof_type(kind: str) -> Edit:
    """The proof of address under another type, with the files that suit it in every reading."""
    sides = ("FRONT", "BACK") if kind in ("RESIDENCE_PERMIT", "NATIONAL_ID", "DRIVERS_LICENSE") else (None,)
    typed, filed = on(proof_of, put("type", kind, name=kind), files_as("files", *sides))
    return typed.then(filed).named(f"proof-{kind.lower().replace('_', '-')}")


UNKNOWN_PROOF_TYPE = on(
    proof_of,
    put("type", "SELFIE", name="type-selfie"),
    put("type", "LEASE", name="type-lease"),
    put("type", "", name="type-empty"),
    drop("type"),
)
ONE_FILE = on(proof_of, files_as("one-file-without-side", None))[0]
PROOF_COUNTRY = on(proof_of, change("country", lambda country: "NZL" if country != "NZL" else "USA", name="another-country"))[0]

# --- files

PLACES = {IDENTITY: identity_of, PROOF: proof_of}
NO_FILE = {path: on(where, put("files", [], name="files-empty"), drop("files")) for path, where in PLACES.items()}
NEVER_ISSUED = {path: on(where, *URI_UNKNOWN) for path, where in PLACES.items()}
FOREIGN = {path: on(where, *URI_OF_NEIGHBOUR) for path, where in PLACES.items()}


def _one_for_both(body: Json) -> Json:
    proof_of(body)["files"][0]["uri"] = identity_of(body)["files"][0]["uri"]
    return body


ONE_URI_TWICE = Edit("one-uri-for-identity-and-address", _one_for_both)
