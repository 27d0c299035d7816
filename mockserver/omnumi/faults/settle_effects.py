"""Servers on which a settlement has another effect than it should: once refused, once the chain failed, or the second time."""

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from mockserver.faulting import taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi import ledger
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.builders import (
    Scene,
    carries_out_settle,
    despite,
    edits_refusal,
    entries_of,
    fault,
    in_scene,
    is_admitted,
    is_settle,
    made_of,
    unchanged,
)
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.settlement import EXCEEDS, settled
from mockserver.omnumi.values import EXACT, number
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

INITIALIZING, FAILED = "Errors occurred while initializing", "Settlement failed"


def _after_refusal(do: Callable[[Scene, Preauthorization], object], test: Callable[[Scene], object] = bool) -> OnRequest:
    """Change what is kept where the amount of a settlement was refused."""

    def make(scene: Scene) -> Response | None:
        made = scene.made
        about_amount = scene.response.status in (400, 409) and not scene.said(INITIALIZING)
        if made is None or made.status != "AUTHORIZED" or not about_amount or not test(scene):
            return None
        do(scene, made)
        return replace(scene.response)

    return in_scene(is_settle, make)


def _rejects(_: Scene, made: Preauthorization) -> None:
    made.status = "REJECTED"


def _hashes(scene: Scene, made: Preauthorization) -> None:
    made.hash = ledger.new_hash(scene.tenant)


def _is_excess(scene: Scene) -> bool:
    return scene.said(EXCEEDS)


def _pays_quietly(scene: Scene, made: Preauthorization) -> None:
    """Move tokens, and leave no trace but in the balances."""
    data = scene.tenant.data
    sender, receiver, token = data.wallets[made.sender.lower()], data.wallets[made.receiver.lower()], made.contract.lower()
    amount = min(Decimal(made.amount), sender.balances.get(token, ledger.ZERO))
    sender.balances[token] = EXACT.subtract(sender.balances.get(token, ledger.ZERO), amount)
    receiver.balances[token] = EXACT.add(receiver.balances.get(token, ledger.ZERO), amount)


def _despite_chain(failing: str, message: str, do: Callable[[Scene], Response | None]) -> OnRequest:
    return despite(message, lambda scene: do(scene) if scene.tenant.data.chain_failing == failing else None, is_settle)


def _marks_settled(scene: Scene) -> Response | None:
    """Call it settled although the chain failed, and answer the failure."""
    made = scene.made
    if made is None:
        return None
    made.status, made.settled, made.hash = "SETTLED", scene.body["amount"], ledger.new_hash(scene.tenant)
    return replace(scene.response)


def _without_transfer(scene: Scene) -> Response | None:
    made = scene.made
    if made is None:
        return None
    made.status, made.settled, made.hash = "SETTLED", scene.body["amount"], ledger.new_hash(scene.tenant)
    return answer(200, settled(made))


def _gets_stuck(tenant: Tenant, request: Request) -> Response | None:
    made = made_of(tenant, request)
    return onchain(500, FAILED) if made and made.invoice in tenant.memory.get("gets_stuck", ()) else None


