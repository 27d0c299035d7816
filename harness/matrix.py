"""The matrix: one page that says what the run found, what broke first, then every rule with its verdict."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment

from harness import pages
from harness.jsontypes import Json
from harness.record import ExchangeRecord, RuleRecord, RunInfo, Verdict
from harness.verdicts import FACES, SILENT, UNDECIDED, counted, headline, worst_first

SHOWN_CHARACTERS = 12_000  # of one body or example; more helps nobody on a page
# The client's and the server's own talk; the run record has it.
UNTOLD_HEADERS = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "date", "server"}


def write_matrix(records: Sequence[RuleRecord], run: RunInfo, path: Path) -> None:
    """Write the page: self-contained, without scripts or styles from elsewhere, readable from a file and without scripts."""
    pages.write(path, _page(records, run))


def render_matrix(records: Sequence[RuleRecord], run: RunInfo) -> str:
    """The page as text. Everything that comes from records is escaped."""
    return "".join(_page(records, run))


def _page(records: Sequence[RuleRecord], run: RunInfo) -> Iterator[str]:
    ordered = worst_first(records)
    word, said = headline(records, run)
    return (
        _environment()
        .get_template("matrix.html")
        .generate(
            run=run,
            word=word,
            said=said,
            faces=FACES,
            counts=counted(records),
            records=ordered,
            broken=[record for record in ordered if record.finding and record.verdict is not Verdict.PASSED],
            undecided=_by_reason(ordered, UNDECIDED),
            left_out=_by_reason(ordered, (Verdict.NOT_APPLICABLE, Verdict.NOT_TESTED)),
            observed=_observed(ordered),
            facets={
                "provider": _values(record.provider for record in records),
                "area": _values(record.area for record in records),
                "basis": _values(record.basis for record in records),
            },
            silent=SILENT,
        )
    )


def _environment() -> Environment:
    environment = pages.environment()
    environment.filters |= {"pretty": pretty, "target": request_target, "sentence_first": _first_line, "rest": _rest, "told": _told}
    return environment


def pretty(value: Json) -> str:
    """A body or an example as a person reads it."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
    hidden = len(text) - SHOWN_CHARACTERS
    return text if hidden <= 0 else f"{text[:SHOWN_CHARACTERS]}\n… {hidden} more characters"


def request_target(exchange: ExchangeRecord) -> str:
    """The path and query of a request: the host is the same for all and is said once on top."""
    parts = urlsplit(exchange.url)
    return parts.path + f"?{parts.query}" * bool(parts.query)


def _told(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers.items() if name.lower() not in UNTOLD_HEADERS)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _rest(text: str) -> str:
    return text.partition("\n")[2].strip()


def _values(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value})


def _by_reason(records: Sequence[RuleRecord], verdicts: Sequence[Verdict]) -> list[tuple[Verdict, str, list[RuleRecord]]]:
    """Rules that share verdict and reason stand together."""
    chosen = [record for record in records if record.verdict in verdicts]
    chosen.sort(key=lambda record: (verdicts.index(record.verdict), record.reason or ""))
    groups = groupby(chosen, key=lambda record: (record.verdict, record.reason or FACES[record.verdict].meaning))
    return [(verdict, reason, list(members)) for (verdict, reason), members in groups]


def _observed(records: Sequence[RuleRecord]) -> list[tuple[str, RuleRecord | None, list[str]]]:
    """Each open spot with its record, where it has one, and what was seen, by whichever rule it was seen."""
    seen: dict[str, set[str]] = {}
    for record in records:
        for spot, values in record.observed.items():
            seen.setdefault(spot, set()).update(values)
    by_id = {record.id: record for record in records}
    return [(spot, by_id.get(spot), sorted(values)) for spot, values in sorted(seen.items())]
