"""Servers that read preauthorizations wrongly (003 get)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.clock import SECOND
from mockserver.faulting import Body, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    Scene,
    after_taken,
    before,
    changes,
    despite,
    edits_success,
    fault,
    in_scene,
    invoice_of,
    is_create,
    is_read,
    is_settle,
    made_of,
    puts,
)
from mockserver.omnumi.faults.preauth_answers import SAMPLES, is_settled
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.preauthorizations import NOT_FOUND, shown
from mockserver.omnumi.values import MILLISECOND, instant, iso, stamp
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

HASH = SAMPLES["transactionHash"]
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")
LONG = 200


def _unsettled(body: Body) -> bool:
    return not is_settled(body)


def _found_by(test: Callable[[str, str], bool]) -> OnRequest:
    """Answer what some unknown invoices remind of."""

    def make(scene: Scene) -> Response | None:
        asked = invoice_of(scene.request) or ""
        known = scene.tenant.data.preauthorizations.values()
        return next((answer(200, shown(made)) for made in known if test(made.invoice, asked)), None)

    return despite(NOT_FOUND, make, is_read)


def _mixes_case_up(scene: Scene) -> Response | None:
    """Show another preauthorization under an invoice in other letters."""
    asked = invoice_of(scene.request) or ""
    known = list(scene.tenant.data.preauthorizations.values())
    similar = any(made.invoice.lower() == asked.lower() for made in known)
    other = next((made for made in known if made.invoice.lower() != asked.lower()), None)
    return answer(200, shown(other)) if similar and other else None


def _touches(scene: Scene) -> None:
    if scene.made:
        scene.made.updated += MILLISECOND


def _now_as_update(scene: Scene) -> Response | None:
    now = stamp(scene.tenant.clock.now())
    return scene.response.with_json({**told(scene.response), "updatedAt": now}) if taken(scene.response) else None


def _of_settled(edit: Callable[[Scene, Preauthorization], Any]) -> OnRequest:
    """Let `edit` change what the server knows of a preauthorization that has just been settled."""

    def act(scene: Scene) -> None:
        made = scene.made
        if made:
            edit(scene, made)

    return after_taken(is_settle, act)


def _resets_creation(_: Scene, made: Preauthorization) -> None:
    made.created = made.updated


def _freezes_update(_: Scene, made: Preauthorization) -> None:
    made.updated = made.created


def _sets_update_back(_: Scene, made: Preauthorization) -> None:
    made.updated = made.created - 60 * SECOND


def _touches_others(scene: Scene, made: Preauthorization) -> None:
    for each in scene.tenant.data.preauthorizations.values():
        if each is not made:
            each.updated += MILLISECOND


def _settles_others(scene: Scene, made: Preauthorization) -> None:
    for each in scene.tenant.data.preauthorizations.values():
        if each is not made and each.sender.lower() == made.sender.lower() and each.status == "AUTHORIZED":
            each.status, each.hash, each.settled = "SETTLED", made.hash, each.amount


def _on_refused_settle(edit: Callable[[Preauthorization, Scene], object]) -> OnRequest:
    def make(scene: Scene) -> Response | None:
        made = scene.made
        if made is None or taken(scene.response) or scene.response.status not in (400, 409, 500):
            return None
        edit(made, scene)
        return replace(scene.response)

    return in_scene(is_settle, make)


def _counts_attempt(made: Preauthorization, _: Scene) -> None:
    if made.status == "AUTHORIZED":
        made.settled = "0.01"


async def _finds_later(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Deny a new preauthorization the first time that it is asked for."""
    fresh: set[str] = tenant.memory.setdefault("finds_new_ones_later", set())
    response = await call_next(request)
    if is_create(request) and response.status == 201:
        fresh.add(str(told(response).get("invoiceId")))
    elif is_read(request) and taken(response) and (invoice_of(request) or "") in fresh:
        fresh.discard(invoice_of(request) or "")
        return onchain(404, NOT_FOUND)
    return response


def _is_odd(request: Request) -> bool:
    asked = invoice_of(request) or ""
    return bool(set(asked) - PLAIN) or len(asked) > LONG


