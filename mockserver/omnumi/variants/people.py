"""Other readings of customers and business users (003 pii-customer-details, business user)."""

import re
from collections.abc import Callable
from typing import Any

from mockserver.clock import SECOND
from mockserver.faulting import Body, edits_answer, edits_body, sent, taken, told
from mockserver.http import Request, Response
from mockserver.omnumi import business, customers, forms
from mockserver.omnumi.errors import onboarding, refusal
from mockserver.omnumi.faults.builders import Scene, before, changes, edits_success, in_scene, is_business, is_pii, others, variant
from mockserver.omnumi.values import instant, stamp
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest, Variant

# What stands beside each entry in the samples.
COMPANIONS = {
    customers.NO_UUID: customers.FAILED,
    customers.FAILED: customers.NO_UUID,
    customers.NOBODY: customers.WRONG_TENANT,
    customers.WRONG_TENANT: customers.NOBODY,
}
SIDES = ("oldDetails", "newDetails")
# Members of a change that are about the change, and not about what changed.
ABOUT = frozenset({"customerAccountId", "remarks"})
FORTY = re.compile("0x[0-9a-fA-F]{40}")
PREFIX = "base64,"
FULL_FORM = ("accountAddress", "businessUserAddress", "phoneNumber", "incorporationDocs", "controlPersons")
YEAR = 365 * 86400 * SECOND


def _both_entries(scene: Scene) -> Response | None:
    body = told(scene.response)
    listed = body.get("errors") if not taken(scene.response) else None
    known = {tuple(entry.values()): entry for entry in listed} if isinstance(listed, list) and len(listed) == 1 else {}
    for entry, other in COMPANIONS.items():
        if tuple(entry) in known:
            return refusal(scene.response.status, entry, other)
    return None


def _changed_only(body: Body) -> None:
    for entry in body["data"]["historyData"]:
        old, new = entry["oldDetails"], entry["newDetails"]
        same = {name for name in old.keys() & new.keys() if old[name] == new[name]} - ABOUT
        for side in SIDES:
            entry[side] = {name: value for name, value in entry[side].items() if name not in same}


def _in_details(edit: Callable[[Body], None]) -> OnRequest:
    def edited(body: Body) -> None:
        for entry in body["data"]["historyData"]:
            for side in SIDES:
                edit(entry[side])

    return edits_success(is_pii, edited)


def _names_of_data(details: Body) -> None:
    for name, other in customers.RENAMED.items():
        if other in details:
            details[name] = details.pop(other)


def _masked(details: Body) -> None:
    account = details.get("bankAccountDetails")
    if account:
        account["bankAccountNumber"] = customers.masked(account["bankAccountNumber"])


def _another_id(details: Body) -> None:
    identity = details.get("customerAccountId")
    if identity:
        details["customerAccountId"] = f"{identity[:-8]}{'0' * 8}"


def _without_id(details: Body) -> None:
    details.pop("customerAccountId", None)


def _as_text(value: Any) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _listed_denial(_: Tenant, request: Request, response: Response) -> Response | None:
    if response.status != 401:
        return None
    return onboarding(business.INVALID, "Credentials are missing") if is_business(request) else refusal(404, customers.WRONG_TENANT)


def _entries(response: Response) -> list[Body]:
    """Return the entries of a refused onboarding as shown in 003."""
    try:
        listed = response.json()
    except ValueError:
        return []
    shown = isinstance(listed, list) and listed and isinstance(listed[0], dict) and isinstance(listed[0].get("type"), list)
    return list(listed[0]["type"]) if shown else []


def _reshaped(make: Callable[[list[Body]], object]) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        entries = _entries(response) if response.status == 400 else []
        return response.with_json(make(entries)) if entries else None

    return edits_answer(is_business, edit)


def _refuses(test: Callable[[Body], object], why: str) -> OnRequest:
    return before(is_business, lambda _, request: onboarding(business.INVALID, why) if test(sent(request) or {}) else None)


def _has_odd_address(body: Body) -> bool:
    value = body.get("accountAddress")
    return isinstance(value, str) and not FORTY.fullmatch(value)


def _contents(value: Any) -> list[str]:
    if isinstance(value, list):
        return [each for entry in value for each in _contents(entry)]
    if not isinstance(value, dict):
        return []
    own = [value["content"]] if isinstance(value.get("content"), str) else []
    return own + [each for entry in value.values() for each in _contents(entry)]


def _first_control_person(_: Tenant, __: Request, body: Body) -> bool:
    persons = body.get("controlPersons")
    if not isinstance(persons, list) or not persons or not isinstance(persons[0], dict):
        return False
    body["controlPersons"] = persons[0]
    return True


def _as_sent(scene: Scene) -> Response | None:
    if not taken(scene.response):
        return None
    body = told(scene.response)
    body["data"]["business_user_name"] = scene.body["businessUserName"]
    body["data"]["business_user_metadata"]["legal_name"] = scene.body["businessUserLegalName"]
    return scene.response.with_json(body)


