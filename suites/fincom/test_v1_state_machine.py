"""The life of V1's customers as a machine. What an attach gets after the first one is left open, so nobody attaches twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import hypothesis.strategies as st
from hypothesis import seed
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, run_state_machine_as_test
from hypothesis.stateful import rule as step

from harness import trial
from harness.rules import rule
from strategies.edits import Edit
from strategies.files import sample
from strategies.fincom import v1_attach_edits as edits
from strategies.fincom.v1_attachments import TWO_SIDED, V1Application, v1_applications, v1_identities
from suites.fincom.attaching import decide
from suites.fincom.driver import Customer
from suites.fincom.v1 import FincomV1

DECISIONS = ("APPROVED", "ON_HOLD", "REJECTED")
# Published elsewhere as a step between the attach and the review.
ALSO_CALLED = {"REVIEWING": {"REVIEWING", "QUEUED"}}
BROKEN: tuple[Edit, ...] = (
    edits.NO_CUSTOMER_ID[0],
    edits.NO_PROOF[edits.PROOF][0],
    edits.NO_TERMS,
    edits.SIDES_MISSING[0],
    edits.SELFIE,
    edits.UNKNOWN_PROOF_TYPE[0],
    edits.V2_BODY,
)
MOST_CUSTOMERS = 6


@dataclass
class Life:
    """What the document says of one customer."""

    customer: Customer
    application: V1Application
    status: str = "INCOMPLETE"

    def waits_for_documents(self) -> bool:
        """Whether nothing was attached yet."""
        return self.status == "INCOMPLETE"

    def is_reviewed(self) -> bool:
        """Whether the customer is under review."""
        return self.status == "REVIEWING"


NTH = st.integers(0, 9)
PEOPLE = v1_applications(identity=v1_identities(types=TWO_SIDED))


class V1Lives(RuleBasedStateMachine):
    """Customers of one client. Subclassed per run with the client at hand."""

    v1: FincomV1

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Life] = []

    def those(self, wanted: Callable[[Life], bool]) -> list[Life]:
        """The lives that are as wanted."""
        return [life for life in self.all if wanted(life)]

    def one(self, wanted: Callable[[Life], bool], nth: int) -> Life:
        """One of the lives that are as wanted."""
        lives = self.those(wanted)
        return lives[nth % len(lives)]

    def born(self, application: V1Application) -> Life:
        """A new customer in the model and at the target."""
        life = Life(self.v1.new_customer(application.customer), application)
        self.all.append(life)
        return life

    @initialize(application=PEOPLE)
    def begin(self, application: V1Application) -> None:
        """Somebody new, refused for everything that can be wrong; and where statuses can be set, one for each way a review ends."""
        if "status-control" in self.v1.sandbox.capabilities:
            for decision in DECISIONS:
                self.sent(self.born(application))
                self.agrees_with_the_model()
                self.decided(self.all[-1], decision)
        newcomer = self.born(application)
        for edit in BROKEN:
            self.refused(newcomer, edit)

    @precondition(lambda self: len(self.all) < MOST_CUSTOMERS)
    @step(application=PEOPLE)
    def create(self, application: V1Application) -> None:
        """A customer is created."""
        self.born(application)

    @precondition(lambda self: self.those(Life.waits_for_documents))
    @step(nth=NTH)
    def attach(self, nth: int) -> None:
        """Good documents are taken, and the review begins."""
        self.sent(self.one(Life.waits_for_documents, nth))

    def sent(self, life: Life) -> None:
        """An attach that must be taken."""
        self.v1.expect(self.v1.attach(life.customer, life.application.documents), answers=["attached-v1"])
        life.status = "REVIEWING"

    @precondition(lambda self: self.those(Life.waits_for_documents))
    @step(nth=NTH, edit=st.sampled_from(BROKEN))
    def attach_broken(self, nth: int, edit: Edit) -> None:
        """Broken documents are refused and change nothing."""
        self.refused(self.one(Life.waits_for_documents, nth), edit)

    def refused(self, life: Life, edit: Edit) -> None:
        """An attach that must not be taken."""
        exchange = self.v1.attach(life.customer, edit(life.application.documents))
        exchange.note = edit.name
        self.v1.expect(exchange, answers=["refused"])

    @step(nth=NTH)
    def upload(self, nth: int) -> None:
        """A file alone changes nothing; whether one is welcome once documents are attached is open."""
        life = self.all[nth % len(self.all)]
        fair = ["uploaded"] if life.waits_for_documents() else ["uploaded", "forbidden"]
        self.v1.expect(self.v1.upload(life.customer.id, [("file1", sample("pdf"))]), answers=fair)

    @precondition(lambda self: self.those(Life.is_reviewed) and "status-control" in self.v1.sandbox.capabilities)
    @step(nth=NTH, decision=st.sampled_from(DECISIONS))
    def review(self, nth: int, decision: str) -> None:
        """A review ends."""
        self.decided(self.one(Life.is_reviewed, nth), decision)

    def decided(self, life: Life, decision: str) -> None:
        """The target is told how the review ends."""
        self.v1.wait_for_status(life.customer, {"REVIEWING"})
        decide(self.v1, life.customer, decision)
        life.status = decision

    @invariant()
    def agrees_with_the_model(self) -> None:
        """Every customer is read back in the status of the model."""
        for life in self.all:
            exchange = self.v1.expect(self.v1.read(life.customer.id), answers=["read"])
            allowed = ALSO_CALLED.get(life.status, {life.status})
            if (status := exchange.data["customer_status"]) not in allowed:
                raise self.v1.breach(f"the customer is {status}, the document allows {' or '.join(sorted(allowed))}", exchange)


@rule("fincom-v1/life-cycle-agrees-with-the-model")
def test_lives_agree_with_the_model(v1: FincomV1) -> None:
    """Over any sequence of calls and decisions the customer is in a status that the document allows."""
    machine = type("V1LivesHere", (V1Lives,), {"v1": v1})
    run_state_machine_as_test(seed(trial.current().seed)(machine))
