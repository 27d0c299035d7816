"""The honest Omnumi server: customers with their history, and business users (003 pii-customer-details, business user)."""

from typing import Any

import pytest

from tests.omnumi_kit import STOPPED, Partner, business, told, told_of_business

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_customer_is_shown_with_a_masked_account() -> None:
    partner = Partner()
    identity = partner.customer(firstName="Amber", taxId="012", dob="1997-04-02")
    response = partner.pii(identity.upper())
    data = response.json()["data"]
    assert (response.status_code, response.json()["message"]) == (200, "Customer full details fetched successfully")
    assert (data["customerAccountId"], data["tenantId"]) == (identity, partner.credentials["tenant_id"])
    assert (data["firstName"], data["taxId"], data["dob"], data["historyData"]) == ("Amber", "012", "1997-04-02", [])
    assert data["bankAccounts"][0]["bankAccountNumber"] == "XXXXXX0412"
    assert data["namespaces"][0]["isPrimary"] is True


def test_changes_are_entered_in_order() -> None:
    partner = Partner(clock=STOPPED)
    identity = partner.customer()
    partner.control("PATCH", f"/customers/{identity}", {"changes": {"dob": "1990-01-01"}, "remarks": "typo", "updatedBy": "a@b.c"})
    partner.advance(60)
    account = {
        "bankLegalName": "B",
        "bankAccountHolderName": "H",
        "bankAccountType": "T",
        "bankAccountNumber": "123456789",
        "bankAbaRoutingNumber": "1",
    }
    partner.control("PATCH", f"/customers/{identity}", {"changes": {"firstName": "Bell", "bankAccounts": [account]}})
    data = partner.pii(identity).json()["data"]
    first, second = data["historyData"]
    assert (first["oldDetails"]["dateOfBirth"], first["newDetails"]["dateOfBirth"], data["dob"]) == (
        "1980-01-01",
        "1990-01-01",
        "1990-01-01",
    )
    assert (first["remarks"], first["updatedBy"], first["createdAt"]) == ("typo", "a@b.c", "2026-03-10T12:00:00.000Z")
    assert (second["remarks"], second["oldDetails"]["firstName"], second["newDetails"]["firstName"]) == (None, "Ready", "Bell")
    assert second["newDetails"]["bankAccountDetails"]["bankAccountNumber"] == "123456789"
    assert (data["bankAccounts"][0]["bankAccountNumber"], second["createdAt"]) == ("XXXXX6789", "2026-03-10T12:01:00.000Z")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"firstName": "Ready"},
        {"dob": "1990-02-30"},
        {"dob": None},
        {"firstName": 7},
        {"bankAccounts": [{}]},
        {"shoeSize": "43"},
        {"address": {}},
    ],
)
def test_a_refused_change_leaves_no_trace(changes: dict[str, Any]) -> None:
    partner = Partner()
    identity = partner.customer()
    before = partner.pii(identity).json()
    assert partner.refused("PATCH", f"/customers/{identity}", {"changes": changes})[0] == 422
    assert partner.pii(identity).json() == before


def test_customers_that_are_not_shown() -> None:
    partner, other = Partner(), Partner()
    identity = other.customer()
    for wrong in (identity, NOBODY):
        expected = (404, "No data available", "There is no such customer account in the given tenant id")
        assert told(partner.pii(wrong)) == expected
    assert told(partner.pii("123")) == (400, "Invalid UUID", "Please provide valid customer id")
    assert told(other.pii(identity, headers={"authorization": None})) == (401, "Access Denied", "Access Denied")
    assert told(other.pii(identity, headers={"tenant-id": NOBODY})) == (404, "No data found", "Please provide valid tenant id")
    other.control("PUT", "/records", {"failing": True})
    assert told(other.pii(identity)) == (400, "catch", "Error while fetching full customer pii history.")
    assert partner.refused("GET", f"/customers/{identity}")[:2] == (404, "unknown_customer")


