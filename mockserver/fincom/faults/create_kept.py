"""Servers that keep, show or list a new customer otherwise than it was sent."""

from typing import Any

from mockserver.faulting import Body, spots
from mockserver.fincom.faults.create_builders import CUSTOMERS_PATH, edits_created, edits_read, fault, mends_body
from mockserver.fincom.lifecycle import move
from mockserver.fincom.validation import ALPHA_2
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

WORDS = ("STANDARD", "RELIANCE")
NAMES = ("first_name", "middle_name", "last_name")


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


FAULTS: tuple[Fault, ...] = (
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
