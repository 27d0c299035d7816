"""Builders of wrappers around attach: they mend or refuse one trait of the documents, and hand on all else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.fincom.documents import ADDRESS_TYPES, IDENTITY, SELFIE
from mockserver.fincom.faults.builders import customer_of, is_attach, sent
from mockserver.fincom.faults.carriers import refused_fields, with_fields
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import Part, store
from mockserver.fincom.validation import ALPHA_2
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest

PROVING = tuple(kind for kind in IDENTITY if kind != SELFIE)
SIDED = tuple(kind for kind, row in IDENTITY.items() if row.files == 2)
IDENTIFYING, ADDRESS = "identifying_documents", "address_documents"
KINDS = {IDENTIFYING: PROVING, ADDRESS: ADDRESS_TYPES}
FAR_AHEAD = "2999-12-31"
ALPHA_3 = {alpha_2: alpha_3 for alpha_3, alpha_2 in ALPHA_2.items()}
# A country whose licences need no state.
ELSEWHERE = "FRA"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """An attach on its way in: whose it is, and its body, which a mend edits in place."""

    tenant: Tenant
    customer: Customer
    body: dict[str, Any]

    @property
    def residence(self) -> str:
        """The customer's country of residence."""
        country: str = self.customer.body["basic_info"]["country_of_residence"]
        return country

    def spare_uri(self) -> str:
        """Return the URI of a file of the customer's that nothing else names."""
        return store(self.tenant, self.customer.id, Part("spare", "spare.pdf", b"%PDF-1.7\n%%EOF\n")).uri

    def documents(self, section: str, *kinds: str) -> Iterator[tuple[int, Document]]:
        """Yield the documents of a section with their indexes, those of some types only if types are given."""
        listed = self.body.get(section)
        for index, document in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(document, dict) and (not kinds or document.get("type") in kinds):
                yield index, document


Trait = Callable[[Scene, Document], bool]
Mend = Callable[[Scene, Document], bool]
Value = Callable[[Scene, Document], Any]


def scene_of(tenant: Tenant, request: Request) -> Scene | None:
    """Return the scene of an attach with a JSON object for a customer that exists."""
    customer = customer_of(tenant, request) if is_attach(request) else None
    body = sent(request) if customer else {}
    return Scene(tenant, customer, body) if customer and body else None


def mends(mend: Callable[[Scene], bool]) -> OnRequest:
    """Let `mend` edit the body before the honest code sees it; it tells whether it did."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        scene = scene_of(tenant, request)
        return await call_next(request.with_json(scene.body) if scene and mend(scene) else request)

    return on_request


def refuses(find: Callable[[Scene], str | None], says: str = "Is not supported") -> OnRequest:
    """Refuse the field that `find` returns the path of; None lets the honest code answer.

    The refusal is the honest one of an empty body with its fields exchanged: whatever comes before the fields stays.
    """

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        scene = scene_of(tenant, request)
        path = find(scene) if scene else None
        if path is None:
            return await call_next(request)
        response = await call_next(request.with_json({}))
        return with_fields(response, {path: [says]}) if refused_fields(response) else response

    return on_request


def mends_documents(mend: Mend, *kinds: str, section: str = IDENTIFYING) -> OnRequest:
    """Mend each document of some types, by default all but selfies."""
    chosen = kinds or KINDS[section]

    def all_of(scene: Scene) -> bool:
        # All of them are to be mended, so there is no stopping at the first.
        return sum(mend(scene, document) for _, document in scene.documents(section, *chosen)) > 0

    return mends(all_of)


def refuses_documents(name: str, when: Trait, *kinds: str, section: str = IDENTIFYING) -> OnRequest:
    """Refuse the field `name` of the first document of some types (by default all but selfies) that has a trait."""
    chosen = kinds or KINDS[section]

    def find(scene: Scene) -> str | None:
        found = (index for index, document in scene.documents(section, *chosen) if when(scene, document))
        return next((f"{section}.{index}.{name}" for index in found), None)

    return refuses(find)


def puts(name: str, when: Trait, to: Value) -> Mend:
    """Set a field of documents that have a trait."""

    def mend(scene: Scene, document: Document) -> bool:
        if not when(scene, document):
            return False
        document[name] = to(scene, document)
        return True

    return mend


def takes_away(name: str, when: Trait) -> Mend:
    """Remove a field of documents that have a trait."""

    def mend(scene: Scene, document: Document) -> bool:
        if name not in document or not when(scene, document):
            return False
        del document[name]
        return True

    return mend


def lacks(name: str) -> Trait:
    """Return a trait: the field is absent or null."""
    return lambda _, document: document.get(name) is None


def has(name: str) -> Trait:
    """Return a trait: the field is there."""
    return lambda _, document: document.get(name) is not None


def always(value: Any) -> Value:
    """Return a value that is the same wherever it stands."""
    return lambda _, __: value


def files_of(document: Document) -> list[dict[str, Any]]:
    """Return the files of a document that are objects."""
    listed = document.get("files")
    return [file for file in listed if isinstance(file, dict)] if isinstance(listed, list) else []


def keeps_first_file(_: Scene, document: Document) -> bool:
    """Overlook all files of a document but the first."""
    files = files_of(document)
    document["files"] = files[:1] if len(files) > 1 else document.get("files")
    return len(files) > 1


def keeps_first_selfie(scene: Scene) -> bool:
    """Overlook all selfies but the first."""
    extra = [document for _, document in scene.documents(IDENTIFYING, SELFIE)][1:]
    leaves_out(scene, extra)
    return bool(extra)


def leaves_out(scene: Scene, extra: list[Document]) -> None:
    """Take these very identity documents, and no others that are equal to them, out of the request."""
    listed = scene.body.get(IDENTIFYING)
    if isinstance(listed, list):
        scene.body[IDENTIFYING] = [each for each in listed if not any(each is other for other in extra)]


def likely_country(scene: Scene, document: Document) -> str:
    """Return a country that goes with the rest of a document."""
    if document.get("type") in KINDS[ADDRESS]:
        return scene.residence
    state = document.get("state")
    return ALPHA_3.get(str(state)[:2], ELSEWHERE) if state else ELSEWHERE
