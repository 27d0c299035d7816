"""What both guides promise of refusals, of V1's create and attach."""

from __future__ import annotations

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import names_match
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.fincom.v1_customers import v1_customers
from strategies.json_junk import KINDS, with_junk
from strategies.placeholders import Fresh
from suites.fincom.calls import control, customer_with_email
from suites.fincom.creating import fields_named
from suites.fincom.v1 import FincomV1

JSON = {"Content-Type": "application/json"}
# Flaws that the document states outright, and one that it prints, by the field that each breaks.
FLAWS: dict[str, Edit] = {
    "basic_info.email": put("basic_info.email", Fresh("Maria.{}@example.com"), name="capital-letter-in-email"),
    "basic_info.phone": put("basic_info.phone", "(415) 555-2671", name="national-phone"),
    "address.state": put("address.state", "California", name="state-by-name"),
    "financial_profile.occupation_id": drop("financial_profile.occupation_id"),
}
flaws = pytest.mark.parametrize("field", FLAWS)
CREATE_SPOTS = ("basic_info.first_name", "basic_info.tin", "address.street", "financial_profile.monthly_volume_usd", "meta_data", "note")
ATTACH_SPOTS = ("customer_id", "proof_of_identity", "proof_of_address", "tos_policies_value")


def refused(v1: FincomV1, customer: Json, field: str) -> Exchange:
    """The refusal of the customer with its one flaw in that field."""
    exchange = v1.create(FLAWS[field](customer))
    exchange.note = FLAWS[field].name
    return v1.expect(exchange, answers=["refused"], names=[field])


@rule("fincom/validation-message-is-fixed")
@flaws
@given(customer=v1_customers())
def test_the_message_is_fixed(v1: FincomV1, field: str, customer: Json) -> None:
    """The message of a refused field reads as the guide prints it."""
    exchange = refused(v1, customer, field)
    if (message := exchange.json.get("message")) != "Validation failed":
        raise v1.breach(f"the message is {message!r}, not 'Validation failed'", exchange)


@rule("fincom/validation-errors-map-of-lists")
@flaws
@given(customer=v1_customers())
def test_the_carrier_is_published(v1: FincomV1, field: str, customer: Json) -> None:
    """The errors of a refusal stand in a published carrier to the letter: the guide's map of lists, or one of the other pages."""
    v1.refuses_create(customer, FLAWS[field], names=[field])


@rule("fincom/validation-keys-are-dotted-paths")
@flaws
@given(customer=v1_customers())
def test_keys_are_dotted_paths(v1: FincomV1, field: str, customer: Json) -> None:
    """A field is named by section and field as it was sent."""
    exchange = refused(v1, customer, field)
    if field not in fields_named(exchange):
        raise v1.breach(f"the refusal names {sorted(fields_named(exchange))}, not {field!r}", exchange)


@rule("fincom/only-broken-fields-are-named")
@flaws
@given(customer=v1_customers())
def test_good_fields_are_not_blamed(v1: FincomV1, field: str, customer: Json) -> None:
    """One broken field is named alone; good fields are not blamed."""
    exchange = refused(v1, customer, field)
    blamed = sorted(key for key in fields_named(exchange) if not names_match(key, field, near=True))
    if blamed:
        raise v1.breach(f"only {field} is broken, and yet {', '.join(blamed)} are named", exchange)


@rule("fincom/several-broken-fields-are-all-named")
@given(customer=v1_customers())
def test_all_broken_fields_are_named(v1: FincomV1, customer: Json) -> None:
    """Two broken fields in two sections are both named in one answer."""
    first, second = "basic_info.email", "financial_profile.occupation_id"
    exchange = v1.create(FLAWS[first].then(FLAWS[second])(customer))
    for field in (first, second):
        v1.expect(exchange, names=[field])
    control(v1.create(customer), "created")


@rule("fincom/status-fits-the-body")
@flaws
@given(customer=v1_customers())
def test_the_status_fits_the_body(v1: FincomV1, field: str, customer: Json) -> None:
    """A body that tells of errors never comes with a success."""
    exchange = v1.create(FLAWS[field](customer))
    if exchange.status < 400 and isinstance(exchange.json, dict) and {"errors", "error"} & exchange.json.keys():
        raise v1.breach(f"the body tells of an error, and the status is {exchange.status}", exchange)
    v1.expect(exchange, names=[field])


@rule("fincom/refused-create-leaves-nothing")
@flaws
@given(customer=v1_customers())
def test_a_refused_create_leaves_nothing(v1: FincomV1, field: str, customer: Json) -> None:
    """After a refused creation no new customer is listed."""
    exchange = refused(v1, customer, field)
    if customer_with_email(v1, exchange.sent["basic_info"]["email"]):
        raise v1.breach("the creation was refused, and yet the customer is listed", exchange)


@rule("fincom/junk-never-gives-5xx")
@pytest.mark.parametrize("spot", CREATE_SPOTS)
def test_junk_in_create_never_gives_5xx(v1: FincomV1, spot: str) -> None:
    """Huge numbers, deep nesting, control characters, lone surrogates and very long texts break nothing."""
    for kind in KINDS:
        good = {**v1.resolved(v1.standard_customer()), "meta_data": {}}
        exchange = v1.send(v1.create_operation, content=with_junk(good, spot, kind), headers=JSON)
        exchange.note = f"{kind} in {spot}"
        v1.expect(exchange)


@rule("fincom/junk-never-gives-5xx")
@pytest.mark.parametrize("spot", ATTACH_SPOTS)
def test_junk_in_attach_never_gives_5xx(v1: FincomV1, spot: str) -> None:
    """Huge numbers, deep nesting, control characters, lone surrogates and very long texts break nothing."""
    body: dict[str, Json] = {"customer_id": v1.new_customer().id, "proof_of_identity": {}, "proof_of_address": {}}
    for kind in KINDS:
        exchange = v1.send(v1.attach_operation, content=with_junk(body, spot, kind), headers=JSON)
        exchange.note = f"{kind} in {spot}"
        v1.expect(exchange)
