"""The honest Fin.com server judges create requests: one edit, one field named."""

from typing import Any

import pytest

from mockserver.clock import Clock, instant
from mockserver.fincom.model import Settings
from mockserver.fincom.provider import Fincom
from mockserver.http import ENCODER, Request, Response
from mockserver.tenants import Registry, Tenant
from tests.mockserver_kit import ABSENT, edited, person

NOW = "2026-03-10T12:00:00Z"
BASIC = "basic_info"
TAX = f"{BASIC}.tax_info.0"
PROFILE = "financial_profile"


class Desk:
    """A tenant in this process, with its clock stopped."""

    def __init__(self, now: str = NOW, **settings: Any) -> None:
        self.provider = Fincom()
        clock = Clock()
        clock.set(instant(now), "stopped")
        self.tenant: Tenant = Registry([self.provider]).open(self.provider, Settings(**settings), clock)
        token = self.provider.open_account(self.tenant).access_token
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def create(self, body: object) -> Response:
        return self.send(ENCODER.encode(body))

    def send(self, body: bytes) -> Response:
        request = Request("POST", "/v2/customers/individual", (), self.headers, body)
        return self.provider.handle(self.tenant, request)

    def broken(self, body: object) -> set[str]:
        response = self.create(body)
        assert response.status == 422, response.body
        assert not self.tenant.data.customers
        refusal = response.json()
        assert refusal["message"] == "Validation failed"
        assert all(texts and all(texts) for texts in refusal["errors"].values())
        return set(refusal["errors"])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("verification_type", ABSENT),
        ("verification_type", "standard"),
        ("verification_type", None),
        (BASIC, ABSENT),
        (BASIC, []),
        ("address", None),
        ("address", "x"),
        (PROFILE, ABSENT),
        (f"{BASIC}.first_name", ABSENT),
        (f"{BASIC}.first_name", " \t"),
        (f"{BASIC}.last_name", 5),
        (f"{BASIC}.last_name", ["Garcia"]),
        (f"{BASIC}.middle_name", 1),
        (f"{BASIC}.dob", "15/04/1990"),
        (f"{BASIC}.dob", "19900415"),
        (f"{BASIC}.dob", "1990-04-15T00:00:00Z"),
        (f"{BASIC}.dob", "1991-02-29"),
        (f"{BASIC}.dob", "1990-04-15\n"),
        (f"{BASIC}.dob", "١٩٩٠-٠٤-١٥"),
        (f"{BASIC}.email", "Maria@example.com"),
        (f"{BASIC}.email", "maria@Example.com"),
        (f"{BASIC}.email", "maria"),
        (f"{BASIC}.email", "ma ria@example.com"),
        (f"{BASIC}.email", "maria@@example.com"),
        (f"{BASIC}.email", "maria@example.com."),
        (f"{BASIC}.phone", "(415) 555-2671"),
        (f"{BASIC}.phone", "14155552671"),
        (f"{BASIC}.phone", "+1 4155552671"),
        (f"{BASIC}.phone", "+0155552671"),
        (f"{BASIC}.phone", "+1234567890123456"),
        (f"{BASIC}.phone", "+1415CALLNOW"),
        (f"{BASIC}.country_of_residence", "US"),
        (f"{BASIC}.country_of_residence", "ZZZ"),
        (f"{BASIC}.primary_nationality", "usa"),
        (f"{BASIC}.secondary_nationality", "MX"),
        (f"{BASIC}.gender", "OTHER"),
        (f"{BASIC}.gender", ""),
        (f"{BASIC}.tax_info", ABSENT),
        (f"{BASIC}.tax_info", []),
        (f"{BASIC}.tax_info", {}),
        (f"{TAX}", "123-45-6789"),
        (f"{TAX}.country_code", "US"),
        (f"{TAX}.document_type", ABSENT),
        (f"{TAX}.document_id", None),
        (f"{TAX}.document_id", "123456789"),
        (f"{TAX}.document_id", "12-345-6789"),
        (f"{TAX}.document_id", "123-45-6789x"),
        ("address.street_line_1", ABSENT),
        ("address.street_line_2", 4),
        ("address.city", ""),
        ("address.city", "São Paulo"),
        ("address.subdivision_code", "CA"),
        ("address.subdivision_code", "California"),
        ("address.subdivision_code", "US-ZZ"),
        ("address.subdivision_code", "GB-ENG"),
        ("address.postal_code", 94103),
        ("address.country", "US"),
        ("address.country", "CAN"),
        (f"{PROFILE}.employment_status", "employed"),
        (f"{PROFILE}.occupation_id", 0),
        (f"{PROFILE}.occupation_id", "42"),
        (f"{PROFILE}.occupation_id", True),
        (f"{PROFILE}.purpose_id", 8),
        (f"{PROFILE}.purpose_id", 3.5),
        (f"{PROFILE}.purpose_remarks", ["x"]),
        (f"{PROFILE}.source_of_fund_ids", 1),
        (f"{PROFILE}.source_of_fund_ids", []),
        (f"{PROFILE}.source_of_fund_ids", None),
        (f"{PROFILE}.source_of_fund_ids.1", 7),
        (f"{PROFILE}.source_of_fund_ids.1", "1"),
        (f"{PROFILE}.monthly_volume_usd", -1),
        (f"{PROFILE}.monthly_volume_usd", 5000.5),
        (f"{PROFILE}.monthly_volume_usd", "5000"),
        (f"{PROFILE}.monthly_volume_usd", 2**63),
        (f"{PROFILE}.monthly_volume_usd", 10**40),
        ("meta_data", ["x"]),
        ("meta_data.reference", 1),
    ],
)
def test_one_broken_field_is_named_alone(path: str, value: object) -> None:
    assert Desk().broken(edited(person(), path, value)) == {path}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{BASIC}.middle_name", ABSENT),
        (f"{BASIC}.middle_name", None),
        (f"{BASIC}.first_name_en", "Mary"),
        (f"{BASIC}.last_name", "O'Neil-de la Cruz"),
        (f"{BASIC}.dob", "1988-02-29"),
        (f"{BASIC}.email", "a.b-c+d9@mail.example.test"),
        (f"{BASIC}.phone", "+6834123"),
        (f"{BASIC}.phone", "+123456789012345"),
        (f"{BASIC}.primary_nationality", "DEU"),
        (f"{BASIC}.secondary_nationality", ABSENT),
        (f"{BASIC}.gender", ABSENT),
        (TAX, {"country_code": "DEU", "document_type": "TIN", "document_id": "86 095 742 719"}),
        (f"{BASIC}.tax_info.1", {"country_code": "USA", "document_type": "SSN", "document_id": "123-45-6780"}),
        ("address.street_line_2", ABSENT),
        ("address.postal_code", "SW1A 1AA"),
        (f"{PROFILE}.employment_status", "UNEMPLOYED"),
        (f"{PROFILE}.source_of_fund_ids", [1, 1]),
        (f"{PROFILE}.purpose_remarks", ABSENT),
        (f"{PROFILE}.monthly_volume_usd", 0),
        (f"{PROFILE}.monthly_volume_usd", 5000.0),
        (f"{PROFILE}.monthly_volume_usd", 2**63 - 1),
        ("meta_data", {}),
        ("meta_data", ABSENT),
        ("unknown", {"deep": 10**40}),
    ],
)
def test_what_the_document_allows_is_taken(path: str, value: object) -> None:
    assert Desk().create(edited(person(), path, value)).status == 200


