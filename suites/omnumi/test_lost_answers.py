from __future__ import annotations

import time
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import httpx
import pytest
from hypothesis import given

from harness.client import Prepared
from harness.exchange import Exchange
from harness.linearizability import Event
from harness.rules import rule
from strategies.omnumi.money import part_of, shares
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.comparing import alike
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import asked, balances, moved, pay
from suites.omnumi.sequential import Answer, Call, event, explained

# Long before any answer; or at any time, where the write itself decides how far it got.
HANG_UPS = {"at-once": 0.0005, "a-moment-later": 0.003}
LOOKS = 6
hang_ups = pytest.mark.parametrize("hang_up", HANG_UPS)

History = list[Event[Call, Answer]]


def lose(omnumi: Omnumi, prepared: Prepared, call: Call, patience: float) -> Event[Call, Answer]:
    """Send a write whole and hang up before its answer comes; whether it was done is then unknown."""
    request, began = prepared.request, time.perf_counter()
    impatient = httpx.Timeout(omnumi.world.connections.timeout, read=patience).as_dict()
    sent = httpx.Request(request.method, request.url, headers=request.headers, content=prepared.body, extensions={"timeout": impatient})
    with omnumi.world.connections.new() as http, suppress(httpx.ReadTimeout):
        http.send(sent)
    return Event(call, None, began)


def looked_up(omnumi: Omnumi, invoice: str, history: History, done: str) -> Exchange:
    """Read until the write shows, or for as long as it may be on its way: reading decides, the write is not repeated."""
    for look in range(LOOKS):
        shown = omnumi.get(invoice)
        history.append(event(omnumi, Call("read"), shown))
        answer = history[-1].answer
        if answer is not None and answer.kind == done:
            break
        time.sleep(0.01 * look)
    return shown


@rule("omnumi/lost-create-decided-by-reading")
@hang_ups
@given(wish=terms())
def test_lost_create_decided_by_reading(omnumi: Omnumi, hang_up: str, wish: Terms) -> None:
    """After a create whose answer was lost, reading tells what became of it; the same request again reserves nothing twice."""
    parties = omnumi.make_parties(allowance=wish.amount)
    prepared, sent = omnumi.prepare("createPreauthorization", asked(omnumi, wish, parties))
    invoice, call = sent["invoiceId"], Call("create", Fraction(wish.amount))
    history: History = [lose(omnumi, prepared, call, HANG_UPS[hang_up])]
    looked_up(omnumi, invoice, history, "authorized")
    again = omnumi.create(sent)
    history.append(event(omnumi, call, again))
    shown = looked_up(omnumi, invoice, history, "authorized")
    explained(omnumi, history, again, shown)
    alike(
        omnumi, shown, {**sent, "authorizedAmount": wish.amount}, "invoiceId", "authorizedAmount", "sender", "receiver", "contractAddress"
    )
    held = balances(omnumi, parties)
    omnumi.set_up(pay(omnumi, invoice, wish.amount), "settled")
    moved(omnumi, parties, held, wish.amount, again)


@rule("omnumi/lost-settle-decided-by-reading")
@hang_ups
@given(wish=terms(), share=shares())
def test_lost_settle_decided_by_reading(omnumi: Omnumi, hang_up: str, wish: Terms, share: Decimal) -> None:
    """After a settlement whose answer was lost, reading tells whether it was done; the same request again pays nothing twice."""
    parties, history = omnumi.make_parties(), History()
    made_by = omnumi.set_up(omnumi.create(asked(omnumi, wish, parties)), "created")
    invoice, amount = made_by.sent["invoiceId"], part_of(wish.amount, share)
    history.append(event(omnumi, Call("create", Fraction(wish.amount)), made_by))
    held, call = balances(omnumi, parties), Call("settle", Fraction(amount))
    prepared, _ = omnumi.prepare("settlePreauthorization", {"amount": amount}, path={"invoiceId": invoice})
    history.append(lose(omnumi, prepared, call, HANG_UPS[hang_up]))
    looked_up(omnumi, invoice, history, "settled")
    again = pay(omnumi, invoice, amount)
    history.append(event(omnumi, call, again))
    shown = looked_up(omnumi, invoice, history, "settled")
    explained(omnumi, history, again, shown)
    moved(omnumi, parties, held, amount, again)
