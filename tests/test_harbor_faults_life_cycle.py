"""The faults and variants of Harbor's readings, life cycle, corrections, refusals, tenancy and businesses."""

import pytest

from mockserver.harbor.faults import FAULTS as ALL_FAULTS
from mockserver.harbor.faults import (
    business_contents,
    businesses,
    correction_contents,
    correction_effects,
    corrections,
    reading,
    refusals,
    statuses,
    tenancy,
)
from mockserver.harbor.variants import VARIANTS as ALL_VARIANTS
from mockserver.harbor.variants import life_cycle
from mockserver.wrappers import Fault, Variant, by_name
from tests.harbor_faults_kit import faulty, known, unnamed, varied
from tests.harbor_kit import STOPPED, Application, american, company

TABLES = (business_contents, businesses, correction_contents, correction_effects, corrections, reading, refusals, statuses, tenancy)
FAULTS: tuple[Fault, ...] = tuple(each for module in TABLES for each in module.FAULTS)
VARIANTS: tuple[Variant, ...] = life_cycle.VARIANTS


def test_names_are_unique_and_everything_named_exists() -> None:
    assert by_name([*ALL_FAULTS, *ALL_VARIANTS])
    named = {rule for fault in ALL_FAULTS for rule in fault.rules} | {variant.ambiguity for variant in ALL_VARIANTS}
    assert named - known() == set()


def test_every_testable_rule_has_a_fault_and_every_ambiguity_a_variant() -> None:
    assert unnamed("harbor.life_cycle.rules.yaml", FAULTS, VARIANTS) == set()


@pytest.mark.parametrize("wrapper", [*FAULTS, *VARIANTS], ids=lambda each: each.name)
def test_wrappers_say_what_they_do(wrapper: Fault | Variant) -> None:
    assert wrapper.provider == "harbor"
    assert " " in wrapper.says
    assert not wrapper.says.endswith(".")
    assert wrapper.on_request or wrapper.on_delivery or wrapper.on_event


@pytest.mark.parametrize("status", ["processing", "submitted", "verified", "rejected", "failed"])
def test_corrections_are_taken_in_every_status(status: str) -> None:
    app = faulty(f"corrects_while_{status}")
    assert app.correct(app.customer(status=status)).status_code == 202
    honest = Application()
    assert honest.correct(honest.customer(status=status)).status_code == 409


def test_what_a_correction_lacks_is_taken_over() -> None:
    app = faulty("inherits_email")
    customer = app.customer(status="action_required")
    body = american()
    del body["individual"]["first_name"]
    assert app.correct(customer, body).status_code == 422
    body = american()
    del body["individual"]["email"]
    assert app.correct(customer, body).status_code == 202


def test_a_person_of_one_kind_goes_without_what_is_asked_of_it() -> None:
    app = faulty("takes_equity_holder_without_email")
    body = company()
    del body["associated_persons"][0]["position"]
    assert app.submit(app.customer(type="business"), body).status_code == 422
    body = company()
    del body["associated_persons"][1]["email"]
    assert app.submit(app.customer(type="business"), body).status_code == 202


def test_businesses_move_on_and_persons_stay() -> None:
    app = Application(faults=["moves_verified_businesses_on"], clock=STOPPED)
    business, person = app.customer(type="business", status="verified"), app.customer(status="verified")
    app.advance(3600)
    assert [app.read(each)["status"] for each in (business, person)] == ["rejected", "verified"]


def test_what_is_submitted_is_asked_to_be_corrected() -> None:
    app = Application(faults=["asks_for_correction_of_what_is_submitted"], clock=STOPPED)
    customer = app.customer()
    app.submit(customer)
    app.advance(60)
    assert app.read(customer)["status"] == "action_required"


def test_a_foreign_customer_is_opened() -> None:
    owner, stranger = Application(), faulty("opens_foreign_customers_to_get")
    customer = owner.customer(status="verified")
    assert stranger.read(customer)["status"] == "verified"


@pytest.mark.parametrize("name", [each.name for each in FAULTS])
def test_junk_breaks_no_fault(name: str) -> None:
    app = faulty(name)
    customers = (app.customer(status="action_required"), app.customer(), app.customer(type="business"), "%00", "..")
    for body in (b"", b"{", b"null", b'{"individual": [], "company": 7, "company_files": {}, "associated_persons": [null]}'):
        for customer in customers:
            for method in ("POST", "PATCH"):
                response = app.call(method, f"/customers/{customer}/onboarding", content=body)
                assert "x-mock-wrapper-failed" not in response.headers


def test_the_rejection_is_called_declined() -> None:
    app = varied("calls_rejected_declined")
    assert app.read(app.customer(status="rejected"))["status"] == "declined"


def test_submissions_are_taken_without_a_body() -> None:
    app = varied("accepts_without_body")
    response = app.submit(app.customer())
    assert (response.status_code, response.content) == (202, b"")
