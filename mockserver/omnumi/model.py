"""What the server keeps of a tenant of Omnumi: its token, the chain, its preauthorizations, customers and business users."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

Status = Literal["AUTHORIZED", "SETTLED", "CANCELLED", "EXPIRED", "REJECTED"]
EntryKind = Literal["lock", "release", "transfer"]
ChainFailure = Literal["contract", "preapproval", "rules", "initialization", "settlement"]
OnboardingFailure = Literal["account", "identity", "business"]
Lifetime = Annotated[int, msgspec.Meta(ge=1, le=86400 * 365 * 20)]
Share = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,18})?$")]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What 003 leaves open: how far above the authorized amount a settlement may go, the default time to live, and rights.

    `tip` is a share of the authorized amount as decimal text ("0.2" is a fifth). With `may_preauthorize` false the
    credential has no right to preauthorizations. A transfer is final when its settlement is answered, unless
    `confirmation_seconds` lets balances follow that much later.
    """

    tip: Share = "0"
    default_ttl_seconds: Lifetime = 86400
    confirmation_seconds: Annotated[float, msgspec.Meta(ge=0, le=86400)] = 0
    may_preauthorize: bool = True
    token_seconds: Lifetime = 86400 * 365 * 10


class Token(msgspec.Struct, kw_only=True):
    """An ERC20 contract; `address` is in lower case."""

    address: str
    active: bool = True
    decimals: int = 18


class Wallet(msgspec.Struct, kw_only=True):
    """An account on the chain; amounts are in token units, by the address of the token.

    `allowances` is what the preauthorization contract may take, `locked` the part of it that open preauthorizations hold;
    `sending` is what is on its way to others and not confirmed as yet.
    """

    address: str
    registered: bool = True
    balances: dict[str, Decimal] = {}
    allowances: dict[str, Decimal] = {}
    locked: dict[str, Decimal] = {}
    sending: dict[str, Decimal] = {}


class Entry(msgspec.Struct, kw_only=True):
    """One line of the ledger; a lock and a release concern the wallet `sender` alone."""

    kind: EntryKind
    at: int
    invoice: str
    token: str
    amount: Decimal
    sender: str
    receiver: str | None = None


class Preauthorization(msgspec.Struct, kw_only=True):
    """A reserved amount; addresses and amounts as the client wrote them, instants in microseconds since 1970."""

    id: str
    invoice: str
    sender: str
    receiver: str
    contract: str
    amount: str
    expires: int
    created: int
    updated: int
    status: Status = "AUTHORIZED"
    settled: str | None = None
    hash: str | None = None
    history: list[tuple[Status, int]] = []


class Change(msgspec.Struct, kw_only=True):
    """A change of personal data: the whole record before and after it."""

    old: dict[str, Any]
    new: dict[str, Any]
    remarks: str | None
    updated_by: str
    at: int


class Customer(msgspec.Struct, kw_only=True):
    """A customer; `record` has the members of `customers.MEMBERS`, `changes` the oldest first."""

    id: str
    record: dict[str, Any]
    changes: list[Change] = []


class BusinessUser(msgspec.Struct, kw_only=True):
    """An onboarded business; `body` is the request without its documents, `control_emails` are in lower case."""

    id: str
    metadata_id: str
    body: dict[str, Any]
    control_emails: list[str]
    created: int


class Data(msgspec.Struct):
    """Everything of one tenant.

    `supply` is how much of each token was put into wallets, `open` holds expiry and invoice of what may yet expire, soonest first.
    """

    access_token: str = ""
    tenant_id: str = ""
    issued: int = 0
    tokens: dict[str, Token] = {}
    wallets: dict[str, Wallet] = {}
    supply: dict[str, Decimal] = {}
    entries: list[Entry] = []
    preauthorizations: dict[str, Preauthorization] = {}
    open: list[tuple[int, str]] = []
    chain_failing: ChainFailure | None = None
    customers: dict[str, Customer] = {}
    records_failing: bool = False
    business_users: list[BusinessUser] = []
    onboarding_failing: OnboardingFailure | None = None
