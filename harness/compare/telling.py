"""A comparison in words: for the terminal, for a comment, for a page, for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from harness import pages
from harness.compare import Change, Kind, Run
from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING

# Lines of one kind that a terminal or a comment shows; the page and the JSON have them all.
SHOWN = 25
# Where a run keeps the evidence of its breaches, beside its record.
MATRIX = "index.html"
MEANINGS: dict[Kind, str] = {
    Kind.NEWLY_FAILING: "kept before, broken now",
    Kind.NEVER_REACHED: "without a verdict in the new run, so nobody knows",
    Kind.VANISHED: "judged before, and no longer",
    Kind.BREAKS_DIFFERENTLY: "broken before and now, in another way",
    Kind.FIXED: "broken before, kept now",
    Kind.STILL_FAILING: "broken before and now",
    Kind.STILL_DEVIATING: "known, with an owner and a date",
    Kind.DRIFTED: "the document leaves it open, and the target does it differently now",
    Kind.ANSWERS: "fields, types, words, statuses or headers of answers",
    Kind.NEW: "not in the old run",
    Kind.NOISE: "differs between two runs of the old target as well, so it says nothing",
}


def verdict(changes: Sequence[Change], *, strict: bool) -> tuple[str, int]:
    """The comparison in a sentence, and the exit code: 1 for what is newly broken, 3 for what was not reached, else 0.

    `strict`: advisory breaches, drift and changed answers count as newly broken too.
    """
    firm = [change for change in changes if change.kind is Kind.NEWLY_FAILING and (strict or change.basis == "documented")]
    if strict:
        firm += [change for change in changes if change.kind in {Kind.BREAKS_DIFFERENTLY, Kind.DRIFTED, Kind.ANSWERS}]
    counts = Counter(change.kind for change in changes)
    said = "; ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind]) or "no difference"
    if firm:
        return f"WORSE: {said}", NONCONFORMING
    if counts[Kind.NEVER_REACHED] or counts[Kind.VANISHED]:
        return f"INCOMPLETE: {said}", INCOMPLETE
    return f"NO WORSE: {said}", CONFORMING


def as_text(old: Run, new: Run, changes: Sequence[Change], *, strict: bool) -> str:
    """The comparison for a terminal."""
    lines = [verdict(changes, strict=strict)[0], *(f"  {each}" for each in heads(old, new))]
    for kind, members in _by_kind(changes):
        lines += ["", f"{kind.capitalize()} ({len(members)}): {MEANINGS[kind]}"]
        for change in members[:SHOWN]:
            lines += [f"  {change.subject}", *(f"    {line}" for line in _details(change))]
        lines += [f"  and {len(members) - SHOWN} more"] * (len(members) > SHOWN)
    return "\n".join(lines) + "\n"


def as_markdown(old: Run, new: Run, changes: Sequence[Change], *, strict: bool) -> str:
    """The comparison for a comment: what is worse stands open, the rest folded."""
    lines = [f"**{_plain(verdict(changes, strict=strict)[0])}**", "", *(f"- {_plain(each)}" for each in heads(old, new)), ""]
    for kind, members in _by_kind(changes):
        title = f"{kind.capitalize()} ({len(members)}): {MEANINGS[kind]}"
        rows = [f"| `{change.subject}` | {_cell(change.says)} | {_cell(change.was)} | {_cell(change.now)} |" for change in members[:SHOWN]]
        rows += [f"| … | {len(members) - SHOWN} more | | |"] * (len(members) > SHOWN)
        table = ["", "| what | promise | was | is |", "|---|---|---|---|", *rows, ""]
        opened = kind in {Kind.NEWLY_FAILING, Kind.NEVER_REACHED}
        lines += [f"### {title}", *table] if opened else ["<details>", f"<summary>{title}</summary>", *table, "</details>", ""]
    return "\n".join(lines) + "\n"


def as_json(old: Run, new: Run, changes: Sequence[Change], *, strict: bool) -> str:
    """The comparison for machines."""
    said, code = verdict(changes, strict=strict)
    body = {"verdict": said, "exit_code": code, "old": old.info, "new": new.info, "changes": changes}
    return msgspec.json.format(msgspec.json.encode(body)).decode() + "\n"


def as_page(old: Run, new: Run, changes: Sequence[Change], *, strict: bool) -> str:
    """The comparison as one self-contained page."""
    said, code = verdict(changes, strict=strict)
    groups = [(kind, MEANINGS[kind], members) for kind, members in _by_kind(changes)]
    page = pages.environment().get_template("compare.html")
    return page.render(said=said, code=code, old=old, new=new, heads=heads(old, new), evidence=str(new.directory / MATRIX), groups=groups)


def heads(old: Run, new: Run) -> list[str]:
    """What each run was, and what makes them hard to compare."""
    lines = [
        f"{name}: {run.info.target}, profile {run.info.profile}, seed {run.info.seed}, {run.info.started[:16].replace('T', ' ')} UTC,"
        f" {run.info.verdict or 'unfinished'}"
        for name, run in (("old", old), ("new", new))
    ]
    for name in ("profile", "seed", "providers"):
        before, after = getattr(old.info, name), getattr(new.info, name)
        if before != after:
            lines.append(f"they differ in {name} ({before} and {after}), so some differences may come from that")
    return lines


def _by_kind(changes: Sequence[Change]) -> Iterator[tuple[Kind, list[Change]]]:
    for kind, members in groupby(changes, key=lambda change: change.kind):
        yield kind, list(members)


def _details(change: Change) -> list[str]:
    lines = [change.says] if change.says else []
    if change.kind in {Kind.STILL_DEVIATING, Kind.STILL_FAILING} or not change.was:
        lines.append(change.now)
    else:
        lines.append(f"{change.was}  ->  {change.now or 'gone'}")
    if change.kind is Kind.STILL_FAILING:
        return lines
    right = [f"right would have been: {change.expected}"] if change.expected else []
    return [*lines, *right, *([change.rerun] if change.rerun else [])]


def _cell(text: str) -> str:
    return _plain(text.replace("|", "\\|").replace("\n", " "))[:300]


def _plain(text: str) -> str:
    """Text that no Markdown or HTML is read into."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
