from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from harness.client import Prepared
from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi.money import part_of
from strategies.omnumi.preauthorizations import HOUR, Terms, terms
from suites.omnumi.comparing import alike
from suites.omnumi.driver import AMPLE, Omnumi, Parties
from suites.omnumi.preauthorizing import GRACE, STANDARD, Made, asked, balances, made, moved, read, shown

SHARES = tuple(Decimal(tenths) / 10 for tenths in (10, 9, 8, 7, 6))
"""Shares of an amount that are all different; no two of them fit into the whole."""
BRINK = 10
"""Seconds before and after the expiry between which the clock leaps; it may go by itself too while requests are on their way."""
LEADS = (0.75, 0.5, 0.25)
"""After which parts of the time that undisturbed settlements take the clock leaps."""


def settlement(omnumi: Omnumi, invoice: str, amount: str) -> Prepared:
    """A settlement, ready to go."""
    return omnumi.prepare("settlePreauthorization", {"amount": amount}, path={"invoiceId": invoice})[0]


def in_full(omnumi: Omnumi, several: Sequence[Made]) -> list[Prepared]:
    """A settlement of each in full, ready to go."""
    return [settlement(omnumi, each.invoice, each.amount) for each in several]


def sum_of(several: Sequence[Made], exchanges: Sequence[Exchange]) -> Fraction:
    """What was settled in full, of settlements in this order."""
    return sum((Fraction(each.amount) for each, told in zip(several, exchanges, strict=True) if told.status == 200), Fraction(0))


@rule("omnumi/create-parallel-allowance-never-overspent")
@given(wish=terms())
def test_create_parallel_allowance_never_overspent(omnumi: Omnumi, wish: Terms) -> None:
    """Whatever creates of one sender are taken at the same instant, no more than the allowance can be settled."""
    parties = sparing(omnumi, wish.amount)
    asks = [asked(omnumi, Terms(part_of(wish.amount, share), wish.lifetime, wish.notation), parties) for share in SHARES]
    prepared = [omnumi.prepare("createPreauthorization", each) for each in asks]
    created = omnumi.together([request for request, _ in prepared])
    for exchange in created:
        omnumi.expect(exchange, answers=["created", "insufficient-allowance"])
    taken = [Made(parties, sent, told.json) for (_, sent), told in zip(prepared, created, strict=True) if told.status == 201]
    if not taken:
        raise NotCheckable("no create was taken, so nothing can be settled, let alone too much")
    held = balances(omnumi, parties)
    settled = omnumi.together(in_full(omnumi, taken))
    for exchange in settled:
        omnumi.expect(exchange, answers=["settled", "settlement-failed"])
    if (total := sum_of(taken, settled)) > Fraction(wish.amount):
        raise omnumi.breach(f"{shown(total)} was settled under an allowance of {wish.amount}", *settled)
    moved(omnumi, parties, held, total, *settled)


def sparing(omnumi: Omnumi, allowance: str) -> Parties:
    """Parties whose sender holds far more than it allows, so that nothing but the allowance stops a settlement."""
    token = omnumi.make_token()
    return Parties(token, omnumi.make_wallet(balances={token: AMPLE}, allowances={token: allowance}), omnumi.make_wallet())


@rule("omnumi/settle-parallel-invoices-independent")
@given(wish=terms())
def test_settle_parallel_invoices_independent(omnumi: Omnumi, wish: Terms) -> None:
    """Settlements of different invoices at the same instant are all done, each with its own amount and its own hash."""
    parties = omnumi.make_parties()
    several = [made(omnumi, Terms(part_of(wish.amount, share), wish.lifetime, wish.notation), parties) for share in SHARES]
    held = balances(omnumi, parties)
    exchanges = omnumi.together(in_full(omnumi, several))
    for which, exchange in zip(several, exchanges, strict=True):
        own = {**which.as_read, "settledAmount": which.amount, "status": "SETTLED"}
        alike(omnumi, omnumi.expect(exchange), own, "invoiceId", "transactionId", "authorizedAmount", "settledAmount", "status")
        own["transactionHash"] = exchange.json.get("transactionHash")
        alike(omnumi, read(omnumi, which), own, "invoiceId", "transactionId", "settledAmount", "status", "transactionHash")
    hashes = {exchange.json.get("transactionHash") or None for exchange in exchanges} - {None}
    if len(hashes) != len(several):
        raise omnumi.breach(f"{len(several)} settlements at the same instant have {len(hashes)} hashes", *exchanges)
    moved(omnumi, parties, held, sum_of(several, exchanges), *exchanges)


