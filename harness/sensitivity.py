"""`python -m harness.sensitivity`: is every fault caught at every seed, and how soon?

Proves the faults once per profile and seed, each into a directory of its own, and gathers what they say into `proof.json` and its page.
A fault that only some seeds catch at the nightly budget is caught by luck: exit code 1, like a survivor. Smoke looks once at
everything, so what it misses is told and fails nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from harness import proof_page, rules
from harness.calling import pytest_suites
from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING, USAGE
from harness.errors import UsageError, did_you_mean
from harness.profiles import PROFILES
from harness.proof import update
from harness.proving import PROOF_FILE

# The budget at which luck counts as a survivor.
CERTAIN_AT = "nightly"


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One fault and one rule that it breaks: for each profile, by seed, the example that showed it, None where none did."""

    fault: str
    rule: str
    examples: dict[str, list[int | None]]

    def missed(self, profile: str) -> int:
        """How many seeds did not catch it."""
        return self.examples.get(profile, []).count(None)


def gather(proofs: Iterable[tuple[str, Path]]) -> list[Pair]:
    """What the proofs say, by pair; each is the profile it ran at and the file it wrote."""
    seen: dict[tuple[str, str], dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for profile, path in proofs:
        for row in msgspec.json.decode(path.read_bytes())["faults"]["rows"]:
            seen[row["rule"], row["fault"]][profile].append((row["examples_needed"] or 1) if row["caught"] else None)
    return [Pair(fault=fault, rule=rule, examples=dict(examples)) for (rule, fault), examples in sorted(seen.items())]


def told(pairs: Sequence[Pair], seeds: int) -> Iterator[str]:
    """A line for each pair that the nightly budget misses at some seed."""
    for pair in pairs:
        missed = pair.missed(CERTAIN_AT)
        if missed:
            word = "SURVIVED" if missed == seeds else "BY LUCK "
            yield f"{word}  {pair.fault}  caught by {pair.rule} at {seeds - missed} of {seeds} seeds"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proofs that are missing, gather, print, return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        for profile in options.profiles:
            if profile not in PROFILES:
                raise UsageError(f"--profiles {profile}: {did_you_mean(profile, PROFILES)}")
        providers = options.provider or list(rules.providers())
        catalogue = rules.load(providers)
    except UsageError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return USAGE
    proofs = []
    for profile in options.profiles:
        for seed in options.seeds:
            path = _prove(options, profile, seed)
            if path is None:
                return INCOMPLETE
            proofs.append((profile, path))
    pairs = gather(proofs)
    whole = options.reports / PROOF_FILE
    update(whole, "sensitivity", {"seeds": options.seeds, "profiles": options.profiles, "rows": msgspec.to_builtins(pairs)})
    proof_page.write(whole, catalogue)
    lines = list(told(pairs, len(options.seeds)))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"{len(pairs)} pairs of fault and rule, {len(options.seeds)} seeds; {whole.with_suffix('.html')}\n")
    return NONCONFORMING if lines else CONFORMING


def _prove(options: argparse.Namespace, profile: str, seed: int) -> Path | None:
    """The file of a proof that ran to its end, survivors or not; None where it did not."""
    directory: Path = options.reports / "sensitivity" / f"{profile}-{seed}"
    path = directory / PROOF_FILE
    if options.keep and path.exists():
        return path
    path.unlink(missing_ok=True)
    words = ["--target", "mock", "--profile", profile, "--seed", str(seed), "--prove-faults", "-n", options.workers]
    code = pytest_suites(*words, "--reports", str(directory / "mock"), providers=options.provider)
    return path if code in {CONFORMING, NONCONFORMING} and path.exists() else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.sensitivity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profiles", nargs="+", default=["smoke", "nightly"], help="budgets to look at (default: smoke nightly)")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5], help="seeds of each (default: 1 to 5)")
    parser.add_argument("--provider", action="append", default=[], help="this provider only (repeatable)")
    parser.add_argument("--workers", default="2", help="worker processes (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="take the proofs that an earlier call finished as they are")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="where results go (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
