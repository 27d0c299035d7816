"""The target with one mutation on for all its clients, and what its clients came to see."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.control import Control
from harness.errors import EnvironmentFault, NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.outcome import Outcome
from harness.proof import CAUGHT
from harness.sandbox import Sandbox, World
from harness.shapes import Shapes
from harness.wire.mutation import Mutation

# A body longer than this is a catalogue; one of its pages is like the other.
LONGEST = 20_000


@dataclass
class WireWorld(World):
    """A world whose tenants all carry the mutation out; without one, a world that only looks.

    `answers`: one body of each shape by operation and status. `broken_at`: how many requests it took to the first answer that the OpenAPI
    document does not describe.
    """

    mutation: Mutation | None = None
    shapes: Shapes = field(default_factory=Shapes)
    answers: dict[tuple[str, int, frozenset[str]], Json] = field(default_factory=dict)
    listened: bool = False
    broken_at: int | None = None
    hits: int = 0

    @property
    def altered(self) -> bool:
        """The address always names the tenant, so that requests without credential are met too."""
        return True

    @cached_property
    def control(self) -> Control | None:
        """The control API, told to make every tenant with the mutation."""
        control: Control | None = World.control.__get__(self)  # the property of the same name would find itself
        if control is not None and self.mutation is not None:
            control.with_each_tenant["mutations"] = [self.mutation.control()]
        return control

    def client(self, provider: str, **options: Any) -> Sandbox:
        """A client as in any world; noted where it listens."""
        self.listened |= bool(options.get("webhook"))
        return super().client(provider, **options)

    def seen(self, exchange: Exchange) -> None:
        """Every exchange, those of set-ups included."""
        super().seen(exchange)
        if self.mutation is None:
            self.shapes.see(exchange)
            self._keep(exchange)
        if exchange.violation is not None and self.broken_at is None:
            self.broken_at = self.requests

    def _keep(self, exchange: Exchange) -> None:
        """Keep the answer, where none of its shape is known."""
        if exchange.is_json and len(exchange.body) <= LONGEST:
            seen = Shapes()
            seen.see(exchange)
            [shape] = seen
            self.answers.setdefault((exchange.operation, exchange.status, frozenset(shape.traits)), exchange.json)

    def requests_until_red(self, outcome: Outcome) -> int:
        """How many requests it took until this outcome was red: a breach ends its test, an undescribed answer does not."""
        return self.requests if outcome.verdict in CAUGHT else self.broken_at or self.requests

    def await_recovery(self) -> str | None:
        """What is wrong with the target; nobody waits for a mutation to go away."""
        return self.outage(only_if_known=True)

    def close(self) -> None:
        """Count the hits, then give everything up."""
        for tenant in self._tenants:
            with suppress(EnvironmentFault, NotCheckable):
                self.hits += sum(each["hits"] for each in tenant.call("GET", "/mutations"))
        super().close()
