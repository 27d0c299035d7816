"""The read-only page of the control API: everything on the server at one glance, made on the spot, no assets from elsewhere."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from mockserver.clock import iso
from mockserver.journal import Journal
from mockserver.tenants import Registry, Tenant
from mockserver.wrappers import Fault, Variant

SHOWN_CUSTOMERS, SHOWN_ENTRIES, SHOWN_DELIVERIES = 50, 50, 30
TEMPLATES = Environment(loader=PackageLoader("mockserver"), autoescape=True, undefined=StrictUndefined)


def page(registry: Registry, version: str) -> bytes:
    """Return the page as UTF-8; texts from requests are escaped."""
    tenants = [_row(tenant) for tenant in registry.tenants.values()]
    return TEMPLATES.get_template("control.html.j2").render(tenants=tenants, strays=_latest(registry.strays), version=version).encode()


def _latest(journal: Journal) -> list[dict[str, Any]]:
    return [entry.shown() for entry in list(journal.entries)[-SHOWN_ENTRIES:][::-1]]


def _row(tenant: Tenant) -> dict[str, Any]:
    customers = tenant.provider.overview(tenant)
    journal = tenant.journal
    return {
        "id": tenant.id,
        "name": tenant.name,
        "provider": tenant.provider.name,
        "now": iso(tenant.clock.now()),
        "mode": tenant.clock.mode,
        "events": [{"due": iso(event.due), "kind": event.kind} for event in sorted(tenant.heap)],
        "held": [event.kind for event in tenant.held],
        "holds": sorted(tenant.holds),
        "faults": tenant.wrappers.of_type(Fault),
        "variants": tenant.wrappers.of_type(Variant),
        "customers": customers[:SHOWN_CUSTOMERS],
        "customer_count": len(customers),
        "entries": _latest(journal),
        "written": journal.written,
        "dropped": journal.dropped,
        "deliveries": [each.shown() for each in list(tenant.deliveries.values())[-SHOWN_DELIVERIES:][::-1]],
        "delivery_count": len(tenant.deliveries),
    }
