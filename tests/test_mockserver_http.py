"""Fin.com's mock server over HTTP: routes, tokens, catalogue, reading."""

import httpx
import pytest

from tests.mockserver_kit import Client, edited, person, shared

OPERATIONS = [
    ("POST", "/v2/customers/individual"),
    ("POST", "/v1/customers/upload"),
    ("POST", "/v2/customers/11111111-2222-4333-8444-555555555555/individual/attach"),
    ("GET", "/v2/customers/11111111-2222-4333-8444-555555555555"),
    ("GET", "/v2/customers?type=INDIVIDUAL"),
    ("GET", "/v1/occupations"),
    ("GET", "/v1/purposes"),
    ("GET", "/v1/source-of-funds"),
    ("GET", "/v1/countries/USA/subdivisions"),
]


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_wants_a_bearer(client: Client, method: str, path: str) -> None:
    token = client.made["credentials"]["access_token"]
    refresh = client.made["credentials"]["refresh_token"]
    for value in ("", token, f"Basic {token}", "Bearer never-issued", f"Bearer {refresh}", f"Bearer  {token}"):
        response = client.call(method, path, headers={"authorization": value}, content=b"{")
        assert (response.status_code, response.json()) == (401, {"message": "Authentication failed"}), value


def test_unknown_paths_are_404_and_wrong_methods_405(client: Client) -> None:
    assert client.call("GET", "/v1/nothing").status_code == 404
    assert client.call("POST", "/v1/countries/USA/subdivisions/x").status_code == 404
    response = client.call("DELETE", "/v1/occupations")
    assert (response.status_code, response.headers["allow"]) == (405, "GET")
    assert client.call("GET", "/v1/oauth/token").status_code == 405
    assert client.http.get("/nowhere").status_code == 404


def test_tokens_are_issued_refreshed_and_expire() -> None:
    client = Client(clock={"mode": "stopped", "now": "2026-01-01T00:00:00Z"}, settings={"token_seconds": 60})
    known = {name: client.made["credentials"][name] for name in ("client_id", "client_secret")}
    pair = client.call("POST", "/v1/oauth/token", json=known).json()
    assert pair["current_time"] == "2026-01-01 00:00:00+00"
    assert pair["access_token_ttl"] == "2026-01-01 00:01:00+00"
    again = client.call("POST", "/v1/oauth/refresh-token", json={"refresh_token": pair["refresh_token"]}).json()
    assert set(again) == set(pair)
    assert again["access_token"] != pair["access_token"]
    bearer = {"authorization": f"Bearer {again['access_token']}"}
    client.control("POST", "/clock/advance", {"seconds": 59})
    assert client.call("GET", "/v1/occupations", headers=bearer).status_code == 200
    client.control("POST", "/clock/advance", {"seconds": 1})
    assert client.call("GET", "/v1/occupations", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/oauth/token", {"client_id": "demo", "client_secret": "wrong"}, 401),
        ("/v1/oauth/token", {"client_id": "nobody", "client_secret": "demo-secret"}, 401),
        ("/v1/oauth/token", {"client_id": "demo", "client_secret": 7}, 401),
        ("/v1/oauth/token", {"client_id": "demo"}, 422),
        ("/v1/oauth/token", [], 400),
        ("/v1/oauth/refresh-token", {"refresh_token": "demo-token"}, 401),
        ("/v1/oauth/refresh-token", {"refresh_token": "nonsense"}, 401),
        ("/v1/oauth/refresh-token", {}, 422),
    ],
)
def test_wrong_credentials_buy_nothing(path: str, body: object, status: int) -> None:
    response = httpx.post(f"{shared().url}/fincom{path}", json=body)
    assert (response.status_code, "access_token" in response.json()) == (status, False)


