"""Who is judged: one TOML file per target, with names of environment variables in the place of secrets."""

from __future__ import annotations

import datetime as dt
import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from harness.errors import UsageError, did_you_mean
from harness.provisioning import Given

TARGETS = Path("targets")

# What a target can claim to offer beyond the documented operations; rules ask for them by `needs`.
CAPABILITIES = {
    "read": "a customer can be read back",
    "webhooks": "webhooks reach the inbox of the run",
    "status-control": "a customer can be put into a status",
    "ready-clients": "clients that may be verified, or lack one thing for it, are at hand or can be made",
    "clock": "the target's clock can be moved",
    "hold": "the asynchronous step can be held open",
    "second-tenant": "a second client of the provider is at hand",
    "reliance": "a client with RELIANCE enabled is at hand",
    "selfie-required": "a client that must send a selfie is at hand",
    "fail-processing": "the asynchronous step can be made to fail",
    "files-history": "the documents that a customer holds can be looked at",
    "token-exchange": "tokens are issued for client credentials",
    "typed-catalogues": "the catalogues of individuals and of businesses are known to differ",
    "history": "the statuses that a customer went through can be looked at",
    "large-files": "bodies of tens of megabytes may be sent",
    "business-customers": "customers that are businesses are at hand",
    "stored-data": "what is stored of a customer can be looked at",
    "wallet-setup": "tokens, wallets, balances and allowances can be made",
    "limited-client": "a caller of limited rights is at hand",
}
# Further clients that a target without a control API can name, under `clients`; the others a run makes, or does without.
ROLES = {
    "second": "another client, from whom the first one's data are hidden",
    "quiet": "a client with few customers, for rules that look through the whole list of them",
    "reliance": "a client for whom RELIANCE is enabled",
    "selfie-required": "a client that must send a selfie",
    "may-verify": "a caller who may not verify clients",
    "may-activate": "a caller who may not activate clients",
    "enforce-verification": "a client of an instance that activates verified clients only",
}
# Claims that hold only with a client in a role, where no control API makes one.
ROLE_OF = {"second-tenant": "second", "reliance": "reliance", "selfie-required": "selfie-required"}


