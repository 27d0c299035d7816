"""Faults and variants of Harbor's submission: the tables are complete, and a sample of them does what it says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.harbor.faults import FAULTS
from mockserver.harbor.variants import VARIANTS
from mockserver.wrappers import Fault, Variant
from tests.harbor_kit import FILE, Application, american, british, encoded
from tests.mockserver_kit import PDF

MODULES = ("answers", "choices", "countries", "files", "gates", "groups", "person", "presence", "turns")
MINE: tuple[Fault, ...] = tuple(fault for name in MODULES for fault in import_module(f"mockserver.harbor.faults.submission_{name}").FAULTS)
READINGS: tuple[Variant, ...] = tuple(
    variant
    for name in ("members", "order", "values")
    for variant in import_module(f"mockserver.harbor.variants.submission_{name}").VARIANTS
)
RULES = Path(__file__).parent.parent / "specs"
Body = dict[str, Any]
GIF = encoded(b"GIF89a" + b"\0" * 20)
JUNK: tuple[bytes, ...] = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'{"individual": 5}',
    b'{"individual": []}',
    b'{"individual": {"residence": [], "phone": 1, "source_of_wealth": {"a": 1}, "identity_document": "x"}}',
    b'{"individual": {"residence": {"country": {}, "state": 5}, "birthday": 3, "proof_of_address": {"files": "x"}, "email": []}}',
    b'{"individual": {"source_of_wealth": [[], {}, null], "purpose_of_use": [1], "has_us_bank_account": [], "ssn": {}}}',
    b'{"individual": {"identity_document": {"type": [], "country": 1, "front": 7, "back": {}}, "bank_statement": {"files": [1, {}]}}}',
    b"\xff\xfe",
    b"[" * 100_000,
)


@cache
def catalogue() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return rules and ambiguities of the slice."""
    listed = yaml.safe_load((RULES / "harbor.submission.rules.yaml").read_text(encoding="utf-8"))
    return listed["rules"], listed["ambiguities"]


def test_wrappers_are_found_and_named_once_in_a_sentence() -> None:
    assert set(MINE) <= set(FAULTS)
    assert set(READINGS) <= set(VARIANTS)
    names = [wrapper.name for wrapper in (*FAULTS, *VARIANTS)]
    assert len(set(names)) == len(names)
    for wrapper in (*MINE, *READINGS):
        assert len(wrapper.says.split()) > 2, wrapper.name
        assert not wrapper.says.endswith("."), wrapper.name


def test_every_testable_rule_has_a_fault_and_every_fault_a_rule() -> None:
    rules, _ = catalogue()
    broken = {rule for fault in MINE for rule in fault.rules}
    ids = {rule["id"]: {rule["id"], *rule.get("covers", ())} for rule in rules if "not_tested" not in rule}
    assert [name for name, rows in ids.items() if not rows & broken] == []
    assert broken <= set().union(*ids.values())


def test_every_observable_ambiguity_has_a_variant_and_every_variant_an_ambiguity() -> None:
    _, ambiguities = catalogue()
    observable = {each["id"] for each in ambiguities if "not_observable" not in each}
    assert {variant.ambiguity for variant in READINGS} == observable


def put(path: str, value: object, base: Callable[[], Body] = american) -> Body:
    """Return a submission with another value at a path below the section; `...` takes the member away."""
    body = base()
    *way, last = path.split(".")
    holder: Any = body["individual"]
    for name in way:
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    if value is ...:
        del holder[last]
    elif isinstance(holder, list):
        holder[int(last)] = value
    else:
        holder[last] = value
    return body


def statement(**more: object) -> Body:
    return put("bank_statement", {"country": "GB", "files": [FILE], **more}, british)


def proof(*files: object) -> Body:
    return put("proof_of_address.files", list(files))


