"""Other readings of amounts, states and settlements (003 get, settle)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal

from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.faulting import ABSENT, sent, taken, told
from mockserver.http import Request, Response
from mockserver.omnumi import ledger
from mockserver.omnumi.errors import access_denied, onchain
from mockserver.omnumi.faults.builders import (
    Scene,
    changes,
    despite,
    during,
    edits_success,
    entries_of,
    in_scene,
    invoice_of,
    is_create,
    is_preauth,
    is_read,
    is_settle,
    made_of,
    others,
    variant,
)
from mockserver.omnumi.model import Data, Token
from mockserver.omnumi.preauthorizations import NOT_FOUND, NOT_POSITIVE
from mockserver.omnumi.values import EXACT, address, number, plain
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest, Variant

UNREGISTERED, TAKEN, EXPIRED, STATE = (
    "Wallet not registered",
    "Invoice already exists",
    "Pre-authorization expired",
    "Invalid settlement state",
)
TIP = "0.2"
LAG = 600 * SECOND
CONFIRMED_SECONDS = 1.0
LATER_WORDS = {"SETTLED": "COMPLETED", "REJECTED": "FAILED"}
AMOUNTS = ("amount", "authorizedAmount", "settledAmount")


@contextmanager
def _holding(tenant: Tenant, sender: str, token: str, amount: Decimal) -> Iterator[None]:
    """Let a wallet hold one amount only for the length of a request."""
    wallet = tenant.data.wallets[sender]
    kept = wallet.locked.get(token, ledger.ZERO)
    wallet.locked[token] = amount
    try:
        yield
    finally:
        wallet.locked[token] = EXACT.add(kept, EXACT.subtract(wallet.locked[token], amount))


def _each_alone(tenant: Tenant, request: Request) -> AbstractContextManager[None] | None:
    if is_create(request):
        body = sent(request) or {}
        sender, token = address(body.get("sender")), address(body.get("contractAddress"))
        return _holding(tenant, sender, token, ledger.ZERO) if sender in tenant.data.wallets and sender and token else None
    made = made_of(tenant, request)
    return (
        _holding(tenant, made.sender.lower(), made.contract.lower(), Decimal(made.amount)) if made and made.status == "AUTHORIZED" else None
    )


def _decimals_of(scene: Scene) -> int:
    body = told(scene.response)
    token: Token | None = scene.tenant.data.tokens.get(str(body.get("contractAddress")).lower())
    return token.decimals if token else 0


def _noted(make: Callable[[Decimal, int], str]) -> OnRequest:
    """Show amounts in a notation of one's own."""

    def edit(scene: Scene) -> Response | None:
        body = told(scene.response)
        if not taken(scene.response):
            return None
        texts = {name: number(body[name]) for name in AMOUNTS if name in body}
        shown = {name: make(amount, _decimals_of(scene)) for name, amount in texts.items() if amount}
        return scene.response.with_json({**body, **shown})

    return in_scene(is_preauth, edit)


def _padded(amount: Decimal, places: int) -> str:
    whole, _, fraction = plain(amount).partition(".")
    return f"{whole}.{fraction.ljust(places, '0')}" if places else whole


@contextmanager
def _tipped(tenant: Tenant) -> Iterator[None]:
    kept, tenant.settings.tip = tenant.settings.tip, TIP
    try:
        yield
    finally:
        tenant.settings.tip = kept


def _no_amount(make: Callable[[Response], Response]) -> OnRequest:
    def edit(scene: Scene) -> Response | None:
        faulty = scene.response.status == 400 and number(scene.body.get("amount")) is None and sent(scene.request) is not None
        return make(scene.response) if faulty else None

    return in_scene(is_settle, edit)


def _lags(scene: Scene) -> Response | None:
    """Read AUTHORIZED until a while after the expiry."""
    made = scene.made
    late = made is not None and made.status == "EXPIRED" and scene.tenant.clock.now() < made.expires + LAG
    body = told(scene.response)
    if made is None or not late or body.get("status") != "EXPIRED" or made.history[-1][1] < made.expires:
        return None
    return scene.response.with_json({**body, "status": "AUTHORIZED", "updatedAt": body["createdAt"]})


@contextmanager
def _a_moment_longer(tenant: Tenant, now: int) -> Iterator[None]:
    """Let nothing expire whose instant is now."""
    data: Data = tenant.data
    kept = [each for each in data.open if each[0] == now]
    data.open = [each for each in data.open if each[0] != now]
    try:
        yield
    finally:
        data.open = sorted({*kept, *data.open})


def _at_the_instant(tenant: Tenant, _: Request) -> AbstractContextManager[None] | None:
    now = tenant.clock.now()
    return _a_moment_longer(tenant, now) if any(at == now for at, _ in tenant.data.open) else None


def _reworded(message: str, make: Callable[[str], str]) -> OnRequest:
    def edit(scene: Scene) -> Response | None:
        if not scene.said(message):
            return None
        body = told(scene.response)
        for entry in entries_of(body):
            entry["message"] = make(entry["message"])
        return scene.response.with_json(body)

    return in_scene(is_settle, edit)


