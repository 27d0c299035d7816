# mypy: allow-untyped-calls
# (allure-python-commons carries no types, and its logger is our base class)
"""The one way by which anything reaches the Allure results: redacted, with our verdicts, in words for people.

`install` puts `AllureLog.logger` in the place of the logger that allure-pytest would create. What a test was and how it
ended is told by `AllureLog.tell` at any time before pytest has finished the test; everything else is done when its
result is written, so that no call of Allure's is ever needed inside a generated example.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import allure_pytest.listener
import allure_pytest.plugin
import attr
from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, Parameter, Status, StatusDetails, TestResultContainer

from harness import bodies
from harness.allure_words import description, evidence, labels
from harness.record import RuleRecord, RunInfo, Verdict
from harness.redaction import Redactor
from harness.verdicts import FACES

STATUS = {
    Verdict.PASSED: Status.PASSED,
    Verdict.NONCONFORMANT: Status.FAILED,
    Verdict.ADVISORY: Status.BROKEN,
    Verdict.NOT_CHECKABLE: Status.BROKEN,
    Verdict.ENVIRONMENT_FAULT: Status.UNKNOWN,
    Verdict.UNKNOWN: Status.UNKNOWN,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
    Verdict.NOT_TESTED: Status.SKIPPED,
    Verdict.DEVIATING: Status.SKIPPED,
}
CATEGORIES = {
    Verdict.NONCONFORMANT: "Breach: the document states it",
    Verdict.ADVISORY: "Advisory: implied or shown by example",
    Verdict.DEVIATING: "Known deviation",
    Verdict.NOT_CHECKABLE: "Not checkable",
    Verdict.UNKNOWN: "Unknown: the answer to a write was lost",
    Verdict.ENVIRONMENT_FAULT: "Environment fault",
}
# Allure's own labels that say nothing to a reader, or something else on each machine.
UNWANTED_LABELS = {"host", "thread", "tag", "package", "framework", "language", "parentSuite", "suite", "subSuite"}
IDENTITIES = {"uuid", "historyId", "testCaseId", "source", "type", "start", "stop", "status", "stage"}
LONGEST_ATTACHMENT = 200_000  # characters; the page holds all attachments of all runs' tests


class AllureLog:
    """What is known of the tests of this process, and the redaction of what is written about them."""

    def __init__(self, redactor: Redactor, *, strict: bool) -> None:
        self.redactor = redactor
        self.strict = strict
        self._told: dict[str, RuleRecord] = {}

    def tell(self, test_name: str, record: RuleRecord) -> None:
        """Say how the test with this name (`item.name`) ended; its result is about to be written."""
        self._told[test_name] = record

    def take(self, test_name: str) -> RuleRecord | None:
        """What was told of a test, once."""
        return self._told.pop(test_name, None)

    def logger(self, report_dir: str, clean: bool) -> "RedactingLogger":
        """What allure-pytest calls in the place of its own logger's class."""
        return RedactingLogger(report_dir, clean, self)


class Children(list[Any]):
    """The tests of a fixture. allure-pytest looks through them twice in every test, which takes ever longer in a list."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[Any] = set()

    def append(self, child: Any) -> None:
        """Add a test."""
        super().append(child)
        self._known.add(child)

    def __contains__(self, child: object) -> bool:
        return child in self._known


def _container(uuid: Any) -> TestResultContainer:
    return TestResultContainer(uuid=uuid, children=Children())


def install(redactor: Redactor, *, strict: bool) -> AllureLog:
    """Make allure-pytest log through us. To be called before its `pytest_configure`, at import time of our plugin or first in it."""
    log = AllureLog(redactor, strict=strict)
    allure_pytest.plugin.AllureFileLogger = log.logger
    allure_pytest.listener.TestResultContainer = _container
    return log


class RedactingLogger(AllureFileLogger):
    """Writes results, containers and attachments after redaction, results with what was told of their test."""

    def __init__(self, report_dir: str, clean: bool, log: AllureLog) -> None:
        super().__init__(report_dir, clean)
        self._log = log

    @hookimpl
    def report_result(self, result: Any) -> None:
        """A test result."""
        record = self._log.take(result.name)
        _stabilise(result)
        if record:
            self._describe(result, record)
        _redact(result, self._log.redactor)
        self._report_item(result)

    @hookimpl
    def report_container(self, container: Any) -> None:
        """The fixtures around tests: only those that went wrong tell anybody anything."""
        if not any(fixture.status in {Status.FAILED, Status.BROKEN} for fixture in [*container.befores, *container.afters]):
            return
        _redact(container, self._log.redactor)
        self._report_item(container)

    @hookimpl
    def report_globals(self, globals_item: Any) -> None:
        """What belongs to no test."""
        _redact(globals_item, self._log.redactor)
        self._report_item(globals_item)

    @hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Text is redacted; anything else is replaced by its mark, for nothing in it can be looked at."""
        super().report_attached_data(self._shown(body), file_name)

    @hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """As attached data."""
        super().report_attached_data(self._shown(Path(source).read_bytes()), file_name)

    def _shown(self, body: str | bytes) -> str:
        try:
            text = body.decode() if isinstance(body, bytes) else body
        except UnicodeDecodeError as error:
            return bodies.file_mark(error.object)
        hidden = len(text) - LONGEST_ATTACHMENT
        if hidden > 0:
            text = f"{text[:LONGEST_ATTACHMENT]}\n… {hidden} more characters"
        return self._log.redactor.text(text)

    def _describe(self, result: Any, record: RuleRecord) -> None:
        case = _case(result.name)
        result.name = record.says + (f" [{case}]" if case else "")
        result.description = description(record)
        result.labels = [*result.labels, *labels(record)]
        result.status = Status.FAILED if self._log.strict and record.verdict is Verdict.ADVISORY else STATUS[record.verdict]
        result.statusDetails = _details(record, result.statusDetails)
        for title, kind, text in evidence(record.finding) if record.finding else ():
            self._attach(result, title, kind, text)

    def _attach(self, result: Any, title: str, kind: Any, text: str) -> None:
        name = f"{result.uuid}-{len(result.attachments)}-attachment.{kind.extension}"
        result.attachments.append(Attachment(name=title, source=name, type=kind.mime_type))
        self.report_attached_data(text, name)


