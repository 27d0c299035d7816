"""Servers whose history of changes is not what happened (003 pii-customer-details, historyData)."""

import itertools
from collections.abc import Callable
from typing import Any

from mockserver.faulting import ABSENT, Body, taken, told
from mockserver.http import Response
from mockserver.omnumi import customers
from mockserver.omnumi.faults.builders import Scene, changes, fault, in_scene, is_pii, puts
from mockserver.omnumi.faults.pii import customer_of, shows
from mockserver.omnumi.model import Change
from mockserver.omnumi.values import stamp
from mockserver.wrappers import Fault, OnRequest

Entries = list[Body]
DAYS = ("dateOfBirth", "verifiedDOB", "verifiedIDIssueDate", "verifiedIDExpirationDate")
DETAILS = (
    "customerAccountId", "firstName", "middleName", "dateOfBirth", "maritalStatus", "email", "gender", "ssn", "selfieContent",
    "verifiedName", "verifiedDOB", "verifiedPhoto", "verifiedIDNumber", "verifiedCountry", "verifiedState", "verifiedIDIssueDate",
    "verifiedIDExpirationDate", "verifiedGender", "occupation", "annualSalary", "accountPurpose", "expectedMonthlyVolume", "remarks",
    "customNamespace",
)  # fmt: skip
OBJECTS = ("address", "tax", "verifiedAddress", "bankAccountDetails")
LISTS = ("governmentDocuments", "proofOfAddress")
BANK = (
    "bankLegalName", "bankAccountHolderName", "bankAccountType", "bankAccountNumber", "bankAccountHolderPhoneNumber",
    "bankAccountHolderEmail", "bankAccountHolderAddress",
)  # fmt: skip
LATEST = 10


def _history(edit: Callable[[Entries, Scene], Entries]) -> OnRequest:
    """Show another history than there is."""

    def make(scene: Scene) -> Response | None:
        body = told(scene.response)
        if not taken(scene.response) or not body["data"]["historyData"]:
            return None
        body["data"]["historyData"] = edit(body["data"]["historyData"], scene)
        after = scene.response.with_json(body)
        return after if after.body != scene.response.body else None

    return in_scene(is_pii, make)


def _each(edit: Callable[[Body], object]) -> OnRequest:
    def edited(entries: Entries, _: Scene) -> Entries:
        for entry in entries:
            edit(entry)
        return entries

    return _history(edited)


def _member(name: str, change: Callable[[Any], object]) -> OnRequest:
    return shows(f"historyData.*.{name}", change)


def _details(name: str, change: Callable[[Any], object]) -> OnRequest:
    """Show another value of a member of the new details."""
    return shows(f"historyData.*.newDetails.{name}", lambda value: value if value is ABSENT else change(value))


def _documents(name: str, change: Callable[[Any], object]) -> OnRequest:
    """Show another value of a member of all documents."""

    def edit(entry: Body) -> None:
        for kind in LISTS:
            changes(f"newDetails.{kind}.*.{name}", change)(entry)

    return _each(edit)


def _rewrites_first(entries: Entries, _: Scene) -> Entries:
    """Write the first entry anew once a second one is there."""
    if len(entries) > 1:
        entries[0]["remarks"] = "corrected"
    return entries


def _drops_middle(entries: Entries, _: Scene) -> Entries:
    return [entries[0], *entries[2:]] if len(entries) > 2 else entries


def _breaks_chain(entries: Entries, _: Scene) -> Entries:
    """Show what the customer was at first as what each change found."""
    for entry in entries[1:]:
        entry["oldDetails"] = entries[0]["oldDetails"]
    return entries


def _shuffled(entries: Entries, _: Scene) -> Entries:
    return [*entries[1:], entries[0]] if len(entries) > 2 else entries


def _at_read(entries: Entries, scene: Scene) -> Entries:
    now = stamp(scene.tenant.clock.now())
    for entry in entries:
        entry["createdAt"] = now
    return entries


def _of_another(entries: Entries, scene: Scene) -> Entries:
    """Add the history of another customer."""
    known = customer_of(scene.tenant, scene.request)
    others = [each for each in scene.tenant.data.customers.values() if each is not known and each.changes]
    return [*entries, *(customers.change_shown(each, change) for each in others for change in each.changes)]


def _phantom(scene: Scene) -> Response | None:
    """Show an entry of a change that did not happen from the second reading on."""
    body = told(scene.response)
    found = customer_of(scene.tenant, scene.request) if taken(scene.response) else None
    known: set[str] = scene.tenant.memory.setdefault("enters_refused_changes", set())
    if found is None or found.id not in known:
        known.update([found.id] if found else [])
        return None
    change = Change(
        old=found.record, new=found.record, remarks="failed", updated_by="default.user@example.com", at=scene.tenant.clock.now()
    )
    body["data"]["historyData"] = [*body["data"]["historyData"], customers.change_shown(found, change)]
    return scene.response.with_json(body)


def _last_write_wins(entries: Entries, scene: Scene) -> Entries:
    """Lose changes that were made within the same tenth of a second."""
    found = customer_of(scene.tenant, scene.request)
    changes = found.changes if found else []
    near = {at for at, (one, two) in enumerate(itertools.pairwise(changes)) if two.at - one.at < 100_000}
    return [entry for at, entry in enumerate(entries) if at not in near]


def _swaps(entry: Body) -> None:
    entry["oldDetails"], entry["newDetails"] = entry["newDetails"], entry["oldDetails"]