REQUIRED = (
    "first_name", "last_name", "email", "nationality", "birthday", "occupation", "source_of_wealth", "purpose_of_use", "residence",
    "identity_document", "residence.street", "residence.city", "residence.postal_code", "residence.country",
    "identity_document.type", "identity_document.country", "identity_document.front",
)  # fmt: skip
LARGE = encoded(PDF + b"\0" * (10 * 2**20))
NEARLY = encoded(PDF + b"\0" * (10 * 2**20 - 100))
# Submissions that a fault takes though the honest server refuses them.
TAKEN: dict[str, Body] = {
    **{f"accepts_missing_{path.replace('.', '_')}": put(path, ...) for path in REQUIRED},
    "accepts_missing_sub_street": put("residence.sub_street", ...),
    "takes_a_body_without_a_person": {},
    "takes_anything_for_a_person": {"individual": "x"},
    "unpacks_a_list_of_one_person": {"individual": [american()["individual"]]},
    "takes_flat_bodies": american()["individual"],
    "counts_null_as_given": put("email", None),
    "counts_blank_as_given": put("last_name", " "),
    "casts_to_text_in_names_and_dates": put("first_name", ["x"]),
    "reads_text_as_object": put("residence", "x"),
    "holds_255_characters_of_first_name": put("first_name", "x" * 60),
    "takes_any_text_as_email": put("email", "nobody"),
    "reads_birthdays_with_slashes": put("birthday", "15/04/1990"),
    "rolls_over_days": put("birthday", "1990-02-30"),
    "takes_people_of_17": put("birthday", "2008-04-15"),
    "subtracts_years_only": put("birthday", "2008-03-12"),
    "takes_the_unborn": put("birthday", "2030-01-01"),
    "takes_any_us_state": put("residence.state", "ZZ"),
    "takes_names_of_us_states": put("residence.state", "Virginia"),
    "looks_for_states_in_all_countries": put("residence.state", "ENG"),
    "reads_alpha_3_of_nationality": put("nationality", "GBR"),
    "reads_numbers_of_residence": put("residence.country", "840"),
    "takes_unassigned_document": put("identity_document.country", "QZ"),
    "forgets_to_prohibit_nationality_cu": put("nationality", "CU"),
    "accepts_empty_source_of_wealth": put("source_of_wealth", []),
    "wraps_text_of_purpose_of_use": put("purpose_of_use", "payments"),
    "checks_the_first_of_purpose_of_use": put("purpose_of_use", ["payments", "rentalIncome"]),
    "accepts_missing_source_of_wealth_other": put("source_of_wealth", ["rentalIncome", "other"]),
    "looks_for_other_in_front_only": put("source_of_wealth", ["rentalIncome", "other"]),
    "takes_any_occupation": put("occupation", "wizard"),
    "reads_american_licences": put("identity_document.type", "DRIVER_LICENSE"),
    "demands_no_backs": put("identity_document.type", "NATIONAL_ID"),
    "accepts_missing_ssn": put("ssn", ...),
    "strips_ssn_hyphens": put("ssn", "123-45-6789"),
    "takes_digits_of_all_scripts_as_ssn": put("ssn", "٠١٢٣٤٥٦٧٨"),
    "takes_a_bare_phone_number": put("phone", "+14045550101"),
    "accepts_missing_phone_number": put("phone.number", ...),
    "wraps_a_bare_proof": put("proof_of_address.files", FILE),
    "takes_six_proofs": proof(*[FILE] * 6),
    "takes_four_statements": statement(files=[FILE] * 4),
    "accepts_empty_statement": statement(files=[]),
    "takes_silence_for_no_account": put("has_us_bank_account", ..., british),
    "reads_text_as_flag": put("has_us_bank_account", "yes", british),
    "accepts_missing_statement": put("bank_statement", ..., british),
    "takes_any_format_of_fronts": put("identity_document.front", GIF),
    "takes_any_text_as_fronts": put("identity_document.front", "@@@"),
    "drops_cut_off_letters": put("identity_document.front", "QUJDR"),
    "decodes_the_first_of_proofs": proof(FILE, "@@@"),
    "takes_objects_as_files": proof({"x": 1}),
    "takes_empty_proofs": proof(""),
    "takes_fronts_of_any_size": put("identity_document.front", LARGE),
    "measures_the_first_of_proofs": proof(FILE, LARGE),
    "sums_no_sizes": put("identity_document.front", encoded(PDF + b"\0" * 2000), lambda: proof(*[NEARLY] * 5)),
}
# Submissions that a fault refuses though the honest server takes them, and what the fault names.
REFUSED: dict[str, tuple[Body, str]] = {
    "joins_names": (put("first_name", "x" * 50) | {}, "last_name"),
    "holds_49_characters_of_last_name": (put("last_name", "x" * 50), "last_name"),
    "counts_bytes_of_first_name": (put("first_name", "é" * 50), "first_name"),
    "demands_latin_letters_of_street": (put("residence.street", "улица 1"), "residence.street"),
    "refuses_tagged_emails": (put("email", "a+b@example.com"), "email"),
    "demands_more_than_18": (put("birthday", "2008-03-10"), "birthday"),
    "demands_five_digits_everywhere": (british(), "residence.postal_code"),
    "ties_nationality_to_residence": (american(), "nationality"),
    "forgets_payments_of_purpose_of_use": (american(), "purpose_of_use"),
    "always_demands_purpose_of_use_other": (american(), "purpose_of_use_other"),
    "demands_backs_of_passports": (american(), "identity_document.back"),
    "asks_everybody_for_accounts": (american(), "has_us_bank_account"),
    "demands_ssn_of_everybody": (british(), "ssn"),
    "drops_zeros_of_ssn": (american(), "ssn"),
    "wants_two_proof_files": (american(), "proof_of_address.files"),
    "demands_american_statements": (british(), "bank_statement.country"),
    "refuses_pdf_proofs": (american(), "proof_of_address.files.0"),
    "refuses_jpg_fronts": (american(), "identity_document.front"),
    "holds_8_megabytes_of_fronts": (put("identity_document.front", encoded(PDF + b"\0" * 9_000_000)), "identity_document.front"),
    "counts_encoded_bytes": (put("identity_document.front", encoded(PDF + b"\0" * 9_000_000)), "identity_document.front"),
}
# What a variant takes, and what it refuses, otherwise than the honest server.
READ_AS_GOOD: dict[str, Body] = {
    "folds_country_codes": put("residence.country", "us"),
    "prohibits_few_countries": put("nationality", "RU"),
    "demands_no_state_outside_us": put("residence.state", ..., british),
    "checks_no_state_outside_us": put("residence.state", "Somewhere", british),
    "takes_states_with_country": put("residence.state", "US-VA"),
    "takes_an_empty_second_line": put("residence.sub_street", ""),
    "folds_enumerated_values": put("source_of_wealth", ["RENTALINCOME"]),
    "counts_age_in_the_east": put("birthday", "2008-03-11"),
    "reads_days_of_timestamps": put("birthday", "1990-04-15T00:00:00Z"),
    "reads_ssn_numbers": put("ssn", 123456789),
    "trims_ssn": put("ssn", "123456789\n"),
    "reads_phones_in_any_form": put("phone.number", "(404) 555-0101"),
    "reads_flags_in_any_form": put("has_us_bank_account", 1, british),
    "needs_backs_of_national_ids": put("identity_document.type", "DRIVER_LICENCE"),
    "checks_fronts_later": put("identity_document.front", GIF),
    "takes_other_files_of_any_format": proof(GIF),
    "reads_base64_in_any_form": put("identity_document.front", f"data:image/png;base64,{FILE}"),
}
READ_AS_BAD: dict[str, tuple[Body, str]] = {
    "refuses_states_where_none_are": (
        put("residence", {**british()["individual"]["residence"], "country": "KY"}, british),
        "residence.state",
    ),
    "counts_age_in_the_west": (put("birthday", "2008-03-10"), "birthday"),
    "refuses_ssn_never_issued": (put("ssn", "000123456"), "ssn"),
    "ties_phones_to_their_country": (put("phone.country", "GB"), "phone.country"),
    "refuses_repeated_values": (put("purpose_of_use", ["payments", "payments"]), "purpose_of_use"),
    "refuses_long_texts": (put("residence.street", "x" * 300), "residence.street"),
    "refuses_members_of_the_other_group": (put("has_us_bank_account", False), "has_us_bank_account"),
    "refuses_texts_without_other": (put("purpose_of_use_other", "x"), "purpose_of_use_other"),
    "refuses_statements_without_account": (put("has_us_bank_account", False, british), "bank_statement"),
    "refuses_unknown_members": (put("residence.planet", "Earth"), "residence.planet"),
    "counts_decimal_megabytes": (put("identity_document.front", encoded(PDF + b"\0" * 10_200_000)), "identity_document.front"),
}
REFUSED["joins_names"][0]["individual"]["last_name"] = "y" * 50


