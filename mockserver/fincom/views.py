"""A customer as reads show it and as webhook events tell of it (002 V2 "Customer Status & Webhooks", facts 2.4 and 2.6)."""

from typing import Any

import msgspec

from mockserver.clock import iso
from mockserver.fincom.model import Customer

TOS_URL = "https://orchestration.fin.com/orchestration-customer-tos"


class _Basic(msgspec.Struct):
    first_name: Any
    last_name: Any
    email: Any
    phone: Any
    country_of_residence: Any


class _Sent(msgspec.Struct):
    """What is told again of a create request; most of one never is, and is not read for that."""

    basic_info: _Basic
    verification_type: Any = "STANDARD"


_READER = msgspec.json.Decoder(_Sent)


class StatusData(msgspec.Struct, kw_only=True):
    """The `data` of customer.status."""

    customer_id: str
    type: str = "INDIVIDUAL"
    customer_status: str  # wrappers show others than `Status`, too
    email: Any
    first_name: Any
    last_name: Any
    verification_type: Any


class CreatedData(StatusData, kw_only=True):
    """The `data` of customer.created."""

    phone: Any
    country_of_residence: Any
    tos_policies_url: str
    created_at: str
    updated_at: str


class Shown(CreatedData, kw_only=True):
    """What a read answers."""

    last_status_updated_at: str
    rejection_reason: dict[str, Any] | None
    request_for_information: tuple[()] = ()


class Capabilities(msgspec.Struct, frozen=True):
    """What a customer may use, of which there is nothing here."""

    on_ramp: tuple[()] = ()
    off_ramp: tuple[()] = ()


class ShownByV1(Shown, kw_only=True):
    """What a read of V1 answers."""

    capabilities: Capabilities = Capabilities()


def tos_url(customer: Customer) -> str:
    """Return the page of terms; its query carries the value that attach asks for (002 V2 Step 2)."""
    return f"{TOS_URL}?customer_id={customer.id}&tos_policies_value={customer.tos_value}"


def shown(customer: Customer) -> Shown:
    """Return a customer as reads show it."""
    sent = _READER.decode(customer.kept)
    basic = sent.basic_info
    return Shown(
        customer_id=customer.id,
        customer_status=customer.status,
        email=basic.email,
        first_name=basic.first_name,
        last_name=basic.last_name,
        verification_type=sent.verification_type,
        phone=basic.phone,
        country_of_residence=basic.country_of_residence,
        tos_policies_url=tos_url(customer),
        created_at=iso(customer.created),
        updated_at=iso(customer.updated),
        last_status_updated_at=iso(customer.status_updated),
        rejection_reason=customer.rejection_reason,
    )


def shown_by_v1(customer: Customer) -> ShownByV1:
    """Return a customer as reads of V1 show it."""
    return msgspec.convert(shown(customer), ShownByV1, from_attributes=True)


def created_data(customer: Customer) -> CreatedData:
    """Return what customer.created tells."""
    return msgspec.convert(shown(customer), CreatedData, from_attributes=True)


def status_data(customer: Customer) -> StatusData:
    """Return what customer.status tells."""
    return msgspec.convert(shown(customer), StatusData, from_attributes=True)
