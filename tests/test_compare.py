"""Two runs side by side: what became of each rule, open spot and answer, what is noise, and what the exit code says."""

import json
from pathlib import Path

import msgspec
import pytest

from harness.compare import Change, Kind, compare, load
from harness.compare.__main__ import main
from harness.record import Finding, RuleRecord, RunInfo, RunRecord, Verdict
from harness.shapes import Shape, ShapesFile
from tests.browser import rendered, words

V = Verdict
ID, OTHER_ID = "6f0a7c52-0b2c-4f5e-9d57-0d3b6f2f6f10", "11111111-0b2c-4f5e-9d57-0d3b6f2f6f10"


def line(verdict: Verdict, name: str = "name", **changes: object) -> RuleRecord:
    record = RuleRecord(id=f"acme/{name}", provider="acme", verdict=verdict, basis="documented", says=f"The {name} is kept.")
    return msgspec.structs.replace(record, **changes)


def run(directory: Path, *records: RuleRecord, shapes: tuple[Shape, ...] = (), exit_code: int = 0, seed: int = 1) -> Path:
    record = RunRecord(directory)
    for each in records:
        record.append(each)
    record.close()
    info = RunInfo(target="acme", providers=["acme"], profile="smoke", seed=seed, strict=False, started="2026-11-21T01:00:00+00:00")
    record.write_run(msgspec.structs.replace(info, exit_code=exit_code))
    file = ShapesFile(directory)
    file.append(shapes)
    file.close()
    return directory


def changes(old: Path, new: Path, again: Path | None = None) -> list[Change]:
    return compare(load(old), load(new), load(again) if again else None)


BECAME = {
    "newly-failing": (V.PASSED, V.NONCONFORMANT, Kind.NEWLY_FAILING, 1),
    "failing-where-nothing-was-known": (V.UNKNOWN, V.NONCONFORMANT, Kind.NEWLY_FAILING, 1),
    "known-no-longer": (V.DEVIATING, V.NONCONFORMANT, Kind.NEWLY_FAILING, 1),
    "fixed": (V.NONCONFORMANT, V.PASSED, Kind.FIXED, 0),
    "fixed-though-known": (V.DEVIATING, V.PASSED, Kind.FIXED, 0),
    "still-failing": (V.NONCONFORMANT, V.NONCONFORMANT, Kind.STILL_FAILING, 0),
    "still-deviating": (V.DEVIATING, V.DEVIATING, Kind.STILL_DEVIATING, 0),
    "never-reached": (V.PASSED, V.ENVIRONMENT_FAULT, Kind.NEVER_REACHED, 3),
    "no-longer-applicable": (V.PASSED, V.NOT_APPLICABLE, Kind.VANISHED, 3),
    "no-longer-tested": (V.PASSED, V.NOT_TESTED, Kind.VANISHED, 3),
}


