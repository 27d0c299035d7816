"""A server that was started apart, with TLS and a token, and is known only by a TOML file: judged as a sandbox is."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import trustme

from harness.docket import CONFORMING, INCOMPLETE
from harness.record import Verdict
from mockserver.embedded import Embedded
from tests.runs_kit import ROOT, Ended, run
from tests.sandbox_kit import DEMO, fincom_target

RATE = 25
CONTROL_TOKEN = "of-this-server-only"
RULES = ("fincom-v2/phone", "fincom/catalogue", "fincom-v2/passport-with", "fincom-v2/status-names", "fincom-v2/volume-")
FILES = (
    "suites/fincom/test_create_contact.py",
    "suites/fincom/test_create_profile.py",
    "suites/fincom/test_attach_identity.py",
    "suites/fincom/test_catalogue.py",
    "suites/fincom/test_life_cycle.py",
)


@dataclass
class Apart:
    """The server, and the certificate of who signed its own."""

    url: str
    ca_file: Path


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    names = {"ca": folder / "ca.pem", "certificate": folder / "server.pem", "key": folder / "server.key"}
    authority.cert_pem.write_to_path(str(names["ca"]))
    issued.cert_chain_pems[0].write_to_path(str(names["certificate"]))
    issued.private_key_pem.write_to_path(str(names["key"]))
    tls = ("--tls-certificate", str(names["certificate"]), "--tls-key", str(names["key"]))
    with Embedded(*tls, "--control-token", CONTROL_TOKEN) as server:
        assert server.url.startswith("https://")
        yield Apart(server.url, names["ca"])


def judged(apart: Apart, folder: Path, *, ca: bool = True, workers: str = "0") -> Ended:
    limits = {"timeout_seconds": 5, "poll_seconds": 5, "requests_per_second": RATE, "read_retries": 1}
    path = fincom_target(folder / "apart.toml", apart.url, ca_file=apart.ca_file if ca else None, **limits)
    rules = [word for rule in RULES for word in ("--rule", rule)]
    return run(folder / "reports", "--target", str(path), *rules, "-n", workers, *FILES, root=ROOT, **DEMO)


def test_it_is_judged_within_its_rate_limit_and_without_its_control_api(apart: Apart, tmp_path: Path) -> None:
    ended = judged(apart, tmp_path, workers="2")
    verdicts = {record.verdict for record in ended.records.values()}
    assert (ended.code, verdicts) == (CONFORMING, {Verdict.PASSED, Verdict.NOT_APPLICABLE}), ended.said
    assert "typed-catalogues" in str(ended.records["fincom/catalogue-type-filter-is-honoured"].reason)
    assert CONTROL_TOKEN not in ended.said
    came = _journal(apart)
    assert len(came) > 4 * RATE, "too few to tell a rate"
    assert max(sum(start <= at < start + 1 for at in came) for start in came) <= RATE


def _journal(apart: Apart) -> list[float]:
    """When each request of the run came, in seconds, by the server's own record."""
    with httpx.Client(verify=_context(apart), headers={"Authorization": f"Bearer {CONTROL_TOKEN}"}, trust_env=False) as client:
        tenants = client.get(f"{apart.url}/control/tenants").json()
        assert [each["tenant"] for each in tenants if not each["tenant"].startswith("demo-")] == [], "no tenant was made by control"
        entries = client.get(f"{apart.url}/control/tenants/demo-fincom/journal").json()["entries"]
    return [_seconds(entry["at"]) for entry in entries]


def _seconds(at: str) -> float:
    return dt.datetime.fromisoformat(at).timestamp()


def _context(apart: Apart) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(apart.ca_file))


def test_a_certificate_that_nobody_vouches_for_is_refused(apart: Apart, tmp_path: Path) -> None:
    ended = judged(apart, tmp_path, ca=False)
    assert ended.code == INCOMPLETE, ended.said
    assert "CERTIFICATE_VERIFY_FAILED" in ended.said
    assert ended.insides() == []
    assert {record.verdict for record in ended.records.values()} <= {Verdict.ENVIRONMENT_FAULT, Verdict.NOT_TESTED}


@pytest.mark.parametrize("given", [("--tls-key", "k.pem"), ("--tls-certificate", "c.pem"), ("--tls-certificate", "c", "--tls-key", "k")])
def test_a_server_without_a_usable_certificate_does_not_start(given: tuple[str, ...]) -> None:
    with pytest.raises(RuntimeError, match=r"--tls-(certificate|key)"):
        Embedded(*given)
