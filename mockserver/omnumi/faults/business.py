"""Servers that onboard business users wrongly (003 business user)."""

import asyncio
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Body, blank_text, is_a, sent, spots, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi import business, forms
from mockserver.omnumi.errors import Entry, onboarding
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    PAUSE,
    Scene,
    before,
    fault,
    in_scene,
    is_admitted,
    is_business,
)
from mockserver.omnumi.model import BusinessUser, Data
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

PAGE = Response(400, {"content-type": "text/html"}, b"<html><body>Bad Request</body></html>")
TAKEN = (
    ("domain", business.DOMAIN),
    ("email", business.EMAIL),
    ("control-person", business.CONTROL_PERSON),
    ("name", business.NAME),
)


def onboards(scene: Scene, **other: Any) -> Response:
    """Onboard a business user without a look; `other` are members in the place of those sent."""
    body = {**scene.body, **other}
    body |= {name: str(body.get(name) or "") for name in forms.REQUIRED}
    kept = {name: body[name] for name in business.KEPT if body.get(name) is not None}
    tenant = scene.tenant
    made = BusinessUser(id=tenant.new_id(), metadata_id=tenant.new_id(), body=kept, control_emails=[], created=tenant.clock.now())
    tenant.data.business_users.append(made)
    return answer(201, {"data": business.shown(tenant, made), "message": business.ONBOARDED})


def _says(response: Response, entry: Entry) -> bool:
    return response.status == 400 and entry.message.encode() in response.body


def _despite(entry: Entry, do: Callable[[Scene], Response | None] = onboards) -> OnRequest:
    return in_scene(is_business, lambda scene: do(scene) if _says(scene.response, entry) else None)


def _is_invalid(scene: Scene) -> bool:
    return scene.response.status == 400 and bool(scene.body) and not any(_says(scene.response, entry) for _, entry in TAKEN)


def _invalid(path: str, test: Callable[[Any], object], do: Callable[[Scene], Response | None] = onboards) -> OnRequest:
    """Onboard all the same where a member is at fault, wherever in the form it stands."""

    def make(scene: Scene) -> Response | None:
        return do(scene) if _is_invalid(scene) and any(test(spot.value) for spot in _deep(scene.body, path)) else None

    return in_scene(is_business, make)


def _deep(value: Any, name: str) -> list[Any]:
    """Return all places of a name in a form."""
    if isinstance(value, list):
        return [spot for each in value for spot in _deep(each, name)]
    if not isinstance(value, dict):
        return []
    return [*spots(value, name), *(spot for each in value.values() for spot in _deep(each, name))]


def refuses(test: Callable[[Body], object]) -> OnRequest:
    """Refuse requests for which a test holds."""
    return before(is_business, lambda _, request: onboarding(business.INVALID) if test(sent(request) or {}) else None)


def _breaks(test: Callable[[Body], object]) -> OnRequest:
    return before(is_business, lambda _, request: failed() if test(sent(request) or {}) else None)


def _whole(scene: Scene) -> Response | None:
    """Onboard once more what was onboarded word for word."""
    same = any(
        made.body["domain"] == scene.body.get("domain")
        and made.body["businessUserEmail"] == scene.body.get("businessUserEmail")
        and made.body["businessUserName"] == scene.body.get("businessUserName")
        for made in scene.tenant.data.business_users
    )
    return onboards(scene) if same else None


def _spelled_otherwise(scene: Scene) -> Response | None:
    known = {made.body["domain"] for made in scene.tenant.data.business_users}
    return failed() if scene.body.get("domain") not in known else None


