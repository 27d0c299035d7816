"""Growth: what runs, reports and comparisons cost from 10 rules to 10,000.

    python -m benchmarks.growth [--sizes 10,100,1000,3000,10000] [--without-allure] [--quick]

For each size a checkout is made of links to this one, with a catalogue of so many rules and a test of each: it sends one read to the
mock server, and every tenth finds its promise broken, with all the evidence that a breach has. Measured are, each in a process of its
own: the run (`pytest suites` in one process, which writes record, JUnit, Allure results and matrix), the matrix alone from the record,
the Allure page, and the comparison with a second run in which other rules are broken, in all its forms. Shown are seconds of wall and of
processor time, peak memory, and sizes on disk.

The exponent is the slope of the logarithms of what is added to the smallest size, for that is start-up; 1 is linear. Sizes that add less
than half of the start-up do not count: what they need fits into what starting left free. Wall time has no exponent, for it tells what else
the machine did. Anything above 1.15 is worse than linear, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import msgspec

from benchmarks.contestants import MIXES, ROOT, ours
from harness.record import RuleRecord, read_records

SIZES = (10, 100, 1000, 3000, 10_000)
LINEAR = 1.15
COUNTS_FROM = 0.5
WALL = ", s"
LINKED = ("conftest.py", "harness", "mockserver", "pyproject.toml", "strategies", "targets")
RULE = {
    "operation": "listOccupations",
    "source": "V2 Onboarding Steps 1",
    "basis": "documented",
    "answers": ["listed"],
}
SAYS = "Rule {n}: a catalogue of occupations is listed page by page, and its entries have an id and a title."
TESTS = '''"""A test of each of many rules."""

from harness.rules import rule

RULES = {count}


def judging(number):
    def test(fincom):
        exchange = fincom.look_up("occupations", current_page=number % 6 + 1)
        if number % 10 == 0:
            raise fincom.breach(f"an entry of page {{number}} has no title", exchange)

    return test


for number in range(RULES):
    globals()[f"test_{{number:05}}"] = rule(f"fincom-v2/rule-{{number:05}}")(judging(number))
'''
MATRIX = """
import sys
from pathlib import Path
import msgspec
from harness.matrix import write_matrix
from harness.record import RunInfo, read_records

