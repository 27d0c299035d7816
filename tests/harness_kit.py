"""What the tests of the harness share: rules of a made-up provider, trials, exchanges and outcomes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal

from harness.deviations import Deviations
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.outcome import Outcome
from harness.record import Verdict
from harness.redaction import Redactor
from harness.rules import AnswerSet, Basis, Catalogue, Rule
from harness.run import Run, Shared
from harness.targets import Auth, Limits, ProviderTarget, Target
from harness.trial import Trial

REFUSED = AnswerSet(says="It is refused.", status=[400, 422], names_field=True)
CREATED = AnswerSet(says="It exists.", status=[201])
DESCRIBED = "acme-v1/answers-are-described"


def rule(name: str = "name-is-required", **changes: Any) -> Rule:
    """A rule of the provider."""
    values: dict[str, Any] = {
        "id": f"acme-v1/{name}",
        "says": "A customer without a name is refused.",
        "operation": "createIndividualV2",
        "source": "009 Create",
        "basis": Basis.DOCUMENTED,
        "answers": ["refused"],
        "names": ["name"],
    }
    return Rule(**(values | changes))


def catalogue(*rules: Rule, specification_rule: str = DESCRIBED) -> Catalogue:
    """A catalogue of these rules, with carriers as a provider may have them."""
    return Catalogue(rules, {"acme": {"refused": REFUSED, "created": CREATED}}, {"acme": ["/errors"]}, {"acme": specification_rule})


def exchange(status: int = 200, body: Json = None, *, content_type: str = "application/json", **changes: Any) -> Exchange:
    """A request to make a customer, and its answer."""
    values: dict[str, Any] = {
        "operation": "createCustomer",
        "method": "POST",
        "url": "https://acme.example/customers",
        "request_headers": {"content-type": "application/json", "authorization": "Bearer abcdefgh12345678"},
        "request_body": b'{"name": ""}',
        "status": status,
        "headers": {"content-type": content_type},
        "body": body if isinstance(body, bytes) else json.dumps(body).encode(),
        "ms": 1.5,
    }
    return Exchange(**(values | changes))


def trial(judged: Rule | None = None, *exchanges: Exchange) -> Trial:
    """A running test of a rule in its first example, with these exchanges behind it."""
    judged = judged or rule()
    made = Trial(judged, "suites/acme/test_create_name.py::test_name", catalogue(judged), seed=7)
    made.begin_example({})
    for each in exchanges:
        made.note(each)
    return made


def outcome(verdict: Verdict = Verdict.PASSED, of: Rule | None = None, **changes: Any) -> Outcome:
    """What one test said of a rule."""
    values: dict[str, Any] = {
        "rule": (of or rule()).id,
        "test": "suites/acme/test_create_name.py::test_name",
        "verdict": verdict,
        "exchanges": 2,
        "examples": 1,
        "seconds": 0.1,
    }
    return Outcome(**(values | changes))


def run(target: Target, *rules: Rule, **changes: Any) -> Run:
    """A run of these rules against a target."""
    values: dict[str, Any] = {
        "target": target,
        "providers": ["acme"],
        "catalogue": catalogue(*rules),
        "selected": frozenset(each.id for each in rules),
        "profile": "smoke",
        "strict": False,
        "reports": Path("reports") / "acme",
        "shared": Shared(seed=7, run_id="abc", redaction_key="00", started=0.0),
        "redactor": redactor(),
        "faults": (),
        "variants": (),
        "prove": None,
        "only": (),
        "called": ("--target", "acme"),
        "patterns": (),
        "deviations": Deviations([], {}, dt.datetime(2025, 11, 21, tzinfo=dt.UTC)),
    }
    return Run(**(values | changes))


def target(url: str | None = None, *, kind: Literal["control", "bearer"] = "control", **changes: Any) -> Target:
    """A target of the provider, with a control API unless it takes a bearer token from ACME_TOKEN."""
    auth = Auth(kind=kind, token_env=None if kind == "control" else "ACME_TOKEN")
    values: dict[str, Any] = {
        "specification": "specs/fincom_v2.openapi.yaml",
        "canary": "listOccupations",
        "auth": auth,
        "capabilities": ["read"],
    }
    entry = ProviderTarget(**(values | changes))
    limits = Limits(timeout_seconds=0.5)
    return Target(description="acme", providers={"acme": entry}, name="acme", url=url, control=kind == "control", limits=limits)


def redactor() -> Redactor:
    """One whose stand-ins are the same in each run of the tests."""
    return Redactor({}, key=b"k" * 32)
