from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import specification
from harness.rules import Basis, rule
from strategies.coverage import RawCase, Violation, raw_cases, undocumented_methods, violations
from strategies.edits import insert, put
from strategies.omnumi.businesses import standard_business
from suites.omnumi.calls import ACCEPTED, OPERATIONS, control, send, subject
from suites.omnumi.driver import AMOUNT, Omnumi
from suites.omnumi.test_transport import with_method

SPEC = Path("specs/omnumi.openapi.yaml")
ABOUT_INVOICES = ("getPreauthorization", "settlePreauthorization")

# What the schema states and the catalogue leaves open; other rules say what may become of it.
OPEN = {
    ("expiresAt", "format"): "omnumi/amb-null-expiry",
    ("amount", "type"): "omnumi/create-number-amount-never-altered",
    ("invoiceId", "type"): "omnumi/create-wrongtype-invoiceid",
}
BODIES: dict[str, Json] = {
    "create": {"expiresAt": "2099-03-30T12:00:00Z"},
    "settle": {"amount": "1.5"},
}
bodies = pytest.mark.parametrize("call", BODIES)


def of_basis(call: str, basis: Basis) -> tuple[Violation, ...]:
    """The violations of that basis; what another rule leaves open is silent here."""
    found = violations(SPEC, OPERATIONS[call])
    return tuple(each for each in found if basis is (Basis.SILENT if (each.path, each.keyword) in OPEN else each.basis))


def send_edited(omnumi: Omnumi, call: str, about: Json, violation: Violation) -> Exchange:
    """The call with the constraint broken in its body."""
    if call == "create":
        exchange = omnumi.create(violation.edit({**about, **BODIES[call]}))
    else:
        exchange = omnumi.settle_invoice(about, violation.edit(BODIES[call]))
    exchange.note = violation.edit.name
    return exchange


def refuses_each(omnumi: Omnumi, call: str, basis: Basis) -> None:
    """Every violation must be refused, and the call without it be taken."""
    about = subject(omnumi, call)
    conflict = ["settle-conflict"] if call == "settle" else []
    for violation in of_basis(call, basis):
        exchange = send_edited(omnumi, call, about, violation)
        omnumi.expect(exchange, answers=["bad-request", "unprocessable", "no-wallet", *conflict])
    control(send(omnumi, call, about), ACCEPTED[call])


@rule("omnumi/schema-violations-are-refused")
@bodies
def test_schema_violations_are_refused(omnumi: Omnumi, call: str) -> None:
    """A body that lacks a field called required is refused."""
    refuses_each(omnumi, call, Basis.DOCUMENTED)


@rule("omnumi/implied-constraints-are-checked")
@bodies
def test_implied_constraints_are_checked(omnumi: Omnumi, call: str) -> None:
    """A body with a field of another type, or blank, is refused."""
    refuses_each(omnumi, call, Basis.INFERRED)


@rule("omnumi/open-cases-are-answered")
@bodies
def test_open_bodies_are_answered(omnumi: Omnumi, call: str) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    for violation in of_basis(call, Basis.SILENT):
        omnumi.expect(send_edited(omnumi, call, subject(omnumi, call), violation))


ONBOARDING = violations(SPEC, OPERATIONS["business"])
NEAR = tuple(each for each in ONBOARDING if "." not in each.path)
DEEP = tuple(each for each in ONBOARDING if "." in each.path and not each.path.startswith("entityBeneficialOwners.0.entity"))
"""What is inside an owner of an owner has the schema of what is inside an owner."""


def onboard_edited(omnumi: Omnumi, *found: Violation) -> None:
    """Every violation of a full request must get a known answer."""
    payload = insert("taxIdNumber", "012-34-9999", name="both")(standard_business())
    for violation in found:
        exchange = omnumi.onboard(violation.edit(payload))
        exchange.note = violation.edit.name
        omnumi.expect(exchange)


@rule("omnumi/open-cases-are-answered")
def test_open_onboardings_are_answered(omnumi: Omnumi) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    onboard_edited(omnumi, *NEAR)


@rule("omnumi/open-cases-are-answered")
@given(found=st.lists(st.sampled_from(DEEP), min_size=15, max_size=15))
def test_open_details_of_onboardings_are_answered(omnumi: Omnumi, found: list[Violation]) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    onboard_edited(omnumi, *found)


def send_raw(omnumi: Omnumi, call: str, case: RawCase, about: Json) -> Exchange:
    """A case of the schema as it is, about something of ours where it names it."""
    about_the_path = any(name.lower() in case.name for name in case.path)
    path = case.path if about_the_path else dict.fromkeys(case.path, about)
    parts: dict[str, Any] = {"path": path, "query": case.query, "headers": case.headers}
    exchange = omnumi.call(OPERATIONS[call], case.body if case.has_body else ..., **parts)
    exchange.note = case.name
    return exchange


