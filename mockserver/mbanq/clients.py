"""Creating, reading and listing clients (004 "Onboarding Flow Context"; bodies and answers from facts 4.2, 4.4 and 4.7)."""

from typing import Any

from mockserver.http import Request, Response, answer
from mockserver.mbanq import catalogue, checks, dates, errors
from mockserver.mbanq.checks import Member, number
from mockserver.mbanq.model import Client, Profile
from mockserver.tenants import Tenant

PAGE = 200
APPROVED, PENDING = "APPROVED", "PENDING"
# Lengths as the family has them.
CREATE: dict[str, Member] = {
    "firstname": Member(checks.text(50)),
    "lastname": Member(checks.text(50)),
    "middlename": Member(checks.text(50), required=False),
    "dob": Member(checks.day),
    "dateOfBirth": Member(checks.day),
    "genderId": Member(checks.option(catalogue.GENDERS)),
    "officeId": Member(checks.option(catalogue.OFFICES)),
    "legalFormId": Member(checks.option(catalogue.LEGAL_FORMS)),
    "mobileCountryCode": Member(checks.text(10)),
    "mobileNo": Member(checks.text(50)),
    "emailAddress": Member(checks.email),
    "externalId": Member(checks.text(100), required=False),
    "locale": Member(checks.text(20)),
    "dateFormat": Member(checks.date_format),
    "submittedOnDate": Member(checks.day),
}


def create(tenant: Tenant, request: Request) -> Response:
    """Answer `POST /v1/clients`: 200 with the number of a Pending client, 400 with a reason for each broken member."""
    body = checks.json_object(request)
    if isinstance(body, Response):
        return body
    if wrong := checks.problems("client", body, CREATE):
        return errors.refusal(errors.INVALID, *wrong)
    client = register(tenant, _profile(body), body["emailAddress"], body["mobileCountryCode"], body["mobileNo"])
    return answer(200, ids(client))


def _profile(body: dict[str, Any]) -> Profile:
    submitted = checks.day_of(body, "submittedOnDate")
    assert submitted is not None
    return Profile(
        firstname=body["firstname"],
        lastname=body["lastname"],
        middlename=body.get("middlename"),
        birth=checks.day_of(body, "dateOfBirth"),
        gender_id=number(body["genderId"]),
        office_id=number(body["officeId"]) or 0,
        legal_form_id=number(body["legalFormId"]) or 0,
        external_id=body.get("externalId"),
        submitted=submitted,
    )


def register(tenant: Tenant, profile: Profile, email: str | None, country_code: str | None, mobile: str | None) -> Client:
    """Keep a new client under the next number; nothing of it is verified."""
    tenant.data.last_client += 1
    client = Client(id=tenant.data.last_client, profile=profile, email=email, mobile=mobile, mobile_country_code=country_code)
    client.history = [("Pending", tenant.clock.now())]
    tenant.data.clients[client.id] = client
    return client


def ids(client: Client, resource: int | None = None) -> dict[str, int]:
    """Return the numbers that answers to writes carry; `resource` is what was written, if it is not the client."""
    return {"officeId": client.profile.office_id, "clientId": client.id, "resourceId": client.id if resource is None else resource}


def template(_: Tenant, __: Request) -> Response:
    """Answer `GET /v1/clients/template`: the options of a create request."""
    return answer(200, catalogue.client_template())


def read(_: Tenant, client: Client, __: Request) -> Response:
    """Answer `GET /v1/clients/{id}`."""
    return answer(200, shown(client))


def verification_status(_: Tenant, client: Client, __: Request) -> Response:
    """Answer `GET /v1/clients/{id}/verificationstatus`: one of the published words (facts 4.4; the members are not published)."""
    return answer(200, {"clientId": client.id, "status": kyc_status(client)})


def listing(tenant: Tenant, request: Request) -> Response:
    """Answer `GET /v1/clients`: a page from `offset`, of `limit` clients, all of them where that is 0 or less (facts 4.7)."""
    offset, limit = _count(request, "offset", 0), _count(request, "limit", PAGE)
    rows = list(tenant.data.clients.values())
    page = rows[max(offset, 0) :]
    page = page[:limit] if limit > 0 else page
    return answer(200, {"totalFilteredRecords": len(rows), "pageItems": [shown(client) for client in page]})


def _count(request: Request, name: str, usual: int) -> int:
    try:
        return int(request.parameter(name) or usual)
    except ValueError:
        return usual


def kyc_status(client: Client) -> str:
    """Return the word for what verification has come to."""
    return APPROVED if client.verified else PENDING


def shown(client: Client) -> dict[str, Any]:
    """Return a client as reads show it; what is not set is left out."""
    profile = client.profile
    number, code = catalogue.STATUS_CODES[client.status]
    state = {"status": {"id": number, "code": code, "value": client.status}, "subStatus": _sub_status(client)}
    names = [profile.firstname, profile.middlename, profile.lastname]
    known = {
        "id": client.id,
        "accountNo": f"{client.id:09d}",
        "externalId": profile.external_id,
        **state,
        "active": client.status == "Active",
        "activationDate": dates.shown(client.activated) if client.activated else None,
        "clientVerificationStatus": kyc_status(client),
        "firstname": profile.firstname,
        "middlename": profile.middlename,
        "lastname": profile.lastname,
        "displayName": " ".join(name for name in names if name),
        "emailAddress": client.email,
        "mobileCountryCode": client.mobile_country_code,
        "mobileNo": client.mobile,
        "dateOfBirth": dates.shown(profile.birth) if profile.birth else None,
        "gender": {"id": profile.gender_id, "name": catalogue.GENDERS[profile.gender_id]} if profile.gender_id else None,
        "officeId": profile.office_id,
        "officeName": catalogue.OFFICES[profile.office_id],
        "legalForm": catalogue.legal_form(profile.legal_form_id),
        "timeline": _timeline(client),
    }
    return {name: value for name, value in known.items() if value is not None}


def _sub_status(client: Client) -> dict[str, Any]:
    unset = {"active": False, "mandatory": False, "systemDefined": False}
    verified = {"id": catalogue.VERIFIED_ID, "name": "Verified", "active": True, "mandatory": False, "systemDefined": True}
    return verified if client.verified else unset


def _timeline(client: Client) -> dict[str, Any]:
    days = {"submittedOnDate": client.profile.submitted, "activatedOnDate": client.activated, "closedOnDate": client.closed}
    return {name: dates.shown(day) for name, day in days.items() if day}