@pytest.mark.parametrize("case", BECAME)
def test_what_became_of_a_rule_and_the_exit_code(tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    was, now, kind, code = BECAME[case]
    old, new = run(tmp_path / "old", line(was)), run(tmp_path / "new", line(now))
    assert [change.kind for change in changes(old, new)] == [kind]
    assert main([str(old), str(new)]) == code
    assert "acme/name" in capsys.readouterr().out


@pytest.mark.parametrize("verdict", [V.PASSED, V.NOT_APPLICABLE, V.NOT_TESTED])
def test_equal_runs_do_not_differ(tmp_path: Path, verdict: Verdict, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(tmp_path / "old", line(verdict)), run(tmp_path / "new", line(verdict))
    assert changes(old, new) == []
    assert main([str(old), str(new)]) == 0
    assert "no difference" in capsys.readouterr().out


def test_a_rule_that_only_one_run_has_is_new_or_gone(tmp_path: Path) -> None:
    old, new = run(tmp_path / "old", line(V.PASSED, "old")), run(tmp_path / "new", line(V.PASSED, "new"))
    assert {change.subject: change.kind for change in changes(old, new)} == {"acme/new": Kind.NEW, "acme/old": Kind.VANISHED}


def test_a_killed_run_has_not_reached_what_it_has_no_line_of(tmp_path: Path) -> None:
    old, new = run(tmp_path / "old", line(V.PASSED)), run(tmp_path / "new", exit_code=-1)
    (change,) = changes(old, new)
    assert (change.kind, change.now) == (Kind.NEVER_REACHED, "the run ended before it")


def test_ids_and_times_do_not_make_a_breach_another_one(tmp_path: Path) -> None:
    def broken(reason: str) -> RuleRecord:
        return line(V.NONCONFORMANT, reason=reason)

    old = run(tmp_path / "old", broken(f"{ID} was answered with 200 on 2026-11-20T01:02:03Z"))
    same = run(tmp_path / "same", broken(f"{OTHER_ID} was answered with 200 on 2026-11-21T05:06:07Z"))
    other = run(tmp_path / "other", broken(f"{OTHER_ID} was answered with 500 on 2026-11-21T05:06:07Z"))
    assert [change.kind for change in changes(old, same)] == [Kind.STILL_FAILING]
    assert [change.kind for change in changes(old, other)] == [Kind.BREAKS_DIFFERENTLY]


def test_an_advisory_breach_makes_it_worse_only_under_strict(tmp_path: Path) -> None:
    old, new = (run(tmp_path / name, line(verdict, basis="inferred")) for name, verdict in (("o", V.PASSED), ("n", V.ADVISORY)))
    assert main([str(old), str(new)]) == 0
    assert main([str(old), str(new), "--strict"]) == 1


def test_drift_at_an_open_spot_is_told_and_an_unvisited_spot_is_not(tmp_path: Path) -> None:
    old = run(tmp_path / "old", line(V.PASSED, "amb", basis="silent", observed={"acme/amb": ["accepted"], "acme/left": ["x"]}))
    new = run(tmp_path / "new", line(V.PASSED, "amb", basis="silent", observed={"acme/amb": ["refused 400"]}))
    (change,) = changes(old, new)
    assert (change.kind, change.subject, change.was, change.now) == (Kind.DRIFTED, "acme/amb", "accepted", "refused 400")


def shape(traits: dict[str, int], status: int = 200, answers: int = 10) -> Shape:
    return Shape(operation="readThing", status=status, answers=answers, traits=traits)


ANSWERS = {
    "new-field": ({"/a: string": 10}, {"/a: string": 10, "/b: null": 1}, [("new field", "", "/b: null")]),
    "lost-field": ({"/a: object": 10, "/a/b: string": 10, "/a/b = X": 10}, {}, [("lost field", "/a: object", "")]),
    "retyped": ({"/a: string": 10}, {"/a: number": 10}, [("retyped", "/a: string", "/a: number")]),
    "new-word": ({"/s = OLD": 9}, {"/s = OLD": 9, "/s = NEW": 1}, [("new word", "", "/s = NEW")]),
    "lost-word": ({"/s: string": 9, "/s = OLD": 9}, {"/s: string": 9}, [("lost word", "/s = OLD", "")]),
    "header": ({"header x-id": 10}, {"header x-key": 1}, [("new header", "", "header x-key"), ("lost header", "header x-id", "")]),
    "optional": ({"/a: string": 10}, {"/a: string": 6}, [("field no longer always there", "/a: string", "/a: string in 6 of 10")]),
    "rare": ({"/a: string": 2}, {}, []),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_of_another_shape_are_told(tmp_path: Path, case: str) -> None:
    before, after, expected = ANSWERS[case]
    old, new = (run(tmp_path / name, shapes=(shape(each),)) for name, each in (("old", before), ("new", after)))
    assert [(change.says, change.was, change.now) for change in changes(old, new)] == expected


def test_new_and_lost_statuses_are_told_of_operations_that_both_called(tmp_path: Path) -> None:
    elsewhere = Shape(operation="otherThing", status=200, answers=9)
    old, new = run(tmp_path / "old", shapes=(shape({}, 400), elsewhere)), run(tmp_path / "new", shapes=(shape({}, 422),))
    assert [(change.subject, change.says) for change in changes(old, new)] == [
        ("readThing 400", "lost status"),
        ("readThing 422", "new status"),
    ]


def test_what_the_old_target_does_to_itself_is_noise(tmp_path: Path) -> None:
    old = run(tmp_path / "old", line(V.PASSED), line(V.PASSED, "calm"), shapes=(shape({"/a: string": 10}),))
    swung = {"/a: string": 10, "/b: null": 1}
    again = run(tmp_path / "again", line(V.NONCONFORMANT), line(V.PASSED, "calm"), shapes=(shape(swung),))
    new = run(
        tmp_path / "new",
        line(V.NONCONFORMANT),
        line(V.NONCONFORMANT, "calm"),
        shapes=(shape({**swung, "/c: null": 1}),),
    )
    kinds = {(change.subject, change.now.partition(":")[0]): change.kind for change in changes(old, new, again)}
    assert kinds == {
        ("acme/name", "nonconformant"): Kind.NOISE,
        ("acme/calm", "nonconformant"): Kind.NEWLY_FAILING,
        ("readThing 200", "/b"): Kind.NOISE,
        ("readThing 200", "/c"): Kind.ANSWERS,
    }


def test_every_form_tells_the_same_and_escapes_what_it_tells(tmp_path: Path) -> None:
    finding = Finding(test="t", message="<script>|", rerun="pytest suites --rule acme/name", expected="refused with 422")
    old = run(tmp_path / "old", line(V.PASSED))
    new = run(tmp_path / "new", line(V.NONCONFORMANT, reason="<script>alert(1)</script> a|b", finding=finding, source="Guide 2.1"), seed=2)
    files = {name: tmp_path / f"c.{name}" for name in ("markdown", "html", "json")}
    assert main([str(old), str(new), *(word for name, path in files.items() for word in (f"--{name}", str(path)))]) == 1
    page, comment = files["html"].read_text(), files["markdown"].read_text()
    assert "<script>alert" not in page + comment
    assert "a\\|b" in comment
    assert "pytest suites --rule acme/name" in page
    shown = " ".join(words(rendered(files["html"], tmp_path / "profile")))
    for needed in (
        "Source: Guide 2.1 (documented)",
        "Right would have been: refused with 422",
        str(new / "index.html"),
        "kept before, broken now",
    ):
        assert needed in shown, "who is on call needs no other page to know what broke and by which promise"
    assert "differ in seed (1 and 2)" in page + comment
    told = json.loads(files["json"].read_text())
    assert (told["exit_code"], told["changes"][0]["kind"]) == (1, "newly failing")


def test_a_directory_without_a_run_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path)]) == 4
    assert "holds no run record" in capsys.readouterr().err
