"""Servers that mishandle create as a whole: what is taken, what is answered, what is kept, and the verification type."""

import asyncio
import uuid
from typing import Any
from urllib.parse import urlsplit

from mockserver.clock import SECOND
from mockserver.fincom import errors
from mockserver.fincom.auth import is_authorized
from mockserver.fincom.faults.create_builders import (
    CREATE_PATH,
    CUSTOMERS_PATH,
    absent,
    accepts,
    create_body,
    edits_created,
    edits_read,
    edits_refusal,
    empty_text,
    fault,
    mends,
    mends_body,
    null,
    refuses_body,
    texts,
)
from mockserver.fincom.faults.create_places import ABSENT, Body, at, spots
from mockserver.fincom.lifecycle import TOS_URL, move
from mockserver.fincom.validation import ALPHA_2
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

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
WORDS = ("STANDARD", "RELIANCE")
NAMES = ("first_name", "middle_name", "last_name")
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


def _edits_list(edit: Any) -> OnRequest:
    """Let `edit` return other rows for a list of customers."""

    async def on_request(_: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if request.method != "GET" or request.path != CUSTOMERS_PATH or response.status != 200:
            return response
        body = response.json()
        body["data"]["customers"] = edit(body["data"]["customers"])
        return response.with_json(body)

    return on_request


async def _lists_individuals_as_businesses(_: Tenant, request: Request, call_next: CallNext) -> Response:
    if request.path != CUSTOMERS_PATH or request.parameter("type") != "BUSINESS":
        return await call_next(request)
    others = tuple(pair for pair in request.query if pair[0] != "type")
    return await call_next(Request(request.method, request.path, (*others, ("type", "INDIVIDUAL")), request.headers, request.body))


def _swap_names(_: Tenant, data: dict[str, Any]) -> None:
    data["first_name"], data["last_name"] = data["last_name"], data["first_name"]


def _reads(name: str, change: Any) -> OnRequest:
    return edits_read(lambda _, data: data.update({name: change(data[name])}))


def _mix_up_partners(_: Tenant, body: Body) -> bool:
    basic = body.get("basic_info")
    if not isinstance(basic, dict) or not (basic.get("first_name_en") and basic.get("last_name")):
        return False
    basic["last_name"] = basic["first_name_en"]
    return True


def _copy_metadata(_: Tenant, body: Body) -> bool:
    basic, pairs = body.get("basic_info"), body.get("meta_data")
    if not isinstance(basic, dict) or not isinstance(pairs, dict):
        return False
    same = {key: value for key, value in pairs.items() if key in basic and isinstance(value, str)}
    basic.update(same)
    return bool(same)


def _metadata_decides_the_type(_: Tenant, body: Body) -> bool:
    pairs = body.get("meta_data")
    wanted = pairs.get("verification_type") if isinstance(pairs, dict) else None
    if wanted in WORDS and wanted != body.get("verification_type"):
        body["verification_type"] = wanted
        return True
    return False


def _mangled(change: Any) -> OnRequest:
    """Change the non-ASCII names of a body before they are kept."""

    def mend(_: Tenant, body: Body) -> bool:
        found = [spot for name in NAMES for spot in spots(body, f"basic_info.{name}")]
        strange = [spot for spot in found if isinstance(spot.value, str) and not spot.value.isascii()]
        for spot in strange:
            spot.put(change(spot.value))
        return bool(strange)

    return mends_body(mend)


def _answers_423(when_enabled: bool, word: str) -> OnRequest:
    """Answer the refusal of RELIANCE to a word that it is not due for."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = create_body(request)
        wrong = body is not None and body.get("verification_type") == word and tenant.settings.reliance == when_enabled
        return answer(423, errors.NO_RELIANCE) if wrong and is_authorized(tenant, request) else await call_next(request)

    return on_request


async def _creates_then_refuses(_: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    body = create_body(request)
    if body is not None and response.status == 423:
        await call_next(request.with_json({**body, "verification_type": "STANDARD"}))
    return response


async def _refuses_reliance_with_403(_: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    return response.with_json(response.json(), status=403) if request.path == CREATE_PATH and response.status == 423 else response


def _reliance(tenant: Tenant, body: Body, enabled: bool) -> bool:
    return body.get("verification_type") == "RELIANCE" and tenant.settings.reliance == enabled


def _downgrade(enabled: bool) -> OnRequest:
    def mend(tenant: Tenant, body: Body) -> bool:
        wanted = _reliance(tenant, body, enabled)
        if wanted:
            body["verification_type"] = "STANDARD"
        return wanted

    return mends_body(mend)


def _lower_email_of_reliance(tenant: Tenant, body: Body) -> bool:
    email = at(body, "basic_info.email")
    if not _reliance(tenant, body, enabled=True) or not isinstance(email, str) or email == email.lower():
        return False
    body["basic_info"]["email"] = email.lower()
    return True


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
KEPT = (
    fault(
        "begins_in_reviewing",
        "new-customer-is-incomplete",
        "puts a new customer under review before it has documents",
        edits_created(lambda tenant, data: move(tenant, tenant.data.customers[data["customer_id"]], "REVIEWING")),
    ),
    fault(
        "reads_names_swapped", "create-is-readable", "shows the last name as the first and the first as the last", edits_read(_swap_names)
    ),
    fault("reads_type_business", "create-is-readable", "shows a person as a business", _reads("type", lambda _: "BUSINESS")),
    fault("reads_first_name_in_capitals", "create-is-readable", "shows the first name in capitals", _reads("first_name", str.upper)),
    fault(
        "reads_last_name_cut",
        "create-is-readable",
        "shows the last name without its last letter",
        _reads("last_name", lambda name: name[:-1]),
    ),
    fault(
        "reads_another_email",
        "create-is-readable email-is-kept-as-sent",
        "shows the e-mail without its first letter",
        _reads("email", lambda mail: mail[1:]),
    ),
    fault(
        "reads_phone_without_plus",
        "create-is-readable",
        "shows the phone number without its plus",
        _reads("phone", lambda phone: phone[1:]),
    ),
    fault(
        "reads_residence_as_alpha_2",
        "create-is-readable",
        "shows the residence as an alpha-2 code",
        _reads("country_of_residence", lambda code: ALPHA_2[code]),
    ),
    fault(
        "reads_every_type_as_reliance",
        "create-is-readable",
        "shows RELIANCE for everybody",
        _reads("verification_type", lambda _: "RELIANCE"),
    ),
    fault(
        "lists_all_but_the_newest",
        "create-is-listed",
        "leaves the last customer of a page out of the list",
        _edits_list(lambda rows: rows[:-1]),
    ),
    fault("lists_everybody_twice", "create-is-listed", "shows every customer twice in the list", _edits_list(lambda rows: [*rows, *rows])),
    fault(
        "lists_individuals_as_businesses",
        "create-is-listed",
        "lists individuals where businesses are asked for",
        _lists_individuals_as_businesses,
    ),
    fault(
        "mangles_non_ascii_names",
        "non-ascii-survives",
        "reads the UTF-8 of names as Latin-1 before it keeps them",
        _mangled(lambda name: name.encode().decode("latin-1")),
    ),
    fault(
        "keeps_question_marks",
        "non-ascii-survives",
        "keeps a question mark in the place of every letter beyond ASCII",
        _mangled(lambda name: name.encode("ascii", "replace").decode()),
    ),
    fault("mixes_up_partners", "non-ascii-survives", "keeps the partner of the first name as the last name", mends_body(_mix_up_partners)),
    fault(
        "copies_metadata_into_fields",
        "metadata-does-not-leak-into-fields",
        "lets pairs of meta_data override the personal details of the same name",
        mends_body(_copy_metadata),
    ),
    fault(
        "metadata_decides_the_verification_type",
        "metadata-does-not-leak-into-fields",
        "lets a pair of meta_data override the verification type",
        mends_body(_metadata_decides_the_type),
    ),
)
VERIFICATION = (
    fault(
        "defaults_to_standard",
        "verification-type-is-required",
        "takes a missing verification type as STANDARD",
        accepts("verification_type", absent),
    ),
    fault("reads_null_as_standard", "verification-type-null-is-refused", "takes null as STANDARD", accepts("verification_type", null)),
    fault(
        "reads_empty_as_standard",
        "verification-type-null-is-refused",
        "takes empty text as STANDARD",
        accepts("verification_type", empty_text),
    ),
    fault("demands_a_flag_for_standard", "standard-is-accepted", "answers 423 to STANDARD too", _answers_423(False, "STANDARD")),
    fault(
        "reads_unknown_types_as_standard",
        "unknown-verification-type-is-refused",
        "takes any other word as STANDARD",
        mends("verification_type", texts(lambda word: word.upper() not in WORDS), lambda _: "STANDARD"),
    ),
    fault(
        "downgrades_reliance_without_flag",
        "reliance-without-flag-is-423",
        "takes RELIANCE as STANDARD from everybody",
        _downgrade(enabled=False),
    ),
    fault(
        "refuses_reliance_as_a_field",
        "reliance-without-flag-is-423",
        "answers a refused field where RELIANCE is not enabled",
        refuses_body("verification_type", lambda tenant, body: _reliance(tenant, body, enabled=False)),
    ),
    fault(
        "refuses_reliance_with_403", "reliance-without-flag-is-423", "answers 403 where RELIANCE is not enabled", _refuses_reliance_with_403
    ),
    fault(
        "words_the_reliance_refusal_otherwise",
        "reliance-without-flag-is-423",
        "refuses RELIANCE with another sentence",
        edits_refusal(423, lambda body: {**body, "message": "RELIANCE is not enabled"}),
    ),
    fault(
        "adds_fields_to_the_reliance_refusal",
        "reliance-refusal-has-message-only",
        "adds a map of fields to the refusal of RELIANCE",
        edits_refusal(423, lambda body: {**body, "errors": {"verification_type": [body["message"]]}}),
    ),
    fault(
        "adds_an_error_to_the_reliance_refusal",
        "reliance-refusal-has-message-only",
        "adds an error object to the refusal of RELIANCE",
        edits_refusal(423, lambda body: {**body, "error": {"code": "locked", "message": body["message"]}}),
    ),
    fault(
        "wraps_the_reliance_refusal",
        "reliance-refusal-has-message-only reliance-without-flag-is-423",
        "wraps the refusal of RELIANCE into an error object",
        edits_refusal(423, lambda body: {"error": {"code": "locked", **body}}),
    ),
    fault(
        "creates_then_refuses_reliance",
        "reliance-refusal-creates-nothing",
        "refuses RELIANCE after it made the customer",
        _creates_then_refuses,
    ),
    fault(
        "refuses_enabled_reliance",
        "reliance-with-flag-is-accepted",
        "answers 423 to clients that are enabled too",
        _answers_423(True, "RELIANCE"),
    ),
    fault("downgrades_reliance", "reliance-is-kept", "keeps RELIANCE as STANDARD", _downgrade(enabled=True)),
    fault(
        "reliance_skips_validation",
        "reliance-still-validates",
        "does not look at the case of the e-mail under RELIANCE",
        mends_body(_lower_email_of_reliance),
    ),
)

FAULTS: tuple[Fault, ...] = (*TAKEN, *ANSWERED, *KEPT, *VERIFICATION)
