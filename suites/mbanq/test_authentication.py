from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import NotApplicable, NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq.gaps import CORE
from suites.judging import objections
from suites.mbanq.calls import ALL, NOBODY, WRITES, WRONG_TOKENS, concerned, control, profile, same_profile, same_state
from suites.mbanq.driver import Customer, Mbanq, body_of

calls = pytest.mark.parametrize("call", ALL)
LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
TENANT = "tenantId"
# Ways to be nobody.
NOBODYS: tuple[dict[str, Json], ...] = ({"auth": False}, {"auth": "Bearer no-such-token"}, {"headers": {TENANT: "no-such-instance"}})
UNKNOWN_TENANTS = ("no-such-instance", "default", "0", "' or 1=1 --")


def made_up_tokens() -> st.SearchStrategy[str]:
    """Tokens of usual forms that nobody was given."""
    opaque = st.text(LETTERS_AND_DIGITS, min_size=20, max_size=60)
    return st.one_of(st.uuids(version=4).map(str), opaque, st.tuples(opaque, opaque, opaque).map(".".join)).map("Bearer {}".format)


def refused_then_served(mbanq: Mbanq, call: str, refused: list[Exchange], customer: Customer) -> None:
    """What was refused must be among the answers of the rule; with the client's own credentials the call must succeed."""
    for exchange in refused:
        mbanq.expect(exchange)
    served = ALL[call](mbanq, customer)
    if call == "verification-status" and served.status == 404:
        raise NotApplicable("the target has no call for the verification status (mbanq/amb-where-to-read)")
    gated = served.status == 403 and call in ("verify", "activate") and "status-control" not in mbanq.sandbox.capabilities
    if served.status >= 300 and not gated:
        raise NotCheckable(f"the same call with good credentials was refused too, so the refusals prove nothing: {served.status}")


@rule("mbanq/auth-no-token-refused")
@calls
def test_auth_no_token_refused(mbanq: Mbanq, call: str) -> None:
    """Every operation is refused without a token."""
    customer = concerned(mbanq, call)
    refused_then_served(mbanq, call, [ALL[call](mbanq, customer, auth=False)], customer)


@rule("mbanq/auth-bad-token-refused")
@calls
@given(token=made_up_tokens())
def test_auth_bad_token_refused(mbanq: Mbanq, call: str, token: str) -> None:
    """Every operation is refused with a wrong token."""
    customer = concerned(mbanq, call)
    own = mbanq.sandbox.token()
    shown = (token, *WRONG_TOKENS, f"Bearer {own[:-1]}", f"Bearer {own}x")
    refused_then_served(mbanq, call, [ALL[call](mbanq, customer, auth=each) for each in shown], customer)


@rule("mbanq/auth-expired-token-refused")
def test_auth_expired_token_refused(mbanq: Mbanq) -> None:
    """Every operation is refused with a token that lapsed."""
    lapsing = mbanq.fresh(token_seconds=600)
    customers = {name: concerned(lapsing, name) for name in ALL}
    # What bodies are made of must be read while the token lives.
    for catalogue in ("genders", "driver"):
        lapsing.listed(catalogue)
    token = f"Bearer {lapsing.sandbox.token()}"
    if lapsing.send("listClients", auth=token).status == 401:
        raise NotCheckable("the token is refused before its time")
    lapsing.advance(seconds=601)
    for name, call in ALL.items():
        exchange = call(lapsing, customers[name], auth=token)
        exchange.note = f"{name} with a token that lapsed"
        lapsing.expect(exchange)


@rule("mbanq/auth-unknown-tenant-refused")
@calls
def test_auth_unknown_tenant_refused(mbanq: Mbanq, call: str) -> None:
    """Every operation is refused for an unknown tenant id."""
    customer = concerned(mbanq, call)
    refused_then_served(mbanq, call, [ALL[call](mbanq, customer, headers={TENANT: each}) for each in UNKNOWN_TENANTS], customer)


@rule("mbanq/auth-missing-tenant-refused")
def test_auth_missing_tenant_refused(mbanq: Mbanq) -> None:
    """Without a tenant id a call is refused, or concerns the tenant of the token."""
    customer = concerned(mbanq, "read")
    own = mbanq.set_up(mbanq.read(customer), "read")
    exchange = mbanq.expect(mbanq.read(customer, headers={TENANT: ""}))
    if exchange.status == 200 and exchange.json != own.json:
        raise mbanq.breach("without a tenant id the client of another instance was shown", exchange)


