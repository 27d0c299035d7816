"""Servers whose answers have another form or status than 003 shows (response samples and codes)."""

from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Operation, edits_answer, taken, told
from mockserver.http import Request, Response, answer
from mockserver.omnumi.faults.builders import (
    Edit,
    Scene,
    carries_out_create,
    carries_out_settle,
    despite,
    edits_refusal,
    entries_of,
    fault,
    in_scene,
    is_any,
    is_business,
    is_create,
    is_pii,
    is_preauth,
    is_read,
    is_settle,
    messages,
    puts,
)
from mockserver.omnumi.preauthorizations import BAD_EXPIRY, NOT_FOUND, NOT_POSITIVE
from mockserver.omnumi.settlement import EXCEEDS
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

HTML = {"content-type": "text/html; charset=utf-8"}
TEXT = {"content-type": "text/plain"}
OPERATIONS: tuple[tuple[str, Operation], ...] = (
    ("create", is_create),
    ("get", is_read),
    ("settle", is_settle),
    ("pii", is_pii),
    ("business", is_business),
)


def _refusals(make: Callable[[Response], Response | None], when: Operation = is_any) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return None if taken(response) else make(response)

    return edits_answer(when, edit)


def _successes(make: Callable[[Response], Response | None], when: Operation = is_any) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return make(response) if taken(response) else None

    return edits_answer(when, edit)


def _in_entries(change: Edit) -> Callable[[Response], Response | None]:
    def make(response: Response) -> Response | None:
        body = told(response)
        for entry in entries_of(body):
            change(entry)
        after = response.with_json(body)
        return after if entries_of(body) and after.body != response.body else None

    return make


def _body(make: Callable[[list[dict[str, object]]], object]) -> Callable[[Response], Response | None]:
    """Return a maker of refusals of another form, from their entries."""

    def remade(response: Response) -> Response | None:
        entries = list(entries_of(told(response)))
        return response.with_json(make(entries)) if entries else None

    return remade


def _typed(name: str, kind: str) -> OnRequest:
    """Give the domain's refusals another type."""

    def edit(scene: Scene) -> Response | None:
        if name not in ("any", *messages(scene.response)):
            return None
        return _in_entries(lambda entry: entry.update(type=kind) if entry.get("type") == "onchain" else None)(scene.response)

    return in_scene(is_preauth, edit)


def _as_page(response: Response) -> Response:
    return Response(response.status, HTML, f"<html><body><h1>{response.status}</h1></body></html>".encode())


def _under(status: int) -> Callable[[Response], Response]:
    return lambda response: replace(response, status=status)


def _breaks(when: Operation, test: Callable[[Response], bool], status: int) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return replace(response, status=status) if test(response) else None

    return edits_answer(when, edit)


def _is(*statuses: int) -> Callable[[Response], bool]:
    return lambda response: response.status in statuses


MESSAGES = (
    ("zero_creates", NOT_POSITIVE, is_create),
    ("same_wallets", "Sender and receiver cannot match", is_create),
    ("inactive_tokens", "Token not active", is_create),
    ("bad_expiries", BAD_EXPIRY, is_create),
    ("unregistered_wallets", "Wallet not registered", is_create),
    ("taken_invoices", "Invoice already exists", is_create),
    ("missing_allowance", "Insufficient Allowance", is_create),
    ("unknown_invoices", NOT_FOUND, is_read),
    ("zero_settlements", NOT_POSITIVE, is_settle),
    ("excess", EXCEEDS, is_settle),
    ("settled_invoices", "Invalid settlement state", is_settle),
)
DECLARED = (
    ("create", is_create, 202, _is(201)),
    ("get", is_read, 206, _is(200)),
    ("settle", is_settle, 202, _is(200)),
    ("pii", is_pii, 206, _is(200)),
    ("business", is_business, 200, _is(201)),
)


def _twice(response: Response) -> Response | None:
    body = told(response)
    return response.with_json({**body, "errors": [{"type": "onchain", "message": "Something went wrong"}]}) if body else None


def _mixes(scene: Scene) -> Response | None:
    body = scene.body
    several = is_create(scene.request) and scene.response.status in (400, 404, 409, 500) and _flaws(scene) > 1
    return answer(500, {"errors": [{"type": "onchain", "message": "Unexpected error"}]}) if several and body else None


def _flaws(scene: Scene) -> int:
    """Return how many of the documented faults a create has."""
    data, body = scene.tenant.data, scene.body
    texts = {name: str(body.get(name)).lower() for name in ("sender", "receiver", "contractAddress", "amount", "invoiceId", "expiresAt")}
    token = data.tokens.get(texts["contractAddress"])
    wallets = [data.wallets.get(texts[name]) for name in ("sender", "receiver")]
    return sum(
        (
            texts["amount"].startswith("-") or not texts["amount"].strip("0."),
            texts["sender"] == texts["receiver"],
            token is None or not token.active,
            scene.said(BAD_EXPIRY),
            any(wallet is None or not wallet.registered for wallet in wallets),
            str(body.get("invoiceId")) in data.preauthorizations,
        )
    )


def _serves_mixed(scene: Scene) -> Response | None:
    several = is_create(scene.request) and scene.response.status in (400, 404, 409, 500) and _flaws(scene) > 1
    return carries_out_create(scene, amount="1") if several else None


