"""The honest Fin.com server speaks V1: it takes what the guide shows, and refuses by the field that is broken."""

from typing import Any

import pytest

from tests.mockserver_kit import ABSENT, Client, edited, inbox, person, person_of_v1, proofs, terms_of

CREATE = "/v1/customers/individual"
FORBIDDEN = {"error": {"code": "forbidden", "message": "Customer is not eligible for this operation"}}
UNKNOWN = "11111111-2222-4333-8444-555555555555"
IDENTITY, ADDRESS = "proof_of_identity", "proof_of_address"

TAKEN: tuple[tuple[str, object], ...] = (
    ("verification_type", ABSENT),
    ("meta_data", ABSENT),
    ("meta_data.note", "заметка"),
    ("basic_info.nationality", "MEX"),
    ("basic_info.first_name", "Mary-Ann O'Neil"),
    ("basic_info.dob", "2020-02-29"),
    ("basic_info.gender", 7),
    ("basic_info.first_name_en", "X"),
    ("basic_info.country_of_residence", "MEX"),
    ("financial_profile.monthly_volume_usd", 0),
)
BROKEN: tuple[tuple[str, object], ...] = (
    ("verification_type", "OTHER"),
    ("basic_info", ABSENT),
    ("address", None),
    ("financial_profile", []),
    *((f"basic_info.{name}", ABSENT) for name in person_of_v1()["basic_info"]),
    *((f"address.{name}", " ") for name in person_of_v1()["address"]),
    *((f"financial_profile.{name}", True) for name in person_of_v1()["financial_profile"]),
    ("basic_info.first_name", "José"),
    ("basic_info.last_name", "Иванова"),
    ("basic_info.dob", "2999-01-01"),
    ("basic_info.dob", "1990-02-30"),
    ("basic_info.email", "John.doe@example.com"),
    ("basic_info.phone", "(415) 555-2671"),
    ("basic_info.nationality", "US"),
    ("basic_info.tin", "123456789"),
    ("basic_info.tin", [{"document_id": "123-45-6789"}]),
    ("address.street", "Улица 1"),
    ("address.state", "CA"),
    ("address.state", "GB-ENG"),
    ("financial_profile.purpose_id", 999),
    ("financial_profile.monthly_volume_usd", -1),
    ("meta_data", "text"),
)
MESSAGES = (
    ("basic_info.email", "John@example.com", "Email must be all lowercase"),
    ("basic_info.tin", "123456789", "TIN must be in SSN format (xxx-xx-xxxx) for USA customers"),
    ("financial_profile.occupation_id", ABSENT, "occupation_id is required"),
)
ATTACHED: tuple[tuple[str, object], ...] = (
    *((f"{ADDRESS}.type", name) for name in ("BANK_STATEMENT", "GOVERNMENT_LETTER", "RESIDENCE_PERMIT", "PASSPORT", "COMPANY_DOC")),
    (f"{ADDRESS}.country", "MEX"),
    (f"{ADDRESS}.files.0.side", "BACK"),
    (f"{IDENTITY}.type", "PASSPORT"),
    (f"{IDENTITY}.state", 7),
)
NOT_ATTACHED: tuple[tuple[str, object, str], ...] = (
    ("customer_id", ABSENT, "customer_id"),
    ("customer_id", "nobody", "customer_id"),
    ("tos_policies_value", ABSENT, "tos_policies_value"),
    ("tos_policies_value", UNKNOWN, "tos_policies_value"),
    (IDENTITY, ABSENT, IDENTITY),
    (IDENTITY, [], IDENTITY),
    (ADDRESS, [{}], ADDRESS),
    *((f"{IDENTITY}.{name}", ABSENT, f"{IDENTITY}.{name}") for name in ("type", "number", "country", "issue_date", "expiry_date", "files")),
    *((f"{IDENTITY}.type", name, f"{IDENTITY}.type") for name in ("SELFIE", "RESIDENCE_PERMIT", "passport")),
    (f"{IDENTITY}.expiry_date", "2021-01-01", f"{IDENTITY}.expiry_date"),
    (f"{IDENTITY}.files.1", ABSENT, f"{IDENTITY}.files"),
    (f"{IDENTITY}.files.1.side", "FRONT", f"{IDENTITY}.files"),
    (f"{ADDRESS}.type", "SELFIE", f"{ADDRESS}.type"),
    (f"{ADDRESS}.type", "NATIONAL_ID", f"{ADDRESS}.files"),
    (f"{ADDRESS}.files", [], f"{ADDRESS}.files"),
    (f"{ADDRESS}.files.0.uri", "/Nowhere_1.pdf", f"{ADDRESS}.files.0.uri"),
)


def created(body: object, **settings: Any) -> tuple[int, Any]:
    answer = Client(settings=settings).call("POST", CREATE, json=body)
    return answer.status_code, answer.json()


def with_one_change(path: str, value: object) -> dict[str, Any]:
    changed = edited(person_of_v1(), path, value)
    if path == "basic_info.country_of_residence":
        changed = edited(changed, "basic_info.tin", "ABCD800101XX1")
    return changed


