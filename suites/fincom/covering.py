"""Cases that the schema of an operation gives, as both versions send them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from harness.client import Prepared
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import Operation
from harness.rules import Basis
from strategies.coverage import RawCase, Violation, violations
from suites.fincom.calls import control
from suites.fincom.driver import Customer, Fincom

TOKEN_OPERATIONS = ("issueToken", "refreshToken")

Group = tuple[str | None, tuple[Violation, ...]]


def grouped(spec: Path, operation_id: str, basis: Basis) -> dict[str, Group]:
    """The violations of that basis by the object that they are in, named as tests show them."""
    groups: dict[tuple[str, str | None], list[Violation]] = defaultdict(list)
    for violation in violations(spec, operation_id):
        if violation.basis is basis:
            groups[violation.path.partition(".")[0], violation.alternative].append(violation)
    return {
        "-".join(filter(None, [section, alternative])).replace("_", "-").lower(): (alternative, tuple(found))
        for (section, alternative), found in groups.items()
    }


def refuses_each_in_create(fincom: Fincom, customer: Json, found: Iterable[Violation]) -> None:
    """Every violation is refused for its field, and the customer without it is taken."""
    for violation in found:
        exchange = fincom.create(violation.edit(customer))
        exchange.note = violation.edit.name
        fincom.expect(exchange, names=[violation.path])
    control(fincom.create(customer), "created")


def refuses_each_in_attach(fincom: Fincom, customer: Customer, body: Json, found: Iterable[Violation]) -> None:
    """Every violation is refused for its field, and the body without it is taken."""
    fincom.upload_for(customer, body)
    for violation in found:
        exchange = fincom.attach(customer, violation.edit(body))
        exchange.note = violation.edit.name
        fincom.expect(exchange, names=[violation.path])
    control(fincom.attach(customer, body), fincom.attached_answer)


def send_raw(fincom: Fincom, operation_id: str, case: RawCase) -> Exchange:
    """Send a case of the schema as it is, under this client's token where the operation wants one."""
    parts: dict[str, Any] = {"path": case.path, "query": case.query, "headers": case.headers}
    if case.has_body and case.media_type == "multipart/form-data":
        # A text field is a part without a file name.
        parts["files"] = [(name, (None, str(value).encode())) for name, value in dict(case.body).items()]
    elif case.has_body:
        parts["json"] = case.body
    exchange = fincom.send(operation_id, auth=operation_id not in TOKEN_OPERATIONS, **parts)
    exchange.note = case.name
    return exchange


def elsewhere(fincom: Fincom, prepared: Prepared, method: str, url: str) -> Exchange:
    """The same request under another method or URL, of which the document knows nothing."""
    request = httpx.Request(method, url, headers=_without_host(prepared.request), content=prepared.body)
    unknown = Operation(f"{method} {httpx.URL(url).path}", method, prepared.operation.path, method == "GET", None)
    return fincom.sandbox.client.deliver(Prepared(unknown, request, prepared.body))


def _without_host(request: httpx.Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}


def described(fincom: Fincom, exchange: Exchange) -> Exchange:
    """The exchange, if the specification describes its answer."""
    if exchange.violation:
        raise fincom.breach(exchange.violation, exchange)
    return exchange
