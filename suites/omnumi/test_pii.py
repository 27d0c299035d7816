from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.omnumi.customers import TELLING, changes, standard_customer
from suites.omnumi.calls import control, subject
from suites.omnumi.driver import Omnumi

NO_UUIDS = (
    "1",
    "no-uuid",
    "c8abc8ff-8c56-4231-9e55",
    "c8abc8ff-8c56-4231-9e55-aaca9698a3dg",
    "c8abc8ff-8c56-4231-9e55-aaca9698a3d7-1",
    "null",
    "'--",
)


def known(omnumi: Omnumi) -> str:
    """The id of a customer whose data are known."""
    return str(subject(omnumi, "pii"))


def foreign(omnumi: Omnumi) -> str:
    """The id of a customer of another tenant, whom that tenant can read."""
    customer = known(omnumi.second())
    control(omnumi.second().pii(customer), "pii-read")
    return customer


@rule("omnumi/pii-existing-200")
def test_pii_existing_200(omnumi: Omnumi) -> None:
    """A customer of the tenant is served."""
    omnumi.expect(omnumi.pii(known(omnumi)))


@rule("omnumi/pii-message")
def test_pii_message(omnumi: Omnumi) -> None:
    """The message of a success is fixed."""
    omnumi.expect(omnumi.pii(known(omnumi)))


@rule("omnumi/pii-data-object")
def test_pii_data_object(omnumi: Omnumi) -> None:
    """The personal data are one object."""
    omnumi.expect(omnumi.pii(known(omnumi)))


@rule("omnumi/pii-id-only-needed")
def test_pii_id_only_needed(omnumi: Omnumi) -> None:
    """The id in the path is enough; nothing else is asked of the caller."""
    omnumi.expect(omnumi.pii(known(omnumi), headers={"Accept": None, "User-Agent": None}))


@rule("omnumi/pii-extra-input-ignored")
def test_pii_extra_input_ignored(omnumi: Omnumi) -> None:
    """Members of a query, or a body, choose no other customer."""
    customer, other = known(omnumi), known(omnumi)
    plain = omnumi.set_up(omnumi.pii(customer), "pii-read")
    for parts in ({"query": {"customerAccountId": other, "id": other}}, {"payload": {"customerAccountId": other}}):
        exchange = omnumi.expect(omnumi.pii(customer, **parts))
        if exchange.status == 200 and exchange.json != plain.json:
            raise omnumi.breach("with another id in the query or the body the data are others", plain, exchange)


@rule("omnumi/pii-echo-id")
def test_pii_echo_id(omnumi: Omnumi) -> None:
    """The data are those of the customer that was asked for."""
    customers = [omnumi.make_customer(**standard_customer() | {"lastName": f"smith{name}"}) for name in ("one", "two", "three")]
    for customer, name in zip(customers, ("smithone", "smithtwo", "smiththree"), strict=True):
        exchange = omnumi.expect(omnumi.pii(customer))
        if exchange.data["customerAccountId"].lower() != customer.lower() or exchange.data.get("lastName") != name:
            raise omnumi.breach(f"customer {customer} ({name}) was asked for, another one is shown", exchange)


@rule("omnumi/pii-tenant-is-callers")
def test_pii_tenant_is_callers(omnumi: Omnumi) -> None:
    """Every customer of a tenant shows one tenant, and those of another tenant another one."""
    ours = [omnumi.expect(omnumi.pii(known(omnumi))) for _ in range(2)]
    theirs = omnumi.expect(omnumi.second().pii(known(omnumi.second())))
    tenants = [exchange.data.get("tenantId") for exchange in (*ours, theirs)]
    mine = omnumi.sandbox.credentials.tenant_id
    if tenants[0] != tenants[1] or tenants[2] == tenants[0] or (mine and tenants[0] != mine):
        raise omnumi.breach(
            f"two customers of ours show the tenants {tenants[0]} and {tenants[1]}, one of others {tenants[2]}", *ours, theirs
        )


@rule("omnumi/pii-id-case-irrelevant")
def test_pii_id_case_irrelevant(omnumi: Omnumi) -> None:
    """An id in capitals is the same customer, or none; it breaks nothing."""
    customer = known(omnumi)
    plain = omnumi.set_up(omnumi.pii(customer), "pii-read")
    exchange = omnumi.expect(omnumi.pii(customer.upper()))
    if exchange.status == 200 and exchange.data["customerAccountId"].lower() != plain.data["customerAccountId"].lower():
        raise omnumi.breach("in capitals the id leads to another customer", plain, exchange)


@rule("omnumi/pii-malformed-id-400")
@pytest.mark.parametrize("customer", NO_UUIDS)
def test_pii_malformed_id_400(omnumi: Omnumi, customer: str) -> None:
    """An id that is no UUID is a bad request."""
    omnumi.expect(omnumi.pii(customer))


@rule("omnumi/pii-unknown-id-404")
@given(customer=st.uuids(version=4))
def test_pii_unknown_id_404(omnumi: Omnumi, customer: uuid.UUID) -> None:
    """A UUID of nobody is not found."""
    omnumi.expect(omnumi.pii(str(customer)))


