"""From what happened in a test to one of the seven verdicts, with the reason and the evidence."""

from __future__ import annotations

import json

import pytest
from hypothesis.errors import Flaky

from harness.errors import EnvironmentFault, Nonconformance, NotApplicable, NotCheckable, UnknownOutcome
from harness.exchange import PASSING
from harness.outcome import decide, readable, violations_of
from harness.record import Finding, Verdict
from harness.rules import Basis
from harness.trial import SUSPICIOUS, Trial
from strategies.edits import drop
from strategies.placeholders import Serial
from strategies.tax import nth_tax_number
from tests.harness_kit import exchange, redactor, rule, trial


def ended(judged: Trial, error: BaseException | None = None, trouble: str | None = None) -> tuple[Verdict, str | None, Finding | None]:
    return decide(judged, error, redactor(), lambda: trouble)


def in_order() -> str | None:
    raise AssertionError("the target is asked only where that could explain the error")


def breached(judged: Trial, message: str = "it was created") -> Nonconformance:
    error = Nonconformance(message, expected="it is refused")
    judged.note_breach(error)
    return error


def test_a_test_that_ends_well_has_passed() -> None:
    assert decide(trial(None, exchange()), None, redactor(), in_order) == (Verdict.PASSED, None, None)


def test_a_test_that_sent_nothing_has_judged_nothing() -> None:
    verdict, reason, _ = ended(trial())
    assert verdict is Verdict.NOT_CHECKABLE
    assert "sent nothing" in str(reason)


@pytest.mark.parametrize(
    ("basis", "verdict"),
    [
        (Basis.DOCUMENTED, Verdict.NONCONFORMANT),
        (Basis.EXAMPLE, Verdict.ADVISORY),
        (Basis.INFERRED, Verdict.ADVISORY),
        (Basis.SILENT, Verdict.ADVISORY),
    ],
)
def test_how_firmly_it_is_promised_decides_what_a_breach_means(basis: Basis, verdict: Verdict) -> None:
    judged = trial(rule(basis=basis), exchange(201, {"id": 1}))
    assert decide(judged, breached(judged), redactor(), in_order)[0] is verdict


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (NotApplicable("needs webhooks"), Verdict.NOT_APPLICABLE),
        (pytest.skip.Exception("left out"), Verdict.NOT_APPLICABLE),
        (EnvironmentFault("the target cannot be reached"), Verdict.ENVIRONMENT_FAULT),
        (UnknownOutcome("its answer was lost"), Verdict.UNKNOWN),
        (NotCheckable("the control request was refused too"), Verdict.NOT_CHECKABLE),
        (LookupError("no such key"), Verdict.NOT_CHECKABLE),
        (AssertionError("a plain assertion judges nothing"), Verdict.NOT_CHECKABLE),
    ],
)
def test_each_way_of_giving_up_has_its_verdict_and_its_reason(error: BaseException, verdict: Verdict) -> None:
    found, reason, finding = decide(trial(None, exchange(400)), error, redactor(), in_order)
    assert found is verdict
    assert str(error) in str(reason)
    assert finding is None


def test_the_finding_holds_what_was_promised_sent_and_answered() -> None:
    judged = trial(None)
    judged.begin_example({"customer": {"name": ""}})
    judged.note(exchange(201, {"id": 5}, note="without-name"))
    _, reason, finding = ended(judged, breached(judged))
    assert finding is not None
    assert reason == finding.message == "it was created"
    assert finding.expected == "it is refused"
    assert finding.example == {"customer": {"name": ""}}
    assert [(each.status, each.request, each.response, each.note) for each in finding.exchanges] == [
        (201, {"name": ""}, {"id": 5}, "without-name")
    ]
    assert finding.exchanges[0].curl.startswith("curl ")


@pytest.mark.parametrize("status", sorted(SUSPICIOUS - {429}))
def test_what_an_outage_or_a_dead_token_explains_is_no_breach(status: int) -> None:
    judged = trial(None, exchange(status))
    error = breached(judged)
    verdict, reason, finding = ended(judged, error, trouble="listThings was answered with 401")
    assert (verdict, finding) == (Verdict.ENVIRONMENT_FAULT, None)
    assert "listThings was answered with 401" in str(reason)
    judged.confirmed = True
    assert ended(judged, error)[0] is Verdict.NONCONFORMANT, "the target is in order, so the answer is the provider's own"


@pytest.mark.parametrize("status", sorted(PASSING))
def test_a_spell_of_bad_weather_is_no_breach_although_the_target_is_in_order_again(status: int) -> None:
    judged = trial(None, exchange(status))
    verdict, reason, finding = ended(judged, breached(judged))
    assert (verdict, finding) == (Verdict.ENVIRONMENT_FAULT, None)
    assert str(status) in str(reason)


