from hypothesis import given

from harness.rules import rule
from strategies.fincom import attach_other_edits as edits
from strategies.fincom.attach_parts import selfie_of
from strategies.fincom.attachments import Application, applications, selfies
from suites.fincom.attaching import refuses, takes
from suites.fincom.driver import Fincom

NOT_ON_SELFIES = {"number", "country", "state", "issue_date", "expiry_date"}


@rule("fincom-v2/selfie-is-accepted")
@given(application=applications())
def test_a_selfie_is_taken(fincom: Fincom, application: Application) -> None:
    """A selfie beside the identity document is taken, first or last, and does not count towards the limit of one."""
    takes(fincom, application)
    turned = list(reversed(application.documents["identifying_documents"]))
    takes(fincom, Application(application.customer, {**application.documents, "identifying_documents": turned}))


@rule("fincom-v2/selfie-needs-no-side")
@given(application=applications(selfie=selfies(sides=(None,))))
def test_a_selfie_needs_no_side(fincom: Fincom, application: Application) -> None:
    """The file of a selfie needs no side."""
    takes(fincom, application)


@rule("fincom-v2/selfie-may-carry-side")
@given(application=applications(selfie=selfies(sides=("FRONT",))))
def test_a_selfie_may_have_a_side(fincom: Fincom, application: Application) -> None:
    """The file of a selfie may carry a side."""
    takes(fincom, application)


@rule("fincom-v2/selfie-needs-no-number-or-country")
@given(application=applications())
def test_a_selfie_is_no_document(fincom: Fincom, application: Application) -> None:
    """A selfie needs no number, country or dates."""
    selfie = selfie_of(application.documents)
    if NOT_ON_SELFIES & set(selfie):
        raise ValueError("the generated selfie must carry nothing of an identity document")
    takes(fincom, application)


@rule("fincom-v2/required-selfie-missing-is-refused")
@given(application=applications())
def test_a_required_selfie_is_required(fincom: Fincom, application: Application) -> None:
    """A client that must send a selfie is refused without one."""
    refuses(fincom.with_settings(selfie_required=True), application, edits.WITHOUT_SELFIE)


@rule("fincom-v2/required-selfie-present-is-accepted")
@given(application=applications())
def test_a_required_selfie_suffices(fincom: Fincom, application: Application) -> None:
    """A client that must send a selfie is served when it sends exactly one."""
    takes(fincom.with_settings(selfie_required=True), application)


@rule("fincom-v2/two-required-selfies-are-refused")
@given(application=applications())
def test_one_required_selfie_is_enough(fincom: Fincom, application: Application) -> None:
    """A client that must send exactly one selfie is refused with two."""
    refuses(fincom.with_settings(selfie_required=True), application, edits.SECOND_SELFIE)


@rule("fincom-v2/selfie-without-file-is-refused")
@given(application=applications())
def test_a_selfie_has_a_file(fincom: Fincom, application: Application) -> None:
    """A selfie without a file is refused."""
    refuses(fincom, application, edits.SELFIE_WITHOUT_FILE)
