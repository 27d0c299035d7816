"""Servers that mix invoices up, keep what they refused, or believe what clients say of themselves (003 create)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import sent, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi import ledger
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    Scene,
    before,
    carries_out_create,
    despite,
    fault,
    in_scene,
    is_create,
    messages,
)
from mockserver.omnumi.faults.create_checks import INACTIVE, TAKEN, UNREGISTERED, amount_of, data_of, where
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.preauthorizations import created
from mockserver.omnumi.values import EXACT, address, number
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest


def _earlier(scene: Scene) -> Preauthorization | None:
    return data_of(scene).preauthorizations.get(str(scene.body.get("invoiceId")))


def _same_request(scene: Scene) -> bool:
    made = _earlier(scene)
    if made is None:
        return False
    return all(
        scene.body.get(name) == getattr(made, member)
        for name, member in (("sender", "sender"), ("receiver", "receiver"), ("amount", "amount"))
    )


def _in_state(*states: str) -> Callable[[Scene], bool]:
    return lambda scene: (made := _earlier(scene)) is not None and made.status in states


def _other_parties(scene: Scene) -> bool:
    made = _earlier(scene)
    return made is not None and (made.sender.lower(), made.receiver.lower()) != (
        str(scene.body["sender"]).lower(),
        str(scene.body["receiver"]).lower(),
    )


def _overwrites_first(change: Callable[[Preauthorization, Scene], None]) -> Callable[[Scene], Response | None]:
    """Refuse a duplicate and write some of it over the first."""

    def do(scene: Scene) -> Response | None:
        made = _earlier(scene)
        if made is None:
            return None
        change(made, scene)
        return replace(scene.response)

    return do


def _takes_receiver(made: Preauthorization, scene: Scene) -> None:
    made.receiver = scene.body["receiver"]


def _takes_amount(made: Preauthorization, scene: Scene) -> None:
    if made.status == "AUTHORIZED":
        made.amount = scene.body["amount"]


def _takes_time(made: Preauthorization, scene: Scene) -> None:
    made.updated = max(made.updated + 1000, scene.tenant.clock.now())


def _is_whole(scene: Scene) -> bool:
    body = scene.body
    return (
        isinstance(body.get("invoiceId"), str)
        and bool(body["invoiceId"].strip())
        and all(address(body.get(name)) for name in ("sender", "receiver", "contractAddress"))
        and number(body.get("amount")) is not None
    )


def _is_new_refusal(scene: Scene) -> bool:
    return not taken(scene.response) and _is_whole(scene) and _earlier(scene) is None


def _keeps_half(scene: Scene) -> Response | None:
    """Keep a record of a create that was refused."""
    if not _is_new_refusal(scene):
        return None
    carries_out_create(scene, amount="1" if amount_of(scene) <= 0 else scene.body["amount"], expiresAt=None)
    return replace(scene.response)


async def _burns_invoices(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take an invoice for used once a create of it was refused."""
    burnt: set[str] = tenant.memory.setdefault("burns_invoices", set())
    invoice = (sent(request) or {}).get("invoiceId") if is_create(request) else None
    if isinstance(invoice, str) and invoice in burnt:
        return onchain(409, TAKEN)
    response = await call_next(request)
    if isinstance(invoice, str) and response.status in (400, 404, 500) and messages(response):
        burnt.add(invoice)
    return response


def _leaks_lock(scene: Scene) -> Response | None:
    """Hold the amount of a create that was refused."""
    wallet, token = data_of(scene).wallets.get(address(scene.body.get("sender")) or ""), address(scene.body.get("contractAddress"))
    if not _is_new_refusal(scene) or wallet is None or token is None or amount_of(scene) <= 0:
        return None
    wallet.locked[token] = EXACT.add(wallet.locked.get(token, ledger.ZERO), amount_of(scene))
    return replace(scene.response)


def _uses_allowance_up(scene: Scene) -> Response | None:
    wallet, token = data_of(scene).wallets.get(address(scene.body.get("sender")) or ""), address(scene.body.get("contractAddress"))
    if not _is_new_refusal(scene) or wallet is None or not wallet.allowances.get(token or ""):
        return None
    wallet.allowances[token or ""] = ledger.ZERO
    return replace(scene.response)


def _refuses(test: Callable[[Tenant, dict[str, Any]], object], status: int, message: str) -> OnRequest:
    return before(is_create, lambda tenant, request: onchain(status, message) if test(tenant, sent(request) or {}) else None)


def _is_mixed_case(value: object) -> bool:
    return isinstance(value, str) and address(value) is not None and value != value.lower()


def _any_mixed(_: Tenant, body: dict[str, Any]) -> bool:
    return any(_is_mixed_case(body.get(name)) for name in ("sender", "receiver"))


def _mixed_token(_: Tenant, body: dict[str, Any]) -> bool:
    return _is_mixed_case(body.get("contractAddress"))


def _open_of(tenant: Tenant, body: dict[str, Any]) -> list[Preauthorization]:
    made = tenant.data.preauthorizations.values()
    return [
        each
        for each in made
        if each.status == "AUTHORIZED" and each.invoice != body.get("invoiceId") and each.sender.lower() == str(body.get("sender")).lower()
    ]


def _twin(tenant: Tenant, body: dict[str, Any]) -> Preauthorization | None:
    return next(
        (
            each
            for each in _open_of(tenant, body)
            if each.receiver.lower() == str(body.get("receiver")).lower() and each.amount == body.get("amount")
        ),
        None,
    )


