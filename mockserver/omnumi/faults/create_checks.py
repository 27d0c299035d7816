"""Servers that overlook a documented refusal of creates, or refuse otherwise or too much (003 create, 400 to 500)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import sent
from mockserver.http import Request, Response
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
    unchanged,
)
from mockserver.omnumi.model import Data
from mockserver.omnumi.preauthorizations import BAD_EXPIRY
from mockserver.omnumi.values import EXACT, address, instant, number
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

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


def data_of(scene: Scene) -> Data:
    """Return everything of the tenant."""
    data: Data = scene.tenant.data
    return data


def where(
    test: Callable[[Scene], object], do: Callable[[Scene], Response | None] = carries_out_create
) -> Callable[[Scene], Response | None]:
    """Return what does something where a test holds."""
    return lambda scene: do(scene) if test(scene) else None


def _spelled_alike(scene: Scene) -> bool:
    return bool(scene.body["sender"] == scene.body["receiver"])


def _is_known_token(scene: Scene) -> bool:
    return address(scene.body.get("contractAddress")) in data_of(scene).tokens


def _is_registered(scene: Scene, side: str) -> bool:
    wallet = data_of(scene).wallets.get(address(scene.body.get(side)) or "")
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
    wallet = data_of(scene).wallets.get(address(scene.body.get(side)) or "")
    place = token or address(scene.body.get("contractAddress")) or ""
    return wallet.allowances.get(place, ledger.ZERO) if wallet else ledger.ZERO


def amount_of(scene: Scene) -> Decimal:
    """Return the amount that was sent, zero if it is none."""
    return number(scene.body.get("amount")) or ledger.ZERO


def _is_without_allowance(scene: Scene) -> bool:
    return _allowance(scene) == 0


def _is_just_short(scene: Scene) -> bool:
    """Tell whether one unit of the token is all that is missing."""
    data = data_of(scene)
    token = data.tokens.get(address(scene.body.get("contractAddress")) or "")
    wallet = data.wallets.get(address(scene.body.get("sender")) or "")
    if token is None or wallet is None:
        return False
    return EXACT.subtract(amount_of(scene), ledger.free_allowance(wallet, token.address)) <= Decimal(1).scaleb(-token.decimals)


def _is_short_by_any(scene: Scene) -> bool:
    return _allowance(scene) > 0


def _sum_over_tokens(scene: Scene) -> bool:
    wallet = data_of(scene).wallets.get(address(scene.body.get("sender")) or "")
    return wallet is not None and sum(wallet.allowances.values()) >= amount_of(scene) and _allowance(scene) < amount_of(scene)


def _of_receiver(scene: Scene) -> bool:
    return _allowance(scene, "receiver") >= amount_of(scene)


def _wants_more(tenant: Tenant, request: Request) -> Response | None:
    body = sent(request) or {}
    wallet = tenant.data.wallets.get(address(body.get("sender")) or "")
    token, amount = address(body.get("contractAddress")), number(body.get("amount"))
    exact = wallet and token and amount and amount == ledger.free_allowance(wallet, token)
    return onchain(500, SHORT) if exact else None


def _fails(name: str) -> Callable[[Scene], Response | None]:
    """Reserve although the chain fails in one way."""
    return lambda scene: carries_out_create(scene) if scene.tenant.data.chain_failing == name else None


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
        despite(SAME, where(_spelled_alike)),
    ),
    fault(
        "compares_wallets_as_text",
        "create-same-wallets-casefold-refused",
        "takes another spelling of the sender for another wallet",
        despite(SAME, where(lambda scene: not _spelled_alike(scene))),
    ),
    fault(
        "takes_inactive_tokens",
        "create-token-inactive-refused",
        "reserves in a token that is not active",
        despite(INACTIVE, where(_is_known_token)),
    ),
    fault(
        "takes_unknown_tokens",
        "create-token-unsupported-refused",
        "reserves in a token that it does not know",
        despite(INACTIVE, where(lambda scene: not _is_known_token(scene))),
    ),
    fault(
        "takes_unregistered_senders",
        "create-sender-unregistered-refused",
        "reserves from a wallet that is not registered",
        despite(UNREGISTERED, where(lambda scene: not _is_registered(scene, "sender"))),
    ),
    fault(
        "breaks_down_on_unregistered_receivers",
        "create-receiver-unregistered-refused",
        "answers 500 to a receiver that is not registered",
        despite(UNREGISTERED, where(lambda scene: not _is_registered(scene, "receiver"), lambda _: failed())),
    ),
    fault(
        "defaults_on_garbage",
        "create-expiry-garbage-refused",
        "applies the default where the expiry is no time stamp",
        despite(BAD_EXPIRY, where(_expiry(_is_garbage), _by_default)),
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
        despite(BAD_EXPIRY, where(_expiry(_is_epoch), _by_default)),
    ),
    fault(
        "rolls_days_over",
        "create-expiry-impossible-date-refused",
        "takes a day that does not exist for the next one",
        despite(BAD_EXPIRY, where(_expiry(_is_impossible), _by_default)),
    ),
    fault(
        "revives_the_past",
        "create-expiry-past-never-usable",
        "takes an expiry in the past for none",
        despite(BAD_EXPIRY, where(_expiry(_is_past), _by_default)),
    ),
    fault(
        "reserves_without_allowance",
        "create-allowance-missing-refused",
        "reserves without any allowance",
        despite(SHORT, where(_is_without_allowance)),
    ),
    fault(
        "is_off_by_one_unit",
        "create-allowance-below-refused",
        "reserves one unit more than the allowance",
        despite(SHORT, where(_is_just_short)),
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
        despite(SHORT, where(_sum_over_tokens)),
    ),
    fault(
        "looks_at_the_receiver",
        "create-allowance-of-the-sender",
        "counts the allowance of the receiver",
        despite(SHORT, where(_of_receiver)),
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
)
