"""Servers that refuse a verification in another shape than promised (004, failure handling and integration guidance)."""

from collections.abc import Callable

from msgspec.structs import replace

from mockserver.faulting import told
from mockserver.http import Response
from mockserver.mbanq import errors
from mockserver.mbanq.errors import UNAUTHORIZED
from mockserver.mbanq.faults.builders import (
    Body,
    Scene,
    codes_of,
    drops,
    edits_refusal,
    everywhere,
    fault,
    gaps_of,
    in_entries,
    in_scene,
    is_for_gap,
    is_verify,
    kind_of,
    puts,
    renamed,
)
from mockserver.mbanq.verification import (
    BAD_EMAIL,
    BAD_IDENTIFIER,
    BAD_MOBILE,
    NO_ADDRESS,
    NO_EMAIL,
    NO_FULL_ID,
    NO_IDENTIFIER,
    NO_MOBILE,
)
from mockserver.wrappers import Fault, OnRequest

DEVELOPER, CODE, USER = "developerMessage", "userMessageGlobalisationCode", "defaultUserMessage"
GAPS = {
    "missing_address": NO_ADDRESS,
    "missing_identifier": NO_IDENTIFIER,
    "bad_identifier": BAD_IDENTIFIER,
    "missing_email": NO_EMAIL,
    "unverified_email": BAD_EMAIL,
    "missing_mobile": NO_MOBILE,
    "missing_full_id": NO_FULL_ID,
}
# Whose refusals a careless server gives the same text.
CONFUSED = (
    ("missing_identifier", "missing_address"),
    ("missing_email", "missing_address"),
    ("missing_mobile", "missing_email"),
)
VALUES: tuple[tuple[str, Callable[[str], Callable[[Body], None]]], ...] = (
    ("no", drops),
    ("null", lambda name: puts(name, None)),
    ("empty", lambda name: puts(name, "")),
    ("blank", lambda name: puts(name, "  ")),
    ("numeric", lambda name: puts(name, 403)),
)


def _for(gap: str, status: int) -> OnRequest:
    """Answer refusals for one gap alone with another status."""

    def edit(scene: Scene) -> Response | None:
        return replace(scene.response, status=status) if is_for_gap(scene.response) and _is_about(scene, GAPS[gap][0]) else None

    return in_scene(is_verify, edit)


def _is_about(scene: Scene, code: str) -> bool:
    kind = kind_of(scene.request)
    gaps = gaps_of(scene.tenant, scene.client, kind) if kind else frozenset()
    return code in gaps and gaps <= {code, NO_FULL_ID[0]}


def _confuses(gap: str, other: str) -> OnRequest:
    """Give the refusals for a gap the code and the text of those for another."""
    (code, text), (other_code, other_text) = GAPS[gap], GAPS[other]
    return edits_refusal(everywhere(renamed({code: other_code, text: other_text})))


def _with_other_code(scene: Scene) -> Response | None:
    if not is_for_gap(scene.response):
        return None
    body = told(scene.response)
    in_entries(puts(CODE, f"error.msg.client.verification.{scene.tenant.new_number() % 10**9}"))(body)
    return scene.response.with_json(body)


def _names_what_is_there(scene: Scene) -> Response | None:
    """Name something as missing that is there, in place of what is missing."""
    kind = kind_of(scene.request)
    if kind is None or not is_for_gap(scene.response):
        return None
    gaps = gaps_of(scene.tenant, scene.client, kind)
    met = next((gap for gap in (NO_ADDRESS, NO_EMAIL, NO_MOBILE, NO_IDENTIFIER) if _is_met(scene, gap, gaps)), None)
    return errors.refusal(errors.DOMAIN_RULE, errors.Reason(*met, args=(scene.client.id,))) if met else None


def _is_met(scene: Scene, gap: tuple[str, str], gaps: frozenset[str]) -> bool:
    near = {NO_EMAIL: BAD_EMAIL, NO_MOBILE: BAD_MOBILE, NO_IDENTIFIER: BAD_IDENTIFIER}
    return gap[0] not in gaps and near.get(gap, gap)[0] not in gaps and scene.client.status == "Pending"


def _names_more(scene: Scene) -> Response | None:
    """Name something as missing that is there, beside what is missing."""
    found = _names_what_is_there(scene)
    if found is None:
        return None
    body = told(scene.response)
    body["errors"] = [*told(found)["errors"], *(body.get("errors") or ())]
    return scene.response.with_json(body)


def _as_permission(scene: Scene) -> Response | None:
    return errors.unauthorized("VERIFY_CLIENT") if is_for_gap(scene.response) else None


def _permission_for_a_gap(scene: Scene) -> Response | None:
    """Answer a missing permission with the words of a missing address."""
    if UNAUTHORIZED.code not in codes_of(scene.response):
        return None
    return errors.refusal(errors.DOMAIN_RULE, errors.Reason(*NO_ADDRESS, args=(scene.client.id,)))


def _with_type(kind: str, body: bytes | None = None) -> OnRequest:
    def edit(scene: Scene) -> Response | None:
        if not is_for_gap(scene.response):
            return None
        return Response(403, {"content-type": kind}, scene.response.body if body is None else body)

    return in_scene(is_verify, edit)


