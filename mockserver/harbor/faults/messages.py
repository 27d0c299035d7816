"""Servers that mishandle media types, bodies and methods (000 sections 1.2 and 1.3)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import LIGHT, afterwards, edits_answer, edits_request, operation
from mockserver.harbor import admission, errors
from mockserver.harbor.faults.builders import (
    ONBOARDING,
    Scene,
    View,
    breaks_down,
    carry_out,
    customer_of,
    edits_view,
    fault,
    instead,
    is_admitted,
    is_onboarding,
    is_read,
    is_submit,
    is_writing,
    key_of,
    run_of,
    takes,
)
from mockserver.harbor.lifecycle import move, next_statuses
from mockserver.http import Request, Response, UnreadableBody
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

JSON = admission.JSON
PAGE = b"<!doctype html><html><body><h1>Onboarding</h1></body></html>"
UNREADABLE = object()
LONG = 5000
NESTED = 100
FILES = frozenset({"front", "back", "file", "files"})

BODY_TYPES = (
    ("forms", "application/x-www-form-urlencoded"),
    ("multipart", "multipart/form-data"),
    ("texts", "text/plain"),
    ("xml", "application/xml text/xml"),
)
ANSWER_TYPES = (("html", "text/html"), ("xml", "application/xml"), ("images", "image/png"))
PAGES = (
    ("unauthorized", (401, 403)),
    ("not_found", (404,)),
    ("conflict", (409,)),
    ("refusal", (400, 422)),
    ("acceptance", (202,)),
    ("read", (200,)),
)
KINDS: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("list", lambda body: isinstance(body, list)),
    ("text", lambda body: isinstance(body, str)),
    ("number", lambda body: isinstance(body, int | float) and not isinstance(body, bool)),
    ("null", lambda body: body is None),
    ("empty_object", lambda body: body == {} and isinstance(body, dict)),
)
METHODS = (("put", "PUT"), ("delete", "DELETE"))
# The headers of 000 section 1.2 whose absence is noticed.
HEADERS = ("X-API-KEY", "Content-Type", "Idempotency-Key")


def _knows_only(printed: str, *, folded: bool) -> OnRequest:
    """Take a header for absent unless its name is spelled as printed or, if `folded`, in small letters."""
    known = {printed, printed.lower()} if folded else {printed}

    def edit(_: Tenant, request: Request) -> Request | None:
        spelled = {name for name in request.names_as_sent if name.lower() == printed.lower()}
        if not spelled or spelled & known:
            return None
        return replace(request, headers={name: value for name, value in request.headers.items() if name != printed.lower()})

    return edits_request(is_onboarding, edit)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _with_other_type(_: Tenant, request: Request) -> Request | None:
    parameters = request.headers.get("content-type", "").partition(";")[2]
    return request.with_header("content-type", "text/plain") if _media_type(request) == JSON and parameters.strip() else None


def _takes_declared(names: str) -> OnRequest:
    """Carry out what is declared as another type, whatever it holds."""
    wanted = frozenset(names.split())

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        customer, run = customer_of(tenant, request), run_of(tenant, request)
        due = _media_type(request) in wanted and response.status == 415 and bool(key_of(request))
        if customer is None or not due or (request.method == "PATCH") != (run is not None):
            return None
        return carry_out(Scene(tenant, request, customer, response))

    return edits_answer(is_writing, edit)


def _without_type(_: Tenant, request: Request, response: Response) -> Response | None:
    return None if "content-type" in request.headers or response.status in (401, 403) else breaks_down()


def _answers_as(names: str) -> OnRequest:
    """Answer in another type where a client takes that type and no JSON."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        asked = is_onboarding(request) and names in request.headers.get("accept", "").lower()
        if not asked or admission.bad_headers(replace(request, method="GET")) is None:
            return await call_next(request)
        response = await call_next(request.with_header("accept", JSON))
        return replace(response, headers={**response.headers, "content-type": names}, body=PAGE)

    return on_request


def _answers_with_page(statuses: tuple[int, ...]) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        page = {**response.headers, "content-type": "text/html; charset=utf-8"}
        return replace(response, headers=page, body=PAGE) if response.status in statuses else None

    return edits_answer(is_onboarding, edit)


