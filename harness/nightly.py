"""`python -m harness.nightly reports/TARGET CODE`: what the night's run has that the last finished one had not.

Red only for what is new: with an earlier run to compare with, the exit code is the comparison's; the first night's is the run's
own CODE. A finished run becomes the one to compare the next night with; an unfinished one does not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.compare import load
from harness.compare.__main__ import main as compare
from harness.docket import CONFORMING, NONCONFORMING, USAGE
from harness.errors import UsageError
from harness.shapes import SHAPES

PREVIOUS = "previous"
KEPT = ("run.json", "verdicts.jsonl", SHAPES)
FINISHED = frozenset({CONFORMING, NONCONFORMING})


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare with the last finished night, keep this one if it is finished, and return the exit code of the night."""
    options = _parser().parse_args(arguments)
    if options.code == USAGE:
        return USAGE
    reports: Path = options.reports
    previous = reports / PREVIOUS
    try:
        load(reports)
    except UsageError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return USAGE
    code: int = options.code
    if (previous / "run.json").is_file():
        forms = (("markdown", "comparison.md"), ("html", "comparison.html"), ("json", "comparison.json"))
        code = compare([str(previous), str(reports), *(f"--{form}={reports / name}" for form, name in forms)])
    else:
        sys.stdout.write("This is the first finished night: there is nothing to compare it with yet.\n")
    if options.code in FINISHED:
        previous.mkdir(exist_ok=True)
        for name in KEPT:
            shutil.copyfile(reports / name, previous / name)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.nightly", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reports", type=Path, help="where the run wrote, such as reports/fincom-sandbox")
    parser.add_argument("code", type=int, help="the run's exit code")
    return parser


if __name__ == "__main__":
    sys.exit(main())
