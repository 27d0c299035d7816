"""`python -m harness.upgrade OLD NEW`: is the new version of a provider safe to move to?

Judges the old target twice and the new one once, with one seed, and compares: what differs between the two old runs is noise.
Where the targets promise by different OpenAPI documents, their difference is told too. Exit codes are those of the comparison.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness import specdiff
from harness.calling import pytest_suites
from harness.compare.__main__ import main as compare
from harness.docket import USAGE
from harness.errors import UsageError
from harness.specdiff.changes import Impact
from harness.targets import Target, check_environment, load_target, select_providers

WRITTEN = {"html": "comparison.html", "markdown": "comparison.md", "json": "comparison.json"}
RUNS = ("old", "old-again", "new")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all three, print the comparison, return its exit code."""
    options, passed_on = _parser().parse_known_args(arguments)
    try:
        old, new = load_target(options.old), load_target(options.new)
        for target in (old, new):
            check_environment(target, select_providers(target, options.provider))
        for line in documents_that_differ(old, new, options.provider):
            sys.stdout.write(f"{line}\n")
    except UsageError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return USAGE
    seed = options.seed if options.seed is not None else secrets.randbelow(2**31)
    for name in RUNS:
        code = _judge(options, options.new if name == "new" else options.old, options.reports / name, seed, passed_on)
        if code == USAGE:
            return USAGE
    written = [f"--{form}={options.reports / name}" for form, name in WRITTEN.items()]
    # Who is strict with each run is so with the difference.
    strict = [word for word in passed_on if word == "--strict"]
    return compare(
        [*(str(options.reports / name) for name in ("old", "new")), f"--again={options.reports / 'old-again'}", *written, *strict]
    )


def documents_that_differ(old: Target, new: Target, providers: Sequence[str]) -> Iterator[str]:
    """What the OpenAPI documents of the two targets say differently of each provider, what is harmless left out."""
    for provider in select_providers(old, list(providers)):
        if provider not in new.providers:
            yield f"{provider}: the new target does not have it"
            continue
        before, after = old.providers[provider].documents, new.providers[provider].documents
        for was, now in zip(before, after, strict=False):
            if was != now:
                found = specdiff.differences(specdiff.read(was), specdiff.read(now))
                told = sum(each.impact is not Impact.HARMLESS for each in found)
                more = f"`python -m harness.specdiff {was} {now}` says which"
                yield f"{provider}: {was} and {now} differ in {told} ways that clients may notice; {more}"


def _judge(options: argparse.Namespace, target: str, reports: Path, seed: int, passed_on: Sequence[str]) -> int:
    words = ["--target", target, "--profile", options.profile, "--seed", str(seed), "--reports", str(reports), "-n", options.workers]
    return pytest_suites(*words, *passed_on, providers=options.provider)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.upgrade", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", metavar="OLD", help="the target with the version that is in use: a name or a TOML file")
    parser.add_argument("new", metavar="NEW", help="the target with the version that is to come")
    parser.add_argument("--provider", action="append", default=[], help="this provider only (repeatable)")
    parser.add_argument("--profile", default="nightly", help="how hard to look (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="repeat an earlier upgrade run")
    parser.add_argument("--workers", default="2", help="worker processes (default: %(default)s)")
    parser.add_argument("--reports", type=Path, default=Path("reports/upgrade"), help="where results go (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
