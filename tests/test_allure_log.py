"""What reaches the Allure results: redacted, with our verdict, and the same identity in every run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import allure_pytest.plugin
import pytest
from allure_commons import model2
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Label, Parameter, StatusDetails

from harness.allure_log import CATEGORIES, STATUS, AllureLog, Children, install, write_run_files
from harness.jsontypes import Json
from harness.record import Verdict
from harness.redaction import Redactor
from tests import samples

SECRET = "planted-secret-token"
SSN = "123-45-6789"


@pytest.fixture
def log() -> AllureLog:
    return AllureLog(Redactor({"FINCOM_ACCESS_TOKEN": SECRET}, key=b"k" * 32), strict=False)


def result(name: str = "test_phone[no-plus]", **changes: Any) -> Any:
    values: dict[str, Any] = {"uuid": "u-1", "name": name, "fullName": "suites.fincom.test_phone#test_phone", "status": "failed", **changes}
    return model2.TestResult(**values)


def written(directory: Path) -> dict[str, Json]:
    content: dict[str, Json] = json.loads(next(directory.glob("*-result.json")).read_text())
    return content


def report(log: AllureLog, directory: Path, item: Any) -> dict[str, Json]:
    log.logger(str(directory), False).report_result(item)
    return written(directory)


def test_installing_takes_the_place_of_allures_own_logger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(allure_pytest.plugin, "AllureFileLogger", AllureFileLogger)
    log = install(Redactor({}), strict=False)
    logger = allure_pytest.plugin.AllureFileLogger(str(tmp_path), False)
    assert logger.__class__.__name__ == "RedactingLogger"
    log.tell("test_phone", samples.record(1, says="The promise."))
    logger.report_result(result("test_phone"))
    assert written(tmp_path)["name"] == "The promise."


def test_every_text_of_a_result_is_redacted(log: AllureLog, tmp_path: Path) -> None:
    told = f"{SECRET} and {SSN}"
    item = result(
        f"test_x[{SECRET}]",
        description=told,
        statusDetails=StatusDetails(message=told, trace=told),
        parameters=[Parameter("p", told)],
        labels=[Label("story", told)],
        steps=[model2.TestStepResult(name=told, parameters=[Parameter("p", told)], steps=[model2.TestStepResult(name=told)])],
        titlePath=[told],
    )
    report(log, tmp_path, item)
    text = next(tmp_path.glob("*-result.json")).read_text()
    assert SECRET not in text
    assert SSN not in text
    assert "$FINCOM_ACCESS_TOKEN" in text


def test_containers_and_attachments_are_redacted(log: AllureLog, tmp_path: Path) -> None:
    logger = log.logger(str(tmp_path), False)
    (tmp_path / "source").write_text(f"file {SECRET}")
    logger.report_container(model2.TestResultContainer(uuid="c", befores=[model2.TestBeforeResult(name=SECRET, status="broken")]))
    logger.report_container(model2.TestResultContainer(uuid="d", befores=[model2.TestBeforeResult(name="fine", status="passed")]))
    logger.report_container(model2.TestResultContainer(uuid="e", afters=[model2.TestAfterResult(name="never said", status=None)]))
    logger.report_attached_data(f"text {SECRET}", "a.txt")
    logger.report_attached_data(f"bytes {SSN}".encode(), "b.txt")
    logger.report_attached_data(b"\xff\xd8 planted bytes", "c.jpg")
    logger.report_attached_file(str(tmp_path / "source"), "d.txt")
    (tmp_path / "source").unlink()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for planted in (SECRET, SSN, "planted bytes"):
        assert planted.encode() not in everything
    assert len(list(tmp_path.glob("*-container.json"))) == 1
    assert (tmp_path / "c.jpg").read_text().startswith("<file 16 bytes")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_our_verdict_decides_the_status(log: AllureLog, tmp_path: Path, verdict: Verdict) -> None:
    log.tell("test_phone", samples.record(1, verdict, reason="a reason"))
    shown = report(log, tmp_path, result("test_phone", status="passed"))
    assert shown["status"] == STATUS[verdict]
    assert {"name": "verdict", "value": verdict.value} in shown["labels"]


def test_an_advisory_fails_under_strict(tmp_path: Path) -> None:
    log = AllureLog(Redactor({}), strict=True)
    log.tell("test_phone", samples.record(1, Verdict.ADVISORY))
    assert report(log, tmp_path, result("test_phone"))["status"] == "failed"


def test_a_breach_says_what_a_person_needs(log: AllureLog, tmp_path: Path) -> None:
    breach = next(record for record in samples.records() if record.id == "fincom-v2/phone-needs-a-plus")
    log.tell("test_phone[no-plus]", breach)
    shown = report(log, tmp_path, result())
    assert shown["name"] == f"{breach.says} [no-plus]"
    assert shown["statusDetails"]["message"].startswith("nonconformant: the customer was created")
    for part in (breach.says, breach.source, "400 or 422"):
        assert part in shown["description"]
    labels = {label["name"]: label["value"] for label in shown["labels"]}
    assert labels["epic"] == "fincom"
    assert (labels["feature"], labels["story"], labels["tag"]) == (breach.area, breach.id, "documented")
    texts = {each["name"]: (tmp_path / each["source"]).read_text() for each in shown["attachments"]}
    assert "POST http://127.0.0.1:8321/fincom/v2/customers/individual" in texts["What was sent and what came"]
    assert json.loads(texts["Smallest example"])["customer"]["basic_info"]["phone"] == "14155552671"
    assert "--seed 42" in texts["To see it again: pytest and curl"]
    assert "curl -sS" in texts["To see it again: pytest and curl"]
    assert texts["Deviation entry to paste"] == samples.DEVIATION


def test_nothing_of_a_run_identifies_a_test(log: AllureLog, tmp_path: Path) -> None:
    identities = []
    for number in (1, 2):
        item = result(
            historyId=f"of-{number}",
            parameters=[Parameter("edit", f"<Edit at 0x{number}>")],
            labels=[Label("host", f"machine-{number}"), Label("thread", f"{number}-Main"), Label("tag", "rule('x')")],
        )
        directory = tmp_path / str(number)
        log.tell("test_phone[no-plus]", samples.record(1))
        shown = report(log, directory, item)
        identities.append((shown["historyId"], shown["parameters"], shown["labels"]))
    assert identities[0] == identities[1]
    assert identities[0][1] == [{"name": "case", "value": "no-plus"}]
    other = tmp_path / "other"
    assert report(log, other, result("test_phone[no-digits]"))["historyId"] != identities[0][0]


def test_a_test_without_a_record_is_still_written(log: AllureLog, tmp_path: Path) -> None:
    assert report(log, tmp_path, result("test_phone", status="broken"))["status"] == "broken"


def test_what_was_told_of_one_test_is_not_said_of_another(log: AllureLog, tmp_path: Path) -> None:
    log.tell("test_phone", samples.record(1, says="Told."))
    report(log, tmp_path / "1", result("test_phone"))
    assert report(log, tmp_path / "2", result("test_phone"))["name"] == "test_phone"


def test_the_run_files_tell_environment_executor_and_categories(tmp_path: Path) -> None:
    write_run_files(tmp_path, samples.run(command="pytest\nsuites \\x"))
    properties = dict(line.split("=", 1) for line in (tmp_path / "environment.properties").read_text().splitlines())
    assert properties["Target"] == "mock"
    assert properties["hypothesis"] == "6.170.15"
    assert properties["Command"] == "pytest suites \\\\x"
    assert json.loads((tmp_path / "executor.json").read_text())["name"] == "railproof"
    names = [category["name"] for category in json.loads((tmp_path / "categories.json").read_text())]
    assert names == list(CATEGORIES.values())


SUITE = f'''
import pytest

@pytest.fixture
def token():
    print("issued {SECRET}")
    return "{SECRET}"

@pytest.mark.parametrize("case", ["a", "{SECRET}", {{"tin": "{SSN}"}}], ids=["a", "{SSN}", "c"])
def test_leaks(token, case):
    key = {{"document_id": "DL-{SSN}", "access_token": token}}
    raise AssertionError(f"{{token}} with {{key}} and {{case}}")
'''
WIRING = f'''
import pytest
from harness.allure_log import install
from harness.record import RuleRecord, Verdict
from harness.redaction import Redactor

LOG = install(Redactor({{"FINCOM_ACCESS_TOKEN": "{SECRET}"}}, key=b"k" * 32), strict=False)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        told = dict(id="x/leaks", provider="x", basis="documented", says="Nothing leaks.")
        LOG.tell(item.name, RuleRecord(verdict=Verdict.NONCONFORMANT, **told))
    return report
'''


def test_a_run_on_two_workers_leaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(WIRING)
    (tmp_path / "test_leaks.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "--alluredir", "results", "test_leaks.py"]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "3 failed" in done.stdout
    results = [json.loads(path.read_text()) for path in (tmp_path / "results").glob("*-result.json")]
    assert {each["status"] for each in results} == {"failed"}
    assert len({each["historyId"] for each in results}) == 3
    for path in (tmp_path / "results").iterdir():
        assert SECRET not in path.read_text(), path
        assert SSN not in path.read_text(), path


def test_a_fixture_is_not_searched_for_its_tests() -> None:
    compared: list[int] = []

    class Id(int):
        def __eq__(self, other: object) -> bool:
            compared.append(self)
            return int(self) == other

        __hash__ = int.__hash__

    children = Children()
    for number in range(1000):
        assert Id(number) not in children
        children.append(Id(number))
        assert Id(number) in children
    assert len(compared) < 10_000, "a search would compare a million times"
    assert list(children) == list(range(1000))
