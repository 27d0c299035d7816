"""Builders of wrappers around create: they edit the body on its way in, or the answer on its way out.

A refusal is had from the honest code, by spoiling the value that is to be named: its number, its shape and whatever else
is wrong with the request stay as they are.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockserver.faulting import ABSENT, Body, spots
from mockserver.fincom.faults.builders import ROWS
from mockserver.fincom.faults.create_places import GOOD
from mockserver.http import Request, Response, UnreadableBody, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest

PROVIDER = "fincom"
CREATE_PATH = "/v2/customers/individual"
CUSTOMERS_PATH = "/v2/customers"
# An empty list is refused in the place of every documented field: it is no text, no number, no object and holds no entry.
SPOILT: list[Any] = []
fault = ROWS.fault

Test = Callable[[Any], bool]
Trait = Callable[[Tenant, Body], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mend happens: the whole body, the path, and the value that stands there."""

    tenant: Tenant
    body: Body
    holder: Any
    value: Any


Replacement = Callable[[Place], Any]


def create_body(request: Request) -> Body | None:
    """Return the JSON object of a create request, None for other requests and other bodies."""
    if request.method != "POST" or request.path != CREATE_PATH:
        return None
    try:
        body = request.json()
    except UnreadableBody:
        return None
    return body if isinstance(body, dict) else None


def mends_body(mend: Trait) -> OnRequest:
    """Let `mend` edit the body in place before the honest code sees it; it tells whether it did."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = create_body(request)
        mended = body is not None and mend(tenant, body)
        return await call_next(request.with_json(body) if mended else request)

    return on_request


def mends(path: str, when: Test, to: Replacement) -> OnRequest:
    """Replace every value at `path` for which `when` holds."""

    def mend(tenant: Tenant, body: Body) -> bool:
        broken = [spot for spot in spots(body, path) if when(spot.value)]
        for spot in broken:
            spot.put(to(Place(tenant, body, spot.holder, spot.value)))
        return bool(broken)

    return mends_body(mend)


def accepts(path: str, when: Test) -> OnRequest:
    """Put a good value in the place of every value at `path` for which `when` holds."""
    return mends(path, when, lambda place: GOOD[path](place.body))


def refuses(path: str, when: Test, at: str | None = None) -> OnRequest:
    """Refuse a body that has at `path` a value for which `when` holds, naming that path or `at`."""

    def spoil(_: Tenant, body: Body) -> bool:
        found = [spot for spot in spots(body, path) if when(spot.value)]
        for spot in found if at is None else spots(body, at) if found else ():
            spot.put(SPOILT)
        return bool(found)

    return mends_body(spoil)


def refuses_body(at: str, trait: Trait) -> OnRequest:
    """Refuse a body that has a trait, naming the path `at`."""

    def spoil(tenant: Tenant, body: Body) -> bool:
        if not trait(tenant, body):
            return False
        for spot in spots(body, at):
            spot.put(SPOILT)
        return True

    return mends_body(spoil)


def breaks_down(path: str, when: Test) -> OnRequest:
    """Answer 500 to a body that has at `path` a value for which `when` holds."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        body = create_body(request)
        response = await call_next(request)
        if body is None or response.status == 401 or not any(when(spot.value) for spot in spots(body, path)):
            return response
        return answer(500, {"message": "Internal server error"})

    return on_request


def edits_refusal(status: int, edit: Callable[[Any], Any]) -> OnRequest:
    """Let `edit` return another body for create's answers with this status."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if create_body(request) is None or response.status != status:
            return response
        before, after = response.json(), edit(response.json())
        return response if after == before else response.with_json(after)

    return on_request


def edits_created(edit: Callable[[Tenant, dict[str, Any]], None]) -> OnRequest:
    """Let `edit` change the data of create's answer in place, once the customer is there."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if create_body(request) is None or not 200 <= response.status < 300:
            return response
        body = response.json()
        edit(tenant, body["data"])
        return response.with_json(body)

    return on_request


def edits_read(edit: Callable[[Tenant, dict[str, Any]], None]) -> OnRequest:
    """Let `edit` change in place the data that reading a customer answers."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        head, _, customer_id = request.path.rpartition("/")
        if request.method != "GET" or head != CUSTOMERS_PATH or not customer_id or response.status != 200:
            return response
        body = response.json()
        edit(tenant, body["data"])
        return response.with_json(body)

    return on_request


def absent(value: object) -> bool:
    """Tell whether a key is not there."""
    return value is ABSENT


def null(value: object) -> bool:
    """Tell whether a value is null."""
    return value is None


def empty_text(value: object) -> bool:
    """Tell whether a value is text without a character."""
    return value == "" and isinstance(value, str)


def white_space(value: object) -> bool:
    """Tell whether a value is text of nothing but white space."""
    return isinstance(value, str) and value != "" and not value.strip()


def blank_text(value: object) -> bool:
    """Tell whether a value is empty text or white space."""
    return isinstance(value, str) and not value.strip()


def not_text(value: object) -> bool:
    """Tell whether a value is there and is no text."""
    return value is not ABSENT and value is not None and not isinstance(value, str)


def texts(test: Callable[[str], object]) -> Test:
    """Return a test that holds for text for which `test` does, blank text never."""
    return lambda value: isinstance(value, str) and bool(value.strip()) and bool(test(value))


def always(value: object) -> Replacement:
    """Return a replacement that is the same wherever it stands."""
    return lambda _: value


def is_a(kind: type) -> Test:
    """Return a test that holds for values of a type, as JSON has it: true is no number."""
    return lambda value: isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def equals(word: str) -> Test:
    """Return a test that holds for one text."""
    return lambda value: bool(value == word)


def holds(pattern: str) -> Test:
    """Return a test that holds for text in which a pattern is found, blanks around it left aside."""
    return texts(lambda text: re.search(pattern, text.strip()))


def all_of(*hows: OnRequest) -> OnRequest:
    """Apply several wrappers as one."""
    first, *rest = hows
    if not rest:
        return first
    inner = all_of(*rest)

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await first(tenant, request, _Bound(tenant, inner, call_next))

    return on_request


class _Bound:
    """The way on through one more wrapper."""

    def __init__(self, tenant: Tenant, how: OnRequest, call_next: CallNext) -> None:
        self.tenant, self.how, self.call_next = tenant, how, call_next

    async def __call__(self, request: Request) -> Response:
        return await self.how(self.tenant, request, self.call_next)

    def mark(self) -> None:
        self.call_next.mark()

    def miss(self) -> None:
        self.call_next.miss()
