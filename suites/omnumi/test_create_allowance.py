from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from harness.rules import rule
from strategies.edits import put
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.money import amounts, one_unit_less, one_unit_more, part_of, shares
from strategies.omnumi.preauthorizations import Terms
from suites.omnumi.driver import AMPLE, Omnumi, Parties
from suites.omnumi.preauthorizing import asked, chain_failing, create, made, refuses_create, turned_down

allowed = amounts()


@rule("omnumi/create-allowance-missing-refused")
@given(amount=allowed)
def test_create_allowance_missing_refused(omnumi: Omnumi, amount: str) -> None:
    """Without any allowance of the sender nothing is reserved."""
    unwilling = omnumi.make_wallet(balances={omnumi.parties.token: AMPLE})
    refuses_create(omnumi, put(edits.SENDER, unwilling, name="sender-without-allowance"), Terms(amount))


@rule("omnumi/create-allowance-below-refused")
@given(amount=allowed)
def test_create_allowance_below_refused(omnumi: Omnumi, amount: str) -> None:
    """An allowance of one unit less than the amount is not sufficient."""
    token = omnumi.parties.token
    sender = omnumi.make_wallet(balances={token: AMPLE}, allowances={token: one_unit_less(amount)})
    refuses_create(omnumi, put(edits.SENDER, sender, name="allowance-one-unit-short"), Terms(amount))


@rule("omnumi/create-allowance-exact-accepted")
@given(amount=allowed)
def test_create_allowance_exact_accepted(omnumi: Omnumi, amount: str) -> None:
    """An allowance equal to the amount is sufficient."""
    create(omnumi, asked(omnumi, Terms(amount), omnumi.make_parties(allowance=amount)))


@rule("omnumi/create-allowance-of-the-token")
@given(amount=allowed)
def test_create_allowance_of_the_token(omnumi: Omnumi, amount: str) -> None:
    """The allowance of another token does not count."""
    token, other = omnumi.parties.token, omnumi.make_token()
    sender = omnumi.make_wallet(balances={token: AMPLE, other: AMPLE}, allowances={other: AMPLE})
    create(omnumi, asked(omnumi, Terms(amount), Parties(token, sender, omnumi.parties.receiver)))
    made(omnumi, Terms(amount), Parties(other, sender, omnumi.parties.receiver))


@rule("omnumi/create-allowance-of-the-sender")
@given(amount=allowed)
def test_create_allowance_of_the_sender(omnumi: Omnumi, amount: str) -> None:
    """The allowance of the receiver does not count."""
    token = omnumi.parties.token
    sender = omnumi.make_wallet(balances={token: AMPLE})
    receiver = omnumi.make_wallet(balances={token: AMPLE}, allowances={token: AMPLE})
    create(omnumi, asked(omnumi, Terms(amount), Parties(token, sender, receiver)))
    made(omnumi, Terms(amount), Parties(token, receiver, sender))


@rule("omnumi/create-contract-down-500")
@given(amount=allowed)
def test_create_contract_down_500(omnumi: Omnumi, amount: str) -> None:
    """Without the contract on the chain nothing is reserved."""
    fails_on_the_chain(omnumi, "contract", amount)


@rule("omnumi/create-preapproval-check-fails-500")
@given(amount=allowed)
def test_create_preapproval_check_fails_500(omnumi: Omnumi, amount: str) -> None:
    """Where the approval cannot be checked nothing is reserved."""
    fails_on_the_chain(omnumi, "preapproval", amount)


def fails_on_the_chain(omnumi: Omnumi, how: str, amount: str) -> None:
    """The create must be refused while the chain fails so, and be taken when it works again."""
    payload = asked(omnumi, Terms(amount))
    with chain_failing(omnumi, how):
        create(omnumi, payload)
    omnumi.control(omnumi.create(payload), "created")


@rule("omnumi/create-500-messages-closed")
@given(amount=allowed)
def test_create_500_messages_closed(omnumi: Omnumi, amount: str) -> None:
    """An internal error of a create carries one of the three documented messages."""
    create(omnumi, asked(omnumi, Terms(one_unit_more(amount)), omnumi.make_parties(allowance=amount)))


@rule("omnumi/create-failed-keeps-allowance")
@given(amount=allowed)
def test_create_failed_keeps_allowance(omnumi: Omnumi, amount: str) -> None:
    """A create that was refused uses no allowance up."""
    parties = omnumi.make_parties(allowance=amount)
    payload = asked(omnumi, Terms(amount), parties)
    for flaw in (edits.AMOUNT_ZERO[0], edits.EXPIRY_GARBAGE[0], put(edits.AMOUNT, one_unit_more(amount), name="one-unit-too-many")):
        turned_down(omnumi.create(flaw(payload)))
    create(omnumi, payload)


@rule("omnumi/amb-reservation")
@given(amount=allowed, share=shares())
def test_amb_reservation(omnumi: Omnumi, amount: str, share: Decimal) -> None:
    """Whether the open preauthorizations of a sender together may exceed the allowance."""
    parties = omnumi.make_parties(allowance=amount)
    made(omnumi, Terms(amount), parties)
    exchange = create(omnumi, asked(omnumi, Terms(part_of(amount, share)), parties))
    omnumi.observe("each-alone" if exchange.status == 201 else "together")
