"""What the state machines of both versions share: customers with a model each, decisions about them, and the comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import hypothesis.strategies as st
from hypothesis import seed
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from harness import trial
from suites.fincom.attaching import decide
from suites.fincom.driver import Customer, Fincom

MOST_CUSTOMERS = 6
NTH = st.integers(0, 9)


@dataclass
class Life:
    """What the document says of one customer: its settled status."""

    customer: Customer
    status: str = "INCOMPLETE"

    def is_reviewed(self) -> bool:
        """Whether the customer is under review."""
        return self.status == "REVIEWING"

    def allowed(self) -> set[str]:
        """The statuses in which the customer may be read back."""
        return {self.status}


L = TypeVar("L", bound=Life)


class Lives(RuleBasedStateMachine, Generic[L]):
    """Customers of one client. Subclassed per version, and per run with the client at hand."""

    client: Fincom

    def __init__(self) -> None:
        super().__init__()
        self.all: list[L] = []

    def those(self, wanted: Callable[[L], bool]) -> list[L]:
        """The lives that are as wanted."""
        return [life for life in self.all if wanted(life)]

    def one(self, wanted: Callable[[L], bool], nth: int) -> L:
        """One of the lives that are as wanted."""
        lives = self.those(wanted)
        return lives[nth % len(lives)]

    def can_decide(self) -> bool:
        """Whether statuses can be set at the target."""
        return "status-control" in self.client.sandbox.capabilities

    def decided(self, life: L, decision: str) -> None:
        """The target is told how the review ends."""
        decide(self.client, life.customer, decision)
        life.status = decision

    @invariant()
    def agrees_with_the_model(self) -> None:
        """Every customer is read back in a status that the model allows."""
        for life in self.all:
            exchange = self.client.expect(self.client.read(life.customer.id), answers=["read"])
            status = exchange.data["customer_status"]
            if status not in life.allowed():
                raise self.client.breach(f"the customer is {status}, the document allows {' or '.join(sorted(life.allowed()))}", exchange)


def live(machine: type[Lives[L]], client: Fincom) -> None:
    """Run the machine with a client, by the seed of the running test."""
    run_state_machine_as_test(seed(trial.current().seed)(type(f"{machine.__name__}Here", (machine,), {"client": client})))
