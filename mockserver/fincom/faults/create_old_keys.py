"""Servers that still read keys and bodies of V1."""

from collections.abc import Callable
from typing import Any

from mockserver.faulting import ABSENT, Body, at
from mockserver.fincom.faults.create_builders import fault, mends_body
from mockserver.fincom.faults.create_places import home
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest


def _tax_info(body: Body, value: Any) -> list[dict[str, Any]]:
    return [{"country_code": home(body), "document_type": "TIN", "document_id": value}]


# The key of V1, its successor, and what V2 has in its place.
OLD_KEYS: tuple[tuple[str, str, str, Callable[[Body, Any], Any]], ...] = (
    ("basic_info", "nationality", "primary_nationality", lambda _, value: value),
    ("basic_info", "tin", "tax_info", _tax_info),
    ("address", "street", "street_line_1", lambda _, value: value),
    ("address", "state", "subdivision_code", lambda _, value: value),
    ("financial_profile", "source_of_fund_id", "source_of_fund_ids", lambda _, value: [value]),
)


def _old(body: Body, section: str, old: str, new: str) -> bool:
    return at(body, f"{section}.{old}") is not ABSENT and at(body, f"{section}.{new}") is ABSENT


def _translates(section: str, old: str, new: str, to: Callable[[Body, Any], Any]) -> OnRequest:
    def mend(_: Tenant, body: Body) -> bool:
        found = _old(body, section, old, new)
        if found:
            body[section][new] = to(body, body[section][old])
        return found

    return mends_body(mend)


def _translates_all(_: Tenant, body: Body) -> bool:
    if not all(_old(body, section, old, new) for section, old, new, _ in OLD_KEYS):
        return False
    for section, old, new, to in OLD_KEYS:
        body[section][new] = to(body, body[section][old])
    body.setdefault("verification_type", "STANDARD")
    body["financial_profile"].setdefault("employment_status", "EMPLOYED")
    return True


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"reads_{old}_of_v1",
            f"{old.replace('_', '-')}-does-not-replace-{new.replace('_', '-')}",
            f"reads {old} of V1 for {new}",
            _translates(section, old, new, to),
        )
        for section, old, new, to in OLD_KEYS
    ),
    fault("reads_bodies_of_v1", "v1-create-body-is-refused", "takes whole bodies of V1", mends_body(_translates_all)),
)
