"""Servers that let in whom they should not, or turn them away in another way (003, 401 and 403 of each operation)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import Operation, edits_answer, edits_request, sent, told
from mockserver.http import Request, Response
from mockserver.omnumi import auth, customers
from mockserver.omnumi.errors import onchain
from mockserver.omnumi.faults.builders import fault, is_business, is_create, is_pii, is_read, is_settle, made_of, others
from mockserver.omnumi.preauthorizations import NOT_FOUND, REQUIRED, shown
from mockserver.omnumi.values import is_blank
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

OF_PREAUTH: tuple[tuple[str, Operation], ...] = (("create", is_create), ("get", is_read), ("settle", is_settle))
OPERATIONS = (*OF_PREAUTH, ("pii", is_pii), ("business", is_business))
Test = Callable[[Tenant, Request], bool]


def _token(request: Request) -> str:
    return request.headers.get("authorization", "").rpartition(" ")[2]


def _is_anonymous(_: Tenant, request: Request) -> bool:
    return not _token(request)


def _is_unknown(tenant: Tenant, request: Request) -> bool:
    return bool(_token(request)) and _token(request) != tenant.data.access_token


def _is_lapsed(tenant: Tenant, request: Request) -> bool:
    return _token(request) == tenant.data.access_token and not auth.is_authenticated(tenant, request)


@contextmanager
def _renewed(tenant: Tenant) -> Iterator[None]:
    issued = tenant.data.issued
    tenant.data.issued = tenant.clock.now()
    try:
        yield
    finally:
        tenant.data.issued = issued


def helped(tenant: Tenant, request: Request) -> Request:
    """Return the same request with the tenant's token."""
    good = request.with_header("authorization", f"Bearer {tenant.data.access_token}")
    return good.with_header(auth.TENANT_HEADER, tenant.data.tenant_id)


def _lets_in(when: Operation, test: Test) -> OnRequest:
    """Serve requests that should be refused at the door for one reason."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if not when(request) or not test(tenant, request):
            return await call_next(request)
        with _renewed(tenant):
            return await call_next(helped(tenant, request))

    return on_request


def _is_barred(status: int, tenant: Tenant, request: Request, response: Response) -> bool:
    return response.status == status and b"Access Denied" in response.body and tenant is not None and request is not None


def _bars(when: Operation, status: int, make: Callable[[Response], Response]) -> OnRequest:
    """Turn callers away with another answer."""

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        return make(response) if _is_barred(status, tenant, request, response) else None

    return edits_answer(when, edit)


def _in_other_words(response: Response) -> Response:
    return response.with_json({"errors": [{"type": "Unauthorized", "message": "Invalid token"}]})


def _flat(response: Response) -> Response:
    return response.with_json({"type": "Access Denied", "message": "Access Denied"})


def _ignores_rights(when: Operation) -> OnRequest:
    """Serve a user who has no right to preauthorizations."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if not when(request) or tenant.settings.may_preauthorize:
            return await call_next(request)
        tenant.settings.may_preauthorize = True
        try:
            call_next.mark()
            return await call_next(request)
        finally:
            tenant.settings.may_preauthorize = False

    return on_request


def _acts_first(when: Operation) -> OnRequest:
    """Do what the caller asks for, and then turn the caller away."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        if not when(request) or response.status not in (401, 403) or b"Access Denied" not in response.body:
            return response
        may, tenant.settings.may_preauthorize = tenant.settings.may_preauthorize, True
        try:
            with _renewed(tenant):
                await call_next(helped(tenant, request))
        finally:
            tenant.settings.may_preauthorize = may
        return response

    return on_request


def _faulty_body_first(_: Tenant, request: Request, response: Response) -> Response | None:
    body = sent(request)
    faulty = body is None or any(is_blank(body.get(name)) for name in (REQUIRED if is_create(request) else ("amount",)))
    return onchain(400, "The request is not complete") if response.status == 401 and faulty else None


def _looks_first(tenant: Tenant, request: Request, response: Response) -> Response | None:
    unknown = response.status == 401 and made_of(tenant, request) is None
    return onchain(404, NOT_FOUND) if unknown else None


def _adds(make: Callable[[Tenant, Request], Any]) -> OnRequest:
    """Put something of what was asked for beside the denial."""

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        extra = make(tenant, request) if response.status in (401, 403) else None
        return response.with_json({**told(response), "data": extra}) if extra else None

    return edits_answer(lambda _: True, edit)


def _record(tenant: Tenant, request: Request) -> object:
    made = made_of(tenant, request)
    return shown(made) if made else None


def _person(tenant: Tenant, request: Request) -> object:
    known = tenant.data.customers.get(request.path.rpartition("/")[2].lower()) if is_pii(request) else None
    return customers.shown(tenant, known) if known else None


def _repeats_request(_: Tenant, request: Request) -> object:
    return sent(request)


def foreign(tenant: Tenant, request: Request) -> Tenant | None:
    """Return the other tenant whose invoice or customer a path names."""
    identity = request.path.rpartition("/")[2].lower()
    return next((each for each in others(tenant) if made_of(each, request) or (is_pii(request) and identity in each.data.customers)), None)


def serves_foreign(when: Operation) -> OnRequest:
    """Serve what belongs to another tenant."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        owner = foreign(tenant, request) if when(request) and response.status == 404 else None
        return tenant.provider.handle(owner, helped(owner, request)) if owner else response

    return on_request