def test_residents_of_other_countries_use_their_own_subdivisions() -> None:
    body = edited(edited(person(), f"{BASIC}.country_of_residence", "GBR"), "address.country", "GBR")
    assert Desk().broken(body) == {"address.subdivision_code"}
    assert Desk().create(edited(body, "address.subdivision_code", "GB-ENG")).status == 200


def test_a_country_without_subdivisions_takes_a_code_of_its_form() -> None:
    body = edited(edited(person(), f"{BASIC}.country_of_residence", "HKG"), "address.country", "HKG")
    assert Desk().create(edited(body, "address.subdivision_code", "HK-HK")).status == 200
    assert Desk().broken(body) == {"address.subdivision_code"}


@pytest.mark.parametrize("name", ["first_name", "middle_name", "last_name"])
@pytest.mark.parametrize("value", ["García", "Garci\u0301a", "Гарсия", "加西亚", "🙂"])
def test_a_non_ascii_name_needs_its_transliteration(name: str, value: str) -> None:
    body = edited(person(), f"{BASIC}.{name}", value)
    assert Desk().broken(body) == {f"{BASIC}.{name}_en"}
    assert Desk().broken(edited(body, f"{BASIC}.{name}_en", " ")) == {f"{BASIC}.{name}_en"}
    assert Desk().broken(edited(body, f"{BASIC}.{name}_en", value)) == {f"{BASIC}.{name}_en"}
    assert Desk().create(edited(body, f"{BASIC}.{name}_en", "Garcia")).status == 200


