from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.files import IMPOSTORS, OTHER_KINDS, PAPERS, SampleFile, papers, sample
from strategies.fincom.standard import standard_documents
from suites.fincom.calls import control
from suites.fincom.driver import Customer, Fincom

Files = Sequence[tuple[str, SampleFile]]


def part_names() -> st.SearchStrategy[str]:
    """Form names as integrators choose them, none of them the one that carries the customer."""
    return st.from_regex(r"[a-z][a-z0-9_-]{0,14}", fullmatch=True).filter(lambda name: name != "customer_id")


def batches(least: int = 2) -> st.SearchStrategy[list[tuple[str, SampleFile]]]:
    """Several files under names of their own, in any order of names."""
    return st.lists(st.tuples(part_names(), papers()), min_size=least, max_size=4, unique_by=lambda part: part[0])


def stored(fincom: Fincom, customer: Customer, files: Files) -> tuple[list[tuple[str, str]], Exchange]:
    """Name and URI of each file as the upload answered them, in order; the upload must be taken."""
    exchange = fincom.expect(fincom.upload(customer.id, files), answers=["uploaded"])
    return [pair for entry in exchange.data["files"] for pair in entry.items()], exchange


def numbered(*files: SampleFile) -> list[tuple[str, SampleFile]]:
    """The files under the names of the guide's example: file1, file2 and so on."""
    return [(f"file{index}", file) for index, file in enumerate(files, 1)]


def papers_at(identity: str, proof: str, selfie: str) -> Json:
    """An attach body that names these URIs as they are."""
    body = standard_documents()
    body = put("identifying_documents.0.files.0.uri", selfie, name="selfie")(body)
    body = put("identifying_documents.1.files.0.uri", identity, name="identity")(body)
    return put("address_documents.0.files.0.uri", proof, name="proof")(body)


@rule("fincom/upload-takes-one-file")
@given(file=papers())
def test_upload_takes_one_file(fincom: Fincom, file: SampleFile) -> None:
    """A customer id and one file are enough."""
    answered, exchange = stored(fincom, fincom.new_customer(), numbered(file))
    if len(answered) != 1:
        raise fincom.breach(f"one file was sent, and {len(answered)} were answered", exchange)


@rule("fincom/upload-takes-several-files")
@given(files=batches())
def test_upload_takes_several_files(fincom: Fincom, files: Files) -> None:
    """Several files in one call are each stored and answered."""
    answered, exchange = stored(fincom, fincom.new_customer(), files)
    if len(answered) != len(files):
        raise fincom.breach(f"{len(files)} files were sent, and {len(answered)} were answered", exchange)


@rule("fincom/upload-answers-by-part-name")
@given(files=batches())
def test_upload_answers_by_part_name(fincom: Fincom, files: Files) -> None:
    """Each URI stands under the form name that its file was sent with."""
    answered, exchange = stored(fincom, fincom.new_customer(), files)
    sent, came = {name for name, _ in files}, {name for name, _ in answered}
    if sent != came:
        raise fincom.breach(f"the files were sent as {sorted(sent)} and answered as {sorted(came)}", exchange)


@rule("fincom/upload-keeps-order")
@given(files=batches())
def test_upload_keeps_order(fincom: Fincom, files: Files) -> None:
    """The URIs stand in the order in which the files were sent."""
    answered, exchange = stored(fincom, fincom.new_customer(), files)
    sent, came = [name for name, _ in files], [name for name, _ in answered]
    if sent != came:
        raise fincom.breach(f"the files were sent in the order {sent} and answered in the order {came}", exchange)


@rule("fincom/upload-part-names-are-free")
@given(name=part_names(), file=papers())
def test_upload_part_names_are_free(fincom: Fincom, name: str, file: SampleFile) -> None:
    """Form names other than file1, file2 and so on are taken."""
    stored(fincom, fincom.new_customer(), [(name, file)])


@rule("fincom/upload-uris-are-distinct")
@given(file=papers(), files=batches())
def test_upload_uris_are_distinct(fincom: Fincom, file: SampleFile, files: Files) -> None:
    """Every stored file gets a URI of its own, also for equal bytes, within a call and across calls."""
    ours, theirs = fincom.new_customer(), fincom.new_customer()
    uris: list[str] = []
    for customer, batch in ((ours, numbered(file, file)), (ours, numbered(file)), (theirs, numbered(file)), (ours, files)):
        answered, exchange = stored(fincom, customer, batch)
        uris += [uri for _, uri in answered]
    twice = sorted({uri for uri in uris if uris.count(uri) > 1})
    if twice:
        raise fincom.breach(f"of {len(uris)} stored files, several share a URI: {twice}", exchange)


