"""The control API of a target that offers one: tenants with settings, the clock, forced statuses, held steps, deliveries.

Only what a target claims as a capability is used, and never behind its back: a sandbox without a control API is judged by the
same rules, as far as they apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import msgspec

from harness.access import Credentials
from harness.errors import EnvironmentFault, NotCheckable, UsageError, did_you_mean
from harness.jsontypes import Json


class TenantMade(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to making a tenant."""

    tenant: str
    credentials: Credentials
    webhook_secret: str = ""


class Control:
    """The control API at a URL."""

    def __init__(self, base_url: str, *, token: str | None = None, timeout: float = 60.0, verify: Any = True) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/control", headers=headers, timeout=timeout, verify=verify, trust_env=False
        )
        # Options that every tenant is made with.
        self.with_each_tenant: dict[str, Json] = {}

    def call(self, method: str, path: str, body: Json = None) -> Json:
        """One call. Raises `EnvironmentFault` where there is no control API in order, `NotCheckable` where it refuses."""
        what = f"{method} /control{path}"
        try:
            response = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise EnvironmentFault(f"the control API does not answer ({what}: {type(error).__name__}: {error})") from None
        said = f"{what} with {response.status_code}: {response.text[:300]}"
        if response.status_code in {401, 403, 429} or response.status_code >= 500:
            raise EnvironmentFault(f"the control API is not in order: it answered {said}")
        if not response.is_success:
            raise NotCheckable(f"the control API refused {said}")
        try:
            return msgspec.json.decode(response.content) if response.content else None
        except msgspec.DecodeError:
            raise EnvironmentFault(f"the control API speaks no JSON: it answered {said}") from None

    def make_tenant(self, provider: str, **options: Json) -> tuple[TenantMade, TenantControl]:
        """A tenant of its own: data, clock, ids, webhooks and faults that no other tenant sees."""
        answer = self.call("POST", "/tenants", {"provider": provider, **options, **self.with_each_tenant})
        try:
            made = msgspec.convert(answer, TenantMade)
        except msgspec.ValidationError as error:
            raise EnvironmentFault(f"the control API made a tenant, but its answer makes no sense: {error}") from None
        return made, TenantControl(self, made.tenant)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @cached_property
    def faults(self) -> list[dict[str, Json]]:
        """What can be switched on to break a rule: name, provider, rules, says."""
        listed: list[dict[str, Json]] = self.call("GET", "/faults")
        return listed

    @cached_property
    def variants(self) -> list[dict[str, Json]]:
        """What can be switched on to read a document otherwise: name, provider, ambiguity, says."""
        listed: list[dict[str, Json]] = self.call("GET", "/variants")
        return listed


def of_provider(provider: str, names: Sequence[str], listed: Iterable[dict[str, Json]]) -> list[str]:
    """Those names of faults or variants that are this provider's. One that is nobody's is a `UsageError`."""
    listed = list(listed)
    for name in names:
        if not any(each["name"] == name for each in listed):
            raise UsageError(f"{name!r} cannot be switched on: {did_you_mean(name, {each['name'] for each in listed})}")
    # Two providers may each have one of a name, and then it is on both lists of which `names` was made.
    return [name for name in dict.fromkeys(names) if any(each["name"] == name and each["provider"] == provider for each in listed)]


@dataclass(frozen=True)
class TenantControl:
    """The control API as far as it concerns one tenant."""

    control: Control
    tenant: str

    def call(self, method: str, path: str, body: Json = None) -> Json:
        """One call below `/tenants/{tenant}`."""
        return self.control.call(method, f"/tenants/{self.tenant}{path}", body)

    def now(self) -> str:
        """The tenant's time, ISO 8601."""
        return str(self.call("GET", "/clock")["now"])

    def advance(self, seconds: float) -> str:
        """Move the clock; returns the new time once everything due has happened, deliveries included."""
        return str(self.call("POST", "/clock/advance", {"seconds": seconds})["now"])

    def hold(self, step: str) -> None:
        """Keep an asynchronous step open until it is released."""
        self.call("PUT", f"/holds/{step}")

    def release(self, step: str) -> None:
        """Let a held step happen."""
        self.call("DELETE", f"/holds/{step}")

    def webhook(self, url: str | None) -> None:
        """Where the provider sends this tenant's webhooks."""
        self.call("PUT", "/webhook", {"url": url})

    def customer(self, customer_id: str) -> dict[str, Json]:
        """Everything that the target knows of a customer."""
        known: dict[str, Json] = self.call("GET", f"/customers/{customer_id}")
        return known

    def provision(self, **wanted: Json) -> dict[str, Json]:
        """A ready customer, for instance with `status="APPROVED"`."""
        made: dict[str, Json] = self.call("POST", "/customers", wanted)
        return made

    def force_status(self, customer_id: str, status: str, reason: str | None = None) -> None:
        """Move a customer along the provider's table of allowed pairs."""
        self.call("POST", f"/customers/{customer_id}/status", {"status": status, **({"reason": reason} if reason else {})})

    def fail_processing(self, customer_id: str) -> None:
        """Make the queued step of that customer fail."""
        self.call("POST", f"/customers/{customer_id}/fail-processing")

    def resend(self, delivery_id: str) -> None:
        """Deliver a webhook again."""
        self.call("POST", f"/deliveries/{delivery_id}/resend")

    def deliveries(self) -> list[dict[str, Json]]:
        """Webhook deliveries with their attempts."""
        listed: list[dict[str, Json]] = self.call("GET", "/deliveries")
        return listed

    def close(self) -> None:
        """Give the tenant up."""
        self.control.call("DELETE", f"/tenants/{self.tenant}")


def tenant_options(
    *, settings: Mapping[str, Json], faults: Sequence[str], variants: Sequence[str], webhook: str | None, clock: str = "stopped"
) -> dict[str, Json]:
    """The body of a request for a tenant, without what is at its default."""
    options: dict[str, Json] = {"clock": {"mode": clock}}
    if settings:
        options["settings"] = dict(settings)
    if faults:
        options["faults"] = list(faults)
    if variants:
        options["variants"] = list(variants)
    if webhook:
        options["webhook"] = {"url": webhook}
    return options
