from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi import preauthorization_edits as edits
from strategies.omnumi.preauthorizations import DAY, HOUR, NOTATIONS, OFFSETS, Terms, in_utc, terms
from suites.omnumi.comparing import alike, instant
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import asked, at, create, read, refuses_create

UNSET = Terms(amount="150.75", lifetime=None)
# A real clock moves between our look at it and the server's.
TOLERANCE = dt.timedelta(seconds=30)


def applied(omnumi: Omnumi, exchange: Exchange) -> dt.datetime:
    """The expiry that the answer to a create shows."""
    told = instant(exchange.json.get("expiresAt"))
    if told is None:
        raise omnumi.breach(f"the answer shows no expiry: {exchange.json.get('expiresAt')!r}", exchange)
    return told


def by_default(omnumi: Omnumi, wish: Terms) -> tuple[Exchange, dt.timedelta]:
    """A create without an expiry, and the span that was applied."""
    exchange = create(omnumi, asked(omnumi, wish))
    return exchange, applied(omnumi, exchange) - omnumi.sandbox.now()


@rule("omnumi/create-expiresat-optional")
@given(wish=terms(with_expiry=False))
def test_create_expiresat_optional(omnumi: Omnumi, wish: Terms) -> None:
    """The expiry may be left out."""
    create(omnumi, asked(omnumi, wish))


@rule("omnumi/create-default-expiry-present")
@given(wish=terms(with_expiry=False))
def test_create_default_expiry_present(omnumi: Omnumi, wish: Terms) -> None:
    """Where no expiry was given, the answer shows the one that was applied."""
    by_default(omnumi, wish)


@rule("omnumi/create-default-expiry-future")
@given(wish=terms(with_expiry=False))
def test_create_default_expiry_future(omnumi: Omnumi, wish: Terms) -> None:
    """The default expiry lies after the request."""
    exchange, span = by_default(omnumi, wish)
    if span <= dt.timedelta():
        raise omnumi.breach(f"the default expiry {exchange.json['expiresAt']} is over at {omnumi.sandbox.now()}", exchange)


@rule("omnumi/create-default-expiry-constant")
@given(wish=terms(with_expiry=False), other=terms(with_expiry=False))
def test_create_default_expiry_constant(omnumi: Omnumi, wish: Terms, other: Terms) -> None:
    """The default expiry is the same span for every request of a client and token."""
    (first, span), exchanges = by_default(omnumi, wish), []
    for each in (other, wish, UNSET):
        if "clock" in omnumi.sandbox.capabilities:
            omnumi.advance(seconds=97)
        exchange, another = by_default(omnumi, each)
        exchanges.append(exchange)
        if abs(another - span) > TOLERANCE:
            raise omnumi.breach(f"one default lasts {span}, another {another}", first, *exchanges)


@rule("omnumi/create-default-expiry-only-when-absent")
@pytest.mark.parametrize("lifetime", [HOUR, 400 * DAY], ids=["short", "long"])
@given(wish=terms())
def test_create_default_expiry_only_when_absent(omnumi: Omnumi, lifetime: int, wish: Terms) -> None:
    """An expiry that was given is not replaced by the default, be it shorter or longer."""
    exchange = create(omnumi, asked(omnumi, Terms(wish.amount, lifetime, wish.notation)))
    alike(omnumi, exchange, exchange.sent, "expiresAt")


@rule("omnumi/create-expiry-offset-accepted")
@pytest.mark.parametrize("zone", OFFSETS)
def test_create_expiry_offset_accepted(omnumi: Omnumi, zone: str) -> None:
    """An expiry with a numeric offset is taken as the instant that it names; refusing it is recorded."""
    exchange = create(omnumi, asked(omnumi, expiresAt=OFFSETS[zone](at(omnumi, 2 * DAY))))
    if exchange.status == 201:
        alike(omnumi, exchange, exchange.sent, "expiresAt")


@rule("omnumi/create-expiry-fraction-accepted")
@given(wish=terms())
def test_create_expiry_fraction_accepted(omnumi: Omnumi, wish: Terms) -> None:
    """An expiry with milliseconds is taken as the instant that it names."""
    exact = at(omnumi, DAY) + dt.timedelta(milliseconds=250)
    for text in (NOTATIONS["milliseconds"](exact), exact.isoformat(timespec="milliseconds").replace("+00:00", "Z")):
        exchange = create(omnumi, asked(omnumi, wish, expiresAt=text))
        alike(omnumi, exchange, {"expiresAt": text}, "expiresAt")


