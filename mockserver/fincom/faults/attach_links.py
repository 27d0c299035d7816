"""Servers that misjudge file URIs and the value of the terms (002 V2 Key Rules; Step 2: Attach Documents)."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from mockserver.fincom.documents import SELFIE, links
from mockserver.fincom.faults.attach_builders import ADDRESS, IDENTIFYING, Document, Scene, files_of, mends, refuses
from mockserver.fincom.faults.builders import afterwards, fault, is_attach, sent, taken, told
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import Part, parse
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

TERMS = "tos_policies_value"
DIGESTS = "judges_files_by_content"
UPLOAD_PATH = "/v1/customers/upload"
Where = Callable[[str, Document], bool]
Bad = Callable[[Scene, Any], bool]


def _files(scene: Scene, where: Where) -> Iterator[dict[str, Any]]:
    for section in (IDENTIFYING, ADDRESS):
        for _, document in scene.documents(section):
            if where(section, document):
                yield from files_of(document)


def _anywhere(_: str, __: Document) -> bool:
    return True


def _in_selfie(section: str, document: Document) -> bool:
    return section == IDENTIFYING and document.get("type") == SELFIE


def _in_identity(section: str, document: Document) -> bool:
    return section == IDENTIFYING and document.get("type") != SELFIE


def _in_address(section: str, _: Document) -> bool:
    return section == ADDRESS


def _replaces(bad: Bad, where: Where = _anywhere) -> OnRequest:
    """Put a URI of the customer's in the place of each bad one."""

    def mend(scene: Scene) -> bool:
        found = [file for file in _files(scene, where) if bad(scene, file.get("uri"))]
        for file in found:
            file["uri"] = scene.spare_uri()
        return bool(found)

    return mends(mend)


def _absent(_: Scene, uri: Any) -> bool:
    return uri is None or (isinstance(uri, str) and not uri.strip())


def _outside(_: Scene, uri: Any) -> bool:
    return isinstance(uri, str) and ("://" in uri or ".." in uri)


def _of_other_client(scene: Scene, uri: Any) -> bool:
    others = (other for other in scene.tenant.registry.tenants.values() if other is not scene.tenant)
    return isinstance(uri, str) and any(uri in other.data.files for other in others if hasattr(other.data, "files"))


def _never_issued(scene: Scene, uri: Any) -> bool:
    if _absent(scene, uri) or _outside(scene, uri) or _of_other_client(scene, uri):
        return False
    return isinstance(uri, str) and uri not in scene.tenant.data.files


def _of_other_customer(scene: Scene, uri: Any) -> bool:
    file = scene.tenant.data.files.get(uri) if isinstance(uri, str) else None
    return file is not None and file.customer_id != scene.customer.id


def _within_document(scene: Scene) -> bool:
    """Give the second of two equal URIs of one document another one."""
    mended = False
    for _, document in scene.documents(IDENTIFYING):
        seen: set[Any] = set()
        for file in files_of(document):
            if isinstance(file.get("uri"), str) and file["uri"] in seen:
                file["uri"], mended = scene.spare_uri(), True
            seen.add(file.get("uri"))
    return mended


def _between_sections(scene: Scene) -> bool:
    shown = [file.get("uri") for file in _files(scene, _in_identity)]
    again = [file for file in _files(scene, _in_address) if isinstance(file.get("uri"), str) and file["uri"] in shown]
    for file in again:
        file["uri"] = scene.spare_uri()
    return bool(again)


def _hands_file_over(tenant: Tenant, request: Request, response: Response) -> bool:
    """Move the files that a refused attach names to the customer of that attach."""
    customer_id = request.path.split("/")[3]
    files = tenant.data.files
    named = [link.uri for link in links(sent(request)) if link.uri in files and files[link.uri].customer_id != customer_id]
    if taken(response) or customer_id not in tenant.data.customers:
        return False
    for uri in named:
        files[uri].customer_id = customer_id
    return bool(named)


