from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from harness.client import Prepared
from harness.exchange import Exchange
from harness.linearizability import Event
from harness.rules import rule
from strategies.omnumi.money import part_of
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.comparing import alike, settled, some_hash, status
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import Made, asked, balances, made, moved, read
from suites.omnumi.sequential import Answer, Call, event, explained

AT_ONCE = 6
PARTS = tuple(Decimal(tenths) / 10 for tenths in range(10, 10 - AT_ONCE, -1))
"""Shares of an amount that are all different, so that none of the settlements is the repeat of another."""


def creates(omnumi: Omnumi, wish: Terms, invoice: str, amounts: Sequence[str]) -> list[Prepared]:
    """Requests for one invoice, ready to go."""
    return [
        omnumi.prepare("createPreauthorization", asked(omnumi, Terms(amount, wish.lifetime), invoiceId=invoice))[0] for amount in amounts
    ]


def settlements(omnumi: Omnumi, invoice: str, amounts: Sequence[str]) -> list[Prepared]:
    """Settlements of one invoice, ready to go."""
    path = {"invoiceId": invoice}
    return [omnumi.prepare("settlePreauthorization", {"amount": amount}, path=path)[0] for amount in amounts]


def readings(omnumi: Omnumi, invoice: str, count: int) -> list[Prepared]:
    """Readings of one invoice, ready to go."""
    return [omnumi.prepare("getPreauthorization", path={"invoiceId": invoice})[0] for _ in range(count)]


def one_only(omnumi: Omnumi, exchanges: list[Exchange], success: int) -> Exchange:
    """The one that was carried out, of answers that are all among those of the rule."""
    done = [each for each in exchanges if omnumi.expect(each).status == success]
    if len(done) != 1:
        raise omnumi.breach(f"of {len(exchanges)} requests at the same instant {len(done)} were carried out", *exchanges)
    return done[0]


@rule("omnumi/create-parallel-one-wins")
@given(wish=terms())
def test_create_parallel_one_wins(omnumi: Omnumi, wish: Terms) -> None:
    """Of several creates of one invoice at the same instant exactly one is carried out; the others find the invoice taken."""
    different = [part_of(wish.amount, share) for share in PARTS]
    one_only(omnumi, omnumi.together(creates(omnumi, wish, omnumi.unknown_invoice(), different)), 201)
    # The same request several times: repeats may be answered as the first was, but there is one preauthorization.
    same = omnumi.together(creates(omnumi, wish, omnumi.unknown_invoice(), [wish.amount] * AT_ONCE))
    given_ids = {each.json.get("transactionId") for each in same if omnumi.expect(each).status == 201}
    if len(given_ids) != 1:
        raise omnumi.breach(f"one request, sent {AT_ONCE} times at the same instant, made {len(given_ids)} preauthorizations", *same)


@rule("omnumi/create-parallel-winner-stored")
@given(wish=terms())
def test_create_parallel_winner_stored(omnumi: Omnumi, wish: Terms) -> None:
    """After such a race reading shows the data of the request that won."""
    invoice = omnumi.unknown_invoice()
    exchanges = omnumi.together(creates(omnumi, wish, invoice, [part_of(wish.amount, share) for share in PARTS]))
    won = [each for each in exchanges if each.status == 201]
    for winner in won:
        expected = {**winner.json, "authorizedAmount": winner.json.get("amount")}
        alike(omnumi, read(omnumi, invoice), expected, "transactionId", "authorizedAmount", "sender", "receiver", "contractAddress")


@rule("omnumi/create-parallel-distinct-all-stored")
@given(wish=terms(), other=terms())
def test_create_parallel_distinct_all_stored(omnumi: Omnumi, wish: Terms, other: Terms) -> None:
    """Creates of different invoices at the same instant are all kept."""
    prepared = [omnumi.prepare("createPreauthorization", asked(omnumi, each)) for each in (wish, other) * 3]
    exchanges = omnumi.together([request for request, _ in prepared])
    for exchange, (_, sent) in zip(exchanges, prepared, strict=True):
        omnumi.set_up(exchange, "created")
        shown = read(omnumi, sent["invoiceId"])
        alike(omnumi, shown, {**sent, "authorizedAmount": sent["amount"]}, "invoiceId", "authorizedAmount", "sender")
        alike(omnumi, shown, exchange.json, "transactionId")


@rule("omnumi/settle-parallel-pays-once")
@given(wish=terms())
def test_settle_parallel_pays_once(omnumi: Omnumi, wish: Terms) -> None:
    """Of several settlements of one invoice at the same instant at most one is done, and the receiver has its amount once."""
    which = made(omnumi, wish, omnumi.make_parties())
    held = balances(omnumi, which.parties)
    amounts = [part_of(wish.amount, share) for share in PARTS]
    winner = one_only(omnumi, omnumi.together(settlements(omnumi, which.invoice, amounts)), 200)
    moved(omnumi, which.parties, held, str(winner.json["settledAmount"]), winner)
    alike(omnumi, read(omnumi, which), winner.json, "settledAmount", "transactionHash", "status")


