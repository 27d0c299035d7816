"""Faults and variants: wrappers around an honest provider, switched on per tenant.

A wrapper has up to three hooks. `on_request` sees every request of the tenant and reaches the honest application through
`call_next`; it may edit the request or the answer, answer by itself, call more than once, sleep in between.
`on_delivery` gets each webhook delivery before it is due and returns those that are to be made: edited, none, several, later.
`on_event` stands around each due asynchronous step; the step happens when it calls `proceed`.
`pairs` are no hook: they are steps from status to status that it adds to the provider's table of allowed ones.
A hit is counted when a wrapper changed something: it passed on another request, returned another answer, called the
application other than once (unless `call_next.miss()` says that nothing came of it), returned other deliveries (copies: a
delivery is never changed in place), or said so with `call_next.mark()`; around events every run counts. What a wrapper has to
remember goes into `tenant.memory`, under its name.

A request belongs to the tenant whose credential it carries, expired or wrongly presented ones included. One that carries
none reaches wrappers only where the address names the tenant: /~TENANT/PROVIDER/... in place of /PROVIDER/...
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict

from mockserver.http import Request, Response

if TYPE_CHECKING:
    from mockserver.events import Event
    from mockserver.tenants import Tenant
    from mockserver.webhooks import Delivery

Honest = Callable[[Request], Awaitable[Response]]


class CallNext(Protocol):
    """The way on to the honest application (or to the next wrapper)."""

    async def __call__(self, request: Request) -> Response:
        """Return what the application answers to `request`."""

    def mark(self) -> None:
        """Count this request as a hit although neither it nor its answer was changed."""

    def miss(self) -> None:
        """Count no hit although the application was called more than once: nothing came of it."""


OnRequest = Callable[["Tenant", Request, CallNext], Awaitable[Response]]
OnDelivery = Callable[["Tenant", "Delivery"], "list[Delivery]"]
Proceed = Callable[["Event"], None]
OnEvent = Callable[["Tenant", "Event", Proceed], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """What faults and variants have in common; `says` is one sentence that tells the behaviour."""

    name: str
    provider: str
    says: str
    on_request: OnRequest | None = None
    on_delivery: OnDelivery | None = None
    on_event: OnEvent | None = None
    pairs: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Wrapper):
    """A lie: it breaks the rules whose ids it names."""

    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Wrapper):
    """Another reading of a spot where the documents leave a choice; `ambiguity` is the id of that spot.

    `about` says which question it answers where the spot raises several: readings about different ones may hold at once.
    """

    ambiguity: str
    about: str = ""


@dataclass(frozen=True)
class Rows:
    """Makes the rows of a provider's tables. Ids of rules and of ambiguities that hold no slash get `prefix` before one."""

    provider: str
    prefix: str

    def fault(
        self,
        name: str,
        rules: str,
        says: str,
        on_request: OnRequest | None = None,
        *,
        on_delivery: OnDelivery | None = None,
        on_event: OnEvent | None = None,
    ) -> Fault:
        """Return a fault; `rules` are ids parted by blanks."""
        named = tuple(map(self._whole, rules.split()))
        hooks = _Hooks(on_request=on_request, on_delivery=on_delivery, on_event=on_event)
        return Fault(name=name, provider=self.provider, rules=named, says=says, **hooks)

    def variant(
        self,
        name: str,
        ambiguity: str,
        says: str,
        on_request: OnRequest | None = None,
        *,
        on_delivery: OnDelivery | None = None,
        on_event: OnEvent | None = None,
        pairs: Iterable[tuple[str, str]] = (),
        about: str = "",
    ) -> Variant:
        """Return a variant; `pairs` are further changes of status that it knows, `about` as in `Variant`."""
        hooks = _Hooks(on_request=on_request, on_delivery=on_delivery, on_event=on_event)
        spot = self._whole(ambiguity)
        return Variant(name=name, provider=self.provider, ambiguity=spot, about=about, says=says, pairs=frozenset(pairs), **hooks)

    def _whole(self, identity: str) -> str:
        return identity if "/" in identity else f"{self.prefix}/{identity}"


class _Hooks(TypedDict):
    on_request: OnRequest | None
    on_delivery: OnDelivery | None
    on_event: OnEvent | None


