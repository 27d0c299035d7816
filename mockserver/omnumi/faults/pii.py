"""Servers that show customers wrongly (003 pii-customer-details)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Body, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi import customers
from mockserver.omnumi.errors import Entry, refusal
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import Scene, before, changes, edits_success, fault, in_scene, is_pii, others, puts
from mockserver.omnumi.model import Change, Customer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

SAMPLE_ID = "c8abc8ff-8c56-4231-9e55-aaca9698a3d7"


def identity_of(request: Request) -> str:
    """Return the customer that a path names."""
    return request.path.rpartition("/")[2]


def customer_of(tenant: Tenant, request: Request) -> Customer | None:
    """Return the customer that a path names."""
    found: Customer | None = tenant.data.customers.get(identity_of(request).lower())
    return found


def shows(path: str, change: Callable[[Any], object]) -> OnRequest:
    """Show another value of a member of the data."""
    return edits_success(is_pii, changes(f"data.{path}", change))


def _refused(entry: Entry, make: Callable[[Scene], Response | None]) -> OnRequest:
    """Give back another answer where an entry tells the refusal."""
    return in_scene(is_pii, lambda scene: make(scene) if any(each.get("message") == entry.message for each in _entries(scene)) else None)


def _entries(scene: Scene) -> list[Body]:
    entries = told(scene.response).get("errors")
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def _with_status(status: int) -> Callable[[Scene], Response]:
    return lambda scene: replace(scene.response, status=status)


def _worded(entry: Entry) -> Callable[[Scene], Response]:
    return lambda scene: refusal(scene.response.status, entry)


def _empty(_: Scene) -> Response:
    return answer(200, {"message": customers.FETCHED, "data": {}})


def _breaks(_: Scene) -> Response:
    return failed()


def _demands(name: str) -> OnRequest:
    """Refuse requests that lack a header or a query member that nobody named."""

    def make(_: Tenant, request: Request) -> Response | None:
        given = request.headers.get(name) or request.parameter(name)
        return None if given else refusal(400, Entry("catch", f"Missing {name}"))

    return before(is_pii, make)


def _query_chooses(tenant: Tenant, request: Request) -> Response | None:
    """Let a query member choose the customer."""
    named = next((value for _, value in request.query if value.lower() in tenant.data.customers), None)
    return customers.read(tenant, named) if named and named.lower() != identity_of(request).lower() else None


def _breaks_on_extras(_: Tenant, request: Request) -> Response | None:
    return failed() if request.query or request.body else None


def _shows_other(scene: Scene) -> Response | None:
    """Show another customer of the tenant."""
    known = customer_of(scene.tenant, scene.request)
    other = next((each for each in scene.tenant.data.customers.values() if known and each is not known), None)
    return answer(200, {"message": customers.FETCHED, "data": customers.shown(scene.tenant, other)}) if other else None


def _minds_capitals(_: Tenant, request: Request) -> Response | None:
    identity = identity_of(request)
    return failed() if customers.UUID.fullmatch(identity) and identity != identity.lower() else None


def _tells_foreign_apart(scene: Scene) -> Response | None:
    """Say that a customer is another tenant's."""
    identity = identity_of(scene.request).lower()
    foreign = any(identity in each.data.customers for each in others(scene.tenant))
    return refusal(404, customers.WRONG_TENANT) if foreign else None


def _leaks(scene: Scene) -> Response | None:
    """Put a customer beside the error."""
    found = customer_of(scene.tenant, scene.request)
    known = (each.data.customers.get(identity_of(scene.request).lower()) for each in others(scene.tenant))
    found = found or next((each for each in known if each), None)
    body = told(scene.response)
    return (
        scene.response.with_json({**body, "data": {"email": found.record["email"], "lastName": found.record["lastName"]}})
        if found and not taken(scene.response)
        else None
    )


def _adds_reads(tenant: Tenant, request: Request) -> Response | None:
    """Enter each read into the history."""
    found = customer_of(tenant, request)
    if found:
        customers.change(tenant, found, {}, "Read", "default.user@example.com")
    return None


