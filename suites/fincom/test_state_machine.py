"""The whole life of customers as a machine: calls and decisions in any order, with a model that says what must come."""

from __future__ import annotations

from dataclasses import dataclass

import hypothesis.strategies as st
from hypothesis import seed
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, run_state_machine_as_test
from hypothesis.stateful import rule as step

from harness import trial
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit
from strategies.fincom import attach_edits as edits
from strategies.fincom import attach_other_edits as others
from strategies.fincom import attach_uri_edits as uris
from strategies.fincom.attachments import TWO_SIDED, Application, applications, identity_documents, with_new_files
from suites.fincom.attaching import decide
from suites.fincom.driver import Customer, Fincom

ATTACHABLE = {"INCOMPLETE", "ACTION_REQUIRED"}
DECISIONS = ("APPROVED", "ACTION_REQUIRED", "ON_HOLD", "REJECTED")
ALSO_CALLED = {"ON_HOLD": {"ON_HOLD", "IN_COMPLIANCE"}}
BROKEN: tuple[Edit, ...] = (
    edits.EXPIRED[0],
    edits.FRONT_ONLY[0],
    edits.UNKNOWN_IDENTITY_TYPE[0],
    uris.FRONT_EQUALS_BACK,
    others.PROOF_COUNTRY_DIFFERS[0],
    others.TWO_ADDRESS_DOCUMENTS[0],
)
MOST_CUSTOMERS = 3


@dataclass
class Life:
    """What the document says of one customer: its settled status, and whether an attach is in flight."""

    customer: Customer
    application: Application
    status: str = "INCOMPLETE"
    in_flight: bool = False
    bodies: int = 0

    def next_body(self) -> Json:
        """The documents over files that no attach has seen."""
        self.bodies += 1
        return with_new_files(self.application.documents, f"body-{self.bodies}")

    def wants_documents(self) -> bool:
        """Whether an attach must be taken."""
        return self.status in ATTACHABLE and not self.in_flight

    def allowed(self) -> set[str]:
        """The statuses in which the customer may be read back."""
        if self.in_flight:
            return {self.status, "PROCESSING", "REVIEWING"}
        return ALSO_CALLED.get(self.status, {self.status})


class Lives(RuleBasedStateMachine):
    """Customers of one client. Subclassed per run with the client at hand."""

    fincom: Fincom
    lives: Bundle[Life] = Bundle("lives")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Life] = []

    def born(self, application: Application) -> Life:
        """A new customer in the model and at the target."""
        life = Life(self.fincom.new_customer(application.customer), application)
        # The files of attaches that will be refused are uploaded now: whether a later upload is welcome is open.
        for body in (application.documents, *(edit(application.documents) for edit in BROKEN)):
            self.fincom.upload_for(life.customer, body)
        self.all.append(life)
        return life

    @initialize(target=lives, application=applications(identity=identity_documents(types=TWO_SIDED)))
    def first(self, application: Application) -> Life:
        """There is always somebody."""
        return self.born(application)

    @precondition(lambda self: len(self.all) < MOST_CUSTOMERS)
    @step(target=lives, application=applications(identity=identity_documents(types=TWO_SIDED)))
    def create(self, application: Application) -> Life:
        """A customer is created."""
        return self.born(application)

    @step(life=lives)
    def attach(self, life: Life) -> None:
        """Good documents: queued where they are wanted; else a conflict or not eligible."""
        if life.wants_documents():
            self.fincom.expect(self.fincom.attach(life.customer, life.next_body()), answers=["queued"])
            life.in_flight = True
        else:
            # An attach may be worked off already where nothing holds it open, so a conflict cannot be insisted on.
            fair = ["conflict", "forbidden"] if life.in_flight else ["forbidden"]
            self.fincom.expect(self.fincom.attach(life.customer, life.application.documents), answers=fair)

    @step(life=lives, edit=st.sampled_from(BROKEN))
    def attach_broken(self, life: Life, edit: Edit) -> None:
        """Broken documents are refused and change nothing; which refusal comes first is open."""
        fair = ["refused"] if life.wants_documents() else ["refused", "forbidden", *(["conflict"] if life.in_flight else [])]
        exchange = self.fincom.attach(life.customer, edit(life.application.documents))
        exchange.note = edit.name
        self.fincom.expect(exchange, answers=fair)

    @step()
    def settle(self) -> None:
        """Whatever is queued gets worked off."""
        for life in self.all:
            if life.in_flight:
                self.fincom.wait_for_status(life.customer, {"REVIEWING"})
                life.status, life.in_flight = "REVIEWING", False

    @precondition(lambda self: "status-control" in self.fincom.sandbox.capabilities)
    @step(life=lives, decision=st.sampled_from(DECISIONS))
    def review(self, life: Life, decision: str) -> None:
        """A review ends; without one there is nothing to decide."""
        if life.status == "REVIEWING":
            decide(self.fincom, life.customer, decision)
            life.status = decision

    @invariant()
    def agrees_with_the_model(self) -> None:
        """Every customer is read back in a status that the model allows."""
        for life in self.all:
            exchange = self.fincom.expect(self.fincom.read(life.customer.id), answers=["read"])
            status = exchange.data["customer_status"]
            if status not in life.allowed():
                raise self.fincom.breach(f"the customer is {status}, the document allows {' or '.join(sorted(life.allowed()))}", exchange)


@rule("fincom-v2/life-cycle-agrees-with-the-model")
def test_lives_agree_with_the_model(fincom: Fincom) -> None:
    """Over any sequence of calls and decisions the customer is in a status that the document allows."""
    machine = type("LivesHere", (Lives,), {"fincom": fincom})
    run_state_machine_as_test(seed(trial.current().seed)(machine))
