"""Servers that think between looking and acting, and do not look again."""

from asyncio import sleep

from mockserver.faulting import is_crowded, taken
from mockserver.http import Request, Response, answer
from mockserver.mbanq import errors
from mockserver.mbanq.clients import ids
from mockserver.mbanq.errors import DOMAIN_RULE, Reason
from mockserver.mbanq.faults.builders import (
    PAUSE,
    breaks_down,
    client_of,
    fault,
    gaps_of,
    is_activate,
    is_admitted,
    is_remove,
    is_verify,
    kind_of,
    verified,
)
from mockserver.mbanq.lifecycle import move
from mockserver.mbanq.model import Client
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault

BUSY = Reason("error.msg.client.verification.busy", "Another verification of the client is under way.")


def _client(tenant: Tenant, request: Request) -> Client | None:
    """Return the client that an admitted verification is about."""
    admitted = is_verify(request) and kind_of(request) is not None and is_admitted(tenant, request)
    return client_of(tenant, request) if admitted else None


async def _breaks_down_in_a_crowd(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    client = _client(tenant, request)
    crowded = client is not None and await is_crowded(tenant, "breaks_down_in_a_crowd", client.id, PAUSE)
    return breaks_down() if crowded else await call_next(request)


async def _refuses_a_crowd(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    client = _client(tenant, request)
    crowded = client is not None and await is_crowded(tenant, "refuses_a_crowd", client.id, PAUSE)
    return errors.refusal(DOMAIN_RULE, BUSY) if crowded else await call_next(request)


async def _loses_a_crowd(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Write back a client as it was before others verified it."""
    client = _client(tenant, request)
    if client is None:
        return await call_next(request)
    crowded = await is_crowded(tenant, "loses_a_crowd", client.id, PAUSE)
    response = await call_next(request)
    if crowded and taken(response):
        client.verified = False
        call_next.mark()
    return response


async def _passes_in_a_crowd(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take the attempt of another for a verification."""
    client = _client(tenant, request)
    if client is None:
        return await call_next(request)
    crowded = await is_crowded(tenant, "passes_in_a_crowd", client.id, PAUSE)
    response = await call_next(request)
    kind = kind_of(request)
    if not crowded or response.status != 403 or kind is None or not gaps_of(tenant, client, kind) or client.status != "Pending":
        return response
    return verified(tenant, client, kind)


async def _activates_too_early(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take a verification that is under way for one that is done, and give the verification up then."""
    under_way: dict[int, int] = tenant.memory.setdefault("activates_too_early", {})
    if client := _client(tenant, request):
        under_way[client.id] = under_way.get(client.id, 0) + 1
        await sleep(2 * PAUSE)
        under_way[client.id] -= 1
        return await call_next(request)
    acted = client_of(tenant, request) if is_activate(request) and is_admitted(tenant, request) else None
    if acted is None or acted.status != "Pending" or acted.verified:
        return await call_next(request)
    await sleep(PAUSE)
    if under_way.get(acted.id) and not acted.verified:
        move(tenant, acted, "Active")
        return answer(200, ids(acted))
    return await call_next(request)


async def _forgets_between(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer by what was there before, and write what is there now."""
    if is_remove(request):
        await sleep(PAUSE)
        return await call_next(request)
    client, kind = _client(tenant, request), kind_of(request)
    if client is None or kind is None or gaps_of(tenant, client, kind):
        return await call_next(request)
    await sleep(2 * PAUSE)
    response = await call_next(request)
    return response if taken(response) else answer(200, {**ids(client), "data": {"clientKycStatus": "APPROVED"}})


async def _lets_the_weaker_win(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Let PARTIAL and FULL that come together write over each other."""
    client, kind = _client(tenant, request), kind_of(request)
    if client is None or kind is None:
        return await call_next(request)
    seen: dict[int, list[str]] = tenant.memory.setdefault("lets_types_clash", {})
    here = seen.setdefault(client.id, [])
    here.append(kind)
    await sleep(PAUSE)
    clash = len(set(here)) > 1
    response = await call_next(request)
    if clash:
        client.verified = False
        call_next.mark()
    await sleep(PAUSE)
    here.remove(kind)
    return response


FAULTS: tuple[Fault, ...] = (
    fault(
        "breaks_down_in_a_crowd", "parallel-verify-consistent", "answers 500 to verifications that come together", _breaks_down_in_a_crowd
    ),
    fault("refuses_a_crowd", "parallel-verify-consistent", "refuses all verifications that come together", _refuses_a_crowd),
    fault("loses_a_crowd", "parallel-verify-consistent", "leaves a client unverified whose verifications come together", _loses_a_crowd),
    fault(
        "passes_in_a_crowd",
        "parallel-verify-unready-none-passes",
        "verifies an unready client whose verifications come together",
        _passes_in_a_crowd,
    ),
    fault(
        "activates_too_early",
        "parallel-verify-activate-ordered",
        "takes a verification that is under way for one that is done",
        _activates_too_early,
    ),
    fault(
        "forgets_between",
        "parallel-verify-delete-document",
        "answers 200 to a verification during which the document goes, and verifies nobody",
        _forgets_between,
    ),
    fault(
        "lets_types_clash",
        "parallel-partial-full-one-truth",
        "verifies nobody by PARTIAL and FULL that come together",
        _lets_the_weaker_win,
    ),
)
