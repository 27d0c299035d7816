"""Servers that let in whom they should not: without a token, a right, or from another instance (facts 4.1, 4.6)."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from msgspec.structs import replace

from mockserver.faulting import Operation, edits_answer, edits_request, operation, taken, told
from mockserver.http import Request, Response, answer
from mockserver.mbanq import auth, errors
from mockserver.mbanq.clients import shown
from mockserver.mbanq.faults.builders import (
    NUMBERED,
    client_of,
    fault,
    gaps_of,
    is_activate,
    is_add,
    is_admitted,
    is_create,
    is_list_of_identifiers,
    is_listing,
    is_read,
    is_remove,
    is_token,
    is_told,
    is_verify,
    kind_of,
    verified,
)
from mockserver.mbanq.model import Client
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

OPERATIONS: tuple[tuple[str, Operation], ...] = (
    ("verify", is_verify),
    ("activate", is_activate),
    ("create", is_create),
    ("read", is_read),
    ("list", is_listing),
    ("verificationstatus", is_told),
    ("add_identifier", is_add),
    ("list_identifiers", is_list_of_identifiers),
    ("remove_identifier", is_remove),
    ("list_addresses", operation("GET", "/v1/client/[^/]+/addresses")),
)


def _is_other(request: Request) -> bool:
    return not is_token(request)


def _good_token(tenant: Tenant) -> str:
    now = tenant.clock.now()
    good = [value for value, token in tenant.data.tokens.items() if token.kind == "access" and now < token.expires]
    if not good:
        auth.issue(tenant, f"good-{tenant.id}", f"refresh-{tenant.id}")
    return f"Bearer {good[0] if good else f'good-{tenant.id}'}"


def _helped(tenant: Tenant, request: Request) -> Request:
    """Return the same request with a good token and the right instance."""
    return request.with_header("authorization", _good_token(tenant)).with_header("tenantid", tenant.data.tenant_id)


def _is_no_token(_: Tenant, request: Request) -> bool:
    return not auth.bearer(request)


def _is_bad_token(tenant: Tenant, request: Request) -> bool:
    return bool(auth.bearer(request)) and auth.bearer(request) not in tenant.data.tokens


def _is_lapsed_token(tenant: Tenant, request: Request) -> bool:
    token = tenant.data.tokens.get(auth.bearer(request))
    return token is not None and token.kind == "access" and token.expires <= tenant.clock.now()


def _is_unknown_instance(tenant: Tenant, request: Request) -> bool:
    return bool(auth.instance(request)) and auth.instance(request) not in tenant.registry.owners


Test = Callable[[Tenant, Request], bool]
STRANGERS: tuple[tuple[str, str, Test], ...] = (
    ("without_token", "auth-no-token-refused", _is_no_token),
    ("with_unknown_token", "auth-bad-token-refused", _is_bad_token),
    ("with_lapsed_token", "auth-expired-token-refused", _is_lapsed_token),
    ("with_unknown_instance", "auth-unknown-tenant-refused", _is_unknown_instance),
)


def _lets_in(when: Operation, test: Test) -> OnRequest:
    """Serve requests that should be refused at the door for one reason."""

    def edit(tenant: Tenant, request: Request) -> Request | None:
        return _helped(tenant, request) if test(tenant, request) and not is_admitted(tenant, request) else None

    return edits_request(when, edit)


def _with_status(status: int, when: Operation = _is_other) -> OnRequest:
    """Refuse at the door with another status."""

    def edit(tenant: Tenant, request: Request, response: Response) -> Response | None:
        barred = response.status == 401 and not is_admitted(tenant, request)
        return replace(response, status=status) if barred else None

    return edits_answer(when, edit)


async def _breaks_down_without_instance(_: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    return replace(response, status=500) if _is_other(request) and not auth.instance(request) else response


async def _works_before_refusing(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Do the work and then look at the credentials."""
    response = await call_next(request)
    if (is_verify(request) or is_activate(request) or is_add(request)) and not is_admitted(tenant, request):
        await call_next(_helped(tenant, request))
    return response