@cache
def application() -> Application:
    return Application(clock={"mode": "stopped", "now": "2026-03-10T11:00:00Z"})


@pytest.fixture
def app() -> Iterator[Application]:
    made = application()
    yield made
    made.control("PUT", "/faults", {"faults": []})
    made.control("PUT", "/variants", {"variants": []})


def fresh(app: Application, body: object) -> tuple[int, Body]:
    """Submit for a new customer; return status and answer."""
    response = app.submit(app.customer(), copy.deepcopy(body))
    return response.status_code, response.json()


def named(answer: Body) -> set[str]:
    return set(answer["errors"])


@pytest.mark.parametrize("name", TAKEN)
def test_a_fault_takes_what_is_to_be_refused(app: Application, name: str) -> None:
    assert fresh(app, TAKEN[name])[0] in (400, 422)
    app.control("PUT", "/faults", {"faults": [name]})
    assert fresh(app, TAKEN[name])[0] == 202


@pytest.mark.parametrize("name", REFUSED)
def test_a_fault_refuses_what_is_to_be_taken(app: Application, name: str) -> None:
    body, path = REFUSED[name]
    assert fresh(app, body)[0] == 202
    app.control("PUT", "/faults", {"faults": [name]})
    status, answer = fresh(app, body)
    assert (status, named(answer)) == (422, {f"individual.{path}"})


