"""The matrix: a stranger sees within a minute what broke, why that is wrong, and how to see it again."""

import re
from html import escape, unescape
from pathlib import Path

import pytest

from harness.matrix import render_matrix, write_matrix
from harness.record import Verdict
from harness.verdicts import FACES
from tests import samples
from tests.browser import rendered

ASK = """<script>
const rows = () => [...document.querySelectorAll("#rules tbody tr")].filter((row) => !row.hidden).length;
const form = document.querySelector(".filters");
const heard = {all: rows()};
const set = (name, value) => { form.elements[name].value = value; form.dispatchEvent(new Event("input")); };
set("text", "PLUS sign"); heard.text = rows(); heard.said = form.querySelector("output").value;
set("text", "no such words"); heard.none = rows(); heard.offered = !document.querySelector(".none").hidden;
set("text", ""); set("verdict", "passed"); heard.passed = rows(); heard.broken = document.getElementById("broken").hidden;
set("verdict", ""); set("basis", "silent"); heard.silent = rows(); set("basis", "");
document.querySelector(".tile.advisory").click(); heard.tile = rows();
heard.pressed = document.querySelector(".tile.advisory").getAttribute("aria-pressed");
document.querySelector(".tile.advisory").click(); heard.again = rows();
document.dispatchEvent(new KeyboardEvent("keydown", {key: "/"}));
document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true}));
heard.focus = document.activeElement.name;
document.body.dataset.heard = JSON.stringify(heard);
</script></body>"""


@pytest.fixture
def page() -> str:
    return render_matrix(samples.records(), samples.run())


def visible(page: str) -> str:
    """The words of the page, without styles, scripts and tags."""
    bare = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_the_verdict_and_the_counts_come_first(page: str) -> None:
    words = visible(page)
    assert words.index("Nonconforming") < words.index("2 documented promises broken") < words.index("What broke")
    assert words.index("2 nonconformant 1 advisory") < words.index("What broke") < words.index("Every rule")


def test_every_rule_has_a_row_worst_first(page: str) -> None:
    rows = re.findall(r'<tr data-verdict="(\w+)"', page)
    assert len(rows) == len(samples.records())
    assert rows == sorted(rows, key=[verdict.value for verdict in FACES].index)
    assert rows[0] == "nonconformant"


def test_a_breach_carries_its_evidence(page: str) -> None:
    words = visible(page)
    finding = samples.finding()
    for part in (
        "A phone number without its leading plus sign is refused.",
        "V2 Personal details; Common Pitfalls (phone)",
        "the customer was created although basic_info.phone is '14155552671'",
        finding.expected,
        '"phone": "14155552671"',
        finding.exchanges[0].curl,
        finding.rerun,
        finding.test,
        'rule = "fincom-v2/phone-needs-a-plus"',
    ):
        assert " ".join(part.split()) in words


def test_reasons_and_observations_are_told(page: str) -> None:
    words = visible(page)
    assert "the token endpoint answered 503 three times" in words
    assert "The operations that would show it are outside document 002." in words
    assert "needs webhooks, which this target does not claim 2" in words
    assert "Whether the second nationality may equal the first is left open. fincom-v2/amb-secondary-equals-primary accepted" in words


def test_what_comes_from_a_target_is_escaped(page: str) -> None:
    assert escape("<script>alert(1)</script>") in page
    assert "<script>alert" not in page
    assert "</script>x" not in render_matrix(samples.records(), samples.run(target="</script>x"))


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=[\"'](?!data:)", page)
    assert not re.search(r"@import|url\((?!data:)", page)


@pytest.mark.parametrize("verdict", ["conforming", "incomplete", ""])
def test_a_run_without_a_breach_or_without_any_rule_has_a_page(verdict: str) -> None:
    for records in ([], [samples.record(1)]):
        page = render_matrix(records, samples.run(verdict=verdict))
        assert (verdict or "unfinished").capitalize() in visible(page)
        assert "What broke" not in visible(page)


def test_an_answer_that_never_came_is_said(tmp_path: Path) -> None:
    lost = samples.exchange(status=None)
    finding = samples.finding()
    finding.exchanges[:] = [lost]
    write_matrix([samples.record(1, Verdict.NONCONFORMANT, finding=finding)], samples.run(), tmp_path / "deep" / "index.html")
    assert "no answer" in visible((tmp_path / "deep" / "index.html").read_text())
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["index.html"]


def test_the_filters_work_in_a_browser(page: str, tmp_path: Path) -> None:
    asked = tmp_path / "asked.html"
    asked.write_text(page.replace("</body>", ASK))
    found = re.search(r'data-heard="([^"]+)"', rendered(asked, tmp_path / "profile"))
    assert found
    total = len(samples.records())
    passed = sum(record.verdict is Verdict.PASSED for record in samples.records())
    expected = (
        f'{{"all":{total},"text":1,"said":"1 of {total} rules","none":0,"offered":true,"passed":{passed},"broken":true,'
        f'"silent":1,"tile":1,"pressed":"true","again":{total},"focus":"text"}}'
    )
    assert unescape(found[1]) == expected
