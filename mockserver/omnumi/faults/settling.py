"""Servers that settle what they should refuse, refuse what they should settle, or do half of it (003 settle)."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mockserver.faulting import ABSENT, absent, blank_text, is_a, null, sent, taken, texts, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    Scene,
    before,
    carries_out_settle,
    despite,
    edits_refusal,
    fault,
    in_scene,
    invoice_of,
    is_admitted,
    is_settle,
    made_of,
    pays,
    unchanged,
)
from mockserver.omnumi.model import Preauthorization
from mockserver.omnumi.preauthorizations import NOT_FOUND, NOT_POSITIVE
from mockserver.omnumi.settlement import EXCEEDS, settled
from mockserver.omnumi.values import address, decimals, number
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

ZERO = re.compile(r"-?0+(\.0+)?")
STATE = "Invalid settlement state"
Test = Callable[[Preauthorization, Decimal], object]


def _refuses(test: Test, status: int = 409, message: str = EXCEEDS) -> OnRequest:
    """Refuse good settlements for which a test of authorized and wanted amount holds."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        made, amount = made_of(tenant, request), number((sent(request) or {}).get("amount"))
        good = made and made.status == "AUTHORIZED" and amount is not None and 0 < amount <= Decimal(made.amount)
        return onchain(status, message) if made and good and amount is not None and test(made, amount) else None

    return before(is_settle, make)


def _settles_other_amount(test: Test, make: Callable[[Preauthorization, Decimal], str]) -> OnRequest:
    """Settle another amount than the one that was sent."""

    def edit(tenant: Tenant, request: Request) -> Request | None:
        made, body = made_of(tenant, request), sent(request) or {}
        amount = number(body.get("amount"))
        good = made and made.status == "AUTHORIZED" and amount is not None and amount > 0
        return (
            request.with_json({**body, "amount": make(made, amount)})
            if made and good and amount is not None and test(made, amount)
            else None
        )

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        other = edit(tenant, request) if is_settle(request) and is_admitted(tenant, request) else None
        return await call_next(other or request)

    return on_request


def _takes(test: Callable[[Any], object], amount: str | None = None) -> OnRequest:
    """Settle all the same where the amount is none; the whole amount if no other is given."""

    def make(scene: Scene) -> Response | None:
        made = scene.made
        fit = scene.response.status in (400, 409) and made is not None and made.status == "AUTHORIZED"
        return (
            carries_out_settle(scene, amount or (made.amount if made else "")) if fit and test(scene.body.get("amount", ABSENT)) else None
        )

    return in_scene(is_settle, make)


def _breaks(test: Callable[[Any], object]) -> OnRequest:
    return in_scene(is_settle, lambda scene: failed() if scene.response.status == 400 and test(scene.body.get("amount", ABSENT)) else None)


def _zeros(test: Callable[[str], object]) -> OnRequest:
    return despite(NOT_POSITIVE, lambda scene: carries_out_settle(scene) if test(str(scene.body.get("amount"))) else None, is_settle)


def _is_zero(text: str) -> bool:
    return text == "0"


def _is_other_zero(text: str) -> bool:
    return text != "0" and ZERO.fullmatch(text) is not None


def _is_negative(text: str) -> bool:
    return text.startswith("-") and not ZERO.fullmatch(text)


def _redirects(member: str, attribute: str) -> OnRequest:
    """Pay whom the body names."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        made, body = made_of(tenant, request), sent(request) or {}
        fit = (
            made
            and made.status == "AUTHORIZED"
            and address(body.get(member)) in (tenant.data.tokens if member == "contractAddress" else tenant.data.wallets)
        )
        if made and fit:
            setattr(made, attribute, body[member])
        return None

    return before(is_settle, make)


def _renames(tenant: Tenant, request: Request) -> Response | None:
    """Settle the invoice that the body names."""
    named = tenant.data.preauthorizations.get(str((sent(request) or {}).get("invoiceId")))
    if named is None or named.invoice == invoice_of(request) or named.status != "AUTHORIZED":
        return None
    pays(tenant, named, str((sent(request) or {})["amount"]))
    return answer(200, settled(named))


async def _answers_other_invoice(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer with the invoice that the body names."""
    response = await call_next(request)
    named = (sent(request) or {}).get("invoiceId") if is_settle(request) and taken(response) else None
    return response.with_json({**told(response), "invoiceId": named}) if isinstance(named, str) else response


