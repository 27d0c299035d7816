from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import Edit
from strategies.files import sample
from strategies.fincom import address_edits, attach_other_edits, create_edits
from strategies.fincom import v1_attach_edits as v1_documents_edits
from strategies.fincom import v1_edits as edits
from strategies.fincom.attachments import TWO_SIDED, Application, applications, identity_documents, with_new_files
from strategies.fincom.customers import customers
from strategies.fincom.v1_attachments import DROPPED_PROOF_TYPES, V1Application, v1_applications, v1_documents, v1_identities
from strategies.fincom.v1_attachments import TWO_SIDED as V1_TWO_SIDED
from strategies.fincom.v1_customers import v1_customers
from suites.fincom.attaching import attached
from suites.fincom.driver import Fincom
from suites.fincom.v1 import FincomV1

CARDS = v1_applications(identity=v1_identities(types=V1_TWO_SIDED))
V2_CARDS = applications(identity=identity_documents(types=TWO_SIDED))
AT_ONCE = 4


@pytest.fixture(scope="module")
def both(v1: FincomV1, v2: Fincom) -> tuple[FincomV1, Fincom]:
    """The client speaking V1, and speaking V2."""
    return v1, v2


Both = tuple[FincomV1, Fincom]


@rule("fincom-v1/new-keys-do-not-replace-old-ones")
@pytest.mark.parametrize("path", edits.NEW_KEYS)
@given(customer=v1_customers())
def test_a_key_of_v2_does_not_do_in_v1(v1: FincomV1, path: str, customer: Json) -> None:
    """A key of V2 in the place of its predecessor is refused, and the refusal names the one or the other."""
    v1.refuses_create(customer, edits.NEW_KEYS[path], names=[path, edits.SUCCESSORS[path]])


@rule("fincom-v1/v2-create-body-is-refused")
@given(customer=v1_customers())
def test_a_body_of_v2_is_refused_by_v1(v1: FincomV1, customer: Json) -> None:
    """An unchanged body of V2 is refused, and the refusal names what V1 misses or does not know in it."""
    v1.refuses_create(customer, edits.V2_BODY, names=edits.V2_BODY_FLAWS)


@rule("fincom/v1-and-v2-run-side-by-side")
@given(old=v1_customers(), new=customers())
def test_both_versions_serve_one_client(both: Both, old: Json, new: Json) -> None:
    """One client creates customers by both versions in one session."""
    v1, v2 = both
    for _ in range(2):
        v1.accepts_create(old)
        v2.accepts_create(new)


def with_ids_of(old: Json) -> Edit:
    """The V2 body with the catalogue entries and the address of the V1 body."""
    profile, address = old["financial_profile"], old["address"]

    def apply(body: Json) -> Json:
        ids = {"occupation_id": profile["occupation_id"], "purpose_id": profile["purpose_id"]}
        body["financial_profile"] |= {**ids, "source_of_fund_ids": [profile["source_of_fund_id"]]}
        body["address"] |= {"country": address["country"], "subdivision_code": address["state"]}
        return body

    return Edit("catalogue-entries-of-v1", apply)


@rule("fincom/catalogue-ids-serve-both-versions")
@given(old=v1_customers(country="USA"), new=customers(country="USA"))
def test_both_versions_know_the_same_catalogues(both: Both, old: Json, new: Json) -> None:
    """The occupation, purpose, source of funds and subdivision that V1 takes are taken by V2."""
    v1, v2 = both
    v1.accepts_create(old)
    v2.accepts_create(with_ids_of(old)(new))


@rule("fincom/address-country-check-is-v2-only")
@given(old=v1_customers(), new=customers())
def test_only_v2_compares_the_countries(both: Both, old: Json, new: Json) -> None:
    """An address in another country than the residence is taken by V1 and refused by V2."""
    v1, v2 = both
    v1.accepts_create(edits.ELSEWHERE(old))
    v2.refuses_create(new, address_edits.ELSEWHERE)


@rule("fincom/verification-type-default-is-v1-only")
@given(old=v1_customers(optionals="all"), new=customers())
def test_only_v1_has_a_default(both: Both, old: Json, new: Json) -> None:
    """A body without verification_type is taken by V1 and refused by V2."""
    v1, v2 = both
    v1.accepts_create(create_edits.NO_VERIFICATION_TYPE(old))
    v2.refuses_create(new, create_edits.NO_VERIFICATION_TYPE)