def write_run_files(results_dir: Path, run: RunInfo) -> None:
    """Environment, executor and categories. To be called by one process of a run only."""
    results_dir.mkdir(parents=True, exist_ok=True)
    facts = {
        "Target": run.target,
        "Providers": ", ".join(run.providers),
        "Profile": run.profile,
        "Seed": str(run.seed),
        "Strict": "yes" if run.strict else "no",
        "Verdict": run.verdict,
        "Requests": str(run.requests),
        "Command": run.command,
    } | run.versions
    properties = "".join(f"{_key(name)}={_one_line(value)}\n" for name, value in facts.items() if value)
    (results_dir / "environment.properties").write_text(properties, encoding="utf-8")
    executor = {"name": "railproof", "buildName": f"{run.target} {run.profile} {run.started}", "reportName": f"Railproof: {run.target}"}
    (results_dir / "executor.json").write_text(json.dumps(executor), encoding="utf-8")
    categories = [
        {"name": name, "matchedStatuses": _statuses(verdict), "messageRegex": f"(?s)^{FACES[verdict].word}: .*"}
        for verdict, name in CATEGORIES.items()
    ]
    (results_dir / "categories.json").write_text(json.dumps(categories, indent=2), encoding="utf-8")


def _statuses(verdict: Verdict) -> list[str]:
    return [STATUS[verdict], Status.FAILED] if verdict is Verdict.ADVISORY else [STATUS[verdict]]


def _details(record: RuleRecord, details: Any) -> Any:
    """The message starts with the verdict's word, by which the categories of Allure 2 know it."""
    if record.verdict is Verdict.PASSED:
        return None
    said = record.finding.message if record.finding else record.reason or FACES[record.verdict].meaning
    trace = details.trace if details and not record.finding else None  # a finding's attachments say it better
    return StatusDetails(message=f"{FACES[record.verdict].word}: {said}", trace=trace)


def _stabilise(result: Any) -> None:
    """Nothing that differs from run to run may identify a test: the id of its case does, no object's address."""
    case = _case(result.name)
    result.parameters = [Parameter("case", case)] if case else []
    result.historyId = hashlib.sha256(f"{result.fullName}[{case}]".encode()).hexdigest()[:32]
    result.labels = [label for label in result.labels if label.name not in UNWANTED_LABELS]


def _case(test_name: str) -> str:
    """`no-plus` of `test_phone[no-plus]`."""
    return test_name.partition("[")[2].removesuffix("]")


def _redact(node: Any, redactor: Redactor) -> None:
    """Redact every text of an item of Allure's model in place, but for what identifies it."""
    for field in attr.fields(type(node)):
        value = getattr(node, field.name)
        if isinstance(value, str) and field.name not in IDENTITIES:
            setattr(node, field.name, redactor.text(value))
        elif isinstance(value, list):
            setattr(node, field.name, [redactor.text(item) if isinstance(item, str) else item for item in value])
        for child in value if isinstance(value, list) else [value]:
            if attr.has(type(child)):
                _redact(child, redactor)


def _key(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)


def _one_line(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", " ")
