import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, insert
from strategies.fincom import profile_edits as edits
from strategies.fincom.customers import customers, metadata
from suites.fincom.creating import differences, observes, read_back, takes
from suites.fincom.driver import Fincom


@rule("fincom-v2/metadata-is-optional")
@given(customer=customers(optionals="all"))
def test_metadata_may_be_absent(fincom: Fincom, customer: Json) -> None:
    """A body without meta_data is taken."""
    takes(fincom, customer, drop(edits.META_DATA))


@rule("fincom-v2/metadata-pairs-are-accepted")
@given(customer=customers(), pairs=metadata())
def test_text_pairs_are_taken(fincom: Fincom, customer: Json, pairs: dict[str, str]) -> None:
    """Custom pairs with any text as key and value are taken."""
    takes(fincom, customer, edits.METADATA_PAIRS, insert(edits.META_DATA, pairs, name="any-pairs"))


@rule("fincom-v2/metadata-empty-is-accepted")
@given(customer=customers())
def test_no_pairs_are_taken(fincom: Fincom, customer: Json) -> None:
    """An empty meta_data object is taken."""
    takes(fincom, customer, edits.METADATA_EMPTY)


@rule("fincom-v2/metadata-is-an-object")
@given(customer=customers())
def test_metadata_is_an_object(fincom: Fincom, customer: Json) -> None:
    """A list, a text or a number in the place of the meta_data object is refused."""
    fincom.refuses_create(customer, edits.METADATA_NO_OBJECT)


@rule("fincom-v2/metadata-does-not-leak-into-fields")
@given(customer=customers())
def test_metadata_stays_metadata(fincom: Fincom, customer: Json) -> None:
    """Keys in meta_data that are named like fields of the customer change nothing about the customer."""
    made = fincom.accepts_create(edits.METADATA_MIMICRY(customer))
    sent = made.sent["basic_info"]
    wanted = {"customer_id": made.id, "verification_type": "STANDARD", "customer_status": "INCOMPLETE"}
    wanted |= {"email": sent["email"], "first_name": sent["first_name"]}
    wrong = differences(read_back(fincom, made), wanted)
    if wrong:
        raise fincom.breach("; ".join(wrong))


@rule("fincom/amb-metadata-values")
@pytest.mark.parametrize("kind", edits.METADATA_VALUES)
@given(customer=customers())
def test_values_besides_text(fincom: Fincom, kind: str, customer: Json) -> None:
    """Custom pairs whose values are no text."""
    observes(fincom, customer, edits.METADATA_VALUES[kind])
