"""Tenants: a credential is a tenant, and everything that happened under it hangs on one object."""

import hashlib
import re
import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappush
from typing import Any

import httpx
import msgspec

from mockserver.clock import Clock
from mockserver.events import Event, Runner
from mockserver.http import Request, Response
from mockserver.journal import Journal
from mockserver.webhooks import Delivery, Webhook
from mockserver.wrappers import Fault, Variant, Wrapping

# How many requests are kept that were nobody's.
STRAYS = 100
# The digits that may begin the fourth group of a UUID (RFC 9562 section 4.1).
VARIANTS = "89ab"


class Provider(ABC):
    """An honest provider: plain synchronous code, so that every transition is atomic.

    `prefix` is where its paths begin, `settings_type` and `data_type` are the structs of a tenant's settings and data,
    `steps` are the names of the asynchronous steps that can be held, `events` run what falls due, `event_types` are the
    webhook events, `controls` are operations of the control API under a tenant (method, path, handler), `kept_on_reset` are
    the names of data that a reset leaves,
    `withheld` finds file contents in JSON bodies: the journal keeps its first group and leaves out the rest of the match.
    """

    name: str
    prefix: str
    settings_type: type[msgspec.Struct]
    data_type: type[msgspec.Struct]
    steps: frozenset[str]
    events: Mapping[str, Callable[["Tenant", Event], None]]
    event_types: Sequence[str]
    faults: Sequence[Fault]
    variants: Sequence[Variant]
    kept_on_reset: tuple[str, ...] = ()
    withheld: re.Pattern[bytes] | None = None
    controls: Sequence[tuple[str, str, Callable[["Tenant", dict[str, str], Any], tuple[int, Any]]]]

    @abstractmethod
    def authenticate(self, registry: "Registry", request: Request) -> "Tenant | None":
        """Return the tenant whose credential the request carries, be it valid, expired or wrongly presented."""

    @abstractmethod
    def handle(self, tenant: "Tenant | None", request: Request) -> Response:
        """Answer a request; `tenant` is None when nothing tells whose it is."""

    async def linger(self, tenant: "Tenant", request: Request) -> None:  # noqa: B027 - most providers let no answer wait
        """Wait until the answer to a request may go out; asked only while a step is held, after everything has happened."""

    @abstractmethod
    def open_account(self, tenant: "Tenant") -> msgspec.Struct:
        """Give a fresh tenant credentials that nobody can guess, and return them as the provider's clients know them."""

    @abstractmethod
    def open_demo(self, registry: "Registry", identity: str) -> None:
        """Make the tenant that is there from the start; its credentials can be guessed by everybody."""

    @abstractmethod
    def welcome(self) -> str:
        """Return the credentials of the demo tenant in half a sentence, for the greeting."""

    @abstractmethod
    def credentials(self, tenant: "Tenant") -> Iterable[str]:
        """Return all credentials of a tenant, expired ones included."""

    @abstractmethod
    def overview(self, tenant: "Tenant") -> list[dict[str, str]]:
        """Return a row per customer for the browser page."""


class Tenant:
    """One client of one provider; its ids are made from its own id, so equal steps give equal ids.

    `held` are the events behind held steps, `waiting` counts the requests behind them, by step.
    """

    def __init__(self, registry: "Registry", identity: str, name: str, provider: Provider, settings: msgspec.Struct) -> None:
        self.registry = registry
        self.id = identity
        self.name = name
        self.provider = provider
        self.settings: Any = settings
        self.start_settings: Any = settings
        self.data: Any = provider.data_type()
        self.clock = Clock()
        self.heap: list[Event] = []
        self.held: list[Event] = []
        self.holds: set[str] = set()
        self.waiting = Counter[str]()
        self.journal = Journal()
        self.webhook = Webhook(secrets.token_hex(16))
        self.deliveries: dict[str, Delivery] = {}
        self.wrappers = Wrapping()
        self.memory: dict[str, Any] = {}
        self.counter = 0
        self.dirty = True
        self.stored = False  # whether the state file has it
        self.runner: Runner | None = None

    def claim(self, credential: str) -> None:
        """Let requests that carry this credential be this tenant's."""
        self.registry.owners[credential] = self

    def new_number(self) -> int:
        """Return 128 bits that follow from the tenant's id and how often this was called."""
        return int(self._new_digits(), 16)

    def new_id(self) -> str:
        """Return the next identifier, in the form of a version 4 UUID."""
        digits = self._new_digits()
        variant = VARIANTS[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def _new_digits(self) -> str:
        self.counter += 1
        return hashlib.blake2b(f"{self.id}:{self.counter}".encode(), digest_size=16).hexdigest()

    def schedule_in(self, micros: int, kind: str, payload: dict[str, Any], step: str | None = None) -> None:
        """Put an event on the heap, `micros` from now."""
        self.schedule_at(self.clock.now() + micros, kind, payload, step)

    def schedule_at(self, due: int, kind: str, payload: dict[str, Any], step: str | None = None) -> None:
        """Put an event on the heap."""
        self.counter += 1
        heappush(self.heap, Event(due, self.counter, kind, payload, step))
        self.dirty = True
        if self.runner:
            self.runner.arm()

    def reset(self) -> None:
        """Forget everything but the credentials, the webhook, the clock and the settings that it was made with."""
        data = self.provider.data_type()
        for name in self.provider.kept_on_reset:
            setattr(data, name, getattr(self.data, name))
        self.data = data
        self.settings = self.start_settings
        self.heap, self.held, self.holds = [], [], set()
        self.journal, self.deliveries, self.memory = Journal(), {}, {}
        self.wrappers.set(())
        self.dirty = True


class Registry:
    """All tenants, by id and by each of their credentials; `strays` are requests that nothing tells whose they are."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = {provider.name: provider for provider in providers}
        self.tenants: dict[str, Tenant] = {}
        self.owners: dict[str, Tenant] = {}
        self.strays = Journal(STRAYS)
        self.client: httpx.AsyncClient | None = None
        self.counter = 0
        self.gone: set[str] = set()

    def open(self, provider: Provider, settings: msgspec.Struct, clock: Clock, name: str = "", identity: str = "") -> Tenant:
        """Make a tenant; its provider has yet to open it an account."""
        while not identity:
            self.counter += 1
            free = f"{provider.name}-{self.counter}"
            identity = free if free not in self.tenants else ""
        tenant = Tenant(self, identity, name or identity, provider, settings)
        tenant.clock = clock
        self.admit(tenant)
        return tenant

    def admit(self, tenant: Tenant) -> None:
        """Take in a tenant, new or restored, and let its events run once the server does."""
        self.tenants[tenant.id] = tenant
        for credential in tenant.provider.credentials(tenant):
            tenant.claim(credential)
        if self.client:
            tenant.runner = Runner(tenant, self.client)
            tenant.runner.arm()

    def start(self, client: httpx.AsyncClient) -> None:
        """Begin to run events; `client` makes the webhook deliveries."""
        self.client = client
        for tenant in self.tenants.values():
            tenant.runner = Runner(tenant, client)
            tenant.runner.arm()

    def close(self, tenant: Tenant) -> None:
        """Forget a tenant and everything under it."""
        if tenant.runner:
            tenant.runner.stop()
            # The two hold each other: parted, they are gone at once, and not when the next full search for garbage comes.
            tenant.runner = None
        for credential in tenant.provider.credentials(tenant):
            self.owners.pop(credential, None)
        del self.tenants[tenant.id]
        if tenant.stored:
            self.gone.add(tenant.id)
