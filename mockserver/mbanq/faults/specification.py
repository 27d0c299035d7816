"""Servers that answer what no operation of theirs is described to answer, or take what breaks its description."""

from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import ABSENT, Operation, edits_answer, sent, taken
from mockserver.http import Request, Response, answer
from mockserver.mbanq.faults.builders import (
    Body,
    before,
    breaks_down,
    client_of,
    edits_object,
    fault,
    is_activate,
    is_add,
    is_create,
    is_listing,
    is_read,
    is_verify,
    verified,
)
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

Test = Callable[[object], bool]
OPERATIONS: tuple[tuple[str, Operation], ...] = (
    ("verify", is_verify),
    ("activate", is_activate),
    ("create", is_create),
    ("read", is_read),
    ("list", is_listing),
    ("add_identifier", is_add),
)


def _as_page(when: Operation) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return replace(response, headers={"content-type": "text/html"}) if taken(response) else None

    return edits_answer(when, edit)


def _with_status(status: int, when: Operation) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return replace(response, status=status) if taken(response) else None

    return edits_answer(when, edit)


def _any_method(_: Tenant, __: Request, response: Response) -> Response | None:
    return answer(200, {}) if response.status == 405 else None


def _breaks_down_on_method(_: Tenant, __: Request, response: Response) -> Response | None:
    return breaks_down() if response.status == 405 else None


def _counts_as_text(body: Body) -> None:
    body["totalFilteredRecords"] = str(body["totalFilteredRecords"])


def _breaks_down_on(when: Operation, name: str, test: Test) -> OnRequest:
    """Answer 500 to a body that holds at `name` a value which the documents leave open."""

    def make(_: Tenant, request: Request) -> Response | None:
        body = sent(request)
        return breaks_down() if body is not None and test(body.get(name, ABSENT)) else None

    return before(when, make)


def _verifies_whatever_is_sent(tenant: Tenant, request: Request) -> Response | None:
    """Verify by a body of which the type is missing or none of the two."""
    client, body = client_of(tenant, request), sent(request)
    if client is None or body is None or client.status != "Pending" or body.get("kycVerificationType") in ("PARTIAL", "FULL"):
        return None
    return verified(tenant, client, "PARTIAL")


def _is_null(value: object) -> bool:
    return value is None


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


OPEN: tuple[tuple[str, str, Operation, str, Test], ...] = (
    ("null_note", "a note that is null", is_verify, "note", _is_null),
    ("blank_note", "an empty note", is_verify, "note", _is_blank),
    ("null_middlename", "a middle name that is null", is_create, "middlename", _is_null),
    ("null_external_id", "an external id that is null", is_create, "externalId", _is_null),
    ("null_locale", "a locale that is null", is_activate, "locale", _is_null),
    ("null_expiry", "a date of expiry that is null", is_add, "expiryDate", _is_null),
    ("null_description", "a description that is null", is_add, "description", _is_null),
)

FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"{name}_answers_a_page", "answers-match-the-specification", f"calls the JSON that {name} answers HTML", _as_page(when))
        for name, when in OPERATIONS
    ),
    *(
        fault(f"{name}_answers_206", "answers-match-the-specification", f"answers 206 to {name}", _with_status(206, when))
        for name, when in OPERATIONS
    ),
    fault("counts_clients_in_text", "answers-match-the-specification", "counts clients in text", edits_object(is_listing, _counts_as_text)),
    fault("takes_any_method", "undocumented-methods-are-refused", "answers 200 to any method", edits_answer(lambda _: True, _any_method)),
    fault(
        "breaks_down_on_other_methods",
        "undocumented-methods-are-refused",
        "answers 500 to a method that a path does not have",
        edits_answer(lambda _: True, _breaks_down_on_method),
    ),
    fault(
        "verifies_whatever_is_sent",
        "implied-constraints-are-checked verify-type-unknown-refused",
        "verifies by a body that names no type",
        before(is_verify, _verifies_whatever_is_sent),
    ),
    *(
        fault(f"breaks_down_on_{name}", "open-cases-are-answered", f"answers 500 to {what}", _breaks_down_on(when, member, test))
        for name, what, when, member, test in OPEN
    ),
)
