from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import Prepared
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.openapi import Operation
from harness.rules import rule
from strategies.harbor.individuals import individuals
from strategies.harbor.standard import standard_us
from strategies.json_junk import KINDS, NO_OBJECTS, UNREADABLE, Body, with_junk
from strategies.placeholders import resolve
from suites.harbor.calls import LOOK_UPS, NOBODY, WRITES, control, nothing_there, ready_for
from suites.harbor.driver import Customer, Harbor, Moment

JSON = "application/json"
writes = pytest.mark.parametrize("call", WRITES)
NO_JSON = {
    "form": ("application/x-www-form-urlencoded", b"individual=ada"),
    "multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="individual"\r\n\r\nada\r\n--x--\r\n'),
    "text": ("text/plain", b"individual: ada"),
    "xml": ("application/xml", b"<individual/>"),
}


def raw(harbor: Harbor, call: str, customer: Customer, content: bytes, media_type: str | None = JSON) -> Exchange:
    """A write with that body, declared as that type."""
    operation = {"submit": harbor.submit, "correct": harbor.correct}[call]
    return operation(customer, content=content, headers={} if media_type is None else {"Content-Type": media_type})


def body_of(harbor: Harbor, payload: Json) -> bytes:
    """The payload as it would be sent."""
    return json.dumps(resolve(payload, Moment(harbor))).encode()


@rule("harbor/header-names-case-insensitive")
@pytest.mark.parametrize("how", [str.lower, str.upper, str.title], ids=["lower", "upper", "title"])
@given(person=individuals())
def test_header_names_case_insensitive(harbor: Harbor, how: Callable[[str], str], person: Json) -> None:
    """Headers count whatever the case of their names."""
    customer = harbor.ready()
    prepared, _ = harbor.prepare("submitOnboarding", customer, person)
    harbor.expect(harbor.sandbox.client.deliver(recased(prepared, how)), answers=["accepted"])
    prepared, _ = harbor.prepare("readOnboarding", customer)
    harbor.expect(harbor.sandbox.client.deliver(recased(prepared, how)), answers=["read"])


def recased(prepared: Prepared, how: Callable[[str], str]) -> Prepared:
    """The same request with the names of its headers in another case."""
    request = prepared.request
    headers = [(how(name.decode()), value.decode()) for name, value in request.headers.raw]
    again = type(request)(request.method, request.url, headers=headers, content=prepared.body, extensions=request.extensions)
    return Prepared(prepared.operation, again, prepared.body)


@rule("harbor/json-content-type-accepted")
@pytest.mark.parametrize("media_type", [JSON, "application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"])
@given(person=individuals())
def test_json_content_type_accepted(harbor: Harbor, media_type: str, person: Json) -> None:
    """A body declared as application/json is taken, with a charset parameter too."""
    harbor.expect(harbor.submit(harbor.ready(), person, headers={"Content-Type": media_type}))


@rule("harbor/non-json-content-type-refused")
@writes
def test_non_json_content_type_refused(harbor: Harbor, call: str) -> None:
    """A body declared as a form, as multipart, as text or as XML is refused."""
    customer = ready_for(harbor, call)
    for name, (media_type, content) in NO_JSON.items():
        exchange = raw(harbor, call, customer, content, media_type)
        exchange.note = name
        harbor.expect(exchange)
    control(WRITES[call](harbor, customer), "accepted")


@rule("harbor/missing-content-type-refused")
@given(person=individuals())
def test_missing_content_type_refused(harbor: Harbor, person: Json) -> None:
    """A body without a declared type is refused, or read as the JSON that it is; it breaks nothing."""
    customer = harbor.ready()
    exchange = harbor.expect(raw(harbor, "submit", customer, body_of(harbor, person), None))
    if exchange.status != 202:
        nothing_there(harbor, customer, exchange)


@rule("harbor/amb-content-type-absent")
def test_amb_content_type_absent(harbor: Harbor) -> None:
    """Content-Type is called required; whether a JSON body without it is refused is not said."""
    exchange = harbor.expect(raw(harbor, "submit", harbor.ready(), body_of(harbor, standard_us()), None))
    harbor.observe("read-as-json" if exchange.status == 202 else "refused")


@rule("harbor/non-json-accept-refused")
@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png"])
def test_non_json_accept_refused(harbor: Harbor, accept: str) -> None:
    """A client that takes only another type is refused, or answered in JSON, never in that other type."""
    exchange = harbor.read(harbor.submitted(), headers={"Accept": accept})
    harbor.expect(exchange)
    if exchange.headers.get("content-type", "").startswith(accept):
        raise harbor.breach(f"the answer comes as {accept}", exchange)


@rule("harbor/amb-accept-of-another-type")
def test_amb_accept_of_another_type(harbor: Harbor) -> None:
    """Accept is called required and to be application/json; what another value gives is not said."""
    exchange = harbor.expect(harbor.read(harbor.submitted(), headers={"Accept": "text/html"}))
    harbor.observe("json-anyway" if exchange.status == 200 else "refused")