Seconds = Annotated[float, msgspec.Meta(gt=0)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long to wait, and how much may be sent.

    `timeout_seconds`: for an answer. `poll_seconds`: for an asynchronous state. `requests_per_second`: the most in any second, of all
    processes of a run together. `requests` and `minutes`: the budget of a run; what it does not reach is not checkable.
    `read_retries`: how often a read is sent again whose answer was lost, or was 429, 502, 503 or 504; writes never are.
    `patience_seconds`: how long a run may wait, all told, for a target that went away to come back.
    """

    timeout_seconds: Seconds = 30.0
    poll_seconds: Seconds = 120.0
    requests_per_second: Seconds | None = None
    requests: Annotated[int, msgspec.Meta(gt=0)] | None = None
    minutes: Seconds | None = None
    read_retries: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0
    patience_seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0


# Keys of a target's `auth` that a kind cannot do without, and those that may stand beside any.
NEEDED: dict[str, tuple[str, ...]] = {
    "control": (),
    "bearer": ("token_env",),
    "client-credentials": ("client_id_env", "client_secret_env", "operation"),
    "password": ("username_env", "password_env", "operation"),
}
OPTIONAL = ("client_id_env", "client_secret_env", "tenant_env")


class Auth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How requests are authorised.

    `control`: the target's control API hands out credentials. `bearer`: a token from the environment.
    `client-credentials`: id and secret from the environment, exchanged for a token by the operation named.
    `password`: the same with user and password (and id and secret, where the provider wants them), sent as a form.
    The credential is sent in `header`, behind `scheme` where that is not empty. `tenant_header` names the header that says whose
    data is meant, where a provider wants one; its value is in the environment under `tenant_env`, or comes from the control API.
    """

    kind: Literal["control", "bearer", "client-credentials", "password"]
    token_env: str | None = None
    client_id_env: str | None = None
    client_secret_env: str | None = None
    username_env: str | None = None
    password_env: str | None = None
    tenant_env: str | None = None
    tenant_header: str | None = None
    operation: str | None = None
    header: str = "Authorization"
    scheme: str = "Bearer"

    def variables(self) -> list[str]:
        """The environment variables that this kind needs."""
        return [name for key in (*NEEDED[self.kind], *OPTIONAL) if key.endswith("_env") and (name := getattr(self, key))]

    def missing_keys(self) -> list[str]:
        """Keys that this kind needs and the file lacks."""
        return [key for key in NEEDED[self.kind] if not getattr(self, key)]


class ProviderTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One provider at a target. `url` for a provider of its own host (or `url_env`, the variable that holds it), else `path` under the
    target's URL.

    `specification` names what the provider promises there, or `specifications` where it takes several documents, as for two versions.
    `version`: the provider's version that runs there, as far as it is known.
    `canary`: the read that must work; `canary_path` fills its path, and `canary_status` is the documented answer where that names nothing.
    `webhook_secret_env`: the variable with the secret that signs webhooks.
    `given`: how things come about that no documented call makes, by kind.
    `tenant_settings`: settings of every client that the control API makes.
    `clients`: credentials of further clients by role (`ROLES`), where no control API makes them.
    """

    canary: str
    auth: Auth
    specification: str = ""
    specifications: list[str] = []
    canary_path: dict[str, str] = {}
    canary_status: int = 200
    url: str | None = None
    url_env: str | None = None
    path: str = ""
    capabilities: list[str] = []
    clients: dict[str, Auth] = {}
    production_hosts: list[str] = []
    tenant_settings: dict[str, str | int | float | bool] = {}
    version: str = ""
    given: dict[str, Given] = {}
    webhook_secret_env: str | None = None

    @property
    def documents(self) -> tuple[Path, ...]:
        """What the provider promises at this target."""
        return tuple(map(Path, self.specifications or [self.specification]))


Text = Annotated[str, msgspec.Meta(pattern=r"\S")]


class Deviation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a target's `[[deviations]]`.

    `version`: the provider's version on which it was seen; at another version of the target it must be looked at again.
    `says`: words that the breach's message must hold, so that the entry does not hide another breach of the same rule.
    """

    rule: Text
    reason: Text
    owner: Text
    issue: Text
    expires: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    version: str = ""
    says: str = ""


class PublicInbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where webhooks of a sandbox arrive: a public address that the user leads to `host` and `port` of the machine of the run."""

    url: Annotated[str, msgspec.Meta(pattern="^https?://")]
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    host: str = "127.0.0.1"


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One target file. `variants`: readings of the documents that a server with our control API is to take."""

    description: str
    providers: dict[str, ProviderTarget]
    name: str = ""
    url: str | None = None
    embedded: bool = False
    control: bool = False
    control_token_env: str | None = None
    ca_file: str | None = None
    limits: Limits = Limits()
    inbox: PublicInbox | None = None
    deviations: list[Deviation] = []
    variants: list[str] = []

    def base_url(self, provider: str) -> str:
        """Where the provider's operations live."""
        entry = self.providers[provider]
        if entry.url:
            return entry.url.rstrip("/") + entry.path
        if not self.url:
            raise UsageError(f"targets/{self.name}.toml gives no url for {provider!r}; add one, or call with --url URL")
        return self.url.rstrip("/") + entry.path


def load_target(name: str, *, url: str | None = None, production: Sequence[str] = (), targets: Path = TARGETS) -> Target:
    """Read and validate `targets/NAME.toml`, or the file itself where the name ends so; anything wrong in it is a `UsageError`.

    A production host is refused unless `production` repeats its name.
    """
    path = Path(name) if name.endswith(".toml") else targets / f"{name}.toml"
    if not path.is_file():
        known = [each.stem for each in targets.glob("*.toml")]
        raise UsageError(f"--target {name}: there is no {path}; {did_you_mean(path.stem, known)}")
    try:
        target = msgspec.toml.decode(path.read_bytes(), type=Target)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from None
    found = {name: _addressed(entry) for name, entry in target.providers.items()}
    target = msgspec.structs.replace(
        target, name=path.stem, url=url or target.url, embedded=target.embedded and url is None, providers=found
    )
    _validate(target, path, production)
    return target


def _addressed(entry: ProviderTarget) -> ProviderTarget:
    from_environment = os.environ.get(entry.url_env) if entry.url_env else None
    return msgspec.structs.replace(entry, url=entry.url or from_environment or None)


def _validate(target: Target, path: Path, production: Sequence[str]) -> None:
    _check_url(target.url, path)
    _check_ca_file(target.ca_file, path)
    for provider, entry in target.providers.items():
        _check_url(entry.url, path)
        if bool(entry.specification) == bool(entry.specifications):
            raise UsageError(f"{path}: {provider} needs either `specification` or `specifications`")
        for capability in entry.capabilities:
            if capability not in CAPABILITIES:
                raise UsageError(f"{path}: {provider} claims {capability!r}, {did_you_mean(capability, CAPABILITIES)}")
        _check_roles(entry, provider, path)
        if "webhooks" in entry.capabilities and not target.control and target.inbox is None:
            raise UsageError(f"{path}: {provider} claims 'webhooks', so say in [inbox] at which public url they arrive, and at which port")
        for key in entry.auth.missing_keys():
            raise UsageError(f"{path}: {provider}.auth of kind {entry.auth.kind!r} needs {key!r}")
        if entry.auth.kind == "control" and not target.control:
            raise UsageError(f"{path}: {provider}.auth asks for credentials from a control API, but the target has `control = false`")
        _refuse_production(target, provider, path, production)
        _check_given(entry, path)


def _check_roles(entry: ProviderTarget, provider: str, path: Path) -> None:
    for role in entry.clients:
        if role not in ROLES:
            raise UsageError(f"{path}: {provider}.clients names the role {role!r}, {did_you_mean(role, ROLES)}")
    for claim, role in ROLE_OF.items():
        if entry.auth.kind != "control" and claim in entry.capabilities and role not in entry.clients:
            raise UsageError(
                f"{path}: {provider} claims {claim!r}, so name that client's credentials in [providers.{provider}.clients.{role}]"
            )


def _check_url(url: str | None, path: Path) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
        # A password in an address would be printed with it.
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        good = False
    if not good:
        shown = url.rpartition("@")[2]
        raise UsageError(
            f"{path}: {shown!r} is no address to send to; one looks like https://sandbox.example.com, without user and password"
        )


def _check_ca_file(ca_file: str | None, path: Path) -> None:
    if ca_file is None:
        return
    try:
        ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise UsageError(
            f"{path}: ca_file {ca_file!r} cannot be used: {error.strerror or error}; give a file of PEM certificates"
        ) from None


def _refuse_production(target: Target, provider: str, path: Path, production: Sequence[str]) -> None:
    url = target.providers[provider].url or target.url
    host = urlsplit(url).hostname if url else None
    if host in target.providers[provider].production_hosts and host not in production:
        raise UsageError(
            f"{path}: {host} is {provider}'s production host; this suite creates customers and attaches documents, so use the sandbox,"
            f" or say --production {host} if that is what you mean"
        )


def _check_given(entry: ProviderTarget, path: Path) -> None:
    for kind, given in entry.given.items():
        if bool(given.items) == bool(given.steps):
            raise UsageError(f"{path}: given.{kind} needs either `items` (what there is) or `steps` (how one is made)")
        if given.cleanup and not given.steps:
            raise UsageError(f"{path}: given.{kind} has `cleanup`, but its `items` are not ours to take away")


def check_environment(target: Target, providers: list[str]) -> None:
    """Fail at once where an environment variable that the selected providers need is not set."""
    needed = [name for provider in providers for auth in _auths(target.providers[provider]) for name in auth.variables()]
    needed += [name for provider in providers if (name := target.providers[provider].webhook_secret_env)]
    needed += [name for provider in providers if (name := target.providers[provider].url_env)]
    if target.control and target.control_token_env:
        needed.append(target.control_token_env)
    missing = [name for name in dict.fromkeys(needed) if not os.environ.get(name)]
    if missing:
        raise UsageError(f"target {target.name!r} needs the environment variable {', '.join(missing)}; set it and run again")


def _auths(entry: ProviderTarget) -> list[Auth]:
    return [entry.auth, *entry.clients.values()]


def select_providers(target: Target, wanted: list[str]) -> list[str]:
    """The providers to judge: those asked for, or all that the target has."""
    for name in wanted:
        if name not in target.providers:
            raise UsageError(f"--provider {name}: target {target.name!r} has no such provider; {did_you_mean(name, target.providers)}")
    return list(dict.fromkeys(wanted)) or sorted(target.providers)
