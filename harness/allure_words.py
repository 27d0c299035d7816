"""What an Allure page says of a test: its labels, the promise in words, and the evidence against it."""

import json
from typing import Any

from allure_commons.model2 import Label
from allure_commons.types import AttachmentType

from harness.exchange import NOT_IN_CURL
from harness.jsontypes import Json
from harness.record import ExchangeRecord, Finding, RuleRecord
from harness.verdicts import FACES


def labels(record: RuleRecord) -> list[Any]:
    """Provider, area and rule as epic, feature and story; severity; basis and verdict to filter by."""
    named = {
        "epic": record.provider,
        "feature": record.area or record.operation,
        "story": record.id,
        "severity": record.severity,
        "tag": record.basis,
        "verdict": record.verdict.value,
    }
    return [Label(name, value) for name, value in named.items() if value]


def description(record: RuleRecord) -> str:
    """The promise, where it stands, and what would have been right, as Markdown."""
    lines = [f"**{record.says}**", f"Source: {record.source} ({record.basis})", f"Rule `{record.id}`, operation `{record.operation}`"]
    lines.append(f"Verdict: **{FACES[record.verdict].word}**. {FACES[record.verdict].meaning}")
    if record.deviation:
        lines.append(f"Known: {record.deviation}")
    if record.reason and not record.finding:
        lines.append(f"Reason: {record.reason}")
    if record.finding and record.finding.expected:
        lines.append(f"What would have been right: {record.finding.expected}")
    if record.finding and record.finding.rerun:
        lines.append(f"```\n{record.finding.rerun}\n```")
    for spot, values in record.observed.items():
        lines.append(f"Seen of `{spot}`: {', '.join(values)}")
    return "\n\n".join(lines)


def evidence(finding: Finding) -> list[tuple[str, Any, str]]:
    """The attachments of a breach: title, type and text, what explains most first."""
    sent = "\n\n".join(_conversation(exchange) for exchange in finding.exchanges)
    commands = [finding.rerun, *(exchange.curl for exchange in finding.exchanges[-1:])]
    found = [
        ("What was sent and what came", AttachmentType.TEXT, sent),
        ("Smallest example", AttachmentType.JSON, "" if finding.example is None else _pretty(finding.example)),
        ("To see it again: pytest and curl", AttachmentType.TEXT, "\n\n".join(filter(None, commands))),
        ("Deviation entry to paste", AttachmentType.TEXT, finding.deviation),
    ]
    return [(title, kind, text) for title, kind, text in found if text]


def _conversation(exchange: ExchangeRecord) -> str:
    """One exchange the way it went over the wire."""
    status = "no answer" if exchange.status is None else str(exchange.status)
    title = f"{exchange.note}: " * bool(exchange.note) + f"{exchange.operation}, {status} after {exchange.ms:.1f} ms"
    told = {name: value for name, value in exchange.request_headers.items() if name.lower() not in NOT_IN_CURL}
    sent = [f"{exchange.method} {exchange.url}", *_header_lines(told), "", _pretty(exchange.request)]
    came = [status, *_header_lines(exchange.response_headers), "", _pretty(exchange.response)]
    return "\n".join([f"--- {title}", *sent, "", f"=> {came[0]}", *came[1:]])


def _header_lines(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _pretty(value: Json) -> str:
    if value is None:
        return "(no body)"
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
