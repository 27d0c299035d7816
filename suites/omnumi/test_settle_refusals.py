from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from harness.rules import rule
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.money import one_unit_more, part_of, shares
from strategies.omnumi.preauthorizations import HOUR, Terms, terms
from strategies.placeholders import Fresh
from suites.omnumi.comparing import alike
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import (
    STANDARD,
    Made,
    balances,
    made,
    moved,
    paid,
    pay,
    read,
    refuses_settle,
    turned_down,
    unchanged,
)

CLEARLY_ABOVE = (Decimal("2.01"), Decimal(10), Decimal(1000))
SLIGHTLY_ABOVE = (Decimal("1.001"), Decimal("1.05"), Decimal("1.15"), Decimal("1.25"), Decimal("1.5"))
BAD = {"zero": "0", "negative": "-1", "too-much": "9" * 30, "text": "abc", "missing": None}


@rule("omnumi/settlement-above-authorized-refused")
@given(wish=terms())
def test_settlement_above_authorized_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Clearly more than the authorized amount with any tip is refused."""
    which = made(omnumi, wish)
    for factor in CLEARLY_ABOVE:
        omnumi.expect(pay(omnumi, which, part_of(wish.amount, factor)))
    omnumi.control(pay(omnumi, which, wish.amount), "settled")


@rule("omnumi/settlement-slightly-above-fair")
@given(wish=terms())
def test_settlement_slightly_above_fair(omnumi: Omnumi, wish: Terms) -> None:
    """Slightly more than the authorized amount is refused as too much, or taken whole as a tip; it is never cut silently."""
    for amount in (one_unit_more(wish.amount), *(part_of(wish.amount, factor) for factor in SLIGHTLY_ABOVE)):
        which = made(omnumi, wish)
        exchange = omnumi.expect(pay(omnumi, which, amount))
        if exchange.status == 200:
            alike(omnumi, exchange, {"settledAmount": amount}, "settledAmount")
            alike(omnumi, read(omnumi, which), {"settledAmount": amount}, "settledAmount")


@rule("omnumi/settlement-tip-monotonic")
@given(wish=terms())
def test_settlement_tip_monotonic(omnumi: Omnumi, wish: Terms) -> None:
    """Where one excess is refused, every larger one is too."""
    refused = None
    for factor in (*SLIGHTLY_ABOVE, *CLEARLY_ABOVE):
        exchange = omnumi.expect(pay(omnumi, made(omnumi, wish), part_of(wish.amount, factor)))
        if exchange.status != 200:
            refused = refused or factor
        elif refused:
            raise omnumi.breach(f"{factor} times the authorized amount was settled, and {refused} times refused", exchange)


@rule("omnumi/amb-settle-tip")
def test_amb_settle_tip(omnumi: Omnumi) -> None:
    """Whether there is a tip above the authorized amount, and how large it may be."""
    largest = "ceiling"
    for factor in SLIGHTLY_ABOVE:
        exchange = omnumi.expect(pay(omnumi, made(omnumi), part_of(STANDARD.amount, factor)))
        largest = f"tip: {factor} times the authorized amount" if exchange.status == 200 else largest
    omnumi.observe(largest)


@rule("omnumi/settle-zero-refused")
@given(wish=terms())
def test_settle_zero_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Zero is refused as a conflict."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_ZERO)


@rule("omnumi/settle-zero-decimals-refused")
@given(wish=terms())
def test_settle_zero_decimals_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Zero in another notation is still zero."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_ZEROS)


@rule("omnumi/settle-negative-refused")
@given(wish=terms())
def test_settle_negative_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A negative amount is refused as a conflict."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_NEGATIVE)


@rule("omnumi/settle-needs-amount")
@given(wish=terms())
def test_settle_needs_amount(omnumi: Omnumi, wish: Terms) -> None:
    """The amount is required; none is no full settlement."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_MISSING)


@rule("omnumi/settle-null-amount-refused")
@given(wish=terms())
def test_settle_null_amount_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Null is no amount, and asks for no full settlement."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_NULL)


