"""The catalogue loads, every rule has its test or its reason, and a malformed rules file is said in one clear message."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from harness import rules
from harness.errors import UsageError
from harness.rules import Basis, Catalogue

HEAD = """
provider: acme
document: "009"
specification_rule: acme-v1/answers-match
field_carriers: [/errors]
answers:
  created: {says: It exists., status: [201]}
  refused: {says: It is refused., status: [400, 422], names_field: true}
rules:
  - id: acme-v1/answers-match
    says: Answers are described.
    operation: any
    source: 009 All
    basis: documented
    answers: [created]
"""
RULE = """
- id: acme-v1/name-is-required
  says: A customer without a name is refused.
  operation: createCustomer
  source: 009 Create
  basis: documented
  answers: [refused]
  names: [name]
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return rules.load(rules.providers())


def bound() -> Iterator[tuple[str, str]]:
    """Rule id and place of every test of the suites that is bound by @rule("...") or pytest.mark.rule("...")."""
    for path in sorted(path for path in Path("suites").rglob("*.py") if path.parent.name not in drafted()):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for decorator in getattr(node, "decorator_list", ()):
                match decorator:
                    case ast.Call(func=ast.Name(id="rule") | ast.Attribute(attr="rule"), args=[ast.Constant(value=str(rule_id))]):
                        yield rule_id, f"{path}:{decorator.lineno}"
        yield from _bound_by_mark(path)


def drafted() -> set[str]:
    """Providers whose rules are still being written: nothing of theirs is loaded, and nothing of theirs runs."""
    return {path.name.partition(".")[0] for path in Path("specs").glob("*.rules.yaml.draft")}


