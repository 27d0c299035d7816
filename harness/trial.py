"""One test of one rule while it runs: its exchanges, what was observed, and the first breach with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import Nonconformance
from harness.exchange import PASSING, Exchange
from harness.jsontypes import Json
from harness.rules import Catalogue, Rule
from harness.shapes import Shapes

# Answers that may tell of the way to the target instead of the rule: before they count as a breach, the canary is asked.
SUSPICIOUS = frozenset({401, 407}) | PASSING

# A breach is shown with its last exchanges; a state machine may have hundreds.
KEPT_EXCHANGES = 12


@dataclass
class Breach:
    """A breach as it was seen: the last one is what the shrunk example showed."""

    error: Nonconformance
    arguments: Mapping[str, Json]
    exchanges: list[Exchange]

    @property
    def firm(self) -> bool:
        """Whether the last answer can only come from the provider itself, not from something on the way to it."""
        return bool(self.exchanges) and self.exchanges[-1].status not in SUSPICIOUS


@dataclass
class Trial:
    """One test item. Exchanges are cleared at the start of each example, counts are not."""

    rule: Rule
    test: str
    catalogue: Catalogue
    seed: int
    fixtures: frozenset[str] = frozenset()
    examples: int = 0
    sent: int = 0
    first_breach_at: int | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    observed: dict[str, set[str]] = field(default_factory=dict)
    breach: Breach | None = None
    breaches: int = 0
    violations: dict[str, Exchange] = field(default_factory=dict)
    arguments: Mapping[str, Json] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=Shapes)
    confirmed: bool = False

    def begin_example(self, arguments: Mapping[str, Json]) -> None:
        """A new example: what the last one sent is no longer of interest."""
        self.examples += 1
        self.arguments = arguments
        self.exchanges.clear()

    def note(self, exchange: Exchange) -> None:
        """Every exchange passes here."""
        self.sent += 1
        self.shapes.see(exchange)
        self.exchanges.append(exchange)
        del self.exchanges[:-KEPT_EXCHANGES]
        known = self.violations.get(exchange.operation)
        if exchange.violation is not None and (known is None or (known.status in SUSPICIOUS and exchange.status not in SUSPICIOUS)):
            self.violations[exchange.operation] = exchange

    def note_breach(self, error: Nonconformance) -> None:
        """Keep the evidence; the last breach noted is the smallest one, but what an outage may explain never replaces a firm one."""
        self.breaches += 1
        if self.first_breach_at is None:
            self.first_breach_at = self.examples
        noted = Breach(error, dict(self.arguments), list(self.exchanges))
        if noted.firm or self.breach is None or not self.breach.firm:
            self.breach = noted

    def passing(self) -> int | None:
        """The status of the breach's last answer, where it may have been a spell of bad weather; None where it cannot."""
        last = self.breach.exchanges[-1] if self.breach is not None and self.breach.exchanges else None
        return last.status if last is not None and last.status in PASSING else None

    def observe(self, ambiguity: str, value: str) -> None:
        """Record what the target was seen to do where the documents leave it open."""
        self.catalogue.get(ambiguity)
        self.observed.setdefault(ambiguity, set()).add(value)


class _Current:
    """The trial that runs now. Tests of one worker run one after another."""

    trial: Trial | None = None


def begin(trial: Trial) -> None:
    """Make this the running trial."""
    _Current.trial = trial


def end() -> None:
    """No trial runs."""
    _Current.trial = None


def running() -> Trial | None:
    """The running trial, if any."""
    return _Current.trial


def current() -> Trial:
    """The running trial. Outside of one, what is judged could not be attributed to a rule."""
    if _Current.trial is None:
        raise LookupError("no trial is running: judged calls belong into a test that is bound to a rule by @rule(id)")
    return _Current.trial


def note(exchange: Exchange) -> None:
    """Pass an exchange to the running trial; set-up between trials is nobody's evidence."""
    if _Current.trial is not None:
        _Current.trial.note(exchange)


def observe(ambiguity: str, value: str) -> None:
    """Record an observation in the running trial."""
    current().observe(ambiguity, value)
