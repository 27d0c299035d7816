"""Servers that read refusals, upload, look-ups and webhooks in another way and are still right (002 V2, the shared sections)."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec.structs import replace

from mockserver.fincom.attach import REFUSED_STATUS
from mockserver.fincom.errors import NOT_ELIGIBLE, Errors
from mockserver.fincom.faults.builders import (
    CREATED,
    Event,
    edits_answer,
    edits_event,
    edits_request,
    edits_taken,
    instead,
    is_any_create,
    is_any_read,
    is_attach,
    is_create,
    is_listing,
    is_subdivisions,
    is_upload,
    told,
)
from mockserver.fincom.faults.carriers import data_map, list_of_maps, refused_fields, with_fields
from mockserver.fincom.faults.forms import form_of, named_well, shown_well
from mockserver.fincom.lifecycle import ATTACHABLE
from mockserver.fincom.validation import ALPHA_2
from mockserver.fincom.variants.builders import reshapes_refusals, variant
from mockserver.fincom.views import TOS_URL
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Variant

ALPHA_3 = {alpha_2: alpha_3 for alpha_3, alpha_2 in ALPHA_2.items()}
MOST_BYTES = 512 * 1024
INDEX = re.compile(r"\.(\d+)")
FIRST_INDEX = re.compile(r"\.\d+(?:\..*)?$")


def _but_attach(request: Request) -> bool:
    return not is_attach(request)


def _with_status(status: int) -> Callable[[Response, Errors], Response]:
    return lambda response, _: replace(response, status=status)


def _list_of_maps(response: Response, fields: Errors) -> Response:
    return response.with_json({"message": told(response).get("message"), "errors": list_of_maps(fields)})


def _data_map(response: Response, fields: Errors) -> Response:
    body = {"status": response.status, "message": told(response).get("message"), "data": data_map(fields)}
    return response.with_json(body)


def _renames(name: Callable[[str], str]) -> Callable[[Response, Errors], Response]:
    def reshape(response: Response, fields: Errors) -> Response:
        named: Errors = {}
        for path, texts in fields.items():
            named.setdefault(name(path), []).extend(texts)
        return with_fields(response, named) if named != fields else response

    return reshape


async def create_answers_201(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer a create that was taken with 201."""
    response = await call_next(request)
    return replace(response, status=201) if is_any_create(request) and response.status == 200 else response


def _ends_with(extension: str) -> Callable[[Tenant, dict[str, Any]], None]:
    """Keep and answer files under URIs of one extension."""

    def renamed(tenant: Tenant, uri: str) -> str:
        after = uri.rpartition(".")[0] + extension
        if uri in tenant.data.files:
            tenant.data.files[after] = msgspec.structs.replace(tenant.data.files.pop(uri), uri=after)
        return after

    def edit(tenant: Tenant, body: dict[str, Any]) -> None:
        files = body["data"]["files"]
        body["data"]["files"] = [{part: renamed(tenant, uri) for part, uri in entry.items()} for entry in files]

    return edit


def _too_large(_: Tenant, request: Request) -> Response | None:
    return answer(413, {"status": 413, "message": "The files are too large"}) if len(request.body) > MOST_BYTES else None


def _too_late(tenant: Tenant, request: Request) -> Response | None:
    form = form_of(request)
    customer = tenant.data.customers.get(form.customer_id) if form else None
    return answer(403, NOT_ELIGIBLE) if customer and customer.status not in ATTACHABLE else None


def _refuses_type_with(status: int) -> Callable[[Tenant, Request, Response], Response | None]:
    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        form = form_of(request) if refused_fields(response) else None
        bad = form is not None and any(not (named_well(part) and shown_well(part)) for part in form.files)
        return answer(status, {"status": status, "message": "Allowed file types: PDF, JPG, JPEG, PNG"}) if bad else None

    return edit


def _by_alpha_2(_: Tenant, request: Request) -> Request | None:
    country = request.path.split("/")[3]
    known = ALPHA_3.get(country)
    return replace(request, path=request.path.replace(f"/{country}/", f"/{known}/")) if known else None


def _coded(_: Tenant, __: Request, response: Response) -> Response | None:
    body = {"error": {"code": "unauthorized", "message": told(response).get("message") or "Authentication failed"}}
    return response.with_json(body) if response.status == 401 else None


def _flat(_: Tenant, event: Event) -> Event | None:
    return {**event["data"], **event["event"]} if "event" in event else None


def _tos_urls(make: Callable[[str, str], str]) -> Callable[[Tenant, dict[str, Any]], None]:
    """Write the terms of customers in another way wherever they stand."""

    def edit(tenant: Tenant, body: dict[str, Any]) -> None:
        for data in body["data"].get("customers", [body["data"]]):
            if customer := tenant.data.customers.get(data["customer_id"]):
                data["tos_policies_url"] = make(customer.id, customer.tos_value)

    return edit


