import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import rule
from strategies.fincom import attach_edits as edits
from strategies.fincom.attachments import IDENTITY_TYPES, TWO_SIDED, Application, applications, identity_documents
from suites.fincom.attaching import refuses, takes
from suites.fincom.driver import Fincom


def with_a(*types: str, sides: tuple[str | None, ...] | None = None) -> st.SearchStrategy[Application]:
    """Applications with an identity document of one of these types."""
    return applications(identity=identity_documents(types=types, sides=sides))


@rule("fincom-v2/identifying-documents-are-required")
@given(application=applications())
def test_identifying_documents_are_required(fincom: Fincom, application: Application) -> None:
    """An attach without identifying_documents is refused."""
    refuses(fincom, application, edits.IDENTIFYING_DOCUMENTS_MISSING)


@rule("fincom-v2/identifying-documents-empty-is-refused")
@given(application=applications())
def test_identifying_documents_are_not_empty(fincom: Fincom, application: Application) -> None:
    """An empty list of identifying_documents is refused."""
    refuses(fincom, application, edits.IDENTIFYING_DOCUMENTS_EMPTY)


@rule("fincom-v2/identifying-documents-is-an-array")
@given(application=applications())
def test_identifying_documents_is_an_array(fincom: Fincom, application: Application) -> None:
    """One identity document that is not in a list is refused."""
    refuses(fincom, application, edits.IDENTIFYING_DOCUMENTS_OBJECT)


@rule("fincom-v2/every-identity-type-is-accepted")
@pytest.mark.parametrize("kind", IDENTITY_TYPES)
@given(application=with_a("NATIONAL_ID"))
def test_every_identity_type_is_taken(fincom: Fincom, kind: str, application: Application) -> None:
    """Each of the four identity document types is taken with its proper files."""
    takes(fincom, application.with_a(kind))


@rule("fincom-v2/unknown-identity-type-is-refused")
@given(application=with_a("PASSPORT", "NATIONAL_ID", "RESIDENCE_PERMIT"))
def test_unknown_identity_types_are_refused(fincom: Fincom, application: Application) -> None:
    """An identity document of a type outside the table is refused."""
    refuses(fincom, application, edits.UNKNOWN_IDENTITY_TYPE)


@rule("fincom-v2/identity-type-is-required")
@given(application=with_a("PASSPORT", "NATIONAL_ID", "RESIDENCE_PERMIT"))
def test_the_identity_type_is_required(fincom: Fincom, application: Application) -> None:
    """An identity document without a type is refused."""
    refuses(fincom, application, edits.IDENTITY_TYPE_MISSING)


@rule("fincom-v2/one-non-selfie-only")
@given(application=with_a(*TWO_SIDED), passport=with_a("PASSPORT"))
def test_only_one_identity_document(fincom: Fincom, application: Application, passport: Application) -> None:
    """Two identity documents of different types in one request are refused."""
    refuses(fincom, application, edits.SECOND_PASSPORT)
    refuses(fincom, passport, edits.SECOND_NATIONAL_ID)


@rule("fincom-v2/same-type-twice-is-refused")
@given(application=applications())
def test_no_type_twice(fincom: Fincom, application: Application) -> None:
    """Two identity documents of one type in one request are refused."""
    refuses(fincom, application, edits.SECOND_OF_SAME_TYPE)


@rule("fincom-v2/passport-without-side-is-accepted")
@given(application=with_a("PASSPORT", sides=(None,)))
def test_a_passport_needs_no_side(fincom: Fincom, application: Application) -> None:
    """A passport's one file needs no side."""
    takes(fincom, application)


@rule("fincom-v2/passport-with-side-is-accepted")
@given(application=with_a("PASSPORT", sides=("FRONT",)))
def test_a_passport_may_have_a_side(fincom: Fincom, application: Application) -> None:
    """A passport's one file may say that it is the front."""
    takes(fincom, application)


@rule("fincom-v2/passport-two-files-is-refused")
@given(application=with_a("PASSPORT"))
def test_a_passport_has_one_file(fincom: Fincom, application: Application) -> None:
    """A passport with two files is refused."""
    refuses(fincom, application, edits.TWO_FILES)


@rule("fincom-v2/front-and-back-are-accepted-in-any-order")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(front_first=with_a("NATIONAL_ID", sides=("FRONT", "BACK")), back_first=with_a("NATIONAL_ID", sides=("BACK", "FRONT")))
def test_sides_come_in_any_order(fincom: Fincom, kind: str, front_first: Application, back_first: Application) -> None:
    """A two-sided document is taken with its front first and with its back first."""
    takes(fincom, front_first.with_a(kind))
    takes(fincom, back_first.with_a(kind))


@rule("fincom-v2/front-only-is-refused")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=with_a("NATIONAL_ID"))
def test_the_front_alone_is_refused(fincom: Fincom, kind: str, application: Application) -> None:
    """A two-sided document with its front alone is refused."""
    refuses(fincom, application.with_a(kind), edits.FRONT_ONLY)


@rule("fincom-v2/back-only-is-refused")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=with_a("NATIONAL_ID"))
def test_the_back_alone_is_refused(fincom: Fincom, kind: str, application: Application) -> None:
    """A two-sided document with its back alone is refused."""
    refuses(fincom, application.with_a(kind), edits.BACK_ONLY)


@rule("fincom-v2/one-side-twice-is-refused")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=with_a("NATIONAL_ID"))
def test_one_side_twice_is_refused(fincom: Fincom, kind: str, application: Application) -> None:
    """A two-sided document with one side twice is refused."""
    refuses(fincom, application.with_a(kind), edits.SAME_SIDE_TWICE)


@rule("fincom-v2/files-without-sides-are-refused")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=with_a("NATIONAL_ID"))
def test_both_files_say_their_side(fincom: Fincom, kind: str, application: Application) -> None:
    """A two-sided document whose files do not both say their side is refused."""
    refuses(fincom, application.with_a(kind), edits.NO_SIDES)


@rule("fincom-v2/third-file-is-refused")
@pytest.mark.parametrize("kind", TWO_SIDED)
@given(application=with_a("NATIONAL_ID"))
def test_a_third_file_is_refused(fincom: Fincom, kind: str, application: Application) -> None:
    """A two-sided document with a third file is refused."""
    refuses(fincom, application.with_a(kind), edits.THREE_FILES)


@rule("fincom-v2/unknown-side-is-refused")
@given(application=applications())
def test_unknown_sides_are_refused(fincom: Fincom, application: Application) -> None:
    """A side that is neither FRONT nor BACK is refused."""
    refuses(fincom, application, edits.UNKNOWN_SIDE)
