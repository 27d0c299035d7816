"""Servers that get repetition and order wrong (004, onboarding flow)."""

from collections.abc import Callable

from mockserver.faulting import taken, told
from mockserver.http import Response
from mockserver.mbanq.faults.builders import (
    Scene,
    breaks_down,
    fault,
    gaps_of,
    in_scene,
    is_activate,
    is_add,
    is_read,
    is_remove,
    is_told,
    is_verify,
    kind_of,
    verified,
)
from mockserver.mbanq.model import Client, Status
from mockserver.mbanq.verification import valid_identifiers
from mockserver.wrappers import Fault, OnRequest


def _times(scene: Scene) -> int:
    return sum(what.startswith("Verified") for what, _ in scene.client.history)


def _toggles(scene: Scene) -> Response | None:
    if not taken(scene.response) or _times(scene) < 2:
        return None
    scene.client.verified = _times(scene) % 2 == 1
    return scene.response.with_json(told(scene.response) | {"changes": {}})


def _unverifies_on_refusal(scene: Scene) -> Response | None:
    """Lose the verification of a client when a later one is refused."""
    if taken(scene.response) or not scene.client.verified or scene.client.status != "Pending":
        return None
    scene.client.verified = False
    return scene.response.with_json(told(scene.response))


def _upgrades_unchecked(scene: Scene) -> Response | None:
    kind = kind_of(scene.request)
    if kind != "FULL" or not scene.client.verified or scene.client.status != "Pending" or taken(scene.response):
        return None
    return verified(scene.tenant, scene.client, "FULL")


def _downgrades(scene: Scene) -> Response | None:
    levels = [what for what, _ in scene.client.history if what.startswith("Verified")]
    if kind_of(scene.request) != "PARTIAL" or not taken(scene.response) or "Verified (FULL)" not in levels:
        return None
    scene.client.verified = False
    return scene.response.with_json(told(scene.response) | {"changes": {}})


def _puts_back(*found: Status) -> OnRequest:
    """Put a client back into Pending that is verified in one of some statuses."""

    def edit(scene: Scene) -> Response | None:
        if scene.client.status not in found or kind_of(scene.request) is None:
            return None
        scene.client.status = "Pending"
        return scene.response.with_json(told(scene.response))

    return in_scene(is_verify, edit)


def _revives_and_says_so(scene: Scene) -> Response | None:
    if scene.client.status not in ("Closed", "Rejected") or kind_of(scene.request) is None:
        return None
    scene.client.status = "Pending"
    return verified(scene.tenant, scene.client)


def _verifies_by(test: Callable[[Client], bool]) -> Callable[[Scene], Response | None]:
    def edit(scene: Scene) -> Response | None:
        if not taken(scene.response) or scene.client.verified or not test(scene.client):
            return None
        scene.client.verified = True
        return scene.response.with_json(told(scene.response) | {"changes": {}})

    return edit


def _activates_by_document(scene: Scene) -> Response | None:
    if not taken(scene.response) or scene.client.status != "Pending":
        return None
    scene.client.status = "Active"
    return scene.response.with_json(told(scene.response) | {"changes": {}})


def _has_lost_its_documents(scene: Scene) -> bool:
    return scene.client.verified and not valid_identifiers(scene.client, scene.tenant.clock.today())


def _stumbles_over_loss(scene: Scene) -> Response | None:
    return breaks_down() if _has_lost_its_documents(scene) else None


def _tells_otherwise(scene: Scene) -> Response | None:
    if not _has_lost_its_documents(scene) or not taken(scene.response):
        return None
    return scene.response.with_json(told(scene.response) | {"status": "PENDING"})


def _trusts_the_past(scene: Scene) -> Response | None:
    """Verify again whoever was verified before, whatever was lost since."""
    kind = kind_of(scene.request)
    if kind is None or not _has_lost_its_documents(scene) or scene.client.status != "Pending" or taken(scene.response):
        return None
    return verified(scene.tenant, scene.client, kind) if gaps_of(scene.tenant, scene.client, kind) else None


