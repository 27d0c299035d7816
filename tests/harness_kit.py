"""What the tests of the harness share: rules of a made-up provider, trials, exchanges and outcomes."""

from __future__ import annotations

import json
from typing import Any

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.outcome import Outcome
from harness.record import Verdict
from harness.redaction import Redactor
from harness.rules import AnswerSet, Basis, Catalogue, Rule
from harness.trial import Trial

REFUSED = AnswerSet(says="It is refused.", status=[400, 422], names_field=True)
CREATED = AnswerSet(says="It exists.", status=[201])
DESCRIBED = "acme-v1/answers-are-described"


def rule(name: str = "name-is-required", **changes: Any) -> Rule:
    """A rule of the provider."""
    values: dict[str, Any] = {
        "id": f"acme-v1/{name}",
        "says": "A customer without a name is refused.",
        "operation": "createCustomer",
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


def redactor() -> Redactor:
    """One whose stand-ins are the same in each run of the tests."""
    return Redactor({}, key=b"k" * 32)
