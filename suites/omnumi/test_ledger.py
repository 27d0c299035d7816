"""Creates, settlements, time and decisions in any order, with a ledger that says what must come and what the wallets then hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import seed
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, run_state_machine_as_test
from hypothesis.stateful import rule as step

from harness import trial
from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi.money import part_of
from strategies.omnumi.preauthorizations import DAY, HOUR, Terms
from suites.omnumi.comparing import alike, instant, status
from suites.omnumi.driver import Omnumi, Parties
from suites.omnumi.preauthorizing import GRACE, asked, balances, moved, pay, read

ALLOWED = "1000"
MOST = 5
SHARES = st.integers(1, 45).map(lambda hundredths: Decimal(hundredths) / 100)
FAULTY = (Decimal(3), Decimal(0), Decimal(-1))
"""Much too much, nothing and less, as shares of what was authorized."""
STATE = ["invalid-settlement-state"]
OVER = ["preauthorization-expired", *STATE]
BAD_AMOUNT = ["settlement-not-above-zero", "settlement-above-limit"]
NO_MONEY = ["settlement-failed", "chain-not-started"]


@dataclass
class Entry:
    """One preauthorization in the ledger; `decided` is SETTLED or CANCELLED, empty as long as it is neither."""

    invoice: str
    amount: str
    until: dt.datetime
    decided: str = ""
    settled: str = "0"
    hash: str | None = None


class Ledger(RuleBasedStateMachine):
    """One sender, one receiver and one token. Subclassed per run with the client at hand."""

    omnumi: Omnumi
    parties: Parties
    held: tuple[Fraction, Fraction]

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    @initialize()
    def begin(self) -> None:
        """Wallets of its own, most of the allowance settled in part, and what that left free reserved for the most part."""
        self.parties = self.omnumi.make_parties(allowance=ALLOWED)
        self.held = balances(self.omnumi, self.parties)
        self.authorize(Decimal("0.9"), DAY)
        self.settle(0, Decimal("0.5"))
        # More than is left, for what was settled is used up; then as much as fits only where the rest of the first one is no longer held.
        self.authorize(Decimal("0.6"), DAY)
        self.authorize(Decimal("0.5"), DAY)
        for factor in FAULTY:
            self.settle_badly(1, factor)

    # --- what the ledger says ------------------------------------------------------------------------------------------

    def now(self) -> dt.datetime:
        """The target's time."""
        return self.omnumi.sandbox.now()

    def spent(self) -> Fraction:
        """All that was settled."""
        return sum((Fraction(each.settled) for each in self.entries), Fraction(0))

    def reserved(self, *, since: float = 0) -> Fraction:
        """What open preauthorizations hold, and those that expired within so many seconds."""
        earliest = self.now() - dt.timedelta(seconds=since)
        return sum((Fraction(each.amount) for each in self.entries if not each.decided and each.until > earliest), Fraction(0))

    def expired(self, entry: Entry) -> bool:
        """Whether its time is over."""
        return not entry.decided and entry.until <= self.now()

    def fair_creates(self, amount: str) -> list[str]:
        """The answers to a create of that amount under a new invoice."""
        left = Fraction(ALLOWED) - self.spent()
        if Fraction(amount) > left:
            return ["insufficient-allowance"]
        # What has just expired may still hold its part, and open ones may each be looked at alone (omnumi/amb-reservation).
        return ["created"] if Fraction(amount) <= left - self.reserved(since=GRACE) else ["created", "insufficient-allowance"]

    def fair_settlements(self, entry: Entry, amount: Fraction) -> list[str]:
        """The answers to a settlement of that amount."""
        at_fault = BAD_AMOUNT[:1] if amount <= 0 else BAD_AMOUNT[1:] if amount > Fraction(entry.amount) else []
        if entry.decided:
            return [*STATE, *at_fault]
        if self.expired(entry):
            return [*OVER, *at_fault]
        if at_fault:
            return at_fault
        return ["settled"] if amount <= Fraction(ALLOWED) - self.spent() else NO_MONEY

    # --- steps ---------------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.entries) < MOST)
    @step(share=SHARES, lifetime=st.sampled_from([HOUR, DAY]))
    def authorize(self, share: Decimal, lifetime: int) -> None:
        """A create, taken as far as the allowance goes."""
        amount = part_of(ALLOWED, share)
        exchange = self.omnumi.create(asked(self.omnumi, Terms(amount, lifetime), self.parties))
        self.omnumi.expect(exchange, answers=self.fair_creates(amount))
        if exchange.status == 201:
            until = instant(exchange.sent["expiresAt"])
            assert until is not None
            self.entries.append(Entry(str(exchange.sent["invoiceId"]), amount, until))

    @step(nth=st.integers(0, MOST), share=SHARES)
    def again(self, nth: int, share: Decimal) -> None:
        """An invoice that is taken, for another amount."""
        entry = self.entries[nth % len(self.entries)]
        amount = part_of(ALLOWED, share + Decimal("0.005"))
        other = asked(self.omnumi, Terms(amount), self.parties, invoiceId=entry.invoice)
        short = [answer for answer in self.fair_creates(amount) if answer != "created"]
        self.omnumi.expect(self.omnumi.create(other), answers=["invoice-exists", *short])

    @step(nth=st.integers(0, MOST), share=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.01")]))
    def settle(self, nth: int, share: Decimal) -> None:
        """A good settlement: done where nothing is in the way, else refused for what is."""
        entry = self.entries[nth % len(self.entries)]
        # No repeat of the first settlement, which may be answered as that was (omnumi/settle-twice-same-amount-refused).
        amount = part_of(entry.amount, share if not entry.decided else share * Decimal("0.9"))
        exchange = self.paying(entry, amount)
        if exchange.status == 200:
            alike(self.omnumi, exchange, {"settledAmount": amount, "authorizedAmount": entry.amount}, "settledAmount", "authorizedAmount")
            entry.decided, entry.settled, entry.hash = "SETTLED", amount, exchange.json.get("transactionHash")

    @step(nth=st.integers(0, MOST), factor=st.sampled_from(FAULTY))
    def settle_badly(self, nth: int, factor: Decimal) -> None:
        """A settlement of much too much, of nothing or of less."""
        entry = self.entries[nth % len(self.entries)]
        self.paying(entry, part_of(entry.amount, factor) if factor > 0 else str(factor))

    def paying(self, entry: Entry, amount: str) -> Exchange:
        """A settlement, among the answers that the ledger allows."""
        return self.omnumi.expect(pay(self.omnumi, entry.invoice, amount), answers=self.fair_settlements(entry, Fraction(amount)))

    @precondition(lambda self: "clock" in self.omnumi.sandbox.capabilities)
    @step(seconds=st.sampled_from([61, HOUR // 2, HOUR + 1, DAY + 1]))
    def pass_time(self, seconds: int) -> None:
        """Time passes, and what is not settled in it expires."""
        self.omnumi.advance(seconds=seconds)

    @precondition(lambda self: "status-control" in self.omnumi.sandbox.capabilities)
    @step(nth=st.integers(0, MOST))
    def cancel(self, nth: int) -> None:
        """Somebody cancels an open one."""
        open_ones = [each for each in self.entries if not each.decided and not self.expired(each)]
        if open_ones:
            entry = open_ones[nth % len(open_ones)]
            self.omnumi.controls("POST", "/preauthorizations/status", {"invoiceId": entry.invoice, "status": "CANCELLED"})
            entry.decided = "CANCELLED"

    # --- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def every_reading_agrees(self) -> None:
        """Every preauthorization reads as the ledger has it."""
        for entry in self.entries:
            shown = read(self.omnumi, entry.invoice)
            expected = {"authorizedAmount": entry.amount, "settledAmount": entry.settled, "transactionHash": entry.hash}
            if not entry.hash:
                expected["settledAmount"] = None
            alike(self.omnumi, shown, expected, *expected)
            fair = {entry.decided or ("EXPIRED" if self.expired(entry) else "AUTHORIZED")}
            if self.expired(entry) and self.now() - entry.until < dt.timedelta(seconds=GRACE):
                fair.add("AUTHORIZED")
            if status(shown.json["status"]) not in fair:
                raise self.omnumi.breach(f"reading shows {shown.json['status']}, the ledger {' or '.join(sorted(fair))}", shown)

    @invariant()
    def value_is_conserved(self) -> None:
        """What left the sender reached the receiver, and is what was settled."""
        if self.entries:
            moved(self.omnumi, self.parties, self.held, self.spent())


@rule("omnumi/preauthorizations-agree-with-the-ledger")
def test_preauthorizations_agree_with_the_ledger(omnumi: Omnumi) -> None:
    """Over any order of creates, settlements and passing time, answers, readings and balances agree with a ledger."""
    machine = type("LedgerHere", (Ledger,), {"omnumi": omnumi})
    run_state_machine_as_test(seed(trial.current().seed)(machine))
