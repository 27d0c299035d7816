from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.omnumi.customers import TELLING
from suites.omnumi.calls import ACCEPTED, PREAUTH, control, not_there, refuses_caller, send, still_authorized, subject
from suites.omnumi.driver import Omnumi

LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
NOBODYS = "a-token-that-nobody-was-given"
# Shorter texts, such as a country, may stand in any message.
SHORT = 5
preauth = pytest.mark.parametrize("call", PREAUTH)
callers = pytest.mark.parametrize("caller", ["limited", "other-tenant"])


def made_up_tokens() -> st.SearchStrategy[str]:
    """Tokens of usual forms that nobody was given."""
    opaque = st.text(LETTERS_AND_DIGITS, min_size=32, max_size=64)
    signed = st.tuples(opaque, opaque, opaque).map(".".join)
    return st.one_of(st.uuids(version=4).map(str), opaque, signed)


def bad(omnumi: Omnumi, token: str) -> list[bool | str]:
    """Credentials that are nobody's: the made-up one, and the caller's own cut short and prolonged."""
    own = omnumi.sandbox.token()
    return [omnumi.shown_as(each) for each in (token, own[:-1], f"{own}x")]


@rule("omnumi/credentials-are-demanded")
@preauth
def test_credentials_are_demanded(omnumi: Omnumi, call: str) -> None:
    """Creating, reading and settling a preauthorization are turned away with 401 without credentials."""
    refuses_caller(omnumi, call, [False])


@rule("omnumi/bad-credentials-refused")
@preauth
@given(token=made_up_tokens())
def test_bad_credentials_refused(omnumi: Omnumi, call: str, token: str) -> None:
    """Creating, reading and settling a preauthorization are turned away with 401 under credentials that nobody was given."""
    refuses_caller(omnumi, call, bad(omnumi, token))


@rule("omnumi/body-of-401")
@preauth
def test_body_of_401(omnumi: Omnumi, call: str) -> None:
    """A 401 carries one entry whose type and message are Access Denied."""
    about = subject(omnumi, call)
    for shown in (False, omnumi.shown_as(NOBODYS)):
        omnumi.expect(send(omnumi, call, about, auth=shown))


@rule("omnumi/pii-no-credentials-refused")
def test_pii_no_credentials_refused(omnumi: Omnumi) -> None:
    """Personal data are handed to no caller without credentials."""
    refuses_caller(omnumi, "pii", [False])


@rule("omnumi/pii-bad-credentials-refused")
@given(token=made_up_tokens())
def test_pii_bad_credentials_refused(omnumi: Omnumi, token: str) -> None:
    """Personal data are handed to no caller with credentials that nobody was given."""
    refuses_caller(omnumi, "pii", bad(omnumi, token))


@rule("omnumi/business-no-credentials-refused")
def test_business_no_credentials_refused(omnumi: Omnumi) -> None:
    """Nobody onboards a business without credentials."""
    refuses_caller(omnumi, "business", [False])


@rule("omnumi/business-bad-credentials-refused")
@given(token=made_up_tokens())
def test_business_bad_credentials_refused(omnumi: Omnumi, token: str) -> None:
    """Nobody onboards a business with credentials that nobody was given."""
    refuses_caller(omnumi, "business", bad(omnumi, token))


@rule("omnumi/amb-pii-auth-statuses")
@pytest.mark.parametrize("call", ["pii", "business"])
def test_amb_pii_auth_statuses(omnumi: Omnumi, call: str) -> None:
    """No 401 or 403 is declared for personal data and business users."""
    omnumi.needs(*(("status-control",) if call == "pii" else ()))
    exchange = omnumi.expect(send(omnumi, call, subject(omnumi, call), auth=False))
    omnumi.observe("access-denied" if exchange.status in (401, 403) else "listed")


@rule("omnumi/expired-credentials-refused")
@preauth
def test_expired_credentials_refused(omnumi: Omnumi, call: str) -> None:
    """Credentials that have lapsed are invalid credentials."""
    client = omnumi.fresh(token_seconds=600)
    about = subject(client, call)
    client.advance(seconds=540)
    # Its own call while the token holds, so that what comes next tells of time alone.
    control(client.get(about if call != "create" else client.authorized()["invoiceId"]), "read")
    client.advance(seconds=120)
    client.expect(send(client, call, about))


def caller_of(omnumi: Omnumi, caller: str, call: str) -> tuple[Omnumi, Json, dict[str, Any]]:
    """A caller without the right, what it calls about, and the parts of its request."""
    if caller == "limited":
        limited = omnumi.fresh()
        about = subject(limited, call)
        limited.may_preauthorize(False)
        return limited, about, {}
    omnumi.needs("second-tenant")
    other = omnumi.second()
    return other, subject(omnumi, call), {"headers": other.in_the_name_of(omnumi)}


def turned_away(omnumi: Omnumi, caller: str, call: str) -> tuple[Omnumi, Json, Exchange]:
    """The owner of the subject, the subject, and the refusal of a call without the right for it."""
    client, about, parts = caller_of(omnumi, caller, call)
    refused = omnumi.expect(send(client, call, about, **parts))
    owner = omnumi
    if caller == "limited":
        client.may_preauthorize(True)
        owner = client
    return owner, about, refused


