"""The run record: what is known of each rule, appended as it becomes known, so that a killed run keeps what it learnt."""

from enum import StrEnum
from pathlib import Path

import msgspec

from harness.jsontypes import Json


class Verdict(StrEnum):
    """What is known of a rule.

    Two are no verdicts: `NOT_TESTED`, where the catalogue says why nobody judges it, and `DEVIATING`, a breach that the target's
    file accounts for.
    """

    PASSED = "passed"
    NONCONFORMANT = "nonconformant"
    ADVISORY = "advisory"
    NOT_APPLICABLE = "not_applicable"
    NOT_CHECKABLE = "not_checkable"
    ENVIRONMENT_FAULT = "environment_fault"
    UNKNOWN = "unknown"
    NOT_TESTED = "not_tested"
    DEVIATING = "deviating"


class ExchangeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One request with its answer, already redacted. `status` is None where no answer came."""

    operation: str
    method: str
    url: str
    status: int | None
    ms: float
    request: Json = None
    response: Json = None
    request_headers: dict[str, str] = {}
    response_headers: dict[str, str] = {}
    curl: str = ""
    note: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence against a rule: the smallest example, what was sent and came, and how to see it again."""

    test: str
    message: str
    expected: str = ""
    example: Json = None
    exchanges: list[ExchangeRecord] = []
    rerun: str = ""
    deviation: str = ""


class RuleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `verdicts.jsonl`."""

    id: str
    provider: str
    verdict: Verdict
    basis: str
    exchanges: int = 0
    examples: int = 0
    seed: int = 0
    says: str = ""
    source: str = ""
    area: str = ""
    operation: str = ""
    severity: str = "normal"
    reason: str | None = None
    finding: Finding | None = None
    observed: dict[str, list[str]] = {}
    seconds: float = 0.0
    tests: int = 0
    deviation: str = ""


class RunInfo(msgspec.Struct, kw_only=True):
    """What the run was: `run.json` beside the verdicts. Times are ISO 8601 in UTC."""

    target: str
    providers: list[str]
    profile: str
    seed: int
    strict: bool
    started: str
    finished: str = ""
    seconds: float = 0.0
    exit_code: int = -1
    verdict: str = ""
    requests: int = 0
    versions: dict[str, str] = {}
    command: str = ""
    reports: str = ""
    complaints: list[str] = []


class RunRecord:
    """Appends rule records to `verdicts.jsonl`, one line each, flushed at once."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lines = (directory / "verdicts.jsonl").open("wb", buffering=0)
        self.records: list[RuleRecord] = []

    def append(self, record: RuleRecord) -> None:
        """Write one line; it is on disk when this returns."""
        self.records.append(record)
        self._lines.write(msgspec.json.encode(record) + b"\n")

    def write_run(self, run: RunInfo) -> None:
        """Write `run.json`: at the start with exit code -1 (a killed run keeps it so), at the end with the outcome."""
        (self._directory / "run.json").write_bytes(msgspec.json.format(msgspec.json.encode(run)) + b"\n")

    def close(self) -> None:
        """Close the file of lines."""
        self._lines.close()


def read_records(directory: Path) -> list[RuleRecord]:
    """Read back `verdicts.jsonl`; a last line cut short by a killed run is left out."""
    decoder = msgspec.json.Decoder(RuleRecord)
    lines = (directory / "verdicts.jsonl").read_bytes().split(b"\n")
    return [decoder.decode(line) for line in lines[:-1]]
