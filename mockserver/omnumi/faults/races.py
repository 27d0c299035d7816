"""Servers that think between looking and acting, and do not look again; and servers that tell another tale at each look."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from mockserver.clock import wall
from mockserver.faulting import sent, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi import ledger
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    PAUSE,
    Scene,
    authorized_of,
    before,
    carries_out_create,
    carries_out_settle,
    edits_success,
    fault,
    in_scene,
    invoice_of,
    is_admitted,
    is_create,
    is_read,
    is_settle,
    pays,
    puts,
)
from mockserver.omnumi.faults.settle_effects import pays_more
from mockserver.omnumi.model import Data, Preauthorization
from mockserver.omnumi.preauthorizations import NOT_FOUND
from mockserver.omnumi.values import instant, number
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

TAKEN, STATE = "Invoice already exists", "Invalid settlement state"
# How long a reading is given again without a look, in microseconds.
STALE = 500_000


def _free(tenant: Tenant, request: Request) -> bool:
    """Tell whether a request creates a preauthorization of an invoice that is not taken as yet."""
    invoice = (sent(request) or {}).get("invoiceId") if is_create(request) and is_admitted(tenant, request) else None
    return isinstance(invoice, str) and invoice not in tenant.data.preauthorizations


def _without_another_look(admits: Callable[[Tenant, Request], object], act: Callable[[Scene], Response | None]) -> OnRequest:
    """Think for a while after the look; then let `act` treat the answers to those whom the look let pass."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if not admits(tenant, request):
            return await call_next(request)
        await asyncio.sleep(PAUSE)
        scene = Scene(tenant, request, sent(request) or {}, await call_next(request))
        return act(scene) or scene.response

    return on_request


def _creates_all(scene: Scene) -> Response | None:
    """Create for all who found the invoice free."""
    return carries_out_create(scene) if scene.said(TAKEN) else None


def _stores_losers(scene: Scene) -> Response | None:
    """Refuse those who came too late, and keep what they sent."""
    made = scene.tenant.data.preauthorizations.get(str(scene.body.get("invoiceId"))) if scene.said(TAKEN) else None
    if not made or made.status != "AUTHORIZED":
        return None
    _rewrites_amount(scene.tenant, made, str(scene.body["amount"]))
    return replace(scene.response)


def _rewrites_amount(tenant: Tenant, made: Preauthorization, amount: str) -> None:
    wallet, token = tenant.data.wallets[made.sender.lower()], made.contract.lower()
    ledger.release(tenant, made.invoice, wallet, token, number(made.amount) or ledger.ZERO)
    ledger.lock(tenant, made.invoice, wallet, token, number(amount) or ledger.ZERO)
    made.amount = amount


