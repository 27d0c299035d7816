"""Servers that verify a client although something is missing (004, core attributes and failure handling)."""

from collections.abc import Callable
from itertools import combinations

from mockserver.http import Request, Response
from mockserver.mbanq.faults.builders import (
    Scene,
    breaks_down,
    client_of,
    fault,
    gaps_of,
    in_scene,
    is_admitted,
    is_remove,
    is_verify,
    kind_of,
    passes,
    verified,
)
from mockserver.mbanq.model import Client
from mockserver.mbanq.verification import (
    BAD_EMAIL,
    BAD_IDENTIFIER,
    BAD_MOBILE,
    NO_ADDRESS,
    NO_EMAIL,
    NO_FULL_ID,
    NO_IDENTIFIER,
    NO_MOBILE,
    valid_identifiers,
)
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

Trait = Callable[[Client], bool]
IDENTITY = frozenset({NO_IDENTIFIER[0], BAD_IDENTIFIER[0], NO_FULL_ID[0]})
CORE = {"address": NO_ADDRESS[0], "identifier": NO_IDENTIFIER[0], "email": NO_EMAIL[0], "mobile": NO_MOBILE[0]}
# Whoever is refused for the identity document is, for FULL, refused for the lack of an SSN, ITIN or physical ID as well.
GROUPS = {"address": {NO_ADDRESS[0]}, "identifier": IDENTITY, "email": {NO_EMAIL[0]}, "mobile": {NO_MOBILE[0]}}


def _forgives(codes: frozenset[str], trait: Trait = lambda _: True) -> OnRequest:
    """Verify clients who have a trait and lack nothing but what the codes say."""
    return passes(lambda scene, gaps: gaps <= codes and trait(scene.client))


def _some_address(**flags: bool) -> Trait:
    """Return a test for clients of whom an address is as it should be but for one flag."""
    good = {"primary": True, "physical": True, "active": True} | flags
    return lambda client: any(all(getattr(each, name) == value for name, value in good.items()) for each in client.addresses)


ADDRESS, EMAIL, BAD_MAIL, MOBILE = (frozenset({code}) for code, _ in (NO_ADDRESS, NO_EMAIL, BAD_EMAIL, NO_MOBILE))
SINGLE: tuple[tuple[str, str, str, frozenset[str], Trait], ...] = (
    ("passes_without_address", "verify-needs-primary-address", "without any address", ADDRESS, lambda client: not client.addresses),
    (
        "counts_secondary_address",
        "verify-secondary-address-insufficient",
        "whose only address is not the primary one",
        ADDRESS,
        _some_address(primary=False),
    ),
    (
        "counts_mailing_address",
        "verify-mailing-address-insufficient",
        "whose only address is a PO box",
        ADDRESS,
        _some_address(physical=False),
    ),
    (
        "counts_inactive_address",
        "verify-inactive-address-insufficient",
        "whose only address is deactivated",
        ADDRESS,
        _some_address(active=False),
    ),
    (
        "passes_without_identifier",
        "verify-needs-identifier",
        "without any identity document",
        IDENTITY,
        lambda client: not client.identifiers,
    ),
    (
        "counts_expired_identifier",
        "verify-expired-identifier-insufficient",
        "whose only document has expired",
        IDENTITY,
        lambda client: any(each.status == "Active" and each.expires is not None for each in client.identifiers),
    ),
    (
        "counts_inactive_identifier",
        "verify-inactive-identifier-insufficient",
        "whose only document is inactive",
        IDENTITY,
        lambda client: any(each.status == "Inactive" for each in client.identifiers),
    ),
    ("passes_without_email", "verify-needs-email", "without an e-mail address", EMAIL, lambda _: True),
    ("passes_unverified_email", "verify-unverified-email-insufficient", "whose e-mail address is not verified", BAD_MAIL, lambda _: True),
    ("passes_without_mobile", "verify-needs-mobile", "without a mobile number", MOBILE, lambda _: True),
)


