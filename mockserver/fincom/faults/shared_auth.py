"""Servers that let in the wrong callers, and token operations that go wrong (002 Production Checklist; facts 2.1)."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.fincom.auth import REFRESH_PATH, TOKEN_PATH, is_authorized
from mockserver.fincom.faults.attach_call import queued
from mockserver.fincom.faults.builders import (
    Operation,
    customer_of,
    edits_answer,
    edits_request,
    edits_taken,
    fault,
    instead,
    is_attach,
    is_create,
    is_listing,
    is_occupations,
    is_purposes,
    is_read,
    is_sources,
    is_subdivisions,
    is_upload,
    operation,
    sent,
    taken,
)
from mockserver.fincom.individuals import check_individual
from mockserver.fincom.model import Customer, Token
from mockserver.fincom.uploads import parse
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

is_token, is_refresh = operation("POST", TOKEN_PATH), operation("POST", REFRESH_PATH)
is_create_v1, is_attach_v1 = operation("POST", "/v1/customers/individual"), operation("POST", "/v1/customers/individual/attach")
is_read_v1 = operation("GET", "/v1/customers/[^/]+")
# Each operation with the row that says it needs a bearer.
GUARDED: tuple[tuple[str, str, Operation], ...] = (
    ("upload", "fincom/upload-needs-a-bearer", is_upload),
    ("attach", "fincom/attach-v2-needs-a-bearer", is_attach),
    ("create", "fincom/create-v2-needs-a-bearer", is_create),
    ("attach_by_v1", "fincom/attach-v1-needs-a-bearer", is_attach_v1),
    ("create_by_v1", "fincom/create-v1-needs-a-bearer", is_create_v1),
    ("read_by_v1", "fincom/reading-needs-a-bearer", is_read_v1),
    ("occupations", "fincom/occupations-needs-a-bearer", is_occupations),
    ("purposes", "fincom/purposes-needs-a-bearer", is_purposes),
    ("source_of_funds", "fincom/source-of-funds-needs-a-bearer", is_sources),
    ("subdivisions", "fincom/subdivisions-needs-a-bearer", is_subdivisions),
    ("read", "fincom/reading-needs-a-bearer", is_read),
    ("listing", "fincom/reading-needs-a-bearer", is_listing),
)
HTML = {"content-type": "text/html; charset=utf-8"}
Bad = Callable[[Tenant, Request], bool]


def _anywhere(request: Request) -> bool:
    return request.path not in (TOKEN_PATH, REFRESH_PATH)


def _good_token(tenant: Tenant, kind: str = "access") -> str | None:
    now = tenant.clock.now()
    good = (value for value, token in tenant.data.tokens.items() if token.kind == kind and now < token.expires)
    return next(good, None)


def _let_in(tenant: Tenant, request: Request) -> Request:
    token = _good_token(tenant)
    if token is None:
        token = secrets.token_urlsafe(32)
        tenant.data.tokens[token] = Token("access", tenant.clock.now() + SECOND)
    return request.with_header("authorization", f"Bearer {token}")


def _lets_in(when: Operation, bad: Bad) -> OnRequest:
    """Let in callers whose credential is bad in one way."""
    return edits_request(when, lambda tenant, request: _let_in(tenant, request) if bad(tenant, request) else None)


def _anonymous(_: Tenant, request: Request) -> bool:
    return "authorization" not in request.headers


def _parts(request: Request) -> tuple[str, str]:
    scheme, _, value = request.headers.get("authorization", "").rpartition(" ")
    return scheme.lower(), value


def _never_issued(tenant: Tenant, request: Request) -> bool:
    scheme, value = _parts(request)
    return scheme == "bearer" and bool(value) and value not in tenant.data.tokens


def _under(scheme: str) -> Bad:
    return lambda tenant, request: _parts(request)[0] == scheme and _parts(request)[1] in tenant.data.tokens


def _under_another(tenant: Tenant, request: Request) -> bool:
    scheme, value = _parts(request)
    return scheme not in ("", "bearer") and value in tenant.data.tokens


def _expired(tenant: Tenant, request: Request) -> bool:
    scheme, value = _parts(request)
    token = tenant.data.tokens.get(value)
    return scheme == "bearer" and token is not None and token.kind == "access" and token.expires <= tenant.clock.now()


async def validates_before_auth(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Tell strangers what is wrong with a body before it asks who they are."""
    broken = is_create(request) and not is_authorized(tenant, request) and check_individual(sent(request), tenant.clock.today())
    return await call_next(_let_in(tenant, request) if broken else request)