@rule("mbanq/tenant-by-query")
def test_tenant_by_query(mbanq: Mbanq) -> None:
    """The tenant id counts in the query as in the header."""
    tenant = mbanq.sandbox.credentials.tenant_id
    mbanq.expect(mbanq.send("listClients", headers={TENANT: ""}, query={"tenantIdentifier": tenant}))


@rule("mbanq/auth-refused-has-no-effect")
@pytest.mark.parametrize("call", WRITES)
def test_auth_refused_has_no_effect(mbanq: Mbanq, call: str) -> None:
    """A call that is refused for its credentials changes nothing."""
    customer = mbanq.verified() if call == "activate" else mbanq.ready()
    state, shown = str(mbanq.look(customer)), profile(mbanq, customer)
    refused = [mbanq.expect(ALL[call](mbanq, customer, **parts)) for parts in NOBODYS]
    same_state(mbanq, customer, state, *refused)
    same_profile(mbanq, customer, shown, *refused)
    control(ALL[call](mbanq, customer), "identifier-added" if call == "add-identifier" else "done")


@rule("mbanq/auth-before-lookup")
@pytest.mark.parametrize("call", [name for name in ALL if name not in ("create", "list", "template")])
def test_auth_before_lookup(mbanq: Mbanq, call: str) -> None:
    """Without a token, clients that exist and clients that do not look alike."""
    customer = concerned(mbanq, "read")
    for shown in (False, "Bearer no-such-token"):
        known, unknown = (mbanq.expect(ALL[call](mbanq, each, auth=shown)) for each in (customer, NOBODY))
        if known.status != unknown.status or body_of(known).keys() != body_of(unknown).keys():
            raise mbanq.breach(f"a client that exists gives {known.status}, one that does not {unknown.status}", known, unknown)


@rule("mbanq/permission-needed")
@pytest.mark.parametrize("lacking", [(), CORE], ids=["ready", "bare"])
def test_permission_needed(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A user without the permission can neither verify nor activate."""
    limited = mbanq.with_settings(may_verify=False)
    customer = limited.ready(*lacking)
    before = str(limited.look(customer))
    same_state(limited, customer, before, limited.expect(limited.verify(customer)))
    unable = mbanq.with_settings(may_activate=False)
    verified = unable.verified()
    before = str(unable.look(verified))
    same_state(unable, verified, before, unable.expect(unable.activate(verified)))
    mbanq.control(mbanq.activate(mbanq.verified()), "done")


# --- tokens ------------------------------------------------------------------------------------------------------------------


def login(mbanq: Mbanq, **other: str) -> dict[str, str]:
    """The form that buys a token, with some of its fields replaced."""
    own = mbanq.sandbox.credentials
    if not own.username:
        raise NotApplicable("the target gives no user and password")
    form = {"grant_type": "password", "username": own.username, "password": own.password}
    keys = {"client_id": own.client_id, "client_secret": own.client_secret}
    return {**form, **{key: value for key, value in keys.items() if value}, **other}


@rule("mbanq/token-for-user-and-password")
def test_token_for_user_and_password(mbanq: Mbanq) -> None:
    """User and password buy a token that opens the operations."""
    exchange = mbanq.expect(mbanq.send("issueToken", form=login(mbanq), auth=False))
    token = f"Bearer {body_of(exchange)['access_token']}"
    opened = mbanq.send("listClients", auth=token)
    if objections(opened, answers=["page"]):
        raise mbanq.breach(f"the token that was bought is answered with {opened.status}", exchange, opened)


@rule("mbanq/token-login-checked")
def test_token_login_checked(mbanq: Mbanq) -> None:
    """A wrong user or password buys nothing."""
    own = mbanq.sandbox.credentials
    wrong = (
        {"password": own.password + "x"},
        {"password": own.password[:-1]},
        {"password": ""},
        {"username": own.username + "x"},
        {"username": ""},
        {"grant_type": "no_such_grant"},
    )
    for other in wrong:
        exchange = mbanq.send("issueToken", form=login(mbanq, **other), auth=False)
        exchange.note = f"another {next(iter(other))}"
        mbanq.expect(exchange)
    control(mbanq.send("issueToken", form=login(mbanq), auth=False), "token-issued")
