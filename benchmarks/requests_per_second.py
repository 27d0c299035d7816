"""Our suites beside Schemathesis' own runner: the same specification, the same mock server, one after the other in one run.

    python -m benchmarks.requests_per_second [--rounds 3]

Prints requests, seconds and requests per second of each, per round, and the median ratio. Counts are the server's own
(its journal's entries and what the journal dropped); seconds are wall time of the whole process, start-up included, and of
the part in which requests were sent. Figures depend on the machine; the ratio is what to quote.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from mockserver.embedded import Embedded

ROOT = Path(__file__).resolve().parent.parent
SPECIFICATION = "specs/fincom_v2.openapi.yaml"


@dataclass(frozen=True)
class Measured:
    """What one run of one tool took."""

    tool: str
    requests: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second of wall time."""
        return self.requests / self.seconds


def schemathesis_run(url: str, seed: int) -> Measured:
    """`st run` with its default phases and one worker, authorised as a tenant of its own."""
    with httpx.Client(base_url=url, trust_env=False) as http:
        made = http.post("/control/tenants", json={"provider": "fincom", "settings": {"token_seconds": 86_400}}).json()
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", SPECIFICATION, "--url", f"{url}/fincom"),
            *("-H", f"Authorization: Bearer {made['credentials']['access_token']}"),
            *("--seed", str(seed), "--no-color", "--continue-on-failure"),
        ]
        seconds = _timed(command)
        count = http.get(f"/control/tenants/{made['tenant']}/journal/count").json()
    return Measured("st run", count["count"] + count["dropped"], seconds)


def suites_run(url: str, seed: int, profile: str) -> Measured:
    """Our suites on one process, so that both tools have the same share of the machine."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            *(sys.executable, "-m", "pytest", "suites", "--target", "mock", "--url", url, "--provider", "fincom"),
            *("--profile", profile, "-n", "0", "--seed", str(seed), "--reports", directory, "-p", "no:cacheprovider"),
        ]
        seconds = _timed(command)
        run = json.loads((Path(directory) / "run.json").read_text())
    return Measured("suites", run["requests"], seconds)


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=False, capture_output=True)  # noqa: S603 - our own commands
    return time.perf_counter() - started


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", default="nightly")
    options = parser.parse_args()
    ratios = []
    with Embedded() as server:
        for seed in range(1, options.rounds + 1):
            ours, theirs = suites_run(server.url, seed, options.profile), schemathesis_run(server.url, seed)
            ratios.append(ours.rate / theirs.rate)
            for each in (ours, theirs):
                sys.stdout.write(
                    f"round {seed}  {each.tool:7}  {each.requests:6} requests  {each.seconds:6.1f} s  {each.rate:7.0f} per s\n"
                )
    sys.stdout.write(f"suites / st run, requests per second of wall time: median {statistics.median(ratios):.2f}\n")


if __name__ == "__main__":
    main()