@pytest.mark.parametrize(("path", "value"), TAKEN)
def test_it_takes_what_v1_leaves_open(path: str, value: object) -> None:
    assert created(with_one_change(path, value))[0] == 200


@pytest.mark.parametrize(("path", "value"), BROKEN)
def test_it_names_the_broken_field_alone(path: str, value: object) -> None:
    status, body = created(edited(person_of_v1(), path, value))
    assert (status, body["message"], list(body["errors"])) == (422, "Validation failed", [path])


@pytest.mark.parametrize(("path", "value", "message"), MESSAGES)
def test_it_says_what_the_guide_prints(path: str, value: object, message: str) -> None:
    assert created(edited(person_of_v1(), path, value))[1]["errors"] == {path: [message]}


def test_reliance_is_for_clients_that_have_it() -> None:
    body = edited(person_of_v1(), "verification_type", "RELIANCE")
    assert created(body) == (423, {"message": "RELIANCE is not available for your client"})
    assert created(body, reliance=True)[0] == 200


def test_a_body_of_v2_is_refused_by_its_new_names() -> None:
    status, body = created(person())
    missing = {"basic_info.nationality", "basic_info.tin", "address.street", "address.state", "financial_profile.source_of_fund_id"}
    assert (status, set(body["errors"])) == (422, missing)


def test_the_default_of_the_verification_type_is_read_back_by_both_versions() -> None:
    client = Client()
    made = client.create(edited(person_of_v1(), "verification_type", ABSENT), "v1")
    for version in ("v1", "v2"):
        data = client.call("GET", f"/{version}/customers/{made['customer_id']}").json()["data"]
        assert (data["verification_type"], data["first_name"], data["customer_status"]) == ("STANDARD", "John", "INCOMPLETE")
    assert client.call("GET", f"/v1/customers/{UNKNOWN}").status_code == 404
    assert [client.call("GET", f"/v1/customers/{name}").status_code for name in ("upload", "individual")] == [405, 405]


def test_attach_is_done_when_it_is_answered() -> None:
    with inbox() as box:
        client = Client(webhook={"url": box.url}, clock={"mode": "stopped"})
        body = client.ready_by_v1()
        assert client.attach_by_v1(body).json() == {"data": {"customer_id": body["customer_id"]}}
        assert client.status(body["customer_id"]) == "REVIEWING"
        client.control("POST", "/clock/advance", {"seconds": 1})
        assert len(box.came) == 2
    known = client.control("GET", f"/customers/{body['customer_id']}")
    assert known["documents"] == {name: body[name] for name in (IDENTITY, ADDRESS)}
    assert not known["in_flight"]
    again = client.attach_by_v1(body)
    assert (again.status_code, again.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize(("path", "value"), ATTACHED)
def test_it_attaches_what_v1_leaves_open(path: str, value: object) -> None:
    client = Client()
    assert client.attach_by_v1(edited(client.ready_by_v1(), path, value)).status_code == 200


@pytest.mark.parametrize(("path", "value", "field"), NOT_ATTACHED)
def test_attach_names_the_broken_field_alone(path: str, value: object, field: str) -> None:
    client = Client()
    answer = client.attach_by_v1(edited(client.ready_by_v1(), path, value))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_attach_keeps_customers_versions_and_files_apart() -> None:
    client = Client()
    body, other, (of_v2, _) = client.ready_by_v1(), client.ready_by_v1(), client.ready()
    assert client.attach_by_v1(edited(body, "customer_id", UNKNOWN)).status_code == 404
    assert client.attach_by_v1(edited(body, "customer_id", of_v2)).json() == FORBIDDEN
    assert client.attach_by_v1(edited(body, f"{ADDRESS}.files", other[ADDRESS]["files"])).json() == FORBIDDEN
    twice = edited(body, f"{ADDRESS}.files.0.uri", body[IDENTITY]["files"][0]["uri"])
    assert list(client.attach_by_v1(twice).json()["errors"]) == [f"{ADDRESS}.files.0.uri"]
    assert client.call("POST", f"/v1/customers/{body['customer_id']}/individual/attach", json=body).status_code == 404


def test_customers_are_provisioned_in_the_statuses_of_v1() -> None:
    client = Client()
    for status in ("INCOMPLETE", "REVIEWING", "APPROVED", "ON_HOLD", "REJECTED"):
        made = client.control("POST", "/customers", {"version": "v1", "status": status})
        assert client.status(made["customer_id"]) == status
        answer = client.attach_by_v1(proofs(made["customer_id"], client.upload(made["customer_id"], 3), terms_of(made)))
        assert answer.status_code == (200 if status == "INCOMPLETE" else 403)
    wishes: dict[str, dict[str, Any]] = {"/customers": {"version": "v1"}, f"/customers/{made['customer_id']}/status": {"force": True}}
    for path, wish in wishes.items():
        number, code, message = client.refused("POST", path, {**wish, "status": "ACTION_REQUIRED"})
        assert (number, code) == (422, "unknown_status")
        assert "v1 has no status" in message