def _number(value: Any) -> object:
    return int("".join(each for each in str(value) if each.isdigit()) or 0)


def _day_first(value: Any) -> object:
    return "02/04/1997" if value is not None else value


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"shows_changes_without_{name}",
            f"history-type-{name.lower()}",
            f"leaves {name} out of changes",
            _member(name, lambda _: ABSENT),
        )
        for name in ("oldDetails", "newDetails", "updatedBy", "createdAt", "remarks")
    ),
    *(
        fault(
            f"shows_changes_with_{name}_of_another_type",
            f"history-type-{name.lower()}",
            f"shows {name} of changes as another type",
            _member(name, change),
        )
        for name, change in (
            ("oldDetails", lambda value: [value]),
            ("newDetails", str),
            ("updatedBy", lambda _: None),
            ("createdAt", lambda _: 1764014211),
            ("remarks", lambda _: 7),
        )
    ),
    fault(
        "shows_changes_without_zone",
        "history-type-createdat",
        "shows the time of changes without a zone",
        _member("createdAt", lambda value: value.removesuffix("Z")),
    ),
    fault("shows_blank_actors", "history-type-updatedby", "shows blank text for who made a change", _member("updatedBy", lambda _: "")),
    *(
        fault(
            f"shows_{name}_of_changes_as_number",
            f"history-details-type-{name.lower()}",
            f"shows {name} in the details of changes as a number",
            _details(name, _number),
        )
        for name in DETAILS
    ),
    *(
        fault(
            f"shows_{name}_of_changes_day_first",
            f"history-details-type-{name.lower()}",
            f"shows {name} in the details of changes with the day first",
            _details(name, _day_first),
        )
        for name in DAYS
    ),
    *(
        fault(
            f"shows_{name}_of_changes_as_list",
            f"history-details-type-{name.lower()}",
            f"shows {name} in the details of changes as a list",
            _details(name, lambda value: [value]),
        )
        for name in OBJECTS
    ),
    *(
        fault(
            f"shows_{name}_of_changes_as_object",
            f"history-details-type-{name.lower()}",
            f"shows {name} in the details of changes as one object",
            _details(name, lambda value: value[0] if isinstance(value, list) and value else {}),
        )
        for name in LISTS
    ),
    *(
        fault(
            f"shows_documents_with_{name}_of_another_type",
            f"history-document-type-{name.lower()}",
            f"shows {name} of documents in the history as another type",
            _documents(name, lambda value: str(value).lower() if isinstance(value, bool) else 7),
        )
        for name in customers.DOCUMENT
    ),
    *(
        fault(
            f"shows_day_first_{name}",
            f"history-document-type-{name.lower()}",
            f"shows {name} of documents in the history with the day first",
            shows(f"historyData.*.newDetails.governmentDocuments.*.{name}", _day_first),
        )
        for name in ("validFromDate", "validTillDate")
    ),
    *(
        fault(
            f"shows_{name}_of_changed_banks_as_number",
            f"history-bank-type-{name.lower()}",
            f"shows {name} in the history as a number",
            _details(f"bankAccountDetails.{name}", _number),
        )
        for name in BANK
    ),
    fault(
        "loses_the_latest_change", "history-complete", "shows a change with the next one only", _history(lambda entries, _: entries[:-1])
    ),
    fault("keeps_the_latest_change_only", "history-complete", "shows the latest change only", _history(lambda entries, _: entries[-1:])),
    fault("rewrites_history", "history-append-only", "writes the first change anew when another comes", _history(_rewrites_first)),
    fault("drops_old_changes", "history-append-only", "drops a change when others come", _history(_drops_middle)),
    fault("cuts_history", "history-unbounded", "shows the latest ten changes only", _history(lambda entries, _: entries[-LATEST:])),
    fault(
        "shows_new_as_old",
        "history-old-is-before",
        "shows the new details as the old ones",
        _each(lambda entry: entry.update(oldDetails=entry["newDetails"])),
    ),
    fault(
        "shows_old_as_new",
        "history-new-is-after",
        "shows the old details as the new ones",
        _each(lambda entry: entry.update(newDetails=entry["oldDetails"])),
    ),
    fault("swaps_old_and_new", "history-old-is-before history-new-is-after", "shows old details as new ones and new as old", _each(_swaps)),
    fault("breaks_the_chain", "history-chain", "shows the first state as what each change found", _history(_breaks_chain)),
    fault(
        "names_one_actor", "history-updatedby-is-actor", "names one user for all changes", _each(puts("updatedBy", "default.user@ul.com"))
    ),
    fault("shows_time_of_read", "history-createdat-is-change-time", "shows the time of the read as that of the change", _history(_at_read)),
    fault(
        "shows_time_of_sample",
        "history-createdat-is-change-time",
        "shows the time of the sample for each change",
        _each(puts("createdAt", "2025-11-24T19:56:51.070Z")),
    ),
    fault("shuffles_changes", "history-order-consistent", "shows changes in no order", _history(_shuffled)),
    fault("mixes_histories", "history-same-customer", "shows the changes of other customers too", _history(_of_another)),
    fault("loses_remarks", "history-remarks-kept", "shows no remark of a change", _each(puts("remarks", None))),
    fault(
        "enters_refused_changes",
        "history-failed-change-no-entry",
        "shows an entry of a change that did not happen",
        in_scene(is_pii, _phantom),
    ),
    fault(
        "loses_simultaneous_changes",
        "history-parallel-changes-all-kept",
        "loses changes that come at the same time",
        _history(_last_write_wins),
    ),
)
