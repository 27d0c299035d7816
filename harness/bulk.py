"""Texts of tens of megabytes inside a JSON body: sent from one buffer that all requests share, and shown by their marks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from harness.jsontypes import Json


@dataclass(frozen=True, repr=False)
class Bulk:
    """A text that nobody copies: printable ASCII without quotes and backslashes, such as base64. `mark` stands for it in reports."""

    content: bytes
    mark: str

    def __repr__(self) -> str:
        return self.mark


# A control character, which JSON escapes: no other text of a payload looks like this once it is encoded.
_SPOT = "\u0001bulk {}\u0001"
_ENCODED_SPOT = re.compile(rb"\\u0001bulk (\d+)\\u0001")


_FORM: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
_ENCODER = json.JSONEncoder(**_FORM)


def encode(payload: Json) -> bytes:
    """JSON as sent: UTF-8, integers of any size."""
    return _ENCODER.encode(payload).encode()


def pack(payload: Json) -> tuple[bytes, tuple[bytes, ...]]:
    """The body as reports show it, and the pieces that are sent instead where the payload holds a `Bulk`."""
    try:
        return encode(payload), ()
    except TypeError:
        return _pack_with_bulks(payload)


def _pack_with_bulks(payload: Json) -> tuple[bytes, tuple[bytes, ...]]:
    bulks: list[Bulk] = []

    def spot(value: Json) -> str:
        if not isinstance(value, Bulk):
            raise TypeError(f"{type(value).__name__} cannot stand in a JSON body")
        bulks.append(value)
        return _SPOT.format(len(bulks) - 1)

    text = json.dumps(payload, default=spot, **_FORM).encode()
    # Splitting by a pattern with a group gives text and number by turns.
    pieces = _ENCODED_SPOT.split(text)
    sent = tuple(bulks[int(piece)].content if index % 2 else piece for index, piece in enumerate(pieces))
    return _ENCODED_SPOT.sub(lambda found: bulks[int(found[1])].mark.encode(), text), sent