def _known_elsewhere(tenant: Tenant, request: Request) -> Response | None:
    """Refuse what is taken with any tenant."""
    body = sent(request) or {}
    if forms.flaw(body) is not None:
        return None
    known = [made for other in others(tenant) for made in other.data.business_users]
    found = next(iter(business.duplicates(known, body)), None)
    return onboarding(found) if found else None


def _all_duplicates(scene: Scene) -> Response | None:
    entries = _entries(scene.response) if scene.response.status == 400 else []
    told_first = bool(entries) and (entries[0].get("type"), entries[0].get("message")) in DUPLICATES
    if not told_first:
        return None
    found = list(business.duplicates(scene.tenant.data.business_users, scene.body))
    listed = [{"type": [entry._asdict() for entry in found], "message": "The business user was not onboarded"}]
    return scene.response.with_json(listed) if len(found) > 1 else None


DUPLICATES = (business.DOMAIN, business.EMAIL, business.CONTROL_PERSON, business.NAME)
VARIANTS: tuple[Variant, ...] = (
    variant("answers_both_entries", "amb-pii-two-entries", "answers both entries of a sample at once", in_scene(is_pii, _both_entries)),
    variant(
        "shows_history_of_a_linked_account",
        "amb-pii-history-id",
        "shows the id of another account in the history",
        _in_details(_another_id),
    ),
    variant("shows_history_without_id", "amb-pii-history-id", "leaves the id of the customer out of the history", _in_details(_without_id)),
    variant(
        "names_history_as_data",
        "amb-pii-history-names",
        "names the members of the history as those of the data",
        _in_details(_names_of_data),
    ),
    variant(
        "shows_changed_members_only",
        "amb-pii-history-depth",
        "shows in the history what changed and nothing else",
        edits_success(is_pii, _changed_only),
    ),
    variant("masks_history", "amb-pii-masking", "masks account numbers in the history too", _in_details(_masked)),
    variant(
        "says_flags_as_text",
        "amb-pii-boolean-text",
        "says true and false as texts",
        edits_success(is_pii, lambda body: [changes(f"data.namespaces.*.{name}", _as_text)(body) for name in ("isGlobal", "isPrimary")]),
    ),
    variant(
        "denies_people_with_listed_statuses",
        "amb-pii-auth-statuses",
        "denies strangers personal data with 404 and onboarding with 400",
        edits_answer(lambda request: is_pii(request) or is_business(request), _listed_denial),
    ),
    variant(
        "lists_entries_flat",
        "amb-business-400-list",
        "answers a plain list of entries to a bad business user",
        _reshaped(lambda entries: entries),
    ),
    variant(
        "wraps_entries_in_envelope",
        "amb-business-400-list",
        "answers the common envelope to a bad business user",
        _reshaped(lambda entries: {"errors": entries}),
    ),
    variant(
        "wants_forty_digits",
        "amb-business-account-address",
        "refuses an account address that has not forty digits",
        _refuses(_has_odd_address, "accountAddress must be an Ethereum address"),
    ),
    variant(
        "takes_list_of_control_persons",
        "amb-business-control-persons",
        "takes a list of control persons at the top",
        edits_body(is_business, _first_control_person),
    ),
    variant(
        "wants_prefixed_files",
        "amb-business-base64",
        "refuses files without the word base64",
        _refuses(lambda body: any(not each.startswith(PREFIX) for each in _contents(body)), "content must begin with base64,"),
    ),
    variant(
        "wants_bare_files",
        "amb-business-base64",
        "refuses files with the word base64",
        _refuses(lambda body: any(each.startswith(PREFIX) for each in _contents(body)), "content must be base64"),
    ),
    variant("keeps_names_as_sent", "amb-business-lowercase", "shows names in the letters that were sent", in_scene(is_business, _as_sent)),
    variant(
        "has_no_end", "amb-business-end-date", "shows no end date", edits_success(is_business, changes("data.end_date", lambda _: None))
    ),
    variant(
        "ends_later",
        "amb-business-end-date",
        "shows an end date a year later",
        edits_success(is_business, changes("data.end_date", lambda value: stamp((instant(value) or 0) + YEAR) if value else value)),
    ),
    variant(
        "demands_the_full_form",
        "amb-business-required",
        "refuses a business user without address, documents and control persons",
        _refuses(lambda body: any(body.get(name) is None for name in FULL_FORM), "The form is not complete"),
    ),
    variant(
        "is_unique_across_tenants",
        "amb-business-uniqueness-scope",
        "refuses what is taken with another tenant",
        before(is_business, _known_elsewhere),
    ),
    variant(
        "lists_all_duplicates",
        "amb-business-duplicate-compound",
        "tells everything that is taken at once",
        in_scene(is_business, _all_duplicates),
    ),
)
