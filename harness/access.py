"""How a client proves who it is: its credentials, the token they buy, and the headers that carry both."""

from __future__ import annotations

import datetime as dt
import math
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from harness.errors import EnvironmentFault, NotApplicable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.targets import Auth, ProviderTarget

# A token is renewed once this share of its life is over, so that none lapses between a test's look at it and its use.
RENEW_AT = 0.8


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a client of the provider authorises itself with; empty where the provider knows no such thing."""

    client_id: str = ""
    client_secret: str = ""
    username: str = ""
    password: str = ""
    access_token: str = ""
    refresh_token: str = ""
    api_key: str = ""
    tenant_id: str = ""

    def secrets(self) -> dict[str, str]:
        """What must never be shown, by the name that stands for it in a report."""
        return {
            "CLIENT_SECRET": self.client_secret,
            "PASSWORD": self.password,
            "REFRESH_TOKEN": self.refresh_token,
            "ACCESS_TOKEN": self.access_token or self.api_key,
        }


def credentials_of(entry: ProviderTarget, role: str) -> Credentials:
    """Credentials from the environment for the main client or another role. Raises `NotApplicable` for a role without any."""
    auth = entry.auth if role == "main" else entry.clients.get(role)
    if auth is None:
        raise NotApplicable(f"the target gives no credentials for a client in the role {role!r}")

    def value(name: str | None) -> str:
        return os.environ.get(name, "") if name else ""

    return Credentials(
        client_id=value(auth.client_id_env),
        client_secret=value(auth.client_secret_env),
        username=value(auth.username_env),
        password=value(auth.password_env),
        access_token=value(auth.token_env),
        tenant_id=value(auth.tenant_env),
    )


class Access:
    """The headers of one client. A token is bought when first needed, and bought anew before its time is over.

    `send` sends an operation, `bought` is told of each new token before anything is sent with it.
    """

    def __init__(self, auth: Auth, credentials: Credentials, *, bought: Callable[[str], None]) -> None:
        self._auth = auth
        self._credentials = credentials
        self._bought = bought
        self._token = credentials.access_token or credentials.api_key
        self._renew_at = float("inf")

    def authorization(self, send: Callable[..., Exchange]) -> tuple[str, str]:
        """The header that authorises a request, and its value."""
        return self._auth.header, f"{self._auth.scheme} {self.token(send)}".strip()

    def constant_headers(self) -> Mapping[str, str]:
        """Headers of every request, authorised or not."""
        header = self._auth.tenant_header
        return {header: self._credentials.tenant_id} if header and self._credentials.tenant_id else {}

    def token(self, send: Callable[..., Exchange]) -> str:
        """The access token as it is now."""
        if (not self._token or time.monotonic() >= self._renew_at) and self._auth.operation:
            self._buy(send(self._auth.operation, **self._request(), auth=False))
        return self._token

    def _request(self) -> dict[str, Any]:
        known = self._credentials
        if self._auth.kind == "password":
            form = {
                "grant_type": "password",
                "username": known.username,
                "password": known.password,
                "client_id": known.client_id,
                "client_secret": known.client_secret,
            }
            return {"form": {key: value for key, value in form.items() if value}}
        return {"json": {"client_id": known.client_id, "client_secret": known.client_secret}}

    def _buy(self, answer: Exchange) -> None:
        body = answer.json if isinstance(answer.json, dict) else {}
        self._token = str(body.get("access_token") or "")
        if not self._token:
            raise EnvironmentFault(f"the credentials bought no token: {answer.operation} answered {answer.status}")
        self._renew_at = time.monotonic() + RENEW_AT * life_of(body)
        self._bought(self._token)


def life_of(body: Mapping[str, Json]) -> float:
    """The seconds that a token lives, by the answer that brought it: `expires_in`, or the instants `access_token_ttl` and `current_time`.

    Without end where it says neither.
    """
    life = body.get("expires_in")
    if isinstance(life, int | float) and not isinstance(life, bool) and life > 0:
        return float(life)
    try:
        ends, now = (dt.datetime.fromisoformat(str(body[key])) for key in ("access_token_ttl", "current_time"))
        return max(0.0, (ends - now).total_seconds())
    except (KeyError, ValueError, TypeError):
        return math.inf
