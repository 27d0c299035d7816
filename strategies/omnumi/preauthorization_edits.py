"""Named edits of a request for a preauthorization, and of a settlement (003, Create preauthorization and Settle preauthorization)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.omnumi import money
from strategies.omnumi.addresses import MALFORMED, SPELLINGS

INVOICE, SENDER, RECEIVER, AMOUNT, TOKEN, EXPIRY = "invoiceId", "sender", "receiver", "amount", "contractAddress", "expiresAt"
REQUIRED = (INVOICE, SENDER, RECEIVER, AMOUNT, TOKEN)


_NAMED = {".": "point", "-": "minus", "+": "plus", ",": "comma", " ": "space", "/": "slash", "%": "percent", "$": "dollar"}


def _slug(text: str) -> str:
    shown = [char if char.isascii() and char.isalnum() else _NAMED.get(char, "x") for char in text]
    return "".join(shown)[:40] or "empty"


def forms(path: str, values: Sequence[str]) -> tuple[Edit, ...]:
    """One edit for each text."""
    return tuple(put(path, value, name=f"{path}-{_slug(value)}") for value in values)


MISSING: dict[str, tuple[Edit, ...]] = {path: (drop(path),) for path in REQUIRED}
NULL: dict[str, tuple[Edit, ...]] = {path: (put(path, None, name=f"null-{path}"),) for path in REQUIRED}
BLANK: dict[str, tuple[Edit, ...]] = {
    path: (put(path, "", name=f"empty-{path}"), put(path, "   ", name=f"blank-{path}")) for path in REQUIRED
}

_NO_TEXT: dict[str, Json] = {"boolean": True, "list": ["1"], "object": {"value": "1"}}


def _other_types(path: str, **more: Json) -> tuple[Edit, ...]:
    return tuple(insert(path, value, name=f"{path}-as-{kind}") for kind, value in {**_NO_TEXT, **more}.items())


WRONG_TYPE: dict[str, tuple[Edit, ...]] = {
    SENDER: _other_types(SENDER, number=7),
    RECEIVER: _other_types(RECEIVER, number=7),
    TOKEN: _other_types(TOKEN, number=7),
    EXPIRY: _other_types(EXPIRY, number=7),
    AMOUNT: _other_types(AMOUNT, false=False),
}
INVOICE_WRONG_TYPE = (
    put(INVOICE, True, name="invoice-as-boolean"),
    put(INVOICE, ["INV-1"], name="invoice-as-list"),
    put(INVOICE, {"id": "INV-1"}, name="invoice-as-object"),
)
NUMBERS: dict[str, int | float] = {"number": 150.75, "whole-number": 150, "small-number": 0.1, "million": 1_000_000}

AMOUNT_ZERO = forms(AMOUNT, money.ZERO)
AMOUNT_ZEROS = forms(AMOUNT, money.ZEROS)
AMOUNT_NEGATIVE = forms(AMOUNT, money.NEGATIVE)
AMOUNT_TEXT = forms(AMOUNT, money.TEXT)
AMOUNT_NOT_FINITE = forms(AMOUNT, money.NOT_FINITE)
AMOUNT_COMMAS = forms(AMOUNT, money.COMMAS)
AMOUNT_BASED = forms(AMOUNT, money.BASED)
AMOUNT_PARTIAL = forms(AMOUNT, money.PARTIAL)


def _same(kept: str, other: str, spelling: str) -> Edit:
    """One wallet in both places, in another spelling in the second."""

    def apply(payload: Json) -> Json:
        return {**payload, other: SPELLINGS[spelling](payload[kept])}

    return Edit(f"{other}-is-{kept}-in-{spelling}", apply)


SAME_WALLETS = (_same(SENDER, RECEIVER, "lower-case"), _same(RECEIVER, SENDER, "lower-case"))
SAME_WALLETS_OTHER_CASE = tuple(
    _same(*pair, spelling) for pair in ((SENDER, RECEIVER), (RECEIVER, SENDER)) for spelling in ("upper-case", "checksum-case")
)

OTHER_CASE: dict[str, tuple[Edit, ...]] = {
    path: tuple(change(path, spell, name=f"{path}-in-{name}") for name, spell in SPELLINGS.items()) for path in (SENDER, RECEIVER, TOKEN)
}
MALFORMED_ADDRESS: dict[str, tuple[Edit, ...]] = {
    path: tuple(change(path, spoil, name=f"{path}-{name}") for name, spoil in MALFORMED.items()) for path in (SENDER, RECEIVER, TOKEN)
}


def expiry_edits(values: dict[str, Json]) -> tuple[Edit, ...]:
    """Another expiry, whether or not the request has one."""
    return tuple(insert(EXPIRY, value, name=f"expiry-{name}") for name, value in values.items())


EXPIRY_GARBAGE = expiry_edits(
    {
        "word": "tomorrow",
        "text": "not a date",
        "american": "03/30/2099 12:00:00",
        "german": "30.03.2099 12:00",
        "month-name": "30 March 2099 12:00",
        "duration": "PT24H",
        "half": "2099-03",
    }
)
EXPIRY_EPOCH_TEXT = expiry_edits({"seconds-as-text": "4078296000", "milliseconds-as-text": "4078296000000"})
EXPIRY_EPOCH_NUMBER = expiry_edits({"seconds": 4078296000, "milliseconds": 4078296000000})
EXPIRY_IMPOSSIBLE = expiry_edits(
    {
        "30-february": "2099-02-30T12:00:00Z",
        "29-february-of-a-common-year": "2099-02-29T12:00:00Z",
        "hour-25": "2099-03-30T25:00:00Z",
        "month-13": "2099-13-01T12:00:00Z",
        "minute-61": "2099-03-30T12:61:00Z",
        "day-0": "2099-03-00T12:00:00Z",
    }
)
EXPIRY_WITHOUT_ZONE = expiry_edits({"without-zone": "2099-03-30T12:00:00", "bare-date": "2099-03-30"})
EXPIRY_NOTHING = expiry_edits({"null": None, "empty": ""})

SERVER_MADE: dict[str, Json] = {
    "status": "SETTLED",
    "settledAmount": "1",
    "authorizedAmount": "999999999",
    "transactionHash": f"0x{'ab' * 32}",
    "transactionId": "00000000-0000-4000-8000-000000000000",
}
MASS_ASSIGNMENT = tuple(insert(path, value, name=f"{path}-sent-along") for path, value in SERVER_MADE.items())

# --- settlements -------------------------------------------------------------------------------------------------------------

SETTLE_MISSING = (drop(AMOUNT), Edit("empty-body", lambda _: {}))
SETTLE_NULL = (put(AMOUNT, None, name="null-amount"),)
SETTLE_BLANK = (put(AMOUNT, "", name="empty-amount"), put(AMOUNT, "   ", name="blank-amount"))
SETTLE_ZERO = forms(AMOUNT, money.ZERO)
SETTLE_ZEROS = forms(AMOUNT, money.ZEROS)
SETTLE_NEGATIVE = forms(AMOUNT, money.NEGATIVE)
SETTLE_TEXT = forms(AMOUNT, (*money.TEXT, *money.COMMAS, *money.BASED, *money.PARTIAL))
SETTLE_NOT_FINITE = forms(AMOUNT, money.NOT_FINITE)
SETTLE_WRONG_TYPE = WRONG_TYPE[AMOUNT]
