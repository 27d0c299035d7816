from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import trial
from harness.bulk import encode
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.judgement import named_fields, names_match
from harness.rules import rule
from strategies.edits import Edit, drop, put
from strategies.fincom.customers import customers
from strategies.fincom.standard import standard_documents
from strategies.json_junk import KINDS, NO_OBJECTS, UNREADABLE, Body, with_junk
from strategies.placeholders import Fresh
from suites.fincom.calls import applicable, control, customer_with_email
from suites.fincom.driver import PROVIDER, Fincom

JSON = {"Content-Type": "application/json"}

CAPITAL_EMAIL = put("basic_info.email", Fresh("Maria.{}@example.com"), name="capital-letter-in-email")
# One flaw in each section, each of which the document states outright, and the field that it breaks.
FLAWS: dict[str, Edit] = {
    "basic_info.email": CAPITAL_EMAIL,
    "basic_info.phone": put("basic_info.phone", "(415) 555-2671", name="national-phone"),
    "address.city": drop("address.city"),
    "address.postal_code": drop("address.postal_code"),
    "financial_profile.employment_status": put("financial_profile.employment_status", "FREELANCE", name="unknown-employment"),
    "financial_profile.monthly_volume_usd": put("financial_profile.monthly_volume_usd", "5,000", name="volume-as-text"),
}
flaws = pytest.mark.parametrize("field", FLAWS)


def fields_in(exchange: Exchange) -> set[str]:
    """The fields that a refusal names, in whichever published carrier."""
    return named_fields(exchange.json, trial.current().catalogue.carriers(PROVIDER))


def refused(fincom: Fincom, customer: Json, field: str) -> Exchange:
    """The refusal of the customer with its one flaw in that field."""
    exchange = fincom.create(FLAWS[field](customer))
    exchange.note = FLAWS[field].name
    return fincom.expect(exchange, answers=["refused"], names=[field])


@rule("fincom/validation-message-is-fixed")
@flaws
@given(customer=customers())
def test_validation_message_is_fixed(fincom: Fincom, field: str, customer: Json) -> None:
    """The message of a refused field reads as the guide prints it."""
    exchange = refused(fincom, customer, field)
    if (message := exchange.json.get("message")) != "Validation failed":
        raise fincom.breach(f"the message is {message!r}, not 'Validation failed'", exchange)


@rule("fincom/validation-errors-map-of-lists")
@flaws
@given(customer=customers())
def test_validation_errors_map_of_lists(fincom: Fincom, field: str, customer: Json) -> None:
    """The errors of a refusal stand in a published carrier to the letter: the guide's map of lists, or one of the other pages."""
    fincom.refuses_create(customer, FLAWS[field], names=[field])


@rule("fincom/validation-keys-are-dotted-paths")
@flaws
@given(customer=customers())
def test_validation_keys_are_dotted_paths(fincom: Fincom, field: str, customer: Json) -> None:
    """A field is named by section and field as it was sent."""
    exchange = refused(fincom, customer, field)
    if field not in fields_in(exchange):
        raise fincom.breach(f"the refusal names {sorted(fields_in(exchange))}, not {field!r}", exchange)


@rule("fincom/only-broken-fields-are-named")
@flaws
@given(customer=customers())
def test_only_broken_fields_are_named(fincom: Fincom, field: str, customer: Json) -> None:
    """One broken field is named alone; good fields are not blamed."""
    exchange = refused(fincom, customer, field)
    blamed = sorted(key for key in fields_in(exchange) if not names_match(key, field, near=True))
    if blamed:
        raise fincom.breach(f"only {field} is broken, and yet {', '.join(blamed)} are named", exchange)


@rule("fincom/several-broken-fields-are-all-named")
@given(customer=customers(), pair=st.sampled_from([("basic_info.email", "address.city"), ("address.postal_code", "basic_info.phone")]))
def test_several_broken_fields_are_all_named(fincom: Fincom, customer: Json, pair: tuple[str, str]) -> None:
    """Two broken fields in two sections are both named in one answer."""
    first, second = pair
    exchange = fincom.create(FLAWS[first].then(FLAWS[second])(customer))
    for field in pair:
        fincom.expect(exchange, names=[field])
    control(fincom.create(customer), "created")


@rule("fincom/status-fits-the-body")
@flaws
@given(customer=customers())
def test_status_fits_the_body(fincom: Fincom, field: str, customer: Json) -> None:
    """A body that tells of errors never comes with a success."""
    exchange = fincom.create(FLAWS[field](customer))
    tells = isinstance(exchange.json, dict) and ({"errors", "error"} & exchange.json.keys() or fields_in(exchange) & FLAWS.keys())
    if tells and exchange.status < 400:
        raise fincom.breach(f"the body tells of an error, and the status is {exchange.status}", exchange)
    fincom.expect(exchange, names=[field])


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


JUNK_SPOTS = (
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
)


@rule("fincom/junk-never-gives-5xx")
@pytest.mark.parametrize("spot", JUNK_SPOTS)
def test_junk_in_create_never_gives_5xx(fincom: Fincom, spot: str) -> None:
    """Huge numbers, deep nesting, control characters, lone surrogates and very long texts break nothing."""
    for kind in KINDS:
        exchange = fincom.send("createIndividualV2", content=with_junk(sendable(fincom), spot, kind), headers=JSON)
        exchange.note = f"{kind} in {spot}"
        fincom.expect(exchange)


@rule("fincom/junk-never-gives-5xx")
@pytest.mark.parametrize("spot", ["identifying_documents", "address_documents", "tos_policies_value", "note"])
def test_junk_in_attach_never_gives_5xx(fincom: Fincom, spot: str) -> None:
    """Huge numbers, deep nesting, control characters, lone surrogates and very long texts break nothing."""
    path = {"customer_id": fincom.new_customer().id}
    body: dict[str, Json] = {"identifying_documents": [], "address_documents": []}
    for kind in KINDS:
        exchange = fincom.send("attachIndividualV2", path=path, content=with_junk(body, spot, kind), headers=JSON)
        exchange.note = f"{kind} in {spot}"
        fincom.expect(exchange)


@rule("fincom/refused-create-leaves-nothing")
@given(customer=customers(), field=st.sampled_from(["basic_info.phone", "address.city", "financial_profile.employment_status"]))
def test_refused_create_leaves_nothing(fincom: Fincom, customer: Json, field: str) -> None:
    """After a refused creation no new customer is listed."""
    exchange = refused(fincom, customer, field)
    if customer_with_email(fincom, exchange.sent["basic_info"]["email"]):
        raise fincom.breach("the creation was refused, and yet the customer is listed", exchange)


@rule("fincom/unknown-customer-read-is-404")
@given(unknown=st.uuids(version=4))
def test_unknown_customer_read_is_404(fincom: Fincom, unknown: uuid.UUID) -> None:
    """Reading a customer that does not exist gives 404 with a message."""
    fincom.expect(fincom.read(str(unknown)))
    control(fincom.read(fincom.new_customer().id), "read")


@rule("fincom/amb-validation-status")
@flaws
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
