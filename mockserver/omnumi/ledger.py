"""The chain as far as preauthorizations see it: balances, allowances, locks, and the entries that moved them.

Amounts are exact decimals. Every move is an entry; value is neither made nor lost but by the control API, which `supply` counts.
"""

from decimal import Decimal

from mockserver.clock import SECOND
from mockserver.events import Event
from mockserver.omnumi.model import Data, Entry, EntryKind, Token, Wallet
from mockserver.omnumi.values import EXACT
from mockserver.tenants import Tenant

ZERO = Decimal(0)
CONFIRMATION = "confirmation"
MASK = (1 << 160) - 1


def new_address(tenant: Tenant) -> str:
    """Return an address that nothing has as yet."""
    return f"0x{(tenant.new_number() << 32 ^ tenant.new_number()) & MASK:040x}"


def new_hash(tenant: Tenant) -> str:
    """Return the hash of a new transaction."""
    return f"0x{tenant.new_number():032x}{tenant.new_number():032x}"


def add_token(tenant: Tenant, *, active: bool, decimals: int, address: str | None = None) -> Token:
    """Deploy a token."""
    token = Token(address=address or new_address(tenant), active=active, decimals=decimals)
    tenant.data.tokens[token.address] = token
    return token


def add_wallet(tenant: Tenant, *, registered: bool, address: str | None = None) -> Wallet:
    """Make an empty wallet."""
    wallet = Wallet(address=address or new_address(tenant), registered=registered)
    tenant.data.wallets[wallet.address] = wallet
    return wallet


def fund(data: Data, wallet: Wallet, token: str, balance: Decimal) -> None:
    """Set a balance; the supply of the token follows."""
    before = wallet.balances.get(token, ZERO)
    wallet.balances[token] = balance
    data.supply[token] = EXACT.subtract(EXACT.add(data.supply.get(token, ZERO), balance), before)


def free_allowance(wallet: Wallet, token: str) -> Decimal:
    """Return what of an allowance no open preauthorization holds."""
    return EXACT.subtract(wallet.allowances.get(token, ZERO), wallet.locked.get(token, ZERO))


def lock(tenant: Tenant, invoice: str, wallet: Wallet, token: str, amount: Decimal) -> None:
    """Hold an amount of an allowance."""
    wallet.locked[token] = EXACT.add(wallet.locked.get(token, ZERO), amount)
    _enter(tenant, "lock", invoice, token, amount, wallet.address)


def release(tenant: Tenant, invoice: str, wallet: Wallet, token: str, amount: Decimal) -> None:
    """Let go of what was held."""
    wallet.locked[token] = EXACT.subtract(wallet.locked.get(token, ZERO), amount)
    _enter(tenant, "release", invoice, token, amount, wallet.address)


def spendable(wallet: Wallet, token: str) -> Decimal:
    """Return what of a balance is not on its way to somebody."""
    return EXACT.subtract(wallet.balances.get(token, ZERO), wallet.sending.get(token, ZERO))


def transfer(tenant: Tenant, invoice: str, sender: Wallet, receiver: Wallet, token: str, amount: Decimal) -> None:
    """Move an amount from one wallet to another, using up as much allowance; balances follow when the chain has confirmed it."""
    sender.allowances[token] = EXACT.subtract(sender.allowances.get(token, ZERO), amount)
    sender.sending[token] = EXACT.add(sender.sending.get(token, ZERO), amount)
    parties = {"sender": sender.address, "receiver": receiver.address}
    event = {"invoice": invoice, "token": token, "amount": format(amount, "f"), **parties}
    delay = tenant.settings.confirmation_seconds
    if delay:
        tenant.schedule_in(int(delay * SECOND), CONFIRMATION, event)
    else:
        _move(tenant, **event)


def confirm(tenant: Tenant, event: Event) -> None:
    """Let balances follow a transfer."""
    _move(tenant, **event.payload)


def _move(tenant: Tenant, *, invoice: str, token: str, amount: str, sender: str, receiver: str) -> None:
    giver, taker, value = tenant.data.wallets[sender], tenant.data.wallets[receiver], Decimal(amount)
    giver.sending[token] = EXACT.subtract(giver.sending.get(token, ZERO), value)
    giver.balances[token] = EXACT.subtract(giver.balances.get(token, ZERO), value)
    taker.balances[token] = EXACT.add(taker.balances.get(token, ZERO), value)
    _enter(tenant, "transfer", invoice, token, value, sender, receiver)


def _enter(tenant: Tenant, kind: EntryKind, invoice: str, token: str, amount: Decimal, sender: str, receiver: str | None = None) -> None:
    entry = Entry(kind=kind, at=tenant.clock.now(), invoice=invoice, token=token, amount=amount, sender=sender, receiver=receiver)
    tenant.data.entries.append(entry)
