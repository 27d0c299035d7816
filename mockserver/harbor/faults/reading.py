"""Servers that show an onboarding in a wrong way (000 section 1.3, 001 section 5)."""

from typing import Any

from mockserver.faulting import edits_answer, edits_taken
from mockserver.harbor.faults.builders import (
    Scene,
    View,
    breaks_down,
    carry_out,
    customer_of,
    edits_event,
    edits_view,
    fault,
    in_scene,
    is_onboarding,
    is_read,
    is_submit,
    refused_for_itself,
    run_of,
    times_in,
)
from mockserver.harbor.faults.carriers import plain_name, refused_fields
from mockserver.harbor.lifecycle import STATUSES, shown
from mockserver.harbor.model import Onboarding, Outcome, Requirement
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

OTHER_NAMES = {
    "processing": "pending",
    "action_required": "requires_action",
    "submitted": "SUBMITTED",
    "verified": "approved",
    "rejected": "Rejected",
    "failed": "error",
}
OTHER_STATUSES = (201, 202)
VAGUE = "Something about the submission has to be corrected."
PREFIX = "onb_"


def _with_status(status: int) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return response.with_json(response.json(), status) if response.status == 200 else None

    return edits_answer(is_read, edit)


def _flatten(_: Tenant, __: Request, body: dict[str, Any]) -> None:
    view = body.pop("data", None)
    body.update(view if isinstance(view, dict) else {})


def _without(name: str) -> OnRequest:
    def edit(_: Tenant, __: Request, view: View) -> None:
        view.pop(name, None)

    return edits_view(is_read, edit)


def _number_id(_: Tenant, __: Request, view: View) -> None:
    view["id"] = int(view["id"].removeprefix(PREFIX)[:8], 16)


def _bare_id(view: View) -> None:
    if isinstance(view.get("id"), str):
        view["id"] = view["id"].removeprefix(PREFIX)


def _renames(status: str) -> OnRequest:
    def edit(_: Tenant, __: Request, view: View) -> None:
        view["status"] = OTHER_NAMES[status] if view["status"] == status else view["status"]

    return edits_view(is_onboarding, edit)


def _read(scene: Scene, run: Onboarding | None) -> Response | None:
    return answer(200, {"data": shown(scene.customer, run)}) if run and scene.response.status == 200 else None


def _of_newest(scene: Scene) -> Response | None:
    """Show the newest onboarding of all customers; of equal instants that of the later customer, as an overwritten cache has it."""
    owners = [customer for customer in reversed(scene.tenant.data.customers.values()) if customer.runs]
    if scene.response.status != 200 or not owners:
        return None
    newest = max(owners, key=lambda customer: customer.runs[-1].created)
    return answer(200, {"data": shown(newest, newest.runs[-1])})


def _invented(scene: Scene) -> Response | None:
    now = scene.tenant.clock.now()
    never = Onboarding(id=f"{PREFIX}0", applicant="individual", sections={}, created=now, updated=now)
    return None if scene.customer.latest else answer(200, {"data": shown(scene.customer, never)})


def _id_of_round(tenant: Tenant, request: Request, view: View) -> None:
    run = run_of(tenant, request)
    if run and (rounds := times_in(run, "processing")) > 1:
        view["id"] = f"{view['id']}{rounds:x}"


def _id_of_end(_: Tenant, __: Request, view: View) -> None:
    view["id"] = f"{view['id']}e" if view["status"] in ("verified", "rejected", "failed") else view["id"]


def _items(view: View) -> list[dict[str, Any]]:
    items = view.get("pending_requirements")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _ask_for_nothing(_: Tenant, __: Request, view: View) -> None:
    if _items(view):
        view["pending_requirements"] = []


def _as_texts(_: Tenant, __: Request, view: View) -> None:
    if items := _items(view):
        view["pending_requirements"] = [item["description"] for item in items]


def _without_description(_: Tenant, __: Request, view: View) -> None:
    for item in _items(view):
        item.pop("description", None)


def _as_object(_: Tenant, __: Request, view: View) -> None:
    if items := _items(view):
        view["pending_requirements"] = items[0]


