"""Servers that read an ambiguous spot in another way and are still right: name, ambiguity, one sentence, hooks."""

from mockserver.fincom.faults.builders import PROVIDER, is_attach
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Variant


async def create_answers_201(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer a create that was taken with 201."""
    response = await call_next(request)
    if request.method == "POST" and request.path == "/v2/customers/individual" and response.status == 200:
        return response.with_json(response.json(), status=201)
    return response


async def attach_refuses_fields_with_422(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer field refusals of attach with 422 instead of 400."""
    response = await call_next(request)
    if is_attach(request) and response.status == 400 and "errors" in response.json():
        return response.with_json(response.json(), status=422)
    return response


VARIANTS: tuple[Variant, ...] = (
    Variant(
        name="create_answers_201",
        provider=PROVIDER,
        ambiguity="fincom/amb-create-status",
        says="answers 201 to a create that was taken",
        on_request=create_answers_201,
    ),
    Variant(
        name="attach_refuses_fields_with_422",
        provider=PROVIDER,
        ambiguity="fincom/amb-validation-status",
        says="answers field refusals of attach with 422",
        on_request=attach_refuses_fields_with_422,
    ),
)
