"""Harbor's events as they arrived. No body is shown in the documents, so name and customer are looked for wherever they may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from harness.inbox import Box, Received
from harness.jsontypes import Json

ABOUT = "onboarding"
"""The word that the name of an event about an onboarding holds."""
FAMILY = "customer_onboarding."
EVENTS = tuple(f"{FAMILY}{status}" for status in ("submitted", "action_required", "verified", "rejected", "failed"))
DECLINED = "declined"
"""Published elsewhere in the place of rejected."""
ANY_STATUS = frozenset({"submitted", "action_required", "verified", "rejected", "failed"})
# A customer's own status, published elsewhere, and the statuses of an onboarding that it may stand for.
BEHIND_CUSTOMER = {
    "verifying": frozenset({"submitted"}),
    "finished": frozenset({"submitted", "failed"}),
    "verified": frozenset({"verified"}),
    "rejected": frozenset({"action_required", "rejected"}),
    "request_for_information": frozenset({"action_required"}),
    "declined": frozenset({"rejected"}),
    "unfinished": frozenset({"action_required", "failed"}),
}
NAME_KEYS = ("event", "type", "event_type", "notification_type", "name")


class Event:
    """One delivery."""

    def __init__(self, received: Received) -> None:
        self.headers: Mapping[str, str] = received.headers
        self.body: bytes = received.body
        self.json: Json = received.json

    @property
    def data(self) -> dict[str, Json]:
        """The `data` object, or the body itself where it is flat."""
        body = self.json if isinstance(self.json, dict) else {}
        data = body.get("data")
        return data if isinstance(data, dict) else body

    @property
    def told_name(self) -> str | None:
        """The name of the event where a header or the body tells one."""
        body = self.json if isinstance(self.json, dict) else {}
        in_headers = [value for name, value in self.headers.items() if "event" in name or "topic" in name]
        in_body = [str(body[key]) for key in NAME_KEYS if isinstance(body.get(key), str)]
        return next((name for name in (*in_body, *in_headers) if "." in name or ABOUT in name), None)

    @property
    def statuses(self) -> frozenset[str]:
        """The statuses of an onboarding that the event may tell of: by its name, by the onboarding or the customer that it shows."""
        if self.told_name is not None and self.told_name.startswith(FAMILY):
            named = self.told_name.removeprefix(FAMILY)
            return frozenset({named} | ({"rejected"} if named == DECLINED else set()))
        told = str(self.data.get("onboarding_status", self.data.get("status", "")))
        if "uuid" in self.data or self.data.get("object") == "customer":
            return BEHIND_CUSTOMER.get(told, ANY_STATUS)
        return frozenset({told} | ({"rejected"} if told == DECLINED else set())) if told else ANY_STATUS

    @property
    def name(self) -> str:
        """The name told, or what the event may tell of, for reports."""
        return self.told_name or f"an event without a name ({', '.join(sorted(self.statuses))})"

    def texts(self) -> set[str]:
        """Every text in the body: ids of customer or onboarding stand somewhere among them."""
        return set(_texts(self.json))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


class Mailbox:
    """The deliveries to one client."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def events(self, *ids: str, name: str | None = None) -> list[Event]:
        """The deliveries so far, in order of arrival: those that tell one of the ids, and of that name."""
        return [
            event for event in map(Event, list(self._box.received)) if (not ids or event.texts() & set(ids)) and name in (None, event.name)
        ]

    def wait_for(self, wanted: Callable[[list[Event]], bool], seconds: float = 5.0) -> bool:
        """Wait until the deliveries are as wanted; False when the time is over first."""
        return self._box.wait_for(lambda received: wanted([Event(each) for each in received]), seconds)
