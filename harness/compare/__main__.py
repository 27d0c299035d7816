"""`python -m harness.compare OLD NEW`: the difference between two runs, each given by the directory of its record.

Exit codes: 0 no worse, 1 newly failing, 3 something was not reached, 4 wrong call.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.compare import compare, load
from harness.compare.telling import as_json, as_markdown, as_page, as_text, verdict
from harness.docket import USAGE
from harness.errors import UsageError

WRITTEN = {"markdown": as_markdown, "html": as_page, "json": as_json}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison, write what is asked for, and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        old, new = load(options.old), load(options.new)
        again = load(options.again) if options.again else None
    except UsageError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return USAGE
    changes = compare(old, new, again)
    for name, write in WRITTEN.items():
        path: Path | None = getattr(options, name)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write(old, new, changes, strict=options.strict), encoding="utf-8")
    sys.stdout.write(as_text(old, new, changes, strict=options.strict))
    return verdict(changes, strict=options.strict)[1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, metavar="OLD", help="the directory of the old run, such as reports/mock")
    parser.add_argument("new", type=Path, metavar="NEW", help="the directory of the new run")
    parser.add_argument(
        "--again", type=Path, metavar="OLD2", help="the old target judged again with the same seed: tells noise from change"
    )
    parser.add_argument("--strict", action="store_true", help="advisory breaches, drift and changed answers make it worse as well")
    for name in WRITTEN:
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write it as {name} too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
