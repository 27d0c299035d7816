"""The refusals of Fin.com (002 V2 "Error Response Examples"; where that is silent, the published specification)."""

from collections.abc import Mapping

from mockserver.http import Response, answer

Errors = dict[str, list[str]]

# The texts of 403, 409 and 423 and the two keys are the document's, to the letter.
NOT_ELIGIBLE = {"error": {"code": "forbidden", "message": "Customer is not eligible for this operation"}}
IN_FLIGHT = {"error": {"code": "conflict", "message": "An attach request is already in progress for this customer"}}
NO_RELIANCE = {"message": "RELIANCE is not available for your client"}


def validation_failed(status: int, errors: Errors) -> Response:
    """Name every broken field under its dotted path."""
    return answer(status, {"message": "Validation failed", "errors": errors})


def unauthorized() -> Response:
    """Refuse a missing, unknown, expired or wrongly presented token, or wrong client credentials."""
    headers = {"content-type": "application/json", "www-authenticate": "Bearer"}
    return answer(401, {"message": "Authentication failed"}, headers)


def not_found() -> Response:
    """Refuse what does not exist, or not for this client."""
    return answer(404, {"message": "Resource not found"})


def method_not_allowed(allowed: str) -> Response:
    """Refuse a method that the path does not have."""
    headers: Mapping[str, str] = {"content-type": "application/json", "allow": allowed}
    return answer(405, {"message": "Method not allowed"}, headers)


def unreadable(message: str) -> Response:
    """Refuse a body that cannot be read at all."""
    return answer(400, {"status": 400, "message": message})


def wrong_media_type(expected: str) -> Response:
    """Refuse a body of another media type."""
    return answer(415, {"status": 415, "message": f"Content type must be {expected}"})