def _counts_reads(scene: Scene) -> Response | None:
    """Show the time of the read as the occupation's last change."""
    body = told(scene.response)
    if not taken(scene.response):
        return None
    reads: int = scene.tenant.memory.get("counts_reads", 0)
    scene.tenant.memory["counts_reads"] = reads + 1
    body["data"]["denialReason"] = f"viewed {reads} times"
    return scene.response.with_json(body)


def _never_changed(value: Any) -> OnRequest:
    return edits_success(is_pii, puts("data.historyData", value), lambda body: body["data"]["historyData"] == [])


def _sample_entry(scene: Scene) -> Response | None:
    body = told(scene.response)
    if not taken(scene.response) or body["data"]["historyData"]:
        return None
    found = customer_of(scene.tenant, scene.request)
    if found is None:
        return None
    entry = customers.change_shown(
        found, Change(old=found.record, new=found.record, remarks="Editing first name", updated_by="default.user@ul.com", at=0)
    )
    body["data"]["historyData"] = [{**entry, "createdAt": "2025-11-24T19:56:51.070Z"}]
    return scene.response.with_json(body)


def _stale(scene: Scene) -> Response | None:
    """Show the values from before the last change."""
    found = customer_of(scene.tenant, scene.request)
    if found is None or not found.changes or not taken(scene.response):
        return None
    before_it = Customer(id=found.id, record=found.changes[-1].old, changes=found.changes)
    return answer(200, {"message": customers.FETCHED, "data": customers.shown(scene.tenant, before_it)})


def _fixed_tenant(scene: Scene) -> Response | None:
    if not taken(scene.response):
        return None
    body = told(scene.response)
    body["data"]["tenantId"] = "57b99458-f481-4822-b8b3-516d6bd611ca"
    return scene.response.with_json(body)


def _tenant_per_customer(scene: Scene) -> Response | None:
    if not taken(scene.response):
        return None
    body = told(scene.response)
    body["data"]["tenantId"] = body["data"]["customerAccountId"]
    return scene.response.with_json(body)


def _unmasked(scene: Scene) -> Response | None:
    found = customer_of(scene.tenant, scene.request)
    if found is None or not taken(scene.response):
        return None
    body = told(scene.response)
    body["data"]["bankAccounts"] = found.record["bankAccounts"]
    return scene.response.with_json(body)


def _second_primary(body: Body) -> None:
    spaces = body["data"]["namespaces"]
    body["data"]["namespaces"] = [
        *spaces,
        {"namespace": "other", "isGlobal": False, "isPrimary": True, "customNamespace": "other"},
        {"namespace": "more", "isGlobal": False, "isPrimary": True, "customNamespace": None},
    ]


