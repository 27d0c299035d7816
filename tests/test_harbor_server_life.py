"""The life of an onboarding on the Harbor server: steps, statuses, corrections, events, files and their sizes."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.embedded import Embedded
from mockserver.harbor.lifecycle import ALLOWED, EVENTS, STATUSES
from tests.harbor_kit import FILE, STOPPED, Application, american, british, company, encoded
from tests.mockserver_kit import ABSENT, PNG, Inbox, edited, http, inbox

MEGABYTE = 2**20
LIMIT = 10 * MEGABYTE
FRONT = "individual.identity_document.front"
PROOFS = "individual.proof_of_address.files"


def test_an_onboarding_is_processed_and_then_reviewed() -> None:
    app = Application(clock=STOPPED, settings={"processing_seconds": 10, "review_seconds": 60})
    customer = app.customer()
    assert app.call("GET", f"/customers/{customer}/onboarding").status_code == 404
    assert app.correct(customer).status_code == 404
    made = app.submit(customer).json()["data"]
    assert made["id"].startswith("onb_")
    assert (made["status"], made["submitted_at"], made["customer_id"]) == ("processing", None, customer)
    assert app.advance(9.999999) == 0
    assert app.advance(0.000001) == 1
    assert app.read(customer) == {**made, "status": "submitted", "submitted_at": app.read(customer)["updated_at"]} | {
        "updated_at": "2026-03-10T12:00:10.000000Z"
    }
    app.advance(60)
    assert app.read(customer)["status"] == "verified"
    known = app.control("GET", f"/customers/{customer}")
    assert [step["status"] for step in known["onboardings"][0]["history"]] == ["processing", "submitted", "verified"]
    assert known["onboardings"][0]["sections"]["individual"]["ssn"] == "012345678"
    assert app.advance(86400) == 0
    refused = app.submit(customer)
    assert (refused.status_code, refused.json()["code"]) == (422, 2306)


def test_a_running_clock_goes_on_by_itself() -> None:
    app = Application(settings={"processing_seconds": 0.02, "review_seconds": 0.02})
    customer = app.customer()
    app.submit(customer)
    end = time.monotonic() + 5
    while app.read(customer)["status"] != "verified":
        assert time.monotonic() < end, "the onboarding was never reviewed"


def test_steps_can_be_held_and_a_review_can_wait_for_a_person() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()
    for step, status in (("processing", "processing"), ("review", "submitted")):
        app.control("PUT", f"/holds/{step}")
        if step == "processing":
            app.submit(customer)
        app.advance(3600)
        assert app.read(customer)["status"] == status
        if step == "processing":
            app.control("PUT", "/holds/review")
        app.control("DELETE", f"/holds/{step}")
        app.advance(10)
    assert app.read(customer)["status"] == "verified"
    manual = Application(clock=STOPPED, settings={"review": "manual"})
    customer = manual.customer()
    manual.submit(customer)
    manual.advance(3600)
    assert manual.read(customer)["status"] == "submitted"
    assert "processing, review" in manual.refused("PUT", "/holds/attach")[2]


def test_processing_can_be_made_to_end_badly() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()
    assert app.refused("POST", f"/customers/{customer}/fail-processing")[:2] == (409, "no_onboarding")
    app.submit(customer)
    app.control("POST", f"/customers/{customer}/fail-processing")
    app.advance(1)
    shown = app.read(customer)
    assert shown["status"] == "action_required"
    [requirement] = shown["pending_requirements"]
    assert set(requirement) == {"source", "description"}
    assert app.correct(customer).status_code == 202
    app.control("POST", f"/customers/{customer}/fail-processing", {"status": "failed"})
    app.advance(1)
    assert app.read(customer)["status"] == "failed"
    assert app.refused("POST", f"/customers/{customer}/fail-processing")[:2] == (409, "nothing_in_processing")
    again = app.submit(customer).json()["data"]
    assert again["id"] != shown["id"]
    assert app.read(customer) == again
    app.advance(2)
    assert app.read(customer)["status"] == "verified"


ON_POST = {"processing": 2302, "submitted": 2302, "action_required": 2302, "verified": 2306, "rejected": 2002, "failed": None}
ON_PATCH = {"processing": 2305, "submitted": 2303, "action_required": None, "verified": 2303, "rejected": 2303, "failed": 2303}


@pytest.mark.parametrize("kind", ["individual", "business"])
@pytest.mark.parametrize("status", STATUSES)
def test_each_status_rests_and_answers_as_the_document_says(status: str, kind: str) -> None:
    app = Application(clock=STOPPED)
    body: Any = american() if kind == "individual" else company()
    for method, codes in ((app.submit, ON_POST), (app.correct, ON_PATCH)):
        customer = app.customer(status=status, type=kind)
        app.advance(3600)
        before = app.read(customer)
        assert before["status"] == status
        assert ("pending_requirements" in before) is (status == "action_required")
        response = method(customer, body)
        assert response.json().get("code") == codes[status]
        assert response.status_code == {None: 202, 2306: 422, 2002: 403}.get(codes[status], 409)
        after = app.read(customer)
        assert after == before if codes[status] else after["status"] == "processing"


def test_forced_transitions_keep_to_the_table() -> None:
    app = Application(clock=STOPPED)
    for before in STATUSES:
        for after in STATUSES:
            customer = app.customer(status=before)
            path = f"/control/tenants/{app.id}/customers/{customer}/status"
            response = http().post(path, json={"status": after})
            allowed = before == after or (before, after) in ALLOWED
            assert response.status_code == (200 if allowed else 409), (before, after, response.text)
            assert http().post(path, json={"status": after, "force": True}).status_code == 200
    said = app.refused("POST", f"/customers/{app.customer(status='verified')}/status", {"status": "failed"})
    assert "allowed from there: none" in said[2]
    wish = {"status": "failed", "requirements": [{"source": "a", "description": "b"}]}
    assert app.refused("POST", f"/customers/{app.customer(status='processing')}/status", wish)[:2] == (422, "no_requirements")
    assert app.refused("GET", "/customers/cus_nobody")[:2] == (404, "unknown_customer")
    assert app.refused("POST", "/customers", {"status": "declined"})[0] == 422


def test_a_forced_status_makes_the_queued_step_void() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()
    app.submit(customer)
    app.control("POST", f"/customers/{customer}/status", {"status": "action_required"})
    app.advance(10)
    assert app.read(customer)["status"] == "action_required"


def test_a_correction_replaces_the_section_whole() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer()
    app.submit(customer, edited(american(), "individual.identity_document.back", FILE))
    wish = {"status": "action_required", "requirements": [{"source": "provider_error", "description": "front is blurred"}]}
    app.control("POST", f"/customers/{customer}/status", wish)
    before = app.read(customer)
    assert before["pending_requirements"] == wish["requirements"]
    incomplete: list[Any] = [{}, {"individual": None}, {"individual": {}}, {"individual": {"ssn": "012345678"}}]
    assert [app.correct(customer, body).status_code for body in incomplete] == [422] * 4
    for field in american()["individual"]:
        refused = app.correct(customer, edited(american(), f"individual.{field}", ABSENT))
        assert list(refused.json()["errors"]) == [f"individual.{field}"]
    assert app.read(customer) == before
    assert app.correct(customer, british()).status_code == 202
    assert app.correct(customer, british()).json()["code"] == 2305
    app.advance(2)
    after = app.read(customer)
    assert (after["status"], after["id"]) == ("verified", before["id"])
    kept = app.control("GET", f"/customers/{customer}")["onboardings"][0]["sections"]["individual"]
    assert "ssn" not in kept
    assert "back" not in kept["identity_document"]


def test_a_business_may_correct_one_section() -> None:
    app = Application(clock=STOPPED)
    customer = app.customer(type="business")
    app.submit(customer, company())
    app.control("POST", f"/customers/{customer}/status", {"status": "action_required"})
    assert app.correct(customer, {}).status_code == 422
    assert app.correct(customer, {"company": {"industry": "manufacturing"}}).status_code == 422
    assert app.correct(customer, {"company": {**company()["company"], "description": "Cakes"}}).status_code == 202
    sections = app.control("GET", f"/customers/{customer}")["onboardings"][0]["sections"]
    assert sections["company"]["description"] == "Cakes"
    assert len(sections["company_files"]) == 6


@pytest.mark.parametrize(
    ("issued", "status"), [("2025-12-10", "submitted"), ("2025-12-09", "action_required"), ("0000-00-00", "submitted")]
)
def test_old_proofs_of_address_are_found(issued: str, status: str) -> None:
    app = Application(clock=STOPPED, settings={"review": "manual"})
    customer = app.customer()
    proof = encoded(b"%PDF-1.4\n(Date of issue: " + issued.encode() + b")\n%%EOF")
    app.submit(customer, edited(american(), PROOFS, [FILE, proof]))
    app.advance(1)
    shown = app.read(customer)
    assert shown["status"] == status
    if status == "action_required":
        assert "proof_of_address.files.1" in shown["pending_requirements"][0]["description"]


def events(box: Inbox) -> list[tuple[str, str, str]]:
    read = [json.loads(body) for _, body in box.came]
    return [(event["event"], event["data"]["customer_id"], event["data"]["status"]) for event in read]


def test_events_tell_what_was_reached_and_are_signed() -> None:
    with inbox() as box:
        app = Application(clock=STOPPED, webhook={"url": box.url})
        customer = app.customer()
        app.submit(customer, {})
        app.submit(customer)
        app.advance(0)
        assert box.came == []
        app.advance(1)
        app.advance(1)
        statuses = ["submitted", "verified"]
        assert events(box) == [(f"customer_onboarding.{status}", customer, status) for status in statuses]
        for headers, raw in box.came:
            at, _, digest = headers["harbor-signature"].partition(",")
            secret = app.made["webhook_secret"].encode()
            assert digest == "v1=" + hmac.new(secret, at[2:].encode() + b"." + raw, hashlib.sha256).hexdigest()
        other = app.customer(status="processing")
        app.control("POST", f"/customers/{other}/status", {"status": "action_required"})
        app.advance(0)
        assert events(box)[-1] == ("customer_onboarding.action_required", other, "action_required")


def test_only_wanted_events_are_sent() -> None:
    with inbox() as box:
        app = Application(clock=STOPPED, webhook={"url": box.url, "types": ["customer_onboarding.r*", "customer_onboarding.failed"]})
        for status in STATUSES:
            app.customer(status=status)
        app.advance(0)
        assert sorted(kind for kind, _, _ in events(box)) == ["customer_onboarding.failed", "customer_onboarding.rejected"]
        app.control("PUT", "/webhook", {"url": box.url})
        app.customer(status="rejected")
        app.advance(0)
        assert len(box.came) == 4
        message = app.refused("PUT", "/webhook", {"url": box.url, "types": ["customer_onboarding.declined"]})[2]
        assert all(name in message for name in EVENTS)


GOOD = encoded(PNG)
BAD_FILES = {
    "text": encoded(b"plain text"),
    "gif": encoded(b"GIF89a" + b"\0" * 30),
    "zip": encoded(b"PK\x03\x04" + b"\0" * 30),
    "empty": "",
    "no base64": "@@@",
    "more padding": GOOD.rstrip("=") + "===",
    "a quad of padding": GOOD.rstrip("=") + "====",
    "less padding": GOOD + "AA",
    "data uri": f"data:image/png;base64,{GOOD}",
    "line break": f"{GOOD[:8]}\n{GOOD[8:]}",
    "url-safe": encoded(PNG + b"\xff\xff\xff").replace("/", "_"),
    "no ascii": "é" + GOOD,
    "number": 7,
    "object": {},
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize("field", [FRONT, "individual.identity_document.back", f"{PROOFS}.1"])
def test_bad_files_are_refused(content: object, field: str) -> None:
    app = Application()
    body = edited(edited(american(), PROOFS, [GOOD, GOOD]), field, content)
    response = app.submit(app.customer(), body)
    assert (response.status_code, list(response.json()["errors"])) == (422, [field])


def sized(size: int) -> str:
    return encoded(PNG + bytes(size - len(PNG)))


@pytest.fixture(scope="module")
def edge() -> str:
    return sized(LIMIT)


def test_a_file_may_have_ten_megabytes_and_not_a_byte_more(edge: str) -> None:
    app = Application()
    customer = app.customer()
    for field in (FRONT, f"{PROOFS}.0"):
        response = app.submit(customer, edited(american(), field, sized(LIMIT + 1)))
        assert (response.status_code, list(response.json()["errors"])) == (422, [field])
    assert app.submit(customer, edited(american(), FRONT, edge)).status_code == 202


def heavy(edge: str, rest: int) -> dict[str, Any]:
    return edited(edited(american(), PROOFS, [edge] * 4 + [sized(LIMIT - rest)]), FRONT, sized(rest))


def test_a_request_may_have_fifty_megabytes_and_not_a_byte_more(edge: str) -> None:
    app = Application()
    customer = app.customer(status="action_required")
    over = heavy(edge, 1000)
    over["individual"]["identity_document"]["front"] = sized(1001)
    response = app.correct(customer, over)
    assert (response.status_code, list(response.json()["errors"])) == (422, ["individual"])
    assert app.correct(customer, heavy(edge, 1000)).status_code == 202
    journal = http().get(f"/control/tenants/{app.id}/journal").text
    assert journal.count("(not kept)") >= 4
    assert len(journal) < 20_000
    assert encoded(PNG)[:20] not in journal


def test_files_that_nobody_needs_count_too(edge: str) -> None:
    app = Application()
    body = edited(british(), "individual.proof_of_address", {"country": "GB", "files": [edge] * 5})
    response = app.submit(app.customer(), body)
    assert (response.status_code, list(response.json()["errors"])) == (422, ["individual"])


def test_a_body_beyond_all_bounds_is_read_to_its_end_and_refused() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(113):
            yield bytes(MEGABYTE)

    response = Application().call("POST", "/customers/cus_nobody/onboarding", content=endless())
    assert response.status_code == 413


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    wish = {"provider": "harbor", "clock": STOPPED}
    with Embedded("--state", state) as server:
        made = http().post(f"{server.url}/control/tenants", json=wish).json()
        tenant, headers = f"/control/tenants/{made['tenant']}", {"x-api-key": made["credentials"]["api_key"], "idempotency-key": "k"}
        customer = http().post(f"{server.url}{tenant}/customers").json()["customer_id"]
        path = f"/harbor/api/v1/customers/{customer}/onboarding"
        assert http().post(f"{server.url}{path}", json=american(), headers=headers).status_code == 202
    assert GOOD.encode() not in Path(state).read_bytes()
    with Embedded("--state", state) as server:
        assert http().post(f"{server.url}{path}", json=american(), headers=headers).json()["error_type"] == "idempotency_conflict"
        http().post(f"{server.url}{tenant}/clock/advance", json={"seconds": 2})
        assert http().get(f"{server.url}{path}", headers=headers).json()["data"]["status"] == "verified"


def test_the_page_shows_customers_and_no_files() -> None:
    app = Application()
    customer = app.customer(signed=False)
    app.submit(customer)
    app.customer(type="business", status="action_required")
    page = http().get("/control", headers={"accept": "text/html"}).text
    assert "not signed" in page
    assert "Ready Made Ltd" in page
    assert customer in page
