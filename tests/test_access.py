"""How a client proves who it is: what is sent to buy a token, when it is bought again, what is hidden."""

import math
from typing import Any

import pytest

from harness.access import Access, Credentials, credentials_of, life_of
from harness.errors import EnvironmentFault, NotApplicable
from harness.targets import Auth, ProviderTarget
from tests.harness_kit import exchange

PASSWORD = Auth(
    kind="password", username_env="USER_NAME", password_env="PASS", operation="issueToken", tenant_header="tenantId", tenant_env="BANK"
)


class Till:
    """Sells tokens and remembers what was paid."""

    def __init__(self, *answers: dict[str, Any], status: int = 200) -> None:
        self.answers = list(answers)
        self.status = status
        self.paid: list[dict[str, Any]] = []
        self.announced: list[str] = []

    def send(self, operation: str, **parts: Any) -> Any:
        self.paid.append({"operation": operation, **parts})
        return exchange(self.status, self.answers.pop(0))

    def access(self, auth: Auth, **known: str) -> Access:
        return Access(auth, Credentials(**known), bought=self.announced.append)


def test_a_token_at_hand_is_not_bought() -> None:
    till = Till()
    assert till.access(Auth(kind="bearer", token_env="T"), access_token="abc").authorization(till.send) == ("Authorization", "Bearer abc")
    assert not till.paid


def test_a_password_buys_a_token_by_form_without_what_is_unknown() -> None:
    till = Till({"access_token": "t1"})
    assert till.access(PASSWORD, username="u", password="p").token(till.send) == "t1"
    assert till.paid == [{"operation": "issueToken", "form": {"grant_type": "password", "username": "u", "password": "p"}, "auth": False}]
    assert till.announced == ["t1"]


def test_a_token_is_bought_anew_before_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    till = Till({"access_token": "t1", "expires_in": 100}, {"access_token": "t2", "expires_in": 100})
    buyer = till.access(Auth(kind="client-credentials", client_id_env="A", client_secret_env="B", operation="issueToken"))
    assert buyer.token(till.send) == "t1"
    now[0] += 79
    assert buyer.token(till.send) == "t1"
    now[0] += 2
    assert buyer.token(till.send) == "t2"


LIVES: dict[str, tuple[dict[str, Any], float]] = {
    "seconds": ({"expires_in": 60}, 60),
    "instants": ({"access_token_ttl": "2026-01-01 10:00:00+00", "current_time": "2026-01-01 09:30:00+00"}, 1800),
    "lapsed": ({"access_token_ttl": "2026-01-01 10:00:00+00", "current_time": "2026-01-01 11:00:00+00"}, 0),
    "unsaid": ({}, math.inf),
    "nonsense": ({"expires_in": True, "access_token_ttl": "soon", "current_time": 5}, math.inf),
    "half-said": ({"access_token_ttl": "2026-01-01 10:00:00", "current_time": "2026-01-01 09:30:00+00"}, math.inf),
}


@pytest.mark.parametrize("case", LIVES)
def test_the_life_of_a_token_is_read_as_the_provider_says_it(case: str) -> None:
    body, seconds = LIVES[case]
    assert life_of(body) == seconds


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": None}])
def test_no_token_for_the_credentials_is_a_fault_of_the_environment(answer: dict[str, Any]) -> None:
    till = Till(answer, status=400)
    with pytest.raises(EnvironmentFault, match=r"bought no token.*400"):
        till.access(PASSWORD).token(till.send)


def test_the_tenant_goes_in_the_header_that_the_target_names() -> None:
    assert Till().access(PASSWORD, tenant_id="b1").constant_headers() == {"tenantId": "b1"}
    assert Till().access(Auth(kind="bearer", token_env="T"), tenant_id="b1").constant_headers() == {}


def test_credentials_come_from_the_variables_of_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"USER_NAME": "u", "PASS": "p", "BANK": "b", "OTHER": "o"}.items():
        monkeypatch.setenv(name, value)
    entry = ProviderTarget(specification="s", canary="c", auth=PASSWORD, clients={"second": Auth(kind="bearer", token_env="OTHER")})
    assert credentials_of(entry, "main") == Credentials(username="u", password="p", tenant_id="b")
    assert credentials_of(entry, "second") == Credentials(access_token="o")
    with pytest.raises(NotApplicable, match="'third'"):
        credentials_of(entry, "third")
