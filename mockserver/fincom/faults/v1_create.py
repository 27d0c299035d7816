"""Servers that mishandle create of V1 as a whole: bodies, verification types, answers, and what is kept (002 V1 Request Body Structure)."""

import asyncio
import uuid
from typing import Any
from urllib.parse import urlsplit

from mockserver.faulting import absent, edits_answer, equals, missing, sent, taken, texts, told
from mockserver.fincom import errors
from mockserver.fincom.auth import is_authorized
from mockserver.fincom.faults.v1_builders import (
    accepts,
    edits_created,
    fault,
    is_create,
    mends_body,
    refuses,
    refuses_body,
    shows,
)
from mockserver.fincom.model import Customer
from mockserver.fincom.views import TOS_URL
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault

KIND = "verification_type"
WORDS = ("STANDARD", "RELIANCE")
OVERLAP_SECONDS = 0.05
SHARED, SECOND_HAND = "v1_parallel_creates_share_an_id", "v1_gives_ids_of_v2_again"


def _without_reliance(tenant: Tenant, body: dict[str, Any]) -> bool:
    return body.get(KIND) == "RELIANCE" and not tenant.settings.reliance


def _downgrades(tenant: Tenant, body: dict[str, Any]) -> bool:
    if not _without_reliance(tenant, body):
        return False
    body[KIND] = "STANDARD"
    return True


def _refuses_reliance_with(status: int, body: dict[str, Any]) -> Any:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return answer(status, body) if response.status == 423 else None

    return edits_answer(is_create, edit)