def _overlooks_tenant(tenant: Tenant, request: Request) -> Request | None:
    named = request.headers.get(auth.TENANT_HEADER)
    return request.with_header(auth.TENANT_HEADER, tenant.data.tenant_id) if named else None


WHO = (
    ("anonymous", "no-credentials-refused", "without credentials", _is_anonymous),
    ("unknown", "bad-credentials-refused", "with credentials that nobody was given", _is_unknown),
)
FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"lets_{how}_callers_{name}", f"{name}-{rule}", f"serves {name} to callers {says}", _lets_in(when, test))
        for name, when in OPERATIONS
        for how, rule, says, test in WHO
    ),
    *(
        fault(
            f"lets_lapsed_callers_{name}",
            "expired-credentials-refused",
            f"serves {name} under a token that has lapsed",
            _lets_in(when, _is_lapsed),
        )
        for name, when in OF_PREAUTH
    ),
    *(
        fault(
            f"words_{status}_of_{name}_otherwise",
            f"{name}-{status}-body",
            f"answers {status} to {name} in other words",
            _bars(when, status, _in_other_words),
        )
        for name, when in OF_PREAUTH
        for status in (401, 403)
    ),
    *(
        fault(
            f"answers_flat_{status}_to_{name}",
            f"{name}-{status}-body",
            f"answers {status} to {name} without a list of errors",
            _bars(when, status, _flat),
        )
        for name, when in OF_PREAUTH
        for status in (401, 403)
    ),
    *(
        fault(
            f"bars_{name}_with_400",
            f"{name}-no-credentials-refused {name}-bad-credentials-refused",
            f"answers 400 to {name} without good credentials",
            _bars(when, 401, lambda response: replace(response, status=400)),
        )
        for name, when in OF_PREAUTH
    ),
    *(
        fault(
            f"ignores_rights_to_{name}",
            f"{name}-forbidden-tenant-refused",
            f"serves {name} to a user without the right",
            _ignores_rights(when),
        )
        for name, when in OF_PREAUTH
    ),
    fault("creates_before_refusing", "refused-create-has-no-effect", "creates and then turns the caller away", _acts_first(is_create)),
    fault("settles_before_refusing", "refused-settle-has-no-effect", "settles and then turns the caller away", _acts_first(is_settle)),
    fault(
        "validates_creates_before_auth",
        "auth-before-validation",
        "tells strangers what is wrong with the body of a create",
        edits_answer(is_create, _faulty_body_first),
    ),
    fault(
        "validates_settlements_before_auth",
        "auth-before-validation",
        "tells strangers what is wrong with the body of a settlement",
        edits_answer(is_settle, _faulty_body_first),
    ),
    fault(
        "looks_invoices_up_before_auth",
        "auth-before-lookup",
        "answers 404 to strangers who ask for an unknown invoice",
        edits_answer(is_read, _looks_first),
    ),
    fault("shows_records_beside_denials", "refusal-leaks-nothing", "shows the preauthorization beside the denial", _adds(_record)),
    fault("shows_people_beside_denials", "refusal-leaks-nothing", "shows the customer beside the denial", _adds(_person)),
    fault("repeats_requests_beside_denials", "refusal-leaks-nothing", "repeats the request beside the denial", _adds(_repeats_request)),
    fault("shows_foreign_customers", "pii-foreign-tenant-hidden", "shows the customer of another tenant", serves_foreign(is_pii)),
    fault(
        "overlooks_the_tenant_of_pii",
        "pii-bad-tenant-404",
        "shows a customer under whatever tenant the header names",
        edits_request(is_pii, _overlooks_tenant),
    ),
)
