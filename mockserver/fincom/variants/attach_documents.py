"""Servers that ask for other documents on attach and are still right (002 V2 Identity Document Types; Key Rules)."""

from datetime import timedelta

from mockserver.fincom.documents import SELFIE, links
from mockserver.fincom.errors import NOT_ELIGIBLE, not_found
from mockserver.fincom.faults.attach_builders import (
    FAR_AHEAD,
    IDENTIFYING,
    PROVING,
    Document,
    Scene,
    Trait,
    files_of,
    has,
    keeps_first_file,
    keeps_first_selfie,
    mends,
    mends_documents,
    puts,
    refuses,
    refuses_documents,
    scene_of,
)
from mockserver.fincom.faults.builders import edits_answer, is_attach, sent, taken
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.validation import is_country, is_subdivision, parse_date
from mockserver.fincom.variants.builders import variant
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Variant

TERMS = "tos_policies_value"
LICENCE, PASSPORT = "DRIVERS_LICENSE", "PASSPORT"
MARGIN = timedelta(days=61)  # the sample of a review text wants two more months (facts 2.7)
USED = "refuses_uris_used_before"


def _supplies_terms(scene: Scene) -> bool:
    if scene.body.get(TERMS) is not None:
        return False
    scene.body[TERMS] = scene.customer.tos_value
    return True


def _selfie_uri_again(scene: Scene) -> str | None:
    found = list(links(scene.body))
    others = {link.uri for link in found if not link.of_selfie}
    return next((link.path for link in found if link.of_selfie and link.uri in others), None)


def _keeps_one_selfie(scene: Scene) -> bool:
    return not scene.tenant.settings.selfie_required and keeps_first_selfie(scene)


def _no_selfie(tenant: Tenant, request: Request, response: Response) -> Response | None:
    """Hold a client that owes a selfie not eligible, where that is all that is wrong."""
    scene, fields = scene_of(tenant, request), refused_fields(response)
    if scene is None or not tenant.settings.selfie_required or set(fields or ()) != {IDENTIFYING}:
        return None
    return None if any(scene.documents(IDENTIFYING, SELFIE)) else answer(403, NOT_ELIGIBLE)


def _selfie_alone(scene: Scene) -> str | None:
    shown = any(scene.documents(IDENTIFYING, SELFIE)) and not any(scene.documents(IDENTIFYING, *PROVING))
    return IDENTIFYING if shown else None


def _odd_state(_: Scene, document: Document) -> bool:
    state, country = document.get("state"), document.get("country")
    if not isinstance(state, str) or not state.strip() or not is_country(country):
        return False
    return not is_subdivision(state, [str(country)])


def _any_state(_: Scene, document: Document) -> str | None:
    return "US-CA" if document["country"] == "USA" else None


def _expires_in(least: timedelta, most: timedelta) -> Trait:
    def trait(scene: Scene, document: Document) -> bool:
        day = parse_date(document.get("expiry_date"))
        return day is not None and least <= day - scene.tenant.clock.today() < most

    return trait


def _shows_back(_: Scene, document: Document) -> bool:
    return [file.get("side") for file in files_of(document)] == ["BACK"]


def _used_before(scene: Scene) -> str | None:
    used: dict[str, list[str]] = scene.tenant.memory.get(USED, {})
    mine = used.get(scene.customer.id, []) if scene.customer.status == "ACTION_REQUIRED" else []
    return next((link.path for link in links(scene.body) if link.uri in mine), None)


async def refuses_uris_used_before(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Use up the URIs of each attach that is taken."""
    response = await unless_used(tenant, request, call_next)
    scene = scene_of(tenant, request) if taken(response) else None
    if scene is not None:
        used: dict[str, list[str]] = tenant.memory.setdefault(USED, {})
        used.setdefault(scene.customer.id, []).extend(link.uri for link in links(sent(request)))
    return response


unless_used = refuses(_used_before)


def _foreign(scene: Scene) -> str | None:
    files = scene.tenant.data.files
    found = (link for link in links(scene.body) if link.uri in files and files[link.uri].customer_id != scene.customer.id)
    return next((link.path for link in found), None)


def _missing(tenant: Tenant, request: Request, response: Response) -> Response | None:
    scene = scene_of(tenant, request) if response.status == 403 else None
    attachable = scene is not None and scene.customer.status in ("INCOMPLETE", "ACTION_REQUIRED")
    return not_found() if scene is not None and attachable and _foreign(scene) else None


def _other_customer(scene: Scene) -> str | None:
    named = scene.body.get("customer_id", scene.customer.id)
    return None if named == scene.customer.id else "customer_id"


VARIANTS: tuple[Variant, ...] = (
    variant("does_without_terms_value", "amb-tos-value-required", "does not require the terms value", mends(_supplies_terms)),
    variant(
        "counts_selfies_among_unique_uris",
        "amb-selfie-uri-unique",
        "wants the URI of a selfie to differ from all others",
        refuses(_selfie_uri_again),
    ),
    variant(
        "takes_several_files_of_a_selfie",
        "amb-selfie-files",
        "takes one or more files of a selfie",
        mends_documents(keeps_first_file, SELFIE),
    ),
    variant("takes_several_selfies", "amb-two-selfies", "takes several selfies where none is required", mends(_keeps_one_selfie)),
    variant(
        "forbids_attach_without_required_selfie",
        "amb-selfie-flag",
        "answers 403 where a required selfie is missing",
        edits_answer(is_attach, _no_selfie),
    ),
    variant("wants_an_identity_document", "amb-no-identity-document", "does not take a selfie alone", refuses(_selfie_alone)),
    variant(
        "forbids_state_of_selfie", "amb-selfie-state", "forbids the state of a selfie", refuses_documents("state", has("state"), SELFIE)
    ),
    variant(
        "takes_any_licence_state",
        "amb-licence-state-value",
        "takes any text for the state of a licence",
        mends_documents(puts("state", _odd_state, _any_state), LICENCE),
    ),
    variant(
        "forbids_back_of_passport",
        "amb-passport-side-value",
        "takes no other side of a passport than the front",
        refuses_documents("files.0.side", _shows_back, PASSPORT),
    ),
    variant(
        "takes_expiry_today",
        "amb-expiry-today",
        "holds a document good through the day on which it expires",
        mends_documents(puts("expiry_date", _expires_in(timedelta(0), timedelta(days=1)), lambda _, __: FAR_AHEAD)),
    ),
    variant(
        "wants_two_more_months",
        "amb-expiry-margin",
        "wants documents to be good for another two months",
        refuses_documents("expiry_date", _expires_in(timedelta(days=1), MARGIN)),
    ),
    variant(USED, "fincom/amb-uri-across-requests", "uses up the URIs that were attached", refuses_uris_used_before),
    variant("refuses_foreign_uri_as_field", "amb-foreign-uri-status", "refuses the field of a file of another customer", refuses(_foreign)),
    variant(
        "does_not_find_foreign_uri",
        "amb-foreign-uri-status",
        "answers 404 to a file of another customer",
        edits_answer(is_attach, _missing),
    ),
    variant(
        "refuses_other_customer_in_body",
        "amb-body-customer-id",
        "refuses a customer_id in the body that is not the one of the path",
        refuses(_other_customer),
    ),
)
