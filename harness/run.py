"""What one run is to do: built from the command line on every process alike, so that all agree."""

from __future__ import annotations

import argparse
import datetime as dt
import secrets
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from harness import rules, targets
from harness.deviations import Deviations, entry_for, validate
from harness.errors import NotCheckable, UsageError
from harness.openapi import specification
from harness.record import RunInfo
from harness.redaction import Redactor
from harness.sandbox import World
from harness.targets import Target

# The allowance of a run, shared by its processes.
PACE = "pace.sqlite"
OURS = ("pytest", "hypothesis", "schemathesis", "httpx")


@dataclass(frozen=True)
class Shared:
    """What the controller decides and every worker must know."""

    seed: int
    run_id: str
    redaction_key: str
    started: float
    url: str | None = None
    spool: str | None = None

    @staticmethod
    def decide(seed: int | None) -> Shared:
        """Draw what the command line leaves open."""
        return Shared(secrets.randbelow(2**31) if seed is None else seed, secrets.token_hex(3), secrets.token_hex(16), time.time())


@dataclass(frozen=True)
class Run:
    """One run: who is judged, by which rules, how hard."""

    target: Target
    providers: list[str]
    catalogue: rules.Catalogue
    selected: frozenset[str]
    profile: str
    strict: bool
    reports: Path
    shared: Shared
    redactor: Redactor
    faults: tuple[str, ...]
    variants: tuple[str, ...]
    prove: str | None
    only: tuple[str, ...]
    called: tuple[str, ...]
    patterns: tuple[str, ...]
    deviations: Deviations

    @property
    def allure_results(self) -> Path:
        """Where allure-pytest writes."""
        return self.reports / "allure-results"

    def at(self, url: str) -> Run:
        """The same run against a server at this URL."""
        return replace(self, target=msgspec.structs.replace(self.target, url=url), shared=replace(self.shared, url=url))

    def hearing(self, spool: Path) -> Run:
        """The same run with webhooks read from this spool."""
        return replace(self, shared=replace(self.shared, spool=str(spool)))

    def world(
        self,
        *,
        worker: str,
        share: tuple[int, int] = (0, 1),
        faults: Sequence[str] | None = None,
        variants: Sequence[str] | None = None,
        kind: type[World] = World,
    ) -> World:
        """The target as one process meets it, with what is switched on (by default, what the command line asked for).

        `share`: which of the things that the target lists are this process's, as (first, every).
        """
        faults, variants = self.faults if faults is None else faults, self.variants if variants is None else variants
        return kind(
            self.target,
            f"{self.shared.run_id}{worker}",
            self.redactor,
            faults=faults,
            variants=variants,
            pace_file=self.reports / PACE,
            share=share,
            spool=Path(self.shared.spool) if self.shared.spool else None,
        )

    def check_time(self) -> None:
        """Raises `NotCheckable` once the minutes are over that the target's limits give to a run."""
        minutes = self.target.limits.minutes
        if minutes is not None and time.time() - self.shared.started > minutes * 60:
            raise NotCheckable(f"the run's {minutes:g} minutes are over; raise `minutes` in the target's limits")

    def rerun(self, *rules: str) -> str:
        """The command that gives the verdict of these rules again."""
        words = [*self.called, *(word for rule_id in rules for word in ("--rule", rule_id)), "--seed", str(self.shared.seed)]
        return shlex.join(["pytest", "suites", *words])

    def deviation(self, rule_id: str) -> str:
        """The entry that would let the target's file account for a breach of this rule."""
        version = self.target.providers[self.catalogue.get(rule_id).provider].version
        return entry_for(rule_id, version, dt.datetime.now(dt.UTC).date())

    def unmet(self, rule: rules.Rule) -> str | None:
        """What the rule is about or needs and the target does not have; None where it has everything."""
        entry = self.target.providers[rule.provider]
        if not specification(*entry.documents).describes(rule.operation):
            return f"{rule.operation} stands in no specification that target {self.target.name!r} names"
        lacking = [capability for capability in rule.needs if capability not in entry.capabilities]
        return f"needs {', '.join(lacking)}, which target {self.target.name!r} does not claim" if lacking else None

    def info(self) -> RunInfo:
        """The head of the record."""
        return RunInfo(
            target=self.target.name,
            providers=self.providers,
            profile=self.profile,
            seed=self.shared.seed,
            strict=self.strict,
            started=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            versions={"python": sys.version.partition(" ")[0], **{name: version(name) for name in OURS}},
            command=self.rerun(*self.patterns),
            reports=str(self.reports),
        )


