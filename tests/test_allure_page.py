"""The Allure page: one file, nothing loaded from elsewhere, and no page is never a failure."""

import json
import os
import re
import stat
from pathlib import Path

import msgspec
import pytest
from allure_commons import model2

from harness import allure_page
from harness.allure_log import CATEGORIES, AllureLog, write_run_files
from harness.redaction import Redactor
from tests import samples
from tests.browser import rendered

TRACKED = """<!doctype html><html><head><script>window.kept = 1;</script>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-X"></script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
</script><script src="data:text/javascript;base64,AA=="></script></head><body>page</body></html>"""
FAKE = """#!/bin/sh
{body}
"""
WRITES_A_PAGE = """
while [ "$1" != --config ]; do shift; done
cp "$2" {kept}
output=$(sed 's/.*"output": "\\([^"]*\\)".*/\\1/' "$2")
mkdir -p "$output" && cp {page} "$output/index.html"
"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """The reports of a run, as the run leaves them."""
    reports = tmp_path / "mock"
    logger = (log := AllureLog(Redactor({}), strict=False)).logger(str(reports / "allure-results"), False)
    for number, record in enumerate(samples.records(passed=3)):
        log.tell(f"test_{number}", record)
        logger.report_result(model2.TestResult(uuid=f"u-{number}", name=f"test_{number}", fullName=f"suites.x#test_{number}"))
    write_run_files(reports / "allure-results", samples.run())
    (reports / "run.json").write_bytes(msgspec.json.encode(samples.run()))
    return reports


def pretend(monkeypatch: pytest.MonkeyPatch, directory: Path, body: str) -> None:
    """Put an `npx` of ours before the real one."""
    fake = directory / "bin" / "npx"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(body=body))
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")


def test_the_page_is_one_file_without_analytics(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text(TRACKED)
    pretend(monkeypatch, tmp_path, WRITES_A_PAGE.format(kept=tmp_path / "kept.json", page=tmp_path / "page.html"))
    (reports / "allure-report").mkdir()
    (reports / "allure-report" / "stale.json").touch()
    assert allure_page.main([str(reports)]) == 0
    assert [path.name for path in (reports / "allure-report").iterdir()] == ["index.html"]
    page = (reports / "allure-report" / "index.html").read_text()
    assert "googletagmanager" not in page
    assert "dataLayer" not in page
    assert "window.kept = 1" in page
    assert "data:text/javascript" in page


@pytest.mark.parametrize(("takes", "given"), [("exit 0", "--trace-warnings --max-semi-space-size=128"), ("exit 9", "--trace-warnings")])
def test_a_node_that_takes_it_gets_a_larger_young_generation(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: str, given: str
) -> None:
    (tmp_path / "page.html").write_text(TRACKED)
    body = f'echo "$NODE_OPTIONS" > {tmp_path / "options"}' + WRITES_A_PAGE.format(kept=tmp_path / "kept", page=tmp_path / "page.html")
    pretend(monkeypatch, tmp_path, body)
    node = tmp_path / "bin" / "node"
    node.write_text(FAKE.format(body=takes))
    node.chmod(0o755)
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    assert allure_page.main([str(reports)]) == 0
    assert (tmp_path / "options").read_text().strip() == given


def test_the_settings_keep_history_and_categories(reports: Path, tmp_path: Path) -> None:
    settings = allure_page.configuration(reports, tmp_path / "page")
    assert settings["name"] == "Railproof: fincom against mock"
    assert settings["historyPath"] == str(reports / "history.jsonl")
    assert settings["historyLimit"] == 30
    assert [category["name"] for category in settings["categories"]] == list(CATEGORIES.values())
    assert settings["plugins"]["awesome"]["options"]["singleFile"] is True
    json.dumps(settings)


def test_without_node_one_command_is_told(reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert allure_page.main([str(reports)]) == 0
    assert f"python -m harness.allure_page {reports}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("echo npm warn old >&2; echo network unreachable >&2; exit 7", "ended with code 7: network unreachable"),
        ("exit 3", "ended with code 3: it said nothing"),
        ("exit 0", "wrote no page"),
        ("sleep 30", "did not end within"),
    ],
)
def test_a_failing_generator_is_one_message(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], body: str, told: str
) -> None:
    monkeypatch.setattr(allure_page, "PATIENCE", 1)
    pretend(monkeypatch, tmp_path, body.replace("sleep", "exec sleep"))
    assert allure_page.main([str(reports)]) == 0
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert not (reports / "allure-report").exists()


def test_wrong_usage_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert allure_page.main([]) == 4
    assert allure_page.main([str(tmp_path / "nothing")]) == 4
    assert "run `pytest suites --target nothing` first" in capsys.readouterr().err


def test_the_real_page_shows_promises_without_a_network(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_offline", "true")
    try:
        page = allure_page.make_page(reports)
        allure_page.make_page(reports)
    except allure_page.PageFailed as failure:
        pytest.skip(f"the pinned Allure is not at hand: {failure}")
    html = page.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link)[^>]+(src|href)=[\"']https?:", html)
    assert len((reports / "history.jsonl").read_text().splitlines()) == 2
    shown = rendered(page, tmp_path / "profile")
    assert "A phone number without its leading plus sign is refused." in shown
    assert "Railproof: fincom against mock" in shown
