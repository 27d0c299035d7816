"""Identity documents of a client (004 "Add Documents/Identifiers"; facts 4.3)."""

from typing import Any

from mockserver.http import Request, Response, answer
from mockserver.mbanq import catalogue, checks, dates, errors
from mockserver.mbanq.checks import Member, number
from mockserver.mbanq.clients import ids
from mockserver.mbanq.errors import Reason
from mockserver.mbanq.model import Client, Identifier
from mockserver.tenants import Tenant

UPDATE: dict[str, Member] = {
    "documentTypeId": Member(checks.option(catalogue.IDENTIFIER_TYPES), required=False),
    "documentKey": Member(checks.matching("[0-9]{1,50}", "is.invalid", "must be digits"), required=False),
    "status": Member(checks.word(("Active", "Inactive")), required=False),
    "issuedDate": Member(checks.day, required=False),
    "expiryDate": Member(checks.day, required=False),
    "issuedBy": Member(checks.text(), required=False),
    "description": Member(checks.text(), required=False),
    "nationality": Member(lambda value, _: None if number(value) is not None else ("is.invalid", "must be an id"), required=False),
    "locale": Member(checks.text(20), required=False),
    "dateFormat": Member(checks.date_format, required=False),
}
NEEDED = ("documentTypeId", "documentKey", "status")
CREATE = {name: Member(member.check, required=name in NEEDED) for name, member in UPDATE.items()}
CREATE_DATED = {**CREATE, "issuedDate": Member(checks.day)}


def template(_: Tenant, __: Client, ___: Request) -> Response:
    """Answer `GET /v1/clients/{id}/identifiers/template`: the types that are allowed."""
    return answer(200, catalogue.identifier_template())


def add(tenant: Tenant, client: Client, request: Request) -> Response:
    """Answer `POST /v1/clients/{id}/identifiers`: 200 with the document's number, 400, or 403 for one that is there already."""
    body = checks.json_object(request)
    if isinstance(body, Response):
        return body
    kind = catalogue.IDENTIFIER_TYPES.get(number(body.get("documentTypeId")) or 0)
    if wrong := checks.problems("clientIdentifier", body, CREATE_DATED if kind is None or kind.dated else CREATE):
        return errors.refusal(errors.INVALID, *wrong)
    fields = _fields(body)
    if refused := _duplicate(client, fields["type_id"], fields["key"]):
        return refused
    tenant.data.last_identifier += 1
    identifier = Identifier(id=tenant.data.last_identifier, **fields)
    client.identifiers.append(identifier)
    client.added.append("identifier")
    return answer(200, ids(client, identifier.id))


def listing(_: Tenant, client: Client, __: Request) -> Response:
    """Answer `GET /v1/clients/{id}/identifiers`."""
    return answer(200, [shown(client, each) for each in client.identifiers])


def read(_: Tenant, client: Client, identifier: Identifier, __: Request) -> Response:
    """Answer `GET /v1/clients/{id}/identifiers/{identifierId}`."""
    return answer(200, shown(client, identifier))


def update(_: Tenant, client: Client, identifier: Identifier, request: Request) -> Response:
    """Answer `PUT /v1/clients/{id}/identifiers/{identifierId}`: 200 with what was changed."""
    body = checks.json_object(request)
    if isinstance(body, Response):
        return body
    if wrong := checks.problems("clientIdentifier", body, UPDATE):
        return errors.refusal(errors.INVALID, *wrong)
    fields = _fields(body)
    type_id, key = fields.get("type_id", identifier.type_id), fields.get("key", identifier.key)
    if (type_id, key) != (identifier.type_id, identifier.key) and (refused := _duplicate(client, type_id, key)):
        return refused
    for name, value in fields.items():
        setattr(identifier, name, value)
    changes = {name: body[name] for name in UPDATE if body.get(name) not in (None, "")}
    return answer(200, {**ids(client, identifier.id), "changes": changes})


def remove(_: Tenant, client: Client, identifier: Identifier, __: Request) -> Response:
    """Answer `DELETE /v1/clients/{id}/identifiers/{identifierId}`."""
    client.identifiers.remove(identifier)
    return answer(200, ids(client, identifier.id))


def shown(client: Client, identifier: Identifier) -> dict[str, Any]:
    """Return a document as reads show it."""
    kind = {"id": identifier.type_id, "name": catalogue.IDENTIFIER_TYPES[identifier.type_id].name}
    known = {
        "id": identifier.id,
        "clientId": client.id,
        "documentType": kind,
        "documentKey": identifier.key,
        "status": f"clientIdentifierStatusType.{identifier.status.lower()}",
        "issuedDate": dates.shown(identifier.issued) if identifier.issued else None,
        "expiryDate": dates.shown(identifier.expires) if identifier.expires else None,
        "issuedBy": identifier.issued_by,
        "description": identifier.description,
    }
    return {name: value for name, value in known.items() if value is not None}


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    found = {
        "type_id": number(body.get("documentTypeId")),
        "key": body.get("documentKey"),
        "status": body.get("status"),
        "issued": checks.day_of(body, "issuedDate"),
        "expires": checks.day_of(body, "expiryDate"),
        "issued_by": body.get("issuedBy"),
        "description": body.get("description"),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _duplicate(client: Client, type_id: int, key: str) -> Response | None:
    if not any((each.type_id, each.key) == (type_id, key) for each in client.identifiers):
        return None
    name = catalogue.IDENTIFIER_TYPES[type_id].name
    text = f"Client identifier of type {name} with value of {key} already exists."
    return errors.refusal(errors.DOMAIN_RULE, Reason("error.msg.clientIdentifier.identityKey.duplicate", text, args=(name, key)))