def test_the_demo_client_is_there_from_the_start() -> None:
    body = {"client_id": "demo", "client_secret": "demo-secret"}
    token = httpx.post(f"{shared().url}/fincom/v1/oauth/token", json=body).json()["access_token"]
    for value in (token, "demo-token"):
        headers = {"authorization": f"Bearer {value}"}
        assert httpx.get(f"{shared().url}/fincom/v1/purposes", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/v1/occupations", "/v1/purposes?type=INDIVIDUAL", "/v1/source-of-funds?type=INDIVIDUAL"])
def test_pages_of_the_catalogue_add_up(client: Client, path: str) -> None:
    found: list[int] = []
    page, pages = 1, 1
    while page <= pages:
        joiner = "&" if "?" in path else "?"
        data = client.call("GET", f"{path}{joiner}per_page=7&current_page={page}").json()["data"]
        pagination = data.pop("pagination")
        [rows] = data.values()
        found += [row["id"] for row in rows]
        page, pages = page + 1, pagination["total_page"]
    assert len(found) == len(set(found)) == pagination["total"]


def test_business_lists_differ(client: Client) -> None:
    for path, key in (("/v1/purposes", "purposes"), ("/v1/source-of-funds", "source_of_funds")):
        lists = [
            {row["id"] for row in client.call("GET", f"{path}?type={kind}&per_page=100").json()["data"][key]}
            for kind in ("INDIVIDUAL", "BUSINESS")
        ]
        assert lists[0] - lists[1]
        assert lists[1] - lists[0]


@pytest.mark.parametrize("query", ["type=NONSENSE", "per_page=0", "per_page=513", "per_page=x", "current_page=0", "current_page=-1"])
def test_unknown_selections_are_refused(client: Client, query: str) -> None:
    response = client.call("GET", f"/v1/purposes?{query}")
    assert (response.status_code, set(response.json()["errors"])) == (422, {query.partition("=")[0]})


def test_subdivisions_are_iso_3166_2(client: Client) -> None:
    codes = [row["code"] for row in client.call("GET", "/v1/countries/USA/subdivisions").json()["data"]["subdivisions"]]
    assert "US-CA" in codes
    assert all(code.startswith("US-") for code in codes)
    assert len(codes) == len(set(codes))
    british = client.call("GET", "/v1/countries/GBR/subdivisions").json()["data"]["subdivisions"]
    assert {"code": "GB-ENG", "name": "England"} in british
    for unknown in ("US", "usa", "ZZZ", "%2e%2e"):
        assert client.call("GET", f"/v1/countries/{unknown}/subdivisions").status_code == 404


def test_a_customer_can_be_read_and_listed() -> None:
    client = Client()
    body = edited(edited(person(), "basic_info.first_name", "María"), "basic_info.first_name_en", "Maria")
    made = client.create(body)
    shown = client.call("GET", f"/v2/customers/{made['customer_id']}").json()["data"]
    assert shown["first_name"] == "María"
    assert shown["customer_status"] == "INCOMPLETE"
    assert shown["tos_policies_url"] == made["tos_policies_url"]
    assert shown["rejection_reason"] is None
    listed = client.call("GET", "/v2/customers?type=INDIVIDUAL").json()["data"]
    assert listed["customers"] == [shown]
    assert client.call("GET", "/v2/customers?type=BUSINESS").json()["data"]["customers"] == []
    assert client.call("GET", "/v2/customers").status_code == 422
    missing = client.call("GET", "/v2/customers/11111111-2222-4333-8444-555555555555")
    assert (missing.status_code, missing.json()) == (404, {"message": "Resource not found"})


def test_junk_never_ends_in_a_5xx(client: Client) -> None:
    junk = [b"\0" * 100, b'{"a":' * 3000, b"[" * 100_000, b'{"basic_info":{"first_name":"\\u0000"}}', b"\xff\xfe", b"x" * 2_000_000]
    for content in junk:
        for method, path in OPERATIONS[:3]:
            for kind in ("application/json", "multipart/form-data; boundary=x", "text/html", ""):
                response = client.call(method, path, content=content, headers={"content-type": kind})
                assert 400 <= response.status_code < 500, (path, kind, content[:20])
    long = client.call("POST", "/v2/customers/individual", json=edited(person(), "basic_info.first_name", "x" * 1_000_000))
    assert long.status_code == 200
