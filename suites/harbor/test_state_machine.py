"""The whole life of customers as a machine: calls and decisions in any order, with a model that says what must come."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
import pytest
from hypothesis import seed
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, run_state_machine_as_test
from hypothesis.stateful import rule as step

from harness import trial
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.harbor import choice_edits as choices
from strategies.harbor import person_edits as edits
from strategies.harbor.individuals import individuals
from strategies.harbor.standard import standard_us
from suites.harbor.driver import Customer, Harbor
from suites.judging import objections

# What can be decided in a status (000 §3).
DECISIONS: dict[str, tuple[str, ...]] = {
    "processing": ("submitted", "action_required", "failed"),
    "submitted": ("verified", "rejected"),
}
REPLAY = ["idempotency-conflict", "idempotency-conflict-elsewhere"]
# What a submission and a correction are answered with, by the status that they meet; None: nothing was submitted yet.
SUBMISSION: dict[str | None, list[str]] = {
    None: ["accepted"],
    "processing": ["already-active"],
    "submitted": ["already-active"],
    "action_required": ["already-active"],
    "verified": ["already-verified"],
    "rejected": ["accepted", "already-active", "finalized", "declined-is-final", "not-eligible"],
    "failed": ["accepted"],
}
CORRECTION: dict[str | None, list[str]] = {
    None: ["nothing-to-correct"],
    "processing": ["still-processing"],
    "submitted": ["finalized", "still-processing", "state-conflict"],
    "action_required": ["accepted"],
    "verified": ["finalized", "already-verified"],
    "rejected": ["finalized", "declined-is-final"],
    "failed": ["finalized"],
}
# How each status is reached from the first submission on.
WAYS: dict[str, tuple[str, ...]] = {
    "processing": (),
    "submitted": ("submitted",),
    "action_required": ("action_required",),
    "verified": ("submitted", "verified"),
    "rejected": ("submitted", "rejected"),
    "failed": ("failed",),
}
BROKEN: tuple[Edit, ...] = (
    drop(edits.EMAIL),
    edits.UNDER_18[1],
    edits.national_of("KP"),
    choices.empty(choices.WEALTH),
    put(choices.DOCUMENT_TYPE, "VISA", name="visa"),
)
MOST_CUSTOMERS = 3


@dataclass
class Life:
    """What the documents say of one customer: the status of its latest onboarding, its id, and the writes that were carried out."""

    customer: Customer
    payload: Json
    status: str | None = None
    onboarding: str | None = None
    done: list[tuple[str, str, Json]] = field(default_factory=list)


class Lives(RuleBasedStateMachine):
    """Customers of one client. Subclassed per run with the client at hand."""

    harbor: Harbor
    lives: Bundle[Life] = Bundle("lives")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Life] = []

    def born(self, payload: Json) -> Life:
        """A new customer in the model and at the target."""
        life = Life(self.harbor.ready(), payload)
        self.all.append(life)
        return life

    @initialize(target=lives, payload=individuals())
    def first(self, payload: Json) -> Life:
        """There is always somebody, whose onboarding is under way."""
        life = self.born(payload)
        self.submit(life)
        return life

    @precondition(lambda self: len(self.all) < MOST_CUSTOMERS)
    @step(target=lives, payload=individuals())
    def another(self, payload: Json) -> Life:
        """Another customer."""
        return self.born(payload)

    def write(self, life: Life, call: str, body: Json, key: str) -> Exchange:
        """Submit or correct under that key."""
        operation = self.harbor.submit if call == "submit" else self.harbor.correct
        return operation(life.customer, body, key=key)

    def carried_out(self, life: Life, call: str, fair: list[str]) -> None:
        """A good write: among the answers, and with the effect that its answer says."""
        key = self.harbor.new_key()
        exchange = self.harbor.expect(self.write(life, call, life.payload, key), answers=fair)
        if objections(exchange, answers=["accepted"]):
            return
        life.done.append((call, key, exchange.sent))
        read = self.harbor.expect(self.harbor.read(life.customer), answers=["read"])
        if (read.data["id"] == life.onboarding) == (call == "submit"):
            raise self.harbor.breach(
                f"after it was taken to {call}, reading shows {read.data['id']}; before {life.onboarding}", exchange, read
            )
        life.status, life.onboarding = "processing", str(read.data["id"])

    @step(life=lives)
    def submit(self, life: Life) -> None:
        """A good submission: taken where nothing is in the way, else refused for what is."""
        self.carried_out(life, "submit", SUBMISSION[life.status])

    @step(life=lives)
    def correct(self, life: Life) -> None:
        """A good correction: taken where one is asked for, else refused for the status."""
        self.carried_out(life, "correct", CORRECTION[life.status])

    @step(life=lives, call=st.sampled_from(["submit", "correct"]), edit=st.sampled_from(BROKEN))
    def broken(self, life: Life, call: str, edit: Edit) -> None:
        """A broken body is refused and changes nothing; which refusal comes first is open."""
        fair = (SUBMISSION if call == "submit" else CORRECTION)[life.status]
        exchange = self.write(life, call, edit(life.payload), self.harbor.new_key())
        exchange.note = edit.name
        self.harbor.expect(exchange, answers=["refused", *(answer for answer in fair if answer != "accepted")], names=[])

    @precondition(lambda self: any(life.done for life in self.all))
    @step(nth=st.integers(0, 20))
    def replay(self, nth: int) -> None:
        """A write that was carried out is refused under its key, whatever happened since."""
        life, (call, key, sent) = [(life, done) for life in self.all for done in life.done][nth % sum(len(each.done) for each in self.all)]
        fair = [*REPLAY, *(["already-verified", "finalized"] if life.status == "verified" else [])]
        self.harbor.expect(self.write(life, call, sent, key), answers=fair)

    @precondition(lambda self: any(life.status in DECISIONS for life in self.all))
    @step(nth=st.integers(0, MOST_CUSTOMERS), which=st.integers(0, 2))
    def decide(self, nth: int, which: int) -> None:
        """An asynchronous step ends one way or another."""
        open_ones = [life for life in self.all if life.status in DECISIONS]
        life = open_ones[nth % len(open_ones)]
        choices_ = DECISIONS[str(life.status)]
        status = choices_[which % len(choices_)]
        self.harbor.force(life.customer, status)
        life.status = status

    @invariant()
    def agrees_with_the_model(self) -> None:
        """Every customer reads as the model says."""
        for life in self.all:
            exchange = self.harbor.read(life.customer)
            if life.status is None:
                self.harbor.expect(exchange, answers=["no-onboarding-yet", "no-content"])
                continue
            told = self.harbor.expect(exchange, answers=["read"]).data
            names = ("rejected", "declined") if life.status == "rejected" else (life.status,)
            if told["id"] != life.onboarding or told["status"] not in names:
                raise self.harbor.breach(
                    f"reading shows {told['id']} as {told['status']}, the model has {life.onboarding} as {life.status}", exchange
                )


@rule("harbor/life-cycle-agrees-with-the-model")
def test_lives_agree_with_the_model(harbor: Harbor) -> None:
    """Over whole lives of customers, status and answers are those that the life cycle and the error table allow."""
    machine = type("LivesHere", (Lives,), {"harbor": harbor})
    run_state_machine_as_test(seed(trial.current().seed)(machine))


@rule("harbor/life-cycle-agrees-with-the-model")
@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize("call", ["submit", "correct"])
def test_every_status_agrees_with_the_model(harbor: Harbor, status: str, call: str) -> None:
    """Over whole lives of customers, status and answers are those that the life cycle and the error table allow."""
    lives = type("LivesHere", (Lives,), {"harbor": harbor})()
    life = lives.born(standard_us())
    lives.submit(life)
    for decision in WAYS[status]:
        harbor.force(life.customer, decision)
        life.status = decision
    lives.broken(life, call, drop(edits.EMAIL))
    lives.agrees_with_the_model()
    (lives.submit if call == "submit" else lives.correct)(life)
    lives.agrees_with_the_model()