async def _burns(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take domain and name for used once a request with them was refused."""
    burnt: set[str] = tenant.memory.setdefault("burns_domains", set())
    body = (sent(request) or {}) if is_business(request) else {}
    domain = str(body.get("domain")).lower()
    if domain in burnt:
        return onboarding(business.DOMAIN)
    response = await call_next(request)
    if is_business(request) and response.status == 400 and body.get("domain"):
        burnt.add(domain)
    return response


async def _keeps_mails(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take the e-mail addresses for used once a request with them was refused."""
    burnt: set[str] = tenant.memory.setdefault("burns_mails", set())
    body = (sent(request) or {}) if is_business(request) else {}
    email = str(body.get("businessUserEmail")).lower()
    if email in burnt:
        return onboarding(business.EMAIL)
    response = await call_next(request)
    if is_business(request) and response.status == 400 and body.get("businessUserEmail"):
        burnt.add(email)
    return response


def _races(name: str, entry: Entry) -> OnRequest:
    """Look whether a value is taken, think a little, and then onboard without another look."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = (sent(request) or {}) if is_business(request) and is_admitted(tenant, request) else {}
        wanted = str(body.get(name)).lower()
        data: Data = tenant.data
        free = (
            bool(body.get(name)) and forms.flaw(body) is None and not any(made.body[name].lower() == wanted for made in data.business_users)
        )
        if not free:
            return await call_next(request)
        await asyncio.sleep(PAUSE)
        response = await call_next(request)
        return onboards(Scene(tenant, request, body, response)) if _says(response, entry) else response

    return on_request


def _numbers_lose_zeros(name: str) -> Callable[[Scene], Response | None]:
    def do(scene: Scene) -> Response | None:
        return onboards(scene, **{name: "1"})

    return do


def _deeper(body: Body) -> bool:
    return any(entity.get("entityBeneficialOwners") for entity in body.get("entityBeneficialOwners") or () if isinstance(entity, dict))


def _digit_text(body: Body) -> bool:
    return any(isinstance(spot.value, str) for spot in _deep(body, "documentType"))


def _old_tax_id_counts(scene: Scene) -> Response | None:
    if not taken(scene.response) or not scene.body.get("taxId") or not scene.body.get("taxIdNumber"):
        return None
    body = told(scene.response)
    body["data"]["business_user_metadata"]["tax_id"] = scene.body["taxIdNumber"]
    return scene.response.with_json(body)


def _refused(make: Callable[[Response], Response], test: Callable[[Scene], object] = bool) -> OnRequest:
    return in_scene(is_business, lambda scene: make(scene.response) if scene.response.status == 400 and test(scene) else None)


def _account_failure(make: Callable[[Scene], Response | None]) -> OnRequest:
    return in_scene(
        is_business,
        lambda scene: (
            make(scene) if scene.tenant.data.onboarding_failing and scene.response.status == 400 and not forms.flaw(scene.body) else None
        ),
    )


def _placeholder(response: Response) -> Response:
    return onboarding(Entry("Duplicate", "publicMint.errors[0].message")) if any(_says(response, entry) for _, entry in TAKEN) else response


def _is_unknown_country(value: object) -> bool:
    return isinstance(value, str) and forms.country(value) is not None


def _is_bad_type(value: object) -> bool:
    return value is not ABSENT and value is not None and forms.document_type(value) is not None


def _is_bad_share(value: object) -> bool:
    return value is not ABSENT and value is not None and forms.percentage(value) is not None


def _is_bad_email(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and forms.email(value) is not None


def _is_number(value: object) -> bool:
    return is_a(int)(value) or is_a(float)(value) or is_a(dict)(value)


FAULTS: tuple[Fault, ...] = (
    fault(
        "refuses_entity_ids", "business-entity-id-accepted", "refuses a businessEntityId", refuses(lambda body: "businessEntityId" in body)
    ),
    fault(
        "wants_entity_ids",
        "business-entity-id-optional",
        "answers 500 without a businessEntityId",
        _breaks(lambda body: bool(body) and "businessEntityId" not in body),
    ),
    fault("refuses_tax_ids", "business-tax-id-accepted", "refuses a taxId", refuses(lambda body: "taxId" in body)),
    fault(
        "breaks_down_on_old_tax_ids",
        "business-old-tax-id-accepted",
        "answers 500 to a taxIdNumber alone",
        _breaks(lambda body: "taxIdNumber" in body and "taxId" not in body),
    ),
    fault(
        "breaks_down_on_both_tax_ids",
        "business-both-tax-ids-accepted",
        "answers 500 to taxId beside taxIdNumber",
        _breaks(lambda body: "taxIdNumber" in body and "taxId" in body),
    ),
    fault(
        "keeps_the_old_tax_id",
        "business-both-tax-ids-accepted",
        "shows taxIdNumber where taxId stands beside it",
        in_scene(is_business, _old_tax_id_counts),
    ),
    fault(
        "alters_tax_ids",
        "business-new-fields-typed",
        "takes a number as taxId and shows another",
        _invalid("taxId", _is_number, _numbers_lose_zeros("taxId")),
    ),
    fault(
        "breaks_down_on_tax_ids",
        "business-new-fields-typed",
        "answers 500 to a number or an object as taxId",
        _invalid("taxId", _is_number, lambda _: failed()),
    ),
    fault(
        "breaks_down_on_entity_ids",
        "business-new-fields-typed",
        "answers 500 to a number or an object as businessEntityId",
        _invalid("businessEntityId", _is_number, lambda _: failed()),
    ),
    fault("wants_numbers_of_documents", "business-document-type-text-accepted", "refuses a document type as text", refuses(_digit_text)),
    fault("breaks_down_on_owners_of_owners", "business-owner-nesting-accepted", "answers 500 to owners of owners", _breaks(_deeper)),
    fault(
        "takes_faulty_businesses",
        "business-bad-request-400",
        "onboards business users with faulty data",
        in_scene(is_business, lambda scene: onboards(scene) if _is_invalid(scene) else None),
    ),
    fault(
        "answers_500_to_faulty_businesses",
        "business-bad-request-400",
        "answers 500 to faulty data",
        in_scene(is_business, lambda scene: failed() if _is_invalid(scene) else None),
    ),
    *(
        fault(
            f"breaks_down_on_blank_{name}",
            f"business-blank-{name.lower()}",
            f"answers 500 to blank text as {name}",
            _invalid(name, blank_text, lambda _: failed()),
        )
        for name in forms.REQUIRED
    ),
    fault(
        "takes_any_mail", "business-bad-email-refused", "takes any text as an e-mail address", _invalid("businessUserEmail", _is_bad_email)
    ),
    fault(
        "breaks_down_on_unknown_countries",
        "business-bad-country-refused",
        "answers 500 to a country that there is not",
        _invalid("isoCountryCode", _is_unknown_country, lambda _: failed()),
    ),
    fault(
        "breaks_down_on_unknown_documents",
        "business-bad-document-type-refused",
        "answers 500 to a type of document that there is not",
        _invalid("documentType", _is_bad_type, lambda _: failed()),
    ),
    fault(
        "breaks_down_on_bad_shares",
        "business-percentage-range",
        "answers 500 to a share below zero or above a hundred",
        _invalid("ownershipPercentage", _is_bad_share, lambda _: failed()),
    ),
    *(
        fault(
            f"takes_{name.replace('-', '_')}_twice",
            f"business-duplicate-{name}-refused",
            f"onboards with a {name.replace('-', ' ')} that is taken",
            _despite(entry),
        )
        for name, entry in TAKEN
    ),
    *(
        fault(
            f"answers_409_to_taken_{name.replace('-', '_')}",
            f"business-duplicate-{name}-refused",
            f"answers 409 to a {name.replace('-', ' ')} that is taken",
            _despite(entry, lambda scene: replace(scene.response, status=409)),
        )
        for name, entry in TAKEN
    ),
    fault(
        "onboards_repeats",
        "business-retry-no-second-user",
        "onboards once more where a request is repeated",
        _despite(business.DOMAIN, _whole),
    ),
    fault(
        "breaks_down_on_other_letters",
        "business-duplicate-domain-case",
        "answers 500 to a domain that is taken in other letters",
        _despite(business.DOMAIN, _spelled_otherwise),
    ),
    fault("answers_pages_to_businesses", "business-400-shape", "answers a bad request with a page of HTML", _refused(lambda _: PAGE)),
    fault(
        "answers_words_to_businesses",
        "business-400-shape",
        "answers a bad request with a text",
        _refused(lambda response: response.with_json("Bad Request")),
    ),
    fault("leaks_placeholders", "business-400-messages-known", "shows the placeholder of a message", _refused(_placeholder)),
    fault(
        "words_duplicates_otherwise",
        "business-400-messages-known",
        "tells in other words what is taken",
        _refused(lambda response: onboarding(Entry("Duplicate", "Already exists")) if b"Duplicate" in response.body else response),
    ),
    fault(
        "onboards_without_account", "business-account-failure-400", "answers 201 where no account could be made", _account_failure(onboards)
    ),
    fault(
        "answers_500_without_account",
        "business-account-failure-400",
        "answers 500 where no account could be made",
        _account_failure(lambda _: failed()),
    ),
    fault("burns_domains", "business-refused-has-no-effect", "takes a domain for used once it was refused", _burns),
    fault("burns_mails", "business-refused-has-no-effect", "takes an e-mail address for used once it was refused", _keeps_mails),
    fault(
        "races_for_domains",
        "business-parallel-domain-one-wins",
        "onboards all who ask for a free domain at once",
        _races("domain", business.DOMAIN),
    ),
    fault(
        "races_for_mails",
        "business-parallel-email-one-wins",
        "onboards all who ask with a free e-mail address at once",
        _races("businessUserEmail", business.EMAIL),
    ),
)
