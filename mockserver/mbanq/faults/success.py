"""Servers that refuse a client who is ready, or verify one in another way than promised (004, success criteria and outcomes)."""

from collections.abc import Callable
from datetime import date, timedelta

from msgspec.structs import replace

from mockserver.faulting import edits_answer, sent, taken
from mockserver.http import Request, Response
from mockserver.mbanq import catalogue, errors
from mockserver.mbanq.errors import DOMAIN_RULE, Reason
from mockserver.mbanq.faults.builders import (
    Body,
    Scene,
    after_taken,
    before,
    breaks_down,
    client_of,
    edits_object,
    fault,
    gaps_of,
    in_scene,
    is_activate,
    is_admitted,
    is_read,
    is_told,
    is_verify,
    kind_of,
    refused,
    refuses,
)
from mockserver.mbanq.lifecycle import NOT_VERIFIED, move
from mockserver.mbanq.model import Client, KycType
from mockserver.mbanq.verification import BAD_IDENTIFIER, NO_ADDRESS, NO_FULL_ID, valid_identifiers
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

BUSY = "error.msg.client.verification.unavailable", "The client cannot be verified."
Change = Callable[[Tenant, Client], None]


def _with_status(status: int) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        if not taken(response):
            return None
        return Response(status) if status == 204 else replace(response, status=status)

    return edits_answer(is_verify, edit)


def _with_body(body: bytes, kind: str) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return replace(response, body=body, headers={"content-type": kind}) if taken(response) else None

    return edits_answer(is_verify, edit)


def _activates(tenant: Tenant, client: Client) -> None:
    move(tenant, client, "Active")


def _verifies_everybody(tenant: Tenant, _: Client) -> None:
    for each in tenant.data.clients.values():
        each.verified = each.verified or each.status == "Pending"


def _sets(**values: object) -> Change:
    def change(_: Tenant, client: Client) -> None:
        for name, value in values.items():
            setattr(client, name, value)

    return change


def _sets_profile(**values: object) -> Change:
    def change(_: Tenant, client: Client) -> None:
        for name, value in values.items():
            setattr(client.profile, name, value)

    return change


def _drops(name: str) -> Change:
    def change(_: Tenant, client: Client) -> None:
        getattr(client, name).clear()

    return change


def _prolongs(_: Tenant, client: Client) -> None:
    for each in client.identifiers:
        each.status, each.expires = "Active", (each.expires or date(2030, 1, 1)) + timedelta(days=365)


CHANGES: tuple[tuple[str, str, Change], ...] = (
    ("renames", "gives a client another name once it is verified", _sets_profile(firstname="Verified")),
    ("makes_younger", "changes the date of birth of whom it verifies", _sets_profile(birth=date(2000, 1, 1))),
    ("forgets_email", "forgets the e-mail address of whom it verifies", _sets(email=None)),
    ("forgets_mobile", "forgets the mobile number of whom it verifies", _sets(mobile=None)),
    ("drops_addresses", "drops the addresses of whom it verifies", _drops("addresses")),
    ("drops_identifiers", "drops the documents of whom it verifies", _drops("identifiers")),
    ("changes_identifiers", "changes the dates of the documents of whom it verifies", _prolongs),
)


