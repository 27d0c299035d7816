"""`python -m harness.specdiff A B`: what a client of document A must know before it meets document B.

Exit codes: 0 nothing breaking, 1 something breaking, 4 wrong call.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import msgspec

from harness.docket import CONFORMING, NONCONFORMING, USAGE
from harness.errors import UsageError
from harness.specdiff import differences, read
from harness.specdiff.changes import MEANINGS, Difference, Impact


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        found = differences(read(options.old), read(options.new))
    except UsageError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return USAGE
    shown = [each for each in found if options.all or each.impact is not Impact.HARMLESS]
    tell = {"text": _text, "markdown": _markdown, "json": _json}[options.format]
    sys.stdout.write(tell(shown, len(found) - len(shown)))
    return NONCONFORMING if any(each.impact is Impact.BREAKING for each in found) else CONFORMING


def _text(found: Sequence[Difference], hidden: int) -> str:
    lines = []
    for impact, members in groupby(found, key=lambda each: each.impact):
        listed = list(members)
        lines += [f"{impact.capitalize()} ({len(listed)}): {MEANINGS[impact]}", *(f"  {_line(each)}" for each in listed), ""]
    lines += [f"{hidden} harmless differences are not shown; --all shows them"] * bool(hidden)
    return "\n".join(lines or ["no difference"]) + "\n"


def _line(each: Difference) -> str:
    arrow = f": {each.was or 'nothing'} -> {each.now or 'nothing'}"
    return f"{each.operation} {each.direction} {each.where} {each.says}".replace("  ", " ") + arrow


def _markdown(found: Sequence[Difference], hidden: int) -> str:
    rows = ["| impact | operation | direction | where | what | was | is |", "|---|---|---|---|---|---|---|"]
    for each in found:
        cells = (each.impact, each.operation, each.direction, each.where, each.says, each.was, each.now)
        rows.append("| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |")
    return "\n".join([*rows, *([f"\n{hidden} harmless differences are not shown."] * bool(hidden))]) + "\n"


def _json(found: Sequence[Difference], hidden: int) -> str:
    body = {"differences": [each._asdict() for each in found], "hidden": hidden}
    return msgspec.json.format(msgspec.json.encode(body)).decode() + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.specdiff", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, metavar="A", help="the OpenAPI document that clients were written for")
    parser.add_argument("new", type=Path, metavar="B", help="the one that they are to meet")
    parser.add_argument("--all", action="store_true", help="harmless differences as well")
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    return parser


if __name__ == "__main__":
    sys.exit(main())
