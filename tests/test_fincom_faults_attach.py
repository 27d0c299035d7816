"""The faults and variants of attach: complete by the rules, and each sample lies where it should and nowhere else."""

from typing import Any

import pytest

from mockserver.fincom.faults import (
    FAULTS,
    attach_call,
    attach_identity,
    attach_links,
    attach_proofs,
    attach_sides,
    attach_statuses,
    attach_turns,
)
from mockserver.fincom.variants import VARIANTS, attach_documents, attach_life
from mockserver.wrappers import Wrapper, by_name
from tests.fault_kit import is_sentence, known, unbroken, unread
from tests.mockserver_kit import ABSENT, Client, edited

MODULES = (attach_call, attach_identity, attach_links, attach_proofs, attach_sides, attach_statuses, attach_turns)
OURS = [row for module in MODULES for row in module.FAULTS]
READINGS = [*attach_documents.VARIANTS, *attach_life.VARIANTS]
LICENCE, SELFIE, PROOF = "identifying_documents.1", "identifying_documents.0", "address_documents.0"
# A reading that is no wrapper's: a refusal in an error object names no field.
NOT_WRAPPED = {"fincom-v2/amb-attach-validation-shape": 1}

# (wrapper, place, value): the honest server refuses the body with 400, this one takes it.
TAKEN: tuple[tuple[str, str, object], ...] = (
    ("accepts_missing_identifying_documents", "identifying_documents", ABSENT),
    ("accepts_null_identifying_documents", "identifying_documents", None),
    ("accepts_empty_identifying_documents", "identifying_documents", []),
    ("accepts_unknown_identity_type", f"{LICENCE}.type", "VISA"),
    ("defaults_identity_type", f"{LICENCE}.type", ABSENT),
    ("accepts_us_licence_without_state", f"{LICENCE}.state", ABSENT),
    ("accepts_us_licence_with_blank_state", f"{LICENCE}.state", " "),
    ("accepts_identity_without_number", f"{LICENCE}.number", ABSENT),
    ("accepts_identity_without_country", f"{LICENCE}.country", None),
    ("accepts_identity_country_of_any_form", f"{LICENCE}.country", "US"),
    ("accepts_issue_date_of_any_form", f"{LICENCE}.issue_date", "01/06/2019"),
    ("accepts_issue_date_ahead", f"{LICENCE}.issue_date", "2998-01-01"),
    ("does_not_compare_issue_and_expiry", f"{LICENCE}.issue_date", "2999-06-01"),
    ("accepts_drivers_license_without_expiry", f"{LICENCE}.expiry_date", ABSENT),
    ("accepts_expired_drivers_license", f"{LICENCE}.expiry_date", "2020-01-01"),
    ("accepts_expiry_of_any_form", f"{LICENCE}.expiry_date", "2999-02-30"),
    ("accepts_front_of_drivers_license_alone", f"{LICENCE}.files.1", ABSENT),
    ("accepts_back_of_drivers_license_alone", f"{LICENCE}.files.0", ABSENT),
    ("counts_files_of_drivers_license_not_sides", f"{LICENCE}.files.1.side", "FRONT"),
    ("infers_sides_of_drivers_license", f"{LICENCE}.files.0.side", ABSENT),
    ("accepts_unknown_side", f"{LICENCE}.files.1.side", "LEFT"),
    ("accepts_selfie_without_file", f"{SELFIE}.files", []),
    ("accepts_missing_address_documents", "address_documents", ABSENT),
    ("accepts_empty_address_documents", "address_documents", []),
    ("accepts_passport_as_address_proof", f"{PROOF}.type", "PASSPORT"),
    ("accepts_unknown_address_proof", f"{PROOF}.type", "LEASE"),
    ("accepts_address_proof_without_type", f"{PROOF}.type", ABSENT),
    ("accepts_address_proof_from_abroad", f"{PROOF}.country", "MEX"),
    ("accepts_address_proof_without_country", f"{PROOF}.country", ABSENT),
    ("accepts_address_proof_without_file", f"{PROOF}.files", []),
    ("accepts_file_without_uri", f"{PROOF}.files.0.uri", ABSENT),
    ("accepts_unknown_uri", f"{PROOF}.files.0.uri", "/Nowhere_1.pdf"),
    ("fetches_absolute_url", f"{PROOF}.files.0.uri", "https://example.com/a.pdf"),
    ("accepts_terms_value_made_up", "tos_policies_value", "accepted"),
    ("does_without_terms_value", "tos_policies_value", ABSENT),
    ("takes_any_licence_state", f"{LICENCE}.state", "CA"),
)
# (wrapper, status, named field): the honest server takes a good body, this one refuses it.
REFUSED: tuple[tuple[str, int, str | None], ...] = (
    ("refuses_drivers_license", 400, f"{LICENCE}.type"),
    ("refuses_us_licence_with_state", 400, f"{LICENCE}.state"),
    ("refuses_expiry_far_ahead", 400, f"{LICENCE}.expiry_date"),
    ("refuses_selfie", 400, f"{SELFIE}.type"),
    ("counts_selfie_as_identity_document", 400, "identifying_documents"),
    ("demands_expiry_date_of_selfie", 400, f"{SELFIE}.expiry_date"),
    ("demands_side_of_selfie", 400, f"{SELFIE}.files.0.side"),
    ("refuses_bank_statement", 400, f"{PROOF}.type"),
    ("demands_number_of_address_proof", 400, f"{PROOF}.number"),
    ("refuses_terms_value", 400, "tos_policies_value"),
    ("refuses_the_example", 400, "identifying_documents"),
    ("demands_customer_id_in_body", 400, "customer_id"),
    ("refuses_attach_of_new_customer", 403, None),
)
# (wrapper, place, value, status): a body that the honest server takes; readings that turn it away.
TURNED: tuple[tuple[str, str, object, int], ...] = (
    ("forbids_state_of_selfie", f"{SELFIE}.state", "US-CA", 400),
    ("refuses_other_customer_in_body", "customer_id", "somebody", 400),
    ("wants_an_identity_document", LICENCE, ABSENT, 400),
)


