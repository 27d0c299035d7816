"""Servers that mishandle the idempotency key (000 section 1.2)."""

import asyncio
import hashlib
import uuid
from collections.abc import Callable

from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.faulting import Operation, edits_request, taken
from mockserver.harbor import admission, errors
from mockserver.harbor.faults.builders import (
    HOUR,
    OVERLAP_SECONDS,
    WRITES,
    Scene,
    carry_out,
    customer_of,
    fault,
    instead,
    is_admitted,
    is_correct,
    is_read,
    is_replay,
    is_submit,
    is_used,
    is_writing,
    key_of,
    run_of,
    tell,
    with_fresh_key,
)
from mockserver.harbor.faults.carriers import code_of
from mockserver.harbor.lifecycle import EVENT_OF, move, queue
from mockserver.harbor.model import Status
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

Found = Callable[[Tenant, Request], bool]
SETTLED: tuple[Status, ...] = ("submitted", "action_required", "rejected", "failed")
SHORT = (("an_hour", HOUR), ("half_a_day", 12 * HOUR), ("almost_a_day", 24 * HOUR - 300 * SECOND))
LONG = (("two_days", 48 * HOUR), ("a_century", 24 * 36525 * HOUR))
NOT_FOUND = "onb_00000000000000000000000000000000"


def _gives_fresh_key(when: Operation, found: Found) -> OnRequest:
    """Hand on the requests for which `found` holds as if they had come under a key of their own."""
    return edits_request(when, lambda tenant, request: with_fresh_key(tenant, request) if found(tenant, request) else None)


def _without_key(given: Callable[[str | None], bool]) -> Found:
    return lambda _, request: given(request.headers.get("idempotency-key"))


def _replay_in(*statuses: Status) -> Found:
    def found(tenant: Tenant, request: Request) -> bool:
        run = run_of(tenant, request)
        return run is not None and run.status in statuses and is_replay(tenant, request)

    return found


def _on_replay(when: Operation, edit: Callable[[Scene], Response | None]) -> OnRequest:
    """Give back what `edit` makes of the answers to replays about a customer; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        customer = customer_of(tenant, request)
        replay = when(request) and is_replay(tenant, request)
        response = await call_next(request)
        if not replay or customer is None:
            return response
        call_next.mark()
        return edit(Scene(tenant, request, customer, response)) or response

    return on_request


def _overwrite(scene: Scene) -> None:
    carry_out(scene)


def _resubmit(scene: Scene) -> None:
    run = scene.customer.latest
    if run and run.status != "processing":
        move(scene.tenant, scene.customer, run, "processing")
        queue(scene.tenant, scene.customer, run)


def _tell_again(scene: Scene) -> None:
    run = scene.customer.latest
    if run:
        tell(scene.tenant, scene.customer, run, run.status if run.status in EVENT_OF else "submitted")


def _forget_key(scene: Scene) -> None:
    scene.tenant.data.keys.pop(scene.request.headers["idempotency-key"], None)


def _start_again(scene: Scene) -> Response | None:
    return carry_out(scene) if scene.customer.verified else None


def _as_active(_: Scene) -> Response:
    return errors.already_active({})


async def _repeats_first_answer(when: Operation, tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    first = tenant.memory.setdefault("repeats_first_answer", {})
    known = first.get((request.method, request.path, key_of(request))) if when(request) and is_replay(tenant, request) else None
    if known:
        return Response(*known)
    response = await call_next(request)
    if when(request) and taken(response):
        first[request.method, request.path, key_of(request)] = (response.status, response.headers, response.body)
    return response


def _repeats(when: Operation) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await _repeats_first_answer(when, tenant, request, call_next)

    return on_request


def _keyed(*parts: Callable[[Request], bytes]) -> OnRequest:
    """Put what some parts of a request amount to in the place of its key."""

    def edit(_: Tenant, request: Request) -> Request | None:
        if not key_of(request):
            return None
        digest = hashlib.sha256(b"\0".join(part(request) for part in parts)).hexdigest()
        return request.with_header("idempotency-key", digest)

    return edits_request(is_writing, edit)


def _keeps_keys_for(micros: int) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        keys = tenant.data.keys
        before = dict(keys) if is_writing(request) else keys
        response = await call_next(request)
        for key in [key for key, until in keys.items() if before.get(key) != until]:
            keys[key] = tenant.clock.now() + micros
            call_next.mark()
        return response

    return on_request


async def _swallows_for_other_customers(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    key = key_of(request)
    if not is_submit(request) or not key or not is_admitted(tenant, request) or customer_of(tenant, request) is None:
        return await call_next(request)
    paths = tenant.memory.setdefault("swallows_keys_of_other_customers", {})
    if paths.setdefault(key, request.path) != request.path:
        return answer(202, {"data": {"id": NOT_FOUND, "status": "processing"}})
    return await call_next(request)


def _conflict_with_others(tenant: Tenant, request: Request) -> Response | None:
    others = (each for each in tenant.registry.tenants.values() if each is not tenant and each.provider is tenant.provider)
    return errors.idempotency_conflict() if key_of(request) and any(is_used(each, key_of(request)) for each in others) else None


def _conflict_on_read(tenant: Tenant, request: Request) -> Response | None:
    return admission.used_up(tenant, replace(request, method="POST")) if key_of(request) else None


def _refuse_uuid(_: Tenant, request: Request) -> Response | None:
    try:
        uuid.UUID(key_of(request))
    except ValueError:
        return None
    return errors.unreadable("The header Idempotency-Key is not valid.")


def _races(edit: Callable[[Scene], Response | None]) -> OnRequest:
    """Look for the key first and note it only at the end; `edit` is given what a request answers that lost the race."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        key, customer = key_of(request), customer_of(tenant, request)
        if not is_writing(request) or not key or customer is None or not is_admitted(tenant, request) or is_used(tenant, key):
            return await call_next(request)
        await asyncio.sleep(OVERLAP_SECONDS)
        lost = is_used(tenant, key)
        response = await call_next(with_fresh_key(tenant, request))
        tenant.data.keys[key] = tenant.clock.now() + admission.KEY_SECONDS * SECOND
        return (edit(Scene(tenant, request, customer, response)) if lost else None) or response

    return on_request


