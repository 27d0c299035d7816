"""The attach bodies of Fin.com: what is generated is allowed by the guide's tables, and each edit breaks what its name says."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from types import ModuleType

import filetype
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.jsontypes import Json
from strategies import files
from strategies.edits import Edit, put
from strategies.fincom import attach_edits, attach_other_edits, attach_uri_edits
from strategies.fincom.attach_parts import identity_of, on, proof_of, selfie_of
from strategies.fincom.attachments import (
    IDENTITY_TYPES,
    ISSUERS,
    SIDES,
    TWO_SIDED,
    Application,
    applications,
    attachments,
    example,
    identity_documents,
    states_of,
    with_new_files,
)
from strategies.placeholders import Dated, Upload, resolve, uploads_in

SEEN = settings(phases=[Phase.generate])  # that it appears is enough, the smallest one is of no interest
few = settings(max_examples=15, deadline=None)
TODAY = dt.date(2026, 3, 1)


class Desk:
    """A context that answers from thin air, so that bodies can be looked at as they would be sent."""

    def unique(self) -> str:
        return "t1"

    def today(self) -> dt.date:
        return TODAY

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        return [f"{catalogue}-of-{country}"]

    def uploaded(self, slot: Upload) -> str:
        return f"/{slot.owner}_{slot.slot}.{slot.kind}"

    def terms(self, of: str) -> str:
        return f"terms-{of}"


def sent(body: Json) -> Json:
    return resolve(body, Desk())


def sides_in(document: Json) -> tuple[str | None, ...]:
    return tuple(entry.get("side") for entry in document["files"])


@few
@given(application=applications())
def test_bodies_keep_the_tables(application: Application) -> None:
    body = sent(application.documents)
    document, selfie, proof = identity_of(body), selfie_of(body), proof_of(body)
    assert len(body["identifying_documents"]) == 2
    assert sides_in(document) in SIDES[document["type"]]
    assert sides_in(selfie) in SIDES["SELFIE"]
    assert len(proof["files"]) == 1
    assert proof["country"] == application.customer["basic_info"]["country_of_residence"]
    assert ("state" in document) <= (document["type"] == "DRIVERS_LICENSE")
    if (document["type"], document["country"]) == ("DRIVERS_LICENSE", "USA"):
        assert document["state"] in states_of("USA")


@few
@given(application=applications())
def test_dates_are_unobjectionable(application: Application) -> None:
    document = identity_of(sent(application.documents))
    expiry = dt.date.fromisoformat(document["expiry_date"])
    assert expiry > TODAY + dt.timedelta(days=365)
    if "issue_date" in document:
        assert dt.date.fromisoformat(document["issue_date"]) < TODAY


@few
@given(application=applications())
def test_uris_are_unique(application: Application) -> None:
    slots = uploads_in(application.documents)
    listed = json.dumps(sent(application.documents)).count('"uri"')
    assert len(slots) == len({slot.slot for slot in slots}) == listed


@pytest.mark.parametrize(("kind", "sides"), [(kind, sides) for kind in IDENTITY_TYPES for sides in SIDES[kind]])
def test_every_type_appears_with_every_order_of_sides(kind: str, sides: tuple[str | None, ...]) -> None:
    def wanted(document: Json) -> bool:
        return sides_in(document) == sides

    find(identity_documents(types=(kind,)), wanted, settings=SEEN)


@pytest.mark.parametrize("index", [0, 1])
def test_selfies_stand_first_and_last(index: int) -> None:
    def there(body: Json) -> bool:
        return str(body["identifying_documents"][index]["type"]) == "SELFIE"

    find(attachments(country="USA"), there, settings=SEEN)


def test_bodies_shrink_to_something_small() -> None:
    smallest = find(attachments(country="USA"), lambda _: True)
    assert identity_of(smallest)["type"] == "PASSPORT"
    assert len(uploads_in(smallest)) == 3


@pytest.mark.parametrize("kind", IDENTITY_TYPES)
@few
@given(application=applications(identity=identity_documents(types=("NATIONAL_ID",))))
def test_an_application_can_be_turned_into_any_type(kind: str, application: Application) -> None:
    before = json.dumps(sent(application.documents))
    document = identity_of(application.with_a(kind).documents)
    assert document["type"] == kind
    assert sides_in(document) in SIDES[kind]
    assert ("state" in document) == (kind == "DRIVERS_LICENSE")
    assert json.dumps(sent(application.documents)) == before


def test_every_issuer_has_states() -> None:
    assert all(states_of(country) for country in ISSUERS)
    assert len(states_of("USA")) == 50


def test_the_example_is_the_guides() -> None:
    body = sent(example())
    assert [entry["type"] for entry in body["identifying_documents"]] == ["SELFIE", "DRIVERS_LICENSE"]
    assert sides_in(identity_of(body)) == ("FRONT", "BACK")


def test_new_files_are_new() -> None:
    first, second = uploads_in(example()), uploads_in(with_new_files(example(), "later"))
    assert len(first) == len(second) == 4
    assert not set(first) & set(second)


def edits_of(module: ModuleType) -> Iterator[tuple[str, Edit]]:
    for name, value in vars(module).items():
        for edit in value if isinstance(value, tuple) else (value,):
            if isinstance(edit, Edit) and name.isupper():
                yield name, edit


BODY_EDITS = [
    (name, edit)
    for module in (attach_edits, attach_other_edits, attach_uri_edits)
    for name, edit in edits_of(module)
    if not name.startswith("URI_") and name != "STATE_ADDED"
]
URI_EDITS = [edit for name, edit in edits_of(attach_uri_edits) if name.startswith("URI_")]
# A US licence of somebody who lives in Britain, and a passport: between them there is something to change for every edit.
LICENCE = on(proof_of, put("country", "GBR", name="british"))[0](example())
PASSPORT = Application(None, example()).with_a("PASSPORT").documents


@pytest.mark.parametrize(("name", "edit"), BODY_EDITS, ids=[f"{name}-{edit.name}" for name, edit in BODY_EDITS])
def test_each_edit_changes_the_body_and_leaves_the_original(name: str, edit: Edit) -> None:
    body = PASSPORT if name == "TWO_FILES" else LICENCE
    before = json.dumps(sent(body))
    assert json.dumps(sent(edit(body))) != before
    assert json.dumps(sent(body)) == before


@pytest.mark.parametrize("place", attach_uri_edits.URI_PLACES)
@pytest.mark.parametrize("edit", URI_EDITS, ids=[edit.name for edit in URI_EDITS])
def test_uri_edits_touch_their_place_only(place: str, edit: Edit) -> None:
    before = sent(example())
    after = sent(on(attach_uri_edits.URI_PLACES[place][0], edit)[0](example()))
    for name, (where, _) in attach_uri_edits.URI_PLACES.items():
        assert (where(after) != where(before)) == (name == place)


@few
@given(application=applications(identity=identity_documents(types=TWO_SIDED)))
def test_side_edits_do_what_they_say(application: Application) -> None:
    def sides(edit: Edit) -> tuple[str | None, ...]:
        return sides_in(identity_of(edit(application.documents)))

    assert sides(attach_edits.FRONT_ONLY[0]) == ("FRONT",)
    assert [sides(edit) for edit in attach_edits.SAME_SIDE_TWICE] == [("FRONT", "FRONT"), ("BACK", "BACK")]
    assert all(len(sides(edit)) == 3 for edit in attach_edits.THREE_FILES)
    assert all(None in sides(edit) for edit in attach_edits.NO_SIDES)


@few
@given(application=applications())
def test_expired_documents_have_expired(application: Application) -> None:
    for edit in attach_edits.EXPIRED:
        assert dt.date.fromisoformat(identity_of(sent(edit(application.documents)))["expiry_date"]) < TODAY


@few
@given(application=applications())
def test_misformatted_dates_are_no_dates(application: Application) -> None:
    for edit in attach_edits.EXPIRY_MISFORMATTED:
        value = identity_of(sent(edit(application.documents)))["expiry_date"]
        with pytest.raises(ValueError):  # noqa: PT011 - the reasons differ by form
            dt.datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=dt.UTC)


@few
@given(application=applications())
def test_issue_is_moved_to_and_past_expiry(application: Application) -> None:
    on_the_day, after = (identity_of(sent(edit(application.documents))) for edit in attach_edits.ISSUED_NOT_BEFORE_EXPIRY)
    assert on_the_day["issue_date"] == on_the_day["expiry_date"]
    assert after["issue_date"] > after["expiry_date"]


@given(st.from_regex(r"/[A-Za-z0-9]{6,12}_[0-9]{6,13}\.(pdf|png)", fullmatch=True))
def test_a_uri_that_was_never_issued_differs_in_all_but_its_make(uri: str) -> None:
    other = attach_uri_edits.never_issued(uri)
    assert len(other) == len(uri)
    assert other.rpartition(".")[2] == uri.rpartition(".")[2]
    assert all(a != b for a, b in zip(other, uri, strict=True) if a.isalnum() and b not in ".pdfng")


def test_second_documents_have_files_of_their_own() -> None:
    for edit in (attach_edits.SECOND_PASSPORT, attach_edits.SECOND_NATIONAL_ID, attach_edits.SECOND_OF_SAME_TYPE):
        first, second = (entry for entry in edit(example())["identifying_documents"] if entry["type"] != "SELFIE")
        assert sides_in(second) in SIDES[second["type"]]
        assert not set(uploads_in(first)) & set(uploads_in(second))


@pytest.mark.parametrize("kind", files.PAPERS)
def test_papers_are_what_they_claim(kind: str) -> None:
    paper = files.sample(kind, 7)
    assert filetype.guess_mime(paper.content) == paper.content_type
    assert paper.name.endswith(f".{kind}")
    if kind != "pdf":
        Image.open(io.BytesIO(paper.content)).verify()


@pytest.mark.parametrize("kind", files.OTHER_KINDS)
def test_other_kinds_are_no_papers(kind: str) -> None:
    allowed = {files.sample(paper).content_type for paper in files.PAPERS}
    assert filetype.guess_mime(files.sample(kind).content) not in allowed


def test_impostors_lie_about_their_content() -> None:
    assert all(filetype.guess_mime(each.content) != each.content_type for each in files.IMPOSTORS)


def test_shades_differ_and_repeat() -> None:
    assert files.sample("png", 1).content != files.sample("png", 2).content
    files.sample.cache_clear()
    again = files.sample("pdf", 3).content
    files.sample.cache_clear()
    assert files.sample("pdf", 3).content == again


def test_dates_in_edits_are_relative() -> None:
    assert isinstance(identity_of(example())["expiry_date"], Dated)