def _unknown(do: Callable[[Scene], Response | None]) -> OnRequest:
    return despite(NOT_FOUND, do, is_settle)


def _settles_like(test: Callable[[str, str], bool]) -> Callable[[Scene], Response | None]:
    """Settle what an unknown invoice reminds of."""

    def do(scene: Scene) -> Response | None:
        asked = invoice_of(scene.request) or ""
        known = scene.tenant.data.preauthorizations.values()
        found = next((made for made in known if made.status == "AUTHORIZED" and test(made.invoice, asked)), None)
        amount = scene.body.get("amount")
        if found is None or number(amount) is None:
            return None
        pays(scene.tenant, found, str(amount))
        return answer(200, settled(found))

    return do


def _compares_as_text(made: Preauthorization, amount: Decimal) -> bool:
    return format(amount, "f") > made.amount


def _has_other_notation(tenant: Tenant, request: Request) -> Response | None:
    made, text = made_of(tenant, request), (sent(request) or {}).get("amount")
    amount = number(text)
    equal = made and made.status == "AUTHORIZED" and amount is not None and amount == Decimal(made.amount) and text != made.amount
    return onchain(409, EXCEEDS) if equal else None


def _lexically_less(scene: Scene) -> Response | None:
    made, text = scene.made, str(scene.body.get("amount"))
    return carries_out_settle(scene) if made and made.status == "AUTHORIZED" and text < made.amount else None


def _slightly(scene: Scene) -> bool:
    made, amount = scene.made, number(scene.body.get("amount"))
    return made is not None and amount is not None and amount <= 2 * Decimal(made.amount)


def _cuts(scene: Scene) -> Response | None:
    """Settle the authorized amount where more was asked for."""
    return carries_out_settle(scene, scene.made.amount) if scene.made else None


def _by_chance(scene: Scene) -> Response | None:
    """Take an excess now and then: the larger ones."""
    made, amount = scene.made, number(scene.body.get("amount"))
    return (
        carries_out_settle(scene)
        if made and amount is not None and amount > Decimal(made.amount) * Decimal("1.05") and _slightly(scene)
        else None
    )


