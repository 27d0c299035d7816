"""What the server keeps of a Fin.com client: its settings, customers, files and tokens."""

from typing import Annotated, Any, Literal

import msgspec

from mockserver.http import ENCODER, decode

Status = Literal["INCOMPLETE", "REVIEWING", "APPROVED", "ACTION_REQUIRED", "ON_HOLD", "REJECTED"]
Version = Literal["v1", "v2"]
NotNegative = Annotated[float, msgspec.Meta(ge=0, le=86400 * 365)]
Lifetime = Annotated[int, msgspec.Meta(ge=1, le=86400 * 365 * 20)]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What Fin.com agrees upon with a client (002 V2 Verification Type, Identity Document Types), and lengths of time.

    The documents publish no length: processing and tokens are as long as is handy for tests.
    """

    reliance: bool = False
    selfie_required: bool = False
    processing_seconds: NotNegative = 1
    token_seconds: Lifetime = 3600
    refresh_seconds: Lifetime = 30 * 86400


class Token(msgspec.Struct):
    """A bearer or refresh token; it is good before `expires` (microseconds since 1970)."""

    kind: Literal["access", "refresh"]
    expires: int


class StoredFile(msgspec.Struct):
    """An upload: whose it is and what its content turned out to be; the bytes themselves are not kept."""

    uri: str
    customer_id: str
    part: str
    name: str
    media_type: str
    size: int
    at: int


class Customer(msgspec.Struct, kw_only=True):
    """An individual; instants are microseconds since 1970.

    `kept` is what `body` returns, as JSON: as values it would take four times the memory, which costs more than reading it.
    `in_flight` is the id of the attach that is queued, `fails_next` makes that one fail when it is processed.
    """

    id: str
    version: Version
    tos_value: str
    kept: bytes
    created: int
    updated: int
    status_updated: int
    status: Status = "INCOMPLETE"
    history: list[tuple[Status, int]] = []
    rejection_reason: dict[str, Any] | None = None
    in_flight: str | None = None
    fails_next: bool = False
    documents: dict[str, Any] | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The documented fields of the create request as they were sent; a copy."""
        body: dict[str, Any] = decode(self.kept)
        return body

    def keep(self, body: dict[str, Any]) -> None:
        """Take a body in the place of the one that was sent."""
        self.kept = ENCODER.encode(body)


class Data(msgspec.Struct):
    """Everything of one client."""

    client_id: str = ""
    client_secret: str = ""
    tokens: dict[str, Token] = {}
    customers: dict[str, Customer] = {}
    files: dict[str, StoredFile] = {}