def test_a_breach_that_only_bad_weather_showed_is_none_where_it_does_not_repeat() -> None:
    judged = trial(None, exchange(503))
    breached(judged)
    assert ended(judged, Flaky("inconsistent"))[0] is Verdict.ENVIRONMENT_FAULT


def test_a_rate_limit_is_never_a_breach_and_never_a_pass() -> None:
    judged = trial(None, exchange(429))
    verdict, reason, _ = decide(judged, breached(judged), redactor(), in_order)
    assert verdict is Verdict.ENVIRONMENT_FAULT
    assert "429" in str(reason)


def test_a_server_error_where_another_answer_was_due_is_a_breach() -> None:
    judged = trial(None, exchange(500))
    assert decide(judged, breached(judged), redactor(), in_order)[0] is Verdict.NONCONFORMANT


def test_a_set_up_that_a_dead_token_refused_is_an_environment_fault() -> None:
    error = NotCheckable("set-up: createCustomer answered 401")
    assert ended(trial(None, exchange(401)), error, trouble="401")[0] is Verdict.ENVIRONMENT_FAULT
    assert ended(trial(None, exchange(401)), error)[0] is Verdict.NOT_CHECKABLE


def test_a_breach_outlives_an_outage_while_it_is_made_smaller() -> None:
    judged = trial(None, exchange(201))
    breached(judged)
    judged.begin_example({})
    verdict, reason, finding = ended(judged, EnvironmentFault("the target cannot be reached"), trouble="down")
    assert verdict is Verdict.NONCONFORMANT
    assert finding is not None
    assert "cut short: the target cannot be reached" in str(reason)


def test_a_breach_is_not_shrunk_into_a_rate_limit() -> None:
    judged = trial(None, exchange(201))
    breached(judged, "it was created")
    judged.begin_example({})
    judged.note(exchange(429))
    verdict, reason, _ = ended(judged, breached(judged, "answered with 429"))
    assert (verdict, reason) == (Verdict.NONCONFORMANT, "it was created")


def test_a_breach_that_does_not_repeat_says_how_often_it_did() -> None:
    judged = trial(None, exchange(201))
    breached(judged)
    judged.begin_example({})
    verdict, reason, _ = ended(judged, Flaky("inconsistent"))
    assert verdict is Verdict.NONCONFORMANT
    assert "1 of 2 examples did" in str(reason)


def test_flakiness_without_a_breach_is_the_tests_own_failure() -> None:
    assert ended(trial(None, exchange(201)), Flaky("draws differ"))[0] is Verdict.NOT_CHECKABLE


def test_reasons_are_redacted() -> None:
    _, reason, _ = ended(trial(None, exchange(400)), NotCheckable('refused {"client_secret": "hunter2hunter2"} for 123-45-6789'))
    assert "hunter2" not in str(reason)
    assert "123-45-6789" not in str(reason)


def test_what_the_specification_does_not_describe_is_kept_once_per_operation() -> None:
    judged = trial(None, exchange(418, violation="Undocumented status"), exchange(418, violation="Undocumented status"))
    found = violations_of(judged, Verdict.PASSED, redactor())
    assert [(each.operation, each.message) for each in found] == [("createCustomer", "Undocumented status")]


@pytest.mark.parametrize(
    ("status", "verdict", "kept"),
    [
        (503, Verdict.ENVIRONMENT_FAULT, 0),
        (503, Verdict.NOT_CHECKABLE, 0),
        (401, Verdict.PASSED, 1),
        (418, Verdict.ENVIRONMENT_FAULT, 1),
        (429, Verdict.PASSED, 0),
    ],
)
def test_an_answer_of_the_environment_is_no_violation_of_the_specification(status: int, verdict: Verdict, kept: int) -> None:
    judged = trial(None, exchange(status, violation="Undocumented status"))
    assert len(violations_of(judged, verdict, redactor())) == kept


def test_arguments_are_shown_as_json_and_placeholders_as_what_they_stand_for() -> None:
    assert readable({"edit": drop("name"), 1: (True, None, 2.5)}) == {"edit": "Edit(without-name)", "1": [True, None, 2.5]}


def test_what_stands_for_a_number_is_shown_and_a_number_is_not() -> None:
    hiding = redactor()
    example = {"document_id": Serial(nth_tax_number, "USA"), "tax_info": [{"document_id": "212-45-6789"}]}
    shown = hiding.value(readable(example))
    # Reports are redacted again where they are written.
    assert json.loads(hiding.text(json.dumps(shown)))["document_id"] == "Serial(nth_tax_number of USA, 0)"
    assert "212-45-6789" not in json.dumps(shown)
