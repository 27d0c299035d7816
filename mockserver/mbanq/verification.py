"""The gate of 004: what a client needs to be Verified, and the command that looks at it.

The reason codes are our own: 004 promises that there are some and publishes none.
"""

from datetime import date
from typing import get_args

from mockserver.http import Request, Response, answer
from mockserver.mbanq import catalogue, checks, errors
from mockserver.mbanq.checks import Member
from mockserver.mbanq.clients import ids, kyc_status
from mockserver.mbanq.errors import Reason
from mockserver.mbanq.model import Client, Demand, Identifier, KycType
from mockserver.tenants import Tenant

BODY: dict[str, Member] = {"kycVerificationType": Member(checks.word(get_args(KycType))), "note": Member(checks.text(), required=False)}
STRENGTH: dict[KycType | None, int] = {None: 0, "PARTIAL": 1, "FULL": 2}
NO_ADDRESS = "error.msg.client.primary.address.required", "A primary physical address is required."
NO_IDENTIFIER = "error.msg.client.identifier.required", "An identity document is required."
BAD_IDENTIFIER = "error.msg.client.identifier.not.valid", "None of the identity documents is valid: all are expired or inactive."
NO_EMAIL = "error.msg.client.email.required", "An email address is required."
BAD_EMAIL = "error.msg.client.email.not.verified", "The email address is not verified."
NO_MOBILE = "error.msg.client.mobile.required", "A mobile phone number is required."
BAD_MOBILE = "error.msg.client.mobile.not.verified", "The mobile phone number is not verified."
NO_FULL_ID = "error.msg.client.ssn.itin.or.physical.id.required", "FULL verification requires an SSN, an ITIN or a physical ID document."
NO_TAX_NUMBER = "error.msg.client.ssn.or.itin.required", "FULL verification requires an SSN or an ITIN."
NO_PHYSICAL_ID = "error.msg.client.physical.id.required", "FULL verification requires a physical ID document."
NOT_PENDING = "error.msg.client.verification.not.pending", "Only a client in status Pending can be verified."


def verify(tenant: Tenant, client: Client, request: Request) -> Response:
    """Answer `?command=verify`: 200 and Verified, 400 for the body, 403 with a reason for each thing that is missing."""
    body = checks.json_object(request)
    if isinstance(body, Response):
        return body
    if wrong := checks.problems("client", body, BODY):
        return errors.refusal(errors.INVALID, *wrong)
    kind: KycType = body["kycVerificationType"]
    if reasons := missing(client, kind, tenant.clock.today(), tenant.settings.full_demands or "any"):
        return errors.refusal(errors.DOMAIN_RULE, *reasons)
    approve(tenant, client, kind)
    return answer(200, {**ids(client), "data": {"clientKycStatus": kyc_status(client)}})


def approve(tenant: Tenant, client: Client, kind: KycType) -> None:
    """Set the sub-status Verified; a weaker verification does not take back a stronger one."""
    client.verified = True
    client.kyc_type = max(client.kyc_type, kind, key=STRENGTH.__getitem__)
    client.history.append((f"Verified ({kind})", tenant.clock.now()))


def missing(client: Client, kind: KycType, today: date, full_demands: Demand) -> list[Reason]:
    """Return what keeps a client from passing, in the order of 004."""
    if client.status != "Pending":
        return [Reason(*NOT_PENDING, args=(client.status,))]
    found = [_address(client), _identifier(client, today), _email(client), _mobile(client)]
    if kind == "FULL":
        found += _full(client, today, full_demands)
    return [Reason(*gap, args=(client.id,)) for gap in found if gap]


def valid_identifiers(client: Client, today: date) -> list[Identifier]:
    """Return the documents that count on a day."""
    return [each for each in client.identifiers if each.is_valid(today)]


def _full(client: Client, today: date, demands: Demand) -> list[tuple[str, str]]:
    kinds = [catalogue.IDENTIFIER_TYPES[each.type_id] for each in valid_identifiers(client, today)]
    tax, physical = any(kind.tax for kind in kinds), any(kind.physical for kind in kinds)
    if not tax and not physical:
        return [NO_FULL_ID]
    lacking = {NO_TAX_NUMBER: not tax, NO_PHYSICAL_ID: not physical}
    return [gap for gap, lacks in lacking.items() if lacks and demands == "all"]


def _address(client: Client) -> tuple[str, str] | None:
    return None if any(each.primary and each.physical and each.active for each in client.addresses) else NO_ADDRESS


def _identifier(client: Client, today: date) -> tuple[str, str] | None:
    if valid_identifiers(client, today):
        return None
    return BAD_IDENTIFIER if client.identifiers else NO_IDENTIFIER


def _email(client: Client) -> tuple[str, str] | None:
    if client.email is None:
        return NO_EMAIL
    return None if client.email_verified else BAD_EMAIL


def _mobile(client: Client) -> tuple[str, str] | None:
    if client.mobile is None:
        return NO_MOBILE
    return None if client.mobile_verified else BAD_MOBILE
