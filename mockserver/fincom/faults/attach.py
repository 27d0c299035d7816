"""Servers that break one rule of attach each: name, rules that it breaks, one sentence, hooks."""

import asyncio

from mockserver.fincom.faults.builders import PROVIDER, is_attach, sent
from mockserver.fincom.validation import parse_date
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault

FAR_AHEAD = "2999-12-31"
RACE_SECONDS = 0.1


async def accepts_expired_passport(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Move the expiry of passports into the future before the honest code sees it."""
    body = sent(request) if is_attach(request) else {}
    stale = [
        document
        for document in body.get("identifying_documents") or ()
        if isinstance(document, dict)
        and document.get("type") == "PASSPORT"
        and (day := parse_date(document.get("expiry_date"))) is not None
        and day <= tenant.clock.today()
    ]
    for document in stale:
        document["expiry_date"] = FAR_AHEAD
    return await call_next(request.with_json(body) if stale else request)


async def attach_checks_then_acts(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Look whether an attach is in flight, dawdle, then attach without looking again."""
    customer = tenant.data.customers.get(request.path.split("/")[3]) if is_attach(request) else None
    if customer is None or customer.in_flight:
        return await call_next(request)
    await asyncio.sleep(RACE_SECONDS)
    if customer.in_flight:
        customer.in_flight = None
        call_next.mark()
    return await call_next(request)


FAULTS: tuple[Fault, ...] = (
    Fault(
        name="accepts_expired_passport",
        provider=PROVIDER,
        rules=("fincom-v2/passport-expired-is-refused",),
        says="takes a passport whose expiry has passed",
        on_request=accepts_expired_passport,
    ),
    Fault(
        name="attach_checks_then_acts",
        provider=PROVIDER,
        rules=("fincom-v2/parallel-attach-one-winner",),
        says="checks for an attach in flight, and acts a moment later without a lock",
        on_request=attach_checks_then_acts,
    ),
)
