from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit, get
from strategies.fincom import create_edits as edits
from strategies.fincom.customers import customers
from strategies.fincom.detail_edits import capitals
from suites.fincom.creating import read_back
from suites.fincom.driver import Fincom
from suites.fincom.listing import customer_with_email


def reliant() -> st.SearchStrategy[Json]:
    """Customers whose verification rests on the client."""
    return customers(verification_type="RELIANCE")


@rule("fincom-v2/verification-type-is-required")
@given(customer=customers())
def test_a_verification_type_is_required(fincom: Fincom, customer: Json) -> None:
    """A body without a verification type is refused, although V1 had a default."""
    fincom.refuses_create(customer, edits.NO_VERIFICATION_TYPE)


@rule("fincom-v2/verification-type-null-is-refused")
@given(customer=customers())
def test_null_is_no_verification_type(fincom: Fincom, customer: Json) -> None:
    """Null or empty text is no verification type."""
    fincom.refuses_create(customer, edits.null_or_blank(edits.VERIFICATION))


@rule("fincom-v2/standard-is-accepted")
@given(customer=customers(verification_type="STANDARD"))
def test_standard_is_taken(fincom: Fincom, customer: Json) -> None:
    """STANDARD works for a client that has nothing enabled."""
    fincom.accepts_create(customer)


@rule("fincom-v2/unknown-verification-type-is-refused")
@given(customer=customers())
def test_an_unknown_verification_type_is_refused(fincom: Fincom, customer: Json) -> None:
    """Any word but STANDARD and RELIANCE is refused."""
    fincom.refuses_create(customer, edits.UNKNOWN_VERIFICATION_TYPES)


@rule("fincom-v2/reliance-without-flag-is-423")
@given(customer=customers())
def test_reliance_without_the_flag_is_423(fincom: Fincom, customer: Json) -> None:
    """RELIANCE is answered with 423 and its message where the client is not enabled for it."""
    fincom.refuses_create(customer, edits.RELIANCE)


@rule("fincom-v2/reliance-refusal-has-message-only")
@given(customer=customers())
def test_the_refusal_of_reliance_has_a_message_only(fincom: Fincom, customer: Json) -> None:
    """The refusal of RELIANCE carries its message alone, neither fields nor an error object."""
    fincom.refuses_create(customer, edits.RELIANCE)


@rule("fincom-v2/reliance-refusal-creates-nothing")
@given(customer=customers())
def test_the_refusal_of_reliance_makes_nothing(fincom: Fincom, customer: Json) -> None:
    """After a refusal of RELIANCE the client has no more customers than before."""
    fincom = fincom.quiet()
    refused = fincom.expect(fincom.create(edits.RELIANCE(customer)), answers=["reliance-refused"])
    email = get(refused.sent, "basic_info.email")
    if customer_with_email(fincom, email):
        raise fincom.breach(f"the refused customer {email} stands in the list all the same", refused)


@rule("fincom-v2/reliance-with-flag-is-accepted")
@given(customer=reliant())
def test_reliance_with_the_flag_is_taken(fincom: Fincom, customer: Json) -> None:
    """A client that is enabled for RELIANCE creates customers with it."""
    fincom.with_settings(reliance=True).accepts_create(customer)


@rule("fincom-v2/reliance-is-kept")
@given(customer=reliant())
def test_reliance_is_kept(fincom: Fincom, customer: Json) -> None:
    """A customer created with RELIANCE is read back with RELIANCE."""
    enabled = fincom.with_settings(reliance=True)
    told = read_back(enabled, enabled.accepts_create(customer)).get("verification_type")
    if told != "RELIANCE":
        raise fincom.breach(f"created with RELIANCE, read back with {told!r}")


@rule("fincom-v2/reliance-still-validates")
@given(customer=reliant(), capital=capitals("local-part"))
def test_reliance_spares_no_validation(fincom: Fincom, customer: Json, capital: Edit) -> None:
    """RELIANCE spares no field its validation, such as that of the e-mail."""
    fincom.with_settings(reliance=True).refuses_create(customer, capital)


@rule("fincom/amb-reliance-vs-validation")
@given(customer=customers(), capital=capitals("local-part"))
def test_reliance_or_the_field_first(fincom: Fincom, customer: Json, capital: Edit) -> None:
    """RELIANCE that is not enabled and a broken field in one body."""
    fincom.observes_create(customer, capital.then(edits.RELIANCE))