def _leaks(place: Callable[[Body, str], None]) -> OnRequest:
    """Put the key of a document of the client into its refusal."""

    def edit(scene: Scene) -> Response | None:
        if not is_for_gap(scene.response) or not scene.client.identifiers:
            return None
        body = told(scene.response)
        place(body, scene.client.identifiers[0].key)
        return scene.response.with_json(body)

    return in_scene(is_verify, edit)


def _into_args(body: Body, key: str) -> None:
    for entry in body.get("errors") or ():
        entry["args"] = [{"value": key}]


def _into_text(body: Body, key: str) -> None:
    body[DEVELOPER] = f"{body.get(DEVELOPER)} Documents seen: {key}"


def _entries_as_map(body: Body) -> None:
    body["errors"] = {str(index): entry for index, entry in enumerate(body.get("errors") or ())}


ENTRIES: tuple[tuple[str, str, Callable[[Body], None]], ...] = (
    ("numbers_for_messages", "gives the message of an entry as a number", puts(DEVELOPER, 403)),
    ("lists_of_messages", "gives the message for the user as a list", puts(USER, ["not verified"])),
    ("numbers_for_codes", "gives the code of an entry as a number", puts(CODE, 4031)),
    ("args_as_text", "gives the args of an entry as text", puts("args", "1")),
    ("args_as_object", "gives the args of an entry as an object", puts("args", {"value": 1})),
)

FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"refuses_with_{word}_{what}", rule, f"refuses with a {member} that is {word}", edits_refusal(everywhere(make(member))))
        for what, rule, member in (("message", "refusal-has-developermessage", DEVELOPER), ("code", "refusal-has-code", CODE))
        for word, make in VALUES
    ),
    *(
        fault(
            f"refuses_with_{status}", "refusal-status-403", f"refuses a verification with {status}", edits_refusal(lambda _: None, status)
        )
        for status in (400, 409, 422, 500)
    ),
    *(
        fault(
            f"answers_422_to_{gap}", "refusal-status-403", f"answers 422 to a client with the gap {gap.replace('_', ' ')}", _for(gap, 422)
        )
        for gap in GAPS
    ),
    fault(
        "gives_one_reason_for_all",
        "refusal-reason-specific",
        "gives every gap the same reason",
        edits_refusal(everywhere(renamed({piece: NO_ADDRESS[index] for gap in GAPS.values() for index, piece in enumerate(gap)}))),
    ),
    *(
        fault(
            f"takes_{gap}_for_{other}",
            "refusal-reason-specific",
            f"gives {gap.replace('_', ' ')} the reason of another gap",
            _confuses(gap, other),
        )
        for gap, other in CONFUSED
    ),
    fault("makes_codes_up", "refusal-reason-stable", "gives a gap another code each time", in_scene(is_verify, _with_other_code)),
    fault("names_what_is_there", "refusal-reason-true", "names what is there as missing", in_scene(is_verify, _names_what_is_there)),
    fault(
        "names_more_than_is_missing", "refusal-reason-true", "names what is there beside what is missing", in_scene(is_verify, _names_more)
    ),
    fault(
        "gives_sentences_for_codes",
        "refusal-code-machine-readable",
        "gives a sentence for a code",
        edits_refusal(in_entries(puts(CODE, "The client lacks something, please add it"))),
    ),
    fault(
        "calls_gaps_a_conflict",
        "refusal-top-code-domain",
        "gives refusals the code of a conflict at the top",
        edits_refusal(puts(CODE, "error.msg.platform.service.conflict")),
    ),
    fault(
        "says_400_with_403", "refusal-httpstatuscode-string", "says 400 in a refusal with 403", edits_refusal(puts("httpStatusCode", "400"))
    ),
    fault(
        "says_nothing_with_403",
        "refusal-httpstatuscode-string",
        "gives no number as httpStatusCode",
        edits_refusal(puts("httpStatusCode", "Forbidden")),
    ),
    fault(
        "wraps_the_user_message",
        "refusal-default-user-message",
        "gives the message for the user as an object",
        edits_refusal(everywhere(puts(USER, {"en": "not verified"}))),
    ),
    fault("refuses_with_a_map", "refusal-errors-list", "gives the entries of a refusal as a map", edits_refusal(_entries_as_map)),
    fault("refuses_without_entries", "refusal-errors-list", "gives no entry in a refusal", edits_refusal(puts("errors", []))),
    *(fault(f"gives_{name}", "refusal-entry-shape", says, edits_refusal(in_entries(change))) for name, says, change in ENTRIES),
    fault(
        "calls_gaps_a_permission",
        "refusal-distinct-from-permission",
        "calls a gap a missing permission",
        in_scene(is_verify, _as_permission),
    ),
    fault(
        "calls_permissions_a_gap",
        "refusal-distinct-from-permission permission-needed",
        "calls a missing permission a gap",
        in_scene(is_verify, _permission_for_a_gap),
    ),
    fault("refuses_as_page", "refusal-json", "calls the JSON of a refusal HTML", _with_type("text/html")),
    fault("refuses_in_html", "refusal-json", "refuses with a page", _with_type("text/html", b"<h1>Forbidden</h1>")),
    fault("refuses_in_broken_json", "refusal-json", "breaks the JSON of a refusal off", _with_type("application/json", b'{"errors": [')),
    fault("shows_keys_in_args", "refusal-leaks-no-secret", "shows the key of a document in the args of a refusal", _leaks(_into_args)),
    fault("shows_keys_in_messages", "refusal-leaks-no-secret", "shows the key of a document in the text of a refusal", _leaks(_into_text)),
)