async def judges_files_by_content(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Remember what each URI holds, and refuse an attach that shows the same thing twice."""
    response = await same_content(tenant, request, call_next)
    if request.path == UPLOAD_PATH and taken(response):
        digests: dict[str, str] = tenant.memory.setdefault(DIGESTS, {})
        uris = [uri for entry in told(response)["data"]["files"] for uri in entry.values()]
        for uri, part in zip(uris, _parts(request), strict=False):
            digests[uri] = hashlib.sha256(part.content).hexdigest()
    return response


def _parts(request: Request) -> list[Part]:
    return parse(request)[1]


def _same_content(scene: Scene) -> str | None:
    digests: dict[str, str] = scene.tenant.memory.get(DIGESTS, {})
    seen: dict[str, str] = {}
    for link in links(scene.body):
        digest = digests.get(link.uri)
        if digest and seen.setdefault(digest, link.uri) != link.uri:
            return link.path
    return None


same_content = refuses(_same_content)


def _values_of_others(scene: Scene) -> set[str]:
    customers: list[Customer] = list(scene.tenant.data.customers.values())
    return {customer.tos_value for customer in customers if customer is not scene.customer}


def _agrees(scene: Scene, of_another: bool) -> bool:
    value = scene.body.get(TERMS)
    if value is None or value == scene.customer.tos_value:
        return False
    if (isinstance(value, str) and value in _values_of_others(scene)) != of_another:
        return False
    scene.body[TERMS] = scene.customer.tos_value
    return True


FAULTS: tuple[Fault, ...] = (
    fault("accepts_file_without_uri", "uri-is-required", "takes a file entry without a URI", _replaces(_absent)),
    fault("accepts_unknown_uri", "unknown-uri-is-refused", "takes any path for that of an upload", _replaces(_never_issued)),
    fault(
        "accepts_uri_of_other_customer",
        "foreign-uri-is-refused",
        "asks only whether a file of an identity document belongs to the client",
        _replaces(_of_other_customer, _in_identity),
    ),
    fault(
        "accepts_address_uri_of_other_customer",
        "foreign-address-uri-is-refused",
        "asks whose the files of identity documents are, and not those of the address proof",
        _replaces(_of_other_customer, _in_address),
    ),
    fault(
        "accepts_selfie_uri_of_other_customer",
        "selfie-uri-belongs-to-customer",
        "asks whose the files of documents are, and not those of selfies",
        _replaces(_of_other_customer, _in_selfie),
    ),
    fault(
        "accepts_uri_of_other_client",
        "foreign-client-uri-is-refused",
        "keeps one pool of files for all clients",
        _replaces(_of_other_client),
    ),
    fault(
        "hands_file_over_to_whoever_names_it",
        "foreign-uri-leaves-the-owner-alone",
        "makes a file over to the customer that was refused it",
        afterwards(is_attach, _hands_file_over),
    ),
    fault("fetches_absolute_url", "absolute-url-is-refused", "takes URLs and climbing paths for uploads", _replaces(_outside)),
    fault(
        "accepts_one_uri_for_both_sides",
        "uri-front-equals-back-is-refused",
        "compares the URIs of different documents, and not those of one",
        mends(_within_document),
    ),
    fault(
        "accepts_one_uri_for_identity_and_address",
        "uri-identity-equals-address-is-refused",
        "compares URIs within a section only",
        mends(_between_sections),
    ),
    fault(
        DIGESTS,
        "equal-bytes-under-two-uris-are-accepted",
        "refuses two URIs of one content",
        judges_files_by_content,
    ),
    fault(
        "refuses_terms_value",
        "terms-value-is-accepted",
        "refuses the value that stands in the customer's own terms URL",
        refuses(lambda scene: TERMS if scene.body.get(TERMS) == scene.customer.tos_value else None),
    ),
    fault(
        "accepts_terms_value_of_another",
        "terms-value-of-another-is-refused",
        "asks only whether some customer was given the terms value",
        mends(lambda scene: _agrees(scene, of_another=True)),
    ),
    fault(
        "accepts_terms_value_made_up",
        "terms-value-made-up-is-refused",
        "takes anything for the terms value",
        mends(lambda scene: _agrees(scene, of_another=False)),
    ),
)
