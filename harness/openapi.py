"""A provider's OpenAPI document: where its operations live, and whether an answer is one that it describes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from string import Formatter
from typing import Any

import httpx
import msgspec
import requests
import schemathesis
from schemathesis.checks import CheckContext, CheckFunction
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from harness.errors import UsageError, did_you_mean

# Named one by one: the default set also runs checks that send further requests.
OF_ANY = [response_headers_conformance]
OF_BODY = [content_type_conformance, response_headers_conformance, response_schema_conformance]


# So many answers are known again when they come once more, which refusals do most of the time.
REMEMBERED = 4096


@dataclass(frozen=True)
class Operation:
    """One operation of the document: `createIndividualV2`, `POST`, `/v2/customers/individual`.

    `raw` is None for a path or method that the document does not have: no answer to it can violate the document.
    """

    id: str
    method: str
    path: str
    reads: bool
    raw: Any


class Specification:
    """One OpenAPI document, or the several of one provider: what stands in two of them is taken from the first."""

    def __init__(self, *paths: Path) -> None:
        self.path = paths[0]
        self._names = " and ".join(map(str, paths))
        schemas = [schemathesis.openapi.from_path(path) for path in paths]
        self.schema = schemas[0]
        self.operations = {operation.id: operation for schema in reversed(schemas) for operation in self._operations(schema)}
        self._cases: dict[str, tuple[schemathesis.Case[Any], CheckContext]] = {}
        self._judged: dict[tuple[Any, ...], str | None] = {}
        self.events = {name for schema in schemas for name in _events(schema.raw_schema)}

    def _operations(self, schema: Any) -> list[Operation]:
        found = []
        for result in schema.get_all_operations():
            if isinstance(result, Err):
                raise UsageError(f"{self._names}: {result.err()}")
            raw = result.ok()
            method = raw.method.upper()
            found.append(
                Operation(raw.definition.raw["operationId"], method, raw.path, method in {"GET", "HEAD"}, raw),
            )
        return found

    def describes(self, operation_id: str) -> bool:
        """Whether there is such an operation, of the client's or of the provider's own."""
        return operation_id in self.operations or operation_id in self.events

    def operation(self, operation_id: str) -> Operation:
        """The operation, or a `UsageError` with the closest names."""
        try:
            return self.operations[operation_id]
        except KeyError:
            raise UsageError(f"{self._names} has no operation {operation_id!r}: {did_you_mean(operation_id, self.operations)}") from None

    def violation(self, operation: Operation, response: httpx.Response) -> str | None:
        """What in the answer the document does not describe, or None. Looks at status, content type, headers and body."""
        if operation.raw is None:
            return None
        headers = tuple(header for header in response.headers.raw if header[0].lower() != b"date")
        answer = (operation.id, response.status_code, headers, blake2b(response.content, digest_size=16).digest())
        known = self._judged
        if answer not in known:
            if len(known) >= REMEMBERED:
                known = self._judged = {}
            known[answer] = self._judge(operation, response)
        return known[answer]

    def _judge(self, operation: Operation, response: httpx.Response) -> str | None:
        described = operation.raw.definition.raw["responses"].get(str(response.status_code))
        checks = OF_ANY if self._may_be_empty(operation, response, described or {}) else OF_BODY
        if described is None:
            # Perhaps it is meant by `default` or `4XX`, which is for Schemathesis to say.
            checks = [status_code_conformance, *checks]
        case, context = self._case(operation)
        answer = _answer(response)
        try:
            for check in checks:
                check(context, answer, case)
        except (Failure, FailureGroup, AssertionError):
            return _complaints(case, answer, checks)
        return None

    def _case(self, operation: Operation) -> tuple[schemathesis.Case[Any], CheckContext]:
        """The answer is judged, not the request: any value will do for Schemathesis to fill the path's template."""
        if operation.id not in self._cases:
            filled = {name: "any" for _, name, _, _ in Formatter().parse(operation.path) if name}
            case = operation.raw.Case(path_parameters=filled, query={}, headers={}, media_type="application/json")
            self._cases[operation.id] = case, _context(case)
        return self._cases[operation.id]

    def _may_be_empty(self, operation: Operation, response: httpx.Response, described: dict[str, Any]) -> bool:
        """Whether the answer has no body, and the document gives none that it must have (`x-railproof-body: optional`)."""
        if response.content:
            return False
        if "$ref" in described:
            described = operation.raw.schema.raw_schema["components"]["responses"][described["$ref"].rpartition("/")[2]]
        return described.get("x-railproof-body") == "optional"


@schemathesis.deserializer("application/json")
def _read_json(_: Any, response: schemathesis.Response) -> Any:
    """JSON as Schemathesis reads it, in a fraction of the time; what is none is its own to complain of."""
    try:
        return msgspec.json.decode(response.content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return response.json()


def _context(case: schemathesis.Case[Any]) -> CheckContext:
    """What Schemathesis hands to each check, which it makes anew for each answer, although nothing in it is of the answer."""
    given: list[CheckContext] = []

    def take(context: CheckContext, _response: schemathesis.Response, _case: schemathesis.Case[Any]) -> None:
        given.append(context)

    case.validate_response(_answer(httpx.Response(200)), checks=[take])
    return given[0]


def _complaints(case: schemathesis.Case[Any], answer: schemathesis.Response, checks: list[CheckFunction]) -> str | None:
    """All that Schemathesis has against the answer, in its own words."""
    try:
        case.validate_response(answer, checks=checks)
    except FailureGroup as group:
        return "\n".join(f"{failure.title}: {failure.message}" for failure in group.exceptions)
    return None


# Schemathesis would copy the request into a form of its own, which takes longer than judging the answer.
_SOME_REQUEST = requests.Request("GET", "http://target/").prepare()


def _answer(response: httpx.Response) -> schemathesis.Response:
    return schemathesis.Response(
        status_code=response.status_code,
        headers={name: [value] for name, value in response.headers.items()},
        content=response.content,
        request=_SOME_REQUEST,
        elapsed=0.0,
        message=response.reason_phrase,
        encoding=_encoding(response.headers.get("content-type", "")),
        verify=True,
    )


@lru_cache(256)
def _encoding(content_type: str) -> str | None:
    """How httpx reads texts of a content type, which it works out anew at each answer."""
    return httpx.Response(200, headers={"content-type": content_type}).encoding


def _events(document: dict[str, Any]) -> list[str]:
    """The operations that the provider calls by itself."""
    return [entry["operationId"] for item in document.get("webhooks", {}).values() for entry in item.values() if "operationId" in entry]


@cache
def specification(*paths: Path) -> Specification:
    """The document, or the several of one provider, read once per process."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no {path}")
    return Specification(*paths)