@rule("omnumi/settle-against-expiry-one-outcome")
def test_settle_against_expiry_one_outcome(omnumi: Omnumi) -> None:
    """A settlement at the instant of the expiry is done or comes too late, wholly."""
    # Answer and outcome must agree whichever came first, so a slow machine changes what is met here, never what is right.
    against_expiry(omnumi.fresh(), leap_after(0))
    if "hold" in omnumi.sandbox.capabilities:
        against_expiry(omnumi.fresh(), leap_while_held)
        return
    undisturbed = against_expiry(omnumi.fresh(), leap_when_answered)
    longest = max(each.ended - each.began for each in undisturbed)
    for lead in LEADS:
        against_expiry(omnumi.fresh(), leap_after(lead * longest))


Leap = Callable[[Omnumi, list[Prepared]], list[Exchange]]
"""Sends settlements and moves the clock past their expiry, in some order."""


def against_expiry(client: Omnumi, leap: Leap) -> list[Exchange]:
    """Several settlements of a client of its own while the clock leaps past the expiry; each must have one outcome."""
    parties = client.make_parties()
    several = [made(client, Terms(part_of(STANDARD.amount, share), 2 * HOUR), parties) for share in SHARES]
    client.advance(seconds=2 * HOUR - BRINK)
    held = balances(client, parties)
    exchanges = leap(client, in_full(client, several))
    # A job may still have to mark what has expired (omnumi/amb-expiry-on-read).
    client.advance(seconds=GRACE)
    for which, exchange in zip(several, exchanges, strict=True):
        one_outcome(client, which, client.expect(exchange))
    moved(client, parties, held, sum_of(several, exchanges), *exchanges)
    return exchanges


def leap_after(lead: float) -> Leap:
    """The clock leaps once the settlements have had that start, in seconds of real time."""

    def leap(client: Omnumi, prepared: list[Prepared]) -> list[Exchange]:
        with ThreadPoolExecutor(1) as pool:
            answers = pool.submit(client.together, prepared)
            time.sleep(lead)
            client.advance(seconds=2 * BRINK)
            return answers.result()

    return leap


def leap_while_held(client: Omnumi, prepared: list[Prepared]) -> list[Exchange]:
    """The clock leaps when the target has begun all settlements and answered none."""
    with ThreadPoolExecutor(1) as pool:
        with client.held("chain"):
            answers = pool.submit(client.together, prepared)
            client.await_held("chain", len(prepared), answers)
            client.advance(seconds=2 * BRINK)
        return answers.result()


def leap_when_answered(client: Omnumi, prepared: list[Prepared]) -> list[Exchange]:
    """The clock leaps when everything is answered."""
    answers = client.together(prepared)
    client.advance(seconds=2 * BRINK)
    return answers


def one_outcome(omnumi: Omnumi, which: Made, exchange: Exchange) -> None:
    """A breach where reading shows another end than the settlement was told."""
    names = ("status", "settledAmount", "transactionHash")
    if exchange.status != 200:
        alike(omnumi, read(omnumi, which), {"status": "EXPIRED"}, *names)
        return
    alike(omnumi, exchange, {"status": "SETTLED", "settledAmount": which.amount}, "status", "settledAmount")
    if not exchange.json.get("transactionHash"):
        raise omnumi.breach("a settlement is told as done and names no transaction", exchange)
    alike(omnumi, read(omnumi, which), exchange.json, *names)
