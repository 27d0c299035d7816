"""The catalogue: every promise with its id, sentence, source, basis and the closed set of answers that keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from harness.errors import UsageError, did_you_mean
from harness.jsontypes import Json
from harness.targets import CAPABILITIES

SPECS = Path("specs")

Test = TypeVar("Test", bound=Callable[..., Any])


class Basis(StrEnum):
    """How firmly the document promises something, and so what a breach means."""

    DOCUMENTED = "documented"
    EXAMPLE = "example"
    INFERRED = "inferred"
    SILENT = "silent"


class Severity(StrEnum):
    """How bad a breach is for money or identity."""

    CRITICAL = "critical"
    NORMAL = "normal"
    MINOR = "minor"


class AnswerSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed set of answers: statuses, the JSON Schema of the body, and whether the refusal must name a field."""

    says: str
    status: list[int]
    body_schema: dict[str, Json] | bool = msgspec.field(name="schema", default=True)
    names_field: bool = False


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One promise. `covers` lists the finer statements it stands for; its own id is always among them."""

    id: str
    says: str
    operation: str
    source: str
    basis: Basis
    answers: list[str] = []
    names: list[str] = []
    near: bool = False
    needs: list[str] = []
    severity: Severity = Severity.NORMAL
    covers: list[str] = []
    not_tested: str | None = None
    readings: dict[str, str] = {}

    @property
    def provider(self) -> str:
        """`fincom` for `fincom-v2/email-is-lowercase`."""
        return self.id.partition("/")[0].partition("-v")[0]


class Ambiguity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A spot that the documents leave open, with its readings; observed, never a breach in itself."""

    id: str
    spot: str
    operation: str
    source: str
    readings: dict[str, str]
    answers: list[str] = []
    names: list[str] = []
    near: bool = False
    needs: list[str] = []
    not_observable: str | None = None

    def as_rule(self) -> Rule:
        """The same, in the form that tests and reports know."""
        return Rule(
            id=self.id,
            says=self.spot,
            operation=self.operation,
            source=self.source,
            basis=Basis.SILENT,
            answers=self.answers,
            names=self.names,
            near=self.near,
            needs=self.needs,
            severity=Severity.MINOR,
            not_tested=self.not_observable,
            readings=self.readings,
        )


class _RulesPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rules: list[Rule]
    ambiguities: list[Ambiguity] = []
    answers: dict[str, AnswerSet] = {}

    def all_rules(self) -> list[Rule]:
        """Rules and ambiguities alike, as tests and reports know them."""
        return [*self.rules, *(ambiguity.as_rule() for ambiguity in self.ambiguities)]


class _RulesFile(_RulesPart, frozen=True, kw_only=True, forbid_unknown_fields=True):
    provider: str
    document: str
    field_carriers: list[str]
    specification_rule: str


Content = TypeVar("Content", _RulesFile, _RulesPart)


class Catalogue:
    """All rules of one or several providers by id."""

    def __init__(
        self,
        rules: Iterable[Rule],
        answers: dict[str, dict[str, AnswerSet]],
        carriers: dict[str, list[str]],
        specification_rules: dict[str, str] | None = None,
    ) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self._answers = answers
        self._carriers = carriers
        self._specification_rules = specification_rules or {}

    def get(self, rule_id: str) -> Rule:
        """The rule, or a `UsageError` with the closest ids."""
        try:
            return self.rules[rule_id]
        except KeyError:
            raise UsageError(f"no rule {rule_id!r} in the catalogue: {did_you_mean(rule_id, self.rules)}") from None

    def answers(self, rule: Rule) -> dict[str, AnswerSet]:
        """The closed set of answers that keep the rule, by name."""
        return {name: self._answers[rule.provider][name] for name in rule.answers}

    def answer(self, provider: str, name: str) -> AnswerSet:
        """One answer set by name."""
        return self._answers[provider][name]

    def carriers(self, provider: str) -> list[str]:
        """JSON pointers of the objects in a refusal whose keys are field names; `*` stands for an index."""
        return self._carriers[provider]

    def specification_rule(self, provider: str) -> str | None:
        """The rule that an answer breaks which the OpenAPI document does not describe, whichever test caused it."""
        return self._specification_rules.get(provider)

    def select(self, patterns: Iterable[str]) -> set[str]:
        """The ids that the patterns name, each an id or a prefix of ids; a pattern that names nothing is a `UsageError`."""
        chosen: set[str] = set()
        for pattern in patterns:
            hits = {pattern} & set(self.rules) or {rule_id for rule_id in self.rules if rule_id.startswith(pattern)}
            if not hits:
                raise UsageError(f"--rule {pattern}: no rule of this selection has that id or prefix; {did_you_mean(pattern, self.rules)}")
            chosen |= hits
        return chosen


