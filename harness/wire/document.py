"""A specification as mutations are made from it: its operations, the fields and examples of their answers, and what it would not allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jsonschema_rs

from harness.jsontypes import Json
from harness.openapi import Operation, Specification

# Deeper than any documented answer; a schema that holds itself ends there.
DEEPEST = 8
WORDS: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    type(None): "null",
    list: "array",
    dict: "object",
}


@dataclass
class Field:
    """What an answer may hold at a dotted path, `*` for every entry of a list. `firm`: it stands in no alternative."""

    path: str
    required: bool = False
    firm: bool = False
    schemas: list[dict[str, Json]] = field(default_factory=list)

    @property
    def types(self) -> set[str]:
        """The JSON types that are allowed; empty where nothing says so."""
        stated = [_types(schema) for schema in self.schemas]
        return set.intersection(*[types for types in stated if types]) if any(stated) else set()

    @property
    def words(self) -> list[Json]:
        """The values of its enumeration, empty where it has none."""
        listed: list[Json] = []
        for schema in self.schemas:
            listed += schema.get("enum", [schema["const"]] if "const" in schema else [])
        return listed


def _types(schema: dict[str, Json]) -> set[str]:
    if "enum" in schema or "const" in schema:
        return {WORDS[type(value)] for value in schema.get("enum", [schema.get("const")])}
    stated = schema.get("type", [])
    types = {stated} if isinstance(stated, str) else set(stated)
    return types | ({"integer"} if "number" in types else set())


class Reply:
    """What an operation may answer with one status."""

    def __init__(self, root: dict[str, Json], operation: str, status: int, described: dict[str, Json]) -> None:
        self.operation = operation
        self.status = status
        self._root = root
        self._described = _resolved(root, described)

    @cached_property
    def content_types(self) -> list[str]:
        """The documented content types; empty where the document shows no body."""
        return list(self._described.get("content", {}))

    @property
    def _json(self) -> dict[str, Json]:
        found: dict[str, Json] = self._described.get("content", {}).get("application/json", {})
        return found

    @property
    def schema(self) -> dict[str, Json]:
        """The schema of the body; empty where there is none."""
        found: dict[str, Json] = self._json.get("schema", {})
        return found

    @cached_property
    def examples(self) -> list[Json]:
        """The bodies that the document shows."""
        shown = [self._json["example"]] if "example" in self._json else []
        named = [_resolved(self._root, each) for each in self._json.get("examples", {}).values()]
        return [*shown, *(each["value"] for each in named if "value" in each)]

    @cached_property
    def fields(self) -> list[Field]:
        """Everything that the body may hold."""
        found: dict[str, Field] = {}
        for path, schema, required, firm in _walk(self._root, self.schema, "", True, 0):
            known = found.setdefault(path, Field(path))
            known.required |= required
            known.firm |= firm
            known.schemas.append(schema)
        return list(found.values())

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator({**self.schema, "components": self._root.get("components", {})})

    def allows(self, body: Json) -> bool:
        """Whether the document lets the body be so."""
        return not self.schema or bool(self._validator.is_valid(body))


class Document:
    """The answers and events of one provider's specification."""

    def __init__(self, specification: Specification) -> None:
        self.operations = list(specification.operations.values())
        self._root: dict[str, Json] = specification.schema.raw_schema

    def replies(self, operation: Operation) -> dict[int, Reply]:
        """What the operation may answer, by status."""
        raw, root = operation.raw.definition.raw, operation.raw.schema.raw_schema
        return {
            int(status): Reply(root, operation.id, int(status), described)
            for status, described in raw["responses"].items()
            if str(status).isdecimal()
        }

    @staticmethod
    def guarded(operation: Operation) -> bool:
        """Whether it takes the credentials of all operations; those that sell credentials take others."""
        return "security" not in operation.raw.definition.raw

    @staticmethod
    def headers(operation: Operation) -> list[str]:
        """The names of the headers that a request may carry."""
        raw, root = operation.raw.definition.raw, operation.raw.schema.raw_schema
        above = root["paths"].get(operation.path, {}).get("parameters", [])
        return [each["name"] for each in _parameters(root, [*raw.get("parameters", []), *above]) if each["in"] == "header"]

    def pattern(self, operation: Operation) -> str:
        """The operation's paths as a regular expression, its placeholders as named groups."""
        pattern = _pattern(operation.path)
        others = [other.path for other in self.operations if other.path != operation.path and other.method == operation.method]
        nearer = [re.escape(other) for other in others if "{" not in other and re.fullmatch(pattern, other)]
        return f"(?!(?:{'|'.join(nearer)})$){pattern}" if nearer else pattern

    def events(self) -> Iterator[tuple[str, list[str]]]:
        """The types of the provider's webhooks, each with the headers that it must have."""
        for key, item in self._root.get("webhooks", {}).items():
            for entry in item.values():
                must = [each["name"] for each in _parameters(self._root, entry.get("parameters", [])) if each.get("required")]
                yield (key if "." in key else _type_of(entry)), must


def _type_of(event: dict[str, Json]) -> str:
    """The type that the example of an event tells."""
    example = event["requestBody"]["content"]["application/json"]["example"]
    told: str = example["event"]["type"]
    return told


def _parameters(root: dict[str, Json], listed: list[Json]) -> list[dict[str, Json]]:
    return [_resolved(root, each) for each in listed]


def _pattern(path: str) -> str:
    pieces = re.split(r"\{(\w+)\}", path)
    return "".join(f"(?P<{piece}>[^/]+)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))


def _resolved(root: dict[str, Json], node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**target, **beside} if isinstance(target, dict) else target
    return node


Step = tuple[str, dict[str, Json], bool, bool]


def _walk(root: dict[str, Json], schema: Any, path: str, firm: bool, depth: int) -> Iterator[Step]:
    """Each field below a schema as path, schema, whether it is required, and whether it stands in no alternative."""
    schema = _resolved(root, schema)
    if depth > DEEPEST or not isinstance(schema, dict):
        return
    for part in schema.get("allOf", ()):
        yield from _walk(root, part, path, firm, depth + 1)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _walk(root, part, path, False, depth + 1)
    for name, child in schema.get("properties", {}).items():
        if "." not in name and isinstance(child, dict):
            at = f"{path}.{name}" if path else name
            yield at, _resolved(root, child), name in schema.get("required", ()), firm
            yield from _walk(root, child, at, firm, depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from _walk(root, schema["items"], f"{path}.*" if path else "*", firm, depth + 1)
