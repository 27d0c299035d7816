"""What nobody can be blamed for: answers that the documents allow once they are changed, and survivors whose file says why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness import rules, targets
from harness.errors import UsageError
from harness.openapi import Specification, specification
from harness.rules import AnswerSet
from harness.wire.document import Document
from harness.wire.generating import mutations_of
from harness.wire.mutation import Mutation
from harness.wire.openings import openings, unused
from harness.wire.promises import Answer, Promises, changed, left_open

SCHEMA = {"type": "object", "anyOf": [{"required": ["message"]}, {"required": ["code"]}]}
DESCRIBED = {"description": "x", "content": {"application/json": {"schema": SCHEMA}}}
CONTENT = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "paths": {"/things": {"get": {"operationId": "listThings", "responses": {"400": DESCRIBED, "422": DESCRIBED, "200": DESCRIBED}}}},
}
EITHER = AnswerSet(says="It is refused.", status=[400, 422])
EXACT = AnswerSet(says="It is refused as odd.", status=[400], body_schema={"properties": {"code": {"const": "odd"}}, "required": ["code"]})


def promises(tmp_path: Path, *rules: list[AnswerSet]) -> Promises:
    path = tmp_path / "acme.openapi.yaml"
    path.write_text(yaml.safe_dump(CONTENT))
    document = Document(Specification(path))
    return Promises(document.replies(document.operations[0]), rules)


def mutation(**change: Any) -> Mutation:
    data = {"act": "change-answer", **change}
    return Mutation(kind="dropped", provider="acme", operation="listThings", what="x", statuses=[400], data=data)


DROPPED = {"edits": [{"do": "drop", "at": "message"}]}


def test_one_alternative_may_go_where_the_other_stands(tmp_path: Path) -> None:
    promised = promises(tmp_path)
    both, one = ("listThings", 400, {"message": "m", "code": "odd"}), ("listThings", 400, {"message": "m"})
    assert left_open(mutation(**DROPPED), promised, [both])
    assert not left_open(mutation(**DROPPED), promised, [both, one])
    assert not left_open(mutation(**DROPPED), promised, [("other", 400, {"message": "m"})]), "what was not met is not open"


def test_a_rule_objects_where_none_of_its_answers_is_left(tmp_path: Path) -> None:
    before, swapped = Answer(400, {"code": "odd"}), Answer(400, {"code": "even"})
    assert not promises(tmp_path, [EITHER]).broken(before, Answer(422, {"code": "odd"}))
    assert promises(tmp_path, [EXACT]).broken(before, Answer(422, {"code": "odd"}))
    assert promises(tmp_path, [EITHER], [EXACT]).broken(before, swapped)
    assert not promises(tmp_path, [EXACT, EITHER]).broken(before, swapped), "the rule takes either"
    assert promises(tmp_path).broken(before, Answer(500, {"code": "odd"})), "no document knows the status"


def test_content_types_and_behaviours_are_never_open_by_their_answers(tmp_path: Path) -> None:
    met = [("listThings", 400, {"code": "odd"})]
    assert not left_open(mutation(content_type="text/html"), promises(tmp_path), met)
    assert not left_open(mutation(act="forget-write"), promises(tmp_path), met)


def test_an_answer_is_changed_as_the_server_changes_it() -> None:
    assert changed({"status": 201, "edits": [{"do": "rename", "at": "a", "value": "b"}]}, 200, {"a": 1}) == Answer(201, {"b": 1})


def test_survivors_are_left_open_by_name(tmp_path: Path) -> None:
    (tmp_path / "acme.wire.yaml").write_text(
        yaml.safe_dump({"left_open": [{"mutations": ["acme/status/*/404-as-400", "acme/lost/x/y"], "because": "open"}]})
    )
    [opening] = openings(["acme", "other"], tmp_path)
    assert opening.speaks_of("acme/status/readThing/404-as-400")
    assert not opening.speaks_of("acme/status/readThing/404-as-403")
    assert unused([opening], ["acme/status/readThing/404-as-400"]) == ["acme/lost/x/y"]


def test_a_file_without_reasons_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "acme.wire.yaml").write_text(yaml.safe_dump({"left_open": [{"mutations": ["a"]}]}))
    with pytest.raises(UsageError, match="because"):
        openings(["acme"], tmp_path)


@pytest.mark.parametrize("provider", rules.providers())
def test_every_name_that_is_left_open_is_that_of_a_mutation(provider: str) -> None:
    assert unused(openings([provider]), names_of(provider, [provider])) == []


@pytest.mark.parametrize("provider", rules.providers())
def test_the_rules_of_another_provider_say_nothing(provider: str) -> None:
    """Two providers have an operation `issueToken`: what one answers there makes no mutation of the other."""
    assert names_of(provider, rules.providers()) == names_of(provider, [provider])


def names_of(provider: str, judged: Iterable[str]) -> list[str]:
    target = targets.load_target("mock", url="http://127.0.0.1:1", production=[])
    described = specification(*target.providers[provider].documents)
    return [mutation.name for mutation in mutations_of(provider, described, rules.load(list(judged)))]
