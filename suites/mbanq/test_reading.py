from __future__ import annotations

import re

from harness.exchange import Exchange
from harness.rules import rule
from suites.mbanq.driver import Mbanq, body_of, path_of


def reads(mbanq: Mbanq) -> list[Exchange]:
    """Clients in every state that can be reached, as read."""
    customers = [mbanq.created()]
    if "status-control" in mbanq.sandbox.capabilities:
        customers += [mbanq.ready(), mbanq.verified(), mbanq.active(), mbanq.ready(status="Closed")]
    return [mbanq.expect(mbanq.read(customer), answers=["read"]) for customer in customers]


@rule("mbanq/read-status-object")
def test_read_status_object(mbanq: Mbanq) -> None:
    """The status of a client is an object with an integer id and a code and a value as texts."""
    for exchange in reads(mbanq):
        status = body_of(exchange).get("status")
        if not isinstance(status, dict) or [type(status.get(key)) for key in ("id", "code", "value")] != [int, str, str]:
            raise mbanq.breach(f"status is {status!r}", exchange)
        if not status["code"].lower().endswith(status["value"].replace(" ", "").lower()):
            raise mbanq.breach(f"the code and the value of status {status!r} contradict each other", exchange)


@rule("mbanq/read-substatus-object")
def test_read_substatus_object(mbanq: Mbanq) -> None:
    """The sub-status of a client is an object, also where none is set."""
    found = reads(mbanq)
    # Whether the client shows it at all is open (mbanq/amb-where-to-read).
    anywhere = any("subStatus" in body_of(exchange) for exchange in found)
    for exchange in found:
        sub = body_of(exchange).get("subStatus", None if anywhere else {})
        flags = {key: sub[key] for key in ("active", "mandatory") if key in sub} if isinstance(sub, dict) else {"subStatus": sub}
        if wrong := {key: value for key, value in flags.items() if not isinstance(value, bool)}:
            raise mbanq.breach(f"the sub-status has {wrong}", exchange)


@rule("mbanq/read-active-boolean")
def test_read_active_boolean(mbanq: Mbanq) -> None:
    """The member active is a boolean, and true only for an Active client."""
    for exchange in reads(mbanq):
        body = body_of(exchange)
        is_active = (body.get("status") or {}).get("value") == "Active"
        if not isinstance(body.get("active"), bool) or (body["active"] and not is_active):
            raise mbanq.breach(f"active is {body.get('active')!r} beside status {body.get('status')}", exchange)


@rule("mbanq/read-client-id-integer")
def test_read_client_id_integer(mbanq: Mbanq) -> None:
    """The id of a client is the integer of the path."""
    for customer in (mbanq.created(), mbanq.created()):
        exchange = mbanq.expect(mbanq.read(customer))
        if type(said := body_of(exchange)["id"]) is not int or said != customer.id:
            raise mbanq.breach(f"client {customer.id} reads as {said!r}", exchange)


@rule("mbanq/read-dates-array")
def test_read_dates_array(mbanq: Mbanq) -> None:
    """Dates come back as lists of year, month and day."""
    for exchange in reads(mbanq):
        dates = {key: value for key, value in body_of(exchange).items() if re.fullmatch(r"dateOfBirth|\w+Date", key) and value is not None}
        for key, value in dates.items():
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                continue
            if (
                not isinstance(value, list)
                or [type(part) for part in value] != [int] * 3
                or not (1 <= value[1] <= 12 and 1 <= value[2] <= 31)
            ):
                raise mbanq.breach(f"{key} is {value!r}", exchange)


@rule("mbanq/read-is-safe")
def test_read_is_safe(mbanq: Mbanq) -> None:
    """Reading changes nothing."""
    customer = mbanq.ready() if "status-control" in mbanq.sandbox.capabilities else mbanq.created()
    first = mbanq.expect(mbanq.read(customer))
    for operation in ("readVerificationStatus", "listIdentifiers", "listAddresses", "readIdentifierTemplate"):
        mbanq.send(operation, path=path_of(customer))
    mbanq.send("listClients")
    second = mbanq.expect(mbanq.read(customer))
    if first.json != second.json:
        raise mbanq.breach("two reads of a client differ, and only reads lie between them", first, second)
    mbanq.is_not_verified(customer, second)
