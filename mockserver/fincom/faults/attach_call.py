"""Servers that mishandle attach as a call: whose documents, which answer, what stays behind (002 V2 Step 2: Attach Documents)."""

import uuid
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.fincom.documents import SELFIE, links
from mockserver.fincom.faults.attach_builders import ADDRESS, FAR_AHEAD, IDENTIFYING, Scene, mends, refuses
from mockserver.fincom.faults.builders import (
    afterwards,
    broken_down,
    customer_of,
    edits_answer,
    edits_request,
    edits_taken,
    fault,
    instead,
    is_attach,
    operation,
    sent,
    taken,
)
from mockserver.fincom.faults.carriers import refused_fields
from mockserver.fincom.lifecycle import move
from mockserver.fincom.model import Customer
from mockserver.fincom.uploads import UUID_FORM
from mockserver.http import Request, Response, answer
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault

# The V1 names of the two sections (002 V1 Attach Documents).
OF_V1 = {IDENTIFYING: "proof_of_identity", ADDRESS: "proof_of_address"}
is_v1_alias = operation("POST", "/v1/customers/[^/]+/individual/attach")


def queued(customer_id: str) -> Response:
    """Return the answer to an attach that was taken."""
    return answer(200, {"data": {"customer_id": customer_id}, "meta": None})


def _with_status(status: int) -> Callable[[Tenant, Request, Response], Response | None]:
    return lambda _, __, response: replace(response, status=status) if taken(response) else None


def _other_id(_: Tenant, body: dict[str, Any]) -> None:
    body["data"]["customer_id"] = str(uuid.UUID(int=uuid.UUID(body["data"]["customer_id"]).int ^ 1))


def _sets_meta(value: Any) -> Callable[[Tenant, dict[str, Any]], None]:
    def edit(_: Tenant, body: dict[str, Any]) -> None:
        body["meta"] = value

    return edit


def _drops_meta(_: Tenant, body: dict[str, Any]) -> None:
    body.pop("meta", None)


def _takes_first(_: Tenant, request: Request, response: Response) -> Response | None:
    return queued(request.path.split("/")[3]) if refused_fields(response) else None


def _for_nobody(tenant: Tenant, request: Request) -> Response | None:
    customer_id = request.path.split("/")[3]
    known = customer_id in tenant.data.customers or not UUID_FORM.fullmatch(customer_id)
    return None if known else queued(customer_id)


def _stumbles(_: Tenant, request: Request) -> Response | None:
    malformed = not UUID_FORM.fullmatch(request.path.split("/")[3])
    return broken_down() if malformed else None


def _after_refusal(act: Callable[[Tenant, Customer, Request], bool]) -> Callable[[Tenant, Request, Response], bool]:
    def run(tenant: Tenant, request: Request, response: Response) -> bool:
        customer = customer_of(tenant, request)
        return customer is not None and refused_fields(response) is not None and act(tenant, customer, request)

    return run


def _moves_on(tenant: Tenant, customer: Customer, _: Request) -> bool:
    move(tenant, customer, "REVIEWING")
    return True


def _keeps_lock(_: Tenant, customer: Customer, __: Request) -> bool:
    customer.in_flight = "refused"
    return True


def _burns_files(tenant: Tenant, _: Customer, request: Request) -> bool:
    return sum(tenant.data.files.pop(link.uri, None) is not None for link in links(sent(request))) > 0


def _moves_everybody(tenant: Tenant, request: Request, response: Response) -> bool:
    others = [each for each in tenant.data.customers.values() if each.status == "INCOMPLETE" and each.id not in request.path]
    for customer in others if taken(response) else ():
        move(tenant, customer, "REVIEWING")
    return taken(response) and bool(others)


def _as_documented(scene: Scene) -> str | None:
    """Refuse what the guide's example shows: a selfie, a licence, a bank statement."""
    shown = [document.get("type") for section in (IDENTIFYING, ADDRESS) for _, document in scene.documents(section)]
    return IDENTIFYING if set(shown) == {SELFIE, "DRIVERS_LICENSE", "BANK_STATEMENT"} else None


def _speaks_v1(scene: Scene) -> bool:
    if not all(isinstance(scene.body.get(name), dict) for name in OF_V1.values()):
        return False
    for section, name in OF_V1.items():
        scene.body[section] = [scene.body.pop(name)]
    scene.body[IDENTIFYING][0].setdefault("expiry_date", FAR_AHEAD)
    scene.body["tos_policies_value"] = scene.customer.tos_value
    return True


FAULTS: tuple[Fault, ...] = (
    fault("refuses_the_example", "attach-takes-the-example", "refuses what the guide's example sends", refuses(_as_documented)),
    fault("attach_answers_201", "attach-answers-200", "answers 201 to an attach", edits_answer(is_attach, _with_status(201))),
    fault("attach_answers_202", "attach-answers-200", "answers 202 to an attach", edits_answer(is_attach, _with_status(202))),
    fault(
        "attach_echoes_another_customer",
        "attach-echoes-the-customer",
        "answers with another id than the one of the path",
        edits_taken(is_attach, _other_id),
    ),
    fault("attach_drops_meta", "attach-meta-is-null", "leaves out meta", edits_taken(is_attach, _drops_meta)),
    fault(
        "attach_fills_meta",
        "attach-meta-is-null",
        "answers with an empty object for meta",
        edits_taken(is_attach, _sets_meta({})),
    ),
    fault(
        "demands_customer_id_in_body",
        "attach-customer-comes-from-the-path",
        "demands the customer_id in the body as V1 does",
        refuses(lambda scene: None if "customer_id" in scene.body else "customer_id"),
    ),
    fault(
        "attach_validates_later",
        "attach-validates-before-200",
        "takes every body first, and looks into it when it is processed",
        edits_answer(is_attach, _takes_first),
    ),
    fault(
        "attaches_to_nobody",
        "attach-unknown-customer",
        "takes documents for a customer that does not exist",
        instead(is_attach, _for_nobody),
    ),
    fault(
        "attach_breaks_down_on_malformed_id",
        "attach-malformed-customer-id",
        "breaks down when the id in the path is no UUID",
        instead(is_attach, _stumbles),
    ),
    fault(
        "refused_attach_starts_review",
        "refused-attach-changes-nothing",
        "puts a customer under review although its attach was refused",
        afterwards(is_attach, _after_refusal(_moves_on)),
    ),
    fault(
        "refused_attach_keeps_lock",
        "refused-attach-takes-no-lock",
        "takes the lock before it validates, and does not give it back",
        afterwards(is_attach, _after_refusal(_keeps_lock)),
    ),
    fault(
        "refused_attach_burns_files",
        "refused-attach-can-be-corrected",
        "uses up the files that a refused attach names",
        afterwards(is_attach, _after_refusal(_burns_files)),
    ),
    fault(
        "attach_moves_everybody",
        "attach-for-one-leaves-others",
        "puts all incomplete customers under review when one attaches",
        afterwards(is_attach, _moves_everybody),
    ),
    fault("accepts_v1_attach_body", "v1-attach-body-is-refused", "takes the body of V1's attach too", mends(_speaks_v1)),
    fault(
        "serves_attach_under_v1",
        "attach-path-keeps-its-version",
        "serves V2's attach under V1 as well",
        edits_request(is_v1_alias, lambda _, request: replace(request, path=request.path.replace("/v1/", "/v2/", 1))),
    ),
)
