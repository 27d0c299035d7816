"""Other readings of the life cycle, of what is shown of it and of what tells of it (000 sections 1.3, 3, 4 and 6; 001 section 5)."""

from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.faulting import Operation, edits_answer, sent
from mockserver.harbor import customers, errors
from mockserver.harbor.faults.builders import (
    Happening,
    Scene,
    View,
    around,
    carry_out,
    edits_event,
    edits_view,
    in_scene,
    is_correct,
    is_onboarding,
    is_read,
    is_writing,
    refused_for_itself,
    resigned,
    variant,
)
from mockserver.harbor.faults.carriers import code_of, is_conflict
from mockserver.harbor.lifecycle import EVENT_OF, REVIEW, move
from mockserver.harbor.model import Customer, Onboarding, Status
from mockserver.http import Request, Response, answer, decode
from mockserver.tenants import Tenant
from mockserver.webhooks import Delivery
from mockserver.wrappers import OnDelivery, OnEvent, OnRequest, Variant

DECLINED = "customer_onboarding.declined"
RESULT_CODE = 109


def _before_any(when: Operation, made: Response) -> OnRequest:
    """Answer an operation in another way than with 404 before anything was submitted."""

    def edit(scene: Scene) -> Response | None:
        return made if scene.response.status == 404 and scene.customer.latest is None else None

    return in_scene(when, edit)


def _correction_in(status: Status, made: Response) -> OnRequest:
    """Refuse a correction in a status in another way than with 2303."""

    def edit(scene: Scene) -> Response | None:
        run = scene.customer.latest
        return made if run and run.status == status and code_of(scene.response) == 2303 else None

    return in_scene(is_correct, edit)


def _reviewed(status: Status) -> OnEvent:
    """Let a review end in another status."""

    def act(tenant: Tenant, customer: Customer, run: Onboarding) -> bool:
        move(tenant, customer, run, status)
        return True

    return around(REVIEW, act)


def _decline(view: View) -> None:
    if view.get("status") == "rejected":
        view["status"] = "declined"


def _event_of_declined(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
    if delivery.type != EVENT_OF["rejected"]:
        return [delivery]
    event = decode(delivery.body)
    if isinstance(event.get("data"), dict):
        _decline(event["data"])
    if "event" in event:
        event["event"] = DECLINED
    return [resigned(tenant, delivery, event, DECLINED)]


def _take_empty(scene: Scene) -> Response | None:
    run = scene.customer.latest
    open_still = run is not None and run.status == "action_required" and refused_for_itself(scene)
    return carry_out(scene) if open_still and sent(scene.request) == {} else None


def _with_result_codes(view: View) -> None:
    items = view.get("pending_requirements")
    if isinstance(items, list):
        view["pending_requirements"] = [{"resultCode": RESULT_CODE, "description": item["description"]} for item in items]


def _of_data(edit: Callable[[View], None]) -> Callable[[Happening], None]:
    """Return an edit of the onboarding in an event, if it holds one."""

    def edited(event: Happening) -> None:
        if isinstance(event.get("data"), dict):
            edit(event["data"])

    return edited


def _accepts_with(made: Response) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return made if response.status == 202 and not is_conflict(response) else None

    return edits_answer(is_writing, edit)


def _tells(make: Callable[[Tenant, Delivery, Any], Happening]) -> OnDelivery:
    """Deliver what `make` makes of each event."""

    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        return [resigned(tenant, delivery, make(tenant, delivery, decode(delivery.body)))]

    return on_delivery


def _customer(tenant: Tenant, delivery: Delivery, event: Happening) -> Happening:
    customer = tenant.data.customers.get(delivery.customer_id)
    return {"data": customers.shown(customer)} if customer else event


def _onboarding(_: Tenant, __: Delivery, event: Happening) -> Happening:
    return {"data": event.get("data")}


def _flat(_: Tenant, delivery: Delivery, event: Happening) -> Happening:
    return {"type": delivery.type, "customer_id": delivery.customer_id, "onboarding": event.get("data")}


def _unsigned(_: Tenant, delivery: Delivery) -> list[Delivery]:
    headers = {name: value for name, value in delivery.headers.items() if name != "harbor-signature"}
    return [msgspec.structs.replace(delivery, headers=headers)]


VARIANTS: tuple[Variant, ...] = (
    variant(
        "reads_null_before_any_onboarding",
        "amb-no-onboarding-yet",
        "reads null for a customer without an onboarding",
        _before_any(is_read, answer(200, {"data": None})),
    ),
    variant(
        "reads_nothing_before_any_onboarding",
        "amb-no-onboarding-yet",
        "answers 204 for a customer without an onboarding",
        _before_any(is_read, Response(204)),
    ),
    variant(
        "conflicts_on_correction_of_nothing",
        "amb-patch-before-any-onboarding",
        "answers a correction of nothing with 409",
        _before_any(is_correct, errors.not_correctable()),
    ),
    variant(
        "refuses_correction_of_nothing",
        "amb-patch-before-any-onboarding",
        "answers a correction of nothing with 422",
        _before_any(is_correct, errors.refusal(422, "There is no onboarding to correct.")),
    ),
    variant(
        "takes_submitted_for_processing",
        "amb-patch-while-submitted",
        "answers a correction of what is submitted with 2305",
        _correction_in("submitted", errors.still_processing()),
    ),
    variant(
        "has_own_code_for_submitted",
        "amb-patch-while-submitted",
        "answers a correction of what is submitted with a code of its own",
        _correction_in("submitted", errors.refusal(409, "The onboarding is being reviewed.", code=2304)),
    ),
    variant(
        "answers_correction_of_verified_with_2306",
        "amb-patch-after-verified",
        "answers a correction of a verified customer with 2306",
        _correction_in("verified", errors.already_verified()),
    ),
    variant("reviews_end_rejected", "amb-after-submitted", "rejects what it submitted", on_event=_reviewed("rejected")),
    variant("reviews_end_failed", "amb-after-submitted", "lets fail what it submitted", on_event=_reviewed("failed")),
    variant(
        "calls_rejected_declined",
        "amb-name-of-rejection",
        "calls the rejection declined",
        edits_view(is_onboarding, lambda _, __, view: _decline(view)),
        on_delivery=_event_of_declined,
    ),
    variant(
        "takes_empty_correction",
        "amb-empty-patch",
        "takes a correction without a section and checks all again",
        in_scene(is_correct, _take_empty),
    ),
    variant(
        "tells_requirements_by_result_code",
        "amb-requirement-item",
        "tells what is missing by a result code",
        edits_view(is_onboarding, lambda _, __, view: _with_result_codes(view)),
        on_delivery=edits_event(_of_data(_with_result_codes)),
    ),
    variant("accepts_without_body", "amb-answer-of-202", "answers 202 without a body", _accepts_with(Response(202))),
    variant(
        "accepts_with_message",
        "amb-answer-of-202",
        "answers 202 with a message alone",
        _accepts_with(answer(202, {"message": "The data were received."})),
    ),
    variant("tells_of_customers", "amb-event-body", "shows the customer in events, and no name", on_delivery=_tells(_customer)),
    variant("tells_of_onboardings", "amb-event-body", "shows the onboarding in events, and no name", on_delivery=_tells(_onboarding)),
    variant("tells_in_own_form", "amb-event-body", "names event and customer at the top of events", on_delivery=_tells(_flat)),
    variant("signs_no_events", "amb-event-signature", "sends events without a signature", on_delivery=_unsigned),
    variant("tells_twice", "amb-event-repeats", "sends each event twice", on_delivery=lambda _, delivery: [delivery, delivery]),
)
