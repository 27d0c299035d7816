from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq.clients import clients
from strategies.mbanq.gaps import COMBINATIONS, CORE, FLAWS, flawed
from strategies.mbanq.standard import FULL, PARTIAL, TYPES, date, of_type
from suites.mbanq.driver import Mbanq

by_type = pytest.mark.parametrize("kind", TYPES)


@rule("mbanq/verify-needs-primary-address")
def test_verify_needs_primary_address(mbanq: Mbanq) -> None:
    """A client without any address is refused."""
    mbanq.refused_for("address")


@rule("mbanq/verify-secondary-address-insufficient")
def test_verify_secondary_address_insufficient(mbanq: Mbanq) -> None:
    """A client whose only address is not the primary one is refused."""
    mbanq.refused_for("address-primary")


@rule("mbanq/verify-mailing-address-insufficient")
def test_verify_mailing_address_insufficient(mbanq: Mbanq) -> None:
    """A client whose only address is no physical one is refused."""
    mbanq.refused_for("address-physical")


@rule("mbanq/verify-inactive-address-insufficient")
def test_verify_inactive_address_insufficient(mbanq: Mbanq) -> None:
    """A client whose only address is deactivated is refused."""
    mbanq.refused_for("address-active")


@rule("mbanq/verify-needs-identifier")
def test_verify_needs_identifier(mbanq: Mbanq) -> None:
    """A client without any identity document is refused."""
    mbanq.refused_for("identifier")


@rule("mbanq/verify-expired-identifier-insufficient")
def test_verify_expired_identifier_insufficient(mbanq: Mbanq) -> None:
    """A client whose only document has expired is refused."""
    mbanq.refused_for("identifier-expired")


@rule("mbanq/verify-expired-identifier-insufficient")
def test_identifier_expires_with_time(mbanq: Mbanq) -> None:
    """A client whose only document has expired is refused."""
    mbanq.needs("clock")
    later = mbanq.fresh()
    early, late = (later.ready("identifier") for _ in range(2))
    for customer in (early, late):
        later.with_identifier(customer, "passport", expiryDate=date(days=20))
    later.control(later.verify(early, PARTIAL), "done")
    later.advance(days=22)
    for body in (FULL, PARTIAL):
        later.is_not_verified(late, later.expect(later.verify(late, body)))


@rule("mbanq/verify-inactive-identifier-insufficient")
def test_verify_inactive_identifier_insufficient(mbanq: Mbanq) -> None:
    """A client whose only document is inactive is refused."""
    mbanq.refused_for("identifier-inactive")


@rule("mbanq/verify-deleted-identifier-insufficient")
@by_type
def test_verify_deleted_identifier_insufficient(mbanq: Mbanq, kind: str) -> None:
    """A document that was removed no longer counts."""
    customer = mbanq.ready("identifier")
    number = mbanq.with_identifier(customer, "passport")
    mbanq.set_up(mbanq.remove(customer, number), "removed")
    exchange = mbanq.expect(mbanq.verify(customer, of_type(kind)))
    mbanq.is_not_verified(customer, exchange)
    mbanq.control(mbanq.verify(mbanq.mended(customer, "identifier"), of_type(kind)), "done")


@rule("mbanq/verify-needs-email")
def test_verify_needs_email(mbanq: Mbanq) -> None:
    """A client without an e-mail address is refused."""
    mbanq.refused_for("email")


@rule("mbanq/verify-unverified-email-insufficient")
def test_verify_unverified_email_insufficient(mbanq: Mbanq) -> None:
    """A client with an unverified e-mail address is refused."""
    mbanq.refused_for("email-verified")


@rule("mbanq/verify-needs-mobile")
def test_verify_needs_mobile(mbanq: Mbanq) -> None:
    """A client without a mobile number is refused."""
    mbanq.refused_for("mobile")


@rule("mbanq/verify-unverified-mobile")
def test_verify_unverified_mobile(mbanq: Mbanq) -> None:
    """An unverified mobile number is a gap or none, and always the same."""
    exchanges = [mbanq.expect(mbanq.verify(mbanq.ready("mobile-verified"))) for _ in range(3)]
    if len({exchange.status for exchange in exchanges}) > 1:
        raise mbanq.breach("clients with an unverified mobile number are answered now with 200 and now with 403", *exchanges)


