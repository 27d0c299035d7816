import pytest
from hypothesis import given

from harness.rules import rule
from strategies.fincom import v1_attach_edits as edits
from strategies.fincom.v1_attachments import (
    CARDS,
    PROOF_TYPES,
    TWO_SIDED,
    V1Application,
    v1_applications,
    v1_documents,
    v1_identities,
)
from suites.fincom.v1 import FincomV1

PROOFS = (edits.IDENTITY, edits.PROOF)
passports = v1_applications(identity=v1_identities(types=("PASSPORT",)))
cards = v1_applications(identity=v1_identities(types=TWO_SIDED))


@rule("fincom-v1/attach-takes-the-example")
def test_the_example_is_taken(v1: FincomV1) -> None:
    """The body of the guide's own example (passport without a side, utility bill, terms value) is taken."""
    v1.expect(v1.attach(v1.new_customer(), v1_documents()))


@rule("fincom-v1/attach-answers-the-customer-id")
@given(application=v1_applications())
def test_the_answer_names_the_customer(v1: FincomV1, application: V1Application) -> None:
    """The answer carries the id of the customer that the body names."""
    customer = v1.new_customer(application.customer)
    exchange = v1.expect(v1.attach(customer, application.documents))
    if exchange.data["customer_id"] != customer.id:
        raise v1.breach(f"the answer is about {exchange.data['customer_id']!r}, the body about {customer.id!r}", exchange)


@rule("fincom-v1/attach-needs-customer-id")
@given(application=v1_applications())
def test_a_customer_id_is_demanded(v1: FincomV1, application: V1Application) -> None:
    """A body without customer_id is refused."""
    v1.refuses_documents(application, edits.NO_CUSTOMER_ID)


@rule("fincom-v1/attach-unknown-customer")
@given(application=v1_applications())
def test_an_unknown_customer_is_refused(v1: FincomV1, application: V1Application) -> None:
    """A customer id that nobody has, or that is no id, is refused."""
    v1.refuses_documents(application, edits.UNKNOWN_CUSTOMER)


@rule("fincom-v1/attach-needs-identity")
@given(application=v1_applications())
def test_a_proof_of_identity_is_demanded(v1: FincomV1, application: V1Application) -> None:
    """A body without proof_of_identity is refused."""
    v1.refuses_documents(application, edits.NO_PROOF[edits.IDENTITY])


@rule("fincom-v1/attach-needs-address-proof")
@given(application=v1_applications())
def test_a_proof_of_address_is_demanded(v1: FincomV1, application: V1Application) -> None:
    """A body without proof_of_address is refused."""
    v1.refuses_documents(application, edits.NO_PROOF[edits.PROOF])


@rule("fincom-v1/proofs-are-objects")
@pytest.mark.parametrize("proof", PROOFS)
@given(application=v1_applications())
def test_a_proof_is_an_object(v1: FincomV1, proof: str, application: V1Application) -> None:
    """A list, as in V2, is refused in the place of either proof."""
    v1.refuses_documents(application, edits.PROOF_NO_OBJECT[proof], names=[proof])


@rule("fincom-v1/attach-needs-terms-value")
@given(application=v1_applications())
def test_a_terms_value_is_demanded(v1: FincomV1, application: V1Application) -> None:
    """A body without tos_policies_value is refused."""
    v1.refuses_documents(application, edits.NO_TERMS)


@rule("fincom-v1/terms-value-blank-is-refused")
@given(application=v1_applications())
def test_blank_is_no_terms_value(v1: FincomV1, application: V1Application) -> None:
    """Null and empty text are no terms value."""
    v1.refuses_documents(application, edits.TERMS_BLANK)


@rule("fincom-v1/terms-value-of-another-is-refused")
@given(application=v1_applications())
def test_the_terms_value_is_the_customers_own(v1: FincomV1, application: V1Application) -> None:
    """The terms value of another customer, or a made-up one, is refused."""
    v1.refuses_documents(application, edits.TERMS_OF_ANOTHER)


@rule("fincom-v1/v2-attach-body-is-refused")
@given(application=v1_applications())
def test_the_lists_of_v2_are_refused(v1: FincomV1, application: V1Application) -> None:
    """The lists of V2 in the place of the two proofs are refused."""
    v1.refuses_documents(application, edits.V2_BODY)


@rule("fincom-v1/passport-side-is-free")
@given(application=passports)
def test_the_side_of_a_passport_is_free(v1: FincomV1, application: V1Application) -> None:
    """A passport is taken with one file, without a side and with the side FRONT."""
    v1.takes(application, *edits.PASSPORT_SIDES)


@rule("fincom-v1/both-sides-are-accepted")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=cards)
def test_both_sides_are_taken(v1: FincomV1, kind: str, application: V1Application) -> None:
    """A national ID and a driving licence are taken with FRONT and BACK in either order."""
    v1.takes(application, *(edits.identity_type(kind).then(edit).named(edit.name) for edit in edits.BOTH_SIDES))


@rule("fincom-v1/both-sides-are-demanded")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=cards)
def test_both_sides_are_demanded(v1: FincomV1, kind: str, application: V1Application) -> None:
    """A national ID or a driving licence without a FRONT and a BACK is refused."""
    typed = edits.identity_type(kind)
    v1.refuses_documents(V1Application(application.customer, typed(application.documents)), edits.SIDES_MISSING)