def _parsed(request: Request) -> Any:
    """Return what a body of bearable size says, UNREADABLE for none and for one that is no JSON."""
    try:
        return request.json() if len(request.body) <= LIGHT else UNREADABLE
    except UnreadableBody:
        return UNREADABLE


def _is_broken(request: Request) -> bool:
    return 0 < len(request.body) <= LIGHT and _parsed(request) is UNREADABLE


def _breaks_down_if(when: Callable[[Request], bool]) -> OnRequest:
    """Answer 500 to admitted requests for which `when` holds."""
    return instead(is_writing, lambda _, request: breaks_down() if key_of(request) and when(request) else None)


def _demand_key(_: Tenant, request: Request) -> Response | None:
    return None if key_of(request) else errors.unreadable("The header Idempotency-Key is required.")


def _other_id(tenant: Tenant, _: Request, view: View) -> None:
    view["id"] = f"onb_{tenant.new_number():032x}"


def _move_on(tenant: Tenant, request: Request, response: Response) -> bool:
    """Let every second reading of an onboarding take it further."""
    run, customer = run_of(tenant, request), customer_of(tenant, request)
    if run is None or customer is None or response.status != 200:
        return False
    counts = tenant.memory.setdefault("reading_moves_the_status", {})
    counts[run.id] = counts.get(run.id, 0) + 1
    ways = next_statuses(run.status)
    if counts[run.id] % 2 or not ways:
        return False
    move(tenant, customer, run, ways[0])
    return True


async def _puts_like_post(_: Tenant, request: Request, call_next: CallNext) -> Response:
    return await call_next(replace(request, method="POST") if is_put(request) else request)


def _delete(tenant: Tenant, request: Request, _: Response) -> Response | None:
    customer = customer_of(tenant, request)
    if customer is None or not is_admitted(tenant, request):
        return None
    customer.runs.clear()
    return Response(204)


is_put = operation("PUT", ONBOARDING)


