"""Servers that show a client in another shape than its family of systems does, or show what is not so (facts 4.4)."""

from collections.abc import Callable
from typing import Any

from mockserver.faulting import afterwards, taken, told
from mockserver.http import Request, Response
from mockserver.mbanq.faults.builders import (
    Body,
    Scene,
    client_of,
    edits_object,
    fault,
    in_scene,
    is_admitted,
    is_list_of_identifiers,
    is_read,
    is_told,
)
from mockserver.mbanq.model import Client
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

VERIFIED = {"id": 501, "name": "Verified", "active": True, "mandatory": False, "systemDefined": True}
UNSET = {"active": False, "mandatory": False, "systemDefined": False}
DATES = ("dateOfBirth", "activationDate")


def _shows(edit: Callable[[Body], None]) -> OnRequest:
    """Let `edit` change in place the clients that are read."""

    def on_client(body: Body) -> None:
        if "accountNo" in body:
            edit(body)

    return edits_object(is_read, on_client)


def _puts(path: str, make: Callable[[Any], Any]) -> OnRequest:
    """Show what `make` makes of the value at a dotted path."""
    *way, last = path.split(".")

    def edit(body: Body) -> None:
        holder = body
        for name in way:
            holder = holder[name]
        if last in holder:
            holder[last] = make(holder[last])

    return _shows(edit)


def _drops(path: str) -> OnRequest:
    holder, _, name = path.rpartition(".")

    def edit(body: Body) -> None:
        (body[holder] if holder else body).pop(name, None)

    return _shows(edit)


def _dates(make: Callable[[list[int]], Any]) -> OnRequest:
    """Show other dates than lists of year, month and day."""

    def edit(body: Body) -> None:
        for name in (each for each in DATES if each in body):
            body[name] = make(body[name])
        body["timeline"] = {name: make(day) for name, day in body["timeline"].items()}

    return _shows(edit)


def _tells(word: str, *, verified: bool) -> OnRequest:
    """Tell another verification status of clients that are, or are not, Verified."""

    def edit(scene: Scene) -> Response | None:
        if not taken(scene.response) or scene.client.verified is not verified:
            return None
        return scene.response.with_json(told(scene.response) | {"status": word})

    return in_scene(is_told, edit)


def _small_letters(scene: Scene) -> Response | None:
    body = told(scene.response)
    return scene.response.with_json(body | {"status": body["status"].lower()}) if taken(scene.response) else None


def _hides_unset(body: Body) -> None:
    if "name" not in body["subStatus"]:
        del body["subStatus"]


def _shows_pending(scene: Scene) -> Response | None:
    """Show a Verified client as one that is not, while the verification status says otherwise."""
    body = told(scene.response)
    if not scene.client.verified or "accountNo" not in body:
        return None
    return scene.response.with_json(body | {"subStatus": UNSET, "clientVerificationStatus": "PENDING"})


def _shows_verified(scene: Scene) -> Response | None:
    body = told(scene.response)
    if scene.client.verified or "accountNo" not in body:
        return None
    return scene.response.with_json(body | {"subStatus": VERIFIED, "clientVerificationStatus": "APPROVED"})


def _when_read(change: Callable[[Client], object]) -> OnRequest:
    """Change a client once it was shown."""

    def act(tenant: Tenant, request: Request, response: Response) -> bool:
        client = client_of(tenant, request) if taken(response) and is_admitted(tenant, request) else None
        if client:
            change(client)
        return client is not None

    return afterwards(lambda request: is_read(request) or is_told(request) or is_list_of_identifiers(request), act)


def _renames(client: Client) -> None:
    client.profile.lastname += "+"


def _closes(client: Client) -> None:
    client.status = "Closed"


def _is_active(body: Body) -> None:
    body["active"] = True


ROWS: tuple[tuple[str, str, str, OnRequest], ...] = (
    ("shows_status_as_text", "read-status-object", "shows the status as a word", _puts("status", lambda status: status["value"])),
    ("shows_status_id_as_text", "read-status-object", "shows the id of the status as text", _puts("status.id", str)),
    ("shows_status_code_as_number", "read-status-object", "shows the code of the status as a number", _puts("status.code", len)),
    ("shows_no_status_value", "read-status-object", "shows a status without a value", _drops("status.value")),
    ("shows_no_status_id", "read-status-object", "shows a status without an id", _drops("status.id")),
    (
        "shows_sub_status_as_text",
        "read-substatus-object",
        "shows the sub-status as a word",
        _puts("subStatus", lambda sub: sub.get("name", "None")),
    ),
    (
        "shows_sub_status_as_null",
        "read-substatus-object",
        "shows null where no sub-status is set",
        _puts("subStatus", lambda sub: sub if "name" in sub else None),
    ),
    ("shows_sub_status_as_list", "read-substatus-object", "shows the sub-status as a list", _puts("subStatus", lambda sub: [sub])),
    ("shows_no_sub_status", "read-substatus-object", "shows no sub-status where none is set", _shows(_hides_unset)),
    (
        "shows_sub_status_flags_as_text",
        "read-substatus-object",
        "shows the flags of the sub-status as text",
        _puts("subStatus.active", str),
    ),
    ("shows_active_as_text", "read-active-boolean", "shows active as text", _puts("active", str)),
    ("shows_active_as_number", "read-active-boolean", "shows active as a number", _puts("active", int)),
    ("shows_everybody_active", "read-active-boolean", "shows every client as active", _shows(_is_active)),
    ("shows_id_as_text", "read-client-id-integer", "shows the id of a client as text", _puts("id", str)),
    ("shows_another_id", "read-client-id-integer", "shows another id than that of the path", _puts("id", lambda number: number + 1)),
    ("shows_dates_as_numbers", "read-dates-array", "shows dates as numbers", _dates(lambda day: day[0] * 10000 + day[1] * 100 + day[2])),
    ("shows_dates_as_lists_of_texts", "read-dates-array", "shows dates as lists of texts", _dates(lambda day: [str(part) for part in day])),
    ("shows_dates_without_day", "read-dates-array", "shows dates without a day", _dates(lambda day: day[:2])),
    ("shows_dates_backwards", "read-dates-array", "shows the day first", _dates(lambda day: day[::-1])),
    ("tells_verified", "read-verificationstatus-set", "tells a status that is none of the four", _tells("VERIFIED", verified=True)),
    (
        "tells_new",
        "read-verificationstatus-set",
        "tells a status that is none of the four before verification",
        _tells("NEW", verified=False),
    ),
    ("tells_small_letters", "read-verificationstatus-set", "tells the status in small letters", in_scene(is_told, _small_letters)),
    ("tells_approved_before", "read-verificationstatus-before", "tells APPROVED before verification", _tells("APPROVED", verified=False)),
    ("tells_pending_after", "read-verificationstatus-after", "tells PENDING after verification", _tells("PENDING", verified=True)),
    ("tells_rejected_after", "read-verificationstatus-after", "tells REJECTED after verification", _tells("REJECTED", verified=True)),
    ("shows_verified_as_pending", "read-two-views-agree", "shows a Verified client as one that is not", in_scene(is_read, _shows_pending)),
    ("shows_pending_as_verified", "read-two-views-agree", "shows a client as Verified that is not", in_scene(is_read, _shows_verified)),
    ("reading_renames", "read-is-safe", "changes the name of a client that is read", _when_read(_renames)),
    ("reading_closes", "read-is-safe", "closes a client that is read", _when_read(_closes)),
)

FAULTS: tuple[Fault, ...] = tuple(fault(name, rule, says, hook) for name, rule, says, hook in ROWS)
