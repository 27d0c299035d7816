"""Servers that mistake whom, or what, a call is about (004, paths and commands)."""

import re
from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import sent, taken
from mockserver.http import Request, Response, answer
from mockserver.mbanq import errors
from mockserver.mbanq.errors import Reason
from mockserver.mbanq.faults.builders import (
    CLIENT,
    Scene,
    before,
    breaks_down,
    client_of,
    fault,
    gaps_of,
    in_scene,
    is_activate,
    is_add,
    is_post,
    is_read,
    is_verify,
    kind_of,
    verified,
)
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

PATH = re.compile(f"{CLIENT.replace('[^/]+', '([^/]+)')}(/.*)?")


def _named(request: Request) -> str:
    match = PATH.fullmatch(request.path)
    return match[1] if match else ""


def _is_number(text: str) -> bool:
    return re.fullmatch("-?[0-9]+", text) is not None


def _is_malformed(text: str) -> bool:
    return not _is_number(text)


def _is_low(text: str) -> bool:
    return _is_number(text) and int(text) <= 0


def _is_huge(text: str) -> bool:
    return _is_number(text) and int(text) >= 2**63


def _is_unknown(text: str) -> bool:
    return _is_number(text) and 0 < int(text) < 2**63


def _for_nobody(test: Callable[[str], bool], made: Callable[[], Response]) -> OnRequest:
    """Answer verifications of clients that there are not in place of the honest code."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        return made() if client_of(tenant, request) is None and test(_named(request)) else None

    return before(is_verify, make)


def _done() -> Response:
    return answer(200, {"officeId": 1, "clientId": 1, "resourceId": 1, "data": {"clientKycStatus": "APPROVED"}})


def _server_error() -> Response:
    return breaks_down()


def _added() -> Response:
    return answer(200, {"officeId": 1, "clientId": 1, "resourceId": 1})


def _adds_for_nobody(tenant: Tenant, request: Request) -> Response | None:
    return _added() if client_of(tenant, request) is None else None


def _verifies_if(test: Callable[[Request], bool]) -> OnRequest:
    """Read requests that post something else, or nothing, to a client as verifications."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        client = client_of(tenant, request)
        if client is None or client.status != "Pending" or not test(request):
            return None
        kind = kind_of(request) or "PARTIAL"
        return None if gaps_of(tenant, client, kind) else verified(tenant, client, kind)

    return before(is_post, make)


def _is_other_command(request: Request) -> bool:
    return (request.parameter("command") or "").lower() not in ("", "verify", "activate", "close")


def _takes_any_command(tenant: Tenant, request: Request) -> Response | None:
    client = client_of(tenant, request)
    return answer(200, {"officeId": 1, "clientId": client.id, "resourceId": client.id}) if client and _is_other_command(request) else None


def _unknown_activates(scene: Scene) -> Response | None:
    if not _is_other_command(scene.request) or scene.response.status != 400 or scene.client.status != "Pending":
        return None
    scene.client.status = "Active"
    return replace(scene.response)


def _verifies_on_get(tenant: Tenant, request: Request) -> Response | None:
    client = client_of(tenant, request)
    if client and request.parameter("command") == "verify" and client.status == "Pending":
        client.verified = True
    return None


def _verifies_by_activation(scene: Scene) -> Response | None:
    """Set a client Verified by an attempt to activate it."""
    client = scene.client
    if client.verified or client.status not in ("Pending", "Active") or scene.response.status == 400:
        return None
    client.verified = True
    return replace(scene.response)


def _verifies_by_taken_activation(scene: Scene) -> Response | None:
    if scene.client.verified or not taken(scene.response):
        return None
    scene.client.verified = True
    return replace(scene.response)


def _fake_review(scene: Scene) -> Response | None:
    reviewed = (sent(scene.request) or {}).get("isActivatedByManualReview") is True
    return _verifies_by_taken_activation(scene) if reviewed else None


def _stumbles_over_review(_: Tenant, request: Request) -> Response | None:
    return breaks_down() if "isActivatedByManualReview" in (sent(request) or {}) else None


BLOCKED = Reason("error.msg.client.id.unknown", "The client cannot be found.")
NUMBERS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("malformed_ids", "verify-malformed-id", _is_malformed),
    ("low_ids", "verify-negative-or-huge-id", _is_low),
    ("huge_ids", "verify-negative-or-huge-id", _is_huge),
    ("unknown_clients", "verify-unknown-client-404", _is_unknown),
)

FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"breaks_down_on_{name}", rule, f"answers 500 to {name.replace('_', ' ')}", _for_nobody(test, _server_error))
        for name, rule, test in NUMBERS
    ),
    *(
        fault(f"verifies_{name}", rule, f"answers 200 to {name.replace('_', ' ')}", _for_nobody(test, _done))
        for name, rule, test in NUMBERS
    ),
    fault(
        "answers_409_for_unknown_clients",
        "verify-unknown-client-404",
        "answers 409 to unknown clients",
        _for_nobody(_is_unknown, lambda: errors.refusal(errors.Kind(409, "error.msg.conflict", "Conflict.", "Conflict."), BLOCKED)),
    ),
    fault(
        "adds_identifiers_for_nobody",
        "identifier-unknown-client-404",
        "takes a document for a client that there is not",
        before(is_add, _adds_for_nobody),
    ),
    fault(
        "breaks_down_on_identifiers_for_nobody",
        "identifier-unknown-client-404",
        "answers 500 to a document for a client that there is not",
        before(is_add, lambda tenant, request: None if client_of(tenant, request) else breaks_down()),
    ),
    fault(
        "verifies_by_any_command",
        "verify-command-selects verify-unknown-command-refused",
        "takes a command that it does not know for verify",
        _verifies_if(_is_other_command),
    ),
    fault(
        "verifies_by_close",
        "verify-command-selects",
        "takes close for verify",
        _verifies_if(lambda request: request.parameter("command") == "close"),
    ),
    fault(
        "verifies_by_empty_command",
        "verify-command-selects",
        "takes an empty command for verify",
        _verifies_if(lambda request: request.parameter("command") == ""),
    ),
    fault(
        "takes_any_command",
        "verify-unknown-command-refused",
        "answers 200 to a command that it does not know",
        before(is_post, _takes_any_command),
    ),
    fault(
        "unknown_commands_activate",
        "verify-unknown-command-refused",
        "refuses an unknown command and activates",
        in_scene(is_post, _unknown_activates),
    ),
    fault("verifies_on_get", "verify-get-has-no-effect", "verifies by GET", before(is_read, _verifies_on_get)),
    fault(
        "verifies_by_activation",
        "verify-activate-command-not-verify verified-before-only-by-verify",
        "takes an attempt to activate a client for its verification",
        in_scene(is_activate, _verifies_by_activation),
    ),
    fault(
        "verifies_whom_it_activates",
        "verify-activate-command-not-verify order-skip-verify-visible",
        "sets a client Verified that it activates",
        in_scene(is_activate, _verifies_by_taken_activation),
    ),
    fault(
        "fakes_verification_by_review",
        "activate-manual-review-bypass",
        "sets a client Verified by manual review",
        in_scene(is_activate, _fake_review),
    ),
    fault(
        "breaks_down_on_review", "activate-manual-review-bypass", "answers 500 to manual review", before(is_activate, _stumbles_over_review)
    ),
)
