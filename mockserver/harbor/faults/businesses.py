"""Servers that mishandle the onboarding of businesses (000 introduction and sections 1 to 6; the field tables are published elsewhere)."""

from typing import Any

from mockserver.faulting import (
    Operation,
    Test,
    edits_body,
    edits_request,
    missing,
    sent,
    spots,
    taken,
)
from mockserver.harbor import errors
from mockserver.harbor.faults.builders import (
    Scene,
    View,
    carries_out,
    corrects_in,
    customer_of,
    drops_event,
    edits_view,
    fault,
    in_scene,
    is_correct,
    is_onboarding,
    is_read,
    is_replay,
    is_submit,
    is_writing,
    takes,
    takes_field,
    with_fresh_key,
)
from mockserver.harbor.faults.carriers import code_of, plain_name, refused_fields
from mockserver.harbor.lookups import industry_slugs
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

SECTIONS = ("company", "associated_persons", "company_files")
OPERATIONS: tuple[tuple[str, Operation], ...] = (("submit", is_submit), ("read", is_read), ("correct", is_correct))
FILE_BYTES, REQUEST_BYTES = 10 * 2**20, 50 * 2**20
OF_COMPANY = (
    "business_name", "registration_number", "country", "incorporation_date", "type", "description", "industry", "register_address",
    "business_address", "url", "has_bearer_shares", "purpose_of_registration", "estimated_number_of_transactions",
    "estimated_amount_of_transactions", "source_of_funds", "transfers_funds_for_clients", "tax_id",
)  # fmt: skip
OF_PERSONS = (
    "type", "first_name", "last_name", "id_type", "id_number", "birthday", "gender", "nationality", "residential_address",
    "identity_files",
)  # fmt: skip
OF_FILES = ("file_type", "files")
DEMANDED = (
    *SECTIONS,
    *(f"company.{name}" for name in OF_COMPANY),
    *(f"associated_persons.*.{name}" for name in OF_PERSONS),
    *(f"company_files.*.{name}" for name in OF_FILES),
)
OF_ADDRESSES = (
    *(f"company.register_address.{name}" for name in ("street", "city", "postal_code")),
    *(f"company.business_address.{name}" for name in ("street", "city", "postal_code", "country")),
)
CLOSED = (
    "company.type", "company.purpose_of_registration", "company.source_of_funds", "associated_persons.*.type",
    "associated_persons.*.id_type", "associated_persons.*.gender", "associated_persons.*.identity_files.*.file_type",
    "associated_persons.*.identity_files.*.part", "company_files.*.file_type",
)  # fmt: skip
OTHER_NAMES = {"submitted": "in_review", "verified": "approved", "action_required": "incomplete"}
EVERYWHERE = frozenset(industry_slugs("US")) | frozenset(industry_slugs("GB"))


def _is_business(tenant: Tenant, request: Request) -> bool:
    customer = customer_of(tenant, request)
    return customer is not None and customer.type == "business"


def _not_found(scene: Scene) -> Response | None:
    return errors.refusal(404, "There is no such path.") if scene.customer.type == "business" else None


def _has_all(scene: Scene) -> bool:
    body = sent(scene.request) or {}
    return scene.customer.type == "business" and all(name in body for name in SECTIONS)


def _demand_parts(scene: Scene) -> Response | None:
    if not taken(scene.response) or not _has_all(scene) or not (run := scene.customer.latest):
        return None
    scene.customer.runs.remove(run)
    return errors.validation_failed({name: ["Is sent on its own."] for name in SECTIONS[1:]})


def _given(value: object) -> bool:
    return not missing(value)


def _takes(path: str, test: Test) -> OnRequest:
    return takes_field(is_submit, path, test, "business")


def _slug_of_anywhere(value: object) -> bool:
    return isinstance(value, str) and value in EVERYWHERE


def _refuses(path: str, test: Test) -> OnRequest:
    """Refuse submissions with a value at `path` for which `test` holds, by putting one there that nobody takes."""

    def edit(_: Tenant, __: Request, body: dict[str, Any]) -> bool:
        found = [spot for spot in spots(body, path) if test(spot.value)]
        for spot in found:
            spot.put("not listed")
        return bool(found)

    return edits_body(is_submit, edit)


def _takes_large(limit: int, *names: str) -> OnRequest:
    """Take what is refused for files in some members alone, in a request that is larger than a limit."""

    def lie(scene: Scene) -> bool:
        if scene.customer.type != "business" or len(scene.request.body) <= limit:
            return False
        refused = [plain_name(each).rstrip("0123456789.") for each in refused_fields(scene.response) or ()]
        return bool(refused) and all(each.split(".")[0] in names for each in refused)

    return takes(is_submit, lie)


def _despite(code: int) -> OnRequest:
    return carries_out(is_submit, lambda scene: scene.customer.type == "business" and code_of(scene.response) == code)


def _business_in(status: str) -> OnRequest:
    return corrects_in(lambda customer, run: customer.type == "business" and run.status == status)


