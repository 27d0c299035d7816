"""Servers at which preauthorizations or wallets of one tenant are at the mercy of another (003 create, get and settle, 403 and 404)."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from mockserver.faulting import edits_answer, taken, told
from mockserver.http import Request, Response
from mockserver.omnumi import ledger, lifecycle
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.access import foreign, helped, serves_foreign
from mockserver.omnumi.faults.builders import (
    Scene,
    after_taken,
    carries_out_create,
    despite,
    fault,
    in_scene,
    invoice_of,
    is_create,
    is_read,
    is_settle,
    made_of,
    others,
)
from mockserver.omnumi.faults.create_checks import UNREGISTERED, amount_of
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.preauthorizations import NOT_FOUND, created, shown
from mockserver.omnumi.values import address
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault


def _hints(tenant: Tenant, request: Request, response: Response) -> Response | None:
    """Show what another tenant reserved beside the refusal."""
    owner = foreign(tenant, request) if response.status == 404 else None
    made = made_of(owner, request) if owner else None
    return response.with_json({**told(response), "data": shown(made)}) if made else None


def _settles_and_refuses(scene: Scene) -> Response | None:
    """Settle what is another tenant's, and say that there is no such thing."""
    owner = foreign(scene.tenant, scene.request)
    if owner is None:
        return None
    owner.provider.handle(owner, helped(owner, scene.request))
    return replace(scene.response)


def _tells_apart(scene: Scene) -> Response | None:
    owned = foreign(scene.tenant, scene.request) is not None
    return onchain(409, "Preauthorization belongs to another tenant") if owned else None


def _holder(scene: Scene) -> Tenant | None:
    """Return the other tenant whose wallet a request names as its sender."""
    place = address(scene.body.get("sender"))
    return next((each for each in others(scene.tenant) if place in each.data.wallets), None)


def _borrows(*, look: bool) -> Callable[[Scene], Response | None]:
    """Take the sender's wallet from whichever tenant has it; with `look` the allowance counts, else the amount is reserved at once."""

    def do(scene: Scene) -> Response | None:
        holder, place = _holder(scene), address(scene.body.get("sender"))
        if holder is None or place is None:
            return None
        tenant = scene.tenant
        tenant.data.wallets[place] = holder.data.wallets[place]
        return tenant.provider.handle(tenant, scene.request) if look else carries_out_create(scene)

    return do


def _locks_and_refuses(scene: Scene) -> Response | None:
    """Hold the amount in another tenant's wallet before it is looked at whose wallet that is."""
    holder, token = _holder(scene), address(scene.body.get("contractAddress"))
    if holder is None or token is None:
        return None
    ledger.lock(holder, str(scene.body["invoiceId"]), holder.data.wallets[str(address(scene.body["sender"]))], token, amount_of(scene))
    return replace(scene.response)


def _namesakes(scene: Scene) -> Iterator[tuple[Tenant, Preauthorization]]:
    """Yield what other tenants have under the invoice of a request."""
    invoice = scene.body.get("invoiceId") if is_create(scene.request) else invoice_of(scene.request)
    for each in others(scene.tenant):
        lifecycle.expire_due(each)
        found = each.data.preauthorizations.get(str(invoice))
        if found:
            yield each, found


def _writes_over(scene: Scene) -> None:
    new = told(scene.response)
    for _, made in _namesakes(scene):
        made.id, made.amount = new["transactionId"], new["amount"]


def _shows_first(scene: Scene) -> Response | None:
    _, first = next(_namesakes(scene), (None, None))
    if first is None or not taken(scene.response):
        return None
    return scene.response.with_json(created(first) if is_create(scene.request) else shown(first))


def _settles_namesakes(scene: Scene) -> None:
    done = scene.made
    for owner, made in _namesakes(scene):
        if done and made.status == "AUTHORIZED":
            made.settled, made.hash = done.settled, done.hash
            lifecycle.end(owner, made, "SETTLED")


FAULTS: tuple[Fault, ...] = (
    fault("shows_foreign_invoices", "tenant-get-hidden", "shows the preauthorization of another tenant", serves_foreign(is_read)),
    fault(
        "shows_foreign_invoices_beside_refusals",
        "tenant-get-hidden",
        "refuses to read for another tenant and shows the preauthorization beside the refusal",
        edits_answer(is_read, _hints),
    ),
    fault("settles_foreign_invoices", "tenant-settle-refused", "settles the preauthorization of another tenant", serves_foreign(is_settle)),
    fault(
        "settles_foreign_invoices_and_refuses",
        "tenant-settle-refused",
        "settles the preauthorization of another tenant and answers that there is none",
        despite(NOT_FOUND, _settles_and_refuses, is_settle),
    ),
    fault(
        "tells_foreign_settlements_apart",
        "tenant-settle-refused",
        "answers 409 to the settlement of another tenant's preauthorization only",
        despite(NOT_FOUND, _tells_apart, is_settle),
    ),
    fault(
        "reserves_from_foreign_wallets",
        "tenant-create-foreign-wallet-refused",
        "reserves from the wallet of another tenant",
        despite(UNREGISTERED, _borrows(look=False)),
    ),
    fault(
        "looks_into_foreign_wallets",
        "tenant-create-foreign-wallet-refused",
        "looks the allowance of another tenant's wallet up in place of refusing it",
        despite(UNREGISTERED, _borrows(look=True)),
    ),
    fault(
        "locks_foreign_wallets",
        "tenant-create-foreign-wallet-refused",
        "locks the amount in the wallet of another tenant and answers that there is none",
        despite(UNREGISTERED, _locks_and_refuses),
    ),
    fault(
        "writes_over_foreign_invoices",
        "tenant-same-invoice-no-mix",
        "writes a preauthorization over that of another tenant under the same invoice",
        after_taken(is_create, _writes_over),
    ),
    fault(
        "answers_with_foreign_invoices",
        "tenant-same-invoice-no-mix",
        "answers a create with what another tenant has under the same invoice",
        in_scene(is_create, _shows_first),
    ),
    fault(
        "reads_foreign_namesakes",
        "tenant-same-invoice-no-mix",
        "shows what another tenant has under the same invoice",
        in_scene(is_read, _shows_first),
    ),
    fault(
        "settles_foreign_namesakes",
        "tenant-same-invoice-no-mix",
        "settles what other tenants have under the same invoice too",
        after_taken(is_settle, _settles_namesakes),
    ),
)
