"""Our mock server beside Prism and beside a bare handler: the same document, the same requests, one process of each.

    python -m benchmarks.mock_server [--rounds 5] [--seconds 4] [--only fincom] [--without-prism] [--quick]

Four servers: ours, with tenant, journal, look-up of faults, clock and (at Harbor) idempotency keys; Prism with its default log; Prism
silenced; and a Starlette application that only validates the body by a compiled JSON Schema and stores it (benchmarks/bare.py). A
process of its own (benchmarks/load.py) keeps 16 connections to one of them at a time and sends in turn a GET of a customer and a POST
of a valid one; Harbor's document does not describe that GET, so there Prism stays out. Rounds are interleaved: in each, every server has
its turn, and the ratios are taken within a round. Shown are the medians, the least and the most of the ratios, by wall time and by
processor time of the server; the latter hardly depends on what else the machine does. Prism comes from npm at a pinned version, with
the Node that it asks for.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.contestants import MIXES, Mix, Server, bare, ours, prism, requests, silenced_prism
from benchmarks.load import Loader, Plan, Result

OURS, BARE, PRISM, SILENCED = "ours", "bare Starlette", "Prism", "Prism, silenced"
TO_REACH = {PRISM: 10.0, SILENCED: 5.0, BARE: 0.8}


@dataclass(frozen=True)
class Measured:
    """What one server did in one round."""

    result: Result
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Requests per second of wall time."""
        return self.result.rate

    @property
    def cpu_rate(self) -> float:
        """Requests per second of the server's processor time."""
        return self.result.requests / self.cpu_seconds


Round = dict[str, Measured]


class Turn:
    """One contestant, ready to be loaded."""

    def __init__(self, mix: Mix, server: Server, prefix: str) -> None:
        self.server = server
        self.requests = requests(mix, server, prefix)
        self._sent = 0

    def measure(self, loader: Loader, seconds: float) -> Measured:
        """Put load on it for some seconds; any answer but the wanted ones is an error."""
        before = self.server.cpu_seconds()
        result = loader.run(Plan(port=self.server.port, requests=self.requests, seconds=seconds, first=self._sent))
        self._sent += result.requests + 1000
        if set(result.statuses) - {200, 201}:
            raise RuntimeError(f"not every request was served: {result.statuses}")
        return Measured(result, self.server.cpu_seconds() - before)


def measure(mix: Mix, rounds: int, seconds: float, *, with_prism: bool) -> list[Round]:
    """Start all servers, warm each up for a round, and measure in turn."""
    starts: dict[str, Callable[[Mix], Server]] = {OURS: ours, BARE: bare}
    if with_prism and mix.described:
        starts |= {PRISM: prism, SILENCED: silenced_prism}
    with ExitStack() as stack:
        loader = stack.enter_context(Loader())
        turns = {}
        for name, start in starts.items():
            server = stack.enter_context(start(mix))
            turns[name] = Turn(mix, server, mix.prefix if name == OURS else "")
        measured = [{name: turn.measure(loader, seconds) for name, turn in turns.items()} for _ in range(rounds + 1)]
    return measured[1:]


def table(mix: Mix, rounds: list[Round]) -> str:
    """The figures of one mix."""
    lines = [
        f"{mix.name}: GET {mix.read_path} and POST {mix.create_path} in turn, {len(rounds)} rounds",
        f"  {'server':16} {'requests/s':>10} {'per CPU s':>10} {'median ms':>10} {'p99 ms':>8}   ours / it: median (least to most); by CPU",
    ]
    for name in rounds[0]:
        each = [turn[name] for turn in rounds]
        figures = [
            statistics.median(value)
            for value in zip(*((one.rate, one.cpu_rate, one.result.median_ms, one.result.p99_ms) for one in each), strict=True)
        ]
        said = "" if name == OURS else f"   {_ratios(rounds, name)}"
        lines.append(f"  {name:16} {figures[0]:10.0f} {figures[1]:10.0f} {figures[2]:10.2f} {figures[3]:8.2f}{said}")
    return "\n".join(lines) + "\n"


def _ratios(rounds: list[Round], name: str) -> str:
    wall = [turn[OURS].rate / turn[name].rate for turn in rounds]
    cpu = statistics.median(turn[OURS].cpu_rate / turn[name].cpu_rate for turn in rounds)
    return f"{statistics.median(wall):.2f} ({min(wall):.2f} to {max(wall):.2f}); {cpu:.2f}; to reach {TO_REACH[name]:g}"


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", choices=[mix.name for mix in MIXES])
    parser.add_argument("--without-prism", action="store_true", help="for machines without Node")
    parser.add_argument("--quick", action="store_true", help="one short round without Prism: does it work at all?")
    options = parser.parse_args(argv)
    rounds, seconds = (1, 0.3) if options.quick else (options.rounds, options.seconds)
    for mix in MIXES:
        if options.only in (None, mix.name):
            measured = measure(mix, rounds, seconds, with_prism=not (options.quick or options.without_prism))
            sys.stdout.write(table(mix, measured))


if __name__ == "__main__":
    main()
