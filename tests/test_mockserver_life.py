"""The life of a Fin.com customer on the mock server: attach in flight, the clock, statuses, webhooks."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from mockserver.fincom.lifecycle import ALLOWED, ATTACHABLE, STATUSES
from mockserver.fincom.model import Version
from tests.mockserver_kit import Client, Inbox, inbox, licence, terms_of

STOPPED = {"mode": "stopped", "now": "2026-03-10T12:00:00Z"}


def test_an_attach_is_processed_after_its_time() -> None:
    client = Client(clock=STOPPED, settings={"processing_seconds": 10})
    customer_id, body = client.ready()
    assert client.attach(customer_id, body).status_code == 200
    assert client.control("POST", "/clock/advance", {"seconds": 9.999999})["ran"] == 0
    assert client.status(customer_id) == "INCOMPLETE"
    assert client.control("GET", "/clock")["pending"] == 1
    moved = client.control("POST", "/clock/advance", {"seconds": 0.000001})
    assert moved == {"now": "2026-03-10T12:00:10.000000Z", "ran": 1}
    assert client.status(customer_id) == "REVIEWING"
    known = client.control("GET", f"/customers/{customer_id}")
    assert known["documents"]["identifying_documents"] == body["identifying_documents"]
    assert known["history"][-1] == {"status": "REVIEWING", "at": "2026-03-10T12:00:10.000000Z"}


def test_a_running_clock_processes_by_itself() -> None:
    client = Client(settings={"processing_seconds": 0.05})
    customer_id, body = client.ready()
    client.attach(customer_id, body)
    end = time.monotonic() + 5
    while client.status(customer_id) != "REVIEWING":
        assert time.monotonic() < end, "the attach was never processed"


def test_a_held_step_waits_however_far_the_clock_moves() -> None:
    client = Client(clock=STOPPED)
    client.control("PUT", "/holds/attach")
    customer_id, body = client.ready()
    client.attach(customer_id, body)
    client.control("POST", "/clock/advance", {"seconds": 3000})
    assert client.control("GET", "/holds") == [{"step": "attach", "waiting": 1}]
    assert client.attach(customer_id, body).status_code == 409
    assert client.control("DELETE", "/holds/attach")["ran"] == 1
    assert client.status(customer_id) == "REVIEWING"
    assert client.attach(customer_id, body).status_code == 403


def released_together(client: Client, customer_id: str, body: dict[str, Any], count: int) -> list[int]:
    gate = Barrier(count)

    def post(_: int) -> int:
        client.status(customer_id)  # so that the connection is there before the gate opens
        gate.wait(10)
        return client.attach(customer_id, body).status_code

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(post, range(count)))


def test_of_twenty_parallel_attaches_one_is_taken() -> None:
    client = Client(clock=STOPPED)
    customer_id, body = client.ready()
    assert released_together(client, customer_id, body, 20) == [200] + [409] * 19
    client.control("POST", "/clock/advance", {"seconds": 1})
    history = client.control("GET", f"/customers/{customer_id}")["history"]
    assert [step["status"] for step in history] == ["INCOMPLETE", "REVIEWING"]


def test_the_race_fault_lets_several_in() -> None:
    client = Client(clock=STOPPED, faults=["attach_checks_then_acts"])
    customer_id, body = client.ready()
    assert released_together(client, customer_id, body, 8).count(200) > 1
    assert client.control("GET", "/faults")[0]["hits"] > 0


def test_the_lock_is_per_customer_and_freed() -> None:
    client = Client(clock=STOPPED)
    (first, body), (second, other) = client.ready(), client.ready()
    assert client.attach(first, body).status_code == 200
    assert client.attach(second, other).status_code == 200
    client.control("POST", "/clock/advance", {"seconds": 1})
    for _ in range(2):
        client.control("POST", f"/customers/{first}/status", {"status": "ACTION_REQUIRED", "reason": "Blurred"})
        shown = client.call("GET", f"/v2/customers/{first}").json()["data"]
        assert shown["rejection_reason"]["applicant"]["moderation_comment"] == "Blurred"
        assert client.attach(first, body).status_code == 200
        client.control("POST", "/clock/advance", {"seconds": 1})
        assert client.status(first) == "REVIEWING"
        assert client.call("GET", f"/v2/customers/{first}").json()["data"]["rejection_reason"] is None


def test_processing_can_be_made_to_fail() -> None:
    client = Client(clock=STOPPED)
    customer_id, body = client.ready()
    assert client.refused("POST", f"/customers/{customer_id}/fail-processing")[:2] == (409, "nothing_in_flight")
    client.attach(customer_id, body)
    client.control("POST", f"/customers/{customer_id}/fail-processing")
    client.control("POST", "/clock/advance", {"seconds": 1})
    assert client.status(customer_id) == "ACTION_REQUIRED"
    assert client.attach(customer_id, body).status_code == 200
    client.control("POST", "/clock/advance", {"seconds": 1})
    assert client.status(customer_id) == "REVIEWING"


@pytest.mark.parametrize("status", STATUSES["v2"])
def test_every_status_can_be_provisioned_and_attaches_as_the_document_says(status: str) -> None:
    client = Client()
    made = client.control("POST", "/customers", {"status": status})
    assert client.status(made["customer_id"]) == made["status"] == status
    body = licence(client.upload(made["customer_id"]), terms_of(made))
    expected = 200 if status in ATTACHABLE else 403
    assert client.attach(made["customer_id"], body).status_code == expected


@pytest.mark.parametrize("version", STATUSES)
def test_forced_transitions_keep_to_the_table(version: Version) -> None:
    client = Client()
    for before in STATUSES[version]:
        for after in STATUSES[version]:
            customer_id = client.control("POST", "/customers", {"status": before, "version": version})["customer_id"]
            path = f"/control/tenants/{client.id}/customers/{customer_id}/status"
            response = client.http.post(path, json={"status": after})
            allowed = before == after or (before, after) in ALLOWED[version]
            assert response.status_code == (200 if allowed else 409), (before, after, response.text)
            assert client.http.post(path, json={"status": after, "force": True}).status_code == 200


@pytest.mark.parametrize("version", STATUSES)
def test_every_status_is_within_reach(version: Version) -> None:
    reached = {"INCOMPLETE"}
    for _ in STATUSES[version]:
        reached |= {after for before, after in ALLOWED[version] if before in reached}
    assert reached == set(STATUSES[version])


def events(box: Inbox) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in box.came]


def test_webhooks_tell_what_happened_and_are_signed() -> None:
    with inbox() as box:
        client = Client(clock=STOPPED, webhook={"url": box.url})
        customer_id, body = client.ready()
        client.attach(customer_id, body)
        client.control("POST", "/clock/advance", {"seconds": 1})
        client.control("POST", f"/customers/{customer_id}/status", {"status": "APPROVED"})
        client.control("POST", f"/customers/{customer_id}/status", {"status": "APPROVED"})
        client.control("POST", "/clock/advance", {"seconds": 0})
        told = [(event["event"]["type"], event["data"]["customer_status"]) for event in events(box)]
        assert told == [("customer.created", "INCOMPLETE"), ("customer.status", "REVIEWING"), ("customer.status", "APPROVED")]
        for (headers, raw), event in zip(box.came, events(box), strict=True):
            secret = client.made["webhook_secret"].encode()
            assert headers["x-fin-signature-algorithm"] == "sha256"
            assert headers["x-fin-signature"] == hmac.new(secret, raw, hashlib.sha256).hexdigest()
            assert event["event"]["event_reference_id"] == event["data"]["customer_id"] == customer_id
            assert event["event"]["sandbox_mode"] is True
        assert len({event["event"]["id"] for event in events(box)}) == 3
        assert events(box)[1]["event"]["created_at"] == "2026-03-10T12:00:01.000000Z"


def test_refused_creates_are_not_told() -> None:
    with inbox() as box:
        client = Client(clock=STOPPED, webhook={"url": box.url})
        assert client.call("POST", "/v2/customers/individual", json={}).status_code == 422
        client.control("POST", "/clock/advance", {"seconds": 0})
        assert box.came == []


def test_deliveries_are_retried_until_2xx() -> None:
    with inbox() as box:
        box.answers = [500, 302, 204]
        client = Client(clock=STOPPED, webhook={"url": box.url})
        client.create()
        client.control("POST", "/clock/advance", {"seconds": 4})
        assert len(box.came) == 1
        client.control("POST", "/clock/advance", {"seconds": 301})
        [delivery] = client.control("GET", "/deliveries")
        assert delivery["state"] == "delivered"
        assert delivery["attempts"] == [
            {"at": "2026-03-10T12:00:00.000000Z", "status": 500},
            {"at": "2026-03-10T12:00:05.000000Z", "status": 302},
            {"at": "2026-03-10T12:05:05.000000Z", "status": 204},
        ]
        assert len({raw for _, raw in box.came}) == 1
        again = client.control("POST", f"/deliveries/{delivery['id']}/resend")
        assert len(again["attempts"]) == len(box.came) == 4


def test_deliveries_are_given_up_in_the_end() -> None:
    client = Client(clock=STOPPED, webhook={"url": "http://127.0.0.1:1/nobody"})
    client.create()
    client.control("POST", "/clock/advance", {"seconds": 86400})
    [delivery] = client.control("GET", "/deliveries")
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", 7)
    assert "ConnectError" in delivery["attempts"][0]["error"]
    assert client.control("GET", "/clock")["pending"] == 0


def test_events_stay_with_their_client() -> None:
    with inbox() as mine, inbox() as theirs:
        clients = [Client(clock=STOPPED, webhook={"url": box.url}) for box in (mine, theirs)]
        customers = [client.create()["customer_id"] for client in clients]
        for client in clients:
            client.control("POST", "/clock/advance", {"seconds": 0})
        assert [events(box)[0]["data"]["customer_id"] for box in (mine, theirs)] == customers
        assert len(mine.came) == len(theirs.came) == 1


def test_the_webhook_can_be_moved_and_given_a_secret() -> None:
    with inbox() as box:
        client = Client(clock=STOPPED)
        client.create()
        assert client.control("GET", "/deliveries") == []
        client.control("PUT", "/webhook", {"url": box.url, "secret": "s3cret"})
        client.create()
        client.control("POST", "/clock/advance", {"seconds": 0})
        [(headers, raw)] = box.came
        assert headers["x-fin-signature"] == hmac.new(b"s3cret", raw, hashlib.sha256).hexdigest()
        assert client.refused("PUT", "/webhook", {"url": "ftp://x"})[0] == 422