@pytest.mark.parametrize("name", READ_AS_GOOD)
def test_a_variant_takes_what_the_honest_server_refuses(app: Application, name: str) -> None:
    assert fresh(app, READ_AS_GOOD[name])[0] == 422
    app.control("PUT", "/variants", {"variants": [name]})
    assert fresh(app, READ_AS_GOOD[name])[0] == 202


@pytest.mark.parametrize("name", READ_AS_BAD)
def test_a_variant_refuses_what_the_honest_server_takes(app: Application, name: str) -> None:
    body, path = READ_AS_BAD[name]
    assert fresh(app, body)[0] == 202
    app.control("PUT", "/variants", {"variants": [name]})
    status, answer = fresh(app, body)
    assert (status, named(answer)) == (422, {f"individual.{path}"})


# Kinds of customers, what faults and variants answer to their submissions, and the code.
UNREADY = {"signed": False}
STATES: list[tuple[str, str, Body, int, object]] = [
    ("faults", "lets_inactive_customers_in", {"active": False}, 202, None),
    ("faults", "hides_inactive_customers", {"active": False}, 404, None),
    ("faults", "lets_customers_in_unsigned", UNREADY, 202, None),
    ("faults", "lets_no_newcomers_in", {}, 403, 2002),
    ("faults", "takes_businesses_for_people", {"type": "business"}, 202, None),
    ("faults", "lets_verified_customers_in", {"status": "verified"}, 202, None),
    ("faults", "calls_verified_active", {"status": "verified"}, 409, 2302),
    ("faults", "answers_2306_without_code", {"status": "verified"}, 422, None),
    ("faults", "starts_beside_action_required", {"status": "action_required"}, 202, None),
    ("faults", "calls_an_active_onboarding_verified", {"status": "submitted"}, 422, 2306),
    ("faults", "blocks_after_failure", {"status": "failed"}, 409, 2302),
    ("faults", "ignores_after_rejection", {"status": "rejected"}, 202, None),
    ("variants", "starts_again_after_rejection", {"status": "rejected"}, 202, None),
    ("variants", "answers_2303_after_rejection", {"status": "rejected"}, 409, 2303),
    ("variants", "answers_422_for_unready", UNREADY, 422, 2103),
]


