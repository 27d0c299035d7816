"""Servers that mistake the verification type of a create, or refuse RELIANCE in another way."""

from mockserver.faulting import Body, at
from mockserver.fincom import errors
from mockserver.fincom.auth import is_authorized
from mockserver.fincom.faults.create_builders import (
    CREATE_PATH,
    absent,
    accepts,
    create_body,
    edits_refusal,
    empty_text,
    fault,
    mends,
    mends_body,
    null,
    refuses_body,
    texts,
)
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

WORDS = ("STANDARD", "RELIANCE")


def _answers_423(when_enabled: bool, word: str) -> OnRequest:
    """Answer the refusal of RELIANCE to a word that it is not due for."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = create_body(request)
        wrong = body is not None and body.get("verification_type") == word and tenant.settings.reliance == when_enabled
        return answer(423, errors.NO_RELIANCE) if wrong and is_authorized(tenant, request) else await call_next(request)

    return on_request


async def _creates_then_refuses(_: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    body = create_body(request)
    if body is not None and response.status == 423:
        await call_next(request.with_json({**body, "verification_type": "STANDARD"}))
    return response


async def _refuses_reliance_with_403(_: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    return response.with_json(response.json(), status=403) if request.path == CREATE_PATH and response.status == 423 else response


def _reliance(tenant: Tenant, body: Body, enabled: bool) -> bool:
    return body.get("verification_type") == "RELIANCE" and tenant.settings.reliance == enabled


def _downgrade(enabled: bool) -> OnRequest:
    def mend(tenant: Tenant, body: Body) -> bool:
        wanted = _reliance(tenant, body, enabled)
        if wanted:
            body["verification_type"] = "STANDARD"
        return wanted

    return mends_body(mend)


def _lower_email_of_reliance(tenant: Tenant, body: Body) -> bool:
    email = at(body, "basic_info.email")
    if not _reliance(tenant, body, enabled=True) or not isinstance(email, str) or email == email.lower():
        return False
    body["basic_info"]["email"] = email.lower()
    return True


FAULTS: tuple[Fault, ...] = (
    fault(
        "defaults_to_standard",
        "verification-type-is-required",
        "takes a missing verification type as STANDARD",
        accepts("verification_type", absent),
    ),
    fault("reads_null_as_standard", "verification-type-null-is-refused", "takes null as STANDARD", accepts("verification_type", null)),
    fault(
        "reads_empty_as_standard",
        "verification-type-null-is-refused",
        "takes empty text as STANDARD",
        accepts("verification_type", empty_text),
    ),
    fault("demands_a_flag_for_standard", "standard-is-accepted", "answers 423 to STANDARD too", _answers_423(False, "STANDARD")),
    fault(
        "reads_unknown_types_as_standard",
        "unknown-verification-type-is-refused",
        "takes any other word as STANDARD",
        mends("verification_type", texts(lambda word: word.upper() not in WORDS), lambda _: "STANDARD"),
    ),
    fault(
        "downgrades_reliance_without_flag",
        "reliance-without-flag-is-423",
        "takes RELIANCE as STANDARD from everybody",
        _downgrade(enabled=False),
    ),
    fault(
        "refuses_reliance_as_a_field",
        "reliance-without-flag-is-423",
        "answers a refused field where RELIANCE is not enabled",
        refuses_body("verification_type", lambda tenant, body: _reliance(tenant, body, enabled=False)),
    ),
    fault(
        "refuses_reliance_with_403", "reliance-without-flag-is-423", "answers 403 where RELIANCE is not enabled", _refuses_reliance_with_403
    ),
    fault(
        "words_the_reliance_refusal_otherwise",
        "reliance-without-flag-is-423",
        "refuses RELIANCE with another sentence",
        edits_refusal(423, lambda body: {**body, "message": "RELIANCE is not enabled"}),
    ),
    fault(
        "adds_fields_to_the_reliance_refusal",
        "reliance-refusal-has-message-only",
        "adds a map of fields to the refusal of RELIANCE",
        edits_refusal(423, lambda body: {**body, "errors": {"verification_type": [body["message"]]}}),
    ),
    fault(
        "adds_an_error_to_the_reliance_refusal",
        "reliance-refusal-has-message-only",
        "adds an error object to the refusal of RELIANCE",
        edits_refusal(423, lambda body: {**body, "error": {"code": "locked", "message": body["message"]}}),
    ),
    fault(
        "wraps_the_reliance_refusal",
        "reliance-refusal-has-message-only reliance-without-flag-is-423",
        "wraps the refusal of RELIANCE into an error object",
        edits_refusal(423, lambda body: {"error": {"code": "locked", **body}}),
    ),
    fault(
        "creates_then_refuses_reliance",
        "reliance-refusal-creates-nothing",
        "refuses RELIANCE after it made the customer",
        _creates_then_refuses,
    ),
    fault(
        "refuses_enabled_reliance",
        "reliance-with-flag-is-accepted",
        "answers 423 to clients that are enabled too",
        _answers_423(True, "RELIANCE"),
    ),
    fault("downgrades_reliance", "reliance-is-kept", "keeps RELIANCE as STANDARD", _downgrade(enabled=True)),
    fault(
        "reliance_skips_validation",
        "reliance-still-validates",
        "does not look at the case of the e-mail under RELIANCE",
        mends_body(_lower_email_of_reliance),
    ),
)
