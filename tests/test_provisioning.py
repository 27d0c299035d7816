"""Things that no documented call makes: listed ones are used once, recipes make them, and only what a recipe made is taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import EnvironmentFault, NotApplicable, NotCheckable, UsageError
from harness.exchange import Exchange
from harness.provisioning import Given, Provisioner, Step, filled
from harness.targets import load_target
from tests.harness_kit import exchange

CREATE = Step(method="POST", path="/customers", body={"email": "$unique@example.com"}, take={"id": "/data/0/id"})
SIGN = Step(method="POST", path="/customers/$id/signature")
AWAIT = Step(method="GET", path="/customers/$id", until={"/status": "ready"})
DELETE = Step(method="DELETE", path="/customers/$id")


class Target:
    """Answers from a list and remembers what came."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.came: list[tuple[str, str, Any]] = []

    def call(self, step: Step, path: str, body: Any) -> Exchange:
        self.came.append((step.method, path, body))
        status, said = self.answers.pop(0)
        if status == 0:
            raise EnvironmentFault("it is gone")
        return exchange(status, said)

    def gives(self, share: tuple[int, int] = (0, 1), **given: Given) -> Provisioner:
        return Provisioner(given, self.call, unique=lambda: "rp1", share=share, poll_seconds=0.05)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.polling.FIRST_PAUSE", 0.001)


def test_items_are_used_once_each_and_shared_out_between_processes() -> None:
    items = [{"id": str(number)} for number in range(5)]
    first, second = (Target().gives(share, customer=Given(items=items)) for share in ((0, 2), (1, 2)))
    assert [first.one("customer")["id"] for _ in range(3)] == ["0", "2", "4"]
    assert [second.one("customer")["id"] for _ in range(2)] == ["1", "3"]
    with pytest.raises(NotApplicable, match="all 5 of the target's customer items are used up"):
        first.one("customer")


def test_a_kind_that_the_target_does_not_give_is_not_applicable() -> None:
    with pytest.raises(NotApplicable, match=r"given\.wallet"):
        Target().gives().one("wallet")


def test_a_recipe_is_followed_and_its_thing_taken_away_again() -> None:
    target = Target((201, {"data": [{"id": 7}]}), (200, {}), (200, {"status": "new"}), (200, {"status": "ready"}), (204, None))
    provisioner = target.gives(customer=Given(steps=[CREATE, SIGN, AWAIT], cleanup=[DELETE]))
    assert provisioner.one("customer") == {"unique": "rp1", "id": "7"}
    assert provisioner.clear() == []
    assert target.came == [
        ("POST", "/customers", {"email": "rp1@example.com"}),
        ("POST", "/customers/7/signature", None),
        ("GET", "/customers/7", None),
        ("GET", "/customers/7", None),
        ("DELETE", "/customers/7", None),
    ]
    assert provisioner.clear() == []


def test_items_are_never_taken_away() -> None:
    target = Target()
    provisioner = target.gives(customer=Given(items=[{"id": "1"}]))
    provisioner.one("customer")
    assert (provisioner.clear(), target.came) == ([], [])


@pytest.mark.parametrize(("answer", "left"), [((404, None), False), ((500, None), True), ((0, None), True)])
def test_what_cannot_be_taken_away_is_said(answer: tuple[int, Any], left: bool) -> None:
    provisioner = Target((201, {"data": [{"id": 7}]}), answer).gives(customer=Given(steps=[CREATE], cleanup=[DELETE]))
    provisioner.one("customer")
    assert bool(provisioner.clear()) == left


FAILURES: dict[str, tuple[Step, tuple[int, Any], str]] = {
    "refused": (CREATE, (422, {"no": 1}), "answered with 422"),
    "nothing-there": (CREATE, (201, {"data": []}), "nothing at /data/0/id"),
    "never-ready": (Step(method="GET", path="/x", until={"/status": "ready"}), (200, {"status": "new"}), "did not come to"),
    "unknown-name": (SIGN, (200, {}), "known are unique"),
}


def test_items_say_of_themselves_what_is_wanted() -> None:
    items = [{"id": "1", "type": "individual"}, {"id": "2", "type": "business"}]
    provisioner = Target().gives(customer=Given(items=items))
    assert [provisioner.one("customer", type=type_)["id"] for type_ in ("business", "individual")] == ["2", "1"]
    with pytest.raises(NotApplicable, match="used up"):
        provisioner.one("customer", type="business")


@pytest.mark.parametrize("case", FAILURES)
def test_a_recipe_that_fails_is_not_checkable_and_says_why(case: str) -> None:
    step, answer, said = FAILURES[case]
    with pytest.raises(NotCheckable, match=said):
        Target(*[answer] * 500).gives(thing=Given(steps=[step])).one("thing")


def test_names_are_filled_in_everywhere() -> None:
    assert filled({"a": ["$x", {"b": "${x}y", "c": 1}], "d": "$$"}, {"x": "1"}) == {"a": ["1", {"b": "1y", "c": 1}], "d": "$"}


def _target(folder: Path, given: str, url: str = "https://sandbox.example.com") -> Callable[..., object]:
    path = folder / "t.toml"
    head = f'description = "d"\nurl = {json.dumps(url)}\n[providers.acme]\nspecification = "s"\ncanary = "c"\n'
    path.write_text(head + 'production_hosts = ["api.example.com"]\nauth = { kind = "bearer", token_env = "T" }\n' + given)
    return lambda **options: load_target(str(path), **options)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[providers.acme.given.x]\n", "either `items`"),
        ('[providers.acme.given.x]\nitems = [{a = "1"}]\n[[providers.acme.given.x.steps]]\nmethod = "GET"\npath = "/"\n', "either `items`"),
        ('[providers.acme.given.x]\nitems = [{a = "1"}]\n[[providers.acme.given.x.cleanup]]\nmethod = "GET"\npath = "/"\n', "not ours"),
        ('[[providers.acme.given.x.steps]]\nmethod = "BREW"\npath = "/"\n', "method"),
    ],
)
def test_a_wrong_recipe_is_wrong_usage_at_once(tmp_path: Path, given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        _target(tmp_path, given)()


def test_a_production_host_is_refused_unless_its_name_is_repeated(tmp_path: Path) -> None:
    load = _target(tmp_path, "", "https://api.example.com")
    for production in ((), ("other.example.com",)):
        with pytest.raises(UsageError, match=r"say --production api\.example\.com"):
            load(production=production)
    assert load(production=("api.example.com",))