@pytest.mark.parametrize("name", ["street_line_1", "street_line_2"])
def test_a_non_ascii_street_needs_its_transliteration(name: str) -> None:
    body = edited(person(), f"address.{name}", "Straße 1")
    assert Desk().broken(body) == {f"address.{name}_en"}
    assert Desk().create(edited(body, f"address.{name}_en", "Strasse 1")).status == 200


@pytest.mark.parametrize(
    ("dob", "status"),
    [
        ("2008-03-10", 200),
        ("2008-03-11", 422),
        ("2027-01-01", 422),
        ("1905-03-11", 200),
        ("1905-03-10", 422),
        ("1850-01-01", 422),
    ],
)
def test_age_is_from_18_to_120_on_the_tenants_calendar(dob: str, status: int) -> None:
    assert Desk().create(edited(person(), f"{BASIC}.dob", dob)).status == status


@pytest.mark.parametrize(("now", "status"), [("2026-02-28T23:59:59Z", 422), ("2026-03-01T00:00:00Z", 200)])
def test_a_leap_day_child_comes_of_age_in_march(now: str, status: int) -> None:
    assert Desk(now).create(edited(person(), f"{BASIC}.dob", "2008-02-29")).status == status


@pytest.mark.parametrize("country", ["USA", "MEX"])
def test_tax_ids_are_unique_across_countries(country: str) -> None:
    again = {"country_code": country, "document_type": "TIN", "document_id": "123-45-6789"}
    assert Desk().broken(edited(person(), f"{BASIC}.tax_info.1", again)) == {f"{BASIC}.tax_info.1.document_id"}


def test_an_absurd_foreign_tax_number_is_refused() -> None:
    entry = {"country_code": "DEU", "document_type": "TIN", "document_id": "x"}
    assert Desk().broken(edited(person(), TAX, entry)) == {f"{TAX}.document_id"}


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (f"{BASIC}.email", "Maria@example.com", "Email must be all lowercase"),
        ("address.country", "CAN", "Must match basic_info.country_of_residence"),
    ],
)
def test_texts_of_the_document_are_to_the_letter(path: str, value: str, text: str) -> None:
    refusal = Desk().create(edited(person(), path, value)).json()
    assert refusal == {"message": "Validation failed", "errors": {path: [text]}}


def test_all_broken_fields_are_named_at_once() -> None:
    empty = {"verification_type": "STANDARD", "basic_info": {}, "address": {}, "financial_profile": {}}
    required = {
        BASIC: ["first_name", "last_name", "dob", "email", "phone", "country_of_residence", "primary_nationality", "tax_info"],
        "address": ["street_line_1", "city", "subdivision_code", "postal_code", "country"],
        PROFILE: ["employment_status", "occupation_id", "purpose_id", "source_of_fund_ids", "monthly_volume_usd"],
    }
    assert Desk().broken(empty) == {f"{section}.{name}" for section, names in required.items() for name in names}


def test_reliance_is_a_matter_of_agreement() -> None:
    body = edited(person(), "verification_type", "RELIANCE")
    refused = Desk().create(edited(body, f"{BASIC}.email", "X"))
    assert (refused.status, refused.json()) == (423, {"message": "RELIANCE is not available for your client"})
    assert Desk(reliance=True).create(body).status == 200
    assert Desk(reliance=True).broken(edited(body, f"{BASIC}.email", "Maria@example.com")) == {f"{BASIC}.email"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'"x"', b"null", b"\xff", b'{"a":NaN}', b'{"a":"\\ud800"}', b"[" * 9999])
def test_what_is_no_json_object_is_400(body: bytes) -> None:
    assert Desk().send(body).status == 400


def test_a_number_out_of_range_is_the_fields_fault() -> None:
    text = ENCODER.encode(person()).replace(b":5000", b":1e400")
    response = Desk().send(text)
    assert (response.status, set(response.json()["errors"])) == (422, {f"{PROFILE}.monthly_volume_usd"})


def test_only_documented_fields_are_kept() -> None:
    desk = Desk()
    body = edited(edited(person(), "customer_status", "APPROVED"), f"{BASIC}.nickname", "M")
    customer_id = desk.create(body).json()["data"]["customer_id"]
    assert desk.tenant.data.customers[customer_id].body == person()


def test_ids_follow_from_the_tenant() -> None:
    first, second = Desk(), Desk()
    assert [first.create(person()).body for _ in range(2)] == [second.create(person()).body for _ in range(2)]
    assert first.create(person()).body != first.create(person()).body