NO_NUMBER = re.compile(r"(?i)(?!\s*[+-]?s?(nan|inf)).*[^\d.\s+-].*", re.DOTALL)
NOT_FINITE = re.compile(r"(?i)[+-]?(s?nan|inf|infinity)")
AMOUNTS: tuple[tuple[str, str, str, Callable[[Any], object]], ...] = (
    ("missing", "settle-needs-amount", "a missing amount", absent),
    ("null", "settle-null-amount-refused", "null", null),
    ("blank", "settle-blank-amount-refused", "blank text", blank_text),
    ("words", "settle-text-amount-refused", "words", texts(NO_NUMBER.fullmatch)),
    ("not_finite", "settle-nan-inf-refused", "NaN and infinity", texts(NOT_FINITE.fullmatch)),
    ("booleans", "settle-wrongtype-amount-refused", "booleans", is_a(bool)),
    ("lists", "settle-wrongtype-amount-refused", "lists", is_a(list)),
    ("objects", "settle-wrongtype-amount-refused", "objects", is_a(dict)),
)
FAULTS: tuple[Fault, ...] = (
    fault(
        "refuses_full_amounts",
        "settle-full-accepted",
        "refuses to settle exactly the authorized amount",
        _refuses(lambda made, amount: amount == Decimal(made.amount)),
    ),
    fault(
        "wants_full_amounts",
        "settle-partial-accepted",
        "refuses to settle less than the authorized amount",
        _refuses(lambda made, amount: amount < Decimal(made.amount)),
    ),
    fault(
        "charges_full_amounts",
        "settle-partial-accepted",
        "settles the authorized amount where less was asked for",
        _settles_other_amount(lambda made, amount: amount < Decimal(made.amount), lambda made, _: made.amount),
    ),
    fault(
        "calls_tiny_settlements_zero",
        "settle-smallest-accepted",
        "calls amounts below a millionth zero",
        _refuses(lambda _, amount: amount < Decimal("0.000001"), 409, NOT_POSITIVE),
    ),
    fault(
        "compares_equal_as_text",
        "settle-equal-notation-accepted",
        "takes the authorized amount in another notation for more",
        before(is_settle, _has_other_notation),
    ),
    fault(
        "compares_as_text_and_refuses",
        "settle-numeric-not-lexical",
        "compares amounts as text, and refuses what is less",
        _refuses(_compares_as_text),
    ),
    fault(
        "compares_as_text_and_settles",
        "settle-numeric-not-lexical",
        "compares amounts as text, and settles what is more",
        despite(EXCEEDS, _lexically_less, is_settle),
    ),
    fault(
        "rounds_settlements",
        "settle-echo-amount",
        "settles whole tokens only",
        _settles_other_amount(lambda _, amount: decimals(amount) > 0 and amount >= 1, lambda _, amount: str(int(amount))),
    ),
    fault(
        "pays_whom_the_body_names",
        "settle-body-cannot-redirect",
        "pays the receiver that the body names",
        _redirects("receiver", "receiver"),
    ),
    fault(
        "pays_in_what_the_body_names",
        "settle-body-cannot-redirect",
        "pays in the token that the body names",
        _redirects("contractAddress", "contract"),
    ),
    fault(
        "settles_what_the_body_names", "settle-body-cannot-redirect", "settles the invoice that the body names", before(is_settle, _renames)
    ),
    fault(
        "answers_what_the_body_names", "settle-body-cannot-redirect", "answers with the invoice that the body names", _answers_other_invoice
    ),
    fault(
        "settles_excess",
        "settlement-above-authorized-refused",
        "settles more than was authorized",
        despite(EXCEEDS, carries_out_settle, is_settle),
    ),
    fault(
        "answers_400_to_excess",
        "settlement-above-authorized-refused",
        "answers 400 to more than was authorized",
        edits_refusal(is_settle, EXCEEDS, unchanged, 400),
    ),
    fault(
        "cuts_excess",
        "settlement-slightly-above-fair",
        "settles the authorized amount where slightly more was asked for",
        despite(EXCEEDS, lambda scene: _cuts(scene) if _slightly(scene) else None, is_settle),
    ),
    fault(
        "breaks_down_on_excess",
        "settlement-slightly-above-fair",
        "answers 500 to slightly more than was authorized",
        despite(EXCEEDS, lambda scene: failed() if _slightly(scene) else None, is_settle),
    ),
    fault(
        "takes_larger_tips_only",
        "settlement-tip-monotonic",
        "refuses a small excess and takes a larger one",
        despite(EXCEEDS, _by_chance, is_settle),
    ),
    fault("settles_zero", "settle-zero-refused", "settles an amount of zero", _zeros(_is_zero)),
    fault(
        "answers_400_to_zero",
        "settle-zero-refused",
        "answers 400 to a settlement of zero",
        edits_refusal(is_settle, NOT_POSITIVE, unchanged, 400),
    ),
    fault("settles_other_zeros", "settle-zero-decimals-refused", "settles zero in another notation", _zeros(_is_other_zero)),
    fault("settles_negative_amounts", "settle-negative-refused", "lets tokens flow back", _zeros(_is_negative)),
    *(fault(f"settles_all_on_{name}", rule, f"settles the whole amount on {says}", _takes(test)) for name, rule, says, test in AMOUNTS),
    *(
        fault(f"breaks_down_on_settling_{name}", rule, f"answers 500 to {says} as the amount of a settlement", _breaks(test))
        for name, rule, says, test in AMOUNTS
    ),
    fault(
        "alters_numbers",
        "settle-number-amount-never-altered",
        "takes a JSON number and settles another amount",
        _takes(lambda value: is_a(int)(value) or is_a(float)(value), "0.01"),
    ),
    fault(
        "settles_unknown_invoices",
        "settle-unknown-invoice-refused",
        "answers the settlement of an unknown invoice from the sample",
        _unknown(
            lambda scene: answer(200, {"transactionId": scene.tenant.new_id(), "invoiceId": invoice_of(scene.request), "status": "SETTLED"})
        ),
    ),
    fault(
        "breaks_down_on_unknown_invoices",
        "settle-unknown-invoice-refused",
        "answers 500 to the settlement of an unknown invoice",
        _unknown(lambda _: failed()),
    ),
    fault(
        "settles_by_beginning",
        "settle-other-case-invoice-not-mixed-up",
        "settles what begins like an unknown invoice",
        _unknown(_settles_like(lambda invoice, asked: invoice.startswith(asked) or asked.startswith(invoice))),
    ),
)
