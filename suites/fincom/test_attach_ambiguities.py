from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from hypothesis import given

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, insert
from strategies.fincom import attach_edits as edits
from strategies.fincom import attach_other_edits as others
from strategies.fincom import attach_uri_edits as uris
from strategies.fincom.attach_parts import identity_of, on
from strategies.fincom.attachments import Application, applications, identity_documents, with_new_files
from strategies.fincom.customers import customers
from suites.fincom.attaching import attached, brought_to, observes
from suites.fincom.driver import Fincom

NOTHING = Edit("unedited", lambda body: body)
US_LICENCE = identity_documents(types=("DRIVERS_LICENSE",), countries=("USA",))


@rule("fincom-v2/amb-attach-validation-shape")
@given(application=applications(identity=identity_documents(issued=False)))
def test_the_shape_of_attach_refusals(fincom: Fincom, application: Application) -> None:
    """In which shape attach refuses a field."""
    customer = fincom.new_customer(application.customer)
    for edit in (edits.EXPIRED[0], others.PROOF_COUNTRY_DIFFERS[0], others.ADDRESS_DOCUMENTS_EMPTY):
        exchange = fincom.expect(fincom.attach(customer, edit(application.documents)))
        fincom.observe(f"{exchange.status} {shape_of(exchange)}")


# What a refusal looks like, first match wins.
SHAPES: tuple[tuple[str, Callable[[Json], bool]], ...] = (
    ("map-of-lists", lambda body: isinstance(body.get("errors"), dict)),
    ("list-of-maps", lambda body: isinstance(body.get("errors"), list)),
    ("data-map", lambda body: isinstance(body.get("data"), dict)),
    ("error-object", lambda body: isinstance(body.get("error"), dict)),
)


def shape_of(exchange: Exchange) -> str:
    """The name of the shape that the body of a refusal has."""
    body = exchange.json if isinstance(exchange.json, dict) else {}
    return next((name for name, fits in SHAPES if fits(body)), "another shape")


@rule("fincom-v2/amb-tos-value-required")
@given(application=applications())
def test_without_terms_value(fincom: Fincom, application: Application) -> None:
    """Whether attach needs the terms value."""
    observes(fincom, application, others.TERMS_ABSENT)


@rule("fincom/amb-tos-parse")
@given(customer=customers())
def test_where_the_terms_value_stands(fincom: Fincom, customer: Json) -> None:
    """Which parameter of the terms URL holds the value."""
    exchange = fincom.expect(fincom.create(customer))
    url = str(exchange.data["tos_policies_url"])
    query = parse_qs(urlsplit(url).query)
    fincom.observe("tos_policies_value" if "tos_policies_value" in query else "another-parameter" if query else "bare-value")


@rule("fincom-v2/amb-selfie-uri-unique")
@given(application=applications())
def test_a_selfie_that_shares_a_uri(fincom: Fincom, application: Application) -> None:
    """Whether a selfie may share the URI of another document."""
    observes(fincom, application, uris.SELFIE_EQUALS_IDENTITY, uris.SELFIE_EQUALS_ADDRESS)


@rule("fincom-v2/amb-selfie-files")
@given(application=applications())
def test_a_selfie_of_two_files(fincom: Fincom, application: Application) -> None:
    """Whether a selfie may have two files."""
    observes(fincom, application, others.SELFIE_TWO_FILES)


@rule("fincom-v2/amb-two-selfies")
@given(application=applications())
def test_two_selfies(fincom: Fincom, application: Application) -> None:
    """Whether a client that needs no selfie may send two."""
    observes(fincom, application, others.SECOND_SELFIE)


@rule("fincom-v2/amb-selfie-flag")
@given(application=applications())
def test_a_missing_selfie(fincom: Fincom, application: Application) -> None:
    """How a client that must send a selfie is told so."""
    observes(fincom.with_settings(selfie_required=True), application, others.WITHOUT_SELFIE)


@rule("fincom-v2/amb-no-identity-document")
@given(application=applications())
def test_a_selfie_alone(fincom: Fincom, application: Application) -> None:
    """Whether a selfie alone will do."""
    observes(fincom, application, others.SELFIE_ALONE)


@rule("fincom-v2/amb-selfie-state")
@given(application=applications())
def test_a_selfie_with_a_state(fincom: Fincom, application: Application) -> None:
    """Whether a state on a selfie is ignored."""
    observes(fincom, application, others.SELFIE_STATE)


@rule("fincom-v2/amb-licence-state-value")
@given(application=applications(identity=US_LICENCE))
def test_the_form_of_a_licence_state(fincom: Fincom, application: Application) -> None:
    """Which texts may stand as the state of a US licence."""
    observes(fincom, application, edits.STATE_POSTAL, edits.STATE_UNLISTED, edits.STATE_ELSEWHERE)


@rule("fincom-v2/amb-passport-side-value")
@given(application=applications(identity=identity_documents(types=("PASSPORT",))))
def test_the_back_of_a_passport(fincom: Fincom, application: Application) -> None:
    """Whether the one file of a passport may be its back."""
    observes(fincom, application, *edits.PASSPORT_BACK)


@rule("fincom-v2/amb-409-or-403")
@given(application=applications())
def test_a_repeat_right_after(fincom: Fincom, application: Application) -> None:
    """What a second attach right after the first meets."""
    second = with_new_files(application.documents, "second")
    customer = attached(fincom, application, second)
    fincom.observes_attach(customer, second, NOTHING)


