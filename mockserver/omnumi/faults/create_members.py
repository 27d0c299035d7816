"""Servers that take creates with missing or malformed members (003 create, request body)."""

from collections.abc import Callable
from typing import Any

from mockserver.faulting import ABSENT, absent, blank_text, is_a, null
from mockserver.http import Response
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import Scene, carries_out_create, fault, in_scene, is_create, wallet_of
from mockserver.omnumi.preauthorizations import REQUIRED
from mockserver.omnumi.values import address
from mockserver.wrappers import Fault, OnRequest

Test = Callable[[Any], object]
PARTIES = ("sender", "receiver", "contractAddress")
TYPES: tuple[tuple[str, Test], ...] = (
    ("numbers", lambda value: is_a(int)(value) or is_a(float)(value)),
    ("booleans", is_a(bool)),
    ("lists", is_a(list)),
    ("objects", is_a(dict)),
)


def _repaired(scene: Scene, name: str) -> dict[str, Any]:
    """Return a good value for a member, in the place of what was sent."""
    data = scene.tenant.data
    if name == "amount":
        return {name: "1"}
    if name == "contractAddress":
        return {name: next((token.address for token in data.tokens.values() if token.active), "")}
    if name in PARTIES:
        other = str(scene.body.get("receiver" if name == "sender" else "sender")).lower()
        known = next((place for place in data.wallets if place != other), None)
        return {name: known or wallet_of(scene.tenant, None).address}
    value = scene.body.get(name)
    return {name: str(value) if name == "invoiceId" and value is not None else None}


def takes(name: str, test: Test, make: Callable[[Scene], Response | None] | None = None) -> OnRequest:
    """Reserve all the same what was refused for one member."""

    def edit(scene: Scene) -> Response | None:
        alone = scene.response.status == 400 and test(scene.body.get(name, ABSENT)) and not _is_otherwise_bad(scene, name)
        if not alone:
            return None
        return make(scene) if make else carries_out_create(scene, **_repaired(scene, name))

    return in_scene(is_create, edit)


def _is_otherwise_bad(scene: Scene, name: str) -> bool:
    """Tell whether another member is missing as well, so that this one is not all that is wrong."""
    return any(not isinstance(scene.body.get(other), str) for other in REQUIRED if other != name)


def _breaks(_: Scene) -> Response:
    return failed()


def _is_no_text(value: Any) -> bool:
    return value is not ABSENT and value is not None and not isinstance(value, str)


def _is_no_address(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and address(value) is None


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"takes_{how}_{name}", f"create-{rule}-{name.lower()}", f"takes a create with {says} {name}", takes(name, test))
        for name in REQUIRED
        for how, rule, says, test in (
            ("missing", "needs", "no", absent),
            ("null", "null", "null as", null),
            ("blank", "blank", "blank text as", blank_text),
        )
    ),
    *(
        fault(
            f"breaks_down_on_{how}_{name}",
            f"create-{rule}-{name.lower()}",
            f"answers 500 to a create with {says} {name}",
            takes(name, test, _breaks),
        )
        for name in ("invoiceId", "amount")
        for how, rule, says, test in (("missing", "needs", "no", absent), ("null", "null", "null as", null))
    ),
    *(
        fault(f"takes_{kind}_as_{name}", f"create-wrongtype-{name.lower()}", f"takes {kind} as {name}", takes(name, test))
        for name in (*PARTIES, "expiresAt")
        for kind, test in TYPES
    ),
    *(
        fault(f"takes_{kind}_as_amount", "create-wrongtype-amount", f"takes {kind} as the amount", takes("amount", test))
        for kind, test in TYPES[1:]
    ),
    *(
        fault(
            f"breaks_down_on_{kind}_as_invoice",
            "create-wrongtype-invoiceid",
            f"answers 500 to {kind} as the invoice",
            takes("invoiceId", test, _breaks),
        )
        for kind, test in TYPES
    ),
    fault(
        "rounds_numbers_as_amount",
        "create-number-amount-never-altered",
        "takes a JSON number as the amount and reserves another",
        takes("amount", TYPES[0][1], lambda scene: carries_out_create(scene, amount="1.01")),
    ),
    fault(
        "takes_malformed_contracts",
        "create-contract-malformed-refused",
        "takes any text as a token",
        takes("contractAddress", _is_no_address),
    ),
    fault("takes_malformed_senders", "create-sender-malformed-refused", "takes any text as the sender", takes("sender", _is_no_address)),
    fault(
        "takes_malformed_receivers",
        "create-receiver-malformed-refused",
        "takes any text as the receiver",
        takes("receiver", _is_no_address),
    ),
    fault(
        "breaks_down_on_malformed_contracts",
        "create-contract-malformed-refused",
        "answers 500 to text that is no token",
        takes("contractAddress", _is_no_address, _breaks),
    ),
    *(
        fault(f"overlooks_missing_{name}", "schema-violations-are-refused", f"takes a create without {name}", takes(name, absent))
        for name in REQUIRED
    ),
    fault("overlooks_types", "implied-constraints-are-checked", "takes anything as the sender", takes("sender", _is_no_text)),
    fault("overlooks_blanks", "implied-constraints-are-checked", "takes blank text as the invoice", takes("invoiceId", blank_text)),
)
