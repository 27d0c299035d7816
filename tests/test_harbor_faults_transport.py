"""The faults and variants of Harbor's headers, bodies, keys, look-ups, events and specification."""

from typing import Any

import pytest

from mockserver.harbor.faults import authentication, idempotency, lookups, messages, specification, webhooks
from mockserver.harbor.variants import idempotency as other_keys
from mockserver.harbor.variants import life_cycle, transport
from mockserver.harbor.variants import refusals as other_refusals
from mockserver.wrappers import Fault, Variant
from tests.harbor_faults_kit import faulty, rules_of, unnamed, varied
from tests.harbor_kit import Application, american

FAULTS: tuple[Fault, ...] = tuple(
    each for module in (authentication, idempotency, lookups, messages, specification, webhooks) for each in module.FAULTS
)
VARIANTS: tuple[Variant, ...] = tuple(each for module in (other_keys, other_refusals, transport) for each in module.VARIANTS)

JUNK = (b"", b"{", b"null", b"[1e400]", b'{"individual": 7}', b"[" * 2000, b"\xff\xfe")


def test_every_testable_rule_has_a_fault_and_every_ambiguity_a_variant() -> None:
    assert unnamed("harbor.rules.yaml", FAULTS, [*VARIANTS, *life_cycle.VARIANTS]) == set()


@pytest.mark.parametrize("wrapper", [*FAULTS, *VARIANTS], ids=lambda each: each.name)
def test_wrappers_say_what_they_do(wrapper: Fault | Variant) -> None:
    assert wrapper.provider == "harbor"
    assert " " in wrapper.says
    assert not wrapper.says.endswith(".")
    assert wrapper.on_request or wrapper.on_delivery or wrapper.on_event


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        ("submits_without_key", {"x-api-key": None}, 202),
        ("submits_with_unknown_key", {"x-api-key": "wrong"}, 202),
        ("submits_with_blank_key", {"x-api-key": ""}, 202),
        ("refuses_charset_of_json", {"content-type": "application/json; charset=utf-8"}, 415),
        ("takes_texts", {"content-type": "text/plain"}, 202),
        ("breaks_down_without_content_type", {"content-type": None}, 500),
        ("takes_submission_without_idempotency_key", {"idempotency-key": None}, 202),
        ("takes_blank_idempotency_key", {"idempotency-key": ""}, 202),
        ("conflicts_on_fresh_keys", {}, 409),
        ("accepts_with_201", {}, 201),
        ("minds_spelling_of_x_api_key", {}, 401),
        ("minds_spelling_of_content_type", {}, 415),
        ("knows_two_spellings_of_idempotency_key", {"idempotency-key": None, "IDEMPOTENCY-KEY": "k"}, 400),
    ],
)
def test_headers_are_mishandled(name: str, headers: dict[str, str | None], status: int) -> None:
    app = faulty(name)
    assert submitted(app, headers) == status
    assert app.control("GET", "/faults")[0]["hits"] > 0


def submitted(app: Application, headers: dict[str, str | None], body: object = None) -> int:
    """Submit through an address that names the tenant, and return the status."""
    sent = {"x-api-key": app.key, "content-type": "application/json", "idempotency-key": "k", **headers}
    named = {key: value for key, value in sent.items() if value is not None}
    path = f"/~{app.id}/harbor/api/v1/customers/{app.customer()}/onboarding"
    return app.http.post(path, headers=named, content=app.http.build_request("POST", "/", json=body or american()).content).status_code


@pytest.mark.parametrize("name", [each.name for each in (*messages.FAULTS, *idempotency.FAULTS, *specification.FAULTS)])
def test_junk_breaks_no_fault(name: str) -> None:
    app = faulty(name)
    customer = app.customer()
    for body in JUNK:
        for method in ("POST", "PATCH"):
            response = app.call(method, f"/customers/{customer}/onboarding", content=body)
            assert "x-mock-wrapper-failed" not in response.headers


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refuses_fields_with_null_code", {"code": None}),
        ("refuses_with_one_text_per_field", {"errors": {"individual.email": "This field is required."}}),
        ("refuses_with_list_of_fields", {"errors": [{"field": "individual.email", "message": "This field is required."}]}),
        ("names_fields_without_section", {"errors": {"email": ["This field is required."]}}),
    ],
)
def test_refusals_take_other_forms(name: str, expected: dict[str, Any]) -> None:
    app = varied(name)
    body = american()
    del body["individual"]["email"]
    refused = app.submit(app.customer(), body).json()
    assert {key: refused[key] for key in expected} == expected


def test_the_rules_of_the_slice_are_many() -> None:
    assert len(rules_of("harbor.rules.yaml")) > 60
