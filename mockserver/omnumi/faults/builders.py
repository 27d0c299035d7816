"""What faults and variants of Omnumi are built from: its operations, and honest work done without looking."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any, NamedTuple

from mockserver.faulting import Body, Operation, edits_body, operation, sent, spots, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi import auth, ledger, lifecycle
from mockserver.omnumi.model import Data, Preauthorization, Wallet
from mockserver.omnumi.preauthorizations import created
from mockserver.omnumi.settlement import settled
from mockserver.omnumi.values import MILLISECOND, address, instant, number, seconds
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Rows

PROVIDER = "omnumi"
INVOICE = re.compile("/onchain-preauth/(.+)", re.DOTALL)
SETTLE = re.compile("/onchain-preauth/(.+)/settle", re.DOTALL)
# How long a careless server thinks between looking and acting, in seconds.
PAUSE = 0.05

is_create = operation("POST", "/onchain-preauth")
is_pii = operation("GET", "/tenant/customer/pii-customer-details/[^/]+")
is_business = operation("POST", "/tenant/business-user")
Edit = Callable[[Body], object]


def is_settle(request: Request) -> bool:
    """Tell whether a request settles an invoice."""
    return request.method == "POST" and SETTLE.fullmatch(request.path) is not None


def is_read(request: Request) -> bool:
    """Tell whether a request reads an invoice."""
    return request.method == "GET" and INVOICE.fullmatch(request.path) is not None


def is_preauth(request: Request) -> bool:
    """Tell whether a request is about preauthorizations."""
    return is_create(request) or is_read(request) or is_settle(request)


def is_write(request: Request) -> bool:
    """Tell whether a request creates or settles a preauthorization."""
    return is_create(request) or is_settle(request)


def is_any(_: Request) -> bool:
    """Hold for every request."""
    return True


ROWS = Rows(PROVIDER, PROVIDER)
fault, variant = ROWS.fault, ROWS.variant


def is_admitted(tenant: Tenant, request: Request) -> bool:
    """Tell whether a request comes with a good token for its own tenant, and the right that it needs."""
    allowed = tenant.settings.may_preauthorize or not is_preauth(request)
    return auth.is_authenticated(tenant, request) and auth.is_for_tenant(tenant, request) and allowed


def invoice_of(request: Request) -> str | None:
    """Return the invoice that a path names."""
    match = SETTLE.fullmatch(request.path) if request.method == "POST" else INVOICE.fullmatch(request.path)
    return match[1] if match else None


def made_of(tenant: Tenant, request: Request) -> Preauthorization | None:
    """Return the preauthorization that a path names, expired if it has to be."""
    lifecycle.expire_due(tenant)
    found: Preauthorization | None = tenant.data.preauthorizations.get(invoice_of(request) or "")
    return found


def authorized_of(tenant: Tenant, request: Request) -> Preauthorization | None:
    """Return the preauthorization that an admitted request is to settle, if it is AUTHORIZED as yet."""
    made = made_of(tenant, request) if is_settle(request) and is_admitted(tenant, request) else None
    return made if made and made.status == "AUTHORIZED" else None


def others(tenant: Tenant) -> Iterator[Tenant]:
    """Yield all other tenants of Omnumi."""
    return (each for each in tenant.registry.tenants.values() if each.provider is tenant.provider and each is not tenant)


def wallet_of(tenant: Tenant, name: object) -> Wallet:
    """Return a wallet, made on the spot if there is none."""
    place = address(name) or ledger.new_address(tenant)
    known: Wallet | None = tenant.data.wallets.get(place)
    return known or ledger.add_wallet(tenant, registered=False, address=place)


class Scene(NamedTuple):
    """An answer to an admitted request, and what was sent."""

    tenant: Tenant
    request: Request
    body: Body
    response: Response

    @property
    def made(self) -> Preauthorization | None:
        """The preauthorization that the path names."""
        return made_of(self.tenant, self.request)

    def said(self, message: str) -> bool:
        """Tell whether the answer is a refusal that begins with these words."""
        return any(each.startswith(message) for each in messages(self.response))


def messages(response: Response) -> list[str]:
    """Return the messages of a refusal."""
    entries = told(response).get("errors") if not taken(response) else None
    found = [entry.get("message") for entry in entries or () if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [each for each in found if isinstance(each, str)]


def in_scene(when: Operation, edit: Callable[[Scene], Response | None]) -> OnRequest:
    """Give back what `edit` makes of the answers to admitted requests; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if not when(request) or not is_admitted(tenant, request):
            return response
        return edit(Scene(tenant, request, sent(request) or {}, response)) or response

    return on_request


