"""A specification as tests look at it: its operations, what references name, its examples, and validators of its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

METHODS = {"get", "put", "post", "patch", "delete"}


@dataclass(frozen=True)
class Example:
    """A value that the specification shows, and the schema that it must fit."""

    where: str
    schema: dict[str, Any]
    value: Any


class Document:
    """One OpenAPI document under specs/."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: dict[str, Any] = yaml.safe_load(path.read_text())

    @property
    def provider(self) -> str:
        """`fincom` for specs/fincom_v2.openapi.yaml."""
        return self.path.name.partition(".")[0].partition("_v")[0]

    @cached_property
    def events(self) -> dict[str, dict[str, Any]]:
        """The operations of webhooks by their id."""
        return _by_id(self.content.get("webhooks", {}))

    @cached_property
    def operations(self) -> dict[str, dict[str, Any]]:
        """All operations, those of webhooks too, by their id."""
        return {**_by_id(self.content["paths"]), **self.events}

    def followed(self, node: dict[str, Any]) -> dict[str, Any]:
        """The node that a reference names."""
        while "$ref" in node:
            target: Any = self.content
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def examples(self) -> Iterator[Example]:
        """Every example of a body."""
        for operation_id, operation in self.operations.items():
            bodies = {"request": operation["requestBody"]} if "requestBody" in operation else {}
            for where, body in {**bodies, **operation["responses"]}.items():
                for media in self.followed(body).get("content", {}).values():
                    yield from self._shown(f"{operation_id} {where}", media)

    def _shown(self, where: str, media: dict[str, Any]) -> Iterator[Example]:
        for name, entry in media.get("examples", {}).items():
            yield Example(f"{where} {name}", media["schema"], self.followed(entry)["value"])
        if "example" in media:
            yield Example(f"{where} example", media["schema"], media["example"])

    def example(self, name: str) -> Any:
        """The value of a named example."""
        return self.content["components"]["examples"][name]["value"]

    def validator(self, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """A validator that knows the components of the document, and checks formats."""
        return jsonschema_rs.Draft202012Validator({**schema, "components": self.content["components"]}, validate_formats=True)

    def component(self, name: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of a named schema."""
        return self.validator({"$ref": f"#/components/schemas/{name}"})


def _by_id(paths: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["operationId"]: entry for item in paths.values() for method, entry in item.items() if method in METHODS}