def _unknown_client(tenant: Tenant, request: Request, response: Response) -> Response | None:
    match = NUMBERED.fullmatch(request.path)
    unknown = match is not None and client_of(tenant, request) is None and not auth.bearer(request)
    return errors.client_not_found(int(match[1])) if match and unknown and response.status == 401 else None


def _ignores_right(when: Operation, setting: str) -> OnRequest:
    """Let a user verify, or activate, who has no right to."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        if not when(request) or getattr(tenant.settings, setting):
            return await call_next(request)
        setattr(tenant.settings, setting, True)
        try:
            return await call_next(request)
        finally:
            setattr(tenant.settings, setting, False)
            call_next.mark()

    return on_request


async def _works_before_looking_at_rights(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    client = client_of(tenant, request) if is_verify(request) and is_admitted(tenant, request) else None
    if client and not tenant.settings.may_verify and client.status == "Pending":
        client.verified = True
        call_next.mark()
    return response


def _foreign(tenant: Tenant, request: Request) -> list[tuple[Tenant, Client]]:
    """Return the other instances with their clients of the number in the path, if this one has none; the latest made first.

    Only instances that share the fault: who tests something else on this server is left alone.
    """
    match = NUMBERED.fullmatch(request.path)
    if match is None or client_of(tenant, request) is not None:
        return []
    number, names = int(match[1]), _switched_on(tenant)
    others = [each for each in tenant.registry.tenants.values() if each.provider is tenant.provider and each is not tenant]
    return [(each, each.data.clients[number]) for each in reversed(others) if number in each.data.clients and _switched_on(each) == names]


def _switched_on(tenant: Tenant) -> list[str]:
    return [each.wrapper.name for each in tenant.wrappers.active]


def _meets_foreign(when: Operation, make: Callable[[Tenant, Client, Request], Response | None]) -> OnRequest:
    """Answer requests for clients of other instances in place of the honest code."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        found = _foreign(tenant, request) if when(request) and is_admitted(tenant, request) else []
        made = [make(owner, client, request) for owner, client in found]
        return next(filter(None, made), None) or await call_next(request)

    return on_request


def _verifies_foreign(owner: Tenant, client: Client, request: Request) -> Response | None:
    kind = kind_of(request)
    return verified(owner, client, kind) if kind and client.status == "Pending" and not gaps_of(owner, client, kind) else None


def _verifies_foreign_quietly(_: Tenant, client: Client, __: Request) -> Response | None:
    client.verified = True
    return None


def _reads_foreign(_: Tenant, client: Client, __: Request) -> Response:
    return answer(200, shown(client))


