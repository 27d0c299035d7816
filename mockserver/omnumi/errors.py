"""The refusals of Omnumi: entries of type and message in a list `errors`, but for those of a business user's onboarding."""

from typing import NamedTuple

from mockserver.http import JSON_HEADERS, Response, answer


class Entry(NamedTuple):
    """One entry of an error list."""

    type: str
    message: str


def refusal(status: int, *entries: Entry) -> Response:
    """Return a refusal in the common envelope."""
    return answer(status, {"errors": [entry._asdict() for entry in entries]})


def onchain(status: int, message: str) -> Response:
    """Return a refusal of a preauthorization."""
    return refusal(status, Entry("onchain", message))


def access_denied(status: int) -> Response:
    """Refuse missing or invalid credentials (401), or those without the right (403); both look alike."""
    return refusal(status, Entry("Access Denied", "Access Denied"))


def not_served(path: str) -> Response:
    """Refuse a path that no operation has."""
    return refusal(404, Entry("Not Found", f"Nothing is served at {path}"))


def wrong_method(method: str, allowed: list[str]) -> Response:
    """Refuse a method that a path does not know."""
    refused = refusal(405, Entry("Method Not Allowed", f"{method} is not for this path"))
    return Response(refused.status, {**JSON_HEADERS, "allow": ", ".join(allowed)}, refused.body)


def onboarding(entry: Entry, message: str = "The business user was not onboarded") -> Response:
    """Refuse an onboarding: a bare list whose `type` is the list of entries (003 business user, 400)."""
    return answer(400, [{"type": [entry._asdict()], "message": message}])