def plan(config: pytest.Config, shared: Shared) -> Run:
    """Read the options. Anything wrong in them, in the target or in the rules is a `UsageError`."""
    option = config.option
    prove = "faults" if option.prove_faults else "variants" if option.prove_variants else "wire" if option.prove_wire else None
    target = targets.load_target(option.target or "mock", url=option.url, production=option.production)
    providers = targets.select_providers(target, option.provider)
    targets.check_environment(target, providers)
    catalogue = rules.load(providers)
    selected = catalogue.select(option.rule) if option.rule else set(catalogue.rules)
    if (option.fault or option.variant or target.variants or prove) and not target.control:
        raise UsageError(f"target {target.name!r} has no control API, so no fault or variant can be switched on there")
    if target.url is None and not target.embedded:
        for provider in providers:
            target.base_url(provider)
    validate(target.deviations, catalogue, providers)
    run = Run(
        target=target,
        providers=providers,
        catalogue=catalogue,
        selected=frozenset(selected),
        profile=option.profile,
        strict=bool(option.strict),
        reports=Path(option.reports) if option.reports else Path("reports") / target.name,
        shared=shared,
        redactor=Redactor({}, key=bytes.fromhex(shared.redaction_key)),
        faults=tuple(option.fault),
        variants=(*option.variant, *target.variants),
        prove=prove,
        only=tuple(option.prove_faults or option.prove_variants or option.prove_wire or ()),
        called=tuple(_called(option)),
        patterns=tuple(option.rule),
        # A proof breaks promises on purpose; nothing there is known or accepted.
        deviations=Deviations([] if prove else target.deviations, versions_of(target), dt.datetime.now(dt.UTC)),
    )
    return run.at(shared.url) if shared.url else run


def versions_of(target: Target) -> dict[str, str]:
    """The version of each provider at the target, as far as its file says."""
    return {name: entry.version for name, entry in target.providers.items()}


def _called(option: argparse.Namespace) -> Iterator[str]:
    """What a person must type again to judge the same target in the same way."""
    yield from ("--target", option.target or "mock", *(("--url", option.url) if option.url else ()), "--profile", option.profile)
    for name in ("production", "provider", "fault", "variant"):
        for value in getattr(option, name):
            yield from (f"--{name}", value)
    if option.strict:
        yield "--strict"


def add_options(parser: pytest.Parser) -> None:
    """The command line: pytest is the interface."""
    group = parser.getgroup("railproof", "Railproof: judge a provider by its documents")
    group.addoption("--target", metavar="NAME", help="who is judged: targets/NAME.toml, or the path of such a file (default: mock)")
    group.addoption("--url", metavar="URL", help="the target's server is already running here")
    group.addoption("--production", metavar="HOST", action="append", default=[], help="judge this production host after all")
    group.addoption("--provider", metavar="NAME", action="append", default=[], help="judge this provider only (repeatable)")
    group.addoption("--profile", metavar="NAME", default="smoke", help="how hard to look: smoke, nightly or deep (default: smoke)")
    group.addoption("--rule", metavar="ID", action="append", default=[], help="judge this rule, or all with this prefix (repeatable)")
    # `--strict` (advisory breaches fail the run too) is pytest's own option: strictness in all things.
    group.addoption("--seed", type=int, metavar="N", help="repeat a run with the seed that it printed")
    group.addoption("--reports", metavar="DIR", help="where results go (default: reports/TARGET)")
    group.addoption("--list-rules", action="store_true", help="print the catalogue, and what would run here and why not")
    group.addoption("--fault", metavar="NAME", action="append", default=[], help="switch a fault of the mock server on (repeatable)")
    group.addoption("--variant", metavar="NAME", action="append", default=[], help="switch a variant of the mock server on (repeatable)")
    group.addoption("--prove-faults", metavar="NAME", nargs="?", action="append", const="all", help="switch faults on and see them caught")
    group.addoption("--prove-variants", metavar="NAME", nargs="?", action="append", const="all", help="switch variants on and see no alarm")
    group.addoption("--prove-wire", metavar="KIND", nargs="?", action="append", const="all", help="generated faults at the wire, caught?")
    group.addoption("--sample", type=int, metavar="N", help="with --prove-wire: N of each kind and provider, drawn by the seed")


def usage_of_options(config: pytest.Config) -> None:
    """What options cannot say of one another."""
    option = config.option
    if sum(map(bool, (option.prove_faults, option.prove_variants, option.prove_wire))) > 1:
        raise UsageError("--prove-faults, --prove-variants and --prove-wire are runs of their own")
    if option.sample is not None and (option.sample < 1 or not option.prove_wire):
        raise UsageError("--sample N goes with --prove-wire, and draws at least one")
