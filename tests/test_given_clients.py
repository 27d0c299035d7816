"""Clients of Mbanq that no documented call makes ready: listed by their ids or made by a recipe, where there is no control API.

The bank stands behind a proxy that has one call of its own, as a bank's back office has: it makes a client ready, but for its gaps.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from harness.docket import CONFORMING
from harness.record import Verdict
from mockserver.embedded import Embedded
from tests.proxy import Passing, standing_before
from tests.runs_kit import ROOT, Ended, run

READY = "/mbanq/v1/bank/ready-clients"
TENANT = "/control/tenants/demo-mbanq"
CREDENTIALS = {
    "MBANQ_USERNAME": "demo-user",
    "MBANQ_PASSWORD": "demo-password",
    "MBANQ_CLIENT_ID": "api",
    "MBANQ_CLIENT_SECRET": "secret",
    "MBANQ_TENANT_ID": "demo-bank",
}
RULES = (
    "mbanq/verify-ready-client-ok",
    "mbanq/verify-sets-verified",
    "mbanq/activate-twice-refused",
    "mbanq/verify-needs-primary-address",
    "mbanq/verify-needs-email",
    "mbanq/verify-needs-mobile",
    "mbanq/verify-deleted-identifier-insufficient",
    "mbanq/verify-order-of-documents-irrelevant",
    "mbanq/documents-keep-pending",
)
FILES = tuple(f"suites/mbanq/test_{name}.py" for name in ("success", "activation", "gaps", "clients"))
TARGET = """description = "A bank with a back office"
url = "{url}"
[limits]
timeout_seconds = 5
poll_seconds = 1
requests_per_second = 300
[providers.mbanq]
path = "/mbanq"
specification = "specs/mbanq.openapi.yaml"
canary = "listClients"
capabilities = ["token-exchange", "ready-clients"]
[providers.mbanq.auth]
kind = "password"
operation = "issueToken"
username_env = "MBANQ_USERNAME"
password_env = "MBANQ_PASSWORD"
client_id_env = "MBANQ_CLIENT_ID"
client_secret_env = "MBANQ_CLIENT_SECRET"
tenant_header = "tenantId"
tenant_env = "MBANQ_TENANT_ID"
[providers.mbanq.given.client-lacking-address]
items = {items}
"""
RECIPE = """
[[providers.mbanq.given.{kind}.steps]]
method = "POST"
path = "/v1/bank/ready-clients"
body = {{ gaps = {gaps} }}
take = {{ client_id = "/clientId" }}
[[providers.mbanq.given.{kind}.cleanup]]
method = "POST"
path = "/v1/clients/$client_id?command=close"
body = {{ closureDate = "{today}", dateFormat = "dd MMMM yyyy", locale = "en", closureReasonId = 1 }}
"""
GAPS: dict[str, list[str]] = {"client": [], "client-lacking-email": ["email"], "client-lacking-identifier": ["identifier"]}


@dataclass(frozen=True)
class Bank:
    """A run against the bank, what was there before it, and what the server holds and has seen after it."""

    ended: Ended
    listed: set[int]
    strangers: dict[int, Any]
    made: set[int]
    control: httpx.Client
    asked: list[str]

    def client(self, number: int) -> Any:
        return self.control.get(f"{TENANT}/customers/{number}").json()

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control.get(f"{TENANT}/journal", params={"limit": 1_000}).json()["entries"]
        return entries


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder, made, asked = tmp_path_factory.mktemp("bank"), set[int](), list[str]()
    with Embedded() as server, httpx.Client(base_url=server.url, trust_env=False) as control:

        def provisioned(*gaps: str) -> int:
            number: int = control.post(f"{TENANT}/customers", json={"gaps": gaps}).json()["clientId"]
            return number

        def back_office(passing: Passing) -> None:
            asked.append(passing.handler.path)
            if passing.handler.path != READY:
                return passing.relay()
            number = provisioned(*json.loads(passing.body)["gaps"])
            made.add(number)
            return passing.reply(200, {"content-type": "application/json"}, json.dumps({"clientId": number}).encode())

        strangers = {number: control.get(f"{TENANT}/customers/{number}").json() for number in (provisioned(), provisioned("email"))}
        listed = {provisioned("address") for _ in range(2)}
        items = ", ".join(f'{{ client_id = "{number}" }}' for number in sorted(listed))
        with standing_before(server.url, back_office) as proxy:
            path = folder / "bank.toml"
            recipes = [
                RECIPE.format(kind=kind, gaps=json.dumps(gaps), today=f"{dt.datetime.now(dt.UTC):%d %B %Y}") for kind, gaps in GAPS.items()
            ]
            path.write_text(TARGET.format(url=proxy.url, items=f"[{items}]") + "".join(recipes), encoding="utf-8")
            rules = [word for rule in RULES for word in ("--rule", rule)]
            wanted = ("--target", str(path), "--provider", "mbanq", "--profile", "smoke")
            ended = run(folder / "reports", *wanted, *rules, *FILES, root=ROOT, **CREDENTIALS)
        yield Bank(ended, listed, strangers, made, control, asked)


def test_rules_that_need_a_client_at_a_stage_are_judged_without_a_control_api(bank: Bank) -> None:
    verdicts = {record.id: record.verdict for record in bank.ended.records.values()}
    left_out = {"mbanq/verify-needs-mobile", "mbanq/verify-order-of-documents-irrelevant"}
    assert bank.ended.code == CONFORMING, bank.ended.said
    assert {rule: verdicts[rule] for rule in RULES} == {
        rule: Verdict.NOT_APPLICABLE if rule in left_out else Verdict.PASSED for rule in RULES
    }
    assert not [path for path in bank.asked if "/control" in path]


def test_what_is_not_given_is_named_with_the_key_that_would_give_it(bank: Bank) -> None:
    records = bank.ended.records
    assert "given.client-lacking-mobile" in str(records["mbanq/verify-needs-mobile"].reason)
    assert "status-control" in str(records["mbanq/verify-order-of-documents-irrelevant"].reason)


def test_listed_clients_are_used(bank: Bank) -> None:
    verified = _concerned(bank, "kycVerificationType")
    assert bank.listed & verified
    assert bank.made & verified


def test_only_what_a_recipe_made_is_taken_away_again(bank: Bank) -> None:
    closed = _concerned(bank, "closureDate")
    assert len(bank.made) > 4
    assert closed == bank.made
    assert {bank.client(number)["status"] for number in bank.made} == {"Closed"}
    assert "Closed" not in {bank.client(number)["status"] for number in bank.listed}
    assert not (bank.ended.reports / "left_behind.txt").exists()


def test_nothing_of_others_is_deleted_or_changed(bank: Bank) -> None:
    """What is deleted is an identifier of a client that this run was given, added by this run."""
    deleted = {
        int(found[1]) for entry in bank.journal() if entry["method"] == "DELETE" and (found := re.search(r"/clients/(\d+)/", entry["path"]))
    }
    assert deleted, "a rule on removed documents was judged"
    assert deleted <= bank.made
    assert {number: bank.client(number) for number in bank.strangers} == bank.strangers


def _concerned(bank: Bank, member: str) -> set[int]:
    """The clients that commands with this member in their body were sent for; the journal keeps no query."""
    posts = [entry for entry in bank.journal() if entry["method"] == "POST" and member in entry.get("request_body", "")]
    return {int(found[1]) for entry in posts if (found := re.search(r"/clients/(\d+)$", entry["path"]))}
