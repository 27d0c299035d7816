"""Mutations of the mock server: each act by HTTP, with its hits, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mockserver_kit import Client, http, inbox, person

CREATE = {"method": "POST", "path": "/v2/customers/individual"}
READ = {"method": "GET", "path": "/v2/customers/(?P<customer_id>[^/]+)"}
ATTACH = {"method": "POST", "path": "/v2/customers/(?P<customer_id>[^/]+)/individual/attach"}
STOPPED = {"mode": "stopped", "now": "2026-03-10T12:00:00Z"}


def mutated(act: str, **parts: Any) -> Client:
    """A tenant with one mutation on."""
    return Client(clock=STOPPED, mutations=[{"act": act, "name": "m", **parts}])


def hits(client: Client) -> int:
    [row] = client.control("GET", "/mutations")
    assert row["name"] == "m"
    number: int = row["hits"]
    return number


@pytest.mark.parametrize(
    ("change", "status", "content_type", "data"),
    [
        ({"status": 202}, 202, "application/json", {"customer_id", "tos_policies_url"}),
        ({"content_type": "text/html"}, 200, "text/html", {"customer_id", "tos_policies_url"}),
        ({"edits": [{"do": "drop", "at": "data.customer_id"}]}, 200, "application/json", {"tos_policies_url"}),
        ({"edits": [{"do": "rename", "at": "data.customer_id", "value": "id"}]}, 200, "application/json", {"id", "tos_policies_url"}),
    ],
)
def test_an_answer_is_changed(change: dict[str, Any], status: int, content_type: str, data: set[str]) -> None:
    client = mutated("change-answer", place=CREATE, statuses=[200], **change)
    answer = client.call("POST", "/v2/customers/individual", json=person())
    assert (answer.status_code, answer.headers["content-type"]) == (status, content_type)
    assert set(answer.json()["data"]) == data
    assert hits(client) == 1


def test_values_of_all_entries_of_a_list_are_set() -> None:
    place = {"method": "GET", "path": "/v1/occupations"}
    client = mutated("change-answer", place=place, edits=[{"do": "set", "at": "data.occupations.*.id", "value": None}])
    entries = client.call("GET", "/v1/occupations").json()["data"]["occupations"]
    assert entries
    assert {entry["id"] for entry in entries} == {None}


def test_other_requests_statuses_and_absent_keys_are_left_alone() -> None:
    edits = [{"do": "drop", "at": "data.customer_id"}]
    client = mutated("change-answer", place=CREATE, statuses=[400], edits=edits)
    assert client.create()["customer_id"]
    client.control("PUT", "/mutations", {"mutations": [{"act": "change-answer", "name": "m", "place": READ, "edits": edits}]})
    assert client.create()["customer_id"]
    absent = [{"do": "set", "at": "data.nobody", "value": 1}]
    client.control("PUT", "/mutations", {"mutations": [{"act": "change-answer", "name": "m", "place": CREATE, "edits": absent}]})
    assert "nobody" not in client.create()
    assert hits(client) == 0


def test_a_read_shows_another_customer() -> None:
    client = mutated("answer-of-another", place=READ, statuses=[200], keep=["data.customer_id"])
    one, other = (client.create({**person(), "meta_data": {"reference": name}})["customer_id"] for name in ("one", "other"))
    client.control("POST", f"/customers/{one}/status", {"status": "REVIEWING"})
    assert client.status(one) == "REVIEWING"
    answer = client.call("GET", f"/v2/customers/{other}").json()["data"]
    assert (answer["customer_id"], answer["customer_status"]) == (other, "REVIEWING")
    assert hits(client) == 1


def test_a_read_shows_what_another_tenant_was_told() -> None:
    one = mutated("answer-of-another", place=READ, statuses=[200, 404], whose="tenant")
    other = mutated("answer-of-another", place=READ, statuses=[200, 404], whose="tenant")
    customer = one.create()["customer_id"]
    assert other.call("GET", f"/v2/customers/{customer}").status_code == 404
    one.status(customer)
    assert other.call("GET", f"/v2/customers/{customer}").json()["data"]["customer_id"] == customer
    assert (hits(one), hits(other)) == (0, 1)


def test_a_read_lags_one_write_behind() -> None:
    client = mutated("lag-behind", place=READ, reads="/v2/customers/{customer_id}", writes=[ATTACH])
    customer, body = client.ready()
    assert client.attach(customer, body).status_code == 200
    client.control("POST", "/clock/advance", {"seconds": 60})
    assert client.status(customer) == "INCOMPLETE"
    assert hits(client) == 1
    client.control("PUT", "/mutations", {"mutations": []})
    assert client.status(customer) != "INCOMPLETE"


def test_a_write_is_handled_twice_and_hits_only_if_taken_twice() -> None:
    client = mutated("handle-twice", place=CREATE, without=["X-Key"])
    client.create()
    made = hits(client)
    client.control("PUT", "/mutations", {"mutations": [{"act": "handle-twice", "name": "m", "place": ATTACH}]})
    customer, body = client.ready()
    assert client.attach(customer, body).status_code == 200
    assert (made, hits(client)) == (1, 0)


def test_a_write_is_forgotten() -> None:
    client = mutated("forget-write", place=CREATE)
    made = client.create()
    assert client.call("GET", f"/v2/customers/{made['customer_id']}").status_code == 404
    assert hits(client) == 1


@pytest.mark.parametrize(
    ("how", "came", "signed"),
    [({"how": "never"}, 0, True), ({"how": "twice"}, 2, True), ({"how": "without-headers", "headers": ["X-Fin-Signature"]}, 1, False)],
)
def test_webhooks_go_wrong(how: dict[str, Any], came: int, signed: bool) -> None:
    with inbox() as box:
        mutation = {"act": "deliver", "name": "m", "types": "customer.created", **how}
        client = Client(clock=STOPPED, webhook={"url": box.url}, mutations=[mutation])
        client.create()
        client.control("POST", "/clock/advance", {"seconds": 1})
        assert len(box.came) == came
        assert all(("x-fin-signature" in headers) is signed for headers, _ in box.came)
        assert hits(client) == 1


def test_a_late_webhook_comes_after_the_next_one() -> None:
    with inbox() as box:
        mutation = {"act": "deliver", "name": "m", "types": "customer.created", "how": "late", "seconds": 30}
        client = Client(clock=STOPPED, webhook={"url": box.url}, mutations=[mutation])
        customer = client.create()["customer_id"]
        client.control("POST", f"/customers/{customer}/status", {"status": "REVIEWING"})
        client.control("POST", "/clock/advance", {"seconds": 60})
        assert [b"customer.created" in body for _, body in box.came] == [False, True]


@pytest.mark.parametrize(
    ("mutation", "hint"),
    [
        ({"act": "change-answers", "name": "m", "place": CREATE}, "act"),
        ({"act": "change-answer", "name": "m"}, "place"),
        ({"act": "change-answer", "name": "m", "place": {"method": "GET", "path": "("}}, "pattern"),
        ({"act": "deliver", "name": "m", "how": "seldom"}, "seldom"),
    ],
)
def test_a_mutation_that_makes_no_sense_is_refused(mutation: dict[str, Any], hint: str) -> None:
    status, _, message = Client().refused("PUT", "/mutations", {"mutations": [mutation]})
    assert status == 422
    assert hint in message
    assert http().post("/control/tenants", json={"provider": "fincom", "mutations": [mutation]}).status_code == 422


def test_faults_and_mutations_do_not_replace_each_other() -> None:
    client = mutated("forget-write", place=CREATE)
    client.control("PUT", "/faults", {"faults": ["accepts_expired_passport"]})
    client.control("DELETE", "/variants")
    assert len(client.control("GET", "/mutations")) == len(client.control("GET", "/faults")) == 1
    client.control("DELETE", "/mutations")
    assert len(client.control("GET", "/faults")) == 1
    assert client.control("GET", "/mutations") == []
