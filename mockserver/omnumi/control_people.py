"""What the control API can do with customers and business users of Omnumi: no call of 003 makes or changes a customer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from mockserver.control.refusal import Refusal, read_as, unknown
from mockserver.omnumi import customers
from mockserver.omnumi.model import Customer, OnboardingFailure
from mockserver.tenants import Tenant

Answer = tuple[int, Any]
Handler = Callable[[Tenant, dict[str, str], Any], Answer]
ACTOR = "default.user@example.com"
DATES = frozenset({"dob", "gidDob", "gidIssueDate", "gidExpirationDate"})
SOMEBODY = frozenset({"dob"})


class CustomerChange(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Members with their new values, why, and by whom."""

    changes: dict[str, Any]
    remarks: str | None = None
    updated_by: str = ACTOR


class Records(msgspec.Struct, forbid_unknown_fields=True):
    """Whether personal data cannot be fetched."""

    failing: bool


class Onboarding(msgspec.Struct, forbid_unknown_fields=True):
    """Which step of every onboarding fails."""

    failing: OnboardingFailure | None


def provision(tenant: Tenant, _: dict[str, str], body: Any) -> Answer:
    """Make a customer; answers 201."""
    members = {} if body is None else body
    if not isinstance(members, dict):
        raise Refusal(422, "invalid", "The body must be an object of members of a customer")
    _check(members)
    return 201, summary(tenant, customers.register(tenant, members))


def list_all(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """List all customers."""
    return 200, [summary(tenant, customer) for customer in tenant.data.customers.values()]


def look(tenant: Tenant, names: dict[str, str], _: Any) -> Answer:
    """Tell everything that the server knows of a customer."""
    return 200, summary(tenant, _customer(tenant, names))


def change(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Change a customer as an operator would; a change that is refused leaves no trace."""
    customer, wanted = _customer(tenant, names), read_as(CustomerChange, body)
    _check(wanted.changes)
    if all(customer.record[name] == value for name, value in wanted.changes.items()):
        raise Refusal(422, "nothing_changes", "The changes are what the customer has already; give another value")
    customers.change(tenant, customer, wanted.changes, wanted.remarks, wanted.updated_by)
    return 200, summary(tenant, customer)


def summary(tenant: Tenant, customer: Customer) -> dict[str, Any]:
    """Return a customer as it is kept, and the history as it is answered."""
    history = [customers.change_shown(customer, each) for each in customer.changes]
    data = {"customerAccountId": customer.id, "tenantId": tenant.data.tenant_id, **customer.record}
    return {"customerAccountId": customer.id, "data": data, "history": history}


def read_records(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """Tell whether personal data cannot be fetched."""
    return 200, {"failing": tenant.data.records_failing}


def set_records(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Let fetching personal data fail from now on, or work."""
    tenant.data.records_failing = read_as(Records, body).failing
    return read_records(tenant, names, None)


def read_onboarding(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """Tell which step of an onboarding fails."""
    return 200, {"failing": tenant.data.onboarding_failing}


def set_onboarding(tenant: Tenant, names: dict[str, str], body: Any) -> Answer:
    """Let a step of every onboarding fail from now on, or none."""
    tenant.data.onboarding_failing = read_as(Onboarding, body).failing
    return read_onboarding(tenant, names, None)


def list_business_users(tenant: Tenant, _: dict[str, str], __: Any) -> Answer:
    """List all business users in short."""
    return 200, [
        {
            "businessUserId": each.id,
            "domain": each.body["domain"],
            "business_user_name": each.body["businessUserName"],
            "email": each.body["businessUserEmail"],
        }
        for each in tenant.data.business_users
    ]


def _check(members: dict[str, Any]) -> None:
    """Refuse members that no customer has, and values of another type than usual; null stands for unknown text."""
    for name, value in members.items():
        if name not in customers.MEMBERS:
            raise unknown("member", name, customers.MEMBERS)
        usual = customers.MEMBERS[name]
        unknown_text = value is None and isinstance(usual, str) and name not in SOMEBODY
        if not unknown_text and not _alike(value, usual):
            raise Refusal(422, "invalid", f"{name}={value!r} is not of the type of {usual!r}")
        if name in DATES and not _is_day(value, name in SOMEBODY):
            raise Refusal(422, "invalid", f"{name}={value!r} is no date; write yyyy-mm-dd")


def _alike(value: Any, usual: Any) -> bool:
    if isinstance(usual, list):
        return isinstance(value, list) and all(_alike(entry, usual[0]) for entry in value)
    if isinstance(usual, dict):
        known = isinstance(value, dict) and value.keys() <= usual.keys() and usual.keys() <= value.keys()
        return known and all(_alike(value[name], usual[name]) for name in usual)
    return type(value) is type(usual)


def _is_day(value: str | None, demanded: bool) -> bool:
    if not value:
        return not demanded
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _customer(tenant: Tenant, names: dict[str, str]) -> Customer:
    customer: Customer | None = tenant.data.customers.get(names["customer"].lower())
    if customer is None:
        way_out = "POST customers under the same tenant makes one"
        raise Refusal(404, "unknown_customer", f"Tenant {tenant.id} has no customer {names['customer']!r}; {way_out}")
    return customer


CONTROLS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "customers", provision),
    ("GET", "customers", list_all),
    ("GET", "customers/{customer}", look),
    ("PATCH", "customers/{customer}", change),
    ("GET", "records", read_records),
    ("PUT", "records", set_records),
    ("GET", "onboarding", read_onboarding),
    ("PUT", "onboarding", set_onboarding),
    ("GET", "business-users", list_business_users),
)