@rule("fincom-v2/amb-409-or-validation")
@given(application=applications(identity=identity_documents(issued=False)))
def test_a_broken_body_in_flight(fincom: Fincom, application: Application) -> None:
    """Which comes first when a broken body meets an attach in flight."""
    second = with_new_files(application.documents, "second")
    with fincom.hold():
        customer = attached(fincom, application, second)
        fincom.observes_attach(customer, second, edits.EXPIRED[0])


@rule("fincom-v2/amb-in-flight-same-body")
@given(application=applications())
def test_an_identical_repeat(fincom: Fincom, application: Application) -> None:
    """Whether an identical repeat is a conflict."""
    with fincom.hold():
        customer = attached(fincom, application)
        fincom.observes_attach(customer, application.documents, NOTHING)


@rule("fincom-v2/amb-processing")
@given(application=applications())
def test_the_status_while_queued(fincom: Fincom, application: Application) -> None:
    """In which status a customer is right after the 200."""
    customer = fincom.new_customer(application.customer)
    fincom.expect(fincom.attach(customer, application.documents))
    fincom.observe(fincom.status_of(customer))


@rule("fincom-v2/amb-on-hold-name")
@given(application=applications())
def test_the_name_of_a_hold(fincom: Fincom, application: Application) -> None:
    """What the status of a customer on hold is called."""
    fincom.observe(fincom.status_of(brought_to(fincom, "ON_HOLD", application)))


@rule("fincom-v2/amb-action-required-arrow")
@given(application=applications())
def test_where_action_required_comes_from(fincom: Fincom, application: Application) -> None:
    """From where else than from review a customer can be asked for action."""
    leads = {before: leads_to(fincom, before, "ACTION_REQUIRED", application) for before in ("APPROVED", "ON_HOLD")}
    if not any(leads.values()):
        fincom.observe("from-review-only")
    for before, possible in leads.items():
        if possible:
            fincom.observe(f"from-{before.lower().replace('_', '-')}-too")


@rule("fincom/amb-on-hold-exit")
@given(application=applications())
def test_where_a_hold_leads(fincom: Fincom, application: Application) -> None:
    """Where ON_HOLD leads."""
    for after in ("REVIEWING", "APPROVED", "REJECTED"):
        if leads_to(fincom, "ON_HOLD", after, application):
            fincom.observe(after)


def leads_to(fincom: Fincom, before: str, after: str, application: Application) -> bool:
    """Whether the target lets a customer be put from one status into the other."""
    customer = brought_to(fincom, before, application)
    try:
        fincom.force(customer, after)
    except NotCheckable:
        return False
    return fincom.status_of(customer) == after


@rule("fincom-v2/amb-reliance-documents")
@given(customer=customers(verification_type="RELIANCE"))
def test_reliance_and_documents(fincom: Fincom, customer: Json) -> None:
    """Whether a customer whose KYC is relied upon needs documents."""
    client = fincom.with_settings(reliance=True)
    status = client.status_of(client.new_customer(customer))
    client.observe(status if status == "INCOMPLETE" else "beyond-incomplete")


@rule("fincom-v2/amb-expiry-today")
@given(application=applications(identity=identity_documents(issued=False)))
def test_a_document_that_expires_today(fincom: Fincom, application: Application) -> None:
    """Whether a document that expires today is still good."""
    observes(fincom, application, edits.EXPIRES_TODAY)


@rule("fincom-v2/amb-expiry-margin")
@given(application=applications(identity=identity_documents(issued=False)))
def test_a_document_that_expires_soon(fincom: Fincom, application: Application) -> None:
    """Whether a document must be good for some time yet."""
    observes(fincom, application, edits.EXPIRES_SOON)


@rule("fincom/amb-uri-across-requests")
@given(application=applications())
def test_the_same_files_again(fincom: Fincom, application: Application) -> None:
    """Whether a URI that was attached before may be used again."""
    customer = brought_to(fincom, "ACTION_REQUIRED", application)
    fincom.observes_attach(customer, application.documents, NOTHING)


@rule("fincom-v2/amb-foreign-uri-status")
@given(application=applications())
def test_how_foreign_files_are_refused(fincom: Fincom, application: Application) -> None:
    """With what a file of another customer is refused."""
    observes(fincom, application, *on(identity_of, *uris.URI_OF_NEIGHBOUR))


@rule("fincom-v2/amb-body-customer-id")
@given(application=applications())
def test_a_customer_id_in_the_body(fincom: Fincom, application: Application) -> None:
    """What a customer_id in the body means when it is not the one of the path; it never moves that other customer."""
    customer, other = fincom.new_customer(application.customer), fincom.new_customer(application.customer)
    edit = insert("customer_id", other.id, name="customer-id-of-another")
    exchange = fincom.observes_attach(customer, application.documents, edit)
    fincom.settle()
    status = fincom.status_of(other)
    if status != "INCOMPLETE":
        raise fincom.breach(f"the path named {customer.id}, and the customer that only the body named is {status}", exchange)


@rule("fincom-v2/amb-attach-step-row")
@given(application=applications())
def test_the_path_of_the_example(fincom: Fincom, application: Application) -> None:
    """Whether the path of the curl example is the one that the table lost."""
    fincom.expect(fincom.attach(fincom.new_customer(application.customer), application.documents))
    fincom.observe("curl-path")
