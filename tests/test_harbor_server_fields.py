"""The fields of an individual and of a business on the Harbor server."""

from typing import Any

import httpx
import pytest

from tests.harbor_kit import FILE, STOPPED, Application, american, british, company
from tests.mockserver_kit import ABSENT, edited

SHARED: list[Application] = []


@pytest.fixture
def app() -> Application:
    if not SHARED:
        SHARED.append(Application(clock=STOPPED))
    return SHARED[0]


def names(response: httpx.Response) -> list[str]:
    """Return the fields that a refusal names."""
    assert response.status_code == 422, response.text
    body = response.json()
    assert "code" not in body
    assert body["message"] == next(iter(body["errors"].values()))[0]
    return sorted(body["errors"])


def individual(start: dict[str, Any], *edits: tuple[str, object]) -> dict[str, Any]:
    for path, value in edits:
        start = edited(start, f"individual.{path}", value)
    return start


TWO_SIDED = {"type": "NATIONAL_ID", "country": "GB", "front": FILE, "back": FILE}
NO_ACCOUNT = [("has_us_bank_account", False), ("bank_statement", ABSENT)]
TAKEN: list[tuple[Any, list[Any]]] = [
    (american, []),
    (british, []),
    (british, NO_ACCOUNT),
    (british, [*NO_ACCOUNT, ("bank_statement", {"files": "unread"})]),
    (british, [("ssn", "x"), ("phone", 1)]),
    (american, [("has_us_bank_account", "x"), ("bank_statement", 7)]),
    (american, [("identity_document.back", FILE)]),
    *((american, [("identity_document", {**TWO_SIDED, "type": kind})]) for kind in ("NATIONAL_ID", "DRIVER_LICENCE", "RESIDENCE_PERMIT")),
    (american, [("identity_document.country", "KP")]),
    (american, [("first_name", "é" * 50), ("last_name", "x")]),
    (american, [("source_of_wealth", ["other", "rentalIncome"]), ("source_of_wealth_other", "Books")]),
    (american, [("purpose_of_use", ["payments", "other"]), ("purpose_of_use_other", "Gifts")]),
    (american, [("source_of_wealth_other", 7), ("surplus", {"a": 1})]),
    (american, [("birthday", "2008-03-10")]),
    (american, [("birthday", "1992-02-29")]),
    (american, [("proof_of_address.files", [FILE] * 5)]),
    (british, [("bank_statement.files", [FILE] * 3)]),
    (british, [("residence.country", "AQ"), ("residence.state", ABSENT)]),
    (british, [("residence.country", "AQ"), ("residence.state", "ENG")]),
    (british, [("residence.country", "PR"), ("residence.state", ABSENT)]),
    (american, [("nationality", "US"), ("identity_document.country", "MX")]),
    (american, [("email", "Maria+tag@mail.example.co.uk")]),
]


@pytest.mark.parametrize(("start", "edits"), TAKEN)
def test_what_is_good_is_taken(app: Application, start: Any, edits: list[tuple[str, object]]) -> None:
    response = app.submit(app.customer(), individual(start(), *edits))
    assert response.status_code == 202, response.text


REQUIRED = [
    "first_name", "last_name", "email", "nationality", "birthday", "residence", "occupation", "source_of_wealth", "purpose_of_use",
    "identity_document", "residence.street", "residence.sub_street", "residence.city", "residence.state", "residence.postal_code",
    "residence.country", "identity_document.type", "identity_document.country", "identity_document.front",
]  # fmt: skip
OF_AMERICANS = ["ssn", "phone", "phone.country", "phone.number", "proof_of_address", "proof_of_address.country", "proof_of_address.files"]
OF_OTHERS = ["has_us_bank_account", "bank_statement", "bank_statement.country", "bank_statement.files"]


