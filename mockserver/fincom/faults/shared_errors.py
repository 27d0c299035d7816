"""Servers whose refusals mislead, and that break down on bodies that they cannot read (002 V2 Error Response Examples)."""

import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.fincom.control import ready_made
from mockserver.fincom.customers import register
from mockserver.fincom.errors import Errors
from mockserver.fincom.faults.builders import afterwards, broken_down, edits_answer, fault, instead, is_create, is_read, sent, told
from mockserver.fincom.faults.carriers import refused_fields, with_fields
from mockserver.http import Request, Response, UnreadableBody, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

GOOD_FIELDS = ("basic_info.first_name", "basic_info.phone", "address.city", "financial_profile.monthly_volume_usd")
LONG, DEEP, HUGE = 2_000, 20, 10**19
SURROGATE = re.compile(rb"\\ud[89a-f][0-9a-f]{2}", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Trait = Callable[[Any], bool]


def _edits_fields(edit: Callable[[Errors], Errors]) -> OnRequest:
    """Let `edit` return other fields for the refusals of create."""

    def edited(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = refused_fields(response)
        after = edit(fields) if fields else None
        return with_fields(response, after) if after is not None and after != fields else None

    return edits_answer(is_create, edited)


def _edits_refusal(edit: Callable[[Response, Errors], Response]) -> OnRequest:
    """Let `edit` return another refusal of fields of create."""

    def edited(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = refused_fields(response)
        return edit(response, fields) if fields else None

    return edits_answer(is_create, edited)


def _with_errors(make: Callable[[Errors], Any]) -> OnRequest:
    return _edits_refusal(lambda response, fields: response.with_json({**told(response), "errors": make(fields)}))


def _with_message(message: str) -> OnRequest:
    return _edits_refusal(lambda response, _: response.with_json({**told(response), "message": message}))


def _first(fields: Errors) -> Errors:
    return dict(list(fields.items())[:1])


def _stumbles_over(when: Callable[[Request], bool]) -> OnRequest:
    return instead(is_create, lambda _, request: broken_down() if when(request) else None)


def _stumbles_within(trait: Trait) -> OnRequest:
    """Break down on a body that holds somewhere a value or key with a trait."""

    def when(request: Request) -> bool:
        try:
            return _holds(request.json(), trait)
        except UnreadableBody:
            return False

    return _stumbles_over(when)


def _holds(value: Any, trait: Trait) -> bool:
    if trait(value):
        return True
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(each, trait) for each in inner)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(each) for each in inner), default=0)


def _deep(request: Request) -> bool:
    try:
        return _depth(request.json()) > DEEP
    except UnreadableBody:
        return request.body.count(b"[") > DEEP or request.body.count(b"{") > DEEP


def _unreadable(request: Request) -> bool:
    try:
        request.json()
    except UnreadableBody:
        return True
    return False


def _no_object(request: Request) -> bool:
    return not _unreadable(request) and not isinstance(request.json(), dict)


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _writes_first(tenant: Tenant, request: Request, response: Response) -> bool:
    """Keep a customer although it was refused, without a word to anybody."""
    basic = sent(request).get("basic_info")
    if refused_fields(response) is None or not isinstance(basic, dict) or not isinstance(basic.get("email"), str):
        return False
    body = ready_made(tenant.new_id())
    body["basic_info"]["email"] = basic["email"]
    url, tenant.webhook.url = tenant.webhook.url, None
    register(tenant, body, "v2")
    tenant.webhook.url = url
    return True


def _empty(_: Tenant, __: Request, response: Response) -> Response | None:
    return answer(200, {"data": None}) if response.status == 404 else None


def _collapses(_: Tenant, __: Request, response: Response) -> Response | None:
    return broken_down() if response.status == 404 else None


