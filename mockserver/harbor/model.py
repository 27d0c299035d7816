"""What the server keeps of a Harbor application: its settings, its key, customers and their onboardings."""

from typing import Annotated, Any, Literal

import msgspec

Status = Literal["processing", "action_required", "submitted", "verified", "rejected", "failed"]
CustomerType = Literal["individual", "business"]
NotNegative = Annotated[float, msgspec.Meta(ge=0, le=86400 * 365)]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """How an application's world behaves where the documents name no length of time and no reviewer.

    The real sandbox approves by itself within one or two minutes (facts 1.9), here it is as fast as is handy for tests.
    With `review` "manual" a submitted onboarding waits for the control API. Signing happens in a browser and not over the
    API (facts 1.3): with `signed_on_creation` a new customer has signed and is active at once.
    """

    processing_seconds: NotNegative = 1
    review_seconds: NotNegative = 1
    review: Literal["automatic", "manual"] = "automatic"
    signed_on_creation: bool = False


class Requirement(msgspec.Struct):
    """What keeps an onboarding open (001 section 5)."""

    source: str
    description: str


class Outcome(msgspec.Struct):
    """How processing is to end when it does not end well."""

    status: Literal["action_required", "failed"] = "action_required"
    requirements: list[Requirement] = []


class Onboarding(msgspec.Struct, kw_only=True):
    """One run: `sections` hold the documented fields with files replaced by what they turned out to be.

    Instants are microseconds since 1970. `turn` counts the changes of status, so that a step queued in an earlier one is void;
    `ends` is the outcome that the control API chose for the processing under way.
    """

    id: str
    applicant: str
    sections: dict[str, Any]
    created: int
    updated: int
    status: Status = "processing"
    submitted: int | None = None
    requirements: list[Requirement] = []
    history: list[tuple[Status, int]] = []
    turn: int = 0
    ends: Outcome | None = None


class Customer(msgspec.Struct, kw_only=True):
    """A customer of the application; `body` holds the documented fields of the create request, `runs` the newest onboarding last."""

    id: str
    type: CustomerType
    body: dict[str, Any]
    created: int
    updated: int
    signed: bool = False
    active: bool = False
    runs: list[Onboarding] = []

    @property
    def latest(self) -> Onboarding | None:
        """The newest onboarding."""
        return self.runs[-1] if self.runs else None

    @property
    def verified(self) -> bool:
        """Whether an onboarding of the customer was verified."""
        return any(run.status == "verified" for run in self.runs)


class Data(msgspec.Struct):
    """Everything of one application; `keys` holds the instants up to which idempotency keys count as used."""

    api_key: str = ""
    customers: dict[str, Customer] = {}
    keys: dict[str, int] = {}
