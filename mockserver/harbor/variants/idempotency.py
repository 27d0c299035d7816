"""Other readings of what the idempotency key does (000 section 1.2; facts 1.4)."""

import hashlib

from mockserver.faulting import edits_answer, edits_request, taken, told
from mockserver.harbor import admission, errors
from mockserver.harbor.faults.builders import customer_of, is_submit, is_writing, key_of, variant
from mockserver.harbor.faults.carriers import is_conflict
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant


def _conflict_with(status: int) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        if not is_conflict(response):
            return None
        body = told(response) | {"code": 2004, "error_type": "general.idempotency_conflict"}
        return response.with_json(body, status)

    return edits_answer(lambda request: request.method in admission.WRITING, edit)


async def _free_after_refusal(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    before = dict(tenant.data.keys)
    response = await call_next(request)
    if not taken(response):
        keys = tenant.data.keys
        for key in [key for key, until in keys.items() if before.get(key) != until]:
            del keys[key]
            call_next.mark()
    return response


def _of_path(_: Tenant, request: Request) -> Request | None:
    key = request.headers.get("idempotency-key", "")
    return request.with_header("idempotency-key", f"{key} {request.path}") if key.strip() else None


def _of_method(_: Tenant, request: Request) -> Request | None:
    key = request.headers.get("idempotency-key", "")
    return request.with_header("idempotency-key", f"{key} {request.method}") if key.strip() else None


async def _tell_mismatch(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    if not is_writing(request) or not key_of(request):
        return response
    digests = tenant.memory.setdefault("tells_other_body_apart", {})
    place, digest = (request.method, request.path, key_of(request)), hashlib.sha256(request.body).digest()
    if not is_conflict(response):
        digests[place] = digest
        return response
    return response if digests.get(place, digest) == digest else errors.refusal(422, "The key was used for another request.")


def _verified_first(tenant: Tenant, request: Request, response: Response) -> Response | None:
    customer = customer_of(tenant, request)
    return errors.already_verified() if customer and customer.verified and is_conflict(response) else None


VARIANTS: tuple[Variant, ...] = (
    *(
        variant(
            f"answers_replay_with_{status}", "amb-replay-answer", f"answers a replay with {status} and code 2004", _conflict_with(status)
        )
        for status in (202, 400)
    ),
    variant(
        "frees_key_after_refusal",
        "amb-key-after-refusal",
        "counts an idempotency key as used by what was carried out only",
        _free_after_refusal,
    ),
    variant(
        "counts_keys_per_customer",
        "amb-key-on-other-customer",
        "counts idempotency keys for each customer",
        edits_request(is_writing, _of_path),
    ),
    variant(
        "counts_keys_per_method",
        "amb-key-on-other-method",
        "counts idempotency keys for each method",
        edits_request(is_writing, _of_method),
    ),
    variant("tells_other_body_apart", "amb-key-with-other-body", "answers 422 to a used key with another body", _tell_mismatch),
    variant(
        "looks_at_verified_first",
        "amb-replay-or-verified-first",
        "says that a customer is verified before it looks at the idempotency key",
        edits_answer(is_submit, _verified_first),
    ),
)
