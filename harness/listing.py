"""`--list-rules`: the catalogue, and what would run here and why not."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from harness.rules import Rule
from harness.run import Run


def list_rules(run: Run) -> None:
    """Print one line per selected rule."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("rule", "basis", "here", "promise"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "basis")
    for rule_id in sorted(run.selected):
        rule = run.catalogue.get(rule_id)
        table.add_row(rule.id, rule.basis, here(rule, run), rule.says)
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 220)
    console.print(table)
    console.print(f"{len(run.selected)} rules for target {run.target.name}")


def here(rule: Rule, run: Run) -> str:
    """What would happen to the rule at this target."""
    if rule.not_tested is not None:
        return f"not tested: {rule.not_tested}"
    unmet = run.unmet(rule)
    return f"not applicable: {unmet}" if unmet else "runs"
