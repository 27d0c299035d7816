"""Every operation of Fin.com as one call that would succeed, so that a test varies only how the caller shows who it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from harness.errors import NotApplicable, NotCheckable
from harness.exchange import Exchange
from strategies.files import sample
from strategies.fincom.standard import standard_customer, standard_documents
from strategies.fincom.v1_attachments import v1_documents
from strategies.fincom.v1_customers import v1_standard_customer
from suites.fincom.driver import Customer, Fincom
from suites.fincom.v1 import speaking_v1
from suites.judging import objections


class Call(Protocol):
    """A call on behalf of a customer; `auth` and `headers` as in `harness.client.Client.prepare`."""

    def __call__(self, fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:
        """Send it."""


def _create(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:  # noqa: ARG001 - the customer is the new one
    return fincom.create(standard_customer(), **parts)


def _upload(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:
    return fincom.upload(customer.id, [("file1", sample("pdf"))], **parts)


def _attach(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:
    return fincom.attach(customer, standard_documents(), **parts)


def _create_v1(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:  # noqa: ARG001 - the customer is the new one
    return speaking_v1(fincom).create(v1_standard_customer(), **parts)


def _attach_v1(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:  # noqa: ARG001 - V1 attaches to customers of its own
    v1 = speaking_v1(fincom)
    return v1.attach(v1.new_customer(), v1_documents(), **parts)


def _read_v1(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:  # noqa: ARG001 - V1 reads customers of its own
    v1 = speaking_v1(fincom)
    return v1.send(v1.read_operation, path={"customer_id": v1.new_customer().id}, **parts)


def _read(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:
    return fincom.send("readCustomerV2", path={"customer_id": customer.id}, **parts)


def _get(operation_id: str, path: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None) -> Call:
    def call(fincom: Fincom, customer: Customer, **parts: Any) -> Exchange:  # noqa: ARG001 - these concern no customer
        return fincom.send(operation_id, path=path, query=query, **parts)

    return call


DOCUMENT_CALLS: dict[str, tuple[Call, str]] = {
    "upload": (_upload, "uploaded"),
    "attach": (_attach, "queued"),
    "attach-v1": (_attach_v1, "attached-v1"),
}
"""The calls that the document prints with an Authorization header, and the answer that each would get."""

OTHER_CALLS: dict[str, tuple[Call, str]] = {
    "create": (_create, "created"),
    "create-v1": (_create_v1, "created"),
    "occupations": (_get("listOccupations"), "listed"),
    "purposes": (_get("listPurposes", query={"type": "INDIVIDUAL"}), "listed"),
    "source-of-funds": (_get("listSourceOfFunds", query={"type": "INDIVIDUAL"}), "listed"),
    "subdivisions": (_get("listSubdivisions", path={"country": "USA"}), "listed"),
}
"""The calls whose header the document only implies."""

READ_CALLS: dict[str, tuple[Call, str]] = {
    "read": (_read, "read"),
    "read-v1": (_read_v1, "read"),
    "list": (_get("listCustomersV2", query={"type": "INDIVIDUAL"}), "listed"),
}
"""The calls that the document does not have, for targets that do."""

WRITE_CALLS = {"create": OTHER_CALLS["create"], "create-v1": OTHER_CALLS["create-v1"], **DOCUMENT_CALLS}
"""The calls that change something."""

ALL_CALLS = {**DOCUMENT_CALLS, **OTHER_CALLS}
"""The calls that the document has."""

EVERY_CALL = {**ALL_CALLS, **READ_CALLS}
"""The calls that the specification has, but for the tokens."""


OPERATIONS = {
    "upload": "uploadCustomerFiles",
    "attach": "attachIndividualV2",
    "attach-v1": "attachIndividualV1",
    "create": "createIndividualV2",
    "create-v1": "createIndividualV1",
    "occupations": "listOccupations",
    "purposes": "listPurposes",
    "source-of-funds": "listSourceOfFunds",
    "subdivisions": "listSubdivisions",
    "read": "readCustomerV2",
    "read-v1": "readCustomerV1",
    "list": "listCustomersV2",
}
"""The operation of each call."""

# Operations that the document does not have, and what a target claims that has them.
CLAIMED = {
    "readCustomerV1": "read",
    "readCustomerV2": "read",
    "listCustomersV2": "read",
    "issueToken": "token-exchange",
    "refreshToken": "token-exchange",
}


def applicable(fincom: Fincom, name: str) -> None:
    """Leave the test where the target does not have the operation (or call) of that name, or does not claim to."""
    operation_id = OPERATIONS.get(name, name)
    if not fincom.describes(operation_id):
        raise NotApplicable(f"{operation_id} stands in no specification of the target")
    capability = CLAIMED.get(operation_id)
    if capability and capability not in fincom.sandbox.capabilities:
        raise NotApplicable(f"{operation_id} is there only where the target claims {capability!r}")


def needs_status(fincom: Fincom, status: str) -> None:
    """Leave the test where the version that is spoken has no such status."""
    if not fincom.knows(status):
        raise NotApplicable(f"the guide of this version has no status {status}")


def control(exchange: Exchange, answer: str) -> Exchange:
    """The twin of a negative, which differs in that one respect and must be taken; else nothing is proved."""
    exchange.note = "control: the same request without the flaw"
    reasons = objections(exchange, answers=[answer])
    if reasons:
        raise NotCheckable(f"the control request was refused too, so the refusals prove nothing: {exchange.status} {exchange.text[:300]}")
    return exchange


def refuses_caller(fincom: Fincom, call: tuple[Call, str], credentials: Sequence[bool | str]) -> None:
    """The call must be turned away under each of these credentials, and taken under the client's own."""
    send, answer = call
    customer = fincom.new_customer()
    for shown in credentials:
        exchange = send(fincom, customer, auth=shown)
        exchange.note = "no Authorization header" if shown is False else "another Authorization header"
        fincom.expect(exchange)
    control(send(fincom, customer), answer)
