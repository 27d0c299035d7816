"""A mutation as the judge knows it: what is changed, where it can be met, and the data by which the control API carries it out."""

from __future__ import annotations

import re

import msgspec

from harness.jsontypes import Json


class Mutation(msgspec.Struct, frozen=True, kw_only=True):
    """One way to be wrong on the wire.

    `statuses` and `path` (dotted) say which answers of the operation it can change; `event` marks the one that changes webhooks instead.
    `data` is what the control API takes.
    """

    kind: str
    provider: str
    operation: str
    what: str
    statuses: list[int] = []
    path: str = ""
    event: bool = False
    data: dict[str, Json]

    @property
    def name(self) -> str:
        """Unique among the mutations of a provider, and fit for the name of a test."""
        words = re.sub(r"[^\w.*-]+", "-", self.what).strip("-")
        return f"{self.provider}/{self.kind}/{self.operation}/{words}"

    def control(self) -> dict[str, Json]:
        """The body of one mutation at the control API."""
        return {"name": self.name, **self.data}
