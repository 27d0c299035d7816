"""Servers that tell of onboardings in a wrong way (000 section 4, Option B)."""

import msgspec

from mockserver.clock import SECOND
from mockserver.faulting import afterwards, edits_request, taken
from mockserver.harbor.faults.builders import (
    Happening,
    View,
    customer_of,
    drops_event,
    edits_event,
    edits_view,
    fault,
    is_read,
    is_submit,
    is_writing,
    resigned,
    run_of,
    tell,
)
from mockserver.harbor.lifecycle import EVENT_OF
from mockserver.harbor.model import Onboarding
from mockserver.http import Request, Response, decode
from mockserver.tenants import Tenant
from mockserver.webhooks import Delivery
from mockserver.wrappers import Fault, OnDelivery

SUBMITTED = EVENT_OF["submitted"]
EARLY = "tells_submitted_before_it_is"
OTHER_NAMES = {
    "submitted": "customer_onboarding.in_review",
    "action_required": "customer_onboarding.actionrequired",
    "verified": "customer_onboarding.approved",
    "rejected": "customer_onboarding.refused",
    "failed": "customer_onboarding.error",
}
# Status that is told of in vain, and the one that was reached.
FALSE = (("verified", "submitted"), ("verified", "rejected"), ("rejected", "failed"), ("failed", "action_required"))


def _never(status: str) -> OnDelivery:
    return drops_event(lambda _, delivery: delivery.type == f"customer_onboarding.{status}")


def _renamed(status: str, name: str) -> OnDelivery:
    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        if delivery.type != f"customer_onboarding.{status}":
            return [delivery]
        return [resigned(tenant, delivery, {**decode(delivery.body), "event": name}, name)]

    return on_delivery


