"""The target as tests meet it: a world of clients, each with its own credentials, and (where offered) its own clock and data."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from pathlib import Path

import httpx

from harness import trial
from harness.access import Access, Credentials, credentials_of
from harness.client import Client, Connections
from harness.control import Control, TenantControl, of_provider, tenant_options
from harness.errors import EnvironmentFault, NotCheckable, Undecided
from harness.exchange import Exchange
from harness.inbox import Box, Inbox
from harness.jsontypes import Json
from harness.openapi import Operation, specification
from harness.pace import Pace
from harness.provisioning import Provisioner, Step
from harness.public_inbox import SpooledInbox
from harness.redaction import Redactor
from harness.targets import ProviderTarget, Target

# While a target is down, ask it again at most this often (seconds): a night of time-outs would tell no more.
ASK_AGAIN = 10.0


class Canary:
    """Remembers for a while what was wrong, and asks again each time where nothing was."""

    def __init__(self) -> None:
        self.found: str | None = None
        self._asked = float("-inf")

    def ask(self, sandbox: Sandbox | None) -> str | None:
        """What is wrong with the target as this client sees it, or None."""
        if sandbox is not None and (self.found is None or time.monotonic() - self._asked >= ASK_AGAIN):
            self.found = sandbox.canary()
            self._asked = time.monotonic()
        return self.found


@dataclass
class World:
    """One target during one run. `faults` and `variants` are switched on for every client that is made."""

    target: Target
    run_id: str
    redactor: Redactor
    faults: Sequence[str] = ()
    variants: Sequence[str] = ()
    pace_file: Path | None = None
    share: tuple[int, int] = (0, 1)
    spool: Path | None = None
    requests: int = 0
    _counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _inbox: Inbox | SpooledInbox | None = None
    first: Sandbox | None = None
    last: Sandbox | None = None
    _trouble: Canary = field(default_factory=Canary)
    _outage: Canary = field(default_factory=Canary)
    _tenants: list[TenantControl] = field(default_factory=list)
    _waited: float = 0.0
    _provisioners: dict[str, Provisioner] = field(default_factory=dict)
    left_behind: list[str] = field(default_factory=list)

    @cached_property
    def connections(self) -> Connections:
        """The connections of this process to the target."""
        limits = self.target.limits
        pace = Pace(limits, self.pace_file) if self.pace_file else None
        return Connections(timeout=limits.timeout_seconds, verify=self.verify(), pace=pace, read_retries=limits.read_retries)

    @cached_property
    def control(self) -> Control | None:
        """The control API, where the target has one."""
        if not self.target.control or not self.target.url:
            return None
        token = os.environ.get(self.target.control_token_env) if self.target.control_token_env else None
        # Moving a clock returns when everything due has happened, so a call may take longer than an answer of the provider.
        patience = self.target.limits.timeout_seconds + self.target.limits.poll_seconds
        return Control(self.target.url, token=token, timeout=patience, verify=self.verify())

    @property
    def altered(self) -> bool:
        """Whether something is switched on at the server for this world's clients."""
        return bool(self.faults or self.variants)

    def verify(self) -> ssl.SSLContext:
        """What TLS certificates are checked against."""
        return _trusting(self.target.ca_file)

    def base_url(self, provider: str, tenant: TenantControl | None) -> str:
        """Where a client sends its requests. Where the server is altered, the address names the tenant, so that requests that carry no
        credential are met as well."""
        plain = self.target.base_url(provider)
        if tenant is None or not self.altered:
            return plain
        root = str(self.target.url).rstrip("/")
        return f"{root}/~{tenant.tenant}{plain.removeprefix(root)}"

    def unique(self) -> str:
        """A token of lower-case letters and digits that no other call of any run has used."""
        return f"rp{self.run_id}n{next(self._counter)}"

    def inbox(self) -> Inbox | SpooledInbox:
        """The inbox of this process, opened when first needed."""
        if self._inbox is None:
            public = self.target.inbox
            self._inbox = SpooledInbox(self.spool, public.url) if public is not None and self.spool is not None else Inbox()
        return self._inbox

    def seen(self, exchange: Exchange) -> None:
        """Every exchange of every client passes here."""
        self.requests += 1
        trial.note(exchange)

    def client(self, provider: str, *, role: str = "main", settings: Mapping[str, Json] | None = None, webhook: bool = False) -> Sandbox:
        """A client of the provider: a tenant of its own where the control API makes them, else the credentials of that role."""
        entry = self.target.providers[provider]
        box = self.inbox().box() if webhook else None
        control = self.control if entry.auth.kind == "control" else None
        if control is not None:
            options = tenant_options(
                settings={**entry.tenant_settings, **(settings or {})},
                faults=of_provider(provider, self.faults, control.faults) if self.faults else (),
                variants=of_provider(provider, self.variants, control.variants) if self.variants else (),
                webhook=box.url if box else None,
            )
            made, tenant = control.make_tenant(provider, **options)
            self._tenants.append(tenant)
            return Sandbox(self, provider, entry, made.credentials, tenant, box, made.webhook_secret)
        secret = os.environ.get(entry.webhook_secret_env, "") if entry.webhook_secret_env else ""
        return Sandbox(self, provider, entry, credentials_of(entry, "main" if webhook else role), None, box, secret)

    def provisioner(self, sandbox: Sandbox, entry: ProviderTarget) -> Provisioner:
        """Where the things of this provider come from that no documented call makes; one for all its clients."""
        if sandbox.provider not in self._provisioners:
            self._provisioners[sandbox.provider] = Provisioner(
                entry.given, sandbox.call, unique=self.unique, share=self.share, poll_seconds=self.target.limits.poll_seconds
            )
        return self._provisioners[sandbox.provider]

    def trouble(self) -> str | None:
        """Ask the client that spoke last for something harmless that must work: what is wrong with the target for it, or None."""
        return self._trouble.ask(self.last)

    def outage(self, *, only_if_known: bool = False) -> str | None:
        """The same of this process's first client, whose credential no test touches. `only_if_known`: ask only where something was
        wrong before, so that a target that hangs does not cost a run one time-out per test."""
        return self._outage.ask(self.first) if self._outage.found or not only_if_known else None

    def await_recovery(self) -> str | None:
        """What is still wrong with a target that went away, after waiting for it as long as the run's patience lasts.

        Once the patience is spent nobody waits any more: whatever is left of the run ends at once.
        """
        found = self.outage(only_if_known=True)
        while found and self._waited < self.target.limits.patience_seconds:
            pause = min(ASK_AGAIN, self.target.limits.patience_seconds - self._waited)
            time.sleep(pause)
            self._waited += pause
            found = self.outage(only_if_known=True)
        return found

    def close(self) -> None:
        """Give up the tenants that this process made, and close what it opened."""
        self.left_behind += [what for provisioner in self._provisioners.values() for what in provisioner.clear()]
        # A server that is gone has no tenants left; clean-up never decides anything.
        with suppress(EnvironmentFault):
            for tenant in self._tenants:
                with suppress(NotCheckable):
                    tenant.close()
        if self._inbox is not None:
            self._inbox.close()
        for opened in ("connections", "control"):
            held = vars(self).get(opened)
            if held is not None:
                held.close()


