"""The life of V1's customers as a machine. What an attach gets after the first one is left open, so nobody attaches twice."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis.stateful import initialize, precondition
from hypothesis.stateful import rule as step

from harness.rules import rule
from strategies.edits import Edit
from strategies.files import sample
from strategies.fincom import v1_attach_edits as edits
from strategies.fincom.v1_attachments import TWO_SIDED, V1Application, v1_applications, v1_identities
from suites.fincom import lives
from suites.fincom.lives import MOST_CUSTOMERS, NTH, Lives, live
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


@dataclass
class Life(lives.Life):
    """What the document says of one customer."""

    application: V1Application = field(kw_only=True)

    def waits_for_documents(self) -> bool:
        """Whether nothing was attached yet."""
        return self.status == "INCOMPLETE"

    def allowed(self) -> set[str]:
        """The statuses in which the customer may be read back."""
        return ALSO_CALLED.get(self.status, {self.status})


PEOPLE = v1_applications(identity=v1_identities(types=TWO_SIDED))


class V1Lives(Lives[Life]):
    """Customers who attach once."""

    def born(self, application: V1Application) -> Life:
        """A new customer in the model and at the target."""
        life = Life(self.client.new_customer(application.customer), application=application)
        self.all.append(life)
        return life

    @initialize(application=PEOPLE)
    def begin(self, application: V1Application) -> None:
        """Somebody new, refused for everything that can be wrong; and where statuses can be set, one for each way a review ends."""
        if self.can_decide():
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
        self.client.expect(self.client.attach(life.customer, life.application.documents), answers=["attached-v1"])
        life.status = "REVIEWING"

    @precondition(lambda self: self.those(Life.waits_for_documents))
    @step(nth=NTH, edit=st.sampled_from(BROKEN))
    def attach_broken(self, nth: int, edit: Edit) -> None:
        """Broken documents are refused and change nothing."""
        self.refused(self.one(Life.waits_for_documents, nth), edit)

    def refused(self, life: Life, edit: Edit) -> None:
        """An attach that must not be taken."""
        exchange = self.client.attach(life.customer, edit(life.application.documents))
        exchange.note = edit.name
        self.client.expect(exchange, answers=["refused"])

    @step(nth=NTH)
    def upload(self, nth: int) -> None:
        """A file alone changes nothing; whether one is welcome once documents are attached is open."""
        life = self.all[nth % len(self.all)]
        fair = ["uploaded"] if life.waits_for_documents() else ["uploaded", "forbidden"]
        self.client.expect(self.client.upload(life.customer.id, [("file1", sample("pdf"))]), answers=fair)

    @precondition(lambda self: self.those(Life.is_reviewed) and self.can_decide())
    @step(nth=NTH, decision=st.sampled_from(DECISIONS))
    def review(self, nth: int, decision: str) -> None:
        """A review ends."""
        self.decided(self.one(Life.is_reviewed, nth), decision)

    def decided(self, life: Life, decision: str) -> None:
        """The target is told how the review ends, once it goes on."""
        self.client.wait_for_status(life.customer, {"REVIEWING"})
        super().decided(life, decision)


@rule("fincom-v1/life-cycle-agrees-with-the-model")
def test_lives_agree_with_the_model(v1: FincomV1) -> None:
    """Over any sequence of calls and decisions the customer is in a status that the document allows."""
    live(V1Lives, v1)
