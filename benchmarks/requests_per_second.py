"""Our suites beside Schemathesis' own runner and beside the bare client: the same specification, the same mock server, in one run.

    python -m benchmarks.requests_per_second [--rounds 3] [--profile nightly] [--quick]

Each tool is one process, so that all have the same share of the machine, and all take turns. `st run` checks with its default checks;
the suites check every answer against the same specification and judge their rules besides. Seconds are wall time of the whole process,
start-up included. The bare client is httpx in a loop on one small valid body. Everything else that we do is the time of the suites less
what httpx takes in them (benchmarks/http_clock.py). It is set beside the HTTP of the bare client for as many requests, and beside the
HTTP of the suites themselves, whose bodies are those of real tests, long lists and files among them. Figures depend on the machine;
the ratios are what to quote.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.costs import bare_microseconds
from mockserver.embedded import Embedded

ROOT = Path(__file__).resolve().parent.parent
SPECIFICATION = "specs/fincom_v2.openapi.yaml"


@dataclass(frozen=True)
class Http:
    """What the requests of a run took, those to the control API among them."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Measured:
    """What one run of one tool took. `requests` are those that a provider answered."""

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


def suites_run(url: str, seed: int, profile: str) -> tuple[Measured, Http]:
    """Our suites on one process, and what of it was HTTP."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            *(sys.executable, "-m", "pytest", "suites", "--target", "mock", "--url", url, "--provider", "fincom"),
            *("--profile", profile, "-n", "0", "--seed", str(seed), "--reports", directory, "-p", "no:cacheprovider"),
            *("-p", "benchmarks.http_clock", "--http-clock", f"{directory}/http"),
        ]
        seconds = _timed(command)
        http = Http(**json.loads((Path(directory) / "http").read_text()))
        run = json.loads((Path(directory) / "run.json").read_text())
    return Measured("suites", run["requests"], seconds), http


def _timed(command: list[str]) -> float:
    # As in the Makefile: without cached bytecode a run would compile all modules anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=False, capture_output=True, env=environment)  # noqa: S603 - our own commands
    return time.perf_counter() - started


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", default="nightly")
    parser.add_argument("--quick", action="store_true", help="one round of the smoke profile and few bare requests, to see that it works")
    options = parser.parse_args()
    rounds, profile, bare_requests = (1, "smoke", 100) if options.quick else (options.rounds, options.profile, 3000)
    faster, beside_bare, beside_own = [], [], []
    with Embedded() as server:
        for seed in range(1, rounds + 1):
            bare = Measured("bare", bare_requests, bare_microseconds(server, bare_requests) * bare_requests / 1e6)
            (ours, http), theirs = suites_run(server.url, seed, profile), schemathesis_run(server.url, seed)
            faster.append(ours.rate / theirs.rate)
            beside_bare.append((ours.seconds - http.seconds) / (http.requests / bare.rate))
            beside_own.append((ours.seconds - http.seconds) / http.seconds)
            for each in (bare, ours, theirs):
                sys.stdout.write(
                    f"round {seed}  {each.tool:7}  {each.requests:6} requests  {each.seconds:6.1f} s  {each.rate:7.0f} per s\n"
                )
    sys.stdout.write(f"suites / st run, requests per second: median {statistics.median(faster):.2f}\n")
    for whose, ratios in (("of the bare client", beside_bare), ("of the suites themselves", beside_own)):
        sys.stdout.write(f"everything else / HTTP {whose}, time per request: median {statistics.median(ratios):.2f}\n")


if __name__ == "__main__":
    main()