@cache
def _trusting(ca_file: str | None) -> ssl.SSLContext:
    """Reading the authorities takes longer than most tests, and a proof opens a world for each of them."""
    return httpx.create_ssl_context() if ca_file is None else ssl.create_default_context(cafile=ca_file)


def _ahead(date: str | None) -> dt.timedelta | None:
    """How far the clock behind a Date header is ahead of ours; None where the header is absent or no date."""
    try:
        at = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return at.astimezone(dt.UTC) - dt.datetime.now(dt.UTC)


class Sandbox:
    """One client of one provider at the target."""

    def __init__(
        self,
        world: World,
        provider: str,
        entry: ProviderTarget,
        credentials: Credentials,
        control: TenantControl | None,
        box: Box | None,
        webhook_secret: str,
    ) -> None:
        self.world = world
        self.provider = provider
        self.capabilities = frozenset(entry.capabilities)
        self.credentials = credentials
        self.webhook_secret = webhook_secret
        self.box = box
        self._entry = entry
        self._control = control
        self._now: dt.datetime | None = None
        self._skew = dt.timedelta()
        self._access = Access(entry.auth, credentials, bought=lambda token: self._hide({"ACCESS_TOKEN": token}))
        self._hide({**credentials.secrets(), "WEBHOOK_SECRET": webhook_secret})
        world.first = world.first or self
        world.last = world.last or self
        self.client = Client(
            base_url=world.base_url(provider, control),
            specification=specification(*entry.documents),
            authorization=lambda: self._access.authorization(self.client.send),
            constant_headers=self._access.constant_headers(),
            seen=self._seen,
            connections=world.connections,
        )

    def _hide(self, secrets: Mapping[str, str]) -> None:
        for name, value in secrets.items():
            self.world.redactor.add(f"{self.provider.upper()}_{name}", value)

    def token(self) -> str:
        """The access token, bought for the client's credentials when first needed."""
        return self._access.token(self.client.send)

    def given(self, kind: str, **wanted: str) -> dict[str, str]:
        """A thing that the target's file lists or says how to make, as its named values; `NotApplicable` where it does neither."""
        return self.world.provisioner(self, self._entry).one(kind, **wanted)

    def call(self, step: Step, path: str, body: Json) -> Exchange:
        """A call of a recipe: authorised, paced and recorded like any other, and judged by nobody."""
        operation = Operation(f"recipe {step.method} {step.path}", step.method, path, step.method == "GET", None)
        return self.client.deliver(self.client.prepare(operation, json=... if body is None else body))

    def _seen(self, exchange: Exchange) -> None:
        if self._control is None:
            self._skew = _ahead(exchange.headers.get("date")) or self._skew
        self.world.last = self
        self.world.seen(exchange)

    @property
    def control(self) -> TenantControl:
        """The control API for this client; a rule that gets here without one should have asked by `needs`."""
        if self._control is None:
            raise NotCheckable("the target has no control API, yet claims a capability that needs one")
        return self._control

    def now(self) -> dt.datetime:
        """The target's own time in UTC."""
        if self._control is None:
            return dt.datetime.now(dt.UTC) + self._skew
        if self._now is None:
            self._now = dt.datetime.fromisoformat(self._control.now())
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the target's clock; everything due has happened when this returns."""
        self._now = dt.datetime.fromisoformat(self.control.advance(seconds))

    def canary(self) -> str | None:
        """What is wrong with the target at large, or None: a harmless documented read must be answered as it should."""
        try:
            answer = self.client.send(self._entry.canary, path=self._entry.canary_path)
        except Undecided as reason:
            return str(reason)
        wanted = self._entry.canary_status
        if (answer.status == wanted or 200 <= answer.status < 300) and answer.is_json:
            return None
        media_type = answer.headers.get("content-type", "no content type")
        return f"{answer.method} {answer.operation} was answered with {answer.status} ({media_type})"