def _undecoded(tenant: Tenant, request: Request) -> Response | None:
    asked = invoice_of(request) or ""
    return onchain(404, NOT_FOUND) if set(asked) - PLAIN and made_of(tenant, request) else None


def _regenerated(scene: Scene) -> Response | None:
    return scene.response.with_json({**told(scene.response), "transactionId": scene.tenant.new_id()}) if taken(scene.response) else None


def _torn(scene: Scene) -> Response | None:
    """Show SETTLED without amount while the settlement is still being answered."""
    held = "chain" in scene.tenant.holds and taken(scene.response)
    body = told(scene.response)
    torn = held and body.get("status") == "SETTLED"
    return scene.response.with_json({**body, "settledAmount": None, "transactionHash": None}) if torn else None


def _back_and_forth(scene: Scene) -> Response | None:
    """Let the time of the last update jump back with every other read."""
    reads: dict[str, int] = scene.tenant.memory.setdefault("jumps_back", {})
    asked = invoice_of(scene.request) or ""
    reads[asked] = reads.get(asked, 0) + 1
    if not taken(scene.response) or reads[asked] % 2:
        return None
    body = told(scene.response)
    return scene.response.with_json({**body, "updatedAt": iso((instant(body["updatedAt"]) or 0) - SECOND)})


def _halved(value: Any) -> object:
    return f"{value}1" if isinstance(value, str) and "." in value else f"{value}.1"


