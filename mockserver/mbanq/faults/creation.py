"""Servers that get clients and their documents wrong as they come in (004, onboarding flow)."""

import copy
from asyncio import sleep
from collections.abc import Callable

from mockserver.faulting import afterwards, taken, told
from mockserver.http import Request, Response, answer
from mockserver.mbanq.clients import ids
from mockserver.mbanq.faults.builders import (
    PAUSE,
    Body,
    Scene,
    client_of,
    edits_object,
    fault,
    in_scene,
    is_add,
    is_admitted,
    is_create,
    is_list_of_identifiers,
    is_listing,
    is_remove,
)
from mockserver.mbanq.model import Client
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest


def _at_birth(change: Callable[[Client], None]) -> OnRequest:
    """Change a client as soon as it was created."""

    def act(tenant: Tenant, _: Request, response: Response) -> bool:
        client = tenant.data.clients.get(told(response).get("clientId")) if taken(response) else None
        if client:
            change(client)
        return client is not None

    return afterwards(is_create, act)


def _is_active(client: Client) -> None:
    client.status = "Active"


def _is_verified(client: Client) -> None:
    client.verified = True


def _without_ids(body: Body) -> None:
    for name in ("clientId", "resourceId"):
        body.pop(name, None)


def _ids_as_text(body: Body) -> None:
    body["clientId"], body["resourceId"] = str(body["clientId"]), str(body["resourceId"])


def _identifier_as_text(body: Body) -> None:
    body["resourceId"] = str(body["resourceId"])


def _without_identifier(body: Body) -> None:
    body.pop("resourceId", None)


async def _reuses_ids(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Give every client the number of the one before."""
    if is_create(request) and tenant.data.last_client:
        tenant.data.last_client -= 1
        call_next.mark()
    return await call_next(request)


async def _loses_parallel_clients(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Look up the last number, do something else, and give the next one without looking again."""
    if not is_create(request) or not is_admitted(tenant, request):
        return await call_next(request)
    last = tenant.data.last_client
    await sleep(PAUSE)
    if tenant.data.last_client != last:
        tenant.data.last_client = last
        call_next.mark()
    return await call_next(request)


async def _forgets_parallel_clients(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Write back a list of clients that was read before others were added."""
    if not is_create(request) or not is_admitted(tenant, request):
        return await call_next(request)
    known = set(tenant.data.clients)
    await sleep(PAUSE)
    response = await call_next(request)
    new = told(response).get("clientId")
    for number in set(tenant.data.clients) - known - {new}:
        del tenant.data.clients[number]
        call_next.mark()
    return response


def _makes_two(tenant: Tenant, _: Request, response: Response) -> bool:
    """Store every new client under a second number as well."""
    clients = tenant.data.clients
    client = clients.get(told(response).get("clientId")) if taken(response) else None
    if client:
        tenant.data.last_client += 1
        twin = copy.deepcopy(client)
        twin.id = tenant.data.last_client
        clients[twin.id] = twin
    return client is not None


def _without_newest(body: Body) -> None:
    body["pageItems"] = body["pageItems"][:-1]


def _names_client_instead(body: Body) -> None:
    body["resourceId"] = body["clientId"]


def _loses(scene: Scene) -> Response | None:
    if not taken(scene.response):
        return None
    del scene.client.identifiers[-1]
    return scene.response.with_json(told(scene.response) | {"changes": {}})


def _keeps_as_passport(scene: Scene) -> Response | None:
    if not taken(scene.response) or not scene.client.identifiers:
        return None
    added = scene.client.identifiers[-1]
    added.type_id = 1 if added.type_id != 1 else 2
    return scene.response.with_json(told(scene.response) | {"changes": {}})


async def _takes_duplicates(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Add a document that is there already."""
    client = client_of(tenant, request) if is_add(request) and is_admitted(tenant, request) else None
    if client is None:
        return await call_next(request)
    kept, client.identifiers = client.identifiers, []
    response = await call_next(request)
    doubled = any((a.type_id, a.key) == (b.type_id, b.key) for a in kept for b in client.identifiers)
    client.identifiers = kept + client.identifiers
    if doubled:
        call_next.mark()
    return response


def _duplicates_are_fine(scene: Scene) -> Response | None:
    duplicate = scene.response.status == 403 and b"identityKey.duplicate" in scene.response.body
    return answer(200, ids(scene.client, scene.client.identifiers[-1].id)) if duplicate else None


def _refuses_duplicates_with(status: int) -> Callable[[Scene], Response | None]:
    def edit(scene: Scene) -> Response | None:
        duplicate = scene.response.status == 403 and b"identityKey.duplicate" in scene.response.body
        return Response(status, scene.response.headers, scene.response.body) if duplicate else None

    return edit


def _lists_the_first_only(scene: Scene) -> Response | None:
    rows = scene.response.json() if taken(scene.response) else []
    return scene.response.with_json(rows[:-1]) if rows else None


FAULTS: tuple[Fault, ...] = (
    fault("creates_active_clients", "create-pending", "makes new clients Active", _at_birth(_is_active)),
    fault("creates_verified_clients", "create-not-verified", "makes new clients Verified", _at_birth(_is_verified)),
    fault("creates_without_id", "create-answer-has-id", "does not tell the id of a new client", edits_object(is_create, _without_ids)),
    fault("creates_with_text_id", "create-answer-has-id", "tells the id of a new client as text", edits_object(is_create, _ids_as_text)),
    fault("reuses_ids", "create-ids-unique", "gives a client the id of another", _reuses_ids),
    fault("makes_two_of_each_client", "create-listed-once", "stores every new client twice", afterwards(is_create, _makes_two)),
    fault(
        "lists_newcomers_late", "create-listed-once", "leaves the newest client out of the list", edits_object(is_listing, _without_newest)
    ),
    fault(
        "removes_and_names_client",
        "removal-names-identifier",
        "tells the id of the client for that of a removed document",
        edits_object(is_remove, _names_client_instead),
    ),
    fault("gives_parallel_clients_one_id", "create-parallel-all-kept", "gives clients that come together one id", _loses_parallel_clients),
    fault("forgets_parallel_clients", "create-parallel-all-kept", "keeps one of the clients that come together", _forgets_parallel_clients),
    fault("loses_identifiers", "identifier-stored", "loses a document that was added", in_scene(is_add, _loses)),
    fault(
        "keeps_identifiers_as_passports", "identifier-stored", "keeps a document under another type", in_scene(is_add, _keeps_as_passport)
    ),
    fault(
        "lists_all_but_one_identifier",
        "identifier-stored",
        "leaves the last document out of the list",
        in_scene(is_list_of_identifiers, _lists_the_first_only),
    ),
    fault(
        "adds_without_id", "identifier-answer-has-id", "does not tell the id of a new document", edits_object(is_add, _without_identifier)
    ),
    fault(
        "adds_with_text_id", "identifier-answer-has-id", "tells the id of a new document as text", edits_object(is_add, _identifier_as_text)
    ),
    fault("takes_duplicates", "identifier-duplicate-refused", "takes the same document again", _takes_duplicates),
    fault(
        "ignores_duplicates",
        "identifier-duplicate-refused",
        "answers 200 to the same document again",
        in_scene(is_add, _duplicates_are_fine),
    ),
    fault(
        "breaks_down_on_duplicates",
        "identifier-duplicate-refused",
        "answers 500 to the same document again",
        in_scene(is_add, _refuses_duplicates_with(500)),
    ),
)
