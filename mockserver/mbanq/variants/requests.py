"""Other readings of what a request must say, and of one that comes again (facts 4.2 to 4.4; the open system of the family)."""

from typing import Any

from msgspec.structs import replace

from mockserver.faulting import edits_answer, edits_request, sent, taken, told
from mockserver.http import Request, Response
from mockserver.mbanq import dates
from mockserver.mbanq.faults.builders import client_of, is_add, is_admitted, is_create, is_post, is_token, variant
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Variant

# What is supposed where a member is missing, to be taken back once the client is there.
SUPPOSED: dict[str, Any] = {
    "genderId": 22,
    "locale": "en",
    "mobileCountryCode": "1",
    "mobileNo": "0",
    "emailAddress": "nobody@example.com",
}
DATES = ("dob", "dateOfBirth", "submittedOnDate")


def _created(_: Tenant, __: Request, response: Response) -> Response | None:
    return replace(response, status=201) if taken(response) else None


def _names_no_command(_: Tenant, request: Request) -> Request | None:
    if request.parameter("command") is not None or "kycVerificationType" not in (sent(request) or {}):
        return None
    return replace(request, query=(*request.query, ("command", "verify")))


def _today(tenant: Tenant, form: object) -> str | None:
    """Return today in a usual format, ISO 8601 where none is named; None in any other."""
    today = tenant.clock.today()
    return {"": today.isoformat(), "yyyy-MM-dd": today.isoformat(), "dd MMMM yyyy": today.strftime("%d %B %Y")}.get(str(form or ""))


def _supplied(tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a create request lacks of what the honest server demands."""
    form = body.get("dateFormat")
    wanted = SUPPOSED | {"legalFormId": 1} | ({} if form else {"dateFormat": "yyyy-MM-dd"})
    lacking = {name: value for name, value in wanted.items() if body.get(name) in (None, "")}
    day = _today(tenant, form)
    return lacking | {name: day for name in DATES if day and body.get(name) in (None, "")}


async def _demands_names_only(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Make a client of a name, and leave unset what was not said."""
    body = sent(request) if is_create(request) and is_admitted(tenant, request) else None
    supplied = _supplied(tenant, body) if body is not None else {}
    if body is None or not supplied or _is_in_another_format(body, supplied):
        return await call_next(request)
    response = await call_next(request.with_json(body | supplied))
    client = tenant.data.clients.get(told(response).get("clientId")) if taken(response) else None
    if client:
        client.email = None if "emailAddress" in supplied else client.email
        client.mobile = None if "mobileNo" in supplied else client.mobile
        client.mobile_country_code = None if "mobileCountryCode" in supplied else client.mobile_country_code
        client.profile.gender_id = None if "genderId" in supplied else client.profile.gender_id
        client.profile.birth = dates.read(body.get("dateOfBirth") or body.get("dob"), body.get("dateFormat"))
    return response


def _is_in_another_format(body: dict[str, Any], supplied: dict[str, Any]) -> bool:
    """Tell whether dates were sent that a supposed format would not read."""
    return "dateFormat" in supplied and any(body.get(name) and dates.read(body[name], "yyyy-MM-dd") is None for name in DATES)


async def _demands_type_and_key_only(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take a document without a status or a date of issue."""
    body = sent(request) if is_add(request) and is_admitted(tenant, request) else None
    if body is None:
        return await call_next(request)
    undated = body.get("issuedDate") in (None, "")
    written = _today(tenant, body.get("dateFormat"))
    supplied = ({"issuedDate": written} if undated and written else {}) | ({"status": "Active"} if not body.get("status") else {})
    if not supplied:
        return await call_next(request)
    client = client_of(tenant, request)
    response = await call_next(request.with_json(body | supplied))
    if client and taken(response) and undated and client.identifiers:
        client.identifiers[-1].issued = None
    return response


async def _replays(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer a write that comes again under its idempotency key as it was answered first."""
    key = request.headers.get("idempotency-key")
    if not key or request.method == "GET" or is_token(request) or not is_admitted(tenant, request):
        return await call_next(request)
    known: dict[tuple[str, ...], Response] = tenant.memory.setdefault("replays", {})
    place = request.method, request.path, request.parameter("command") or "", key
    if place in known:
        return replace(known[place], headers={**known[place].headers, "x-served-from-cache": "true"})
    known[place] = await call_next(request)
    return known[place]


VARIANTS: tuple[Variant, ...] = (
    variant("creates_with_201", "amb-create-status-code", "answers 201 to a new client", edits_answer(is_create, _created)),
    variant("needs_no_command", "amb-command-query", "takes a body of verify for the command", edits_request(is_post, _names_no_command)),
    variant("replays_by_key", "amb-idempotency-header", "answers a repeat under an idempotency key as the first time", _replays),
    variant("demands_names_only", "amb-required-members", "makes a client of a name alone", _demands_names_only),
    variant("demands_type_and_key_only", "amb-required-members", "takes a document by type and key alone", _demands_type_and_key_only),
)
