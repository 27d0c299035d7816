"""Known deviations: what accounts for a breach, what is out of date, what a run makes of both."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from harness.deviations import Deviations, entry_for, validate
from harness.docket import CONFORMING, NONCONFORMING, Docket, Ending
from harness.errors import UsageError
from harness.record import RunRecord, Verdict
from harness.rules import Basis, Rule
from harness.targets import Deviation, load_target
from tests.harness_kit import catalogue, outcome, rule

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
NAME, AGE = rule("name-is-required"), rule("age-is-a-number", basis=Basis.INFERRED)


def known(of: Rule = NAME, **changes: object) -> Deviation:
    entry = Deviation(rule=of.id, reason="Next release", owner="Payments", issue="PAY-7", expires=NOW + dt.timedelta(days=1))
    return msgspec.structs.replace(entry, **changes)


def judged(directory: Path, entries: list[Deviation], verdict: Verdict, *, of: Rule = NAME, reason: str = "it was created") -> Docket:
    """A run in which another rule passed, and this one got the verdict."""
    other = rule("other")
    record = RunRecord(directory)
    made = Docket(catalogue(of, other), [of.id, other.id], record, seed=7, deviations=Deviations(entries, {"acme": "4.3.0"}, NOW))
    made.add(outcome(Verdict.PASSED, other))
    made.add(outcome(verdict, of, reason=reason))
    made.close(Ending())
    record.close()
    return made


def ended(docket: Docket, *, strict: bool = False) -> tuple[list[str], int]:
    return docket.complaints(), docket.verdict(strict=strict, finished=True)[1]


@pytest.mark.parametrize(("verdict", "of"), [(Verdict.NONCONFORMANT, NAME), (Verdict.ADVISORY, AGE)])
def test_a_breach_that_an_entry_accounts_for_fails_no_run(tmp_path: Path, verdict: Verdict, of: Rule) -> None:
    docket = judged(tmp_path, [known(of)], verdict, of=of)
    line = next(record for record in docket.records if record.id == of.id)
    assert (line.verdict, line.reason) == (Verdict.DEVIATING, "it was created")
    assert line.deviation == "Next release (Payments, PAY-7, until 2026-11-22)"
    assert ended(docket, strict=True) == ([], CONFORMING)


def test_the_same_breach_fails_the_run_without_the_entry(tmp_path: Path) -> None:
    assert ended(judged(tmp_path, [], Verdict.NONCONFORMANT)) == ([], NONCONFORMING)


OUT_OF_DATE = {
    "kept": (known(), Verdict.PASSED, "no longer deviates"),
    "expired": (known(expires=NOW), Verdict.NONCONFORMANT, "expired on 2026-11-21 12:00 UTC"),
    "expired-elsewhere": (
        known(expires=dt.datetime(2026, 11, 21, 13, tzinfo=dt.timezone(dt.timedelta(hours=1)))),
        Verdict.NONCONFORMANT,
        "expired on 2026-11-21 12:00 UTC",
    ),
    "other-version": (known(version="4.2.0"), Verdict.NONCONFORMANT, "seen at version 4.2.0, and the target is at 4.3.0"),
    "not-applicable": (known(), Verdict.NOT_APPLICABLE, "not applicable to this target"),
    "other-breach": (known(says="with 500"), Verdict.NONCONFORMANT, "does not say 'with 500'"),
}


@pytest.mark.parametrize("case", OUT_OF_DATE)
def test_an_entry_that_accounts_for_nothing_fails_the_run(tmp_path: Path, case: str) -> None:
    entry, verdict, said = OUT_OF_DATE[case]
    docket = judged(tmp_path, [entry], verdict)
    complaints, code = ended(docket)
    assert code == NONCONFORMING
    (complaint,) = complaints
    assert said in complaint
    assert "PAY-7" in complaint
    assert all(record.verdict is not Verdict.DEVIATING for record in docket.records)


@pytest.mark.parametrize("verdict", [Verdict.UNKNOWN, Verdict.ENVIRONMENT_FAULT, Verdict.NOT_CHECKABLE])
def test_an_undecided_rule_says_nothing_of_its_entry(tmp_path: Path, verdict: Verdict) -> None:
    assert judged(tmp_path, [known()], verdict).complaints() == []


def test_words_tell_one_breach_of_a_rule_from_another(tmp_path: Path) -> None:
    docket = judged(tmp_path, [known(says="was created")], Verdict.NONCONFORMANT)
    assert ended(docket) == ([], CONFORMING)


def test_an_entry_of_a_rule_outside_of_this_run_is_left_alone(tmp_path: Path) -> None:
    assert judged(tmp_path, [known(rule("elsewhere"))], Verdict.PASSED).complaints() == []


@pytest.mark.parametrize("key", ["reason", "owner", "issue", "expires"])
def test_an_entry_without_what_it_needs_is_wrong_usage(tmp_path: Path, key: str) -> None:
    entry = {"rule": '"acme/x"', "reason": '"r"', "owner": '"o"', "issue": '"i"', "expires": "2027-01-01T00:00:00Z"}
    for value in (None, '" "') if key != "expires" else (None, "2027-01-01T00:00:00"):
        lines = [f"{name} = {text}" for name, text in {**entry, key: value}.items() if text is not None]
        path = tmp_path / "acme.toml"
        path.write_text('description = "d"\n[providers]\n[[deviations]]\n' + "\n".join(lines))
        with pytest.raises(UsageError, match=key):
            load_target(str(path))


def test_an_entry_of_an_unknown_untested_or_repeated_rule_is_wrong_usage() -> None:
    nobody = rule("secret", answers=[], not_tested="Nobody can see it.")
    rules = catalogue(NAME, nobody)
    validate([known(), known(says="x")], rules, ["acme"])
    with pytest.raises(UsageError, match="name-is-required"):
        validate([known(rule("name-is-requird"))], rules, ["acme"])
    with pytest.raises(UsageError, match="Nobody can see it"):
        validate([known(nobody)], rules, ["acme"])
    with pytest.raises(UsageError, match="stands twice"):
        validate([known(), known()], rules, ["acme"])


def test_the_entry_to_paste_lacks_only_what_a_person_must_say(tmp_path: Path) -> None:
    pasted = entry_for(NAME.id, "4.3.0", NOW.date())
    path = tmp_path / "acme.toml"
    path.write_text('description = "d"\n[providers]\n' + pasted)
    with pytest.raises(UsageError, match="reason"):
        load_target(str(path))
    path.write_text('description = "d"\n[providers]\n' + pasted.replace('""', '"said"'))
    (entry,) = load_target(str(path)).deviations
    assert (entry.rule, entry.version, entry.expires) == (NAME.id, "4.3.0", dt.datetime(2026, 12, 21, tzinfo=dt.UTC))
