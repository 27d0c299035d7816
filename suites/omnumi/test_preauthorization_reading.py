from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given

from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi.money import part_of, shares
from strategies.omnumi.preauthorizations import Terms, terms
from strategies.placeholders import Fresh
from suites.omnumi.comparing import STATUSES, alike, differences, instant, settled, some_hash, status
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import PRECISE, asked, made, paid, pay, read, turned_down, unchanged

HALF = Decimal("0.5")
WEIRD_IDS = ("%00", "a..b", "a/../b", "' OR '1'='1", "💶", "x" * 3000, "%", "a b", "{invoiceId}", "null", "-1", "<script>")
RESERVED = ("INV/{}", "INV {}", "INV?{}=1", "INV#{}", "INV%2F{}", "INV+{}", "INV&{};x=:@", "INV-ü-{}")
# A real clock of ours and one of theirs are not the same.
SKEW = dt.timedelta(seconds=60)


@rule("omnumi/get-existing-200")
@given(wish=terms())
def test_get_existing_200(omnumi: Omnumi, wish: Terms) -> None:
    """An invoice that has a preauthorization is answered with 200."""
    which = made(omnumi, wish)
    omnumi.expect(omnumi.get(which.invoice))
    paid(omnumi, which)
    omnumi.expect(omnumi.get(which.invoice))


