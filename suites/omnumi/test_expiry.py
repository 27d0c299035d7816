from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi.preauthorizations import DAY, HOUR, NOTATIONS, OFFSETS, Terms, terms
from suites.omnumi.comparing import alike, instant, status
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import GRACE, Made, asked, at, balances, create, made, moved, paid, pay, read

BRIEF = Terms(amount="150.75", lifetime=2 * HOUR)
EXPIRED = ["preauthorization-expired", "invalid-settlement-state"]
CLOSE = 2  # seconds before or after the expiry, for what must not depend on the very instant


def lasting(wish: Terms, lifetime: int = 2 * HOUR) -> Terms:
    """The same wish for that long."""
    return Terms(wish.amount, lifetime, wish.notation, wish.invoice)


def expired(omnumi: Omnumi, wish: Terms = BRIEF) -> Made:
    """A preauthorization whose time is just over."""
    which = made(omnumi, lasting(wish), omnumi.make_parties())
    omnumi.advance(seconds=2 * HOUR + CLOSE)
    return which


def refuses_settling(omnumi: Omnumi, which: Made) -> Exchange:
    """The settlement must be refused for the expiry."""
    return omnumi.expect(pay(omnumi, which, which.amount), answers=EXPIRED)


@rule("omnumi/expires-automatically")
@given(wish=terms())
def test_expires_automatically(omnumi: Omnumi, wish: Terms) -> None:
    """After its expiry a preauthorization is EXPIRED without any call."""
    which = expired(omnumi, wish)
    shown = read(omnumi, which)
    if status(shown.json["status"]) not in ("AUTHORIZED", "EXPIRED"):
        raise omnumi.breach(f"its time is over, and it is {shown.json['status']}", shown)
    omnumi.advance(seconds=GRACE)
    alike(omnumi, read(omnumi, which), {"status": "EXPIRED"}, "status")


@rule("omnumi/amb-expiry-on-read")
def test_amb_expiry_on_read(omnumi: Omnumi) -> None:
    """Whether a read shows EXPIRED at once or only when some job has run."""
    which = expired(omnumi)
    shown = omnumi.expect(omnumi.get(which.invoice))
    omnumi.observe("at-once" if shown.json["status"] == "EXPIRED" else "later")


@rule("omnumi/not-expired-early")
@pytest.mark.parametrize("lifetime", [HOUR, 60 * DAY], ids=["shorter-than-the-default", "longer"])
@given(wish=terms())
def test_not_expired_early(omnumi: Omnumi, lifetime: int, wish: Terms) -> None:
    """Before its expiry a preauthorization is not EXPIRED, also where the default would be over."""
    which = made(omnumi, lasting(wish, lifetime))
    alike(omnumi, read(omnumi, which), {"status": "AUTHORIZED"}, "status")
    omnumi.advance(seconds=lifetime - CLOSE - 1)
    alike(omnumi, read(omnumi, which), {"status": "AUTHORIZED"}, "status")


@rule("omnumi/default-expiry-really-expires")
@given(wish=terms(with_expiry=False))
def test_default_expiry_really_expires(omnumi: Omnumi, wish: Terms) -> None:
    """The default expiry ends the preauthorization as one that was given does."""
    which = made(omnumi, wish)
    told = instant(which.answer.get("expiresAt"))
    if told is None:
        raise NotCheckable("the create shows no expiry, so nobody knows when its time is over")
    omnumi.advance(seconds=(told - omnumi.sandbox.now()).total_seconds() + CLOSE)
    refuses_settling(omnumi, which)
    omnumi.advance(seconds=GRACE)
    alike(omnumi, read(omnumi, which), {"status": "EXPIRED"}, "status")


@rule("omnumi/expired-settles-nothing")
@given(wish=terms())
def test_expired_settles_nothing(omnumi: Omnumi, wish: Terms) -> None:
    """What has expired cannot be settled."""
    refuses_settling(omnumi, expired(omnumi, wish))
    late = made(omnumi, lasting(wish))
    omnumi.advance(seconds=100 * DAY)
    refuses_settling(omnumi, late)


@rule("omnumi/amb-expired-message")
def test_amb_expired_message(omnumi: Omnumi) -> None:
    """Whether settling what has expired is told as expired or as an invalid state."""
    exchange = refuses_settling(omnumi, expired(omnumi))
    omnumi.observe("state" if "Invalid settlement state" in exchange.text else "expired")


@rule("omnumi/expired-settle-moves-nothing")
@given(wish=terms())
def test_expired_settle_moves_nothing(omnumi: Omnumi, wish: Terms) -> None:
    """A settlement refused for expiry sets no hash and moves no token."""
    which = expired(omnumi, wish)
    before = balances(omnumi, which.parties)
    refused = refuses_settling(omnumi, which)
    alike(omnumi, read(omnumi, which), {}, "transactionHash", "settledAmount")
    omnumi.settle()
    moved(omnumi, which.parties, before, "0", refused)


