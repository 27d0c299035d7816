"""Servers that answer a submission falsely: what was taken, what was refused, and what comes of it (000 sections 1.3, 3 and 6)."""

from collections.abc import Callable
from typing import Any

from mockserver.events import Event
from mockserver.faulting import Body, afterwards, edits_answer, edits_taken, taken, told
from mockserver.harbor.errors import onboarding_not_found, validation_failed
from mockserver.harbor.faults.submission_builders import customer_of, fault, is_post, is_read
from mockserver.harbor.faults.submission_places import PERSON
from mockserver.harbor.lifecycle import ACTIVE, PROCESSING, start
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest, Proceed

BLAMABLE = tuple(f"{PERSON}.{name}" for name in ("first_name", "last_name", "email", "nationality", "occupation", "residence.city"))
Errors = dict[str, Any]


def _answers_with(status: int) -> OnRequest:
    """Answer a submission that was taken with another success."""
    return edits_answer(is_post, lambda _, __, response: response.with_json(response.json(), status) if taken(response) else None)


def _puts(name: str, value: Callable[[Tenant], str]) -> OnRequest:
    """Give a member of the answer to a submission another value."""

    def edit(tenant: Tenant, _: Request, body: Body) -> None:
        if isinstance(data := body.get("data"), dict) and name in data:
            data[name] = value(tenant)

    return edits_taken(is_post, edit)


def _edits_errors(edit: Callable[[Errors], Errors]) -> OnRequest:
    """Let `edit` return other errors of a refusal that names fields."""

    def edited(_: Tenant, __: Request, response: Response) -> Response | None:
        body = told(response) if response.status == 422 else {}
        errors = body.get("errors")
        return response.with_json({**body, "errors": edit(errors)}) if isinstance(errors, dict) and errors else None

    return edits_answer(is_post, edited)


def _blames_one_more(errors: Errors) -> Errors:
    free = next((path for path in BLAMABLE if path not in errors), None)
    return {**errors, free: ["Is not valid."]} if free and len(errors) > 1 else errors


def _blames_all(errors: Errors) -> Errors:
    return {path: ["Is not valid."] for path in BLAMABLE} | errors


def _blames_a_neighbour(errors: Errors) -> Errors:
    return errors | {next(path for path in BLAMABLE if path not in errors): ["Is not valid."]} if len(errors) < len(BLAMABLE) else errors


async def _hides_at_first(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Show an onboarding from the second reading on."""
    hidden: list[str] = tenant.memory.setdefault("hides_onboardings_at_first", [])
    response = await call_next(request)
    if is_post(request) and taken(response):
        hidden.append(request.path)
        call_next.mark()
    if is_read(request) and response.status == 200 and request.path in hidden:
        hidden.remove(request.path)
        return onboarding_not_found()
    return response


def _keeps_a_run(tenant: Tenant, request: Request, response: Response) -> bool:
    customer = customer_of(tenant, request) if response.status == 422 and "errors" in told(response) else None
    if customer is None or (customer.latest is not None and customer.latest.status in ACTIVE):
        return False
    start(tenant, customer, {})
    return True


def _of_nobody(make: Callable[[Tenant], Response]) -> OnRequest:
    """Answer submissions for unknown customers with something else than 404."""
    return edits_answer(is_post, lambda tenant, _, response: make(tenant) if response.status == 404 else None)


def _never_ends(_: Tenant, event: Event, proceed: Proceed) -> None:
    if event.kind != PROCESSING:
        proceed(event)


def _always(word: str) -> Callable[[Tenant], str]:
    return lambda _: word


def _new_id(tenant: Tenant) -> str:
    return f"onb_{tenant.new_number():032x}"


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"answers_{status}", "post-success-is-202", f"answers {status} to a submission that was taken", _answers_with(status))
        for status in (200, 201)
    ),
    fault("tells_another_id", "post-answer-identifies-onboarding", "tells another id than reading shows", _puts("id", _new_id)),
    *(
        fault(
            f"tells_{status}_at_once",
            "post-answer-status-processing",
            f"answers {status} to a submission that was just taken",
            _puts("status", _always(status)),
        )
        for status in ("submitted", "verified")
    ),
    fault("hides_onboardings_at_first", "post-then-get-visible", "answers 404 to the first reading", _hides_at_first),
    fault("processes_for_ever", "post-result-reaches-outcome", "never ends processing", on_event=_never_ends),
    fault(
        "keeps_what_was_refused",
        "refused-post-leaves-no-onboarding",
        "starts an onboarding before it looks at the fields",
        afterwards(is_post, _keeps_a_run),
    ),
    fault(
        "blames_a_third_field",
        "all-invalid-fields-reported",
        "names a third field where two are at fault",
        _edits_errors(_blames_one_more),
    ),
    fault("names_no_field", "all-invalid-fields-reported", "refuses fields without naming any", _edits_errors(lambda _: {})),
    fault(
        "blames_all_fields", "valid-fields-not-reported", "names fields that were right whenever one was not", _edits_errors(_blames_all)
    ),
    fault(
        "blames_a_neighbour",
        "valid-fields-not-reported",
        "names one field more than is at fault",
        _edits_errors(_blames_a_neighbour),
    ),
    fault(
        "takes_unknown_customers",
        "customer-must-exist",
        "takes submissions for customers that do not exist",
        _of_nobody(lambda tenant: answer(202, {"data": {"id": _new_id(tenant), "status": "processing"}})),
    ),
    fault(
        "refuses_unknown_customers_as_field",
        "customer-must-exist",
        "answers 422 for customers that do not exist",
        _of_nobody(lambda _: validation_failed({"customer_uuid": ["Is not known."]})),
    ),
)
