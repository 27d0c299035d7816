"""Servers that mishandle what a correction holds (001 section 5)."""

import hashlib
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Test, at, missing, sent, taken
from mockserver.harbor import errors
from mockserver.harbor.countries import US
from mockserver.harbor.faults.builders import (
    Scene,
    breaks_down,
    carry_out,
    fault,
    in_scene,
    instead,
    is_admitted,
    is_correct,
    is_writing,
    key_of,
    refused_for_itself,
    run_of,
    takes,
    takes_field,
)
from mockserver.harbor.faults.carriers import plain_name, refused_fields
from mockserver.harbor.model import Onboarding, Requirement
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

FIELDS = (
    "first_name", "last_name", "email", "nationality", "birthday", "occupation", "source_of_wealth", "purpose_of_use", "residence",
    "residence.street", "residence.city", "residence.postal_code", "residence.country", "identity_document",
    "identity_document.type", "identity_document.country", "ssn", "phone", "phone.country", "phone.number", "proof_of_address",
    "proof_of_address.country", "has_us_bank_account", "bank_statement", "bank_statement.country", "source_of_wealth_other",
    "purpose_of_use_other", "residence.state",
)  # fmt: skip
FILES = ("identity_document.front", "proof_of_address.files", "bank_statement.files")
# Members about whose values 001 section 4 says something outright, and those where it only implies it.
STATED = (
    "first_name", "last_name", "email", "nationality", "birthday", "occupation", "source_of_wealth", "purpose_of_use", "residence",
    "residence.country", "residence.state", "identity_document", "identity_document.type", "identity_document.country", "ssn", "phone",
    "phone.country", "proof_of_address", "has_us_bank_account", "bank_statement", *FILES,
)  # fmt: skip
IMPLIED = (
    "source_of_wealth_other", "purpose_of_use_other", "phone.number", "identity_document.back", "proof_of_address.country",
    "bank_statement.country",
)  # fmt: skip
OF_AMERICANS, OF_OTHERS = ("ssn", "phone", "proof_of_address"), ("has_us_bank_account", "bank_statement")


def _inherits(name: str) -> OnRequest:
    """Let what is stored stand in for a member that a correction lacks."""
    return takes_field(is_correct, f"individual.{name}", missing)


def _unchecked(name: str) -> OnRequest:
    """Take a correction whatever one member holds."""
    return takes_field(is_correct, f"individual.{name}", _given)


def _given(value: object) -> bool:
    return not missing(value)


def _inherits_all(scene: Scene) -> bool:
    body = sent(scene.request) or {}
    refused = [plain_name(each) for each in refused_fields(scene.response) or ()]
    return bool(refused) and isinstance(body.get("individual"), dict) and all(missing(at(body, f"individual.{each}")) for each in refused)


def _only_for(names: tuple[str, ...], test: Test) -> OnRequest:
    """Forget what residents of some countries have to send when they correct."""

    def lie(scene: Scene) -> bool:
        refused = [plain_name(each) for each in refused_fields(scene.response) or ()]
        place = at(sent(scene.request) or {}, "individual.residence.country")
        return bool(refused) and test(place) and all(each in names for each in refused)

    return takes(is_correct, lie)


def _demand_what_was_due(scene: Scene) -> Response | None:
    """Demand of somebody who has moved what was due at the old place."""
    body, run = sent(scene.request) or {}, scene.customer.latest
    place = at(body, "individual.residence.country")
    if run is None or not isinstance(place, str) or not taken(scene.response):
        return None
    before = scene.tenant.memory.get("judges_by_stored_residence", {}).get(run.id)
    lacking = [name for name in (OF_AMERICANS if before == US else OF_OTHERS[:1]) if missing(at(body, f"individual.{name}"))]
    if before is None or (before == US) == (place == US) or not lacking:
        return None
    run.status, run.turn = "action_required", run.turn + 1
    run.requirements = [Requirement("document_check", f"individual.{lacking[0]} is missing")]
    return errors.validation_failed({f"individual.{name}": ["This field is required."] for name in lacking})