@rule("mbanq/verify-full-needs-ssn-itin-or-id")
@pytest.mark.parametrize("flaw", ["full-identity", "identifier"])
def test_verify_full_needs_ssn_itin_or_id(mbanq: Mbanq, flaw: str) -> None:
    """FULL is refused to a client that has no SSN, ITIN or physical ID."""
    mbanq.refused_for(flaw)


@rule("mbanq/verify-full-not-weaker")
@given(flaws=flawed())
def test_verify_full_not_weaker(mbanq: Mbanq, flaws: tuple[str, ...]) -> None:
    """Who fails PARTIAL fails FULL."""
    for lacking in (flaws, *((flaw,) for ways in FLAWS.values() for flaw in ways[:1])):
        customer = mbanq.ready(*lacking)
        partial = mbanq.verify(customer, PARTIAL)
        if mbanq.taken(partial, "refused-for-a-gap"):
            exchange = mbanq.expect(mbanq.verify(customer, FULL))
            mbanq.is_not_verified(customer, exchange)


@rule("mbanq/verify-partial-still-needs-core")
def test_verify_partial_still_needs_core(mbanq: Mbanq) -> None:
    """PARTIAL does not lift the core attributes altogether."""
    customer = mbanq.ready(*CORE)
    mbanq.is_not_verified(customer, mbanq.expect(mbanq.verify(customer, PARTIAL)))
    mbanq.control(mbanq.verify(mbanq.mended(customer, *CORE), PARTIAL), "done")


@rule("mbanq/verify-several-missing-refused")
@pytest.mark.parametrize("lacking", COMBINATIONS)
def test_verify_several_missing_refused(mbanq: Mbanq, lacking: str) -> None:
    """A client that lacks several things is refused."""
    mbanq.refused_for(*lacking.split("+"))


@rule("mbanq/verify-several-missing-refused")
@given(flaws=flawed(least=2))
def test_several_flaws_refused(mbanq: Mbanq, flaws: tuple[str, ...]) -> None:
    """A client that lacks several things is refused."""
    mbanq.refused_for(*flaws)


@rule("mbanq/verify-nothing-there-refused")
@by_type
@given(person=clients())
def test_verify_nothing_there_refused(mbanq: Mbanq, kind: str, person: Json) -> None:
    """A client with nothing but a name is refused."""
    bare = mbanq.ready(*CORE)
    new = mbanq.created(person)
    for customer in (bare, new):
        mbanq.is_not_verified(customer, mbanq.expect(mbanq.verify(customer, of_type(kind))))
    mbanq.control(mbanq.verify(mbanq.mended(bare, *CORE), of_type(kind)), "done")


@rule("mbanq/verify-foreign-documents-do-not-count")
@pytest.mark.parametrize("attribute", CORE)
def test_verify_foreign_documents_do_not_count(mbanq: Mbanq, attribute: str) -> None:
    """Documents of another client do not help."""
    mbanq.ready()
    customer = mbanq.ready(attribute)
    neighbour = mbanq.ready()
    mbanq.control(mbanq.verify(neighbour), "done")
    mbanq.is_not_verified(customer, mbanq.expect(mbanq.verify(customer)))


# --- open spots ------------------------------------------------------------------------------------------------------------


@rule("mbanq/amb-partial")
@pytest.mark.parametrize("flaw", [flaw for ways in FLAWS.values() for flaw in ways])
def test_amb_partial(mbanq: Mbanq, flaw: str) -> None:
    """What PARTIAL asks for."""
    mbanq.observes_gap(flaw, body=PARTIAL, kind=flaw)


@rule("mbanq/amb-mobile-verified")
@by_type
def test_amb_mobile_verified(mbanq: Mbanq, kind: str) -> None:
    """Whether verified belongs to the mobile number as well as to the e-mail address."""
    mbanq.observes_gap("mobile-verified", body=of_type(kind))