def _depth(body: bytes) -> int:
    deepest = depth = 0
    for bracket in re.finditer(rb"[\[\]{}]", body):
        depth += 1 if bracket[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts but files."""
    if isinstance(value, str):
        yield value
    for each in value if isinstance(value, list) else ():
        yield from _texts(each)
    for name, each in value.items() if isinstance(value, dict) else ():
        yield name
        if name not in FILES:
            yield from _texts(each)


def _holds(pattern: bytes) -> Callable[[bytes], bool]:
    found = re.compile(pattern)
    return lambda body: found.search(body) is not None


def _long_text(body: bytes) -> bool:
    parsed = _parsed(Request("POST", "", body=body))
    return parsed is not UNREADABLE and _depth(body) < NESTED and any(len(text) > LONG for text in _texts(parsed))


HIGH, LOW = rb"\\u[dD][89abAB]", rb"\\u[dD][c-fC-F]"
HALF_A_PAIR = rb"%b[0-9a-fA-F]{2}(?!%b)|(?<!%b..)%b" % (HIGH, LOW, HIGH, LOW)
JUNK: tuple[tuple[str, str, Callable[[bytes], bool]], ...] = (
    ("huge_numbers", "a number beyond 64 bits", _holds(rb"[\s:\[,]-?[0-9]{19,}|[\s:\[,]-?[0-9.]+[eE][+]?[0-9]{3,}")),
    ("deep_nesting", "values nested a hundred deep", lambda body: _depth(body) >= NESTED),
    ("control_characters", "a control character", _holds(rb"\\u00[01][0-9a-fA-F]")),
    ("lone_surrogates", "half a surrogate pair", _holds(HALF_A_PAIR)),
    ("long_texts", "a very long text", _long_text),
)


def _breaks_down_on_junk(test: Callable[[bytes], bool]) -> OnRequest:
    return _breaks_down_if(lambda request: len(request.body) <= LIGHT and test(request.body))


def _takes_kind(test: Callable[[Any], bool]) -> OnRequest:
    def lie(scene: Scene) -> bool:
        body = _parsed(scene.request)
        return body is not UNREADABLE and test(body)

    return takes(is_writing, lie)


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"minds_spelling_of_{printed.lower().replace('-', '_')}",
            "header-names-case-insensitive",
            f"overlooks {printed} unless its name is spelled so",
            _knows_only(printed, folded=False),
        )
        for printed in HEADERS
    ),
    *(
        fault(
            f"knows_two_spellings_of_{printed.lower().replace('-', '_')}",
            "header-names-case-insensitive",
            f"overlooks {printed} unless its name is spelled so or in small letters",
            _knows_only(printed, folded=True),
        )
        for printed in HEADERS
    ),
    fault(
        "refuses_charset_of_json",
        "json-content-type-accepted",
        "takes application/json only without parameters",
        edits_request(is_writing, _with_other_type),
    ),
    *(
        fault(f"takes_{name}", "non-json-content-type-refused", f"takes a body that is declared as {name}", _takes_declared(names))
        for name, names in BODY_TYPES
    ),
    fault(
        "breaks_down_without_content_type",
        "missing-content-type-refused",
        "answers 500 to a body without a declared type",
        edits_answer(is_writing, _without_type),
    ),
    *(
        fault(f"answers_{name}_on_demand", "non-json-accept-refused", f"answers {names} to a client that asks for it", _answers_as(names))
        for name, names in ANSWER_TYPES
    ),
    *(
        fault(
            f"answers_{name}_with_a_page",
            "answers-are-json",
            f"answers {statuses[0]} with a page of HTML",
            _answers_with_page(statuses),
        )
        for name, statuses in PAGES
    ),
    fault(
        "breaks_down_on_broken_json",
        "malformed-json-refused",
        "answers 500 to a body that is no JSON",
        _breaks_down_if(_is_broken),
    ),
    fault(
        "takes_broken_json",
        "malformed-json-refused",
        "starts an onboarding from a body that is no JSON",
        takes(is_writing, lambda scene: _is_broken(scene.request)),
    ),
    fault(
        "takes_empty_body",
        "empty-body-refused",
        "starts an onboarding without a body",
        takes(is_submit, lambda scene: not scene.request.body),
    ),
    fault(
        "breaks_down_on_empty_body",
        "empty-body-refused",
        "answers 500 to a submission without a body",
        instead(is_submit, lambda _, request: None if request.body else breaks_down()),
    ),
    *(
        fault(
            f"takes_{name}_as_body",
            "empty-body-refused" if name == "empty_object" else "non-object-body-refused",
            f"starts an onboarding from a body of this kind: {name.replace('_', ' ')}",
            _takes_kind(test),
        )
        for name, test in KINDS
    ),
    fault(
        "breaks_down_on_null_as_body",
        "non-object-body-refused",
        "answers 500 to a body that is null",
        _breaks_down_if(lambda request: request.body.strip() == b"null"),
    ),
    fault(
        "demands_idempotency_key_on_reads",
        "get-works-without-idempotency-key",
        "refuses to read without an idempotency key",
        instead(is_read, _demand_key),
    ),
    fault("reading_changes_the_id", "get-has-no-side-effects", "shows another id with every reading", edits_view(is_read, _other_id)),
    fault(
        "reading_moves_the_status",
        "get-has-no-side-effects",
        "takes an onboarding one status further with every second reading",
        afterwards(is_read, _move_on),
    ),
    fault("puts_like_post", "onboarding-other-methods-refused", "takes PUT for POST", _puts_like_post),
    fault(
        "deletes_onboardings",
        "onboarding-other-methods-refused",
        "forgets the onboardings of a customer on DELETE",
        edits_answer(operation("DELETE", ONBOARDING), _delete),
    ),
    *(
        fault(
            f"breaks_down_on_{name}",
            "onboarding-other-methods-refused",
            f"answers 500 to {method}",
            edits_answer(operation(method, ONBOARDING), lambda _, __, ___: breaks_down()),
        )
        for name, method in METHODS
    ),
    *(
        fault(f"breaks_down_on_{name}", "no-5xx-on-client-fault", f"answers 500 to {what} in a body", _breaks_down_on_junk(test))
        for name, what, test in JUNK
    ),
)
