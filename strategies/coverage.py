"""What the schema of an operation alone gives to send: each of its constraints broken once, and whatever else it lists.

Schemathesis lists the cases; its bodies are valid for the schema, and nonsense for the provider. So a broken constraint is
carried over, as a named edit, into a payload that the provider takes: the refusal then has one reason. What cannot be carried
over is sent as it is, and judged only by the status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData

from harness.jsontypes import Json
from harness.openapi import Operation, specification
from harness.rules import Basis
from strategies.edits import Edit, drop, insert, put
from strategies.working_out import worked_out

# What a proxy or a framework may well answer by itself is no promise of the provider's.
PLAIN_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
# Headers that authorise: each client sends its own.
CREDENTIALS = ("authorization", "x-api-key", "tenantid")


class Violation(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One constraint broken in an otherwise good payload.

    `path` is dotted, with 0 for the first element of a list; `value` is what breaks it there, unset where nothing may stand there;
    `alternative` is the value of the discriminator for which the constraint holds; `basis` says how firmly the document states it.
    """

    path: str
    keyword: str
    name: str
    value: Json = UNSET
    basis: Basis
    alternative: str | None = None

    @cached_property
    def edit(self) -> Edit:
        """What breaks the constraint in a good payload."""
        if self.value is UNSET:
            return drop(self.path, name=self.name)
        replace = put if self.path.rpartition(".")[2].isdecimal() else insert
        return replace(self.path, self.value, name=self.name)


class RawCase(msgspec.Struct, frozen=True, kw_only=True):
    """A request of the schema's own; the name says what is special about it. `body` is unset where nothing is sent as one."""

    name: str
    method: str
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Json = UNSET
    media_type: str | None

    @property
    def has_body(self) -> bool:
        """Whether anything is sent as a body."""
        return self.body is not UNSET


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """All that the schema of one operation gives to send."""

    violations: tuple[Violation, ...]
    raw_cases: tuple[RawCase, ...]


@dataclass(frozen=True)
class Place:
    """Where a schema pointer leads: the dotted path in a payload, the schema there, and the alternative it belongs to."""

    path: str
    schema: dict[str, Any]
    required: bool
    alternative: str | None


def violations(spec: Path, operation_id: str) -> tuple[Violation, ...]:
    """Every constraint of the operation's JSON body that can be broken by one edit of a good payload, each once."""
    return listing(spec, operation_id).violations


def raw_cases(spec: Path, operation_id: str) -> tuple[RawCase, ...]:
    """The cases that no edit of a good payload stands for: parameters, content types, conditions, and all positive ones."""
    return listing(spec, operation_id).raw_cases


@cache
def listing(spec: Path, operation_id: str) -> Listing:
    """Both, kept beside the code until the document, this module or a library changes: Schemathesis takes its time for them."""
    parts = (spec.read_bytes(), Path(__file__).read_bytes(), version("schemathesis").encode(), version("hypothesis").encode())
    kept = worked_out(f"coverage-{spec.name}-{operation_id}", parts, lambda: msgspec.to_builtins(_listing(spec, operation_id)))
    return msgspec.convert(kept, Listing)


def _listing(spec: Path, operation_id: str) -> Listing:
    found: dict[tuple[str, str | None, str], Violation] = {}
    others = []
    for case in _cases(spec, operation_id, GenerationMode.NEGATIVE):
        violation = _violation(spec, operation_id, case)
        if violation is not None:
            found.setdefault((violation.path, violation.alternative, violation.name), violation)
        elif not _is_method(case) and not _is_about_authorization(case):
            others.append(case)
    positive = _cases(spec, operation_id, GenerationMode.POSITIVE)
    return Listing(violations=tuple(found.values()), raw_cases=tuple(_named([*others, *positive])))


def undocumented_methods(spec: Path, operation_id: str) -> tuple[str, ...]:
    """The plain methods that the path of the operation does not have."""
    # Not from the coverage cases: Schemathesis names the methods of a path once per process, at whichever operation comes first.
    document = specification(spec)
    path = document.operation(operation_id).path
    described = [each for template, each in document.schema.raw_schema["paths"].items() if _covers(template, path)]
    return tuple(method for method in PLAIN_METHODS if not any(method.lower() in each for each in described))


def _covers(template: str, path: str) -> bool:
    """Whether a request to `path` may be one to `template`: `/customers/{id}` covers `/customers/individual`."""
    theirs, ours = template.split("/"), path.split("/")
    return len(theirs) == len(ours) and all(a == b or a.startswith("{") for a, b in zip(theirs, ours, strict=True))


def _cases(spec: Path, operation_id: str, mode: GenerationMode) -> tuple[Any, ...]:
    document = specification(spec)
    operation = document.operation(operation_id).raw
    config = document.schema.config.generation
    return tuple(document.schema.iter_coverage_cases(operation, generation_modes=[mode], generation_config=config))


def _data(case: Any) -> CoveragePhaseData:
    data = case.meta.phase.data
    assert isinstance(data, CoveragePhaseData)
    return data