def _acts_first(when: Operation) -> OnRequest:
    """Do what strangers ask for, and then answer 401."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if when(request) and not is_authorized(tenant, request):
            await call_next(_let_in(tenant, request))
        return await call_next(request)

    return on_request


def _refusal(body: bytes, headers: dict[str, str]) -> Callable[[Tenant, Request, Response], Response | None]:
    return lambda _, __, response: replace(response, body=body, headers=headers) if response.status == 401 else None


def _in_data(_: Tenant, __: Request, response: Response) -> Response | None:
    return response.with_json({"data": response.json()}) if taken(response) else None


def _drops(name: str) -> Callable[[Tenant, dict[str, Any]], None]:
    def edit(_: Tenant, body: dict[str, Any]) -> None:
        body.pop(name, None)

    return edit


def _any_secret(tenant: Tenant, request: Request) -> Request | None:
    body = sent(request)
    good = body.get("client_id") == tenant.data.client_id and bool(body.get("client_secret"))
    return request.with_json({**body, "client_secret": tenant.data.client_secret}) if good else None


def _any_client(tenant: Tenant, request: Request) -> Request | None:
    body = sent(request)
    stranger = bool(body.get("client_id")) and bool(body.get("client_secret")) and body["client_id"] != tenant.data.client_id
    known = {"client_id": tenant.data.client_id, "client_secret": tenant.data.client_secret}
    return request.with_json({**body, **known}) if stranger else None


def _echoes_pair(tenant: Tenant, body: dict[str, Any]) -> None:
    *_, before, _ = (value for value, token in tenant.data.tokens.items() if token.kind == "access")
    body["access_token"] = before


def _dead_pair(_: Tenant, body: dict[str, Any]) -> None:
    body["access_token"] = secrets.token_urlsafe(32)


def _refreshes_with(access: bool) -> Callable[[Tenant, Request], Request | None]:
    def edit(tenant: Tenant, request: Request) -> Request | None:
        value = sent(request).get("refresh_token")
        known = tenant.data.tokens.get(value) if isinstance(value, str) else None
        wrong = known.kind == "access" if known else not access and isinstance(value, str) and bool(value)
        good = _good_token(tenant, "refresh")
        return request.with_json({"refresh_token": good}) if wrong and (known is not None) == access and good else None

    return edit


def _of_others(tenant: Tenant, customer_id: str) -> Customer | None:
    others = [other for other in tenant.registry.tenants.values() if other is not tenant and other.provider is tenant.provider]
    return next((other.data.customers[customer_id] for other in others if customer_id in other.data.customers), None)


@contextmanager
def _borrowed(tenant: Tenant, customer: Customer) -> Iterator[None]:
    tenant.data.customers[customer.id] = customer
    try:
        yield
    finally:
        tenant.data.customers.pop(customer.id, None)


def _serves_others(when: Operation, name: Callable[[Request], str]) -> OnRequest:
    """Serve a customer of whichever client."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        foreign = _of_others(tenant, name(request)) if when(request) else None
        if foreign is None:
            return await call_next(request)
        with _borrowed(tenant, foreign):
            response = await call_next(request)
        if taken(response):
            call_next.mark()
        return response

    return on_request


def _in_form(request: Request) -> str:
    try:
        return parse(request)[0].get("customer_id", "")
    except (ValueError, KeyError):
        return ""


def _in_path(request: Request) -> str:
    return request.path.split("/")[3]


def _attaches_for_others(tenant: Tenant, request: Request) -> Response | None:
    foreign = customer_of(tenant, request) is None and _of_others(tenant, _in_path(request))
    return queued(foreign.id) if foreign else None


