from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.files import sample
from strategies.fincom import create_edits as edits
from strategies.fincom.v1_attachments import V1Application, v1_applications
from strategies.fincom.v1_customers import v1_customers
from suites.fincom.creating import differences, query_of, read_back
from suites.fincom.driver import Fincom
from suites.fincom.hearing import created_event, wait_for_a_later_event
from suites.fincom.v1 import FincomV1

PARALLEL = 6


@rule("fincom-v1/create-takes-a-full-body")
@given(customer=v1_customers(optionals="all"))
def test_a_full_body_is_taken(v1: FincomV1, customer: Json) -> None:
    """A body with every documented field, ids taken from the catalogue, makes a customer."""
    v1.accepts_create(customer)


@rule("fincom-v1/create-takes-no-metadata")
@given(customer=v1_customers(optionals="all"))
def test_metadata_may_be_absent(v1: FincomV1, customer: Json) -> None:
    """A body without meta_data makes a customer."""
    v1.accepts_create(drop("meta_data")(customer))


@rule("fincom-v1/create-answers-customer-id-and-tos-url")
@given(application=v1_applications())
def test_the_answer_serves_to_upload_and_attach(v1: FincomV1, application: V1Application) -> None:
    """Create answers an id that serves to upload and attach, and a URL whose query holds the terms value."""
    made = v1.accepts_create(application.customer)
    if not (query_of(made.tos_policies_url) and made.terms_value):
        raise v1.breach(f"tos_policies_url {made.tos_policies_url!r} is no URL whose query holds one terms value")
    v1.expect(v1.upload(made.id, [("file1", sample("pdf"))]), answers=["uploaded"])
    v1.accepts_attach(made, application.documents)


@rule("fincom-v1/customer-ids-are-unique")
@given(customer=v1_customers())
def test_ids_are_unique(v1: FincomV1, fincom: Fincom, customer: Json) -> None:
    """Every create answers an id of its own, also when several run at the same instant and beside those of V2."""
    of_v2 = [fincom.new_customer().id] if fincom.describes(fincom.create_operation) else []
    exchanges = [v1.create(customer), *v1.together([v1.prepare_create(customer) for _ in range(PARALLEL)])]
    ids = [*of_v2, *(str(v1.expect(exchange).data["customer_id"]) for exchange in exchanges)]
    repeated = sorted({each for each in ids if ids.count(each) > 1})
    if repeated:
        raise v1.breach(f"{len(ids)} creates answered only {len(set(ids))} ids; repeated: {', '.join(repeated)}")


@rule("fincom-v1/new-customer-is-incomplete")
@given(customer=v1_customers())
def test_a_new_customer_is_incomplete(v1: FincomV1, customer: Json) -> None:
    """A customer without documents has the status INCOMPLETE."""
    status = read_back(v1, v1.accepts_create(customer))["customer_status"]
    if status != "INCOMPLETE":
        raise v1.breach(f"a customer without documents has the status {status!r}, not 'INCOMPLETE'")


@rule("fincom-v1/create-is-readable")
@given(customer=v1_customers(optionals="all"))
def test_what_was_sent_is_read_back(v1: FincomV1, customer: Json) -> None:
    """What is read back of a new customer is what was sent."""
    made = v1.accepts_create(customer)
    fields = ("first_name", "last_name", "email", "phone", "country_of_residence")
    wanted = {field: made.sent["basic_info"][field] for field in fields}
    wanted |= {"customer_id": made.id, "type": "INDIVIDUAL", "verification_type": "STANDARD"}
    wrong = differences(read_back(v1, made), wanted)
    if wrong:
        raise v1.breach("; ".join(wrong))


@rule("fincom-v1/basic-info-is-required")
@given(customer=v1_customers())
def test_basic_info_is_required(v1: FincomV1, customer: Json) -> None:
    """A body whose basic_info is absent, null, a list or text is refused."""
    v1.refuses_create(customer, edits.no_section("basic_info"))


@rule("fincom-v1/address-is-required")
@given(customer=v1_customers())
def test_address_is_required(v1: FincomV1, customer: Json) -> None:
    """A body whose address is absent, null, a list or text is refused."""
    v1.refuses_create(customer, edits.no_section("address"))


@rule("fincom-v1/financial-profile-is-required")
@given(customer=v1_customers())
def test_financial_profile_is_required(v1: FincomV1, customer: Json) -> None:
    """A body whose financial_profile is absent, null, a list or text is refused."""
    v1.refuses_create(customer, edits.no_section("financial_profile"))


@rule("fincom-v1/verification-type-is-optional")
@given(customer=v1_customers(optionals="all"))
def test_a_verification_type_may_be_absent(v1: FincomV1, customer: Json) -> None:
    """A body without verification_type makes a customer."""
    v1.accepts_create(edits.NO_VERIFICATION_TYPE(customer))


@rule("fincom-v1/verification-type-defaults-to-standard")
@given(customer=v1_customers(optionals="all"))
def test_standard_is_the_default(v1: FincomV1, customer: Json) -> None:
    """A customer created without verification_type is read back as STANDARD."""
    made = v1.accepts_create(edits.NO_VERIFICATION_TYPE(customer))
    wrong = differences(read_back(v1, made), {"verification_type": "STANDARD"})
    if wrong:
        raise v1.breach("; ".join(wrong))


@rule("fincom-v1/standard-is-accepted")
@given(customer=v1_customers(optionals="all"))
def test_standard_is_taken(v1: FincomV1, customer: Json) -> None:
    """The verification type STANDARD is taken."""
    v1.accepts_create(put(edits.VERIFICATION, "STANDARD", name="standard")(customer))


@rule("fincom-v1/unknown-verification-type-is-refused")
@given(customer=v1_customers(optionals="all"))
def test_an_unknown_verification_type_is_refused(v1: FincomV1, customer: Json) -> None:
    """A verification type other than the two is refused, not replaced by the default."""
    v1.refuses_create(customer, edits.UNKNOWN_VERIFICATION_TYPES)


def reliant() -> st.SearchStrategy[Json]:
    """Customers whose verification rests on the client."""
    return v1_customers(optionals="all").map(edits.RELIANCE)


@rule("fincom-v1/reliance-without-flag-is-423")
@given(customer=v1_customers(optionals="all"))
def test_reliance_must_be_enabled(v1: FincomV1, customer: Json) -> None:
    """RELIANCE is refused with 423 and the printed message where it is not enabled for the client."""
    v1.refuses_create(customer, edits.RELIANCE)


@rule("fincom-v1/reliance-refusal-creates-nothing")
@given(customer=reliant())
def test_a_refused_reliance_creates_nothing(v1: FincomV1, customer: Json) -> None:
    """After a refused RELIANCE no customer is announced."""
    listener = v1.listening()
    wait_for_a_later_event(listener)
    before = {event.id for event in listener.inbox.events(type="customer.created")}
    refused = listener.expect(listener.create(customer))
    sentinel = listener.new_customer()
    created_event(listener, sentinel)
    new = [event for event in listener.inbox.events(type="customer.created") if event.id not in before]
    if strangers := [event.customer_id for event in new if event.customer_id != sentinel.id]:
        raise listener.breach(f"a refused creation sent customer.created for {strangers}", refused)


@rule("fincom-v1/reliance-with-flag-is-accepted")
@given(customer=reliant())
def test_reliance_is_taken_where_enabled(v1: FincomV1, customer: Json) -> None:
    """RELIANCE is taken where it is enabled for the client."""
    v1.with_settings(reliance=True).accepts_create(customer)
