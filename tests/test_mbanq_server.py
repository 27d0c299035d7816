"""The Mbanq server: the gate of verification, activation, identity documents, the control of clients."""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest

from tests.mbanq_kit import PASSPORT, SSN, STOPPED, Instance, reasons

GAPS = {
    "address": ["primary.address.required"],
    "address-primary": ["primary.address.required"],
    "address-physical": ["primary.address.required"],
    "address-active": ["primary.address.required"],
    "identifier": ["identifier.required"],
    "identifier-expired": ["identifier.not.valid"],
    "identifier-inactive": ["identifier.not.valid"],
    "email": ["email.required"],
    "email-verified": ["email.not.verified"],
    "mobile": ["mobile.required"],
    "mobile-verified": ["mobile.not.verified"],
}
NO_IDENTITY = "ssn.itin.or.physical.id.required"
CORE = ("address", "identifier", "email-verified", "mobile")


@pytest.mark.parametrize("kind", ["PARTIAL", "FULL"])
def test_a_ready_client_is_verified_and_then_activated(kind: str) -> None:
    bank = Instance()
    client = bank.ready()
    assert bank.activate(client).status_code == 403
    response = bank.verify(client, kind)
    assert (response.status_code, response.json()["data"]) == (200, {"clientKycStatus": "APPROVED"})
    assert bank.state(client) == ("Pending", True)
    assert bank.call("GET", f"/v1/clients/{client}/verificationstatus").json() == {"clientId": client, "status": "APPROVED"}
    assert bank.activate(client).status_code == 200
    assert bank.state(client) == ("Active", True)
    assert bank.read(client)["activationDate"] == [2026, 3, 10]


@pytest.mark.parametrize("gap", GAPS)
def test_each_gap_is_refused_by_its_name(gap: str) -> None:
    bank = Instance()
    client = bank.ready(gap)
    before = bank.read(client)
    full = bank.verify(client, "FULL")
    partial = bank.verify(client)
    assert (partial.status_code, reasons(partial)) == (403, GAPS[gap])
    assert (full.status_code, [each for each in reasons(full) if each != NO_IDENTITY]) == (403, GAPS[gap])
    assert bank.read(client) == before
    assert bank.activate(client).status_code == 403


def test_gaps_add_up() -> None:
    bank = Instance()
    for count in (2, 3, 4):
        for gaps in combinations(CORE, count):
            client = bank.ready(*gaps)
            assert reasons(bank.verify(client)) == [reason for gap in gaps for reason in GAPS[gap]]
            bank.control("PATCH", f"/customers/{client}", {"gaps": []})
            assert bank.verify(client, "FULL").status_code == 200


@pytest.mark.parametrize(
    ("identifiers", "any_one", "all_of_them"),
    [
        (["SSN"], 200, 403),
        (["ITIN"], 200, 403),
        (["Passport"], 200, 403),
        (["Drivers License"], 200, 403),
        (["ITIN", "National ID"], 200, 200),
        (["Any Other Id Type"], 403, 403),
        ([{"type": "SSN", "expired": True}, "Any Other Id Type"], 403, 403),
        ([{"type": "SSN", "status": "Inactive"}, "Passport"], 200, 403),
    ],
)
def test_full_asks_for_an_ssn_itin_or_physical_id(identifiers: list[object], any_one: int, all_of_them: int) -> None:
    bank = Instance()
    client = bank.ready(identifiers=identifiers)
    assert bank.verify(client).status_code == 200
    assert bank.verify(client, "FULL").status_code == any_one
    assert bank.state(client) == ("Pending", True)
    bank.control("PATCH", "/settings", {"full_demands": "all"})
    assert bank.verify(client, "FULL").status_code == all_of_them


def test_a_document_counts_up_to_its_last_day() -> None:
    bank = Instance(clock=STOPPED, settings={"token_seconds": 86400})
    client = bank.ready("identifier")
    day = {**PASSPORT, "expiryDate": "10 March 2026"}
    assert bank.call("POST", f"/v1/clients/{client}/identifiers", day).status_code == 200
    assert bank.verify(client).status_code == 200
    bank.control("POST", "/clock/advance", {"seconds": 12 * 3600})
    assert reasons(bank.verify(client)) == ["identifier.not.valid"]
    assert bank.state(client) == ("Pending", True)


