"""The proof at the wire from end to end: what is caught, what survives, what no test reaches; and how it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.docket import CONFORMING, NONCONFORMING, USAGE
from harness.outcome import Violation
from harness.record import ExchangeRecord, Verdict
from harness.shapes import Shape
from harness.wire.mutation import Mutation
from harness.wire.reach import Reach, ReachFile, in_order
from harness.wire.report import rows_of
from harness.wire.result import Fate, Result, red
from tests.harness_kit import outcome
from tests.runs_kit import Ended, run

RULE = "mbanq/create-pending"


def mutation(kind: str = "dropped", operation: str = "readClient", **changes: Any) -> Mutation:
    values: dict[str, Any] = {"kind": kind, "provider": "mbanq", "operation": operation, "what": "x", "statuses": [200], "data": {}}
    return Mutation(**(values | changes))


def reach(test: str, *shapes: Shape, **changes: Any) -> Reach:
    values: dict[str, Any] = {"rule_operation": "readClient", "provider": "mbanq", "verdict": Verdict.PASSED, "seconds": 1.0}
    return Reach(**{"test": test, "listened": False, "shapes": list(shapes), **values, **changes})


SEEN = Shape(operation="readClient", status=200, traits={"/status: object": 1, "/status/id: number": 1, "/*/id: number": 1})


def test_a_test_meets_what_it_sees_of_the_mutated_answers() -> None:
    sees = reach("a", SEEN)
    assert sees.meets(mutation(path="status.id"))
    assert sees.meets(mutation(path="*.id"))
    assert sees.meets(mutation())
    assert not sees.meets(mutation(path="status.value"))
    assert not sees.meets(mutation(statuses=[404]))
    assert not sees.meets(mutation(operation="listClients"))
    assert not sees.meets(mutation(event=True))
    assert reach("b", listened=True).meets(mutation(event=True))


def test_tests_of_the_operation_come_first_and_quick_ones_before_slow_ones() -> None:
    seen = [
        reach("elsewhere", SEEN, rule_operation="listClients", seconds=0.1),
        reach("slow", SEEN, seconds=3.0),
        reach("quick", SEEN, seconds=0.5),
        reach("alarmed by the honest server", SEEN, verdict=Verdict.NONCONFORMANT),
        reach("of others", SEEN, provider="harbor"),
        reach("blind"),
    ]
    assert [each.test for each in in_order(mutation(), seen)] == ["quick", "slow", "elsewhere"]


def test_processes_share_what_they_saw(tmp_path: Path) -> None:
    first, second = (ReachFile(tmp_path / "reach.jsonl") for _ in range(2))
    first.append(reach("a", SEEN))
    second.append(reach("b"))
    assert set(first.of(["a", "b"])) == set(second.of(["a"])) == {"a", "b"}


def test_red_is_a_breach_or_an_answer_outside_the_specification() -> None:
    exchange = ExchangeRecord(operation="o", method="GET", url="/", status=200, ms=1.0)
    violation = Violation(operation="o", message="Undocumented status", exchange=exchange)
    assert red(outcome(Verdict.NONCONFORMANT, reason="because"), "all") == ("acme-v1/name-is-required", "because")
    assert red(outcome(Verdict.PASSED, violations=[violation]), "all") == ("all", "Undocumented status")
    for verdict in set(Verdict) - {Verdict.NONCONFORMANT, Verdict.ADVISORY}:
        assert red(outcome(verdict), "all") is None


def test_rows_count_what_acted() -> None:
    fates = [(Fate.CAUGHT, 3), (Fate.CAUGHT, 9), (Fate.SURVIVED, 80), (Fate.HALTED, 7), (Fate.NOT_REACHED, 0), (Fate.LEFT_OUT, 0)]
    [row] = rows_of([Result(mutation=mutation(), fate=fate, requests=requests) for fate, requests in fates])
    assert (row.made, row.tried, row.caught, row.survived, row.halted, row.not_reached) == (6, 4, 2, 1, 1, 1)
    assert row.median_requests == 6


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A proof of a handful of mutations with the tests of one rule."""
    asked = [
        "mbanq/status/createClient/200-as-500",
        "mbanq/foreign/readClient/of-another-request",
        "mbanq/status/listAddresses/200-as-500",
    ]
    words = [word for name in asked for word in ("--prove-wire", name)]
    return run(tmp_path_factory.mktemp("wire") / "mock", "--provider", "mbanq", "--rule", RULE, "--seed", "1", *words)


def test_what_one_rule_makes_of_a_handful(proved: Ended) -> None:
    lines = (proved.reports.parent / "wire.lines.jsonl").read_bytes().splitlines()
    results = {result.mutation.name: result for result in (msgspec.json.decode(line, type=Result) for line in lines)}
    caught = results["mbanq/status/createClient/200-as-500"]
    assert (caught.fate, caught.rule, caught.tests) == (Fate.CAUGHT, RULE, 1)
    assert caught.requests > 0
    assert results["mbanq/status/listAddresses/200-as-500"].fate is Fate.NOT_REACHED
    told = json.loads((proved.reports.parent / "proof.json").read_bytes())["wire"]["providers"]["mbanq"]
    assert sum(row["caught"] for row in told["rows"]) == sum(result.fate is Fate.CAUGHT for result in results.values())
    assert "| status | 1 of 1 (100.0%)" in (proved.reports.parent / "wire.md").read_text()
    survivors = [result for result in results.values() if result.fate in {Fate.SURVIVED, Fate.HALTED}]
    assert proved.code == (NONCONFORMING if survivors else CONFORMING)
    assert proved.insides() == []


@pytest.mark.parametrize("words", [["--prove-wire", "statsu"], ["--prove-wire", "--prove-faults"], ["--sample", "2"]])
def test_a_wrong_call_is_usage(tmp_path: Path, words: list[str]) -> None:
    ended = run(tmp_path / "mock", "--provider", "mbanq", *words)
    assert ended.code == USAGE
    assert ended.insides() == []
