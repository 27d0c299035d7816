"""Every operation of Harbor as one call that would succeed, so that a test varies only how the caller shows who it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from strategies.harbor.standard import standard_us
from suites.harbor.driver import Customer, Harbor
from suites.judging import objections

NOBODY = "cus_0000000000000000000000000000000000000000"
"""An id of the published form that nobody was given."""
MALFORMED_IDS = ("1", "cus_", "not a customer", "00000000-0000-4000-8000-000000000000", "%00", "cus_'--")


class Call(Protocol):
    """A call about a customer; the parts are those of `harness.client.Client.prepare`, and `key`."""

    def __call__(self, harbor: Harbor, customer: Customer | str, **parts: Any) -> Exchange:
        """Send it."""


def submit(harbor: Harbor, customer: Customer | str, **parts: Any) -> Exchange:
    """A submission without objections."""
    return harbor.submit(customer, standard_us(), **parts)


def correct(harbor: Harbor, customer: Customer | str, **parts: Any) -> Exchange:
    """A correction without objections."""
    return harbor.correct(customer, standard_us(), **parts)


def read(harbor: Harbor, customer: Customer | str, **parts: Any) -> Exchange:
    """A reading."""
    return harbor.read(customer, **parts)


ONBOARDING: dict[str, Call] = {"submit": submit, "read": read, "correct": correct}
"""The three operations of an onboarding."""
WRITES: dict[str, Call] = {"submit": submit, "correct": correct}
LOOK_UPS: dict[str, str | None] = {"subdivisions": "US", "industries": "US", "job-titles": None, "occupations": None}
"""The look-ups, with the country where they are per country."""


def ready_for(harbor: Harbor, call: str) -> Customer:
    """A customer for whom the call would succeed."""
    if call == "correct":
        harbor.needs("status-control")
        return harbor.in_status("action_required")
    return harbor.submitted() if call == "read" else harbor.ready()


def control(exchange: Exchange, *answers: str) -> Exchange:
    """The twin of a negative, which differs in that one respect and must be taken; else nothing is proved."""
    exchange.note = "control: the same request without the flaw"
    if all(objections(exchange, answers=[answer]) for answer in answers):
        raise NotCheckable(f"the control request was refused too, so the refusals prove nothing: {exchange.status} {exchange.text[:300]}")
    return exchange


def refuses_caller(harbor: Harbor, call: str, shown: Sequence[bool | str]) -> None:
    """The call must be turned away under each of these keys, and taken under the client's own."""
    customer = ready_for(harbor, call)
    for key in shown:
        exchange = ONBOARDING[call](harbor, customer, auth=key)
        exchange.note = "no API key" if key is False else "another API key"
        harbor.expect(exchange)
    control(ONBOARDING[call](harbor, customer), "read" if call == "read" else "accepted")


def left_alone(harbor: Harbor, customer: Customer, before: dict[str, Json], *refused: Exchange) -> None:
    """The onboarding must read as it did before."""
    exchange = harbor.expect(harbor.read(customer), answers=["read"])
    changed = [
        f"{field} was {before.get(field)!r} and is {exchange.data.get(field)!r}"
        for field in ("id", "status", "pending_requirements")
        if (before.get(field) or None) != (exchange.data.get(field) or None)
    ]
    if changed:
        raise harbor.breach(f"what was refused changed the onboarding: {'; '.join(changed)}", *refused, exchange)


def nothing_there(harbor: Harbor, customer: Customer, *refused: Exchange) -> None:
    """There must be no onboarding to read."""
    exchange = harbor.read(customer)
    if not objections(exchange, answers=["read"]):
        raise harbor.breach(f"what was refused left an onboarding in status {exchange.data['status']}", *refused, exchange)
