from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.harbor import file_edits as edits
from strategies.harbor.choice_edits import BACK, FRONT
from strategies.harbor.group_edits import PROOF_FILES, STATEMENT_FILES
from strategies.harbor.individuals import FORMATS, individuals, non_us_individuals, us_individuals
from strategies.harbor.standard import standard_non_us, standard_us
from strategies.placeholders import Encoded
from suites.harbor.driver import Harbor

formats = pytest.mark.parametrize("kind", FORMATS)
groups = pytest.mark.parametrize("group", ["proof", "statement"])
FILES = {"proof": PROOF_FILES, "statement": STATEMENT_FILES}
MOST = {"proof": 5, "statement": 3}


def chosen(group: str, us: Json, elsewhere: Json) -> Json:
    """The person who gives such files."""
    return us if group == "proof" else elsewhere


@rule("harbor/file-formats-accepted")
@formats
@given(person=individuals())
def test_file_formats_accepted(harbor: Harbor, kind: str, person: Json) -> None:
    """The front may be a JPG, a PNG or a PDF."""
    harbor.accepts(person, edits.format_of(FRONT, kind))


@rule("harbor/other-files-three-formats-accepted")
@formats
@given(person=us_individuals(optionals="all"), other=non_us_individuals(account=True))
def test_other_files_three_formats_accepted(harbor: Harbor, kind: str, person: Json, other: Json) -> None:
    """Backs, proofs and statements may be a JPG, a PNG or a PDF."""
    file = Encoded(kind, 9)
    harbor.accepts(person, put(BACK, file, name=f"back-{kind}"), put(PROOF_FILES, [file], name=f"proof-{kind}"))
    harbor.accepts(other, put(STATEMENT_FILES, [file], name=f"statement-{kind}"))


@rule("harbor/front-other-format-refused")
@pytest.mark.parametrize("kind", edits.OTHER_FORMATS)
@given(person=individuals())
def test_front_other_format_refused(harbor: Harbor, kind: str, person: Json) -> None:
    """A front that is no JPG, PNG or PDF is refused, or comes back for a correction; it is never sent on."""
    customer = harbor.ready()
    exchange = harbor.expect(harbor.submit(customer, edits.other_format(FRONT, kind)(person)))
    if exchange.status == 202 and (status := harbor.wait_for_status(customer)) != "action_required":
        raise harbor.breach(f"a front that is a {kind} was taken, and the onboarding is {status}", exchange)


@rule("harbor/amb-bad-content-when")
def test_amb_bad_content_when(harbor: Harbor) -> None:
    """Whether a front of another format is found at once or by the checks that follow."""
    exchange = harbor.expect(harbor.submit(harbor.ready(), edits.other_format(FRONT, "gif")(standard_us())))
    harbor.observe("later" if exchange.status == 202 else "at-once")


@rule("harbor/amb-other-files-format")
def test_amb_other_files_format(harbor: Harbor) -> None:
    """Formats are stated for the front only; what holds for backs, proofs and statements is not said."""
    gif = Encoded("gif")
    back = put("individual.identity_document", {"type": "PASSPORT", "country": "US", "front": Encoded(), "back": gif}, name="gif-back")
    harbor.observes_submit(standard_us(), back, kind="back", names=[BACK])
    harbor.observes_submit(standard_us(), put(PROOF_FILES, [gif], name="gif-proof"), kind="proof", names=[PROOF_FILES])
    harbor.observes_submit(
        standard_non_us(account=True), put(STATEMENT_FILES, [gif], name="gif"), kind="statement", names=[STATEMENT_FILES]
    )


@rule("harbor/front-not-base64-refused")
@given(person=individuals())
def test_front_not_base64_refused(harbor: Harbor, person: Json) -> None:
    """A front that is no base64 is refused."""
    harbor.refuses_submit(person, edits.no_base64(FRONT))


@rule("harbor/back-not-base64-refused")
@given(person=individuals(optionals="all"))
def test_back_not_base64_refused(harbor: Harbor, person: Json) -> None:
    """A back that is no base64 is refused."""
    harbor.refuses_submit(person, edits.no_base64(BACK))


@rule("harbor/array-file-not-base64-refused")
@groups
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_array_file_not_base64_refused(harbor: Harbor, group: str, us: Json, elsewhere: Json) -> None:
    """One file that is no base64 is refused among good ones."""
    path, count = FILES[group], MOST[group]
    for index in (0, count - 1):
        harbor.refuses_submit(chosen(group, us, elsewhere), edits.no_base64_at(path, index, count), names=[path])


@rule("harbor/array-file-non-text-refused")
@groups
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_array_file_non_text_refused(harbor: Harbor, group: str, us: Json, elsewhere: Json) -> None:
    """A number, null or an object is no file."""
    path, count = FILES[group], MOST[group]
    for index in (0, count - 1):
        harbor.refuses_submit(chosen(group, us, elsewhere), edits.no_text_at(path, index, count), names=[path])


@rule("harbor/empty-file-refused")
@given(us=us_individuals(), elsewhere=non_us_individuals(account=True))
def test_empty_file_refused(harbor: Harbor, us: Json, elsewhere: Json) -> None:
    """A file without a byte is refused."""
    harbor.refuses_submit(us, edits.empty_file(FRONT), names=[FRONT])
    harbor.refuses_submit(us, edits.empty_file(PROOF_FILES), names=[PROOF_FILES])
    harbor.refuses_submit(elsewhere, edits.empty_file(STATEMENT_FILES), names=[STATEMENT_FILES])


@rule("harbor/amb-base64-forms")
def test_amb_base64_forms(harbor: Harbor) -> None:
    """Whether a data URI, line breaks or the URL-safe alphabet count as base64."""
    for edit in edits.BASE64_FORMS:
        harbor.observes_submit(standard_us(), edit, kind=edit.name)
