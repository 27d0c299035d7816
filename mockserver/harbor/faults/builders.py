"""What faults and variants of Harbor's transport and life cycle are built from: its operations, customers and keys."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from mockserver.clock import SECOND
from mockserver.events import Event
from mockserver.faulting import Operation, Test, operation, sent, spots, taken, told
from mockserver.harbor import admission
from mockserver.harbor.faults.carriers import REFUSED, code_of, is_conflict, plain_name, refused_fields
from mockserver.harbor.lifecycle import move, queue, shown, signed, start
from mockserver.harbor.model import Customer, Onboarding, Status
from mockserver.http import ENCODER, Request, Response, answer, decode
from mockserver.tenants import Tenant
from mockserver.webhooks import Delivery, emit
from mockserver.wrappers import CallNext, OnDelivery, OnEvent, OnRequest, Proceed, Rows

PROVIDER = "harbor"
ONBOARDING = "/api/v1/customers/[^/]+/onboarding"
# The refusals that the state of an onboarding causes, and not a field (000 section 6).
CODES = frozenset({2302, 2303, 2305, 2306})
HOUR = 3600 * SECOND
OVERLAP_SECONDS = 0.05

is_submit = operation("POST", ONBOARDING)
is_read = operation("GET", ONBOARDING)
is_correct = operation("PATCH", ONBOARDING)
is_writing = operation("POST|PATCH", ONBOARDING)
is_onboarding = operation("GET|POST|PATCH", ONBOARDING)
WRITES: tuple[tuple[str, Operation], ...] = (("submission", is_submit), ("correction", is_correct))

Happening = dict[str, Any]
View = dict[str, Any]


class Scene(NamedTuple):
    """An answer to a request about a customer that exists."""

    tenant: Tenant
    request: Request
    customer: Customer
    response: Response


ROWS = Rows(PROVIDER, PROVIDER)
fault, variant = ROWS.fault, ROWS.variant


def customer_of(tenant: Tenant, request: Request) -> Customer | None:
    """Return the customer of this application that the path of a request names."""
    parts = request.path.split("/")
    found: Customer | None = tenant.data.customers.get(parts[4]) if len(parts) > 4 else None
    return found


def run_of(tenant: Tenant, request: Request) -> Onboarding | None:
    """Return the latest onboarding of the customer that the path of a request names."""
    customer = customer_of(tenant, request)
    return customer.latest if customer else None


def is_admitted(tenant: Tenant, request: Request) -> bool:
    """Tell whether key and media types of a request are as they should be."""
    return admission.is_authorized(tenant, request) and admission.bad_headers(request) is None


def key_of(request: Request) -> str:
    """Return the idempotency key of a request, empty if it has none but blanks."""
    return request.headers.get("idempotency-key", "").strip()


def is_used(tenant: Tenant, key: str) -> bool:
    """Tell whether an idempotency key was used within its time."""
    now = tenant.clock.now()
    return bool(tenant.data.keys.get(key, now) > now)


def is_replay(tenant: Tenant, request: Request) -> bool:
    """Tell whether a request comes under a used idempotency key, and has nothing else about its headers."""
    return is_writing(request) and is_used(tenant, key_of(request)) and is_admitted(tenant, request)


def with_fresh_key(tenant: Tenant, request: Request) -> Request:
    """Return the same request under an idempotency key that nobody used."""
    return request.with_header("idempotency-key", f"{key_of(request)} {tenant.new_id()}")


def breaks_down() -> Response:
    """Return the answer of a server that raised an error."""
    return answer(500, {"message": "Internal server error"})


def instead(when: Operation, make: Callable[[Tenant, Request], Response | None]) -> OnRequest:
    """Answer admitted requests in place of the honest code; None lets it answer."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        made = make(tenant, request) if when(request) and is_admitted(tenant, request) else None
        return made or await call_next(request)

    return on_request


def in_scene(when: Operation, edit: Callable[[Scene], Response | None]) -> OnRequest:
    """Give back what `edit` makes of the answers to admitted requests about a customer; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request) if when(request) and is_admitted(tenant, request) else None
        response = await call_next(request)
        return (edit(Scene(tenant, request, customer, response)) if customer else None) or response

    return on_request


def carry_out(scene: Scene) -> Response | None:
    """Start or correct an onboarding without any check; None where there is nothing to correct."""
    tenant, request, customer, _ = scene
    run = start(tenant, customer, {}) if request.method == "POST" else customer.latest
    if run is None:
        return None
    if request.method == "PATCH":
        move(tenant, customer, run, "processing")
    queue(tenant, customer, run)
    return answer(202, {"data": shown(customer, run)})


def carries_out(when: Operation, despite: Callable[[Scene], bool]) -> OnRequest:
    """Carry out all the same what was refused, where `despite` says so."""

    def edit(scene: Scene) -> Response | None:
        return carry_out(scene) if not taken(scene.response) and despite(scene) else None

    return in_scene(when, edit)


def refused_for_itself(scene: Scene) -> bool:
    """Tell whether a request with an idempotency key was refused for what it holds."""
    found = scene.response
    return found.status in REFUSED and code_of(found) not in CODES and not is_conflict(found) and bool(key_of(scene.request))


def takes(when: Operation, lie: Callable[[Scene], bool]) -> OnRequest:
    """Carry out what was refused for what it holds, where `lie` says so."""
    return carries_out(when, lambda scene: refused_for_itself(scene) and lie(scene))


def takes_field(when: Operation, path: str, test: Test = lambda _: True, kind: str = "individual") -> OnRequest:
    """Carry out what was refused for the field at `path` and what is in it alone, if its value passes a test.

    `path` is dotted from the top with `*` for every entry of a list, `kind` the type of customer.
    """
    name = re.escape(path.removeprefix("individual.")).replace(r"\*", "[0-9]+")
    pattern = re.compile(rf"{name}([.].*)?")
    whole = path.partition(".*")[0]

    def lie(scene: Scene) -> bool:
        # A list of which an entry is at fault may lack one for that reason.
        refused = {plain_name(each) for each in refused_fields(scene.response) or ()} - {whole if "*" in path else ""}
        alone = bool(refused) and all(pattern.fullmatch(each) for each in refused)
        return alone and scene.customer.type == kind and any(test(spot.value) for spot in spots(sent(scene.request) or {}, path))

    return takes(when, lie)


def corrects_in(when: Callable[[Customer, Onboarding], bool]) -> OnRequest:
    """Treat onboardings for which `when` holds as if a correction had been asked for."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request) if is_correct(request) else None
        run = customer.latest if customer else None
        if customer is None or run is None or not is_admitted(tenant, request) or not when(customer, run):
            return await call_next(request)
        before, run.status = run.status, "action_required"
        response = await call_next(request)
        if not taken(response):
            run.status = before
        call_next.mark()
        return response

    return on_request


