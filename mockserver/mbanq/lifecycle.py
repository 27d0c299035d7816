"""The main status as a table of allowed pairs, and the commands that move it (004 "Onboarding Flow Context", facts 4.5)."""

from datetime import date

from mockserver.http import Request, Response, answer
from mockserver.mbanq import checks, errors
from mockserver.mbanq.checks import Member
from mockserver.mbanq.clients import ids
from mockserver.mbanq.errors import Reason
from mockserver.mbanq.model import Client, Status
from mockserver.tenants import Tenant

ALLOWED: frozenset[tuple[Status, Status]] = frozenset(
    {("Pending", "Active"), ("Pending", "Closed"), ("Pending", "Rejected"), ("Active", "Closed")}
)
ACTIVATE: dict[str, Member] = {
    "activationDate": Member(checks.day),
    "dateFormat": Member(checks.date_format, required=False),
    "locale": Member(checks.text(20), required=False),
    "isActivatedByManualReview": Member(checks.boolean, required=False),
    "manualReviewActivationComments": Member(checks.text(), required=False),
}
CLOSE: dict[str, Member] = {"closureDate": Member(checks.day, required=False), "dateFormat": Member(checks.date_format, required=False)}
ALREADY_ACTIVE = Reason("error.msg.clients.already.active", "Cannot activate client. Client is already active.", "activationDate")
NOT_VERIFIED = Reason("error.msg.client.not.verified", "Cannot activate client. Client is not verified.")


def activate(tenant: Tenant, client: Client, request: Request) -> Response:
    """Answer `?command=activate`: 200 and Active, 400 for the date, 403 if the client is active already or not verified."""
    body = checks.json_object(request)
    if isinstance(body, Response):
        return body
    if wrong := checks.problems("client", body, ACTIVATE):
        return errors.refusal(errors.INVALID, *wrong)
    if (client.status, "Active") not in ALLOWED:
        return errors.refusal(errors.DOMAIN_RULE, ALREADY_ACTIVE if client.status == "Active" else _barred(client, "activate"))
    reviewed = body.get("isActivatedByManualReview") is True
    if tenant.settings.enforce_verification is not False and not client.verified and not reviewed:
        return errors.refusal(errors.DOMAIN_RULE, NOT_VERIFIED)
    move(tenant, client, "Active", checks.day_of(body, "activationDate"))
    client.manual_review = (body.get("manualReviewActivationComments") or "") if reviewed else None
    return answer(200, ids(client))


def close(tenant: Tenant, client: Client, request: Request) -> Response:
    """Answer `?command=close`: 200 and Closed, 403 if the client is closed or rejected already."""
    body = checks.json_object(request)
    if isinstance(body, Response):
        return body
    if wrong := checks.problems("client", body, CLOSE):
        return errors.refusal(errors.INVALID, *wrong)
    if (client.status, "Closed") not in ALLOWED:
        return errors.refusal(errors.DOMAIN_RULE, _barred(client, "close"))
    move(tenant, client, "Closed", checks.day_of(body, "closureDate"))
    return answer(200, ids(client))


def move(tenant: Tenant, client: Client, status: Status, day: date | None = None) -> None:
    """Put a client into a status, on a day or today; the caller has checked the pair."""
    if client.status == status:
        return
    client.status = status
    client.history.append((status, tenant.clock.now()))
    if status == "Active":
        client.activated = day or tenant.clock.today()
    if status == "Closed":
        client.closed = day or tenant.clock.today()


def _barred(client: Client, command: str) -> Reason:
    return Reason(f"error.msg.clients.{command}.not.allowed", f"Cannot {command} client. Client is {client.status}.", args=(client.status,))
