"""What the create tests share: several forms of one promise, fields that a refusal names, customers read back and listed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from harness import trial
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import named_fields
from strategies.edits import Edit
from suites.fincom.driver import PROVIDER, Customer, Fincom


def takes(fincom: Fincom, payload: Json, *edits: Edit) -> None:
    """Each edited body must make a customer."""
    for edit in edits:
        exchange = fincom.create(edit(payload))
        exchange.note = edit.name
        fincom.expect(exchange, answers=["created"])


def observes(fincom: Fincom, payload: Json, *edits: Edit, names: Sequence[str] | None = None) -> None:
    """What the target does with each edited body is recorded under the edit's name."""
    for edit in edits:
        fincom.observes_create(payload, edit, kind=edit.name, names=names)


def fields_named(exchange: Exchange) -> set[str]:
    """The dotted paths that a refusal names, in whichever carrier."""
    return named_fields(exchange.json, trial.current().catalogue.carriers(PROVIDER))


def query_of(url: str) -> dict[str, list[str]]:
    """The query parameters of a URL with scheme and host; none of anything else."""
    parts = urlsplit(url)
    return parse_qs(parts.query) if parts.scheme and parts.netloc else {}


def read_back(fincom: Fincom, customer: Customer) -> dict[str, Json]:
    """The customer as the target tells it."""
    return fincom.expect(fincom.read(customer.id), answers=["read"]).data


def differences(told: dict[str, Json], wanted: dict[str, Json]) -> list[str]:
    """Where what was told differs from what was wanted, one line per field."""
    return [f"{field} is {told.get(field)!r} instead of {value!r}" for field, value in wanted.items() if not equal(told.get(field), value)]


def equal(told: Json, wanted: Json) -> bool:
    """Whether two values are equal; texts may differ in their Unicode normalisation."""
    if isinstance(told, str) and isinstance(wanted, str):
        return unicodedata.normalize("NFC", told) == unicodedata.normalize("NFC", wanted)
    return bool(told == wanted)
