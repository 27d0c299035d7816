"""What a person sees of many nights in the Allure page: the history of a test, the trend, labels, categories and environment."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import pytest
from allure_commons import model2

from harness import allure_page
from harness.allure_log import CATEGORIES, AllureLog, write_run_files
from harness.allure_page import GRAPHS, HISTORY_RUNS
from harness.record import RuleRecord, Verdict
from harness.redaction import Redactor
from tests import samples
from tests.browser import rendered, words

BROKEN = "A phone number without its leading plus sign is refused."
EARLIER = 35
# What shows all of the environment, once the page has drawn itself.
UNFOLD = """<script>
const unfold = () => [...document.querySelectorAll("button")].find((each) => /Show more/.test(each.textContent)).click();
setTimeout(unfold, 2000);
</script></body>"""


@dataclass(frozen=True)
class Nights:
    """The page after some nights, the last two of them with a breach."""

    page: Path
    profile: Path
    test: str

    @cache  # noqa: B019 - as long as the nights themselves
    def at(self, place: str) -> str:
        """The page as it is at this place."""
        return rendered(self.page, self.profile, at=place)


def night(reports: Path, number: int, *, broken: bool) -> Path:
    """One more run of the same tests, and its page."""
    shutil.rmtree(reports / "allure-results", ignore_errors=True)
    logger = (log := AllureLog(Redactor({}), strict=False)).logger(str(reports / "allure-results"), False)
    for place, record in enumerate(samples.records(passed=3)):
        log.tell(f"test_{place}", record if broken else mended(record))
        start = (1_790_000_000 + 86_400 * number + place) * 1000
        test = model2.TestResult(uuid=f"u-{number}-{place}", name=f"test_{place}", fullName=f"suites.x#test_{place}", start=start)
        test.stop = start + 250
        logger.report_result(test)
    run = samples.run()
    write_run_files(reports / "allure-results", run)
    (reports / "run.json").write_bytes(msgspec.json.encode(run))
    return allure_page.make_page(reports)


def mended(record: RuleRecord) -> RuleRecord:
    """The record of a night in which the promise was kept."""
    changed = msgspec.structs.replace(record, verdict=Verdict.PASSED, finding=None)
    return changed if record.verdict is Verdict.NONCONFORMANT else record


def lengthened(history: Path) -> None:
    """The same nights again and again, as a month leaves them."""
    points = [json.loads(line) for line in history.read_text().splitlines()]
    first = points[0]
    older = [
        {**first, "uuid": f"{first['uuid']}-{back}", "timestamp": first["timestamp"] - 86_400_000 * back} for back in range(EARLIER, 0, -1)
    ]
    history.write_text("".join(json.dumps(point) + "\n" for point in (*older, *points)))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    reports = tmp_path_factory.mktemp("nights") / "mock"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("npm_config_offline", "true")
        try:
            night(reports, 1, broken=False)
            night(reports, 2, broken=True)
            lengthened(reports / "history.jsonl")
            page = night(reports, 3, broken=True)
        except allure_page.PageFailed as failure:
            pytest.skip(f"the pinned Allure is not at hand: {failure}")
    latest = json.loads((reports / "history.jsonl").read_text().splitlines()[-1])
    test = next(each["id"] for each in latest["testResults"].values() if each["name"] == BROKEN)
    return Nights(page, reports.parent / "profile", test)


def test_the_history_of_a_test_shows_when_it_broke(nights: Nights) -> None:
    html = nights.at(f"{nights.test}/history")
    statuses = re.findall(r'data-testid="tree-leaf-status-(\w+)"', html[html.index("test-result-history-item") :])
    assert statuses == ["failed"] + ["passed"] * (HISTORY_RUNS - 1), "newest first, this run aside"


def test_the_trend_looks_back_on_thirty_runs(nights: Nights) -> None:
    said = words(nights.at("charts"))
    places = [said.index(graph["title"]) for graph in GRAPHS]
    assert places == sorted(places)
    dates = [text for text in said[places[0] : places[1]] if re.fullmatch(r"\d+/\d+/\d+|Latest", text)]
    assert len(dates) >= HISTORY_RUNS, dates
    assert dates[-1] == "Latest"


def test_the_trend_shows_what_newly_broke(nights: Nights) -> None:
    """Two tests broke in the last night but one, and none was mended: one bar stands in the graph of transitions."""
    html = nights.at("charts")
    graph = html[html.index(GRAPHS[1]["title"]) : html.index(GRAPHS[2]["title"])]
    assert re.findall(r'data-testid="bar" data-id="(\w+)"', graph) == ["regressed"]


def test_labels_and_severity_stand_with_the_test(nights: Nights) -> None:
    said = words(nights.at(nights.test))
    labels = said[said.index("Labels") :]
    for name, value in (("epic", "fincom"), ("feature", "create"), ("story", "fincom-v2/phone-needs-a-plus"), ("severity", "normal")):
        assert labels[labels.index(name) + 1] == value
    assert "Category: Breach: the document states it" in said
    assert said[said.index("Error") + 1].startswith("nonconformant: the customer was created although basic_info.phone is")


def test_every_kind_of_trouble_is_a_category_with_its_count(nights: Nights) -> None:
    said = words(nights.at("categories"))
    counts = Counter(record.verdict for record in samples.records(passed=3))
    shown = {name: said[said.index(name) + 1] for verdict, name in CATEGORIES.items() if counts[verdict]}
    assert shown == {name: str(counts[verdict]) for verdict, name in CATEGORIES.items() if counts[verdict]}
    assert len(shown) == 5


def test_the_environment_says_what_ran_with_its_versions(nights: Nights, tmp_path: Path) -> None:
    unfolded = tmp_path / "unfolded.html"
    unfolded.write_text(nights.page.read_text(encoding="utf-8").replace("</body>", UNFOLD), encoding="utf-8")
    said = words(rendered(unfolded, nights.profile))
    run = samples.run()
    expected = {"Target": run.target, "Providers": "fincom", "Seed": str(run.seed), "Verdict": run.verdict, **run.versions}
    assert {name: said[said.index(name) + 1] for name in expected} == expected


def test_the_tree_goes_from_provider_by_area_to_the_promise(nights: Nights) -> None:
    said = words(nights.at(""))
    assert said.index("fincom") < said.index("create") < said.index(BROKEN)
