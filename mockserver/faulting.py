"""What faults and variants of any provider are built from: places in a JSON body, tests of values, and ready-made hooks.

A hook that has nothing to change hands on the very request and answer that it got, so that only what it broke counts as a hit.
No hook raises on a body that is junk, and none but those that ask for it looks into a body of more than a megabyte.
"""

import asyncio
import re
from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple

from mockserver.http import Request, Response, UnreadableBody
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest

# Bodies that are larger carry files whose size is the point; to look for anything else in them only takes time.
LIGHT = 2**20
Body = dict[str, Any]
Operation = Callable[[Request], bool]
Test = Callable[[Any], bool]


class _Absent:
    """The value of a key that is not there."""


ABSENT = _Absent()


class Spot(NamedTuple):
    """A key of an object or an index of a list, whether it is there or not."""

    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        """What stands there, ABSENT for a missing key."""
        return self.holder.get(self.key, ABSENT) if isinstance(self.holder, dict) else self.holder[self.key]

    def put(self, value: Any) -> None:
        """Set the value, ABSENT to take the key away."""
        if value is ABSENT:
            self.holder.pop(self.key, None)
        else:
            self.holder[self.key] = value


def spots(body: Body, path: str) -> list[Spot]:
    """Return the places of a dotted path, `*` for every entry of a list; none where what should hold them is something else."""
    *way, last = path.split(".")
    holders: list[Any] = [body]
    for name in way:
        holders = [spot.value for holder in holders for spot in _of(holder, name)]
    return [spot for holder in holders for spot in _of(holder, last)]


def _of(holder: Any, name: str) -> Iterable[Spot]:
    if name == "*":
        return [Spot(holder, index) for index in range(len(holder))] if isinstance(holder, list) else []
    return [Spot(holder, name)] if isinstance(holder, dict) else []


def at(body: Body, path: str) -> Any:
    """Return the one value at a path without wildcards, ABSENT if there is none."""
    return next((spot.value for spot in spots(body, path)), ABSENT)


def operation(method: str, path: str) -> Operation:
    """Return a test for requests of one method (or of several, parted by bars) whose whole path matches a pattern."""
    pattern, methods = re.compile(path), frozenset(method.split("|"))
    return lambda request: request.method in methods and pattern.fullmatch(request.path) is not None


def sent(request: Request, limit: int | None = LIGHT) -> Body | None:
    """Return the JSON object of a request, None if it holds none or is larger than `limit` bytes."""
    if limit is not None and len(request.body) > limit:
        return None
    return _object(request)


def told(response: Response) -> Body:
    """Return the JSON object of an answer, an empty one if it holds none."""
    return _object(response) or {}


def _object(message: Request | Response) -> Body | None:
    try:
        body = message.json()
    except UnreadableBody:
        return None
    return body if isinstance(body, dict) else None


def taken(response: Response) -> bool:
    """Tell whether an answer is a success."""
    return 200 <= response.status < 300


def edits_request(when: Operation, edit: Callable[[Tenant, Request], Request | None]) -> OnRequest:
    """Hand on what `edit` makes of the requests of an operation; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await call_next((edit(tenant, request) if when(request) else None) or request)

    return on_request


def edits_body(when: Operation, edit: Callable[[Tenant, Request, Body], bool], limit: int | None = LIGHT) -> OnRequest:
    """Let `edit` change in place the JSON object that an operation is sent; it tells whether it did."""

    def edited(tenant: Tenant, request: Request) -> Request | None:
        body = sent(request, limit)
        return request.with_json(body) if body is not None and edit(tenant, request, body) else None

    return edits_request(when, edited)


def edits_answer(when: Operation, edit: Callable[[Tenant, Request, Response], Response | None]) -> OnRequest:
    """Give back what `edit` makes of the answers of an operation; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        return (edit(tenant, request, response) if when(request) else None) or response

    return on_request


def edits_taken(when: Operation, edit: Callable[[Tenant, Request, Body], None]) -> OnRequest:
    """Let `edit` change in place the JSON objects that the successes of an operation answer with."""

    def edited(tenant: Tenant, request: Request, response: Response) -> Response | None:
        if not taken(response) or not (body := told(response)):
            return None
        edit(tenant, request, body)
        after = response.with_json(body)
        return after if after.body != response.body else None

    return edits_answer(when, edited)


def afterwards(when: Operation, act: Callable[[Tenant, Request, Response], bool]) -> OnRequest:
    """Let `act` do something behind the back of the honest code once it has answered; it tells whether it did."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if when(request) and act(tenant, request, response):
            call_next.mark()
        return response

    return on_request


def absent(value: object) -> bool:
    """Tell whether a key is not there."""
    return value is ABSENT


def null(value: object) -> bool:
    """Tell whether a value is null."""
    return value is None


def missing(value: object) -> bool:
    """Tell whether a key is not there, or null."""
    return value is ABSENT or value is None


def blank_text(value: object) -> bool:
    """Tell whether a value is empty text or white space."""
    return isinstance(value, str) and not value.strip()


def is_a(kind: type) -> Test:
    """Return a test that holds for values of a type, as JSON has it: true is no number."""
    return lambda value: isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def equals(word: object) -> Test:
    """Return a test that holds for one value, true and 1 told apart."""
    return lambda value: type(value) is type(word) and bool(value == word)


def texts(test: Callable[[str], object]) -> Test:
    """Return a test that holds for text for which `test` does, blank text never."""
    return lambda value: isinstance(value, str) and bool(value.strip()) and bool(test(value))


async def is_crowded(tenant: Tenant, fault: str, about: Hashable, seconds: float) -> bool:
    """Wait so long; tell whether another request about the same thing came in the meantime, or as shortly before.

    `fault` is the name under which the tenant remembers the arrivals.
    """
    arrivals: dict[Hashable, tuple[float, object]] = tenant.memory.setdefault(fault, {})
    now = asyncio.get_running_loop().time()
    # Those that come within a tick of the loop's clock have one time, and are told apart all the same.
    mine = now, object()
    before = arrivals.get(about)
    arrivals[about] = mine
    await asyncio.sleep(seconds)
    return (before is not None and now - before[0] < seconds) or arrivals[about] is not mine
