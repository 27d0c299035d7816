from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import specification
from harness.rules import Basis, rule
from strategies.coverage import RawCase, Violation, raw_cases, undocumented_methods, violations
from strategies.mbanq.command_edits import noted
from strategies.mbanq.gaps import CORE
from strategies.mbanq.standard import FULL, PARTIAL, activation, identifier, person
from strategies.placeholders import resolve
from suites.mbanq.calls import NOBODY, control, same_state, with_method
from suites.mbanq.driver import Customer, Mbanq, Moment, path_of

SPEC = Path("specs/mbanq.openapi.yaml")
OPERATIONS = tuple(name for name in specification(SPEC).operations if name != "issueToken")
# Which command takes the member; the others are taken by both or by none.
VERIFY_MEMBERS = ("kycVerificationType", "note")
WITH_BODY = ("createClient", "addIdentifier", "commandClient")


def of_basis(operation_id: str, basis: Basis) -> list[Violation]:
    """The violations of the body of an operation that the document states so firmly."""
    return [violation for violation in violations(SPEC, operation_id) if violation.basis is basis]


IMPLIED = {violation.edit.name: violation for violation in of_basis("commandClient", Basis.INFERRED)}


@rule("mbanq/implied-constraints-are-checked")
@pytest.mark.parametrize("name", IMPLIED)
def test_implied_constraints_are_checked(mbanq: Mbanq, name: str) -> None:
    """A command whose body breaks one implied constraint (a type, an enumeration) is refused."""
    edit, verifies = IMPLIED[name].edit, IMPLIED[name].path in VERIFY_MEMBERS
    customer = mbanq.ready() if verifies else mbanq.verified()
    before = str(mbanq.look(customer))
    command, body = ("verify", FULL) if verifies else ("activate", activation())
    exchange = mbanq.expect(mbanq.command(command, customer, edit(body)))
    same_state(mbanq, customer, before, exchange)
    mbanq.control(mbanq.command(command, customer, body), "done")


@rule("mbanq/open-cases-are-answered")
@pytest.mark.parametrize("operation_id", WITH_BODY)
def test_open_bodies_are_answered(mbanq: Mbanq, operation_id: str) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    for violation in of_basis(operation_id, Basis.SILENT):
        for exchange in sent(mbanq, operation_id, violation):
            exchange.note = violation.edit.name
            mbanq.expect(exchange)


@rule("mbanq/open-cases-are-answered")
@pytest.mark.parametrize("note", ["", " ", "\t", "0", "null", "\u0000"], ids=["empty", "blank", "tab", "zero", "null", "nul"])
def test_odd_notes_are_answered(mbanq: Mbanq, note: str) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    for customer in (mbanq.created(), mbanq.lacking()):
        mbanq.expect(mbanq.verify(customer, noted(FULL, note)))


def sent(mbanq: Mbanq, operation_id: str, violation: Violation) -> list[Exchange]:
    """The good payload with that edit, about a client of its own."""
    if operation_id == "createClient":
        return [mbanq.create(violation.edit(person()))]
    customer = mbanq.created()
    if operation_id == "addIdentifier":
        return [mbanq.add(customer, violation.edit(identifier("passport")))]
    return [
        mbanq.verify(customer, violation.edit({**FULL, "note": "seen"})),
        mbanq.activate(customer, violation.edit(activation())),
    ]


def send_raw(mbanq: Mbanq, operation_id: str, case: RawCase, customer: Customer) -> Exchange:
    """Send a case of the schema as it is, about a client of ours where it names one."""
    path = {**case.path, **(path_of(customer) if "clientId" in case.path else {})}
    parts: dict[str, Any] = {"path": path, "query": case.query, "headers": case.headers}
    if case.has_body:
        parts["json"] = case.body
    exchange = mbanq.send(operation_id, **parts)
    exchange.note = case.name
    return exchange


@rule("mbanq/open-cases-are-answered")
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_open_cases_are_answered(mbanq: Mbanq, operation_id: str) -> None:
    """Whatever the document leaves open is answered with a known status, and breaks nothing."""
    customer = mbanq.created()
    for case in raw_cases(SPEC, operation_id):
        mbanq.expect(send_raw(mbanq, operation_id, case, customer))


FEW_METHODS = ("listIdentifiers", "listClients", "readVerificationStatus")


@rule("mbanq/undocumented-methods-are-refused")
@pytest.mark.parametrize("operation_id", FEW_METHODS)
def test_undocumented_methods_are_refused(mbanq: Mbanq, operation_id: str) -> None:
    """A path answers only to the methods that it has."""
    path = path_of(mbanq.created())
    prepared = mbanq.sandbox.client.prepare(operation_id, path=path, json={})
    for method in undocumented_methods(SPEC, operation_id):
        mbanq.expect(with_method(mbanq, prepared, method))
    served = {"listIdentifiers": "listed", "listClients": "page", "readVerificationStatus": "told"}
    if (exchange := mbanq.send(operation_id, path=path)).status != 404:
        control(exchange, served[operation_id])


def described(mbanq: Mbanq, *exchanges: Exchange) -> None:
    """The answers, if the specification describes them."""
    for exchange in exchanges:
        if exchange.violation:
            raise mbanq.breach(exchange.violation, exchange)


@rule("mbanq/answers-match-the-specification")
def test_answers_match_the_specification(mbanq: Mbanq) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    created = mbanq.create()
    described(mbanq, created, mbanq.send("listClients"), mbanq.send("readClientTemplate"))
    customer = mbanq.ready()
    described(mbanq, mbanq.add(customer, identifier("driver")), mbanq.identifiers(customer), mbanq.tell(customer))
    described(mbanq, mbanq.send("listAddresses", path=path_of(customer)), mbanq.send("readIdentifierTemplate", path=path_of(customer)))
    described(mbanq, mbanq.expect(mbanq.read(customer), answers=["read"]), mbanq.expect(mbanq.verify(customer), answers=["done"]))
    mbanq.settled(customer)
    described(mbanq, mbanq.read(customer), mbanq.tell(customer), mbanq.verify(customer, PARTIAL))
    described(mbanq, mbanq.activate(customer), mbanq.read(customer), mbanq.activate(customer), mbanq.verify(customer))


@rule("mbanq/answers-match-the-specification")
def test_refusals_match_the_specification(mbanq: Mbanq) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    for gaps in (*((attribute,) for attribute in CORE), CORE):
        described(mbanq, mbanq.expect(mbanq.verify(mbanq.ready(*gaps)), answers=["refused-for-a-gap"]))
    bodies: list[Json] = [{}, [], None, {"kycVerificationType": "NONE"}, resolve(activation(), Moment(mbanq))]
    described(mbanq, *(mbanq.command(name, mbanq.created(), body) for body in bodies for name in ("verify", "activate", "x")))
    described(mbanq, mbanq.verify(NOBODY), mbanq.read(NOBODY), mbanq.tell(NOBODY), mbanq.add(NOBODY, identifier("passport")))
    described(mbanq, mbanq.create({}), mbanq.verify(NOBODY, auth=False), mbanq.read(NOBODY, auth=False))