async def _forgets(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Show that a client is verified once or twice, and forget it then."""
    response = await call_next(request)
    client = client_of(tenant, request) if (is_read(request) or is_told(request)) and taken(response) else None
    if client and client.verified:
        reads: dict[int, int] = tenant.memory.setdefault("forgets_verified", {})
        reads[client.id] = reads.get(client.id, 0) + 1
        client.verified = reads[client.id] < 2
        call_next.mark()
    return response


async def _looks_at_a_snapshot(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Judge a client by what was known of it before the last change."""
    response = await call_next(request)
    client = client_of(tenant, request) if is_verify(request) and taken(response) else None
    if client is None:
        return response
    known: dict[int, int] = tenant.memory.setdefault("looks_at_a_snapshot", {})
    before_this, known[client.id] = known.get(client.id, 0), len(client.added)
    if before_this == len(client.added):
        return response
    client.verified = False
    return refused(NO_ADDRESS if "address" in client.added[before_this:] else BAD_IDENTIFIER, client)


def _came_before(first: str, second: str) -> Callable[[Tenant, Client, KycType], bool]:
    """Return a test for clients of whom one thing was added before the other."""

    def lie(_: Tenant, client: Client, __: KycType) -> bool:
        added = client.added
        return first in added and second in added and added.index(first) < len(added) - 1 - added[::-1].index(second)

    return lie


def _knows_no(kind: KycType) -> OnRequest:
    says = f"The parameter `kycVerificationType` is unknown: {kind}."
    reason = Reason("validation.msg.client.kycVerificationType.is.not.one.of.expected.enumerations", says, "kycVerificationType")

    def make(_: Tenant, request: Request) -> Response | None:
        return errors.refusal(errors.INVALID, reason) if kind_of(request) == kind else None

    return before(is_verify, make)


def _types(tenant: Tenant, client: Client) -> list[str]:
    return [catalogue.IDENTIFIER_TYPES[each.type_id].name for each in valid_identifiers(client, tenant.clock.today())]


def _is_ready(tenant: Tenant, client: Client, kind: KycType) -> bool:
    return not gaps_of(tenant, client, kind)


def _ignores(*types: str) -> OnRequest:
    """Refuse FULL to clients who have nothing for it but documents of some types."""

    def lie(tenant: Tenant, client: Client, kind: KycType) -> bool:
        names = [name for name in _types(tenant, client) if name != "Any Other Id Type"]
        return kind == "FULL" and _is_ready(tenant, client, kind) and bool(names) and set(names) <= set(types)

    return refuses(NO_FULL_ID, lie)


def _counts(test: Callable[[list[str]], bool]) -> OnRequest:
    """Refuse ready clients by the names of their valid documents."""
    return refuses(BAD_IDENTIFIER, lambda tenant, client, kind: _is_ready(tenant, client, kind) and test(_types(tenant, client)))


def _has_bad_document(tenant: Tenant, client: Client, kind: KycType) -> bool:
    bad = any(not each.is_valid(tenant.clock.today()) for each in client.identifiers)
    return bad and _is_ready(tenant, client, kind)


def _counts_addresses(test: Callable[[int], bool]) -> OnRequest:
    return refuses(NO_ADDRESS, lambda tenant, client, kind: _is_ready(tenant, client, kind) and test(len(client.addresses)))


def _names_another(body: Body) -> None:
    body["clientId"] = body["resourceId"] = body["clientId"] + 1


def _names_as_text(body: Body) -> None:
    body["clientId"], body["resourceId"] = str(body["clientId"]), str(body["resourceId"])


def _says_pending(body: Body) -> None:
    body["data"] = {"clientKycStatus": "PENDING"}


def _stumbles_over_note(_: Tenant, request: Request) -> Response | None:
    return breaks_down() if "note" in (sent(request) or {}) else None


def _stays_blocked(scene: Scene) -> Response | None:
    if not taken(scene.response) or scene.client.manual_review is not None:
        return None
    scene.client.status, scene.client.activated = "Pending", None
    return errors.refusal(DOMAIN_RULE, NOT_VERIFIED)


async def _answers_first(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer 200 to whoever is ready, and do nothing else."""
    client = client_of(tenant, request) if is_verify(request) and is_admitted(tenant, request) else None
    was = (client.verified, client.kyc_type) if client else None
    response = await call_next(request)
    if client and was and taken(response):
        client.verified, client.kyc_type = was
        call_next.mark()
    return response


ORDERS = (("identifier", "address"), ("identifier", "email"), ("identifier", "mobile"), ("address", "email"), ("address", "mobile"))

FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"verifies_with_{status}", "verify-ready-client-ok", f"answers a verification with {status}", _with_status(status))
        for status in (201, 202, 204)
    ),
    fault("refuses_everybody", "verify-ready-client-ok", "verifies nobody at all", refuses(BUSY, _is_ready)),
    fault("verifies_without_effect", "verify-sets-verified", "answers 200 and verifies nobody", _answers_first),
    fault(
        "forgets_verified",
        "verify-persists verify-lost-answer-readable",
        "forgets that a client is verified once that was read twice",
        _forgets,
    ),
    fault(
        "verify_activates",
        "verify-only-substatus life-cycle-agrees-with-the-model",
        "makes a client Active that it verifies",
        after_taken(is_verify, _activates),
    ),
    fault(
        "blocks_verified_clients", "verify-enables-activation", "activates nobody by verification", in_scene(is_activate, _stays_blocked)
    ),
    fault("knows_no_full", "verify-full-accepted", "does not know FULL", _knows_no("FULL")),
    fault("knows_no_partial", "verify-partial-accepted", "does not know PARTIAL", _knows_no("PARTIAL")),
    *(fault(f"verify_{name}", "verify-keeps-profile", says, after_taken(is_verify, change)) for name, says, change in CHANGES),
    fault(
        "verifies_all_clients",
        "verify-touches-only-this-client",
        "verifies all clients with one",
        after_taken(is_verify, _verifies_everybody),
    ),
    *(
        fault(
            f"wants_{second}_before_{first}",
            "verify-order-of-documents-irrelevant",
            f"refuses a client whose {first} came before the {second}",
            refuses(BUSY, _came_before(first, second)),
        )
        for first, second in ORDERS
    ),
    fault(
        "looks_at_a_snapshot",
        "verify-late-documents-count",
        "judges a client by what was known of it before the last change",
        _looks_at_a_snapshot,
    ),
    fault("verifies_with_nothing", "verify-success-json", "answers a verification with nothing", _with_body(b"", "application/json")),
    fault("verifies_with_text", "verify-success-json", "answers a verification with a word", _with_body(b"Verified", "text/plain")),
    fault("verifies_with_a_list", "verify-success-json", "answers a verification with a list", _with_body(b"[]", "application/json")),
    fault(
        "names_another_client",
        "verify-success-names-client",
        "names another client than it verified",
        edits_object(is_verify, _names_another),
    ),
    fault("names_the_client_in_text", "verify-success-names-client", "gives ids as text", edits_object(is_verify, _names_as_text)),
    fault("says_pending_with_200", "verify-success-kyc-status", "answers PENDING with 200", edits_object(is_verify, _says_pending)),
    fault("breaks_down_on_a_note", "verify-note-accepted", "answers 500 to a note", before(is_verify, _stumbles_over_note)),
    fault("ignores_ssn", "verify-ssn-suffices-full", "asks who has an SSN for another document for FULL", _ignores("SSN")),
    fault("ignores_itin", "verify-itin-suffices-full", "asks who has an ITIN for another document for FULL", _ignores("ITIN")),
    fault(
        "ignores_physical_id",
        "verify-physical-id-suffices-full",
        "asks who has a physical ID for an SSN or ITIN for FULL",
        _ignores("Passport", "Drivers License", "National ID"),
    ),
    fault("knows_no_passport", "verify-passport-counts", "does not count a passport", _counts(lambda names: set(names) == {"Passport"})),
    fault("demands_two_documents", "verify-one-identifier-enough", "asks for two documents", _counts(lambda names: len(names) == 1)),
    fault(
        "demands_one_document",
        "verify-several-identifiers-ok",
        "refuses two documents",
        _counts(lambda names: len(names) > 1),
    ),
    fault(
        "refuses_three_documents",
        "verify-several-identifiers-ok",
        "refuses three documents",
        _counts(lambda names: len(names) > 2),
    ),
    fault(
        "refuses_any_expired_document",
        "verify-valid-beside-expired-ok",
        "refuses who has a bad document beside a good one",
        refuses(BAD_IDENTIFIER, _has_bad_document),
    ),
    fault("demands_two_addresses", "verify-one-address-enough", "asks for two addresses", _counts_addresses(lambda count: count == 1)),
    fault("refuses_two_addresses", "verify-several-addresses-ok", "refuses a second address", _counts_addresses(lambda count: count > 1)),
)
