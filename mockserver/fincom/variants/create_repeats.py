"""Servers that want an e-mail, a phone or a tax number of each customer's own, in both versions (002 is silent beyond one request)."""

from itertools import islice
from typing import NamedTuple

from mockserver.faulting import Body, operation, sent, spots
from mockserver.fincom.variants.create_refusals import PROBE, can_probe, complaints, probe, renamed, variant
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

is_create = operation("POST", "/v[12]/customers/individual")
V1 = "/v1/"  # where the verification type may be absent
EXISTS = {"error": {"code": "conflict", "message": "A customer with this value exists already"}}


class Own(NamedTuple):
    """What each customer must have of its own: as part of names, in words, and where it stands in either version."""

    name: str
    says: str
    paths: tuple[str, ...]


OWN = (
    Own("emails", "an e-mail", ("basic_info.email",)),
    Own("phones", "a phone number", ("basic_info.phone",)),
    Own("tax_numbers", "a tax number", ("basic_info.tax_info.*.document_id", "basic_info.tin")),
)


def _texts(body: Body, paths: tuple[str, ...]) -> dict[str, str]:
    """Return the texts at some paths, each with the path that a refusal names."""
    found: dict[str, str] = {}
    for path in paths:
        for index, spot in enumerate(spots(body, path)):
            if isinstance(spot.value, str):
                found.setdefault(spot.value, path.replace("*", str(index)))
    return found


def _repeated(tenant: Tenant, body: Body, paths: tuple[str, ...]) -> str | None:
    """Return the path of a text that a customer has already; those seen at an earlier call are not looked at again."""
    customers = tenant.data.customers
    key = f"texts {paths}"
    seen, theirs = tenant.memory.get(key, (0, set()))
    if seen > len(customers):
        seen, theirs = 0, set()
    for customer in islice(customers.values(), seen, None):
        theirs.update(_texts(customer.body, paths))
    tenant.memory[key] = len(customers), theirs
    return next((path for text, path in _texts(body, paths).items() if text in theirs), None)


def _once(paths: tuple[str, ...], conflict: bool) -> OnRequest:
    """Refuse a customer that shares a text with another one: by 409, or as a refused field."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        body = sent(request) if is_create(request) else None
        repeated = _repeated(tenant, body, paths) if body else None
        if body is None or repeated is None or not can_probe(tenant, body, optional=request.path.startswith(V1)):
            return await call_next(request)
        refusal = await probe(request, body, call_next)
        if complaints(refusal) != 1:
            return renamed(refusal, PROBE, [])
        return answer(409, EXISTS) if conflict else renamed(refusal, PROBE, [repeated])

    return on_request


VARIANTS: tuple[Variant, ...] = tuple(
    variant(
        name,
        "fincom/amb-duplicate-email",
        f"refuses {own.says} that another customer has, {how}",
        _once(own.paths, conflict),
        about=own.name,
    )
    for own in OWN
    for name, how, conflict in (
        (f"refuses_repeated_{own.name}", "with 409", True),
        (f"refuses_repeated_{own.name}_as_a_field", "as a broken field", False),
    )
)