def _is_method(case: Any) -> bool:
    return _data(case).scenario.value == "unspecified_http_method"


def _is_about_authorization(case: Any) -> bool:
    return str(_data(case).parameter).lower() in CREDENTIALS


def _violation(spec: Path, operation_id: str, case: Any) -> Violation | None:
    """The case as an edit, or None where it is none of the body, about the body as a whole, or a condition."""
    data = _data(case)
    if data.parameter_location is not ParameterLocation.BODY or not data.location or case.media_type != "application/json":
        return None
    *steps, keyword = data.location.strip("/").split("/")
    if "anyOf" in steps:
        return None
    place = _place(specification(spec).schema.raw_schema, _body_schema(specification(spec).operation(operation_id)), steps)
    if keyword == "required":
        return _omission(place, missing=data.description.rpartition(": ")[2])
    if not place.path:
        return None
    value = _value(case.body, place.path)
    name, basis = f"{_words(place.path)}-{_kind(value)}", _basis(place, keyword, value)
    return Violation(path=place.path, keyword=keyword, name=name, value=value, basis=basis, alternative=place.alternative)


def _omission(place: Place, missing: str) -> Violation:
    path = f"{place.path}.{missing}".lstrip(".")
    name, basis = f"without-{_words(path)}", _basis(place, f"required.{missing}", ...)
    return Violation(path=path, keyword="required", name=name, basis=basis, alternative=place.alternative)


def _body_schema(operation: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = operation.raw.definition.raw["requestBody"]["content"]["application/json"]["schema"]
    return schema


def _place(document: dict[str, Any], schema: dict[str, Any], steps: list[str]) -> Place:
    """Follow a pointer of Schemathesis' view of a schema, in which references are resolved and alternatives wrapped."""
    here = Place("", _resolved(document, schema), required=True, alternative=None)
    walk = iter(steps)
    for step in walk:
        if step == "properties":
            name = next(walk)
            required = name in here.schema.get("required", ())
            here = Place(
                f"{here.path}.{name}".lstrip("."), _resolved(document, here.schema["properties"][name]), required, here.alternative
            )
        elif step == "items":
            here = Place(f"{here.path}.0", _resolved(document, here.schema["items"]), required=True, alternative=here.alternative)
        elif step == "oneOf":
            chosen = _resolved(document, here.schema["oneOf"][int(next(walk))])
            here = Place(here.path, chosen, here.required, chosen["properties"]["type"]["const"])
        elif step == "allOf":
            next(walk)
        else:
            raise LookupError(f"{'/'.join(steps)}: cannot follow {step!r}; the listing of coverage cases has changed")
    return here


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its reference replaced by what it names; keywords beside the reference win."""
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    if "$ref" not in schema:
        return beside
    target: Any = document
    for step in schema["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return {**_resolved(document, target), **beside}


def _basis(place: Place, keyword: str, value: Json) -> Basis:
    """How firmly the document states the constraint, by the marks of the specification.

    A constraint counts as implied where it is marked so, where only the type of a text or a number shows it, and where the
    value is blank or null: a document that says "required" says nothing of those. Null for what may be left out is open.
    """
    marked_open = keyword in place.schema.get("x-railproof-open", ())
    if "x-railproof-ambiguity" in place.schema or (value is None and not place.required) or (keyword == "not" and not value):
        return Basis.SILENT
    if marked_open or place.schema.get("x-railproof-basis") == "inferred" or value is None or value == "":
        return Basis.INFERRED
    if keyword == "type" and (place.schema["type"] not in ("array", "object") or place.path.endswith(".0")):
        return Basis.INFERRED
    if keyword in ("const", "enum") and not isinstance(value, str):
        return Basis.INFERRED
    return Basis.DOCUMENTED


def _value(body: Json, path: str) -> Json:
    for step in path.split("."):
        body = body[int(step)] if step.isdecimal() else body[step]
    return body


def _words(path: str) -> str:
    return re.sub(r"[._]+", "-", path)


def _kind(value: Json) -> str:
    """What a wrong value is, in a word or two: short enough for the name of an edit."""
    if isinstance(value, str):
        return "empty" if not value else "other-text" if len(value) <= 30 else "long-text"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return "below-zero" if value < 0 else "integer"
    if isinstance(value, list):
        return f"list-of-{len(value)}"
    return "object" if isinstance(value, dict) else "fraction"


def _named(cases: list[Any]) -> Iterator[RawCase]:
    for index, case in enumerate(cases):
        data = _data(case)
        parts = [data.scenario.value.replace("_", "-"), *([data.parameter] if data.parameter else []), str(index)]
        yield RawCase(
            name="-".join(parts).replace("/", "-").lower(),
            method=case.method.upper(),
            path={key: str(value) for key, value in (case.path_parameters or {}).items()},
            query={key: str(value) for key, value in (case.query or {}).items()},
            headers={key: str(value) for key, value in (case.headers or {}).items() if key.lower() not in CREDENTIALS},
            body=UNSET if case.body is NOT_SET else case.body,
            media_type=case.media_type,
        )