@pytest.mark.parametrize(
    ("start", "field"),
    [*((american, field) for field in (*REQUIRED, *OF_AMERICANS)), *((british, field) for field in (*REQUIRED, *OF_OTHERS))],
)
def test_what_is_required_is_missed(app: Application, start: Any, field: str) -> None:
    customer = app.customer()
    for value in (ABSENT, None):
        assert names(app.submit(customer, individual(start(), (field, value)))) == [f"individual.{field}"]
    found: Any = start()["individual"]
    for part in field.split("."):
        found = found[part]
    if isinstance(found, str) and "." not in field[-6:]:
        for blank in ("", "  "):
            assert names(app.submit(customer, individual(start(), (field, blank)))) == [f"individual.{field}"]
    wrong: object = 7 if not isinstance(found, str) else ["x"]
    assert names(app.submit(customer, individual(start(), (field, wrong)))) == [f"individual.{field}"]


REFUSED: list[tuple[Any, str, list[object]]] = [
    (american, "first_name", ["x" * 51]),
    (american, "last_name", ["x" * 51]),
    (american, "email", ["nowhere", "a@b@example.com", "[email protected]"]),
    (american, "nationality", ["USA", "QZ", "us", "1", "KP", "IR", "CU", "SY"]),
    (american, "residence.country", ["USA", "QZ", "KP", "IR", "CU", "SY"]),
    (american, "birthday", ["2008-03-11", "2030-01-01", "1990-02-30", "01/01/1990", "19900101", "1990-1-1", "1990-01-01T00:00:00Z"]),
    (american, "residence.state", ["ENG", "ZZ", "Virginia", "US-VA", "va"]),
    (british, "residence.state", ["VA", "England"]),
    (american, "occupation", ["astronaut"]),
    (american, "source_of_wealth", [[], "other", {}]),
    (american, "source_of_wealth.1", ["payments", "salarybusinessincome", 7, None]),
    (american, "purpose_of_use", [[], "payments"]),
    (american, "purpose_of_use.0", ["rentalIncome"]),
    (american, "identity_document.type", ["DRIVER_LICENSE", "VISA", "passport"]),
    (american, "identity_document.country", ["GBR", "QZ"]),
    (american, "ssn", ["123-45-6789", "12345678", "1234567890", "12345678a", "123456789\n", "１２３４５６７８９", 123456789]),
    (american, "phone.country", ["USA", "+1"]),
    (american, "phone.number", ["letters", "4045550101"]),
    (american, "proof_of_address.country", ["USA"]),
    (american, "proof_of_address.files", [[], [FILE] * 6, FILE]),
    (british, "bank_statement.country", ["GBR"]),
    (british, "bank_statement.files", [[], [FILE] * 4]),
    (british, "has_us_bank_account", ["yes", 1, 0, [], {}, "true"]),
]


@pytest.mark.parametrize(("start", "field", "values"), REFUSED)
def test_bad_values_are_refused(app: Application, start: Any, field: str, values: list[object]) -> None:
    customer = app.customer()
    for value in values:
        assert names(app.submit(customer, individual(start(), (field, value)))) == [f"individual.{field}"], value
    assert app.submit(customer, start()).status_code == 202


def test_other_needs_its_own_text(app: Application) -> None:
    customer = app.customer()
    for array, text in (("source_of_wealth", "source_of_wealth_other"), ("purpose_of_use", "purpose_of_use_other")):
        swapped = {"source_of_wealth_other": "purpose_of_use_other"}.get(text, "source_of_wealth_other")
        for edits in ([], [(text, " ")], [(swapped, "Books")]):
            body = individual(american(), (array, ["other"]), *edits)
            assert names(app.submit(customer, body)) == [f"individual.{text}"]


@pytest.mark.parametrize("kind", ["NATIONAL_ID", "DRIVER_LICENCE", "RESIDENCE_PERMIT"])
def test_documents_with_two_sides_need_both(app: Application, kind: str) -> None:
    body = individual(american(), ("identity_document.type", kind))
    assert names(app.submit(app.customer(), body)) == ["individual.identity_document.back"]


def test_residence_alone_tells_americans_from_others(app: Application) -> None:
    moved = individual(american(), ("residence", british()["individual"]["residence"]), ("nationality", "US"))
    assert names(app.submit(app.customer(), moved)) == ["individual.has_us_bank_account"]
    here = individual(british(), ("residence", american()["individual"]["residence"]))
    assert names(app.submit(app.customer(), here)) == ["individual.phone", "individual.proof_of_address", "individual.ssn"]


