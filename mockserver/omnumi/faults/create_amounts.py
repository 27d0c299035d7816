"""Servers that misread amounts of creates (003 create, amount is a numeric string)."""

import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from mockserver.faulting import sent, texts
from mockserver.http import Request, Response
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.bodies import failed
from mockserver.omnumi.faults.builders import (
    Scene,
    before,
    carries_out_create,
    despite,
    edits_member,
    edits_refusal,
    fault,
    in_scene,
    is_create,
    unchanged,
)
from mockserver.omnumi.faults.create_members import takes
from mockserver.omnumi.preauthorizations import NOT_POSITIVE
from mockserver.omnumi.values import decimals, number, plain
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

ZERO = re.compile(r"-?0+(\.0+)?")
DIGITS_OF_A_DOUBLE = 15
ROUNDING = Context(prec=1024)


def _amount(request: Request) -> Decimal | None:
    return number((sent(request) or {}).get("amount"))


def _refuses(test: Callable[[Decimal], object], message: str = "Amount is not valid", status: int = 400) -> OnRequest:
    def make(_: Tenant, request: Request) -> Response | None:
        amount = _amount(request)
        return onchain(status, message) if amount is not None and amount > 0 and test(amount) else None

    return before(is_create, make)


def _alters(test: Callable[[Decimal], object], make: Callable[[Decimal], str]) -> OnRequest:
    """Reserve another amount than the one that was sent."""

    def found(value: Any) -> bool:
        amount = number(value)
        return amount is not None and amount > 0 and bool(test(amount))

    return edits_member(is_create, "amount", found, lambda value: make(number(value) or Decimal(0)))


def _misreads(pattern: str, make: Callable[[re.Match[str]], str]) -> OnRequest:
    """Read a text that is no numeric string as a number all the same."""
    compiled = re.compile(pattern, re.DOTALL)

    def remade(scene: Scene) -> Response | None:
        match = compiled.fullmatch(scene.body["amount"])
        return carries_out_create(scene, amount=make(match)) if match else None

    return takes("amount", texts(compiled.fullmatch), remade)


def _breaks_down(pattern: str) -> OnRequest:
    return takes("amount", texts(re.compile(pattern, re.DOTALL).fullmatch), lambda _: failed())


def _rounded(amount: Decimal, places: int) -> str:
    return plain(amount.quantize(Decimal(1).scaleb(-places), context=ROUNDING))


def _is_long(amount: Decimal) -> bool:
    return len(amount.as_tuple().digits) > DIGITS_OF_A_DOUBLE and amount < Decimal("1e300")


def _has_decimals(amount: Decimal) -> bool:
    return decimals(amount) > 0


def _has_trailing_zeros(amount: Decimal) -> bool:
    text = format(amount, "f")
    return "." in text and text.endswith("0")


def _zeros(test: Callable[[str], object], do: Callable[[Scene], Response | None]) -> OnRequest:
    return despite(NOT_POSITIVE, lambda scene: do(scene) if test(str(scene.body.get("amount"))) else None)


def _unsigned(scene: Scene) -> Response:
    return carries_out_create(scene, amount=scene.body["amount"].lstrip("-"))


def _shown_in_answer(scene: Scene) -> Response | None:
    """Take odd notation at another value: what is seen is not what was meant."""
    return carries_out_create(scene, amount="1") if scene.response.status == 400 and scene.said("Amount must be a numeric") else None


