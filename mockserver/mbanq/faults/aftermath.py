"""Servers whose refusal of a verification leaves traces (004, outcomes: the state remains unchanged)."""

from collections.abc import Callable

from mockserver.faulting import taken
from mockserver.http import Request, Response, answer
from mockserver.mbanq.clients import ids
from mockserver.mbanq.faults.builders import (
    Scene,
    client_of,
    fault,
    gaps_of,
    in_scene,
    is_activate,
    is_admitted,
    is_for_gap,
    is_verify,
    kind_of,
    passes,
    refused,
)
from mockserver.mbanq.lifecycle import move
from mockserver.mbanq.model import Client
from mockserver.mbanq.verification import BAD_IDENTIFIER, NO_FULL_ID
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

LOCKED = "error.msg.client.verification.locked", "Verification of the client is locked."
# After how many refusals an impatient server shuts a client out.
PATIENCE = 3


def _leaves(change: Callable[[Tenant, Client], None]) -> OnRequest:
    """Change a client when it is refused for a gap."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        client = client_of(tenant, request) if is_verify(request) and is_for_gap(response) else None
        if client and client.status == "Pending" and is_admitted(tenant, request):
            change(tenant, client)
            call_next.mark()
        return response

    return on_request


def _rejects(tenant: Tenant, client: Client) -> None:
    move(tenant, client, "Rejected")


def _closes(tenant: Tenant, client: Client) -> None:
    move(tenant, client, "Closed")


def _verifies(_: Tenant, client: Client) -> None:
    client.verified = True


def _forgets(name: str) -> Callable[[Tenant, Client], None]:
    return lambda _, client: setattr(client, name, None)


def _drops(name: str) -> Callable[[Tenant, Client], None]:
    return lambda _, client: getattr(client, name).clear()


def _retires(_: Tenant, client: Client) -> None:
    for each in client.identifiers:
        each.status = "Inactive"


def _renames(_: Tenant, client: Client) -> None:
    client.profile.lastname = "Refused"


TRACES: tuple[tuple[str, str, str, Callable[[Tenant, Client], None]], ...] = (
    ("rejects_whom_it_refuses", "refusal-keeps-status", "puts a client that it refuses into Rejected", _rejects),
    ("closes_whom_it_refuses", "refusal-keeps-status", "puts a client that it refuses into Closed", _closes),
    ("verifies_despite_403", "refusal-keeps-substatus", "answers 403 and verifies the client all the same", _verifies),
    ("refusal_forgets_email", "refusal-keeps-profile", "forgets the e-mail address of whom it refuses", _forgets("email")),
    ("refusal_forgets_mobile", "refusal-keeps-profile", "forgets the mobile number of whom it refuses", _forgets("mobile")),
    ("refusal_drops_identifiers", "refusal-keeps-profile", "drops the documents of whom it refuses", _drops("identifiers")),
    ("refusal_drops_addresses", "refusal-keeps-profile", "drops the addresses of whom it refuses", _drops("addresses")),
    ("refusal_retires_identifiers", "refusal-keeps-profile", "makes the documents of whom it refuses inactive", _retires),
    ("refusal_renames", "refusal-keeps-profile", "changes the name of whom it refuses", _renames),
)


def _remembers(name: str, then: Callable[[Scene, int], Response | None]) -> OnRequest:
    """Let `then` answer verifications by how many refusals for gaps the client has had before."""

    def edit(scene: Scene) -> Response | None:
        had: dict[int, int] = scene.tenant.memory.setdefault(name, {})
        before = had.get(scene.client.id, 0)
        had[scene.client.id] = before + is_for_gap(scene.response)
        return then(scene, before) if before else None

    return in_scene(is_verify, edit)


def _never_again(scene: Scene, _: int) -> Response | None:
    if not taken(scene.response):
        return None
    scene.client.verified = False
    return refused(BAD_IDENTIFIER, scene.client)


def _locks(scene: Scene, had: int) -> Response | None:
    if had < PATIENCE:
        return None
    scene.client.verified = False
    return refused(LOCKED, scene.client)


async def _activates_whom_it_refused(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take the attempt at verification for the verification."""
    response = await call_next(request)
    client = client_of(tenant, request) if is_admitted(tenant, request) else None
    tried: dict[int, bool] = tenant.memory.setdefault("activates_whom_it_refused", {})
    if client and is_verify(request) and is_for_gap(response):
        tried[client.id] = True
    if client and is_activate(request) and response.status == 403 and tried.get(client.id) and client.status == "Pending":
        move(tenant, client, "Active")
        return answer(200, ids(client))
    return response


def _fewer_than_before(scene: Scene, gaps: frozenset[str]) -> bool:
    """Tell whether a client lacks less than when it was refused last."""
    seen: dict[int, int] = scene.tenant.memory.setdefault("passes_whoever_improved", {})
    before, seen[scene.client.id] = seen.get(scene.client.id, 0), len(gaps - {NO_FULL_ID[0]})
    return before > seen[scene.client.id]


def _full_sticks(scene: Scene) -> Response | None:
    """Refuse PARTIAL to whom FULL was refused."""
    stuck: dict[int, bool] = scene.tenant.memory.setdefault("remembers_refused_full", {})
    kind = kind_of(scene.request)
    if kind == "FULL" and is_for_gap(scene.response):
        stuck[scene.client.id] = True
    if kind != "PARTIAL" or not taken(scene.response) or not stuck.get(scene.client.id):
        return None
    scene.client.verified = False
    return refused(NO_FULL_ID, scene.client)


def _any_gap_closed(scene: Scene, _: frozenset[str]) -> bool:
    """Tell whether something was added to a client that was refused before."""
    seen: dict[int, int] = scene.tenant.memory.setdefault("passes_whoever_added_something", {})
    added = len(scene.client.added)
    before, seen[scene.client.id] = seen.get(scene.client.id, added), added
    kind = kind_of(scene.request)
    return added > before and kind is not None and bool(gaps_of(scene.tenant, scene.client, kind))


FAULTS: tuple[Fault, ...] = (
    *(fault(name, rule, says, _leaves(change)) for name, rule, says, change in TRACES),
    fault(
        "activates_whom_it_refused", "refusal-no-activation", "activates a client whose verification it refused", _activates_whom_it_refused
    ),
    fault("never_forgives", "refusal-recoverable", "verifies nobody whom it refused before", _remembers("never_forgives", _never_again)),
    fault(
        "passes_whoever_improved",
        "refusal-one-gap-closed-next-named",
        "verifies a client who lacks less than when it was refused",
        passes(_fewer_than_before),
    ),
    fault(
        "passes_whoever_added_something",
        "refusal-one-gap-closed-next-named",
        "verifies a client to whom anything was added since it was refused",
        passes(_any_gap_closed),
    ),
    fault(
        "locks_after_three",
        "refusal-many-times",
        "gives another reason from the fourth refusal on",
        _remembers("locks_after_three", _locks),
    ),
    fault(
        "remembers_refused_full",
        "refusal-of-full-leaves-partial-possible",
        "refuses PARTIAL to whom FULL was refused",
        in_scene(is_verify, _full_sticks),
    ),
)
