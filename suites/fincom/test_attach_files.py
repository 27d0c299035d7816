import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import rule
from strategies.edits import Edit
from strategies.files import SampleFile, papers
from strategies.fincom import attach_other_edits as others
from strategies.fincom import attach_uri_edits as edits
from strategies.fincom.attach_parts import on
from strategies.fincom.attachments import TWO_SIDED, Application, applications, identity_documents
from strategies.placeholders import uploads_in
from suites.fincom.attaching import refuses, takes
from suites.fincom.driver import Fincom

PLACES = tuple(edits.URI_PLACES)


def refuses_at(fincom: Fincom, place: str, application: Application, forms: tuple[Edit, ...]) -> None:
    """Each form of the URI at that place of the body must be refused; a refusal of the field must name the place."""
    where, name = edits.URI_PLACES[place]
    refuses(fincom, application, on(where, *forms), names=[name])


@rule("fincom-v2/uri-is-required")
@pytest.mark.parametrize("place", PLACES)
@given(application=applications())
def test_a_uri_is_required(fincom: Fincom, place: str, application: Application) -> None:
    """A file entry without a URI is refused."""
    refuses_at(fincom, place, application, edits.URI_MISSING)


@rule("fincom-v2/unknown-uri-is-refused")
@pytest.mark.parametrize("place", PLACES)
@given(application=applications())
def test_unknown_uris_are_refused(fincom: Fincom, place: str, application: Application) -> None:
    """A URI that no upload ever returned is refused."""
    refuses_at(fincom, place, application, edits.URI_UNKNOWN)


@rule("fincom-v2/foreign-uri-is-refused")
@pytest.mark.parametrize("place", PLACES)
@given(application=applications())
def test_foreign_uris_are_refused(fincom: Fincom, place: str, application: Application) -> None:
    """A file uploaded for another customer of the same client is refused, wherever it stands."""
    refuses_at(fincom, place, application, edits.URI_OF_NEIGHBOUR)


@rule("fincom-v2/foreign-client-uri-is-refused")
@pytest.mark.parametrize("place", PLACES)
@given(application=applications())
def test_uris_of_other_clients_are_refused(fincom: Fincom, place: str, application: Application) -> None:
    """A file uploaded by another client is refused."""
    refuses_at(fincom, place, application, edits.URI_OF_STRANGER)


@rule("fincom-v2/absolute-url-is-refused")
@pytest.mark.parametrize("place", PLACES)
@given(application=applications())
def test_urls_are_refused(fincom: Fincom, place: str, application: Application) -> None:
    """A URL or a climbing path in the place of an uploaded URI is refused."""
    refuses_at(fincom, place, application, edits.URI_ELSEWHERE)


@rule("fincom-v2/foreign-uri-leaves-the-owner-alone")
@given(application=applications())
def test_the_owner_keeps_the_file(fincom: Fincom, application: Application) -> None:
    """After somebody else was refused a file, its owner can still attach it."""
    owner, other = fincom.new_customer(application.customer), fincom.new_customer(application.customer)
    fincom.upload_for(owner, application.documents)
    other.uris.update(owner.uris)
    fincom.expect(fincom.attach(other, application.documents), answers=["turned-away", "forbidden", "missing"])
    fincom.expect(fincom.attach(owner, application.documents))


@rule("fincom-v2/uri-front-equals-back-is-refused")
@given(application=applications(identity=identity_documents(types=TWO_SIDED)))
def test_front_and_back_differ(fincom: Fincom, application: Application) -> None:
    """One URI for the front and the back of a document is refused."""
    refuses(fincom, application, edits.FRONT_EQUALS_BACK)


@rule("fincom-v2/uri-identity-equals-address-is-refused")
@given(application=applications())
def test_identity_and_address_differ(fincom: Fincom, application: Application) -> None:
    """One URI for the identity document and the address proof is refused."""
    refuses(fincom, application, edits.IDENTITY_EQUALS_ADDRESS)


@rule("fincom-v2/equal-bytes-under-two-uris-are-accepted")
@given(application=applications(), paper=papers(), together=st.booleans())
def test_contents_may_be_equal(fincom: Fincom, application: Application, paper: SampleFile, together: bool) -> None:
    """The same file uploaded several times gives several URIs, and they can stand side by side."""
    customer = fincom.new_customer(application.customer)
    slots = uploads_in(application.documents)
    for batch in [slots] if together else [[slot] for slot in slots]:
        exchange = fincom.expect(fincom.upload(customer.id, [(slot.slot, paper) for slot in batch]), answers=["uploaded"])
        answered = {name: uri for entry in exchange.data["files"] for name, uri in entry.items()}
        customer.uris.update({slot: answered[slot.slot] for slot in batch})
    fincom.expect(fincom.attach(customer, application.documents))


@rule("fincom-v2/terms-value-is-accepted")
@given(application=applications())
def test_the_terms_value_is_taken(fincom: Fincom, application: Application) -> None:
    """The value parsed from the customer's own terms URL is taken."""
    takes(fincom, application)


@rule("fincom-v2/terms-value-of-another-is-refused")
@given(application=applications())
def test_terms_belong_to_their_customer(fincom: Fincom, application: Application) -> None:
    """The terms value of another customer is refused."""
    refuses(fincom, application, others.TERMS_OF_ANOTHER)


@rule("fincom-v2/terms-value-made-up-is-refused")
@given(application=applications())
def test_terms_cannot_be_made_up(fincom: Fincom, application: Application) -> None:
    """A terms value that the customer was never given is refused."""
    refuses(fincom, application, others.TERMS_MADE_UP)