@rule("omnumi/just-before-expiry-settles")
@given(wish=terms())
def test_just_before_expiry_settles(omnumi: Omnumi, wish: Terms) -> None:
    """Shortly before the expiry a settlement is done."""
    which = made(omnumi, lasting(wish))
    # The expiry is a whole second at most one second before the lifetime is over.
    omnumi.advance(seconds=2 * HOUR - CLOSE - 1)
    omnumi.expect(pay(omnumi, which, which.amount))


@rule("omnumi/amb-expiry-boundary")
def test_amb_expiry_boundary(omnumi: Omnumi) -> None:
    """Whether a preauthorization can be settled at the very instant of its expiry."""
    which = made(omnumi, BRIEF)
    told = instant(which.answer["expiresAt"])
    assert told is not None
    omnumi.advance(seconds=(told - omnumi.sandbox.now()).total_seconds())
    exchange = omnumi.expect(pay(omnumi, which, which.amount))
    omnumi.observe("valid" if exchange.status == 200 else "expired")


@rule("omnumi/expired-is-final")
@given(wish=terms())
def test_expired_is_final(omnumi: Omnumi, wish: Terms) -> None:
    """What has expired stays EXPIRED, whatever is asked of it."""
    which = expired(omnumi, wish)
    omnumi.advance(seconds=GRACE)
    for _ in range(2):
        pay(omnumi, which, which.amount)
        omnumi.create({**which.sent, "expiresAt": NOTATIONS["seconds"](at(omnumi, DAY))})
        omnumi.advance(seconds=DAY)
        alike(
            omnumi,
            read(omnumi, which),
            {"status": "EXPIRED", "authorizedAmount": which.amount},
            "status",
            "settledAmount",
            "authorizedAmount",
        )


@rule("omnumi/expired-frees-reservation")
@given(wish=terms())
def test_expired_frees_reservation(omnumi: Omnumi, wish: Terms) -> None:
    """What was reserved by an expired preauthorization can be reserved again."""
    parties = omnumi.make_parties(allowance=wish.amount)
    made(omnumi, lasting(wish), parties)
    omnumi.advance(seconds=2 * HOUR + CLOSE)
    if omnumi.create(asked(omnumi, wish, parties)).status != 201:
        # A job may still have to mark what has expired, and release what it held (omnumi/amb-expiry-on-read).
        omnumi.advance(seconds=GRACE)
        create(omnumi, asked(omnumi, wish, parties))


@rule("omnumi/settled-does-not-expire")
@given(wish=terms())
def test_settled_does_not_expire(omnumi: Omnumi, wish: Terms) -> None:
    """What is settled stays SETTLED past its expiry."""
    which = made(omnumi, lasting(wish))
    answer = paid(omnumi, which)
    omnumi.advance(seconds=2 * HOUR + GRACE)
    alike(omnumi, read(omnumi, which), {**answer.json, "status": "SETTLED"}, "status", "settledAmount", "transactionHash")


@rule("omnumi/expiry-instant-shared")
@pytest.mark.parametrize("zone", OFFSETS)
def test_expiry_instant_shared(omnumi: Omnumi, zone: str) -> None:
    """The notation of the zone does not shift the expiry."""
    expiry = at(omnumi, 3 * HOUR)
    pair = [omnumi.create(asked(omnumi, expiresAt=OFFSETS[zone](expiry))) for _ in range(2)]
    if pair[0].status != 201:
        # Refusing an offset is open (omnumi/create-expiry-offset-accepted); the instant then is that of the plain notation.
        pair = [omnumi.create(asked(omnumi, expiresAt=NOTATIONS["seconds"](expiry))) for _ in range(2)]
    early, late = (Made(omnumi.parties, omnumi.set_up(each, "created").sent, each.json) for each in pair)
    omnumi.advance(seconds=(expiry - omnumi.sandbox.now() - dt.timedelta(seconds=CLOSE)).total_seconds())
    omnumi.expect(pay(omnumi, early, early.amount))
    omnumi.advance(seconds=2 * CLOSE)
    refuses_settling(omnumi, late)


@rule("omnumi/no-self-settlement")
@given(wish=terms())
def test_no_self_settlement(omnumi: Omnumi, wish: Terms) -> None:
    """Without a settlement nothing becomes SETTLED, however much time passes."""
    which = made(omnumi, lasting(wish), omnumi.make_parties())
    before = balances(omnumi, which.parties)
    for seconds in (HOUR, HOUR + CLOSE, DAY, 30 * DAY):
        omnumi.advance(seconds=seconds)
        shown = read(omnumi, which)
        if status(shown.json["status"]) not in ("AUTHORIZED", "EXPIRED"):
            raise omnumi.breach(f"nobody settled it, and it is {shown.json['status']}", shown)
        alike(omnumi, shown, {}, "settledAmount", "transactionHash")
    moved(omnumi, which.parties, before, "0", shown)
