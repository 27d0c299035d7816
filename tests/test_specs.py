"""Each specification is valid, its examples are valid for their own schemas, and rules and coverage cases stand on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from harness import rules
from harness.openapi import specification
from strategies.coverage import raw_cases
from tests.spec_kit import Document, Example

DOCUMENTS = {path.name.partition(".")[0]: Document(path) for path in sorted(Path("specs").glob("*.openapi.yaml"))}
# Credentials are nobody's example.
WITHOUT_EXAMPLE = {"issueToken", "refreshToken"}

each_document = pytest.mark.parametrize("document", [pytest.param(each, id=name) for name, each in DOCUMENTS.items()])
SHOWN = [
    pytest.param(document, example, id=f"{name} {example.where}") for name, document in DOCUMENTS.items() for example in document.examples()
]
OPERATIONS = [
    pytest.param(document, operation_id, id=f"{name} {operation_id}")
    for name, document in DOCUMENTS.items()
    for operation_id in sorted(specification(document.path).operations)
]


@each_document
def test_the_specification_is_valid_openapi(document: Document) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document.content).iter_errors()] == []


@pytest.mark.parametrize(("document", "example"), SHOWN)
def test_examples_fit_their_schemas(document: Document, example: Example) -> None:
    assert [error.message for error in document.validator(example.schema).iter_errors(example.value)] == []


@each_document
def test_every_body_that_is_sent_has_an_example(document: Document) -> None:
    with_body = {
        name for name, entry in document.operations.items() if "application/json" in entry.get("requestBody", {}).get("content", {})
    }
    shown = {each.where.split()[0] for each in document.examples() if " request " in each.where}
    assert with_body - shown <= WITHOUT_EXAMPLE


@pytest.mark.parametrize(("document", "operation_id"), OPERATIONS)
def test_every_operation_of_a_client_documents_401(document: Document, operation_id: str) -> None:
    assert "401" in document.operations[operation_id]["responses"]


def named_rules(node: Any) -> Iterator[str]:
    """Every rule and ambiguity that the specification refers to."""
    if isinstance(node, dict):
        yield from (entry["id"] for entry in node.get("x-railproof-rules", ()))
        if "x-railproof-ambiguity" in node:
            yield node["x-railproof-ambiguity"]
        for child in node.values():
            yield from named_rules(child)
    elif isinstance(node, list):
        for child in node:
            yield from named_rules(child)


@pytest.mark.parametrize("provider", rules.providers())
def test_rules_and_specifications_know_each_other(provider: str) -> None:
    documents = [each for each in DOCUMENTS.values() if each.provider == provider]
    catalogue = rules.load([provider])
    covered = set(catalogue.rules) | {row for rule in catalogue.rules.values() for row in rule.covers}
    assert {rule.operation for rule in catalogue.rules.values()} <= {name for each in documents for name in each.operations}
    assert {name for each in documents for name in named_rules(each.content)} <= covered


@pytest.mark.parametrize(("document", "operation_id"), OPERATIONS)
def test_raw_cases_have_names_of_their_own(document: Document, operation_id: str) -> None:
    names = [case.name for case in raw_cases(document.path, operation_id)]
    assert names
    assert len(set(names)) == len(names)