@rule("omnumi/settle-blank-amount-refused")
@given(wish=terms())
def test_settle_blank_amount_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Empty or blank text is no amount."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_BLANK)


@rule("omnumi/settle-text-amount-refused")
@given(wish=terms())
def test_settle_text_amount_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Text that is no number is no amount."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_TEXT)


@rule("omnumi/settle-nan-inf-refused")
@given(wish=terms())
def test_settle_nan_inf_refused(omnumi: Omnumi, wish: Terms) -> None:
    """NaN and Infinity are not amounts."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_NOT_FINITE)


@rule("omnumi/settle-wrongtype-amount-refused")
@given(wish=terms())
def test_settle_wrongtype_amount_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A boolean, list or object is no amount."""
    refuses_settle(omnumi, made(omnumi, wish), edits.SETTLE_WRONG_TYPE)


@rule("omnumi/settle-number-amount-never-altered")
def test_settle_number_amount_never_altered(omnumi: Omnumi) -> None:
    """A JSON number is refused or taken at its exact value."""
    for name, amount in edits.NUMBERS.items():
        which = made(omnumi, Terms(amount="1000000"))
        exchange = pay(omnumi, which, amount)
        exchange.note = name
        if omnumi.expect(exchange).status == 200:
            alike(omnumi, exchange, {"settledAmount": str(amount)}, "settledAmount")
            alike(omnumi, read(omnumi, which), {"settledAmount": str(amount)}, "settledAmount")


@rule("omnumi/amb-settle-missing-amount")
def test_amb_settle_missing_amount(omnumi: Omnumi) -> None:
    """No status is given for a missing or malformed amount of a settlement."""
    which = made(omnumi)
    for edit in (*edits.SETTLE_MISSING[:1], *edits.SETTLE_NULL, *edits.SETTLE_TEXT[:1]):
        exchange = omnumi.expect(omnumi.settle_invoice(which.invoice, edit({"amount": which.amount})))
        omnumi.observe(f"{edit.name}: {({400: 'bad-request', 409: 'conflict', 422: 'unprocessable'})[exchange.status]}")


@rule("omnumi/settle-unknown-invoice-refused")
def test_settle_unknown_invoice_refused(omnumi: Omnumi) -> None:
    """An invoice without a preauthorization cannot be settled."""
    for amount in ("1", "150.75"):
        omnumi.expect(pay(omnumi, omnumi.unknown_invoice(), amount))


@rule("omnumi/amb-settle-unknown")
def test_amb_settle_unknown(omnumi: Omnumi) -> None:
    """No 404 is declared for the settlement of an unknown invoice."""
    exchange = omnumi.expect(pay(omnumi, omnumi.unknown_invoice(), "1"))
    omnumi.observe({404: "not-found", 400: "bad-request", 409: "conflict"}[exchange.status])


@rule("omnumi/settle-other-case-invoice-not-mixed-up")
@given(wish=terms())
def test_settle_other_case_invoice_not_mixed_up(omnumi: Omnumi, wish: Terms) -> None:
    """An id that is nearly an invoice's settles nothing, unless ids are the same in any letter case."""
    which = made(omnumi, wish, invoiceId=Fresh("INV-{}-aB"))
    before = read(omnumi, which)
    near = (which.invoice[:-1], f"{which.invoice}0", f" {which.invoice}", which.invoice[1:])
    refused = [omnumi.expect(pay(omnumi, other, "0.01"), answers=["not-there", "bad-request", "settle-conflict"]) for other in near]
    unchanged(omnumi, which, before, *refused)
    exchange = omnumi.expect(pay(omnumi, which.invoice.upper(), "0.01"))
    if exchange.status != 200:
        unchanged(omnumi, which, before, exchange)
    else:
        alike(omnumi, exchange, which.answer, "transactionId")


