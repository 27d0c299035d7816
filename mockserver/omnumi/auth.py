"""Bearer tokens and the tenant header: 003 names neither, only that credentials are missing, invalid, or not for this tenant."""

import secrets
import uuid

import msgspec

from mockserver.clock import SECOND
from mockserver.http import Request
from mockserver.omnumi.model import Data
from mockserver.tenants import Registry, Tenant

# The one public hint at how a tenant is named (facts 3.1, public release 3.1.0).
TENANT_HEADER = "tenant-id"


class Credentials(msgspec.Struct):
    """What a client of the API is given."""

    access_token: str
    tenant_id: str


DEMO = Credentials("demo-omnumi-token", "e1e9adb4-d3bd-4ba5-98b8-011c03a9d2b1")


def fresh() -> Credentials:
    """Return credentials that nobody can guess."""
    return Credentials(secrets.token_urlsafe(32), str(uuid.uuid4()))


def open_account(tenant: Tenant, credentials: Credentials) -> Credentials:
    """Give a tenant its credentials; the token's life begins now."""
    data: Data = tenant.data
    data.access_token, data.tenant_id = credentials.access_token, credentials.tenant_id
    data.issued = tenant.clock.now()
    tenant.claim(data.access_token)
    tenant.claim(data.tenant_id)
    return credentials


def owner(registry: Registry, request: Request) -> Tenant | None:
    """Return the tenant of the token, good or not, else the one that the header names."""
    token = request.headers.get("authorization", "").rpartition(" ")[2]
    return registry.owners.get(token) or registry.owners.get(request.headers.get(TENANT_HEADER, ""))


def is_authenticated(tenant: Tenant, request: Request) -> bool:
    """Tell whether the request carries the tenant's token as a bearer, and the token has not lapsed."""
    data: Data = tenant.data
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    good = scheme.lower() == "bearer" and secrets.compare_digest(value.strip().encode(), data.access_token.encode())
    return good and tenant.clock.now() < data.issued + tenant.settings.token_seconds * SECOND


def is_for_tenant(tenant: Tenant, request: Request) -> bool:
    """Tell whether the request names the token's own tenant, or none."""
    named = request.headers.get(TENANT_HEADER)
    return named is None or named.lower() == tenant.data.tenant_id
