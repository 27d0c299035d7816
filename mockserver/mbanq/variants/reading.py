"""Other readings of what verification answers, and where what came of it is shown (004, outcomes; facts 4.4)."""

from collections.abc import Callable
from typing import Any

from mockserver.clock import SECOND
from mockserver.faulting import edits_answer, taken, told
from mockserver.http import Request, Response
from mockserver.mbanq import errors
from mockserver.mbanq.faults.builders import (
    Body,
    Scene,
    client_of,
    edits_object,
    in_scene,
    is_listing,
    is_read,
    is_told,
    is_verify,
    variant,
)
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

UNSET = {"active": False, "mandatory": False, "systemDefined": False}
# How long a verification takes where it is not done at once, in seconds.
TAKES = 3


def _shows(edit: Callable[[Body], None]) -> OnRequest:
    """Let `edit` change in place every client that is shown."""

    def on_answer(body: Body) -> None:
        rows: list[Any] = body.get("pageItems") or [body]
        for row in rows:
            if isinstance(row, dict) and "subStatus" in row:
                edit(row)

    return edits_object(lambda request: is_read(request) or is_listing(request), on_answer)


def _unset(row: Body) -> None:
    row["subStatus"] = dict(UNSET)


def _silent(row: Body) -> None:
    _unset(row)
    row.pop("clientVerificationStatus", None)


def _in_main(row: Body) -> None:
    if row["subStatus"].get("name") == "Verified" and row["status"]["value"] == "Pending":
        row["status"] = {"id": 200, "code": "clientStatusType.verified", "value": "Verified"}


def _no_such_call(_: Tenant, __: Request, response: Response) -> Response | None:
    return errors.refusal(errors.NOT_FOUND) if response.status == 200 else None


def _answers(make: Callable[[Body], Body]) -> OnRequest:
    def edit(scene: Scene) -> Response | None:
        return scene.response.with_json(make(told(scene.response))) if taken(scene.response) else None

    return in_scene(is_verify, edit)


def _ids_only(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "data"}


def _another(_: Body) -> Body:
    return {"result": "Verified"}


async def _nowhere(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Show in the answer of verify alone what came of it."""
    hidden = await _shows(_silent)(tenant, request, call_next)
    return errors.refusal(errors.NOT_FOUND) if is_told(request) and hidden.status == 200 else hidden


def _progresses(response: Response, request: Request) -> Response:
    """Return an answer about a client whose verification is under way."""
    body = told(response)
    if not taken(response) or not body:
        return response
    if is_told(request):
        return response.with_json(body | {"status": "IN_PROGRESS"})
    if is_verify(request):
        return response.with_json(body | {"data": {"clientKycStatus": "IN_PROGRESS"}})
    return response.with_json(body | {"clientVerificationStatus": "IN_PROGRESS"}) if "clientVerificationStatus" in body else response


async def _takes_time(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer 200 and be done a little later, by the tenant's clock."""
    client = client_of(tenant, request)
    ready: dict[int, int] = tenant.memory.setdefault("verifies_later", {})
    if client is None:
        return await call_next(request)
    waits = tenant.clock.now() < ready.get(client.id, 0)
    was = client.verified
    if waits:
        client.verified = False
    response = await call_next(request)
    if waits:
        client.verified = was
    elif is_verify(request) and client.verified and not was:
        ready[client.id] = tenant.clock.now() + TAKES * SECOND
        waits = True
    return _progresses(response, request) if waits else response


VARIANTS: tuple[Variant, ...] = (
    variant("shows_approved_only", "amb-vocabulary", "sets no sub-status and calls whom it verified APPROVED", _shows(_unset)),
    variant("shows_it_in_the_client", "amb-where-to-read", "has no call for the verification status", edits_answer(is_told, _no_such_call)),
    variant("shows_it_apart", "amb-where-to-read", "shows the verification status apart from the client", _shows(_silent)),
    variant("shows_it_nowhere", "amb-where-to-read", "shows in the answer of verify alone what came of it", _nowhere),
    variant("answers_ids_only", "amb-verify-answer", "answers a verification with ids only", _answers(_ids_only)),
    variant("answers_another_object", "amb-verify-answer", "answers a verification with an object of its own", _answers(_another)),
    variant("shows_it_in_the_status", "amb-status-word", "shows Verified as the main status", _shows(_in_main)),
    variant("verifies_later", "amb-sync", "answers 200 and verifies a little later", _takes_time),
)
