"""What an attach request must look like (002 V2 "Step 2: Attach Documents" and its two type tables), as tables.

Readings where 002 leaves a choice: a SELFIE has exactly one file, there is at most one SELFIE, its URI may equal another one
(002 contradicts itself, the published specification excludes it), a SELFIE alone is taken, a document that expires today
has expired, tos_policies_value is required (note, example and specification against one row of the migration table).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

from mockserver.fincom import validation as v
from mockserver.fincom.errors import Errors
from mockserver.fincom.model import Customer
from mockserver.fincom.validation import Field, add

SELFIE = "SELFIE"
SECTIONS = ("identifying_documents", "address_documents")
DOCUMENT_NAMES = ("type", "number", "country", "state", "issue_date", "expiry_date")
FILE_NAMES = ("side", "uri")
FRONT_AND_BACK = ["BACK", "FRONT"]


class Kind(NamedTuple):
    """A row of the table of identity documents: two files mean one FRONT and one BACK."""

    files: Literal[1, 2]
    state: Literal["forbidden", "american", "ignored"]


IDENTITY = {
    "PASSPORT": Kind(1, "forbidden"),
    "NATIONAL_ID": Kind(2, "forbidden"),
    "DRIVERS_LICENSE": Kind(2, "american"),
    "RESIDENCE_PERMIT": Kind(2, "forbidden"),
    SELFIE: Kind(1, "ignored"),
}
ADDRESS_TYPES = ("UTILITY_BILL", "BANK_STATEMENT", "GOVERNMENT_LETTER")
TYPE = (Field("type", True, v.one_of(*IDENTITY)),)
IDENTITY_FIELDS = (
    Field("number", True, v.text),
    Field("country", True, v.country),
    Field("issue_date", False, v.calendar_date),
    Field("expiry_date", True, v.calendar_date),
)
ADDRESS_FIELDS = (Field("type", True, v.one_of(*ADDRESS_TYPES)), Field("country", True, v.country))
TERMS = (Field("tos_policies_value", True, v.text),)
FILE = (Field("uri", True, v.text),)
SIDED_FILE = (*FILE, Field("side", False, v.one_of("FRONT", "BACK")))


class Link(NamedTuple):
    """A URI of the request: where it stands, and whether it belongs to a SELFIE."""

    path: str
    uri: str
    of_selfie: bool


def check_documents(body: dict[str, Any], customer: Customer, today: date, selfie_required: bool) -> Errors:
    """Return everything that is wrong with an attach request but the ownership of files, under dotted paths."""
    errors: Errors = {}
    _check_identity_list(errors, body.get("identifying_documents"), today, selfie_required)
    _check_address_list(errors, body.get("address_documents"), customer)
    v.check_object(errors, "", body, TERMS)
    value = body.get("tos_policies_value")
    if "tos_policies_value" not in errors and value != customer.tos_value:
        add(errors, "tos_policies_value", "Must be the value of this customer's tos_policies_url")
    check_unique(errors, links(body))
    return errors


def documented(body: dict[str, Any]) -> dict[str, Any]:
    """Return the documented fields of the documents of a request that passed all checks."""
    return {section: [kept(document, DOCUMENT_NAMES) for document in body[section]] for section in SECTIONS}


def kept(document: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return some fields of a document that passed all checks, and its files."""
    files = [{name: file[name] for name in FILE_NAMES if isinstance(file.get(name), str)} for file in document["files"]]
    texts = {name: document[name] for name in names if isinstance(document.get(name), str)}
    return {**texts, "files": files}


def _check_identity_list(errors: Errors, documents: object, today: date, selfie_required: bool) -> None:
    path = "identifying_documents"
    if not isinstance(documents, list) or not documents:
        add(errors, path, v.REQUIRED if documents is None else "Must be a list of at least one document")
        return
    for index, document in enumerate(documents):
        _check_identity(errors, f"{path}.{index}", document, today)
    types = [document.get("type") for document in documents if isinstance(document, dict)]
    selfies = sum(kind == SELFIE for kind in types)
    if selfies > 1 or (selfie_required and selfies == 0):
        add(errors, path, "Exactly one SELFIE is required" if selfie_required else "At most one SELFIE is allowed")
    if sum(isinstance(kind, str) and kind in IDENTITY and kind != SELFIE for kind in types) > 1:
        add(errors, path, "At most one identity document besides the SELFIE is allowed")


