import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.files import sample
from strategies.fincom.standard import standard_customer, standard_documents
from strategies.fincom.v1_attachments import v1_documents
from suites.fincom.calls import (
    ALL_CALLS,
    DOCUMENT_CALLS,
    EVERY_CALL,
    OTHER_CALLS,
    READ_CALLS,
    WRITE_CALLS,
    applicable,
    control,
    refuses_caller,
)
from suites.fincom.driver import Fincom
from suites.fincom.listing import customer_with_email
from suites.fincom.v1 import FincomV1

LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def made_up_tokens() -> st.SearchStrategy[str]:
    """Tokens of the usual forms that nobody issued."""
    opaque = st.text(LETTERS_AND_DIGITS, min_size=32, max_size=64)
    signed = st.tuples(opaque, opaque, opaque).map(".".join)
    return st.one_of(st.uuids(version=4).map(str), opaque, signed)


@rule("fincom/documents-need-a-bearer")
@pytest.mark.parametrize("call", DOCUMENT_CALLS)
def test_documents_need_a_bearer(fincom: Fincom, call: str) -> None:
    """Uploading and attaching are turned away without an Authorization header."""
    applicable(fincom, call)
    refuses_caller(fincom, DOCUMENT_CALLS[call], [False])


@rule("fincom/operations-need-a-bearer")
@pytest.mark.parametrize("call", OTHER_CALLS)
def test_operations_need_a_bearer(fincom: Fincom, call: str) -> None:
    """Creating and looking things up are turned away without an Authorization header."""
    refuses_caller(fincom, OTHER_CALLS[call], [False])


@rule("fincom/reading-needs-a-bearer")
@pytest.mark.parametrize("call", READ_CALLS)
def test_reading_needs_a_bearer(fincom: Fincom, call: str) -> None:
    """Reading and listing customers are turned away without an Authorization header."""
    refuses_caller(fincom, READ_CALLS[call], [False])


@rule("fincom/unknown-token-is-refused")
@pytest.mark.parametrize("call", EVERY_CALL)
@given(token=made_up_tokens())
def test_unknown_token_is_refused(fincom: Fincom, call: str, token: str) -> None:
    """A well-formed bearer that was never issued is turned away by every operation."""
    applicable(fincom, call)
    own = fincom.sandbox.token()
    refuses_caller(fincom, EVERY_CALL[call], [f"Bearer {token}", f"Bearer {own[:-1]}", f"Bearer {own}x"])


@rule("fincom/other-auth-scheme-is-refused")
@pytest.mark.parametrize("call", WRITE_CALLS)
def test_other_auth_scheme_is_refused(fincom: Fincom, call: str) -> None:
    """The valid token under Basic, or bare without the word Bearer, is turned away."""
    own = fincom.sandbox.token()
    refuses_caller(fincom, WRITE_CALLS[call], [f"Basic {own}", own, f"Token {own}", "Bearer"])


@rule("fincom/expired-token-is-refused")
@pytest.mark.parametrize("call", ["create", "upload"])
def test_expired_token_is_refused(fincom: Fincom, call: str) -> None:
    """A token past the end of its lifetime no longer works."""
    ours = fincom.fresh()
    customer = ours.new_customer()
    issued = control(ours.token(), "token-issued").json
    token = f"Bearer {issued['access_token']}"
    send, answer = WRITE_CALLS[call]
    control(send(ours, customer, auth=token), answer)
    ours.advance(seconds=_lifetime(issued["access_token_ttl"], issued["current_time"]) + 60)
    ours.expect(send(ours, customer, auth=token))


def _lifetime(end: str, now: str) -> float:
    """Seconds between two instants as the token operation writes them."""
    try:
        return (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(now)).total_seconds()
    except ValueError as error:
        raise NotCheckable(f"the end of the token cannot be read: {error}") from None


@rule("fincom/auth-comes-before-validation")
@pytest.mark.parametrize("operation", ["createIndividualV2", "attachIndividualV2", "createIndividualV1", "attachIndividualV1"])
def test_auth_comes_before_validation(fincom: Fincom, operation: str) -> None:
    """An anonymous call with a broken body is told about the token, not about fields."""
    applicable(fincom, operation)
    path = {"customer_id": fincom.new_customer().id}
    for content in (b"{}", b'{"basic_info": {"email": "UPPER@EXAMPLE.COM"}}', b"{"):
        headers = {"Content-Type": "application/json"}
        fincom.expect(fincom.send(operation, path=path, content=content, headers=headers, auth=False))


@rule("fincom/refused-auth-has-no-effect")
def test_refused_auth_has_no_effect(fincom: Fincom) -> None:
    """An anonymous create, upload or attach leaves no customer, no change of status and no lock behind."""
    leaves_nothing(fincom, standard_documents())


@rule("fincom/refused-auth-has-no-effect")
def test_refused_auth_has_no_effect_in_v1(v1: FincomV1) -> None:
    """An anonymous create, upload or attach leaves no customer, no change of status and no lock behind."""
    leaves_nothing(v1, v1_documents())


