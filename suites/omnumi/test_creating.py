from __future__ import annotations

import pytest
from hypothesis import example, given

from harness.rules import rule
from strategies.edits import insert
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.preauthorizations import Terms, terms
from strategies.placeholders import Fresh
from suites.omnumi.comparing import alike
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import PRECISE, STANDARD, asked, create, made, read

PLAIN_INVOICES = ("{}", "4{}", "INV.2026_{}-x", "inv-{}", "ORDER{}", "3f0c1a52-{}")
UNUSUAL_INVOICES = ("Rechnung {} ü", "発票-{}", "a/b/{}", "50%{}", "{}?x=1", "{}#1", "  {}  ", "{}" + "x" * 300)


@rule("omnumi/create-valid-accepted")
@given(wish=terms())
def test_create_valid_accepted(omnumi: Omnumi, wish: Terms) -> None:
    """A complete and valid request reserves the amount and is answered with 201."""
    create(omnumi, asked(omnumi, wish))


@rule("omnumi/create-answer-typed")
@given(wish=terms())
def test_create_answer_typed(omnumi: Omnumi, wish: Terms) -> None:
    """The answer to a create has every member that the document shows, typed as shown there."""
    create(omnumi, asked(omnumi, wish))


@rule("omnumi/create-status-authorized")
@given(wish=terms())
def test_create_status_authorized(omnumi: Omnumi, wish: Terms) -> None:
    """A new preauthorization is AUTHORIZED."""
    alike(omnumi, create(omnumi, asked(omnumi, wish)), {"status": "AUTHORIZED"}, "status")


@rule("omnumi/create-answer-echoes")
@example(wish=PRECISE)
@given(wish=terms(with_expiry=True))
def test_create_answer_echoes(omnumi: Omnumi, wish: Terms) -> None:
    """Invoice, amount, both wallets, token and expiry of the answer are those that were sent."""
    exchange = create(omnumi, asked(omnumi, wish))
    alike(omnumi, exchange, exchange.sent, "invoiceId", "amount", "sender", "receiver", "contractAddress", "expiresAt")


@rule("omnumi/create-transactionid-unique")
@given(wish=terms())
def test_create_transactionid_unique(omnumi: Omnumi, wish: Terms) -> None:
    """No two preauthorizations share a transactionId."""
    exchanges = [create(omnumi, asked(omnumi, each)) for each in (wish, wish, STANDARD)]
    given_ids = [exchange.json.get("transactionId") for exchange in exchanges]
    if len(set(given_ids)) != len(given_ids):
        raise omnumi.breach(f"{len(given_ids)} preauthorizations have the ids {given_ids}", *exchanges)


@rule("omnumi/create-address-case-irrelevant")
@pytest.mark.parametrize("member", edits.OTHER_CASE)
def test_create_address_case_irrelevant(omnumi: Omnumi, member: str) -> None:
    """A wallet or token is the same in lower, upper and checksum case."""
    for edit in edits.OTHER_CASE[member]:
        payload = edit(asked(omnumi))
        exchange = omnumi.create(payload)
        exchange.note = edit.name
        alike(omnumi, omnumi.expect(exchange), exchange.sent, member)


@rule("omnumi/create-many-per-wallet")
@given(wish=terms(), other=terms())
def test_create_many_per_wallet(omnumi: Omnumi, wish: Terms, other: Terms) -> None:
    """One sender may hold several preauthorizations under different invoices."""
    for each in (wish, other, wish):
        create(omnumi, asked(omnumi, each))


@rule("omnumi/create-same-parties-new-invoice")
@given(wish=terms())
def test_create_same_parties_new_invoice(omnumi: Omnumi, wish: Terms) -> None:
    """The same parties, token and amount under a new invoice are a preauthorization of their own."""
    first = made(omnumi, wish)
    exchange = create(omnumi, {**first.sent, "invoiceId": Fresh("INV-{}")})
    if exchange.json.get("transactionId") == first.answer.get("transactionId"):
        raise omnumi.breach(f"another invoice has the transactionId of {first.invoice}", exchange)


@rule("omnumi/create-invoice-opaque")
def test_create_invoice_opaque(omnumi: Omnumi) -> None:
    """An invoice id is the client's own text; no form of it is demanded, though unusual characters may be refused."""
    for template in PLAIN_INVOICES:
        omnumi.expect(omnumi.create(asked(omnumi, invoiceId=Fresh(template))), answers=["created"])
    for template in UNUSUAL_INVOICES:
        exchange = create(omnumi, asked(omnumi, invoiceId=Fresh(template)))
        if exchange.status == 201:
            alike(omnumi, exchange, exchange.sent, "invoiceId")


@rule("omnumi/create-visible-at-once")
@given(wish=terms())
def test_create_visible_at_once(omnumi: Omnumi, wish: Terms) -> None:
    """A preauthorization can be read as soon as its create was answered."""
    which = made(omnumi, wish)
    alike(omnumi, omnumi.expect(omnumi.get(which.invoice)), which.sent, "invoiceId")


@rule("omnumi/create-mass-assignment-ignored")
@pytest.mark.parametrize("member", edits.SERVER_MADE)
def test_create_mass_assignment_ignored(omnumi: Omnumi, member: str) -> None:
    """Status, settled amount, hash and transactionId are the server's; sent by the client they have no force."""
    edit = insert(member, edits.SERVER_MADE[member], name=f"{member}-sent-along")
    exchange = create(omnumi, edit(asked(omnumi)))
    if exchange.status != 201:
        return
    shown = read(omnumi, exchange.sent["invoiceId"])
    unsettled = {
        **exchange.sent,
        "authorizedAmount": STANDARD.amount,
        "status": "AUTHORIZED",
        "settledAmount": None,
        "transactionHash": None,
    }
    alike(omnumi, shown, unsettled, "authorizedAmount", "status", "settledAmount", "transactionHash")
    for answer in (exchange, shown):
        if answer.json.get("transactionId") == edits.SERVER_MADE["transactionId"]:
            raise omnumi.breach("the client chose the transactionId", answer)


@rule("omnumi/amb-invoice-scope")
def test_amb_invoice_scope(omnumi: Omnumi) -> None:
    """Within which bounds an invoice id is unique."""
    first, other = made(omnumi), omnumi.second()
    exchange = create(other, asked(other, Terms(amount="1"), invoiceId=first.invoice))
    omnumi.observe("tenant" if exchange.status == 201 else "global")
    alike(omnumi, read(omnumi, first), first.as_read, "authorizedAmount", "sender", "transactionId")


@rule("omnumi/amb-invoice-case")
def test_amb_invoice_case(omnumi: Omnumi) -> None:
    """Whether invoice ids that differ in letter case only are the same."""
    first = made(omnumi, Terms(amount="150.75", invoice="INV-{}-a"))
    exchange = create(omnumi, asked(omnumi, Terms(amount="1"), invoiceId=first.invoice.upper()))
    omnumi.observe("different" if exchange.status == 201 else "same")
    alike(omnumi, read(omnumi, first), first.as_read, "authorizedAmount", "transactionId")


@rule("omnumi/amb-amount-notation")
def test_amb_amount_notation(omnumi: Omnumi) -> None:
    """Whether an amount is shown as it was sent or in a notation of the server's."""
    exchange = create(omnumi, asked(omnumi, Terms(amount="150.750")))
    omnumi.observe("as-sent" if exchange.json.get("amount") == "150.750" else "normalised")
