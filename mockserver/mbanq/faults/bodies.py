"""Servers that read the body of a verification in a way that lets too much pass (004, integration guidance)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Body, Test, edits_answer, edits_body, is_a, sent, taken
from mockserver.http import Request, Response, UnreadableBody
from mockserver.mbanq import errors
from mockserver.mbanq.faults.builders import (
    before,
    breaks_down,
    client_of,
    fault,
    is_admitted,
    is_for_gap,
    is_verify,
    verified,
)
from mockserver.mbanq.lifecycle import move
from mockserver.mbanq.model import Client, KycType
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

TYPE = "kycVerificationType"
KNOWN = frozenset({TYPE, "note"})


def _read(request: Request) -> Any:
    try:
        return request.json()
    except UnreadableBody:
        return ABSENT


def _reads_as(kind: KycType, test: Test) -> OnRequest:
    """Take a type for which a test holds for another."""

    def edit(_: Tenant, __: Request, body: Body) -> bool:
        reads = test(body.get(TYPE, ABSENT))
        if reads:
            body[TYPE] = kind
        return reads

    return edits_body(is_verify, edit)


def _looks_at_nothing(test: Callable[[Request], bool]) -> OnRequest:
    """Verify without a look at the client, where a test of the request holds."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        client = client_of(tenant, request)
        allowed = client is not None and client.status == "Pending" and tenant.settings.may_verify
        return verified(tenant, client, "PARTIAL") if client and allowed and test(request) else None

    return before(is_verify, make)


def _breaks_down_if(test: Callable[[Request], bool]) -> OnRequest:
    return before(is_verify, lambda _, request: breaks_down() if test(request) else None)


def _is_other_word(value: object) -> bool:
    return isinstance(value, str) and value.upper() not in ("FULL", "PARTIAL")


def _is_other_case(word: str) -> Test:
    return lambda value: isinstance(value, str) and value != word and value.upper() == word


def _has(test: Test) -> Callable[[Request], bool]:
    def holds(request: Request) -> bool:
        body = sent(request)
        return body is not None and test(body.get(TYPE, ABSENT))

    return holds


def _is_missing(value: object) -> bool:
    return value is ABSENT or value is None


def _is_broken(request: Request) -> bool:
    return bool(request.body) and _read(request) is ABSENT


