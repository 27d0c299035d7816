"""The kill table as Markdown: fault, rule, caught by, examples needed; and the servers of legal readings."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.jsontypes import Json


def write(proof: Path, path: Path) -> None:
    """Render `proof.json` for people."""
    whole = msgspec.json.decode(proof.read_bytes())
    lines = ["# Proof of the suite", ""]
    if "faults" in whole:
        lines += _faults(whole["faults"])
    if "variants" in whole:
        lines += _variants(whole["variants"])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _faults(part: Json) -> list[str]:
    rows = part["rows"]
    caught = sum(row["caught"] for row in rows)
    faults = len({row["fault"] for row in rows})
    how = f"{faults} faults, profile {part['profile']}, seed {part['seed']}"
    head = [
        f"## Faults: {caught} of {len(rows)} pairs of fault and rule caught ({how})",
        "",
        "| fault | rule | caught by | examples needed |",
        "|---|---|---|---|",
    ]
    body = [
        f"| `{row['fault']}` | `{row['rule']}` | {_test(row)} | {row['examples_needed'] if row['caught'] else '—'} |"
        for row in sorted(rows, key=lambda row: (row["caught"], row["rule"], row["fault"]))
    ]
    return [*head, *body, ""]


def _test(row: Json) -> str:
    return f"`{row['caught_by'].rpartition('::')[2]}`" if row["caught"] else f"**survived**: {row['why']}"


def _variants(part: Json) -> list[str]:
    rows = part["rows"]
    alarms = sum(len(row["alarms"]) for row in rows)
    names = {name for row in rows for name in row["variants"]}
    head = [
        f"## Variants: {alarms} alarms from {len(names)} variants on {len(rows)} servers (profile {part['profile']}, seed {part['seed']})",
        "",
        "| server | variants | rules judged | alarms |",
        "|---|---|---|---|",
    ]
    body = [f"| {row['name']} | {', '.join(f'`{name}`' for name in row['variants'])} | {row['rules']} | {_alarms(row)} |" for row in rows]
    return [*head, *body, ""]


def _alarms(row: Json) -> str:
    return "; ".join(f"`{alarm['rule']}`: {alarm['reason']}" for alarm in row["alarms"]) or "none"