@rule("fincom-v1/residence-permit-as-identity-is-refused")
@given(application=cards)
def test_a_residence_permit_proves_no_identity(v1: FincomV1, application: V1Application) -> None:
    """A residence permit is refused as proof of identity."""
    v1.refuses_documents(application, edits.RESIDENCE_PERMIT)


@rule("fincom-v1/selfie-as-identity-is-refused")
@given(application=passports)
def test_a_selfie_proves_no_identity(v1: FincomV1, application: V1Application) -> None:
    """A selfie is refused as proof of identity."""
    v1.refuses_documents(application, edits.SELFIE)


@rule("fincom-v1/unknown-identity-type-is-refused")
@given(application=v1_applications())
def test_an_unknown_identity_type_is_refused(v1: FincomV1, application: V1Application) -> None:
    """A type of identity document that the table does not have, or none, is refused."""
    v1.refuses_documents(application, edits.UNKNOWN_IDENTITY_TYPE)


@rule("fincom-v1/us-licence-needs-no-state")
@given(application=cards)
def test_a_us_licence_needs_no_state(v1: FincomV1, application: V1Application) -> None:
    """A US driving licence is taken without a state, a field that V1 does not have."""
    typed, of_the_usa, sided = edits.US_LICENCE
    v1.takes(application, typed.then(of_the_usa).then(sided).named("us-licence"))


@rule("fincom-v1/identity-fields-are-required")
@pytest.mark.parametrize("field", edits.IDENTITY_FIELDS)
@given(application=v1_applications())
def test_a_field_of_the_identity_is_demanded(v1: FincomV1, field: str, application: V1Application) -> None:
    """A proof of identity without its number, country, day of issue or day of expiry is refused."""
    v1.refuses_documents(application, edits.IDENTITY_FIELDS[field], names=[field])


@rule("fincom-v1/identity-dates-are-dates")
@pytest.mark.parametrize("field", edits.NO_DATES)
@given(application=v1_applications())
def test_dates_are_dates(v1: FincomV1, field: str, application: V1Application) -> None:
    """A day of issue or of expiry in another form, or that no calendar has, is refused."""
    v1.refuses_documents(application, edits.NO_DATES[field], names=[field])


@rule("fincom-v1/address-proof-types-are-accepted")
@pytest.mark.parametrize("kind", PROOF_TYPES)
@given(application=v1_applications())
def test_a_type_of_address_proof_is_taken(v1: FincomV1, kind: str, application: V1Application) -> None:
    """Each of the eight types of address proof is taken."""
    v1.takes(application, edits.proof_type(kind))


@rule("fincom-v1/address-proof-unknown-type-is-refused")
@given(application=v1_applications())
def test_an_unknown_type_of_address_proof_is_refused(v1: FincomV1, application: V1Application) -> None:
    """A type of address proof that the table does not have, or none, is refused."""
    v1.refuses_documents(application, edits.UNKNOWN_PROOF_TYPE)


@rule("fincom-v1/proofs-need-a-file")
@pytest.mark.parametrize("proof", PROOFS)
@given(application=v1_applications())
def test_a_proof_needs_a_file(v1: FincomV1, proof: str, application: V1Application) -> None:
    """A proof of identity or of address without a file is refused."""
    v1.refuses_documents(application, edits.NO_FILE[proof], names=[f"{proof}.files"])


@rule("fincom-v1/unknown-uri-is-refused")
@pytest.mark.parametrize("proof", PROOFS)
@given(application=v1_applications())
def test_a_uri_that_nobody_issued_is_refused(v1: FincomV1, proof: str, application: V1Application) -> None:
    """A URI that no upload answered is refused."""
    v1.refuses_documents(application, edits.NEVER_ISSUED[proof], names=[f"{proof}.files.*.uri"])


@rule("fincom-v1/foreign-uri-is-refused")
@pytest.mark.parametrize("proof", PROOFS)
@given(application=v1_applications())
def test_a_uri_of_another_customer_is_refused(v1: FincomV1, proof: str, application: V1Application) -> None:
    """A URI of another customer's file is refused."""
    v1.refuses_documents(application, edits.FOREIGN[proof], names=[f"{proof}.files.*.uri"])


@rule("fincom-v1/amb-expiry")
@given(application=v1_applications())
def test_an_expired_document(v1: FincomV1, application: V1Application) -> None:
    """Identity documents past their day of expiry."""
    v1.observes_documents(application, *edits.EXPIRED)


@rule("fincom-v1/amb-uri-reuse")
@given(application=v1_applications())
def test_one_file_for_both_proofs(v1: FincomV1, application: V1Application) -> None:
    """One URI in the proof of identity and in the proof of address."""
    v1.observes_documents(application, edits.ONE_URI_TWICE)


@rule("fincom-v1/amb-address-proof-sides")
@pytest.mark.parametrize("kind", CARDS)
@given(application=v1_applications())
def test_one_side_of_a_card_as_address_proof(v1: FincomV1, kind: str, application: V1Application) -> None:
    """A card as proof of address, with one file that names no side."""
    v1.observes_documents(application, edits.proof_type(kind).then(edits.ONE_FILE).named(f"{kind.lower()}-one-file"))


@rule("fincom-v1/amb-address-proof-country")
@given(application=v1_applications())
def test_a_proof_of_another_country(v1: FincomV1, application: V1Application) -> None:
    """A proof of address from another country than that of the residence."""
    v1.observes_documents(application, edits.PROOF_COUNTRY)