@rule("omnumi/create-expiry-garbage-refused")
@given(wish=terms())
def test_create_expiry_garbage_refused(omnumi: Omnumi, wish: Terms) -> None:
    """An expiry that is no time stamp is refused, and the message spells the field expires_at."""
    refuses_create(omnumi, edits.EXPIRY_GARBAGE, wish)


@rule("omnumi/create-expiry-epoch-refused")
@given(wish=terms())
def test_create_expiry_epoch_refused(omnumi: Omnumi, wish: Terms) -> None:
    """Seconds or milliseconds since 1970 are no ISO 8601 time stamp."""
    refuses_create(omnumi, edits.EXPIRY_EPOCH_TEXT, wish)
    # A number is the wrong type as well, which some validate with 422.
    refuses_create(omnumi, edits.EXPIRY_EPOCH_NUMBER, wish, answers=["invalid-expiry", "unprocessable"])


@rule("omnumi/create-expiry-impossible-date-refused")
@given(wish=terms())
def test_create_expiry_impossible_date_refused(omnumi: Omnumi, wish: Terms) -> None:
    """A day or an hour that does not exist is no expiry."""
    refuses_create(omnumi, edits.EXPIRY_IMPOSSIBLE, wish)


@rule("omnumi/create-expiry-past-never-usable")
@given(wish=terms())
def test_create_expiry_past_never_usable(omnumi: Omnumi, wish: Terms) -> None:
    """An expiry in the past never yields money that can be settled."""
    for text in (in_utc(at(omnumi, -HOUR)), in_utc(at(omnumi, -400 * DAY)), "1999-12-31T23:59:59Z"):
        exchange = create(omnumi, asked(omnumi, wish, expiresAt=text))
        if exchange.status == 201:
            settled = omnumi.settle_invoice(exchange.sent["invoiceId"], {"amount": wish.amount})
            omnumi.expect(settled, answers=["preauthorization-expired", "invalid-settlement-state"])


@rule("omnumi/amb-past-expiry")
def test_amb_past_expiry(omnumi: Omnumi) -> None:
    """Whether an expiry in the past is invalid, or leads to a preauthorization that is expired from the start."""
    exchange = create(omnumi, asked(omnumi, expiresAt=in_utc(at(omnumi, -HOUR))))
    omnumi.observe("expired-at-once" if exchange.status == 201 else "refused")


@rule("omnumi/amb-expiry-without-zone")
def test_amb_expiry_without_zone(omnumi: Omnumi) -> None:
    """Whether a time stamp without a zone, or a bare date, is an expiry."""
    for edit in edits.EXPIRY_WITHOUT_ZONE:
        exchange = create(omnumi, edit(asked(omnumi)))
        if exchange.status == 201:
            told = applied(omnumi, exchange)
            read_as = (
                "utc"
                if told in (dt.datetime(2099, 3, 30, 12, tzinfo=dt.UTC), dt.datetime(2099, 3, 30, tzinfo=dt.UTC))
                else told.isoformat()
            )
            omnumi.observe(f"{edit.name}: {read_as}")
        else:
            omnumi.observe(f"{edit.name}: refused")


@rule("omnumi/amb-null-expiry")
def test_amb_null_expiry(omnumi: Omnumi) -> None:
    """Whether null or empty text as the expiry means that none was given."""
    for edit in edits.EXPIRY_NOTHING:
        exchange = create(omnumi, edit(asked(omnumi)))
        if exchange.status == 201:
            applied(omnumi, exchange)
        omnumi.observe(f"{edit.name}: {'default' if exchange.status == 201 else 'refused'}")


@rule("omnumi/amb-default-ttl")
def test_amb_default_ttl(omnumi: Omnumi) -> None:
    """How long the default expiry is."""
    exchange, span = by_default(omnumi, UNSET)
    omnumi.observe(f"{round(span.total_seconds() / 60)} minutes")
    read(omnumi, exchange.sent["invoiceId"])
