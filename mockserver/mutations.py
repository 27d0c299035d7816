"""Mutations: what a tenant is told to get wrong on the wire, as data.

A fault knows its provider; a mutation knows a method, a pattern of paths and what to do there, and nothing of any document. Whoever
makes them decides what they break. Places in bodies are dotted paths, `*` for every entry of a list; a key that is not there is left alone.
"""

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.faulting import ABSENT, spots, taken
from mockserver.http import Request, Response, UnreadableBody
from mockserver.tenants import Tenant
from mockserver.webhooks import Delivery
from mockserver.wrappers import CallNext, OnDelivery, OnRequest, Wrapper

# How many answers a mutation remembers at most.
REMEMBERED = 200


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests of one method whose whole path matches a pattern; the pattern's groups name what stands in the path."""

    method: str
    path: str

    def names(self, request: Request) -> dict[str, str] | None:
        """Return what stands in the path, None if the request is another one."""
        found = re.fullmatch(self.path, request.path) if request.method == self.method else None
        return found.groupdict() if found else None


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change of a body: `set` a value, `drop` a key, or `rename` it to `value`."""

    do: Literal["set", "drop", "rename"]
    at: str
    value: Any = None


class Mutation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="act"):
    """What all mutations have: a name by which their hits are told."""

    name: str


class ChangeAnswer(Mutation, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="change-answer"):
    """Answers with one of `statuses` (any, where empty) get another status, content type or body."""

    place: Place
    statuses: list[int] = []
    status: int | None = None
    content_type: str | None = None
    edits: list[Edit] = []


class AnswerOfAnother(Mutation, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="answer-of-another"):
    """A request gets what another request was answered with, but for what stands at `keep`; its own answer had one of `statuses`.

    `whose` is "tenant" for what another tenant was answered to the same request.
    """

    place: Place
    statuses: list[int]
    whose: Literal["request", "tenant"] = "request"
    keep: list[str] = []


class LagBehind(Mutation, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="lag-behind"):
    """Reads of `place` show what was before the last of `writes`; `reads` is their path, with the names that the write's path gives."""

    place: Place
    reads: str
    writes: list[Place]


class HandleTwice(Mutation, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="handle-twice"):
    """A request that is taken is handled once more, without the headers that could tell that it is the same."""

    place: Place
    without: list[str] = []


class ForgetWrite(Mutation, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="forget-write"):
    """A request is answered as if taken, and everything stays as it was."""

    place: Place


class Deliver(Mutation, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="deliver"):
    """Webhooks of some types (a pattern) are not sent, sent twice, sent `seconds` late, or sent without some headers."""

    types: str = "*"
    how: Literal["never", "twice", "late", "without-headers"]
    seconds: float = 0
    headers: list[str] = []


AnyMutation = ChangeAnswer | AnswerOfAnother | LagBehind | HandleTwice | ForgetWrite | Deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutated(Wrapper):
    """The wrapper that carries out a mutation."""


def carried_out(provider: str, mutation: AnyMutation) -> Mutated:
    """Return the wrapper for a mutation; raises `re.error` for a pattern that is none."""
    for pattern in _patterns(mutation):
        re.compile(pattern)
    says = f"Carries out {mutation.name}."
    if isinstance(mutation, Deliver):
        return Mutated(name=mutation.name, provider=provider, says=says, on_delivery=_delivers(mutation))
    return Mutated(name=mutation.name, provider=provider, says=says, on_request=ON_REQUEST[type(mutation)](mutation))


def _patterns(mutation: AnyMutation) -> Sequence[str]:
    places = [] if isinstance(mutation, Deliver) else [mutation.place]
    return [place.path for place in (*places, *(mutation.writes if isinstance(mutation, LagBehind) else ()))]


# --- answers ---------------------------------------------------------------------------------------------------------------


def _changes_answer(mutation: ChangeAnswer) -> OnRequest:
    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if mutation.place.names(request) is None or (mutation.statuses and response.status not in mutation.statuses):
            return response
        changed = _edited(response, mutation.edits)
        if mutation.status is not None:
            changed = replace(changed, status=mutation.status)
        if mutation.content_type is not None:
            changed = replace(changed, headers={**changed.headers, "content-type": mutation.content_type})
        return response if changed == response else changed

    return on_request


def _edited(response: Response, edits: Sequence[Edit]) -> Response:
    body = _body(response)
    done = [_edit(body, edit) for edit in edits]
    return response.with_json(body) if any(done) else response


def _edit(body: Any, edit: Edit) -> bool:
    found = [spot for spot in spots(body, edit.at) if spot.value is not ABSENT]
    for spot in found:
        value = spot.value
        spot.put(edit.value if edit.do == "set" else ABSENT)
        if edit.do == "rename":
            spot.holder[edit.value] = value
    return bool(found)


