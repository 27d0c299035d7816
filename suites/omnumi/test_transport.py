from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import Prepared
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import Operation
from harness.rules import rule
from strategies.edits import Edit, insert, put
from strategies.json_junk import KINDS, NO_OBJECTS, UNREADABLE, Body, with_junk
from suites.omnumi.calls import ACCEPTED, WRITES, control, send, still_authorized, subject
from suites.omnumi.driver import AMOUNT, Omnumi

writes = pytest.mark.parametrize("call", WRITES)


def raw(omnumi: Omnumi, call: str, about: Json, content: bytes) -> Exchange:
    """The write with that body, declared as JSON."""
    return send(omnumi, call, about, content=content, headers={"Content-Type": "application/json"})


def refused_bodies(omnumi: Omnumi, call: str, body: Body, answers: list[str]) -> None:
    """The body must be turned away, and the call still succeed with a good one; a settlement may also speak of a conflict."""
    about = subject(omnumi, call)
    exchange = raw(omnumi, call, about, body.content)
    exchange.note = body.name
    omnumi.expect(exchange, answers=[*answers, *(["settle-conflict"] if call == "settle" else [])])
    control(send(omnumi, call, about), ACCEPTED[call])


@rule("omnumi/broken-json-refused")
@writes
@pytest.mark.parametrize("body", [body for body in UNREADABLE if body.content], ids=lambda body: body.name)
def test_broken_json_refused(omnumi: Omnumi, call: str, body: Body) -> None:
    """A body that is no JSON is the client's fault, and breaks nothing."""
    about = subject(omnumi, call)
    exchange = raw(omnumi, call, about, body.content)
    exchange.note = body.name
    omnumi.expect(exchange)
    control(send(omnumi, call, about), ACCEPTED[call])


@rule("omnumi/json-non-object-refused")
@writes
@pytest.mark.parametrize("body", NO_OBJECTS, ids=lambda body: body.name)
def test_json_non_object_refused(omnumi: Omnumi, call: str, body: Body) -> None:
    """A list, a text, a number or null is no body."""
    refused_bodies(omnumi, call, body, ["turned-away"])


@rule("omnumi/empty-body-refused")
@writes
def test_empty_body_refused(omnumi: Omnumi, call: str) -> None:
    """Nothing is made or moved by a request without a body."""
    refused_bodies(omnumi, call, Body("nothing", b""), ["unreadable"])


# Each of these is one of the two faults of a request to create; the third is the answer that names it.
FAULTS: dict[str, tuple[Edit, str]] = {
    "zero": (put("amount", "0", name="zero"), "amount-not-above-zero"),
    "negative": (put("amount", "-5", name="negative"), "amount-not-above-zero"),
    "no-expiry": (insert("expiresAt", "tomorrow", name="expiry-in-words"), "invalid-expiry"),
    "too-much": (put("amount", "9" * 40, name="too-much"), "insufficient-allowance"),
}


@rule("omnumi/fault-mix-names-a-fault")
@pytest.mark.parametrize("amount", ["zero", "negative", "too-much"])
def test_fault_mix_names_a_fault(omnumi: Omnumi, amount: str) -> None:
    """A request with several faults gets the answer of one of them."""
    token, nobody = omnumi.make_token(active=False), omnumi.make_wallet(registered=False)
    taken = omnumi.authorized()
    mixes: dict[str, dict[str, Json]] = {
        "same-wallets": {"receiver": omnumi.parties.sender},
        "token-not-active": {"contractAddress": token},
        "wallet-not-registered": {"sender": nobody},
        "invoice-exists": {"invoiceId": taken["invoiceId"]},
        "invalid-expiry": {"expiresAt": "tomorrow"},
    }
    for other, members in mixes.items():
        edit, first = FAULTS[amount]
        exchange = omnumi.create(edit(omnumi.request(**members)))
        exchange.note = f"{edit.name}+{other}"
        # Without a token or an allowance of a wallet's own, the allowance is too small as well.
        omnumi.expect(exchange, answers=[first, other, "insufficient-allowance"])


@rule("omnumi/fault-mix-names-a-fault")
@given(amount=st.sampled_from(["0", "-1", "1000000"]))
def test_fault_mix_of_a_settlement(omnumi: Omnumi, amount: str) -> None:
    """A request with several faults gets the answer of one of them."""
    invoice = subject(omnumi, "settle")
    omnumi.set_up(send(omnumi, "settle", invoice), "settled")
    said = ["invalid-settlement-state", "settlement-above-limit" if amount == "1000000" else "settlement-not-above-zero"]
    omnumi.expect(omnumi.settle_invoice(invoice, {"amount": amount}), answers=said)