async def _stuck(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Fail for ever once the chain failed."""
    if is_settle(request) and is_admitted(tenant, request):
        stuck = _gets_stuck(tenant, request)
        if stuck:
            return stuck
    response = await call_next(request)
    made = (
        made_of(tenant, request)
        if is_settle(request) and (INITIALIZING.encode() in response.body or FAILED.encode() in response.body)
        else None
    )
    if made:
        tenant.memory.setdefault("gets_stuck", set()).add(made.invoice)
    return response


async def _pays_twice_after_failure(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Count the failed attempt as well when a later one succeeds."""
    failures: set[str] = tenant.memory.setdefault("pays_failures_too", set())
    response = await call_next(request)
    made = made_of(tenant, request) if is_settle(request) else None
    if made is None:
        return response
    if INITIALIZING.encode() in response.body or FAILED.encode() in response.body:
        failures.add(made.invoice)
    elif taken(response) and made.invoice in failures:
        pays_more(tenant, made, Decimal(made.settled or "0"))
        call_next.mark()
    return response


def pays_more(tenant: Tenant, made: Preauthorization, amount: Decimal) -> None:
    """Move tokens from the sender to the receiver of a preauthorization, and note it nowhere."""
    data = tenant.data
    sender, receiver, token = data.wallets[made.sender.lower()], data.wallets[made.receiver.lower()], made.contract.lower()
    sender.balances[token] = EXACT.subtract(sender.balances.get(token, ledger.ZERO), amount)
    receiver.balances[token] = EXACT.add(receiver.balances.get(token, ledger.ZERO), amount)


def _again(test: Callable[[Preauthorization, Decimal], object]) -> OnRequest:
    def make(scene: Scene) -> Response | None:
        made, amount = scene.made, number(scene.body.get("amount"))
        fit = made is not None and made.status == "SETTLED" and amount is not None and scene.response.status == 409
        return carries_out_settle(scene) if fit and made and amount is not None and test(made, amount) else None

    return in_scene(is_settle, make)


def _is_remainder(made: Preauthorization, amount: Decimal) -> bool:
    return 0 < amount <= Decimal(made.amount) - Decimal(made.settled or "0")


def _is_same(made: Preauthorization, amount: Decimal) -> bool:
    return made.settled is not None and amount == Decimal(made.settled)


def _is_faulty_again(scene: Scene) -> bool:
    made, amount = scene.made, number(scene.body.get("amount"))
    return made is not None and made.status != "AUTHORIZED" and amount is not None and not 0 < amount <= Decimal(made.amount)


def _reworded(scene: Scene) -> Response | None:
    if scene.response.status != 409:
        return None
    body = told(scene.response)
    for entry in entries_of(body):
        entry["message"] = "Conflict"
    return scene.response.with_json(body)


CHAIN = (
    ("initialization", "settle-chain-init-error-400", INITIALIZING, 500),
    ("settlement", "settle-failed-500", FAILED, 400),
)


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"settles_despite_{failing}",
            rule,
            f"settles although the chain fails at {failing}",
            _despite_chain(failing, message, carries_out_settle),
        )
        for failing, rule, message, _ in CHAIN
    ),
    *(
        fault(
            f"answers_{status}_to_failed_{failing}",
            rule,
            f"answers {status} where the chain fails at {failing}",
            edits_refusal(is_settle, message, unchanged, status),
        )
        for failing, rule, message, status in CHAIN
    ),
    *(
        fault(
            f"says_settled_despite_{failing}",
            "settle-chain-error-never-settled",
            f"shows SETTLED after the chain failed at {failing}",
            _despite_chain(failing, message, _marks_settled),
        )
        for failing, _, message, __ in CHAIN
    ),
    fault(
        "settles_without_transfer",
        "settle-failed-500",
        "answers 200 although no token has moved",
        _despite_chain("settlement", FAILED, _without_transfer),
    ),
    fault("gets_stuck", "settle-chain-error-retry-consistent", "fails for ever once the chain failed", _stuck),
    fault(
        "pays_failures_too",
        "settle-chain-error-retry-consistent",
        "pays a failed settlement too when a later one is done",
        _pays_twice_after_failure,
    ),
    fault(
        "rejects_after_refusal",
        "settle-refused-keeps-state",
        "calls a preauthorization REJECTED after an amount that it refused",
        _after_refusal(_rejects),
    ),
    fault("hashes_after_refusal", "settle-refused-keeps-state", "shows a hash after an amount that it refused", _after_refusal(_hashes)),
    fault(
        "is_burnt_by_excess",
        "settle-refused-then-valid",
        "takes no settlement after one that was too much",
        _after_refusal(_rejects, _is_excess),
    ),
    fault(
        "pays_refused_settlements",
        "preauthorizations-agree-with-the-ledger",
        "moves the authorized amount of a settlement that it refused",
        _after_refusal(_pays_quietly),
    ),
    fault("pays_repeats", "settle-twice-same-amount-refused", "pays the same settlement once more", _again(_is_same)),
    fault("pays_remainders", "settle-remainder-refused", "pays the rest of a partial settlement", _again(_is_remainder)),
    fault(
        "words_conflicts_otherwise", "settle-409-messages-closed", "answers conflicts in words of its own", in_scene(is_settle, _reworded)
    ),
    fault(
        "settles_faulty_repeats",
        "settle-state-before-amount-fair",
        "answers 200 where both status and amount are at fault",
        in_scene(
            is_settle,
            lambda scene: (
                answer(200, settled(scene.made)) if scene.made and scene.response.status == 409 and _is_faulty_again(scene) else None
            ),
        ),
    ),
)
