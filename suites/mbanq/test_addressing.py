from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.rules import rule
from strategies.mbanq.standard import FULL, PARTIAL
from suites.mbanq.calls import IMPOSSIBLE_IDS, MALFORMED_IDS, NOBODY, control, same_state
from suites.mbanq.driver import Mbanq

# Words that are no command, and commands of the open system's clients that are about something else. Other letters are left out: they
# may well mean the same.
UNKNOWN_COMMANDS = ("verifyy", "approve", "x", "", "verify,activate", "kyc")
OTHER_COMMANDS = ("close", "assignStaff", "unassignStaff", "updateSavingsAccount", "proposeTransfer", "acceptTransfer")


@rule("mbanq/verify-unknown-client-404")
@pytest.mark.parametrize("command", ["verify", "activate"])
def test_verify_unknown_client_404(mbanq: Mbanq, command: str) -> None:
    """An unknown client is not found."""
    call = mbanq.verify if command == "verify" else mbanq.activate
    for number in (NOBODY, NOBODY + 1):
        exchange = mbanq.expect(call(number))
        mbanq.observe(str(exchange.status), "mbanq/amb-unknown-client")


@rule("mbanq/amb-unknown-client")
def test_amb_unknown_client(mbanq: Mbanq) -> None:
    """What an unknown client is answered with."""
    mbanq.observe(str(mbanq.expect(mbanq.verify(NOBODY)).status))


def refuses_ids(mbanq: Mbanq, ids: Sequence[str]) -> None:
    """No operation may find a client under these; under the id of one it must."""
    for text in ids:
        for call in (mbanq.verify, mbanq.activate, mbanq.read, mbanq.tell, mbanq.identifiers):
            exchange = call(text)
            exchange.note = f"id {text}"
            mbanq.expect(exchange)
    control(mbanq.read(mbanq.created()), "read")


@rule("mbanq/verify-malformed-id")
def test_verify_malformed_id(mbanq: Mbanq) -> None:
    """A text that is no number is no id of a client."""
    refuses_ids(mbanq, MALFORMED_IDS)


@rule("mbanq/verify-negative-or-huge-id")
def test_verify_negative_or_huge_id(mbanq: Mbanq) -> None:
    """A number that can be no id is an error of the client."""
    refuses_ids(mbanq, IMPOSSIBLE_IDS)


@rule("mbanq/verify-command-selects")
@pytest.mark.parametrize("command", [*OTHER_COMMANDS, *UNKNOWN_COMMANDS])
def test_verify_command_selects(mbanq: Mbanq, command: str) -> None:
    """Only the command verify verifies."""
    customer = mbanq.ready()
    for body in (FULL, PARTIAL, {}):
        mbanq.is_not_verified(customer, mbanq.expect(mbanq.command(command, customer, body)))
    # Another command may well have its own effect, so the control is another client.
    mbanq.control(mbanq.verify(mbanq.ready()), "done")


@rule("mbanq/verify-unknown-command-refused")
@pytest.mark.parametrize("command", UNKNOWN_COMMANDS)
def test_verify_unknown_command_refused(mbanq: Mbanq, command: str) -> None:
    """An unknown command is refused and changes nothing."""
    customer = mbanq.ready()
    before = str(mbanq.look(customer))
    exchange = mbanq.expect(mbanq.command(command, customer, FULL))
    same_state(mbanq, customer, before, exchange)
    mbanq.control(mbanq.verify(customer), "done")


@rule("mbanq/amb-command-query")
def test_amb_command_query(mbanq: Mbanq) -> None:
    """The SDK posts to the client without naming a command."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.command(None, customer, FULL))
    (mbanq.is_verified if exchange.status == 200 else mbanq.is_not_verified)(customer, exchange)
    mbanq.observe("verifies" if exchange.status == 200 else "refused")


@rule("mbanq/verify-get-has-no-effect")
def test_verify_get_has_no_effect(mbanq: Mbanq) -> None:
    """A GET on the address of the command only reads."""
    customer = mbanq.ready()
    before = str(mbanq.look(customer))
    by_get = [mbanq.expect(mbanq.read(customer, query={"command": "verify", **more})) for more in ({}, dict(FULL))]
    by_get.append(mbanq.expect(mbanq.tell(customer, query={"command": "verify"})))
    same_state(mbanq, customer, before, *by_get)
    mbanq.control(mbanq.verify(customer), "done")


@rule("mbanq/verify-activate-command-not-verify")
def test_verify_activate_command_not_verify(mbanq: Mbanq) -> None:
    """The command activate sets no client Verified."""
    for customer in (mbanq.ready(), mbanq.ready("address")):
        mbanq.is_not_verified(customer, mbanq.expect(mbanq.activate(customer)))
    customer = mbanq.ready()
    mbanq.is_not_verified(customer, mbanq.expect(mbanq.activate(customer, dict(FULL)), answers=["bad-request", "refused-for-the-state"]))
    # Where activation is not tied to verification it is carried out, and verifies nobody all the same.
    free = mbanq.fresh(enforce_verification=False)
    customer = free.ready()
    free.is_not_verified(customer, free.expect(free.activate(customer)))
    mbanq.control(mbanq.verify(mbanq.ready()), "done")