reports = Path(sys.argv[1])
write_matrix(read_records(reports), msgspec.json.decode((reports / "run.json").read_bytes(), type=RunInfo), reports / "again.html")
"""

# What is measured, by name; then by size.
Measured = dict[str, dict[int, float]]


def checkout(folder: Path, count: int) -> None:
    """Make a checkout with so many rules."""
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    specs, suites = folder / "specs", folder / "suites" / "fincom"
    specs.mkdir()
    suites.mkdir(parents=True)
    for each in (ROOT / "specs").glob("*.openapi.yaml"):
        (specs / each.name).symlink_to(each)
    for place in (ROOT / "suites", ROOT / "suites" / "fincom"):
        for each in place.glob("[!t]*.py"):
            (folder / each.relative_to(ROOT)).symlink_to(each)
    rules = [{"id": f"fincom-v2/rule-{number:05}", "says": SAYS.format(n=number), **RULE} for number in range(count)]
    content = {
        "provider": "fincom",
        "document": "002",
        "field_carriers": ["/errors"],
        "specification_rule": rules[-1]["id"],
        "answers": {"listed": {"says": "A page of a list.", "status": [200]}},
        "rules": rules,
    }
    (specs / "fincom.rules.yaml").write_text(json.dumps(content), encoding="utf-8")
    (suites / "test_growth.py").write_text(TESTS.format(count=count), encoding="utf-8")


class Took(NamedTuple):
    """What a command took, with the processes that it started."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def timed(command: list[str], folder: Path, expected: Iterable[int]) -> Took:
    """Run a command and measure it."""
    started = perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)  # noqa: S603 - our own commands
        _, status, usage = os.wait4(process.pid, 0)
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code not in expected:
            said.seek(0)
            raise RuntimeError(f"{command} ended with {code}: {said.read()[-3000:].decode(errors='replace')}")
    return Took(perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def shifted(reports: Path, goal: Path) -> None:
    """A second run, in which each rule fared as its neighbour did in the first."""
    shutil.copytree(reports, goal, ignore=shutil.ignore_patterns("allure-*", "examples"))
    records = read_records(reports)
    neighbours = zip([*records[-1:], *records[:-1]], records, strict=True)
    fared = [msgspec.structs.replace(each, id=rule.id, says=rule.says) for each, rule in neighbours]
    encode: Callable[[RuleRecord], bytes] = msgspec.json.encode
    (goal / "verdicts.jsonl").write_bytes(b"".join(encode(each) + b"\n" for each in fared))


def size_of(path: Path) -> float:
    """MiB of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(each.stat().st_size for each in files if each.is_file()) / 2**20


def measure(count: int, url: str, *, allure: bool) -> dict[str, float]:
    """Everything at one size."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        reports, second = folder / "reports", folder / "second"
        checkout(folder, count)
        suites = ["suites", "--target", "mock", "--url", url, "--provider", "fincom", "--seed", "1", "--reports", str(reports)]
        compared = ["harness.compare", str(reports), str(second), "--html", "c.html", "--json", "c.json", "--markdown", "c.md"]
        found: dict[str, float] = {}
        python = [sys.executable, "-m"]
        _note(found, "run", timed([*python, "pytest", *suites, "-n", "0", "-p", "no:cacheprovider"], folder, {1}))
        assert len(read_records(reports)) == count, "the run did not judge every rule"
        _note(found, "matrix alone", timed([sys.executable, "-c", MATRIX, str(reports)], folder, {0}))
        shifted(reports, second)
        _note(found, "comparison", timed([*python, *compared], folder, {1}))
        paths = {"verdicts.jsonl": reports / "verdicts.jsonl", "junit.xml": reports / "junit.xml", "index.html": reports / "index.html"}
        paths |= {"allure-results": reports / "allure-results", "comparison.html": folder / "c.html"}
        if allure:
            _note(found, "Allure page", timed([*python, "harness.allure_page", str(reports)], folder, {0}))
            paths["Allure page"] = reports / "allure-report" / "index.html"
        return found | {f"{name}, MiB on disk": size_of(path) for name, path in paths.items()}


def _note(found: dict[str, float], name: str, took: Took) -> None:
    found[f"{name}{WALL}"], found[f"{name}, CPU s"], found[f"{name}, peak MiB"] = took


def exponent(by_size: dict[int, float]) -> float | None:
    """How what is added to the smallest size grows; None where too little is added to tell."""
    smallest = min(by_size)
    start = by_size[smallest]
    added = {size: value - start for size, value in by_size.items() if size > smallest and value - start > COUNTS_FROM * start}
    if len(added) < 2:
        return None
    points = [(math.log(size - smallest), math.log(value)) for size, value in added.items()]
    across, up = (sum(each) / len(points) for each in zip(*points, strict=True))
    return math.fsum((x - across) * (y - up) for x, y in points) / math.fsum((x - across) ** 2 for x, _ in points)


def table(measured: Measured, sizes: list[int]) -> str:
    """The figures as a table."""
    lines = [f"{'':28}" + "".join(f"{size:>10,}" for size in sizes) + "  exponent"]
    for name, by_size in measured.items():
        slope = None if name.endswith(WALL) else exponent(by_size)
        told = "-" if slope is None else f"{slope:.2f}" + ("  WORSE THAN LINEAR" if slope > LINEAR else "")
        lines.append(f"{name:28}" + "".join(f"{by_size[size]:10.2f}" for size in sizes) + f"  {told:>8}")
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 1 where something grows worse than linearly."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of rules (default: %(default)s)")
    parser.add_argument("--without-allure", action="store_true", help="for machines without Node")
    parser.add_argument("--quick", action="store_true", help="10 and 30 rules, without the Allure page: does it work at all?")
    options = parser.parse_args(argv)
    sizes = [10, 30] if options.quick else sorted(int(size) for size in options.sizes.split(","))
    measured: Measured = defaultdict(dict)
    with ours(MIXES[0]) as server:
        for size in sizes:
            url = f"http://127.0.0.1:{server.port}"
            for name, value in measure(size, url, allure=not (options.quick or options.without_allure)).items():
                measured[name][size] = value
            sys.stderr.write(f"{size} rules: done\n")
    sys.stdout.write(table(measured, sizes))
    judged = (by_size for name, by_size in measured.items() if not name.endswith(WALL))
    slopes = [slope for by_size in judged if (slope := exponent(by_size)) is not None]
    return 1 if any(slope > LINEAR for slope in slopes) and not options.quick else 0


if __name__ == "__main__":
    sys.exit(main())
