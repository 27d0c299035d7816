"""What the tests of Harbor's faults and variants share: the rules that they name, and applications with one of them on."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.wrappers import Fault, Variant
from tests.harbor_kit import Application

SPECS = Path(__file__).resolve().parent.parent / "specs"


@cache
def _read(name: str) -> dict[str, Any]:
    # A catalogue that is not complete yet ends in .draft.
    [path] = SPECS.glob(f"{name}*")
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def known() -> set[str]:
    """Return the ids of all rules, of what they cover, and of all ambiguities of Harbor."""
    rows = [row for path in SPECS.glob("harbor*rules.yaml*") for row in _rows(_read(path.name))]
    return {identity for row in rows for identity in (row["id"], *row.get("covers", ()))}


def rules_of(name: str) -> dict[str, set[str]]:
    """Return the rules of a file that can be tested, each with the ids that count for it."""
    return {row["id"]: {row["id"], *row.get("covers", ())} for row in _read(name)["rules"] if "not_tested" not in row}


def unnamed(name: str, faults: Iterable[Fault], variants: Iterable[Variant]) -> set[str]:
    """Return the testable rules and observable ambiguities of a file that nothing of these names."""
    named = {rule for fault in faults for rule in fault.rules}
    read = {variant.ambiguity for variant in variants}
    spots = {row["id"] for row in _read(name).get("ambiguities", ()) if "not_observable" not in row}
    return {rule for rule, ids in rules_of(name).items() if not ids & named} | (spots - read)


def _rows(catalogue: dict[str, Any]) -> list[dict[str, Any]]:
    return [*catalogue["rules"], *catalogue.get("ambiguities", ())]


def faulty(name: str) -> Application:
    """Return an application that meets a server with a fault."""
    return Application(faults=[name])


def varied(name: str) -> Application:
    """Return an application that meets a server with another reading."""
    return Application(variants=[name])
