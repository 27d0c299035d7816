import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop
from strategies.files import sample
from strategies.fincom import create_edits as edits
from strategies.fincom.attachments import Application, applications
from strategies.fincom.customers import customers, last_key_first, shuffled
from suites.fincom.creating import query_of, read_back
from suites.fincom.driver import Fincom
from suites.fincom.listing import listed

PARALLEL = 6


@rule("fincom-v2/create-takes-a-full-body")
@given(customer=customers(optionals="all"))
def test_a_full_body_is_taken(fincom: Fincom, customer: Json) -> None:
    """A body with every documented field, ids taken from the catalogue, makes a customer."""
    fincom.accepts_create(customer)


@rule("fincom-v2/create-takes-a-minimal-body")
@given(customer=customers(optionals="none"))
def test_a_minimal_body_is_taken(fincom: Fincom, customer: Json) -> None:
    """A body with nothing but the required fields makes a customer."""
    fincom.accepts_create(customer)


@rule("fincom-v2/optional-fields-may-be-absent")
@pytest.mark.parametrize("field", edits.OPTIONAL)
@given(customer=customers(optionals="all"))
def test_an_optional_field_may_be_absent(fincom: Fincom, field: str, customer: Json) -> None:
    """Each optional field alone may be left out of an otherwise full body."""
    fincom.accepts_create(drop(field)(customer))


@rule("fincom-v2/create-answers-a-customer-id")
@given(application=applications())
def test_the_id_serves_to_upload_and_attach(fincom: Fincom, application: Application) -> None:
    """The id that create answers serves to upload files and to attach them."""
    customer = fincom.accepts_create(application.customer)
    fincom.expect(fincom.upload(customer.id, [("file1", sample("pdf"))]), answers=["uploaded"])
    fincom.accepts_attach(customer, application.documents)


@rule("fincom-v2/create-answers-a-tos-url")
@given(customer=customers())
def test_the_terms_have_a_url(fincom: Fincom, customer: Json) -> None:
    """Create answers a URL whose query holds the terms value."""
    made = fincom.accepts_create(customer)
    if not (query_of(made.tos_policies_url) and made.terms_value):
        raise fincom.breach(f"tos_policies_url {made.tos_policies_url!r} is no URL whose query holds one terms value")


@rule("fincom-v2/tos-value-differs-per-customer")
@given(customer=customers())
def test_terms_values_differ(fincom: Fincom, customer: Json) -> None:
    """Two customers have two terms values."""
    first, second = fincom.accepts_create(customer), fincom.accepts_create(customer)
    if first.terms_value == second.terms_value:
        raise fincom.breach(f"customers {first.id} and {second.id} share the terms value {first.terms_value!r}")


@rule("fincom-v2/customer-ids-are-unique")
@given(customer=customers())
def test_ids_are_unique(fincom: Fincom, customer: Json) -> None:
    """Every create answers an id of its own, also when several run at the same instant."""
    exchanges = [fincom.create(customer), *fincom.together([fincom.prepare_create(customer) for _ in range(PARALLEL)])]
    ids = [str(fincom.expect(exchange).data["customer_id"]) for exchange in exchanges]
    repeated = sorted({each for each in ids if ids.count(each) > 1})
    if repeated:
        raise fincom.breach(f"{len(ids)} creates answered only {len(set(ids))} ids; repeated: {', '.join(repeated)}")


@rule("fincom-v2/new-customer-is-incomplete")
@given(customer=customers())
def test_a_new_customer_is_incomplete(fincom: Fincom, customer: Json) -> None:
    """A customer without documents has the status INCOMPLETE."""
    status = read_back(fincom, fincom.accepts_create(customer))["customer_status"]
    if status != "INCOMPLETE":
        raise fincom.breach(f"a customer without documents has the status {status!r}, not 'INCOMPLETE'")


@rule("fincom-v2/create-is-listed")
@given(customer=customers())
def test_a_new_customer_is_listed(fincom: Fincom, customer: Json) -> None:
    """A new customer stands exactly once in the list of individuals, and not in that of businesses."""
    # A list that is read for the first time cannot lag behind what it showed before.
    list(listed(fincom, "INDIVIDUAL"))
    made = fincom.accepts_create(customer)
    individuals, businesses = (list(listed(fincom, kind)) for kind in ("INDIVIDUAL", "BUSINESS"))
    times = [[str(entry.get("customer_id")) for entry in entries].count(made.id) for entries in (individuals, businesses)]
    if times != [1, 0]:
        raise fincom.breach(f"the new customer stands {times[0]} times among individuals, {times[1]} among businesses")
    email = made.sent["basic_info"]["email"]
    twins = [entry.get("customer_id") for entry in individuals if entry.get("email") == email]
    if twins not in ([], [made.id]):
        raise fincom.breach(f"one creation with the e-mail address {email} made the customers {twins}")


@rule("fincom-v2/basic-info-is-required")
@given(customer=customers())
def test_basic_info_is_required(fincom: Fincom, customer: Json) -> None:
    """A body whose basic_info is absent, null, a list or text is refused."""
    fincom.refuses_create(customer, edits.no_section("basic_info"))


@rule("fincom-v2/address-is-required")
@given(customer=customers())
def test_address_is_required(fincom: Fincom, customer: Json) -> None:
    """A body whose address is absent, null, a list or text is refused."""
    fincom.refuses_create(customer, edits.no_section("address"))


@rule("fincom-v2/financial-profile-is-required")
@given(customer=customers())
def test_financial_profile_is_required(fincom: Fincom, customer: Json) -> None:
    """A body whose financial_profile is absent, null, a list or text is refused."""
    fincom.refuses_create(customer, edits.no_section("financial_profile"))


@rule("fincom-v2/key-order-is-free")
@given(customer=shuffled(customers(optionals="all")))
def test_the_order_of_keys_is_free(fincom: Fincom, customer: Json) -> None:
    """The order of keys and sections does not matter."""
    fincom.accepts_create(customer)
    fincom.accepts_create(last_key_first(customer))


@rule("fincom-v2/old-keys-do-not-replace-new-ones")
@pytest.mark.parametrize("successor", edits.V1_KEYS)
@given(customer=customers())
def test_an_old_key_does_not_replace_the_new_one(fincom: Fincom, successor: str, customer: Json) -> None:
    """A key of V1 in the place of its successor is refused, and the refusal names the one or the other."""
    fincom.refuses_create(customer, edits.V1_KEYS[successor], names=[successor, edits.old_path(successor)])


@rule("fincom-v2/v1-create-body-is-refused")
@given(customer=customers())
def test_a_body_of_v1_is_refused(fincom: Fincom, customer: Json) -> None:
    """An unchanged body of V1 is refused, and the refusal names what V2 misses or does not know in it."""
    fincom.refuses_create(customer, edits.V1_BODY, names=edits.V1_BODY_FLAWS)