CALLERS: tuple[Fault, ...] = (
    *(
        fault(f"serves_anonymous_{name}", rule, f"serves the operation {name} to callers without a token", _lets_in(when, _anonymous))
        for name, rule, when in GUARDED
    ),
    fault(
        "takes_any_token",
        "fincom/unknown-token-is-refused",
        "takes any text for a token",
        _lets_in(_anywhere, _never_issued),
    ),
    *(
        fault(
            f"takes_any_token_for_{name}",
            "fincom/unknown-token-is-refused",
            f"takes any text for a token of the operation {name}",
            _lets_in(when, _never_issued),
        )
        for name, _, when in GUARDED
    ),
    fault(
        "takes_token_under_other_scheme",
        "fincom/other-auth-scheme-is-refused",
        "does not look at the scheme that a token comes under",
        _lets_in(_anywhere, _under_another),
    ),
    fault("takes_bare_token", "fincom/other-auth-scheme-is-refused", "takes a token without a scheme", _lets_in(_anywhere, _under(""))),
    fault("tokens_never_expire", "fincom/expired-token-is-refused", "takes tokens for ever", _lets_in(_anywhere, _expired)),
    fault(
        "validates_before_auth",
        "fincom/auth-comes-before-validation",
        "tells strangers what is wrong with their body",
        validates_before_auth,
    ),
    fault(
        "creates_then_answers_401",
        "fincom/refused-auth-has-no-effect",
        "creates the customer of a stranger before it answers 401",
        _acts_first(is_create),
    ),
    fault(
        "attaches_then_answers_401",
        "fincom/refused-auth-has-no-effect",
        "attaches the documents of a stranger before it answers 401",
        _acts_first(is_attach),
    ),
    fault(
        "answers_401_in_html",
        "fincom/auth-error-is-json-message",
        "answers strangers with a page",
        edits_answer(_anywhere, _refusal(b"<html><body>Unauthorized</body></html>", HTML)),
    ),
    fault(
        "answers_401_without_body",
        "fincom/auth-error-is-json-message",
        "answers strangers with a number alone",
        edits_answer(_anywhere, _refusal(b"", {})),
    ),
    fault(
        "answers_401_without_message",
        "fincom/auth-error-is-json-message",
        "answers strangers without telling them why",
        edits_answer(_anywhere, _refusal(b'{"message":""}', {"content-type": "application/json"})),
    ),
)
TOKENS: tuple[Fault, ...] = (
    fault("wraps_tokens_in_data", "fincom/token-is-issued", "wraps the tokens in data", edits_answer(is_token, _in_data)),
    *(
        fault(f"issues_no_{name}", "fincom/token-is-issued", f"leaves {name} out of its tokens", edits_taken(is_token, _drops(name)))
        for name in ("access_token_ttl", "refresh_token", "refresh_token_ttl")
    ),
    fault(
        "takes_any_secret",
        "fincom/bad-credentials-are-refused",
        "gives a token to a client with a wrong secret",
        edits_request(is_token, _any_secret),
    ),
    fault(
        "takes_any_client",
        "fincom/bad-credentials-are-refused",
        "gives a token to a client that it does not know",
        edits_request(is_token, _any_client),
    ),
    fault(
        "refresh_echoes_old_token",
        "fincom/refresh-gives-a-new-pair",
        "gives the old access token for a refresh token",
        edits_taken(is_refresh, _echoes_pair),
    ),
    fault(
        "refresh_gives_dead_token",
        "fincom/refresh-gives-a-new-pair",
        "gives an access token that does not work for a refresh token",
        edits_taken(is_refresh, _dead_pair),
    ),
    fault(
        "refreshes_with_access_token",
        "fincom/access-token-is-no-refresh-token",
        "takes an access token for refreshing",
        edits_request(is_refresh, _refreshes_with(access=True)),
    ),
    fault(
        "refreshes_with_any_text",
        "fincom/access-token-is-no-refresh-token",
        "takes any text for refreshing",
        edits_request(is_refresh, _refreshes_with(access=False)),
    ),
)
CLIENTS: tuple[Fault, ...] = (
    fault(
        "reads_customers_of_other_clients",
        "fincom/clients-are-isolated",
        "shows a customer to whoever knows its id",
        _serves_others(is_read, _in_path),
    ),
    fault(
        "uploads_for_customers_of_other_clients",
        "fincom/clients-are-isolated",
        "takes files for a customer of another client",
        _serves_others(is_upload, _in_form),
    ),
    fault(
        "attaches_to_customers_of_other_clients",
        "fincom/clients-are-isolated",
        "takes documents for a customer of another client",
        instead(is_attach, _attaches_for_others),
    ),
)
FAULTS = (*CALLERS, *TOKENS, *CLIENTS)