FAULTS: tuple[Fault, ...] = (
    fault(
        "finds_no_customers",
        "pii-existing-200",
        "finds no customer",
        in_scene(is_pii, lambda scene: refusal(404, customers.NOBODY) if taken(scene.response) else None),
    ),
    fault(
        "answers_201_to_pii",
        "pii-existing-200",
        "answers 201 to reading a customer",
        in_scene(is_pii, lambda scene: replace(scene.response, status=201) if taken(scene.response) else None),
    ),
    fault(
        "tells_customers_in_other_words",
        "pii-message",
        "answers a customer with another message",
        edits_success(is_pii, puts("message", "Success")),
    ),
    fault(
        "tells_customers_without_message",
        "pii-message",
        "answers a customer without a message",
        edits_success(is_pii, puts("message", ABSENT)),
    ),
    fault(
        "lists_the_customer",
        "pii-data-object",
        "answers a list of one customer",
        edits_success(is_pii, changes("data", lambda value: [value])),
    ),
    fault("wants_tenant_header", "pii-id-only-needed", "demands a header that nobody named", _demands("x-request-id")),
    fault("wants_namespace", "pii-id-only-needed", "demands a query member that nobody named", _demands("namespace")),
    fault("lets_query_choose", "pii-extra-input-ignored", "shows the customer that the query names", before(is_pii, _query_chooses)),
    fault("breaks_down_on_extras", "pii-extra-input-ignored", "answers 500 to a query or a body", before(is_pii, _breaks_on_extras)),
    fault("shows_another_customer", "pii-echo-id", "shows another customer of the tenant", in_scene(is_pii, _shows_other)),
    fault("shows_the_sample_id", "pii-echo-id", "shows the id of the sample", shows("customerAccountId", lambda _: SAMPLE_ID)),
    fault("shows_one_tenant", "pii-tenant-is-callers", "shows one tenant for all", in_scene(is_pii, _fixed_tenant)),
    fault("shows_a_tenant_each", "pii-tenant-is-callers", "shows another tenant for each customer", in_scene(is_pii, _tenant_per_customer)),
    fault("breaks_down_on_capitals", "pii-id-case-irrelevant", "answers 500 to an id in capitals", before(is_pii, _minds_capitals)),
    fault(
        "answers_404_to_malformed_ids",
        "pii-malformed-id-400",
        "answers 404 to an id that is no UUID",
        _refused(customers.NO_UUID, _with_status(404)),
    ),
    fault(
        "answers_500_to_malformed_ids", "pii-malformed-id-400", "answers 500 to an id that is no UUID", _refused(customers.NO_UUID, _breaks)
    ),
    fault(
        "words_malformed_ids_otherwise",
        "pii-malformed-id-400",
        "tells an id that is no UUID in other words",
        _refused(customers.NO_UUID, _worded(Entry("Invalid UUID", "Invalid id"))),
    ),
    fault(
        "answers_empty_to_unknown_customers",
        "pii-unknown-id-404",
        "answers 200 with nothing to an unknown customer",
        _refused(customers.NOBODY, _empty),
    ),
    fault(
        "answers_400_to_unknown_customers",
        "pii-unknown-id-404",
        "answers 400 to an unknown customer",
        _refused(customers.NOBODY, _with_status(400)),
    ),
    fault(
        "words_unknown_customers_otherwise",
        "pii-unknown-id-404",
        "tells an unknown customer in other words",
        _refused(customers.NOBODY, _worded(Entry("No data available", "Not found"))),
    ),
    fault(
        "answers_500_to_failed_reads",
        "pii-fetch-failure-400",
        "answers 500 where something inside fails",
        _refused(customers.FAILED, _breaks),
    ),
    fault(
        "words_failed_reads_otherwise",
        "pii-fetch-failure-400",
        "tells a failure inside in the words of the database",
        _refused(customers.FAILED, _worded(Entry("catch", "relation customer_pii does not exist"))),
    ),
    fault(
        "tells_foreign_customers_apart",
        "pii-foreign-like-unknown",
        "tells another tenant's customer from one that never was",
        _refused(customers.NOBODY, _tells_foreign_apart),
    ),
    fault("shows_people_beside_errors", "pii-error-leaks-nothing", "shows personal data beside an error", in_scene(is_pii, _leaks)),
    fault("shows_account_numbers", "pii-bank-number-masked", "shows account numbers unmasked", in_scene(is_pii, _unmasked)),
    fault("shows_two_primaries", "pii-namespace-one-primary", "shows two primary namespaces", edits_success(is_pii, _second_primary)),
    fault("shows_stale_data", "pii-current-is-latest", "shows what a customer was before the last change", in_scene(is_pii, _stale)),
    fault("enters_reads", "pii-safe", "enters each read into the history", before(is_pii, _adds_reads)),
    fault("counts_reads", "pii-safe", "shows how often a customer was read", in_scene(is_pii, _counts_reads)),
    fault("shows_null_history", "pii-never-changed-empty-history", "shows null for an empty history", _never_changed(None)),
    fault("shows_no_empty_history", "pii-never-changed-empty-history", "leaves an empty history out", _never_changed(ABSENT)),
    fault(
        "shows_sample_history",
        "pii-never-changed-empty-history",
        "shows the history of the sample where there is none",
        in_scene(is_pii, _sample_entry),
    ),
)
