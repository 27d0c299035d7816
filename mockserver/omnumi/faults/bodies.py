"""Servers that cannot cope with bodies and methods that nobody should send."""

from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import Operation, edits_answer, sent, taken
from mockserver.http import Request, Response, UnreadableBody, answer
from mockserver.omnumi import lifecycle
from mockserver.omnumi.faults.builders import (
    Scene,
    before,
    carries_out_settle,
    fault,
    in_scene,
    invoice_of,
    is_admitted,
    is_business,
    is_create,
    is_pii,
    is_settle,
    made_of,
    pays,
)
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.preauthorizations import REQUIRED, shown
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

WRITES: tuple[tuple[str, Operation], ...] = (("create", is_create), ("settle", is_settle), ("business", is_business))
MEMBERS = frozenset({*REQUIRED, "expiresAt"})
DEEP = 30
LONG = 2000


def failed() -> Response:
    """Return the answer of a server that raised an error."""
    return answer(500, {"errors": [{"type": "catch", "message": "Internal server error"}]})


def _kind(request: Request) -> str:
    if not request.body:
        return "empty"
    try:
        value = request.json()
    except UnreadableBody:
        return "broken"
    return "object" if isinstance(value, dict) else type(value).__name__


def _on_body(when: Operation, kinds: frozenset[str], make: Callable[[Tenant, Request], Response | None]) -> OnRequest:
    return before(when, lambda tenant, request: make(tenant, request) if _kind(request) in kinds else None)


def _breaks(_: Tenant, __: Request) -> Response:
    return failed()


def _settles_all(tenant: Tenant, request: Request) -> Response | None:
    made = made_of(tenant, request)
    return carries_out_settle(Scene(tenant, request, {}, failed()), made.amount) if made and made.status == "AUTHORIZED" else None


def _invents(tenant: Tenant, request: Request) -> Response | None:
    """Answer as if something had been created or onboarded."""
    return (
        answer(201, {"message": "Business user onboarded successfully", "data": {}}) if is_business(request) and tenant else answer(201, {})
    )


NO_OBJECT = frozenset({"list", "str", "int", "float", "bool", "NoneType"})


def _unknown_members(when: Operation, do: Callable[[Scene], Response | None]) -> OnRequest:
    known = MEMBERS if when is is_create else frozenset({"amount"})
    return in_scene(when, lambda scene: do(scene) if taken(scene.response) and scene.body.keys() - known else None)


