"""Customers with changes, and their histories as answers show them."""

from __future__ import annotations

from harness.exchange import Exchange
from harness.jsontypes import Json
from strategies.omnumi.customers import SECOND_ACCOUNT, standard_customer
from suites.omnumi.driver import Omnumi
from suites.omnumi.typed import instant_of

SIDES = ("oldDetails", "newDetails")
# One change of nearly everything, so that the details of both sides hold what the sample shows; no generated change has these values.
BROAD: dict[str, Json] = {
    "firstName": "evalina",
    "dob": "1991-01-31",
    "bankAccounts": [SECOND_ACCOUNT],
    "maritalStatus": "divorced",
    "annualSalary": "2000000",
    "expectedMonthlyVolume": "20000",
    "tax": {"country": "US", "idNumber": "000111222", "state": "NY"},
    "gidIssueDate": "2013-12-12",
    "proofOfAddress": [],
}


def made(omnumi: Omnumi, *steps: dict[str, Json], **more: Json) -> str:
    """A customer with these changes, one after another."""
    customer = omnumi.make_customer(**standard_customer())
    for step in steps:
        omnumi.change_customer(customer, step, **more)
    return customer


def shown(omnumi: Omnumi, customer: str) -> Exchange:
    """The customer with the history."""
    return omnumi.expect(omnumi.pii(customer))


def oldest_first(exchange: Exchange) -> list[dict[str, Json]]:
    """The history in the order of time, whichever way it is listed; entries of one instant keep their places."""
    history: list[dict[str, Json]] = exchange.data["historyData"]
    times = [instant_of(str(entry.get("createdAt"))) for entry in history]
    known = [each for each in times if each is not None]
    return history[::-1] if len(known) == len(history) and len(known) > 1 and known[0] > known[-1] else history
