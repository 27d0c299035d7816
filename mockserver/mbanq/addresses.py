"""Addresses of a client, to be read; no call that sets one is published, so the control API does (facts 4.3)."""

from typing import Any

from mockserver.http import Request, Response, answer
from mockserver.mbanq.model import Address, Client
from mockserver.tenants import Tenant


def listing(_: Tenant, client: Client, __: Request) -> Response:
    """Answer `GET /v1/client/{id}/addresses`."""
    return answer(200, [shown(client, each) for each in client.addresses])


def shown(client: Client, address: Address) -> dict[str, Any]:
    """Return an address as reads show it."""
    kind = "Physical" if address.physical else "PO Box"
    flags = {"isPrimary": address.primary, "isActive": address.active}
    place = {"addressLine1": "1 Market Street" if address.physical else "PO Box 1", "city": "San Francisco", "postalCode": "94103"}
    return {"client_id": client.id, "addressId": address.id, "addressType": kind, **flags, **place}
