from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bulk import encode
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import names_match
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.fincom.customers import customers
from strategies.fincom.standard import standard_documents
from strategies.json_junk import KINDS, NO_OBJECTS, UNREADABLE, Body, with_junk
from strategies.placeholders import Fresh
from suites.fincom.calls import applicable, control
from suites.fincom.creating import fields_named
from suites.fincom.driver import Fincom
from suites.fincom.listing import customer_with_email
from suites.fincom.v1 import FincomV1

JSON = {"Content-Type": "application/json"}

EMAIL, PHONE = "basic_info.email", "basic_info.phone"
CAPITAL_EMAIL = put(EMAIL, Fresh("Maria.{}@example.com"), name="capital-letter-in-email")
NATIONAL_PHONE = put(PHONE, "(415) 555-2671", name="national-phone")
# One flaw in each section, each of which the guide of the version states outright or prints, and the field that it breaks.
FLAWS: dict[type[Fincom], dict[str, Edit]] = {
    Fincom: {
        EMAIL: CAPITAL_EMAIL,
        PHONE: NATIONAL_PHONE,
        "address.city": drop("address.city"),
        "address.postal_code": drop("address.postal_code"),
        "financial_profile.employment_status": put("financial_profile.employment_status", "FREELANCE", name="unknown-employment"),
        "financial_profile.monthly_volume_usd": put("financial_profile.monthly_volume_usd", "5,000", name="volume-as-text"),
    },
    FincomV1: {
        EMAIL: CAPITAL_EMAIL,
        PHONE: NATIONAL_PHONE,
        "address.state": put("address.state", "California", name="state-by-name"),
        "financial_profile.occupation_id": drop("financial_profile.occupation_id"),
    },
}
# Fields of two sections that are broken at once.
PAIRS: dict[type[Fincom], tuple[tuple[str, str], ...]] = {
    Fincom: ((EMAIL, "address.city"), ("address.postal_code", PHONE)),
    FincomV1: ((EMAIL, "financial_profile.occupation_id"), ("address.state", PHONE)),
}


def refused(fincom: Fincom, customer: Json, field: str) -> Exchange:
    """The refusal of the customer with its one flaw in that field."""
    flaw = FLAWS[type(fincom)][field]
    exchange = fincom.create(flaw(customer))
    exchange.note = flaw.name
    return fincom.expect(exchange, answers=["refused"], names=[field])


def each_refused(fincom: Fincom, data: st.DataObject) -> Iterator[tuple[str, Exchange]]:
    """The refusal of a customer for one flaw after the other, each with the field that is broken."""
    customer = data.draw(fincom.customers(), label="customer")
    for field in FLAWS[type(fincom)]:
        yield field, refused(fincom, customer, field)


@rule("fincom/validation-message-is-fixed")
@given(data=st.data())
def test_validation_message_is_fixed(speaking: Fincom, data: st.DataObject) -> None:
    """The message of a refused field reads as the guide prints it."""
    for _, exchange in each_refused(speaking, data):
        if (message := exchange.json.get("message")) != "Validation failed":
            raise speaking.breach(f"the message is {message!r}, not 'Validation failed'", exchange)


@rule("fincom/validation-errors-map-of-lists")
@given(data=st.data())
def test_validation_errors_map_of_lists(speaking: Fincom, data: st.DataObject) -> None:
    """The errors of a refusal stand in a published carrier to the letter: the guide's map of lists, or one of the other pages."""
    customer = data.draw(speaking.customers(), label="customer")
    for field, flaw in FLAWS[type(speaking)].items():
        speaking.refuses_create(customer, flaw, names=[field])


@rule("fincom/validation-keys-are-dotted-paths")
@given(data=st.data())
def test_validation_keys_are_dotted_paths(speaking: Fincom, data: st.DataObject) -> None:
    """A field is named by section and field as it was sent."""
    for field, exchange in each_refused(speaking, data):
        if field not in fields_named(exchange):
            raise speaking.breach(f"the refusal names {sorted(fields_named(exchange))}, not {field!r}", exchange)


@rule("fincom/only-broken-fields-are-named")
@given(data=st.data())
def test_only_broken_fields_are_named(speaking: Fincom, data: st.DataObject) -> None:
    """One broken field is named alone; good fields are not blamed."""
    for field, exchange in each_refused(speaking, data):
        blamed = sorted(key for key in fields_named(exchange) if not names_match(key, field, near=True))
        if blamed:
            raise speaking.breach(f"only {field} is broken, and yet {', '.join(blamed)} are named", exchange)


