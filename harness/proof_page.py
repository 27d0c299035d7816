"""The proof as one page: how sensitive the suite is and where it is weakest, faults of rules and of the wire, legal readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec

from harness import pages
from harness.jsontypes import Json
from harness.rules import Catalogue

# Examples until a fault was seen, by seed; None where it was not.
Examples = Sequence[int | None]


@dataclass(frozen=True)
class Needed:
    """How many examples it took to see a fault: the median over what was caught, and the most. None where nothing was."""

    median: float | None
    most: int | None

    def __str__(self) -> str:
        return "–" if self.median is None else f"{self.median:g} (at most {self.most})"


@dataclass(frozen=True)
class Budget:
    """How well one budget does over all pairs of fault and rule."""

    profile: str
    seeds: int
    pairs: int
    always: int
    never: int
    needed: Needed

    @property
    def sometimes(self) -> int:
        """Pairs that some seeds catch and others do not."""
        return self.pairs - self.always - self.never


@dataclass(frozen=True)
class Weakness:
    """One rule over all the faults that break it: for each profile the share caught, over all seeds, and the examples it took."""

    rule: str
    says: str
    faults: int
    shares: list[float]
    needed: list[Needed]
    missed: list[str]

    @property
    def strength(self) -> tuple[float, ...]:
        """What to sort by: the share at the last profile counts first, then at those before, then the examples needed."""
        last = self.needed[-1]
        return *reversed(self.shares), *(-(float("inf") if figure is None else figure) for figure in (last.median, last.most))


def write(proof: Path, catalogue: Catalogue) -> Path:
    """Render `proof.json` beside it; returns the path of the page."""
    whole = msgspec.json.decode(proof.read_bytes())
    for part in whole.values():
        part.setdefault("written", "")  # a file may be older than its date
    faults, variants = whole.get("faults"), whole.get("variants")
    looks = _looks(whole)
    page = pages.environment().get_template("proof.html")
    pieces = page.generate(
        problems=list(problems(whole)),
        faults=faults,
        kills=sorted(faults["rows"], key=lambda row: (row["caught"], row["rule"], row["fault"])) if faults else [],
        variants=variants,
        wire=sorted((row for each in _wire(whole) for row in each["rows"]), key=lambda row: (row["kind"], row["provider"])),
        sensitivity=whole.get("sensitivity"),
        profiles=list(looks),
        budgets=[budget(profile, list(pairs.values())) for profile, pairs in looks.items()],
        weakest=weakest(looks, catalogue),
    )
    return pages.write(proof.with_suffix(".html"), pieces)


def problems(whole: Json) -> Iterator[str]:
    """What the proof does not prove, a sentence each."""
    for row in _rows(whole, "faults"):
        if not row["caught"]:
            yield f"{row['fault']} survived {row['rule']}: {row['why']}"
    for row in _rows(whole, "variants"):
        yield from (f"{row['name']} alarmed {alarm['rule']}: {alarm['reason']}" for alarm in row["alarms"])
    for each in _wire(whole):
        yield from (f"{row['mutation']} {row['fate']}" for row in each["survivors"])
    for row in _rows(whole, "sensitivity"):
        seeds = row["examples"].get("nightly", [])
        if None in seeds:
            yield f"{row['fault']} was caught by {row['rule']} at {len(seeds) - seeds.count(None)} of {len(seeds)} seeds of nightly"


def _rows(whole: Json, part: str) -> list[Json]:
    return list(whole.get(part, {}).get("rows", []))


def _wire(whole: Json) -> list[Json]:
    return list(whole.get("wire", {}).get("providers", {}).values())


def _looks(whole: Json) -> dict[str, dict[tuple[str, str], Examples]]:
    """For each profile, each pair of rule and fault with its examples by seed: of the sensitivity, or of the one proof there is."""
    found: dict[str, dict[tuple[str, str], Examples]] = defaultdict(dict)
    if "sensitivity" in whole:
        for row in whole["sensitivity"]["rows"]:
            for profile in whole["sensitivity"]["profiles"]:
                found[profile][row["rule"], row["fault"]] = row["examples"].get(profile, [])
    elif "faults" in whole:
        for row in whole["faults"]["rows"]:
            found[whole["faults"]["profile"]][row["rule"], row["fault"]] = [(row["examples_needed"] or 1) if row["caught"] else None]
    return found


def budget(profile: str, pairs: Sequence[Examples]) -> Budget:
    """One profile's row."""
    return Budget(
        profile=profile,
        seeds=max(map(len, pairs), default=0),
        pairs=len(pairs),
        always=sum(None not in seeds for seeds in pairs),
        never=sum(not any(seeds) for seeds in pairs),
        needed=_needed([each for seeds in pairs for each in seeds]),
    )


def weakest(looks: dict[str, dict[tuple[str, str], Examples]], catalogue: Catalogue) -> list[Weakness]:
    """Every rule that a fault breaks, the one that misses most first."""
    faults: dict[str, list[str]] = defaultdict(list)
    for rule, fault in sorted({pair for pairs in looks.values() for pair in pairs}):
        faults[rule].append(fault)
    rows = []
    for rule, names in faults.items():
        by_profile = [[pairs.get((rule, name), []) for name in names] for pairs in looks.values()]
        flat = [[each for seeds in pairs for each in seeds] for pairs in by_profile]
        rows.append(
            Weakness(
                rule=rule,
                says=catalogue.rules[rule].says if rule in catalogue.rules else "",
                faults=len(names),
                shares=[_share(each) for each in flat],
                needed=[_needed(each) for each in flat],
                missed=[name for number, name in enumerate(names) if any(None in pairs[number] for pairs in by_profile)],
            )
        )
    return sorted(rows, key=lambda row: (row.strength, row.rule))


def _share(examples: Examples) -> float:
    return sum(each is not None for each in examples) / len(examples) if examples else 0.0


def _needed(examples: Examples) -> Needed:
    caught = [each for each in examples if each is not None]
    return Needed(median(caught), max(caught)) if caught else Needed(None, None)
