"""A JSON Schema as a table of fields: what may stand at each path, how firmly it is demanded, and under which conditions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Deeper than any documented body; schemas may refer to themselves.
DEEPEST = 12
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf")
FORMS = ("format", "pattern", "uniqueItems", "additionalProperties", "minProperties", "maxProperties")


@dataclass
class Field:
    """One path of a body. `required`: 0 never, 1 under a condition or in some branch, 2 always where its parent is."""

    types: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    required: int = 0
    limits: dict[str, Any] = field(default_factory=dict)
    conditions: set[str] = field(default_factory=set)


def fields_of(schema: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Field]:
    """The fields of a schema by path (`/basic_info/tax_info/*/document_id`), `` for the body itself."""
    table: dict[str, Field] = {}
    _Reader(document, table).read(schema, "", required=2, firm=True, depth=0)
    return table


def resolved(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node that a local `$ref` means, its siblings laid over it."""
    seen = 0
    while "$ref" in node and seen < DEEPEST:
        target: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        seen += 1
    return node


class _Reader:
    def __init__(self, document: Mapping[str, Any], table: dict[str, Field]) -> None:
        self._document = document
        self._table = table

    def read(self, schema: Any, path: str, *, required: int, firm: bool, depth: int) -> None:
        """Take a schema in at a path. `firm`: it holds for every body, and not only in a branch or under a condition."""
        if depth > DEEPEST or not isinstance(schema, Mapping):
            return
        schema = resolved(schema, self._document)
        entry = self._table.setdefault(path, Field())
        entry.required = max(entry.required, required if firm else min(required, 1))
        if firm or not entry.types:
            entry.types |= _types(schema)
        entry.words |= _words(schema)
        if firm:
            entry.limits |= {key: schema[key] for key in (*BOUNDS, *FORMS) if key in schema and not isinstance(schema[key], Mapping)}
        self._children(schema, path, firm=firm, depth=depth)
        for branch, branch_firm in self._branches(schema, entry, firm=firm):
            self.read(branch, path, required=required, firm=branch_firm, depth=depth + 1)

    def _children(self, schema: Mapping[str, Any], path: str, *, firm: bool, depth: int) -> None:
        demanded = schema.get("required", ())
        properties = schema.get("properties", {})
        for name in [*properties, *(name for name in demanded if name not in properties)]:
            self.read(properties.get(name, {}), f"{path}/{name}", required=2 if name in demanded else 0, firm=firm, depth=depth + 1)
        if "items" in schema:
            self.read(schema["items"], f"{path}/*", required=0, firm=firm, depth=depth + 1)
        if isinstance(schema.get("additionalProperties"), Mapping):
            self.read(schema["additionalProperties"], f"{path}/{{}}", required=0, firm=firm, depth=depth + 1)

    def _branches(self, schema: Mapping[str, Any], entry: Field, *, firm: bool) -> Iterator[tuple[Any, bool]]:
        for branch in schema.get("allOf", ()):
            yield branch, firm
        for key in ("oneOf", "anyOf"):
            branches = schema.get(key, ())
            for branch in branches:
                yield branch, firm and len(branches) == 1
        for key in ("then", "else"):
            if key in schema:
                entry.conditions.add(f"{'if' if key == 'then' else 'unless'} {_said(schema.get('if'))} then {_said(schema[key])}")
                yield schema[key], False
        for trigger, branch in schema.get("dependentSchemas", {}).items():
            entry.conditions.add(f"if {trigger} is there then {_said(branch)}")
            yield branch, False
        if "not" in schema:
            entry.conditions.add(f"not {_said(schema['not'])}")


def _types(schema: Mapping[str, Any]) -> set[str]:
    given = schema.get("type")
    if isinstance(given, list):
        return set(given)
    if given:
        return {str(given)}
    return {_type_of(word) for word in _values(schema)}


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object", type(None): "null"}
    return kinds[type(value)]


def _values(schema: Mapping[str, Any]) -> list[Any]:
    return [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]


def _words(schema: Mapping[str, Any]) -> set[str]:
    return {word if isinstance(word, str) else json.dumps(word, sort_keys=True) for word in _values(schema)}


def _said(node: Any) -> str:
    return json.dumps(node, sort_keys=True)
