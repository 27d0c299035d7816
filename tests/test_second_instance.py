"""Two instances of a bank at a target without control API: both have lived for a while, so that both have clients of the same numbers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from harness.docket import CONFORMING
from harness.record import Verdict
from mockserver.embedded import Embedded
from tests.runs_kit import ROOT, Ended, run

RULE = "mbanq/tenant-isolated-read"
AUTH = """
kind = "password"
operation = "issueToken"
username_env = "{role}_USERNAME"
password_env = "{role}_PASSWORD"
client_id_env = "{role}_CLIENT_ID"
client_secret_env = "{role}_CLIENT_SECRET"
tenant_header = "tenantId"
tenant_env = "{role}_TENANT_ID"
"""
TARGET = """description = "Two instances of a bank"
url = "{url}"
[limits]
requests_per_second = 300
[providers.mbanq]
path = "/mbanq"
specification = "specs/mbanq.openapi.yaml"
canary = "listClients"
capabilities = ["token-exchange", "second-tenant"]
[providers.mbanq.auth]
{main}
[providers.mbanq.clients.second]
{second}
"""
# So many clients have lived in each instance before.
LIVED = {"MAIN": 6, "SECOND": 2}


def judged(folder: Path, *faults: str) -> Ended:
    """A run at two instances of one server, with these faults; it knows nothing of the control API."""
    with Embedded() as server, httpx.Client(base_url=server.url, trust_env=False) as control:
        secrets: dict[str, str] = {}
        for role, clients in LIVED.items():
            made = control.post("/control/tenants", json={"provider": "mbanq", "faults": faults}).json()
            named = {"USERNAME": "username", "PASSWORD": "password", "TENANT_ID": "tenant_id"}
            named |= {"CLIENT_ID": "client_id", "CLIENT_SECRET": "client_secret"}
            secrets |= {f"{role}_{name}": made["credentials"][key] for name, key in named.items()}
            for _ in range(clients):
                control.post(f"/control/tenants/{made['tenant']}/customers", json={}).raise_for_status()
        path = folder / "bank.toml"
        text = TARGET.format(url=server.url, main=AUTH.format(role="MAIN"), second=AUTH.format(role="SECOND"))
        path.write_text(text, encoding="utf-8")
        wanted = ("--target", str(path), "--provider", "mbanq", "--profile", "smoke", "--rule", RULE)
        return run(folder / "reports", *wanted, "suites/mbanq/test_tenancy.py", root=ROOT, **secrets)


def test_a_client_of_our_own_with_the_same_number_is_no_breach(tmp_path: Path) -> None:
    ended = judged(tmp_path)
    assert ended.code == CONFORMING, ended.said
    assert ended.records[RULE].verdict is Verdict.PASSED


@pytest.mark.parametrize("fault", ["shows_foreign_clients", "serves_the_instance_named"])
def test_an_instance_that_shows_the_clients_of_another_is_caught_there_too(tmp_path: Path, fault: str) -> None:
    ended = judged(tmp_path, fault)
    assert ended.records[RULE].verdict is Verdict.ADVISORY, ended.said