@rule("fincom/upload-uri-is-a-rooted-path")
@given(files=batches(least=1))
def test_upload_uri_is_a_rooted_path(fincom: Fincom, files: Files) -> None:
    """A URI is a path that starts with a slash."""
    answered, exchange = stored(fincom, fincom.new_customer(), files)
    for _, uri in answered:
        if not uri.startswith("/") or uri.startswith("//") or len(uri) < 2:
            raise fincom.breach(f"{uri!r} is no rooted path", exchange)


@rule("fincom/upload-takes-documented-types")
@pytest.mark.parametrize("kind", PAPERS)
@given(data=st.data())
def test_upload_takes_documented_types(fincom: Fincom, kind: str, data: st.DataObject) -> None:
    """Real PDF, JPG, JPEG and PNG files are stored."""
    stored(fincom, fincom.new_customer(), numbered(data.draw(papers((kind,)), label="file")))


@rule("fincom/upload-extension-case-is-free")
@pytest.mark.parametrize("kind", PAPERS)
def test_upload_extension_case_is_free(fincom: Fincom, kind: str) -> None:
    """The extension may be written in capitals, as the list of allowed types is."""
    stored(
        fincom,
        fincom.new_customer(),
        numbered(sample(kind).renamed(f"SCAN.{kind.upper()}"), sample(kind, 1).renamed(f"Scan.{kind.title()}")),
    )


def refuses_files(fincom: Fincom, *files: SampleFile) -> None:
    """The files in one call must be turned away, and a good one taken."""
    customer = fincom.new_customer()
    exchange = fincom.upload(customer.id, numbered(*files))
    exchange.note = ", ".join(file.name for file in files)
    fincom.expect(exchange)
    control(fincom.upload(customer.id, numbered(sample("pdf"))), "uploaded")


@rule("fincom/upload-refuses-other-types")
@pytest.mark.parametrize("file", [*map(sample, OTHER_KINDS), sample("txt").renamed("letter")], ids=lambda file: file.name)
def test_upload_refuses_other_types(fincom: Fincom, file: SampleFile) -> None:
    """Files of any other type are turned away."""
    refuses_files(fincom, file)


@rule("fincom/upload-judges-content")
@pytest.mark.parametrize("file", IMPOSTORS, ids=lambda file: f"{file.name}-{len(file.content)}")
def test_upload_judges_content(fincom: Fincom, file: SampleFile) -> None:
    """A text or a program dressed as an allowed type is turned away."""
    refuses_files(fincom, file)


@rule("fincom/upload-refuses-mixed-batch")
@given(kind=st.sampled_from(OTHER_KINDS), place=st.integers(0, 2), good=st.tuples(papers(), papers()))
def test_upload_refuses_mixed_batch(fincom: Fincom, kind: str, place: int, good: tuple[SampleFile, SampleFile]) -> None:
    """A file of a forbidden type between good ones is not silently left out; the call is refused."""
    files = list(good)
    files.insert(place, sample(kind))
    refuses_files(fincom, *files)


@rule("fincom/upload-needs-customer-id")
@given(file=papers())
def test_upload_needs_customer_id(fincom: Fincom, file: SampleFile) -> None:
    """Without a customer id nothing is stored."""
    fincom.expect(fincom.upload(None, numbered(file)))
    fincom.expect(fincom.upload("", numbered(file)))
    control(fincom.upload(fincom.new_customer().id, numbered(file)), "uploaded")


@rule("fincom/upload-refuses-malformed-customer-id")
@given(wrong=st.sampled_from(["not-a-uuid", "123", "../../etc", "null", "' or 1=1", "\N{SNOWMAN}"]), file=papers())
def test_upload_refuses_malformed_customer_id(fincom: Fincom, wrong: str, file: SampleFile) -> None:
    """A customer id that is no UUID is turned away."""
    fincom.expect(fincom.upload(wrong, numbered(file)))
    control(fincom.upload(fincom.new_customer().id, numbered(file)), "uploaded")