def _bound_by_mark(path: Path) -> Iterator[tuple[str, str]]:
    """What is bound without a decorator: `pytestmark = ...`, or `Machine.TestCase = rule("...")(...)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Call(func=ast.Name(id="rule"), args=[ast.Constant(value=str(rule_id))])):
                yield rule_id, f"{path}:{node.lineno}"


def write(folder: Path, *extra: str, head: str = HEAD, part: str = "") -> Path:
    """A folder of rules files of a made-up provider."""
    (folder / "acme.rules.yaml").write_text(head + "".join(indent(dedent(each), "  ") for each in extra), encoding="utf-8")
    if part:
        (folder / "acme.more.rules.yaml").write_text(part, encoding="utf-8")
    return folder


def complaint(folder: Path) -> str:
    with pytest.raises(UsageError) as raised:
        rules.load(["acme"], specs=folder)
    return str(raised.value)


def test_the_real_catalogue_holds_together(catalogue: Catalogue) -> None:
    assert len(catalogue.rules) > 200
    assert {rule.provider for rule in catalogue.rules.values()} == set(rules.providers())


def test_every_rule_has_a_test_or_a_reason_and_no_test_names_an_unknown_rule(catalogue: Catalogue) -> None:
    assert not drafted() & set(rules.providers()), "rules are in force or a draft, not both"
    tests = dict(bound())
    assert len(tests) > 100, "the scan finds the tests"
    assert {rule_id: where for rule_id, where in tests.items() if rule_id not in catalogue.rules} == {}
    judged = {rule.id for rule in catalogue.rules.values() if rule.not_tested is None}
    assert sorted(judged - set(tests)) == [], "neither a test nor not_tested"
    assert sorted(set(tests) - judged) == [], "not_tested, and yet there is a test"


def test_each_promise_is_a_sentence_with_a_source_and_each_reason_says_something(catalogue: Catalogue) -> None:
    poor = [
        rule.id
        for rule in catalogue.rules.values()
        if not rule.says[0].isupper()
        or len(rule.says) < 20
        or not rule.source
        or (rule.not_tested is not None and len(rule.not_tested) < 20)
    ]
    assert poor == []


def test_every_open_spot_has_readings(catalogue: Catalogue) -> None:
    assert [rule.id for rule in catalogue.rules.values() if (rule.basis is Basis.SILENT) != bool(rule.readings)] == []


def test_a_server_error_or_a_rate_limit_never_keeps_a_promise_unless_the_document_lists_it(catalogue: Catalogue) -> None:
    sets = {(rule.provider, name): answer for rule in catalogue.rules.values() for name, answer in catalogue.answers(rule).items()}
    # Document 003 lists refusals under 500; such an answer is told from a breakdown by its body.
    listed = {key: {500} if key[0] == "omnumi" and answer.body_schema is not True else set() for key, answer in sets.items()}
    wrong = {key: {429, *range(500, 600)} & set(answer.status) - listed[key] for key, answer in sets.items()}
    assert {key: statuses for key, statuses in wrong.items() if statuses or not sets[key].status} == {}


def test_a_good_file_loads_and_a_part_of_it_may_stand_in_another_file(tmp_path: Path) -> None:
    part = "answers:\n  gone: {says: It is gone., status: [410]}\nrules:\n" + indent(
        RULE.replace("name-is-required", "gone").replace("refused]", "gone]"), "  "
    )
    catalogue = rules.load(["acme"], specs=write(tmp_path, RULE, part=part))
    assert set(catalogue.rules) == {"acme-v1/answers-match", "acme-v1/name-is-required", "acme-v1/gone"}
    assert catalogue.answers(catalogue.get("acme-v1/gone"))["gone"].status == [410]
    assert catalogue.specification_rule("acme") == "acme-v1/answers-match"
    assert catalogue.carriers("acme") == ["/errors"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param(RULE + "  mood: good\n", ("acme.rules.yaml", "mood"), id="unknown key"),
        pytest.param(RULE.replace("[refused]", "[refusd]"), ("'refusd'", "did you mean refused?"), id="unknown answer set"),
        pytest.param(RULE + RULE.replace("A customer", "Any customer"), ("acme-v1/name-is-required: stands twice",), id="duplicate id"),
        pytest.param(RULE + "  covers: [acme-v1/answers-match]\n", ("covers acme-v1/answers-match", "already"), id="covered twice"),
        pytest.param(RULE.replace("  answers: [refused]\n", ""), ("either answers", "or not_tested"), id="neither answers nor a reason"),
        pytest.param(RULE + "  not_tested: nobody can see it\n", ("either answers", "or not_tested"), id="answers and a reason"),
        pytest.param(RULE.replace("basis: documented", "basis: rumoured"), ("rumoured", "acme.rules.yaml"), id="unknown basis"),
        pytest.param(RULE + "  needs: [webhoks]\n", ("'webhoks'", "did you mean webhooks?"), id="unknown capability"),
        pytest.param(RULE.replace("  says: A customer without a name is refused.\n", ""), ("says", "acme.rules.yaml"), id="missing key"),
        pytest.param("- id: [", ("acme.rules.yaml", "line"), id="no YAML"),
    ],
)
def test_a_malformed_rule_is_said_in_one_clear_message(tmp_path: Path, rule: str, said: tuple[str, ...]) -> None:
    message = complaint(write(tmp_path, rule))
    assert [part for part in said if part not in message] == []
    assert len(message.splitlines()) <= 2
    assert "Traceback" not in message


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    first = RULE.replace("[refused]", "[refusd]")
    second = RULE.replace("name-is-required", "age-is-required") + "  needs: [clok]\n"
    message = complaint(write(tmp_path, first, second))
    assert "refusd" in message
    assert "clok" in message


def test_one_answer_set_stands_in_one_file(tmp_path: Path) -> None:
    part = "answers:\n  created: {says: Something else., status: [200]}\nrules: []\n"
    message = complaint(write(tmp_path, RULE, part=part))
    assert "answer set 'created'" in message
    assert "acme.more.rules.yaml" in message


def test_the_rule_for_undescribed_answers_must_exist(tmp_path: Path) -> None:
    message = complaint(
        write(tmp_path, head=HEAD.replace("specification_rule: acme-v1/answers-match", "specification_rule: acme-v1/answers"))
    )
    assert "specification_rule" in message
    assert "did you mean acme-v1/answers-match?" in message


def test_a_provider_without_rules_is_named_with_those_that_have_some(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'acmee' has no .*did you mean acme\?"):
        rules.load(["acmee"], specs=write(tmp_path))


def test_rules_are_selected_by_id_or_by_prefix(tmp_path: Path) -> None:
    longer = RULE.replace("name-is-required", "name-is-required-in-english")
    catalogue = rules.load(["acme"], specs=write(tmp_path, RULE, longer))
    assert catalogue.select(["acme-v1/name-is-required"]) == {"acme-v1/name-is-required"}, "a whole id is no prefix"
    assert len(catalogue.select(["acme-v1/name"])) == 2
    assert catalogue.select(["acme"]) == set(catalogue.rules)
    with pytest.raises(UsageError, match=r"--rule acme-v1/nam-is-required: .*did you mean acme-v1/name-is-required"):
        catalogue.select(["acme-v1/nam-is-required"])


def test_an_unknown_rule_is_answered_with_the_closest_ones(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="did you mean fincom-v2/phone-needs-a-plus"):
        catalogue.get("fincom-v2/phone-needs-plus")
