"""The end of a run in the terminal: the verdict first, then what is broken and how to see it again."""

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.record import RuleRecord, RunInfo, Verdict
from harness.verdicts import FACES, UNDECIDED, counted, headline, worst_first

LISTED = 20  # breaches that a terminal shows; the matrix has them all
BROKEN = (Verdict.NONCONFORMANT, Verdict.ADVISORY)
TONES = {"CONFORMING": "bold white on green4", "NONCONFORMING": "bold white on red3"}
ARTEFACTS = {
    "matrix": "index.html",
    "Allure": "allure-report/index.html",
    "record": "verdicts.jsonl",
    "JUnit": "junit.xml",
}


def render_summary(records: Sequence[RuleRecord], run: RunInfo, *, width: int = 100, color: bool = False) -> str:
    """The summary as text of at most `width` columns, with terminal colours if `color`."""
    out = io.StringIO()
    # A terminal without colours would still get bold and links as escapes: `color` decides about all of them.
    console = Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False, emoji=False, markup=False)
    _verdict(console, records, run)
    _counts(console, records)
    _breaches(console, [record for record in worst_first(records) if record.verdict in BROKEN])
    _complaints(console, run.complaints)
    _known(console, [record for record in worst_first(records) if record.verdict is Verdict.DEVIATING])
    _reasons(console, "Without a verdict", [record for record in worst_first(records) if record.verdict in UNDECIDED])
    _reasons(console, "Not applicable here", [record for record in records if record.verdict is Verdict.NOT_APPLICABLE])
    _artefacts(console, run)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _verdict(console: Console, records: Sequence[RuleRecord], run: RunInfo) -> None:
    word, said = headline(records, run)
    console.print()
    console.print(Text.assemble((f" {word} " if console.is_terminal else word, TONES.get(word, "bold black on yellow")), f": {said}"))
    facts = [f"{', '.join(run.providers)} against {run.target}", f"profile {run.profile}", f"seed {run.seed}"]
    facts += [f"{run.requests:,} requests", f"{run.seconds:.1f} s"] + ["strict"] * run.strict
    console.print(Text(" · ".join(facts), style="dim"))


def _counts(console: Console, records: Sequence[RuleRecord]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    for _ in range(2):
        table.add_column()
    for verdict, count in counted(records).items():
        if count:
            face = FACES[verdict]
            table.add_row(str(count), Text(face.word, style=face.style), Text(face.meaning, style="dim"))
    console.print()
    console.print(Padding(table, (0, 0, 0, 2)))


def _breaches(console: Console, broken: list[RuleRecord]) -> None:
    if not broken:
        return
    _title(console, "Broken promises")
    for record in broken[:LISTED]:
        face = FACES[record.verdict]
        console.print(Text.assemble(("  " + face.mark + " ", face.style), (record.id, "bold")))
        _indented(console, record.says)
        _indented(console, f"{face.word} · {record.basis} · {record.source}", "dim")
        if record.finding:
            _indented(console, record.finding.message.partition("\n")[0])
            _indented(console, f"right would have been: {record.finding.expected}" if record.finding.expected else "")
            _indented(console, record.finding.rerun, "cyan")
    if len(broken) > LISTED:
        _indented(console, f"and {len(broken) - LISTED} more in the matrix")


def _complaints(console: Console, complaints: Sequence[str]) -> None:
    if complaints:
        _title(console, "Deviations out of date")
    for complaint in complaints:
        _indented(console, complaint, "bold red")


def _known(console: Console, records: Sequence[RuleRecord]) -> None:
    if records:
        _title(console, "Known deviations")
    for record in records:
        _indented(console, f"{record.id}: {record.deviation}")


def _reasons(console: Console, title: str, records: Sequence[RuleRecord]) -> None:
    """Rules that share a reason share a line."""
    if not records:
        return
    _title(console, title)
    reasons = Counter(record.reason or FACES[record.verdict].meaning for record in records)
    for reason, count in reasons.most_common(LISTED):
        sample = next(record.id for record in records if (record.reason or FACES[record.verdict].meaning) == reason)
        _indented(console, f"{count} × {reason}" if count > 1 else f"{sample}: {reason}")


def _artefacts(console: Console, run: RunInfo) -> None:
    reports = Path(run.reports)
    written = {name: reports / file for name, file in ARTEFACTS.items() if run.reports and (reports / file).exists()}
    if written:
        _title(console, "Reports")
    for name, path in written.items():
        console.print(f"  {name:<8}{path}", soft_wrap=True)
    console.print()


def _title(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold"))


def _indented(console: Console, text: str, style: str = "") -> None:
    if text:
        console.print(Padding(Text(text, style=style), (0, 0, 0, 4)))