def _later_words(scene: Scene) -> Response | None:
    body = told(scene.response)
    if taken(scene.response):
        word = LATER_WORDS.get(str(body.get("status")))
        return scene.response.with_json({**body, "status": word}) if word else None
    changed = False
    for entry in entries_of(body):
        head, sign, state = str(entry.get("message")).rpartition(": ")
        if head == STATE and sign and state in LATER_WORDS:
            entry["message"], changed = f"{head}: {LATER_WORDS[state]}", True
    return scene.response.with_json(body) if changed else None


@contextmanager
def _confirming_later(tenant: Tenant) -> Iterator[None]:
    """Let transfers be confirmed later for the length of a request."""
    kept, tenant.settings.confirmation_seconds = tenant.settings.confirmation_seconds, CONFIRMED_SECONDS
    try:
        yield
    finally:
        tenant.settings.confirmation_seconds = kept


def _forbidden(scene: Scene) -> Response | None:
    """Tell another tenant's invoice from one that there is not."""
    invoice = invoice_of(scene.request)
    return access_denied(403) if any(invoice in other.data.preauthorizations for other in others(scene.tenant)) else None


VARIANTS: tuple[Variant, ...] = (
    variant(
        "checks_each_alone",
        "amb-reservation",
        "checks each preauthorization against the whole allowance",
        during(lambda request: is_create(request) or is_settle(request), _each_alone),
    ),
    variant("pads_amounts", "amb-amount-notation", "shows amounts with all decimals of the token", _noted(_padded)),
    variant("trims_amounts", "amb-amount-notation", "shows amounts without trailing zeros", _noted(lambda amount, _: plain(amount))),
    variant(
        "allows_tips",
        "amb-settle-tip",
        "settles up to a fifth more than was authorized",
        during(is_settle, lambda tenant, _: _tipped(tenant) if tenant.settings.tip == "0" else None),
    ),
    variant(
        "calls_missing_amounts_a_conflict",
        "amb-settle-missing-amount",
        "answers 409 where the amount of a settlement is none",
        _no_amount(lambda _: onchain(409, NOT_POSITIVE)),
    ),
    variant(
        "answers_422_to_missing_amounts",
        "amb-settle-missing-amount",
        "answers 422 where the amount of a settlement is none",
        _no_amount(lambda response: replace(response, status=422)),
    ),
    variant(
        "shows_zero_before_settlement",
        "amb-unsettled-amount-form",
        "shows a settled amount of zero before a settlement",
        edits_success(is_read, changes("settledAmount", lambda value: "0" if value is None else value)),
    ),
    variant(
        "leaves_unsettled_out",
        "amb-unsettled-amount-form",
        "leaves settled amount and hash out before a settlement",
        edits_success(
            is_read, lambda body: [body.pop(name) for name in ("settledAmount", "transactionHash") if body.get(name, ABSENT) is None]
        ),
    ),
    variant("expires_in_a_job", "amb-expiry-on-read", "reads AUTHORIZED until ten minutes after the expiry", in_scene(is_read, _lags)),
    variant(
        "is_valid_at_the_instant",
        "amb-expiry-boundary",
        "settles at the very instant of the expiry",
        during(lambda request: is_settle(request) or is_read(request), _at_the_instant),
    ),
    variant(
        "names_expired_as_state",
        "amb-expired-message",
        "tells what has expired as an invalid state",
        _reworded(EXPIRED, lambda _: f"{STATE}: EXPIRED"),
    ),
    variant(
        "says_rejected_always",
        "amb-settled-again-message",
        "says REJECTED of every state that cannot be settled",
        _reworded(STATE, lambda message: f"{STATE}: REJECTED" if not message.endswith(": EXPIRED") else message),
    ),
    variant(
        "says_completed",
        "amb-later-release-words",
        "says COMPLETED for SETTLED and FAILED for REJECTED",
        in_scene(lambda request: is_read(request) or is_settle(request), _later_words),
    ),
    variant(
        "answers_400_to_unknown_settlements",
        "amb-settle-unknown",
        "answers 400 to the settlement of an unknown invoice",
        despite(NOT_FOUND, lambda scene: replace(scene.response, status=400), is_settle),
    ),
    variant(
        "answers_409_to_unknown_settlements",
        "amb-settle-unknown",
        "answers 409 to the settlement of an unknown invoice",
        despite(NOT_FOUND, lambda scene: replace(scene.response, status=409), is_settle),
    ),
    variant(
        "confirms_later",
        "amb-sync-settle",
        "moves the tokens a little after the settlement was answered",
        during(is_settle, lambda tenant, _: None if tenant.settings.confirmation_seconds else _confirming_later(tenant)),
    ),
    variant(
        "forbids_foreign_invoices",
        "amb-auth-403-404",
        "answers 403 to the reading of another tenant's invoice",
        despite(NOT_FOUND, _forbidden, is_read),
    ),
    variant(
        "forbids_foreign_settlements",
        "amb-foreign-settle",
        "answers 403 to the settlement of another tenant's invoice",
        despite(NOT_FOUND, _forbidden, is_settle),
    ),
)
