"""The faults and variants of V1: complete by the rules, and each sample lies where it should and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.fincom.faults import FAULTS, v1_attach, v1_create, v1_life, v1_places, v1_presence, v1_values, v1_versions
from mockserver.fincom.variants import VARIANTS, v1_readings
from mockserver.wrappers import Wrapper, by_name
from tests.fault_kit import is_sentence, known, unbroken, unread
from tests.mockserver_kit import ABSENT, Client, edited, person, person_of_v1

MODULES = (v1_attach, v1_create, v1_life, v1_places, v1_presence, v1_values, v1_versions)
OURS = [row for module in MODULES for row in module.FAULTS]
FILES = ("fincom.v1.rules.yaml", "fincom.v1_attach.rules.yaml")
CREATE, ATTACH = "/v1/customers/individual", "/v1/customers/individual/attach"
BASIC, IDENTITY, ADDRESS, TERMS = "basic_info", "proof_of_identity", "proof_of_address", "tos_policies_value"

# (wrapper, place, value): the honest server refuses the create with 422, this one takes it.
TAKEN: tuple[tuple[str, str, object], ...] = (
    ("v1_accepts_missing_tin", f"{BASIC}.tin", ABSENT),
    ("v1_accepts_null_first_name", f"{BASIC}.first_name", None),
    ("v1_accepts_white_space_as_address_city", "address.city", "  "),
    ("v1_accepts_anything_as_email", f"{BASIC}.email", ["john@example.com"]),
    ("v1_reads_numbers_as_first_name", f"{BASIC}.first_name", 7),
    ("v1_accepts_null_occupation_id", "financial_profile.occupation_id", None),
    ("v1_reads_text_as_purpose_id", "financial_profile.purpose_id", "1"),
    ("v1_cuts_fractions_of_monthly_volume_usd", "financial_profile.monthly_volume_usd", 1.5),
    ("v1_accepts_missing_address", "address", ABSENT),
    ("v1_accepts_list_as_financial_profile", "financial_profile", []),
    ("v1_accepts_text_as_metadata", "meta_data", "text"),
    ("v1_accepts_negative_volume", "financial_profile.monthly_volume_usd", -1),
    ("v1_takes_any_script_as_last_name", f"{BASIC}.last_name", "Иванов"),
    ("v1_reads_dob_with_slashes", f"{BASIC}.dob", "15/01/1990"),
    ("v1_rolls_impossible_days_over", f"{BASIC}.dob", "1990-02-30"),
    ("v1_accepts_the_unborn", f"{BASIC}.dob", "2999-01-01"),
    ("v1_folds_local_parts", f"{BASIC}.email", "John@example.com"),
    ("v1_folds_domains", f"{BASIC}.email", "john@Example.com"),
    ("v1_accepts_any_text_as_email", f"{BASIC}.email", "john at example"),
    ("v1_normalises_national_phones", f"{BASIC}.phone", "(415) 555-2671"),
    ("v1_makes_the_plus_optional", f"{BASIC}.phone", "14155552671"),
    ("v1_reads_alpha_2_as_nationality", f"{BASIC}.nationality", "US"),
    ("v1_takes_tins_without_hyphens", f"{BASIC}.tin", "123456789"),
    ("v1_does_not_anchor_the_ssn", f"{BASIC}.tin", "123-45-67890"),
    ("v1_takes_any_nine_digits", f"{BASIC}.tin", "12-345-6789"),
    ("v1_takes_lists_as_tin", f"{BASIC}.tin", []),
    ("v1_completes_abbreviations", "address.state", "CA"),
    ("v1_reads_names_of_states", "address.state", "California"),
    ("v1_takes_states_of_any_country", "address.state", "GB-ENG"),
    ("v1_accepts_higher_occupation_id", "financial_profile.occupation_id", 999),
    ("v1_takes_business_purpose_id", "financial_profile.purpose_id", 8),
    ("v1_falls_back_to_standard", "verification_type", "OTHER"),
    ("v1_downgrades_reliance", "verification_type", "RELIANCE"),
    ("v1_takes_accented_letters", f"{BASIC}.first_name", "José"),
)
# (wrapper, place, value, named field): the honest server takes the create, this one refuses it.
REFUSED: tuple[tuple[str, str, object, str], ...] = (
    ("v1_demands_verification_type", "verification_type", ABSENT, "verification_type"),
    ("v1_demands_metadata", "meta_data", ABSENT, "meta_data"),
    ("v1_counts_zero_as_missing", "financial_profile.monthly_volume_usd", 0, "financial_profile.monthly_volume_usd"),
    ("v1_refuses_hyphens_in_last_name", f"{BASIC}.last_name", "Doe-Roe", f"{BASIC}.last_name"),
    ("v1_ties_nationality_to_residence", f"{BASIC}.nationality", "MEX", f"{BASIC}.nationality"),
    ("v1_asks_for_an_age", f"{BASIC}.dob", "2020-01-01", f"{BASIC}.dob"),
    ("v1_wants_latin_metadata", "meta_data.note", "заметка", "meta_data"),
)
# (wrapper, place, value): the honest server refuses the attach, this one takes it.
ATTACHED: tuple[tuple[str, str, object], ...] = (
    ("v1_guesses_the_customer", "customer_id", ABSENT),
    ("v1_does_without_proof_of_identity", IDENTITY, ABSENT),
    ("v1_does_without_proof_of_address", ADDRESS, ABSENT),
    ("v1_does_without_terms_value", TERMS, ABSENT),
    ("v1_takes_any_terms_value", TERMS, "accepted"),
    ("v1_takes_national_id_front_alone", f"{IDENTITY}.files.1", ABSENT),
    ("v1_takes_two_fronts_of_national_id", f"{IDENTITY}.files.1.side", "FRONT"),
    ("v1_takes_residence_permit_as_identity", f"{IDENTITY}.type", "RESIDENCE_PERMIT"),
    ("v1_takes_any_type_of_identity", f"{IDENTITY}.type", "VISA"),
    ("v1_takes_identity_without_issue_date", f"{IDENTITY}.issue_date", ABSENT),
    ("v1_takes_any_text_as_expiry_date", f"{IDENTITY}.expiry_date", "2030-02-30"),
    ("v1_takes_any_type_of_address_proof", f"{ADDRESS}.type", "LEASE"),
    ("v1_takes_proof_of_address_with_no_file", f"{ADDRESS}.files", []),
    ("v1_takes_unknown_uris", f"{ADDRESS}.files.0.uri", "/Nowhere_1.pdf"),
    ("v1_takes_expired_documents", f"{IDENTITY}.expiry_date", "2021-01-01"),
    ("v1_takes_one_side_as_address_proof", f"{ADDRESS}.type", "NATIONAL_ID"),
)
NOT_ATTACHED: tuple[tuple[str, str, object, str], ...] = (
    ("v1_refuses_passport_as_address_proof", f"{ADDRESS}.type", "PASSPORT", f"{ADDRESS}.type"),
    ("v1_drops_address_proofs_as_v2_does", f"{ADDRESS}.type", "COMPANY_DOC", f"{ADDRESS}.type"),
    ("v1_compares_the_country_of_the_address_proof", f"{ADDRESS}.country", "MEX", f"{ADDRESS}.country"),
)


def switched(name: str, **settings: Any) -> Client:
    kind = "faults" if name in by_name(FAULTS) else "variants"
    return Client(settings=settings, **{kind: [name]})


def hits(client: Client) -> int:
    return sum(each["hits"] for kind in ("faults", "variants") for each in client.control("GET", f"/{kind}"))


def create(client: Client, body: object) -> Any:
    return client.call("POST", CREATE, json=body)


def test_names_are_unique() -> None:
    assert len(by_name([*FAULTS, *VARIANTS])) == len(FAULTS) + len(VARIANTS)


@pytest.mark.parametrize("row", [*OURS, *v1_readings.VARIANTS], ids=lambda row: row.name)
def test_what_a_row_says_is_a_sentence(row: Wrapper) -> None:
    assert is_sentence(row)


def test_rows_name_rules_and_ambiguities_that_exist() -> None:
    assert {rule for row in OURS for rule in row.rules} <= known("rules")
    assert {row.ambiguity for row in v1_readings.VARIANTS} <= known("ambiguities")


@pytest.mark.parametrize("file", FILES)
def test_every_testable_rule_is_broken(file: str) -> None:
    assert not unbroken(file)


@pytest.mark.parametrize("file", FILES)
def test_every_open_spot_is_read_otherwise(file: str) -> None:
    assert not unread(file)


@pytest.mark.parametrize(("name", "place", "value"), TAKEN, ids=[row[0] for row in TAKEN])
def test_create_takes_what_is_refused(name: str, place: str, value: object) -> None:
    body = edited(person_of_v1(), place, value)
    assert create(Client(), body).status_code in (422, 423)
    client = switched(name)
    assert create(client, body).status_code == 200
    assert hits(client) == 1
    other = "phone" if place.endswith("email") else "email"
    assert place == BASIC or create(client, edited(body, f"{BASIC}.{other}", "nonsense")).status_code == 422
    assert create(client, person_of_v1()).status_code == 200


@pytest.mark.parametrize(("name", "place", "value", "field"), REFUSED, ids=[row[0] for row in REFUSED])
def test_create_refuses_what_is_good(name: str, place: str, value: object, field: str) -> None:
    body = edited(person_of_v1(), place, value)
    assert create(Client(), body).status_code == 200
    answer = create(switched(name), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


@pytest.mark.parametrize(("name", "place", "value"), ATTACHED, ids=[row[0] for row in ATTACHED])
def test_attach_takes_what_is_refused(name: str, place: str, value: object) -> None:
    honest, client = Client(), switched(name)
    assert honest.attach_by_v1(edited(honest.ready_by_v1(), place, value)).status_code == 422
    body = client.ready_by_v1()
    other = (TERMS, "accepted") if place != TERMS else (f"{ADDRESS}.country", "nowhere")
    assert client.attach_by_v1(edited(edited(body, place, value), *other)).status_code == 422
    assert client.attach_by_v1(edited(body, place, value)).status_code == 200
    before = hits(client)
    assert client.attach_by_v1(client.ready_by_v1()).status_code == 200
    assert hits(client) == before


@pytest.mark.parametrize(("name", "place", "value", "field"), NOT_ATTACHED, ids=[row[0] for row in NOT_ATTACHED])
def test_attach_refuses_what_is_good(name: str, place: str, value: object, field: str) -> None:
    honest, client = Client(), switched(name)
    assert honest.attach_by_v1(edited(honest.ready_by_v1(), place, value)).status_code == 200
    answer = client.attach_by_v1(edited(client.ready_by_v1(), place, value))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def _told(client: Client, place: str, value: object) -> str:
    told: str = create(client, edited(person_of_v1(), place, value)).json()["errors"][place][0]
    return told[:18]


def _status_by_v1(client: Client, customer_id: str) -> Any:
    return client.call("GET", f"/v1/customers/{customer_id}").json()["data"]["customer_status"]


def _attached(client: Client) -> Any:
    body = client.ready_by_v1()
    client.attach_by_v1(body)
    return _status_by_v1(client, body["customer_id"])


def _default(client: Client) -> Any:
    made = client.create(edited(person_of_v1(), "verification_type", ABSENT), "v1")
    return client.call("GET", f"/v1/customers/{made['customer_id']}").json()["data"]["verification_type"]


def _with_tax_info() -> dict[str, Any]:
    body = edited(person_of_v1(), f"{BASIC}.tin", ABSENT)
    body[BASIC]["tax_info"] = person()[BASIC]["tax_info"]
    return body


def _of_v2(client: Client) -> int:
    return client.attach_by_v1(edited(client.ready_by_v1(), "customer_id", client.create()["customer_id"])).status_code


def _by_v2(client: Client) -> int:
    return client.attach(client.create(version="v1")["customer_id"], {}).status_code


def _twice(client: Client) -> int:
    body = client.ready_by_v1()
    assert client.attach_by_v1(body).status_code == 200
    return client.attach_by_v1(body).status_code


def _provisioned(client: Client, status: str) -> Any:
    made = client.control("POST", "/customers", {"status": status, "version": "v1"})
    return _status_by_v1(client, made["customer_id"])


def _both(client: Client) -> int:
    client.create(version="v1")
    return client.call("POST", "/v2/customers/individual", json=person()).status_code


ANSWERS: tuple[tuple[str, Callable[[Client], Any], object, object], ...] = (
    ("v1_answers_no_customer_id", lambda client: "customer_id" in client.create(version="v1"), True, False),
    ("v1_words_tins_otherwise", lambda client: _told(client, f"{BASIC}.tin", "1"), "TIN must be in SSN", "The value is not v"),
    ("v1_stays_incomplete", _attached, "REVIEWING", "INCOMPLETE"),
    ("v1_queues_attach", _attached, "REVIEWING", "INCOMPLETE"),
    ("v1_calls_the_review_pending", _attached, "REVIEWING", "PENDING"),
    ("v1_defaults_to_reliance", _default, "STANDARD", "RELIANCE"),
    ("v1_reads_bodies_of_v2", lambda client: create(client, person()).status_code, 422, 200),
    ("v1_reads_tax_info_of_v2", lambda client: create(client, _with_tax_info()).status_code, 422, 200),
    ("v1_answers_any_method", lambda client: client.call("DELETE", CREATE).status_code, 405, 200),
    ("v1_attaches_to_customers_of_v2", _of_v2, 403, 422),
    ("v1_customers_attach_by_v2", _by_v2, 403, 400),
    ("v1_takes_attach_in_every_status", _twice, 403, 200),
    ("v1_refuses_late_attach_as_a_field", _twice, 403, 422),
    ("v1_hides_approved", lambda client: _provisioned(client, "APPROVED"), "APPROVED", "REVIEWING"),
    ("v1_breaks_down_on_null_metadata", lambda client: create(client, {**person_of_v1(), "meta_data": None}).status_code, 200, 500),
    ("v1_is_switched_off_by_v2", lambda client: (client.create(), create(client, person_of_v1()).status_code)[1], 200, 403),
    ("v1_has_ids_of_its_own_subdivision", _both, 200, 422),
)


@pytest.mark.parametrize(("name", "see", "honest", "lie"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_it_answers_otherwise(name: str, see: Callable[[Client], Any], honest: object, lie: object) -> None:
    assert see(Client()) == honest
    assert see(switched(name)) == lie


def test_what_a_reading_takes_is_kept_as_it_was_sent() -> None:
    client = switched("v1_takes_accented_letters")
    made = client.create(edited(person_of_v1(), f"{BASIC}.first_name", "José"), "v1")
    assert client.call("GET", f"/v1/customers/{made['customer_id']}").json()["data"]["first_name"] == "José"


def test_uris_may_serve_twice() -> None:
    client = switched("v1_takes_uris_twice")
    body = client.ready_by_v1()
    uri = body[IDENTITY]["files"][0]["uri"]
    assert client.attach_by_v1(edited(body, f"{ADDRESS}.files.0.uri", uri)).status_code == 200
    assert client.control("GET", f"/customers/{body['customer_id']}")["documents"][ADDRESS]["files"] == [{"uri": uri}]
