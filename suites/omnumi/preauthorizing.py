"""Preauthorizations as tests make, read and settle them, and what the wallets hold meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from strategies.omnumi.preauthorizations import DAY, Terms, moment_after
from suites.driver import Edits
from suites.omnumi.comparing import RECORD, differences, number
from suites.omnumi.driver import Omnumi, Parties

STANDARD = Terms(amount="150.75")
PRECISE = Terms(amount="12.345678901234567891")
"""An amount of which any rounding loses something; it is always among the examples where amounts are compared."""
VAST = "1" + "0" * 40
"""An allowance for amounts of any size that a token can count."""
GRACE = 3600
"""Seconds after the expiry within which a job may still have to mark what has expired; a settlement is refused at once."""


@dataclass(frozen=True)
class Made:
    """A preauthorization that exists: whose it is, the resolved request and the answer to it."""

    parties: Parties
    sent: dict[str, Json]
    answer: dict[str, Json]

    @property
    def invoice(self) -> str:
        """The id that the client gave."""
        return str(self.sent["invoiceId"])

    @property
    def amount(self) -> str:
        """The authorized amount."""
        return str(self.sent["amount"])

    @property
    def as_read(self) -> dict[str, Json]:
        """What reading must show of it as long as nothing happened to it."""
        return {**self.sent, "transactionId": self.answer["transactionId"], "authorizedAmount": self.amount, "status": "AUTHORIZED"}


def asked(omnumi: Omnumi, terms: Terms = STANDARD, parties: Parties | None = None, **members: Json) -> dict[str, Json]:
    """A symbolic request on these terms; `members` replace or add."""
    return omnumi.request(parties, **{**terms.members(omnumi.sandbox.now()), **members})


def create(omnumi: Omnumi, payload: Json, **parts: Any) -> Exchange:
    """The create, among the answers of the running rule."""
    return omnumi.expect(omnumi.create(payload, **parts))


def made(omnumi: Omnumi, terms: Terms = STANDARD, parties: Parties | None = None, **members: Json) -> Made:
    """A preauthorization on these terms, as set-up."""
    exchange = omnumi.set_up(omnumi.create(asked(omnumi, terms, parties, **members)), "created")
    return Made(parties or omnumi.parties, exchange.sent, exchange.json)


def read(omnumi: Omnumi, which: Made | str) -> Exchange:
    """The reading of one that exists: anything else breaks the running rule."""
    return omnumi.expect(omnumi.get(which if isinstance(which, str) else which.invoice), answers=["read"])


def pay(omnumi: Omnumi, which: Made | str, amount: Json, **members: Json) -> Exchange:
    """A settlement of that amount."""
    return omnumi.settle_invoice(which if isinstance(which, str) else which.invoice, {"amount": amount, **members})


def paid(omnumi: Omnumi, which: Made, amount: str | None = None) -> Exchange:
    """A settlement as set-up, in full where no amount is given."""
    return omnumi.set_up(pay(omnumi, which, amount or which.amount), "settled")


def at(omnumi: Omnumi, seconds: float) -> dt.datetime:
    """An instant so many seconds from the target's now, at a whole second."""
    return moment_after(omnumi.sandbox.now(), seconds)


def refuses_create(
    omnumi: Omnumi, edits: Edits, terms: Terms = STANDARD, parties: Parties | None = None, answers: Sequence[str] | None = None
) -> None:
    """Every edit must be refused for its reason, and the request without it be taken."""
    omnumi.refuses(omnumi.create, asked(omnumi, terms, parties), edits, accepted="created", answers=answers)


def refuses_settle(omnumi: Omnumi, which: Made, edits: Edits, answers: Sequence[str] | None = None) -> None:
    """Every edit of a settlement in full must be refused for its reason, and the settlement without it be done."""
    omnumi.refuses(
        lambda body: omnumi.settle_invoice(which.invoice, body), {"amount": which.amount}, edits, accepted="settled", answers=answers
    )


def unchanged(omnumi: Omnumi, which: Made | str, before: Exchange, *refused: Exchange, but: Sequence[str] = ()) -> Exchange:
    """A breach where reading shows anything else than before; the time of the last update is not looked at."""
    after = read(omnumi, which)
    if wrong := differences(before.json, after.json, [name for name in RECORD if name not in but]):
        raise omnumi.breach(f"what was refused changed the preauthorization: {'; '.join(wrong)}", *refused, after)
    return after


# --- what the wallets hold ---------------------------------------------------------------------------------------------------


def balance(omnumi: Omnumi, wallet: str, token: str) -> Fraction:
    """What a wallet holds of a token."""
    held = omnumi.controls("GET", f"/wallets/{wallet}")["balances"]
    return next((number(amount) or Fraction(0) for name, amount in held.items() if name.lower() == token.lower()), Fraction(0))


def balances(omnumi: Omnumi, parties: Parties) -> tuple[Fraction, Fraction]:
    """What sender and receiver hold of their token. Parties that others share may still await their transfers; use some of your own."""
    return balance(omnumi, parties.sender, parties.token), balance(omnumi, parties.receiver, parties.token)


def moved(omnumi: Omnumi, parties: Parties, before: tuple[Fraction, Fraction], amount: str | Fraction, *exchanges: Exchange) -> None:
    """A breach where not exactly that amount went from the sender to the receiver, in the time that a transfer may take."""
    value = Fraction(amount)
    expected = (before[0] - value, before[1] + value)
    if balances(omnumi, parties) != expected:
        # The transfer may be confirmed after the answer (omnumi/amb-sync-settle).
        omnumi.settle()
    if (after := balances(omnumi, parties)) != expected:
        gone, come = before[0] - after[0], after[1] - before[1]
        raise omnumi.breach(f"{shown(gone)} left the sender and {shown(come)} reached the receiver, not {shown(value)}", *exchanges)


def shown(value: Fraction) -> str:
    """An exact value for people."""
    return str(value) if value.denominator == 1 else f"{value} ({float(value)})"


# --- time and states ---------------------------------------------------------------------------------------------------------


def in_state(omnumi: Omnumi, state: str, terms: Terms = STANDARD, parties: Parties | None = None) -> Made:
    """A preauthorization that was led to that status, as set-up."""
    which = made(omnumi, terms, parties)
    if state == "SETTLED":
        paid(omnumi, which)
    elif state == "EXPIRED":
        omnumi.advance(seconds=(terms.lifetime or DAY) + 1)
    elif state != "AUTHORIZED":
        omnumi.controls("POST", "/preauthorizations/status", {"invoiceId": which.invoice, "status": state})
    return which


@contextmanager
def chain_failing(omnumi: Omnumi, how: str) -> Iterator[None]:
    """The chain fails at that step for this tenant inside."""
    omnumi.controls("PUT", "/chain", {"failing": how})
    try:
        yield
    finally:
        omnumi.controls("PUT", "/chain", {"failing": None})


def turned_down(exchange: Exchange) -> Exchange:
    """A refusal as set-up, whatever it says: that it is one is the promise of another rule."""
    if exchange.status < 400:
        raise NotCheckable(f"set-up: what had to be refused was taken: {exchange.operation} answered {exchange.status}")
    return exchange
