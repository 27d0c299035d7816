from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq.standard import PARTIAL, TYPES, date, identifier, of_type
from suites.mbanq.driver import Customer, Mbanq
from suites.mbanq.reasons import reasons

by_type = pytest.mark.parametrize("kind", TYPES)


def alone(mbanq: Mbanq, kind: str) -> None:
    """An identifier of that kind alone passes FULL, or is refused for something else than having none at all.

    A configured product may ask for more (mbanq/amb-full-or-list); then the refusal is not the one of a client without any of them.
    """
    customer = mbanq.ready("full-identity")
    without = mbanq.set_up(mbanq.verify(customer), "refused-for-a-gap")
    mbanq.with_identifier(customer, kind)
    exchange = mbanq.expect(mbanq.verify(customer))
    mbanq.observe("accepted" if exchange.status == 200 else "refused", "mbanq/amb-full-or-list")
    if exchange.status == 403 and reasons(exchange) == reasons(without):
        raise mbanq.breach("the identifier made no difference: the refusal is that of a client without SSN, ITIN and physical ID", exchange)


@rule("mbanq/verify-ssn-suffices-full")
def test_verify_ssn_suffices_full(mbanq: Mbanq) -> None:
    """An SSN counts for FULL."""
    alone(mbanq, "ssn")


@rule("mbanq/verify-itin-suffices-full")
def test_verify_itin_suffices_full(mbanq: Mbanq) -> None:
    """An ITIN counts for FULL."""
    alone(mbanq, "itin")


@rule("mbanq/verify-physical-id-suffices-full")
@pytest.mark.parametrize("kind", ["passport", "driver"])
def test_verify_physical_id_suffices_full(mbanq: Mbanq, kind: str) -> None:
    """A physical ID counts for FULL."""
    alone(mbanq, kind)


def documented(mbanq: Mbanq, *kinds: str) -> Customer:
    """A client whose only identifiers are these, added by the API."""
    customer = mbanq.ready("identifier")
    for kind in kinds:
        mbanq.with_identifier(customer, kind)
    return customer


@rule("mbanq/verify-passport-counts")
def test_verify_passport_counts(mbanq: Mbanq) -> None:
    """A passport is an identity document."""
    mbanq.passes(documented(mbanq, "passport"), PARTIAL)


@rule("mbanq/verify-one-identifier-enough")
@pytest.mark.parametrize("kind", ["passport", "driver"])
def test_verify_one_identifier_enough(mbanq: Mbanq, kind: str) -> None:
    """One valid document is enough."""
    mbanq.passes(documented(mbanq, kind), PARTIAL)


@rule("mbanq/verify-several-identifiers-ok")
@by_type
def test_verify_several_identifiers_ok(mbanq: Mbanq, kind: str) -> None:
    """Several valid documents do no harm."""
    mbanq.passes(documented(mbanq, "passport", "driver", "ssn", "itin"), of_type(kind))


UNUSABLE: dict[str, Callable[[Mbanq, Customer], object]] = {
    "expired": lambda mbanq, customer: mbanq.patch(customer, add_identifiers=[{"type": "Drivers License", "expired": True}]),
    "inactive": lambda mbanq, customer: mbanq.add(customer, identifier("driver", status="Inactive")),
    "expired-by-call": lambda mbanq, customer: mbanq.add(customer, identifier("driver", expiryDate=date(days=-2))),
}


@rule("mbanq/verify-valid-beside-expired-ok")
@pytest.mark.parametrize("flaw", UNUSABLE)
@by_type
def test_verify_valid_beside_expired_ok(mbanq: Mbanq, flaw: str, kind: str) -> None:
    """An expired document beside a valid one does not block."""
    customer = mbanq.ready()
    UNUSABLE[flaw](mbanq, customer)
    mbanq.passes(customer, of_type(kind))


GOOD = {"primary": True, "physical": True, "active": True}
ADDRESSES: dict[str, list[Json]] = {
    "beside-another": [GOOD, {**GOOD, "primary": False}],
    "beside-a-box": [{**GOOD, "primary": False, "physical": False}, GOOD],
    "beside-a-former-one": [{**GOOD, "active": False, "primary": False}, GOOD],
    "many": [GOOD, *({**GOOD, "primary": False} for _ in range(4))],
}


@rule("mbanq/verify-one-address-enough")
@by_type
def test_verify_one_address_enough(mbanq: Mbanq, kind: str) -> None:
    """One primary physical address is enough."""
    mbanq.passes(mbanq.ready(addresses=[GOOD]), of_type(kind))


@rule("mbanq/verify-several-addresses-ok")
@pytest.mark.parametrize("beside", ADDRESSES)
def test_verify_several_addresses_ok(mbanq: Mbanq, beside: str) -> None:
    """Further addresses do no harm."""
    mbanq.passes(mbanq.ready(addresses=ADDRESSES[beside]))


@rule("mbanq/amb-ssn-as-document")
def test_amb_ssn_as_document(mbanq: Mbanq) -> None:
    """Whether an SSN alone is an identity document for PARTIAL."""
    exchange = mbanq.expect(mbanq.verify(documented(mbanq, "ssn"), PARTIAL))
    mbanq.observe("accepted" if exchange.status == 200 else "refused")


@rule("mbanq/amb-full-or-list")
@pytest.mark.parametrize("kind", ["ssn", "itin", "passport"])
def test_amb_full_or_list(mbanq: Mbanq, kind: str) -> None:
    """Whether any one of SSN, ITIN and physical ID is enough for FULL."""
    exchange = mbanq.expect(mbanq.verify(documented(mbanq, kind)))
    mbanq.observe(f"{kind}: {'accepted' if exchange.status == 200 else 'refused'}")
    mbanq.control(mbanq.verify(documented(mbanq, "ssn", "itin", "passport", "driver")), "done")


@rule("mbanq/amb-config")
def test_amb_config(mbanq: Mbanq) -> None:
    """Whether more is asked for than the core list, by product configuration."""
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(identifiers=["Passport"], addresses=[GOOD]), PARTIAL))
    mbanq.observe("accepted" if exchange.status == 200 else "refused")


@rule("mbanq/amb-proof-of-address")
def test_amb_proof_of_address(mbanq: Mbanq) -> None:
    """Proof of address is an example of a missing document, and no core attribute."""
    mbanq.observes_gap("proof-of-address")