FAULTS: tuple[Fault, ...] = (
    fault(
        "answers_errors_as_object",
        "error-envelope-list",
        "answers an object in the place of the list of errors",
        _refusals(_body(lambda all_: {"errors": all_[0]})),
    ),
    fault(
        "answers_bare_list",
        "error-envelope-list",
        "answers the list of errors without the object around it",
        _refusals(_body(lambda all_: all_)),
    ),
    fault(
        "answers_errors_as_text",
        "error-envelope-list",
        "answers a text in the place of the list of errors",
        _refusals(_body(lambda all_: {"errors": str(all_[0]["message"])})),
    ),
    fault("answers_no_entries", "error-envelope-list", "answers an empty list of errors", _refusals(_body(lambda _: {"errors": []}))),
    fault("answers_flat_error", "error-envelope-list", "answers type and message without a list", _refusals(_body(lambda all_: all_[0]))),
    *(
        fault(
            f"answers_{name}_without_{member}",
            f"error-entry-{member}-string",
            f"answers refusals of {name} without a {member}",
            _refusals(_in_entries(puts(member, ABSENT)), when),
        )
        for name, when in OPERATIONS[:4]
        for member in ("type", "message")
    ),
    *(
        fault(
            f"answers_{kind}_as_{member}",
            f"error-entry-{member}-string",
            f"answers a {kind} as the {member} of an error",
            _refusals(_in_entries(puts(member, value))),
        )
        for member in ("type", "message")
        for kind, value in (("number", 7), ("null", None), ("list", ["onchain"]), ("blank", ""))
    ),
    *(
        fault(
            f"types_{name}_otherwise",
            "preauth-error-type-onchain",
            f"gives the refusal of {name.replace('_', ' ')} the type Validation",
            _typed(message, "Validation"),
        )
        for name, message, _ in MESSAGES
        if name != "settled_invoices"
    ),
    fault("types_in_capitals", "preauth-error-type-onchain", "writes the type of errors in capitals", _typed("any", "ONCHAIN")),
    fault("answers_pages", "error-is-json", "answers refusals with a page of HTML", _refusals(_as_page)),
    *(
        fault(f"answers_pages_to_{name}", "error-is-json", f"answers refusals of {name} with a page of HTML", _refusals(_as_page, when))
        for name, when in OPERATIONS
    ),
    fault(
        "answers_errors_as_plain_text",
        "error-is-json",
        "calls refusals plain text",
        _refusals(lambda response: replace(response, headers={**response.headers, **TEXT})),
    ),
    fault(
        "cuts_errors_off",
        "error-is-json",
        "cuts the body of refusals off",
        _refusals(lambda response: replace(response, body=response.body[:-2])),
    ),
    *(
        fault(
            f"answers_{name}_as_plain_text",
            "success-is-json",
            f"calls the success of {name} plain text",
            _successes(lambda response: replace(response, headers={**response.headers, **TEXT}), when),
        )
        for name, when in OPERATIONS
    ),
    fault(
        "answers_success_with_words",
        "success-is-json",
        "answers a create with a word",
        _successes(lambda response: replace(response, body=b"OK"), is_create),
    ),
    *(
        fault(
            f"answers_{name}_with_errors_inside",
            "success-has-no-errors",
            f"answers the success of {name} with errors inside",
            _successes(_twice, when),
        )
        for name, when in OPERATIONS
    ),
    *(
        fault(
            f"answers_200_to_{name}",
            "error-is-never-2xx",
            f"answers 200 with the error of {name.replace('_', ' ')}",
            edits_refusal(when, message, lambda _: None, 200),
        )
        for name, message, when in MESSAGES
    ),
    *(
        fault(
            f"answers_undeclared_{status}_to_{name}", f"{name}-statuses-closed", f"answers {status} to {name}", _breaks(when, test, status)
        )
        for name, when, status, test in DECLARED
    ),
    fault(
        "answers_502_to_creates",
        "create-statuses-closed",
        "answers 502 where the allowance is not sufficient",
        _breaks(is_create, _is(500), 502),
    ),
    fault("answers_500_to_unknown_invoices", "get-statuses-closed", "answers 500 to unknown invoices", _breaks(is_read, _is(404), 500)),
    fault(
        "answers_204_to_unknown_invoices",
        "get-statuses-closed",
        "answers 204 to unknown invoices",
        edits_answer(is_read, lambda _, __, response: Response(204) if response.status == 404 else None),
    ),
    fault(
        "answers_418_to_conflicts_of_settling",
        "settle-statuses-closed",
        "answers 418 to conflicts of settling",
        _breaks(is_settle, _is(409), 418),
    ),
    fault(
        "answers_500_to_bad_customers",
        "pii-statuses-closed",
        "answers 500 to ids that are no customer's",
        _breaks(is_pii, _is(400, 404), 500),
    ),
    fault(
        "answers_409_to_businesses",
        "business-statuses-closed",
        "answers 409 to business users that are not onboarded",
        _breaks(is_business, _is(400), 409),
    ),
    fault(
        "gives_up_on_several_flaws",
        "fault-mix-names-a-fault",
        "answers 500 without a cause where a create has several faults",
        in_scene(is_create, _mixes),
    ),
    fault("takes_several_flaws", "fault-mix-names-a-fault", "takes a create that has several faults", in_scene(is_create, _serves_mixed)),
    fault("reserves_zero_with_201", "error-is-never-2xx", "answers 201 to an amount of zero", despite(NOT_POSITIVE, carries_out_create)),
    fault(
        "settles_excess_with_200",
        "error-is-never-2xx",
        "answers 200 to a settlement above the limit",
        despite(EXCEEDS, carries_out_settle, is_settle),
    ),
)
