"""Other readings of headers, callers, look-ups and unknown customers (000 sections 1.2, 2 and 6)."""

from typing import Any

from msgspec.structs import replace

from mockserver.faulting import Operation, edits_answer, edits_request, operation, told
from mockserver.harbor import admission, errors
from mockserver.harbor.countries import CODES
from mockserver.harbor.faults.builders import customer_of, is_onboarding, key_of, variant
from mockserver.harbor.faults.lookups import LOOKUPS, PATHS, country_of, entries_of
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest, Variant

UNKNOWN_CALLER = (401, 403)
NO_ID = operation("GET|POST|PATCH", r"/api/v1/customers/(?!cus_[0-9a-f]{40}/)[^/]+/onboarding")
# What else the refusal of an unknown customer may carry, by the end of the variant's name.
CODES_OF_404: dict[str, dict[str, Any]] = {
    "2001": {"code": 2001, "error_type": "general.resource_not_found"},
    "2101": {"code": 2101, "error_type": "customer.not_found"},
    "text": {"code": "customer_not_found"},
}

is_lookup = operation("GET", "|".join(PATHS.values()))
is_list_of_country = operation("GET", f"{PATHS['subdivisions']}|{PATHS['industries']}")


def everywhere(_: Request) -> bool:
    """Tell whether a request is for any operation."""
    return True


def _is_writing(request: Request) -> bool:
    return request.method in admission.WRITING


def _as_json(_: Tenant, request: Request) -> Request | None:
    return None if "content-type" in request.headers else request.with_header("content-type", admission.JSON)


def _json_anyway(_: Tenant, request: Request) -> Request | None:
    return request.with_header("accept", admission.JSON) if admission.bad_headers(replace(request, method="GET")) else None


def _without_key(status: int) -> OnRequest:
    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        return replace(response, status=status) if response.status == 400 and not key_of(request) else None

    return edits_answer(_is_writing, edit)


def _with_key(tenant: Tenant, request: Request) -> Request | None:
    known = admission.is_authorized(tenant, request)
    return None if known else request.with_header("x-api-key", tenant.data.api_key)


def _bare(_: Tenant, __: Request, response: Response) -> Response | None:
    entries = entries_of(response)
    return None if entries is None else response.with_json(entries)


def _for_no_country(made: Response) -> OnRequest:
    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        return made if response.status == 422 and country_of(request) not in CODES else None

    return edits_answer(is_list_of_country, edit)


def _not_found_if_empty(_: Tenant, request: Request, response: Response) -> Response | None:
    none = entries_of(response) == [] and country_of(request) in CODES
    return errors.refusal(404, "The country has no subdivisions.") if none else None


def _to_strangers(edit: dict[str, Any] | None = None, status: int | None = None) -> OnRequest:
    """Give the refusal of an unknown caller another status, or other members in the place of its code."""

    def edited(tenant: Tenant, request: Request, response: Response) -> Response | None:
        if response.status not in UNKNOWN_CALLER or admission.is_authorized(tenant, request):
            return None
        body = told(response)
        if edit is not None:
            body = {name: value for name, value in body.items() if name not in ("code", "error_type")} | edit
        return response.with_json(body, status)

    return edits_answer(everywhere, edited)


def _of_unknown_customer(more: dict[str, Any]) -> OnRequest:
    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        unknown = response.status == 404 and customer_of(tenant, request) is None
        return response.with_json({**told(response), **more}) if unknown else None

    return edits_answer(is_onboarding, edit)


def _of_no_id(made: Response, when: Operation = NO_ID) -> OnRequest:
    return edits_answer(when, lambda _, __, response: made if response.status == 404 else None)


VARIANTS: tuple[Variant, ...] = (
    variant(
        "reads_untyped_body_as_json",
        "amb-content-type-absent",
        "reads a body without a declared type as JSON",
        edits_request(_is_writing, _as_json),
    ),
    variant(
        "answers_json_anyway",
        "amb-accept-of-another-type",
        "answers in JSON whatever the client takes",
        edits_request(everywhere, _json_anyway),
    ),
    *(
        variant(
            f"refuses_missing_key_with_{status}",
            "amb-missing-key-status",
            f"answers {status} for want of an idempotency key",
            _without_key(status),
        )
        for status in (422, 428)
    ),
    variant("lists_for_everybody", "amb-lookups-without-key", "answers look-ups without an API key", edits_request(is_lookup, _with_key)),
    variant("lists_bare", "amb-list-wrapper", "answers look-ups with the bare list", edits_answer(is_lookup, _bare)),
    variant(
        "finds_no_list_of_unknown_country",
        "amb-unknown-country-list",
        "answers 404 for the lists of no country",
        _for_no_country(errors.refusal(404, "There is no such country.")),
    ),
    variant(
        "refuses_unknown_country_with_400",
        "amb-unknown-country-list",
        "answers 400 for the lists of no country",
        _for_no_country(errors.unreadable("There is no such country.")),
    ),
    variant(
        "lists_nothing_of_unknown_country",
        "amb-unknown-country-list",
        "answers an empty list for no country",
        _for_no_country(answer(200, {"data": []})),
    ),
    variant(
        "finds_no_subdivisions",
        "amb-no-subdivisions",
        "answers 404 for the subdivisions of a country that has none",
        edits_answer(LOOKUPS["subdivisions"], _not_found_if_empty),
    ),
    variant("forbids_strangers", "amb-401-or-403", "answers 403 to unknown callers", _to_strangers(status=403)),
    variant("refuses_strangers_without_code", "amb-code-of-401", "answers unknown callers without a code", _to_strangers({})),
    variant(
        "refuses_strangers_with_other_code", "amb-code-of-401", "answers unknown callers with another code", _to_strangers({"code": 4010})
    ),
    *(
        variant(
            f"finds_no_customer_with_{name}",
            "amb-code-of-404",
            f"gives a code to the refusal of unknown customers: {name}",
            _of_unknown_customer(more),
        )
        for name, more in CODES_OF_404.items()
    ),
    variant(
        "refuses_what_is_no_id_with_400",
        "amb-malformed-customer-id",
        "answers 400 to a text that is no customer id",
        _of_no_id(errors.unreadable("The customer id is not valid.")),
    ),
    variant(
        "refuses_what_is_no_id_with_422",
        "amb-malformed-customer-id",
        "answers 422 to a text that is no customer id",
        _of_no_id(errors.refusal(422, "The customer id is not valid.")),
    ),
)
