"""The Allure page of a run as one file: `python -m harness.allure_page reports/mock`.

The page is a convenience: verdicts are decided elsewhere, so whatever goes wrong here is said in one message and the exit
code stays 0. Only wrong usage (no results where they should be) is an exit code of 4.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from harness.allure_log import CATEGORIES
from harness.record import RunInfo

ALLURE = "allure@3.18.0"
HISTORY_RUNS = 30
# What the page's graphs tell; left to itself Allure looks back on ten runs only, and draws maps that say nothing of promises.
GRAPHS: tuple[dict[str, Any], ...] = (
    {"type": "statusDynamics", "title": "Results run by run", "limit": HISTORY_RUNS},
    {"type": "statusTransitions", "title": "Newly broken and mended, run by run", "limit": HISTORY_RUNS},
    {"type": "statusAgePyramid", "title": "Since when it is not passed", "limit": HISTORY_RUNS},
    {
        "type": "stabilityDistribution",
        "title": "Stability by area",
        "groupBy": "feature",
        "limit": HISTORY_RUNS,
        "skipStatuses": ["skipped"],
    },
    {"type": "testResultSeverities", "title": "Results by severity", "levels": ["critical", "normal", "minor"]},
    {"type": "currentStatus", "title": "This run"},
)
# MiB of V8's young generation. The generator makes much that lives to the end; in the usual 16 MiB it is copied again and again, the
# more often the more there is, which is what makes large pages take longer than in proportion.
YOUNG_GENERATION = "--max-semi-space-size=128"
PATIENCE = 300  # seconds; the first call fetches the package
USAGE = 4

_LOADED_SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>\s*</script>\s*", re.IGNORECASE)
_ANALYTICS = re.compile(r"<script\b[^>]*>(?:(?!</script>)[^<]|<(?!/script>))*?\bdataLayer\b.*?</script>\s*", re.IGNORECASE | re.DOTALL)


class PageFailed(Exception):
    """The page could not be made; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    """Make the page of the run in the directory given; say where it is and how large, or why there is none."""
    if len(arguments) != 1:
        return _say("usage: python -m harness.allure_page reports/TARGET", USAGE)
    reports = Path(arguments[0])
    if not (reports / "allure-results").is_dir():
        return _say(f"{reports}/allure-results does not exist: run `pytest suites --target {reports.name}` first", USAGE)
    try:
        page = make_page(reports)
    except PageFailed as failure:
        return _say(f"no Allure page: {failure}")
    return _say(f"{page} ({page.stat().st_size / 1e6:.1f} MB)")


def make_page(reports: Path) -> Path:
    """Write `allure-report/index.html` below `reports` from `allure-results`, and a line of history.

    Raises `PageFailed` where Node is missing, or the generator fails, does not end, or leaves no page.
    """
    npx = shutil.which("npx")
    if npx is None:
        raise PageFailed(f"Node is not installed. With Node 20 or later this makes it: python -m harness.allure_page {reports}")
    with tempfile.TemporaryDirectory() as scratch:
        settings = Path(scratch) / "allurerc.json"
        settings.write_text(json.dumps(configuration(reports, Path(scratch) / "page")), encoding="utf-8")
        _generate([npx, "--yes", ALLURE, "generate", "--config", str(settings), str((reports / "allure-results").resolve())])
        made = Path(scratch) / "page" / "index.html"
        if not made.is_file():
            raise PageFailed(f"{ALLURE} wrote no page; are there results in {reports}/allure-results?")
        html = without_analytics(made.read_text(encoding="utf-8"))
    page = reports / "allure-report" / "index.html"
    shutil.rmtree(page.parent, ignore_errors=True)
    page.parent.mkdir(parents=True)
    page.write_text(html, encoding="utf-8")
    return page


def configuration(reports: Path, output: Path) -> dict[str, Any]:
    """Allure's settings: one file, grouped by provider and area, our categories, the history of the last runs."""
    run = _run(reports)
    name = f"Railproof: {', '.join(run.providers)} against {run.target}" if run else f"Railproof: {reports.name}"
    return {
        "name": name,
        "output": str(output),
        "historyPath": str((reports / "history.jsonl").resolve()),
        "historyLimit": HISTORY_RUNS,
        "categories": [
            {"name": category, "matchers": [{"labels": {"verdict": f"^{verdict}$"}}]} for verdict, category in CATEGORIES.items()
        ],
        "plugins": {
            "awesome": {
                "options": {
                    "reportName": name,
                    "singleFile": True,
                    "reportLanguage": "en",
                    "groupBy": ["epic", "feature"],
                    "defaultSortBy": "status,asc",
                    "charts": list(GRAPHS),
                }
            }
        },
    }


def without_analytics(html: str) -> str:
    """The page without what it would load from elsewhere, so that it opens without a network and tells nobody."""
    return _ANALYTICS.sub("", _LOADED_SCRIPT.sub("", html))


def _generate(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=PATIENCE, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise PageFailed(f"{ALLURE} did not end within {PATIENCE} s") from None
    except OSError as error:
        raise PageFailed(f"npx cannot be started: {error}") from None
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip() and not line.startswith("npm warn")]
        raise PageFailed(f"{ALLURE} ended with code {done.returncode}: {' '.join(said[:3])[:400] or 'it said nothing'}")


def _environment() -> dict[str, str]:
    """Ours, with a larger young generation where this Node takes it from the environment."""
    options = f"{os.environ.get('NODE_OPTIONS', '')} {YOUNG_GENERATION}".strip()
    wanted = {**os.environ, "NODE_OPTIONS": options}
    try:
        subprocess.run(["node", "-e", "0"], env=wanted, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S607 - whichever npx uses
    except (OSError, subprocess.SubprocessError):
        return dict(os.environ)
    return wanted


def _run(reports: Path) -> RunInfo | None:
    try:
        return msgspec.json.decode((reports / "run.json").read_bytes(), type=RunInfo)
    except (OSError, msgspec.MsgspecError):
        return None


def _say(message: str, code: int = 0) -> int:
    print(message, file=sys.stderr if code or message.startswith("no ") else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