def times_in(run: Onboarding, status: Status) -> int:
    """Return how often an onboarding has come to a status."""
    return sum(each == status for each, _ in run.history)


def edits_view(when: Operation, edit: Callable[[Tenant, Request, View], None]) -> OnRequest:
    """Let `edit` change in place the onboarding that a success shows."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        body = told(response) if when(request) and taken(response) else {}
        if not isinstance(view := body.get("data"), dict) or "status" not in view:
            return response
        edit(tenant, request, view)
        after = response.with_json(body)
        return after if after.body != response.body else response

    return on_request


def edits_coded(code: int, edit: Callable[[dict[str, Any]], int], when: Operation = is_writing) -> OnRequest:
    """Let `edit` change in place the refusals with a code, and return the status that they have then."""

    def edited(scene: Scene) -> Response | None:
        if code_of(scene.response) != code:
            return None
        body = told(scene.response)
        return scene.response.with_json(body, edit(body))

    return in_scene(when, edited)


def recoded(after: int, status: int) -> Callable[[dict[str, Any]], int]:
    """Return an edit that puts another code and another status into a refusal."""

    def edit(body: dict[str, Any]) -> int:
        body["code"] = after
        body.pop("error_type", None)
        return status

    return edit


def around(step: str, act: Callable[[Tenant, Customer, Onboarding], bool]) -> OnEvent:
    """Let `act` do something else when a step is due; False lets the honest code do it."""

    def on_event(tenant: Tenant, event: Event, proceed: Proceed) -> None:
        found = awaited(tenant, event) if event.kind == step else None
        if found is None or not act(tenant, *found):
            proceed(event)

    return on_event


def drifts(start: Status, end: Status, of: Callable[[Customer], bool] = lambda _: True) -> OnRequest:
    """Take an onboarding that has rested in a status for an hour to another one, for customers for which `of` holds."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer, run = customer_of(tenant, request), run_of(tenant, request)
        known = is_onboarding(request) and is_admitted(tenant, request)
        rested = run is not None and run.status == start and tenant.clock.now() - run.updated >= HOUR
        if known and customer and run and rested and of(customer):
            move(tenant, customer, run, end)
            call_next.mark()
        return await call_next(request)

    return on_request


def awaited(tenant: Tenant, event: Event) -> tuple[Customer, Onboarding] | None:
    """Return whom a step is about, None if the onboarding has moved on since it was queued."""
    customer = tenant.data.customers.get(event.payload.get("customer_id"))
    for run in customer.runs if customer else ():
        if run.id == event.payload["onboarding_id"] and run.turn == event.payload["turn"]:
            return customer, run
    return None


def tell(tenant: Tenant, customer: Customer, run: Onboarding, status: str) -> None:
    """Send the event of a status, whichever status the onboarding has."""
    kind = f"customer_onboarding.{status}"
    identity = tenant.new_id()
    body = ENCODER.encode({"id": identity, "event": kind, "data": {**shown(customer, run), "status": status}})
    emit(tenant, identity, kind, customer.id, body, signed(tenant, body))


def resigned(tenant: Tenant, delivery: Delivery, event: Happening, kind: str | None = None) -> Delivery:
    """Return a delivery of another body, with the signature that it needs if it had one, and of another type if one is given."""
    body = ENCODER.encode(event)
    headers = {name: value for name, value in signed(tenant, body).items() if name in delivery.headers}
    return msgspec.structs.replace(delivery, body=body, type=kind or delivery.type, headers={**delivery.headers, **headers})


def edits_event(edit: Callable[[Happening], None], kind: str | None = None) -> OnDelivery:
    """Let `edit` change in place what events of a kind (None: all) say."""

    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        event = decode(delivery.body) if kind in (None, delivery.type) else None
        if not isinstance(event, dict):
            return [delivery]
        edit(event)
        return [resigned(tenant, delivery, event)]

    return on_delivery


def drops_event(when: Callable[[Tenant, Delivery], bool]) -> OnDelivery:
    """Do not deliver the events for which `when` holds."""
    return lambda tenant, delivery: [] if when(tenant, delivery) else [delivery]