@rule("omnumi/unknown-member-harmless")
def test_unknown_member_of_a_create_is_harmless(omnumi: Omnumi) -> None:
    """A member that no document names neither breaks nor alters the outcome."""
    exchange = omnumi.expect(omnumi.create(omnumi.request(railproof={"a": [1]})), answers=["created", "turned-away"])
    if exchange.status == 201:
        same(omnumi, exchange, {"amount": AMOUNT, "status": "AUTHORIZED", "railproof": None})
        same(omnumi, omnumi.expect(omnumi.get(exchange.sent["invoiceId"]), answers=["read"]), {"status": "AUTHORIZED", "railproof": None})


@rule("omnumi/unknown-member-harmless")
def test_unknown_member_of_a_settlement_is_harmless(omnumi: Omnumi) -> None:
    """A member that no document names neither breaks nor alters the outcome."""
    invoice = subject(omnumi, "settle")
    exchange = omnumi.expect(omnumi.settle_invoice(invoice, {"amount": "1.5", "railproof": True}), answers=["settled", "turned-away"])
    if exchange.status == 200:
        same(omnumi, exchange, {"settledAmount": "1.5", "authorizedAmount": AMOUNT, "railproof": None})


def same(omnumi: Omnumi, exchange: Exchange, expected: dict[str, Json]) -> None:
    """The members of the answer; amounts written as they were sent, or with zeros behind."""
    shown = {name: plain(exchange.json.get(name)) for name in expected}
    if shown != expected:
        raise omnumi.breach(f"with an unknown member the answer shows {shown}, not {expected}", exchange)


def plain(value: Json) -> Json:
    """An amount without the zeros at its end; anything else as it is."""
    return value.rstrip("0").rstrip(".") if isinstance(value, str) and "." in value else value


@rule("omnumi/undeclared-method-no-effect")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_undeclared_method_no_effect(omnumi: Omnumi, method: str) -> None:
    """PUT, PATCH and DELETE on an invoice change nothing."""
    invoice = subject(omnumi, "get")
    before = omnumi.set_up(omnumi.get(invoice), "read").json
    prepared, _ = omnumi.prepare("getPreauthorization", {"status": "CANCELLED", "amount": "1"}, path={"invoiceId": invoice})
    refused = omnumi.expect(with_method(omnumi, prepared, method))
    after = omnumi.expect(omnumi.get(invoice), answers=["read"])
    if after.json != before:
        raise omnumi.breach(f"{method} was refused, and yet the preauthorization changed", refused, after)


@rule("omnumi/settle-by-get-no-effect")
def test_settle_by_get_no_effect(omnumi: Omnumi) -> None:
    """Reading the address of the settlement settles nothing."""
    invoice = subject(omnumi, "settle")
    parts: dict[str, Any] = {"path": {"invoiceId": invoice}}
    for query in ({}, {"amount": "1.5"}):
        prepared, _ = omnumi.prepare("settlePreauthorization", query=query, **parts)
        refused = omnumi.expect(with_method(omnumi, prepared, "GET"))
        still_authorized(omnumi, invoice, refused)
    control(send(omnumi, "settle", invoice), "settled")


def with_method(omnumi: Omnumi, prepared: Prepared, method: str) -> Exchange:
    """The same request under another method, of which the document knows nothing."""
    request = prepared.request
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
    again = type(request)(method, request.url, headers=headers, content=prepared.body)
    unknown = Operation(f"{method} {prepared.operation.path}", method, prepared.operation.path, method == "GET", None)
    return omnumi.sandbox.client.deliver(Prepared(unknown, again, prepared.body))


JUNK_SPOTS = {
    "create": ("invoiceId", "sender", "amount", "contractAddress", "expiresAt"),
    "settle": ("amount",),
    "business": (
        "domain",
        "businessUserName",
        "businessUserEmail",
        "businessUserAddress",
        "businessUserAddress.isoCountryCode",
        "incorporationDocs.content",
        "incorporationDocs.documentType",
        "controlPersons.emailAddress",
        "taxId",
    ),
}


@rule("omnumi/junk-breaks-nothing")
@writes
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_junk_breaks_nothing(omnumi: Omnumi, call: str, kind: str, data: st.DataObject) -> None:
    """Junk of every kind is no reason for an error of the server's."""
    spots = JUNK_SPOTS[call]
    spot = data.draw(st.sampled_from(spots))
    about = subject(omnumi, call)
    body = {"amount": "1"} if call == "settle" else about
    exchange = raw(omnumi, call, about, with_junk({**body, spot.partition(".")[0]: body.get(spot.partition(".")[0])}, spot, kind))
    exchange.note = f"{kind} as {spot}"
    omnumi.expect(exchange)
