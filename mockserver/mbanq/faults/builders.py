"""What faults and variants of Mbanq are built from: its operations and clients, the gaps of a client, and ready-made hooks."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mockserver.faulting import Operation, edits_taken, operation, sent, taken, told
from mockserver.http import Request, Response, answer
from mockserver.mbanq import auth, errors
from mockserver.mbanq.clients import ids
from mockserver.mbanq.errors import DOMAIN_RULE, Reason
from mockserver.mbanq.model import Client, KycType
from mockserver.mbanq.verification import approve, missing
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Rows

PROVIDER = "mbanq"
CLIENT = "/v1/clients/[^/]+"
NUMBERED = re.compile("/v1/clients?/([0-9]{1,18})(/.*)?")
# How long a careless server thinks between looking and acting, in seconds.
PAUSE = 0.2

is_create = operation("POST", "/v1/clients")
is_listing = operation("GET", "/v1/clients")
is_read = operation("GET", CLIENT)
is_told = operation("GET", f"{CLIENT}/verificationstatus")
is_post = operation("POST", CLIENT)
is_add = operation("POST", f"{CLIENT}/identifiers")
is_list_of_identifiers = operation("GET", f"{CLIENT}/identifiers")
is_remove = operation("DELETE", f"{CLIENT}/identifiers/[^/]+")
is_token = operation("POST", "/oauth/token")

Body = dict[str, Any]


def commanded(*words: str) -> Operation:
    """Return a test for requests that post one of some commands to a client."""
    return lambda request: is_post(request) and request.parameter("command") in words


is_verify = commanded("verify")
is_activate = commanded("activate")


class Scene(NamedTuple):
    """An answer to an admitted request about a client that exists."""

    tenant: Tenant
    request: Request
    client: Client
    response: Response


ROWS = Rows(PROVIDER, PROVIDER)
fault, variant = ROWS.fault, ROWS.variant


def client_of(tenant: Tenant, request: Request) -> Client | None:
    """Return the client of this instance that the path of a request names."""
    match = NUMBERED.fullmatch(request.path)
    found: Client | None = tenant.data.clients.get(int(match[1])) if match else None
    return found


def is_admitted(tenant: Tenant, request: Request) -> bool:
    """Tell whether a request comes with the right instance and a good token."""
    return auth.bar(tenant, request) is None


def breaks_down() -> Response:
    """Return the answer of a server that raised an error."""
    return errors.refusal(errors.Kind(500, "error.msg.platform.server.side.error", "Internal server error", "Internal server error"))


def in_scene(when: Operation, edit: Callable[[Scene], Response | None]) -> OnRequest:
    """Give back what `edit` makes of the answers to admitted requests about a client; None leaves one as it is."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        client = client_of(tenant, request) if when(request) and is_admitted(tenant, request) else None
        response = await call_next(request)
        return (edit(Scene(tenant, request, client, response)) if client else None) or response

    return on_request


