"""What is asked of every request before its operation looks at it: key, media types, idempotency key (000 section 1.2)."""

import re
import secrets

from mockserver.clock import SECOND
from mockserver.harbor import errors
from mockserver.http import Request, Response
from mockserver.tenants import Tenant

JSON = "application/json"
UNWANTED = re.compile(r"q=0(?:\.0*)?")
WRITING = frozenset({"POST", "PATCH"})
KEY_SECONDS = 24 * 3600


def given_key(request: Request) -> str | None:
    """Return the API key that a request carries, good or not."""
    return request.headers.get("x-api-key")


def is_authorized(tenant: Tenant | None, request: Request) -> bool:
    """Tell whether a request carries the key of its application."""
    given = given_key(request)
    return tenant is not None and bool(given) and secrets.compare_digest(str(given).encode(), tenant.data.api_key.encode())


def bad_headers(request: Request) -> Response | None:
    """Return the refusal of media types that are not JSON: 406 for the answer's, 415 for the body's.

    Who names no type for the answer, or all types, takes JSON too.
    """
    if not _takes_json(request.headers.get("accept", "*/*")):
        return errors.refusal(406, f"Accept must be {JSON}.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method in WRITING and kind != JSON:
        return errors.refusal(415, f"Content-Type must be {JSON}.")
    return None


def _takes_json(accept: str) -> bool:
    ranges = (each.partition(";") for each in accept.lower().split(","))
    weights = {kind.strip(): parameters.replace(" ", "") for kind, _, parameters in ranges}
    named = next((weights[kind] for kind in (JSON, "application/*", "*/*") if kind in weights), "q=0")
    return not UNWANTED.fullmatch(named)


def used_up(tenant: Tenant, request: Request) -> Response | None:
    """Use up the idempotency key of a writing request: 400 without one, 409 if it was used within the last 24 hours.

    A key belongs to the application, whatever the customer, path and method; any answer from here on uses it up.
    """
    if request.method not in WRITING:
        return None
    key = request.headers.get("idempotency-key", "")
    if not key.strip():
        return errors.unreadable("The header Idempotency-Key is required.")
    now, keys = tenant.clock.now(), tenant.data.keys
    if keys.get(key, now) > now:
        return errors.idempotency_conflict()
    keys.pop(key, None)
    # Time only goes forward, so the oldest keys come first.
    while keys and keys[oldest := next(iter(keys))] <= now:
        del keys[oldest]
    keys[key] = now + KEY_SECONDS * SECOND
    return None