def _look_later(scene: Scene) -> Response | None:
    refused = [plain_name(each) for each in refused_fields(scene.response) or ()]
    made = carry_out(scene) if refused == ["identity_document.front"] and refused_for_itself(scene) else None
    if made and (run := scene.customer.latest):
        run.ends = Outcome("action_required", [Requirement("provider_error", VAGUE)])
    return made


def _keep_requirements(tenant: Tenant, request: Request, view: View) -> None:
    """Show what was missing once, or something that never was, in every other status too."""
    known = tenant.memory.setdefault("keeps_requirements", {})
    if items := _items(view):
        known[request.path] = items
    elif customer_of(tenant, request):
        view["pending_requirements"] = known.get(request.path, [{"source": "provider_error", "description": VAGUE}])


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"reads_with_{status}", "get-returns-200", f"answers a reading with {status}", _with_status(status))
        for status in OTHER_STATUSES
    ),
    fault("shows_onboarding_at_the_top", "get-shape", "shows an onboarding without data around it", edits_taken(is_read, _flatten)),
    *(fault(f"shows_no_{name}", "get-shape", f"shows an onboarding without its {name}", _without(name)) for name in ("id", "status")),
    fault("shows_number_for_id", "get-shape", "shows a number for the id of an onboarding", edits_view(is_read, _number_id)),
    fault(
        "leaves_prefix_of_id_out",
        "onboarding-id-prefix",
        "shows ids of onboardings without their prefix",
        edits_view(is_onboarding, lambda _, __, view: _bare_id(view)),
        on_delivery=edits_event(lambda event: _bare_id(event.get("data", {}))),
    ),
    *(
        fault(f"calls_{status}_something_else", "status-in-closed-set", f"calls {status} {OTHER_NAMES[status]}", _renames(status))
        for status in STATUSES
    ),
    fault(
        "reads_oldest_onboarding",
        "get-latest",
        "shows the first onboarding of a customer",
        in_scene(is_read, lambda scene: _read(scene, scene.customer.runs[0] if scene.customer.runs else None)),
    ),
    fault(
        "reads_onboarding_of_another_customer",
        "get-only-own-customer",
        "shows the newest onboarding of the application, whoever it is asked for",
        in_scene(is_read, _of_newest),
    ),
    fault(
        "invents_onboarding",
        "get-before-any-onboarding",
        "shows a customer without an onboarding as processing",
        in_scene(is_read, _invented),
    ),
    fault(
        "breaks_down_before_any_onboarding",
        "get-before-any-onboarding",
        "answers 500 for a customer without an onboarding",
        in_scene(is_read, lambda scene: None if scene.customer.latest else breaks_down()),
    ),
    fault(
        "gives_new_id_with_correction",
        "id-stable-through-life",
        "shows another id after a correction",
        edits_view(is_onboarding, _id_of_round),
    ),
    fault(
        "gives_new_id_at_the_end",
        "id-stable-through-life",
        "shows another id once an onboarding has ended",
        edits_view(is_onboarding, _id_of_end),
    ),
    fault(
        "asks_for_nothing",
        "action-required-has-requirements",
        "asks for a correction with an empty list of what is missing",
        edits_view(is_read, _ask_for_nothing),
    ),
    fault(
        "hides_what_is_missing",
        "action-required-has-requirements",
        "asks for a correction without a list of what is missing",
        _without("pending_requirements"),
    ),
    fault("tells_requirements_as_texts", "requirement-item-shape", "tells what is missing in plain texts", edits_view(is_read, _as_texts)),
    fault(
        "tells_requirements_without_description",
        "requirement-item-shape",
        "tells what is missing without a description",
        edits_view(is_read, _without_description),
    ),
    fault("tells_requirements_as_object", "requirement-item-shape", "tells what is missing in one object", edits_view(is_read, _as_object)),
    fault(
        "looks_at_front_later_and_tells_nothing_of_it",
        "requirements-match-cause",
        "takes a front of any kind, and asks later for a correction without saying of what",
        in_scene(is_submit, _look_later),
    ),
    fault(
        "keeps_requirements",
        "requirements-only-when-open",
        "tells that something is missing in every status",
        edits_view(is_read, _keep_requirements),
    ),
)
