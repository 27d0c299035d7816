"""What a target shows of the state of a client: its main status, and every word about its verification wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.jsontypes import Json

# The word of 004, and the one of the provider's other pages.
VERIFIED = frozenset({"verified", "approved"})
UNDER_WAY = frozenset({"in_progress", "inprogress"})
# Members in which words of a status stand, the plainest first.
WORD_MEMBERS = ("value", "name", "status", "code", "verificationStatus", "clientVerificationStatus", "clientKycStatus", "kycStatus")
# Members of a client that tell of its state, or of when it was touched, and so may change with it.
STATE_MEMBERS = frozenset(
    {
        "status",
        "subStatus",
        "active",
        "activationDate",
        "clientVerificationStatus",
        "clientKycStatus",
        "kycVerificationType",
        "onBoardingStatus",
        "timeline",
        "lastModified",
        "lastModifiedDate",
        "version",
    }
)


@dataclass(frozen=True)
class View:
    """A client as it is shown. `words`: what is said about its verification, by the place where it stands, in small letters."""

    client: dict[str, Json]
    words: dict[str, str]

    @property
    def main(self) -> str:
        """The main status in small letters: `pending`, `active`, `closed`, ..."""
        return status_word(self.client.get("status"))

    @property
    def verified(self) -> bool:
        """Whether any place says so; what contradicts it is in `denials`."""
        return bool(self.affirmations)

    @property
    def affirmations(self) -> dict[str, str]:
        """The places that say Verified or APPROVED."""
        return {place: word for place, word in self.words.items() if word in VERIFIED}

    @property
    def denials(self) -> dict[str, str]:
        """The places that say anything else."""
        return {place: word for place, word in self.words.items() if word not in VERIFIED}

    @property
    def under_way(self) -> bool:
        """Whether any place says that verification is in progress."""
        return bool(UNDER_WAY & set(self.words.values()))

    @property
    def profile(self) -> dict[str, Json]:
        """The members that no change of state touches."""
        return {key: value for key, value in self.client.items() if key not in STATE_MEMBERS}

    def __str__(self) -> str:
        return f"{self.main or 'no main status'}, {', '.join(f'{place} {word}' for place, word in self.words.items()) or 'no other word'}"


def view(client: Json, told: Json) -> View:
    """The client as read, and the body of its verification status (None where that call is not there)."""
    shown = client if isinstance(client, dict) else {}
    return View(shown, dict(_words(shown, told)))


def _words(client: dict[str, Json], told: Json) -> Iterator[tuple[str, str]]:
    for member in ("subStatus", "clientVerificationStatus", "clientKycStatus"):
        if word := status_word(client.get(member)):
            yield member, word
    if word := status_word(told):
        yield "verificationstatus", word
    if (main := status_word(client.get("status"))) in VERIFIED:
        yield "status", main


def status_word(node: Json) -> str:
    """The word of a status, bare or in an object, in small letters; empty where none is set."""
    if isinstance(node, str):
        return re.sub(r"\s+", "_", node.rpartition(".")[2].strip().lower())
    if isinstance(node, dict):
        return next((word for member in WORD_MEMBERS if (word := status_word(node.get(member)))), "")
    return ""
