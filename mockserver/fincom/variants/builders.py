"""What variants of attach, upload, look-ups, webhooks and refusals are built from, beside the builders of faults."""

from collections.abc import Callable, Iterable

from mockserver.fincom.errors import Errors
from mockserver.fincom.faults.builders import PROVIDER, edits_answer
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.model import Status
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import OnDelivery, OnEvent, OnRequest, Variant


def variant(
    name: str,
    ambiguity: str,
    says: str,
    on_request: OnRequest | None = None,
    *,
    on_delivery: OnDelivery | None = None,
    on_event: OnEvent | None = None,
    pairs: Iterable[tuple[Status, Status]] = (),
) -> Variant:
    """Return a row of a table; an ambiguity without a slash is of V2."""
    spot = ambiguity if "/" in ambiguity else f"fincom-v2/{ambiguity}"
    return Variant(
        name=name,
        provider=PROVIDER,
        ambiguity=spot,
        says=says,
        on_request=on_request,
        on_delivery=on_delivery,
        on_event=on_event,
        pairs=frozenset(pairs),
    )


def reshapes_refusals(when: Callable[[Request], bool], reshape: Callable[[Response, Errors], Response]) -> OnRequest:
    """Give another shape to the refusals of fields of some operations, whatever shape they have."""

    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = refused_fields(response)
        after = reshape(response, fields) if fields else None
        return after if after != response else None

    return edits_answer(when, edit)
