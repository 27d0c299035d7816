"""Servers whose successes show other members than 003 does, or of other types, or other values (201 and 200 samples)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Body, Operation, taken
from mockserver.http import Response
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    Scene,
    changes,
    edits_success,
    fault,
    in_scene,
    is_create,
    is_read,
    is_settle,
    puts,
)
from mockserver.omnumi.values import MILLISECOND, instant, iso, number
from mockserver.wrappers import Fault

# The values of the samples, which a server that answers from the documents would give.
SAMPLES: dict[str, str] = {
    "transactionId": "b3f9c2a1-8d4e-4a5b-9c12-123456789abc",
    "invoiceId": "INV-2026-0001",
    "amount": "150.75",
    "authorizedAmount": "150.75",
    "settledAmount": "120.50",
    "sender": "0x41c528683845350e9bfc937e0f6c72bc999b5cdc",
    "receiver": "0xaec528683845350e9bfc937e0f6c72bc999b5123",
    "contractAddress": "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2",
    "status": "AUTHORIZED",
    "expiresAt": "2026-03-30T12:00:00.000Z",
    "createdAt": "2026-03-25T10:15:30.000Z",
    "updatedAt": "2026-03-25T10:20:45.000Z",
    "transactionHash": "0x" + "abc123def456" * 5 + "abcd",
}
CREATED = ("transactionId", "invoiceId", "amount", "sender", "receiver", "contractAddress", "status", "expiresAt")
READ = (
    "transactionId", "invoiceId", "sender", "receiver", "authorizedAmount", "settledAmount", "status", "transactionHash",
    "contractAddress", "createdAt", "updatedAt",
)  # fmt: skip
SETTLED = ("transactionId", "invoiceId", "authorizedAmount", "settledAmount", "contractAddress", "status", "transactionHash")
ANSWERS: tuple[tuple[str, Operation, tuple[str, ...]], ...] = (
    ("create", is_create, CREATED),
    ("get", is_read, READ),
    ("settle", is_settle, SETTLED),
)
AMOUNTS = frozenset({"amount", "authorizedAmount", "settledAmount"})
INSTANTS = frozenset({"expiresAt", "createdAt", "updatedAt"})
# Members that may be null, or not there, before a settlement.
UNSETTLED = frozenset({"settledAmount", "transactionHash"})


def is_settled(body: Body) -> bool:
    """Tell whether an answer shows a settled preauthorization."""
    return bool(body.get("transactionHash"))


def _retyped(name: str) -> Callable[[Any], object]:
    """Return what makes a plausible value of another type: numbers of amounts, epochs of instants, lists of all else."""
    if name in AMOUNTS:
        return lambda value: value if number(value) is None else float(value)
    if name in INSTANTS:
        return instant
    return lambda value: [value]


def _without_zone(value: Any) -> Any:
    return value.removesuffix("Z") if isinstance(value, str) else value


def _without_prefix(value: Any) -> Any:
    return value.removeprefix("0x") if isinstance(value, str) else value


def _swaps(first: str, second: str) -> Callable[[Body], None]:
    def edit(body: Body) -> None:
        body[first], body[second] = body[second], body[first]

    return edit


def _shifted(hours: int) -> Callable[[Any], object]:
    return lambda value: iso((instant(value) or 0) + hours * 3600 * 1000 * MILLISECOND)


def _plus_a_cent(value: Any) -> object:
    amount = number(value)
    return format(amount + Decimal("0.01"), "f") if amount is not None else value


def _gives_one(name: str, value: str) -> Callable[[Scene], Response | None]:
    """Give one value to everything that has it from then on."""
    return lambda scene: _fixed(scene, name, value)


def _fixed(scene: Scene, name: str, value: str) -> Response | None:
    made = scene.tenant.data.preauthorizations.get(str(scene.body.get("invoiceId"))) if is_create(scene.request) else scene.made
    if scene.response.status not in (200, 201) or made is None:
        return None
    setattr(made, {"transactionId": "id", "transactionHash": "hash"}[name], value)
    return scene.response.with_json({**scene.response.json(), name: value})


def _with_status(status: int) -> Callable[[Scene], Response | None]:
    """Give successes another status."""
    return lambda scene: replace(scene.response, status=status) if taken(scene.response) else None


def _test_for(name: str) -> Callable[[Body], object]:
    return is_settled if name in UNSETTLED else bool


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"answers_{operation}_without_{name}",
            f"{operation}-type-{name.lower()}",
            f"answers {operation} without {name}",
            edits_success(when, puts(name, ABSENT), _test_for(name)),
        )
        for operation, when, names in ANSWERS
        for name in names
    ),
    *(
        fault(
            f"answers_{operation}_with_{name}_of_another_type",
            f"{operation}-type-{name.lower()}",
            f"answers {operation} with {name} of another type",
            edits_success(when, changes(name, _retyped(name)), _test_for(name)),
        )
        for operation, when, names in ANSWERS
        for name in names
    ),
    *(
        fault(
            f"answers_{operation}_with_{name}_of_another_form",
            f"{operation}-type-{name.lower()}",
            f"answers {operation} with {name} in another form",
            edits_success(when, changes(name, change), _test_for(name)),
        )
        for operation, when, names in ANSWERS
        for name in names
        for change in (
            (_without_zone,) if name in INSTANTS else (_without_prefix,) if name in ("sender", "receiver", "contractAddress") else ()
        )
    ),
    *(
        fault(
            f"answers_{operation}_with_{name}_of_the_sample",
            f"{operation}-{'echo' if name in ('invoiceId', *echoed) else 'same'}-{name.lower()}",
            f"answers {operation} with the {name} of the sample",
            edits_success(when, puts(name, SAMPLES[name])),
        )
        for operation, when, names, echoed in (
            ("create", is_create, ("invoiceId", "amount", "sender", "receiver", "contractAddress", "expiresAt"), CREATED),
            ("get", is_read, ("invoiceId", "transactionId", "sender", "receiver", "contractAddress"), ()),
            ("settle", is_settle, ("invoiceId", "authorizedAmount"), SETTLED),
        )
        for name in names
    ),
    fault(
        "swaps_parties_in_creates",
        "create-echo-sender create-echo-receiver",
        "shows the receiver as the sender in creates",
        edits_success(is_create, _swaps("sender", "receiver")),
    ),
    fault(
        "swaps_parties_in_reads",
        "get-same-sender get-same-receiver",
        "shows the receiver as the sender in reads",
        edits_success(is_read, _swaps("sender", "receiver")),
    ),
    fault(
        "appends_to_invoices",
        "create-echo-invoiceid",
        "appends a number to the invoice",
        edits_success(is_create, changes("invoiceId", lambda value: f"{value}-0001")),
    ),
    fault(
        "adds_a_fee_to_amounts",
        "create-echo-amount",
        "answers an amount with a fee",
        edits_success(is_create, changes("amount", _plus_a_cent)),
    ),
    fault(
        "shifts_expiries",
        "create-echo-expiresat",
        "shows the expiry an hour late",
        edits_success(is_create, changes("expiresAt", _shifted(1))),
    ),
    *(
        fault(
            f"answers_{status}_to_new_preauthorizations",
            "create-valid-accepted",
            f"answers {status} to a create",
            in_scene(is_create, _with_status(status)),
        )
        for status in (200, 202)
    ),
    fault(
        "refuses_all_creates",
        "create-valid-accepted",
        "refuses every create",
        in_scene(is_create, lambda scene: failed() if scene.response.status == 201 else None),
    ),
    fault(
        "begins_as_pending",
        "create-status-authorized",
        "calls a new preauthorization PENDING",
        edits_success(is_create, puts("status", "PENDING")),
    ),
    fault(
        "begins_as_settled",
        "create-status-authorized",
        "calls a new preauthorization SETTLED",
        edits_success(is_create, puts("status", "SETTLED")),
    ),
    fault(
        "gives_one_transaction_id",
        "create-transactionid-unique",
        "gives all preauthorizations one transactionId",
        in_scene(is_create, _gives_one("transactionId", SAMPLES["transactionId"])),
    ),
    fault(
        "gives_one_hash",
        "settle-hash-unique",
        "gives all settlements one hash",
        in_scene(is_settle, _gives_one("transactionHash", SAMPLES["transactionHash"])),
    ),
    fault(
        "cuts_hashes_off",
        "settle-hash-is-32-bytes",
        "answers a hash that is cut off",
        edits_success(is_settle, changes("transactionHash", lambda value: value[:20])),
    ),
    fault(
        "gives_ids_of_transfers",
        "settle-same-transactionid",
        "answers a settlement with another transactionId",
        edits_success(is_settle, changes("transactionId", lambda value: f"{value[:-4]}0000")),
    ),
    fault(
        "answers_201_to_settlements",
        "settle-authorized-accepted",
        "answers 201 to a settlement",
        in_scene(is_settle, _with_status(201)),
    ),
    fault(
        "answers_202_to_settlements",
        "settle-authorized-accepted",
        "answers 202 to a settlement",
        in_scene(is_settle, _with_status(202)),
    ),
    fault(
        "settles_as_authorized",
        "settle-status-settled",
        "calls what it settled AUTHORIZED",
        edits_success(is_settle, puts("status", "AUTHORIZED")),
    ),
    fault(
        "settles_as_pending", "settle-status-settled", "calls what it settled PENDING", edits_success(is_settle, puts("status", "PENDING"))
    ),
    fault(
        "answers_with_authorized_amount",
        "settle-echo-amount",
        "answers the authorized amount as the settled one",
        edits_success(is_settle, lambda body: body.update(settledAmount=body["authorizedAmount"])),
    ),
    fault(
        "answers_with_remainder",
        "settle-echo-authorizedamount",
        "answers what is left as the authorized amount",
        edits_success(
            is_settle,
            lambda body: body.update(authorizedAmount=format(Decimal(body["authorizedAmount"]) - Decimal(body["settledAmount"]), "f")),
        ),
    ),
    fault(
        "answers_settlements_with_sample_token",
        "settle-echo-contract",
        "answers a settlement with the token of the sample",
        edits_success(is_settle, puts("contractAddress", SAMPLES["contractAddress"])),
    ),
    fault(
        "reads_other_hash_than_settled",
        "settle-agrees-with-get",
        "answers another hash than it shows",
        edits_success(is_settle, changes("transactionHash", lambda value: value[:-2] + ("00" if value[-2:] != "00" else "11"))),
    ),
    fault(
        "reads_other_amount_than_settled",
        "settle-agrees-with-get",
        "answers another settled amount than it shows",
        edits_success(is_settle, changes("settledAmount", _plus_a_cent)),
    ),
)
