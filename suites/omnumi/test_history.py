from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.omnumi.customers import IN_HISTORY, changes
from suites.omnumi.driver import Omnumi
from suites.omnumi.histories import SIDES, made, oldest_first, shown
from suites.omnumi.typed import instant_of

# Changes that come first whatever is drawn: each writes one member anew, so that there is something to lose, to cut and to confuse.
SURE = [{"occupation": word} for word in ("Miller", "Smith", "Tailor")]


def one_by_one(omnumi: Omnumi, steps: list[dict[str, Json]]) -> list[Exchange]:
    """What is shown of a customer before the first of these changes and after each, a minute of the target's time between."""
    customer = made(omnumi)
    told = [shown(omnumi, customer)]
    for step in [*SURE, *steps]:
        now = {name: value for name, value in step.items() if told[-1].data.get(name) != value}
        omnumi.pass_a_minute()
        if now:
            omnumi.change_customer(customer, now, remarks=f"change {len(told)}")
            told.append(shown(omnumi, customer))
    return told


def entries(told: list[Exchange]) -> list[dict[str, Json]]:
    """The entries of the last reading, as many as there were changes; another rule judges whether they are."""
    history = oldest_first(told[-1])
    if len(history) != len(told) - 1:
        raise NotCheckable(f"{len(told) - 1} changes have {len(history)} entries, so there is no telling which is which")
    return history


def detail(entry: dict[str, Json], side: str, name: str) -> Json:
    """A member of `data` in the details of one side, under either name; ... where it is not there."""
    held = entry[side]
    return held.get(IN_HISTORY[name], held.get(name, ...))


several = given(steps=st.lists(changes(), min_size=1, max_size=3))


@rule("omnumi/history-complete")
@several
def test_history_complete(omnumi: Omnumi, steps: list[dict[str, Json]]) -> None:
    """Every change has its entry."""
    told = one_by_one(omnumi, steps)
    counts = [len(exchange.data["historyData"]) for exchange in told]
    if counts != list(range(len(told))):
        raise omnumi.breach(f"after each of {len(told) - 1} changes the history has {counts[1:]} entries", *told)


@rule("omnumi/history-append-only")
@several
def test_history_append_only(omnumi: Omnumi, steps: list[dict[str, Json]]) -> None:
    """Entries that were once shown stay as they are."""
    told = one_by_one(omnumi, steps)
    for before, after in pairwise(told):
        later = after.data["historyData"]
        if any(entry not in later for entry in before.data["historyData"]):
            raise omnumi.breach("an entry that was shown before a change is not shown after it, or otherwise", before, after)


@rule("omnumi/history-unbounded")
def test_history_unbounded(omnumi: Omnumi) -> None:
    """Old entries are not cut off."""
    number = 60
    customer = made(omnumi, *({"occupation": f"Trade {index}"} for index in range(number)))
    exchange = shown(omnumi, customer)
    if len(exchange.data["historyData"]) != number:
        raise omnumi.breach(f"{number} changes have {len(exchange.data['historyData'])} entries in the answer", exchange)


@rule("omnumi/history-old-is-before")
@several
def test_history_old_is_before(omnumi: Omnumi, steps: list[dict[str, Json]]) -> None:
    """The old details are the values before the change."""
    agrees(omnumi, steps, "oldDetails", 0)


@rule("omnumi/history-new-is-after")
@several
def test_history_new_is_after(omnumi: Omnumi, steps: list[dict[str, Json]]) -> None:
    """The new details are the values after the change."""
    agrees(omnumi, steps, "newDetails", 1)


def agrees(omnumi: Omnumi, steps: list[dict[str, Json]], side: str, offset: int) -> None:
    """That side of each entry must hold what the data showed before (0) or after (1) the change, for all that changed."""
    told = one_by_one(omnumi, steps)
    for index, entry in enumerate(entries(told)):
        before, after = told[index].data, told[index + 1].data
        for name in (name for name in IN_HISTORY if before.get(name) != after.get(name)):
            data = (before, after)[offset].get(name)
            if detail(entry, side, name) != data:
                raise omnumi.breach(f"{side} of change {index + 1} has {name} {detail(entry, side, name)!r}, the data {data!r}", *told)


@rule("omnumi/history-chain")
@several
def test_history_chain(omnumi: Omnumi, steps: list[dict[str, Json]]) -> None:
    """What a change found is what the one before it left."""
    told = one_by_one(omnumi, steps)
    left: dict[str, Json] = {}
    for index, entry in enumerate(entries(told)):
        for name in IN_HISTORY:
            old, new = (detail(entry, side, name) for side in SIDES)
            if old is not ... and name in left and old != left[name]:
                raise omnumi.breach(f"change {index + 1} found {name} {old!r}, the one before left {left[name]!r}", told[-1])
            if new is not ...:
                left[name] = new