async def _creates_then_refuses(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    body = sent(request) if is_create(request) and is_authorized(tenant, request) else None
    if body is not None and _without_reliance(tenant, body):
        await call_next(request.with_json({**body, KIND: "STANDARD"}))
    return await call_next(request)


async def _refuses_reliance_always(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    if not is_create(request) or not taken(response) or (sent(request) or {}).get(KIND) != "RELIANCE":
        return response
    tenant.data.customers.pop(told(response)["data"]["customer_id"], None)
    return answer(423, errors.NO_RELIANCE)


async def _parallel_creates_share_an_id(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    if not is_create(request):
        return await call_next(request)
    state = tenant.memory.setdefault(SHARED, {"open": 0, "id": None})
    state["open"] += 1
    await asyncio.sleep(OVERLAP_SECONDS)
    response = await call_next(request)
    if taken(response) and (state["open"] > 1 or state["id"]):
        body = told(response)
        state["id"] = state["id"] or body["data"]["customer_id"]
        body["data"]["customer_id"] = state["id"]
        response = response.with_json(body)
    state["open"] -= 1
    state["id"] = state["id"] if state["open"] else None
    return response


def _id_of_v2(tenant: Tenant, data: dict[str, Any]) -> None:
    of_v2 = next((customer.id for customer in tenant.data.customers.values() if customer.version == "v2"), None)
    data["customer_id"] = of_v2 or data["customer_id"]


def _without_query(_: Tenant, data: dict[str, Any]) -> None:
    data["tos_policies_url"] = urlsplit(data["tos_policies_url"])._replace(query="").geturl()


def _without_value(_: Tenant, data: dict[str, Any]) -> None:
    data["tos_policies_url"] = f"{TOS_URL}?customer_id={data['customer_id']}&tos_policies_value="


def _dead_value(tenant: Tenant, data: dict[str, Any]) -> None:
    value = uuid.UUID(int=tenant.new_number(), version=4)
    data["tos_policies_url"] = f"{TOS_URL}?customer_id={data['customer_id']}&tos_policies_value={value}"


def _begins_in_review(customer: Customer, data: dict[str, Any]) -> None:
    if customer.status == "INCOMPLETE":
        data["customer_status"] = "REVIEWING"


def _shows(name: str, value: Any) -> Any:
    return shows(lambda _, data: data.update({name: value}))


def _swaps_names(_: Customer, data: dict[str, Any]) -> None:
    data["first_name"], data["last_name"] = data["last_name"], data["first_name"]


def _defaults_to(word: str | None) -> Any:
    """Show another verification type of customers that were created without one."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        made: set[str] = tenant.memory.setdefault(f"v1_defaults_to_{word}", set())
        if is_create(request) and taken(response) and (sent(request) or {}).get(KIND) is None:
            made.add(told(response)["data"]["customer_id"])
        body = told(response).get("data")
        if request.method != "GET" or not isinstance(body, dict) or body.get("customer_id") not in made:
            return response
        return response.with_json({"data": {**body, KIND: word}})

    return on_request


BODIES = (
    fault(
        "refuses_full_bodies",
        "create-takes-a-full-body",
        "refuses a body that has every field",
        refuses_body("meta_data", lambda _, body: body.get(KIND) is not None and bool(body.get("meta_data"))),
    ),
    fault("demands_metadata", "create-takes-no-metadata", "demands meta_data", refuses("meta_data", missing)),
)
ANSWERS = (
    fault(
        "answers_the_id_of_nobody",
        "create-answers-customer-id-and-tos-url",
        "answers an id that belongs to no customer",
        edits_created(lambda tenant, data: data.update(customer_id=tenant.new_id())),
    ),
    fault(
        "answers_no_customer_id",
        "create-answers-customer-id-and-tos-url",
        "answers a create without the id of the customer",
        edits_created(lambda _, data: data.pop("customer_id")),
    ),
    fault(
        "answers_a_tos_url_without_query",
        "create-answers-customer-id-and-tos-url",
        "answers the bare address of the terms",
        edits_created(_without_query),
    ),
    fault(
        "answers_an_empty_tos_value",
        "create-answers-customer-id-and-tos-url",
        "answers an empty value of the terms",
        edits_created(_without_value),
    ),
    fault(
        "answers_a_dead_tos_value",
        "create-answers-customer-id-and-tos-url",
        "answers a value of the terms that attach does not know",
        edits_created(_dead_value),
    ),
    fault(SHARED[3:], "customer-ids-are-unique", "gives customers that are created at once one id", _parallel_creates_share_an_id),
    fault(SECOND_HAND[3:], "customer-ids-are-unique", "gives ids of V2 customers again", edits_created(_id_of_v2)),
    fault("begins_in_review", "new-customer-is-incomplete", "shows new customers as under review", shows(_begins_in_review)),
    *(
        fault(f"shows_another_{name}", "create-is-readable", f"shows another {name} than was sent", _shows(name, value))
        for name, value in (("first_name", "Someone"), ("email", "someone@example.com"), ("phone", "+14155550199"))
    ),
    fault("shows_no_residence", "create-is-readable", "loses the country of residence", _shows("country_of_residence", None)),
    fault("swaps_names", "create-is-readable", "swaps first and last name", shows(_swaps_names)),
)
VERIFICATION = (
    fault(
        "demands_verification_type",
        "verification-type-is-optional fincom/verification-type-default-is-v1-only",
        "demands the verification type as V2 does",
        refuses(KIND, absent),
    ),
    fault("defaults_to_nothing", "verification-type-defaults-to-standard", "keeps no default verification type", _defaults_to(None)),
    fault("defaults_to_reliance", "verification-type-defaults-to-standard", "takes RELIANCE for the default", _defaults_to("RELIANCE")),
    fault("refuses_standard", "standard-is-accepted", "refuses an explicit STANDARD", refuses(KIND, equals("STANDARD"))),
    fault(
        "falls_back_to_standard",
        "unknown-verification-type-is-refused",
        "takes any other word for STANDARD",
        accepts(KIND, texts(lambda word: word not in WORDS)),
    ),
    fault("downgrades_reliance", "reliance-without-flag-is-423", "makes STANDARD of RELIANCE", mends_body(is_create, _downgrades)),
    fault(
        "refuses_reliance_as_a_field",
        "reliance-without-flag-is-423",
        "refuses RELIANCE as a broken field",
        _refuses_reliance_with(422, {"message": "Validation failed", "errors": {KIND: ["RELIANCE is not available for your client"]}}),
    ),
    fault(
        "refuses_reliance_with_403",
        "reliance-without-flag-is-423",
        "answers 403 to RELIANCE",
        _refuses_reliance_with(403, errors.NO_RELIANCE),
    ),
    fault(
        "words_the_refusal_of_reliance_otherwise",
        "reliance-without-flag-is-423",
        "refuses RELIANCE in other words",
        _refuses_reliance_with(423, {"message": "RELIANCE is not enabled"}),
    ),
    fault(
        "creates_and_refuses_reliance",
        "reliance-refusal-creates-nothing",
        "makes a customer before it refuses RELIANCE",
        _creates_then_refuses,
    ),
    fault("refuses_reliance_always", "reliance-with-flag-is-accepted", "refuses RELIANCE to everybody", _refuses_reliance_always),
)

FAULTS: tuple[Fault, ...] = (*BODIES, *ANSWERS, *VERIFICATION)
