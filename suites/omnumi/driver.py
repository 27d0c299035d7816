"""Omnumi as tests speak to it: raw calls, wallets and customers made ready, and calls judged by the rule of the running test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from harness.client import Prepared
from harness.errors import NotApplicable, NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from strategies.omnumi.businesses import bare, standard_business
from strategies.placeholders import Fresh, resolve
from suites.driver import Driver

PROVIDER = "omnumi"
# More than all tests together reserve of one token, so that only tests about the allowance meet its end.
AMPLE = "1000000000000"
AMOUNT = "150.75"


@dataclass(frozen=True)
class Parties:
    """A token and two registered wallets; the sender has approved an allowance and holds at least as much."""

    token: str
    sender: str
    receiver: str


class Omnumi(Driver):
    """One caller of one tenant of Omnumi at the target."""

    provider = PROVIDER
    _parties: Parties | None = None
    _takes_prefix: bool | None = None

    # --- raw calls ---------------------------------------------------------------------------------------------------

    def prepare(self, operation_id: str, payload: Json = ..., **parts: Any) -> tuple[Prepared, Json]:
        """A request that is ready to go, and its resolved body; `parts` are those of `harness.client.Client.prepare`."""
        sent = payload if payload is ... else resolve(payload, Moment(self))
        return self.sandbox.client.prepare(operation_id, json=sent, **parts), sent

    def call(self, operation_id: str, payload: Json = ..., **parts: Any) -> Exchange:
        """Any operation with a symbolic body; the resolved one is left in `.sent`."""
        prepared, sent = self.prepare(operation_id, payload, **parts)
        exchange = self.sandbox.client.deliver(prepared)
        exchange.sent = None if sent is ... else sent
        return exchange

    def create(self, payload: Json = ..., **parts: Any) -> Exchange:
        """Create a preauthorization; `content=` for a raw body."""
        return self.call("createPreauthorization", payload, **parts)

    def get(self, invoice_id: str, **parts: Any) -> Exchange:
        """Read a preauthorization."""
        return self.call("getPreauthorization", path={"invoiceId": invoice_id}, **parts)

    def settle_invoice(self, invoice_id: str, payload: Json = ..., **parts: Any) -> Exchange:
        """Settle a preauthorization (`settle` lets time pass, see `Driver`)."""
        return self.call("settlePreauthorization", payload, path={"invoiceId": invoice_id}, **parts)

    def pii(self, customer_id: str, **parts: Any) -> Exchange:
        """Read the personal data of a customer."""
        return self.call("readCustomerPii", path={"customerAccountId": customer_id}, **parts)

    def onboard(self, payload: Json = ..., **parts: Any) -> Exchange:
        """Onboard a business user, files written as the target takes them."""
        return self.call("onboardBusinessUser", payload if payload is ... else self.business_body(payload), **parts)

    def business_body(self, payload: Json) -> Json:
        """A request to onboard, resolved. The sample writes a word before the content of a file; a target may want it bare."""
        sent = resolve(payload, Moment(self))
        return sent if self.takes_prefix else bare(sent)

    @property
    def takes_prefix(self) -> bool:
        """Whether contents of files may begin as in the sample, found out once."""
        if self._takes_prefix is None:
            sent = resolve(standard_business(), Moment(self))
            self._takes_prefix = self.call("onboardBusinessUser", sent).status != 400
        return self._takes_prefix

    # --- who calls ---------------------------------------------------------------------------------------------------

    def shown_as(self, token: str) -> str:
        """The value of the header that authorises, with another token in the place of this caller's."""
        own = self.sandbox.token()
        prepared, _ = self.prepare("getPreauthorization", path={"invoiceId": "any"})
        held = next((value for value in prepared.request.headers.values() if value.endswith(own)), None)
        if not own or held is None:
            raise NotCheckable("no header of a request ends in the credential")
        return held.removesuffix(own) + token

    def in_the_name_of(self, other: Omnumi) -> dict[str, str]:
        """The header that says whose data is meant, naming the other one's tenant."""
        tenant = self.sandbox.credentials.tenant_id
        prepared, _ = self.prepare("getPreauthorization", path={"invoiceId": "any"})
        name = next((name for name, value in prepared.request.headers.items() if tenant and value == tenant), None)
        if name is None or not other.sandbox.credentials.tenant_id:
            raise NotApplicable("the target sends no header that names the tenant")
        return {name: other.sandbox.credentials.tenant_id}

    def may_preauthorize(self, may: bool) -> None:
        """Give this caller the right to preauthorize, or take it."""
        self.controls("PATCH", "/settings", {"may_preauthorize": may})

    def needs(self, *capabilities: str) -> None:
        """Leave the test where the target does not claim what this member of a family needs."""
        for capability in capabilities:
            if capability not in self.sandbox.capabilities:
                raise NotApplicable(f"the target does not claim {capability!r}")

    # --- tokens, wallets, the chain ------------------------------------------------------------------------------------

    def controls(self, method: str, path: str, body: Json = None) -> Json:
        """The control API for this tenant. No documented call makes wallets or customers, so they come from there."""
        if self.world.control is None:
            raise NotApplicable("the target has no control API, and no documented call makes tokens, wallets or customers")
        return self.sandbox.control.call(method, path, body)

    def make_token(self, *, active: bool = True, decimals: int = 18) -> str:
        """The address of a new token."""
        return str(self.controls("POST", "/tokens", {"active": active, "decimals": decimals})["address"])

    def make_wallet(
        self, *, registered: bool = True, balances: dict[str, str] | None = None, allowances: dict[str, str] | None = None
    ) -> str:
        """The address of a new wallet; balances and allowances are decimal texts by the address of the token."""
        wanted: Json = {"registered": registered, "balances": balances or {}, "allowances": allowances or {}}
        return str(self.controls("POST", "/wallets", wanted)["address"])

    def make_parties(self, *, allowance: str = AMPLE, decimals: int = 18) -> Parties:
        """A token and two wallets of their own; the sender holds what it allows. Elsewhere the target's file lists such parties."""
        if self.world.control is None:
            given = self.sandbox.given("parties", decimals=str(decimals))
            return Parties(given["token"], given["sender"], given["receiver"])
        token = self.make_token(decimals=decimals)
        sender = self.make_wallet(balances={token: allowance}, allowances={token: allowance})
        return Parties(token, sender, self.make_wallet())

    @property
    def parties(self) -> Parties:
        """Parties that all tests of this client share, made when first needed."""
        if self._parties is None:
            self._parties = self.make_parties()
        return self._parties

    def request(self, parties: Parties | None = None, **members: Json) -> dict[str, Json]:
        """A symbolic request without objections, with its own invoice id; `members` replace or add."""
        parties = parties or self.parties
        return {
            "invoiceId": Fresh("INV-{}"),
            "sender": parties.sender,
            "receiver": parties.receiver,
            "amount": AMOUNT,
            "contractAddress": parties.token,
            **members,
        }

    def authorized(self, payload: Json = None) -> dict[str, Json]:
        """A preauthorization that was just made, as set-up: the resolved request."""
        exchange = self.set_up(self.create(self.request() if payload is None else payload), "created")
        sent: dict[str, Json] = exchange.sent
        return sent

    def unknown_invoice(self) -> str:
        """An invoice id that nobody was given."""
        return f"INV-{self.world.unique()}"

    # --- customers -----------------------------------------------------------------------------------------------------

    def make_customer(self, **pii: Json) -> str:
        """The account id of a new customer with these personal data."""
        return str(self.controls("POST", "/customers", resolve(pii, Moment(self)))["customerAccountId"])

    def change_customer(self, customer_id: str, changes: dict[str, Json], **more: Json) -> None:
        """Change personal data of a customer; `remarks` and `updatedBy` go into the history with it."""
        self.controls("PATCH", f"/customers/{customer_id}", {"changes": changes, **more})

    def own_time(self) -> Omnumi:
        """A client whose clock may be moved far, where the target's can be moved; else this one."""
        return self.fresh() if "clock" in self.sandbox.capabilities else self

    def pass_a_minute(self) -> None:
        """Let a minute of the target's time pass, where its clock can be moved; elsewhere calls take their time."""
        if "clock" in self.sandbox.capabilities:
            self.advance(seconds=60)

    def pass_an_hour(self) -> None:
        """Let an hour of the target's time pass, where its clock can be moved."""
        if "clock" in self.sandbox.capabilities:
            self.advance(seconds=3600)

    @contextmanager
    def failing_records(self) -> Iterator[Self]:
        """A client of its own whose personal data cannot be fetched inside."""
        client = self.fresh()
        client.controls("PUT", "/records", {"failing": True})
        try:
            yield client
        finally:
            client.controls("PUT", "/records", {"failing": False})

    @contextmanager
    def failing_onboarding(self, step: str) -> Iterator[Self]:
        """A client of its own for whom a step of the onboarding fails: `account`, `identity` or `business`."""
        client = self.fresh()
        client.controls("PUT", "/onboarding", {"failing": step})
        try:
            yield client
        finally:
            client.controls("PUT", "/onboarding", {"failing": None})


class Moment:
    """What placeholders ask for at the moment of sending."""

    def __init__(self, omnumi: Omnumi) -> None:
        self._omnumi = omnumi

    def unique(self) -> str:
        """A token of this call."""
        return self._omnumi.world.unique()

    def today(self) -> dt.date:
        """The target's date."""
        return self._omnumi.today()

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        """Omnumi has no look-ups."""
        raise LookupError(f"Omnumi knows no catalogue {catalogue!r} ({country})")

    def uploaded(self, slot: object) -> str:
        """Omnumi takes files inside the request."""
        raise LookupError(f"Omnumi knows no uploads: {slot!r}")

    def terms(self, of: str) -> str:
        """Omnumi has no terms value."""
        raise LookupError(f"Omnumi knows no terms value: {of!r}")
