"""Servers that get the gate of activation wrong (004, onboarding flow and outcomes; facts 4.5)."""

from collections.abc import Callable

from mockserver.faulting import Test, sent, taken, told
from mockserver.http import Request, Response, answer
from mockserver.mbanq import dates, errors
from mockserver.mbanq.clients import ids
from mockserver.mbanq.errors import DOMAIN_RULE
from mockserver.mbanq.faults.builders import (
    Scene,
    after_taken,
    before,
    breaks_down,
    client_of,
    fault,
    in_scene,
    is_activate,
    is_admitted,
)
from mockserver.mbanq.lifecycle import NOT_VERIFIED, move
from mockserver.mbanq.model import Client
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest


async def _without_effect(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Answer 200 and leave the client Pending."""
    client = client_of(tenant, request) if is_activate(request) and is_admitted(tenant, request) else None
    response = await call_next(request)
    if client and taken(response):
        client.status, client.activated = "Pending", None
        call_next.mark()
    return response


def _refuses_verified(scene: Scene) -> Response | None:
    if not taken(scene.response) or not scene.client.verified:
        return None
    scene.client.status, scene.client.activated = "Pending", None
    return errors.refusal(DOMAIN_RULE, NOT_VERIFIED)


def _activates(scene: Scene) -> Response:
    move(scene.tenant, scene.client, "Active")
    return answer(200, ids(scene.client))


def _skips_the_gate(scene: Scene) -> Response | None:
    barred = scene.response.status == 403 and NOT_VERIFIED.code.encode() in scene.response.body
    return _activates(scene) if barred else None


def _activates_and_refuses(scene: Scene) -> Response | None:
    barred = scene.response.status == 403 and NOT_VERIFIED.code.encode() in scene.response.body
    if not barred:
        return None
    move(scene.tenant, scene.client, "Active")
    return scene.response.with_json(told(scene.response))


def _resets(_: Tenant, client: Client) -> None:
    client.verified = False


def _takes_date(test: Test) -> OnRequest:
    """Activate a client without a good date, where a test of what was sent holds."""

    def edit(scene: Scene) -> Response | None:
        body = sent(scene.request)
        if scene.response.status != 400 or body is None or not test(body.get("activationDate")):
            return None
        able = scene.client.status == "Pending" and (scene.client.verified or scene.tenant.settings.enforce_verification is False)
        return _activates(scene) if able else None

    return in_scene(is_activate, edit)


def _is_missing(value: object) -> bool:
    return value is None or value == ""


def _is_no_text(value: object) -> bool:
    return value is not None and not isinstance(value, str)


def _is_no_date(value: object) -> bool:
    return isinstance(value, str) and bool(value) and dates.read(value, None) is None


def _takes_again(scene: Scene) -> Response | None:
    again = scene.response.status in (400, 403) and b"already.active" in scene.response.body
    if not again:
        return None
    scene.client.activated = scene.tenant.clock.today()
    return answer(200, ids(scene.client))


def _drops_out(scene: Scene) -> Response | None:
    if scene.response.status not in (400, 403) or b"already.active" not in scene.response.body:
        return None
    scene.client.status = "Pending"
    return scene.response.with_json(told(scene.response))


def _stumbles_again(tenant: Tenant, request: Request) -> Response | None:
    client = client_of(tenant, request)
    return breaks_down() if client and client.status == "Active" else None


DATES: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
    ("no_date", "without a date", _is_missing),
    ("numbers_for_dates", "by a date that is no text", _is_no_text),
    ("any_text_for_dates", "by a date that is none", _is_no_date),
)

FAULTS: tuple[Fault, ...] = (
    fault("activates_without_effect", "activate-verified-ok", "answers 200 and leaves a client Pending", _without_effect),
    fault(
        "activates_nobody",
        "activate-verified-ok verify-enables-activation",
        "activates no Verified client",
        in_scene(is_activate, _refuses_verified),
    ),
    fault(
        "activates_unverified",
        "activate-unverified-refused refusal-no-activation life-cycle-agrees-with-the-model",
        "activates a client that is not Verified",
        in_scene(is_activate, _skips_the_gate),
    ),
    fault(
        "activates_whom_it_bars",
        "activate-unverified-refused",
        "refuses to activate a client that is not Verified, and does it all the same",
        in_scene(is_activate, _activates_and_refuses),
    ),
    fault("activation_loses_verified", "activate-keeps-verified", "loses Verified by activation", after_taken(is_activate, _resets)),
    *(fault(f"takes_{name}", "activate-date-required", f"activates {how}", _takes_date(test)) for name, how, test in DATES),
    fault("activates_again", "activate-twice-refused", "activates an Active client again", in_scene(is_activate, _takes_again)),
    fault(
        "second_activation_undoes", "activate-twice-refused", "takes activation back with the second one", in_scene(is_activate, _drops_out)
    ),
    fault(
        "breaks_down_on_second_activation",
        "activate-twice-refused",
        "answers 500 to a second activation",
        before(is_activate, _stumbles_again),
    ),
)