def _on_method(*methods: str, do: Callable[[Tenant, Request], None]) -> OnRequest:
    """Do something to the invoice of the path on a method that no operation has; answer that it is not allowed all the same."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if request.method in methods and is_admitted(tenant, request):
            do(tenant, request)
        return await call_next(request)

    return on_request


def _cancels(tenant: Tenant, request: Request) -> None:
    made = _named(tenant, request)
    if made and made.status == "AUTHORIZED":
        lifecycle.end(tenant, made, "CANCELLED")


def _named(tenant: Tenant, request: Request) -> Preauthorization | None:
    return made_of(tenant, replace(request, method="GET"))


def _touches(tenant: Tenant, request: Request) -> None:
    made = _named(tenant, request)
    if made:
        made.updated += 1_000_000


def _overwrites(tenant: Tenant, request: Request) -> None:
    made, body = _named(tenant, request), sent(request)
    if made and made.status == "AUTHORIZED":
        made.receiver = str((body or {}).get("receiver", made.sender))


def _settles_by_get(tenant: Tenant, request: Request) -> Response | None:
    named = replace(request, method="POST")
    made = made_of(tenant, named) if is_settle(named) and invoice_of(named) else None
    if not made or made.status != "AUTHORIZED":
        return None
    pays(tenant, made, made.amount)
    return answer(200, shown(made))


def _settles_by_get_quietly(tenant: Tenant, request: Request) -> Response | None:
    _settles_by_get(tenant, request)
    return None


def _is_get(request: Request) -> bool:
    return request.method == "GET"


def _is_deep(body: bytes) -> bool:
    return body.count(b"[") > DEEP or body.count(b'{"') > DEEP


def _is_wide(body: bytes) -> bool:
    return any(len(run) > LONG for run in body.split(b'"'))


def _has_odd_text(body: bytes) -> bool:
    return any(mark in body for mark in (b"\\u0000", b"\\u0001", b"\\ud8", b"\\udc", b"\xf0\x9f"))


JUNK: tuple[tuple[str, str, Callable[[bytes], bool]], ...] = (
    ("deep_bodies", "bodies that nest deeply", _is_deep),
    ("long_texts", "long texts", _is_wide),
    ("odd_characters", "control characters and halves of characters", _has_odd_text),
    (
        "huge_numbers",
        "numbers of many digits",
        lambda body: any(
            len(run) > 40 and run.strip(b"0123456789").count(b".") == 0 and run[:1].isdigit()
            for run in body.replace(b":", b" ").replace(b",", b" ").replace(b"}", b" ").replace(b'"', b" ").split()
        ),
    ),
)


def _on_junk(test: Callable[[bytes], bool], make: Callable[[], Response]) -> OnRequest:
    return before(lambda request: request.method == "POST", lambda _, request: make() if test(request.body) else None)


def _answers(*methods: str, when: Operation) -> OnRequest:
    """Answer methods that an address does not know as if it knew them."""

    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        named = when(replace(request, method="GET")) or when(replace(request, method="POST"))
        return answer(200, {"message": "OK"}) if request.method in methods and named and response.status == 405 else None

    return edits_answer(lambda _: True, edit)


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"breaks_down_on_{kind}_{name}", rule, f"answers 500 to {name} with {says}", _on_body(when, kinds, _breaks))
        for name, when in WRITES
        for kind, rule, says, kinds in (
            ("broken", "broken-json-refused", "a body that is no JSON", frozenset({"broken"})),
            ("other", "json-non-object-refused", "a body that is no object", NO_OBJECT),
            ("empty", "empty-body-refused", "no body", frozenset({"empty"})),
        )
    ),
    *(
        fault(f"settles_all_on_{kind}_body", rule, f"settles the whole amount on {says}", _on_body(is_settle, kinds, _settles_all))
        for kind, rule, says, kinds in (
            ("broken", "broken-json-refused", "a body that is no JSON", frozenset({"broken"})),
            ("other", "json-non-object-refused", "a body that is no object", NO_OBJECT),
            ("empty", "empty-body-refused", "no body", frozenset({"empty"})),
        )
    ),
    *(
        fault(f"takes_{kind}_{name}", rule, f"answers 201 to {name} with {says}", _on_body(when, kinds, _invents))
        for name, when in (("create", is_create), ("business", is_business))
        for kind, rule, says, kinds in (
            ("broken", "broken-json-refused", "a body that is no JSON", frozenset({"broken"})),
            ("other", "json-non-object-refused", "a body that is no object", NO_OBJECT),
            ("empty", "empty-body-refused", "no body", frozenset({"empty"})),
        )
    ),
    *(
        fault(
            f"breaks_down_on_unknown_members_of_{name}",
            "unknown-member-harmless",
            f"answers 500 to {name} with a member that it does not know",
            _unknown_members(when, lambda _: failed()),
        )
        for name, when in (("create", is_create), ("settle", is_settle))
    ),
    fault("cancels_on_delete", "undeclared-method-no-effect", "cancels a preauthorization on DELETE", _on_method("DELETE", do=_cancels)),
    fault(
        "touches_on_patch", "undeclared-method-no-effect", "moves the time of the last update on PATCH", _on_method("PATCH", do=_touches)
    ),
    fault("overwrites_on_put", "undeclared-method-no-effect", "overwrites the receiver on PUT", _on_method("PUT", do=_overwrites)),
    fault("settles_by_get", "settle-by-get-no-effect", "settles the whole amount on GET", before(_is_get, _settles_by_get)),
    fault(
        "settles_by_get_quietly",
        "settle-by-get-no-effect",
        "settles the whole amount on GET and answers 404",
        before(_is_get, _settles_by_get_quietly),
    ),
    *(
        fault(f"breaks_down_on_{name}", "junk-breaks-nothing", f"answers 500 to {says}", _on_junk(test, failed))
        for name, says, test in JUNK
    ),
    fault(
        "answers_delete_of_customers",
        "undocumented-methods-are-refused",
        "answers 200 to DELETE of a customer",
        _answers("DELETE", when=is_pii),
    ),
    fault(
        "answers_get_of_business_users",
        "undocumented-methods-are-refused",
        "answers 200 to GET of business users",
        _answers("GET", when=is_business),
    ),
    fault(
        "answers_put_of_business_users",
        "undocumented-methods-are-refused",
        "answers 200 to PUT of business users",
        _answers("PUT", "PATCH", when=is_business),
    ),
)