def _opens_the_gate_once(scene: Scene) -> Response | None:
    """Activate a client that lost its verification at the second attempt."""
    if scene.response.status != 403 or scene.client.status != "Pending" or not scene.tenant.settings.may_activate:
        return None
    tried: dict[int, int] = scene.tenant.memory.setdefault("gives_in_to_activation", {})
    tried[scene.client.id] = tried.get(scene.client.id, 0) + 1
    if tried[scene.client.id] < 2:
        return None
    scene.client.status = "Active"
    return Response(200, scene.response.headers, b'{"officeId": 1, "clientId": %d, "resourceId": %d}' % ((scene.client.id,) * 2))


FAULTS: tuple[Fault, ...] = (
    fault(
        "toggles_verified",
        "verify-again-stays-verified life-cycle-agrees-with-the-model",
        "takes the verification back with the second one",
        in_scene(is_verify, _toggles),
    ),
    fault(
        "unverifies_whom_it_refuses",
        "verify-partial-then-full life-cycle-agrees-with-the-model",
        "takes the verification back when a later one is refused",
        in_scene(is_verify, _unverifies_on_refusal),
    ),
    fault(
        "upgrades_unchecked", "verify-partial-then-full", "checks nothing for FULL after PARTIAL", in_scene(is_verify, _upgrades_unchecked)
    ),
    fault(
        "downgrades",
        "verify-full-then-partial-no-downgrade",
        "takes the verification back with PARTIAL after FULL",
        in_scene(is_verify, _downgrades),
    ),
    fault("puts_active_back", "verify-active-client-harmless", "puts an Active client back into Pending", _puts_back("Active")),
    fault("revives_closed", "verify-closed-client-not-revived", "puts a Closed client back into Pending", _puts_back("Closed")),
    fault("revives_rejected", "verify-closed-client-not-revived", "puts a Rejected client back into Pending", _puts_back("Rejected")),
    fault(
        "revives_and_verifies",
        "verify-closed-client-not-revived",
        "verifies a client that is closed or rejected",
        in_scene(is_verify, _revives_and_says_so),
    ),
    fault(
        "verifies_by_document",
        "verified-before-only-by-verify documents-keep-pending",
        "sets a client Verified to whom a document is added",
        in_scene(is_add, _verifies_by(lambda _: True)),
    ),
    fault(
        "verifies_by_reading",
        "verified-before-only-by-verify read-is-safe",
        "sets a client Verified that is read",
        in_scene(lambda request: is_read(request) or is_told(request), _verifies_by(lambda client: client.status == "Pending")),
    ),
    fault(
        "activates_by_document",
        "documents-keep-pending",
        "activates a client to whom a document is added",
        in_scene(is_add, _activates_by_document),
    ),
    fault(
        "breaks_down_on_lost_documents",
        "verify-then-lose-document",
        "answers 500 to whoever is Verified and has no document left",
        in_scene(lambda request: is_verify(request) or is_told(request) or is_read(request), _stumbles_over_loss),
    ),
    fault(
        "removes_with_500",
        "verify-then-lose-document",
        "answers 500 when the last document of a Verified client is removed",
        in_scene(is_remove, _stumbles_over_loss),
    ),
    fault(
        "tells_lost_documents_apart",
        "verify-then-lose-document",
        "shows a client without documents as Verified in one place and as PENDING in another",
        in_scene(is_told, _tells_otherwise),
    ),
    fault(
        "trusts_the_past",
        "verify-then-lose-document",
        "verifies again whoever was verified before",
        in_scene(is_verify, _trusts_the_past),
    ),
    fault(
        "gives_in_to_activation",
        "life-cycle-agrees-with-the-model",
        "activates an unverified client at the second attempt",
        in_scene(is_activate, _opens_the_gate_once),
    ),
)
