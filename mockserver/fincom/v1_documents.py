"""What an attach request of V1 must look like (002 V1 "Step 2: Attach Documents" and its two type tables), as tables.

Readings where 002 leaves a choice: an expired document is refused, URIs are unique across the request and belong to the
customer, as in V2; a national ID or a driver's licence shows both sides also as proof of address; a document that needs no
sides has one or more files; the country of the proof of address is free.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from mockserver.fincom import validation as v
from mockserver.fincom.documents import SIDED_FILE, TERMS, Link, check_dates, check_files, check_unique, kept, objects
from mockserver.fincom.errors import Errors
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import UUID_FORM
from mockserver.fincom.v1_individuals import said_as_in_v1
from mockserver.fincom.validation import Field, add

IDENTITY, ADDRESS = "proof_of_identity", "proof_of_address"
BOTH_SIDES = ("NATIONAL_ID", "DRIVERS_LICENSE")
IDENTITY_TYPES = ("PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE")
ADDRESS_TYPES = (
    *("UTILITY_BILL", "BANK_STATEMENT", "GOVERNMENT_LETTER", "RESIDENCE_PERMIT"),
    *("PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "COMPANY_DOC"),
)
PROOFS = {
    IDENTITY: (
        Field("type", True, v.one_of(*IDENTITY_TYPES)),
        Field("number", True, v.text),
        Field("country", True, v.country),
        Field("issue_date", True, v.calendar_date),
        Field("expiry_date", True, v.calendar_date),
    ),
    ADDRESS: (Field("type", True, v.one_of(*ADDRESS_TYPES)), Field("country", True, v.country)),
}


def check_customer_id(body: dict[str, Any]) -> Errors:
    """Return what is wrong with the id by which a body names its customer, whether or not there is one of that id."""
    errors: Errors = {}
    v.check_object(errors, "", body, (Field("customer_id", True, _uuid),))
    return said_as_in_v1(errors)


def check_documents(body: dict[str, Any], customer: Customer | None, today: date) -> Errors:
    """Return everything that is wrong with the rest of a body but the ownership of files; terms are compared if it is known whose."""
    errors: Errors = {}
    for section in PROOFS:
        _check_proof(errors, section, body.get(section), today)
    v.check_object(errors, "", body, TERMS)
    if customer is not None and "tos_policies_value" not in errors and body["tos_policies_value"] != customer.tos_value:
        add(errors, "tos_policies_value", "Must be the value of this customer's tos_policies_url")
    check_unique(errors, links(body))
    return said_as_in_v1(errors)


def documented(body: dict[str, Any]) -> dict[str, Any]:
    """Return the documented fields of the proofs of a request that passed all checks."""
    return {section: kept(body[section], [field.name for field in fields]) for section, fields in PROOFS.items()}


def links(body: dict[str, Any]) -> Iterator[Link]:
    """Yield all URIs of a request in their order; whatever has another shape is passed over."""
    for section in PROOFS:
        proof = body.get(section)
        for number, file in objects(proof.get("files") if isinstance(proof, dict) else None):
            if isinstance(uri := file.get("uri"), str) and uri.strip():
                yield Link(f"{section}.files.{number}.uri", uri, of_selfie=False)


def _check_proof(errors: Errors, section: str, proof: object, today: date) -> None:
    found = v.check_object(errors, section, proof, PROOFS[section])
    if not isinstance(proof, dict):
        return
    if section == IDENTITY:
        check_dates(errors, section, found, today)
    count: Literal[2] | None = 2 if found.get("type") in BOTH_SIDES else None
    check_files(errors, f"{section}.files", found.get("files"), count, SIDED_FILE)


def _uuid(value: Any) -> str | None:
    return v.text(value) or (None if UUID_FORM.fullmatch(value) else "Must be a UUID")
