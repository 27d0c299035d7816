from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import example, given

from harness.rules import rule
from strategies.omnumi.money import SMALLEST, part_of, shares
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.comparing import alike
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import PRECISE, balance, balances, made, moved, pay, read

HASH = re.compile(r"0x[0-9a-fA-F]{64}")
REDIRECTIONS = ("receiver", "sender", "contractAddress", "invoiceId", "authorizedAmount", "transactionId")


@rule("omnumi/settle-authorized-accepted")
@given(wish=terms(), share=shares())
def test_settle_authorized_accepted(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """What is AUTHORIZED can be settled and is answered with 200."""
    omnumi.expect(pay(omnumi, made(omnumi, wish), part_of(wish.amount, share)))


@rule("omnumi/settle-full-accepted")
@example(wish=PRECISE)
@given(wish=terms())
def test_settle_full_accepted(omnumi: Omnumi, wish: Terms) -> None:
    """Exactly the authorized amount can be settled."""
    exchange = omnumi.expect(pay(omnumi, made(omnumi, wish), wish.amount))
    alike(omnumi, exchange, {"settledAmount": wish.amount}, "settledAmount")


@rule("omnumi/settle-partial-accepted")
@example(wish=PRECISE, share=Decimal("0.37"))
@given(wish=terms(), share=shares())
def test_settle_partial_accepted(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """Less than the authorized amount can be settled, and no more than that is."""
    amount = part_of(wish.amount, share)
    exchange = omnumi.expect(pay(omnumi, made(omnumi, wish), amount))
    alike(omnumi, exchange, {"settledAmount": amount}, "settledAmount")


@rule("omnumi/settle-smallest-accepted")
@given(wish=terms())
def test_settle_smallest_accepted(omnumi: Omnumi, wish: Terms) -> None:
    """The smallest unit of the token can be settled."""
    which = made(omnumi, wish)
    exchange = omnumi.expect(pay(omnumi, which, SMALLEST))
    alike(omnumi, exchange, {"settledAmount": SMALLEST}, "settledAmount")
    alike(omnumi, read(omnumi, which), {"settledAmount": SMALLEST}, "settledAmount")


@rule("omnumi/settle-equal-notation-accepted")
@given(wish=terms())
def test_settle_equal_notation_accepted(omnumi: Omnumi, wish: Terms) -> None:
    """The authorized amount with trailing zeros is still equal to it."""
    for amount, other in (("150.75", "150.750"), ("150.750", "150.75"), ("10", "10.00"), ("10.00", "10")):
        exchange = omnumi.expect(pay(omnumi, made(omnumi, Terms(amount, wish.lifetime)), other))
        alike(omnumi, exchange, {"settledAmount": other}, "settledAmount")


@rule("omnumi/settle-numeric-not-lexical")
def test_settle_numeric_not_lexical(omnumi: Omnumi) -> None:
    """Amounts are compared as numbers; 9 is less than 150.75, and 1000 is more."""
    for authorized, less, more in (("150.75", "9", "1000"), ("1000", "999.5", "9000"), ("9.5", "9.25", "100")):
        which = made(omnumi, Terms(authorized))
        omnumi.expect(pay(omnumi, which, more), answers=["settlement-above-limit"])
        omnumi.expect(pay(omnumi, which, less))


@rule("omnumi/settle-answer-typed")
@given(wish=terms(), share=shares())
def test_settle_answer_typed(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The answer to a settlement has every member that the document shows, typed as shown there."""
    omnumi.expect(pay(omnumi, made(omnumi, wish), part_of(wish.amount, share)))


@rule("omnumi/settle-status-settled")
@given(wish=terms(), share=shares())
def test_settle_status_settled(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The answer to a settlement says SETTLED."""
    exchange = omnumi.expect(pay(omnumi, made(omnumi, wish), part_of(wish.amount, share)))
    alike(omnumi, exchange, {"status": "SETTLED"}, "status")


@rule("omnumi/settle-echoes-amounts")
@example(wish=PRECISE, share=Decimal("0.37"))
@given(wish=terms(), share=shares())
def test_settle_echoes_amounts(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The settled amount is the one that was asked for, and the authorized amount the one of the create."""
    amount = part_of(wish.amount, share)
    exchange = omnumi.expect(pay(omnumi, made(omnumi, wish), amount))
    alike(omnumi, exchange, {"settledAmount": amount, "authorizedAmount": wish.amount}, "settledAmount", "authorizedAmount")


@rule("omnumi/settle-echoes-record")
@given(wish=terms(), share=shares())
def test_settle_echoes_record(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The invoice is the one of the path, and the token the one of the create."""
    which = made(omnumi, wish, omnumi.make_parties())
    exchange = omnumi.expect(pay(omnumi, which, part_of(wish.amount, share)))
    alike(omnumi, exchange, which.sent, "invoiceId", "contractAddress")


@rule("omnumi/settle-same-transactionid")
@given(wish=terms())
def test_settle_same_transactionid(omnumi: Omnumi, wish: Terms) -> None:
    """The transactionId is the one of the create."""
    which = made(omnumi, wish)
    alike(omnumi, omnumi.expect(pay(omnumi, which, wish.amount)), which.answer, "transactionId")


@rule("omnumi/settle-hash-unique")
@given(wish=terms())
def test_settle_hash_unique(omnumi: Omnumi, wish: Terms) -> None:
    """No two settlements have the same hash."""
    exchanges = [omnumi.expect(pay(omnumi, made(omnumi, wish), wish.amount)) for _ in range(3)]
    hashes = [exchange.json.get("transactionHash") for exchange in exchanges]
    if len(set(hashes)) != len(hashes):
        raise omnumi.breach(f"three settlements have the hashes {hashes}", *exchanges)


@rule("omnumi/settle-hash-is-32-bytes")
@given(wish=terms())
def test_settle_hash_is_32_bytes(omnumi: Omnumi, wish: Terms) -> None:
    """A transaction hash is 0x and 64 hexadecimal digits."""
    exchange = omnumi.expect(pay(omnumi, made(omnumi, wish), wish.amount))
    if not HASH.fullmatch(str(exchange.json.get("transactionHash"))):
        raise omnumi.breach(f"{exchange.json.get('transactionHash')!r} is no hash of a transaction", exchange)


@rule("omnumi/settle-agrees-with-get")
@example(wish=PRECISE, share=Decimal("0.37"))
@given(wish=terms(), share=shares())
def test_settle_agrees_with_get(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """What the settlement answered and what is read next agree in all that both show."""
    which = made(omnumi, wish)
    exchange = omnumi.expect(pay(omnumi, which, part_of(wish.amount, share)))
    shown = read(omnumi, which)
    both = ("transactionId", "invoiceId", "authorizedAmount", "settledAmount", "contractAddress", "status", "transactionHash")
    alike(omnumi, shown, exchange.json, *both)
    if shown.json.get("status") != exchange.json.get("status"):
        raise omnumi.breach(f"settled as {exchange.json.get('status')}, read as {shown.json.get('status')}", shown)


@rule("omnumi/settle-body-cannot-redirect")
@pytest.mark.parametrize("member", REDIRECTIONS)
@given(wish=terms(), share=shares())
def test_settle_body_cannot_redirect(omnumi: Omnumi, member: str, wish: Terms, share: Decimal) -> None:
    """Receiver, invoice or token in the body of a settlement have no force."""
    which, victim = made(omnumi, wish, omnumi.make_parties()), made(omnumi, wish)
    thief, other = omnumi.make_wallet(), omnumi.make_parties()
    redirected = {"receiver": thief, "sender": other.sender, "contractAddress": other.token, "invoiceId": victim.invoice}
    value = {**redirected, "authorizedAmount": "999999999", "transactionId": victim.answer["transactionId"]}[member]
    held, before = balances(omnumi, which.parties), read(omnumi, victim)
    amount = part_of(wish.amount, share)
    exchange = omnumi.expect(pay(omnumi, which, amount, **{member: value}))
    if exchange.status == 200:
        alike(omnumi, exchange, which.as_read, "invoiceId", "contractAddress", "authorizedAmount", "transactionId")
    moved(omnumi, which.parties, held, amount if exchange.status == 200 else "0", exchange)
    shown = {**which.as_read, "status": "SETTLED" if exchange.status == 200 else "AUTHORIZED"}
    alike(omnumi, read(omnumi, which), shown, "status", "sender", "receiver", "contractAddress", "authorizedAmount", "transactionId")
    alike(omnumi, read(omnumi, victim), before.json, "status", "settledAmount")


@rule("omnumi/settle-moves-the-amount")
@example(wish=PRECISE, share=Decimal("0.37"))
@given(wish=terms(), share=shares())
def test_settle_moves_the_amount(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """A settlement takes the settled amount from the sender and gives it to the receiver, in that token and no other."""
    other = omnumi.make_token()
    parties = omnumi.make_parties()
    omnumi.controls("PATCH", f"/wallets/{parties.sender}", {"balances": {other: "1000"}, "allowances": {other: "1000"}})
    which, held = made(omnumi, wish, parties), balances(omnumi, parties)
    moved(omnumi, parties, held, "0")
    amount = part_of(wish.amount, share)
    exchange = omnumi.expect(pay(omnumi, which, amount))
    moved(omnumi, parties, held, amount, exchange)
    if balance(omnumi, parties.sender, other) != 1000 or balance(omnumi, parties.receiver, other) != 0:
        raise omnumi.breach("the settlement moved another token", exchange)


@rule("omnumi/amb-sync-settle")
def test_amb_sync_settle(omnumi: Omnumi) -> None:
    """Whether the transfer is final when the settlement is answered, or is sent and confirmed later."""
    which = made(omnumi, parties=omnumi.make_parties())
    held = balances(omnumi, which.parties)
    exchange = omnumi.expect(pay(omnumi, which, which.amount))
    omnumi.observe("later" if balances(omnumi, which.parties) == held else "final")
    moved(omnumi, which.parties, held, which.amount, exchange)