async def _verifies_and_complains(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Refuse broken JSON, and verify the client that it was sent for."""
    response = await call_next(request)
    client = client_of(tenant, request) if is_verify(request) and is_admitted(tenant, request) else None
    if client and client.status == "Pending" and not taken(response) and _is_broken(request):
        client.verified = True
        call_next.mark()
    return response


def _assigns(tenant: Tenant, client: Client, body: Body) -> None:
    """Take members of the body for members of the client."""
    if {"subStatus", "subStatusId", "clientKycStatus", "clientVerificationStatus", "verified", "verificationStatus", "data"} & body.keys():
        client.verified = True
    if {"status", "statusId", "active", "activationDate"} & body.keys():
        move(tenant, client, "Active")
    client.profile.firstname = str(body.get("firstname") or client.profile.firstname)
    client.profile.lastname = str(body.get("lastname") or client.profile.lastname)
    client.email, client.mobile = body.get("emailAddress", client.email), body.get("mobileNo", client.mobile)


async def _lets_clients_set_members(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    client = client_of(tenant, request) if is_verify(request) and is_admitted(tenant, request) else None
    body = sent(request) or {}
    if client and client.status == "Pending" and body.keys() - KNOWN and (taken(response) or is_for_gap(response)):
        _assigns(tenant, client, body)
        call_next.mark()
    return response


def _prefers_body(_: Tenant, request: Request) -> Request | None:
    body = sent(request) or {}
    for name in ("clientId", "resourceId", "id"):
        value = body.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool) and str(value).isdecimal():
            return replace(request, path=f"/v1/clients/{value}")
    return None


async def _lets_body_choose(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    chosen = _prefers_body(tenant, request) if is_verify(request) else None
    return await call_next(chosen or request)


def _not_found_without_type(_: Tenant, request: Request, response: Response) -> Response | None:
    return errors.refusal(errors.NOT_FOUND) if _has(_is_missing)(request) and response.status in (200, 400, 403) else None


JSON_TYPES: tuple[tuple[str, Test], ...] = (
    ("number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    ("boolean", is_a(bool)),
    ("list", is_a(list)),
    ("object", is_a(dict)),
)

FAULTS: tuple[Fault, ...] = (
    fault(
        "takes_any_word_for_partial",
        "verify-type-unknown-refused",
        "takes an unknown type for PARTIAL",
        _reads_as("PARTIAL", _is_other_word),
    ),
    fault("takes_any_word_for_full", "verify-type-unknown-refused", "takes an unknown type for FULL", _reads_as("FULL", _is_other_word)),
    fault(
        "checks_nothing_for_other_words",
        "verify-type-unknown-refused",
        "checks nothing for an unknown type",
        _looks_at_nothing(_has(_is_other_word)),
    ),
    fault(
        "takes_small_full_for_partial",
        "verify-type-case",
        "takes FULL in other letters for PARTIAL",
        _reads_as("PARTIAL", _is_other_case("FULL")),
    ),
    fault(
        "checks_nothing_for_small_letters",
        "verify-type-case",
        "checks nothing for a type in other letters",
        _looks_at_nothing(lambda request: _has(_is_other_case("FULL"))(request) or _has(_is_other_case("PARTIAL"))(request)),
    ),
    *(
        fault(
            f"takes_{name}_for_partial",
            "verify-type-wrong-json-type implied-constraints-are-checked",
            f"takes a {name} as the type for PARTIAL",
            _reads_as("PARTIAL", test),
        )
        for name, test in JSON_TYPES
    ),
    *(
        fault(
            f"breaks_down_on_{name}_type",
            "verify-type-wrong-json-type",
            f"answers 500 to a {name} as the type",
            _breaks_down_if(_has(test)),
        )
        for name, test in JSON_TYPES
    ),
    fault("breaks_down_without_type", "verify-type-missing", "answers 500 where there is no type", _breaks_down_if(_has(_is_missing))),
    fault(
        "finds_nothing_without_type",
        "verify-type-missing",
        "answers 404 where there is no type",
        edits_answer(is_verify, _not_found_without_type),
    ),
    fault(
        "checks_nothing_without_type",
        "verify-type-missing-not-weaker verify-empty-body",
        "checks nothing where there is no type",
        _looks_at_nothing(_has(_is_missing)),
    ),
    fault(
        "checks_nothing_for_empty_object",
        "verify-empty-body",
        "checks nothing for {}",
        _looks_at_nothing(lambda request: _read(request) == {}),
    ),
    fault(
        "checks_nothing_without_body",
        "verify-empty-body",
        "checks nothing without a body",
        _looks_at_nothing(lambda request: not request.body.strip()),
    ),
    fault("breaks_down_on_broken_json", "verify-broken-json-refused", "answers 500 to broken JSON", _breaks_down_if(_is_broken)),
    fault(
        "verifies_by_broken_json", "verify-broken-json-refused", "refuses broken JSON and verifies all the same", _verifies_and_complains
    ),
    fault("takes_broken_json", "verify-broken-json-refused", "verifies by broken JSON", _looks_at_nothing(_is_broken)),
    fault(
        "breaks_down_on_unknown_members",
        "verify-extra-member-harmless",
        "answers 500 to a member that it does not know",
        _breaks_down_if(lambda request: bool((sent(request) or {}).keys() - KNOWN)),
    ),
    fault(
        "lets_clients_set_members",
        "verify-extra-member-harmless",
        "takes members of the body for members of the client",
        _lets_clients_set_members,
    ),
    fault("lets_body_choose_client", "verify-body-cannot-choose-client", "verifies the client that the body names", _lets_body_choose),
)
