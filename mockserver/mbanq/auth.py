"""The password grant, bearer tokens, and the banking instance that every call names (facts 4.1)."""

import secrets
from urllib.parse import parse_qsl

import msgspec

from mockserver.clock import SECOND
from mockserver.http import Request, Response, answer
from mockserver.mbanq import errors
from mockserver.mbanq.errors import Reason
from mockserver.mbanq.model import Data, Token
from mockserver.tenants import Registry, Tenant

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
FORM = "application/x-www-form-urlencoded"
# Published defaults of every instance (facts 4.1).
CLIENT_ID, CLIENT_SECRET = "api", "secret"
GRANTS = {"password": ("username", "password"), "refresh_token": ("refresh_token",)}


class Credentials(msgspec.Struct):
    """What a client of the API is given."""

    username: str
    password: str
    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str
    tenant_id: str


DEMO = Credentials("demo-user", "demo-password", CLIENT_ID, CLIENT_SECRET, "demo-mbanq-token", "demo-mbanq-refresh-token", "demo-bank")


def fresh() -> Credentials:
    """Return credentials that nobody can guess."""
    access, refresh, password = (secrets.token_urlsafe(32) for _ in range(3))
    user, bank = f"user-{secrets.token_hex(8)}", f"bank-{secrets.token_hex(8)}"
    return Credentials(user, password, CLIENT_ID, CLIENT_SECRET, access, refresh, bank)


def open_account(tenant: Tenant, credentials: Credentials) -> Credentials:
    """Give a tenant its instance, its user and a first pair of tokens."""
    data: Data = tenant.data
    data.tenant_id, data.username, data.password = credentials.tenant_id, credentials.username, credentials.password
    tenant.claim(data.tenant_id)
    issue(tenant, credentials.access_token, credentials.refresh_token)
    return credentials


def issue(tenant: Tenant, access: str, refresh: str) -> None:
    """Make an access token and a refresh token good from now on."""
    now = tenant.clock.now()
    tenant.data.tokens[access] = Token("access", now + tenant.settings.token_seconds * SECOND)
    tenant.data.tokens[refresh] = Token("refresh", now + tenant.settings.refresh_seconds * SECOND)
    tenant.claim(access)
    tenant.claim(refresh)


def instance(request: Request) -> str:
    """Return the banking instance that a request names, in the header or else in the query; empty if it names none."""
    return request.headers.get("tenantid", "") or request.parameter("tenantIdentifier") or ""


def bearer(request: Request) -> str:
    """Return the token that a request carries, however it presents it."""
    return request.headers.get("authorization", "").rpartition(" ")[2]


def owner(registry: Registry, request: Request) -> Tenant | None:
    """Return the tenant of the token, good or not, else the one whose instance is named."""
    return registry.owners.get(bearer(request)) or registry.owners.get(instance(request))


def bar(tenant: Tenant | None, request: Request) -> Response | None:
    """Return the refusal of a caller who may not come in: 401 for the instance, then 401 for the token."""
    if refused := bar_instance(tenant, request):
        return refused
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    good = tenant is not None and scheme.lower() == "bearer" and instance(request) == tenant.data.tenant_id
    return None if tenant and good and _is_good(tenant, value, "access") else errors.refusal(errors.UNAUTHENTICATED)


def bar_instance(tenant: Tenant | None, request: Request) -> Response | None:
    """Refuse a request that names no instance, or one that does not exist."""
    found = tenant.registry.owners.get(instance(request)) if tenant else None
    known = tenant is not None and found is not None and found.provider is tenant.provider and found.data.tenant_id == instance(request)
    return None if known else errors.refusal(errors.NO_SUCH_TENANT)


def token(tenant: Tenant | None, request: Request) -> Response:
    """Answer `POST /oauth/token`: a pair of tokens for user and password or for a refresh token; 400, 401 or 415 else."""
    if refused := bar_instance(tenant, request):
        return refused
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return errors.refusal(errors.WRONG_TYPE)
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if wrong := _wrong(form):
        return errors.refusal(errors.INVALID, *wrong)
    if tenant is None or instance(request) != tenant.data.tenant_id or not _proves(tenant, form):
        return errors.refusal(errors.UNAUTHENTICATED)
    return _pair(tenant)


def _wrong(form: dict[str, str]) -> list[Reason]:
    grant = form.get("grant_type", "")
    if grant and grant not in GRANTS:
        says = f"The parameter `grant_type` must be one of {', '.join(GRANTS)}."
        return [Reason("validation.msg.token.grant_type.is.not.one.of.expected.enumerations", says, "grant_type")]
    needed = ("grant_type", *GRANTS.get(grant, ()))
    blank = [name for name in needed if not form.get(name)]
    return [Reason(f"validation.msg.token.{name}.cannot.be.blank", f"The parameter `{name}` is mandatory.", name) for name in blank]


def _proves(tenant: Tenant, form: dict[str, str]) -> bool:
    if form.get("client_id", CLIENT_ID) != CLIENT_ID or form.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET:
        return False
    if form["grant_type"] == "refresh_token":
        return _is_good(tenant, form["refresh_token"], "refresh")
    same_user = form["username"] == tenant.data.username
    return same_user and secrets.compare_digest(form["password"].encode(), tenant.data.password.encode())


def _is_good(tenant: Tenant, value: str, kind: str) -> bool:
    known = tenant.data.tokens.get(value)
    return known is not None and known.kind == kind and tenant.clock.now() < known.expires


def _pair(tenant: Tenant) -> Response:
    access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    issue(tenant, access, refresh)
    pair = {"access_token": access, "token_type": "bearer", "refresh_token": refresh}
    return answer(200, {**pair, "expires_in": tenant.settings.token_seconds, "scope": "all"})
