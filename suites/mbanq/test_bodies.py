from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit
from strategies.mbanq import command_edits as edits
from strategies.mbanq.clients import verifications
from strategies.mbanq.gaps import CORE, FLAWS
from strategies.mbanq.standard import FULL, PARTIAL
from suites.mbanq.calls import same_state
from suites.mbanq.driver import Mbanq

JSON_TYPE = {"Content-Type": "application/json"}


def refuses_type(mbanq: Mbanq, forms: tuple[Edit, ...]) -> None:
    """Each form must be refused and leave a ready client as it was; then the type itself must be taken."""
    customer = mbanq.ready()
    before = str(mbanq.look(customer))
    for edit in forms:
        exchange = mbanq.verify(customer, edit(FULL))
        exchange.note = edit.name
        mbanq.expect(exchange)
        same_state(mbanq, customer, before, exchange)
    mbanq.control(mbanq.verify(customer, FULL), "done")


@rule("mbanq/verify-type-unknown-refused")
def test_verify_type_unknown_refused(mbanq: Mbanq) -> None:
    """A kycVerificationType other than PARTIAL and FULL is refused."""
    refuses_type(mbanq, edits.UNKNOWN_TYPES)


@rule("mbanq/verify-type-wrong-json-type")
def test_verify_type_wrong_json_type(mbanq: Mbanq) -> None:
    """A kycVerificationType that is no text is refused."""
    refuses_type(mbanq, edits.NO_TEXTS)


@rule("mbanq/verify-type-case")
@pytest.mark.parametrize("edit", edits.OTHER_LETTERS, ids=lambda edit: edit.name)
def test_verify_type_case(mbanq: Mbanq, edit: Edit) -> None:
    """A kycVerificationType in other letters is refused or means the same, and is never weaker."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.verify(customer, edit(FULL)))
    (mbanq.is_verified if exchange.status == 200 else mbanq.is_not_verified)(customer, exchange)
    never_passes(mbanq, "full-identity", edit(FULL))


def never_passes(mbanq: Mbanq, flaw: str, body: Json) -> None:
    """A client with that flaw must not be verified by that body, and be by FULL once the flaw is mended."""
    customer = mbanq.ready(flaw)
    exchange = mbanq.expect(mbanq.verify(customer, body), answers=["refused-for-the-type"])
    mbanq.is_not_verified(customer, exchange)
    mbanq.control(mbanq.verify(mbanq.mended(customer, flaw), FULL), "done")


@rule("mbanq/verify-type-missing")
@pytest.mark.parametrize("edit", edits.TYPE_UNSAID, ids=lambda edit: edit.name)
def test_verify_type_missing(mbanq: Mbanq, edit: Edit) -> None:
    """Without kycVerificationType a ready client is verified or the body refused."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.verify(customer, edit(FULL)))
    (mbanq.is_verified if exchange.status == 200 else mbanq.is_not_verified)(customer, exchange)


@rule("mbanq/verify-type-missing-not-weaker")
@pytest.mark.parametrize("edit", edits.TYPE_UNSAID, ids=lambda edit: edit.name)
def test_verify_type_missing_not_weaker(mbanq: Mbanq, edit: Edit) -> None:
    """A missing kycVerificationType never lets an unready client pass."""
    bare = mbanq.ready(*CORE)
    mbanq.is_not_verified(bare, mbanq.expect(mbanq.verify(bare, edit(FULL))))
    for flaw in (flaw for ways in FLAWS.values() for flaw in ways):
        # What PARTIAL does without, a default of PARTIAL may do without (mbanq/amb-partial).
        partial, unsaid = mbanq.ready(flaw), mbanq.ready(flaw)
        if mbanq.taken(mbanq.verify(partial, PARTIAL), "refused-for-a-gap"):
            mbanq.is_not_verified(unsaid, mbanq.expect(mbanq.verify(unsaid, edit(FULL))))


@rule("mbanq/verify-empty-body")
def test_verify_empty_body(mbanq: Mbanq) -> None:
    """An empty body never lets an unready client pass."""
    customer = mbanq.lacking(*CORE)
    for name, content in edits.bodies_without_content():
        for headers in (JSON_TYPE, {}):
            exchange = mbanq.verify(customer, ..., content=content, headers=headers)
            exchange.note = name
            mbanq.is_not_verified(customer, mbanq.expect(exchange))
    if "status-control" in mbanq.sandbox.capabilities:
        mbanq.mend(customer, *CORE)
        mbanq.control(mbanq.verify(customer, FULL), "done")


@rule("mbanq/verify-broken-json-refused")
@pytest.mark.parametrize("broken", edits.BROKEN_JSON)
def test_verify_broken_json_refused(mbanq: Mbanq, broken: str) -> None:
    """Broken JSON is an error of the client and changes nothing."""
    customer = mbanq.ready()
    before = str(mbanq.look(customer))
    exchange = mbanq.expect(mbanq.verify(customer, ..., content=edits.BROKEN_JSON[broken], headers=JSON_TYPE))
    same_state(mbanq, customer, before, exchange)
    mbanq.control(mbanq.verify(customer, ..., content=b'{"kycVerificationType": "FULL"}', headers=JSON_TYPE), "done")


@rule("mbanq/verify-extra-member-harmless")
@pytest.mark.parametrize("edit", edits.EXTRA_MEMBERS, ids=lambda edit: edit.name)
@given(body=verifications())
def test_verify_extra_member_harmless(mbanq: Mbanq, edit: Edit, body: Json) -> None:
    """An unknown member is ignored or refused, and sets nothing."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.verify(customer, edit(body)))
    (mbanq.is_verified if exchange.status == 200 else mbanq.is_not_verified)(customer, exchange)
    if (main := mbanq.look(customer).main) not in ("pending", "verified"):
        raise mbanq.breach(f"with {edit.name} the client became {main}", exchange)
    bare = mbanq.ready(*CORE)
    mbanq.is_not_verified(bare, mbanq.expect(mbanq.verify(bare, edit(body)), answers=["refused-for-a-gap", "bad-request"]))


@rule("mbanq/verify-body-cannot-choose-client")
@pytest.mark.parametrize("member", edits.ID_MEMBERS)
def test_verify_body_cannot_choose_client(mbanq: Mbanq, member: str) -> None:
    """An id in the body does not override the path."""
    other, customer = mbanq.ready(), mbanq.ready()
    before = str(mbanq.look(other))
    exchange = mbanq.expect(mbanq.verify(customer, edits.other_client(member, other.id)(FULL)))
    same_state(mbanq, other, before, exchange)
    (mbanq.is_verified if exchange.status == 200 else mbanq.is_not_verified)(customer, exchange)


@rule("mbanq/amb-type-required")
def test_amb_type_required(mbanq: Mbanq) -> None:
    """Whether kycVerificationType may be left out."""
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(), edits.TYPE_MISSING(FULL)))
    if exchange.status != 200:
        mbanq.observe("required")
        return
    partial = mbanq.taken(mbanq.verify(mbanq.ready("full-identity"), PARTIAL), "done")
    unsaid = mbanq.taken(mbanq.verify(mbanq.ready("full-identity"), edits.TYPE_MISSING(FULL)), "done")
    mbanq.observe("default-unknown" if not partial else "default-partial" if unsaid else "default-full")
