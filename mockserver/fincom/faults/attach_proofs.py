"""Servers that misjudge selfies and address proofs (002 V2 Identity Document Types; Address Proof Types)."""

from typing import Any

from mockserver.fincom.documents import ADDRESS_TYPES, SELFIE
from mockserver.fincom.faults.attach_builders import (
    ADDRESS,
    IDENTIFYING,
    PROVING,
    Document,
    Mend,
    Scene,
    Trait,
    files_of,
    keeps_first_file,
    keeps_first_selfie,
    lacks,
    likely_country,
    mends,
    mends_documents,
    puts,
    refuses,
    refuses_documents,
)
from mockserver.fincom.faults.builders import fault
from mockserver.fincom.validation import is_country
from mockserver.wrappers import Fault, OnRequest

# What V1 takes for an address proof beyond the three of V2 (002 V1 Attach Documents).
OF_V1 = ("RESIDENCE_PERMIT", "PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "COMPANY_DOC")
PLAIN = ADDRESS_TYPES[0]


def _has_side(_: Scene, document: Document) -> bool:
    return any(file.get("side") is not None for file in files_of(document))


def _has_no_side(_: Scene, document: Document) -> bool:
    return any(file.get("side") is None for file in files_of(document))


def _selfies(scene: Scene) -> int:
    return sum(1 for _ in scene.documents(IDENTIFYING, SELFIE))


def _listed(scene: Scene) -> bool:
    return isinstance(scene.body.get(IDENTIFYING), list)


def _adds_selfie(scene: Scene) -> bool:
    wanted = scene.tenant.settings.selfie_required and _listed(scene) and _selfies(scene) == 0
    if wanted:
        scene.body[IDENTIFYING].append({"type": SELFIE, "files": [{"uri": scene.spare_uri()}]})
    return bool(wanted)


def _keeps_one_selfie(scene: Scene) -> bool:
    return bool(scene.tenant.settings.selfie_required) and keeps_first_selfie(scene)


def _counts_selfies(scene: Scene) -> str | None:
    proving = sum(1 for _ in scene.documents(IDENTIFYING, *PROVING))
    return IDENTIFYING if proving == 1 and _selfies(scene) == 1 else None


def _demands_selfie(scene: Scene) -> str | None:
    return IDENTIFYING if _listed(scene) and scene.body[IDENTIFYING] and _selfies(scene) == 0 else None


def _refuses_required_selfie(scene: Scene) -> str | None:
    return IDENTIFYING if scene.tenant.settings.selfie_required and _selfies(scene) == 1 else None


def _supplies_file(scene: Scene, document: Document) -> bool:
    if document.get("files"):
        return False
    document["files"] = [{"uri": scene.spare_uri()}]
    return True


def _supplies_address(scene: Scene) -> list[Document]:
    return [{"type": PLAIN, "country": scene.residence, "files": [{"uri": scene.spare_uri()}]}]


def _does_without(scene: Scene, wanted: tuple[Any, ...]) -> bool:
    if scene.body.get(ADDRESS) not in wanted:
        return False
    scene.body[ADDRESS] = _supplies_address(scene)
    return True


def _keeps_first_address(scene: Scene) -> bool:
    listed = scene.body.get(ADDRESS)
    if not isinstance(listed, list) or len(listed) < 2:
        return False
    scene.body[ADDRESS] = listed[:1]
    return True


def _wraps_address(scene: Scene) -> bool:
    single = scene.body.get(ADDRESS)
    if not isinstance(single, dict):
        return False
    scene.body[ADDRESS] = [single]
    return True


def _retypes(when: Trait) -> Mend:
    return puts("type", when, lambda _, __: PLAIN)


def _abroad(scene: Scene, document: Document) -> bool:
    return is_country(document.get("country")) and document["country"] != scene.residence


def _of_the_identity_country(scene: Scene, document: Document) -> bool:
    shown = [other.get("country") for _, other in scene.documents(IDENTIFYING, *PROVING)]
    return _abroad(scene, document) and document["country"] in shown


def _at_address(mend: Mend) -> OnRequest:
    """Mend the address proof of whatever type."""
    return mends(lambda scene: sum(mend(scene, document) for _, document in scene.documents(ADDRESS)) > 0)


def _typed(kind: str) -> Trait:
    return lambda _, document: document.get("type") == kind


def _strange(_: Scene, document: Document) -> bool:
    kind = document.get("type")
    return kind is not None and kind not in (*ADDRESS_TYPES, *OF_V1)


SELFIES: tuple[Fault, ...] = (
    fault(
        "refuses_selfie",
        "selfie-is-accepted",
        "does not know the type SELFIE",
        refuses_documents("type", lambda _, __: True, SELFIE),
    ),
    fault(
        "counts_selfie_as_identity_document",
        "selfie-does-not-count-as-identity-document",
        "counts the selfie towards the limit of one identity document",
        refuses(_counts_selfies),
    ),
    fault(
        "demands_selfie_of_everybody",
        "attach-works-without-selfie",
        "demands a selfie of clients that need none",
        refuses(_demands_selfie),
    ),
    *(
        fault(
            f"demands_{name}_of_selfie",
            rule,
            f"demands the field {name} of a selfie",
            refuses_documents(name, lacks(name), SELFIE),
        )
        for name, rule in (
            ("expiry_date", "selfie-needs-no-expiry"),
            ("number", "selfie-needs-no-number-or-country"),
            ("country", "selfie-needs-no-number-or-country"),
            ("issue_date", "selfie-needs-no-number-or-country"),
        )
    ),
    fault(
        "demands_side_of_selfie",
        "selfie-needs-no-side",
        "demands the side of a selfie",
        refuses_documents("files.0.side", _has_no_side, SELFIE),
    ),
    fault(
        "forbids_side_of_selfie",
        "selfie-may-carry-side",
        "forbids the side of a selfie",
        refuses_documents("files.0.side", _has_side, SELFIE),
    ),
    fault(
        "forgets_that_selfie_is_required",
        "required-selfie-missing-is-refused",
        "does without the selfie that the client has to send",
        mends(_adds_selfie),
    ),
    fault(
        "refuses_required_selfie",
        "required-selfie-present-is-accepted",
        "refuses the one selfie of clients that have to send it",
        refuses(_refuses_required_selfie),
    ),
    fault(
        "does_not_count_required_selfies",
        "two-required-selfies-are-refused",
        "takes two selfies of a client that has to send exactly one",
        mends(_keeps_one_selfie),
    ),
    fault(
        "accepts_selfie_without_file",
        "selfie-without-file-is-refused",
        "takes a selfie that shows nothing",
        mends_documents(_supplies_file, SELFIE),
    ),
)
ADDRESSES: tuple[Fault, ...] = (
    fault(
        "accepts_missing_address_documents",
        "address-documents-are-required",
        "is content with an identity document where address_documents is left out or null",
        mends(lambda scene: _does_without(scene, (None,))),
    ),
    fault(
        "accepts_empty_address_documents",
        "address-documents-empty-is-refused",
        "takes an empty list of address documents",
        mends(lambda scene: _does_without(scene, ([],))),
    ),
    fault(
        "accepts_two_address_documents",
        "two-address-documents-are-refused",
        "takes any number of address documents",
        mends(_keeps_first_address),
    ),
    fault(
        "wraps_single_address_document",
        "address-documents-is-an-array",
        "takes one address document without its list",
        mends(_wraps_address),
    ),
    *(
        fault(
            f"refuses_{kind.lower()}",
            f"{kind.lower().replace('_', '-')}-is-accepted",
            f"does not know the address proof {kind}",
            refuses_documents("type", lambda _, __: True, kind, section=ADDRESS),
        )
        for kind in ADDRESS_TYPES
    ),
    *(
        fault(
            f"accepts_{kind.lower()}_as_address_proof",
            f"address-proof-{kind.lower().replace('_', '-')}-is-refused",
            f"takes a {kind} for an address proof as V1 does",
            _at_address(_retypes(_typed(kind))),
        )
        for kind in OF_V1
    ),
    fault(
        "accepts_unknown_address_proof",
        "address-proof-unknown-type-is-refused",
        "takes any text for the type of an address proof",
        _at_address(_retypes(_strange)),
    ),
    fault(
        "accepts_address_proof_without_type",
        "address-proof-unknown-type-is-refused",
        "takes an address proof without a type",
        _at_address(_retypes(lacks("type"))),
    ),
    fault(
        "accepts_address_proof_from_abroad",
        "address-proof-country-matches-residence",
        "does not compare the country of the address proof with the one of residence",
        mends_documents(puts("country", _abroad, likely_country), section=ADDRESS),
    ),
    fault(
        "compares_address_proof_with_identity_document",
        "address-proof-country-not-identity-country",
        "takes an address proof of the country that the identity document is of",
        mends_documents(puts("country", _of_the_identity_country, likely_country), section=ADDRESS),
    ),
    fault(
        "accepts_address_proof_without_country",
        "address-proof-country-is-required",
        "counts a missing country of the address proof as a match",
        mends_documents(puts("country", lacks("country"), likely_country), section=ADDRESS),
    ),
    fault(
        "accepts_address_proof_without_file",
        "address-proof-needs-a-file",
        "takes an address proof without a paper",
        mends_documents(_supplies_file, section=ADDRESS),
    ),
    fault(
        "overlooks_second_file_of_address_proof",
        "address-proof-one-file-only",
        "overlooks the second file of an address proof",
        mends_documents(keeps_first_file, section=ADDRESS),
    ),
    fault(
        "demands_side_of_address_proof",
        "address-proof-needs-no-side",
        "demands the side of an address proof",
        refuses_documents("files.0.side", _has_no_side, section=ADDRESS),
    ),
    *(
        fault(
            f"demands_{name}_of_address_proof",
            "address-proof-needs-no-number-or-dates",
            f"demands the field {name} of an address proof",
            refuses_documents(name, lacks(name), section=ADDRESS),
        )
        for name in ("number", "issue_date", "expiry_date")
    ),
)
FAULTS = (*SELFIES, *ADDRESSES)
