"""Whether an answer, once changed, breaks a promise: the specification no longer describes it, or a rule's closed set refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import objection
from harness.rules import AnswerSet, Catalogue
from harness.wire.document import Reply

UNKNOWN: Json = object()


@dataclass(frozen=True)
class Answer:
    """A status with a body, UNKNOWN where the document shows none."""

    status: int
    body: Json = UNKNOWN
    content_type: str = "application/json"


class Promises:
    """What the documents promise of one operation's answers."""

    def __init__(self, replies: dict[int, Reply], sets: Iterable[AnswerSet]) -> None:
        self._replies = replies
        self._sets = list(sets)

    def broken(self, before: Answer, after: Answer) -> bool:
        """Whether somebody may object to `after` who has nothing to say against `before`."""
        return not self._described(after) or any(_keeps(each, before) and not _keeps(each, after) for each in self._sets)

    def _described(self, answer: Answer) -> bool:
        reply = self._replies.get(answer.status)
        if reply is None:
            return False
        if reply.content_types and answer.content_type not in reply.content_types:
            return False
        return answer.body is UNKNOWN or reply.allows(answer.body)


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


def sets_of(catalogue: Catalogue, operation: str) -> list[AnswerSet]:
    """The closed sets of answers of all rules about an operation."""
    found: dict[str, AnswerSet] = {}
    for rule in catalogue.rules.values():
        if rule.operation == operation:
            found |= catalogue.answers(rule)
    return list(found.values())