def switched(name: str, **settings: Any) -> Client:
    kind = "faults" if name in by_name(FAULTS) else "variants"
    return Client(settings=settings, **{kind: [name]})


def hits(client: Client) -> int:
    return sum(each["hits"] for kind in ("faults", "variants") for each in client.control("GET", f"/{kind}"))


def test_names_are_unique() -> None:
    assert len(by_name([*FAULTS, *VARIANTS])) == len(FAULTS) + len(VARIANTS)


@pytest.mark.parametrize("row", [*OURS, *READINGS], ids=lambda row: row.name)
def test_what_a_row_says_is_a_sentence(row: Wrapper) -> None:
    assert is_sentence(row)


def test_rows_name_rules_and_ambiguities_that_exist() -> None:
    assert {rule for row in OURS for rule in row.rules} <= known("rules")
    assert {row.ambiguity for row in READINGS} <= known("ambiguities")


def test_every_testable_rule_is_broken() -> None:
    assert not unbroken("fincom.attach.rules.yaml")


def test_every_open_spot_is_read_otherwise() -> None:
    assert unread("fincom.attach.rules.yaml") == NOT_WRAPPED


@pytest.mark.parametrize(("name", "place", "value"), TAKEN, ids=[row[0] for row in TAKEN])
def test_it_takes_what_is_refused(name: str, place: str, value: object) -> None:
    for client, status in ((Client(), 400), (switched(name), 200)):
        customer_id, body = client.ready()
        assert client.attach(customer_id, edited(body, place, value)).status_code == status


@pytest.mark.parametrize("name", [row[0] for row in TAKEN])
def test_it_leaves_a_good_body_alone(name: str) -> None:
    client = switched(name)
    assert client.attach(*client.ready()).status_code == 200
    assert hits(client) == 0


@pytest.mark.parametrize(("name", "place", "value"), TAKEN, ids=[row[0] for row in TAKEN])
def test_it_hides_no_other_flaw(name: str, place: str, value: object) -> None:
    client = switched(name)
    customer_id, body = client.ready()
    other = ("tos_policies_value", "accepted") if place != "tos_policies_value" else ("address_documents", [])
    assert client.attach(customer_id, edited(edited(body, place, value), *other)).status_code == 400


@pytest.mark.parametrize(("name", "status", "field"), REFUSED, ids=[row[0] for row in REFUSED])
def test_it_refuses_what_is_good(name: str, status: int, field: str | None) -> None:
    client = switched(name)
    answer = client.attach(*client.ready())
    assert answer.status_code == status
    assert field is None or list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(("name", "place", "value", "status"), TURNED, ids=[row[0] for row in TURNED])
def test_a_reading_turns_away(name: str, place: str, value: object, status: int) -> None:
    for client, expected in ((Client(), 200), (switched(name), status)):
        customer_id, body = client.ready()
        assert client.attach(customer_id, edited(body, place, value)).status_code == expected