@rule("omnumi/history-updatedby-is-actor")
@given(names=st.permutations(["ada.operator@example.com", "eva.operator@example.org", "night.shift@example.net"]))
def test_history_updatedby_is_actor(omnumi: Omnumi, names: list[str]) -> None:
    """A change names who made it."""
    customer = made(omnumi)
    for index, name in enumerate(names):
        omnumi.pass_a_minute()
        omnumi.change_customer(customer, {"occupation": f"Trade {index}"}, updatedBy=name)
    exchange = shown(omnumi, customer)
    told = [entry.get("updatedBy") for entry in oldest_first(exchange)]
    if told != names:
        raise omnumi.breach(f"the changes were made by {names}, and are shown as made by {told}", exchange)


@rule("omnumi/history-createdat-is-change-time")
def test_history_createdat_is_change_time(omnumi: Omnumi) -> None:
    """A change has the time at which it was made."""
    client = omnumi.own_time()
    customer, windows = made(client), []
    for index in range(3):
        client.pass_an_hour()
        start = client.sandbox.now()
        client.change_customer(customer, {"occupation": f"Trade {index}"})
        windows.append((start, client.sandbox.now()))
    client.pass_an_hour()
    exchange = shown(client, customer)
    skew = dt.timedelta(minutes=2)
    for (start, end), entry in zip(windows, oldest_first(exchange), strict=False):
        at = instant_of(str(entry.get("createdAt")))
        if at is None or not start - skew <= at <= end + skew:
            raise omnumi.breach(f"a change made at {start.isoformat()} is shown as made at {entry.get('createdAt')}", exchange)


@rule("omnumi/history-order-consistent")
@several
def test_history_order_consistent(omnumi: Omnumi, steps: list[dict[str, Json]]) -> None:
    """Changes are listed in one order of time."""
    told = one_by_one(omnumi, [*steps, {"occupation": "Singer"}, {"occupation": "Dancer"}, {"occupation": "Painter"}])
    times = [instant_of(str(entry.get("createdAt"))) for entry in told[-1].data["historyData"]]
    known = [each for each in times if each is not None]
    if known not in (sorted(known), sorted(known, reverse=True)):
        raise omnumi.breach(f"the changes are listed in the order {[each.isoformat() for each in known]}", told[-1])


@rule("omnumi/history-same-customer")
@given(change=changes())
def test_history_same_customer(omnumi: Omnumi, change: dict[str, Json]) -> None:
    """The history is that of the customer that was asked for."""
    customer, other = made(omnumi, change), made(omnumi, {"lastName": "someoneelse"}, {"occupation": "Diver"})
    exchange = shown(omnumi, customer)
    history = exchange.data["historyData"]
    # That of a linked account is another reading, which its own probe records; that of another customer is not.
    ids = {str(entry[side].get("customerAccountId")).lower() for entry in history for side in SIDES}
    if len(history) != 1 or other.lower() in ids or "Diver" in str(history) or "someoneelse" in str(history):
        raise omnumi.breach(f"a customer changed once has {len(history)} entries, about {sorted(ids)}", exchange)


@rule("omnumi/history-remarks-kept")
@given(remarks=st.lists(st.sampled_from(["Wrong first name", "Married", 'Said "no"', "Ünïcödé", "x" * 200]), min_size=1, max_size=3))
def test_history_remarks_kept(omnumi: Omnumi, remarks: list[str]) -> None:
    """The remark of a change is kept."""
    customer = made(omnumi)
    for index, remark in enumerate(remarks):
        omnumi.pass_a_minute()
        omnumi.change_customer(customer, {"occupation": f"Trade {index}"}, remarks=remark)
    exchange = shown(omnumi, customer)
    told = [entry.get("remarks") for entry in oldest_first(exchange)]
    if told != remarks:
        raise omnumi.breach(f"the remarks were {remarks}, and are {told}", exchange)


@rule("omnumi/history-failed-change-no-entry")
def test_history_failed_change_no_entry(omnumi: Omnumi) -> None:
    """A change that was refused leaves no entry."""
    customer = made(omnumi, {"occupation": "Diver"})
    before = shown(omnumi, customer)
    for bad in ({"dob": "2024-02-30"}, {"dob": "no day"}, {"firstName": 5}):
        try:
            omnumi.change_customer(customer, bad)
        except NotCheckable:
            continue
        raise NotCheckable(f"the target took the change {bad}, so there is nothing refused to look for")
    after = shown(omnumi, customer)
    if after.json != before.json:
        raise omnumi.breach("changes that were refused are in the history, or in the data", before, after)


@rule("omnumi/history-parallel-changes-all-kept")
def test_history_parallel_changes_all_kept(omnumi: Omnumi) -> None:
    """Changes made at the same time all have their entries."""
    customer = made(omnumi)
    steps: list[dict[str, Any]] = [{"occupation": f"Trade {index}"} for index in range(8)]
    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(lambda step: omnumi.change_customer(customer, step), steps))
    exchange = shown(omnumi, customer)
    left = sorted(str(detail(entry, "newDetails", "occupation")) for entry in exchange.data["historyData"])
    if left != sorted(step["occupation"] for step in steps):
        raise omnumi.breach(f"of {len(steps)} changes at the same time the history has {left}", exchange)
