"""Servers that refuse in another way than they promise (000 section 6)."""

from collections.abc import Callable
from typing import Any

from mockserver.faulting import edits_answer, operation, told
from mockserver.harbor import errors
from mockserver.harbor.errors import Errors
from mockserver.harbor.faults.builders import (
    Scene,
    breaks_down,
    customer_of,
    edits_coded,
    fault,
    in_scene,
    is_correct,
    is_read,
    is_submit,
    is_writing,
    recoded,
)
from mockserver.harbor.faults.carriers import refused_fields, with_fields
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

DUE = {2302: 409, 2303: 409, 2305: 409, 2306: 422}
OTHER_STATUS = {409: 422, 422: 409}
# A code of the other method in the place of the own one.
SWAPPED = (
    (2302, 2305, is_submit, "submission"),
    (2306, 2303, is_submit, "submission"),
    (2305, 2302, is_correct, "correction"),
    (2303, 2306, is_correct, "correction"),
)
ELSEWHERE = "customer"
NO_ID = operation("GET|POST|PATCH", r"/api/v1/customers/(?!cus_[0-9a-f]{40}/)[^/]+/onboarding")


def _of_fields(edit: Callable[[Response, Errors], Response]) -> OnRequest:
    """Give back what `edit` makes of the refusals of fields."""

    def edited(scene: Scene) -> Response | None:
        fields = refused_fields(scene.response)
        return edit(scene.response, fields) if fields else None

    return in_scene(is_writing, edited)


def _with_status(status: int) -> OnRequest:
    return _of_fields(lambda response, _: response.with_json(told(response), status))


def _with_code(code: int) -> OnRequest:
    return _of_fields(lambda response, _: response.with_json({**told(response), "code": code}))


def _without_fields(response: Response, _: Errors) -> Response:
    return response.with_json({name: value for name, value in told(response).items() if name != "errors"} | {"message": "Not valid."})


def _other_field(response: Response, fields: Errors) -> Response:
    return with_fields(response, {ELSEWHERE: ["Is not valid."] * len(fields)})


def _hides(code: int) -> OnRequest:
    def edit(body: dict[str, Any]) -> int:
        for name in ("code", "error_type"):
            body.pop(name, None)
        return DUE[code]

    return edits_coded(code, edit)


def _unknown(make: Callable[[], Response]) -> OnRequest:
    """Answer in another way that a customer is unknown."""

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        return make() if response.status == 404 and customer_of(tenant, request) is None else None

    return edits_answer(is_read, edit)


def _breaks_down_on_no_id(_: Tenant, __: Request, response: Response) -> Response | None:
    return None if response.status in (401, 403) else breaks_down()


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"refuses_fields_with_{status}", "field-errors-are-422", f"refuses fields with {status}", _with_status(status))
        for status in (400, 409)
    ),
    fault("hides_fields_at_fault", "field-errors-name-the-field", "refuses a field and does not say which", _of_fields(_without_fields)),
    fault("names_another_field", "field-errors-name-the-field", "refuses a field and names another one", _of_fields(_other_field)),
    *(
        fault(
            f"refuses_fields_with_code_{code}",
            "field-errors-carry-no-onboarding-code",
            f"refuses fields with the code {code} of the onboarding",
            _with_code(code),
        )
        for code in DUE
    ),
    *(
        fault(f"hides_code_{code}", "coded-errors-carry-their-code", f"refuses with {code} and does not say so", _hides(code))
        for code in DUE
    ),
    *(
        fault(
            f"answers_{code}_with_{OTHER_STATUS[status]}",
            "status-code-pairs-fixed",
            f"refuses with {code} and the status {OTHER_STATUS[status]}",
            edits_coded(code, recoded(code, OTHER_STATUS[status])),
        )
        for code, status in DUE.items()
    ),
    *(
        fault(
            f"answers_{what}_with_{after}_for_{code}",
            "post-codes-not-on-patch",
            f"refuses a {what} with {after} where {code} is due",
            edits_coded(code, recoded(after, DUE[after]), when),
        )
        for code, after, when, what in SWAPPED
    ),
    fault(
        "reads_unknown_customers",
        "not-found-get",
        "answers 200 without an onboarding for an unknown customer",
        _unknown(lambda: answer(200, {"data": None})),
    ),
    fault("breaks_down_on_unknown_customers", "not-found-get", "answers 500 for an unknown customer", _unknown(breaks_down)),
    fault(
        "forbids_unknown_customers",
        "not-found-get",
        "answers 403 for an unknown customer",
        _unknown(lambda: errors.forbidden("The customer is not yours.")),
    ),
    fault(
        "breaks_down_on_what_is_no_id",
        "not-found-malformed-id",
        "answers 500 for a text that is no customer id",
        edits_answer(NO_ID, _breaks_down_on_no_id),
    ),
    fault(
        "reads_what_is_no_id",
        "not-found-malformed-id",
        "answers 200 for a text that is no customer id",
        edits_answer(NO_ID, lambda _, __, response: answer(200, {"data": None}) if response.status == 404 else None),
    ),
    fault(
        "refuses_with_502",
        "field-errors-are-422",
        "answers 502 where a field is at fault",
        _with_status(502),
    ),
)
