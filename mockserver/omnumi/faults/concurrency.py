"""Servers on which invoices that are settled at once disturb each other, share an allowance twice, or are overtaken by their expiry."""

import asyncio
from collections.abc import Callable

from mockserver.faulting import sent, taken, told
from mockserver.http import Request, Response
from mockserver.omnumi import chain, ledger
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.builders import (
    PAUSE,
    Scene,
    authorized_of,
    carries_out_create,
    carries_out_settle,
    fault,
    in_scene,
    is_admitted,
    is_create,
    is_read,
    is_settle,
    is_write,
    wallet_of,
)
from mockserver.omnumi.faults.settle_effects import pays_more
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.values import address, number, seconds
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

SHORT, FAILED, EXPIRED = "Insufficient Allowance", "Settlement failed", "Pre-authorization expired"
# How long a settlement takes at least that its expiry is to overtake, in seconds.
LONG_PAUSE = 0.75
# How long before the expiry a settlement may be undone by it, in seconds.
CLOSE_CALL = 60


def _fits(tenant: Tenant, request: Request) -> bool:
    """Tell whether the allowance of a sender suffices for a create, as far as one can see now."""
    body = sent(request) or {}
    amount, sender, token = number(body.get("amount")), address(body.get("sender")), address(body.get("contractAddress"))
    wallet = tenant.data.wallets.get(sender)
    return amount is not None and token is not None and wallet is not None and amount <= ledger.free_allowance(wallet, token)


