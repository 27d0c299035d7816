"""Settling a preauthorization: one transfer on the chain, whole or not at all (003 settle)."""

from decimal import Decimal
from typing import Any

from mockserver.http import Response, answer
from mockserver.omnumi import ledger, lifecycle
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.model import Data, Preauthorization
from mockserver.omnumi.preauthorizations import NOT_NUMERIC, NOT_POSITIVE, too_fine
from mockserver.omnumi.values import EXACT, number
from mockserver.tenants import Tenant

EXCEEDS = "Settlement exceeds authorized amount with allowed tip"


def settle(tenant: Tenant, found: Preauthorization, body: dict[str, Any]) -> Response:
    """Answer `POST /onchain-preauth/{invoiceId}/settle`: 200 once the tokens have moved, or the first refusal that applies."""
    amount = number(body.get("amount"))
    refused = _refused(tenant, found, amount)
    if refused or amount is None:
        return refused or onchain(400, NOT_NUMERIC)
    failed = _transfer(tenant, found, amount)
    if failed:
        return failed
    found.settled, found.hash = body["amount"], ledger.new_hash(tenant)
    lifecycle.end(tenant, found, "SETTLED")
    return answer(200, settled(found))


def _refused(tenant: Tenant, found: Preauthorization, amount: Decimal | None) -> Response | None:
    if amount is None:
        return onchain(400, NOT_NUMERIC)
    if found.status == "EXPIRED":
        return onchain(409, "Pre-authorization expired")
    if found.status != "AUTHORIZED":
        return onchain(409, f"Invalid settlement state: {found.status}")
    if amount <= 0:
        return onchain(409, NOT_POSITIVE)
    most = EXACT.multiply(Decimal(found.amount), EXACT.add(Decimal(1), Decimal(tenant.settings.tip)))
    if amount > most:
        return onchain(409, EXCEEDS)
    return too_fine(tenant.data.tokens[found.contract.lower()], amount)


def _transfer(tenant: Tenant, found: Preauthorization, amount: Decimal) -> Response | None:
    data: Data = tenant.data
    if data.chain_failing == "initialization":
        return onchain(400, "Errors occurred while initializing transaction on chain")
    token, sender, receiver = found.contract.lower(), data.wallets[found.sender.lower()], data.wallets[found.receiver.lower()]
    # A tip may use what no other preauthorization holds.
    allowed = EXACT.add(ledger.free_allowance(sender, token), Decimal(found.amount))
    if data.chain_failing == "settlement" or amount > min(allowed, ledger.spendable(sender, token)):
        return onchain(500, "Settlement failed")
    ledger.transfer(tenant, found.invoice, sender, receiver, token, amount)
    return None


def settled(found: Preauthorization) -> dict[str, Any]:
    """Return a preauthorization as its settlement shows it."""
    return {
        "transactionId": found.id,
        "invoiceId": found.invoice,
        "authorizedAmount": found.amount,
        "settledAmount": found.settled,
        "contractAddress": found.contract,
        "status": found.status,
        "transactionHash": found.hash,
    }