@pytest.mark.parametrize(("kind", "name", "wish", "status", "code"), STATES)
def test_who_is_let_in(app: Application, kind: str, name: str, wish: Body, status: int, code: object) -> None:
    honest = app.submit(app.customer(**wish))
    app.control("PUT", f"/{kind}", {kind: [name]})
    response = app.submit(app.customer(**wish))
    assert (response.status_code, response.json().get("code")) == (status, code)
    assert (honest.status_code, honest.json().get("code")) != (status, code)


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("judges_bodies_before_active_onboardings", {"status": "submitted"}),
        ("judges_bodies_before_verified_customers", {"status": "verified"}),
        ("judges_bodies_before_unready_customers", {"active": False}),
    ],
)
def test_the_body_may_come_first(app: Application, name: str, wish: Body) -> None:
    customer = app.customer(**wish)
    barred = app.submit(customer)
    before = app.control("GET", f"/customers/{customer}")
    app.control("PUT", "/variants", {"variants": [name]})
    refused = app.submit(customer, put("email", "nobody"))
    assert (refused.status_code, named(refused.json())) == (422, {"individual.email"})
    assert app.submit(customer).json() == barred.json()
    assert app.control("GET", f"/customers/{customer}") == before


def test_the_body_may_come_before_an_unknown_customer(app: Application) -> None:
    app.control("PUT", "/variants", {"variants": ["judges_bodies_before_unknown_customers"]})
    assert app.submit("cus_nobody", {"individual": {}}).status_code == 422
    assert app.submit("cus_nobody").status_code == 404


@pytest.mark.parametrize("name", ["answers_413_to_large_files", "answers_400_to_large_files"])
def test_large_files_may_have_another_status(app: Application, name: str) -> None:
    app.control("PUT", "/variants", {"variants": [name]})
    assert fresh(app, TAKEN["takes_fronts_of_any_size"])[0] == int(name.split("_")[1])
    assert fresh(app, put("email", "nobody"))[0] == 422


@pytest.mark.parametrize("name", ["shows_the_failed_onboarding", "reuses_the_record"])
def test_the_onboarding_after_a_failure_goes_wrong(app: Application, name: str) -> None:
    customer = app.customer(status="failed")
    failed = app.read(customer)
    app.control("PUT", "/faults", {"faults": [name]})
    taken = app.submit(customer)
    assert taken.status_code == 202
    assert app.read(customer)["id"] == failed["id"]


def test_an_onboarding_hides_or_never_ends(app: Application) -> None:
    app.control("PUT", "/faults", {"faults": ["hides_onboardings_at_first", "processes_for_ever"]})
    customer = app.customer()
    assert app.submit(customer).status_code == 202
    assert app.call("GET", f"/customers/{customer}/onboarding").status_code == 404
    app.advance(10)
    assert app.read(customer)["status"] == "processing"


@pytest.mark.parametrize("first", range(0, len(MINE), 60))
def test_no_fault_fails_on_junk(app: Application, first: int) -> None:
    names = [fault.name for fault in MINE[first : first + 60] if not fault.name.startswith("breaks_down")]
    app.control("PUT", "/faults", {"faults": names})
    survive_junk(app)


def test_no_variant_fails_on_junk(app: Application) -> None:
    app.control("PUT", "/variants", {"variants": [variant.name for variant in READINGS]})
    survive_junk(app)


def survive_junk(app: Application) -> None:
    open_one = app.customer(status="action_required")
    for body in JUNK:
        for method, customer in (("POST", app.customer()), ("PATCH", open_one), ("POST", "cus_nobody")):
            response = app.call(method, f"/customers/{customer}/onboarding", {"content-type": "application/json"}, content=body)
            assert response.status_code < 500, response.text
