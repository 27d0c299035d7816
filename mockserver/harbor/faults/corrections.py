"""Servers that mishandle corrections (000 sections 1.3, 3 and 6, 001 section 5)."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Test, afterwards, at, edits_answer, missing, sent, taken
from mockserver.harbor import errors
from mockserver.harbor.countries import US
from mockserver.harbor.faults.builders import (
    OVERLAP_SECONDS,
    Scene,
    around,
    breaks_down,
    carry_out,
    corrects_in,
    customer_of,
    fault,
    in_scene,
    instead,
    is_admitted,
    is_correct,
    is_submit,
    is_writing,
    key_of,
    refused_for_itself,
    run_of,
    takes,
    takes_field,
    times_in,
)
from mockserver.harbor.faults.carriers import code_of, plain_name, refused_fields
from mockserver.harbor.lifecycle import PROCESSING, move, queue, start
from mockserver.harbor.model import Customer, Onboarding, Requirement, Status
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

FIELDS = (
    "first_name", "last_name", "email", "nationality", "birthday", "occupation", "source_of_wealth", "purpose_of_use", "residence",
    "residence.street", "residence.city", "residence.postal_code", "residence.country", "identity_document",
    "identity_document.type", "identity_document.country", "ssn", "phone", "phone.country", "phone.number", "proof_of_address",
    "has_us_bank_account", "bank_statement", "source_of_wealth_other", "purpose_of_use_other",
)  # fmt: skip
UNCHECKED = (*FIELDS[:9], "identity_document", "ssn", "phone", "proof_of_address")
FILES = ("identity_document.front", "proof_of_address.files", "bank_statement.files")
OF_AMERICANS, OF_OTHERS = ("ssn", "phone", "proof_of_address"), ("has_us_bank_account", "bank_statement")
ENDED: tuple[Status, ...] = ("submitted", "verified", "rejected", "failed")
RULE_OF: dict[Status, str] = {
    "processing": "patch-while-processing-2305",
    "submitted": "patch-while-submitted-refused",
    "verified": "patch-after-verified-2303",
    "rejected": "patch-after-rejected-2303",
    "failed": "patch-after-failed-2303",
}
# The refusal that is due by status, and one that is none there: code and status.
WRONG: tuple[tuple[Status, int, int], ...] = (
    ("processing", 2303, 409),
    ("submitted", 2303, 422),
    ("verified", 2305, 409),
    ("rejected", 2305, 409),
    ("failed", 2306, 422),
)


def _in(*statuses: Status) -> Callable[[Customer, Onboarding], bool]:
    return lambda _, run: run.status in statuses


def _with_200(_: Tenant, __: Request, response: Response) -> Response | None:
    return Response(200, response.headers, response.body) if response.status == 202 else None


def _never(tenant: Tenant, request: Request) -> Response | None:
    run = run_of(tenant, request)
    return errors.not_correctable() if run and run.status == "action_required" and key_of(request) else None


def _only_once(tenant: Tenant, request: Request) -> Response | None:
    run = run_of(tenant, request)
    again = run and run.status == "action_required" and times_in(run, "processing") > 1
    return errors.not_correctable() if again and key_of(request) else None


async def _stays_open(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    run = run_of(tenant, request) if is_correct(request) else None
    before = list(run.requirements) if run else []
    response = await call_next(request)
    if run and taken(response) and run.status == "processing":
        run.status, run.requirements = "action_required", before
        run.turn += 1
        call_next.mark()
    return response


def _sticks(_: Tenant, __: Customer, run: Onboarding) -> bool:
    return times_in(run, "processing") > 1


def _recodes(status: Status, code: int, number: int) -> OnRequest:
    """Refuse corrections in a status in another way."""

    def edit(scene: Scene) -> Response | None:
        run = scene.customer.latest
        due = run is not None and run.status == status and code_of(scene.response) in (2303, 2305)
        return answer(number, {"message": "The onboarding cannot be corrected.", "code": code}) if due else None

    return in_scene(is_correct, edit)


def _start_by_correction(scene: Scene) -> Response | None:
    if scene.customer.latest or not key_of(scene.request) or taken(scene.response):
        return None
    start(scene.tenant, scene.customer, {})
    return answer(202, {"data": {"id": scene.customer.runs[-1].id, "status": "processing"}})


def _after_refusal(act: Callable[[Scene, Onboarding], None], *statuses: Status) -> OnRequest:
    """Do something to an onboarding in some statuses whose correction was refused."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        customer = customer_of(tenant, request) if is_correct(request) and is_admitted(tenant, request) else None
        if customer and (run := customer.latest) and run.status in statuses and response.status in (409, 422):
            act(Scene(tenant, request, customer, response), run)
            call_next.mark()
        return response

    return on_request


