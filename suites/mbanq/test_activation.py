from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq import command_edits as edits
from strategies.mbanq.clients import clients, verifications
from strategies.mbanq.standard import activation
from suites.mbanq.driver import Mbanq

BY_HAND = {"isActivatedByManualReview": True, "manualReviewActivationComments": "seen in the branch"}


@rule("mbanq/activate-verified-ok")
@given(body=verifications())
def test_activate_verified_ok(mbanq: Mbanq, body: Json) -> None:
    """A Verified client becomes Active."""
    customer = mbanq.verified(body)
    exchange = mbanq.expect(mbanq.activate(customer))
    shown = mbanq.settled(customer)
    if shown.main != "active" or shown.client.get("active") is False:
        raise mbanq.breach(f"after activation the client shows {shown}, active {shown.client.get('active')}", exchange)


@rule("mbanq/activate-unverified-refused")
@given(person=clients())
def test_activate_unverified_refused(mbanq: Mbanq, person: Json) -> None:
    """A client that is not Verified cannot be activated where verification is enforced."""
    gated = mbanq.gated()
    for customer in (gated.ready(), gated.ready("address"), gated.created(person)):
        exchange = gated.expect(gated.activate(customer))
        if (main := gated.settled(customer).main) != "pending":
            raise gated.breach(f"a refused activation left the client {main}", exchange)
    verified = gated.verified()
    gated.control(gated.activate(verified), "done")


@rule("mbanq/activate-keeps-verified")
@given(body=verifications())
def test_activate_keeps_verified(mbanq: Mbanq, body: Json) -> None:
    """Activation does not lose Verified."""
    customer = mbanq.verified(body)
    mbanq.is_verified(customer, mbanq.expect(mbanq.activate(customer)))


@rule("mbanq/activate-date-required")
def test_activate_date_required(mbanq: Mbanq) -> None:
    """An activationDate that is missing or malformed is refused."""
    customer = mbanq.verified()
    for edit in (*edits.DATE_MISSING, *edits.DATE_MALFORMED):
        exchange = mbanq.activate(customer, edit(activation()))
        exchange.note = edit.name
        mbanq.expect(exchange)
        if mbanq.look(customer).main == "active":
            raise mbanq.breach("a refused activation made the client Active", exchange)
    mbanq.control(mbanq.activate(customer), "done")


@rule("mbanq/activate-twice-refused")
def test_activate_twice_refused(mbanq: Mbanq) -> None:
    """A second activation is refused, and the client stays Active."""
    customer = mbanq.active()
    before = mbanq.look(customer)
    for _ in range(2):
        exchange = mbanq.expect(mbanq.activate(customer))
        after = mbanq.settled(customer)
        if after.main != "active" or after.client.get("activationDate") != before.client.get("activationDate"):
            raise mbanq.breach(f"after a second activation the client shows {after}", exchange)


@rule("mbanq/amb-activate-already")
def test_amb_activate_already(mbanq: Mbanq) -> None:
    """Which status a second activation is refused with."""
    mbanq.observe(str(mbanq.expect(mbanq.activate(mbanq.active())).status))


@rule("mbanq/activate-manual-review-bypass")
@pytest.mark.parametrize("gap", ["", "address", "identifier"])
def test_activate_manual_review_bypass(mbanq: Mbanq, gap: str) -> None:
    """Activation by manual review may do without verification, and fakes none."""
    customer = mbanq.ready(*([gap] if gap else []))
    exchange = mbanq.expect(mbanq.activate(customer, {**activation(), **BY_HAND}))
    shown = mbanq.is_not_verified(customer, exchange)
    if (shown.main == "active") != (exchange.status == 200):
        raise mbanq.breach(f"answered with {exchange.status}, and the client is {shown.main}", exchange)


@rule("mbanq/order-skip-verify-visible")
def test_order_skip_verify_visible(mbanq: Mbanq) -> None:
    """A client that was never verified is never shown as Verified, whatever else happens to it."""
    for driver in (mbanq, mbanq.gated(), mbanq.fresh(enforce_verification=False)):
        for customer in (driver.ready(), driver.ready("address")):
            for body in (activation(), {**activation(), **BY_HAND}):
                driver.is_not_verified(customer, driver.expect(driver.activate(customer, body)))


@rule("mbanq/amb-enforcement")
def test_amb_enforcement(mbanq: Mbanq) -> None:
    """Whether activation always asks for verification, or only where a switch is on."""
    mbanq.observe("open" if mbanq.expect(mbanq.activate(mbanq.ready())).status == 200 else "gated")