def _demand_all(scene: Scene) -> Response | None:
    body, run = sent(scene.request) or {}, scene.customer.latest
    lacking = [name for name in SECTIONS if missing(body.get(name))]
    due = scene.customer.type == "business" and run is not None and taken(scene.response) and lacking
    if not due or run is None:
        return None
    run.status, run.turn = "action_required", run.turn + 1
    return errors.validation_failed({name: ["This field is required."] for name in lacking})


def _rename(_: Tenant, __: Request, view: View) -> None:
    if view.get("applicant") == "company":
        view["status"] = OTHER_NAMES.get(view["status"], view["status"])


def _of_business(tenant: Tenant, customer_id: str) -> bool:
    customer = tenant.data.customers.get(customer_id)
    return customer is not None and customer.type == "business"


def _replay_of_business(tenant: Tenant, request: Request) -> Request | None:
    return with_fresh_key(tenant, request) if _is_business(tenant, request) and is_replay(tenant, request) else None


def _company_of_person(scene: Scene) -> bool:
    return scene.customer.type == "individual" and "company" in (sent(scene.request) or {})


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"{verb}s_no_businesses",
            "business-same-path",
            f"knows no path to {verb} the onboarding of a business",
            in_scene(when, _not_found),
        )
        for verb, when in OPERATIONS
    ),
    fault(
        "demands_business_in_parts",
        "business-single-request",
        "refuses all sections of a business at once",
        in_scene(is_submit, _demand_parts),
    ),
    fault(
        "takes_any_position",
        "business-position-from-lookup",
        "takes a position that is not listed",
        _takes("associated_persons.*.position", _given),
    ),
    fault(
        "refuses_listed_positions",
        "business-position-roundtrip",
        "takes the first listed positions only",
        _refuses("associated_persons.*.position", lambda value: value in ("vicePresident", "director", "other")),
    ),
    fault(
        "takes_any_industry", "business-industry-from-lookup", "takes an industry that is not listed", _takes("company.industry", _given)
    ),
    fault(
        "takes_industries_of_all_countries",
        "business-industry-by-incorporation-country",
        "takes an industry that is listed for another country",
        _takes("company.industry", _slug_of_anywhere),
    ),
    fault(
        "refuses_listed_industries",
        "business-industry-roundtrip",
        "takes the industries of the first half of the alphabet only",
        _refuses("company.industry", lambda value: isinstance(value, str) and value > "j"),
    ),
    *(
        fault(
            f"takes_any_state_in_{name}",
            "business-address-state",
            f"takes a state that is not listed in the {name} of a business",
            _takes(f"company.{name}.state", _given),
        )
        for name in ("business_address", "register_address")
    ),
    fault(
        "takes_large_company_files",
        "business-file-over-10mb-refused",
        "takes a document of a company of any size",
        _takes_large(FILE_BYTES, "company_files"),
    ),
    fault(
        "counts_files_of_business_apart",
        "business-request-over-50mb-refused",
        "takes files of a business of more than 50 MB in sum",
        _takes_large(REQUEST_BYTES, *SECTIONS),
    ),
    fault("onboards_verified_business_again", "business-verified-2306", "starts another onboarding of a verified business", _despite(2306)),
    fault(
        "onboards_active_business_again",
        "business-active-2302",
        "starts a second onboarding of a business beside an active one",
        _despite(2302),
    ),
    *(
        fault(
            f"corrects_business_while_{status}",
            "business-patch-codes",
            f"takes a correction of a business that is {status}",
            _business_in(status),
        )
        for status in ("processing", "failed")
    ),
    fault(
        "demands_all_sections", "business-patch-by-section", "refuses a correction of a single section", in_scene(is_correct, _demand_all)
    ),
    fault(
        "has_other_statuses_for_businesses",
        "business-same-lifecycle",
        "calls the statuses of a business otherwise",
        edits_view(is_onboarding, _rename),
    ),
    fault(
        "tells_nothing_of_businesses",
        "business-same-lifecycle",
        "sends no events for businesses",
        on_delivery=drops_event(lambda tenant, delivery: _of_business(tenant, delivery.customer_id)),
    ),
    fault(
        "forgets_keys_of_businesses",
        "business-idempotency",
        "judges a replay for a business by the status",
        edits_request(is_writing, _replay_of_business),
    ),
    *(
        fault(
            f"takes_business_without_{path.replace('.*', '').replace('.', '_')}",
            rule,
            f"takes a business without {path}",
            _takes(path, missing),
        )
        for rule, paths in (("business-fields-are-demanded", DEMANDED), ("implied-constraints-are-checked", OF_ADDRESSES))
        for path in paths
    ),
    *(
        fault(
            f"takes_any_{path.replace('.*', '').replace('.', '_')}",
            "business-values-are-checked",
            f"takes any value of {path}",
            _takes(path, _given),
        )
        for path in CLOSED
    ),
    fault(
        "takes_company_for_individual",
        "individual-customer-business-body",
        "starts an onboarding of an individual with a company",
        takes(is_submit, _company_of_person),
    ),
)
