"""Creating and reading preauthorizations (003 create, get)."""

from decimal import Decimal
from typing import Any, NamedTuple

from mockserver.http import Response, answer
from mockserver.omnumi import errors, ledger, lifecycle
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.model import Data, Preauthorization, Token
from mockserver.omnumi.values import MILLISECOND, address, decimals, instant, is_blank, iso, number, seconds, stamp
from mockserver.tenants import Tenant

REQUIRED = ("invoiceId", "sender", "receiver", "amount", "contractAddress")
ADDRESSES = ("sender", "receiver", "contractAddress")
NOT_POSITIVE = "Amount must be greater than zero"
NOT_NUMERIC = "Amount must be a numeric string"
BAD_EXPIRY = "Invalid expires_at format"
NOT_FOUND = "Preauthorization not found"
# What the control API can make fail between the checks of the request and the allowance.
FAILURES = {
    "rules": onchain(400, "The request was refused by the rule engine"),
    "contract": onchain(500, "Preauth contract not available"),
    "preapproval": onchain(500, "Failed to check preapproval"),
}


class Wish(NamedTuple):
    """A create request whose members make sense; addresses in lower case, `expires` in microseconds since 1970."""

    amount: Decimal
    sender: str
    receiver: str
    contract: str
    expires: int


def create(tenant: Tenant, body: dict[str, Any]) -> Response:
    """Answer `POST /onchain-preauth`: 201 with the preauthorization, whose amount is locked, or the first refusal that applies."""
    wish = _understood(tenant, body)
    if isinstance(wish, Response):
        return wish
    data: Data = tenant.data
    if body["invoiceId"] in data.preauthorizations:
        return onchain(409, "Invoice already exists")
    refused = _refused_by_chain(data, wish)
    if refused:
        return refused
    made = _made(tenant, body, wish.expires)
    lifecycle.begin(tenant, made)
    return answer(201, created(made))


def _malformed(body: dict[str, Any]) -> Response | None:
    for name in REQUIRED:
        if is_blank(body.get(name)):
            return onchain(400, f"{name} is required")
        if not isinstance(body[name], str):
            return onchain(400, NOT_NUMERIC if name == "amount" else f"{name} must be a string")
    bad = next((name for name in ADDRESSES if address(body[name]) is None), None)
    return onchain(400, f"{bad} must be an Ethereum address") if bad else None


def _understood(tenant: Tenant, body: dict[str, Any]) -> Wish | Response:
    if malformed := _malformed(body):
        return malformed
    amount = number(body["amount"])
    sender, receiver, contract = (body[name].lower() for name in ADDRESSES)
    if amount is None:
        return onchain(400, NOT_NUMERIC)
    if amount <= 0:
        return onchain(400, NOT_POSITIVE)
    if sender == receiver:
        return onchain(400, "Sender and receiver cannot match")
    expires = _expiry(tenant, body.get("expiresAt"))
    return onchain(400, BAD_EXPIRY) if expires is None else Wish(amount, sender, receiver, contract, expires)


def _expiry(tenant: Tenant, wanted: object) -> int | None:
    now = tenant.clock.now()
    if wanted is None:
        expires = now + seconds(tenant.settings.default_ttl_seconds)
        return expires - expires % MILLISECOND
    given = instant(wanted)
    return given if given is not None and given > now else None


def _refused_by_chain(data: Data, wish: Wish) -> Response | None:
    token, sender, receiver = data.tokens.get(wish.contract), data.wallets.get(wish.sender), data.wallets.get(wish.receiver)
    if token is None or not token.active:
        return onchain(400, "Token not active")
    if refused := too_fine(token, wish.amount):
        return refused
    if sender is None or receiver is None or not (sender.registered and receiver.registered):
        return onchain(404, "Wallet not registered")
    if failure := FAILURES.get(data.chain_failing or ""):
        return failure
    short = wish.amount > ledger.free_allowance(sender, wish.contract)
    return onchain(500, "Insufficient Allowance") if short else None


def too_fine(token: Token, amount: Decimal) -> Response | None:
    """Refuse an amount of which the contract cannot move the last digits."""
    fine = decimals(amount) > token.decimals
    return onchain(400, f"Amount has more than the {token.decimals} decimals of the token") if fine else None


def _made(tenant: Tenant, body: dict[str, Any], expires: int) -> Preauthorization:
    now = tenant.clock.now()
    texts = {name: body[name] for name in ("sender", "receiver", "amount")}
    known = {"invoice": body["invoiceId"], "contract": body["contractAddress"], **texts}
    return Preauthorization(id=tenant.new_id(), expires=expires, created=now, updated=now, **known)


def find(tenant: Tenant, invoice: str) -> Preauthorization | Response:
    """Return the preauthorization of an invoice, or the refusal."""
    found: Preauthorization | None = tenant.data.preauthorizations.get(invoice)
    return found or errors.onchain(404, NOT_FOUND)


def read(tenant: Tenant, invoice: str) -> Response:
    """Answer `GET /onchain-preauth/{invoiceId}`."""
    found = find(tenant, invoice)
    return found if isinstance(found, Response) else answer(200, shown(found))


def created(made: Preauthorization) -> dict[str, Any]:
    """Return a preauthorization as its creation shows it."""
    return {
        "transactionId": made.id,
        "invoiceId": made.invoice,
        "amount": made.amount,
        "sender": made.sender,
        "receiver": made.receiver,
        "contractAddress": made.contract,
        "status": made.status,
        "expiresAt": iso(made.expires),
    }


def shown(made: Preauthorization) -> dict[str, Any]:
    """Return a preauthorization as a read shows it."""
    return {
        "transactionId": made.id,
        "invoiceId": made.invoice,
        "sender": made.sender,
        "receiver": made.receiver,
        "authorizedAmount": made.amount,
        "settledAmount": made.settled,
        "status": made.status,
        "transactionHash": made.hash,
        "contractAddress": made.contract,
        "createdAt": stamp(made.created),
        "updatedAt": stamp(made.updated),
    }
