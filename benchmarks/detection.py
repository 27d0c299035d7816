"""What our suites find beside what Schemathesis' own runner finds: the same faults at the same server, with the same number of requests.

    python -m benchmarks.detection [--provider mbanq] [--sample 2] [--requests 1000] [--seed 1] [--quick]

The faults are a sample of each kind of mutation at the wire (see `--prove-wire`), and as many of the faults that name a rule. Both tools
get the same specification, a tenant of their own, and `--requests` requests at most per fault; what they find later does not count.
Our suites run as `--prove-wire` and `--prove-faults` do, in the smoke profile. `st run` runs with its default checks and phases and stops
at its first failure; what it holds against the honest server (its baseline, with the same seed) is no detection. It has one credential,
moves no clock and hears no webhooks, for that is how it is used. Seconds are those of requests, without the start of either tool.
The rate counts only mutations that acted on some test of ours, and to which the documents have something to say.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec

from harness import targets
from harness.outcome import Outcome
from harness.proof import CAUGHT
from harness.redaction import Redactor
from harness.sandbox import Sandbox
from harness.wire.mutation import Mutation
from harness.wire.result import Fate, Result
from harness.wire.world import WireWorld
from mockserver.embedded import Embedded

ROOT = Path(__file__).resolve().parent.parent
# Headers that carry a client's credential, or say whose data it means.
OWN_HEADERS = ("authorization", "x-api-key", "tenantid", "tenant-id")
NAMED = "named fault"
LOOK_EVERY = 0.1  # seconds


@dataclass(frozen=True)
class Found:
    """What one tool made of one fault."""

    caught: bool
    requests: int
    seconds: float


@dataclass
class Row:
    """One kind of fault."""

    ours: list[Found] = field(default_factory=list)
    theirs: list[Found] = field(default_factory=list)


@dataclass(frozen=True)
class Planted:
    """A fault that both tools are to find, with what our suites made of it."""

    kind: str
    name: str
    ours: Found
    mutation: Mutation | None = None


def ours(url: str, provider: str, sample: int, cap: int, seed: int) -> Iterator[Planted]:
    """What our suites make of a sample of mutations."""
    with tempfile.TemporaryDirectory() as directory:
        _suites(url, provider, directory, "--prove-wire", "--sample", str(sample), "--seed", str(seed))
        lines = (Path(directory) / "wire.lines.jsonl").read_bytes().splitlines()
    for result in (msgspec.json.decode(line, type=Result) for line in lines):
        if result.fate in {Fate.CAUGHT, Fate.SURVIVED, Fate.HALTED}:
            found = Found(result.fate is Fate.CAUGHT and result.requests <= cap, min(result.requests, cap), result.seconds)
            yield Planted(result.mutation.kind, result.mutation.name, found, result.mutation)


def ours_named(url: str, provider: str, sample: int, cap: int, seed: int) -> Iterator[Planted]:
    """What our suites make of a sample of the faults that name a rule."""
    listed = httpx.get(f"{url}/control/faults", params={"provider": provider}, trust_env=False).json()
    names = random.Random(seed).sample([each["name"] for each in listed], min(sample, len(listed)))  # noqa: S311  (no secret)
    with tempfile.TemporaryDirectory() as directory:
        wanted = [word for name in names for word in ("--prove-faults", name)]
        _suites(url, provider, directory, *wanted, "--seed", str(seed))
        lines = (Path(directory) / "proof.lines.jsonl").read_bytes().splitlines()
    outcomes = [msgspec.json.decode(line, type=Outcome) for line in lines]
    for name in names:
        said = [outcome for outcome in outcomes if outcome.world == name]
        caught = next((index for index, outcome in enumerate(said) if outcome.verdict in CAUGHT), None)
        until = said[: len(said) if caught is None else caught + 1]
        requests = sum(outcome.exchanges for outcome in until)
        seconds = sum(outcome.seconds for outcome in until)
        yield Planted(NAMED, name, Found(caught is not None and requests <= cap, min(requests, cap), seconds))


def _suites(url: str, provider: str, directory: str, *words: str) -> None:
    command = [
        *(sys.executable, "-m", "pytest", "suites", "--target", "mock", "--url", url, "--provider", provider, "-n", "0"),
        *("--profile", "smoke", "--reports", f"{directory}/mock", "-p", "no:cacheprovider", *words),
    ]
    subprocess.run(command, cwd=ROOT, check=False, capture_output=True)  # noqa: S603 - our own command


class SchemathesisRuns:
    """`st run` on one provider: once on the honest server, then on each fault."""

    def __init__(self, url: str, provider: str, seed: int, baseline: Path, *words: str) -> None:
        self._target = targets.load_target("mock", url=url, production=[])
        self._provider = provider
        self._entry = self._target.providers[provider]
        self._words = ["--seed", str(seed), "--no-color", "--no-shrink", "--baseline", str(baseline), *words]
        self.honest = self._run(
            WireWorld(self._target, "st", Redactor({}, key=b"k" * 32)), None, "--continue-on-failure", "--baseline-update"
        )

    def on(self, planted: Planted, cap: int) -> Found:
        """What it makes of one fault within so many requests."""
        faults = () if planted.mutation is not None else (planted.name,)
        world = WireWorld(self._target, "st", Redactor({}, key=b"k" * 32), faults=faults, mutation=planted.mutation)
        return self._run(world, cap, "--max-failures", "1")

    def _run(self, world: WireWorld, cap: int | None, *words: str) -> Found:
        sandbox = world.client(self._provider)
        specification = str(self._entry.documents[0])
        headers = [word for name, value in self._headers(sandbox) for word in ("-H", f"{name}: {value}")]
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", specification, "--url", sandbox.client.base_url),
            *headers,
            *self._words,
            *words,
        ]
        before = _sent(sandbox)
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
        began: float | None = None
        while process.poll() is None:
            time.sleep(LOOK_EVERY)
            sent = _sent(sandbox) - before
            began = began or (time.perf_counter() if sent else None)
            if cap is not None and sent > cap:
                process.kill()
                process.wait()
        requests, seconds = _sent(sandbox) - before, time.perf_counter() - (began or time.perf_counter())
        world.close()
        return Found(process.returncode == 1, requests if cap is None else min(requests, cap), seconds)

    def _headers(self, sandbox: Sandbox) -> Iterator[tuple[str, str]]:
        """The headers by which our own client shows its credential."""
        sent = sandbox.client.prepare(self._entry.canary, path=self._entry.canary_path).request.headers
        yield from ((name, sent[name]) for name in OWN_HEADERS if name in sent)


def _sent(sandbox: Sandbox) -> int:
    count = sandbox.control.call("GET", "/journal/count")
    return int(count["count"] + count["dropped"])


def table(rows: dict[str, Row]) -> Iterator[str]:
    """The lines to print: per kind, then all kinds together."""
    yield f"{'kind':18} {'suites':>9} {'st run':>9}   {'requests':>9} {'st run':>9}   {'seconds':>8} {'st run':>8}"
    everything = Row([found for row in rows.values() for found in row.ours], [found for row in rows.values() for found in row.theirs])
    for kind, row in [*sorted(rows.items()), ("all", everything)]:
        requests, seconds = ((_median(row.ours, name), _median(row.theirs, name)) for name in ("requests", "seconds"))
        yield f"{kind:18} {_rate(row.ours):>9} {_rate(row.theirs):>9}   {requests[0]:>9} {requests[1]:>9}   {seconds[0]:>8} {seconds[1]:>8}"


def _rate(found: Sequence[Found]) -> str:
    return f"{sum(each.caught for each in found)}/{len(found)}"


def _median(found: Sequence[Found], name: str) -> str:
    values = [getattr(each, name) for each in found if each.caught]
    return f"{statistics.median(values):.4g}" if values else "-"


def main() -> None:
    """Measure and print. Requests and seconds are medians over what each tool caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", default="mbanq")
    parser.add_argument("--sample", type=int, default=2)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="two faults and few requests, to see that it works")
    options = parser.parse_args()
    sample, cap = (1, 50) if options.quick else (options.sample, options.requests)
    rows: dict[str, Row] = defaultdict(Row)
    with Embedded() as server, tempfile.TemporaryDirectory() as directory:
        named = ours_named(server.url, options.provider, sample if options.quick else 5 * sample, cap, options.seed)
        planted = [*named, *(() if options.quick else ours(server.url, options.provider, sample, cap, options.seed))]
        words = ["--phases", "examples"] if options.quick else []
        runs = SchemathesisRuns(server.url, options.provider, options.seed, Path(directory) / "baseline.json", *words)
        sys.stdout.write(
            f"{options.provider}: {len(planted)} faults, at most {cap} requests each; st run sends {runs.honest.requests} in all\n"
        )
        for each in planted:
            theirs = runs.on(each, cap)
            rows[each.kind].ours.append(each.ours)
            rows[each.kind].theirs.append(theirs)
            marks = [("caught" if found.caught else "missed") for found in (each.ours, theirs)]
            sys.stdout.write(f"  {each.name}: suites {marks[0]} ({each.ours.requests}), st run {marks[1]} ({theirs.requests})\n")
            sys.stdout.flush()
    sys.stdout.write("\n".join(table(rows)) + "\n")


if __name__ == "__main__":
    main()
