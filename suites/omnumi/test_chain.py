from __future__ import annotations

import pytest
from hypothesis import given

from harness.rules import rule
from strategies.omnumi.preauthorizations import Terms, terms
from suites.omnumi.comparing import alike, status
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import balances, chain_failing, made, moved, pay, read, turned_down

STEPS = ("initialization", "settlement")
steps = pytest.mark.parametrize("step", STEPS)


@rule("omnumi/settle-chain-init-error-400")
@given(wish=terms())
def test_settle_chain_init_error_400(omnumi: Omnumi, wish: Terms) -> None:
    """An error while the transaction is started on the chain is answered with 400."""
    which = made(omnumi, wish)
    with chain_failing(omnumi, "initialization"):
        omnumi.expect(pay(omnumi, which, which.amount))


@rule("omnumi/settle-failed-500")
@given(wish=terms())
def test_settle_failed_500(omnumi: Omnumi, wish: Terms) -> None:
    """A settlement that fails on the chain is answered with 500."""
    which = made(omnumi, wish)
    with chain_failing(omnumi, "settlement"):
        omnumi.expect(pay(omnumi, which, which.amount))


@rule("omnumi/settle-chain-error-never-settled")
@steps
@given(wish=terms())
def test_settle_chain_error_never_settled(omnumi: Omnumi, step: str, wish: Terms) -> None:
    """After an error of the chain the preauthorization is not SETTLED, and no amount of it is."""
    which = made(omnumi, wish, omnumi.make_parties())
    held = balances(omnumi, which.parties)
    with chain_failing(omnumi, step):
        refused = turned_down(pay(omnumi, which, which.amount))
    shown = read(omnumi, which)
    if status(shown.json["status"]) not in ("AUTHORIZED", "REJECTED"):
        raise omnumi.breach(f"the chain failed, and it is {shown.json['status']}", refused, shown)
    alike(omnumi, shown, {}, "settledAmount")
    moved(omnumi, which.parties, held, "0", refused)


@rule("omnumi/settle-chain-error-retry-consistent")
@steps
@given(wish=terms())
def test_settle_chain_error_retry_consistent(omnumi: Omnumi, step: str, wish: Terms) -> None:
    """After an error of the chain another settlement does what the status that is read lets expect, and pays once."""
    which = made(omnumi, wish, omnumi.make_parties())
    held = balances(omnumi, which.parties)
    with chain_failing(omnumi, step):
        turned_down(pay(omnumi, which, which.amount))
    open_still = status(read(omnumi, which).json["status"]) == "AUTHORIZED"
    again = omnumi.expect(pay(omnumi, which, which.amount), answers=["settled" if open_still else "invalid-settlement-state"])
    moved(omnumi, which.parties, held, which.amount if open_still else "0", again)