@rule("fincom/dropped-address-proofs-are-v1-only")
@pytest.mark.parametrize("kind", DROPPED_PROOF_TYPES)
@given(old=v1_applications(), new=applications())
def test_only_v1_takes_dropped_proofs(both: Both, kind: str, old: V1Application, new: Application) -> None:
    """The five types of address proof that V2 dropped are taken by V1 and refused by V2."""
    v1, v2 = both
    v1.takes(old, v1_documents_edits.proof_type(kind))
    v2.refuses_attach(v2.new_customer(new.customer), new.documents, attach_other_edits.proof_type(kind))


@rule("fincom/residence-permit-changes-sides")
@given(old=CARDS, new=V2_CARDS)
def test_a_residence_permit_changes_sides(both: Both, old: V1Application, new: Application) -> None:
    """A residence permit is a proof of address in V1 and an identity document in V2, and not the other way round."""
    v1, v2 = both
    v1.takes(old, v1_documents_edits.proof_type("RESIDENCE_PERMIT"))
    v1.refuses_documents(old, v1_documents_edits.RESIDENCE_PERMIT)
    permitted = new.with_a("RESIDENCE_PERMIT")
    customer = v2.new_customer(permitted.customer)
    v2.refuses_attach(customer, permitted.documents, attach_other_edits.proof_type("RESIDENCE_PERMIT"))


@rule("fincom/selfie-is-v2-only")
@given(old=v1_applications(identity=v1_identities(types=("PASSPORT",))), new=applications())
def test_only_v2_takes_a_selfie(both: Both, old: V1Application, new: Application) -> None:
    """A selfie is taken by V2 and refused by V1 as proof of identity."""
    v1, v2 = both
    v1.refuses_documents(old, v1_documents_edits.SELFIE)
    v2.accepts_attach(v2.new_customer(new.customer), new.documents)


@rule("fincom/conflict-guard-is-v2-only")
@given(old=v1_applications(), new=applications())
def test_only_v2_guards_against_two_attaches(both: Both, old: V1Application, new: Application) -> None:
    """Several attaches of one customer at the same instant meet a conflict in V2 and none in V1."""
    v1, v2 = both
    second = with_new_files(new.documents, "second")
    with v2.hold():
        customer = attached(v2, new, second)
        v2.expect(v2.attach(customer, second), answers=["conflict"])
        theirs = v1.new_customer(old.customer)
        bodies = [with_new_files(old.documents, f"runner-{index}") for index in range(AT_ONCE)]
        for exchange in v1.together([v1.prepare_attach(theirs, body) for body in bodies]):
            v1.expect(exchange, names=["customer_id"], near=True)


@rule("fincom/versions-do-not-mix-on-attach")
@given(new=customers())
def test_v1_attaches_nothing_to_customers_of_v2(both: Both, new: Json) -> None:
    """A customer that V2 created cannot be given documents through V1."""
    v1, v2 = both
    customer = v2.new_customer(new)
    v1.expect(v1.attach(customer, v1_documents(country=customer.country)))
    control = v1.new_customer()
    v1.control(v1.attach(control, v1_documents()), v1.attached_answer)


@rule("fincom-v2/v1-customer-on-v2-attach-is-forbidden")
@given(old=v1_customers(country="USA"), new=applications(residence="USA"))
def test_v2_attaches_nothing_to_customers_of_v1(both: Both, old: Json, new: Application) -> None:
    """A customer that V1 created cannot be given documents through V2."""
    v1, v2 = both
    v2.expect(v2.attach(v1.new_customer(old), new.documents))
    v2.control(v2.attach(v2.new_customer(new.customer), new.documents), "queued")


@rule("fincom/upload-serves-both-versions")
@given(old=v1_customers(), new=customers())
def test_the_upload_serves_both_versions(both: Both, old: Json, new: Json) -> None:
    """The one upload path serves customers made by either version."""
    for speaking, body in zip(both, (old, new), strict=True):
        speaking.expect(speaking.upload(speaking.new_customer(body).id, [("file1", sample("pdf"))]))
