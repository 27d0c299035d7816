"""`--list-rules`: each rule with what would happen to it here."""

from __future__ import annotations

import pytest

from harness.listing import here, list_rules
from tests.harness_kit import rule, run, target

NAME = rule("name-is-required", needs=["read"])
HOOK = rule("event-is-sent", needs=["read", "webhooks", "clock"])
ELSEWHERE = rule("age-is-told", operation="createIndividualV9")
NOBODY = rule("name-is-kept-secret", answers=[], not_tested="Nobody outside can see it.")


def test_a_rule_runs_unless_the_target_or_the_catalogue_says_otherwise() -> None:
    ours = run(target("http://127.0.0.1:9"), NAME, HOOK, NOBODY)
    assert here(NAME, ours) == "runs"
    assert here(HOOK, ours) == "not applicable: needs webhooks, clock, which target 'acme' does not claim"
    assert here(ELSEWHERE, ours) == "not applicable: createIndividualV9 stands in no specification that target 'acme' names"
    assert here(NOBODY, ours) == "not tested: Nobody outside can see it."


def test_selected_rules_are_listed_with_their_promise(capsys: pytest.CaptureFixture[str]) -> None:
    list_rules(run(target("http://127.0.0.1:9"), NAME, HOOK, NOBODY, selected=frozenset({NAME.id, HOOK.id})))
    said = capsys.readouterr().out
    assert "acme-v1/event-is-sent" in said
    assert "A customer without a name is refused." in said
    assert "needs webhooks, clock" in said
    assert "name-is-kept-secret" not in said
    assert said.rstrip().endswith("2 rules for target acme")