def leaves_nothing(fincom: Fincom, documents: Json) -> None:
    """Anonymous calls must be turned away and change nothing."""
    fincom = fincom.quiet()
    anonymous = fincom.create(fincom.standard_customer(), auth=False)
    fincom.expect(anonymous)
    if customer_with_email(fincom, anonymous.sent["basic_info"]["email"]):
        raise fincom.breach("the anonymous creation was refused, and yet the customer is listed", anonymous)
    customer = fincom.new_customer()
    fincom.expect(fincom.upload(customer.id, [("file1", sample("pdf"))], auth=False))
    refused = fincom.expect(fincom.attach(customer, documents, auth=False))
    fincom.settle()
    if (status := fincom.status_of(customer)) != "INCOMPLETE":
        raise fincom.breach(f"the anonymous attach was refused, and yet the customer is {status}", refused)
    fincom.accepts_attach(customer, documents)


@rule("fincom/auth-error-is-json-message")
@pytest.mark.parametrize("call", ALL_CALLS)
def test_auth_error_is_json_message(fincom: Fincom, call: str) -> None:
    """The refusal of an unknown caller is JSON and says why in a message."""
    refuses_caller(fincom, ALL_CALLS[call], [False, f"Bearer {uuid.UUID(int=0)}"])


@rule("fincom/token-is-issued")
def test_token_is_issued(fincom: Fincom) -> None:
    """Client id and secret buy an access token and a refresh token, with the instants at which they end, at the top level."""
    issued = fincom.expect(fincom.token()).json
    if issued["access_token"] == issued["refresh_token"]:
        raise fincom.breach("the access token is the refresh token")
    control(fincom.create(fincom.standard_customer(), auth=f"Bearer {issued['access_token']}"), "created")


@rule("fincom/bad-credentials-are-refused")
@given(secret=made_up_tokens())
def test_bad_credentials_are_refused(fincom: Fincom, secret: str) -> None:
    """A wrong secret, or an unknown client, buys no token."""
    own = fincom.sandbox.credentials
    for client_id, client_secret in ((own.client_id, secret), (own.client_id, own.client_secret[:-1]), (secret, own.client_secret)):
        fincom.expect(fincom.token(client_id, client_secret))
    control(fincom.token(), "token-issued")


def _refresh(fincom: Fincom, token: str) -> Exchange:
    return fincom.send("refreshToken", json={"refresh_token": token}, auth=False)


@rule("fincom/refresh-gives-a-new-pair")
def test_refresh_gives_a_new_pair(fincom: Fincom) -> None:
    """The refresh token buys another pair whose access token works."""
    first = control(fincom.token(), "token-issued").json
    refreshed = fincom.expect(_refresh(fincom, first["refresh_token"]))
    if refreshed.json["access_token"] == first["access_token"]:
        raise fincom.breach("refreshing gave the old access token again", refreshed)
    fincom.expect(fincom.create(fincom.standard_customer(), auth=f"Bearer {refreshed.json['access_token']}"), answers=["created"])


@rule("fincom/access-token-is-no-refresh-token")
@given(made_up=made_up_tokens())
def test_access_token_is_no_refresh_token(fincom: Fincom, made_up: str) -> None:
    """An access token, or a made-up text, is not taken for refreshing."""
    issued = control(fincom.token(), "token-issued").json
    for token in (issued["access_token"], made_up, ""):
        fincom.expect(_refresh(fincom, token))
    control(_refresh(fincom, issued["refresh_token"]), "token-issued")


@rule("fincom/clients-are-isolated")
def test_clients_are_isolated(fincom: Fincom) -> None:
    """One client neither reads another client's customer, nor uploads for it, nor attaches to it."""
    keeps_out(fincom, standard_documents())


@rule("fincom/clients-are-isolated")
def test_clients_are_isolated_in_v1(v1: FincomV1) -> None:
    """One client neither reads another client's customer, nor uploads for it, nor attaches to it."""
    keeps_out(v1, v1_documents())


def keeps_out(fincom: Fincom, documents: Json) -> None:
    """Nothing that this client asks of another client's customer may be granted."""
    owner = fincom.second()
    theirs = owner.new_customer()
    owner.upload_for(theirs, documents)
    fincom.expect(fincom.read(theirs.id))
    # Nor does what its owner was just told, kept somewhere on the way, go to another.
    owner.status_of(theirs)
    fincom.expect(fincom.read(theirs.id))
    fincom.expect(fincom.upload(theirs.id, [("file1", sample("pdf"))]))
    fincom.expect(fincom.attach(theirs, documents))
    owner.settle()
    if (status := owner.status_of(theirs)) != "INCOMPLETE":
        raise fincom.breach(f"another client's attach was refused, and yet the customer is {status}")
    control(owner.attach(theirs, documents), owner.attached_answer)


@rule("fincom/amb-401-body")
def test_amb_401_body(fincom: Fincom) -> None:
    """No body of a 401 is printed."""
    body = fincom.expect(fincom.create(standard_customer(), auth=False)).json
    fincom.observe("message" if "message" in body else "coded" if "error" in body else "other")