async def _counts_removed(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Keep counting documents that were removed."""
    client = client_of(tenant, request)
    removed: dict[str, bool] = tenant.memory.setdefault("counts_removed_identifiers", {})
    if is_remove(request) and client and is_admitted(tenant, request):
        removed[str(client.id)] = bool(valid_identifiers(client, tenant.clock.today()))
    response = await call_next(request)
    kind = kind_of(request) if is_verify(request) and client else None
    if client is None or kind is None or not removed.get(str(client.id)) or response.status != 403:
        return response
    return verified(tenant, client, kind) if gaps_of(tenant, client, kind) <= IDENTITY and is_admitted(tenant, request) else response


async def _wavers(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take every second unverified mobile number for a verified one."""
    response = await call_next(request)
    client, kind = client_of(tenant, request), kind_of(request)
    if not is_verify(request) or client is None or kind is None or response.status != 403 or not is_admitted(tenant, request):
        return response
    if gaps_of(tenant, client, kind) != {BAD_MOBILE[0]}:
        return response
    tenant.memory["wavers"] = turn = tenant.memory.get("wavers", 0) + 1
    return verified(tenant, client, kind) if turn % 2 == 0 else response


def _stumbles(scene: Scene) -> Response | None:
    return breaks_down() if scene.client.mobile is not None and not scene.client.mobile_verified else None


def _lacks_nothing_of_the_core(scene: Scene, gaps: frozenset[str]) -> bool:
    return kind_of(scene.request) == "FULL" and gaps == {NO_FULL_ID[0]}


def _is_full(scene: Scene, _: frozenset[str]) -> bool:
    return kind_of(scene.request) == "FULL" and bool(gaps_of(scene.tenant, scene.client, "PARTIAL"))


def _is_partial(scene: Scene, _: frozenset[str]) -> bool:
    return kind_of(scene.request) == "PARTIAL"


def _lacks_both(one: str, other: str) -> OnRequest:
    """Verify clients who lack just these two things."""

    def lie(_: Scene, gaps: frozenset[str]) -> bool:
        both = gaps & GROUPS[one] and gaps & GROUPS[other]
        return bool(both) and gaps <= GROUPS[one] | GROUPS[other]

    return passes(lie)


def _has_nothing(scene: Scene, _: frozenset[str]) -> bool:
    client = scene.client
    return not client.addresses and not client.identifiers and not client.email_verified and not client.mobile_verified


def _others_have_documents(scene: Scene, gaps: frozenset[str]) -> bool:
    today = scene.tenant.clock.today()
    others = (each for each in scene.tenant.data.clients.values() if each is not scene.client)
    return gaps <= IDENTITY and any(valid_identifiers(each, today) for each in others)


def _others_have_addresses(scene: Scene, gaps: frozenset[str]) -> bool:
    others = (each for each in scene.tenant.data.clients.values() if each is not scene.client)
    return gaps == ADDRESS and any(each.addresses for each in others)


FAULTS: tuple[Fault, ...] = (
    *(fault(name, rule, f"verifies a client {whom}", _forgives(codes, trait)) for name, rule, whom, codes, trait in SINGLE),
    fault("counts_removed_identifiers", "verify-deleted-identifier-insufficient", "counts documents that were removed", _counts_removed),
    fault(
        "wavers_over_unverified_mobile",
        "verify-unverified-mobile",
        "takes every second unverified mobile number for a verified one",
        _wavers,
    ),
    fault(
        "breaks_down_on_unverified_mobile",
        "verify-unverified-mobile",
        "answers 500 to a client whose mobile number is not verified",
        in_scene(is_verify, _stumbles),
    ),
    fault(
        "treats_full_as_partial",
        "verify-full-needs-ssn-itin-or-id",
        "asks for FULL what it asks for PARTIAL",
        passes(_lacks_nothing_of_the_core),
    ),
    fault("full_skips_the_core", "verify-full-not-weaker", "asks nothing of the core attributes for FULL", passes(_is_full)),
    fault("partial_skips_the_core", "verify-partial-still-needs-core", "asks nothing for PARTIAL", passes(_is_partial)),
    fault(
        "passes_whoever_lacks_several",
        "verify-several-missing-refused",
        "verifies a client who lacks more than one thing",
        passes(lambda _, gaps: len(gaps - {NO_FULL_ID[0]}) > 1),
    ),
    *(
        fault(
            f"passes_without_{one}_and_{other}",
            "verify-several-missing-refused",
            f"verifies a client who lacks {one} and {other}",
            _lacks_both(one, other),
        )
        for one, other in combinations(GROUPS, 2)
    ),
    fault(
        "passes_whoever_has_nothing",
        "verify-nothing-there-refused create-then-verify-refused",
        "verifies a client of whom it knows nothing but the name",
        passes(_has_nothing),
    ),
    fault(
        "counts_documents_of_others",
        "verify-foreign-documents-do-not-count",
        "counts the documents of another client",
        passes(_others_have_documents),
    ),
    fault(
        "counts_addresses_of_others",
        "verify-foreign-documents-do-not-count",
        "counts the addresses of another client",
        passes(_others_have_addresses),
    ),
)
