"""Whether an answer, once changed, breaks a promise: the specification no longer describes it, or a rule's closed set refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import objection
from harness.rules import AnswerSet, Catalogue
from harness.wire.document import Reply
from harness.wire.edits import edited
from harness.wire.mutation import Mutation

UNKNOWN: Json = object()


@dataclass(frozen=True)
class Answer:
    """A status with a body, UNKNOWN where the document shows none."""

    status: int
    body: Json = UNKNOWN
    content_type: str = "application/json"


class Promises:
    """What the documents promise of one operation's answers. `rules`: of each rule the closed set of answers that keep it."""

    def __init__(self, replies: dict[int, Reply], rules: Iterable[Sequence[AnswerSet]]) -> None:
        self._replies = replies
        self._rules = list(rules)

    def broken(self, before: Answer, after: Answer) -> bool:
        """Whether the specification, or a rule that has nothing to say against `before`, objects to `after`."""
        return not self._described(after) or any(_keep(each, before) and not _keep(each, after) for each in self._rules)

    def _described(self, answer: Answer) -> bool:
        reply = self._replies.get(answer.status)
        if reply is None:
            return False
        if reply.content_types and answer.content_type not in reply.content_types:
            return False
        return answer.body is UNKNOWN or reply.allows(answer.body)


def _keep(wanted: Sequence[AnswerSet], answer: Answer) -> bool:
    return any(_keeps(each, answer) for each in wanted)


def _keeps(wanted: AnswerSet, answer: Answer) -> bool:
    if answer.body is UNKNOWN:
        return answer.status in wanted.status
    exchange = Exchange(
        operation="",
        method="",
        url="",
        request_headers={},
        request_body=b"",
        status=answer.status,
        headers={"content-type": answer.content_type},
        body=msgspec.json.encode(answer.body),
        ms=0.0,
    )
    return objection(exchange, wanted, names=(), near=True, carriers=()) is None


def left_open(mutation: Mutation, promises: Promises, answers: Iterable[tuple[str, int, Json]]) -> bool:
    """Whether the documents have nothing against any of these answers once it is changed so."""
    if mutation.data["act"] != "change-answer" or "content_type" in mutation.data:
        return False
    met = [(status, body) for operation, status, body in answers if operation == mutation.operation and status in mutation.statuses]
    return bool(met) and not any(promises.broken(Answer(*each), changed(mutation.data, *each)) for each in met)


def changed(data: dict[str, Json], status: int, body: Json) -> Answer:
    """The answer as a mutation makes it."""
    for edit in data.get("edits", ()):
        body = edited(body, edit)
    return Answer(data.get("status", status), body)


def closed_sets(catalogue: Catalogue, provider: str, operation: str) -> list[list[AnswerSet]]:
    """Of each rule about an operation of a provider, the answers that keep it; another provider may have one of that name."""
    about = (rule for rule in catalogue.rules.values() if rule.provider == provider and rule.operation == operation)
    named = {tuple(rule.answers): rule for rule in about if rule.answers}
    return [list(catalogue.answers(rule).values()) for rule in named.values()]