@dataclass(slots=True)
class Active:
    """A wrapper that is on: it acts on the first `first` matches only, or on all of them."""

    wrapper: Wrapper
    first: int | None = None
    hits: int = 0

    @property
    def spent(self) -> bool:
        """Whether its matches are used up."""
        return self.first is not None and self.hits >= self.first


class WrapperFailed(Exception):
    """A wrapper raised an error: what it then seems to break proves nothing, and the answer must say so."""


class _Watch:
    """`call_next` that notices whether the wrapper changed anything; `behind` is the error of what is behind the wrapper."""

    def __init__(self, call_next: Honest) -> None:
        self.call_next = call_next
        self.marked = False
        self.missed = False
        self.calls: list[tuple[Request, Response]] = []
        self.behind: Exception | None = None

    async def __call__(self, request: Request) -> Response:
        try:
            response = await self.call_next(request)
        except Exception as error:
            self.behind = error
            raise
        self.calls.append((request, response))
        return response

    def mark(self) -> None:
        self.marked = True

    def miss(self) -> None:
        self.missed = True

    def changed(self, request: Request, response: Response) -> bool:
        untouched = len(self.calls) == 1 and self.calls[0][0] is request and self.calls[0][1] is response
        return self.marked or not (untouched or self.missed)


class Wrapping:
    """The wrappers of one tenant; the first of the list is the outermost."""

    def __init__(self, active: Iterable[Active] = ()) -> None:
        self.active: list[Active] = []
        self._on_request: list[Active] = []
        self.set(active)

    def set(self, active: Iterable[Active]) -> None:
        """Replace all wrappers."""
        self.active = list(active)
        self._on_request = [each for each in self.active if each.wrapper.on_request]

    def of_type(self, kind: type[Wrapper]) -> list[Active]:
        """Return the active faults, or the active variants."""
        return [each for each in self.active if isinstance(each.wrapper, kind)]

    @property
    def around_requests(self) -> bool:
        """Whether requests need the detour; without wrappers a request pays nothing."""
        return bool(self._on_request)

    async def answer(self, tenant: "Tenant", request: Request, honest: Honest) -> Response:
        """Return the answer to a request that goes through all wrappers to the honest application."""
        call: Honest = honest
        for active in reversed(self._on_request):
            call = _linked(active, tenant, call)
        return await call(request)

    def deliveries(self, tenant: "Tenant", delivery: "Delivery") -> "list[Delivery]":
        """Return the deliveries that are to be made in place of one."""
        batch = [delivery]
        for active in self.active:
            if active.wrapper.on_delivery and not active.spent:
                after = [out for each in batch for out in active.wrapper.on_delivery(tenant, each)]
                active.hits += after != batch
                batch = after
        return batch

    def knows_pair(self, before: str, after: str) -> bool:
        """Tell whether a wrapper adds the step from one status to another to the table of allowed ones."""
        knowing = [active for active in self.active if (before, after) in active.wrapper.pairs]
        for active in knowing:
            active.hits += 1
        return bool(knowing)

    def run_event(self, tenant: "Tenant", event: "Event", honest: Proceed) -> None:
        """Run an asynchronous step inside all wrappers that stand around such steps."""
        proceed = honest
        for active in reversed(self.active):
            if active.wrapper.on_event and not active.spent:
                proceed = _around(active, active.wrapper.on_event, tenant, proceed)
        proceed(event)


def _linked(active: Active, tenant: "Tenant", call_next: Honest) -> Honest:
    async def call(request: Request) -> Response:
        if active.spent or active.wrapper.on_request is None:
            return await call_next(request)
        watch = _Watch(call_next)
        try:
            response = await active.wrapper.on_request(tenant, request, watch)
        except Exception as error:
            if error is watch.behind:
                raise
            raise WrapperFailed(active.wrapper.name) from error
        active.hits += watch.changed(request, response)
        return response

    return call


def _around(active: Active, hook: OnEvent, tenant: "Tenant", proceed: Proceed) -> Proceed:
    def run(event: "Event") -> None:
        active.hits += 1
        hook(tenant, event, proceed)

    return run


def by_name(wrappers: Sequence[Wrapper]) -> Mapping[str, Wrapper]:
    """Return wrappers under their names.

    Raises:
        ValueError: two of them share a name.
    """
    table = {wrapper.name: wrapper for wrapper in wrappers}
    if len(table) != len(wrappers):
        names = [wrapper.name for wrapper in wrappers]
        raise ValueError(f"these names are given twice: {sorted({name for name in names if names.count(name) > 1})}")
    return table