@rule("fincom/several-broken-fields-are-all-named")
@given(data=st.data())
def test_several_broken_fields_are_all_named(speaking: Fincom, data: st.DataObject) -> None:
    """Two broken fields in two sections are both named in one answer."""
    customer, flaws = data.draw(speaking.customers(), label="customer"), FLAWS[type(speaking)]
    for first, second in PAIRS[type(speaking)]:
        exchange = speaking.create(flaws[first].then(flaws[second])(customer))
        for field in (first, second):
            speaking.expect(exchange, names=[field])
    control(speaking.create(customer), "created")


@rule("fincom/status-fits-the-body")
@given(data=st.data())
def test_status_fits_the_body(speaking: Fincom, data: st.DataObject) -> None:
    """A body that tells of errors never comes with a success."""
    customer, flaws = data.draw(speaking.customers(), label="customer"), FLAWS[type(speaking)]
    for field, flaw in flaws.items():
        exchange = speaking.create(flaw(customer))
        tells = isinstance(exchange.json, dict) and ({"errors", "error"} & exchange.json.keys() or fields_named(exchange) & flaws.keys())
        if tells and exchange.status < 400:
            raise speaking.breach(f"the body tells of an error, and the status is {exchange.status}", exchange)
        speaking.expect(exchange, names=[field])


def json_operations(fincom: Fincom) -> dict[str, dict[str, str]]:
    """The operations that take JSON, with the path of a customer to whom attaching would be open."""
    return {
        "createIndividualV2": {},
        "attachIndividualV2": {"customer_id": fincom.new_customer().id},
        "createIndividualV1": {},
        "attachIndividualV1": {},
    }


operations = pytest.mark.parametrize("operation", ["createIndividualV2", "attachIndividualV2", "createIndividualV1", "attachIndividualV1"])


@rule("fincom/malformed-json-is-refused")
@operations
@pytest.mark.parametrize("body", [*UNREADABLE, *NO_OBJECTS], ids=lambda body: body.name)
def test_malformed_json_is_refused(fincom: Fincom, operation: str, body: Body) -> None:
    """Broken JSON, an empty body, a list or a bare value is turned away."""
    applicable(fincom, operation)
    fincom.expect(fincom.send(operation, path=json_operations(fincom)[operation], content=body.content, headers=JSON))


@rule("fincom/wrong-content-type-is-refused")
@operations
def test_wrong_content_type_is_refused(fincom: Fincom, operation: str) -> None:
    """A form or plain text is turned away where JSON is due."""
    applicable(fincom, operation)
    path = json_operations(fincom)[operation]
    fincom.expect(fincom.send(operation, path=path, form={"verification_type": "STANDARD"}))
    fincom.expect(fincom.send(operation, path=path, content=b"verification_type: STANDARD", headers={"Content-Type": "text/plain"}))
    # Good JSON under another name may well be read; that it is, is recorded.
    mislabelled = fincom.send("createIndividualV2", content=encode(sendable(fincom)), headers={"Content-Type": "text/plain"})
    fincom.expect(mislabelled, answers=["unreadable", "created"])
    fincom.observe(f"JSON as text/plain: {'accepted' if mislabelled.status < 300 else 'refused'}")


def sendable(fincom: Fincom) -> dict[str, Json]:
    """A good payload as it would be sent, of which the target has no customer yet."""
    return {**fincom.resolved(fincom.standard_customer()), "meta_data": {}}


CREATE_SPOTS: dict[type[Fincom], tuple[str, ...]] = {
    Fincom: (
        "basic_info.first_name",
        "basic_info.dob",
        "basic_info.tax_info",
        "address.street_line_1",
        "address.subdivision_code",
        "financial_profile.monthly_volume_usd",
        "financial_profile.occupation_id",
        "financial_profile.source_of_fund_ids",
        "meta_data",
        "note",
    ),
    FincomV1: ("basic_info.first_name", "basic_info.tin", "address.street", "financial_profile.monthly_volume_usd", "meta_data", "note"),
}
ATTACH_SPOTS: dict[type[Fincom], tuple[str, ...]] = {
    Fincom: ("identifying_documents", "address_documents", "tos_policies_value", "note"),
    FincomV1: ("customer_id", "proof_of_identity", "proof_of_address", "tos_policies_value"),
}


