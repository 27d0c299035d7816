"""The table of mutations: per kind and provider the share that was caught, what survived, and how many requests it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec

from harness.jsontypes import Json
from harness.proof import read, update
from harness.run import Run
from harness.wire.result import Fate, Result

# What the table counts beside what was caught.
COUNTS = ("halted", "survived", "left_open", "not_reached", "made")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of mutation at one provider. `made` counts all that the documents give rise to, the others those that were tried."""

    provider: str
    kind: str
    made: int
    caught: int
    halted: int
    survived: int
    left_open: int
    not_reached: int
    median_requests: float | None
    median_seconds: float | None

    @property
    def tried(self) -> int:
        """Those that acted on some test."""
        return self.caught + self.halted + self.survived


def rows_of(results: Sequence[Result]) -> list[Row]:
    """The table, by provider and kind."""
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        groups[result.mutation.provider, result.mutation.kind].append(result)
    return [_row(provider, kind, group) for (provider, kind), group in sorted(groups.items())]


def _row(provider: str, kind: str, group: Sequence[Result]) -> Row:
    count = {fate: sum(result.fate is fate for result in group) for fate in Fate}
    caught = [result for result in group if result.fate is Fate.CAUGHT]
    return Row(
        provider=provider,
        kind=kind,
        made=len(group),
        caught=count[Fate.CAUGHT],
        halted=count[Fate.HALTED],
        survived=count[Fate.SURVIVED],
        left_open=count[Fate.LEFT_OPEN],
        not_reached=count[Fate.NOT_REACHED],
        median_requests=median(result.requests for result in caught) if caught else None,
        median_seconds=round(median(result.seconds for result in caught), 2) if caught else None,
    )


def write_part(path: Path, results: Sequence[Result], run: Run) -> None:
    """Put the table and all survivors into the proof's file, in the place of what it knew of the same providers."""
    before = read(path).get("wire", {}).get("providers", {})
    now = {
        provider: {
            "profile": run.profile,
            "seed": run.shared.seed,
            "asked": list(run.only),
            "rows": [row for row in rows_of(results) if row.provider == provider],
            "left_open": [_told(result) for result in results if result.fate is Fate.LEFT_OPEN and result.mutation.provider == provider],
            "survivors": [_told(result) for result in results if _alive(result) and result.mutation.provider == provider],
        }
        for provider in run.providers
    }
    update(path, "wire", {"providers": {**before, **msgspec.to_builtins(now)}})


def _alive(result: Result) -> bool:
    return result.fate in {Fate.SURVIVED, Fate.HALTED}


def _told(result: Result) -> dict[str, Json]:
    return {
        "mutation": result.mutation.name,
        "kind": result.mutation.kind,
        "fate": str(result.fate),
        "hits": result.hits,
        "tests": result.tests,
        "requests": result.requests,
        "said": result.said,
        "data": result.mutation.data,
    }


def write_page(proof: Path, path: Path) -> None:
    """Render the part for people, as Markdown."""
    part = read(proof)["wire"]["providers"]
    lines = ["# Faults at the wire that no rule names", "", *_all_providers(part), ""]
    for provider, told in sorted(part.items()):
        rows = msgspec.convert(told["rows"], list[Row])
        lines += [
            f"## {provider}: {_share(rows)} (profile {told['profile']}, seed {told['seed']})",
            "",
            *_table(rows),
            "",
            *_survivors(told),
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _all_providers(part: dict[str, Json]) -> list[str]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for told in part.values():
        for row in msgspec.convert(told["rows"], list[Row]):
            groups[row.kind].append(row)
    head = ["| kind | caught of tried | halted | survived | left open | not reached | made |", "|---|---|---|---|---|---|---|"]
    body = [f"| {' | '.join([kind, _share(rows), *(str(_sum(rows, name)) for name in COUNTS)])} |" for kind, rows in sorted(groups.items())]
    everything = [row for rows in groups.values() for row in rows]
    return [f"All providers: {_share(everything)} caught.", "", *head, *body]


def _sum(rows: Sequence[Row], name: str) -> int:
    return sum(getattr(row, name) for row in rows)


def _share(rows: Sequence[Row]) -> str:
    caught, tried = _sum(rows, "caught"), _sum(rows, "tried")
    return f"{caught} of {tried} ({caught / tried:.1%})" if tried else "none tried"


def _table(rows: Sequence[Row]) -> list[str]:
    head = [
        "| kind | caught of tried | halted | survived | left open | not reached | made | requests to detection | seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return head + [
        f"| {row.kind} | {_share([row])} | {row.halted} | {row.survived} | {row.left_open} | {row.not_reached} | {row.made} "
        f"| {_number(row.median_requests)} | {_number(row.median_seconds)} |"
        for row in rows
    ]


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _survivors(told: dict[str, Json]) -> list[str]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for each in told["left_open"]:
        if each["said"]:
            reasons[each["said"]].append(f"`{each['mutation']}`")
    opened = [f"- {', '.join(names)}: {said}" for said, names in reasons.items()]
    return [*_not_caught(told), *(["Left open by the documents, though no test objects:", "", *opened, ""] if opened else [])]


def _not_caught(told: dict[str, Json]) -> list[str]:
    if not told["survivors"]:
        return []
    head = ["| not caught | fate | hits | tests | said |", "|---|---|---|---|---|"]
    body = [
        f"| `{each['mutation']}` | {each['fate']} | {each['hits']} | {each['tests']} | {each['said'].replace('|', '/')[:200]} |"
        for each in told["survivors"]
    ]
    return [*head, *body, ""]
