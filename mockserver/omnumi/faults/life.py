"""Servers that get states and expiry wrong (003 create, later states; settle, notes and 409)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.faulting import sent, taken, told
from mockserver.http import Request, Response
from mockserver.omnumi import ledger, lifecycle
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.builders import (
    Scene,
    before,
    carries_out_settle,
    during,
    edits_success,
    entries_of,
    fault,
    in_scene,
    invoice_of,
    is_any,
    is_create,
    is_read,
    is_settle,
    made_of,
    pays,
    puts,
)
from mockserver.omnumi.model import Data, Preauthorization, Settings, Status
from mockserver.omnumi.values import EXACT, instant, iso, number
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

EXPIRED, STATE = "Pre-authorization expired", "Invalid settlement state"
EARLY = 3600 * SECOND
DAY = 86400 * SECOND


def _in(*states: Status) -> Callable[[Scene], bool]:
    return lambda scene: scene.made is not None and scene.made.status in states


def _settles(*states: Status) -> OnRequest:
    """Settle preauthorizations in states that are not AUTHORIZED."""
    return in_scene(is_settle, lambda scene: carries_out_settle(scene) if scene.response.status == 409 and _in(*states)(scene) else None)


def _moves(scene: Scene) -> Response | None:
    """Pay what was refused for expiry, and refuse it all the same."""
    made = scene.made
    if made is None or made.status != "EXPIRED" or scene.response.status != 409:
        return None
    state, updated = made.status, made.updated
    pays(scene.tenant, made, str(scene.body["amount"]))
    made.status, made.updated = state, updated
    return replace(scene.response)


def _after_refusal(status: Status, act: Callable[[Scene, Preauthorization], object]) -> OnRequest:
    """Refuse the settlement of one in a last state, and do something to it all the same; False if there was nothing to do."""

    def edit(scene: Scene) -> Response | None:
        made = scene.made
        refused = made is not None and made.status == status and scene.response.status == 409
        return replace(scene.response) if made and refused and act(scene, made) is not False else None

    return in_scene(is_settle, edit)


def _gives_hash(scene: Scene, made: Preauthorization) -> None:
    made.hash = ledger.new_hash(scene.tenant)


def _authorizes(_: Scene, made: Preauthorization) -> None:
    made.status = "AUTHORIZED"


def _changes_final_amount(scene: Scene, made: Preauthorization) -> bool:
    good = number(scene.body.get("amount")) is not None
    made.settled = scene.body["amount"] if good else made.settled
    return good


@contextmanager
def _never_expiring(tenant: Tenant) -> Iterator[None]:
    """Let nothing expire for the length of a request."""
    data: Data = tenant.data
    kept, data.open = data.open, []
    try:
        yield
    finally:
        data.open = sorted({*kept, *data.open})


def _is_due(tenant: Tenant, request: Request) -> Preauthorization | None:
    found: Preauthorization | None = tenant.data.preauthorizations.get(invoice_of(request) or "")
    due = found and found.status == "AUTHORIZED" and found.expires <= tenant.clock.now()
    return found if due else None


def _forgets_expiry(test: Callable[[Tenant, Preauthorization], bool], when: Callable[[Request], bool] = is_any) -> OnRequest:
    """Treat what is due as if it were not, where a test holds."""

    def pretend(tenant: Tenant, request: Request) -> AbstractContextManager[None] | None:
        found = _is_due(tenant, request)
        return _never_expiring(tenant) if found and test(tenant, found) else None

    return during(when, pretend)


def _is_default(tenant: Tenant, found: Preauthorization) -> bool:
    settings: Settings = tenant.settings
    return abs(found.expires - found.created - settings.default_ttl_seconds * SECOND) < SECOND


def _expires_early(margin: int, test: Callable[[Tenant, Preauthorization], bool]) -> OnRequest:
    """Let what is asked for expire before its time."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        found = made_of(tenant, request)
        if found and found.status == "AUTHORIZED" and found.expires - tenant.clock.now() <= margin and test(tenant, found):
            lifecycle.end(tenant, found, "EXPIRED")
        return None

    return before(lambda request: is_read(request) or is_settle(request), make)


def _by_default_too(tenant: Tenant, found: Preauthorization) -> bool:
    """Tell whether the default would be over."""
    settings: Settings = tenant.settings
    return found.created + settings.default_ttl_seconds * SECOND <= tenant.clock.now()


def _expires_settled(tenant: Tenant, request: Request) -> Response | None:
    """Write EXPIRED over what is past its expiry, settled or not."""
    found = made_of(tenant, request)
    if found and found.status == "SETTLED" and found.expires <= tenant.clock.now():
        found.status = "EXPIRED"
    return None


def _settles_itself(tenant: Tenant, request: Request) -> Response | None:
    """Take the whole amount when the expiry has come."""
    found = _is_due(tenant, request)
    if found:
        tenant.data.open = [each for each in tenant.data.open if each[1] != found.invoice]
        pays(tenant, found, found.amount)
    return None


