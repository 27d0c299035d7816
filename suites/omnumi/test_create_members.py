from __future__ import annotations

import pytest
from hypothesis import given

from harness.rules import rule
from strategies.edits import put
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.driver import Omnumi, Parties
from suites.omnumi.preauthorizing import asked, chain_failing, create, made, refuses_create

REFUSED = ["bad-request", "unprocessable"]
# A wallet or token that is missing or malformed may also be one that is not known.
WALLET_REFUSED = [*REFUSED, "no-wallet"]


def fair(member: str) -> list[str]:
    """The answers to a fault in that member."""
    return WALLET_REFUSED if member in (edits.SENDER, edits.RECEIVER, edits.TOKEN) else REFUSED


required = pytest.mark.parametrize("member", edits.REQUIRED)


@rule("omnumi/create-needs-members")
@required
@given(wish=terms())
def test_create_needs_members(omnumi: Omnumi, member: str, wish: Terms) -> None:
    """Invoice, both wallets, amount and token are required."""
    refuses_create(omnumi, edits.MISSING[member], wish, answers=fair(member))


@rule("omnumi/create-null-is-missing")
@required
@given(wish=terms())
def test_create_null_is_missing(omnumi: Omnumi, member: str, wish: Terms) -> None:
    """Null in the place of a required member counts as missing."""
    refuses_create(omnumi, edits.NULL[member], wish, answers=fair(member))


@rule("omnumi/create-blank-is-missing")
@required
@given(wish=terms())
def test_create_blank_is_missing(omnumi: Omnumi, member: str, wish: Terms) -> None:
    """Empty or blank text in the place of a required member is refused."""
    refuses_create(omnumi, edits.BLANK[member], wish, answers=fair(member))


@rule("omnumi/create-wrong-type-refused")
@pytest.mark.parametrize("member", edits.WRONG_TYPE)
@given(wish=terms())
def test_create_wrong_type_refused(omnumi: Omnumi, member: str, wish: Terms) -> None:
    """A boolean, list or object is neither wallet nor token, amount or expiry, and a number is neither wallet, token nor expiry."""
    refuses_create(omnumi, edits.WRONG_TYPE[member], wish, answers=fair(member))


@rule("omnumi/create-wrongtype-invoiceid")
def test_create_wrongtype_invoiceid(omnumi: Omnumi) -> None:
    """A number, boolean, list or object for the invoice is refused, or taken as its text."""
    number = int(omnumi.world.unique().encode().hex()[-12:], 16)
    for edit in (*edits.INVOICE_WRONG_TYPE, put(edits.INVOICE, number, name="invoice-as-number")):
        exchange = create(omnumi, edit(asked(omnumi)))
        exchange.note = edit.name
        told = exchange.json.get("invoiceId")
        if exchange.status == 201 and (not isinstance(told, str) or (edit.name == "invoice-as-number" and told != str(number))):
            raise omnumi.breach(f"the invoice {exchange.sent['invoiceId']!r} became {told!r}", exchange)


@rule("omnumi/create-same-wallets-refused")
@given(wish=terms())
def test_create_same_wallets_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Sender and receiver must differ."""
    refuses_create(omnumi, edits.SAME_WALLETS, wish)


@rule("omnumi/create-same-wallets-casefold-refused")
@given(wish=terms())
def test_create_same_wallets_casefold_refused(omnumi: Omnumi, wish: Terms) -> None:
    """The same address in other case is still the same wallet."""
    refuses_create(omnumi, edits.SAME_WALLETS_OTHER_CASE, wish)


@rule("omnumi/create-token-inactive-refused")
@given(wish=terms())
def test_create_token_inactive_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A token that is known and not active is refused."""
    token = omnumi.make_token(active=False)
    plenty = {token: "1000000000"}
    sender = omnumi.make_wallet(balances=plenty, allowances=plenty)
    create(omnumi, asked(omnumi, wish, Parties(token, sender, omnumi.parties.receiver)))
    made(omnumi, wish)


@rule("omnumi/create-token-unsupported-refused")
@given(wish=terms())
def test_create_token_unsupported_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A token that is not supported is refused the same way."""
    # A wallet's address is in no list of tokens.
    refuses_create(omnumi, put(edits.TOKEN, omnumi.make_wallet(), name="token-that-nobody-knows"), wish)


@rule("omnumi/create-contract-malformed-refused")
def test_create_contract_malformed_refused(omnumi: Omnumi) -> None:
    """A token that is no address is refused."""
    refuses_create(omnumi, edits.MALFORMED_ADDRESS[edits.TOKEN])


@rule("omnumi/create-sender-unregistered-refused")
@given(wish=terms())
def test_create_sender_unregistered_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A sender's wallet that is not registered is refused."""
    plenty = {omnumi.parties.token: "1000000000"}
    stranger = omnumi.make_wallet(registered=False, balances=plenty, allowances=plenty)
    refuses_create(omnumi, put(edits.SENDER, stranger, name="unregistered-sender"), wish)


@rule("omnumi/create-receiver-unregistered-refused")
@given(wish=terms())
def test_create_receiver_unregistered_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A receiver's wallet that is not registered is refused the same way, or taken where only the sender must be registered."""
    stranger = omnumi.make_wallet(registered=False)
    answers = {omnumi.expect(omnumi.create({**asked(omnumi, wish), "receiver": stranger})).status for _ in range(2)}
    if len(answers) > 1:
        raise omnumi.breach("one unregistered receiver was refused and taken")


@rule("omnumi/amb-which-wallet")
def test_amb_which_wallet(omnumi: Omnumi) -> None:
    """The message that a wallet is not registered does not say whose wallet must be."""
    exchange = create(omnumi, {**asked(omnumi), "receiver": omnumi.make_wallet(registered=False)})
    omnumi.observe("sender-only" if exchange.status == 201 else "both")


@rule("omnumi/create-sender-malformed-refused")
def test_create_sender_malformed_refused(omnumi: Omnumi) -> None:
    """A sender that is no address is refused."""
    refuses_create(omnumi, edits.MALFORMED_ADDRESS[edits.SENDER])


@rule("omnumi/create-receiver-malformed-refused")
def test_create_receiver_malformed_refused(omnumi: Omnumi) -> None:
    """A receiver that is no address is refused."""
    refuses_create(omnumi, edits.MALFORMED_ADDRESS[edits.RECEIVER])


OBSERVED = {400: "bad-request", 404: "not-found", 422: "unprocessable"}


@rule("omnumi/amb-unknown-token-404")
def test_amb_unknown_token_404(omnumi: Omnumi) -> None:
    """How a token that is no address at all is refused."""
    exchange = create(omnumi, asked(omnumi, contractAddress="not an address"))
    omnumi.observe(OBSERVED[exchange.status])


@rule("omnumi/amb-missing-member-status")
def test_amb_missing_member_status(omnumi: Omnumi) -> None:
    """No text and no status is given for a missing or mistyped member."""
    for edit in (*edits.MISSING[edits.AMOUNT], *edits.WRONG_TYPE[edits.AMOUNT]):
        exchange = create(omnumi, edit(asked(omnumi)))
        omnumi.observe(f"{edit.name}: {OBSERVED[exchange.status]}")


@rule("omnumi/create-rule-engine-refusal-400")
@given(wish=terms())
def test_create_rule_engine_refusal_400(omnumi: Omnumi, wish: Terms) -> None:
    """What the rule or approval engine refuses is answered with 400 and a list of errors."""
    payload = asked(omnumi, wish)
    with chain_failing(omnumi, "rules"):
        create(omnumi, payload)
    omnumi.control(omnumi.create(payload), "created")
