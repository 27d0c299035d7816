import uuid
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit
from strategies.fincom import attach_edits as edits
from strategies.fincom import attach_other_edits as others
from strategies.fincom import attach_uri_edits as uris
from strategies.fincom.attachments import TWO_SIDED, Application, applications, example, identity_documents, with_new_files
from strategies.fincom.customers import customers
from suites.fincom.attaching import refuses, takes
from suites.fincom.driver import Fincom

# One broken promise of each kind; all of them can be seen in the request alone.
BROKEN: tuple[Edit, ...] = (
    edits.IDENTIFYING_DOCUMENTS_OBJECT,
    edits.UNKNOWN_IDENTITY_TYPE[0],
    edits.FRONT_ONLY[0],
    edits.EXPIRED[0],
    uris.FRONT_EQUALS_BACK,
    others.ADDRESS_DOCUMENTS_EMPTY,
    others.TWO_ADDRESS_DOCUMENTS[0],
    others.PROOF_COUNTRY_DIFFERS[0],
)
MALFORMED_IDS = ("not-a-uuid", "1", "55bd6b4e-c20a-4cc8-9535-91d5557a67d", "55bd6b4e-c20a-4cc8-9535-91d5557a67d9-0")


def two_sided() -> st.SearchStrategy[Application]:
    """Applications with an identity document that has a front and a back."""
    return applications(identity=identity_documents(types=TWO_SIDED))


@rule("fincom-v2/attach-takes-the-example")
@given(customer=customers(country="USA"))
def test_the_example_is_taken(fincom: Fincom, customer: Json) -> None:
    """The body of the guide's own example is taken."""
    takes(fincom, Application(customer, example()))


@rule("fincom-v2/attach-works-without-selfie")
@given(application=applications(with_selfie=False))
def test_no_selfie_is_needed(fincom: Fincom, application: Application) -> None:
    """A client that is not configured to need a selfie attaches documents without one."""
    takes(fincom, application)


@rule("fincom-v2/attach-answers-200")
@given(application=applications())
def test_taken_is_200(fincom: Fincom, application: Application) -> None:
    """An attach that is taken is answered with 200, neither 201 nor 202."""
    takes(fincom, application)


@rule("fincom-v2/attach-echoes-the-customer")
@given(application=applications(), other=applications())
def test_the_customer_is_echoed(fincom: Fincom, application: Application, other: Application) -> None:
    """The answer carries the id of the customer that the path names."""
    # Two of them: who answers with what was said before has to have said something.
    for each in (application, other):
        customer = fincom.new_customer(each.customer)
        exchange = fincom.expect(fincom.attach(customer, each.documents))
        if exchange.data["customer_id"] != customer.id:
            raise fincom.breach(f"the answer speaks of customer {exchange.data['customer_id']}, the path of {customer.id}", exchange)


@rule("fincom-v2/attach-meta-is-null")
@given(application=applications())
def test_meta_is_null(fincom: Fincom, application: Application) -> None:
    """The answer has a `meta` key and it is null."""
    takes(fincom, application)


@rule("fincom-v2/attach-customer-comes-from-the-path")
@given(application=applications())
def test_the_path_names_the_customer(fincom: Fincom, application: Application) -> None:
    """The body needs no customer_id."""
    if "customer_id" in application.documents:
        raise ValueError("the generated body must not name a customer")
    takes(fincom, application)


@rule("fincom-v2/attach-validates-before-200")
@given(application=two_sided())
def test_validation_comes_before_200(fincom: Fincom, application: Application) -> None:
    """A body that breaks a rule is refused in the answer itself."""
    refuses(fincom, application, BROKEN)


@rule("fincom-v2/attach-unknown-customer")
@given(application=applications())
def test_unknown_customers_have_no_documents(fincom: Fincom, application: Application) -> None:
    """Documents cannot be attached to a customer that does not exist."""
    customer = fincom.new_customer(application.customer)
    fincom.upload_for(customer, application.documents)
    stranger = replace(customer, id=str(uuid.uuid4()))
    fincom.expect(fincom.attach(stranger, application.documents))
    fincom.refuses_attach(customer, application.documents, ())


@rule("fincom-v2/attach-malformed-customer-id")
@given(application=applications())
def test_malformed_ids_are_turned_away(fincom: Fincom, application: Application) -> None:
    """A customer id that is no UUID is turned away."""
    customer = fincom.new_customer(application.customer)
    fincom.upload_for(customer, application.documents)
    for malformed in MALFORMED_IDS:
        fincom.expect(fincom.attach(replace(customer, id=malformed), application.documents))
    fincom.refuses_attach(customer, application.documents, ())


@rule("fincom-v2/refused-attach-changes-nothing")
@given(application=two_sided())
def test_a_refusal_changes_nothing(fincom: Fincom, application: Application) -> None:
    """After a refused attach the customer stands where it stood."""
    customer = fincom.new_customer(application.customer)
    before = fincom.status_of(customer)
    for edit in BROKEN:
        exchange = fincom.expect(fincom.attach(customer, edit(application.documents)))
        exchange.note = edit.name
    fincom.settle()
    after = fincom.status_of(customer)
    if after != before:
        raise fincom.breach(f"every attach was refused, and yet the customer went from {before} to {after}")


@rule("fincom-v2/refused-attach-can-be-corrected")
@given(application=two_sided())
def test_a_refusal_can_be_corrected(fincom: Fincom, application: Application) -> None:
    """A refused attach takes no lock and uses up no file; the corrected one is taken at once."""
    for edit in (edits.EXPIRED[0], uris.FRONT_EQUALS_BACK, others.PROOF_COUNTRY_DIFFERS[0]):
        customer = fincom.new_customer(application.customer)
        fincom.expect(fincom.attach(customer, edit(application.documents)), answers=["turned-away"])
        fincom.expect(fincom.attach(customer, application.documents))


@rule("fincom-v2/attach-for-one-leaves-others")
@given(application=applications())
def test_others_are_left_alone(fincom: Fincom, application: Application) -> None:
    """Attaching documents to one customer changes no other customer."""
    bystanders = [fincom.new_customer(application.customer)]
    customer = fincom.new_customer(application.customer)
    bystanders.append(fincom.new_customer(application.customer))
    fincom.upload_for(bystanders[0], with_new_files(application.documents, "unused"))
    fincom.expect(fincom.attach(customer, application.documents))
    fincom.settle()
    for bystander in bystanders:
        status = fincom.status_of(bystander)
        if status != "INCOMPLETE":
            raise fincom.breach(f"only customer {customer.id} was given documents, and yet {bystander.id} is {status}")


@rule("fincom-v2/v1-attach-body-is-refused")
@given(application=applications())
def test_the_v1_body_is_refused(fincom: Fincom, application: Application) -> None:
    """The body of V1's attach is refused by V2."""
    refuses(fincom, application, (others.V1_BODY, others.V1_KEYS))
