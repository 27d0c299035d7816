"""The states of a preauthorization as a table of allowed pairs, and the one way from one to another (003 create, settle).

Expiry needs no call: what has passed its instant expires before anything else is looked at, stamped with that instant.
"""

from bisect import insort
from decimal import Decimal
from typing import get_args

from mockserver.omnumi import ledger
from mockserver.omnumi.model import Data, Preauthorization, Status, Wallet
from mockserver.omnumi.values import MILLISECOND
from mockserver.tenants import Tenant

STATUSES: tuple[Status, ...] = get_args(Status)
ALLOWED: frozenset[tuple[Status, Status]] = frozenset(("AUTHORIZED", status) for status in STATUSES if status != "AUTHORIZED")


class NotAllowed(ValueError):
    """The table has no such pair."""


def begin(tenant: Tenant, made: Preauthorization) -> None:
    """Keep a new preauthorization and lock its amount."""
    data: Data = tenant.data
    made.history.append((made.status, made.created))
    data.preauthorizations[made.invoice] = made
    insort(data.open, (made.expires, made.invoice))
    ledger.lock(tenant, made.invoice, *_held(data, made))


def end(tenant: Tenant, ended: Preauthorization, status: Status, at: int | None = None) -> None:
    """Move a preauthorization to a last state and release its lock; no two changes of one bear the same stamp.

    Raises:
        NotAllowed: it has ended already.
    """
    if (ended.status, status) not in ALLOWED:
        raise NotAllowed(f"{ended.status} does not lead to {status}")
    ended.status = status
    ended.updated = max(tenant.clock.now() if at is None else at, ended.updated + MILLISECOND)
    ended.history.append((status, ended.updated))
    ledger.release(tenant, ended.invoice, *_held(tenant.data, ended))


def expire_due(tenant: Tenant) -> None:
    """Let everything expire whose instant has come."""
    data: Data = tenant.data
    now = tenant.clock.now()
    while data.open and data.open[0][0] <= now:
        due, invoice = data.open.pop(0)
        if data.preauthorizations[invoice].status == "AUTHORIZED":
            end(tenant, data.preauthorizations[invoice], "EXPIRED", due)


def _held(data: Data, made: Preauthorization) -> tuple[Wallet, str, Decimal]:
    return data.wallets[made.sender.lower()], made.contract.lower(), Decimal(made.amount)