async def _judges_by_stored_residence(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    run = run_of(tenant, request) if is_correct(request) else None
    if run:
        stored = run.sections.get("individual", {}).get("residence", {}).get("country")
        tenant.memory.setdefault("judges_by_stored_residence", {})[run.id] = stored
    return await in_scene(is_correct, _demand_what_was_due)(tenant, request, call_next)


async def _keeps_what_is_left_out(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    run = run_of(tenant, request) if is_correct(request) else None
    before = dict(run.sections) if run else {}
    response = await call_next(request)
    if run and taken(response):
        run.sections = _merged(before, run.sections)
        call_next.mark()
    return response


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


def _empty_section(scene: Scene) -> bool:
    body = sent(scene.request)
    return body is not None and "individual" in body and body["individual"] in ({}, None)


def _without_section(request: Request) -> bool:
    body = sent(request)
    return body is not None and not body


def _forgets(forget: Callable[[Onboarding], None]) -> OnRequest:
    """Take an empty correction, and forget something that was stored."""

    def edit(scene: Scene) -> Response | None:
        if not _without_section(scene.request) or not (run := scene.customer.latest) or run.status != "action_required":
            return None
        if not refused_for_itself(scene):
            return None
        forget(run)
        return carry_out(scene)

    return in_scene(is_correct, edit)


def _all_fields(run: Onboarding) -> None:
    run.sections = {name: {} for name in run.sections}


def _all_sections(run: Onboarding) -> None:
    run.sections = {}


def _documents(run: Onboarding) -> None:
    for section in run.sections.values():
        section.pop("identity_document", None)


async def _demands_difference(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    known = tenant.memory.setdefault("demands_a_difference", {})
    digest = hashlib.sha256(request.body).digest() if is_writing(request) and is_admitted(tenant, request) else b""
    run = run_of(tenant, request)
    if digest and is_correct(request) and run and run.status == "action_required" and known.get(request.path) == digest:
        return errors.validation_failed({"individual": ["Must differ from what was sent before."]})
    response = await call_next(request)
    if digest and taken(response):
        known[request.path] = digest
    return response


FAULTS: tuple[Fault, ...] = (
    fault(
        "merges_corrections",
        "patch-section-must-be-complete",
        "takes over from what is stored whatever a correction lacks",
        takes(is_correct, _inherits_all),
    ),
    *(
        fault(
            f"inherits_{name.replace('.', '_')}",
            "patch-section-must-be-complete",
            f"takes {name} over from what is stored where a correction lacks it",
            _inherits(name),
        )
        for name in FIELDS
    ),
    *(
        fault(
            f"inherits_{name.replace('.', '_')}",
            "patch-files-not-inherited",
            f"takes {name} over from what is stored where a correction lacks it",
            _inherits(name),
        )
        for name in FILES
    ),
    fault(
        "forgets_what_americans_owe",
        "patch-conditionals-judged-on-new-data",
        "corrects the residence to the United States without what is asked there",
        _only_for(OF_AMERICANS, lambda place: place == US),
    ),
    fault(
        "forgets_what_others_owe",
        "patch-conditionals-judged-on-new-data",
        "corrects the residence to another country without what is asked there",
        _only_for(OF_OTHERS, lambda place: place != US),
    ),
    fault(
        "judges_corrections_by_stored_residence",
        "patch-conditionals-judged-on-new-data",
        "demands of a correction what the stored residence asks for",
        _judges_by_stored_residence,
    ),
    fault(
        "keeps_what_corrections_leave_out",
        "patch-drops-omitted-optionals",
        "keeps what is stored where a correction leaves it out",
        _keeps_what_is_left_out,
    ),
    *(
        fault(
            f"corrects_{name.replace('.', '_')}_unchecked",
            rule,
            f"takes a correction whatever {name} holds",
            _unchecked(name),
        )
        for rule, names in (("patch-same-field-rules", STATED), ("patch-same-implied-rules", IMPLIED))
        for name in names
    ),
    fault(
        "takes_empty_section", "patch-empty-section-refused", "takes a correction with an empty section", takes(is_correct, _empty_section)
    ),
    *(
        fault(f"forgets_{name}_on_empty_correction", "patch-empty-body", f"takes an empty correction and forgets {what}", _forgets(forget))
        for name, what, forget in (
            ("all", "what every section held", _all_fields),
            ("sections", "all sections", _all_sections),
            ("documents", "the documents that were stored", _documents),
        )
    ),
    fault(
        "breaks_down_on_empty_correction",
        "patch-empty-body",
        "answers 500 to an empty correction",
        instead(is_correct, lambda _, request: breaks_down() if _without_section(request) and key_of(request) else None),
    ),
    fault("demands_a_difference", "patch-unchanged-data-accepted", "refuses a correction that says the same again", _demands_difference),
)
