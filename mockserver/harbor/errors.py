"""The refusals of Harbor: the status and code pairs of 000 section 6, in the envelope of the published examples (facts 1.2).

Where 000 gives no code, none is sent, except where the published table has one for a spot on which 000 is silent altogether.
"""

from collections.abc import Mapping
from typing import Any

from mockserver.http import JSON_HEADERS, Response, answer

Errors = dict[str, list[str]]


def refusal(status: int, message: str, headers: Mapping[str, str] = JSON_HEADERS, **more: Any) -> Response:
    """Return a refusal; `more` are further members, such as `code`."""
    return answer(status, {"message": message, "error": message, **more}, headers)


def validation_failed(errors: Errors) -> Response:
    """Name every broken field under its dotted path; the message repeats the first sentence."""
    return refusal(422, next(iter(errors.values()))[0], errors=errors)


def unauthorized(given: str | None) -> Response:
    """Refuse a missing or blank key, or one that was never issued."""
    if given is None or not given.strip():
        return refusal(401, "An API key is required.", code=1001, error_type="auth.api_key_required")
    return refusal(401, "The API key is not valid.", code=1002, error_type="auth.invalid_api_key")


def unreadable(message: str) -> Response:
    """Refuse what cannot be understood at all."""
    return refusal(400, message, code=2003, error_type="general.bad_request")


def customer_not_found() -> Response:
    """Refuse a customer that does not exist, or not in this application."""
    return refusal(404, "Customer not found.")


def onboarding_not_found() -> Response:
    """Refuse to read or correct what was never submitted."""
    return refusal(404, "The customer has no onboarding.")


def idempotency_conflict() -> Response:
    """Refuse a request whose idempotency key was used within the last 24 hours (000 section 1.2)."""
    message = "A request with this idempotency key was received already."
    return refusal(409, message, error_type="idempotency_conflict")


def already_verified() -> Response:
    """Refuse a submission for a customer who is verified."""
    return refusal(422, "The customer is verified already.", code=2306)


def already_active(details: dict[str, Any]) -> Response:
    """Refuse a second submission beside an active one; `details` tell which that is (facts 1.2)."""
    message = "An onboarding of this customer is in progress."
    return refusal(409, message, code=2302, error_type="onboarding.already_active", details=details)


def still_processing() -> Response:
    """Refuse a correction that comes too early."""
    return refusal(409, "The onboarding is still being processed; try again shortly.", code=2305)


def not_correctable() -> Response:
    """Refuse a correction of an onboarding that asks for none."""
    return refusal(409, "The onboarding asks for no correction.", code=2303)


def forbidden(message: str) -> Response:
    """Refuse what this customer may not do; the documents give no number, the published table has this one."""
    return refusal(403, message, code=2002, error_type="general.forbidden")


def agreement_not_signed() -> Response:
    """Refuse a submission before the platform agreement is signed (001 section 1; number from facts 1.2)."""
    return refusal(403, "The customer has not signed the agreement.", code=2103, error_type="customer.agreement_not_signed")
