from __future__ import annotations

from harness.errors import NotApplicable
from harness.exchange import Exchange
from harness.rules import rule
from suites.mbanq.driver import Customer, Mbanq
from suites.mbanq.views import VERIFIED, status_word

WORDS = ("PENDING", "IN_PROGRESS", "APPROVED", "REJECTED")


def told(mbanq: Mbanq, customer: Customer) -> tuple[str, Exchange]:
    """The verification status in small letters; not applicable where there is no such call."""
    exchange = mbanq.tell(customer)
    if exchange.status in (404, 405):
        raise NotApplicable("the target has no call for the verification status (mbanq/amb-where-to-read)")
    return status_word(mbanq.expect(exchange).json), exchange


@rule("mbanq/read-verificationstatus-set")
def test_read_verificationstatus_set(mbanq: Mbanq) -> None:
    """The verification status is one of four words."""
    customers = [mbanq.created()]
    if "status-control" in mbanq.sandbox.capabilities:
        customers += [mbanq.ready("address"), mbanq.verified(), mbanq.active()]
    for customer in customers:
        word, exchange = told(mbanq, customer)
        if word not in map(str.lower, WORDS) or not any(listed in exchange.text for listed in WORDS):
            raise mbanq.breach(f"the verification status is {word!r}, in {exchange.text[:200]}", exchange)


@rule("mbanq/read-verificationstatus-before")
def test_read_verificationstatus_before(mbanq: Mbanq) -> None:
    """Before verification the verification status is not APPROVED."""
    customers = [mbanq.created()]
    if "status-control" in mbanq.sandbox.capabilities:
        customers.append(mbanq.ready())
    for customer in customers:
        word, exchange = told(mbanq, customer)
        if word not in ("pending", "in_progress"):
            raise mbanq.breach(f"before verification the status is {word!r}", exchange)


@rule("mbanq/read-verificationstatus-after")
def test_read_verificationstatus_after(mbanq: Mbanq) -> None:
    """After verification the verification status is APPROVED."""
    for customer in (mbanq.verified(), mbanq.active()):
        word, exchange = told(mbanq, customer)
        if word not in VERIFIED:
            raise mbanq.breach(f"after verification the status is {word!r}", exchange)


@rule("mbanq/read-two-views-agree")
def test_read_two_views_agree(mbanq: Mbanq) -> None:
    """The client and its verification status agree."""
    refused = mbanq.ready("address")
    mbanq.verify(refused)
    for customer in (mbanq.created(), mbanq.ready(), refused, mbanq.verified(), mbanq.active()):
        told(mbanq, customer)
        shown = mbanq.settled(customer)
        if shown.affirmations and shown.denials:
            raise mbanq.breach(f"one view says {shown.affirmations}, another {shown.denials}")
