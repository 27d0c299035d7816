"""Control of tenants: make, list, reset, delete them; their settings, time, wrappers, journal and webhooks."""

from typing import Any

import msgspec

from mockserver.clock import Clock, Mode, wall
from mockserver.control import journal, timing, webhooks, wrapping
from mockserver.control.handling import Call, Outcome, Route
from mockserver.control.refusal import Refusal, read_as, unknown
from mockserver.control.webhooks import check_types, check_url
from mockserver.control.wrapping import Named, chosen_faults, chosen_mutations, chosen_variants
from mockserver.mutations import AnyMutation
from mockserver.tenants import Provider, Tenant


class ClockWish(msgspec.Struct, forbid_unknown_fields=True):
    """Where a new tenant's clock begins, and whether it runs."""

    now: str | None = None
    mode: Mode = "running"


class WebhookWish(msgspec.Struct, forbid_unknown_fields=True):
    """Where a new tenant's events go, and which of them (null: all)."""

    url: str | None = None
    secret: str | None = None
    types: list[str] | None = None


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """A new tenant."""

    provider: str
    name: str = ""
    settings: dict[str, Any] = {}
    clock: ClockWish = msgspec.field(default_factory=ClockWish)
    faults: list[str | Named] = []
    variants: list[str] = []
    mutations: list[AnyMutation] = []
    webhook: WebhookWish = msgspec.field(default_factory=WebhookWish)


def open_tenant(call: Call) -> Outcome:
    """Make a tenant; nothing is made unless the whole wish can be granted."""
    wish = read_as(Wish, call.body)
    provider = call.registry.providers.get(wish.provider)
    if provider is None:
        raise unknown("provider", wish.provider, call.registry.providers)
    settings = read_settings(provider, wish.settings)
    faults, variants = chosen_faults(provider, wish.faults), chosen_variants(provider, wish.variants)
    active = [*chosen_mutations(provider, wish.mutations), *faults, *variants]
    start = timing.read_instant(wish.clock.now) if wish.clock.now is not None else wall()
    check_url(wish.webhook.url)
    check_types(provider, wish.webhook.types)
    clock = Clock()
    if wish.clock != ClockWish():
        clock.set(start, wish.clock.mode)
    tenant = call.registry.open(provider, settings, clock, wish.name)
    credentials = provider.open_account(tenant)
    tenant.wrappers.set(active)
    tenant.webhook.url, tenant.webhook.types = wish.webhook.url, wish.webhook.types
    tenant.webhook.secret = wish.webhook.secret or tenant.webhook.secret
    made = {"tenant": tenant.id, "name": tenant.name, "provider": provider.name}
    base = {"base_path": f"/~{tenant.id}{provider.prefix}"}
    return 201, {**made, "credentials": credentials, "webhook_secret": tenant.webhook.secret, **base}


def read_settings(provider: Provider, values: dict[str, Any], before: msgspec.Struct | None = None) -> msgspec.Struct:
    """Return a tenant's settings with some of them changed.

    Raises:
        Refusal: a setting is unknown or its value is not allowed.
    """
    known = {field.name for field in msgspec.structs.fields(provider.settings_type)}
    for name in values:
        if name not in known:
            raise unknown("setting", name, known)
    return read_as(provider.settings_type, {**(msgspec.structs.asdict(before) if before else {}), **values})


def summary(tenant: Tenant) -> dict[str, Any]:
    """Return a tenant as lists show it."""
    names = {"tenant": tenant.id, "name": tenant.name, "provider": tenant.provider.name}
    on = {"faults": wrapping.fault_names(tenant), "variants": wrapping.variant_names(tenant)}
    return {**names, **timing.shown(tenant), **on, "requests": tenant.journal.written}


def list_tenants(call: Call) -> Outcome:
    """List all tenants."""
    return 200, [summary(tenant) for tenant in call.registry.tenants.values()]


def show_tenant(call: Call) -> Outcome:
    """Show one tenant."""
    return 200, summary(call.tenant)


def delete_tenant(call: Call) -> Outcome:
    """Forget a tenant and everything under it."""
    call.registry.close(call.tenant)
    return 200, {"deleted": call.names["tenant"]}


def reset_tenant(call: Call) -> Outcome:
    """Forget everything but the credentials, the webhook, the clock and the settings that the tenant was made with."""
    call.tenant.reset()
    return 200, summary(call.tenant)


def show_settings(call: Call) -> Outcome:
    """Show the settings."""
    return 200, call.tenant.settings


def change_settings(call: Call) -> Outcome:
    """Change some settings; the others stay."""
    tenant = call.tenant
    if not isinstance(call.body, dict):
        raise Refusal(422, "invalid", "Send an object with the settings to change")
    tenant.settings = read_settings(tenant.provider, call.body, tenant.settings)
    tenant.dirty = True
    return 200, tenant.settings


T = "/control/tenants/{tenant}"
ROUTES: tuple[Route, ...] = (
    ("POST", "/control/tenants", open_tenant),
    ("GET", "/control/tenants", list_tenants),
    ("GET", T, show_tenant),
    ("DELETE", T, delete_tenant),
    ("POST", f"{T}/reset", reset_tenant),
    ("GET", f"{T}/settings", show_settings),
    ("PATCH", f"{T}/settings", change_settings),
    *((method, f"{T}/{path}", handler) for part in (timing, wrapping, journal, webhooks) for method, path, handler in part.ROUTES),
)
