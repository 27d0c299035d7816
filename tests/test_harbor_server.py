"""The Harbor server at the door: keys, media types, idempotency, look-ups, tenancy, customers."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.harbor_kit import STOPPED, Application, american, british
from tests.mockserver_kit import http

JSON = "application/json"


def problem(response: httpx.Response) -> tuple[int, Any]:
    """Return status and code, or error type, of a refusal."""
    body = response.json()
    assert body["message"] == body["error"]
    return response.status_code, body.get("code", body.get("error_type"))


def test_a_key_is_needed_and_no_key_tells_what_exists() -> None:
    app = Application()
    known = app.customer()
    for customer in (known, "cus_nobody"):
        for method in ("POST", "GET", "PATCH"):
            for key, code in ((None, 1001), ("", 1001), ("wrong", 1002)):
                response = app.call(method, f"/customers/{customer}/onboarding", {"x-api-key": key}, content=b"{")
                assert problem(response) == (401, code)
    for path in ("/occupations", "/job-titles", "/countries/US/industries", "/countries/US/subdivisions"):
        assert app.call("GET", path, {"x-api-key": None}).status_code == 401
        assert app.call("GET", path).status_code == 200
    other_provider = http().get("/harbor/api/v1/occupations", headers={"x-api-key": "demo-token"})
    assert other_provider.status_code == 401
    assert app.submit(known).status_code == 202


def test_a_try_without_a_good_key_does_not_use_up_the_idempotency_key() -> None:
    app = Application()
    customer = app.customer()
    assert app.submit(customer, idempotency_key="k", x_api_key="wrong").status_code == 401
    assert app.submit(customer, idempotency_key="k").status_code == 202


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "application/json; charset=utf-8"}, 202),
        ({"content-type": "APPLICATION/JSON"}, 202),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": ""}, 415),
        ({"accept": "text/html"}, 406),
        ({"accept": "application/json;q=0"}, 406),
        ({"accept": "text/html, application/json;q=0.1"}, 202),
        ({"accept": "*/*"}, 202),
        ({"idempotency-key": None}, 400),
        ({"idempotency-key": ""}, 400),
        ({"X-API-Key": None, "IDEMPOTENCY-KEY": "unique to this row"}, 202),
    ],
)
def test_headers_are_judged(headers: dict[str, str | None], status: int) -> None:
    app = Application()
    path = f"/customers/{app.customer()}/onboarding"
    response = app.call("POST", path, headers, content=json.dumps(american()).encode())
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == JSON


def test_a_body_without_a_type_is_refused() -> None:
    app = Application()
    response = app.call("POST", f"/customers/{app.customer()}/onboarding", {"content-type": None}, content=b"{}")
    assert response.status_code == 415


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"1", b"null", b'{"individual": /* all */ 1}', b"\xff"])
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    app = Application()
    customer = app.customer()
    assert app.call("POST", f"/customers/{customer}/onboarding", content=content).status_code == 400
    assert app.call("PATCH", f"/customers/{customer}/onboarding", content=content).status_code == 400


def test_unknown_paths_and_methods() -> None:
    app = Application()
    assert app.call("GET", "/nothing").status_code == 404
    response = app.call("DELETE", f"/customers/{app.customer()}/onboarding")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, PATCH, POST")


def test_a_replay_is_refused_and_changes_nothing() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()
    first = app.submit(customer, idempotency_key="k").json()["data"]
    for body in (american(), american(), british(), {}):
        assert problem(app.submit(customer, body, idempotency_key="k")) == (409, "idempotency_conflict")
    assert app.read(customer) == first
    assert problem(app.submit(customer)) == (409, 2302)
    app.control("POST", f"/customers/{customer}/status", {"status": "failed"})
    assert problem(app.submit(customer, idempotency_key="k")) == (409, "idempotency_conflict")
    app.control("POST", "/reset")
    assert app.call("GET", f"/customers/{customer}").status_code == 404
    assert app.submit(app.customer(), idempotency_key="k").status_code == 202


def test_a_key_is_the_application_s_and_any_answer_uses_it_up() -> None:
    app, other = Application(), Application()
    one, two = app.customer(), app.customer()
    assert app.submit(one, {}, idempotency_key="k").status_code == 422
    assert problem(app.submit(two, idempotency_key="k")) == (409, "idempotency_conflict")
    assert problem(app.correct(two, idempotency_key="k")) == (409, "idempotency_conflict")
    assert other.submit(other.customer(), idempotency_key="k").status_code == 202
    assert app.call("GET", "/occupations", {"idempotency-key": "k"}).status_code == 200


def test_a_key_is_free_after_24_hours() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()
    app.submit(customer, idempotency_key="early")
    app.advance(60)
    app.submit(customer, idempotency_key="late")
    app.advance(24 * 3600 - 60.000001)
    assert problem(app.submit(customer, idempotency_key="early")) == (409, "idempotency_conflict")
    app.advance(0.000001)
    assert problem(app.submit(customer, idempotency_key="early")) == (422, 2306)
    assert problem(app.submit(customer, idempotency_key="late")) == (409, "idempotency_conflict")
    assert problem(app.submit(customer, idempotency_key="early")) == (409, "idempotency_conflict")


@pytest.mark.parametrize("same_key", [True, False])
def test_of_parallel_submissions_one_is_taken(same_key: bool) -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()

    def post(number: int) -> tuple[int, Any]:
        response = app.submit(customer, idempotency_key="k" if same_key else f"k{number}")
        return (202, None) if response.status_code == 202 else problem(response)

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(post, range(12)))
    assert outcomes.count((202, None)) == 1
    assert outcomes.count((409, "idempotency_conflict" if same_key else 2302)) == 11


def data(app: Application, path: str) -> list[dict[str, str]]:
    response = app.call("GET", path)
    assert response.status_code == 200, response.text
    rows: list[dict[str, str]] = response.json()["data"]
    return rows


def test_lookups() -> None:
    app = Application()
    states = {row["code"] for row in data(app, "/countries/us/subdivisions")}
    assert {"VA", "WA"} <= states
    regions = {row["code"] for row in data(app, "/countries/GB/subdivisions")}
    assert "ENG" in regions
    assert "VA" not in regions
    assert data(app, "/countries/AQ/subdivisions") == []
    occupations = [row["value"] for row in data(app, "/occupations")]
    assert {"legislators_and_senior_officials", "software_and_applications_developers_and_analysts"} <= set(occupations)
    assert len(occupations) == len(set(occupations)) == 131
    assert "director" in {row["value"] for row in data(app, "/job-titles")}
    industries = [{row["value"] for row in data(app, f"/countries/{code}/industries")} for code in ("US", "GB")]
    assert industries[0] - industries[1]
    assert industries[1] - industries[0]
    for kind in ("subdivisions", "industries"):
        assert list(app.call("GET", f"/countries/QZ/{kind}").json()["errors"]) == ["country"]


def test_another_application_s_customer_is_not_there() -> None:
    app, other = Application(), Application()
    customer = app.customer(status="action_required")
    before = app.read(customer)
    for method in ("POST", "GET", "PATCH"):
        content = json.dumps(american()).encode() if method != "GET" else None
        mine = other.call(method, f"/customers/{customer}/onboarding", content=content)
        nobody = other.call(method, "/customers/cus_nobody/onboarding", content=content)
        assert (mine.status_code, mine.text) == (nobody.status_code, nobody.text) == (404, nobody.text)
    assert other.call("GET", f"/customers/{customer}").status_code == 404
    assert app.read(customer) == before


def test_a_customer_is_created_and_then_signs() -> None:
    app = Application()
    body = {"type": "individual", "email": "a@example.com", "first_name": "A", "last_name": "B"}
    made = app.call("POST", "/customers", json=body)
    assert made.status_code == 201
    shown = made.json()["data"]
    assert (shown["status"], shown["has_signed_agreement"], len(shown["uuid"])) == ("deactivated", False, 44)
    assert problem(app.submit(shown["uuid"])) == (403, 2103)
    app.control("PATCH", f"/customers/{shown['uuid']}", {"signed": True})
    assert problem(app.submit(shown["uuid"])) == (403, 2002)
    app.control("PATCH", f"/customers/{shown['uuid']}", {"active": True})
    assert app.submit(shown["uuid"]).status_code == 202
    assert app.call("GET", f"/customers/{shown['uuid']}").json()["data"]["status"] == "verifying"
    ready = Application(settings={"signed_on_creation": True})
    assert ready.submit(ready.call("POST", "/customers", json=body).json()["data"]["uuid"]).status_code == 202


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "person"}, "type"),
        ({"email": "nowhere"}, "email"),
        ({"first_name": None}, "first_name"),
        ({"last_name": "x" * 256}, "last_name"),
        ({"type": "business"}, "company_name"),
        ({"phone_country_code": "USA"}, "phone_country_code"),
        ({"birth_date": "1990-02-30"}, "birth_date"),
    ],
)
def test_a_bad_customer_is_refused(change: dict[str, Any], field: str) -> None:
    body = {"type": "individual", "email": "a@example.com", "first_name": "A", "last_name": "B"} | change
    response = Application().call("POST", "/customers", json=body)
    assert (response.status_code, list(response.json()["errors"])) == (422, [field])


def test_the_demo_application_works_at_once() -> None:
    headers = {"x-api-key": "demo-key", "idempotency-key": "demo of this test"}
    body = {"type": "business", "email": "a@example.com", "company_name": "A"}
    made = http().post("/harbor/api/v1/customers", json=body, headers=headers)
    assert made.json()["data"]["has_signed_agreement"] is True