def _under_old_name_too(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
    name = delivery.type.replace("customer_onboarding", "onboarding")
    again = resigned(tenant, delivery, {**decode(delivery.body), "event": name}, name)
    return [delivery, msgspec.structs.replace(again, id=tenant.new_id(), event_id=tenant.new_id())]


def _also(status: str, reached: str) -> OnDelivery:
    """Tell of a status too when another one is told of."""

    def on_delivery(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
        if delivery.type != f"customer_onboarding.{reached}":
            return [delivery]
        kind = f"customer_onboarding.{status}"
        event = decode(delivery.body)
        false = resigned(tenant, delivery, {**event, "event": kind, "data": {**event.get("data", {}), "status": status}}, kind)
        return [delivery, msgspec.structs.replace(false, id=tenant.new_id(), event_id=tenant.new_id())]

    return on_delivery


def _tell_processing(tenant: Tenant, request: Request, response: Response) -> bool:
    customer, run = customer_of(tenant, request), run_of(tenant, request)
    if customer is None or run is None or not taken(response):
        return False
    tell(tenant, customer, run, "processing")
    return True


def _tell_early(tenant: Tenant, request: Request, response: Response) -> bool:
    customer, run = customer_of(tenant, request), run_of(tenant, request)
    if customer is None or run is None or not taken(response) or run.status != "processing":
        return False
    tell(tenant, customer, run, "submitted")
    tenant.memory.setdefault(EARLY, set()).add(run.id)
    return True


def _drop_late(tenant: Tenant, delivery: Delivery) -> bool:
    """Tell whether a submission was told of before it was time."""
    told = tenant.memory.get(EARLY, set())
    return delivery.type == SUBMITTED and decode(delivery.body).get("data", {}).get("id") in told


def _told_before(tenant: Tenant, delivery: Delivery) -> bool:
    """Tell whether an onboarding's status was told of earlier, and note that it was now."""
    known = tenant.memory.setdefault("tells_each_status_once", set())
    row = (decode(delivery.body).get("data", {}).get("id"), delivery.type)
    before = row in known
    known.add(row)
    return before


def _tell_of_refusal(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request)
    if customer is None or response.status not in (400, 422):
        return False
    now = tenant.clock.now()
    never = Onboarding(id=f"onb_{tenant.new_number():032x}", applicant="individual", sections={}, created=now, updated=now)
    tell(tenant, customer, never, "submitted")
    return True


def _hide_whose(event: Happening) -> None:
    data = event.get("data", {})
    event["data"] = {name: data[name] for name in ("status", "updated_at") if name in data}


def _addresses(tenant: Tenant) -> list[str]:
    return sorted({each.webhook.url for each in tenant.registry.tenants.values() if each.provider is tenant.provider and each.webhook.url})


def _borrow_address(tenant: Tenant, _: Request) -> None:
    """Send the events of an application without an address to somebody who has one."""
    if tenant.webhook.url is None and (known := _addresses(tenant)):
        tenant.webhook = msgspec.structs.replace(tenant.webhook, url=known[0])


def _broadcast(tenant: Tenant, delivery: Delivery) -> list[Delivery]:
    others = [url for url in _addresses(tenant) if url != delivery.url]
    return [delivery, *(msgspec.structs.replace(delivery, id=tenant.new_id(), url=url, attempts=[]) for url in others)]


def _status_before(tenant: Tenant, request: Request, view: View) -> None:
    run = run_of(tenant, request)
    if run and len(run.history) > 1 and tenant.clock.now() - run.updated < SECOND:
        view["status"] = run.history[-2][0]


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"never_tells_of_{status}", f"webhook-{status.replace('_', '-')}", f"sends no event for {status}", on_delivery=_never(status))
        for status in EVENT_OF
    ),
    *(
        fault(
            f"misnames_event_of_{status}", "webhook-names-closed", f"calls the event of {status} {name}", on_delivery=_renamed(status, name)
        )
        for status, name in OTHER_NAMES.items()
    ),
    *(
        fault(
            f"tells_of_{status}_in_another_family",
            "webhook-names-closed",
            f"calls the event of {status} kyc.{status}",
            on_delivery=_renamed(status, f"kyc.{status}"),
        )
        for status in EVENT_OF
    ),
    fault(
        "tells_under_old_names_too",
        "webhook-names-closed",
        "sends each event a second time under a name that lacks the customer",
        on_delivery=_under_old_name_too,
    ),
    fault(
        "tells_of_processing",
        "webhook-not-for-processing",
        "sends an event when processing begins",
        afterwards(is_writing, _tell_processing),
    ),
    fault(
        EARLY,
        "webhook-no-false-event webhook-follows-status",
        "tells of submitted while the onboarding is still processing",
        afterwards(is_submit, _tell_early),
        on_delivery=drops_event(_drop_late),
    ),
    *(
        fault(
            f"tells_of_{status}_on_{reached}",
            "webhook-no-false-event",
            f"tells of {status} too when {reached} is reached",
            on_delivery=_also(status, reached),
        )
        for status, reached in FALSE
    ),
    fault(
        "tells_each_status_once",
        "webhook-again-after-patch",
        "tells of a status only the first time that an onboarding reaches it",
        on_delivery=drops_event(_told_before),
    ),
    fault(
        "tells_of_refusals",
        "webhook-none-on-refusal",
        "sends an event for a request that it refused",
        afterwards(is_writing, _tell_of_refusal),
    ),
    fault(
        "tells_of_nobody",
        "webhook-identifies-customer",
        "sends events from which nobody can tell whose they are",
        on_delivery=edits_event(_hide_whose),
    ),
    fault(
        "reads_a_status_behind",
        "webhook-follows-status",
        "shows the status before the last one for a second after each change",
        edits_view(is_read, _status_before),
    ),
    fault(
        "broadcasts_events",
        "webhook-own-application-only",
        "sends the events of an application to the addresses of all others",
        edits_request(is_submit, _borrow_address),
        on_delivery=_broadcast,
    ),
)
