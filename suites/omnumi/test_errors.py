from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from harness.exchange import Exchange
from harness.rules import rule
from suites.omnumi.calls import ACCEPTED, send, subject
from suites.omnumi.driver import Omnumi

FAR_ABOVE = "1000000"


def duplicate(omnumi: Omnumi) -> Exchange:
    """An invoice that serves a preauthorization already, asked for anew: the very same request might be answered as before."""
    return omnumi.create({**omnumi.authorized(), "amount": "1"})


def without_allowance(omnumi: Omnumi) -> Exchange:
    """An amount above what the sender approved."""
    return omnumi.create(omnumi.request(omnumi.make_parties(allowance="10"), amount="11"))


def to_itself(omnumi: Omnumi) -> Exchange:
    """A sender who is the receiver as well."""
    body = omnumi.request()
    return omnumi.create({**body, "receiver": body["sender"]})


def settled_twice(omnumi: Omnumi) -> Exchange:
    """A preauthorization that was settled before, with another amount: the very same request might be answered as before."""
    invoice = subject(omnumi, "settle")
    omnumi.set_up(send(omnumi, "settle", invoice), "settled")
    return omnumi.settle_invoice(invoice, {"amount": "1.25"})


DOMAIN: dict[str, Callable[[Omnumi], Exchange]] = {
    "create-400": lambda omnumi: omnumi.create(omnumi.request(amount="0")),
    "create-400-wallets": to_itself,
    "create-400-token": lambda omnumi: omnumi.create(omnumi.request(contractAddress=omnumi.make_token(active=False))),
    "create-400-expiry": lambda omnumi: omnumi.create(omnumi.request(expiresAt="soon")),
    "create-404": lambda omnumi: omnumi.create(omnumi.request(sender=omnumi.make_wallet(registered=False))),
    "create-409": duplicate,
    "create-500": without_allowance,
    "get-404": lambda omnumi: omnumi.get(omnumi.unknown_invoice()),
    "settle-409-zero": lambda omnumi: omnumi.settle_invoice(subject(omnumi, "settle"), {"amount": "0"}),
    "settle-409-above": lambda omnumi: omnumi.settle_invoice(subject(omnumi, "settle"), {"amount": FAR_ABOVE}),
    "settle-409-again": settled_twice,
}
"""What the domain of preauthorizations refuses, each with the status in its name."""
OTHERS: dict[str, Callable[[Omnumi], Exchange]] = {
    "create-401": lambda omnumi: omnumi.create(omnumi.request(), auth=False),
    "get-401": lambda omnumi: omnumi.get(omnumi.unknown_invoice(), auth=False),
    "settle-401": lambda omnumi: omnumi.settle_invoice(omnumi.unknown_invoice(), {"amount": "1"}, auth=False),
    "pii-400": lambda omnumi: omnumi.pii("no-uuid"),
    "pii-404": lambda omnumi: omnumi.pii(str(uuid.uuid4())),
}
STATUSES = {
    "create": ["status-of-create", "insufficient-allowance", "contract-not-available", "preapproval-unchecked"],
    "get": ["status-of-get"],
    "settle": ["status-of-settle", "settlement-failed"],
    "pii": ["status-of-pii"],
    "business": ["status-of-business"],
}
"""What each operation may answer at all; a 500 counts with its documented text only."""
ERRORS = {**DOMAIN, **OTHERS}
ALL: dict[str, Callable[[Omnumi], Exchange]] = {**ERRORS, "business-400": lambda omnumi: omnumi.onboard({})}
"""The refusals of business users have an envelope of their own."""
errors = pytest.mark.parametrize("error", ERRORS)
successes = pytest.mark.parametrize("call", ACCEPTED)


def succeeded(omnumi: Omnumi, call: str) -> Exchange:
    """The answer to a call that nothing is wrong with."""
    omnumi.needs(*(("status-control",) if call == "pii" else ()))
    return send(omnumi, call, subject(omnumi, call))


@rule("omnumi/error-envelope-list")
@errors
def test_error_envelope_list(omnumi: Omnumi, error: str) -> None:
    """An error of preauthorizations and personal data is an object with a list of errors, which is not empty."""
    omnumi.expect(ERRORS[error](omnumi))


@rule("omnumi/error-entry-type-string")
@errors
def test_error_entry_type_string(omnumi: Omnumi, error: str) -> None:
    """Each entry of an error has a text as its type."""
    omnumi.expect(ERRORS[error](omnumi))


@rule("omnumi/error-entry-message-string")
@errors
def test_error_entry_message_string(omnumi: Omnumi, error: str) -> None:
    """Each entry of an error has a text as its message."""
    omnumi.expect(ERRORS[error](omnumi))


@rule("omnumi/preauth-error-type-onchain")
@pytest.mark.parametrize("error", DOMAIN)
def test_preauth_error_type_onchain(omnumi: Omnumi, error: str) -> None:
    """What the domain of preauthorizations refuses has the type onchain."""
    omnumi.expect(DOMAIN[error](omnumi))


@rule("omnumi/error-is-json")
@pytest.mark.parametrize("error", ALL)
def test_error_is_json(omnumi: Omnumi, error: str) -> None:
    """Errors are answered in JSON and say so."""
    exchange = omnumi.expect(ALL[error](omnumi))
    if not exchange.is_json:
        raise omnumi.breach(f"the answer is declared as {exchange.headers.get('content-type', 'nothing')}, or is no JSON", exchange)


@rule("omnumi/error-is-never-2xx")
@errors
def test_error_is_never_2xx(omnumi: Omnumi, error: str) -> None:
    """What is listed under an error status is not reported with a success status."""
    omnumi.expect(ERRORS[error](omnumi))


@rule("omnumi/success-is-json")
@successes
def test_success_is_json(omnumi: Omnumi, call: str) -> None:
    """Successes are answered in JSON and say so."""
    omnumi.expect(succeeded(omnumi, call))


@rule("omnumi/success-has-no-errors")
@successes
def test_success_has_no_errors(omnumi: Omnumi, call: str) -> None:
    """A success carries no errors."""
    omnumi.expect(succeeded(omnumi, call))


@rule("omnumi/statuses-are-declared")
@errors
def test_statuses_of_errors_are_declared(omnumi: Omnumi, error: str) -> None:
    """Each operation answers with the statuses declared for it, and with no other."""
    omnumi.expect(ERRORS[error](omnumi), answers=STATUSES[error.partition("-")[0]])


@rule("omnumi/statuses-are-declared")
@successes
def test_statuses_of_successes_are_declared(omnumi: Omnumi, call: str) -> None:
    """Each operation answers with the statuses declared for it, and with no other."""
    omnumi.expect(succeeded(omnumi, call), answers=STATUSES[call])


@rule("omnumi/statuses-are-declared")
def test_statuses_of_refused_onboardings_are_declared(omnumi: Omnumi) -> None:
    """Each operation answers with the statuses declared for it, and with no other."""
    body = subject(omnumi, "business")
    omnumi.set_up(omnumi.onboard(body), "onboarded")
    for exchange in (omnumi.onboard(body), omnumi.onboard({}), omnumi.onboard({**body, "domain": ""})):
        omnumi.expect(exchange, answers=STATUSES["business"])
