"""Every operation of Omnumi as one call that would succeed, so that a test varies only who calls, or how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from strategies.omnumi.businesses import standard_business
from strategies.omnumi.customers import standard_customer
from strategies.placeholders import resolve
from suites.judging import objections
from suites.omnumi.driver import Moment, Omnumi

PREAUTH = ("create", "get", "settle")
WRITES = ("create", "settle", "business")
ACCEPTED = {"create": "created", "get": "read", "settle": "settled", "pii": "pii-read", "business": "onboarded"}
"""Every call, and the answer that it gets where nothing is wrong."""
OPERATIONS = {
    "create": "createPreauthorization",
    "get": "getPreauthorization",
    "settle": "settlePreauthorization",
    "pii": "readCustomerPii",
    "business": "onboardBusinessUser",
}
SETTLED = "1.5"
"""What a settlement here asks for: less than every authorized amount."""


def subject(omnumi: Omnumi, call: str) -> Json:
    """What the call is about: the body of a create or an onboarding, an invoice that may be settled, or a customer."""
    made: dict[str, Callable[[], Json]] = {
        "create": lambda: resolve(omnumi.request(), Moment(omnumi)),
        "get": lambda: omnumi.authorized()["invoiceId"],
        "settle": lambda: omnumi.authorized()["invoiceId"],
        "pii": lambda: omnumi.make_customer(**standard_customer()),
        "business": lambda: omnumi.business_body(standard_business()),
    }
    return made[call]()


def send(omnumi: Omnumi, call: str, about: Json, **parts: Any) -> Exchange:
    """The call about that subject; `content=` replaces its body."""
    if call in ("get", "pii"):
        return (omnumi.get if call == "get" else omnumi.pii)(about, **parts)
    if call == "settle":
        body = {} if "content" in parts else {"payload": {"amount": SETTLED}}
        return omnumi.settle_invoice(about, **body, **parts)
    body = {} if "content" in parts else {"payload": about}
    return (omnumi.create if call == "create" else omnumi.onboard)(**body, **parts)


def control(exchange: Exchange, *answers: str) -> Exchange:
    """The twin of a negative, which differs in that one respect and must be taken; else nothing is proved."""
    exchange.note = "control: the same request without the flaw"
    if all(objections(exchange, answers=[answer]) for answer in answers):
        raise NotCheckable(f"the control request was refused too, so the refusals prove nothing: {exchange.status} {exchange.text[:300]}")
    return exchange


def refuses_caller(omnumi: Omnumi, call: str, shown: Sequence[bool | str]) -> None:
    """The call must be turned away under each of these credentials, and taken under the caller's own."""
    about = subject(omnumi, call)
    for credential in shown:
        exchange = send(omnumi, call, about, auth=credential)
        exchange.note = "no credentials" if credential is False else "other credentials"
        omnumi.expect(exchange)
    control(send(omnumi, call, about), ACCEPTED[call])


def still_authorized(omnumi: Omnumi, invoice_id: str, *refused: Exchange) -> None:
    """The preauthorization must read as one that nobody settled."""
    shown = omnumi.expect(omnumi.get(invoice_id), answers=["read"])
    body = shown.json
    if body["status"] != "AUTHORIZED" or body.get("transactionHash") or Decimal(body.get("settledAmount") or 0):
        said = f"status {body['status']}, hash {body.get('transactionHash')}, settled {body.get('settledAmount')}"
        raise omnumi.breach(f"what was refused changed the preauthorization: {said}", *refused, shown)


def not_there(omnumi: Omnumi, invoice_id: str, *refused: Exchange) -> None:
    """There must be no preauthorization of that invoice."""
    shown = omnumi.get(invoice_id)
    if shown.status != 404:
        raise omnumi.breach(f"what was refused can be read: {shown.status}", *refused, shown)
