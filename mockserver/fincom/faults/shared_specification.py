"""Servers that depart from the description of an operation as a whole: its answers, its bodies, its methods (002 V2, all sections)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.fincom.faults.builders import (
    Operation,
    broken_down,
    edits_answer,
    edits_request,
    edits_taken,
    fault,
    instead,
    is_attach,
    is_create,
    is_listing,
    is_occupations,
    is_read,
    is_upload,
    sent,
    taken,
)
from mockserver.fincom.faults.shared_auth import is_token
from mockserver.fincom.faults.shared_catalogue import edits_rows
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

TEXTS = {
    "basic_info": ("first_name", "last_name"),
    "address": ("street_line_1", "city", "postal_code"),
}
OPTIONAL = ("middle_name", "secondary_nationality", "gender")
WORDS = (("basic_info", "gender", "FEMALE"), ("financial_profile", "employment_status", "EMPLOYED"))
OFFERED = {"employment_status": ("EMPLOYED", "SELF_EMPLOYED", "RETIRED", "STUDENT", "UNEMPLOYED"), "gender": ("MALE", "FEMALE")}


def _any_request(_: Request) -> bool:
    return True


def _as_page(when: Operation) -> OnRequest:
    """Give successes another media type."""

    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return replace(response, headers={"content-type": "text/html"}) if taken(response) else None

    return edits_answer(when, edit)


def _counts_as_text(_: Tenant, body: dict[str, Any]) -> None:
    body["data"]["pagination"] = {name: str(value) for name, value in body["data"]["pagination"].items()}


def _lists_as_map(_: Tenant, body: dict[str, Any]) -> None:
    body["data"]["files"] = {name: uri for entry in body["data"]["files"] for name, uri in entry.items()}


def _status_as_number(_: Tenant, body: dict[str, Any]) -> None:
    body["data"]["customer_status"] = len(body["data"]["customer_status"])


def _customers_as_ids(_: Tenant, rows: list[dict[str, Any]]) -> list[Any]:
    return [row["customer_id"] for row in rows]


def _with_status(status: int) -> Callable[[Tenant, Request, Response], Response | None]:
    return lambda _, __, response: replace(response, status=status) if taken(response) else None


def _takes_any_word(_: Tenant, request: Request) -> Request | None:
    body, mended = sent(request), False
    for section, name, word in WORDS:
        found = body.get(section)
        if isinstance(found, dict) and isinstance(found.get(name), str) and found[name] not in OFFERED[name]:
            found[name], mended = word, True
    return request.with_json(body) if mended else None


def _takes_numbers_for_texts(_: Tenant, request: Request) -> Request | None:
    body, mended = sent(request), False
    for section, names in TEXTS.items():
        found = body.get(section)
        for name in names if isinstance(found, dict) else ():
            if found is not None and isinstance(found.get(name), (int, float, bool)):
                found[name], mended = str(found[name]), True
    return request.with_json(body) if mended else None


def _stumbles_over_nulls(_: Tenant, request: Request) -> Response | None:
    basic = sent(request).get("basic_info")
    null = isinstance(basic, dict) and any(name in basic and basic[name] is None for name in OPTIONAL)
    return broken_down() if null else None


def _supplies_secret(tenant: Tenant, request: Request) -> Request | None:
    body = sent(request)
    lacking = body.get("client_id") == tenant.data.client_id and not body.get("client_secret")
    return request.with_json({**body, "client_secret": tenant.data.client_secret}) if lacking else None


def _any_method(_: Tenant, __: Request, response: Response) -> Response | None:
    return answer(200, {"data": {}}) if response.status == 405 else None


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"{name}_answers_a_page",
            "answers-match-the-specification",
            f"calls the JSON that {name} answers HTML",
            _as_page(when),
        )
        for name, when in (("create", is_create), ("attach", is_attach), ("upload", is_upload), ("read", is_read))
    ),
    fault(
        "counts_pages_in_texts",
        "answers-match-the-specification",
        "writes the numbers of a page as texts",
        edits_taken(is_occupations, _counts_as_text),
    ),
    fault(
        "upload_answers_a_map",
        "answers-match-the-specification",
        "answers the files of an upload as one map",
        edits_taken(is_upload, _lists_as_map),
    ),
    fault(
        "status_is_a_number",
        "answers-match-the-specification",
        "shows the status of a customer as a number",
        edits_taken(is_read, _status_as_number),
    ),
    fault(
        "lists_bare_ids",
        "answers-match-the-specification",
        "lists customers by their ids alone",
        edits_rows(is_listing, _customers_as_ids),
    ),
    fault(
        "lists_with_206",
        "answers-match-the-specification",
        "answers 206 to a list of which it shows a page",
        edits_answer(is_occupations, _with_status(206)),
    ),
    fault(
        "validates_no_enumeration",
        "schema-violations-are-refused",
        "takes any word where create has a choice of a few",
        edits_request(is_create, _takes_any_word),
    ),
    fault(
        "takes_numbers_for_texts",
        "implied-constraints-are-checked",
        "writes out numbers that create gets in the place of texts",
        edits_request(is_create, _takes_numbers_for_texts),
    ),
    fault(
        "breaks_down_on_null_in_optional_fields",
        "open-cases-are-answered",
        "breaks down when an optional field is null",
        instead(is_create, _stumbles_over_nulls),
    ),
    fault(
        "issues_token_without_secret",
        "token-bodies-are-checked",
        "gives a token to a client that sends no secret",
        edits_request(is_token, _supplies_secret),
    ),
    fault(
        "answers_any_method",
        "undocumented-methods-are-refused",
        "answers 200 to methods that a path does not have",
        edits_answer(_any_request, _any_method),
    ),
)
