import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import rule
from strategies.files import OTHER_KINDS, SampleFile, papers, sample
from suites.fincom.calls import needs_status
from suites.fincom.driver import Fincom
from suites.judging import observed_as

MEGABYTE = 1_000_000  # a modest scan


@rule("fincom/amb-upload-extension")
@given(file=papers())
def test_amb_upload_extension(fincom: Fincom, file: SampleFile) -> None:
    """In the example a JPG is answered with a URI that ends in .pdf."""
    exchange = fincom.expect(fincom.upload(fincom.new_customer().id, [("file1", file)]))
    uri = next(iter(exchange.data["files"][0].values()))
    sent, came = (name.rpartition(".")[2].lower() if "." in name else "" for name in (file.name, uri))
    if sent != "pdf":
        fincom.observe("none" if not came else "as-sent" if came == sent else "always-pdf" if came == "pdf" else "other")


@rule("fincom/amb-upload-limits")
def test_amb_upload_limits(fincom: Fincom) -> None:
    """No limit of size is published."""
    small = sample("pdf")
    # What stands behind the end of a PDF is a comment to its readers.
    large = SampleFile(small.name, small.content + b"\n%" + b"0" * MEGABYTE, small.content_type)
    exchange = fincom.expect(fincom.upload(fincom.new_customer().id, [("file1", large)]))
    fincom.observe("taken" if exchange.status < 300 else "too-large")


@rule("fincom/amb-upload-late")
@pytest.mark.parametrize("status", ["REVIEWING", "APPROVED", "ACTION_REQUIRED", "ON_HOLD", "REJECTED"])
def test_amb_upload_late(fincom: Fincom, status: str) -> None:
    """Whether files may still be uploaded once the customer is under review or decided."""
    needs_status(fincom, status)
    exchange = fincom.expect(fincom.upload(fincom.in_status(status).id, [("file1", sample("pdf"))]))
    fincom.observe(f"{status}: {'accepted' if exchange.status < 300 else 'forbidden'}")


@rule("fincom/amb-upload-bad-type-status")
@given(kind=st.sampled_from(OTHER_KINDS))
def test_amb_upload_bad_type_status(fincom: Fincom, kind: str) -> None:
    """No number is given for a file of a forbidden type."""
    exchange = fincom.expect(fincom.upload(fincom.new_customer().id, [("file1", sample(kind))]))
    fincom.observe(observed_as(exchange).rpartition(" ")[2])
