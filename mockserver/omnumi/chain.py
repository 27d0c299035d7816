"""The chain at its work: a settlement waits for it as long as a test holds it open."""

import asyncio

from mockserver.tenants import Tenant

CHAIN = "chain"
# How often somebody who waits looks again, in seconds.
LOOK = 0.005


async def released(tenant: Tenant) -> None:
    """Return when the chain is not held, or the tenant is gone; whoever waits is counted."""
    tenant.waiting[CHAIN] += 1
    try:
        while CHAIN in tenant.holds and tenant.id in tenant.registry.tenants:
            await asyncio.sleep(LOOK)
    finally:
        tenant.waiting[CHAIN] -= 1
