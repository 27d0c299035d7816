"""The whole life of clients as a machine: gaps open and close, verify and activate come in any order, and a model says what must come."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis import seed
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, run_state_machine_as_test
from hypothesis.stateful import rule as step

from harness import trial
from harness.exchange import Exchange
from harness.rules import rule
from strategies.mbanq.gaps import CORE
from strategies.mbanq.standard import TYPES, of_type
from suites.judging import objections
from suites.mbanq.driver import Customer, Mbanq

STATE = ["done", "refused-for-the-state"]
MOST_CUSTOMERS = 4


@dataclass
class Life:
    """What the document says of one client: what it lacks, whether it is Verified, and its main status."""

    customer: Customer
    gaps: set[str] = field(default_factory=set)
    verified: bool = False
    active: bool = False

    def answers(self, kind: str) -> list[str]:
        """What verify by that type may be answered with."""
        if self.verified or self.active:
            return STATE
        if not self.gaps:
            return ["done"]
        # What PARTIAL does without is open (mbanq/amb-partial), but for a client that has nothing.
        weaker = kind == "PARTIAL" and len(self.gaps) < len(CORE)
        return ["done", "refused-for-a-gap"] if weaker else ["refused-for-a-gap"]


class Lives(RuleBasedStateMachine):
    """Clients of one instance. Subclassed per run with the driver at hand."""

    mbanq: Mbanq
    lives: Bundle[Life] = Bundle("lives")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Life] = []

    def born(self, gaps: set[str]) -> Life:
        """A new client in the model and at the target."""
        life = Life(self.mbanq.ready(*sorted(gaps)), set(gaps))
        self.all.append(life)
        return life

    @initialize(target=lives, gaps=st.sets(st.sampled_from(CORE), min_size=1))
    def first(self, gaps: set[str]) -> Life:
        """There is always somebody with gaps, who was refused already."""
        life = self.born(gaps)
        self.verify(life, "FULL")
        self.activate(life)
        return life

    @initialize(target=lives, gaps=st.sets(st.sampled_from(CORE), min_size=1), kind=st.sampled_from(TYPES))
    def whole(self, gaps: set[str], kind: str) -> Life:
        """And somebody who went the whole way, each call tried in every state of it, so that no breach on it needs luck."""
        life = self.born(gaps)
        for attribute in sorted(gaps):
            self.verify(life, "FULL")
            self.activate(life)
            self.agrees_with_the_model()
            self.restore(life, attribute)
        self.activate(life)
        self.verify(life, kind)
        for again in TYPES:
            self.verify(life, again)
            self.agrees_with_the_model()
        self.open_gap(life, min(gaps))
        for again in TYPES:
            self.verify(life, again)
            self.agrees_with_the_model()
        self.restore(life, min(gaps))
        for _ in range(2):
            self.activate(life)
            self.verify(life, kind)
            self.agrees_with_the_model()
        return life

    def restore(self, life: Life, attribute: str) -> None:
        """The client gets the attribute back."""
        self.mbanq.mend(life.customer, attribute)
        life.gaps.discard(attribute)

    @precondition(lambda self: len(self.all) < MOST_CUSTOMERS)
    @step(target=lives, gaps=st.sets(st.sampled_from(CORE)))
    def another(self, gaps: set[str]) -> Life:
        """Another client."""
        return self.born(gaps)

    @step(life=lives, kind=st.sampled_from(TYPES))
    def verify(self, life: Life, kind: str) -> None:
        """Carried out where nothing is lacking, else refused for it."""
        exchange = self.mbanq.expect(self.mbanq.verify(life.customer, of_type(kind)), answers=life.answers(kind))
        if exchange.status == 200 and not life.active:
            life.verified = True
            self.mbanq.settled(life.customer)

    @step(life=lives)
    def activate(self, life: Life) -> None:
        """Carried out for a Verified client, once; else refused."""
        exchange = self.mbanq.activate(life.customer)
        if life.active:
            self.mbanq.expect(exchange, answers=["bad-request", "forbidden-status"])
            return
        self.mbanq.expect(exchange, answers=["done" if life.verified else "forbidden-status"])
        life.active = life.verified

    @precondition(lambda self: any(not life.active for life in self.all))
    @step(nth=st.integers(0, MOST_CUSTOMERS), attribute=st.sampled_from(CORE))
    def lose(self, nth: int, attribute: str) -> None:
        """A client loses an attribute. What that does to a Verified one is open: whatever reading shows then must hold on."""
        self.open_gap(self.pending(nth), attribute)

    def open_gap(self, life: Life, attribute: str) -> None:
        """The client loses the attribute, and what reading shows of a Verified one is what holds."""
        self.mbanq.take(life.customer, attribute)
        life.gaps.add(attribute)
        if life.verified:
            life.verified = self.mbanq.settled(life.customer).verified

    @precondition(lambda self: any(not life.active and life.gaps for life in self.all))
    @step(nth=st.integers(0, MOST_CUSTOMERS))
    def gain(self, nth: int) -> None:
        """A client gets an attribute back."""
        lacking = [life for life in self.all if life.gaps and not life.active]
        life = lacking[nth % len(lacking)]
        self.restore(life, sorted(life.gaps)[nth % len(life.gaps)])

    @precondition(lambda self: any(not life.active and "identifier" not in life.gaps for life in self.all))
    @step(nth=st.integers(0, MOST_CUSTOMERS))
    def remove_documents(self, nth: int) -> None:
        """All identifiers are removed, one after another, by the calls for it."""
        having = [life for life in self.all if "identifier" not in life.gaps and not life.active]
        life = having[nth % len(having)]
        listed = self.mbanq.set_up(self.mbanq.identifiers(life.customer), "listed").json
        removed = [self.mbanq.remove(life.customer, int(entry["id"])) for entry in listed]
        if all(gone(exchange) for exchange in removed):
            life.gaps.add("identifier")
        if life.verified:
            life.verified = self.mbanq.settled(life.customer).verified

    def pending(self, nth: int) -> Life:
        """The n-th client that is not Active."""
        found = [life for life in self.all if not life.active]
        return found[nth % len(found)]

    @invariant()
    def agrees_with_the_model(self) -> None:
        """Every client reads as the model says."""
        for life in self.all:
            shown = self.mbanq.look(life.customer)
            main = "active" if life.active else "pending"
            # Where the main status itself says Verified, that is the pending client that is (mbanq/amb-status-word).
            good = shown.main == main or (shown.main == "verified" and life.verified and not life.active)
            if not good or shown.verified != life.verified:
                told = f"{main}, {'' if life.verified else 'not '}verified, lacking {', '.join(sorted(life.gaps)) or 'nothing'}"
                raise self.mbanq.breach(f"client {life.customer.id} shows {shown}; the model has it {told}")


def gone(exchange: Exchange) -> bool:
    """Whether the identifier was removed."""
    return not objections(exchange, answers=["removed"])


@rule("mbanq/life-cycle-agrees-with-the-model")
def test_lives_agree_with_the_model(mbanq: Mbanq) -> None:
    """Over whole lives of clients, statuses and answers are those that gaps and life cycle allow."""
    gated = mbanq.gated()
    gated.verified()
    machine = type("LivesHere", (Lives,), {"mbanq": gated})
    run_state_machine_as_test(seed(trial.current().seed)(machine))
