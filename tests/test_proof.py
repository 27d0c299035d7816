"""The proof of the suite: a fault is caught by a rule that it names or has survived, and a variant raises no alarm."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness import proof_page
from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING
from harness.errors import UsageError
from harness.proof import Proof, Switched, fault_names_by_rule, kill_of, quiet_of
from harness.record import Verdict
from harness.rules import Basis, Rule
from tests import harness_kit
from tests.harness_kit import catalogue, outcome, rule
from tests.servers import message, serving

NAME, AGE = rule("name-is-required", covers=["acme-v1/name-null"]), rule("age-is-a-number")
OPEN = rule("amb-empty-name", basis=Basis.SILENT, readings={"a": "A.", "b": "B."})
FAULTS = [
    {"name": "accepts_missing_name", "provider": "acme", "rules": [NAME.id], "says": "x"},
    {"name": "accepts_null_name", "provider": "acme", "rules": ["acme-v1/name-null", NAME.id], "says": "x"},
    {"name": "accepts_age_as_text", "provider": "acme", "rules": [AGE.id], "says": "x"},
    {"name": "of_somebody_else", "provider": "other", "rules": ["other/rule"], "says": "x"},
]
VARIANTS = [
    {"name": "created_is_200", "provider": "acme", "ambiguity": "acme-v1/amb-status", "says": "x"},
    {"name": "created_is_202", "provider": "acme", "ambiguity": "acme-v1/amb-status", "says": "x"},
    {"name": "errors_are_a_list", "provider": "acme", "ambiguity": "acme-v1/amb-errors", "says": "x"},
]


@contextmanager
def proving(kind: str, *only: str, rules: tuple[Rule, ...] = (NAME, AGE, OPEN), **changes: Any) -> Iterator[Proof]:
    """A proof against a server that lists the faults and variants above."""

    def lists(connection: socket.socket, request: bytes) -> None:
        connection.sendall(message(200, json.dumps(FAULTS if b"/control/faults" in request else VARIANTS).encode()))

    with serving(lists) as server:
        yield Proof(harness_kit.run(harness_kit.target(server.url), *rules, prove=kind, only=only, **changes))


def said(world: str, verdict: Verdict, of: Rule = NAME, **changes: Any) -> Any:
    return outcome(verdict, of, world=world, **changes)


def test_a_fault_belongs_to_the_rules_that_it_names_or_that_cover_what_it_names() -> None:
    assert fault_names_by_rule(FAULTS[:3], catalogue(NAME, AGE)) == {
        NAME.id: ["accepts_missing_name", "accepts_null_name"],
        AGE.id: ["accepts_age_as_text"],
    }


def test_a_fault_that_names_no_rule_is_wrong() -> None:
    with pytest.raises(UsageError, match="no rule 'acme-v1/nam-is-required'"):
        fault_names_by_rule([{**FAULTS[0], "rules": ["acme-v1/nam-is-required"]}], catalogue(NAME))


def test_caught_is_a_breach_and_nothing_else() -> None:
    caught = kill_of(
        "f",
        NAME.id,
        [outcome(Verdict.PASSED), outcome(Verdict.NONCONFORMANT, caught_at=3, test="a"), outcome(Verdict.ADVISORY, caught_at=2, test="b")],
    )
    assert (caught.caught, caught.caught_by, caught.examples_needed, caught.exchanges) == (True, "b", 2, 6)
    for verdict in set(Verdict) - {Verdict.NONCONFORMANT, Verdict.ADVISORY}:
        survived = kill_of("f", NAME.id, [outcome(verdict, reason="because")])
        assert not survived.caught
        assert survived.why == f"{verdict}: because"
    assert kill_of("f", NAME.id, []).why == "no test ran"


def test_an_alarm_is_everything_but_a_pass_and_what_does_not_apply() -> None:
    group = Switched("readings-1", variants=("created_is_200",))
    quiet = quiet_of(group, [outcome(Verdict.PASSED), outcome(Verdict.NOT_APPLICABLE, AGE)])
    assert (quiet.alarms, quiet.rules) == ([], 2)
    for verdict in set(Verdict) - {Verdict.PASSED, Verdict.NOT_APPLICABLE}:
        (alarm,) = quiet_of(group, [outcome(verdict, reason="because")]).alarms
        assert (alarm["rule"], alarm["verdict"], alarm["reason"]) == (NAME.id, verdict, "because")


def test_each_rule_meets_the_faults_that_break_it() -> None:
    with proving("faults", "all") as proof:
        assert [each.name for each in proof.worlds_for(NAME.id)] == ["accepts_missing_name", "accepts_null_name"]
        assert proof.worlds_for(OPEN.id) == []
    with proving("faults", "accepts_null_name") as proof:
        assert proof.worlds_for(NAME.id) == [Switched("accepts_null_name", faults=("accepts_null_name",))]
        assert proof.worlds_for(AGE.id) == []


def test_variants_go_together_unless_they_speak_of_one_spot() -> None:
    with proving("variants", "all") as proof:
        assert [each.variants for each in proof.worlds_for(NAME.id)] == [("created_is_200", "errors_are_a_list"), ("created_is_202",)]
    with proving("variants", "each") as proof:
        assert [each.variants for each in proof.worlds_for(NAME.id)] == [("created_is_200",), ("created_is_202",), ("errors_are_a_list",)]
    with proving("variants", "created_is_202") as proof:
        assert [each.variants for each in proof.worlds_for(NAME.id)] == [("created_is_202",)]


@pytest.mark.parametrize(
    ("kind", "name", "hint"), [("faults", "accepts_nul_name", "accepts_null_name"), ("variants", "created_is_20", "created_is_20")]
)
def test_an_unknown_name_is_answered_with_the_closest_ones(kind: str, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"--prove-{kind} {name}: did you mean {hint}"), proving(kind, name):
        pass


def test_a_surviving_fault_and_a_rule_without_fault_fail_the_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lonely = rule("city-is-required")
    with proving("faults", "all", rules=(NAME, AGE, OPEN, lonely)) as proof:
        assert proof.add(said("accepts_missing_name", Verdict.NONCONFORMANT, caught_at=1))
        assert not proof.add(said("accepts_missing_name", Verdict.PASSED))
        proof.add(said("accepts_null_name", Verdict.PASSED))
        proof.add(said("accepts_age_as_text", Verdict.NONCONFORMANT, AGE, caught_at=4))
        assert proof.conclude(tmp_path / "proof.json") == NONCONFORMING
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"SURVIVED  accepts_null_name  not caught by {NAME.id}: passed",
        f"UNPROVEN  {lonely.id}  no fault breaks it",
    ]
    page = proof_page.write(tmp_path / "proof.json", catalogue(NAME, AGE)).read_text()
    assert "2 of 3 pairs of fault and rule caught" in page
    assert "survived: passed" in page


def test_a_proof_without_survivors_holds(tmp_path: Path) -> None:
    with proving("faults", "accepts_age_as_text") as proof:
        proof.add(said("accepts_age_as_text", Verdict.NONCONFORMANT, AGE, caught_at=4))
        assert proof.conclude(tmp_path / "proof.json") == CONFORMING


def test_an_alarm_fails_the_proof_and_so_does_a_server_at_which_nothing_ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with proving("variants", "all") as proof:
        proof.add(said("acme-readings-1", Verdict.ADVISORY, reason="status 200 is not 201"))
        assert proof.conclude(tmp_path / "proof.json") == NONCONFORMING
    assert capsys.readouterr().out.splitlines() == [
        f"ALARM     acme-readings-1  {NAME.id}: advisory: status 200 is not 201",
        "UNPROVEN  acme-readings-2  no test ran at this server",
    ]


def test_readings_of_one_ambiguity_share_a_server_where_they_answer_different_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [{**VARIANTS[0], "name": f"{of}_{how}", "about": of} for of in ("email", "phone") for how in ("once", "never")]
    monkeypatch.setattr("tests.test_proof.VARIANTS", [*readings, VARIANTS[2]])
    with proving("variants", "all") as proof:
        servers = [each.variants for each in proof.worlds_for(NAME.id)]
    assert servers == [("email_once", "phone_once", "errors_are_a_list"), ("email_never", "phone_never")]


def test_a_proof_of_nothing_is_not_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with proving("faults", "accepts_age_as_text", selected=frozenset({NAME.id})) as proof:
        assert proof.conclude(tmp_path / "proof.json") == INCOMPLETE
    assert "NOTHING PROVED" in capsys.readouterr().out


def test_faults_and_variants_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    with proving("faults", "accepts_age_as_text") as proof:
        proof.add(said("accepts_age_as_text", Verdict.NONCONFORMANT, AGE, caught_at=4))
        proof.conclude(path)
    with proving("variants", "each") as proof:
        for name in ("created_is_200", "created_is_202", "errors_are_a_list"):
            proof.add(said(name, Verdict.PASSED))
        assert proof.conclude(path) == CONFORMING
    assert sorted(json.loads(path.read_text())) == ["faults", "variants"]
