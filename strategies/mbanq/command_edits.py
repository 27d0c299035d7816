"""Edits of the bodies of verify and activate, by the rule that speaks of them."""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, drop, insert, put

TYPE = "kycVerificationType"
DATE = "activationDate"

UNKNOWN_TYPES = tuple(
    put(TYPE, text, name=name)
    for name, text in {
        "none-at-all": "NONE",
        "half-a-word": "FUL",
        "both": "PARTIAL,FULL",
        "more-words": "FULL VERIFICATION",
        "empty": "",
        "status-word": "VERIFIED",
    }.items()
)
OTHER_LETTERS = tuple(put(TYPE, text, name=text) for text in ("full", "Full", "fULL"))
NO_TEXTS = tuple(
    put(TYPE, value, name=name)
    for name, value in {"number": 1, "true": True, "list": ["FULL"], "object": {"value": "FULL"}, "empty-list": [], "zero": 0}.items()
)
TYPE_MISSING = drop(TYPE)
# A type of null is a missing one or no text: whichever, it is never weaker.
TYPE_UNSAID = (TYPE_MISSING, put(TYPE, None, name="null"))

# What a client might try to set by itself.
EXTRA_MEMBERS = tuple(
    insert(key, value, name=f"with-{key}")
    for key, value in {
        "subStatus": "Verified",
        "status": {"id": 300, "code": "clientStatusType.active", "value": "Active"},
        "clientKycStatus": "APPROVED",
        "active": True,
        "force": True,
        "skipValidation": True,
        "comment": "none",
    }.items()
)
ID_MEMBERS = ("clientId", "id", "resourceId")

DATE_MISSING = (drop(DATE), put(DATE, "", name="empty"))
DATE_MALFORMED = tuple(
    put(DATE, value, name=name)
    for name, value in {
        "no-date": "tomorrow",
        "other-order": "2026-03-01",
        "no-such-day": "31 February 2026",
        "no-such-month": "01 Marchuary 2026",
        "number": 20260301,
        "true": True,
    }.items()
)


def other_client(member: str, client_id: int) -> Edit:
    """The id of another client in the body."""
    return insert(member, client_id, name=f"other-{member}")


def bodies_without_content() -> tuple[tuple[str, bytes], ...]:
    """Bodies that say nothing, by name."""
    return (("nothing", b""), ("empty-object", b"{}"))


BROKEN_JSON: dict[str, bytes] = {
    "cut-off": b'{"kycVerificationType": "FULL"',
    "unquoted": b"{kycVerificationType: FULL}",
    "trailing-comma": b'{"kycVerificationType": "FULL",}',
    "no-json": b"kycVerificationType=FULL",
}


def noted(body: Json, note: str) -> Json:
    """The body of verify with a note."""
    return {**body, "note": note}
