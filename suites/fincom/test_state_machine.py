"""The whole life of customers as a machine: calls and decisions in any order, with a model that says what must come."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis.stateful import initialize, precondition
from hypothesis.stateful import rule as step

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit
from strategies.fincom import attach_edits as edits
from strategies.fincom import attach_other_edits as others
from strategies.fincom import attach_uri_edits as uris
from strategies.fincom.attachments import TWO_SIDED, Application, applications, identity_documents, with_new_files
from suites.fincom import lives
from suites.fincom.driver import Fincom
from suites.fincom.lives import MOST_CUSTOMERS, NTH, Lives, live

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


@dataclass
class Life(lives.Life):
    """What the document says of one customer: its settled status, and whether an attach is in flight."""

    application: Application = field(kw_only=True)
    in_flight: bool = False
    bodies: int = 0

    def next_body(self) -> Json:
        """The documents over files that no attach has seen."""
        self.bodies += 1
        return with_new_files(self.application.documents, f"body-{self.bodies}")

    def wants_documents(self) -> bool:
        """Whether an attach must be taken."""
        return self.status in ATTACHABLE and not self.in_flight

    def bars_documents(self) -> bool:
        """Whether good documents must be refused."""
        return not self.wants_documents()

    def is_queued(self) -> bool:
        """Whether an attach waits to be worked off."""
        return self.in_flight

    def allowed(self) -> set[str]:
        """The statuses in which the customer may be read back."""
        if self.in_flight:
            return {self.status, "PROCESSING", "REVIEWING"}
        return ALSO_CALLED.get(self.status, {self.status})


PEOPLE = applications(identity=identity_documents(types=TWO_SIDED))


class V2Lives(Lives[Life]):
    """No step is idle: each has somebody to concern."""

    def born(self, application: Application) -> Life:
        """A new customer in the model and at the target."""
        life = Life(self.client.new_customer(application.customer), application=application)
        # The files of attaches that will be refused are uploaded now: whether a later upload is welcome is open.
        for body in (application.documents, *(edit(application.documents) for edit in BROKEN)):
            self.client.upload_for(life.customer, body)
        self.all.append(life)
        return life

    @initialize(application=PEOPLE)
    def begin(self, application: Application) -> None:
        """Somebody new, refused for everything that can be wrong; and where statuses can be set, one for each way a review ends."""
        if self.can_decide():
            for decision in DECISIONS:
                self.send(self.born(application))
                self.settle()
                self.agrees_with_the_model()
                self.decided(self.all[-1], decision)
        newcomer = self.born(application)
        for edit in BROKEN:
            self.refused(newcomer, edit)

    @precondition(lambda self: len(self.all) < MOST_CUSTOMERS)
    @step(application=PEOPLE)
    def create(self, application: Application) -> None:
        """A customer is created."""
        self.born(application)

    @precondition(lambda self: self.those(Life.wants_documents))
    @step(nth=NTH)
    def attach(self, nth: int) -> None:
        """Good documents are queued where they are wanted."""
        self.send(self.one(Life.wants_documents, nth))

    def send(self, life: Life) -> None:
        """An attach that must be taken."""
        self.client.expect(self.client.attach(life.customer, life.next_body()), answers=["queued"])
        life.in_flight = True

    @precondition(lambda self: self.those(Life.bars_documents))
    @step(nth=NTH)
    def attach_unwanted(self, nth: int) -> None:
        """Good documents are a conflict, or not eligible, where they are not wanted."""
        life = self.one(Life.bars_documents, nth)
        # An attach may be worked off already where nothing holds it open, so a conflict cannot be insisted on.
        fair = ["conflict", "forbidden"] if life.in_flight else ["forbidden"]
        self.client.expect(self.client.attach(life.customer, life.application.documents), answers=fair)

    @step(nth=NTH, edit=st.sampled_from(BROKEN))
    def attach_broken(self, nth: int, edit: Edit) -> None:
        """Broken documents are refused and change nothing; which refusal comes first is open."""
        self.refused(self.all[nth % len(self.all)], edit)

    def refused(self, life: Life, edit: Edit) -> None:
        """An attach that must not be taken."""
        fair = ["refused"] if life.wants_documents() else ["refused", "forbidden", *(["conflict"] if life.in_flight else [])]
        exchange = self.client.attach(life.customer, edit(life.application.documents))
        exchange.note = edit.name
        self.client.expect(exchange, answers=fair)

    @precondition(lambda self: self.those(Life.is_queued))
    @step()
    def settle(self) -> None:
        """Whatever is queued gets worked off."""
        for life in self.those(Life.is_queued):
            self.client.wait_for_status(life.customer, {"REVIEWING"})
            life.status, life.in_flight = "REVIEWING", False

    @precondition(lambda self: self.those(Life.is_reviewed) and self.can_decide())
    @step(nth=NTH, decision=st.sampled_from(DECISIONS))
    def review(self, nth: int, decision: str) -> None:
        """A review ends."""
        self.decided(self.one(Life.is_reviewed, nth), decision)


@rule("fincom-v2/life-cycle-agrees-with-the-model")
def test_lives_agree_with_the_model(fincom: Fincom) -> None:
    """Over any sequence of calls and decisions the customer is in a status that the document allows."""
    live(V2Lives, fincom)
