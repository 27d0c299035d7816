"""The Mbanq server at the door: tokens, instances, permissions, clients, bodies, commands, state across a restart."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.embedded import Embedded
from tests.mbanq_kit import VERIFY, Instance, newcomer
from tests.mockserver_kit import http

UNKNOWN_TENANT, UNAUTHENTICATED = "error.msg.invalid.tenant.identifier", "error.msg.not.authenticated"


def problem(response: httpx.Response) -> tuple[int, str]:
    """Return status and top code of a refusal, and see that its number agrees."""
    body = response.json()
    assert body["httpStatusCode"] == str(response.status_code)
    return response.status_code, body["userMessageGlobalisationCode"]


def log_in(bank: Instance, **changes: str | None) -> httpx.Response:
    """Ask for a token with user and password; a field given as None is left out."""
    known = bank.credentials
    form = {"grant_type": "password", "username": known["username"], "password": known["password"], **changes}
    sent = {name: value for name, value in form.items() if value is not None}
    return bank.http.post("/mbanq/oauth/token", data=sent, headers={"tenantid": known["tenant_id"]})


def test_user_and_password_buy_a_token() -> None:
    bank = Instance(settings={"token_seconds": 60})
    response = log_in(bank, client_id="api", client_secret="secret")
    assert response.json()["expires_in"] == 60
    for pair in (response, log_in(bank, grant_type="refresh_token", refresh_token=response.json()["refresh_token"])):
        token = pair.json()["access_token"]
        assert bank.call("GET", "/v1/clients", headers={"authorization": f"Bearer {token}"}).status_code == 200
    for wrong in ({"password": "x"}, {"username": "x"}, {"client_secret": "x"}, {"grant_type": "refresh_token", "refresh_token": "x"}):
        assert problem(log_in(bank, **wrong)) == (401, UNAUTHENTICATED)
    for lacking in ({"grant_type": "magic"}, {"grant_type": None}, {"password": None}):
        assert problem(log_in(bank, **lacking))[0] == 400
    assert bank.call("POST", "/oauth/token", {}).status_code == 415
    bank.control("POST", "/clock/advance", {"seconds": 60})
    assert problem(bank.call("GET", "/v1/clients")) == (401, UNAUTHENTICATED)
    assert log_in(bank).status_code == 200


def test_instance_and_token_must_belong_together() -> None:
    bank, other = Instance(), Instance()
    client, other_client = bank.ready(), other.ready()
    assert client == other_client
    path = f"/v1/clients/{client}"
    foreign = other.credentials["tenant_id"]
    for tenant, code in ((None, UNKNOWN_TENANT), ("", UNKNOWN_TENANT), ("nowhere", UNKNOWN_TENANT), (foreign, UNAUTHENTICATED)):
        assert problem(bank.call("GET", path, headers={"tenantid": tenant})) == (401, code)
    for token in (None, "Bearer x", f"Basic {bank.credentials['access_token']}", f"Bearer {bank.credentials['refresh_token']}"):
        assert problem(bank.call("GET", path, headers={"authorization": token})) == (401, UNAUTHENTICATED)
        assert problem(bank.call("GET", "/v1/clients/99", headers={"authorization": token})) == (401, UNAUTHENTICATED)
    by_query = bank.call("GET", path, headers={"tenantid": None}, params={"tenantIdentifier": bank.credentials["tenant_id"]})
    assert by_query.status_code == 200
    assert bank.verify(client).status_code == 200
    assert (bank.state(client)[1], other.state(client)[1]) == (True, False)


def test_rights_are_looked_at_before_anything_else() -> None:
    bank = Instance(settings={"may_verify": False, "may_activate": False})
    for word, permission in (("verify", "VERIFY_CLIENT"), ("activate", "ACTIVATE_CLIENT")):
        response = bank.command(99, word, {})
        assert problem(response) == (403, "error.msg.not.authorized")
        assert permission in response.json()["errors"][0]["developerMessage"]


def test_a_new_client_is_pending_and_nothing_of_it_is_verified() -> None:
    bank = Instance()
    numbers = [bank.created() for _ in range(3)]
    assert numbers == [1, 2, 3]
    shown = bank.read(2)
    assert shown["status"] == {"id": 100, "code": "clientStatusType.pending", "value": "Pending"}
    assert shown["subStatus"] == {"active": False, "mandatory": False, "systemDefined": False}
    assert (shown["dateOfBirth"], shown["active"], shown["displayName"]) == ([1990, 5, 1], False, "Maria Garcia")
    assert bank.call("GET", "/v1/clients/2/verificationstatus").json()["status"] == "PENDING"
    assert bank.call("GET", "/v1/client/2/addresses").json() == []
    page = bank.call("GET", "/v1/clients?offset=1&limit=1").json()
    assert (page["totalFilteredRecords"], [each["id"] for each in page["pageItems"]]) == (3, [2])
    assert len(bank.call("GET", "/v1/clients?limit=0").json()["pageItems"]) == 3


@pytest.mark.parametrize("name", list(newcomer()))
def test_what_is_missing_is_named(name: str) -> None:
    body = newcomer()
    del body[name]
    response = Instance().call("POST", "/v1/clients", body)
    assert problem(response) == (400, "validation.msg.validation.errors.exist")
    assert name in [entry["parameterName"] for entry in response.json()["errors"]]


@pytest.mark.parametrize(
    "change",
    [
        {"genderId": 99},
        {"officeId": True},
        {"legalFormId": "3"},
        {"emailAddress": "nobody"},
        {"firstname": 5},
        {"lastname": "x" * 51},
        {"dateOfBirth": "1990-05-01"},
        {"dateFormat": "dd MMMM"},
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, Any]) -> None:
    assert problem(Instance().call("POST", "/v1/clients", {**newcomer(), **change}))[0] == 400


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null", b"\xff"])
def test_what_is_no_json_object_gets_a_bare_entry(content: bytes) -> None:
    bank = Instance()
    client = bank.ready()
    response = bank.command(client, "verify", ..., content=content)
    assert (response.status_code, response.json()["userMessageGlobalisationCode"]) == (400, "error.msg.invalid.request.body")
    assert bank.state(client) == ("Pending", False)


NO_TYPES: tuple[object, ...] = (None, "full", "", 1, [], {}, True)


@pytest.mark.parametrize("body", [{}, *({"kycVerificationType": kind} for kind in NO_TYPES)])
def test_the_type_is_one_of_two_words(body: dict[str, Any]) -> None:
    bank = Instance()
    response = bank.command(bank.ready(), "verify", body)
    assert problem(response)[0] == 400
    assert response.json()["errors"][0]["parameterName"] == "kycVerificationType"


@pytest.mark.parametrize("client", ["99", "0", "-1", "9223372036854775808", "abc", "1.5", "%20"])
def test_who_does_not_exist_is_not_found(client: str) -> None:
    response = Instance().command(client, "verify", VERIFY)
    assert problem(response) == (404, "error.msg.resource.not.found")
    assert response.json()["errors"][0]["userMessageGlobalisationCode"] == "error.msg.client.id.invalid"


def test_commands_methods_and_paths_that_there_are_not() -> None:
    bank = Instance()
    client = bank.ready()
    for query in ("", "?command=", "?command=Verify", "?command=reject"):
        response = bank.call("POST", f"/v1/clients/{client}{query}", VERIFY)
        assert problem(response)[0] == 400
        assert response.json()["errors"][0]["parameterName"] == "command"
    assert bank.state(client) == ("Pending", False)
    assert bank.call("DELETE", "/v1/clients").headers["allow"] == "GET, POST"
    assert problem(bank.call("GET", "/v1/nothing"))[0] == 404
    assert (
        bank.call("POST", f"/v1/clients/{client}?command=verify", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    )


def test_templates_name_the_options() -> None:
    bank = Instance()
    template = bank.call("GET", "/v1/clients/template").json()
    assert [each["id"] for each in template["officeOptions"]] == [1]
    types = bank.call("GET", f"/v1/clients/{bank.ready()}/identifiers/template").json()["allowedDocumentTypes"]
    assert {"Passport", "SSN", "ITIN"} < {each["name"] for each in types}


def test_passwords_and_tokens_stay_out_of_the_journal() -> None:
    bank = Instance()
    assert log_in(bank).status_code == 200
    kept = bank.http.get(f"/control/tenants/{bank.id}/journal").text
    assert bank.credentials["password"] not in kept
    assert "password=" in kept


def test_the_demo_instance_is_there_from_the_start() -> None:
    headers = {"authorization": "Bearer demo-mbanq-token", "tenantid": "demo-bank"}
    assert http().get("/mbanq/v1/clients", headers=headers).status_code == 200


def test_a_reset_keeps_the_credentials() -> None:
    bank = Instance()
    bank.ready()
    bank.http.post(f"/control/tenants/{bank.id}/reset")
    assert bank.call("GET", "/v1/clients").json()["totalFilteredRecords"] == 0
    assert bank.created() == 1


def test_clients_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with Embedded("--state", str(state)) as server, httpx.Client(base_url=server.url) as client:
        made = client.post("/control/tenants", json={"provider": "mbanq"}).json()
        client.post(f"/control/tenants/{made['tenant']}/customers", json={"verified": True})
    headers = {"authorization": f"Bearer {made['credentials']['access_token']}", "tenantid": made["credentials"]["tenant_id"]}
    with Embedded("--state", str(state)) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/mbanq/v1/clients/1", headers=headers).json()["subStatus"]["name"] == "Verified"