@rule("omnumi/pii-bad-tenant-404")
def test_pii_bad_tenant_404(omnumi: Omnumi) -> None:
    """A tenant that there is not is answered as such, with nobody's data."""
    customer = known(omnumi)
    header = next(iter(omnumi.in_the_name_of(omnumi)))
    omnumi.expect(omnumi.pii(customer, headers={header: str(uuid.uuid4())}))
    control(omnumi.pii(customer), "pii-read")


@rule("omnumi/pii-fetch-failure-400")
def test_pii_fetch_failure_400(omnumi: Omnumi) -> None:
    """A failure inside is the documented bad request."""
    with omnumi.failing_records() as client:
        customer = known(client)
        client.expect(client.pii(customer))
    control(client.pii(customer), "pii-read")


@rule("omnumi/pii-foreign-tenant-hidden")
def test_pii_foreign_tenant_hidden(omnumi: Omnumi) -> None:
    """Another tenant's customer is not visible."""
    omnumi.expect(omnumi.pii(foreign(omnumi)))


@rule("omnumi/pii-foreign-like-unknown")
def test_pii_foreign_like_unknown(omnumi: Omnumi) -> None:
    """Another tenant's customer looks like one that never was."""
    theirs, nobodys = omnumi.expect(omnumi.pii(foreign(omnumi))), omnumi.expect(omnumi.pii(str(uuid.uuid4())), answers=["no-such-customer"])
    if (theirs.status, theirs.json) != (nobodys.status, nobodys.json):
        raise omnumi.breach("another tenant's customer is answered otherwise than nobody's", theirs, nobodys)


def quiet_about(omnumi: Omnumi, *refused: Exchange) -> None:
    """The errors must hold none of the words of the standard customer, and nothing beside errors."""
    for exchange in refused:
        omnumi.expect(exchange)
        told = [word for word in TELLING if word.lower() in exchange.text.lower()]
        if told or exchange.data:
            raise omnumi.breach(f"the error tells {', '.join(told) or 'data'}", exchange)


@rule("omnumi/pii-error-leaks-nothing")
def test_pii_error_leaks_nothing(omnumi: Omnumi) -> None:
    """Errors hold no personal data."""
    customer = known(omnumi)
    quiet_about(omnumi, omnumi.pii(customer[:-1]), omnumi.pii(customer + "'"), omnumi.pii(str(uuid.uuid4())))
    with omnumi.failing_records() as client:
        quiet_about(client, client.pii(known(client)))


@rule("omnumi/pii-error-leaks-nothing")
def test_pii_of_others_leaks_nothing(omnumi: Omnumi) -> None:
    """Errors hold no personal data."""
    omnumi.needs("second-tenant")
    quiet_about(omnumi, omnumi.pii(foreign(omnumi)))


@rule("omnumi/pii-current-is-latest")
@given(first=changes(), second=changes())
def test_pii_current_is_latest(omnumi: Omnumi, first: dict[str, Json], second: dict[str, Json]) -> None:
    """The data show the values of the last change."""
    customer = known(omnumi)
    expected: dict[str, Json] = {}
    for change in (first, second):
        wanted = {name: value for name, value in change.items() if expected.get(name) != value}
        expected |= change
        if wanted:
            omnumi.change_customer(customer, wanted)
        exchange = omnumi.expect(omnumi.pii(customer))
        stale = [name for name, value in expected.items() if exchange.data.get(name) != value]
        if stale:
            raise omnumi.breach(f"{', '.join(stale)} were changed, and are shown as before", exchange)


@rule("omnumi/pii-safe")
@given(change=changes())
def test_pii_safe(omnumi: Omnumi, change: dict[str, Json]) -> None:
    """Reading changes nothing, and adds nothing to the history."""
    customer = known(omnumi)
    omnumi.change_customer(customer, change)
    told = [omnumi.expect(omnumi.pii(customer)) for _ in range(3)]
    if any(exchange.json != told[0].json for exchange in told):
        raise omnumi.breach("three readings in a row are not the same", *told)


@rule("omnumi/pii-never-changed-empty-history")
def test_pii_never_changed_empty_history(omnumi: Omnumi) -> None:
    """A customer who was never changed has an empty history."""
    exchange = omnumi.expect(omnumi.pii(known(omnumi)))
    if exchange.data["historyData"]:
        raise omnumi.breach(f"the history of a customer who was never changed has {len(exchange.data['historyData'])} entries", exchange)


@rule("omnumi/amb-pii-two-entries")
def test_amb_pii_two_entries(omnumi: Omnumi) -> None:
    """The samples of 400 and 404 show two entries together."""
    told = [
        omnumi.expect(omnumi.pii(str(uuid.uuid4()))),
        omnumi.expect(omnumi.pii("no-uuid"), answers=["no-uuid"]),
    ]
    omnumi.observe("both-entries" if any(len(exchange.json["errors"]) > 1 for exchange in told) else "fitting-entry")