async def _loses_updates(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Write everything back as it was on arrival, with one more."""
    if not _free(tenant, request):
        return await call_next(request)
    data: Data = tenant.data
    known = set(data.preauthorizations)
    await asyncio.sleep(PAUSE)
    response = await call_next(request)
    invoice = str((sent(request) or {}).get("invoiceId"))
    lost = set(data.preauthorizations) - known - {invoice}
    if taken(response) and lost:
        data.preauthorizations = {name: made for name, made in data.preauthorizations.items() if name not in lost}
        data.open = [each for each in data.open if each[1] not in lost]
        call_next.mark()
    return response


def _settles_all(scene: Scene) -> Response | None:
    """Settle for all who found it AUTHORIZED."""
    return carries_out_settle(scene) if scene.said(STATE) else None


def _pays_losers(scene: Scene) -> Response | None:
    """Pay those who came too late, and tell them that they did."""
    amount, made = number(scene.body.get("amount")), scene.made
    if not made or not amount or not scene.said(STATE):
        return None
    pays_more(scene.tenant, made, amount)
    return replace(scene.response)


def _keeps_losers_amount(scene: Scene) -> Response | None:
    """Show the amount of one who came too late."""
    made = scene.made
    if not made or not scene.said(STATE):
        return None
    made.settled = scene.body["amount"]
    return replace(scene.response)


async def _settles_before_it_pays(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Say SETTLED a little before amount and hash are there."""
    if is_read(request):
        # Those who look in the meantime are not to be quicker than the settlement.
        await asyncio.sleep(PAUSE / 2)
    made = authorized_of(tenant, request)
    response = await call_next(request)
    if made is None or not taken(response):
        return response
    kept = made.settled, made.hash
    made.settled = made.hash = None
    await asyncio.sleep(2 * PAUSE)
    made.settled, made.hash = kept
    call_next.mark()
    return response


async def _breaks_down_in_a_crowd(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Fail those who come while another settlement of the same invoice is under way."""
    if not authorized_of(tenant, request):
        return await call_next(request)
    await asyncio.sleep(PAUSE)
    return await call_next(request) if authorized_of(tenant, request) else failed()


async def _reads_stale(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Give a reading again for half a second, whatever has happened."""
    seen: dict[str, tuple[int, Response]] = tenant.memory.setdefault("reads_stale", {})
    invoice = invoice_of(request) or ""
    if not is_read(request) or not is_admitted(tenant, request):
        return await call_next(request)
    at, known = seen.get(invoice, (0, None))
    if known and wall() - at < STALE:
        return known
    response = await call_next(request)
    seen[invoice] = (wall(), response)
    return response


def _by_turns(scene: Scene) -> bool:
    reads: dict[str, int] = scene.tenant.memory.setdefault("by_turns", {})
    invoice = invoice_of(scene.request) or ""
    reads[invoice] = reads.get(invoice, 0) + taken(scene.response)
    return taken(scene.response) and reads[invoice] % 2 == 0


def _lost_by_turns(scene: Scene) -> Response | None:
    return onchain(404, NOT_FOUND) if _by_turns(scene) else None


def _unsettled_by_turns(scene: Scene) -> Response | None:
    body = told(scene.response)
    if body.get("status") != "SETTLED" or not _by_turns(scene):
        return None
    return scene.response.with_json({**body, "status": "AUTHORIZED", "settledAmount": None, "transactionHash": None})


def _reserves_again(scene: Scene) -> Response | None:
    """Reserve a repeated create once more under another transactionId."""
    made = scene.tenant.data.preauthorizations.get(str(scene.body.get("invoiceId")))
    same = made and scene.said(TAKEN) and all(scene.body.get(name) == getattr(made, name) for name in ("sender", "receiver", "amount"))
    return carries_out_create(scene) if same else None


def _pays_again(scene: Scene) -> Response | None:
    made, amount = scene.made, scene.body.get("amount")
    same = made and made.status == "SETTLED" and scene.response.status == 409 and amount == made.settled
    if not made or not same:
        return None
    pays(scene.tenant, made, str(amount))
    return carries_out_settle(scene)


def _breaks_on(name: str, test: object) -> OnRequest:
    """Fail on a member whose reading is open."""
    return before(is_create, lambda _, request: failed() if callable(test) and test((sent(request) or {}).get(name, ...)) else None)


def _is_no_instant(value: object) -> bool:
    return isinstance(value, str) and instant(value) is None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


FAULTS: tuple[Fault, ...] = (
    fault(
        "creates_for_all",
        "create-parallel-one-wins preauthorization-is-linearizable",
        "creates for all who ask for a free invoice at once",
        _without_another_look(_free, _creates_all),
    ),
    fault(
        "stores_losers",
        "create-parallel-winner-stored preauthorization-is-linearizable",
        "keeps the amount of one who came too late",
        _without_another_look(_free, _stores_losers),
    ),
    fault("loses_updates", "create-parallel-distinct-all-stored", "loses what was created at the same time", _loses_updates),
    fault(
        "settles_for_all",
        "settle-parallel-pays-once preauthorization-is-linearizable",
        "settles for all who ask at once",
        _without_another_look(authorized_of, _settles_all),
    ),
    fault(
        "pays_losers",
        "settle-parallel-pays-once",
        "pays those too whom it tells that they came too late",
        _without_another_look(authorized_of, _pays_losers),
    ),
    fault(
        "keeps_amount_of_losers",
        "settle-parallel-pays-once preauthorization-is-linearizable",
        "shows the amount of one who came too late",
        _without_another_look(authorized_of, _keeps_losers_amount),
    ),
    fault(
        "breaks_down_in_a_crowd",
        "settle-parallel-pays-once",
        "answers 500 to those who settle at the same time as another",
        _breaks_down_in_a_crowd,
    ),
    fault(
        "says_settled_too_early",
        "get-parallel-never-torn",
        "says SETTLED a little before amount and hash are there",
        _settles_before_it_pays,
    ),
    fault("reads_stale", "preauthorization-is-linearizable", "gives a reading again whatever has happened since", _reads_stale),
    fault(
        "loses_what_it_created_by_turns",
        "lost-create-decided-by-reading",
        "finds a preauthorization at every other read",
        in_scene(is_read, _lost_by_turns),
    ),
    fault(
        "settles_by_turns",
        "lost-settle-decided-by-reading",
        "shows a settlement at every other read",
        in_scene(is_read, _unsettled_by_turns),
    ),
    fault(
        "reserves_lost_creates_again",
        "lost-create-decided-by-reading",
        "reserves once more where a create comes again",
        in_scene(is_create, _reserves_again),
    ),
    fault(
        "pays_lost_settlements_again",
        "lost-settle-decided-by-reading",
        "pays once more where a settlement comes again",
        in_scene(is_settle, _pays_again),
    ),
    fault(
        "answers_amounts_as_numbers",
        "answers-match-the-specification",
        "answers amounts as numbers",
        edits_success(is_create, lambda body: body.update(amount=float(body["amount"]))),
    ),
    fault(
        "answers_creates_with_words",
        "answers-match-the-specification",
        "answers a create with another object",
        in_scene(is_create, lambda scene: answer(201, {"ok": True}) if taken(scene.response) else None),
    ),
    fault(
        "reads_status_as_number",
        "answers-match-the-specification",
        "reads the status as a number",
        edits_success(is_read, puts("status", 2)),
    ),
    fault(
        "breaks_down_on_open_expiries",
        "open-cases-are-answered",
        "answers 500 to an expiry that is no time stamp",
        _breaks_on("expiresAt", _is_no_instant),
    ),
    fault(
        "breaks_down_on_null_expiries",
        "open-cases-are-answered",
        "answers 500 to null as the expiry",
        _breaks_on("expiresAt", lambda value: value is None),
    ),
    fault(
        "breaks_down_on_numbers",
        "open-cases-are-answered",
        "answers 500 to a JSON number as the amount",
        _breaks_on("amount", _is_number),
    ),
)
