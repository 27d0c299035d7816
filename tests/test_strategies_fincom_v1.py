"""The bodies of Fin.com's V1: valid by the schema, and broken by their edits in just what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.edits import Edit, drop, get, has
from strategies.fincom import create_edits, detail_edits, v1_attach_edits, v1_edits
from strategies.fincom.attachments import with_new_files
from strategies.fincom.v1_attachments import (
    CARDS,
    IDENTITY_TYPES,
    PROOF_TYPES,
    TWO_SIDED,
    V1Application,
    v1_applications,
    v1_documents,
    v1_identities,
)
from strategies.fincom.v1_customers import v1_customers, v1_customers_abroad, v1_standard_customer
from strategies.placeholders import Upload, resolve
from strategies.places import alpha_2
from tests.create_kit import Desk, changed, few
from tests.spec_kit import Document

DOCUMENT = Document(Path("specs/fincom_v1.openapi.yaml"))
CREATE = DOCUMENT.component("CreateIndividual")
ATTACH = DOCUMENT.component("AttachIndividual")

Forms = Sequence[Edit]


class AttachDesk(Desk):
    """A target that also knows files and the customer at hand."""

    def uploaded(self, slot: Upload) -> str:
        return f"/{slot.owner}/{slot.slot}.{slot.kind}"

    def terms(self, of: str) -> str:
        return f"terms-of-{of}"

    def customer_id(self) -> str:
        return "customer"


def sent(body: Json) -> Json:
    """The body as it would be sent."""
    return resolve(body, AttachDesk())


@few
@given(customer=v1_customers() | st.just(v1_standard_customer()))
def test_customers_are_valid_by_the_schema(customer: Json) -> None:
    body = sent(customer)
    assert [error.message for error in CREATE.iter_errors(body)] == []
    assert body["address"]["state"].startswith(alpha_2(body["address"]["country"]))


@few
@given(customer=v1_customers())
def test_nobody_is_half_american(customer: Json) -> None:
    places = {get(customer, path) == "USA" for path in (v1_edits.RESIDENCE, v1_edits.NATIONALITY, v1_edits.COUNTRY)}
    assert len(places) == 1


@few
@given(application=v1_applications())
def test_documents_are_valid_by_the_schema(application: V1Application) -> None:
    body = sent(application.documents)
    assert [error.message for error in ATTACH.iter_errors(body)] == []
    uris = [file["uri"] for proof in ("proof_of_identity", "proof_of_address") for file in body[proof]["files"]]
    assert len(set(uris)) == len(uris)


def test_the_printed_documents_are_valid_by_the_schema() -> None:
    assert ATTACH.is_valid(sent(v1_documents()))
    assert sent(with_new_files(v1_documents(), "again"))["proof_of_identity"]["files"] != sent(v1_documents())["proof_of_identity"]["files"]


def test_every_type_is_known_to_the_schema() -> None:
    schemas = DOCUMENT.content["components"]["schemas"]
    assert set(IDENTITY_TYPES) == set(schemas["ProofOfIdentity"]["properties"]["type"]["enum"])
    assert set(PROOF_TYPES) == set(schemas["ProofOfAddress"]["properties"]["type"]["enum"])
    assert set(CARDS) < set(PROOF_TYPES)


def one_field_edits() -> Iterator[tuple[str, str, Forms, bool]]:
    """Edits of one field each of a US customer: a word for the parameter, the field, the forms, whether the schema refuses them."""
    for path in (*v1_edits.DETAILS, *v1_edits.ADDRESS):
        yield "presence", path, (drop(path), *create_edits.not_text(path)), True
    for path in v1_edits.PROFILE:
        yield "presence", path, (drop(path), create_edits.null(path)), True
    for path in v1_edits.LATIN_ONLY[:2]:
        yield "letters", path, v1_edits.in_letters(path, *v1_edits.NON_LATIN), True
    for path in v1_edits.LATIN_ONLY[2:]:
        yield "letters", path, v1_edits.in_letters(path, *v1_edits.NON_LATIN), False
    yield "ssn", v1_edits.TIN, (*v1_edits.TIN_NO_SSN, *v1_edits.TIN_AS_IN_V2), True
    yield "absurd", v1_edits.TIN, (v1_edits.TIN_ABSURD,), True
    yield "state", v1_edits.STATE, (*v1_edits.STATE_SHORT, *v1_edits.STATE_NAMES.values()), True
    yield "state-elsewhere", v1_edits.STATE, (v1_edits.STATE_UNLISTED, v1_edits.STATE_ABROAD), False
    yield "dob", detail_edits.DOB, tuple(v1_edits.AGES.values()), False


ONE_FIELD = [pytest.param(path, forms, refused, id=f"{kind}-{path}") for kind, path, forms, refused in one_field_edits()]


@pytest.mark.parametrize(("path", "forms", "refused"), ONE_FIELD)
@settings(max_examples=3, deadline=None)
@given(customer=v1_customers(country="USA", optionals="all"))
def test_an_edit_changes_its_field_and_nothing_else(path: str, forms: Forms, refused: bool, customer: Json) -> None:
    before, untouched = sent(customer), repr(customer)
    for edit in forms:
        after = sent(edit(customer))
        places = changed(before, after)
        assert places, f"{edit} is void"
        assert all(place == path or place.startswith(f"{path}.") for place in places), f"{edit} also changes {places}"
        assert CREATE.is_valid(after) is not refused, edit
    assert repr(customer) == untouched
    assert len({edit.name for edit in forms}) == len(forms), "two forms of one name"


@few
@given(customer=v1_customers(), abroad=v1_customers_abroad())
def test_keys_of_v2_stand_in_the_place_of_their_predecessors(customer: Json, abroad: Json) -> None:
    for path, edit in v1_edits.NEW_KEYS.items():
        body = sent(edit(customer))
        assert not has(body, path)
        assert has(body, v1_edits.SUCCESSORS[path])
        assert not CREATE.is_valid(body)
    whole = sent(v1_edits.V2_BODY(abroad))
    assert not any(has(whole, path) for path in v1_edits.NEW_KEYS)
    assert Document(Path("specs/fincom_v2.openapi.yaml")).component("CreateIndividual").is_valid(whole)


@few
@given(customer=v1_customers())
def test_an_address_elsewhere_is_consistent_in_itself(customer: Json) -> None:
    body = sent(v1_edits.ELSEWHERE(customer))
    assert body["address"]["country"] != body["basic_info"]["country_of_residence"]
    assert body["address"]["state"].startswith(alpha_2(body["address"]["country"]))
    assert CREATE.is_valid(body)


REFUSED_BY_THE_SCHEMA = (
    *v1_attach_edits.NO_CUSTOMER_ID,
    *(edit for forms in v1_attach_edits.NO_PROOF.values() for edit in forms),
    *(edit for forms in v1_attach_edits.PROOF_NO_OBJECT.values() for edit in forms),
    v1_attach_edits.NO_TERMS,
    *v1_attach_edits.TERMS_BLANK,
    v1_attach_edits.V2_BODY,
    *v1_attach_edits.SIDES_MISSING,
    v1_attach_edits.RESIDENCE_PERMIT,
    v1_attach_edits.SELFIE,
    *v1_attach_edits.UNKNOWN_IDENTITY_TYPE,
    *(edit for forms in v1_attach_edits.IDENTITY_FIELDS.values() for edit in forms),
    *(edit for forms in v1_attach_edits.NO_DATES.values() for edit in forms),
    *v1_attach_edits.UNKNOWN_PROOF_TYPE,
    *(edit for forms in v1_attach_edits.NO_FILE.values() for edit in forms),
)
LEFT_TO_THE_SERVER = (
    *v1_attach_edits.UNKNOWN_CUSTOMER,
    *v1_attach_edits.TERMS_OF_ANOTHER,
    *v1_attach_edits.EXPIRED,
    *(v1_attach_edits.proof_type(kind) for kind in PROOF_TYPES),
    v1_attach_edits.ONE_FILE,
    v1_attach_edits.PROOF_COUNTRY,
    v1_attach_edits.ONE_URI_TWICE,
    *(edit for forms in (*v1_attach_edits.NEVER_ISSUED.values(), *v1_attach_edits.FOREIGN.values()) for edit in forms),
)


@few
@given(application=v1_applications(identity=v1_identities(types=TWO_SIDED), proof_types=("RESIDENCE_PERMIT",)))
def test_edits_of_documents_break_what_the_schema_says_and_nothing_else(application: V1Application) -> None:
    before = sent(application.documents)
    for edit in (*REFUSED_BY_THE_SCHEMA, *LEFT_TO_THE_SERVER):
        after = sent(edit(application.documents))
        # One of the types of address proof is the one that stands there already.
        assert after != before or edit.name == "proof-residence-permit", f"{edit} is void"
        assert ATTACH.is_valid(after) is (edit in LEFT_TO_THE_SERVER), edit