def test_a_business_is_onboarded() -> None:
    partner = Partner(clock=STOPPED)
    response = partner.onboard(taxIdNumber="9")
    assert (response.status_code, response.json()["message"]) == (201, "Business user onboarded successfully")
    data = response.json()["data"]
    metadata = data.pop("business_user_metadata")
    at = "2026-03-10T12:00:00.000Z"
    assert data == {
        "domain": "janedoe",
        "business_user_name": "jane doe",
        "is_active": True,
        "created_at": at,
        "start_date": at,
        "end_date": at,
        "tenant_id": partner.credentials["tenant_id"],
    }
    assert metadata.pop("businessUserId") != metadata.pop("businessUserMetadataId")
    assert metadata == {
        "email": "jane@example.com",
        "phone": "2025550143",
        "legal_name": "jane doe ltd",
        "tax_id": "012-34",
        "business_entity_name": None,
        "company_address": business()["businessUserAddress"],
    }
    assert partner.control("GET", "/business-users")[0]["domain"] == "janedoe"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("businessUserName", ""),
        ("domain", None),
        ("businessUserEmail", "jane"),
        ("taxId", 12),
        ("businessEntityId", {}),
        ("businessUserAddress", []),
        ("businessUserAddress.isoCountryCode", "XX"),
        ("incorporationDocs.documentType", "10"),
        ("incorporationDocs.documentType", True),
        ("entityBeneficialOwners.0.individualBeneficialOwners.0.ownershipPercentage", 101),
        ("entityBeneficialOwners.0.entityBeneficialOwners", {}),
        ("controlPersons", []),
        ("controlPersons.emailAddress", "nobody"),
    ],
)
def test_faulty_businesses_are_refused(path: str, value: object) -> None:
    partner, body = Partner(), business()
    *way, last = path.split(".")
    place: Any = body
    for name in way:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    assert told_of_business(partner.call("POST", "/tenant/business-user", body)) == (400, "onboard", "error")
    assert partner.onboard().status_code == 201


def test_what_is_taken_is_refused_in_the_listed_words() -> None:
    partner, fresh = (
        Partner(),
        {"domain": "other", "businessUserEmail": "o@example.com", "businessUserName": "Other", "controlPersons": None},
    )
    assert partner.onboard().status_code == 201
    for name, value, entry in (
        ("domain", "JaneDoe", ("Duplicate", "Business domain already exists")),
        ("businessUserEmail", "JANE@example.com", ("Duplicate", "Business user is already registered with provided email id")),
        (
            "controlPersons",
            {"emailAddress": "officer@example.com"},
            ("Duplicate", "Business's control person is already registered with provided email id"),
        ),
        ("businessUserName", "jane doe", ("onboard", "Business name already exists")),
    ):
        assert told_of_business(partner.onboard(**{**fresh, name: value})) == (400, *entry)
    assert partner.onboard(**fresh).status_code == 201
    assert Partner().onboard().status_code == 201


def test_steps_of_an_onboarding_fail() -> None:
    partner = Partner()
    for failing, kind, message in (
        ("account", "onboard", "Not able to create account"),
        ("identity", "onboard/Identity", "The identity service made no identity"),
        ("business", "onboard", "Not able to onboard business"),
    ):
        partner.control("PUT", "/onboarding", {"failing": failing})
        assert told_of_business(partner.onboard()) == (400, kind, message)
    partner.control("PUT", "/onboarding", {"failing": None})
    assert partner.onboard().status_code == 201
    assert told(partner.call("POST", "/tenant/business-user", business(), {"authorization": None}))[0] == 401


def test_files_are_not_kept_in_the_journal() -> None:
    partner = Partner()
    partner.onboard()
    [entry] = partner.control("GET", "/journal?path=/omnumi/tenant/business-user")["entries"]
    assert "aGVsbG8=" not in str(entry)
    assert "file.png" in str(entry)


def test_owners_may_be_nested_deeply() -> None:
    owners: list[dict[str, Any]] = []
    for _ in range(200):
        owners = [{"entityBeneficialOwners": owners}]
    assert Partner().onboard(entityBeneficialOwners=owners).status_code == 201