def providers(specs: Path = SPECS) -> list[str]:
    """The providers that have a rules file."""
    return sorted({path.name.partition(".")[0] for path in specs.glob("*.rules.yaml")})


def load(names: Iterable[str], specs: Path = SPECS) -> Catalogue:
    """Read and validate the rules of these providers. Anything wrong in them is a `UsageError`."""
    rules: list[Rule] = []
    answers: dict[str, dict[str, AnswerSet]] = {}
    carriers: dict[str, list[str]] = {}
    specification_rules: dict[str, str] = {}
    problems: list[str] = []
    for name in names:
        path = specs / f"{name}.rules.yaml"
        if not path.exists():
            raise UsageError(f"provider {name!r} has no {path}; {did_you_mean(name, providers(specs))}")
        content = _read(path, _RulesFile)
        carriers[name] = content.field_carriers
        specification_rules[name] = content.specification_rule
        parts: dict[Path, _RulesPart] = {
            path: content,
            **{each: _read(each, _RulesPart) for each in sorted(specs.glob(f"{name}.*.rules.yaml"))},
        }
        rules += [rule for part in parts.values() for rule in part.all_rules()]
        answers[name] = {key: value for part in parts.values() for key, value in part.answers.items()}
        problems += _repeated_answers(parts)
    problems += problems_of(rules, answers)
    problems += _unknown_specification_rules(specification_rules, {rule.id for rule in rules})
    if problems:
        raise UsageError("the rules do not hold together:\n  " + "\n  ".join(problems))
    return Catalogue(rules, answers, carriers, specification_rules)


def _repeated_answers(parts: dict[Path, _RulesPart]) -> Iterable[str]:
    first: dict[str, Path] = {}
    for path, part in parts.items():
        for name in part.answers:
            if first.setdefault(name, path) != path:
                yield f"{path}: answer set {name!r} stands in {first[name]} already"


def _unknown_specification_rules(specification_rules: dict[str, str], known: set[str]) -> Iterable[str]:
    for provider, rule_id in specification_rules.items():
        if rule_id not in known:
            yield f"{provider}: specification_rule {rule_id!r} is no rule, {did_you_mean(rule_id, known)}"


def _read(path: Path, kind: type[Content]) -> Content:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from None


def problems_of(rules: list[Rule], answers: dict[str, dict[str, AnswerSet]]) -> Iterable[str]:
    """Everything that types cannot say: unique ids, known answers and capabilities, a judge or a reason for each."""
    seen: set[str] = set()
    claimed: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            yield f"{rule.id}: stands twice"
        seen.add(rule.id)
        yield from _unknown_names(rule, answers.get(rule.provider, {}))
        if bool(rule.answers) == bool(rule.not_tested):
            yield f"{rule.id}: needs either answers (what keeps it) or not_tested (why nobody judges it)"
        for row in {rule.id, *rule.covers}:
            if claimed.setdefault(row, rule.id) != rule.id:
                yield f"{rule.id}: covers {row}, which {claimed[row]} covers already"


def _unknown_names(rule: Rule, answers: dict[str, AnswerSet]) -> Iterable[str]:
    for name in rule.answers:
        if name not in answers:
            yield f"{rule.id}: unknown answer set {name!r}, {did_you_mean(name, answers)}"
    for capability in rule.needs:
        # Misspelt, it would be claimed by no target, and the rule judged nowhere.
        if capability not in CAPABILITIES:
            yield f"{rule.id}: needs {capability!r}, {did_you_mean(capability, CAPABILITIES)}"


def rule(rule_id: str) -> Callable[[Test], Test]:
    """Bind a test to the rule it judges. Collection fails on an unknown id."""

    def bind(test: Test) -> Test:
        marked: Test = pytest.mark.rule(rule_id)(test)
        return marked

    return bind
