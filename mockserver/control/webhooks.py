"""Control of a tenant's webhooks: where they go, what was delivered, and sending once more."""

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import msgspec

from mockserver.control.handling import Call, Outcome, Route
from mockserver.control.refusal import Refusal, read_as, unknown
from mockserver.control.timing import runner
from mockserver.tenants import Provider, Tenant
from mockserver.webhooks import Webhook, attempt


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """Where events are to go (null: nowhere), a secret if it is to change, and the types that are wanted (null: all)."""

    url: str | None
    secret: str | None = None
    types: list[str] | None = None


def check_url(url: str | None) -> None:
    """Raise `Refusal` unless the URL is one that can be posted to."""
    if url is None:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise Refusal(422, "invalid", f"{url!r} cannot be posted to; give http://HOST:PORT/PATH, or null for none")


def check_types(provider: Provider, types: list[str] | None) -> None:
    """Raise `Refusal` unless each type, or pattern of types, stands for an event that the provider sends."""
    for each in types or ():
        if not any(fnmatchcase(kind, each) for kind in provider.event_types):
            raise unknown("type", each, provider.event_types)


def show(call: Call) -> Outcome:
    """Show the webhook."""
    return 200, _shown(call.tenant)


def put(call: Call) -> Outcome:
    """Send the events of the future to another URL; what is queued already keeps its own."""
    tenant, wish = call.tenant, read_as(Wish, call.body)
    check_url(wish.url)
    check_types(tenant.provider, wish.types)
    tenant.webhook.url, tenant.webhook.types = wish.url, wish.types
    tenant.webhook.secret = wish.secret or tenant.webhook.secret
    tenant.dirty = True
    return 200, _shown(tenant)


def deliveries(call: Call) -> Outcome:
    """List the deliveries with their attempts, oldest first."""
    return 200, [delivery.shown() for delivery in call.tenant.deliveries.values()]


async def resend(call: Call) -> Outcome:
    """Make one more attempt at once, whatever came of the others; the schedule of retries is not touched."""
    tenant = call.tenant
    delivery = tenant.deliveries.get(call.names["delivery"])
    if delivery is None:
        raise Refusal(404, "unknown_delivery", f"No delivery {call.names['delivery']!r}; GET deliveries lists them")
    await attempt(tenant, delivery, runner(tenant).client)
    return 200, delivery.shown()


def _shown(tenant: Tenant) -> Webhook:
    return tenant.webhook


ROUTES: tuple[Route, ...] = (
    ("GET", "webhook", show),
    ("PUT", "webhook", put),
    ("GET", "deliveries", deliveries),
    ("POST", "deliveries/{delivery}/resend", resend),
)
