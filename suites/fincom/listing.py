"""Looking through all pages of the list of customers."""

from __future__ import annotations

from collections.abc import Iterator

from harness.errors import NotCheckable
from harness.jsontypes import Json
from suites.fincom.driver import Fincom
from suites.judging import objections

# What the provider's list gives on one page at most.
PAGE = 512


def listed(fincom: Fincom, kind: str) -> Iterator[dict[str, Json]]:
    """The entries on all pages of the list of that type, in order."""
    page = pages = 1
    while page <= pages:
        exchange = fincom.list_customers(type=kind, current_page=page, per_page=PAGE)
        if objections(exchange, answers=["listed"]):
            raise NotCheckable(f"set-up: the list of customers cannot be read: {exchange.status} {exchange.text[:300]}")
        yield from exchange.data.get("customers", [])
        pages = int(exchange.data.get("pagination", {}).get("total_page", 1))
        page += 1


def customer_with_email(fincom: Fincom, email: str) -> bool:
    """Whether an individual customer with that e-mail is listed, on whatever page."""
    return any(entry.get("email") == email for entry in listed(fincom, "INDIVIDUAL"))
