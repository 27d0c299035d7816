"""What the server keeps of a banking instance: its settings, its user and tokens, and its clients."""

from datetime import date
from typing import Annotated, Literal

import msgspec

Status = Literal["Pending", "Active", "Closed", "Rejected"]
KycType = Literal["PARTIAL", "FULL"]
IdentifierStatus = Literal["Active", "Inactive"]
Demand = Literal["any", "all"]
Lifetime = Annotated[int, msgspec.Meta(ge=1, le=86400 * 365 * 20)]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What the user may do, and how the instance is configured.

    004 has the gate of activation always closed; `enforce_verification` is the configuration that an older page names (facts 4.5).
    `full_demands` says what FULL asks for of a tax number (SSN or ITIN) and a physical ID: any of them, or all, as products are
    configured. Where a setting is not given, the plain reading of 004 is in force: closed, and any.
    No length of a token's life is published: it is as long as is handy for tests.
    """

    may_verify: bool = True
    may_activate: bool = True
    enforce_verification: bool | None = None
    full_demands: Demand | None = None
    token_seconds: Lifetime = 3600
    refresh_seconds: Lifetime = 30 * 86400


class Token(msgspec.Struct):
    """An access or refresh token; it is good before `expires` (microseconds since 1970)."""

    kind: Literal["access", "refresh"]
    expires: int


class Address(msgspec.Struct, kw_only=True):
    """An address; 004 counts one that is primary and physical."""

    id: int
    primary: bool = True
    physical: bool = True
    active: bool = True


class Identifier(msgspec.Struct, kw_only=True):
    """An identity document; `type_id` is one of the catalogue, `expires` the last day on which it is good."""

    id: int
    type_id: int
    key: str
    status: IdentifierStatus = "Active"
    issued: date | None = None
    expires: date | None = None
    issued_by: str | None = None
    description: str | None = None

    def is_valid(self, today: date) -> bool:
        """Tell whether the document counts on a day."""
        return self.status == "Active" and (self.expires is None or today <= self.expires)


class Profile(msgspec.Struct, kw_only=True):
    """What a client was created with (facts 4.2); our server demands a date of birth and a gender, others need not."""

    firstname: str
    lastname: str
    middlename: str | None = None
    birth: date | None
    gender_id: int | None
    office_id: int
    legal_form_id: int
    external_id: str | None = None
    submitted: date


class Client(msgspec.Struct, kw_only=True):
    """A customer; instants are microseconds since 1970.

    `verified` is the sub-status of 004, `kyc_type` the strongest verification that was passed; `added` names what came after
    the client was made (address, identifier, email, mobile), in order.
    """

    id: int
    profile: Profile
    email: str | None
    mobile: str | None
    mobile_country_code: str | None
    email_verified: bool = False
    mobile_verified: bool = False
    proof_of_address: bool = False
    status: Status = "Pending"
    verified: bool = False
    kyc_type: KycType | None = None
    activated: date | None = None
    closed: date | None = None
    manual_review: str | None = None
    addresses: list[Address] = []
    identifiers: list[Identifier] = []
    added: list[str] = []
    history: list[tuple[str, int]] = []


class Data(msgspec.Struct):
    """Everything of one instance; numbers count up from 1 in each, and are not given twice."""

    tenant_id: str = ""
    username: str = ""
    password: str = ""
    tokens: dict[str, Token] = {}
    clients: dict[int, Client] = {}
    last_client: int = 0
    last_identifier: int = 0
    last_address: int = 0
