"""Every operation of Mbanq as one call that would succeed, and what tests compare before and after a call."""

from __future__ import annotations

from typing import Any, Protocol

from harness.client import Prepared
from harness.errors import NotApplicable, NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import Operation
from strategies.mbanq.standard import identifier
from suites.judging import objections
from suites.mbanq.driver import Customer, Mbanq, path_of

NOBODY = 2_000_000_011
"""A number that no client of ours has."""
MALFORMED_IDS = ("abc", "1x", "1.5", "one", "%20", "--", "1;2", "null")
IMPOSSIBLE_IDS = ("0", "-1", str(2**63), str(2**63 - 1), "9" * 40)
WRONG_TOKENS = ("Bearer no-such-token", "Bearer", "Basic bWJhbnE6cGFzc3dvcmQ=")


class Call(Protocol):
    """A call about a client; the parts are those of `harness.client.Client.prepare`."""

    def __call__(self, mbanq: Mbanq, customer: Customer | int | str, **parts: Any) -> Exchange:
        """Send it."""


def _adding(mbanq: Mbanq, customer: Customer | int | str, **parts: Any) -> Exchange:
    return mbanq.add(customer, identifier("driver"), **parts)


def _removing(mbanq: Mbanq, customer: Customer | int | str, **parts: Any) -> Exchange:
    """Remove the first identifier; of a client that has none or that nobody knows, the number 1."""
    listed = mbanq.identifiers(customer)
    number = listed.json[0]["id"] if isinstance(listed.json, list) and listed.json else 1
    return mbanq.send("removeIdentifier", path={**path_of(customer), "identifierId": str(number)}, **parts)


def concerned(mbanq: Mbanq, call: str) -> Customer:
    """A client about whom the call would succeed, as far as the target can make one."""
    if "status-control" not in mbanq.sandbox.capabilities:
        customer = mbanq.created()
        if call == "remove-identifier":
            mbanq.with_identifier(customer, "passport")
        return customer
    return mbanq.verified() if call == "activate" else mbanq.ready()


CALLS: dict[str, Call] = {
    "verify": lambda mbanq, customer, **parts: mbanq.verify(customer, **parts),
    "activate": lambda mbanq, customer, **parts: mbanq.activate(customer, **parts),
    "read": lambda mbanq, customer, **parts: mbanq.read(customer, **parts),
    "verification-status": lambda mbanq, customer, **parts: mbanq.tell(customer, **parts),
    "identifiers": lambda mbanq, customer, **parts: mbanq.identifiers(customer, **parts),
    "add-identifier": _adding,
    "remove-identifier": _removing,
    "identifier-types": lambda mbanq, customer, **parts: mbanq.send("readIdentifierTemplate", path=path_of(customer), **parts),
    "addresses": lambda mbanq, customer, **parts: mbanq.send("listAddresses", path=path_of(customer), **parts),
}
"""The operations about one client."""
ELSEWHERE: dict[str, Call] = {
    "create": lambda mbanq, customer, **parts: mbanq.create(**parts),  # noqa: ARG005 - concerns no client
    "list": lambda mbanq, customer, **parts: mbanq.send("listClients", **parts),  # noqa: ARG005
    "template": lambda mbanq, customer, **parts: mbanq.send("readClientTemplate", **parts),  # noqa: ARG005
}
"""Those about none."""
ALL: dict[str, Call] = {**CALLS, **ELSEWHERE}
WRITES = ("verify", "activate", "add-identifier")
# Clients on a page of the list, and the pages that one test reads at most.
PAGE, MOST_PAGES = 200, 20


def pages(mbanq: Mbanq) -> list[dict[str, Json]]:
    """The entries of all pages of the list; `NotApplicable` where they are too many to look through for one client."""
    entries: list[dict[str, Json]] = []
    for page in range(MOST_PAGES):
        shown = mbanq.set_up(mbanq.send("listClients", query={"offset": page * PAGE, "limit": PAGE}), "page").json["pageItems"]
        entries += shown
        if len(shown) < PAGE:
            return entries
    raise NotApplicable(f"the instance has more than {MOST_PAGES * PAGE} clients")


def control(exchange: Exchange, *answers: str) -> Exchange:
    """The twin of a negative, which differs in that one respect and must be taken; else nothing is proved."""
    exchange.note = "control: the same request without the flaw"
    if objections(exchange, answers=list(answers)):
        raise NotCheckable(f"the control request was refused too, so the refusals prove nothing: {exchange.status} {exchange.text[:300]}")
    return exchange


Profile = dict[str, Json]


def profile(mbanq: Mbanq, customer: Customer) -> Profile:
    """Everything that is shown of a client but its state."""
    return {**mbanq.look(customer).profile, **mbanq.documents(customer)}


def same_profile(mbanq: Mbanq, customer: Customer, before: Profile, *evidence: Exchange) -> None:
    """The client must read as before, but for its state."""
    now = profile(mbanq, customer)
    changed = [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]
    if changed:
        said = "; ".join(f"{key} was {before.get(key)!r} and is {now.get(key)!r}" for key in changed)
        raise mbanq.breach(f"the profile changed: {said}", *evidence)


def same_state(mbanq: Mbanq, customer: Customer, before: str, *evidence: Exchange) -> None:
    """The client must show the state that it showed before, as `str` of its view says."""
    if (now := str(mbanq.settled(customer))) != before:
        raise mbanq.breach(f"the client was {before}, and is {now}", *evidence)


def with_method(mbanq: Mbanq, prepared: Prepared, method: str) -> Exchange:
    """The same request under another method, of which nobody knows."""
    request = prepared.request
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
    again = type(request)(method, request.url, headers=headers, content=prepared.body)
    unknown = Operation(f"{method} {prepared.operation.path}", method, prepared.operation.path, method == "GET", None)
    return mbanq.sandbox.client.deliver(Prepared(unknown, again, prepared.body))