def after_taken(when: Operation, act: Callable[[Tenant, Client], None]) -> OnRequest:
    """Do something behind the back of the honest code once a request about a client was taken."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        response = await call_next(request)
        client = client_of(tenant, request) if when(request) and taken(response) else None
        if client:
            act(tenant, client)
            call_next.mark()
        return response

    return on_request


def before(when: Operation, make: Callable[[Tenant, Request], Response | None]) -> OnRequest:
    """Answer admitted requests in place of the honest code; None lets it answer."""

    async def on_request(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
        made = make(tenant, request) if when(request) and is_admitted(tenant, request) else None
        return made or await call_next(request)

    return on_request


def edits_object(when: Operation, edit: Callable[[Body], None]) -> OnRequest:
    """Let `edit` change in place the objects that the successes of an operation answer with."""
    return edits_taken(when, lambda _, __, body: edit(body))


def kind_of(request: Request) -> KycType | None:
    """Return the type of verification that a request asks for, None if it asks for none that there is."""
    value = (sent(request) or {}).get("kycVerificationType")
    return value if value in ("PARTIAL", "FULL") else None


def gaps_of(tenant: Tenant, client: Client, kind: KycType) -> frozenset[str]:
    """Return the codes of what keeps a client from passing."""
    return frozenset(reason.code for reason in missing(client, kind, tenant.clock.today(), tenant.settings.full_demands or "any"))


def is_for_gap(response: Response) -> bool:
    """Tell whether an answer is the refusal of a verification for what is missing, wherever it has its reason."""
    codes = codes_of(response)
    return response.status == 403 and bool(codes) and errors.UNAUTHORIZED.code not in codes


def codes_of(response: Response) -> frozenset[str]:
    """Return the codes of a refusal, that of the top and those of its entries."""
    body = told(response)
    entries = [entry for entry in body.get("errors") or () if isinstance(entry, dict)]
    found = [each.get("userMessageGlobalisationCode") for each in (body, *entries)]
    return frozenset(code for code in found if isinstance(code, str))


def verified(tenant: Tenant, client: Client, kind: KycType = "FULL") -> Response:
    """Verify a client without a look at it; return the answer of a success."""
    approve(tenant, client, kind)
    return answer(200, {**ids(client), "data": {"clientKycStatus": "APPROVED"}})


def refused(code: tuple[str, str], client: Client) -> Response:
    """Return the refusal of a verification for one reason."""
    return errors.refusal(DOMAIN_RULE, Reason(*code, args=(client.id,)))


def passes(lie: Callable[[Scene, frozenset[str]], bool], when: Operation = is_verify) -> OnRequest:
    """Verify a client all the same that was refused for gaps, where `lie`, which gets their codes, says so."""

    def edit(scene: Scene) -> Response | None:
        kind = kind_of(scene.request)
        if kind is None or not is_for_gap(scene.response):
            return None
        gaps = gaps_of(scene.tenant, scene.client, kind)
        return verified(scene.tenant, scene.client, kind) if gaps and lie(scene, gaps) else None

    return in_scene(when, edit)


def refuses(code: tuple[str, str], lie: Callable[[Tenant, Client, KycType], bool]) -> OnRequest:
    """Refuse to verify clients for which `lie` holds, before the honest code looks at them."""

    def make(tenant: Tenant, request: Request) -> Response | None:
        client, kind = client_of(tenant, request), kind_of(request)
        if client is None or kind is None or client.status != "Pending" or not tenant.settings.may_verify:
            return None
        return refused(code, client) if lie(tenant, client, kind) else None

    return before(is_verify, make)


def edits_refusal(edit: Callable[[Body], object], status: int | None = None) -> OnRequest:
    """Let `edit` change in place the refusals of verification for gaps, and give them another status."""

    def edited(scene: Scene) -> Response | None:
        if not is_for_gap(scene.response):
            return None
        body = told(scene.response)
        edit(body)
        return scene.response.with_json(body, status)

    return in_scene(is_verify, edited)


def everywhere(change: Callable[[Body], None]) -> Callable[[Body], None]:
    """Return an edit of the top of a refusal and of each of its entries."""

    def edit(body: Body) -> None:
        for each in (body, *(entry for entry in body.get("errors") or () if isinstance(entry, dict))):
            change(each)

    return edit


def in_entries(change: Callable[[Body], None]) -> Callable[[Body], None]:
    """Return an edit of each entry of a refusal."""

    def edit(body: Body) -> None:
        for entry in body.get("errors") or ():
            change(entry)

    return edit


def puts(name: str, value: object) -> Callable[[Body], None]:
    """Return an edit that sets a member."""

    def edit(body: Body) -> None:
        body[name] = value

    return edit


def drops(name: str) -> Callable[[Body], None]:
    """Return an edit that takes a member away."""

    def edit(body: Body) -> None:
        body.pop(name, None)

    return edit


def renamed(table: Mapping[str, str]) -> Callable[[Body], None]:
    """Return an edit that puts other words in place of some, wherever they are the value of a member."""

    def edit(body: Body) -> None:
        for name, value in body.items():
            if isinstance(value, str) and value in table:
                body[name] = table[value]

    return edit
