"""What an exchange costs us beside its HTTP, and how fast strategies draw.

    python -m benchmarks.costs [--exchanges 2000] [--examples 300] [--quick]

Sends one valid body again and again to an embedded mock server, first with the bare client (httpx in a loop), then with ours, and then
times each thing that is done with such an exchange apart: judging it by the OpenAPI document, taking in its shape, redacting it for a
report, writing its rule's line. Strategies are drawn by Hypothesis with a test that does nothing. Times are medians over five rounds,
taken in turn; the shares of the bare client's time are what to quote.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from harness.client import Client, Connections
from harness.exchange import Exchange
from harness.openapi import Specification
from harness.record import RuleRecord, RunRecord, Verdict
from harness.redaction import Redactor
from harness.shapes import Shapes
from mockserver.embedded import Embedded
from strategies.fincom.attachments import attachments
from strategies.fincom.customers import customers
from strategies.harbor.individuals import individuals
from strategies.mbanq.clients import clients
from strategies.omnumi.businesses import business_users
from strategies.omnumi.preauthorizations import terms

ROUNDS = 5
SPECIFICATION = Path(__file__).resolve().parent.parent / "specs/fincom_v2.openapi.yaml"
OPERATION = "createIndividualV2"
STRATEGIES: dict[str, Callable[[], SearchStrategy[Any]]] = {
    "fincom customers": customers,
    "fincom attachments": lambda: attachments(country="DEU"),
    "harbor individuals": individuals,
    "mbanq clients": clients,
    "omnumi business users": business_users,
    "omnumi preauthorizations": terms,
}


class Bodies:
    """Valid customers. E-mails, phones and tax numbers differ, for a second customer of the same might be refused."""

    def __init__(self, get: Callable[[str], httpx.Response]) -> None:
        first = {
            name: get(path).json()["data"][kind][0]["id"]
            for name, kind, path in (
                ("occupation_id", "occupations", "/v1/occupations"),
                ("purpose_id", "purposes", "/v1/purposes?type=INDIVIDUAL"),
                ("source_of_fund_ids", "source_of_funds", "/v1/source-of-funds?type=INDIVIDUAL"),
            )
        }
        self._profile = {
            **first,
            "source_of_fund_ids": [first["source_of_fund_ids"]],
            "employment_status": "EMPLOYED",
            "monthly_volume_usd": 5000,
        }
        self._numbers = itertools.count()

    def next(self) -> bytes:
        """The next one."""
        number = next(self._numbers)
        basic = {
            "first_name": "Ada",
            "last_name": "Smith",
            "dob": "1990-05-17",
            "email": f"costs-{number}@example.com",
            "phone": f"+1415{2_000_000 + number}",
            "country_of_residence": "USA",
            "primary_nationality": "USA",
            "tax_info": [{"country_code": "USA", "document_type": "SSN", "document_id": f"212-{number // 10_000:02}-{number % 10_000:04}"}],
        }
        address = {
            "street_line_1": "1 Main Street",
            "city": "Albany",
            "subdivision_code": "US-NY",
            "postal_code": "12207",
            "country": "USA",
        }
        return json.dumps(
            {"verification_type": "STANDARD", "basic_info": basic, "address": address, "financial_profile": self._profile}
        ).encode()


def bare_microseconds(server: Embedded, count: int) -> float:
    """Microseconds per request of the bare client, which makes customers in a loop."""
    with _clients(server) as (bare, headers, ours, _):
        path, bodies = ours.specification.operation(OPERATION).path, Bodies(lambda listed: bare.get(listed, headers=headers))
        return _microseconds(lambda _: bare.post(path, content=bodies.next(), headers=headers), count)


@contextmanager
def _clients(server: Embedded) -> Iterator[tuple[httpx.Client, dict[str, str], Client, list[Exchange]]]:
    """The bare client with its headers, ours with the exchanges that it made, as one tenant of the mock server."""
    with httpx.Client(base_url=f"{server.url}/fincom", trust_env=False) as bare:
        control = f"{server.url}/control/tenants"
        made = bare.post(control, json={"provider": "fincom", "settings": {"token_seconds": 86_400}}).json()
        token = f"Bearer {made['credentials']['access_token']}"
        headers = {"Authorization": token, "Content-Type": "application/json"}
        seen: list[Exchange] = []
        connections = Connections(timeout=30, verify=True)
        ours = Client(
            base_url=f"{server.url}/fincom",
            specification=Specification(SPECIFICATION),
            authorization=lambda: ("Authorization", token),
            seen=seen.append,
            connections=connections,
        )
        yield bare, headers, ours, seen
        connections.close()


def exchanges(count: int) -> dict[str, list[float]]:
    """Microseconds per exchange of each step, by round."""
    found: dict[str, list[float]] = {}
    with Embedded() as server, _clients(server) as (bare, headers, ours, seen), TemporaryDirectory() as directory:
        path = ours.specification.operation(OPERATION).path
        bodies = Bodies(lambda listed: bare.get(listed, headers=headers))
        assert bare.post(path, content=bodies.next(), headers=headers).is_success, (
            "the body is refused, so its cost is not that of a customer"
        )
        record = RunRecord(Path(directory))
        line = RuleRecord(id="fincom-v2/x", provider="fincom", verdict=Verdict.PASSED, basis="documented", says="A promise.", exchanges=9)
        shapes, redactor = Shapes(), Redactor({"TOKEN": headers["Authorization"][7:]})
        for _ in range(ROUNDS):
            seen.clear()
            # The client's own has seen these answers, and would know them again.
            judged = partial(_judged, Specification(SPECIFICATION), seen)
            steps: dict[str, Callable[[int], object]] = {
                "bare client (httpx in a loop)": lambda _: bare.post(path, content=bodies.next(), headers=headers),
                "our client, all that it does": lambda _: ours.send(OPERATION, content=bodies.next(), headers=headers),
                "  of it judging by the specification": judged,
                "taking in the shape of the answer": lambda turn: shapes.see(seen[turn]),
                "redacting it for a report": lambda turn: seen[turn].record(redactor),
                "writing the line of a rule": lambda _: record.append(line),
            }
            for name, step in steps.items():
                found.setdefault(name, []).append(_microseconds(step, count))
        record.close()
    return found


def _judged(specification: Specification, seen: list[Exchange], turn: int) -> str | None:
    exchange = seen[turn]
    request = httpx.Request(exchange.method, exchange.url)
    answer = httpx.Response(exchange.status, headers=dict(exchange.headers), content=exchange.body, request=request)
    answer.elapsed = dt.timedelta(milliseconds=exchange.ms)
    return specification.violation(specification.operation(OPERATION), answer)


def _microseconds(step: Callable[[int], object], count: int) -> float:
    began = time.perf_counter()
    for turn in range(count):
        step(turn)
    return (time.perf_counter() - began) / count * 1e6


def examples_per_second(strategy: SearchStrategy[Any], count: int) -> float:
    """Examples that Hypothesis draws in a second."""
    drawn = 0

    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(_: Any) -> None:
        nonlocal drawn
        drawn += 1

    draw()  # the first time reads tables of countries and the like
    before, began = drawn, time.perf_counter()
    draw()
    return (drawn - before) / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exchanges", type=int, default=2000)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="a few of each, to see that it works")
    options = parser.parse_args()
    count, examples = (20, 10) if options.quick else (options.exchanges, options.examples)
    found = exchanges(count)
    bare = next(iter(found.values()))
    sys.stdout.write(f"{'per exchange':42} {'median µs':>10} {'of the bare client':>19}\n")
    for name, each in found.items():
        share = statistics.median(one / other for one, other in zip(each, bare, strict=True))
        sys.stdout.write(f"{name:42} {statistics.median(each):10.0f} {share:19.2f}\n")
    sys.stdout.write(f"\n{'strategy':42} {'examples per s':>14}\n")
    for name, strategy in STRATEGIES.items():
        sys.stdout.write(f"{name:42} {examples_per_second(strategy(), examples):14.0f}\n")


if __name__ == "__main__":
    main()
