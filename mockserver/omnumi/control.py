"""What the control API can do with a tenant of Omnumi: the chain, its wallets and preauthorizations; people are elsewhere."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from mockserver.clock import iso
from mockserver.control.refusal import Refusal, read_as
from mockserver.omnumi import control_people, ledger, lifecycle, preauthorizations
from mockserver.omnumi.model import ChainFailure, Data, Preauthorization, Token, Wallet
from mockserver.omnumi.values import EXACT, address, plain
from mockserver.tenants import Tenant

Answer = tuple[int, Any]
Handler = Callable[[Tenant, dict[str, str], Any], Answer]
Amount = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,78}(\.[0-9]{1,77})?$")]
# The largest amount of base units that a contract can count.
LARGEST = Decimal(2**256 - 1)


class TokenWish(msgspec.Struct, forbid_unknown_fields=True):
    """A token that is to be deployed."""

    active: bool = True
    decimals: Annotated[int, msgspec.Meta(ge=0, le=77)] = 18


class TokenChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a token."""

    active: bool


class WalletWish(msgspec.Struct, forbid_unknown_fields=True):
    """A wallet that is to be there, or what is to change about one; amounts by the address of their token."""

    registered: bool | None = None
    balances: dict[str, Amount] = {}
    allowances: dict[str, Amount] = {}


class ChainState(msgspec.Struct, forbid_unknown_fields=True):
    """What of the chain fails."""

    failing: ChainFailure | None


