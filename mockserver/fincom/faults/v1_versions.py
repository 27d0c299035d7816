"""Servers that mix the versions up: old and new names, ids, customers and bodies (002 Migration Summary), or leave V1."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.faulting import ABSENT, Body, Operation, at, edits_answer, is_a, null, operation, sent, spots, taken
from mockserver.fincom import errors
from mockserver.fincom.auth import is_authorized
from mockserver.fincom.faults import attach_identity, attach_proofs, attach_turns, create_countries, create_verification
from mockserver.fincom.faults.builders import broken_down, is_upload
from mockserver.fincom.faults.builders import customer_of as customer_of_v2
from mockserver.fincom.faults.builders import is_attach as is_attach_v2
from mockserver.fincom.faults.builders import is_create as is_create_v2
from mockserver.fincom.faults.create_builders import refuses_body as refuses_body_of_v2
from mockserver.fincom.faults.forms import form_of
from mockserver.fincom.faults.v1_builders import accepts, customer_of, fault, is_attach, is_create, mends_body
from mockserver.fincom.v1_documents import ADDRESS_TYPES, IDENTITY_TYPES, PROOFS
from mockserver.fincom.v1_individuals import SECTIONS
from mockserver.fincom.validation import Field
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest, by_name

OF_V2 = by_name(
    [
        *attach_identity.FAULTS,
        *attach_proofs.FAULTS,
        *attach_turns.FAULTS,
        *create_countries.FAULTS,
        *create_verification.FAULTS,
    ]
)
MINE = "v1_has_ids_of_its_own_"
OPEN = ("/v1/customers/individual", "/v1/customers/individual/attach")
DROPPED = ("RESIDENCE_PERMIT", "PASSPORT", "NATIONAL_ID", "DRIVERS_LICENSE", "COMPANY_DOC")
is_path_of_v1 = operation("GET|PUT|PATCH|DELETE|POST", "/v1/customers/individual(?:/attach)?")


def _first_number(entries: Any) -> Any:
    entry = entries[0] if isinstance(entries, list) and entries else None
    return entry.get("document_id") if isinstance(entry, dict) else None


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else None


# The key of V2, its predecessor, and what V1 has in its place.
NEW_KEYS: tuple[tuple[str, str, str, Callable[[Any], Any]], ...] = (
    ("basic_info", "primary_nationality", "nationality", lambda value: value),
    ("basic_info", "tax_info", "tin", _first_number),
    ("address", "street_line_1", "street", lambda value: value),
    ("address", "subdivision_code", "state", lambda value: value),
    ("financial_profile", "source_of_fund_ids", "source_of_fund_id", _first),
)
# Where both versions have the same id of a catalogue.
SHARED = (
    ("occupation_id", "financial_profile.occupation_id", "financial_profile.occupation_id"),
    ("purpose_id", "financial_profile.purpose_id", "financial_profile.purpose_id"),
    ("source_of_funds", "financial_profile.source_of_fund_id", "financial_profile.source_of_fund_ids"),
    ("subdivision", "address.state", "address.subdivision_code"),
)


def _new(body: Body, section: str, new: str, old: str) -> bool:
    return at(body, f"{section}.{new}") is not ABSENT and at(body, f"{section}.{old}") is ABSENT


def _translates(section: str, new: str, old: str, to: Callable[[Any], Any]) -> OnRequest:
    def mend(_: Tenant, body: Body) -> bool:
        found = _new(body, section, new, old)
        if found:
            body[section][old] = to(body[section][new])
        return found

    return mends_body(is_create, mend)


def _translates_all(_: Tenant, body: Body) -> bool:
    if not all(_new(body, section, new, old) for section, new, old, _ in NEW_KEYS):
        return False
    for section, new, old, to in NEW_KEYS:
        body[section][old] = to(body[section][new])
    return True


def _bars_uploads(tenant: Tenant, request: Request, response: Response) -> Response | None:
    form = form_of(request) if is_upload(request) and taken(response) else None
    customer = tenant.data.customers.get(form.customer_id) if form else None
    return errors.not_found() if customer and customer.version == "v1" else None


def _switches_off(when: Callable[[Request], bool], other: str) -> OnRequest:
    """Answer 403 to creates of one version once the client has a customer of the other."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        known = any(customer.version == other for customer in tenant.data.customers.values())
        barred = known and when(request) and is_authorized(tenant, request)
        return answer(403, errors.NOT_ELIGIBLE) if barred else await call_next(request)

    return on_request


