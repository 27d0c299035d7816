"""Onboarding of business users (003 business user): the checks that a tenant's own uniqueness needs, and the answer."""

from collections.abc import Iterable
from typing import Any

from mockserver.http import Response, answer
from mockserver.omnumi import forms
from mockserver.omnumi.errors import Entry, onboarding
from mockserver.omnumi.model import BusinessUser, Data
from mockserver.omnumi.values import stamp
from mockserver.tenants import Tenant

ONBOARDED = "Business user onboarded successfully"
INVALID = Entry("onboard", "error")
DOMAIN = Entry("Duplicate", "Business domain already exists")
EMAIL = Entry("Duplicate", "Business user is already registered with provided email id")
CONTROL_PERSON = Entry("Duplicate", "Business's control person is already registered with provided email id")
NAME = Entry("onboard", "Business name already exists")
FAILURES = {
    "account": Entry("onboard", "Not able to create account"),
    "identity": Entry("onboard/Identity", "The identity service made no identity"),
    "business": Entry("onboard", "Not able to onboard business"),
}
# What is kept of a request: none of its documents and secrets.
KEPT = (
    "domain",
    "businessUserName",
    "businessUserLegalName",
    "businessUserEmail",
    "phoneNumber",
    "taxId",
    "taxIdNumber",
    "businessEntityName",
    "businessEntityId",
    "businessUserAddress",
)


def onboard(tenant: Tenant, body: dict[str, Any]) -> Response:
    """Answer `POST /tenant/business-user`: 201, or 400 with the first entry that fits."""
    flaw = forms.flaw(body)
    if flaw:
        return onboarding(INVALID, flaw)
    data: Data = tenant.data
    taken = next(iter(duplicates(data.business_users, body)), None)
    failing = FAILURES.get(data.onboarding_failing or "")
    if taken or failing:
        return onboarding(taken or failing or INVALID)
    kept = {name: body[name] for name in KEPT if body.get(name) is not None}
    emails = [email.lower() for email in control_emails(body)]
    made = BusinessUser(id=tenant.new_id(), metadata_id=tenant.new_id(), body=kept, control_emails=emails, created=tenant.clock.now())
    data.business_users.append(made)
    return answer(201, {"data": shown(tenant, made), "message": ONBOARDED})


def duplicates(known: list[BusinessUser], body: dict[str, Any]) -> Iterable[Entry]:
    """Yield what of a request is taken already; case makes no difference."""
    for name, entry in (("domain", DOMAIN), ("businessUserEmail", EMAIL)):
        if body[name].lower() in {each.body[name].lower() for each in known}:
            yield entry
    if {email.lower() for email in control_emails(body)} & {email for each in known for email in each.control_emails}:
        yield CONTROL_PERSON
    if body["businessUserName"].lower() in {each.body["businessUserName"].lower() for each in known}:
        yield NAME


def control_emails(body: dict[str, Any]) -> list[str]:
    """Return the e-mail addresses of all control persons, those of owners and their owners too."""
    found: list[str] = []
    entities = [body]
    while entities:
        entity = entities.pop()
        persons = entity.get("controlPersons") or []
        found += [person["emailAddress"] for person in ([persons] if isinstance(persons, dict) else persons) if person.get("emailAddress")]
        entities += entity.get("entityBeneficialOwners") or []
    return found


def shown(tenant: Tenant, made: BusinessUser) -> dict[str, Any]:
    """Return a business user as its onboarding shows it; names in lower case, as in the sample."""
    body, at = made.body, stamp(made.created)
    metadata = {
        "email": body["businessUserEmail"],
        "phone": body.get("phoneNumber"),
        "legal_name": body["businessUserLegalName"].lower(),
        "tax_id": body.get("taxId", body.get("taxIdNumber")),
        "businessUserId": made.id,
        "businessUserMetadataId": made.metadata_id,
        "business_entity_name": body.get("businessEntityName"),
        "company_address": body.get("businessUserAddress"),
    }
    return {
        "domain": body["domain"],
        "business_user_name": body["businessUserName"].lower(),
        "business_user_metadata": metadata,
        "is_active": True,
        "created_at": at,
        "start_date": at,
        "end_date": at,
        "tenant_id": tenant.data.tenant_id,
    }
