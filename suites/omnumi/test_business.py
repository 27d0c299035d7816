from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, get, put
from strategies.omnumi import businesses as edits
from strategies.omnumi.businesses import business_users, nested, standard_business
from suites.omnumi.driver import Omnumi
from suites.omnumi.typed import Kind, filled, instant, instant_of, instant_or_null, of_texts, text, truth, uuid, wrong

ANSWER: dict[str, Kind] = {
    "domain": text,
    "business_user_name": text,
    "business_user_metadata": lambda value: isinstance(value, dict),
    "is_active": truth,
    "created_at": instant,
    "start_date": instant,
    "end_date": instant_or_null,
    "tenant_id": uuid,
}
ADDRESS_MEMBERS = ("address1", "city", "state", "isoCountryCode", "postalCode")
METADATA: dict[str, Kind] = {
    **dict.fromkeys(("email", "phone", "legal_name", "tax_id", "business_entity_name"), filled),
    "businessUserId": uuid,
    "businessUserMetadataId": uuid,
    "company_address": of_texts(*ADDRESS_MEMBERS),
}


def onboarded(omnumi: Omnumi, payload: Json) -> Exchange:
    """The answer to a request that must be taken."""
    return omnumi.expect(omnumi.onboard(payload), answers=["onboarded"])


def metadata(exchange: Exchange) -> dict[str, Json]:
    """The metadata of the business user in the answer."""
    found: dict[str, Json] = exchange.data["business_user_metadata"]
    return found


@rule("omnumi/business-sample-accepted")
@given(payload=business_users())
def test_business_sample_accepted(omnumi: Omnumi, payload: Json) -> None:
    """A full request of the shown shape is onboarded."""
    onboarded(omnumi, payload)


@rule("omnumi/business-message")
@given(payload=business_users())
def test_business_message(omnumi: Omnumi, payload: Json) -> None:
    """The message of a success is fixed."""
    omnumi.expect(omnumi.onboard(payload))


@rule("omnumi/business-answer-members")
@given(payload=business_users())
def test_business_answer_members(omnumi: Omnumi, payload: Json) -> None:
    """The members of the answer are there under their names, and typed as shown."""
    exchange = onboarded(omnumi, payload)
    if problems := wrong(exchange.data, ANSWER):
        raise omnumi.breach("; ".join(problems), exchange)


@rule("omnumi/business-metadata-members")
@given(payload=business_users())
def test_business_metadata_members(omnumi: Omnumi, payload: Json) -> None:
    """The members of the metadata are there under their names, and typed as shown."""
    exchange = onboarded(omnumi, payload)
    if problems := wrong(metadata(exchange), METADATA):
        raise omnumi.breach("; ".join(problems), exchange)


def folded(value: Json) -> Json:
    """The text without regard to case."""
    return value.casefold() if isinstance(value, str) else value


def digits(value: Json) -> Json:
    """The digits of the text."""
    return re.sub(r"\D", "", value) if isinstance(value, str) else value


def as_address(value: Json) -> Json:
    """The members of an address."""
    return {name: value.get(name) for name in ADDRESS_MEMBERS} if isinstance(value, dict) else value


ECHOES: dict[str, tuple[str, Callable[[Json], Json]]] = {
    "domain": ("domain", folded),
    "business_user_name": ("businessUserName", folded),
    "business_user_metadata.email": ("businessUserEmail", folded),
    "business_user_metadata.legal_name": ("businessUserLegalName", folded),
    "business_user_metadata.tax_id": ("taxId", digits),
    "business_user_metadata.phone": ("phoneNumber", digits),
    "business_user_metadata.business_entity_name": ("businessEntityName", folded),
    "business_user_metadata.company_address": ("businessUserAddress", as_address),
}
"""Members of the answer, what they come from, and what of both must be the same."""


@rule("omnumi/business-echoes")
@pytest.mark.parametrize("shown", ECHOES)
@given(payload=business_users())
def test_business_echoes(omnumi: Omnumi, shown: str, payload: Json) -> None:
    """The answer shows what was sent, each member from its own."""
    exchange = onboarded(omnumi, payload)
    sent, alike = ECHOES[shown]
    told = get(exchange.data, shown)
    if alike(told) != alike(exchange.sent[sent]):
        raise omnumi.breach(f"{sent} was {exchange.sent[sent]!r}, and {shown} is {told!r}", exchange)


@rule("omnumi/business-new-is-active")
@given(payload=business_users())
def test_business_new_is_active(omnumi: Omnumi, payload: Json) -> None:
    """A new business user is active."""
    exchange = onboarded(omnumi, payload)
    if exchange.data.get("is_active") is not True:
        raise omnumi.breach(f"a new business user has is_active {exchange.data.get('is_active')!r}", exchange)


@rule("omnumi/business-tenant-is-callers")
def test_business_tenant_is_callers(omnumi: Omnumi) -> None:
    """The tenant of the answer is the caller's."""
    told = [onboarded(client, standard_business()) for client in (omnumi, omnumi, omnumi.second())]
    tenants = [exchange.data.get("tenant_id") for exchange in told]
    mine = omnumi.sandbox.credentials.tenant_id
    if tenants[0] != tenants[1] or tenants[2] == tenants[0] or (mine and tenants[0] != mine):
        raise omnumi.breach(f"ours show the tenants {tenants[0]} and {tenants[1]}, another tenant's {tenants[2]}", *told)


@rule("omnumi/business-ids-unique")
@given(payload=business_users())
def test_business_ids_unique(omnumi: Omnumi, payload: Json) -> None:
    """No two business users have one id."""
    told = [onboarded(omnumi, payload), onboarded(omnumi, standard_business())]
    ids = [metadata(exchange)["businessUserId"] for exchange in told]
    if ids[0] == ids[1]:
        raise omnumi.breach(f"two business users have the id {ids[0]}", *told)


