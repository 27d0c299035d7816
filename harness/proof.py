"""The proof of the suite itself: every fault is caught by the rules that it names, and no variant raises an alarm."""

from __future__ import annotations

import datetime as dt
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING
from harness.errors import UsageError, did_you_mean
from harness.jsontypes import Json
from harness.outcome import Outcome
from harness.record import Verdict
from harness.rules import Basis, Catalogue
from harness.run import Run

CAUGHT = frozenset({Verdict.NONCONFORMANT, Verdict.ADVISORY})
QUIET = frozenset({Verdict.PASSED, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True)
class Switched:
    """A server with something switched on."""

    name: str
    faults: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


class Kill(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the kill table: did the rule catch the fault that breaks it?"""

    fault: str
    rule: str
    caught: bool
    caught_by: str | None = None
    examples_needed: int | None = None
    exchanges: int = 0
    why: str = ""


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """One server of legal readings: which variants were on, what it alarmed, what was observed of it."""

    name: str
    variants: list[str]
    rules: int
    alarms: list[dict[str, str]]
    observed: dict[str, list[str]]


class Proof:
    """One proof: what to switch on for which rule, and what came of it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        world = run.world(worker="p")
        control = world.control
        if control is None:
            raise UsageError(f"target {run.target.name!r} has no control API, so no fault or variant can be switched on there")
        self._faults = self._of_providers(control.faults)
        self._variants = self._of_providers(control.variants)
        world.close()
        self._outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
        self._by_rule = fault_names_by_rule(self._faults, run.catalogue)
        self._groups = self._variant_groups()
        if run.prove == "faults":
            self._only_known({each["name"] for each in self._faults})

    def _of_providers(self, listed: Iterable[dict[str, Json]]) -> list[dict[str, Json]]:
        return [each for each in listed if each["provider"] in self._run.providers]

    def _only_known(self, known: set[str]) -> None:
        for name in self._run.only:
            if name not in known | {"all"}:
                raise UsageError(f"--prove-{self._run.prove} {name}: {did_you_mean(name, known)}")

    def worlds_for(self, rule_id: str) -> list[Switched]:
        """The servers to judge this rule at."""
        if self._run.prove == "variants":
            return self._groups.get(self._run.catalogue.get(rule_id).provider, [])
        wanted = self._run.only
        return [Switched(name, faults=(name,)) for name in self._by_rule.get(rule_id, ()) if "all" in wanted or name in wanted]

    def _variant_groups(self) -> dict[str, list[Switched]]:
        """By provider, servers of its legal readings."""
        by_provider: dict[str, list[dict[str, Json]]] = defaultdict(list)
        for each in self._variants:
            by_provider[each["provider"]].append(each)
        if self._run.prove == "variants" and not {"each", "all"} & set(self._run.only):
            self._only_known({each["name"] for each in self._variants})
        judged = {self._run.catalogue.get(rule_id).provider for rule_id in self._run.selected}
        return {provider: self._servers(provider, listed) for provider, listed in by_provider.items() if provider in judged}

    def _servers(self, provider: str, variants: Sequence[dict[str, Json]]) -> list[Switched]:
        """`all`: as many variants at once as do not answer one question; `each`: one by one; else those that are named."""
        names = [each["name"] for each in variants]
        if "all" not in self._run.only:
            wanted = names if "each" in self._run.only else [name for name in names if name in self._run.only]
            return [Switched(name, variants=(name,)) for name in wanted]
        rows: dict[tuple[str, str], list[str]] = defaultdict(list)
        for each in variants:
            # A control API older than this suite names no question.
            rows[each["ambiguity"], each.get("about", "")].append(each["name"])
        return [
            Switched(f"{provider}-readings-{depth + 1}", variants=tuple(row[depth] for row in rows.values() if depth < len(row)))
            for depth in range(max(map(len, rows.values())))
        ]

    def add(self, outcome: Outcome) -> bool:
        """Take the outcome of one test at one server; True when it was the first of its pair of server and rule."""
        outcomes = self._outcomes[outcome.world, outcome.rule]
        outcomes.append(outcome)
        return len(outcomes) == 1

    def conclude(self, path: Path) -> int:
        """Write the proof to `path`, print what failed, and return the exit code."""
        table = self._kills() if self._run.prove == "faults" else self._quiets()
        update(
            path,
            str(self._run.prove),
            {"profile": self._run.profile, "seed": self._run.shared.seed, "rows": msgspec.to_builtins(table)},
        )
        if not table:
            sys.stdout.write(f"NOTHING PROVED: none of the {len(self._run.selected)} selected rules meets {', '.join(self._run.only)}\n")
            return INCOMPLETE
        failures = self._failures(table)
        for line in failures:
            sys.stdout.write(f"{line}\n")
        return NONCONFORMING if failures else CONFORMING

    def _kills(self) -> list[Kill]:
        return [
            kill_of(fault, rule_id, self._outcomes.get((fault, rule_id), []))
            for rule_id in sorted(self._run.selected)
            for fault in (each.name for each in self.worlds_for(rule_id))
        ]

    def _quiets(self) -> list[Quiet]:
        # Variants of two providers may have one name.
        by_server: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
        for (world, rule_id), outcomes in self._outcomes.items():
            by_server[self._run.catalogue.get(rule_id).provider, world] += outcomes
        return [quiet_of(group, by_server[provider, group.name]) for provider, groups in self._groups.items() for group in groups]

    def _failures(self, table: Sequence[Kill] | Sequence[Quiet]) -> list[str]:
        lines = []
        for row in table:
            if isinstance(row, Kill) and not row.caught:
                lines.append(f"SURVIVED  {row.fault}  not caught by {row.rule}: {row.why}")
            if isinstance(row, Quiet) and not row.rules:
                lines.append(f"UNPROVEN  {row.name}  no test ran at this server")
            if isinstance(row, Quiet):
                lines += [f"ALARM     {row.name}  {alarm['rule']}: {alarm['verdict']}: {alarm['reason']}" for alarm in row.alarms]
        if self._run.prove == "faults" and "all" in self._run.only:
            lines += [f"UNPROVEN  {rule_id}  no fault breaks it" for rule_id in self._unproven()]
        return lines

    def _unproven(self) -> list[str]:
        rules = (self._run.catalogue.get(rule_id) for rule_id in sorted(self._run.selected))
        return [rule.id for rule in rules if rule.not_tested is None and rule.basis is not Basis.SILENT and rule.id not in self._by_rule]


def fault_names_by_rule(faults: Iterable[dict[str, Json]], catalogue: Catalogue) -> dict[str, list[str]]:
    """The faults that break each rule. A fault may name a finer statement that a rule covers."""
    owner = {row: rule.id for rule in catalogue.rules.values() for row in (rule.id, *rule.covers)}
    found: dict[str, list[str]] = defaultdict(list)
    for fault in faults:
        for named in dict.fromkeys(owner.get(row, row) for row in fault["rules"]):
            catalogue.get(named)
            found[named].append(fault["name"])
    return found


def kill_of(fault: str, rule_id: str, outcomes: Sequence[Outcome]) -> Kill:
    """What the tests of one rule say of one fault."""
    caught = [outcome for outcome in outcomes if outcome.verdict in CAUGHT]
    sent = sum(outcome.exchanges for outcome in outcomes)
    if caught:
        first = min(caught, key=lambda outcome: outcome.caught_at or 0)
        return Kill(fault=fault, rule=rule_id, caught=True, caught_by=first.test, examples_needed=first.caught_at, exchanges=sent)
    said = sorted({f"{outcome.verdict}{': ' + outcome.reason if outcome.reason else ''}"[:300] for outcome in outcomes})
    return Kill(fault=fault, rule=rule_id, caught=False, exchanges=sent, why="; ".join(said) or "no test ran")


def quiet_of(group: Switched, outcomes: Sequence[Outcome]) -> Quiet:
    """What the tests of all rules say of one server of legal readings."""
    observed: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes:
        for ambiguity, values in outcome.observed.items():
            observed[ambiguity].update(values)
    alarms = [
        {"rule": outcome.rule, "test": outcome.test, "verdict": str(outcome.verdict), "reason": (outcome.reason or "")[:600]}
        for outcome in outcomes
        if outcome.verdict not in QUIET
    ]
    return Quiet(
        name=group.name,
        variants=list(group.variants),
        rules=len({outcome.rule for outcome in outcomes}),
        alarms=alarms,
        observed={ambiguity: sorted(values) for ambiguity, values in sorted(observed.items())},
    )


def read(path: Path) -> dict[str, Json]:
    """The parts of the proof that were written so far."""
    return msgspec.json.decode(path.read_bytes()) if path.exists() else {}


def update(path: Path, part: str, content: dict[str, Json]) -> None:
    """Put one part into the file of the proof; the others stay as they are, and when each was written stays known."""
    whole = read(path)
    whole[part] = {"written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), **content}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole)) + b"\n")