def _same_twin(tenant: Tenant, request: Request) -> Response | None:
    twin = _twin(tenant, sent(request) or {})
    return answer(201, created(twin)) if twin else None


def _is_odd_invoice(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not value.startswith("INV-")


def _assigns(scene: Scene, name: str, change: Callable[[Preauthorization, Any], None]) -> Response | None:
    body = told(scene.response)
    made = data_of(scene).preauthorizations.get(str(body.get("invoiceId")))
    if not taken(scene.response) or name not in scene.body or made is None:
        return None
    change(made, scene.body[name])
    return answer(201, created(made))


def _set(member: str) -> Callable[[Preauthorization, Any], None]:
    return lambda made, value: setattr(made, member, value) if isinstance(value, str) else None


def _gives_invoice_free(states: tuple[str, ...]) -> OnRequest:
    return despite(TAKEN, where(_in_state(*states)))


FAULTS: tuple[Fault, ...] = (
    fault(
        "takes_invoices_twice",
        "create-duplicate-invoice-refused",
        "reserves twice for one invoice",
        despite(TAKEN, where(lambda scene: not _same_request(scene))),
    ),
    fault(
        "reserves_repeats",
        "create-identical-retry-refused",
        "reserves once more where a request is repeated",
        despite(TAKEN, where(_same_request)),
    ),
    fault(
        "keeps_invoices_per_parties",
        "create-duplicate-other-parties-refused",
        "keeps the invoices of other parties apart",
        despite(TAKEN, where(_other_parties)),
    ),
    fault(
        "writes_receiver_over",
        "create-duplicate-leaves-first",
        "writes the receiver of a refused duplicate over the first",
        despite(TAKEN, _overwrites_first(_takes_receiver)),
    ),
    fault(
        "writes_amount_over",
        "create-duplicate-leaves-first",
        "writes the amount of a refused duplicate over the first",
        despite(TAKEN, _overwrites_first(_takes_amount)),
    ),
    fault(
        "touches_the_first",
        "create-duplicate-leaves-first",
        "moves the time of the last update with a refused duplicate",
        despite(TAKEN, _overwrites_first(_takes_time)),
    ),
    fault(
        "frees_settled_invoices",
        "create-duplicate-after-settle-refused",
        "takes the invoice of a settled preauthorization again",
        _gives_invoice_free(("SETTLED",)),
    ),
    fault(
        "frees_expired_invoices",
        "create-duplicate-after-expiry-refused",
        "takes the invoice of an expired preauthorization again",
        _gives_invoice_free(("EXPIRED",)),
    ),
    fault(
        "keeps_what_it_refused",
        "create-failed-leaves-nothing",
        "keeps a preauthorization that it refused",
        in_scene(is_create, _keeps_half),
    ),
    fault("burns_invoices", "create-failed-frees-invoice", "takes an invoice for used once it was refused", _burns_invoices),
    fault(
        "locks_what_it_refused",
        "create-failed-keeps-allowance",
        "locks the amount of a create that it refused",
        in_scene(is_create, _leaks_lock),
    ),
    fault(
        "uses_allowance_of_refusals_up",
        "create-failed-keeps-allowance",
        "uses the allowance up with a create that it refused",
        in_scene(is_create, _uses_allowance_up),
    ),
    fault(
        "knows_small_letters_only",
        "create-address-case-irrelevant",
        "does not find a wallet in checksum case",
        _refuses(_any_mixed, 404, UNREGISTERED),
    ),
    fault(
        "knows_tokens_in_small_letters",
        "create-address-case-irrelevant",
        "does not find a token in checksum case",
        _refuses(_mixed_token, 400, INACTIVE),
    ),
    fault(
        "allows_one_per_wallet",
        "create-many-per-wallet",
        "refuses a second preauthorization of a sender",
        _refuses(_open_of, 409, TAKEN),
    ),
    fault(
        "takes_twins_for_duplicates",
        "create-same-parties-new-invoice",
        "takes the same parties and amount for a duplicate",
        _refuses(_twin, 409, TAKEN),
    ),
    fault(
        "answers_twins_with_the_first",
        "create-same-parties-new-invoice",
        "answers the first where parties and amount are the same",
        before(is_create, _same_twin),
    ),
    fault(
        "breaks_down_on_odd_invoices",
        "create-invoice-opaque",
        "answers 500 to invoices that do not begin with INV-",
        before(is_create, lambda _, request: failed() if _is_odd_invoice((sent(request) or {}).get("invoiceId")) else None),
    ),
    fault(
        "lets_clients_settle_at_once",
        "create-mass-assignment-ignored",
        "takes the status from the request",
        in_scene(is_create, lambda scene: _assigns(scene, "status", _set("status"))),
    ),
    fault(
        "lets_clients_name_transactions",
        "create-mass-assignment-ignored",
        "takes the transactionId from the request",
        in_scene(is_create, lambda scene: _assigns(scene, "transactionId", _set("id"))),
    ),
    fault(
        "lets_clients_set_hashes",
        "create-mass-assignment-ignored",
        "takes the hash from the request",
        in_scene(is_create, lambda scene: _assigns(scene, "transactionHash", _set("hash"))),
    ),
    fault(
        "lets_clients_set_settled_amounts",
        "create-mass-assignment-ignored",
        "takes the settled amount from the request",
        in_scene(is_create, lambda scene: _assigns(scene, "settledAmount", _set("settled"))),
    ),
)
