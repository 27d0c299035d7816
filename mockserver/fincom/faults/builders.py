"""What faults and variants of attach, of the look-ups, of upload, of webhooks and of authentication are built from."""

from typing import Any

from mockserver.http import Request, UnreadableBody

PROVIDER = "fincom"


def is_attach(request: Request) -> bool:
    """Tell whether a request is an attach of V2."""
    return request.method == "POST" and request.path.endswith("/individual/attach") and request.path.startswith("/v2/")


def sent(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request, an empty one if it holds none."""
    try:
        body = request.json()
    except UnreadableBody:
        return {}
    return body if isinstance(body, dict) else {}