async def _reserves_for_all(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Reserve for all who found the allowance sufficient, and settle whatever is reserved."""
    looks = is_create(request) and is_admitted(tenant, request) and _fits(tenant, request)
    if looks:
        await asyncio.sleep(2 * PAUSE)
    response = await call_next(request)
    scene = Scene(tenant, request, sent(request) or {}, response)
    if looks and scene.said(SHORT):
        return carries_out_create(scene)
    return (_settles_beyond_allowance(scene) if is_settle(request) else None) or response


def _settles_beyond_allowance(scene: Scene) -> Response | None:
    """Settle what no allowance covers, where the chain itself did not fail."""
    return carries_out_settle(scene) if scene.said(FAILED) and scene.tenant.data.chain_failing is None else None


def _checks_each_alone(scene: Scene) -> Response | None:
    """Reserve what the allowance covers by itself, and settle it whatever else was settled."""
    if is_settle(scene.request):
        return _settles_beyond_allowance(scene)
    amount, token = number(scene.body.get("amount")), address(scene.body.get("contractAddress"))
    if amount is None or token is None or not scene.said(SHORT):
        return None
    allowance = wallet_of(scene.tenant, scene.body.get("sender")).allowances.get(token, ledger.ZERO)
    return carries_out_create(scene) if amount <= allowance else None


Crowd = list[Preauthorization]


def _in_a_crowd(do: Callable[[Scene, Preauthorization, Crowd], Response]) -> OnRequest:
    """Let settlements wait a little, and treat otherwise those that others came after meanwhile."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        made = authorized_of(tenant, request)
        if made is None:
            return await call_next(request)
        crowd: Crowd = tenant.memory.setdefault("settled_in_a_crowd", [])
        crowd.append(made)
        await asyncio.sleep(2 * PAUSE)
        others = [each for each in crowd if each.invoice != made.invoice]
        response = await call_next(request)
        crowd.remove(made)
        return do(Scene(tenant, request, sent(request) or {}, response), made, others) if others and taken(response) else response

    return on_request


def _tells_of_another(scene: Scene, _: Preauthorization, others: Crowd) -> Response:
    """Answer with the amounts of another settlement that is under way."""
    amount = others[0].amount
    return scene.response.with_json({**told(scene.response), "authorizedAmount": amount, "settledAmount": amount})


def _keeps_of_another(scene: Scene, made: Preauthorization, others: Crowd) -> Response:
    """Keep the amount of another settlement that is under way."""
    made.settled = others[0].amount
    return scene.response.with_json(told(scene.response))


def _shares_hash(scene: Scene, made: Preauthorization, _: Crowd) -> Response:
    """Show one hash for all settlements of a crowd."""
    made.hash = scene.tenant.memory.setdefault("hash_of_the_crowd", made.hash)
    return scene.response.with_json({**told(scene.response), "transactionHash": made.hash})


def _pays_for_another(scene: Scene, made: Preauthorization, others: Crowd) -> Response:
    """Move the amount of another one too."""
    pays_more(scene.tenant, made, number(others[0].amount) or ledger.ZERO)
    return scene.response.with_json(told(scene.response))


async def _one_at_a_time(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Fail settlements that come while that of another invoice is under way."""
    made = authorized_of(tenant, request)
    if made is None:
        return await call_next(request)
    busy: set[str] = tenant.memory.setdefault("settles_one_at_a_time", set())
    if busy - {made.invoice}:
        call_next.mark()
        return onchain(500, FAILED)
    busy.add(made.invoice)
    try:
        await asyncio.sleep(2 * PAUSE)
        return await call_next(request)
    finally:
        busy.discard(made.invoice)


def _overtaken(do: Callable[[Scene, Preauthorization], Response]) -> OnRequest:
    """Take long to settle, and longer where the chain is held; treat otherwise what expires meanwhile."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        made = authorized_of(tenant, request)
        if made is None:
            return await call_next(request)
        await asyncio.gather(asyncio.sleep(LONG_PAUSE), chain.released(tenant))
        response = await call_next(request)
        scene = Scene(tenant, request, sent(request) or {}, response)
        if not scene.said(EXPIRED):
            return response
        call_next.mark()
        return do(scene, made)

    return on_request


def _settles_and_expires(scene: Scene, made: Preauthorization) -> Response:
    """Settle it, say so, and call it EXPIRED."""
    response = carries_out_settle(scene)
    made.status = "EXPIRED"
    return response or scene.response


def _pays_and_expires(scene: Scene, made: Preauthorization) -> Response:
    """Move the tokens, and say that it has expired."""
    pays_more(scene.tenant, made, number(scene.body.get("amount")) or ledger.ZERO)
    return scene.response


def _settles_and_refuses(scene: Scene, _: Preauthorization) -> Response:
    """Settle it, and say that it has expired."""
    carries_out_settle(scene)
    return scene.response


def _expires_the_settled(scene: Scene) -> Response | None:
    """Show EXPIRED where the settlement came close to the expiry."""
    made, body = scene.made, told(scene.response)
    if made is None or body.get("status") != "SETTLED":
        return None
    over = made.expires <= scene.tenant.clock.now() and made.updated > made.expires - seconds(CLOSE_CALL)
    return scene.response.with_json({**body, "status": "EXPIRED"}) if over else None


ALLOWANCE = "create-parallel-allowance-never-overspent"
INDEPENDENT = "settle-parallel-invoices-independent"
OUTCOME = "settle-against-expiry-one-outcome"

FAULTS: tuple[Fault, ...] = (
    fault("reserves_one_allowance_for_all", ALLOWANCE, "reserves and settles for all who found the allowance free", _reserves_for_all),
    fault(
        "settles_each_allowance_alone",
        ALLOWANCE,
        "reserves and settles each by itself under one allowance",
        in_scene(is_write, _checks_each_alone),
    ),
    fault(
        "tells_amount_of_another", INDEPENDENT, "answers with the amount of another settlement under way", _in_a_crowd(_tells_of_another)
    ),
    fault("keeps_amount_of_another", INDEPENDENT, "keeps the amount of another settlement under way", _in_a_crowd(_keeps_of_another)),
    fault("shares_hash_in_a_crowd", INDEPENDENT, "shows one hash for settlements at the same time", _in_a_crowd(_shares_hash)),
    fault(
        "pays_amount_of_another_too", INDEPENDENT, "pays the amount of another settlement under way as well", _in_a_crowd(_pays_for_another)
    ),
    fault("settles_one_at_a_time", INDEPENDENT, "fails settlements while another invoice is being settled", _one_at_a_time),
    fault("settles_and_expires", OUTCOME, "settles what expires meanwhile and calls it EXPIRED", _overtaken(_settles_and_expires)),
    fault("pays_and_expires", OUTCOME, "moves the tokens of what expires meanwhile and refuses it", _overtaken(_pays_and_expires)),
    fault(
        "settles_and_refuses_late", OUTCOME, "settles what expires meanwhile and says that it has expired", _overtaken(_settles_and_refuses)
    ),
    fault(
        "expires_what_was_just_settled",
        OUTCOME,
        "shows EXPIRED where the settlement came shortly before the expiry",
        in_scene(is_read, _expires_the_settled),
    ),
)
