"""Servers that overlook a documented refusal of creates, or refuse otherwise or too much (003 create, 400 to 500)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

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
    edits_refusal,
    entries_of,
    fault,
    in_scene,
    is_create,
    messages,
    unchanged,
)
from mockserver.omnumi.model import Data, Preauthorization
from mockserver.omnumi.preauthorizations import BAD_EXPIRY, created
from mockserver.omnumi.values import EXACT, address, instant, number
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

SAME, INACTIVE, UNREGISTERED = "Sender and receiver cannot match", "Token not active", "Wallet not registered"
TAKEN, SHORT = "Invoice already exists", "Insufficient Allowance"
# What is documented, and another status that would be as plausible.
REFUSALS = (
    ("same_wallets", "create-same-wallets-refused", SAME, 409),
    ("inactive_tokens", "create-token-inactive-refused", INACTIVE, 403),
    ("unknown_tokens", "create-token-unsupported-refused", INACTIVE, 404),
    ("unregistered_senders", "create-sender-unregistered-refused", UNREGISTERED, 400),
    ("bad_expiries", "create-expiry-garbage-refused", BAD_EXPIRY, 422),
    ("epochs", "create-expiry-epoch-refused", BAD_EXPIRY, 422),
    ("impossible_days", "create-expiry-impossible-date-refused", BAD_EXPIRY, 422),
    ("missing_allowance", "create-allowance-missing-refused", SHORT, 400),
    ("low_allowance", "create-allowance-below-refused", SHORT, 402),
    ("taken_invoices", "create-duplicate-invoice-refused", TAKEN, 400),
    ("missing_contract", "create-contract-down-500", "Preauth contract not available", 503),
    ("unchecked_approval", "create-preapproval-check-fails-500", "Failed to check preapproval", 400),
)
EPOCH_DIGITS = 9


def _data(scene: Scene) -> Data:
    data: Data = scene.tenant.data
    return data


def _when(
    test: Callable[[Scene], object], do: Callable[[Scene], Response | None] = carries_out_create
) -> Callable[[Scene], Response | None]:
    return lambda scene: do(scene) if test(scene) else None


def _spelled_alike(scene: Scene) -> bool:
    return bool(scene.body["sender"] == scene.body["receiver"])


def _is_known_token(scene: Scene) -> bool:
    return address(scene.body.get("contractAddress")) in _data(scene).tokens


def _is_registered(scene: Scene, side: str) -> bool:
    wallet = _data(scene).wallets.get(address(scene.body.get(side)) or "")
    return wallet is not None and wallet.registered


def _expiry(test: Callable[[Any], object]) -> Callable[[Scene], bool]:
    return lambda scene: bool(test(scene.body.get("expiresAt")))


def _is_epoch(value: Any) -> bool:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.isascii() and text.isdigit() and len(text) >= EPOCH_DIGITS


def _is_impossible(value: Any) -> bool:
    shaped = isinstance(value, str) and len(value) >= len("2026-02-30") and value[:4].isdigit() and value[4] == "-" and value[7] == "-"
    return shaped and instant(value) is None


def _is_garbage(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _is_epoch(value) and not _is_impossible(value) and instant(value) is None


def _is_past(value: Any) -> bool:
    return instant(value) is not None


def _by_default(scene: Scene) -> Response:
    return carries_out_create(scene, expiresAt=None)


def _allowance(scene: Scene, side: str = "sender", token: str | None = None) -> Decimal:
    wallet = _data(scene).wallets.get(address(scene.body.get(side)) or "")
    place = token or address(scene.body.get("contractAddress")) or ""
    return wallet.allowances.get(place, ledger.ZERO) if wallet else ledger.ZERO


def _amount(scene: Scene) -> Decimal:
    return number(scene.body.get("amount")) or ledger.ZERO


def _is_without_allowance(scene: Scene) -> bool:
    return _allowance(scene) == 0


def _is_just_short(scene: Scene) -> bool:
    """Tell whether one unit of the token is all that is missing."""
    data = _data(scene)
    token = data.tokens.get(address(scene.body.get("contractAddress")) or "")
    wallet = data.wallets.get(address(scene.body.get("sender")) or "")
    if token is None or wallet is None:
        return False
    return EXACT.subtract(_amount(scene), ledger.free_allowance(wallet, token.address)) <= Decimal(1).scaleb(-token.decimals)


def _is_short_by_any(scene: Scene) -> bool:
    return _allowance(scene) > 0


def _sum_over_tokens(scene: Scene) -> bool:
    wallet = _data(scene).wallets.get(address(scene.body.get("sender")) or "")
    return wallet is not None and sum(wallet.allowances.values()) >= _amount(scene) and _allowance(scene) < _amount(scene)


def _of_receiver(scene: Scene) -> bool:
    return _allowance(scene, "receiver") >= _amount(scene)


def _wants_more(tenant: Tenant, request: Request) -> Response | None:
    body = sent(request) or {}
    wallet = tenant.data.wallets.get(address(body.get("sender")) or "")
    token, amount = address(body.get("contractAddress")), number(body.get("amount"))
    exact = wallet and token and amount and amount == ledger.free_allowance(wallet, token)
    return onchain(500, SHORT) if exact else None


def _fails(name: str) -> Callable[[Scene], Response | None]:
    """Reserve although the chain fails in one way."""
    return lambda scene: carries_out_create(scene) if scene.tenant.data.chain_failing == name else None


def _earlier(scene: Scene) -> Preauthorization | None:
    return _data(scene).preauthorizations.get(str(scene.body.get("invoiceId")))


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
    carries_out_create(scene, amount="1" if _amount(scene) <= 0 else scene.body["amount"], expiresAt=None)
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
    wallet, token = _data(scene).wallets.get(address(scene.body.get("sender")) or ""), address(scene.body.get("contractAddress"))
    if not _is_new_refusal(scene) or wallet is None or token is None or _amount(scene) <= 0:
        return None
    wallet.locked[token] = EXACT.add(wallet.locked.get(token, ledger.ZERO), _amount(scene))
    return replace(scene.response)


def _uses_allowance_up(scene: Scene) -> Response | None:
    wallet, token = _data(scene).wallets.get(address(scene.body.get("sender")) or ""), address(scene.body.get("contractAddress"))
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
    made = _data(scene).preauthorizations.get(str(body.get("invoiceId")))
    if not taken(scene.response) or name not in scene.body or made is None:
        return None
    change(made, scene.body[name])
    return answer(201, created(made))


def _set(member: str) -> Callable[[Preauthorization, Any], None]:
    return lambda made, value: setattr(made, member, value) if isinstance(value, str) else None


def _refused_otherwise(test: Callable[[Scene], object], message: str, status: int) -> OnRequest:
    return in_scene(is_create, lambda scene: replace(scene.response, status=status) if scene.said(message) and test(scene) else None)


TELLING: dict[str, Callable[[Scene], object]] = {
    "same_wallets": _spelled_alike,
    "inactive_tokens": _is_known_token,
    "unknown_tokens": lambda scene: not _is_known_token(scene),
    "unregistered_senders": lambda scene: not _is_registered(scene, "sender"),
    "bad_expiries": _expiry(_is_garbage),
    "epochs": _expiry(_is_epoch),
    "impossible_days": _expiry(_is_impossible),
    "missing_allowance": _is_without_allowance,
    "low_allowance": _is_short_by_any,
}


def _otherwise(message: str, said: str) -> OnRequest:
    def edit(body: dict[str, Any]) -> None:
        for entry in entries_of(body):
            entry["message"] = said

    return edits_refusal(is_create, message, edit)


def _gives_invoice_free(states: tuple[str, ...]) -> OnRequest:
    return despite(TAKEN, _when(_in_state(*states)))


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"answers_{status}_to_{name}",
            rule,
            f"answers {status} in the place of the documented refusal of {name.replace('_', ' ')}",
            _refused_otherwise(TELLING.get(name, bool), message, status),
        )
        for name, rule, message, status in REFUSALS
    ),
    fault(
        "reserves_for_oneself",
        "create-same-wallets-refused",
        "reserves where sender and receiver are the same",
        despite(SAME, _when(_spelled_alike)),
    ),
    fault(
        "compares_wallets_as_text",
        "create-same-wallets-casefold-refused",
        "takes another spelling of the sender for another wallet",
        despite(SAME, _when(lambda scene: not _spelled_alike(scene))),
    ),
    fault(
        "takes_inactive_tokens",
        "create-token-inactive-refused",
        "reserves in a token that is not active",
        despite(INACTIVE, _when(_is_known_token)),
    ),
    fault(
        "takes_unknown_tokens",
        "create-token-unsupported-refused",
        "reserves in a token that it does not know",
        despite(INACTIVE, _when(lambda scene: not _is_known_token(scene))),
    ),
    fault(
        "takes_unregistered_senders",
        "create-sender-unregistered-refused",
        "reserves from a wallet that is not registered",
        despite(UNREGISTERED, _when(lambda scene: not _is_registered(scene, "sender"))),
    ),
    fault(
        "breaks_down_on_unregistered_receivers",
        "create-receiver-unregistered-refused",
        "answers 500 to a receiver that is not registered",
        despite(UNREGISTERED, _when(lambda scene: not _is_registered(scene, "receiver"), lambda _: failed())),
    ),
    fault(
        "defaults_on_garbage",
        "create-expiry-garbage-refused",
        "applies the default where the expiry is no time stamp",
        despite(BAD_EXPIRY, _when(_expiry(_is_garbage), _by_default)),
    ),
    fault(
        "words_bad_expiries_otherwise",
        "create-expiry-message-snake-case",
        "calls the field by the name that the request has for it",
        _otherwise(BAD_EXPIRY, "Invalid expiresAt format"),
    ),
    fault(
        "reads_epochs",
        "create-expiry-epoch-refused",
        "takes seconds since 1970 for an expiry",
        despite(BAD_EXPIRY, _when(_expiry(_is_epoch), _by_default)),
    ),
    fault(
        "rolls_days_over",
        "create-expiry-impossible-date-refused",
        "takes a day that does not exist for the next one",
        despite(BAD_EXPIRY, _when(_expiry(_is_impossible), _by_default)),
    ),
    fault(
        "revives_the_past",
        "create-expiry-past-never-usable",
        "takes an expiry in the past for none",
        despite(BAD_EXPIRY, _when(_expiry(_is_past), _by_default)),
    ),
    fault(
        "reserves_without_allowance",
        "create-allowance-missing-refused",
        "reserves without any allowance",
        despite(SHORT, _when(_is_without_allowance)),
    ),
    fault(
        "is_off_by_one_unit",
        "create-allowance-below-refused",
        "reserves one unit more than the allowance",
        despite(SHORT, _when(_is_just_short)),
    ),
    fault(
        "wants_more_than_enough",
        "create-allowance-exact-accepted",
        "refuses an allowance that is equal to the amount",
        before(is_create, _wants_more),
    ),
    fault(
        "sums_allowances_up",
        "create-allowance-of-the-token",
        "counts the allowances of all tokens",
        despite(SHORT, _when(_sum_over_tokens)),
    ),
    fault(
        "looks_at_the_receiver",
        "create-allowance-of-the-sender",
        "counts the allowance of the receiver",
        despite(SHORT, _when(_of_receiver)),
    ),
    fault(
        "reserves_without_contract",
        "create-contract-down-500",
        "reserves without the contract on the chain",
        despite("Preauth contract", _fails("contract")),
    ),
    fault(
        "reserves_unchecked",
        "create-preapproval-check-fails-500",
        "reserves where the approval cannot be checked",
        despite("Failed to check", _fails("preapproval")),
    ),
    fault(
        "reserves_against_the_rules",
        "create-rule-engine-refusal-400",
        "reserves what the rule engine refused",
        despite("The request was refused by the rule", carries_out_create),
    ),
    fault(
        "forbids_by_rules",
        "create-rule-engine-refusal-400",
        "answers 403 to what the rule engine refused",
        edits_refusal(is_create, "The request was refused by the rule", unchanged, 403),
    ),
    fault(
        "shows_stack_traces",
        "create-500-messages-closed",
        "answers a stack trace in the place of the cause",
        _otherwise(SHORT, "Error: insufficient allowance\n    at PreauthService.create (preauth.service.ts:112:15)"),
    ),
    fault(
        "takes_invoices_twice",
        "create-duplicate-invoice-refused",
        "reserves twice for one invoice",
        despite(TAKEN, _when(lambda scene: not _same_request(scene))),
    ),
    fault(
        "reserves_repeats",
        "create-identical-retry-refused",
        "reserves once more where a request is repeated",
        despite(TAKEN, _when(_same_request)),
    ),
    fault(
        "keeps_invoices_per_parties",
        "create-duplicate-other-parties-refused",
        "keeps the invoices of other parties apart",
        despite(TAKEN, _when(_other_parties)),
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
