"""Control of a tenant's journal: find, count, wait for."""

from typing import Any

from mockserver.control.handling import Call, Outcome, Route
from mockserver.control.refusal import Refusal
from mockserver.journal import FILTERS, LIMIT

LONGEST_WAIT_SECONDS = 60
WAIT_SECONDS = 5


def filters(call: Call) -> dict[str, str]:
    """Return the filters of the query."""
    return {name: value for name in FILTERS if (value := call.parameter(name)) is not None}


def show(call: Call) -> Outcome:
    """List the matching entries, oldest first; `limit` keeps the newest of them."""
    journal = call.tenant.journal
    limit = int(call.number("limit", LIMIT, LIMIT))
    entries = journal.find(**filters(call))
    return 200, {"entries": [entry.shown() for entry in entries[max(0, len(entries) - limit) :]], "dropped": journal.dropped}


def count(call: Call) -> Outcome:
    """Count the matching entries."""
    journal = call.tenant.journal
    return 200, _counted(len(journal.find(**filters(call))), journal.dropped)


async def wait(call: Call) -> Outcome:
    """Wait until there are `count` matching entries; 408 when they do not come within `timeout` seconds."""
    journal, wanted = call.tenant.journal, int(call.number("count", 1, LIMIT))
    timeout = call.number("timeout", WAIT_SECONDS, LONGEST_WAIT_SECONDS)
    found = await journal.wait_for(wanted, timeout, filters(call))
    if len(found) < wanted:
        message = f"{len(found)} of {wanted} requests came within {timeout:g} seconds; dropped: {journal.dropped}"
        raise Refusal(408, "timeout", message)
    return 200, _counted(len(found), journal.dropped)


def _counted(number: int, dropped: int) -> dict[str, Any]:
    return {"count": number, "dropped": dropped}


ROUTES: tuple[Route, ...] = (
    ("GET", "journal", show),
    ("GET", "journal/count", count),
    ("GET", "journal/wait", wait),
)
