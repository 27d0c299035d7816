from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.rules import rule
from strategies.omnumi.money import part_of, shares
from strategies.omnumi.preauthorizations import DAY, Terms, terms
from suites.omnumi.comparing import LATER_WORDS, alike, status
from suites.omnumi.driver import Omnumi
from suites.omnumi.preauthorizing import balances, in_state, made, moved, paid, pay, read, unchanged

PREFIX = "Invalid settlement state"
SOME = Decimal("0.4")


def named_state(exchange: Exchange) -> str:
    """The state that a refusal names, in the words of this release."""
    messages = [str(entry.get("message")) for entry in exchange.json["errors"] if str(entry.get("message")).startswith(PREFIX)]
    return str(status(messages[0].removeprefix(PREFIX).strip(": ")))


def not_settled(omnumi: Omnumi, state: str, wish: Terms) -> None:
    """What is in that state must be refused and stay as it is, and nothing moves."""
    which = in_state(omnumi, state, wish, omnumi.make_parties())
    before, held = read(omnumi, which), balances(omnumi, which.parties)
    for amount in (which.amount, part_of(which.amount, SOME)):
        refused = omnumi.expect(pay(omnumi, which, amount))
    unchanged(omnumi, which, before, refused)
    moved(omnumi, which.parties, held, "0", refused)


@rule("omnumi/cancelled-not-settled")
@given(wish=terms())
def test_cancelled_not_settled(omnumi: Omnumi, wish: Terms) -> None:
    """What is CANCELLED cannot be settled."""
    not_settled(omnumi, "CANCELLED", wish)


@rule("omnumi/rejected-not-settled")
@given(wish=terms())
def test_rejected_not_settled(omnumi: Omnumi, wish: Terms) -> None:
    """What is REJECTED cannot be settled."""
    not_settled(omnumi, "REJECTED", wish)
    # The document shows this text to the letter; a later release says FAILED.
    refused = omnumi.expect(pay(omnumi, in_state(omnumi, "REJECTED", wish), wish.amount))
    if named_state(refused) != "REJECTED":
        raise omnumi.breach(f"it is REJECTED, and the refusal says {named_state(refused)!r}", refused)


@rule("omnumi/cancelled-shown")
@given(wish=terms())
def test_cancelled_shown(omnumi: Omnumi, wish: Terms) -> None:
    """What was cancelled is read as CANCELLED."""
    which = in_state(omnumi, "CANCELLED", wish)
    alike(omnumi, read(omnumi, which), {"status": "CANCELLED", "authorizedAmount": which.amount}, "status", "authorizedAmount")


@rule("omnumi/settled-not-settled-again")
@given(wish=terms(), share=shares())
def test_settled_not_settled_again(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """What is SETTLED cannot be settled."""
    which = made(omnumi, wish)
    paid(omnumi, which, part_of(wish.amount, share))
    # The very same settlement again is another rule's; a smaller one is no repeat.
    omnumi.expect(pay(omnumi, which, part_of(wish.amount, share / 2)))


@rule("omnumi/invalid-state-names-state")
@pytest.mark.parametrize("state", ["CANCELLED", "REJECTED"])
@given(wish=terms())
def test_invalid_state_names_state(omnumi: Omnumi, state: str, wish: Terms) -> None:
    """A settlement refused for the status names the status that reading shows, or literally the one that the document shows."""
    which = in_state(omnumi, state, wish)
    refused = omnumi.expect(pay(omnumi, which, which.amount))
    shown = str(status(read(omnumi, which).json["status"]))
    # The one text that the document shows may be meant literally (omnumi/amb-settled-again-message).
    if named_state(refused) not in (shown, "REJECTED"):
        raise omnumi.breach(f"the refusal names the state {named_state(refused)!r}, and {shown} is read", refused)


@rule("omnumi/amb-settled-again-message")
def test_amb_settled_again_message(omnumi: Omnumi) -> None:
    """What is said of a state other than REJECTED."""
    which = made(omnumi)
    paid(omnumi, which, "1")
    named = named_state(omnumi.expect(pay(omnumi, which, "2")))
    omnumi.observe({"SETTLED": "template", "REJECTED": "literal"}.get(named, f"says {named!r}"))


@rule("omnumi/amb-later-release-words")
def test_amb_later_release_words(omnumi: Omnumi) -> None:
    """A later release of the public API says COMPLETED for SETTLED and FAILED for REJECTED."""
    which = made(omnumi)
    answer = omnumi.expect(pay(omnumi, which, which.amount))
    words = {str(answer.json["status"]), str(read(omnumi, which).json["status"])}
    if len(words) > 1 and words & set(LATER_WORDS):
        raise omnumi.breach(f"the settlement and the reading use words of two releases: {', '.join(sorted(words))}", answer)
    omnumi.observe(" and ".join(sorted(words)))


@rule("omnumi/settled-is-final")
@given(wish=terms(), share=shares())
def test_settled_is_final(omnumi: Omnumi, wish: Terms, share: Decimal) -> None:
    """What is settled never changes again."""
    which = made(omnumi, wish)
    paid(omnumi, which, part_of(wish.amount, share))
    before = read(omnumi, which)
    tried = [pay(omnumi, which, amount) for amount in (wish.amount, part_of(wish.amount, 1 - share), "0", "-1", "abc")]
    tried.append(omnumi.create(which.sent))
    if "clock" in omnumi.sandbox.capabilities:
        omnumi.advance(seconds=100 * DAY)
    after = unchanged(omnumi, which, before, *tried)
    alike(omnumi, after, {"status": "SETTLED"}, "status")