def _leaks_locks(tenant: Tenant, _: Request) -> Response | None:
    """Keep the lock of what expires."""
    data: Data = tenant.data
    due = [data.preauthorizations[invoice] for at, invoice in data.open if at <= tenant.clock.now()]
    late = [made for made in due if made.status == "AUTHORIZED"]
    lifecycle.expire_due(tenant)
    for made in late:
        wallet, token = data.wallets[made.sender.lower()], made.contract.lower()
        wallet.locked[token] = EXACT.add(wallet.locked.get(token, ledger.ZERO), number(made.amount) or ledger.ZERO)
    return None


def _drops_offset(_: Tenant, request: Request) -> Request | None:
    body = sent(request) or {}
    value = body.get("expiresAt")
    if not isinstance(value, str) or instant(value) is None or value.endswith("Z"):
        return None
    return request.with_json({**body, "expiresAt": f"{value[:-6]}Z"})


def _edits_create(edit: Callable[[Tenant, Request], Request | None]) -> OnRequest:
    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        return await call_next((edit(tenant, request) if is_create(request) else None) or request)

    return on_request


async def _shows_sent_expiry(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Show the expiry that was sent, and count by one whose offset was dropped."""
    other = _drops_offset(tenant, request) if is_create(request) else None
    response = await call_next(other or request)
    if other is None or not taken(response):
        return response
    meant = instant((sent(request) or {}).get("expiresAt"))
    return response.with_json({**told(response), "expiresAt": iso(meant or 0)})


def _worded(message: str, words: Callable[[Scene], str], test: Callable[[Scene], bool]) -> OnRequest:
    def edit(scene: Scene) -> Response | None:
        if not scene.said(message) or not test(scene):
            return None
        body = told(scene.response)
        for entry in entries_of(body):
            entry["message"] = words(scene)
        return scene.response.with_json(body)

    return in_scene(is_settle, edit)


def _with_status(status: int, test: Callable[[Scene], bool]) -> OnRequest:
    return in_scene(
        is_settle, lambda scene: replace(scene.response, status=status) if scene.response.status == 409 and test(scene) else None
    )


def _reads_as(other: str, *states: str) -> OnRequest:
    return edits_success(is_read, puts("status", other), lambda body: body.get("status") in states)


def _default(edit: Callable[[Tenant, Preauthorization], None]) -> OnRequest:
    """Let `edit` change what a create without an expiry made."""

    def make(scene: Scene) -> Response | None:
        body = told(scene.response)
        made = scene.tenant.data.preauthorizations.get(str(body.get("invoiceId")))
        if not taken(scene.response) or made is None or scene.body.get("expiresAt") is not None:
            return None
        edit(scene.tenant, made)
        return scene.response.with_json({**body, "expiresAt": iso(made.expires)})

    return in_scene(is_create, make)


def _random_span(tenant: Tenant, made: Preauthorization) -> None:
    made.expires += (len(tenant.data.preauthorizations) % 7) * 600 * SECOND


def _past_default(_: Tenant, made: Preauthorization) -> None:
    made.expires = made.created - 60 * SECOND


def _without_expiry(value: object) -> Callable[[Scene], Response | None]:
    def make(scene: Scene) -> Response | None:
        bare = taken(scene.response) and scene.body.get("expiresAt") is None
        return scene.response.with_json({**told(scene.response), "expiresAt": value}) if bare else None

    return make


def _demands_expiry(tenant: Tenant, request: Request) -> Response | None:
    body = sent(request)
    return onchain(400, "Invalid expires_at format") if body is not None and body.get("expiresAt") is None and tenant else None


def _overrules(tenant: Tenant, request: Request, test: Callable[[int, int], bool]) -> Request | None:
    body = sent(request) or {}
    given = instant(body.get("expiresAt"))
    limit = tenant.clock.now() + tenant.settings.default_ttl_seconds * SECOND
    return request.with_json({**body, "expiresAt": iso(limit)}) if given and given > tenant.clock.now() and test(given, limit) else None


def _refuses_expiry(test: Callable[[str], object]) -> OnRequest:
    def make(_: Tenant, request: Request) -> Response | None:
        value = (sent(request) or {}).get("expiresAt")
        refused = isinstance(value, str) and instant(value) is not None and test(value)
        return onchain(400, "Invalid expires_at format") if refused else None

    return before(is_create, make)


def _cuts_seconds(value: str) -> bool:
    return "." in value


FAULTS: tuple[Fault, ...] = (
    fault("demands_expiry", "create-expiresat-optional", "refuses a create without an expiry", before(is_create, _demands_expiry)),
    fault(
        "shows_null_as_default",
        "create-default-expiry-present",
        "shows null where the default expiry was applied",
        in_scene(is_create, _without_expiry(None)),
    ),
    fault("begins_with_the_past", "create-default-expiry-future", "applies a default expiry that is over", _default(_past_default)),
    fault("varies_the_default", "create-default-expiry-constant", "applies another default each time", _default(_random_span)),
    fault(
        "prefers_shorter_default",
        "create-default-expiry-only-when-absent",
        "cuts an expiry at the default",
        _edits_create(lambda tenant, request: _overrules(tenant, request, lambda given, limit: given > limit)),
    ),
    fault(
        "prefers_longer_default",
        "create-default-expiry-only-when-absent",
        "applies the default in the place of a shorter expiry",
        _edits_create(lambda tenant, request: _overrules(tenant, request, lambda given, limit: given < limit)),
    ),
    fault("drops_offsets", "create-expiry-offset-accepted", "overlooks the offset of an expiry", _edits_create(_drops_offset)),
    fault("refuses_milliseconds", "create-expiry-fraction-accepted", "refuses an expiry with milliseconds", _refuses_expiry(_cuts_seconds)),
    fault("counts_by_dropped_offset", "expiry-instant-shared", "shows an expiry with its offset and counts without it", _shows_sent_expiry),
    fault("never_expires", "expires-automatically", "leaves everything AUTHORIZED for ever", _forgets_expiry(lambda _, __: True)),
    fault(
        "reads_expired_as_authorized",
        "expires-automatically",
        "reads AUTHORIZED for ever and refuses to settle",
        _reads_as("AUTHORIZED", "EXPIRED"),
    ),
    fault(
        "expires_an_hour_early",
        "not-expired-early just-before-expiry-settles",
        "lets everything expire an hour early",
        _expires_early(EARLY, lambda _, __: True),
    ),
    fault(
        "expires_seconds_early",
        "just-before-expiry-settles",
        "lets everything expire five minutes early",
        _expires_early(300 * SECOND, lambda _, __: True),
    ),
    fault(
        "expires_by_default",
        "not-expired-early",
        "lets everything expire when the default is over",
        _expires_early(1000 * 366 * DAY, _by_default_too),
    ),
    fault("shows_default_only", "default-expiry-really-expires", "lets nothing expire that has the default", _forgets_expiry(_is_default)),
    fault("settles_expired", "expired-settles-nothing", "settles what has expired", _settles("EXPIRED")),
    fault(
        "answers_400_to_expired", "expired-settles-nothing", "answers 400 where something has expired", _with_status(400, _in("EXPIRED"))
    ),
    fault("pays_what_expired", "expired-settle-moves-nothing", "pays what has expired and answers 409", in_scene(is_settle, _moves)),
    fault(
        "hashes_what_expired",
        "expired-settle-moves-nothing",
        "shows a hash of a settlement that was refused for expiry",
        _after_refusal("EXPIRED", _gives_hash),
    ),
    fault(
        "revives_expired", "expired-is-final", "revives what has expired when it is to be settled", _after_refusal("EXPIRED", _authorizes)
    ),
    fault("keeps_locks_of_expired", "expired-frees-reservation", "holds the amount of what has expired", before(is_any, _leaks_locks)),
    fault("expires_settled", "settled-does-not-expire", "writes EXPIRED over what was settled", before(is_read, _expires_settled)),
    fault(
        "reopens_settled",
        "settled-is-final",
        "reopens what was settled when it is to be settled again",
        _after_refusal("SETTLED", _authorizes),
    ),
    fault(
        "changes_settled_amount",
        "settle-again-changes-nothing",
        "writes the amount of a second settlement over the first",
        _after_refusal("SETTLED", _changes_final_amount),
    ),
    fault(
        "changes_settled_hash",
        "settle-again-changes-nothing",
        "shows another hash after a second settlement",
        _after_refusal("SETTLED", _gives_hash),
    ),
    fault("settles_cancelled", "cancelled-not-settled", "settles what was cancelled", _settles("CANCELLED")),
    fault(
        "answers_400_to_cancelled",
        "cancelled-not-settled",
        "answers 400 to the settlement of what was cancelled",
        _with_status(400, _in("CANCELLED")),
    ),
    fault("settles_rejected", "rejected-not-settled", "settles what was rejected", _settles("REJECTED")),
    fault(
        "answers_400_to_rejected",
        "rejected-not-settled",
        "answers 400 to the settlement of what was rejected",
        _with_status(400, _in("REJECTED")),
    ),
    fault("settles_settled", "settled-not-settled-again", "settles what is settled once more", _settles("SETTLED")),
    fault(
        "answers_400_to_settled",
        "settled-not-settled-again",
        "answers 400 to the settlement of what is settled",
        _with_status(400, _in("SETTLED")),
    ),
    fault(
        "names_another_state",
        "invalid-state-names-state",
        "names AUTHORIZED in the place of the state",
        _worded(STATE, lambda _: f"{STATE}: AUTHORIZED", lambda _: True),
    ),
    fault(
        "reads_cancelled_as_authorized", "cancelled-shown", "reads AUTHORIZED for what was cancelled", _reads_as("AUTHORIZED", "CANCELLED")
    ),
    fault("settles_by_itself", "no-self-settlement", "settles the whole amount when the expiry has come", before(is_any, _settles_itself)),
)
