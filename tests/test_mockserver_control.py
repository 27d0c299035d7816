"""The control API: tenants kept apart, refusals that help, wrappers, the journal, the page."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockserver.http import Request, Response
from mockserver.journal import Journal
from mockserver.wrappers import Active, CallNext, Variant, Wrapping, by_name
from tests.mockserver_kit import ABSENT, Client, edited, http, licence, person, terms_of

STOPPED = {"mode": "stopped", "now": "2026-03-10T12:00:00Z"}


def test_it_says_what_it_is() -> None:
    about = http().get("/control").json()
    assert (about["name"], about["providers"]) == ("railproof-mockserver", ["fincom", "harbor", "mbanq", "omnumi"])


def test_faults_and_variants_are_listed() -> None:
    faults = http().get("/control/faults?provider=fincom").json()
    assert {"name", "provider", "rules", "says"} == set(faults[0])
    variants = http().get("/control/variants").json()
    assert {"name", "provider", "ambiguity", "about", "says"} == set(variants[0])
    for rows in (faults, variants):
        assert len({(row["provider"], row["name"]) for row in rows}) == len(rows)
    assert http().get("/control/faults?provider=fincon").status_code == 422


def test_tenants_are_worlds_of_their_own() -> None:
    one, other = Client(clock=STOPPED), Client()
    customer_id = one.create()["customer_id"]
    body = licence(one.upload(customer_id), "x")
    assert other.call("GET", f"/v2/customers/{customer_id}").status_code == 404
    assert other.attach(customer_id, body).status_code == 404
    files = [("f", ("a.pdf", b"%PDF-1.4"))]
    assert other.call("POST", "/v1/customers/upload", data={"customer_id": customer_id}, files=files).status_code == 404
    mine, terms = (made := other.create())["customer_id"], terms_of(made)
    refused = other.attach(mine, licence(body["address_documents"][0]["files"][0]["uri"].split() * 4, terms))
    assert refused.status_code == 400
    assert one.control("GET", "/clock")["now"] == "2026-03-10T12:00:00.000000Z"
    assert other.control("GET", "/clock")["now"] > "2026-03-11"
    assert one.control("GET", "/journal/count?path=/v2/customers/individual&method=post")["count"] == 1
    assert other.refused("GET", f"/customers/{customer_id}")[:2] == (404, "unknown_customer")


@pytest.mark.parametrize(
    ("wish", "hint"),
    [
        ({}, "provider"),
        ({"provider": "fincon"}, "did you mean 'fincom'"),
        ({"provider": "fincom", "faults": ["accepts_expired_pasport"]}, "did you mean 'accepts_expired_passport'"),
        ({"provider": "fincom", "faults": ["attach_checks_then_acts"] * 2}, "twice"),
        ({"provider": "fincom", "faults": [{"name": "attach_checks_then_acts", "first": 0}]}, "first"),
        ({"provider": "fincom", "variants": ["create_answers_200"]}, "did you mean 'create_answers_201'"),
        ({"provider": "fincom", "settings": {"relience": True}}, "did you mean 'reliance'"),
        ({"provider": "fincom", "settings": {"reliance": "yes"}}, "bool"),
        ({"provider": "fincom", "settings": {"token_seconds": -1}}, ">= 1"),
        ({"provider": "fincom", "clock": {"now": "yesterday"}}, "2026-01-31T12:00:00Z"),
        ({"provider": "fincom", "clock": {"now": "9999-01-01T00:00:00Z"}}, "1970 to 9000"),
        ({"provider": "fincom", "clock": {"mode": "fast"}}, "fast"),
        ({"provider": "fincom", "webhook": {"url": "nowhere"}}, "http://HOST:PORT/PATH"),
        ({"provider": "fincom", "faluts": []}, "did you mean 'faults'"),
        ([], "object"),
    ],
)
def test_a_wish_that_cannot_be_granted_makes_nothing(wish: object, hint: str) -> None:
    before = len(http().get("/control/tenants").json())
    response = http().post("/control/tenants", json=wish)
    assert response.status_code == 422
    assert hint in response.json()["error"]["message"]
    assert len(http().get("/control/tenants").json()) == before


def test_bad_calls_are_told_the_way_out() -> None:
    client = Client()
    assert http().post("/control/tenants", content=b"{").status_code == 400
    assert http().get("/control/nothing").status_code == 404
    assert http().put("/control").status_code == 405
    assert http().get("/control/tenants/nobody/clock").json()["error"]["code"] == "unknown_tenant"
    assert "attach" in client.refused("PUT", "/holds/atach")[2]
    assert client.refused("POST", "/clock/advance", {"seconds": -1})[0] == 422
    assert client.refused("POST", "/clock/advance", {})[0] == 422
    assert client.refused("POST", "/clock/advance", {"seconds": 1e15})[0] == 422
    assert client.refused("PATCH", "/clock", {"mode": "backwards"})[0] == 422
    assert client.refused("PATCH", "/settings", ["x"])[0] == 422
    assert client.refused("POST", "/customers", {"status": "APROVED"})[0] == 422
    assert client.refused("POST", "/deliveries/7/resend")[:2] == (404, "unknown_delivery")
    assert client.refused("GET", "/journal?limit=many")[0] == 422


def test_a_page_of_another_site_may_not_steer() -> None:
    response = http().post("/control/tenants", json={"provider": "fincom"}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403


def test_settings_change_one_by_one() -> None:
    client = Client(settings={"reliance": True})
    assert client.control("PATCH", "/settings", {"selfie_required": True})["reliance"] is True
    assert client.control("GET", "/settings")["selfie_required"] is True
    assert client.call("POST", "/v2/customers/individual", json={**person(), "verification_type": "RELIANCE"}).is_success
    assert client.refused("PATCH", "/settings", {"selfie": True})[2].startswith("Unknown setting 'selfie'; did you mean")


def test_the_clock_can_be_stopped_and_let_go() -> None:
    client = Client()
    stopped = client.control("PATCH", "/clock", {"mode": "stopped"})
    assert client.control("GET", "/clock") == stopped
    client.control("POST", "/clock/advance", {"seconds": 3600})
    running = client.control("PATCH", "/clock", {"mode": "running"})
    assert running["mode"] == "running"
    assert client.control("GET", "/clock")["now"] > running["now"] > stopped["now"]


def test_reset_forgets_all_but_the_credentials() -> None:
    client = Client(settings={"reliance": True}, faults=["accepts_expired_passport"])
    customer_id, body = client.ready()
    client.control("PATCH", "/settings", {"reliance": False})
    client.control("PUT", "/holds/attach")
    client.attach(customer_id, body)
    client.control("POST", "/reset")
    assert client.call("GET", f"/v2/customers/{customer_id}").status_code == 404
    assert client.control("GET", "/clock")["pending"] == 0
    assert client.control("GET", "/settings")["reliance"] is True
    assert client.control("GET", "/faults") == client.control("GET", "/holds") == client.control("GET", "/deliveries") == []
    assert client.create()["customer_id"] != customer_id


def test_a_deleted_tenant_is_gone() -> None:
    client = Client()
    client.control("DELETE", "")
    assert client.call("GET", "/v1/occupations").status_code == 401
    assert client.refused("GET", "/clock")[0] == 404


def expired_passport(client: Client) -> tuple[str, dict[str, Any]]:
    customer_id, body = client.ready()
    [uri] = client.upload(customer_id, 1)
    passport = {"type": "PASSPORT", "number": "P1", "country": "USA", "expiry_date": "2020-01-01", "files": [{"uri": uri}]}
    return customer_id, edited(edited(body, "identifying_documents.1", passport), "identifying_documents.0", ABSENT)


def test_a_fault_lies_about_one_thing_and_counts() -> None:
    client = Client(faults=[{"name": "accepts_expired_passport", "first": 1}])
    hits = [{"name": "accepts_expired_passport", "first": 1, "hits": 0}]
    good_id, good = client.ready()
    assert client.attach(good_id, good).status_code == 200
    assert client.control("GET", "/faults") == hits
    statuses = [client.attach(*expired_passport(client)).status_code for _ in range(2)]
    assert statuses == [200, 400]
    assert client.control("GET", "/faults")[0]["hits"] == 1
    client.control("PUT", "/faults", {"faults": ["accepts_expired_passport"]})
    assert client.attach(*expired_passport(client)).status_code == 200
    assert client.control("DELETE", "/faults") == []
    assert client.attach(*expired_passport(client)).status_code == 400


def test_a_variant_reads_otherwise() -> None:
    client = Client(variants=["create_answers_201"])
    assert client.call("POST", "/v2/customers/individual", json=person()).status_code == 201
    client.control("PUT", "/variants", {"variants": ["attach_refuses_fields_with_422"]})
    customer_id, _ = client.ready()
    assert client.attach(customer_id, {}).status_code == 422
    assert client.control("GET", "/variants")[0]["hits"] == 1
    client.control("DELETE", "/variants")
    assert client.attach(customer_id, {}).status_code == 400


def test_wrappers_nest_with_the_first_outermost() -> None:
    def stamp(letter: str) -> Active:
        async def wrapped(_: object, request: Request, call_next: CallNext) -> Response:
            response = await call_next(request.with_header("x", request.headers.get("x", "") + letter))
            return Response(response.status, {}, response.body + letter.encode())

        return Active(Variant(name=letter, provider="p", says="", ambiguity="", on_request=wrapped))

    async def honest(request: Request) -> Response:
        return Response(200, {}, request.headers["x"].encode())

    wrapping = Wrapping([stamp("a"), stamp("b")])
    response = asyncio.run(wrapping.answer(None, Request("GET", "/"), honest))  # type: ignore[arg-type]  # not looked at
    assert response.body == b"abba"
    assert [active.hits for active in wrapping.active] == [1, 1]


def test_names_of_wrappers_are_unique() -> None:
    twin = Variant(name="a", provider="p", says="", ambiguity="")
    with pytest.raises(ValueError, match="'a'"):
        by_name([twin, twin])


def test_the_address_may_name_the_tenant_but_opens_no_door() -> None:
    client = Client()
    path = client.made["base_path"] + "/v1/occupations"
    assert http().get(path).status_code == 401
    assert client.control("GET", "/journal/count?status=401")["count"] == 1
    assert http().get(path, headers={"authorization": client.bearer}).status_code == 200
    assert http().get("/~nobody/fincom/v1/occupations").status_code == 401


def test_requests_of_nobody_are_shown() -> None:
    before = http().get("/control/strays").json()
    http().get("/fincom/v1/occupations", headers={"authorization": "Bearer typo"})
    after = http().get("/control/strays").json()
    assert after["entries"][-1]["path"] == "/fincom/v1/occupations"
    assert len(after["entries"]) + after["dropped"] == len(before["entries"]) + before["dropped"] + 1


def test_the_journal_finds_and_counts() -> None:
    client = Client()
    client.create()
    client.call("POST", "/v2/customers/individual", json={})
    client.call("GET", "/v1/occupations")
    entries = client.control("GET", "/journal")["entries"]
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("POST", "/fincom/v2/customers/individual", 200),
        ("POST", "/fincom/v2/customers/individual", 422),
        ("GET", "/fincom/v1/occupations", 200),
    ]
    assert "Validation failed" in entries[1]["response_body"]
    counts = {
        query: client.control("GET", f"/journal/count?{query}")["count"] for query in ("status=4xx", "method=GET", "path=*/individual", "")
    }
    assert counts == {"status=4xx": 1, "method=GET": 1, "path=*/individual": 2, "": 3}
    assert [entry["id"] for entry in client.control("GET", "/journal?limit=1")["entries"]] == [3]


def test_the_journal_keeps_no_secrets_and_no_files() -> None:
    client = Client()
    known = {name: client.made["credentials"][name] for name in ("client_id", "client_secret")}
    pair = client.call("POST", "/v1/oauth/token", json=known).json()
    client.call("POST", "/v1/oauth/refresh-token", json={"refresh_token": pair["refresh_token"]})
    client.upload(client.create()["customer_id"])
    text = http().get(f"/control/tenants/{client.id}/journal").text
    planted = [pair["access_token"], pair["refresh_token"], known["client_secret"], client.bearer, "%PDF"]
    assert [secret for secret in planted if secret in text] == []
    assert text.count("(not kept)") >= 4


def test_the_journal_is_bounded_and_counts_what_it_dropped() -> None:
    journal = Journal(limit=3)
    for number in range(5):
        journal.record(0, 0, f"/{number}", Request("GET", "/", body=b"x" * 9000), Response(200))
    assert [entry.path for entry in journal.entries] == ["/2", "/3", "/4"]
    assert journal.dropped == 2
    assert len(journal.entries[0].request_body) < 2100


def test_waiting_for_requests() -> None:
    client = Client()
    query = "path=/v1/occupations&count=2"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.control, "GET", f"/journal/wait?{query}&timeout=10")
        client.call("GET", "/v1/occupations")
        time.sleep(0.05)
        assert not waiting.done()
        client.call("GET", "/v1/occupations")
        assert waiting.result(5)["count"] == 2
    status, code, message = client.refused("GET", "/journal/wait?count=9&timeout=0.01")
    assert (status, code) == (408, "timeout")
    assert "2 of 9" in message


def test_the_page_shows_everything_and_escapes_it() -> None:
    client = Client(name="<i>shop</i>", faults=["accepts_expired_passport"], webhook={"url": "http://127.0.0.1:1/"})
    client.control("PUT", "/holds/attach")
    client.create(edited(person(), "basic_info.last_name", "<script>alert(1)</script>"))
    client.control("POST", "/clock/advance", {"seconds": 5})
    page = http().get("/control", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "&lt;i&gt;shop" in page.text
    for shown in ("accepts_expired_passport", "attach is held", "ConnectError", "/fincom/v2/customers/individual", "INCOMPLETE"):
        assert shown in page.text
    assert not [mark for mark in ("src=", "href=", "@import", "url(") if mark in page.text]