def _forget_what_is_missing(_: Scene, run: Onboarding) -> None:
    run.requirements = [Requirement("provider_error", "The submission was refused.")]


def _process_all_the_same(scene: Scene, run: Onboarding) -> None:
    move(scene.tenant, scene.customer, run, "processing")
    queue(scene.tenant, scene.customer, run)


def _give_other_id(scene: Scene, run: Onboarding) -> None:
    run.id = f"onb_{scene.tenant.new_number():032x}"


def _fail(scene: Scene, run: Onboarding) -> None:
    move(scene.tenant, scene.customer, run, "failed")


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


def _forget_all(scene: Scene) -> Response | None:
    if not _without_section(scene.request) or not (run := scene.customer.latest) or run.status != "action_required":
        return None
    if not refused_for_itself(scene):
        return None
    run.sections = {name: {} for name in run.sections}
    return carry_out(scene)


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


def _unknown(make: Callable[[], Response]) -> OnRequest:
    """Answer corrections for unknown customers in another way."""

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        return make() if response.status == 404 and customer_of(tenant, request) is None else None

    return edits_answer(is_correct, edit)


async def _corrects_in_parallel(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    run = run_of(tenant, request) if is_correct(request) and is_admitted(tenant, request) else None
    if run is None or run.status != "action_required":
        return await call_next(request)
    await asyncio.sleep(OVERLAP_SECONDS)
    return await corrects_in(_in("processing", "action_required"))(tenant, request, call_next)


async def _submits_beside_correction(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Start a second onboarding for a submission that comes while a correction is under way."""
    customer = customer_of(tenant, request) if is_writing(request) and is_admitted(tenant, request) else None
    if customer is None or not customer.latest or customer.latest.status != "action_required":
        return await call_next(request)
    under_way = tenant.memory.setdefault("submits_beside_correction", {})
    own = under_way.setdefault(request.path, [])
    own.append(request.method)
    await asyncio.sleep(OVERLAP_SECONDS)
    response = await call_next(request)
    if is_submit(request) and "PATCH" in own and code_of(response) == 2302:
        response = carry_out(Scene(tenant, request, customer, response)) or response
    if len(own) > 1 or request.method == "PATCH":
        await asyncio.sleep(OVERLAP_SECONDS)
    under_way.pop(request.path, None)
    return response


def _later_round(customer: Customer, run: Onboarding) -> bool:
    return run.status == "processing" and times_in(run, "processing") > 1 and run is customer.latest


def _takes_verification_back(when: Callable[[Request], bool]) -> OnRequest:
    def act(tenant: Tenant, request: Request, response: Response) -> bool:
        customer, run = customer_of(tenant, request), run_of(tenant, request)
        if customer is None or run is None or run.status != "verified" or response.status not in (409, 422):
            return False
        move(tenant, customer, run, "processing")
        return True

    return afterwards(when, act)


FAULTS: tuple[Fault, ...] = (
    fault("corrects_with_200", "patch-in-action-required-accepted", "answers a correction with 200", edits_answer(is_correct, _with_200)),
    fault(
        "never_takes_corrections",
        "patch-in-action-required-accepted",
        "takes an onboarding that waits for a correction for finalized",
        instead(is_correct, _never),
    ),
    fault("stays_open_after_correction", "patch-returns-to-processing", "takes a correction and goes on waiting for one", _stays_open),
    fault(
        "sticks_after_correction",
        "patch-rechecked-automatically",
        "never ends the processing of a correction",
        on_event=around(PROCESSING, _sticks),
    ),
    fault("takes_one_correction_only", "patch-can-loop", "takes no second correction", instead(is_correct, _only_once)),
    *(
        fault(f"corrects_while_{status}", rule, f"takes a correction of what is {status}", corrects_in(_in(status)))
        for status, rule in RULE_OF.items()
    ),
    *(
        fault(
            f"refuses_correction_of_{status}_wrongly",
            RULE_OF[status],
            f"refuses to correct what is {status} with {number} and {code}",
            _recodes(status, code, number),
        )
        for status, code, number in WRONG
    ),
    fault(
        "starts_onboarding_by_correction",
        "patch-before-any-onboarding",
        "starts an onboarding for a correction of nothing",
        in_scene(is_correct, _start_by_correction),
    ),
    fault(
        "forgets_what_is_missing_on_refusal",
        "refused-patch-changes-nothing",
        "forgets what was missing when it refuses a correction",
        _after_refusal(_forget_what_is_missing, "action_required"),
    ),
    fault(
        "processes_refused_corrections",
        "refused-patch-changes-nothing",
        "refuses a correction, and processes the onboarding again all the same",
        _after_refusal(_process_all_the_same, "action_required"),
    ),
    fault(
        "gives_new_id_on_refused_correction",
        "refused-patch-changes-nothing",
        "gives an onboarding another id when it refuses a correction",
        _after_refusal(_give_other_id, "action_required"),
    ),
    fault(
        "fails_on_early_correction",
        "refused-patch-changes-nothing",
        "lets an onboarding fail that is corrected while it is processing",
        _after_refusal(_fail, "processing", "submitted"),
    ),
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
            "patch-same-field-rules",
            f"takes a correction whatever {name} holds",
            _unchecked(name),
        )
        for name in UNCHECKED
    ),
    fault(
        "takes_empty_section", "patch-empty-section-refused", "takes a correction with an empty section", takes(is_correct, _empty_section)
    ),
    fault(
        "forgets_all_on_empty_correction",
        "patch-empty-body",
        "takes an empty correction and forgets what was stored",
        in_scene(is_correct, _forget_all),
    ),
    fault(
        "breaks_down_on_empty_correction",
        "patch-empty-body",
        "answers 500 to an empty correction",
        instead(is_correct, lambda _, request: breaks_down() if _without_section(request) and key_of(request) else None),
    ),
    fault("demands_a_difference", "patch-unchanged-data-accepted", "refuses a correction that says the same again", _demands_difference),
    fault(
        "takes_unknown_customers_for_finalized",
        "patch-unknown-customer",
        "answers a correction for an unknown customer with 409",
        _unknown(errors.not_correctable),
    ),
    fault(
        "takes_corrections_for_unknown_customers",
        "patch-unknown-customer",
        "answers 202 to a correction for an unknown customer",
        _unknown(lambda: answer(202, {"data": {"id": "onb_0", "status": "processing"}})),
    ),
    fault("corrects_in_parallel", "parallel-patches-one-wins", "takes all corrections that come at the same time", _corrects_in_parallel),
    fault(
        "submits_beside_correction",
        "parallel-post-and-patch",
        "starts a second onboarding for a submission beside a correction",
        _submits_beside_correction,
    ),
    fault(
        "takes_second_correction_at_once",
        "second-patch-right-after-2305",
        "takes a second correction while the first one is processing",
        corrects_in(_later_round),
    ),
    *(
        fault(
            f"reopens_verified_on_refused_{what}",
            "verified-customer-stays-verified-on-refusals",
            f"processes a verified onboarding again when it refuses a {what}",
            _takes_verification_back(when),
        )
        for what, when in (("submission", is_submit), ("correction", is_correct))
    ),
)