@rule("omnumi/open-cases-are-answered")
@pytest.mark.parametrize("call", ["create", "get", "settle", "pii"])
def test_open_cases_are_answered(omnumi: Omnumi, call: str) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    omnumi.needs(*(("status-control",) if call == "pii" else ()))
    for case in raw_cases(SPEC, OPERATIONS[call]):
        omnumi.expect(send_raw(omnumi, call, case, subject(omnumi, call)))


@rule("omnumi/open-cases-are-answered")
@given(cases=st.lists(st.sampled_from(raw_cases(SPEC, OPERATIONS["business"])), min_size=25, max_size=25))
def test_open_cases_of_onboardings_are_answered(omnumi: Omnumi, cases: list[RawCase]) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    for case in cases:
        omnumi.expect(send_raw(omnumi, "business", case, None))


@rule("omnumi/undocumented-methods-are-refused")
@pytest.mark.parametrize("call", ["pii", "business"])
def test_undocumented_methods_are_refused(omnumi: Omnumi, call: str) -> None:
    """The addresses of personal data and of business users answer to their own methods only."""
    omnumi.needs(*(("status-control",) if call == "pii" else ()))
    about = subject(omnumi, call)
    path = {"customerAccountId": about} if call == "pii" else {}
    prepared, _ = omnumi.prepare(OPERATIONS[call], {} if call == "pii" else about, path=path)
    for method in undocumented_methods(SPEC, OPERATIONS[call]):
        omnumi.expect(with_method(omnumi, prepared, method))
    control(send(omnumi, call, about), ACCEPTED[call])


def described(omnumi: Omnumi, *exchanges: Exchange) -> None:
    """The answers, if the specification describes them."""
    for exchange in exchanges:
        if exchange.violation:
            raise omnumi.breach(exchange.violation, exchange)


@rule("omnumi/answers-match-the-specification")
@pytest.mark.parametrize("call", ACCEPTED)
def test_successes_match_the_specification(omnumi: Omnumi, call: str) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    omnumi.needs(*(("status-control",) if call == "pii" else ("wallet-setup",) if call != "business" else ()))
    described(omnumi, omnumi.expect(send(omnumi, call, subject(omnumi, call)), answers=[ACCEPTED[call]]))


@rule("omnumi/answers-match-the-specification")
def test_a_settled_preauthorization_matches_the_specification(omnumi: Omnumi) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    omnumi.needs("wallet-setup")
    invoice = subject(omnumi, "settle")
    described(omnumi, omnumi.settle_invoice(invoice, {"amount": "0"}), omnumi.settle_invoice(invoice, {"amount": "9" + AMOUNT}))
    described(omnumi, omnumi.expect(omnumi.settle_invoice(invoice, {"amount": "1"}), answers=["settled"]))
    described(omnumi, omnumi.settle_invoice(invoice, {"amount": "1"}), omnumi.expect(omnumi.get(invoice), answers=["read"]))


@rule("omnumi/answers-match-the-specification")
def test_refusals_match_the_specification(omnumi: Omnumi) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    nobody, business = omnumi.unknown_invoice(), standard_business()
    described(omnumi, omnumi.get(nobody), omnumi.settle_invoice(nobody, {"amount": "1"}))
    described(omnumi, omnumi.pii("no-uuid"), omnumi.pii(str(uuid.uuid4())), omnumi.onboard({}))
    described(omnumi, omnumi.onboard(put("businessUserEmail", "nobody", name="no-e-mail")(business)))
    described(omnumi, *(omnumi.call(operation, path=paths(operation, nobody), auth=False) for operation in specification(SPEC).operations))


@rule("omnumi/answers-match-the-specification")
def test_refusals_of_creations_match_the_specification(omnumi: Omnumi) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    omnumi.needs("wallet-setup")
    taken, poor = omnumi.authorized(), omnumi.make_parties(allowance="1")
    described(
        omnumi, omnumi.create({}), omnumi.create(omnumi.request(amount="0")), omnumi.create(taken), omnumi.create(omnumi.request(poor))
    )
    described(omnumi, omnumi.create(omnumi.request(sender=omnumi.make_wallet(registered=False))))


def paths(operation_id: str, nobody: str) -> dict[str, str]:
    """The path parameters of the operation, naming nothing that exists."""
    if operation_id in ABOUT_INVOICES:
        return {"invoiceId": nobody}
    return {"customerAccountId": str(uuid.uuid4())} if operation_id == OPERATIONS["pii"] else {}
