import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import rule
from strategies.harbor.standard import standard_us
from suites.harbor.calls import LOOK_UPS, NOBODY, ONBOARDING, WRITES, control, left_alone, nothing_there, ready_for, refuses_caller
from suites.harbor.driver import Harbor

LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
calls = pytest.mark.parametrize("call", ONBOARDING)
writes = pytest.mark.parametrize("call", WRITES)
BAD_KEY = "key_that_nobody_was_given"


def made_up_keys() -> st.SearchStrategy[str]:
    """Keys of usual forms that nobody was given."""
    opaque = st.text(LETTERS_AND_DIGITS, min_size=32, max_size=64)
    return st.one_of(st.uuids(version=4).map(str), opaque, opaque.map("key_{}".format))


@rule("harbor/api-key-is-demanded")
@calls
def test_api_key_is_demanded(harbor: Harbor, call: str) -> None:
    """Submitting, reading and correcting are turned away without an API key."""
    refuses_caller(harbor, call, [False])


@rule("harbor/unknown-api-key-refused")
@calls
@given(key=made_up_keys())
def test_unknown_api_key_refused(harbor: Harbor, call: str, key: str) -> None:
    """A key that nobody was given opens none of the operations."""
    own = harbor.sandbox.token()
    refuses_caller(harbor, call, [key, own[:-1], f"{own}x", f"Bearer {own}"])


@rule("harbor/empty-api-key-refused")
@calls
def test_empty_api_key_refused(harbor: Harbor, call: str) -> None:
    """An empty or blank API key is no key."""
    # Blanks around the value of a header are none of it (RFC 9110, 5.5): on the wire an empty key and a blank one are the same.
    refuses_caller(harbor, call, [""])


@rule("harbor/auth-checked-before-customer-lookup")
@calls
def test_auth_checked_before_customer_lookup(harbor: Harbor, call: str) -> None:
    """To a caller with a bad key, customers that exist and customers that do not look alike."""
    customer = ready_for(harbor, call)
    for key in (False, BAD_KEY):
        known, unknown = (harbor.expect(ONBOARDING[call](harbor, each, auth=key)) for each in (customer, NOBODY))
        if known.status != unknown.status or shape(known.json) != shape(unknown.json):
            raise harbor.breach(f"the customer that exists gives {known.status}, the one that does not {unknown.status}", known, unknown)


def shape(body: object) -> object:
    """What in a refusal a client can tell apart: its members, and the codes in it."""
    return {key: body[key] if "code" in key or "type" in key else None for key in body} if isinstance(body, dict) else body


@rule("harbor/auth-checked-before-body")
@writes
def test_auth_checked_before_body(harbor: Harbor, call: str) -> None:
    """A bad key is answered as a bad key even where the body is wrong too."""
    customer = ready_for(harbor, call)
    for content in (b"{}", b'{"individual": {"email": "nobody"}}', b"{"):
        operation = {"submit": harbor.submit, "correct": harbor.correct}[call]
        for key in (False, BAD_KEY):
            harbor.expect(operation(customer, content=content, headers={"Content-Type": "application/json"}, auth=key))


@rule("harbor/refused-auth-has-no-effect")
@writes
def test_refused_auth_has_no_effect(harbor: Harbor, call: str) -> None:
    """A call that is turned away for its key neither starts nor changes an onboarding."""
    customer = ready_for(harbor, call)
    before = harbor.onboarding(customer) if call == "correct" else None
    for key in (False, BAD_KEY):
        refused = harbor.expect(ONBOARDING[call](harbor, customer, auth=key))
        if before is None:
            nothing_there(harbor, customer, refused)
        else:
            left_alone(harbor, customer, before, refused)


@rule("harbor/unauthenticated-try-does-not-burn-key")
@writes
def test_unauthenticated_try_does_not_burn_key(harbor: Harbor, call: str) -> None:
    """An idempotency key that came first with a bad API key still serves its owner."""
    customer, key = ready_for(harbor, call), harbor.new_key()
    for shown in (False, BAD_KEY):
        harbor.expect(ONBOARDING[call](harbor, customer, key=key, auth=shown), answers=["unauthorized"])
    harbor.expect(ONBOARDING[call](harbor, customer, key=key))


@rule("harbor/amb-lookups-without-key")
@pytest.mark.parametrize("catalogue", LOOK_UPS)
def test_amb_lookups_without_key(harbor: Harbor, catalogue: str) -> None:
    """Whether reference data need the API key."""
    exchange = harbor.expect(harbor.look_up(catalogue, LOOK_UPS[catalogue], auth=False))
    harbor.observe("public" if exchange.status == 200 else "unauthorized")
    control(harbor.look_up(catalogue, LOOK_UPS[catalogue]), "listed")


@rule("harbor/amb-401-or-403")
def test_amb_401_or_403(harbor: Harbor) -> None:
    """The status of a call without an API key is not given."""
    harbor.observe(str(harbor.expect(harbor.submit(harbor.ready(), standard_us(), auth=False)).status))


@rule("harbor/amb-code-of-401")
def test_amb_code_of_401(harbor: Harbor) -> None:
    """Whether a missing API key has a code."""
    for shown in (False, str(uuid.UUID(int=0))):
        body = harbor.expect(harbor.submit(harbor.ready(), standard_us(), auth=shown)).json
        code = body.get("code")
        harbor.observe("none" if code is None else "1001" if str(code) in ("1001", "1002") else "other")
