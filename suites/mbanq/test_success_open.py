from __future__ import annotations

import pytest

from harness.errors import NotApplicable
from harness.rules import rule
from strategies.mbanq.standard import TYPES, of_type
from suites.mbanq.driver import Mbanq, body_of
from suites.mbanq.views import View

by_type = pytest.mark.parametrize("kind", TYPES)


@rule("mbanq/amb-verify-answer")
@by_type
def test_amb_verify_answer(mbanq: Mbanq, kind: str) -> None:
    """The body of a successful verify is not shown."""
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(), of_type(kind)))
    ids = bool({"clientId", "resourceId"} & body_of(exchange).keys())
    told = "clientKycStatus" in exchange.data
    mbanq.observe("ids-and-kyc-status" if ids and told else "ids" if ids else "other")


@rule("mbanq/amb-sync")
@by_type
def test_amb_sync(mbanq: Mbanq, kind: str) -> None:
    """Whether the client is Verified when the 200 arrives."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.verify(customer, of_type(kind)))
    at_once = mbanq.look(customer).verified
    mbanq.is_verified(customer, exchange)
    mbanq.observe("at-once" if at_once else "later")


@rule("mbanq/amb-vocabulary")
def test_amb_vocabulary(mbanq: Mbanq) -> None:
    """The document calls the sub-status Verified; the provider's other pages call the status APPROVED."""
    shown = verified_view(mbanq)
    for place, word in sorted(shown.affirmations.items()):
        mbanq.observe(f"{place}: {word}")


@rule("mbanq/amb-where-to-read")
def test_amb_where_to_read(mbanq: Mbanq) -> None:
    """The document shows no call that reads the status."""
    places = set(verified_view(mbanq).affirmations)
    elsewhere = places - {"verificationstatus"}
    mbanq.observe("both" if elsewhere and elsewhere != places else "client" if elsewhere else "verificationstatus")


@rule("mbanq/amb-status-word")
def test_amb_status_word(mbanq: Mbanq) -> None:
    """The flow says that the state becomes Verified, the outcomes that the sub-status does."""
    main = verified_view(mbanq).main
    mbanq.observe({"pending": "sub-status", "verified": "main"}.get(main, main))


def verified_view(mbanq: Mbanq) -> View:
    """A client that was just verified, as it is shown."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.verify(customer))
    shown = mbanq.settled(customer)
    if not shown.words:
        mbanq.observe("nowhere", "mbanq/amb-where-to-read")
        raise NotApplicable(f"the target shows nowhere that {exchange.url} was verified")
    return shown
