"""Other readings of what a client must have (004, core attributes and integration guidance)."""

from collections.abc import Callable
from copy import deepcopy

from mockserver.faulting import ABSENT, Body, Operation, edits_body, taken, told
from mockserver.http import Request, Response
from mockserver.mbanq import catalogue
from mockserver.mbanq.errors import Reason
from mockserver.mbanq.faults.builders import (
    client_of,
    is_activate,
    is_admitted,
    is_for_gap,
    is_verify,
    kind_of,
    refused,
    variant,
)
from mockserver.mbanq.model import Address, Client, KycType
from mockserver.mbanq.verification import NO_PHYSICAL_ID, valid_identifiers
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

NO_PROOF = "error.msg.client.proof.of.address.required", "A proof of address is required."
# What a client has that a lens may change for the time of one look.
SEEN = ("email", "mobile", "email_verified", "mobile_verified", "addresses", "identifiers")


def _sees(change: Callable[[Client, KycType], None]) -> OnRequest:
    """Let verification see a client as `change` makes it look."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        client, kind = client_of(tenant, request) if is_verify(request) else None, kind_of(request)
        if client is None or kind is None:
            return await call_next(request)
        before = {name: deepcopy(getattr(client, name)) for name in SEEN}
        change(client, kind)
        try:
            return await call_next(request)
        finally:
            if any(getattr(client, name) != value for name, value in before.items()):
                call_next.mark()
            for name, value in before.items():
                setattr(client, name, value)

    return on_request


def _demands(gap: tuple[str, str], lacks: Callable[[Tenant, Client, KycType], bool]) -> OnRequest:
    """Ask for one thing more, and name it beside what else is missing."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        client, kind = client_of(tenant, request) if is_verify(request) else None, kind_of(request)
        if client is None or kind is None or client.status != "Pending" or not lacks(tenant, client, kind):
            return await call_next(request)
        was = client.verified, client.kyc_type, len(client.history)
        response = await call_next(request)
        if taken(response):
            client.verified, client.kyc_type = was[:2]
            del client.history[was[2] :]
            return refused(gap, client)
        body = told(response)
        if not is_for_gap(response) or not is_admitted(tenant, request) or not isinstance(body.get("errors"), list):
            return response
        return response.with_json(body | {"errors": [*body["errors"], Reason(*gap, args=(client.id,)).shown()]})

    return on_request


def _without_setting(when: Operation, name: str, value: object) -> OnRequest:
    """Let a setting that was not given have another value."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if not when(request) or getattr(tenant.settings, name) is not None:
            return await call_next(request)
        setattr(tenant.settings, name, value)
        try:
            return await call_next(request)
        finally:
            setattr(tenant.settings, name, None)
            call_next.mark()

    return on_request


def _defaults_to(kind: KycType) -> OnRequest:
    def edit(_: Tenant, __: Request, body: Body) -> bool:
        missing = body.get("kycVerificationType", ABSENT) in (ABSENT, None)
        if missing:
            body["kycVerificationType"] = kind
        return missing

    return edits_body(is_verify, edit)


def _trusts_mobile(client: Client, _: KycType) -> None:
    client.mobile_verified = client.mobile_verified or client.mobile is not None


def _needs_no_address(client: Client, kind: KycType) -> None:
    if kind == "PARTIAL":
        client.addresses = [*client.addresses, Address(id=0)]


def _needs_no_mobile(client: Client, kind: KycType) -> None:
    if kind == "PARTIAL":
        client.mobile, client.mobile_verified = client.mobile or "0", True


def _is_full(_: Tenant, client: Client, kind: KycType) -> bool:
    return kind == "FULL" and not client.proof_of_address


def _is_partial(_: Tenant, client: Client, kind: KycType) -> bool:
    return kind == "PARTIAL" and not client.proof_of_address


def _has_only_ssn(tenant: Tenant, client: Client, kind: KycType) -> bool:
    types = {each.type_id for each in valid_identifiers(client, tenant.clock.today())}
    return kind == "PARTIAL" and types == {catalogue.SSN}


VARIANTS: tuple[Variant, ...] = (
    variant("trusts_mobile_numbers", "amb-mobile-verified", "asks for a mobile number and not that it is verified", _sees(_trusts_mobile)),
    variant("takes_no_type_for_full", "amb-type-required", "takes FULL where no type is given", _defaults_to("FULL")),
    variant("takes_no_type_for_partial", "amb-type-required", "takes PARTIAL where no type is given", _defaults_to("PARTIAL")),
    variant("partial_needs_no_address", "amb-partial", "asks for no address for PARTIAL", _sees(_needs_no_address)),
    variant("partial_needs_no_mobile", "amb-partial", "asks for no mobile number for PARTIAL", _sees(_needs_no_mobile)),
    variant(
        "full_needs_number_and_id",
        "amb-full-or-list",
        "asks for an SSN or ITIN and a physical ID for FULL, unless it is told what to ask for",
        _without_setting(is_verify, "full_demands", "all"),
    ),
    variant(
        "ssn_is_no_document",
        "amb-ssn-as-document",
        "asks for a physical ID beside an SSN for PARTIAL",
        _demands(NO_PHYSICAL_ID, _has_only_ssn),
    ),
    variant("full_needs_proof_of_address", "amb-proof-of-address", "asks for a proof of address for FULL", _demands(NO_PROOF, _is_full)),
    variant("partial_needs_proof_of_address", "amb-config", "asks for a proof of address for PARTIAL", _demands(NO_PROOF, _is_partial)),
    variant(
        "activates_unless_told",
        "amb-enforcement",
        "activates clients that are not verified, unless it is told to look",
        _without_setting(is_activate, "enforce_verification", False),
    ),
)
