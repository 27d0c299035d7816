"""Client credentials and bearer tokens (facts 2.1: two token operations, expiry instants in place of lifetimes)."""

import secrets
from typing import Any

import msgspec

from mockserver.clock import SECOND, moment
from mockserver.fincom import errors
from mockserver.fincom.model import Data, Token
from mockserver.fincom.validation import blank
from mockserver.http import Request, Response, UnreadableBody, answer
from mockserver.tenants import Registry, Tenant

TOKEN_PATH = "/v1/oauth/token"  # noqa: S105 - a path
REFRESH_PATH = "/v1/oauth/refresh-token"
# What a body of a token operation identifies its client with.
IDENTIFIED_BY = {TOKEN_PATH: "client_id", REFRESH_PATH: "refresh_token"}


class Credentials(msgspec.Struct):
    """What a client of Fin.com is given."""

    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str


DEMO = Credentials("demo", "demo-secret", "demo-token", "demo-refresh-token")


def fresh() -> Credentials:
    """Return credentials that nobody can guess."""
    access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return Credentials(f"client-{secrets.token_hex(8)}", secrets.token_urlsafe(24), access, refresh)


def open_account(tenant: Tenant, credentials: Credentials) -> Credentials:
    """Give a tenant its client id and secret and a first pair of tokens."""
    data: Data = tenant.data
    data.client_id, data.client_secret = credentials.client_id, credentials.client_secret
    tenant.claim(data.client_id)
    issue(tenant, credentials.access_token, credentials.refresh_token)
    return credentials


def issue(tenant: Tenant, access: str, refresh: str) -> None:
    """Make an access token and a refresh token good from now on."""
    now = tenant.clock.now()
    tenant.data.tokens[access] = Token("access", now + tenant.settings.token_seconds * SECOND)
    tenant.data.tokens[refresh] = Token("refresh", now + tenant.settings.refresh_seconds * SECOND)
    tenant.claim(access)
    tenant.claim(refresh)


def owner(registry: Registry, request: Request) -> Tenant | None:
    """Return the tenant of whatever credential the request carries, good or not."""
    if (key := IDENTIFIED_BY.get(request.path)) is None:
        return registry.owners.get(request.headers.get("authorization", "").rpartition(" ")[2])
    try:
        body = request.json()
    except UnreadableBody:
        return None
    credential = body.get(key) if isinstance(body, dict) else None
    return registry.owners.get(credential) if isinstance(credential, str) else None


def is_authorized(tenant: Tenant, request: Request) -> bool:
    """Tell whether the request carries a good access token of the tenant as a bearer."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and _is_good(tenant, value, "access")


def token(tenant: Tenant | None, body: dict[str, Any]) -> Response:
    """Answer `POST /v1/oauth/token`: a pair of tokens for the client's id and secret, else 401."""
    if missing := _missing(body, "client_id", "client_secret"):
        return errors.validation_failed(422, missing)
    if tenant is None or body["client_id"] != tenant.data.client_id:
        return errors.unauthorized()
    good = secrets.compare_digest(str(body["client_secret"]).encode(), tenant.data.client_secret.encode())
    return _pair(tenant) if good else errors.unauthorized()


def refresh(tenant: Tenant | None, body: dict[str, Any]) -> Response:
    """Answer `POST /v1/oauth/refresh-token`: a new pair for a good refresh token, else 401."""
    if missing := _missing(body, "refresh_token"):
        return errors.validation_failed(422, missing)
    if tenant is None or not _is_good(tenant, body["refresh_token"], "refresh"):
        return errors.unauthorized()
    return _pair(tenant)


def _is_good(tenant: Tenant, value: object, kind: str) -> bool:
    known = tenant.data.tokens.get(value) if isinstance(value, str) else None
    return known is not None and known.kind == kind and tenant.clock.now() < known.expires


def _missing(body: dict[str, Any], *names: str) -> errors.Errors:
    return {name: ["This field is required"] for name in names if blank(body.get(name))}


def _pair(tenant: Tenant) -> Response:
    access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    issue(tenant, access, refresh)
    tokens = tenant.data.tokens
    pair = {"access_token": access, "access_token_ttl": _expiry(tokens[access].expires)}
    pair |= {"refresh_token": refresh, "refresh_token_ttl": _expiry(tokens[refresh].expires)}
    return answer(200, {**pair, "current_time": _expiry(tenant.clock.now())})


def _expiry(micros: int) -> str:
    return moment(micros).strftime("%Y-%m-%d %H:%M:%S+00")