async def _serves_instance_named(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Serve the instance that is named to the holder of a token of another."""
    named = tenant.registry.owners.get(auth.instance(request))
    if not _is_other(request) or named is None or named is tenant or named.provider is not tenant.provider:
        return await call_next(request)
    if not is_admitted(tenant, request.with_header("tenantid", tenant.data.tenant_id)):
        return await call_next(request)
    return tenant.provider.handle(named, _helped(named, request))


def _verifies_same_number(tenant: Tenant, request: Request, response: Response) -> Response | None:
    """Verify the clients of the same number in all instances."""
    client = client_of(tenant, request) if taken(response) else None
    if client is None:
        return None
    for each in tenant.registry.tenants.values():
        if each.provider is tenant.provider and each is not tenant and client.id in each.data.clients:
            each.data.clients[client.id].verified = True
    return replace(response)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _logs_anybody_in(name: str) -> OnRequest:
    """Take any value for one field of the login."""

    def edit(tenant: Tenant, request: Request) -> Request | None:
        form, good = _form(request), getattr(tenant.data, name)
        wrong = form.get("grant_type") == "password" and form.get(name) not in (None, "", good)
        return replace(request, body=urlencode(form | {name: good}).encode()) if wrong else None

    return edits_request(is_token, edit)


def _sells_void_tokens(tenant: Tenant, _: Request, response: Response) -> Response | None:
    body = told(response)
    if not taken(response):
        return None
    tenant.data.tokens.pop(body["access_token"], None)
    return replace(response)


def _sells_nothing(_: Tenant, __: Request, response: Response) -> Response | None:
    return errors.refusal(errors.UNAUTHENTICATED) if taken(response) else None


def _sells_no_token(_: Tenant, __: Request, response: Response) -> Response | None:
    return response.with_json(told(response) | {"access_token": ""}) if taken(response) else None


def _overlooks_query(_: Tenant, request: Request) -> Request | None:
    rest = tuple(pair for pair in request.query if pair[0] != "tenantIdentifier")
    return replace(request, query=rest) if len(rest) < len(request.query) else None


FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"lets_in_{how}_to_{name}", rule, f"serves {name.replace('_', ' ')} to a caller {how.replace('_', ' ')}", _lets_in(when, test)
        )
        for name, when in OPERATIONS
        for how, rule, test in STRANGERS
    ),
    fault(
        "bars_with_403",
        "auth-no-token-refused auth-bad-token-refused auth-expired-token-refused",
        "answers 403 to a caller without a good token",
        _with_status(403),
    ),
    fault("bars_with_500", "auth-unknown-tenant-refused", "answers 500 to an unknown instance", _with_status(500)),
    fault(
        "breaks_down_without_instance",
        "auth-missing-tenant-refused",
        "answers 500 where no instance is named",
        _breaks_down_without_instance,
    ),
    fault("works_before_refusing", "auth-refused-has-no-effect", "does the work and then refuses the caller", _works_before_refusing),
    fault(
        "tells_strangers_who_exists",
        "auth-before-lookup",
        "answers 404 to a caller without a token who names an unknown client",
        edits_answer(_is_other, _unknown_client),
    ),
    fault("anybody_verifies", "permission-needed", "lets any user verify", _ignores_right(is_verify, "may_verify")),
    fault("anybody_activates", "permission-needed", "lets any user activate", _ignores_right(is_activate, "may_activate")),
    fault("verifies_before_looking_at_rights", "permission-needed", "verifies and then refuses the user", _works_before_looking_at_rights),
    fault(
        "verifies_foreign_clients",
        "tenant-isolated-verify",
        "verifies the client of another instance",
        _meets_foreign(is_verify, _verifies_foreign),
    ),
    fault(
        "verifies_foreign_clients_quietly",
        "tenant-isolated-verify",
        "denies the client of another instance and verifies it",
        _meets_foreign(is_verify, _verifies_foreign_quietly),
    ),
    fault("shows_foreign_clients", "tenant-isolated-read", "shows the client of another instance", _meets_foreign(is_read, _reads_foreign)),
    fault(
        "serves_the_instance_named",
        "tenant-isolated-read tenant-isolated-verify",
        "serves the instance that is named to the holder of a token of another",
        _serves_instance_named,
    ),
    fault(
        "verifies_the_same_number_everywhere",
        "tenant-same-id-independent",
        "verifies the clients of the same number in all instances",
        edits_answer(is_verify, _verifies_same_number),
    ),
    fault(
        "sells_void_tokens", "token-for-user-and-password", "gives a token that opens nothing", edits_answer(is_token, _sells_void_tokens)
    ),
    fault("sells_nothing", "token-for-user-and-password", "refuses a good login", edits_answer(is_token, _sells_nothing)),
    fault("sells_no_token", "token-for-user-and-password", "gives an empty token", edits_answer(is_token, _sells_no_token)),
    fault("takes_any_password", "token-login-checked", "takes any password", _logs_anybody_in("password")),
    fault("takes_any_user", "token-login-checked", "takes any user", _logs_anybody_in("username")),
    fault(
        "overlooks_the_query", "tenant-by-query", "looks for the instance in the header only", edits_request(_is_other, _overlooks_query)
    ),
)
