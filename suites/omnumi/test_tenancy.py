from __future__ import annotations

from hypothesis import given

from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.calls import control, not_there
from suites.omnumi.comparing import RECORD, alike, differences, number
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import STANDARD, VAST, Made, asked, balances, create, made, moved, paid, pay, read, unchanged

ECHOED = ("transactionId", "invoiceId", "sender", "receiver", "contractAddress", "authorizedAmount", "status")
OTHER = Terms(amount="12.5")
"""What another tenant asks for under the same invoice; no amount of it is one of `STANDARD`."""


def tells_nothing(omnumi: Omnumi, which: Made, refused: Exchange) -> None:
    """A breach where the refusal holds anything of the preauthorization that the caller did not say itself."""
    hidden = (str(which.answer["transactionId"]), which.parties.sender, which.parties.receiver, which.parties.token)
    if told := [each for each in hidden if each.lower() in refused.text.lower()]:
        raise omnumi.breach(f"the refusal tells {', '.join(told)} to another tenant", refused)


@rule("omnumi/tenant-get-hidden")
@given(wish=terms())
def test_tenant_get_hidden(omnumi: Omnumi, wish: Terms) -> None:
    """Another tenant cannot read an invoice, and its refusal tells nothing of the preauthorization."""
    which = made(omnumi, wish)
    tells_nothing(omnumi, which, omnumi.expect(omnumi.second().get(which.invoice)))
    control(omnumi.get(which.invoice), "read")


def as_unknown(omnumi: Omnumi, refused: Exchange, amount: str) -> None:
    """A breach where a refusal is neither 403 nor 404, nor what the settlement of an unknown invoice gets (omnumi/amb-settle-unknown)."""
    if refused.status in (403, 404):
        return
    unknown = pay(omnumi.second(), omnumi.unknown_invoice(), amount)
    if (unknown.status, unknown.json) != (refused.status, refused.json):
        raise omnumi.breach("another tenant's invoice is refused otherwise than an unknown one", unknown, refused)


@rule("omnumi/tenant-settle-refused")
def test_tenant_settle_refused(omnumi: Omnumi) -> None:
    """Another tenant cannot settle an invoice; it is refused, nothing moves, it stays AUTHORIZED, and its owner can settle it."""
    parties = omnumi.make_parties()
    which = made(omnumi, STANDARD, parties)
    before, held = read(omnumi, which), balances(omnumi, parties)
    for amount in (which.amount, "1.5"):
        refused = omnumi.expect(pay(omnumi.second(), which, amount))
        as_unknown(omnumi, refused, amount)
        tells_nothing(omnumi, which, refused)
        unchanged(omnumi, which, before, refused)
    moved(omnumi, parties, held, "0", refused)
    alike(omnumi, read(omnumi, which), which.as_read, *ECHOED)
    control(pay(omnumi, which, which.amount), "settled")


@rule("omnumi/amb-foreign-settle")
def test_amb_foreign_settle(omnumi: Omnumi) -> None:
    """Whether the settlement of another tenant's invoice is forbidden, or answered like that of an invoice that nobody has."""
    which = made(omnumi)
    refused = omnumi.expect(pay(omnumi.second(), which, which.amount))
    omnumi.observe("forbidden" if refused.status == 403 else "not-found")


def nothing_locked(omnumi: Omnumi, owner: Omnumi, wallet: str, *refused: Exchange) -> None:
    """A breach where the owner's wallet holds an amount back, where one can look into it."""
    if owner.world.control is None:
        return
    locked = owner.controls("GET", f"/wallets/{wallet}")["locked"]
    if held := {token: amount for token, amount in locked.items() if number(amount)}:
        raise omnumi.breach(f"what was refused locks {held} of another tenant's wallet", *refused)


@rule("omnumi/tenant-create-foreign-wallet-refused")
def test_tenant_create_foreign_wallet_refused(omnumi: Omnumi) -> None:
    """A tenant cannot reserve from a wallet of another tenant; nothing is made, and nothing of that wallet is locked."""
    owner = omnumi.second()
    foreign = owner.make_parties()
    for amount in (STANDARD.amount, "1"):
        refused = create(omnumi, asked(omnumi, Terms(amount), sender=foreign.sender))
        for client in (omnumi, owner):
            not_there(client, refused.sent["invoiceId"], refused)
        nothing_locked(omnumi, owner, foreign.sender, refused)
    control(omnumi.create(asked(omnumi)), "created")
    control(owner.create(asked(owner, STANDARD, foreign)), "created")


def as_made(omnumi: Omnumi, client: Omnumi, which: Made, *exchanges: Exchange) -> Exchange:
    """What the client reads, which must be the one that it made."""
    shown = omnumi.expect(client.get(which.invoice), answers=["read"])
    if wrong := differences(which.as_read, shown.json, ECHOED):
        raise omnumi.breach(f"two tenants have one invoice id, and one reads: {'; '.join(wrong)}", *exchanges, shown)
    return shown


@rule("omnumi/tenant-same-invoice-no-mix")
def test_tenant_same_invoice_no_mix(omnumi: Omnumi) -> None:
    """One invoice id at two tenants is two preauthorizations that never mix, or is taken at the second and leaves the first alone."""
    first, other = made(omnumi, STANDARD, omnumi.make_parties()), omnumi.second()
    before, parties = read(omnumi, first), other.make_parties(allowance=VAST)
    exchange = create(other, asked(other, OTHER, parties, invoiceId=first.invoice))
    omnumi.observe("global" if exchange.status == 409 else "tenant", "omnumi/amb-invoice-scope")
    unchanged(omnumi, first, before, exchange)
    if exchange.status == 409:
        return
    second = Made(parties, exchange.sent, exchange.json)
    if second.answer["transactionId"] == first.answer["transactionId"]:
        raise omnumi.breach(f"two tenants were given one preauthorization: {second.answer['transactionId']}", exchange)
    theirs = as_made(omnumi, other, second, exchange)
    # What happens to the one must not happen to the other.
    held = balances(other, parties)
    settlement = paid(omnumi, first)
    after = as_made(omnumi, other, second, settlement)
    if wrong := differences(theirs.json, after.json, RECORD):
        raise omnumi.breach(f"settling one tenant's invoice changed the other's: {'; '.join(wrong)}", settlement, after)
    moved(other, parties, held, "0", settlement)
    control(pay(other, second, second.amount), "settled")