def _carry_out_too(scene: Scene) -> Response | None:
    return carry_out(scene) if code_of(scene.response) in (2302, 2305) else None


def _aside(act: Callable[[Scene], None]) -> Callable[[Scene], Response | None]:
    """Return an edit that does something and leaves the answer as it is."""

    def edit(scene: Scene) -> None:
        act(scene)

    return edit


def _method(request: Request) -> bytes:
    return f"{request.method} {request.path}".encode()


def _body(request: Request) -> bytes:
    return request.body


def _key(request: Request) -> bytes:
    return key_of(request).encode()


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"takes_{what}_without_idempotency_key",
            f"idempotency-key-required-on-{'post' if what == 'submission' else 'patch'}",
            f"takes a {what} without an idempotency key",
            _gives_fresh_key(when, _without_key(lambda key: key is None)),
        )
        for what, when in WRITES
    ),
    fault(
        "takes_blank_idempotency_key",
        "blank-idempotency-key-refused",
        "takes an empty idempotency key for one that is new each time",
        _gives_fresh_key(is_writing, _without_key(lambda key: key is not None and not key.strip())),
    ),
    fault("refuses_uuids_as_keys", "fresh-key-accepted", "refuses an idempotency key that is a UUID", instead(is_writing, _refuse_uuid)),
    fault(
        "conflicts_on_fresh_keys",
        "fresh-key-accepted",
        "takes an idempotency key that was never used for a used one",
        instead(is_writing, lambda _, request: errors.idempotency_conflict() if key_of(request) else None),
    ),
    *(
        fault(
            f"forgets_key_of_{what}",
            f"{'post' if what == 'submission' else 'patch'}-replay-409",
            f"judges the replay of a {what} by the status alone",
            _gives_fresh_key(when, is_replay),
        )
        for what, when in WRITES
    ),
    *(
        fault(
            f"repeats_first_answer_to_{what}",
            f"{'post' if what == 'submission' else 'patch'}-replay-409",
            f"answers the replay of a {what} with what it answered first",
            _repeats(when),
        )
        for what, when in WRITES
    ),
    fault(
        "carries_out_replayed_submission",
        "post-replay-409 replay-makes-no-second-onboarding retry-after-lost-answer-safe",
        "starts another onboarding for the replay of a submission",
        _on_replay(is_submit, carry_out),
    ),
    fault(
        "carries_out_replayed_correction",
        "patch-replay-409 replay-does-not-resubmit",
        "carries the replay of a correction out",
        _on_replay(is_correct, carry_out),
    ),
    fault(
        "takes_replay_for_second_onboarding",
        "replay-code-is-idempotency-conflict",
        "answers a replay with the code of an onboarding in progress",
        _on_replay(is_writing, _as_active),
    ),
    fault(
        "overwrites_onboarding_on_replay",
        "replay-makes-no-second-onboarding",
        "refuses a replayed submission, and starts another onboarding all the same",
        _on_replay(is_submit, _aside(_overwrite)),
    ),
    fault(
        "resubmits_on_replay",
        "replay-does-not-resubmit",
        "refuses a replayed correction, and processes the onboarding again all the same",
        _on_replay(is_correct, _aside(_resubmit)),
    ),
    fault("tells_again_on_replay", "replay-sends-no-webhook", "sends an event for a replay", _on_replay(is_writing, _aside(_tell_again))),
    fault(
        "frees_key_after_failure",
        "replay-after-failed-starts-nothing",
        "carries a replay out once the onboarding has failed",
        _gives_fresh_key(is_submit, _replay_in("failed")),
    ),
    fault(
        "frees_key_in_next_round",
        "replay-after-second-action-required",
        "carries the first correction out again when another one is asked for",
        _gives_fresh_key(is_correct, _replay_in("action_required")),
    ),
    fault(
        "starts_again_on_replay_after_verified",
        "replay-after-verified",
        "starts another onboarding for a replay once the customer is verified",
        _on_replay(is_submit, _start_again),
    ),
    fault(
        "forgets_key_after_first_replay",
        "replay-conflict-is-repeatable",
        "forgets an idempotency key as soon as it has refused a replay",
        _on_replay(is_writing, _aside(_forget_key)),
    ),
    fault(
        "counts_key_per_body",
        "same-key-other-body-never-accepted",
        "takes a used idempotency key with another body for a new one",
        _keyed(_method, _key, _body),
    ),
    *(
        fault(
            f"keeps_keys_for_{name}",
            "key-kept-for-24h",
            f"forgets idempotency keys after {name.replace('_', ' ')}",
            _keeps_keys_for(micros),
        )
        for name, micros in SHORT
    ),
    *(
        fault(
            f"keeps_keys_for_{name}", "key-free-after-24h", f"keeps idempotency keys for {name.replace('_', ' ')}", _keeps_keys_for(micros)
        )
        for name, micros in LONG
    ),
    *(
        fault(
            f"forgets_keys_in_{status}",
            "keys-survive-restart-of-status",
            f"forgets the idempotency key of an onboarding that has come to {status}",
            _gives_fresh_key(is_submit, _replay_in(status)),
        )
        for status in SETTLED
    ),
    fault(
        "counts_equal_bodies_as_replays",
        "distinct-keys-not-deduplicated",
        "takes an equal body under another idempotency key for a replay",
        _keyed(_method, _body),
    ),
    fault(
        "swallows_keys_of_other_customers",
        "key-on-other-customer",
        "answers 202 to a submission under the key of another customer's, and starts nothing",
        _swallows_for_other_customers,
    ),
    fault(
        "shares_keys_among_applications",
        "key-not-shared-across-tenants",
        "takes the idempotency key of another application for a used one",
        instead(is_writing, _conflict_with_others),
    ),
    fault(
        "counts_keys_of_reads",
        "get-never-idempotency-conflict",
        "refuses a second reading under one idempotency key",
        instead(is_read, _conflict_on_read),
    ),
    fault(
        "judges_parallel_requests_by_status",
        "parallel-same-key-one-wins",
        "notes an idempotency key only once it has answered, so that requests at the same time do not see it",
        _races(lambda _: None),
    ),
    fault(
        "carries_parallel_requests_out",
        "parallel-same-key-one-wins",
        "carries each of several requests under one key out if they come at the same time",
        _races(_carry_out_too),
    ),
)
