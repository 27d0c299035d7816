"""What variants of attach, upload, look-ups, webhooks and refusals are built from, beside the builders of faults."""

from collections.abc import Callable

from mockserver.fincom.errors import Errors
from mockserver.fincom.faults.builders import ROWS, edits_answer
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest

variant = ROWS.variant


def reshapes_refusals(when: Callable[[Request], bool], reshape: Callable[[Response, Errors], Response]) -> OnRequest:
    """Give another shape to the refusals of fields of some operations, whatever shape they have."""

    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = refused_fields(response)
        after = reshape(response, fields) if fields else None
        return after if after != response else None

    return edits_answer(when, edit)