NO_NUMBER = r"[^\d.,+\-\s_]{2,}.*"
FAULTS: tuple[Fault, ...] = (
    fault("wants_a_point", "create-amount-integer-accepted", "refuses whole amounts", _refuses(lambda amount: not _has_decimals(amount))),
    fault("wants_no_point", "create-amount-decimal-accepted", "refuses amounts with decimals", _refuses(_has_decimals)),
    fault(
        "cuts_decimals_off",
        "create-amount-decimal-accepted",
        "reserves whole tokens only",
        _alters(lambda amount: _has_decimals(amount) and amount >= 1, lambda amount: str(int(amount))),
    ),
    fault(
        "calls_tiny_amounts_zero",
        "create-amount-smallest-accepted",
        "calls amounts below a millionth zero",
        _refuses(lambda amount: amount < Decimal("0.000001"), NOT_POSITIVE),
    ),
    fault(
        "rounds_long_amounts",
        "create-amount-large-exact",
        "keeps amounts as binary numbers",
        _alters(_is_long, lambda amount: plain(Decimal(repr(float(amount))))),
    ),
    fault(
        "adds_noise_to_fractions",
        "create-amount-fraction-exact",
        "reserves what a binary number makes of a fraction",
        _alters(lambda amount: _has_decimals(amount) and not _is_long(amount), lambda amount: _rounded(Decimal(float(amount)), 17)),
    ),
    fault(
        "rounds_to_cents",
        "create-amount-fraction-exact",
        "rounds amounts to two decimals",
        _alters(lambda amount: decimals(amount) > 2 and amount > 1, lambda amount: _rounded(amount, 2)),
    ),
    fault(
        "drops_the_point_of_trailing_zeros",
        "create-amount-trailing-zeros-equal",
        "overlooks the point of amounts that end in zeros",
        _alters(_has_trailing_zeros, lambda amount: format(amount, "f").replace(".", "")),
    ),
    fault(
        "refuses_trailing_zeros", "create-amount-trailing-zeros-equal", "refuses amounts that end in zeros", _refuses(_has_trailing_zeros)
    ),
    fault(
        "reads_exponents_as_digits",
        "create-amount-exponent-never-misread",
        "reads an exponent as the digits before it",
        _misreads(r"(\d+(?:\.\d+)?)[eE].*", lambda match: match[1]),
    ),
    fault(
        "reads_odd_notation_as_one",
        "create-amount-odd-notation-never-misread",
        "reads every notation that it does not know as one",
        in_scene(is_create, _shown_in_answer),
    ),
    fault(
        "reads_digits_before_spaces",
        "create-amount-odd-notation-never-misread",
        "reads an amount with spaces as one",
        _misreads(r"\s*[\d\s.]+\s*", lambda _: "1"),
    ),
    fault(
        "reserves_zero", "create-amount-zero-refused", "reserves an amount of zero", _zeros(lambda text: text == "0", carries_out_create)
    ),
    fault(
        "refuses_zero_as_conflict",
        "create-amount-zero-refused create-amount-negative-refused",
        "answers 409 to amounts that are not above zero",
        edits_refusal(is_create, NOT_POSITIVE, unchanged, 409),
    ),
    fault(
        "compares_zero_as_text",
        "create-amount-zero-decimals-refused",
        "takes zero for an amount unless it is written as one digit",
        _zeros(lambda text: text != "0" and ZERO.fullmatch(text), carries_out_create),
    ),
    fault(
        "ignores_the_sign",
        "create-amount-negative-refused",
        "reserves a negative amount without its sign",
        _zeros(lambda text: text.startswith("-") and not ZERO.fullmatch(text), _unsigned),
    ),
    fault("reserves_words", "create-amount-text-refused", "takes words for an amount", _misreads(NO_NUMBER, lambda _: "1")),
    fault("breaks_down_on_words", "create-amount-text-refused", "answers 500 to words as the amount", _breaks_down(NO_NUMBER)),
    fault("takes_nan", "create-amount-nan-inf-refused", "takes NaN for an amount above zero", _misreads(r"(?i)[+-]?s?nan", lambda _: "1")),
    fault(
        "takes_infinity",
        "create-amount-nan-inf-refused",
        "takes infinity for an amount",
        _misreads(r"(?i)[+-]?(inf|infinity|∞)", lambda _: "1"),
    ),
    fault(
        "cuts_at_the_comma",
        "create-amount-comma-refused",
        "reads what stands before a comma",
        _misreads(r"(\d+),.*", lambda match: match[1]),
    ),
    fault(
        "reads_other_bases",
        "create-amount-hex-refused",
        "reads hexadecimal amounts",
        _misreads(r"0[xX][0-9a-fA-F]+", lambda match: str(int(match[0], 16) or 1)),
    ),
    fault(
        "reads_the_beginning",
        "create-amount-partial-number-refused",
        "reads the digits at the beginning of an amount",
        _misreads(r"(\d+(?:\.\d+)?)[^\d.,].*", lambda match: match[1]),
    ),
)
