"""Other readings of how something is refused (004, failure handling; facts 4.5, 4.6)."""

from collections.abc import Callable

from mockserver.faulting import edits_answer, taken, told
from mockserver.http import Request, Response, answer
from mockserver.mbanq import errors
from mockserver.mbanq.clients import ids, kyc_status
from mockserver.mbanq.errors import DOMAIN_RULE, INVALID, Kind, Reason
from mockserver.mbanq.faults.builders import (
    NUMBERED,
    Body,
    before,
    client_of,
    in_entries,
    is_activate,
    is_add,
    is_for_gap,
    is_post,
    is_verify,
    kind_of,
    variant,
)
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest, Variant

AGAIN = Reason("error.msg.client.already.verified", "The client is verified already.")


def _edits(edit: Callable[[Body], object]) -> OnRequest:
    """Let `edit` change in place every 403 that is no missing right."""

    def edited(_: Tenant, __: Request, response: Response) -> Response | None:
        body = told(response)
        if not is_for_gap(response) or not body.get("errors"):
            return None
        edit(body)
        return response.with_json(body)

    return edits_answer(lambda _: True, edited)


def _edits_any(edit: Callable[[Body], None]) -> OnRequest:
    """Let `edit` change in place every refusal that has entries, and bare entries."""

    def edited(_: Tenant, __: Request, response: Response) -> Response | None:
        body = {} if taken(response) else told(response)
        if not body:
            return None
        in_entries(edit)(body)
        if "parameterName" in body:
            edit(body)
        return response.with_json(body)

    return edits_answer(lambda _: True, edited)


def _to_the_top(body: Body) -> None:
    first = body["errors"][0]
    for name in ("userMessageGlobalisationCode", "developerMessage", "defaultUserMessage"):
        body[name] = first[name]


def _alone(body: Body) -> None:
    _to_the_top(body)
    del body["errors"]


def _first_only(body: Body) -> None:
    del body["errors"][1:]


def _omits(entry: Body) -> None:
    if entry.get("value", ...) is None:
        del entry["value"]


def _fills(entry: Body) -> None:
    if entry.get("value", ...) is None:
        entry["value"] = entry.get("parameterName", "id")


def _unknown_with(kind: Kind) -> OnRequest:
    """Refuse a command for a client that there is not in another way than with 404."""

    def edited(tenant: Tenant, request: Request, response: Response) -> Response | None:
        match = NUMBERED.fullmatch(request.path)
        if match is None or not 0 < int(match[1]) < 2**63 or response.status != 404 or client_of(tenant, request):
            return None
        said = [Reason("error.msg.client.id.invalid", f"Client with identifier {match[1]} does not exist", args=(int(match[1]),))]
        return errors.refusal(kind, *said)

    return edits_answer(lambda request: is_post(request) or is_add(request), edited)


def _already_with_400(_: Tenant, __: Request, response: Response) -> Response | None:
    already = response.status == 403 and b"already.active" in response.body
    body = told(response)
    top = {"developerMessage": INVALID.developer, "defaultUserMessage": INVALID.user, "userMessageGlobalisationCode": INVALID.code}
    return response.with_json(body | top | {"httpStatusCode": "400"}, 400) if already else None


def _refuses_again(tenant: Tenant, request: Request) -> Response | None:
    client = client_of(tenant, request)
    again = client and client.verified and client.status == "Pending" and kind_of(request) and tenant.settings.may_verify
    return errors.refusal(DOMAIN_RULE, AGAIN) if again else None


def _takes_active(tenant: Tenant, request: Request) -> Response | None:
    """Answer 200 for an Active client, and leave it as it is."""
    client = client_of(tenant, request)
    if client is None or client.status != "Active" or kind_of(request) is None or not tenant.settings.may_verify:
        return None
    known = {"data": {"clientKycStatus": kyc_status(client)}} if client.verified else {}
    return answer(200, {**ids(client), **known})


VARIANTS: tuple[Variant, ...] = (
    variant("gives_the_reason_at_the_top", "amb-reason-code-place", "gives the first reason at the top, and no entries", _edits(_alone)),
    variant("gives_the_reason_twice", "amb-reason-code-place", "gives the first reason at the top as well", _edits(_to_the_top)),
    variant("names_the_first_gap", "amb-all-or-first", "names the first gap only", _edits(_first_only)),
    variant("omits_null", "amb-null-in-errors", "leaves out what is null", _edits_any(_omits)),
    variant("fills_values", "amb-null-in-errors", "gives every entry a value", _edits_any(_fills)),
    variant(
        "refuses_unknown_clients_with_403", "amb-unknown-client", "answers 403 for a client that there is not", _unknown_with(DOMAIN_RULE)
    ),
    variant("refuses_unknown_clients_with_400", "amb-unknown-client", "answers 400 for a client that there is not", _unknown_with(INVALID)),
    variant(
        "refuses_active_with_400",
        "amb-activate-already",
        "answers 400 to a second activation",
        edits_answer(is_activate, _already_with_400),
    ),
    variant("refuses_to_verify_again", "amb-re-verify", "refuses to verify a client that is Verified", before(is_verify, _refuses_again)),
    variant(
        "verifies_active_clients",
        "amb-verify-active",
        "answers 200 to a verification of an Active client",
        before(is_verify, _takes_active),
    ),
)