def whole(omnumi: Omnumi, which: Made, shown: Exchange) -> None:
    """The reading must show one state, and nothing of another."""
    omnumi.expect(shown)
    done, paid = status(shown.json["status"]) == "SETTLED", settled(shown.json.get("settledAmount"))
    has_hash = some_hash(shown.json.get("transactionHash")) is not None
    if (done, done) != (has_hash, bool(paid)) or (paid and paid != Fraction(which.amount)):
        told = {name: shown.json.get(name) for name in ("status", "settledAmount", "transactionHash")}
        raise omnumi.breach(f"the reading shows half a settlement: {told}", shown)


@rule("omnumi/get-parallel-never-torn")
@given(wish=terms())
def test_get_parallel_never_torn(omnumi: Omnumi, wish: Terms) -> None:
    """Reads during a settlement show one whole state, AUTHORIZED without hash or SETTLED with hash and amount."""
    which = made(omnumi, wish)
    for shown in omnumi.together([*settlements(omnumi, which.invoice, [wish.amount]), *readings(omnumi, which.invoice, AT_ONCE)])[1:]:
        whole(omnumi, which, shown)
    if "hold" in omnumi.sandbox.capabilities:
        for shown in meanwhile(omnumi, made(omnumi, wish)):
            whole(omnumi, which, shown)


def meanwhile(omnumi: Omnumi, which: Made) -> list[Exchange]:
    """Readings while the answer to a settlement is held back, and after it."""
    (settlement,) = settlements(omnumi, which.invoice, [which.amount])
    with ThreadPoolExecutor(1) as pool:
        with omnumi.held("chain"):
            waiting = pool.submit(omnumi.sandbox.client.deliver, settlement)
            omnumi.await_held("chain", 1, waiting)
            during = [omnumi.get(which.invoice) for _ in range(AT_ONCE)]
        omnumi.set_up(waiting.result(), "settled")
    return [*during, omnumi.get(which.invoice)]


RACES = (["create", "create", "create", "read"], ["settle", "settle", "settle", "settle", "read", "read"], ["read"])
"""A race of creates, a race of settlements, and what is read when all is over."""
calls = st.sampled_from(["read", "read", "settle", "settle-much", "create"])
rounds = st.lists(st.lists(calls, min_size=2, max_size=5), min_size=2, max_size=4)


@rule("omnumi/preauthorization-is-linearizable")
@given(wish=terms())
def test_races_are_linearizable(omnumi: Omnumi, wish: Terms) -> None:
    """Whatever creates, reads and settlements of one invoice overlap, some order of them explains every answer."""
    linearizable(omnumi, wish, RACES)


@rule("omnumi/preauthorization-is-linearizable")
@given(wish=terms(), played=rounds)
def test_any_history_is_linearizable(omnumi: Omnumi, wish: Terms, played: list[list[str]]) -> None:
    """Whatever creates, reads and settlements of one invoice overlap, some order of them explains every answer."""
    linearizable(omnumi, wish, [*played, ["read"]])


def linearizable(omnumi: Omnumi, wish: Terms, played: Sequence[Sequence[str]]) -> None:
    """Rounds of calls of one invoice, those of a round at the same instant: some order must explain all answers."""
    invoice, history, share = omnumi.unknown_invoice(), list[Event[Call, Answer]](), Decimal(1)
    for kinds in played:
        planned = []
        for kind in kinds:
            # Every amount is another one, so that no call is the repeat of another.
            share -= Decimal("0.01")
            planned.append(plan(omnumi, wish, invoice, kind, share))
        exchanges = omnumi.together([request for _, request in planned]) if len(planned) > 1 else [omnumi.get(invoice)]
        history += [event(omnumi, call, exchange) for (call, _), exchange in zip(planned, exchanges, strict=True)]
    explained(omnumi, history, *exchanges)


def plan(omnumi: Omnumi, wish: Terms, invoice: str, kind: str, share: Decimal) -> tuple[Call, Prepared]:
    """A call in the words of the machine, and its request. Any settlement is below any authorized amount, but for much too much."""
    if kind == "read":
        return Call("read"), readings(omnumi, invoice, 1)[0]
    amount = part_of(wish.amount, {"create": share, "settle": share / 10, "settle-much": share * 1000}[kind])
    if kind == "create":
        return Call("create", Fraction(amount)), creates(omnumi, wish, invoice, [amount])[0]
    return Call("settle", Fraction(amount)), settlements(omnumi, invoice, [amount])[0]