@rule("omnumi/forbidden-caller-refused")
@preauth
@callers
def test_forbidden_caller_refused(omnumi: Omnumi, call: str, caller: str) -> None:
    """Valid credentials without the right for this tenant or user create, read and settle nothing; 403."""
    owner, about, _ = turned_away(omnumi, caller, call)
    control(send(owner, call, about), ACCEPTED[call])


@rule("omnumi/body-of-403")
@preauth
@callers
def test_body_of_403(omnumi: Omnumi, call: str, caller: str) -> None:
    """A 403 carries one entry whose type and message are Access Denied."""
    turned_away(omnumi, caller, call)


@rule("omnumi/auth-before-validation")
@pytest.mark.parametrize("call", ["create", "settle"])
def test_auth_before_validation(omnumi: Omnumi, call: str) -> None:
    """A caller without good credentials learns nothing of what else is wrong with the body."""
    about = subject(omnumi, call)
    for content in (b"{}", b'{"amount": "0"}', b'{"amount": "x", "sender": 1}', b"[]", b"{"):
        for shown in (False, omnumi.shown_as(NOBODYS)):
            omnumi.expect(send(omnumi, call, about, content=content, headers={"Content-Type": "application/json"}, auth=shown))


@rule("omnumi/auth-before-lookup")
def test_auth_before_lookup(omnumi: Omnumi) -> None:
    """A caller without good credentials does not learn whether an invoice exists."""
    known = subject(omnumi, "get")
    for invoice in (known, omnumi.unknown_invoice()):
        for shown in (False, omnumi.shown_as(NOBODYS)):
            omnumi.expect(omnumi.get(invoice, auth=shown))


def unwelcome(omnumi: Omnumi) -> Sequence[bool | str]:
    """Callers whom everybody turns away."""
    return (False, omnumi.shown_as(NOBODYS))


@rule("omnumi/refused-create-has-no-effect")
def test_refused_create_has_no_effect(omnumi: Omnumi) -> None:
    """A creation that was turned away with 401 or 403 leaves nothing behind, and its invoice id is still free."""
    about = subject(omnumi, "create")
    refused = [omnumi.expect(send(omnumi, "create", about, auth=shown)) for shown in unwelcome(omnumi)]
    not_there(omnumi, about["invoiceId"], *refused)
    omnumi.expect(send(omnumi, "create", about), answers=["created"])


@rule("omnumi/refused-create-has-no-effect")
@callers
def test_forbidden_create_has_no_effect(omnumi: Omnumi, caller: str) -> None:
    """A creation that was turned away with 401 or 403 leaves nothing behind, and its invoice id is still free."""
    omnumi.needs("limited-client")
    owner, about, refused = turned_away(omnumi, caller, "create")
    not_there(owner, about["invoiceId"], refused)
    omnumi.expect(send(owner, "create", about), answers=["created"])


@rule("omnumi/refused-settle-has-no-effect")
def test_refused_settle_has_no_effect(omnumi: Omnumi) -> None:
    """A settlement that was turned away with 401 or 403 moves nothing."""
    about = subject(omnumi, "settle")
    refused = [omnumi.expect(send(omnumi, "settle", about, auth=shown)) for shown in unwelcome(omnumi)]
    still_authorized(omnumi, about, *refused)
    control(send(omnumi, "settle", about), "settled")


@rule("omnumi/refused-settle-has-no-effect")
@callers
def test_forbidden_settle_has_no_effect(omnumi: Omnumi, caller: str) -> None:
    """A settlement that was turned away with 401 or 403 moves nothing."""
    omnumi.needs("limited-client")
    owner, about, refused = turned_away(omnumi, caller, "settle")
    still_authorized(owner, about, refused)
    control(send(owner, "settle", about), "settled")


@rule("omnumi/refusal-leaks-nothing")
@pytest.mark.parametrize("call", ACCEPTED)
def test_refusal_leaks_nothing(omnumi: Omnumi, call: str) -> None:
    """A 401 or 403 holds no wallet, no amount, no invoice and no personal data."""
    about = subject(omnumi, call)
    for shown in unwelcome(omnumi):
        tells_nothing(omnumi, about, omnumi.expect(send(omnumi, call, about, auth=shown)))


@rule("omnumi/refusal-leaks-nothing")
@preauth
def test_forbidden_leaks_nothing(omnumi: Omnumi, call: str) -> None:
    """A 401 or 403 holds no wallet, no amount, no invoice and no personal data."""
    omnumi.needs("limited-client")
    _, about, refused = turned_away(omnumi, "limited", call)
    tells_nothing(omnumi, about, refused)


def tells_nothing(omnumi: Omnumi, about: Json, refused: Exchange) -> None:
    """The refusal must hold errors alone, and nothing of what the call is about."""
    body = refused.json
    beside = sorted(set(body) - {"errors"}) if isinstance(body, dict) else []
    words = [each for each in (about.values() if isinstance(about, dict) else [about]) if isinstance(each, str) and len(each) > SHORT]
    told = [word for word in [*words, *TELLING, omnumi.parties.sender, omnumi.parties.receiver] if word.lower() in refused.text.lower()]
    if beside or told:
        raise omnumi.breach(f"the refusal tells {', '.join([*beside, *told])}", refused)