@pytest.mark.parametrize("name", ["accepts_expired_passport", "refuses_selfie", "queues_second_attach"])
def test_strangers_are_still_turned_away(name: str) -> None:
    client = switched(name)
    customer_id, body = client.ready()
    answer = client.http.post(f"/~{client.id}/fincom/v2/customers/{customer_id}/individual/attach", json=body)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("name", "repeat", "other"),
    [
        ("queues_second_attach", 200, 200),
        ("answers_identical_attach_again", 200, 409),
        ("bars_identical_attach", 403, 409),
        ("validates_before_it_looks_for_conflicts", 409, 409),
    ],
)
def test_a_repeat_in_flight(name: str, repeat: int, other: int) -> None:
    client = switched(name, processing_seconds=0)
    client.control("PUT", "/holds/attach")
    customer_id, body = client.ready()
    assert client.attach(customer_id, body).status_code == 200
    assert client.attach(customer_id, body).status_code == repeat
    assert client.attach(customer_id, edited(body, f"{LICENCE}.number", "DL8")).status_code == other
    client.control("DELETE", "/holds/attach")
    assert client.status(customer_id) == "REVIEWING"


def test_validation_may_come_before_the_conflict() -> None:
    client = switched("validates_before_it_looks_for_conflicts", processing_seconds=0)
    client.control("PUT", "/holds/attach")
    customer_id, body = client.ready()
    client.attach(customer_id, body)
    assert client.attach(customer_id, edited(body, "address_documents", [])).status_code == 400
    client.control("DELETE", "/holds/attach")
    assert client.status(customer_id) == "REVIEWING"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("reviews_at_once", "REVIEWING"), ("reviews_before_a_repeat_arrives", "REVIEWING"), ("calls_the_queue_processing", "PROCESSING")],
)
def test_what_a_customer_is_after_the_200(name: str, shown: str) -> None:
    client = switched(name)
    client.control("PUT", "/webhook", {"url": "http://127.0.0.1:1/"})
    customer_id, body = client.ready()
    client.attach(customer_id, body)
    assert client.status(customer_id) == shown
    told = [each for each in client.control("GET", "/deliveries") if each["type"] == "customer.status"]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("name", "status", "shown"),
    [
        ("hides_approved", "APPROVED", "REVIEWING"),
        ("status_in_lower_case", "REJECTED", "rejected"),
        ("falls_back_to_incomplete", "ACTION_REQUIRED", "INCOMPLETE"),
        ("calls_a_hold_in_compliance", "ON_HOLD", "IN_COMPLIANCE"),
    ],
)
def test_how_a_status_is_shown(name: str, status: str, shown: str) -> None:
    client = switched(name)
    customer_id = client.control("POST", "/customers", {"status": status})["customer_id"]
    assert client.status(customer_id) == shown


@pytest.mark.parametrize("status", ["REVIEWING", "APPROVED", "ON_HOLD", "REJECTED"])
def test_it_takes_an_attach_in(status: str) -> None:
    client = switched(f"takes_attach_in_{status.lower()}")
    customer_id, body = client.ready()
    client.control("POST", f"/customers/{customer_id}/status", {"status": status, "force": True})
    assert client.attach(customer_id, body).status_code == 200


def test_the_same_content_is_refused_under_two_uris() -> None:
    client = switched("judges_files_by_content")
    customer_id, body = client.ready()
    assert client.attach(customer_id, body).status_code == 400


ARROWS = (
    ("asks_for_action_after_approval", "APPROVED", "ACTION_REQUIRED"),
    ("asks_for_action_while_on_hold", "ON_HOLD", "ACTION_REQUIRED"),
    ("approves_out_of_a_hold", "ON_HOLD", "APPROVED"),
    ("rejects_out_of_a_hold", "ON_HOLD", "REJECTED"),
)


@pytest.mark.parametrize(("name", "before", "after"), ARROWS)
def test_a_reading_of_the_life_cycle_adds_an_arrow(name: str, before: str, after: str) -> None:
    client = switched(name)
    customer_id = client.control("POST", "/customers", {"status": before})["customer_id"]
    assert client.control("POST", f"/customers/{customer_id}/status", {"status": after})["status"] == after
    assert hits(client) == 1
    plain = Client()
    customer_id = plain.control("POST", "/customers", {"status": before})["customer_id"]
    assert plain.refused("POST", f"/customers/{customer_id}/status", {"status": after})[:2] == (409, "not_allowed")


def test_v1_has_no_arrow_to_a_status_that_it_does_not_have() -> None:
    client = switched("asks_for_action_after_approval")
    customer_id = client.control("POST", "/customers", {"status": "APPROVED", "version": "v1"})["customer_id"]
    assert client.refused("POST", f"/customers/{customer_id}/status", {"status": "ACTION_REQUIRED"})[0] == 422
