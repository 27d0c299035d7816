"""Reading the JSON object that a request must carry."""

from typing import Any

from mockserver.fincom import errors
from mockserver.http import Request, Response, UnreadableBody


def json_object(request: Request) -> dict[str, Any] | Response:
    """Return the body, or the refusal: 415 for another media type, 400 for what is no JSON object (002 is silent)."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        return errors.wrong_media_type("application/json")
    try:
        body = request.json()
    except UnreadableBody as error:
        return errors.unreadable(f"The body is no JSON: {error}")
    return body if isinstance(body, dict) else errors.unreadable("The body must be a JSON object")
