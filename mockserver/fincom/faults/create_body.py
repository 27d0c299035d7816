"""Servers that mishandle create as a whole: which bodies are taken, and what is answered."""

import asyncio
import uuid
from typing import Any
from urllib.parse import urlsplit

from mockserver.clock import SECOND
from mockserver.faulting import ABSENT, Body, at
from mockserver.fincom.faults.create_builders import create_body, edits_created, fault, refuses_body
from mockserver.fincom.views import TOS_URL
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault

ORDER = ("verification_type", "basic_info", "address", "financial_profile", "meta_data")
OPTIONAL = (
    "basic_info.middle_name",
    "basic_info.secondary_nationality",
    "basic_info.gender",
    "address.street_line_2",
    "financial_profile.purpose_remarks",
    "financial_profile.source_of_funds_description",
    "meta_data",
)
ONE_TOS_VALUE = "00000000-0000-4000-8000-000000000000"
OVERLAP_SECONDS = 0.05


def _absent_paths(body: Body) -> int:
    return sum(at(body, path) is ABSENT for path in OPTIONAL)


def _out_of_order(_: Tenant, body: Body) -> bool:
    known = [name for name in body if name in ORDER]
    return known != [name for name in ORDER if name in body]


def _one_tos_value(tenant: Tenant, data: dict[str, Any]) -> None:
    tenant.data.customers[data["customer_id"]].tos_value = ONE_TOS_VALUE
    data["tos_policies_url"] = f"{TOS_URL}?customer_id={data['customer_id']}&tos_policies_value={ONE_TOS_VALUE}"


def _without_query(_: Tenant, data: dict[str, Any]) -> None:
    data["tos_policies_url"] = urlsplit(data["tos_policies_url"])._replace(query="").geturl()


def _without_value(_: Tenant, data: dict[str, Any]) -> None:
    data["tos_policies_url"] = f"{TOS_URL}?customer_id={data['customer_id']}&tos_policies_value="


def _id_by_the_second(tenant: Tenant, data: dict[str, Any]) -> None:
    second = tenant.clock.now() // SECOND
    last, identity = tenant.memory.get("makes_ids_from_the_second", (None, None))
    if last == second:
        data["customer_id"] = identity
    tenant.memory["makes_ids_from_the_second"] = (second, data["customer_id"])


async def _parallel_creates_share_an_id(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    if create_body(request) is None:
        return await call_next(request)
    state = tenant.memory.setdefault("parallel_creates_share_an_id", {"open": 0, "id": None})
    state["open"] += 1
    await asyncio.sleep(OVERLAP_SECONDS)
    response = await call_next(request)
    body = response.json()
    if response.status in (200, 201) and (state["open"] > 1 or state["id"]):
        state["id"] = state["id"] or body["data"]["customer_id"]
        body["data"]["customer_id"] = state["id"]
        response = response.with_json(body)
    state["open"] -= 1
    state["id"] = state["id"] if state["open"] else None
    return response


TAKEN = (
    fault(
        "refuses_full_bodies",
        "create-takes-a-full-body",
        "refuses a body that has every optional field",
        refuses_body("basic_info.middle_name", lambda _, body: _absent_paths(body) == 0),
    ),
    fault(
        "refuses_minimal_bodies",
        "create-takes-a-minimal-body",
        "refuses a body that has no optional field",
        refuses_body("basic_info.middle_name", lambda _, body: _absent_paths(body) == len(OPTIONAL)),
    ),
    fault(
        "reads_sections_by_position",
        "key-order-is-free",
        "refuses a body whose sections stand in another order than in the document",
        refuses_body("basic_info", _out_of_order),
    ),
)
ANSWERED = (
    fault(
        "answers_the_id_of_nobody",
        "create-answers-a-customer-id",
        "answers an id that belongs to no customer",
        edits_created(lambda tenant, data: data.update(customer_id=str(uuid.UUID(int=tenant.new_number(), version=4)))),
    ),
    fault(
        "answers_no_customer_id",
        "create-answers-a-customer-id",
        "answers a create without the id of the customer",
        edits_created(lambda _, data: data.pop("customer_id")),
    ),
    fault(
        "answers_a_tos_url_without_query",
        "create-answers-a-tos-url",
        "answers the bare address of the terms",
        edits_created(_without_query),
    ),
    fault("answers_an_empty_tos_value", "create-answers-a-tos-url", "answers an empty value of the terms", edits_created(_without_value)),
    fault(
        "answers_one_tos_value_for_all",
        "tos-value-differs-per-customer",
        "gives all customers one value of the terms",
        edits_created(_one_tos_value),
    ),
    fault(
        "makes_ids_from_the_second",
        "customer-ids-are-unique",
        "gives customers of the same second the same id",
        edits_created(_id_by_the_second),
    ),
    fault(
        "parallel_creates_share_an_id",
        "customer-ids-are-unique",
        "gives customers that are created at the same instant one id",
        _parallel_creates_share_an_id,
    ),
)

FAULTS: tuple[Fault, ...] = (*TAKEN, *ANSWERED)
