from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.money import one_unit_more
from strategies.omnumi.preauthorizations import HOUR, Terms, in_utc, terms
from suites.omnumi.comparing import alike
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import asked, at, create, in_state, made, paid, read, turned_down, unchanged

FLAWS = {
    "zero": edits.AMOUNT_ZERO[0],
    "one-wallet": edits.SAME_WALLETS[0],
    "no-expiry": edits.EXPIRY_GARBAGE[0],
    "no-sender": edits.MISSING[edits.SENDER][0],
    "above-allowance": put(edits.AMOUNT, "9" * 30, name="more-than-anybody-allows"),
}


def again(omnumi: Omnumi, payload: dict[str, Json], **other: Json) -> None:
    """The invoice with other members must be refused as taken."""
    create(omnumi, {**payload, **other})


@rule("omnumi/create-duplicate-invoice-refused")
@given(wish=terms())
def test_create_duplicate_invoice_refused(omnumi: Omnumi, wish: Terms) -> None:
    """An invoice serves one preauthorization only."""
    first = made(omnumi, wish)
    again(omnumi, first.sent, amount=one_unit_more(wish.amount))
    again(omnumi, first.sent, expiresAt=in_utc(at(omnumi, 5 * HOUR)))


@rule("omnumi/create-identical-retry-refused")
@given(wish=terms())
def test_create_identical_retry_refused(omnumi: Omnumi, wish: Terms) -> None:
    """The very same request again reserves nothing more; it is refused, or the first answer is repeated."""
    first = made(omnumi, wish)
    for _ in range(2):
        exchange = create(omnumi, first.sent)
        if exchange.status == 201:
            alike(omnumi, exchange, first.answer, "transactionId", "amount", "expiresAt", "status")
    unchanged(omnumi, first, read(omnumi, first), exchange)


@rule("omnumi/amb-retry")
def test_amb_retry(omnumi: Omnumi) -> None:
    """Nothing is said of idempotency; a repeated request meets an invoice that exists."""
    exchange = create(omnumi, made(omnumi).sent)
    omnumi.observe("replay" if exchange.status == 201 else "conflict")


@rule("omnumi/create-duplicate-other-parties-refused")
@given(wish=terms())
def test_create_duplicate_other_parties_refused(omnumi: Omnumi, wish: Terms) -> None:
    """An invoice is taken whoever pays whom in which token."""
    first, others = made(omnumi, wish), omnumi.make_parties()
    again(omnumi, first.sent, sender=others.sender, receiver=others.receiver, contractAddress=others.token)
    again(omnumi, first.sent, receiver=others.receiver)


@rule("omnumi/create-duplicate-leaves-first")
@given(wish=terms())
def test_create_duplicate_leaves_first(omnumi: Omnumi, wish: Terms) -> None:
    """A refused duplicate changes nothing of the first."""
    first, others = made(omnumi, wish), omnumi.make_parties()
    before = read(omnumi, first)
    more = one_unit_more(wish.amount)
    changed = {"amount": more, "receiver": others.receiver, "expiresAt": in_utc(at(omnumi, 5 * HOUR))}
    refused = [omnumi.create({**first.sent, **part}) for part in ({"amount": more}, {"receiver": others.receiver}, changed)]
    # A create is no call about the first one, so not even the time of its last update may move.
    alike(omnumi, unchanged(omnumi, first, before, *refused), before.json, "updatedAt")


@rule("omnumi/create-duplicate-after-settle-refused")
@given(wish=terms(), other=terms())
def test_create_duplicate_after_settle_refused(omnumi: Omnumi, wish: Terms, other: Terms) -> None:
    """An invoice stays taken after its settlement."""
    first = made(omnumi, wish)
    paid(omnumi, first)
    # Not the same amount: an identical request may be answered as the first was (omnumi/amb-retry).
    create(omnumi, asked(omnumi, other, invoiceId=first.invoice, amount=one_unit_more(wish.amount)))


@rule("omnumi/create-duplicate-after-expiry-refused")
@given(other=terms())
def test_create_duplicate_after_expiry_refused(omnumi: Omnumi, other: Terms) -> None:
    """An invoice stays taken after its expiry."""
    first = in_state(omnumi, "EXPIRED")
    create(omnumi, asked(omnumi, other, invoiceId=first.invoice))


@rule("omnumi/create-failed-leaves-nothing")
@pytest.mark.parametrize("flaw", FLAWS)
@given(wish=terms())
def test_create_failed_leaves_nothing(omnumi: Omnumi, flaw: str, wish: Terms) -> None:
    """After a create that was refused there is nothing to read."""
    invoice = omnumi.unknown_invoice()
    turned_down(omnumi.create(FLAWS[flaw](asked(omnumi, wish, invoiceId=invoice))))
    omnumi.expect(omnumi.get(invoice))


@rule("omnumi/create-failed-frees-invoice")
@pytest.mark.parametrize("flaw", FLAWS)
@given(wish=terms())
def test_create_failed_frees_invoice(omnumi: Omnumi, flaw: str, wish: Terms) -> None:
    """An invoice whose create was refused may be used again."""
    payload = asked(omnumi, wish, invoiceId=omnumi.unknown_invoice())
    turned_down(omnumi.create(FLAWS[flaw](payload)))
    exchange = create(omnumi, payload)
    alike(omnumi, read(omnumi, payload["invoiceId"]), {**exchange.sent, "authorizedAmount": wish.amount}, "authorizedAmount", "sender")
