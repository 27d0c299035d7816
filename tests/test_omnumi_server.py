"""The honest Omnumi server: preauthorizations, their ledger and their life (003 onchain-preauth)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App
from tests.omnumi_kit import STOPPED, Partner, told

DENIED = ("Access Denied", "Access Denied")


def test_a_preauthorization_is_created_read_and_settled() -> None:
    partner = Partner()
    body = partner.asked(amount="150.750", sender=partner.sender.upper().replace("0X", "0x"), expiresAt="2099-03-30T14:00:00+02:00")
    response = partner.call("POST", "/onchain-preauth", body)
    made = response.json()
    assert response.status_code == 201
    assert made.pop("transactionId")
    assert made == {**body, "status": "AUTHORIZED", "expiresAt": "2099-03-30T12:00:00.000Z"}
    shown = partner.read(body["invoiceId"])
    assert (shown["authorizedAmount"], shown["settledAmount"], shown["transactionHash"]) == ("150.750", None, None)
    assert (shown["status"], shown["sender"], shown["contractAddress"]) == ("AUTHORIZED", body["sender"], partner.token)
    settled = partner.settle(body["invoiceId"]).json()
    assert (settled["status"], settled["settledAmount"], settled["authorizedAmount"]) == ("SETTLED", "120.50", "150.750")
    after = partner.read(body["invoiceId"])
    assert {name: after[name] for name in settled} == settled
    assert (after["createdAt"], after["updatedAt"] > shown["updatedAt"]) == (shown["createdAt"], True)
    assert len(after["transactionHash"]) == 66


def test_the_ledger_tells_every_move() -> None:
    partner = Partner()
    partner.settle(partner.created(amount="600"), "200")
    told_of = partner.control("GET", "/ledger")
    assert [(each["kind"], each["amount"], each["to"]) for each in told_of["entries"]] == [
        ("lock", "600", None),
        ("transfer", "200", partner.receiver),
        ("release", "600", None),
    ]
    assert (told_of["supply"], partner.balances()) == ({partner.token: "1000"}, ("800", "200"))
    wallet = partner.control("GET", f"/wallets/{partner.sender}")
    assert (wallet["allowances"], wallet["locked"]) == ({partner.token: "800"}, {partner.token: "0"})
    assert partner.create(amount="800").status_code == 201


def test_amounts_are_exact_however_large() -> None:
    partner = Partner()
    amount = f"{10**40}.{'0' * 17}1"
    partner.control("PATCH", f"/wallets/{partner.sender}", {"balances": {partner.token: amount}, "allowances": {partner.token: amount}})
    over = f"{10**40}.{'0' * 17}2"
    assert told(partner.create(amount=over)) == (500, "onchain", "Insufficient Allowance")
    assert partner.settle(partner.created(amount=amount), amount).status_code == 200
    assert partner.balances() == ("0", amount)


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"amount": "0"}, 400, "Amount must be greater than zero"),
        ({"amount": "-0.00"}, 400, "Amount must be greater than zero"),
        ({"amount": "-1"}, 400, "Amount must be greater than zero"),
        ({"amount": "NaN"}, 400, "Amount must be a numeric string"),
        ({"amount": "1e3"}, 400, "Amount must be a numeric string"),
        ({"amount": "１"}, 400, "Amount must be a numeric string"),
        ({"amount": 150.75}, 400, "Amount must be a numeric string"),
        ({"amount": "0.0000000000000000001"}, 400, "Amount has more than the 18 decimals of the token"),
        ({"amount": "1000.01"}, 500, "Insufficient Allowance"),
        ({"invoiceId": ...}, 400, "invoiceId is required"),
        ({"invoiceId": " "}, 400, "invoiceId is required"),
        ({"sender": None}, 400, "sender is required"),
        ({"receiver": "0x12"}, 400, "receiver must be an Ethereum address"),
        ({"contractAddress": "0x" + "0" * 40}, 400, "Token not active"),
        ({"sender": "0x" + "1" * 40}, 404, "Wallet not registered"),
        ({"receiver": "0x" + "1" * 40}, 404, "Wallet not registered"),
        ({"expiresAt": "soon"}, 400, "Invalid expires_at format"),
        ({"expiresAt": "2099-02-30T12:00:00Z"}, 400, "Invalid expires_at format"),
        ({"expiresAt": "2099-03-30T12:00:00"}, 400, "Invalid expires_at format"),
        ({"expiresAt": "2001-03-30T12:00:00Z"}, 400, "Invalid expires_at format"),
        ({"expiresAt": 4078900000}, 400, "Invalid expires_at format"),
        ({"expiresAt": ""}, 400, "Invalid expires_at format"),
    ],
)
def test_creates_are_refused_with_their_reason_and_leave_nothing(changes: dict[str, Any], status: int, message: str) -> None:
    partner = Partner()
    body = partner.asked(**changes)
    assert told(partner.call("POST", "/onchain-preauth", body)) == (status, "onchain", message)
    assert told(partner.call("GET", "/onchain-preauth/INV-1")) == (404, "onchain", "Preauthorization not found")
    assert partner.control("GET", "/ledger")["entries"] == []


def test_the_same_wallet_in_another_spelling_is_the_same() -> None:
    partner = Partner()
    spelled = partner.sender.upper().replace("0X", "0x")
    assert told(partner.create(receiver=spelled)) == (400, "onchain", "Sender and receiver cannot match")


def test_tokens_and_wallets_are_switched() -> None:
    partner = Partner()
    partner.control("PATCH", f"/tokens/{partner.token}", {"active": False})
    assert told(partner.create())[2] == "Token not active"
    partner.control("PATCH", f"/tokens/{partner.token}", {"active": True})
    partner.control("PATCH", f"/wallets/{partner.receiver}", {"registered": False})
    assert told(partner.create())[0] == 404
    other = partner.control("POST", "/tokens", {"decimals": 0})["address"]
    assert partner.refused("PATCH", f"/wallets/{partner.sender}", {"balances": {other: "1.5"}})[:2] == (422, "invalid")
    assert partner.refused("GET", f"/wallets/{other}")[:2] == (404, "unknown_wallet")
    assert partner.refused("POST", "/wallets", {"balances": {partner.sender: "1"}})[:2] == (404, "unknown_token")


def test_an_invoice_is_taken_once_and_for_all() -> None:
    partner = Partner(clock=STOPPED)
    invoice = partner.created(amount="1")
    partner.settle(invoice, "1")
    assert told(partner.create(invoiceId=invoice)) == (409, "onchain", "Invoice already exists")
    lapsed = partner.created()
    partner.advance(90_000)
    assert told(partner.create(invoiceId=lapsed))[0] == 409
    assert partner.create(invoiceId=invoice.lower()).status_code == 201


def test_an_invoice_may_be_any_text() -> None:
    partner = Partner()
    for invoice in ("a/b", "a b?c#d%2F", "ü/settle", "..%", "x" * 300):
        assert partner.created(invoiceId=invoice, amount="1") == invoice
        assert partner.read(invoice)["invoiceId"] == invoice
        assert partner.settle(invoice, "1").status_code == 200


@pytest.mark.parametrize(
    ("failing", "status", "message"),
    [
        ("contract", 500, "Preauth contract not available"),
        ("preapproval", 500, "Failed to check preapproval"),
        ("rules", 400, "The request was refused by the rule engine"),
    ],
)
def test_the_chain_fails_creates(failing: str, status: int, message: str) -> None:
    partner = Partner()
    partner.control("PUT", "/chain", {"failing": failing})
    assert told(partner.create(invoiceId="A")) == (status, "onchain", message)
    partner.control("PUT", "/chain", {"failing": None})
    assert partner.create(invoiceId="A").status_code == 201


@pytest.mark.parametrize(
    ("failing", "status", "message"),
    [("initialization", 400, "Errors occurred while initializing transaction on chain"), ("settlement", 500, "Settlement failed")],
)
def test_the_chain_fails_settlements(failing: str, status: int, message: str) -> None:
    partner = Partner()
    invoice = partner.created()
    partner.control("PUT", "/chain", {"failing": failing})
    assert told(partner.settle(invoice)) == (status, "onchain", message)
    assert (partner.read(invoice)["status"], partner.balances()) == ("AUTHORIZED", ("1000", "0"))
    partner.control("PUT", "/chain", {"failing": None})
    assert partner.settle(invoice).status_code == 200


def test_a_balance_that_is_gone_fails_the_settlement() -> None:
    partner = Partner()
    invoice = partner.created()
    partner.control("PATCH", f"/wallets/{partner.sender}", {"balances": {partner.token: "120.4"}})
    assert told(partner.settle(invoice)) == (500, "onchain", "Settlement failed")
    assert partner.settle(invoice, "120.4").status_code == 200


@pytest.mark.parametrize(
    ("amount", "status", "message"),
    [
        ("0", 409, "Amount must be greater than zero"),
        ("-5", 409, "Amount must be greater than zero"),
        ("150.751", 409, "Settlement exceeds authorized amount with allowed tip"),
        ("1000", 409, "Settlement exceeds authorized amount with allowed tip"),
        ("", 400, "Amount must be a numeric string"),
        (None, 400, "Amount must be a numeric string"),
        (12, 400, "Amount must be a numeric string"),
        ("0.0000000000000000001", 400, "Amount has more than the 18 decimals of the token"),
    ],
)
def test_settlements_are_refused_and_change_nothing(amount: object, status: int, message: str) -> None:
    partner = Partner()
    invoice = partner.created()
    before = partner.read(invoice)
    assert told(partner.settle(invoice, amount)) == (status, "onchain", message)
    assert (partner.read(invoice), partner.balances()) == (before, ("1000", "0"))
    assert partner.settle(invoice, "150.7500").status_code == 200


def test_a_tip_is_a_setting() -> None:
    partner = Partner(settings={"tip": "0.2"})
    assert partner.settle(partner.created(amount="100"), "120").status_code == 200
    assert told(partner.settle(partner.created(amount="100"), "120.01"))[0] == 409
    taken = partner.created(amount="100")
    partner.created(amount="680")
    assert told(partner.settle(taken, "101"))[2] == "Settlement failed"


def test_states_that_cannot_be_settled() -> None:
    partner = Partner(clock=STOPPED)
    invoice = partner.created()
    partner.settle(invoice)
    assert told(partner.settle(invoice, "1")) == (409, "onchain", "Invalid settlement state: SETTLED")
    for state in ("CANCELLED", "REJECTED"):
        invoice = partner.created()
        shown = partner.control("POST", "/preauthorizations/status", {"invoiceId": invoice, "status": state})
        assert [each["status"] for each in shown["history"]] == ["AUTHORIZED", state]
        assert told(partner.settle(invoice))[2] == f"Invalid settlement state: {state}"
        assert partner.refused("POST", "/preauthorizations/status", {"invoiceId": invoice, "status": "REJECTED"})[:2] == (
            409,
            "not_allowed",
        )
    assert told(partner.settle("nothing"))[::2] == (404, "Preauthorization not found")
    assert partner.control("GET", f"/wallets/{partner.sender}")["locked"] == {partner.token: "0"}


def test_expiry_needs_no_call() -> None:
    partner = Partner(clock=STOPPED)
    by_default, early = partner.created(), partner.created(expiresAt="2026-03-10T13:00:00+00:00")
    assert told(partner.create(amount="900"))[2] == "Insufficient Allowance"
    partner.advance(3599)
    assert partner.read(early)["status"] == "AUTHORIZED"
    partner.advance(1)
    assert told(partner.settle(early)) == (409, "onchain", "Pre-authorization expired")
    shown = partner.read(early)
    assert (shown["status"], shown["updatedAt"]) == ("EXPIRED", "2026-03-10T13:00:00.000Z")
    partner.advance(86400)
    assert partner.control("POST", "/preauthorizations/look", {"invoiceId": by_default})["status"] == "EXPIRED"
    assert partner.create(amount="1000").status_code == 201
    assert partner.control("GET", "/ledger")["entries"][-1]["kind"] == "lock"


def test_credentials_and_rights() -> None:
    partner = Partner(clock=STOPPED, settings={"token_seconds": 600})
    invoice = partner.created()
    body = partner.asked()
    for headers in (
        {"authorization": None},
        {"authorization": "Bearer x"},
        {"authorization": f"Basic {partner.credentials['access_token']}"},
    ):
        for method, path in (
            ("POST", "/onchain-preauth"),
            ("GET", f"/onchain-preauth/{invoice}"),
            ("POST", f"/onchain-preauth/{invoice}/settle"),
        ):
            assert told(partner.call(method, path, body, headers)) == (401, *DENIED)
    assert told(partner.settle(invoice, headers={"tenant-id": "another"})) == (403, *DENIED)
    assert partner.settle(invoice, headers={"tenant-id": partner.credentials["tenant_id"]}).status_code == 200
    partner.control("PATCH", "/settings", {"may_preauthorize": False})
    assert told(partner.create()) == (403, *DENIED)
    partner.control("PATCH", "/settings", {"may_preauthorize": True})
    partner.advance(600)
    assert told(partner.create()) == (401, *DENIED)


def test_tenants_share_nothing() -> None:
    partner, other = Partner(), Partner()
    invoice = partner.created()
    assert told(other.call("GET", f"/onchain-preauth/{invoice}"))[0] == 404
    assert told(other.create(sender=partner.sender)) == (404, "onchain", "Wallet not registered")
    assert other.created(invoiceId=invoice) == invoice


def test_calls_that_nothing_serves() -> None:
    partner = Partner()
    invoice = partner.created()
    for method in ("PUT", "PATCH", "DELETE"):
        response = partner.call(method, f"/onchain-preauth/{invoice}")
        assert (response.status_code, response.headers["allow"]) == (405, "GET")
    assert partner.call("GET", f"/onchain-preauth/{invoice}/settle").status_code == 404
    assert partner.call("GET", "/nowhere").status_code == 404
    for content in (b"", b"{", b"[]", b"null", b'"x"'):
        assert partner.call("POST", "/onchain-preauth", content=content).status_code == 400
        assert partner.call("POST", f"/onchain-preauth/{invoice}/settle", content=content).status_code == 400
    assert partner.read(invoice)["status"] == "AUTHORIZED"


def test_one_of_many_wins() -> None:
    partner = Partner()
    body = partner.asked()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: partner.call("POST", "/onchain-preauth", body).status_code, range(8)))
        settled = list(pool.map(lambda _: partner.settle(body["invoiceId"], "1").status_code, range(8)))
    assert sorted(made) == [201] + [409] * 7
    assert sorted(settled) == [200] + [409] * 7
    assert partner.balances() == ("999", "1")


def test_the_answer_of_a_settlement_can_be_held_back() -> None:
    partner = Partner()
    invoice = partner.created()
    partner.control("PUT", "/holds/chain")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(partner.settle, invoice)
        while (shown := partner.read(invoice))["status"] == "AUTHORIZED":
            pass
        assert (shown["status"], shown["settledAmount"], waiting.done()) == ("SETTLED", "120.50", False)
        while partner.control("GET", "/holds") != [{"step": "chain", "waiting": 1}]:
            assert not waiting.done()
        partner.control("DELETE", "/holds/chain")
        assert waiting.result().status_code == 200


def test_a_reset_keeps_the_credentials_only() -> None:
    partner = Partner()
    invoice = partner.created()
    partner.http.post(f"/control/tenants/{partner.id}/reset")
    assert told(partner.call("GET", f"/onchain-preauth/{invoice}"))[0] == 404
    assert partner.control("GET", "/wallets") == []


def test_the_state_survives(tmp_path: Path) -> None:
    app = App(state=tmp_path / "state")
    demo = app.registry.tenants["demo-omnumi"]
    before = demo.provider.overview(demo), demo.data
    assert app.store is not None
    app.store.write()
    again = App(state=tmp_path / "state").registry.tenants["demo-omnumi"]
    assert (again.provider.overview(again), again.data) == before


def test_a_transfer_may_be_confirmed_later() -> None:
    partner = Partner(clock=STOPPED, settings={"confirmation_seconds": 30})
    first, second = partner.created(amount="600"), partner.created(amount="400")
    assert partner.settle(first, "600").json()["status"] == "SETTLED"
    partner.control("PATCH", f"/wallets/{partner.sender}", {"balances": {partner.token: "900"}})
    assert told(partner.settle(second, "400"))[2] == "Settlement failed"
    assert partner.balances() == ("900", "0")
    partner.advance(30)
    assert partner.balances() == ("300", "600")
    assert [each["kind"] for each in partner.control("GET", "/ledger")["entries"]] == ["lock", "lock", "release", "transfer"]