@rule("omnumi/get-answer-typed")
@given(wish=terms(), share=shares())
def test_get_answer_typed(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """What is read has every member that the document shows, typed as shown there, before a settlement and after it."""
    which = made(omnumi, wish)
    omnumi.expect(omnumi.get(which.invoice))
    paid(omnumi, which, part_of(wish.amount, share))
    omnumi.expect(omnumi.get(which.invoice))


@rule("omnumi/get-echo-invoiceid")
@given(wish=terms(), other=terms())
def test_get_echo_invoiceid(omnumi: Omnumi, wish: Terms, other: Terms) -> None:
    """The invoice of the answer is the one of the path."""
    for which in (made(omnumi, wish), made(omnumi, other)):
        alike(omnumi, read(omnumi, which), which.sent, "invoiceId")


@rule("omnumi/get-agrees-with-create")
@given(wish=terms())
def test_get_agrees_with_create(omnumi: Omnumi, wish: Terms) -> None:
    """The transactionId, wallets and token are read as they were created."""
    which = made(omnumi, wish)
    alike(omnumi, read(omnumi, which), which.as_read, "transactionId", "sender", "receiver", "contractAddress")


@rule("omnumi/get-authorizedamount-is-created-amount")
@example(wish=PRECISE)
@given(wish=terms())
def test_get_authorizedamount_is_created_amount(omnumi: Omnumi, wish: Terms) -> None:
    """The authorized amount is the amount of the create."""
    which = made(omnumi, wish)
    alike(omnumi, read(omnumi, which), which.as_read, "authorizedAmount")


@rule("omnumi/get-status-closed-set")
@given(wish=terms())
def test_get_status_closed_set(omnumi: Omnumi, wish: Terms) -> None:
    """A status is one of those that the document names, or the later words for them."""
    which = made(omnumi, wish)
    named(omnumi, read(omnumi, which))
    paid(omnumi, which)
    named(omnumi, read(omnumi, which))


def named(omnumi: Omnumi, shown: Exchange) -> None:
    """The status must have a name that is known."""
    if status(shown.json["status"]) not in STATUSES:
        raise omnumi.breach(f"{shown.json['status']!r} is no status of a preauthorization", shown)


@rule("omnumi/get-new-is-authorized")
@given(wish=terms())
def test_get_new_is_authorized(omnumi: Omnumi, wish: Terms) -> None:
    """Before settlement and expiry the status is AUTHORIZED."""
    alike(omnumi, read(omnumi, made(omnumi, wish)), {"status": "AUTHORIZED"}, "status")


@rule("omnumi/get-no-hash-before-settle")
@given(wish=terms())
def test_get_no_hash_before_settle(omnumi: Omnumi, wish: Terms) -> None:
    """What was never settled has no transaction hash."""
    alike(omnumi, read(omnumi, made(omnumi, wish)), {}, "transactionHash")


@rule("omnumi/get-nothing-settled-before-settle")
@given(wish=terms())
def test_get_nothing_settled_before_settle(omnumi: Omnumi, wish: Terms) -> None:
    """Before a settlement no amount is settled."""
    alike(omnumi, read(omnumi, made(omnumi, wish)), {}, "settledAmount")


@rule("omnumi/amb-unsettled-amount-form")
def test_amb_unsettled_amount_form(omnumi: Omnumi) -> None:
    """How the settled amount is shown before a settlement."""
    shown = omnumi.expect(read(omnumi, made(omnumi)))
    omnumi.observe("nothing" if shown.json.get("settledAmount") is None else "zero")


@rule("omnumi/get-unknown-404")
def test_get_unknown_404(omnumi: Omnumi) -> None:
    """An invoice that has no preauthorization is not found."""
    for _ in range(2):
        omnumi.expect(omnumi.get(omnumi.unknown_invoice()))


@rule("omnumi/get-unknown-weird-id-404")
@pytest.mark.parametrize("nth", range(len(WEIRD_IDS)))
def test_get_unknown_weird_id_404(omnumi: Omnumi, nth: int) -> None:
    """An id of unusual characters, or a very long one, is not found or refused; it breaks nothing."""
    omnumi.expect(omnumi.get(WEIRD_IDS[nth]))


@rule("omnumi/get-encoded-invoiceid")
def test_get_encoded_invoiceid(omnumi: Omnumi) -> None:
    """An invoice with reserved characters is found under its percent-encoded form, unless the create refused it."""
    for template in RESERVED:
        exchange = omnumi.create(asked(omnumi, invoiceId=Fresh(template)))
        if exchange.status == 201:
            alike(omnumi, read(omnumi, exchange.sent["invoiceId"]), exchange.sent, "invoiceId", "sender")


@rule("omnumi/get-no-prefix-match")
@given(wish=terms())
def test_get_no_prefix_match(omnumi: Omnumi, wish: Terms) -> None:
    """A part of an invoice id finds nothing."""
    which = made(omnumi, wish, invoiceId=Fresh("INV-{}-2026-0001"))
    for part in (which.invoice[:-1], which.invoice[1:], which.invoice[:-5], f"{which.invoice}0", f"{which.invoice[:-1]}%", "INV-"):
        omnumi.expect(omnumi.get(part))
    read(omnumi, which)


@rule("omnumi/get-other-case-not-mixed-up")
@given(wish=terms())
def test_get_other_case_not_mixed_up(omnumi: Omnumi, wish: Terms) -> None:
    """An invoice id in other letter case finds nothing, or the same preauthorization, never another one."""
    made(omnumi)
    which = made(omnumi, wish, invoiceId=Fresh("INV-{}-aB"))
    for other in (which.invoice.upper(), which.invoice.lower()):
        shown = omnumi.expect(omnumi.get(other))
        if shown.status == 200:
            alike(omnumi, shown, which.as_read, "transactionId", "authorizedAmount")


@rule("omnumi/get-is-safe")
@given(wish=terms())
def test_get_is_safe(omnumi: Omnumi, wish: Terms) -> None:
    """Reading changes nothing, the time of the last update included."""
    which = made(omnumi, wish)
    first = read(omnumi, which)
    if "clock" in omnumi.sandbox.capabilities:
        omnumi.advance(seconds=61)
    for _ in range(2):
        unchanged(omnumi, which, first)
        alike(omnumi, read(omnumi, which), first.json, "updatedAt")


@rule("omnumi/get-createdat-constant")
@given(wish=terms())
def test_get_createdat_constant(omnumi: Omnumi, wish: Terms) -> None:
    """The time of creation never changes."""
    which = made(omnumi, wish)
    before = read(omnumi, which)
    if "clock" in omnumi.sandbox.capabilities:
        omnumi.advance(seconds=61)
    paid(omnumi, which)
    alike(omnumi, read(omnumi, which), before.json, "createdAt")


@rule("omnumi/get-createdat-plausible")
@given(wish=terms())
def test_get_createdat_plausible(omnumi: Omnumi, wish: Terms) -> None:
    """The time of creation is that of the create."""
    began = omnumi.sandbox.now()
    shown = read(omnumi, made(omnumi, wish))
    told = instant(shown.json["createdAt"])
    if told is None or not began - SKEW <= told <= omnumi.sandbox.now() + SKEW:
        raise omnumi.breach(f"created at {shown.json['createdAt']!r}, while it was {began}", shown)


@rule("omnumi/get-updatedat-not-before-createdat")
@given(wish=terms())
def test_get_updatedat_not_before_createdat(omnumi: Omnumi, wish: Terms) -> None:
    """The last update is not before the creation."""
    which = made(omnumi, wish)
    for _ in range(2):
        shown = read(omnumi, which)
        created, updated = (instant(shown.json[name]) for name in ("createdAt", "updatedAt"))
        if created is None or updated is None or updated < created:
            raise omnumi.breach(f"updated at {shown.json['updatedAt']!r}, created at {shown.json['createdAt']!r}", shown)
        if status(shown.json["status"]) == "AUTHORIZED":
            paid(omnumi, which)


@rule("omnumi/get-updatedat-moves-on-settle")
@given(wish=terms())
def test_get_updatedat_moves_on_settle(omnumi: Omnumi, wish: Terms) -> None:
    """A settlement is an update."""
    which = made(omnumi, wish)
    before = read(omnumi, which)
    if "clock" in omnumi.sandbox.capabilities:
        omnumi.advance(seconds=61)
    paid(omnumi, which)
    after = read(omnumi, which)
    moments = instant(before.json["updatedAt"]), instant(after.json["updatedAt"])
    if None in moments or not moments[0] < moments[1]:  # type: ignore[operator]
        raise omnumi.breach(f"updated at {before.json['updatedAt']!r} before the settlement, {after.json['updatedAt']!r} after it", after)


@rule("omnumi/get-updatedat-monotonic")
@given(wish=terms(), share=shares())
def test_get_updatedat_monotonic(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """The time of the last update never goes back."""
    which = made(omnumi, wish)
    seen = [read(omnumi, which)]
    for amount in ("0", part_of(wish.amount, share), wish.amount):
        pay(omnumi, which, amount)
        if "clock" in omnumi.sandbox.capabilities:
            omnumi.advance(seconds=7)
        seen.append(read(omnumi, which))
        earlier, later = (instant(each.json["updatedAt"]) for each in seen[-2:])
        if earlier is None or later is None or later < earlier:
            raise omnumi.breach(f"updated at {seen[-1].json['updatedAt']!r}, after {seen[-2].json['updatedAt']!r} was shown", seen[-1])


@rule("omnumi/get-refused-settle-not-an-update")
@given(wish=terms())
def test_get_refused_settle_not_an_update(omnumi: Omnumi, wish: Terms) -> None:
    """A settlement that was refused changes nothing that can be read, the time of the last update aside."""
    which = made(omnumi, wish)
    before = read(omnumi, which)
    refused = [turned_down(pay(omnumi, which, amount)) for amount in ("0", "-1", "9" * 30, "abc")]
    unchanged(omnumi, which, before, *refused)


@rule("omnumi/get-shows-the-settlement")
@example(wish=PRECISE, share=Decimal("0.37"))
@given(wish=terms(), share=shares())
def test_get_shows_the_settlement(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """After a settlement reading shows SETTLED, the amount that was settled, the authorized amount as before, and the hash."""
    which = made(omnumi, wish)
    amount = part_of(wish.amount, share)
    answer = paid(omnumi, which, amount)
    expected = {
        "status": "SETTLED",
        "settledAmount": amount,
        "authorizedAmount": wish.amount,
        "transactionHash": answer.json.get("transactionHash"),
    }
    shown = read(omnumi, which)
    alike(omnumi, shown, expected, *expected)
    if some_hash(shown.json.get("transactionHash")) is None:
        raise omnumi.breach("it is settled and has no hash", shown)


@rule("omnumi/get-settled-amount-bounded")
@example(wish=PRECISE)
@given(wish=terms())
def test_get_settled_amount_bounded(omnumi: Omnumi, wish: Terms) -> None:
    """The settled amount is never above the authorized one, but for a tip that was asked for."""
    for share in (HALF, Decimal(1)):
        which, amount = made(omnumi, wish), part_of(wish.amount, share)
        paid(omnumi, which, amount)
        shown = read(omnumi, which)
        told = settled(shown.json.get("settledAmount"))
        if told is None or told > Fraction(wish.amount):
            raise omnumi.breach(f"of {wish.amount} authorized {shown.json.get('settledAmount')!r} are settled", shown)


@rule("omnumi/get-other-invoices-untouched")
@given(wish=terms(), other=terms())
def test_get_other_invoices_untouched(omnumi: Omnumi, wish: Terms, other: Terms) -> None:
    """Settling one invoice leaves the others alone."""
    bystanders = [made(omnumi, wish), made(omnumi, other)]
    before = [read(omnumi, each) for each in bystanders]
    settlement = paid(omnumi, made(omnumi, wish))
    for each, earlier in zip(bystanders, before, strict=True):
        after = unchanged(omnumi, each, earlier, settlement)
        if wrong := differences(earlier.json, after.json, ["updatedAt"]):
            raise omnumi.breach(f"settling another invoice changed this one: {wrong[0]}", after)


@rule("omnumi/amb-auth-403-404")
def test_amb_auth_403_404(omnumi: Omnumi) -> None:
    """Whether the invoice of another tenant is forbidden or not found."""
    which = made(omnumi)
    exchange = omnumi.expect(omnumi.second().get(which.invoice))
    omnumi.observe("forbidden" if exchange.status == 403 else "not-found")
