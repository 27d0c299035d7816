"""Builders of wrappers around a submission: they edit the body on its way in, or the answer on its way out.

Paths stand below `individual`. A refusal is had from the honest code, by spoiling the value that is to be named: its status,
its shape and whatever else is wrong with the request stay as they are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mockserver.faulting import LIGHT, Body, Operation, Spot, Test, edits_body, operation, sent, spots, told
from mockserver.harbor.faults.builders import ROWS
from mockserver.harbor.faults.submission_places import GOOD, PERSON
from mockserver.harbor.model import Customer
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

ONBOARDING = "/api/v1/customers/[^/]+/onboarding"
# An empty list is refused in the place of every documented member: it is no text, no object, no boolean, and holds no entry.
SPOILT: list[Any] = []
# A section of businesses, which is refused beside a person whatever it holds.
MARK = "company"
# Only files make a body as large as this.
HEAVY = 8_000_000
fault = ROWS.fault

is_post = operation("POST", ONBOARDING)
is_read = operation("GET", ONBOARDING)
is_sent = operation("POST|PATCH", ONBOARDING)
Trait = Callable[[Tenant, Body], bool]
Blame = Callable[[Tenant, Body], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mend happens: the whole body, and the value that stands there."""

    body: Body
    value: Any


Replacement = Callable[[Place], Any]


def variant(name: str, ambiguity: str, says: str, on_request: OnRequest) -> Variant:
    """Return a row of a table; `ambiguity` is an id without the provider and what all such ids begin with."""
    return ROWS.variant(name, f"amb-{ambiguity}", says, on_request)


def heavy(when: Operation) -> Operation:
    """Return a test for those requests of an operation that carry large files."""
    return lambda request: len(request.body) > HEAVY and when(request)


is_heavy_post, is_heavy_patch, is_heavy = (heavy(each) for each in (is_post, operation("PATCH", ONBOARDING), is_sent))


def limit_of(on: Operation) -> int | None:
    """Return up to which size the bodies of an operation are looked into."""
    return None if on in (is_heavy_post, is_heavy_patch, is_heavy) else LIGHT


def below(body: Body, path: str) -> list[Spot]:
    """Return the places of a path below `individual`."""
    return spots(body, f"{PERSON}.{path}")


def mends_body(mend: Trait, on: Operation = is_post) -> OnRequest:
    """Let `mend` edit the body in place before the honest code sees it; it tells whether it did."""
    return edits_body(on, lambda tenant, _, body: mend(tenant, body), limit_of(on))


def mends(path: str, when: Test, to: Replacement, on: Operation = is_post) -> OnRequest:
    """Replace every value at `path` for which `when` holds."""
    return mends_body(replacing(path, when, to), on)


def replacing(path: str, when: Test, to: Replacement) -> Trait:
    """Return a mend that replaces every value at `path` for which `when` holds."""

    def mend(_: Tenant, body: Body) -> bool:
        broken = [spot for spot in below(body, path) if when(spot.value)]
        for spot in broken:
            spot.put(to(Place(body, spot.value)))
        return bool(broken)

    return mend


def all_of(mends_of: Iterable[Trait]) -> Trait:
    """Return a mend that does what several do."""
    every = tuple(mends_of)
    # All of them are to mend, so there is no stopping at the first.
    return lambda tenant, body: sum(mend(tenant, body) for mend in every) > 0


def accepts(path: str, when: Test, on: Operation = is_post) -> OnRequest:
    """Put a good value in the place of every value at `path` for which `when` holds."""
    return mends(path, when, good(path), on)


def good(path: str) -> Replacement:
    """Return the replacement that is good at a path."""
    return lambda place: GOOD[path](place.body)


def accepts_if(path: str, when: Test, trait: Callable[[Body], object]) -> OnRequest:
    """Put a good value in the place of values at `path` for which `when` holds, in bodies that have a trait."""
    mend = replacing(path, when, good(path))
    return mends_body(lambda tenant, body: bool(trait(body)) and mend(tenant, body))


def refuses(path: str, when: Test, on: Operation = is_post) -> OnRequest:
    """Refuse every value at `path` for which `when` holds."""
    return mends(path, when, lambda _: SPOILT, on)


def refuses_body(path: str, trait: Trait, on: Operation = is_post) -> OnRequest:
    """Refuse a body that has a trait, naming a path at which the honest code looks."""
    return mends_body(lambda tenant, body: trait(tenant, body) and replacing(path, lambda _: True, lambda _: SPOILT)(tenant, body), on)


def blames(find: Blame, on: Operation = is_post, says: str = "Is not valid.") -> OnRequest:
    """Refuse the paths (whole ones) that `find` returns, beside whatever the honest code refuses."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = sent(request, limit_of(on)) if on(request) else None
        paths = tuple(find(tenant, body)) if body is not None else ()
        if body is None or not paths:
            return await call_next(request)
        response = await call_next(request.with_json({MARK: None, **body}))
        return response if MARK in body else blamed(response, paths, says)

    return on_request


def demands(trait: Callable[[Body], object], *paths: str) -> OnRequest:
    """Refuse a body that has a trait for want of members at some paths."""
    named = [f"{PERSON}.{path}" for path in paths]
    return blames(lambda _, body: named if trait(body) else (), says="This field is required.")


def blamed(response: Response, paths: tuple[str, ...], says: str) -> Response:
    """Return the refusal of a marked body with the paths in the place of the mark, whatever shape the refusal has."""
    body = told(response)
    errors = body.get("errors")
    if not isinstance(errors, dict):
        return response.with_json(_renamed(body, paths[0])) if body else response
    text = errors.pop(MARK, None)
    for path in paths:
        errors.setdefault(path, [says] if isinstance(text, list) else says)
    first = (text[0] if isinstance(text, list) and text else text) or says
    return response.with_json({key: says if key != "errors" and value == first else value for key, value in body.items()})


def _renamed(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        return {_renamed(key, path): _renamed(inner, path) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, path) for inner in value]
    return {MARK: path, f"/{MARK}": "/" + path.replace(".", "/")}.get(value, value) if isinstance(value, str) else value


def breaks_down(path: str, when: Test) -> OnRequest:
    """Answer 500 to a body that has at `path` a value for which `when` holds."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        body = sent(request) if is_post(request) and response.status in (202, 400, 422) else None
        if body is None or not any(when(spot.value) for spot in spots(body, path)):
            return response
        return answer(500, {"message": "Internal server error"})

    return on_request


def customer_of(tenant: Tenant, request: Request) -> Customer | None:
    """Return the customer that the path of a request names."""
    parts = request.path.split("/")
    found: Customer | None = tenant.data.customers.get(parts[4]) if len(parts) > 4 else None
    return found