def _body(response: Response) -> Any:
    try:
        return response.json()
    except UnreadableBody:
        return None


def _answers_of_another(mutation: AnswerOfAnother) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if mutation.place.names(request) is None:
            return response
        key = (request.path, request.query, b"" if mutation.whose == "tenant" else request.body)
        others = _told_others(tenant, mutation)
        other = others.get(key) if mutation.whose == "tenant" else _last_but(key, others)
        if taken(response) and response.body:
            told = _memory(tenant, mutation)
            told.pop(key, None)
            told[key] = response
            while len(told) > REMEMBERED:
                del told[next(iter(told))]
        if other is None or response.status not in mutation.statuses:
            return response
        shown = _keeping(response, other, mutation.keep)
        return response if shown.body == response.body else shown

    return on_request


def _told_others(tenant: Tenant, mutation: AnswerOfAnother) -> dict[Any, Response]:
    if mutation.whose == "request":
        return _memory(tenant, mutation)
    tenants = [each for each in tenant.registry.tenants.values() if each is not tenant and each.provider is tenant.provider]
    return {key: response for each in tenants for key, response in each.memory.get(mutation.name, {}).items()}


def _last_but(key: Any, told: dict[Any, Response]) -> Response | None:
    return next((response for other, response in reversed(told.items()) if other != key), None)


def _keeping(honest: Response, other: Response, keep: Sequence[str]) -> Response:
    body, own = _body(other), _body(honest)
    for path in keep:
        for ours, theirs in zip(spots(own, path), spots(body, path), strict=False):
            theirs.put(ours.value)
    return other.with_json(body) if keep else other


def _memory(tenant: Tenant, mutation: Mutation) -> dict[Any, Any]:
    memory: dict[Any, Any] = tenant.memory.setdefault(mutation.name, {})
    return memory


def _lags_behind(mutation: LagBehind) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        shown = _memory(tenant, mutation)
        for place in mutation.writes:
            if (names := place.names(request)) is not None:
                path = mutation.reads.format_map(names)
                for key in [(path, ()), *(key for key in shown if key[0] == path and key[1])]:
                    shown[key] = await call_next(Request("GET", path, key[1], _of_reads(request)))
                response = await call_next(request)
                call_next.miss()
                return response
        response = await call_next(request)
        if mutation.place.names(request) is None or not taken(response):
            return response
        before = shown.setdefault((request.path, request.query), response)
        return before if taken(before) and before.body != response.body else response

    return on_request


def _of_reads(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if not name.startswith("content-")}


# --- effects ---------------------------------------------------------------------------------------------------------------


def _handles_twice(mutation: HandleTwice) -> OnRequest:
    dropped = {name.lower() for name in mutation.without}

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        first = await call_next(request)
        if mutation.place.names(request) is None or not taken(first):
            return first
        kept = {name: value for name, value in request.headers.items() if name not in dropped}
        second = await call_next(replace(request, headers=kept))
        if not taken(second):
            call_next.miss()
        return first

    return on_request


def _forgets_write(mutation: ForgetWrite) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if mutation.place.names(request) is None:
            return await call_next(request)
        kept = ("data", "heap", "held", "deliveries")
        before = {name: copy.deepcopy(getattr(tenant, name)) for name in kept}
        response = await call_next(request)
        if taken(response):
            for name, value in before.items():
                setattr(tenant, name, value)
            call_next.mark()
        return response

    return on_request


def _delivers(mutation: Deliver) -> OnDelivery:
    dropped = {name.lower() for name in mutation.headers}

    def without_headers(delivery: Delivery) -> list[Delivery]:
        kept = {name: value for name, value in delivery.headers.items() if name.lower() not in dropped}
        return [msgspec.structs.replace(delivery, headers=kept)]

    ways: dict[str, Callable[[Delivery], list[Delivery]]] = {
        "never": lambda _: [],
        "twice": lambda delivery: [delivery, delivery],
        "late": lambda delivery: [msgspec.structs.replace(delivery, due=delivery.due + round(mutation.seconds * SECOND))],
        "without-headers": without_headers,
    }

    def on_delivery(_: Tenant, delivery: Delivery) -> list[Delivery]:
        return ways[mutation.how](delivery) if fnmatchcase(delivery.type, mutation.types) else [delivery]

    return on_delivery


ON_REQUEST: dict[type, Callable[[Any], OnRequest]] = {
    ChangeAnswer: _changes_answer,
    AnswerOfAnother: _answers_of_another,
    LagBehind: _lags_behind,
    HandleTwice: _handles_twice,
    ForgetWrite: _forgets_write,
}