FAULTS: tuple[Fault, ...] = (
    fault(
        "answers_204_to_reads",
        "get-existing-200",
        "answers 204 to a read",
        in_scene(is_read, lambda scene: Response(204) if taken(scene.response) else None),
    ),
    fault(
        "finds_nothing",
        "get-existing-200",
        "does not find what there is",
        in_scene(is_read, lambda scene: onchain(404, NOT_FOUND) if taken(scene.response) else None),
    ),
    fault("finds_new_ones_later", "create-visible-at-once", "finds a new preauthorization at the second read only", _finds_later),
    fault(
        "regenerates_transaction_ids", "get-same-transactionid", "reads another transactionId each time", in_scene(is_read, _regenerated)
    ),
    fault(
        "rounds_authorized_amounts",
        "get-authorizedamount-is-created-amount",
        "reads another authorized amount than was created",
        edits_success(is_read, changes("authorizedAmount", _halved)),
    ),
    fault(
        "reads_undocumented_status",
        "get-status-closed-set",
        "reads a status that no document names",
        edits_success(is_read, puts("status", "OPEN")),
    ),
    fault(
        "reads_settled_as_done",
        "get-status-closed-set",
        "reads DONE for SETTLED",
        edits_success(is_read, puts("status", "DONE"), is_settled),
    ),
    fault(
        "reads_new_as_pending",
        "get-new-is-authorized",
        "reads a new preauthorization as CANCELLED",
        edits_success(is_read, lambda body: body.update(status="CANCELLED") if body["status"] == "AUTHORIZED" else None),
    ),
    fault(
        "invents_hashes",
        "get-no-hash-before-settle",
        "shows a hash of what was never settled",
        edits_success(is_read, puts("transactionHash", HASH), _unsettled),
    ),
    fault(
        "shows_authorized_as_settled",
        "get-nothing-settled-before-settle",
        "shows the authorized amount as settled before a settlement",
        edits_success(is_read, lambda body: body.update(settledAmount=body["authorizedAmount"]), _unsettled),
    ),
    fault(
        "answers_unknown_invoices_empty",
        "get-unknown-404",
        "answers 200 with nothing to an unknown invoice",
        despite(NOT_FOUND, lambda _: answer(200, {}), is_read),
    ),
    fault(
        "answers_400_to_unknown_invoices",
        "get-unknown-404",
        "answers 400 to an unknown invoice",
        despite(NOT_FOUND, lambda scene: replace(scene.response, status=400), is_read),
    ),
    fault(
        "answers_500_to_unknown_reads",
        "get-unknown-404",
        "answers 500 to an unknown invoice",
        despite(NOT_FOUND, lambda _: failed(), is_read),
    ),
    fault(
        "breaks_down_on_odd_ids",
        "get-unknown-weird-id-404",
        "answers 500 to unusual or long ids",
        despite(NOT_FOUND, lambda scene: failed() if _is_odd(scene.request) else None, is_read),
    ),
    fault("does_not_decode_paths", "get-encoded-invoiceid", "does not find invoices with reserved characters", before(is_read, _undecoded)),
    fault(
        "finds_by_beginning",
        "get-no-prefix-match",
        "finds an invoice by its beginning",
        _found_by(lambda invoice, asked: invoice.startswith(asked)),
    ),
    fault("finds_by_part", "get-no-prefix-match", "finds an invoice by any part of it", _found_by(lambda invoice, asked: asked in invoice)),
    fault(
        "mixes_case_up",
        "get-other-case-not-mixed-up",
        "shows another preauthorization under an invoice in other letters",
        despite(NOT_FOUND, _mixes_case_up, is_read),
    ),
    fault("touches_on_read", "get-is-safe", "moves the time of the last update with each read", after_taken(is_read, _touches)),
    fault("shows_now_as_update", "get-is-safe", "shows the time of the read as the last update", in_scene(is_read, _now_as_update)),
    fault("resets_creation", "get-createdat-constant", "resets the time of creation with a settlement", _of_settled(_resets_creation)),
    fault(
        "shows_sample_creation",
        "get-createdat-plausible",
        "shows the time of creation of the sample",
        edits_success(is_read, lambda body: body.update(createdAt=SAMPLES["createdAt"])),
    ),
    fault(
        "shows_update_before_creation",
        "get-updatedat-not-before-createdat",
        "shows a last update before the creation",
        edits_success(is_read, lambda body: body.update(updatedAt=iso((instant(body["createdAt"]) or 0) - SECOND))),
    ),
    fault(
        "freezes_update",
        "get-updatedat-moves-on-settle",
        "leaves the time of the last update when it settles",
        _of_settled(_freezes_update),
    ),
    fault(
        "sets_update_back",
        "get-updatedat-monotonic",
        "sets the time of the last update back when it settles",
        _of_settled(_sets_update_back),
    ),
    fault("jumps_back", "get-updatedat-monotonic", "shows an earlier last update at every other read", in_scene(is_read, _back_and_forth)),
    fault(
        "counts_refused_settlements",
        "get-refused-settle-not-an-update",
        "shows a settled amount after a settlement that it refused",
        _on_refused_settle(_counts_attempt),
    ),
    fault(
        "reads_settled_as_authorized",
        "get-after-settle-settled",
        "reads AUTHORIZED after a settlement",
        edits_success(is_read, puts("status", "AUTHORIZED"), is_settled),
    ),
    fault(
        "reads_authorized_as_settled_amount",
        "get-after-settle-amount",
        "reads the authorized amount as the settled one",
        edits_success(is_read, lambda body: body.update(settledAmount=body["authorizedAmount"]), is_settled),
    ),
    fault(
        "reads_remainder_as_authorized",
        "get-after-settle-authorized-kept",
        "reads the settled amount as the authorized one",
        edits_success(is_read, lambda body: body.update(authorizedAmount=body["settledAmount"]), is_settled),
    ),
    fault(
        "reads_no_hash",
        "get-after-settle-hash",
        "reads no hash after a settlement",
        edits_success(is_read, puts("transactionHash", None), is_settled),
    ),
    fault(
        "reads_another_hash",
        "get-after-settle-hash",
        "reads another hash than it answered",
        edits_success(is_read, changes("transactionHash", lambda value: value[:-2] + ("00" if value[-2:] != "00" else "11")), is_settled),
    ),
    fault(
        "reads_more_than_authorized",
        "get-settled-amount-bounded",
        "reads a settled amount above the authorized one",
        edits_success(is_read, lambda body: body.update(settledAmount=f"9{body['authorizedAmount']}"), is_settled),
    ),
    fault(
        "touches_other_invoices",
        "get-other-invoices-untouched",
        "moves the last update of all invoices when it settles one",
        _of_settled(_touches_others),
    ),
    fault(
        "settles_other_invoices",
        "get-other-invoices-untouched",
        "calls all invoices of the sender settled when it settles one",
        _of_settled(_settles_others),
    ),
    fault(
        "shows_torn_states",
        "get-parallel-never-torn",
        "shows SETTLED without amount while a settlement is under way",
        in_scene(is_read, _torn),
    ),
)
