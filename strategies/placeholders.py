"""Values that are known only at the moment of sending: unique tokens, the target's today, catalogue ids, uploaded files.

Strategies draw payloads with placeholders in them, so that an example means the same on every target and every replay:
nothing unique is ever drawn (shrinking would collide with its own past), and no date depends on the day of generation.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, cast

from harness.bulk import Bulk
from harness.jsontypes import Json
from strategies.files import encoded, encoded_bulk


class Context(Protocol):
    """What a driver can say at the moment of sending."""

    def unique(self) -> str:
        """A token that no other call of any run has used: lower-case letters and digits."""

    def today(self) -> dt.date:
        """The target's own date in UTC."""

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        """The ids (or subdivision codes) of a live catalogue."""

    def uploaded(self, slot: Upload) -> str:
        """The URI of the file in that slot."""

    def terms(self, of: str) -> str:
        """The terms value of the customer at hand (`own`) or of another one (`foreign`)."""


@dataclass(frozen=True)
class Fresh:
    """Text with `{}` standing for a token unique to the call, such as `maria.{}@example.com`."""

    template: str

    def resolve(self, context: Context) -> str:
        """The template with its token filled in."""
        return self.template.replace("{}", context.unique())

    def map_template(self, edit: Callable[[str], str]) -> Fresh:
        """The same value with an edited template."""
        return Fresh(edit(self.template))


@dataclass(frozen=True)
class Dated:
    """A date relative to the target's today. 29 February clamps to the 28th in common years."""

    years: int = 0
    days: int = 0
    fmt: str = "%Y-%m-%d"

    def resolve(self, context: Context) -> str:
        """The date as text."""
        return _written(self, context.today())


@lru_cache(maxsize=4096)
def _written(date: Dated, today: dt.date) -> str:
    year = today.year + date.years
    try:
        moved = today.replace(year=year)
    except ValueError:
        moved = today.replace(year=year, day=28)
    return (moved + dt.timedelta(days=date.days)).strftime(date.fmt)


@dataclass(frozen=True)
class Pick:
    """The n-th entry, modulo its length, of a live catalogue: ids are the target's data and never copied."""

    catalogue: str
    index: int = 0
    country: str | None = None

    def resolve(self, context: Context) -> Json:
        """The id or code."""
        listed = context.listed(self.catalogue, self.country)
        return listed[self.index % len(listed)]


@dataclass(frozen=True)
class Unlisted:
    """An integer id that the live catalogue does not hold: the n-th above its highest."""

    catalogue: str
    above: int = 1

    def resolve(self, context: Context) -> int:
        """The id."""
        return int(max(context.listed(self.catalogue, None))) + self.above


@dataclass(frozen=True)
class Upload:
    """The URI of a file that is uploaded before the payload is sent; equal slots share one URI.

    `owner`: `self` (the customer at hand), `neighbour` (another customer of this client), `stranger` (of another client).
    """

    slot: str
    kind: str = "pdf"
    owner: str = "self"

    def resolve(self, context: Context) -> str:
        """The URI as the upload answered it."""
        return context.uploaded(self)


def ForeignUpload(slot: str, kind: str = "pdf") -> Upload:  # noqa: N802 - reads as a kind of Upload in a payload
    """A file of another customer of the same client."""
    return Upload(slot, kind, owner="neighbour")


def StrangerUpload(slot: str, kind: str = "pdf") -> Upload:  # noqa: N802 - reads as a kind of Upload in a payload
    """A file of a customer of another client."""
    return Upload(slot, kind, owner="stranger")


@dataclass(frozen=True)
class Terms:
    """The terms value that the target gave when the customer was created."""

    of: str = "own"

    def resolve(self, context: Context) -> str:
        """The value."""
        return context.terms(self.of)


def ForeignTerms() -> Terms:  # noqa: N802 - reads as a kind of Terms in a payload
    """The terms value of another customer."""
    return Terms("foreign")


class OfCustomers(Context, Protocol):
    """What a driver can say besides, where bodies name the customer that they concern."""

    def customer_id(self) -> str:
        """The id of the customer at hand."""


@dataclass(frozen=True)
class CustomerId:
    """The id of the customer that the body concerns."""

    def resolve(self, context: Context) -> str:
        """The id."""
        # Only bodies of drivers that have customers hold one of these.
        return cast("OfCustomers", context).customer_id()


@dataclass(frozen=True)
class Derived:
    """A value computed from another one at the moment of sending, such as the upper-case form of a catalogue code."""

    source: Json
    how: Callable[[Json], Json]


@dataclass(frozen=True, repr=False)
class Serial:
    """A value made from a number that belongs to the body sent alone, such as a phone that no other customer has.

    `make` gets `of` (a country, a region) and the number. Equal ones in one body are one value; `nth` tells several apart.
    """

    make: Callable[[str, int], Json]
    of: str
    nth: int = 0

    def __repr__(self) -> str:
        # In words, which reports tell from the numbers that they hide.
        return f"Serial({self.make.__name__} of {self.of}, {self.nth})"

    def at(self, number: int) -> Json:
        """The value for that number of a body."""
        return self.make(self.of, number + self.nth * APART)


# Far enough that the values of two bodies in one run do not meet.
APART = 50_000


def serial_number(token: str) -> int:
    """A number for a token: neighbours where tokens differ in their last digits only, far apart elsewhere."""
    head = token.rstrip("0123456789")
    return zlib.crc32(head.encode()) + int(token[len(head) :] or 0)


@dataclass(frozen=True)
class Encoded:
    """A real file in base64: another shade gives other bytes, and `size` fills it up to that many bytes before encoding."""

    kind: str = "png"
    shade: int = 0
    size: int | None = None

    def resolve(self, context: Context) -> str | Bulk:  # noqa: ARG002 - a file depends on nothing
        """The text, or the shared buffer of a large one."""
        return encoded(self.kind, self.shade) if self.size is None else encoded_bulk(self.kind, self.size)


# What knows its own value. A derived one is made of another, and a serial one of the number of its body.
_OF_THEMSELVES = (Fresh, Dated, Pick, Unlisted, Upload, Terms, CustomerId, Encoded)
PLACEHOLDERS = (*_OF_THEMSELVES, Derived, Serial)


def resolve(payload: Json, context: Context) -> Json:
    """The payload with every placeholder resolved, all serial values from one number; the original is left alone."""
    number = serial_number(context.unique())

    def visit(value: Json) -> Json:
        # Most of a payload, and told apart faster than by asking for all kinds of placeholders.
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            return {key: visit(child) for key, child in value.items()}
        if isinstance(value, list):
            return [visit(child) for child in value]
        if isinstance(value, Serial):
            return value.at(number)
        if isinstance(value, Derived):
            return value.how(visit(value.source))
        return value.resolve(context) if isinstance(value, _OF_THEMSELVES) else value

    return visit(payload)


def uploads_in(payload: Json) -> list[Upload]:
    """Every file that must be uploaded before the payload can be sent, each once, in order of appearance."""
    found: dict[Upload, None] = {}

    def visit(value: Json) -> None:
        if isinstance(value, dict):
            for child in value.values():
                visit(child)
        elif isinstance(value, list):
            for child in value:
                visit(child)
        elif isinstance(value, Upload):
            found[value] = None
        elif isinstance(value, Derived):
            visit(value.source)

    visit(payload)
    return list(found)


def with_kind(upload: Upload, kind: str) -> Upload:
    """The same slot holding a file of another kind."""
    return replace(upload, kind=kind)
