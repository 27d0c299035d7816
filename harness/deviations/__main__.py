"""`python -m harness.deviations TARGET`: what the last run says of the target's known deviations, and the edits that follow from it.

Nothing is written without `--write`, and every line that is or would be taken out or put in is printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.deviations import BREACHES, Deviations
from harness.deviations.file import Edit, add, renew, rewritten, take_out
from harness.docket import CONFORMING, NONCONFORMING, USAGE
from harness.errors import UsageError, did_you_mean
from harness.record import RuleRecord, Verdict, read_records
from harness.run import versions_of
from harness.targets import TARGETS, Target, load_target


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 where the entries agree with the run, 1 where something is to do, 4 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        path = Path(options.target) if options.target.endswith(".toml") else TARGETS / f"{options.target}.toml"
        target = load_target(options.target)
        edits, remarks = plan(target, _records(options, target), options, dt.datetime.now(dt.UTC))
    except UsageError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return USAGE
    for line in [*(edit.told(done=options.write) for edit in edits), *remarks]:
        sys.stdout.write(line + "\n")
    if edits and options.write:
        path.write_text(rewritten(path.read_text(encoding="utf-8"), edits), encoding="utf-8")
    elif edits:
        sys.stdout.write(f"Nothing is written; say --write to change {path}.\n")
    if not edits and not remarks:
        sys.stdout.write("The deviations agree with the run.\n")
    return NONCONFORMING if remarks or (edits and not options.write) else CONFORMING


def plan(target: Target, records: Sequence[RuleRecord], options: argparse.Namespace, now: dt.datetime) -> tuple[list[Edit], list[str]]:
    """The edits that the run and the options ask for, and what only a person can decide."""
    by_id = {record.id: record for record in records}
    edits: list[Edit] = []
    remarks: list[str] = []
    for entry in target.deviations:
        record = by_id.get(entry.rule)
        if record is not None and record.verdict in {Verdict.PASSED, Verdict.NOT_APPLICABLE}:
            edits.append(take_out(entry, f"the rule is {record.verdict.replace('_', ' ')}"))
        elif options.renew == entry.rule:
            edits.append(renew(entry, versions_of(target).get(entry.rule.partition("/")[0].partition("-v")[0], ""), now))
        else:
            remarks += Deviations([entry], versions_of(target), now).complaints([record] if record else [])
    known = {entry.rule for entry in target.deviations}
    broken = [record.id for record in records if record.verdict in BREACHES]
    if options.add:
        edits.append(_addition(options, broken, target, now))
    remarks += [f"{rule} is broken and not accounted for" for rule in broken if rule not in known | {options.add}]
    return edits, remarks


def _addition(options: argparse.Namespace, broken: Sequence[str], target: Target, now: dt.datetime) -> Edit:
    if options.add not in broken:
        raise UsageError(f"--add {options.add}: the run has no breach of it that is not accounted for; {did_you_mean(options.add, broken)}")
    lacking = [name for name in ("reason", "owner", "issue") if not getattr(options, name).strip()]
    if lacking:
        raise UsageError(f"--add {options.add} wants --{' --'.join(lacking)} as well: who reads the report must learn it")
    version = versions_of(target).get(options.add.partition("/")[0].partition("-v")[0], "")
    return add(options.add, reason=options.reason, owner=options.owner, issue=options.issue, version=version, now=now)


def _records(options: argparse.Namespace, target: Target) -> list[RuleRecord]:
    reports = Path(options.reports) if options.reports else Path("reports") / target.name
    try:
        return read_records(reports)
    except OSError:
        raise UsageError(f"{reports} holds no run record; run `pytest suites --target {options.target}` first, or say --reports") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harness.deviations", description=__doc__)
    parser.add_argument("target", help="targets/NAME.toml, or the path of such a file")
    parser.add_argument("--reports", metavar="DIR", help="the run to go by (default: reports/TARGET)")
    parser.add_argument("--add", metavar="RULE", default="", help="account for the breach of this rule; needs the next three")
    for name in ("reason", "owner", "issue"):
        parser.add_argument(f"--{name}", default="", help=f"the {name} of the entry to add")
    parser.add_argument("--renew", metavar="RULE", default="", help="let this entry last for another term at the target's present version")
    parser.add_argument("--write", action="store_true", help="change the target's file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