def test_all_broken_fields_are_named_and_only_those(app: Application) -> None:
    body = individual(american(), ("ssn", "1"), ("residence.city", ""), ("identity_document.front", "?"))
    expected = ["individual.identity_document.front", "individual.residence.city", "individual.ssn"]
    assert names(app.submit(app.customer(), body)) == expected


@pytest.mark.parametrize("section", [ABSENT, None, [], "x", 7])
def test_the_section_must_be_there(app: Application, section: object) -> None:
    assert names(app.submit(app.customer(), edited(american(), "individual", section))) == ["individual"]
    assert names(app.submit(app.customer(), american()["individual"])) == ["individual"]


def test_types_of_customers_are_kept_apart(app: Application) -> None:
    sections = ["associated_persons", "company", "company_files"]
    assert names(app.submit(app.customer(type="business"), american())) == [*sections, "individual"]
    assert names(app.submit(app.customer(), company())) == [*sections, "individual"]


def test_a_business_is_onboarded(app: Application) -> None:
    customer = app.customer(type="business")
    made = app.submit(customer, company())
    assert (made.status_code, made.json()["data"]["applicant"]) == (202, "company")
    assert app.submit(customer, company()).json()["code"] == 2302


BUSINESS: list[tuple[str, object, str]] = [
    ("company", ABSENT, "company"),
    ("company.industry", "retail_trade", "company.industry"),
    ("company.industry", "baking", "company.industry"),
    ("company.country", "KP", "company.country"),
    ("company.type", "club", "company.type"),
    ("company.url", "nowhere", "company.url"),
    ("company.incorporation_date", "2030-01-01", "company.incorporation_date"),
    ("company.estimated_number_of_transactions", -1, "company.estimated_number_of_transactions"),
    ("company.estimated_amount_of_transactions", 2**63, "company.estimated_amount_of_transactions"),
    ("company.source_of_funds", "OTHER", "company.source_of_funds_other"),
    ("company.has_vasp_relationship", True, "company.vasp_relationship_description"),
    ("company.register_address.state", "VA", "company.register_address.state"),
    ("company.business_address.state", "VA", "company.business_address.state"),
    ("company.business_address.postal_code", "1" * 33, "company.business_address.postal_code"),
    ("associated_persons", [], "associated_persons"),
    ("associated_persons.0.position", "CEO", "associated_persons.0.position"),
    ("associated_persons.0.position", ABSENT, "associated_persons.0.position"),
    ("associated_persons.0.phone.number", "+442079460000", "associated_persons.0.phone.number"),
    ("associated_persons.0.identity_files.0.file", "?", "associated_persons.0.identity_files.0.file"),
    ("associated_persons.1.equity", 101, "associated_persons.1.equity"),
    ("associated_persons.1.type", "applicant", ""),
    ("associated_persons.0.type", "controller", "associated_persons"),
    ("company_files.5", ABSENT, "company_files"),
    ("company_files.5.file_type", "organization_chart", ""),
    ("company_files.5.file_type", "certificate_of_incumbency", "company_files"),
    ("company_files.0.files", [], "company_files.0.files"),
]


@pytest.mark.parametrize(("path", "value", "field"), BUSINESS)
def test_the_fields_of_a_business(app: Application, path: str, value: object, field: str) -> None:
    response = app.submit(app.customer(type="business"), edited(company(), path, value))
    assert response.status_code == 202 if not field else names(response) == [field], response.text


def test_a_business_without_a_number_on_file_gives_one() -> None:
    app = Application(settings={"signed_on_creation": True})
    body = {"type": "business", "email": "a@example.com", "company_name": "A"}
    customer = app.call("POST", "/customers", json=body).json()["data"]["uuid"]
    assert names(app.submit(customer, company())) == ["company.phone_number"]
    assert app.submit(customer, edited(company(), "company.phone_number", "020 7946 0000")).status_code == 202
