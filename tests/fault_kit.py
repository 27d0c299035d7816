"""What is asked of every table of faults and variants: names, sentences, and that no promise is left unbroken."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.fincom.faults import FAULTS
from mockserver.fincom.variants import VARIANTS
from mockserver.wrappers import Wrapper

SPECS = Path(__file__).parent.parent / "specs"


@cache
def written(name: str) -> dict[str, Any]:
    """Return a rules file."""
    loaded: dict[str, Any] = yaml.safe_load((SPECS / name).read_text(encoding="utf-8"))
    return loaded


def known(key: str) -> set[str]:
    """Return all ids of Fin.com's rules or ambiguities, covered rows included."""
    files = [written(path.name) for path in SPECS.glob("fincom*.rules.yaml")]
    rows = [row for file in files for row in file.get(key, ())]
    return {name for row in rows for name in (row["id"], *row.get("covers", ()))}


def unbroken(name: str) -> list[str]:
    """Return the testable rules of a file that no fault breaks, and the rows of families of which one member is left out."""
    broken = {rule for row in FAULTS for rule in row.rules}
    testable = [rule for rule in written(name)["rules"] if "not_tested" not in rule and rule["id"] not in broken]
    return [row for rule in testable for row in rule.get("covers", [rule["id"]]) if row not in broken]


def unread(name: str) -> dict[str, int]:
    """Return by ambiguity of a file how many of its readings no server has; one reading is the honest server's."""
    read = [row.ambiguity for row in VARIANTS]
    spots = [spot for spot in written(name)["ambiguities"] if "not_observable" not in spot]
    left = {spot["id"]: len(spot["readings"]) - 1 - read.count(spot["id"]) for spot in spots}
    return {spot: count for spot, count in left.items() if count > 0}


def is_sentence(row: Wrapper) -> bool:
    """Tell whether a wrapper says in more than a word what it does, as the end of a sentence about it."""
    return row.says[0].islower() and not row.says.endswith(".") and len(row.says.split()) > 2