@rule("omnumi/settle-refused-keeps-state")
@pytest.mark.parametrize("kind", BAD)
@given(wish=terms())
def test_settle_refused_keeps_state(omnumi: Omnumi, kind: str, wish: Terms) -> None:
    """An amount that was refused leaves the preauthorization AUTHORIZED, with nothing settled."""
    which = made(omnumi, wish, omnumi.make_parties())
    held = balances(omnumi, which.parties)
    refused = turned_down(omnumi.settle_invoice(which.invoice, {"amount": BAD[kind]} if BAD[kind] else {}))
    alike(omnumi, read(omnumi, which), {"status": "AUTHORIZED"}, "status", "settledAmount", "transactionHash")
    moved(omnumi, which.parties, held, "0", refused)


@rule("omnumi/settle-refused-then-valid")
@pytest.mark.parametrize("kind", BAD)
@given(wish=terms(), share=shares())
def test_settle_refused_then_valid(omnumi: Omnumi, kind: str, wish: Terms, share: Decimal) -> None:
    """After an amount that was refused a valid settlement is done."""
    which = made(omnumi, wish)
    turned_down(omnumi.settle_invoice(which.invoice, {"amount": BAD[kind]} if BAD[kind] else {}))
    omnumi.expect(pay(omnumi, which, part_of(wish.amount, share)))


@rule("omnumi/settle-twice-same-amount-refused")
@given(wish=terms(), share=shares())
def test_settle_twice_same_amount_refused(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The same settlement again pays nothing more; it is refused, or the first answer is repeated."""
    which, amount = made(omnumi, wish, omnumi.make_parties()), part_of(wish.amount, share)
    held = balances(omnumi, which.parties)
    first = paid(omnumi, which, amount)
    for _ in range(2):
        again = omnumi.expect(pay(omnumi, which, amount))
        if again.status == 200:
            alike(omnumi, again, first.json, "transactionHash", "settledAmount", "transactionId")
    moved(omnumi, which.parties, held, amount, again)


@rule("omnumi/settle-remainder-refused")
@given(wish=terms(), share=shares())
def test_settle_remainder_refused(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The rest of a partial settlement cannot be drawn later."""
    which = made(omnumi, wish)
    # A second settlement of the same amount would be a repeat, which may be answered as the first.
    part = share if share != Decimal("0.5") else Decimal("0.4")
    paid(omnumi, which, part_of(wish.amount, part))
    omnumi.expect(pay(omnumi, which, part_of(wish.amount, 1 - part)))


@rule("omnumi/settle-again-changes-nothing")
@given(wish=terms(), share=shares())
def test_settle_again_changes_nothing(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """A second settlement changes neither amount nor hash of the first."""
    which = made(omnumi, wish)
    paid(omnumi, which, part_of(wish.amount, share))
    before = read(omnumi, which)
    again = [pay(omnumi, which, amount) for amount in (part_of(wish.amount, share), wish.amount, part_of(wish.amount, share / 2))]
    unchanged(omnumi, which, before, *again)


def conflicts(omnumi: Omnumi, wish: Terms) -> list[tuple[Made, str]]:
    """Settlements that conflict: above the limit, not above zero, in another state, and expired where the clock can be moved."""
    settled = made(omnumi, wish)
    paid(omnumi, settled)
    fresh = made(omnumi, wish)
    found = [(fresh, part_of(wish.amount, Decimal(10))), (fresh, "0"), (settled, part_of(wish.amount, Decimal("0.3")))]
    if "clock" in omnumi.sandbox.capabilities:
        late = made(omnumi, Terms(wish.amount, HOUR))
        omnumi.advance(seconds=2 * HOUR)
        found.append((late, wish.amount))
    return found


@rule("omnumi/settle-409-messages-closed")
@given(wish=terms())
def test_settle_409_messages_closed(omnumi: Omnumi, wish: Terms) -> None:
    """A conflict of a settlement carries one of the documented texts."""
    for which, amount in conflicts(omnumi, wish):
        omnumi.expect(pay(omnumi, which, amount))


@rule("omnumi/settle-state-before-amount-fair")
@given(wish=terms())
def test_settle_state_before_amount_fair(omnumi: Omnumi, wish: Terms) -> None:
    """Where both the status and the amount are at fault, one of the two is named."""
    which = made(omnumi, wish)
    paid(omnumi, which)
    for amount in ("0", "-1", "9" * 30):
        omnumi.expect(pay(omnumi, which, amount))