@rule("fincom/upload-refuses-unknown-customer")
@given(unknown=st.uuids(version=4), file=papers())
def test_upload_refuses_unknown_customer(fincom: Fincom, unknown: object, file: SampleFile) -> None:
    """The id of a customer that does not exist is turned away."""
    fincom.expect(fincom.upload(str(unknown), numbered(file)))
    control(fincom.upload(fincom.new_customer().id, numbered(file)), "uploaded")


@rule("fincom/upload-needs-a-file")
def test_upload_needs_a_file(fincom: Fincom) -> None:
    """A customer id alone is turned away."""
    customer = fincom.new_customer()
    # A part without a file name, so that the body is multipart all the same.
    alone = [("customer_id", (None, customer.id.encode()))]
    fincom.expect(fincom.send("uploadCustomerFiles", files=alone))
    control(fincom.upload(customer.id, numbered(sample("pdf"))), "uploaded")


@rule("fincom/upload-refuses-empty-file")
@pytest.mark.parametrize("kind", PAPERS)
def test_upload_refuses_empty_file(fincom: Fincom, kind: str) -> None:
    """A file of no bytes is turned away."""
    claimed = sample(kind)
    refuses_files(fincom, SampleFile(claimed.name, b"", claimed.content_type))


@rule("fincom/upload-is-multipart")
def test_upload_is_multipart(fincom: Fincom) -> None:
    """A JSON body is turned away."""
    customer = fincom.new_customer()
    fincom.expect(fincom.send("uploadCustomerFiles", json={"customer_id": customer.id, "file1": "JVBERi0xLjQK"}))
    control(fincom.upload(customer.id, numbered(sample("pdf"))), "uploaded")


@rule("fincom/upload-does-not-change-status")
@given(files=batches(least=1))
def test_upload_does_not_change_status(fincom: Fincom, files: Files) -> None:
    """After upload alone the customer is still INCOMPLETE."""
    customer = fincom.new_customer()
    _, exchange = stored(fincom, customer, files)
    fincom.settle()
    if (status := fincom.status_of(customer)) != "INCOMPLETE":
        raise fincom.breach(f"after upload alone the customer is {status}", exchange)


@rule("fincom/uploaded-uri-can-be-attached")
@given(files=st.tuples(papers(), papers(), papers()))
def test_uploaded_uri_can_be_attached(fincom: Fincom, files: tuple[SampleFile, SampleFile, SampleFile]) -> None:
    """Exactly the URI that upload answered is good for attaching to that customer."""
    customer = fincom.new_customer()
    exchange = control(fincom.upload(customer.id, numbered(*files)), "uploaded")
    uris = [uri for entry in exchange.data["files"] for uri in entry.values()]
    fincom.expect(fincom.attach(customer, papers_at(*uris[:3])))


@rule("fincom/uploads-add-up")
@given(first=papers(), second=papers(), third=papers())
def test_uploads_add_up(fincom: Fincom, first: SampleFile, second: SampleFile, third: SampleFile) -> None:
    """A later upload leaves the earlier URIs of the customer valid."""
    customer = fincom.new_customer()
    uris = []
    for file in (first, second, third):
        answered, _ = stored(fincom, customer, numbered(file))
        uris += [uri for _, uri in answered]
    fincom.expect(fincom.attach(customer, papers_at(*uris)))


@rule("fincom/parallel-uploads-do-not-mix")
@given(files=st.tuples(papers(), papers(), papers()))
def test_parallel_uploads_do_not_mix(v2: Fincom, files: tuple[SampleFile, SampleFile, SampleFile]) -> None:
    """Parallel uploads for two customers leave each URI with its owner."""
    customers = [v2.new_customer() for _ in range(4)]
    batch = [(name, (file.name, file.content, file.content_type)) for name, file in numbered(*files)]
    prepare = v2.sandbox.client.prepare
    prepared = [prepare("uploadCustomerFiles", files=batch, form={"customer_id": customer.id}) for customer in customers]
    for customer, exchange in zip(customers, v2.together(prepared), strict=True):
        v2.expect(exchange)
        uris = [uri for entry in exchange.data["files"] for uri in entry.values()]
        v2.expect(v2.attach(customer, papers_at(*uris[:3])), answers=["queued"])