@rule("harbor/answers-are-json")
def test_answers_are_json(harbor: Harbor) -> None:
    """Whatever is answered with a body is answered in JSON and says so, refusals too."""
    customer = harbor.ready()
    answers = [
        harbor.submit(customer, {}),
        raw(harbor, "submit", customer, b"{"),
        harbor.submit(customer, standard_us(), key=""),
        harbor.submit(customer, standard_us(), auth=False),
        harbor.submit(NOBODY, standard_us()),
        harbor.read(NOBODY),
        harbor.correct(customer, standard_us()),
        harbor.submit(customer, standard_us()),
        harbor.submit(customer, standard_us()),
        harbor.read(customer),
        harbor.correct(customer, standard_us()),
        *(harbor.look_up(catalogue, country) for catalogue, country in LOOK_UPS.items()),
        harbor.look_up("subdivisions", "QZ"),
    ]
    for exchange in answers:
        harbor.expect(exchange)
        if exchange.body.strip() and not exchange.is_json:
            said = exchange.headers.get("content-type", "nothing")
            raise harbor.breach(f"the answer {exchange.status} of {exchange.operation} is declared as {said}, or is no JSON", exchange)


@rule("harbor/malformed-json-refused")
@writes
@pytest.mark.parametrize("body", [body for body in UNREADABLE if body.content], ids=lambda body: body.name)
def test_malformed_json_refused(harbor: Harbor, call: str, body: Body) -> None:
    """Broken JSON is turned away and breaks nothing."""
    harbor.expect(raw(harbor, call, ready_for(harbor, call), body.content))


@rule("harbor/empty-body-refused")
@pytest.mark.parametrize("content", [b"", b"{}"], ids=["nothing", "empty-object"])
def test_empty_body_refused(harbor: Harbor, content: bytes) -> None:
    """A submission without a body, or with an empty object, is refused."""
    customer = harbor.ready()
    exchange = harbor.expect(raw(harbor, "submit", customer, content))
    nothing_there(harbor, customer, exchange)
    control(harbor.submit(customer, standard_us()), "accepted")


@rule("harbor/non-object-body-refused")
@writes
@pytest.mark.parametrize("body", NO_OBJECTS, ids=lambda body: body.name)
def test_non_object_body_refused(harbor: Harbor, call: str, body: Body) -> None:
    """A list, a text, a number or null is no body."""
    harbor.expect(raw(harbor, call, ready_for(harbor, call), body.content))


@rule("harbor/get-works-without-idempotency-key")
@given(person=individuals())
def test_get_works_without_idempotency_key(harbor: Harbor, person: Json) -> None:
    """Reading needs no idempotency key."""
    harbor.expect(harbor.read(harbor.submitted(person)))


@rule("harbor/get-has-no-side-effects")
@given(person=individuals())
def test_get_has_no_side_effects(harbor: Harbor, person: Json) -> None:
    """Reading again and again changes neither id nor status."""
    customer = harbor.submitted(person)
    statuses = ["submitted", "verified"] if "status-control" in harbor.sandbox.capabilities else []
    for status in [None, *statuses]:
        if status is not None:
            harbor.force(customer, status)
        told = [harbor.expect(harbor.read(customer)) for _ in range(4)]
        if len({(each.data["id"], each.data["status"]) for each in told}) > 1:
            raise harbor.breach(f"four readings tell {[(each.data['id'], each.data['status']) for each in told]}", *told)


@rule("harbor/onboarding-other-methods-refused")
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_onboarding_other_methods_refused(harbor: Harbor, method: str) -> None:
    """The path of the onboarding knows no PUT and no DELETE."""
    customer = harbor.submitted()
    before = harbor.onboarding(customer)
    prepared, _ = harbor.prepare("submitOnboarding", customer, standard_us())
    harbor.expect(with_method(harbor, prepared, method))
    after = harbor.read(customer)
    if after.status != 200 or after.data.get("id") != before["id"]:
        raise harbor.breach(f"{method} was refused, and yet the onboarding is gone", after)


def with_method(harbor: Harbor, prepared: Prepared, method: str) -> Exchange:
    """The same request under another method, of which the documents know nothing."""
    request = prepared.request
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
    again = type(request)(method, request.url, headers=headers, content=prepared.body)
    unknown = Operation(f"{method} {prepared.operation.path}", method, prepared.operation.path, method == "GET", None)
    return harbor.sandbox.client.deliver(Prepared(unknown, again, prepared.body))


JUNK_SPOTS = (
    "individual",
    "individual.first_name",
    "individual.email",
    "individual.birthday",
    "individual.residence",
    "individual.residence.country",
    "individual.source_of_wealth",
    "individual.ssn",
    "individual.phone",
    "individual.proof_of_address.files",
    "individual.identity_document.type",
    "individual.identity_document.front",
)


@rule("harbor/no-5xx-on-client-fault")
@pytest.mark.parametrize("kind", KINDS)
@given(spots=st.lists(st.sampled_from(JUNK_SPOTS), min_size=3, max_size=3, unique=True))
def test_no_5xx_on_client_fault(harbor: Harbor, kind: str, spots: list[str]) -> None:
    """Junk of every kind is no reason for an error of the server's."""
    payload = resolve(standard_us(), Moment(harbor))
    for spot in spots:
        exchange = raw(harbor, "submit", harbor.ready(), with_junk(payload, spot, kind))
        exchange.note = f"{kind} as {spot}"
        harbor.expect(exchange)