def before(when: Operation, make: Callable[[Tenant, Request], Response | None]) -> OnRequest:
    """Answer admitted requests in place of the honest code; None lets it answer."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        made = make(tenant, request) if when(request) and is_admitted(tenant, request) else None
        return made or await call_next(request)

    return on_request


def during(when: Operation, pretend: Callable[[Tenant, Request], AbstractContextManager[object] | None]) -> OnRequest:
    """Let the honest code answer admitted requests while something is otherwise than it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        pretence = pretend(tenant, request) if when(request) and is_admitted(tenant, request) else None
        if pretence is None:
            return await call_next(request)
        call_next.mark()
        with pretence:
            return await call_next(request)

    return on_request


def after_taken(when: Operation, act: Callable[[Scene], object]) -> OnRequest:
    """Do something behind the back of the honest code once a request was taken."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if when(request) and taken(response):
            act(Scene(tenant, request, sent(request) or {}, response))
            call_next.mark()
        return response

    return on_request


def edits_member(when: Operation, path: str, test: Callable[[Any], object], value: Callable[[Any], object]) -> OnRequest:
    """Put another value in the place of those of a request for which a test holds; ABSENT for missing ones."""

    def edit(_: Tenant, __: Request, body: Body) -> bool:
        found = [spot for spot in spots(body, path) if test(spot.value)]
        for spot in found:
            spot.put(value(spot.value))
        return bool(found)

    return edits_body(when, edit)


def despite(message: str, do: Callable[[Scene], Response | None], when: Operation = is_create) -> OnRequest:
    """Do what was refused with a message all the same."""
    return in_scene(when, lambda scene: do(scene) if scene.said(message) else None)


def carries_out_create(scene: Scene, **other: Any) -> Response:
    """Reserve what a request asks for without a look at it; `other` are members in place of those sent."""
    tenant, body = scene.tenant, {**scene.body, **other}
    now = tenant.clock.now()
    wallets = {name: wallet_of(tenant, body.get(name)).address for name in ("sender", "receiver")}
    parties: dict[str, str] = {name: body[name] if address(body.get(name)) else place for name, place in wallets.items()}
    contract = body.get("contractAddress")
    amount = body.get("amount")
    made = Preauthorization(
        id=tenant.new_id(),
        invoice=str(body.get("invoiceId")),
        contract=contract if isinstance(contract, str) else "",
        amount=amount if number(amount) is not None and isinstance(amount, str) else "1",
        sender=parties["sender"],
        receiver=parties["receiver"],
        expires=instant(body.get("expiresAt")) or now + seconds(tenant.settings.default_ttl_seconds),
        created=now,
        updated=now,
    )
    lifecycle.begin(tenant, made)
    return answer(201, created(made))


def carries_out_settle(scene: Scene, amount: str | None = None) -> Response | None:
    """Settle without a look at state or amount; None if there is nothing to settle."""
    made = scene.made
    wanted = scene.body.get("amount") if amount is None else amount
    if made is None:
        return None
    pays(scene.tenant, made, wanted if isinstance(wanted, str) and number(wanted) is not None else made.amount)
    return answer(200, settled(made))


def pays(tenant: Tenant, made: Preauthorization, amount: str) -> None:
    """Move an amount of a preauthorization, whatever state it is in, and call it settled."""
    data: Data = tenant.data
    sender, receiver = data.wallets[made.sender.lower()], data.wallets[made.receiver.lower()]
    ledger.transfer(tenant, made.invoice, sender, receiver, made.contract.lower(), Decimal(amount))
    made.settled, made.hash = amount, ledger.new_hash(tenant)
    if made.status == "AUTHORIZED":
        lifecycle.end(tenant, made, "SETTLED")
    else:
        made.status, made.updated = "SETTLED", made.updated + MILLISECOND


def puts(path: str, value: object) -> Edit:
    """Return an edit that sets a member; ABSENT takes it away."""
    return changes(path, lambda _: value)


def changes(path: str, change: Callable[[Any], object]) -> Edit:
    """Return an edit that makes something else of a member that is there."""

    def edit(body: Body) -> None:
        for spot in spots(body, path):
            spot.put(change(spot.value))

    return edit


def edits_success(when: Operation, edit: Edit, test: Callable[[Body], object] = bool) -> OnRequest:
    """Let `edit` change in place the objects that successes answer with, where a test of them holds."""

    def edited(scene: Scene) -> Response | None:
        body = told(scene.response)
        if not taken(scene.response) or not test(body):
            return None
        edit(body)
        after = scene.response.with_json(body)
        return after if after.body != scene.response.body else None

    return in_scene(when, edited)


def edits_refusal(when: Operation, message: str, edit: Edit, status: int | None = None) -> OnRequest:
    """Let `edit` change in place the refusals with a message, and give them another status."""

    def edited(scene: Scene) -> Response | None:
        if not scene.said(message):
            return None
        body = told(scene.response)
        edit(body)
        return scene.response.with_json(body, status)

    return in_scene(when, edited)


def unchanged(_: Body) -> None:
    """Change nothing."""


def entries_of(body: Body) -> Iterable[Body]:
    """Return the entries of a refusal in the common envelope."""
    entries = body.get("errors")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