SHAPES: tuple[Fault, ...] = (
    fault(
        "refuses_with_message_of_its_own",
        "fincom/validation-message-is-fixed",
        "words the message of a refusal in its own way",
        _with_message("Some fields are invalid"),
    ),
    fault(
        "refuses_without_message",
        "fincom/validation-message-is-fixed",
        "leaves the message out of a refusal",
        _edits_refusal(lambda response, _: response.with_json({"errors": told(response).get("errors")})),
    ),
    fault(
        "errors_are_bare_texts",
        "fincom/validation-errors-map-of-lists",
        "gives a bare text per broken field under errors",
        _with_errors(lambda fields: {path: texts[0] for path, texts in fields.items()}),
    ),
    fault(
        "errors_are_lists_of_nothing",
        "fincom/validation-errors-map-of-lists",
        "names broken fields without saying anything of them",
        _with_errors(lambda fields: {path: [] for path in fields}),
    ),
    fault(
        "errors_are_null",
        "fincom/validation-errors-map-of-lists",
        "answers null for the errors",
        _with_errors(lambda _: None),
    ),
    fault(
        "errors_lack_their_section",
        "fincom/validation-keys-are-dotted-paths",
        "names broken fields without their section",
        _edits_fields(lambda fields: {path.rpartition(".")[2]: texts for path, texts in fields.items()}),
    ),
    fault(
        "blames_good_fields",
        "fincom/only-broken-fields-are-named",
        "names good fields beside the broken one",
        _edits_fields(lambda fields: fields | {path: ["Check this field"] for path in GOOD_FIELDS}),
    ),
    fault(
        "stops_at_first_broken_field",
        "fincom/several-broken-fields-are-all-named",
        "names the first broken field only",
        _edits_fields(_first),
    ),
    fault(
        "tells_errors_with_200",
        "fincom/status-fits-the-body",
        "answers 200 with a body of errors",
        _edits_refusal(lambda response, _: replace(response, status=200)),
    ),
)
JUNK: tuple[Fault, ...] = (
    fault(
        "breaks_down_on_broken_json",
        "fincom/malformed-json-is-refused",
        "breaks down on a body that is no JSON",
        _stumbles_over(_unreadable),
    ),
    fault(
        "breaks_down_on_lists_and_bare_values",
        "fincom/malformed-json-is-refused",
        "breaks down on a body that is no object",
        _stumbles_over(_no_object),
    ),
    fault(
        "breaks_down_on_wrong_content_type",
        "fincom/wrong-content-type-is-refused",
        "breaks down on a body of another media type",
        _stumbles_over(lambda request: _kind(request) not in ("", "application/json")),
    ),
    fault(
        "breaks_down_on_huge_numbers",
        "fincom/junk-never-gives-5xx",
        "breaks down on numbers beyond 64 bits",
        _stumbles_within(lambda value: isinstance(value, (int, float)) and abs(value) >= HUGE),
    ),
    fault("breaks_down_on_deep_nesting", "fincom/junk-never-gives-5xx", "breaks down on deep nesting", _stumbles_over(_deep)),
    fault(
        "breaks_down_on_control_characters",
        "fincom/junk-never-gives-5xx",
        "breaks down on control characters",
        _stumbles_within(lambda value: isinstance(value, str) and CONTROL.search(value) is not None),
    ),
    fault(
        "breaks_down_on_lone_surrogates",
        "fincom/junk-never-gives-5xx",
        "breaks down on half a surrogate pair",
        _stumbles_over(lambda request: _unreadable(request) and SURROGATE.search(request.body) is not None),
    ),
    fault(
        "breaks_down_on_long_texts",
        "fincom/junk-never-gives-5xx",
        "breaks down on very long texts",
        _stumbles_within(lambda value: isinstance(value, str) and len(value) > LONG),
    ),
)
EFFECTS: tuple[Fault, ...] = (
    fault(
        "writes_customer_before_validation",
        "fincom/refused-create-leaves-nothing",
        "keeps a customer although it refuses the creation",
        afterwards(is_create, _writes_first),
    ),
    fault(
        "reads_unknown_customer_as_null",
        "fincom/unknown-customer-read-is-404",
        "answers 200 with null for a customer that does not exist",
        edits_answer(is_read, _empty),
    ),
    fault(
        "breaks_down_on_unknown_customer",
        "fincom/unknown-customer-read-is-404",
        "breaks down when it is asked for a customer that does not exist",
        edits_answer(is_read, _collapses),
    ),
)
FAULTS = (*SHAPES, *JUNK, *EFFECTS)