def _check_identity(errors: Errors, path: str, document: object, today: date) -> None:
    found = v.check_object(errors, path, document, TYPE)
    kind_name = found.get("type")
    kind = IDENTITY.get(kind_name) if isinstance(kind_name, str) else None
    if kind is None:
        return
    if kind_name != SELFIE:
        v.check_object(errors, path, document, IDENTITY_FIELDS)
        check_dates(errors, path, found, today)
        _check_state(errors, f"{path}.state", found, kind)
    check_files(errors, f"{path}.files", found.get("files"), kind.files, SIDED_FILE)


def check_dates(errors: Errors, path: str, document: dict[str, Any], today: date) -> None:
    """Demand that a document was issued, and has not expired."""
    issued, expires = v.parse_date(document.get("issue_date")), v.parse_date(document.get("expiry_date"))
    if expires is not None and expires <= today:
        add(errors, f"{path}.expiry_date", "Must be in the future")
    if issued is None:
        return
    if issued > today:
        add(errors, f"{path}.issue_date", "Must not be in the future")
    elif expires is not None and today < expires <= issued:
        add(errors, f"{path}.issue_date", "Must be before expiry_date")


def _check_state(errors: Errors, path: str, document: dict[str, Any], kind: Kind) -> None:
    state, country = document.get("state"), document.get("country")
    if kind.state == "forbidden":
        if state is not None:
            add(errors, path, f"Must not be given for {document['type']}")
    elif v.blank(state):
        if country == "USA" or state is not None:
            add(errors, path, "Required if country is USA" if country == "USA" else "Must not be blank")
    elif v.is_country(country) and not v.is_subdivision(state, [str(country)]):
        add(errors, path, "Must be an ISO 3166-2 code of the document's country")


def _check_address_list(errors: Errors, documents: object, customer: Customer) -> None:
    path = "address_documents"
    if not isinstance(documents, list) or len(documents) != 1:
        add(errors, path, v.REQUIRED if documents is None else "Must be a list of exactly one document")
        return
    found = v.check_object(errors, f"{path}.0", documents[0], ADDRESS_FIELDS)
    if not found:
        return
    residence = customer.body["basic_info"]["country_of_residence"]
    if v.is_country(found.get("country")) and found["country"] != residence:
        add(errors, f"{path}.0.country", "Must match the customer's country_of_residence")
    check_files(errors, f"{path}.0.files", found.get("files"), 1, FILE)


def check_files(errors: Errors, path: str, files: object, count: Literal[1, 2] | None, fields: Iterable[Field]) -> None:
    """Demand one file, two of which one is the FRONT and one the BACK, or (None) one or more."""
    if not isinstance(files, list) or not files:
        add(errors, path, v.REQUIRED if files is None else "Must be a list of files")
        return
    before = len(errors)
    for index, file in enumerate(files):
        v.check_object(errors, f"{path}.{index}", file, fields)
    if count is not None and len(files) != count:
        add(errors, path, "Must be exactly one file" if count == 1 else "Must be one FRONT and one BACK")
    elif count == 2 and len(errors) == before and sorted(str(file.get("side")) for file in files) != FRONT_AND_BACK:
        add(errors, path, "Must be one FRONT and one BACK")


def check_unique(errors: Errors, found: Iterable[Link]) -> None:
    """Demand that no URI comes twice, those of a SELFIE left aside."""
    seen: set[str] = set()
    for link in found:
        if link.of_selfie:
            continue
        if link.uri in seen:
            add(errors, link.path, "Must be unique across the request")
        seen.add(link.uri)


def links(body: dict[str, Any]) -> Iterator[Link]:
    """Yield all URIs of a request in their order; whatever has another shape is passed over."""
    for section in SECTIONS:
        for index, document in objects(body.get(section)):
            for number, file in objects(document.get("files")):
                if isinstance(uri := file.get("uri"), str) and uri.strip():
                    of_selfie = section == "identifying_documents" and document.get("type") == SELFIE
                    yield Link(f"{section}.{index}.files.{number}.uri", uri, of_selfie)


def objects(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a list with their indices; nothing for what is no list."""
    for index, each in enumerate(value if isinstance(value, list) else ()):
        if isinstance(each, dict):
            yield index, each