def _already_of_v1(path: str, path_of_v2: str) -> OnRequest:
    """Refuse in V2 what a customer of V1 has at the same place."""

    def trait(tenant: Tenant, body: Body) -> bool:
        theirs = [at(customer.body, path) for customer in tenant.data.customers.values() if customer.version == "v1"]
        value = at(body, path_of_v2)
        return any(each in theirs for each in (value if isinstance(value, list) else [value]))

    return refuses_body_of_v2(path_of_v2, trait)


async def attaches_to_customers_of_v2(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take documents for a customer of V2 as well."""
    customer = customer_of(tenant, sent(request) or {}) if is_attach(request) else None
    if customer is None or customer.version != "v2":
        return await call_next(request)
    customer.version = "v1"
    response = await call_next(request)
    customer.version = "v2"
    if taken(response):
        call_next.mark()
    return response


async def customers_attach_by_v2(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take documents for a customer of V1 at the attach of V2."""
    customer = customer_of_v2(tenant, request) if is_attach_v2(request) else None
    if customer is None or customer.version != "v1":
        return await call_next(request)
    customer.version = "v2"
    response = await call_next(request)
    customer.version = "v1"
    if response.status != 401:
        call_next.mark()
    return response


def _same_in_v2(name: str, rules: str, says: str, of_v2: str) -> Fault:
    """Return a fault of V2 that breaks what is promised of both versions together."""
    row = fault(name, rules, says, OF_V2[of_v2].on_request)
    return replace(row, name=name, says=says, on_event=OF_V2[of_v2].on_event)


def _any_word(_: Tenant, body: Body) -> bool:
    kinds = (("proof_of_identity.type", IDENTITY_TYPES), ("proof_of_address.type", ADDRESS_TYPES))
    odd = [spot for path, known in kinds for spot in spots(body, path) if isinstance(spot.value, str) and spot.value not in known]
    for spot in odd:
        spot.put("PASSPORT")
    return bool(odd)


def _any_method(_: Tenant, request: Request, response: Response) -> Response | None:
    return answer(200, {"data": {}}) if response.status in (404, 405) and is_path_of_v1(request) and request.method != "POST" else None


def _stumbles(when: Operation, trait: Callable[[Body], bool]) -> OnRequest:
    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        return broken_down() if response.status != 401 and trait(sent(request) or {}) else None

    return edits_answer(when, edit)


def _unknown(top: Iterable[str], sections: Mapping[str, Iterable[Field]]) -> Callable[[Body], bool]:
    """Return a trait: the body, or a section of it, has a key that the guide does not know."""
    known = {"": {*top, *sections}} | {name: {"files", *(field.name for field in fields)} for name, fields in sections.items()}

    def trait(body: Body) -> bool:
        parts = {"": body} | {name: body.get(name) for name in sections}
        return any(set(part) - known[name] for name, part in parts.items() if isinstance(part, dict))

    return trait


SIDE_BY_SIDE: tuple[Fault, ...] = (
    fault(
        "bars_uploads",
        "fincom/upload-serves-both-versions",
        "does not find customers to upload files for",
        edits_answer(is_upload, _bars_uploads),
    ),
    fault(
        "is_switched_off_by_v2",
        "fincom/v1-and-v2-run-side-by-side",
        "makes no more customers in V1 once there is one of V2",
        _switches_off(is_create, "v2"),
    ),
    fault(
        "switches_v2_off", "fincom/v1-and-v2-run-side-by-side", "bars V2 once there is a customer of V1", _switches_off(is_create_v2, "v1")
    ),
    *(
        fault(
            f"{MINE[3:]}{name}",
            "fincom/catalogue-ids-serve-both-versions",
            f"has other values of {name} than V2",
            _already_of_v1(path, path_of_v2),
        )
        for name, path, path_of_v2 in SHARED
    ),
    fault(
        "attaches_to_customers_of_v2",
        "fincom/versions-do-not-mix-on-attach",
        "takes documents for customers of V2",
        attaches_to_customers_of_v2,
    ),
    fault(
        "customers_attach_by_v2",
        "fincom-v2/v1-customer-on-v2-attach-is-forbidden",
        "attaches documents to customers of V1 by V2",
        customers_attach_by_v2,
    ),
    _same_in_v2(
        "v2_does_not_compare_countries",
        "fincom/address-country-check-is-v2-only",
        "takes an address in another country than the residence in V2 as well",
        "accepts_country_mismatch",
    ),
    _same_in_v2(
        "v2_has_a_default_too",
        "fincom/verification-type-default-is-v1-only",
        "does without a verification type in V2 as well",
        "defaults_to_standard",
    ),
    *(
        _same_in_v2(
            f"v2_still_takes_{kind.lower()}",
            "fincom/dropped-address-proofs-are-v1-only",
            f"takes {kind} as proof of address in V2 as well",
            f"accepts_{kind.lower()}_as_address_proof",
        )
        for kind in DROPPED
    ),
    _same_in_v2(
        "v2_takes_residence_permits_of_address",
        "fincom/residence-permit-changes-sides",
        "takes a residence permit as proof of address in V2 as well",
        "accepts_residence_permit_as_address_proof",
    ),
    _same_in_v2(
        "v2_knows_no_residence_permit",
        "fincom/residence-permit-changes-sides",
        "refuses a residence permit as identity document in V2 as well",
        "refuses_residence_permit",
    ),
    _same_in_v2("v2_knows_no_selfie", "fincom/selfie-is-v2-only", "refuses a selfie in V2 as well", "refuses_selfie"),
    _same_in_v2(
        "v2_has_no_guard",
        "fincom/conflict-guard-is-v2-only",
        "takes another attach while one is in flight in V2 as well",
        "queues_second_attach",
    ),
)
NAMES: tuple[Fault, ...] = (
    *(
        fault(
            f"reads_{new}_of_v2",
            f"{new.replace('_', '-')}-does-not-replace-{old.replace('_', '-')}",
            f"reads {new} for {old}",
            _translates(section, new, old, to),
        )
        for section, new, old, to in NEW_KEYS
    ),
    fault("reads_bodies_of_v2", "v2-create-body-is-refused", "takes whole bodies of V2", mends_body(is_create, _translates_all)),
)
DESCRIPTION: tuple[Fault, ...] = (
    fault(
        "validates_no_enumeration",
        "schema-violations-are-refused",
        "takes any word as type of a document",
        mends_body(is_attach, _any_word),
    ),
    fault(
        "does_without_sections",
        "schema-violations-are-refused",
        "does without the section address",
        accepts("address", lambda value: value is ABSENT or value is None),
    ),
    fault(
        "writes_numbers_out",
        "implied-constraints-are-checked",
        "writes out numbers that it gets in the place of a city",
        accepts("address.city", lambda value: is_a(int)(value) or is_a(float)(value)),
    ),
    fault(
        "takes_negative_volumes",
        "implied-constraints-are-checked",
        "takes volumes below 0",
        accepts("financial_profile.monthly_volume_usd", lambda value: is_a(int)(value) and value < 0),
    ),
    fault(
        "breaks_down_on_null_metadata",
        "open-cases-are-answered",
        "breaks down on null in the place of meta_data or a verification type",
        _stumbles(is_create, lambda body: null(body.get("meta_data", 0)) or null(body.get("verification_type", 0))),
    ),
    fault(
        "breaks_down_on_unknown_keys",
        "open-cases-are-answered",
        "breaks down on keys that create does not know",
        _stumbles(is_create, _unknown(("verification_type", "meta_data"), SECTIONS)),
    ),
    fault(
        "breaks_down_on_unknown_keys_of_documents",
        "open-cases-are-answered",
        "breaks down on keys that attach does not know",
        _stumbles(is_attach, _unknown(("customer_id", "tos_policies_value"), PROOFS)),
    ),
    fault(
        "answers_any_method",
        "undocumented-methods-are-refused",
        "answers 200 to methods that a path does not have",
        edits_answer(is_path_of_v1, _any_method),
    ),
)

FAULTS: tuple[Fault, ...] = (*SIDE_BY_SIDE, *NAMES, *DESCRIPTION)
