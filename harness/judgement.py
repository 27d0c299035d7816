"""Whether an answer keeps a promise: status, body and named field against a closed set, with the reasons where not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import jsonschema_rs

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import AnswerSet

# By the identity of the schema, of which each entry keeps hold: writing it out to compare it takes longer than judging an answer.
_VALIDATORS: dict[int, tuple[Json, jsonschema_rs.Draft202012Validator]] = {}


def _validator(schema: Json) -> jsonschema_rs.Draft202012Validator:
    if id(schema) not in _VALIDATORS:
        _VALIDATORS[id(schema)] = (schema, jsonschema_rs.Draft202012Validator(schema))
    return _VALIDATORS[id(schema)][1]


def objection(exchange: Exchange, answer: AnswerSet, *, names: Sequence[str], near: bool, carriers: Sequence[str]) -> str | None:
    """Why the exchange is not this answer, or None where it is.

    `names`: dotted paths, `*` for an index; one of them must be named where the answer names a field. `near`: a parent
    or child of the path counts too. `carriers`: JSON pointers of the objects whose keys, or of the texts which, are field names.
    """
    if exchange.status not in answer.status:
        return f"status {exchange.status} is not {' or '.join(map(str, answer.status))}"
    if answer.body_schema is not True:
        if not exchange.is_json:
            return f"the body is no JSON (content type {exchange.headers.get('content-type', 'absent')!r})"
        validator = _validator(answer.body_schema)
        for error in () if validator.is_valid(exchange.json) else validator.iter_errors(exchange.json):
            where = "".join(f"/{step}" for step in error.instance_path) or "the body"
            return f"{where}: {error.message}"[:400]
    if answer.names_field and names:
        named = sorted(named_fields(exchange.json, carriers))
        if not any(names_match(key, name, near=near) for key in named for name in names):
            return f"the refusal names {', '.join(named) or 'no field'}, not {' or '.join(names)}"
    return None


def named_fields(body: Json, carriers: Sequence[str]) -> set[str]:
    """The field names that a refusal carries, brackets rewritten to dots: the keys of an object at a carrier, or a text there."""
    return {_dotted(name) for carrier in carriers for name in _names_at(body, carrier.strip("/").split("/"))}


def _names_at(node: Json, steps: list[str]) -> Iterator[str]:
    if not steps:
        if isinstance(node, dict):
            yield from node
        elif isinstance(node, str):
            yield node
    elif steps[0] == "*":
        for child in node if isinstance(node, list) else ():
            yield from _names_at(child, steps[1:])
    elif isinstance(node, dict) and steps[0] in node:
        yield from _names_at(node[steps[0]], steps[1:])


@lru_cache(4096)
def _dotted(key: str) -> str:
    return re.sub(r"\[['\"]?([^\]'\"]+)['\"]?\]", r".\1", key).replace("/", ".").strip(".")


def names_match(key: str, name: str, *, near: bool) -> bool:
    """Whether a key of a refusal names the field: exactly, or (near) as a parent or child of it."""
    key_steps, name_steps = _dotted(key).split("."), name.split(".")
    shared = min(len(key_steps), len(name_steps)) if near else len(name_steps)
    if not near and len(key_steps) != len(name_steps):
        return False
    return all(_step_matches(key_steps[i], name_steps[i]) for i in range(shared))


def _step_matches(step: str, pattern: str) -> bool:
    return step.isdecimal() if pattern == "*" else step == pattern
