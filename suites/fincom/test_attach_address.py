import pytest
from hypothesis import given

from harness.rules import rule
from strategies.fincom import attach_other_edits as edits
from strategies.fincom.attach_parts import proof_of
from strategies.fincom.attachments import (
    FOREIGN_ISSUERS,
    PROOF_TYPES,
    Application,
    applications,
    identity_documents,
)
from suites.fincom.attaching import refuses, takes
from suites.fincom.driver import Fincom

NOT_ON_PROOFS = {"number", "issue_date", "expiry_date", "state"}


@rule("fincom-v2/address-documents-are-required")
@given(application=applications())
def test_an_address_proof_is_required(fincom: Fincom, application: Application) -> None:
    """An attach without address_documents is refused."""
    refuses(fincom, application, edits.ADDRESS_DOCUMENTS_MISSING)


@rule("fincom-v2/address-documents-empty-is-refused")
@given(application=applications())
def test_address_documents_are_not_empty(fincom: Fincom, application: Application) -> None:
    """An empty list of address_documents is refused."""
    refuses(fincom, application, edits.ADDRESS_DOCUMENTS_EMPTY)


@rule("fincom-v2/two-address-documents-are-refused")
@given(application=applications())
def test_one_address_proof_is_enough(fincom: Fincom, application: Application) -> None:
    """Two address documents in one request are refused."""
    refuses(fincom, application, edits.TWO_ADDRESS_DOCUMENTS)


@rule("fincom-v2/address-documents-is-an-array")
@given(application=applications())
def test_address_documents_is_an_array(fincom: Fincom, application: Application) -> None:
    """One address document that is not in a list is refused."""
    refuses(fincom, application, edits.ADDRESS_DOCUMENTS_OBJECT)


@rule("fincom-v2/every-address-proof-type-is-accepted")
@pytest.mark.parametrize("kind", PROOF_TYPES)
@given(application=applications())
def test_every_address_proof_type_is_taken(fincom: Fincom, kind: str, application: Application) -> None:
    """Each of the three address proof types is taken."""
    takes(fincom, Application(application.customer, edits.proof_type(kind)(application.documents)))


@rule("fincom-v2/dropped-address-proof-types-are-refused")
@pytest.mark.parametrize("kind", edits.DROPPED_PROOF_TYPES)
@given(application=applications())
def test_dropped_proof_types_are_refused(fincom: Fincom, kind: str, application: Application) -> None:
    """The five address proof types that only V1 knows are refused."""
    refuses(fincom, application, edits.proof_type(kind))


@rule("fincom-v2/address-proof-unknown-type-is-refused")
@given(application=applications())
def test_unknown_proof_types_are_refused(fincom: Fincom, application: Application) -> None:
    """An address proof of no type or of a type that no list knows is refused."""
    refuses(fincom, application, edits.UNKNOWN_PROOF_TYPE)


@rule("fincom-v2/address-proof-country-matches-residence")
@given(application=applications())
def test_the_proof_is_of_the_country_of_residence(fincom: Fincom, application: Application) -> None:
    """An address proof of another country than the one of residence is refused."""
    refuses(fincom, application, edits.PROOF_COUNTRY_DIFFERS)


@rule("fincom-v2/address-proof-country-not-identity-country")
@given(application=applications(residence="USA", identity=identity_documents(types=("PASSPORT",), countries=FOREIGN_ISSUERS)))
def test_the_proof_does_not_follow_the_passport(fincom: Fincom, application: Application) -> None:
    """The address proof follows the country of residence also where the identity document is foreign."""
    refuses(fincom, application, edits.PROOF_OF_IDENTITY_COUNTRY)


@rule("fincom-v2/address-proof-country-is-required")
@given(application=applications())
def test_the_proof_says_its_country(fincom: Fincom, application: Application) -> None:
    """An address proof without its country is refused."""
    refuses(fincom, application, edits.PROOF_COUNTRY_MISSING)


@rule("fincom-v2/address-proof-needs-a-file")
@given(application=applications())
def test_the_proof_has_a_file(fincom: Fincom, application: Application) -> None:
    """An address proof without a file is refused."""
    refuses(fincom, application, edits.PROOF_WITHOUT_FILE)


@rule("fincom-v2/address-proof-one-file-only")
@given(application=applications())
def test_the_proof_has_one_file(fincom: Fincom, application: Application) -> None:
    """An address proof with two files is refused."""
    refuses(fincom, application, edits.PROOF_TWO_FILES)


@rule("fincom-v2/address-proof-needs-no-side-number-or-dates")
@given(application=applications())
def test_a_proof_is_no_identity_document(fincom: Fincom, application: Application) -> None:
    """An address proof needs no side, number or dates."""
    proof = proof_of(application.documents)
    if NOT_ON_PROOFS & set(proof) or "side" in proof["files"][0]:
        raise ValueError("the generated address proof must carry nothing of an identity document")
    takes(fincom, application)
