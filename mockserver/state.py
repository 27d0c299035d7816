"""The state file: memory is the truth, SQLite follows half a second behind with whole tenants that changed."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from mockserver.clock import Clock
from mockserver.events import Event
from mockserver.journal import Entry
from mockserver.mutations import Mutated
from mockserver.tenants import Registry, Tenant
from mockserver.webhooks import DELIVERY, Delivery, Webhook
from mockserver.wrappers import Active, by_name

INTERVAL_SECONDS = 0.5
SCHEMA = "CREATE TABLE IF NOT EXISTS tenant (id TEXT PRIMARY KEY, snapshot BLOB NOT NULL)"
# Raised with every change of what a snapshot holds.
FORMAT = 2


class UnusableState(Exception):
    """The state file cannot be used; the message says why and the way out."""


class SavedWrapper(msgspec.Struct):
    """A fault or variant that is on."""

    name: str
    first: int | None
    hits: int


class Snapshot(msgspec.Struct):
    """A whole tenant; settings and data are encoded by their own types."""

    id: str
    name: str
    provider: str
    settings: msgspec.Raw
    start_settings: msgspec.Raw
    data: msgspec.Raw
    clock: Clock
    heap: list[Event]
    held: list[Event]
    holds: set[str]
    entries: list[Entry]
    written: int
    webhook: Webhook
    deliveries: dict[str, Delivery]
    wrappers: list[SavedWrapper]
    counter: int


class Store:
    """Reads and writes the tenants of a registry from and to one SQLite file."""

    def __init__(self, path: Path, registry: Registry) -> None:
        self.path = path
        self.registry = registry

    def restore(self) -> None:
        """Take in all tenants of the file, which is made if it is not there.

        Raises:
            UnusableState: the file is no state file, or one of another version.
        """
        try:
            with closing(self._open()) as file:
                rows = file.execute("SELECT snapshot FROM tenant ORDER BY rowid").fetchall()
                number = file.execute("PRAGMA user_version").fetchone()[0]
            if number != FORMAT:
                raise UnusableState(f"{self.path} has format {number}, this server writes {FORMAT}; remove the file")
            for (blob,) in rows:
                self.registry.admit(revive(msgspec.msgpack.decode(blob, type=Snapshot), self.registry))
        except (sqlite3.Error, msgspec.DecodeError, KeyError) as error:
            raise UnusableState(f"{self.path} cannot be read as a state file: {error}; name another file") from None

    def write(self) -> None:
        """Write the tenants that changed since the last time, and forget those that are gone."""
        changed = [tenant for tenant in self.registry.tenants.values() if tenant.dirty]
        if not changed and not self.registry.gone:
            return
        with closing(self._open()) as file, file:
            file.executemany("DELETE FROM tenant WHERE id = ?", [(identity,) for identity in self.registry.gone])
            for tenant in changed:
                blob = msgspec.msgpack.encode(snapshot(tenant))
                file.execute(
                    "INSERT INTO tenant VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET snapshot = excluded.snapshot",
                    (tenant.id, blob),
                )
                tenant.dirty, tenant.stored = False, True
        self.registry.gone.clear()

    async def write_behind(self) -> None:
        """Write again and again, until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            self.write()

    def _open(self) -> sqlite3.Connection:
        file = sqlite3.connect(self.path)
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'tenant'").fetchone():
            file.execute(SCHEMA)
            file.execute(f"PRAGMA user_version = {FORMAT}")
        return file


def snapshot(tenant: Tenant) -> Snapshot:
    """Return a tenant as it is stored."""
    clock = msgspec.structs.replace(tenant.clock, pinned=None)
    return Snapshot(
        id=tenant.id,
        name=tenant.name,
        provider=tenant.provider.name,
        settings=_raw(tenant.settings),
        start_settings=_raw(tenant.start_settings),
        data=_raw(tenant.data),
        clock=clock,
        heap=tenant.heap,
        held=tenant.held,
        holds=tenant.holds,
        entries=list(tenant.journal.entries),
        written=tenant.journal.written,
        webhook=tenant.webhook,
        deliveries=tenant.deliveries,
        # A mutation is for the run that makes it, and no restart belongs to one.
        wrappers=[
            SavedWrapper(each.wrapper.name, each.first, each.hits)
            for each in tenant.wrappers.active
            if not isinstance(each.wrapper, Mutated)
        ],
        counter=tenant.counter,
    )


def revive(saved: Snapshot, registry: Registry) -> Tenant:
    """Return the tenant that a snapshot was taken of; raises KeyError for a provider, fault or variant that is gone."""
    provider = registry.providers[saved.provider]
    settings = msgspec.msgpack.decode(saved.settings, type=provider.settings_type)
    tenant = Tenant(registry, saved.id, saved.name, provider, settings)
    tenant.start_settings = msgspec.msgpack.decode(saved.start_settings, type=provider.settings_type)
    tenant.data = msgspec.msgpack.decode(saved.data, type=provider.data_type)
    tenant.clock, tenant.counter, tenant.stored = saved.clock, saved.counter, True
    tenant.heap, tenant.held, tenant.holds = saved.heap, saved.held, saved.holds
    tenant.journal.entries.extend(saved.entries)
    tenant.journal.written = saved.written
    tenant.webhook, tenant.deliveries = saved.webhook, saved.deliveries
    known: Mapping[str, Any] = by_name([*provider.faults, *provider.variants])
    tenant.wrappers.set(Active(known[each.name], each.first, each.hits) for each in saved.wrappers)
    _requeue_lost(tenant)
    return tenant


def _requeue_lost(tenant: Tenant) -> None:
    """Queue anew the deliveries whose attempt was under way when the snapshot was taken."""
    queued = {event.payload["id"] for event in tenant.heap if event.kind == DELIVERY}
    for delivery in tenant.deliveries.values():
        if delivery.state == "pending" and delivery.id not in queued:
            tenant.schedule_at(delivery.due, DELIVERY, {"id": delivery.id})


def _raw(value: msgspec.Struct) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))
