"""What the terminal says: the verdict first, the broken promises, and the live line before."""

import io
from pathlib import Path

import pytest

from harness.progress import Progress
from harness.record import RuleRecord, Verdict
from harness.summary import LISTED, render_summary
from harness.verdicts import headline
from tests import samples


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("records", "verdict", "said"),
    [
        ([], "incomplete", "INCOMPLETE: no promise was judged"),
        ([], "", "UNFINISHED: no promise was judged"),
        ([samples.record(1)], "conforming", "CONFORMING: 1 of 1 judged promises kept"),
        ([samples.record(1, Verdict.NONCONFORMANT)], "nonconforming", "NONCONFORMING: 1 documented promise broken"),
        (
            [samples.record(1), samples.record(2, Verdict.ADVISORY)],
            "conforming",
            "CONFORMING: 1 advisory breach; 1 of 2 judged promises kept",
        ),
        (
            [samples.record(1, Verdict.UNKNOWN), samples.record(2, Verdict.NOT_CHECKABLE)],
            "incomplete",
            "INCOMPLETE: 2 rules without a verdict",
        ),
        ([samples.record(1, basis="silent")], "incomplete", "INCOMPLETE: no promise was judged"),
    ],
)
def test_the_headline_says_what_the_verdict_rests_on(records: list[RuleRecord], verdict: str, said: str) -> None:
    assert ": ".join(headline(records, samples.run(verdict=verdict))) == said


def test_the_verdict_is_the_first_thing_said() -> None:
    said = render_summary(samples.records(), samples.run())
    assert said.lstrip().startswith("NONCONFORMING: 2 documented promises broken")
    assert "\x1b" not in said
    assert "\x1b" in render_summary(samples.records(), samples.run(), color=True)


def test_a_broken_promise_is_told_with_what_to_do() -> None:
    said = render_summary(samples.records(), samples.run(), width=120)
    for part in (
        "✗ fincom-v2/phone-needs-a-plus",
        "A phone number without its leading plus sign is refused.",
        "right would have been: refused: 400 or 422",
        "pytest suites --target mock --rule fincom-v2/phone-needs-a-plus --seed 42",
        "2 × needs webhooks, which this target does not claim",
        "the token endpoint answered 503 three times",
    ):
        assert part in said
    assert said.index("concurrent-attach-conflicts") < said.index("phone-needs-a-plus")


def test_no_line_is_wider_than_the_terminal() -> None:
    assert max(map(len, render_summary(samples.records(), samples.run(), width=72).splitlines())) <= 72


def test_many_breaches_are_cut() -> None:
    many = [samples.record(number, Verdict.NONCONFORMANT, finding=samples.finding()) for number in range(LISTED + 3)]
    assert "and 3 more in the matrix" in render_summary(many, samples.run())


def test_only_reports_that_exist_are_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    said = render_summary([samples.record(1)], samples.run(reports=str(tmp_path)))
    assert f"matrix  {tmp_path}/index.html" in said
    assert "allure-report" not in said


def test_markup_of_a_target_stays_text() -> None:
    assert "[bold]odd[/bold]" in render_summary([samples.record(1, Verdict.UNKNOWN, reason="[bold]odd[/bold]")], samples.run())


def test_without_a_terminal_progress_is_a_line_every_five_seconds() -> None:
    now = [0.0]
    out = io.StringIO()
    progress = Progress(out, clock=lambda: now[0])
    progress.start(10)
    for number in range(10):
        now[0] += 1.0
        progress.advance(Verdict.NONCONFORMANT if number == 9 else Verdict.PASSED, f"rule-{number}")
    progress.stop()
    assert out.getvalue().splitlines() == [
        "5 of 10 rules in 5 s: 5 passed",
        "10 of 10 rules in 10 s: 1 nonconformant, 9 passed",
    ]


def test_a_run_that_ends_at_once_says_one_line() -> None:
    out = io.StringIO()
    progress = Progress(out, clock=lambda: 0.0)
    progress.start(3)
    progress.stop()
    assert out.getvalue() == "0 of 3 rules in 0 s: none judged yet\n"


def test_on_a_terminal_progress_is_redrawn_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    progress = Progress(out)
    progress.start(2)
    progress.advance(Verdict.PASSED, "fincom-v2/a")
    progress.stop()
    progress.stop()
    shown = out.getvalue()
    assert "1/2 rules" in shown
    assert "✓1" in shown
    assert not shown.endswith("\n")


def test_stopping_before_starting_is_harmless() -> None:
    out = io.StringIO()
    Progress(out).stop()
    assert out.getvalue() == ""