def survives_junk(fincom: Fincom, operation: str, spots: tuple[str, ...], body: Callable[[], dict[str, Json]], **parts: Any) -> None:
    """Junk of every kind in each spot of a body must be answered."""
    for spot, kind in product(spots, KINDS):
        exchange = fincom.send(operation, content=with_junk(body(), spot, kind), headers=JSON, **parts)
        exchange.note = f"{kind} in {spot}"
        fincom.expect(exchange)


@rule("fincom/junk-never-gives-5xx")
def test_junk_in_create_never_gives_5xx(speaking: Fincom) -> None:
    """Huge numbers, deep nesting, control characters, lone surrogates and very long texts break nothing."""
    survives_junk(speaking, speaking.create_operation, CREATE_SPOTS[type(speaking)], lambda: sendable(speaking))


@rule("fincom/junk-never-gives-5xx")
def test_junk_in_attach_never_gives_5xx(speaking: Fincom) -> None:
    """Huge numbers, deep nesting, control characters, lone surrogates and very long texts break nothing."""
    customer = {"customer_id": speaking.new_customer().id}
    # V1 takes its customer from the body, V2 from the path.
    survives_junk(speaking, speaking.attach_operation, ATTACH_SPOTS[type(speaking)], lambda: customer, path=customer)


@rule("fincom/refused-create-leaves-nothing")
@given(data=st.data())
def test_refused_create_leaves_nothing(speaking: Fincom, data: st.DataObject) -> None:
    """After a refused creation no new customer is listed."""
    quiet = speaking.quiet()
    for _, exchange in each_refused(quiet, data):
        if customer_with_email(quiet, exchange.sent["basic_info"]["email"]):
            raise quiet.breach("the creation was refused, and yet the customer is listed", exchange)


@rule("fincom/unknown-customer-read-is-404")
@given(unknown=st.uuids(version=4))
def test_unknown_customer_read_is_404(fincom: Fincom, unknown: uuid.UUID) -> None:
    """Reading a customer that does not exist gives 404 with a message."""
    fincom.expect(fincom.read(str(unknown)))
    control(fincom.read(fincom.new_customer().id), "read")


@rule("fincom/amb-validation-status")
@pytest.mark.parametrize("field", FLAWS[Fincom])
@given(customer=customers())
def test_amb_validation_status(fincom: Fincom, field: str, customer: Json) -> None:
    """The printed refusals carry no number; the checklist lists both 400 and 422."""
    fincom.observe(f"create: {refused(fincom, customer, field).status}")


@rule("fincom/amb-validation-status")
def test_amb_validation_status_of_attach(fincom: Fincom) -> None:
    """The printed refusals carry no number; the checklist lists both 400 and 422."""
    exchange = fincom.expect(fincom.attach(fincom.new_customer(), drop("address_documents")(standard_documents())))
    fincom.observe(f"attach: {exchange.status}")


def carrier_of(exchange: Exchange) -> str:
    """Which published shape carries the fields of a refusal."""
    errors = exchange.json.get("errors")
    if isinstance(errors, dict):
        return "map-of-lists"
    return "list-of-maps" if isinstance(errors, list) else "data-map"


@rule("fincom/amb-validation-shape")
@given(customer=customers())
def test_amb_validation_shape(fincom: Fincom, customer: Json) -> None:
    """The guide prints the errors as a map of lists; the provider's other pages as a list of maps, or as a map under data."""
    created = refused(fincom, customer, "basic_info.email")
    attached = fincom.expect(fincom.attach(fincom.new_customer(), drop("address_documents")(standard_documents())))
    fincom.observe(f"create: {carrier_of(created)}")
    fincom.observe(f"attach: {carrier_of(attached)}")


@rule("fincom/amb-array-keys")
@given(customer=customers())
def test_amb_array_keys(fincom: Fincom, customer: Json) -> None:
    """How a refusal names an element of a list is not shown."""
    exchange = fincom.expect(fincom.create(drop("basic_info.tax_info.0.document_id")(customer)))
    raw = [key for key in keys_as_sent(exchange.json) if "tax_info" in key]
    fincom.observe("brackets" if any("[" in key for key in raw) else "dotted-index" if any(".0" in key for key in raw) else "parent")
    control(fincom.create(customer), "created")


def keys_as_sent(body: Json) -> list[str]:
    """The field names of a refusal with their brackets, if any."""
    errors = body.get("errors", body.get("data"))
    return [key for each in (errors if isinstance(errors, list) else [errors]) if isinstance(each, dict) for key in each]
