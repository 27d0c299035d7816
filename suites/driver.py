"""What tests do with any provider: judged calls, set-ups, time, and further clients of the same provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from harness import trial
from harness.client import Prepared
from harness.errors import NotApplicable, NotCheckable, Undecided
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.polling import Seen, awaited
from harness.sandbox import Sandbox, World
from strategies.edits import Edit
from suites.judging import objections, observed_as, refuse

Edits = Edit | Sequence[Edit]
Call = Callable[[Json], Exchange]


class Driver:
    """One client of one provider at the target. Providers add their operations."""

    provider: ClassVar[str]
    # Long enough for every queued step and webhook of an honest provider, short enough that no document expires.
    seconds_to_settle: ClassVar[float] = 60.0

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        self.world = world
        self.sandbox = sandbox
        self._others: dict[str, Self] = {}

    @classmethod
    def of(cls, world: World) -> Self:
        """The main client of the provider in this world."""
        return cls(world, world.client(cls.provider))

    def send(self, operation_id: str, **parts: Any) -> Exchange:
        """Any operation; see `harness.client.Client.prepare` for the parts."""
        return self.sandbox.client.send(operation_id, **parts)

    def describes(self, operation_id: str) -> bool:
        """Whether the specifications that the target names have the operation."""
        return self.sandbox.client.specification.describes(operation_id)

    # --- judged calls ----------------------------------------------------------------------------------------------

    def expect(
        self,
        exchange: Exchange,
        *,
        answers: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        near: bool | None = None,
    ) -> Exchange:
        """The exchange, if it is one of the answers that keep the rule; else a `Nonconformance`."""
        reasons = objections(exchange, answers=answers, names=names, near=near)
        if reasons:
            raise refuse(exchange, reasons, answers=answers, names=names, of=self.subject(exchange))
        return exchange

    def refuses(
        self,
        call: Call,
        payload: Json,
        edits: Edits,
        *,
        accepted: str,
        names: Sequence[str] | None = None,
        near: bool | None = None,
        answers: Sequence[str] | None = None,
    ) -> None:
        """Every edit must be refused for its reason; then the unedited control must be `accepted`, or the refusals prove nothing."""
        for edit in each(edits):
            exchange = call(edit(payload))
            exchange.note = edit.name
            self.expect(exchange, answers=answers, names=names, near=near)
        self.control(call(payload), accepted)

    def observes(self, call: Call, payload: Json, edits: Edits, *, kind: str | None = None, names: Sequence[str] | None = None) -> Exchange:
        """Each edit must get an answer of the fair set; which one is recorded under the ambiguity of the running test."""
        for edit in each(edits):
            exchange = call(edit(payload))
            exchange.note = edit.name
            value = observed_as(self.expect(exchange, names=names))
            self.observe(f"{kind}: {value}" if kind else value)
        return exchange

    def observe(self, value: str, ambiguity: str | None = None) -> None:
        """Record what the target was seen to do, under the running rule or another ambiguity."""
        trial.observe(ambiguity or trial.current().rule.id, value)

    def breach(self, message: str, *exchanges: Exchange) -> AssertionError:
        """A breach in the test's own words."""
        last = exchanges[-1] if exchanges else None
        return refuse(last, [message], of=self.subject(last) if last else "")

    def subject(self, exchange: Exchange) -> str:  # noqa: ARG002 - most providers' requests say it all
        """What a request was about, where neither the request nor its note tells."""
        return ""

    def control(self, exchange: Exchange, answer: str) -> None:
        """The control request of a refusal: `NotCheckable` where it was refused too."""
        exchange.note = "control: the same request without the edit"
        if objections(exchange, answers=[answer]):
            said = f"{exchange.status} {exchange.text[:300]}"
            raise NotCheckable(f"the control request, valid and unedited, was refused too, so the refusals prove nothing: {said}")

    def set_up(self, exchange: Exchange, answer: str) -> Exchange:
        """An exchange that only prepares: failing here is no breach of the running rule."""
        reasons = objections(exchange, answers=[answer])
        if reasons:
            raise NotCheckable(f"set-up: {exchange.operation} answered {exchange.status} {exchange.text[:300]}: {'; '.join(reasons)}")
        return exchange

    # --- time --------------------------------------------------------------------------------------------------------

    def today(self) -> dt.date:
        """The target's own date in UTC."""
        return self.sandbox.now().date()

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        """Move the target's clock."""
        self.sandbox.advance(seconds + days * 86_400)

    def settle(self) -> None:
        """Let everything queued happen, where the clock can be moved; elsewhere tests poll."""
        if "clock" in self.sandbox.capabilities:
            self.sandbox.advance(self.seconds_to_settle)

    def awaited(self, look: Callable[[], Seen], there: Callable[[Seen], bool]) -> Seen:
        """What is seen once it is there, or the last that was seen when the target's time for it is over (`poll_seconds`).

        Where the clock can be moved everything due has happened, so one look says it.
        """
        return awaited(look, there, 0 if "clock" in self.sandbox.capabilities else self.world.target.limits.poll_seconds)

    @contextmanager
    def held(self, step: str) -> Iterator[None]:
        """The asynchronous step stays open inside."""
        self.sandbox.control.hold(step)
        try:
            yield
        finally:
            self.sandbox.control.release(step)

    def await_held(self, step: str, count: int, answered: Future[Any]) -> None:
        """Wait until so many requests are kept back at a held step. A target that keeps none back answers, or has had its time."""
        seconds = min(self.world.target.limits.poll_seconds, self.world.target.limits.timeout_seconds / 2)
        awaited(lambda: self._waiting(step), lambda waiting: waiting >= count or answered.done(), seconds)

    def _waiting(self, step: str) -> int:
        return sum(held["waiting"] for held in self.sandbox.control.call("GET", "/holds") if held["step"] == step)

    def together(self, prepared: Sequence[Prepared]) -> list[Exchange]:
        """Release several prepared requests at the same instant, each on a connection of its own."""
        outcomes = self.sandbox.client.release_together(prepared)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome if isinstance(outcome, Undecided) else NotCheckable(f"a parallel call failed: {outcome!r}")
        return [outcome for outcome in outcomes if isinstance(outcome, Exchange)]

    # --- other clients -----------------------------------------------------------------------------------------------

    def with_settings(self, **settings: Json) -> Self:
        """A client of its own whose settings differ, such as `reliance=True`; made once and shared."""
        role = "-".join(sorted(key.replace("_", "-") for key in settings))
        return self._shared(role, settings)

    def second(self) -> Self:
        """Another client of the provider, made once and shared."""
        return self._shared("second", {})

    def quiet(self) -> Self:
        """A client whose lists stay short, made once and shared; this one where the target has no client in that role."""
        try:
            return self._shared("quiet", {})
        except NotApplicable:
            return self

    def fresh(self, **settings: Json) -> Self:
        """A client of its own that nobody shares, for instance to move its clock far."""
        return self._another("fresh", settings)

    def listening(self, **settings: Json) -> Self:
        """A client of its own whose webhooks arrive at its inbox."""
        return self._another("listening", settings, webhook=True)

    def _shared(self, role: str, settings: dict[str, Json]) -> Self:
        if role not in self._others:
            self._others[role] = self._another(role, settings)
        return self._others[role]

    def _another(self, role: str, settings: dict[str, Json], *, webhook: bool = False) -> Self:
        return type(self)(self.world, self.world.client(self.provider, role=role, settings=settings, webhook=webhook))

    @property
    def webhook_secret(self) -> str:
        """The secret that signs this client's webhooks."""
        return self.sandbox.webhook_secret


def each(edits: Edits) -> Sequence[Edit]:
    """One edit or several, as several."""
    return (edits,) if isinstance(edits, Edit) else edits