class Named(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """An invoice; it stands in the body, for it may hold any character."""

    invoice_id: str


class Forced(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A last state that no call of 003 leads to."""

    invoice_id: str
    status: Literal["CANCELLED", "REJECTED", "EXPIRED"]


def add_token(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Deploy a token; answers 201."""
    wanted = read_as(TokenWish, body)
    return 201, msgspec.to_builtins(ledger.add_token(tenant, active=wanted.active, decimals=wanted.decimals))


def list_tokens(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """List all tokens."""
    return 200, msgspec.to_builtins(list(tenant.data.tokens.values()))


def change_token(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Switch a token on or off."""
    token = _token(tenant, names["token"])
    token.active = read_as(TokenChange, body).active
    return 200, msgspec.to_builtins(token)


def add_wallet(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Make a wallet; answers 201."""
    wanted = read_as(WalletWish, body)
    amounts = _amounts(tenant, wanted.balances), _amounts(tenant, wanted.allowances)
    wallet = ledger.add_wallet(tenant, registered=wanted.registered is not False)
    _fill(tenant, wallet, *amounts)
    return 201, wallet_shown(wallet)


def list_wallets(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """List all wallets."""
    lifecycle.expire_due(tenant)
    return 200, [wallet_shown(wallet) for wallet in tenant.data.wallets.values()]


def look_at_wallet(tenant: Tenant, names: dict[str, str], _: Any) -> Answer:
    """Tell what is in a wallet."""
    lifecycle.expire_due(tenant)
    return 200, wallet_shown(_wallet(tenant, names["wallet"]))


def change_wallet(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Change a wallet; tokens that are not named stay as they are."""
    lifecycle.expire_due(tenant)
    wallet, wanted = _wallet(tenant, names["wallet"]), read_as(WalletWish, body)
    _fill(tenant, wallet, _amounts(tenant, wanted.balances), _amounts(tenant, wanted.allowances))
    if wanted.registered is not None:
        wallet.registered = wanted.registered
    return 200, wallet_shown(wallet)


def read_ledger(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """Tell all entries in order, and how much of each token there is."""
    lifecycle.expire_due(tenant)
    data: Data = tenant.data
    entries = [
        {
            "kind": entry.kind,
            "at": iso(entry.at),
            "invoiceId": entry.invoice,
            "token": entry.token,
            "amount": plain(entry.amount),
            "from": entry.sender,
            "to": entry.receiver,
        }
        for entry in data.entries
    ]
    return 200, {"entries": entries, "supply": _texts(data.supply)}


def read_chain(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """Tell what of the chain fails."""
    return 200, {"failing": tenant.data.chain_failing}


def set_chain(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Let something of the chain fail from now on, or nothing."""
    tenant.data.chain_failing = read_as(ChainState, body).failing
    return read_chain(tenant, names, None)


def force_status(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """End a preauthorization without a call of the provider."""
    lifecycle.expire_due(tenant)
    wanted = read_as(Forced, body)
    made = _preauthorization(tenant, wanted.invoice_id)
    try:
        lifecycle.end(tenant, made, wanted.status)
    except lifecycle.NotAllowed as error:
        raise Refusal(409, "not_allowed", f"{error}; only an AUTHORIZED one can be ended") from None
    return 200, preauthorization_shown(made)


def look_at_preauthorization(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Tell everything that the server knows of a preauthorization."""
    lifecycle.expire_due(tenant)
    return 200, preauthorization_shown(_preauthorization(tenant, read_as(Named, body).invoice_id))


def list_preauthorizations(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """List all preauthorizations."""
    lifecycle.expire_due(tenant)
    return 200, [preauthorization_shown(made) for made in tenant.data.preauthorizations.values()]


def wallet_shown(wallet: Wallet) -> dict[str, Any]:
    """Return a wallet with its amounts as text."""
    amounts = {name: _texts(getattr(wallet, name)) for name in ("balances", "allowances", "locked")}
    return {"address": wallet.address, "registered": wallet.registered, **amounts}


def preauthorization_shown(made: Preauthorization) -> dict[str, Any]:
    """Return a preauthorization with its history."""
    return {
        "invoiceId": made.invoice,
        "transactionId": made.id,
        "status": made.status,
        "history": [{"status": status, "at": iso(at)} for status, at in made.history],
        "expiresAt": iso(made.expires),
        "shown": preauthorizations.shown(made),
    }


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {token: plain(amount) for token, amount in amounts.items()}


def _amounts(tenant: Tenant, wanted: Mapping[str, str]) -> dict[str, Decimal]:
    amounts = {_token(tenant, name).address: Decimal(text) for name, text in wanted.items()}
    for name, amount in amounts.items():
        units = EXACT.scaleb(amount, tenant.data.tokens[name].decimals)
        if units > LARGEST or units != units.to_integral_value():
            raise Refusal(422, "invalid", f"{amount} of token {name} is no whole number of its units up to 2^256 - 1")
    return amounts


def _fill(tenant: Tenant, wallet: Wallet, balances: Mapping[str, Decimal], allowances: Mapping[str, Decimal]) -> None:
    for token, amount in balances.items():
        ledger.fund(tenant.data, wallet, token, amount)
    wallet.allowances.update(allowances)


def _token(tenant: Tenant, name: str) -> Token:
    token: Token | None = tenant.data.tokens.get(address(name) or "")
    if token is None:
        raise Refusal(404, "unknown_token", f"Tenant {tenant.id} has no token {name!r}; POST tokens under the same tenant makes one")
    return token


def _wallet(tenant: Tenant, name: str) -> Wallet:
    wallet: Wallet | None = tenant.data.wallets.get(address(name) or "")
    if wallet is None:
        raise Refusal(404, "unknown_wallet", f"Tenant {tenant.id} has no wallet {name!r}; POST wallets under the same tenant makes one")
    return wallet


def _preauthorization(tenant: Tenant, invoice: str) -> Preauthorization:
    made: Preauthorization | None = tenant.data.preauthorizations.get(invoice)
    if made is None:
        raise Refusal(404, "unknown_invoice", f"Tenant {tenant.id} has no preauthorization of invoice {invoice!r}; create one first")
    return made


CONTROLS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "tokens", add_token),
    ("GET", "tokens", list_tokens),
    ("PATCH", "tokens/{token}", change_token),
    ("POST", "wallets", add_wallet),
    ("GET", "wallets", list_wallets),
    ("GET", "wallets/{wallet}", look_at_wallet),
    ("PATCH", "wallets/{wallet}", change_wallet),
    ("GET", "ledger", read_ledger),
    ("GET", "chain", read_chain),
    ("PUT", "chain", set_chain),
    ("GET", "preauthorizations", list_preauthorizations),
    ("POST", "preauthorizations/look", look_at_preauthorization),
    ("POST", "preauthorizations/status", force_status),
    *control_people.CONTROLS,
)
