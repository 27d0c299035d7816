"""Sensitivity: the same proof at several budgets and seeds, what only luck catches, and the page that shows the weakest rule first."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness import proof_page, sensitivity
from harness.docket import INCOMPLETE, USAGE
from harness.jsontypes import Json
from harness.proof import update
from tests.harness_kit import catalogue, rule

NAME, AGE = rule("name-is-required"), rule("age-is-a-number")


def kill(fault: str, rule_id: str, needed: int | None) -> Json:
    return {
        "fault": fault,
        "rule": rule_id,
        "caught": needed is not None,
        "caught_by": "suites/x.py::test",
        "examples_needed": needed,
        "why": "",
    }


@pytest.fixture
def proofs(tmp_path: Path) -> list[tuple[str, Path]]:
    """One proof at smoke, which misses one fault, and two at nightly, of which the second misses another."""
    needed = {"smoke-1": (None, 1, 1), "nightly-1": (3, 1, 2), "nightly-2": (5, 1, None)}
    for name, (first, second, third) in needed.items():
        rows = [kill("takes_no_name", NAME.id, first), kill("takes_null_name", NAME.id, second), kill("takes_age_as_text", AGE.id, third)]
        update(tmp_path / name / "proof.json", "faults", {"profile": name[:-2], "seed": 1, "rows": rows})
    return [(name.partition("-")[0], tmp_path / name / "proof.json") for name in needed]


def test_a_fault_that_only_some_seeds_catch_is_told(proofs: list[tuple[str, Path]]) -> None:
    pairs = sensitivity.gather(proofs)
    assert [(pair.fault, pair.examples) for pair in pairs] == [
        ("takes_age_as_text", {"smoke": [1], "nightly": [2, None]}),
        ("takes_no_name", {"smoke": [None], "nightly": [3, 5]}),
        ("takes_null_name", {"smoke": [1], "nightly": [1, 1]}),
    ]
    assert list(sensitivity.told(pairs, 2)) == [f"BY LUCK   takes_age_as_text  caught by {AGE.id} at 1 of 2 seeds"]
    survivor = msgspec.structs.replace(pairs[0], examples={"nightly": [None, None]})
    assert list(sensitivity.told([survivor], 2)) == [f"SURVIVED  takes_age_as_text  caught by {AGE.id} at 0 of 2 seeds"]


def test_the_page_shows_the_weakest_rule_first(proofs: list[tuple[str, Path]], tmp_path: Path) -> None:
    whole = tmp_path / "proof.json"
    rows = msgspec.to_builtins(sensitivity.gather(proofs))
    update(whole, "sensitivity", {"seeds": [1, 2], "profiles": ["smoke", "nightly"], "rows": rows})
    page = proof_page.write(whole, catalogue(NAME, AGE)).read_text()
    assert page.index(AGE.id) < page.index(NAME.id)
    assert "takes_age_as_text was caught by acme-v1/age-is-a-number at 1 of 2 seeds of nightly" in page
    assert "Missed at times: takes_no_name" in page


def test_a_budget_tells_luck_from_certainty() -> None:
    found = proof_page.budget("nightly", [[1, 1], [2, None], [None, None], [4, 3]])
    assert (found.pairs, found.always, found.sometimes, found.never) == (4, 2, 1, 1)
    assert str(found.needed) == "2 (at most 4)"
    assert str(proof_page.budget("smoke", [[None]]).needed) == "–"


def test_what_one_proof_says_alone_is_shown_too(proofs: list[tuple[str, Path]]) -> None:
    whole = msgspec.json.decode(proofs[0][1].read_bytes())
    del whole["faults"]["written"]
    proofs[0][1].write_bytes(msgspec.json.encode(whole))
    page = proof_page.write(proofs[0][1], catalogue(NAME, AGE)).read_text()
    assert f"takes_no_name survived {NAME.id}" in page
    assert "Sensitivity by budget" in page


def test_a_wrong_profile_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert sensitivity.main(["--profiles", "nigthly"]) == USAGE
    assert "did you mean nightly?" in capsys.readouterr().err


def test_a_proof_that_did_not_end_proves_nothing(tmp_path: Path) -> None:
    assert (
        sensitivity.main(["--profiles", "smoke", "--seeds", "1", "--provider", "mbanq", "--workers=none", f"--reports={tmp_path}"])
        == INCOMPLETE
    )