def _tells_tos_url(make: Callable[[str, str], str]) -> Callable[[Tenant, Event], Event | None]:
    def edit(_: Tenant, event: Event) -> Event | None:
        data = event.get("data", event)
        if "tos_policies_url" not in data:
            return None
        data["tos_policies_url"] = make(data["customer_id"], data["tos_policies_url"].rpartition("=")[2])
        return event

    return edit


def _other_parameter(customer_id: str, value: str) -> str:
    return f"{TOS_URL}?{urlencode({'customer_id': customer_id, 'tos': value})}"


def _bare_value(_: str, value: str) -> str:
    return value


def _shows_terms(request: Request) -> bool:
    return is_any_create(request) or is_any_read(request) or is_listing(request)


REFUSALS: tuple[Variant, ...] = (
    variant("create_answers_201", "fincom/amb-create-status", "answers 201 to a create that was taken", create_answers_201),
    variant(
        "refuses_fields_with_400",
        "fincom/amb-validation-status",
        "answers field refusals with 400",
        reshapes_refusals(_but_attach, _with_status(REFUSED_STATUS)),
    ),
    variant(
        "attach_refuses_fields_with_422",
        "fincom/amb-validation-status",
        "answers field refusals of attach with 422",
        reshapes_refusals(is_attach, _with_status(422)),
    ),
    variant(
        "refuses_with_list_of_maps",
        "fincom/amb-validation-shape",
        "lists a map for each broken field",
        reshapes_refusals(_but_attach, _list_of_maps),
    ),
    variant(
        "refuses_with_map_under_data",
        "fincom/amb-validation-shape",
        "maps broken fields to texts under data",
        reshapes_refusals(_but_attach, _data_map),
    ),
    variant(
        "attach_refuses_with_list_of_maps",
        "amb-attach-validation-shape",
        "lists a map for each broken field of attach",
        reshapes_refusals(is_attach, _list_of_maps),
    ),
    variant(
        "attach_refuses_with_map_under_data",
        "amb-attach-validation-shape",
        "maps broken fields of attach to texts under data",
        reshapes_refusals(is_attach, _data_map),
    ),
    variant(
        "names_entries_in_brackets",
        "fincom/amb-array-keys",
        "names entries of lists by an index in brackets",
        reshapes_refusals(is_create, _renames(lambda path: INDEX.sub(r"[\1]", path))),
    ),
    variant(
        "names_lists_not_entries",
        "fincom/amb-array-keys",
        "names the list where an entry is broken",
        reshapes_refusals(is_create, _renames(lambda path: FIRST_INDEX.sub("", path))),
    ),
    variant("codes_401", "fincom/amb-401-body", "answers 401 with an error of code and message", edits_answer(lambda _: True, _coded)),
)
UPLOADS: tuple[Variant, ...] = (
    *(
        variant(
            f"uploads_get_{name}",
            "fincom/amb-upload-extension",
            f"gives uploads URIs with {says}",
            edits_taken(is_upload, _ends_with(extension)),
        )
        for name, extension, says in (
            ("pdf_uris", ".pdf", "the extension .pdf"),
            ("bare_uris", "", "no extension"),
            ("binary_uris", ".bin", "the extension .bin"),
        )
    ),
    variant(
        "limits_uploads_to_512_kib", "fincom/amb-upload-limits", "takes no upload of more than 512 KiB", instead(is_upload, _too_large)
    ),
    variant("bars_late_uploads", "fincom/amb-upload-late", "takes no files where it takes no attach", instead(is_upload, _too_late)),
    *(
        variant(
            f"refuses_file_types_with_{status}",
            "fincom/amb-upload-bad-type-status",
            f"answers {status} to files of other types",
            edits_answer(is_upload, _refuses_type_with(status)),
        )
        for status in (400, 415)
    ),
)
OTHERS: tuple[Variant, ...] = (
    variant(
        "lists_subdivisions_by_alpha_2_too",
        "fincom/amb-subdivision-path",
        "takes alpha-2 codes of countries as well",
        edits_request(is_subdivisions, _by_alpha_2),
    ),
    variant("sends_flat_events", "fincom/amb-webhook-body", "sends events without a head", on_delivery=edits_event(None, _flat)),
    variant(
        "terms_url_has_another_parameter",
        "fincom/amb-tos-parse",
        "gives the terms value in a parameter of another name",
        edits_taken(_shows_terms, _tos_urls(_other_parameter)),
        on_delivery=edits_event(CREATED, _tells_tos_url(_other_parameter)),
    ),
    # Published for the event alone; in the answer the document speaks of a URL with a parameter.
    variant(
        "event_tells_the_bare_terms_value",
        "fincom/amb-tos-parse",
        "gives the terms value in the place of a URL in events",
        on_delivery=edits_event(CREATED, _tells_tos_url(_bare_value)),
    ),
)
VARIANTS = (*REFUSALS, *UPLOADS, *OTHERS)