@rule("omnumi/business-created-at-plausible")
def test_business_created_at_plausible(omnumi: Omnumi) -> None:
    """The time of creation is that of the request."""
    client = omnumi.own_time()
    for _ in range(2):
        client.pass_an_hour()
        start = client.sandbox.now()
        exchange = onboarded(client, standard_business())
        at = instant_of(str(exchange.data.get("created_at")))
        skew = dt.timedelta(minutes=2)
        if at is None or not start - skew <= at <= client.sandbox.now() + skew:
            raise omnumi.breach(f"onboarded at {start.isoformat()}, and created_at is {exchange.data.get('created_at')!r}", exchange)


@rule("omnumi/business-entity-id-accepted")
@pytest.mark.parametrize("entity", ["BE-10001", "0017", "entity of the register"])
def test_business_entity_id_accepted(omnumi: Omnumi, entity: str) -> None:
    """The added businessEntityId is taken."""
    onboarded(omnumi, put("businessEntityId", entity, name="entity")(standard_business()))


@rule("omnumi/business-entity-id-optional")
@given(payload=business_users())
def test_business_entity_id_optional(omnumi: Omnumi, payload: Json) -> None:
    """A request of the release before, without businessEntityId, still works."""
    onboarded(omnumi, edits.WITHOUT_ENTITY_ID(payload))


@rule("omnumi/business-tax-id-accepted")
@pytest.mark.parametrize("tax_id", ["012-34-5678", "123456789", "12-3456789"])
def test_business_tax_id_accepted(omnumi: Omnumi, tax_id: str) -> None:
    """The added taxId is taken."""
    onboarded(omnumi, put("taxId", tax_id, name="tax-id")(standard_business()))


@rule("omnumi/business-old-tax-id-accepted")
@given(payload=business_users())
def test_business_old_tax_id_accepted(omnumi: Omnumi, payload: Json) -> None:
    """The deprecated taxIdNumber alone still works."""
    onboarded(omnumi, edits.WITH_OLD_TAX_ID(payload))


@rule("omnumi/business-both-tax-ids-accepted")
@given(payload=business_users())
def test_business_both_tax_ids_accepted(omnumi: Omnumi, payload: Json) -> None:
    """Both taxId and taxIdNumber may be sent, and taxId is the one that counts."""
    exchange = onboarded(omnumi, edits.WITH_BOTH_TAX_IDS(payload))
    if digits(metadata(exchange).get("tax_id")) != digits(exchange.sent["taxId"]):
        raise omnumi.breach(f"tax_id is {metadata(exchange).get('tax_id')!r}, not the taxId that was sent", exchange)


@rule("omnumi/business-new-fields-typed")
@pytest.mark.parametrize("edit", edits.NEW_FIELDS_OTHERWISE, ids=lambda edit: edit.name)
def test_business_new_fields_typed(omnumi: Omnumi, edit: Edit) -> None:
    """A number or an object as taxId or businessEntityId is refused, or kept digit by digit."""
    exchange = omnumi.expect(omnumi.onboard(edit(standard_business())))
    if exchange.status == 201 and digits(str(exchange.sent["taxId"])) != digits(metadata(exchange).get("tax_id")):
        raise omnumi.breach(f"taxId {exchange.sent['taxId']!r} became {metadata(exchange).get('tax_id')!r}", exchange)


@rule("omnumi/business-document-type-text-accepted")
@pytest.mark.parametrize("kind", ["1", "2", "8"])
def test_business_document_type_text_accepted(omnumi: Omnumi, kind: str) -> None:
    """The type of a document may be a digit as text."""
    onboarded(omnumi, put("incorporationDocs.documentType", kind, name=f"type-{kind}")(standard_business()))


@rule("omnumi/business-owner-nesting-accepted")
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_business_owner_nesting_accepted(omnumi: Omnumi, depth: int) -> None:
    """Owners may have owners."""
    onboarded(omnumi, put("entityBeneficialOwners", [nested(depth)], name=f"{depth}-deep")(standard_business()))


@rule("omnumi/business-secret-not-echoed")
@given(payload=business_users())
def test_business_secret_not_echoed(omnumi: Omnumi, payload: Json) -> None:
    """Documents, bank verification numbers and the client token are not in the answer."""
    secrets = {"bankVerificationNumber": "bnk-secret-7731", "clientToken": "CLT-secret-5512"}
    exchange = onboarded(omnumi, {**payload, **secrets})
    content = str(exchange.sent["incorporationDocs"]["content"])
    told = [name for name, word in {**secrets, "content": content[-40:]}.items() if word in exchange.text]
    told += ["bvn"] if str(exchange.sent["controlPersons"]["bvn"]) in exchange.text else []
    if told:
        raise omnumi.breach(f"the answer holds {', '.join(told)}", exchange)


@rule("omnumi/amb-business-lowercase")
def test_amb_business_lowercase(omnumi: Omnumi) -> None:
    """The answer of the sample has the name in small letters."""
    exchange = onboarded(omnumi, standard_business())
    name = str(exchange.data["business_user_name"])
    omnumi.observe("as-sent" if name == exchange.sent["businessUserName"] else "lower-case" if name.islower() else "other")


@rule("omnumi/amb-business-end-date")
def test_amb_business_end_date(omnumi: Omnumi) -> None:
    """The end date of the sample is the start date."""
    exchange = onboarded(omnumi, standard_business())
    start, end = (instant_of(str(exchange.data.get(name))) for name in ("start_date", "end_date"))
    if start and end and end < start:
        raise omnumi.breach("the end date lies before the start date", exchange)
    omnumi.observe("no-end" if end is None else "same-as-start" if end == start else "later")