def test_documents_are_added_changed_and_removed() -> None:
    bank = Instance()
    client, path = bank.ready("identifier"), ""
    path = f"/v1/clients/{client}/identifiers"
    added = bank.call("POST", path, SSN).json()["resourceId"]
    again = bank.call("POST", path, SSN)
    assert (again.status_code, again.json()["errors"][0]["userMessageGlobalisationCode"]) == (
        403,
        "error.msg.clientIdentifier.identityKey.duplicate",
    )
    assert bank.call("POST", path, PASSPORT).status_code == 200
    assert bank.call("PUT", f"{path}/{added}", {"status": "Inactive"}).json()["changes"] == {"status": "Inactive"}
    assert bank.call("GET", f"{path}/{added}").json()["status"] == "clientIdentifierStatusType.inactive"
    assert bank.call("DELETE", f"{path}/{added}").json()["resourceId"] == added
    assert [each["documentType"]["name"] for each in bank.call("GET", path).json()] == ["Passport"]
    assert bank.call("DELETE", f"{path}/{added}").status_code == 404
    for broken in ({**SSN, "documentKey": "A1"}, {**SSN, "documentTypeId": "99"}, {**PASSPORT, "issuedDate": "yesterday"}):
        assert bank.call("POST", path, broken).status_code == 400
    undated = {name: value for name, value in PASSPORT.items() if name != "issuedDate"}
    assert bank.call("POST", path, undated).json()["errors"][0]["parameterName"] == "issuedDate"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"activationDate": "2026-03-10"}, 200),
        ({"activationDate": "10/03/2026", "dateFormat": "dd/MM/yyyy"}, 200),
        ({}, 400),
        ({"activationDate": None}, 400),
        ({"activationDate": "2026-02-30"}, 400),
        ({"activationDate": "10 Mach 2026", "dateFormat": "dd MMMM yyyy"}, 400),
        ({"activationDate": 20260310}, 400),
        ({"activationDate": [2026, 3, 10]}, 400),
        ({"activationDate": "2026-03-10", "dateFormat": "QQ"}, 400),
    ],
)
def test_activation_wants_a_date(body: dict[str, object], status: int) -> None:
    bank = Instance()
    client = bank.ready(verified=True)
    assert bank.command(client, "activate", body).status_code == status
    assert bank.state(client)[0] == ("Active" if status == 200 else "Pending")


def test_activation_happens_once_and_manual_review_fakes_nothing() -> None:
    bank = Instance()
    client = bank.ready("address")
    assert bank.activate(client, isActivatedByManualReview=True, manualReviewActivationComments="known").status_code == 200
    assert bank.state(client) == ("Active", False)
    again = bank.activate(client)
    assert (again.status_code, again.json()["errors"][0]["userMessageGlobalisationCode"]) == (403, "error.msg.clients.already.active")
    open_bank = Instance(settings={"enforce_verification": False})
    assert open_bank.activate(open_bank.ready("address")).status_code == 200


@pytest.mark.parametrize("status", ["Active", "Closed", "Rejected"])
def test_only_a_pending_client_is_verified(status: str) -> None:
    bank = Instance()
    client = bank.ready(status=status)
    assert reasons(bank.verify(client)) == ["verification.not.pending"]
    assert bank.state(client) == (status, False)
    assert bank.command(client, "close", {}).status_code == (200 if status == "Active" else 403)


def test_partial_takes_nothing_back_from_full() -> None:
    bank = Instance()
    client = bank.ready()
    for kind in ("FULL", "PARTIAL"):
        assert bank.verify(client, kind).status_code == 200
    assert bank.control("GET", f"/customers/{client}")["kyc_verification_type"] == "FULL"


def test_parallel_verifications_all_pass_or_all_fail() -> None:
    bank = Instance()
    for client, status in ((bank.ready(), 200), (bank.ready("email"), 403)):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _, client=client: bank.verify(client).status_code, range(8)))
        assert set(answers) == {status}


def test_the_control_api_says_what_it_cannot_do() -> None:
    bank = Instance()
    assert bank.refused("POST", "/customers", {"gaps": ["adress"]})[0] == 422
    status, code, message = bank.refused("POST", "/customers", {"gaps": ["identifier"], "identifiers": ["SSN"]})
    assert (status, code) == (422, "contradiction")
    assert "identifier" in message
    status, code, message = bank.refused("POST", "/customers", {"identifiers": ["Pasport"]})
    assert (status, code) == (422, "unknown_type")
    assert "did you mean 'Passport'?" in message
    assert bank.refused("GET", "/customers/99")[:2] == (404, "unknown_customer")


def test_the_control_api_changes_a_client_past_every_rule() -> None:
    bank = Instance()
    client = bank.created()
    path = f"/customers/{client}"
    changed = bank.control("PATCH", path, {"email_verified": True, "mobile_verified": True, "addresses": [{}], "add_identifiers": ["SSN"]})
    assert changed["gaps"] == {"PARTIAL": [], "FULL": []}
    assert bank.control("PATCH", path, {"email": None})["gaps"]["PARTIAL"] == ["error.msg.client.email.required"]
    assert bank.control("PATCH", path, {"status": "Closed", "verified": True})["status"] == "Closed"
    assert bank.state(client) == ("Closed", True)
    seen = bank.control("GET", path)
    assert seen["added"] == ["email", "mobile", "address", "identifier", "email"]
    assert [each["clientId"] for each in bank.control("GET", "/customers")] == [client]
