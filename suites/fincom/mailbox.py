"""Fin.com's webhooks as they arrived: the envelope published for its events, or a flat body (the documents show neither)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.inbox import Box, Received
from harness.jsontypes import Json


class Event:
    """One delivery."""

    def __init__(self, received: Received) -> None:
        self.headers: Mapping[str, str] = received.headers
        self.body: bytes = received.body
        self.json: Json = received.json

    @property
    def envelope(self) -> dict[str, Json]:
        """The `event` object, or the body itself where it is flat."""
        body = self.json if isinstance(self.json, dict) else {}
        event = body.get("event")
        return event if isinstance(event, dict) else body

    @property
    def data(self) -> dict[str, Json]:
        """The `data` object, or the body itself where it is flat."""
        body = self.json if isinstance(self.json, dict) else {}
        data = body.get("data")
        return data if isinstance(data, dict) else body

    @property
    def id(self) -> str:
        """The id of the event: equal over its deliveries."""
        return str(self.envelope.get("id", ""))

    @property
    def type(self) -> str:
        """`customer.created` or `customer.status`."""
        return str(self.envelope.get("type", ""))

    @property
    def created_at(self) -> str:
        """When the event happened, as sent."""
        return str(self.envelope.get("created_at", ""))

    @property
    def customer_id(self) -> str:
        """The customer that the event speaks of."""
        return str(self.data.get("customer_id", ""))

    @property
    def status(self) -> str:
        """The customer's status as the event tells it."""
        return str(self.data.get("customer_status", self.data.get("status", "")))


class Mailbox:
    """The deliveries to one client. `patience`: seconds to wait for one that is due."""

    def __init__(self, box: Box, *, patience: float) -> None:
        self._box = box
        self._patience = patience

    def events(self, customer_id: str | None = None, type: str | None = None) -> list[Event]:  # noqa: A002
        """The deliveries so far, in order of arrival."""
        return [
            event
            for event in map(Event, list(self._box.received))
            if customer_id in (None, event.customer_id) and type in (None, event.type)
        ]

    def wait_for(self, wanted: Callable[[list[Event]], bool], seconds: float | None = None) -> bool:
        """Wait until the deliveries are as wanted; False when the time (by default the mailbox's patience) is over first."""
        patience = self._patience if seconds is None else seconds
        return self._box.wait_for(lambda received: wanted([Event(each) for each in received]), patience)
