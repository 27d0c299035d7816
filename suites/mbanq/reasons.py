"""What a refusal gives as its reasons, wherever in the body they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.exchange import Exchange
from harness.jsontypes import Json
from suites.mbanq.driver import body_of

CODE, MESSAGE = "userMessageGlobalisationCode", "developerMessage"
# The code that every refusal of this kind has at the top, which tells no gap from another (published elsewhere).
DOMAIN_RULE = "validation.msg.domain.rule.violation"
PERMISSION = "error.msg.not.authorized"

Reason = tuple[str, str]


def entries(exchange: Exchange) -> list[dict[str, Json]]:
    """The objects in `errors`."""
    listed = body_of(exchange).get("errors")
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def reasons(exchange: Exchange) -> frozenset[Reason]:
    """Each reason as its code and its message without numbers (ids of clients differ), the one common to all left out."""
    return frozenset(_reasons(exchange))


def _reasons(exchange: Exchange) -> Iterator[Reason]:
    for entry in [body_of(exchange), *entries(exchange)]:
        code, message = entry.get(CODE), entry.get(MESSAGE)
        if code != DOMAIN_RULE and isinstance(code or message, str):
            yield str(code or ""), re.sub(r"\d+", "#", str(message or ""))


def codes(exchange: Exchange) -> frozenset[str]:
    """The codes of the reasons."""
    return frozenset(code for code, _ in reasons(exchange) if code)


def texts(exchange: Exchange, member: str) -> list[Json]:
    """The values of a member at the top and in the first entry of `errors`, where they are there."""
    return [node[member] for node in [body_of(exchange), *entries(exchange)[:1]] if member in node]
