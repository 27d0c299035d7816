"""Other readings of creates (003 create)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.faulting import Body, sent
from mockserver.http import Request, Response, answer
from mockserver.omnumi import ledger
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.builders import (
    Scene,
    before,
    despite,
    during,
    in_scene,
    invoice_of,
    is_admitted,
    is_create,
    is_preauth,
    is_settle,
    others,
    variant,
)
from mockserver.omnumi.model import Data
from mockserver.omnumi.preauthorizations import BAD_EXPIRY, REQUIRED, created
from mockserver.omnumi.values import address, instant, iso
from mockserver.omnumi.variants.preauthorizations import TAKEN
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

DAY = 86400


@contextmanager
def _registered(tenant: Tenant, place: str) -> Iterator[None]:
    """Let a wallet be registered for the length of a request; one that was never seen is made and stays unregistered."""
    data: Data = tenant.data
    wallet = data.wallets.get(place) or ledger.add_wallet(tenant, registered=False, address=place)
    kept, wallet.registered = wallet.registered, True
    try:
        yield
    finally:
        wallet.registered = kept


def _any_receiver(tenant: Tenant, request: Request) -> AbstractContextManager[None] | None:
    place = address((sent(request) or {}).get("receiver"))
    known = tenant.data.wallets.get(place or "")
    return _registered(tenant, place) if place and not (known and known.registered) else None


def _malformed_token(status: int) -> OnRequest:
    def edit(scene: Scene) -> Response | None:
        value = scene.body.get("contractAddress")
        alone = isinstance(value, str) and value.strip() and address(value) is None and scene.response.status == 400
        return replace(scene.response, status=status) if alone else None

    return in_scene(is_create, edit)


def _incomplete(scene: Scene) -> Response | None:
    """Answer 422 where a member is missing, null, blank or of another type."""
    body = sent(scene.request)
    faulty = body is not None and any(not isinstance(body.get(name), str) or not body[name].strip() for name in REQUIRED)
    return replace(scene.response, status=422) if scene.response.status == 400 and faulty else None


def _expired_at_once(scene: Scene) -> Response | None:
    """Take an expiry in the past; what it makes is EXPIRED as soon as it is there."""
    expires = instant(scene.body.get("expiresAt"))
    tenant = scene.tenant
    if expires is None or not tenant.clock.now() >= expires:
        return None
    ahead = {**scene.body, "expiresAt": iso(tenant.clock.now() + SECOND)}
    response = tenant.provider.handle(tenant, scene.request.with_json(ahead))
    made = tenant.data.preauthorizations.get(str(scene.body.get("invoiceId")))
    if response.status != 201 or made is None:
        return response
    made.expires = expires
    tenant.data.open = sorted((expires, name) if name == made.invoice else (at, name) for at, name in tenant.data.open)
    return answer(201, created(made))


def _reads_as_utc(tenant: Tenant, request: Request) -> Request | None:
    body = sent(request) or {}
    value = body.get("expiresAt")
    if not isinstance(value, str) or instant(value) is not None or tenant is None:
        return None
    bare = f"{value}T00:00:00Z" if instant(f"{value}T00:00:00Z") is not None else f"{value}Z"
    return request.with_json({**body, "expiresAt": bare}) if instant(bare) is not None else None


def _edits_create(edit: Callable[[Tenant, Request], Request | None]) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await call_next((edit(tenant, request) if is_create(request) else None) or request)

    return on_request


def _null_expiry(_: Tenant, request: Request) -> Response | None:
    body = sent(request) or {}
    return onchain(400, BAD_EXPIRY) if "expiresAt" in body and body["expiresAt"] is None else None


@contextmanager
def _ttl(tenant: Tenant, seconds: int) -> Iterator[None]:
    kept = tenant.settings.default_ttl_seconds
    tenant.settings.default_ttl_seconds = seconds
    try:
        yield
    finally:
        tenant.settings.default_ttl_seconds = kept


def _by_token(tenant: Tenant, request: Request) -> AbstractContextManager[None] | None:
    """Take a default that depends on the token, where the tenant was given none of its own."""
    token = address((sent(request) or {}).get("contractAddress"))
    own = tenant.settings.default_ttl_seconds != DAY
    return None if token is None or own else _ttl(tenant, DAY * (2 + int(token[-1], 16) % 3))


def _looks_everywhere(tenant: Tenant, request: Request) -> Response | None:
    invoice = (sent(request) or {}).get("invoiceId")
    return (
        onchain(409, TAKEN)
        if isinstance(invoice, str) and any(invoice in other.data.preauthorizations for other in others(tenant))
        else None
    )


def _spelled(tenant: Tenant, invoice: str) -> str | None:
    """Return the spelling under which an invoice is kept, None if it is kept as it is or not at all."""
    known = tenant.data.preauthorizations
    return None if invoice in known else next((name for name in known if name.casefold() == invoice.casefold()), None)


async def _ignores_case(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take invoices that differ in letter case for one."""
    if is_create(request):
        body = sent(request) or {}
        kept = _spelled(tenant, body["invoiceId"]) if isinstance(body.get("invoiceId"), str) else None
        return await call_next(request.with_json({**body, "invoiceId": kept}) if kept else request)
    invoice = invoice_of(request) if is_preauth(request) else None
    kept = _spelled(tenant, invoice) if invoice else None
    if not invoice or not kept:
        return await call_next(request)
    tail = "/settle" if is_settle(request) else ""
    return await call_next(replace(request, path=f"/onchain-preauth/{kept}{tail}"))


async def _replays(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer a repeated create as the first time."""
    seen: dict[str, tuple[Body, Response]] = tenant.memory.setdefault("replays_creates", {})
    if not is_create(request) or not is_admitted(tenant, request):
        return await call_next(request)
    body = sent(request) or {}
    first = seen.get(str(body.get("invoiceId")))
    if first and first[0] == body:
        return first[1]
    response = await call_next(request)
    if response.status == 201:
        seen[str(body.get("invoiceId"))] = (body, response)
    return response


VARIANTS: tuple[Variant, ...] = (
    variant(
        "wants_registered_senders_only", "amb-which-wallet", "takes receivers that are not registered", during(is_create, _any_receiver)
    ),
    variant("answers_404_to_malformed_tokens", "amb-unknown-token-404", "answers 404 to a token that is no address", _malformed_token(404)),
    variant("answers_422_to_malformed_tokens", "amb-unknown-token-404", "answers 422 to a token that is no address", _malformed_token(422)),
    variant(
        "answers_422_to_missing_members",
        "amb-missing-member-status",
        "answers 422 to a create that is not complete",
        in_scene(is_create, _incomplete),
    ),
    variant(
        "takes_past_expiries",
        "amb-past-expiry",
        "takes an expiry in the past, and calls it expired at once",
        despite(BAD_EXPIRY, _expired_at_once),
    ),
    variant("reads_expiries_as_utc", "amb-expiry-without-zone", "reads an expiry without a zone as UTC", _edits_create(_reads_as_utc)),
    variant("refuses_null_expiries", "amb-null-expiry", "refuses null as an expiry", before(is_create, _null_expiry)),
    variant("has_a_default_per_token", "amb-default-ttl", "has another default expiry for each token", during(is_create, _by_token)),
    variant(
        "has_invoices_across_tenants",
        "amb-invoice-scope",
        "refuses an invoice that another tenant has",
        before(is_create, _looks_everywhere),
    ),
    variant("ignores_case_of_invoices", "amb-invoice-case", "takes invoices that differ in letter case for one", _ignores_case),
    variant("replays_creates", "amb-retry", "answers a repeated create as the first time", _replays),
)
