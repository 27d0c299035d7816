"""Servers that misjudge identity documents: their list, type, state, number, country and dates (002 V2 Identity Document Types)."""

from datetime import date, timedelta
from typing import Any

from mockserver.clock import moment
from mockserver.fincom.documents import IDENTITY
from mockserver.fincom.faults.attach_builders import (
    ELSEWHERE,
    FAR_AHEAD,
    IDENTIFYING,
    PROVING,
    Document,
    Scene,
    Trait,
    always,
    files_of,
    has,
    lacks,
    leaves_out,
    likely_country,
    mends,
    mends_documents,
    puts,
    refuses_documents,
    takes_away,
)
from mockserver.fincom.faults.builders import fault
from mockserver.fincom.validation import is_country, parse_date
from mockserver.wrappers import Fault

LICENCE = "DRIVERS_LICENSE"
STATELESS = tuple(kind for kind in PROVING if IDENTITY[kind].state == "forbidden")
HOME, HOME_STATE = "USA", "US-CA"
YEARS = timedelta(days=365)


def _slug(kind: str) -> str:
    return kind.lower().replace("_", "-")


def _name(kind: str) -> str:
    return kind.lower()


def _stand_in(scene: Scene) -> Document:
    """Return a good passport."""
    files = [{"uri": scene.spare_uri()}]
    return {"type": "PASSPORT", "number": "P0000001", "country": ELSEWHERE, "expiry_date": FAR_AHEAD, "files": files}


def _as_passport(_: Scene, document: Document) -> bool:
    """Take a document of an unknown type for a passport, whatever files and state it has."""
    document["type"] = "PASSPORT"
    document.pop("state", None)
    document["files"] = files_of(document)[:1]
    return True


def _typed_freely(scene: Scene) -> bool:
    odd = [document for _, document in scene.documents(IDENTIFYING) if document.get("type") is not None and not _known(document)]
    return sum(_as_passport(scene, document) for document in odd) > 0


def _typed_by_default(scene: Scene) -> bool:
    bare = [document for _, document in scene.documents(IDENTIFYING) if document.get("type") is None]
    return sum(_as_passport(scene, document) for document in bare) > 0


def _known(document: Document) -> bool:
    kind = document.get("type")
    return isinstance(kind, str) and kind in IDENTITY


def _lists_one(scene: Scene, wanted: tuple[Any, ...]) -> bool:
    if scene.body.get(IDENTIFYING) not in wanted:
        return False
    scene.body[IDENTIFYING] = [_stand_in(scene)]
    return True


def _wraps(scene: Scene) -> bool:
    single = scene.body.get(IDENTIFYING)
    if not isinstance(single, dict):
        return False
    scene.body[IDENTIFYING] = [single]
    return True


def _keeps_first(scene: Scene, of_one_type: bool) -> bool:
    """Overlook all identity documents but the first: those of its type, or those of other types."""
    proving = [document for _, document in scene.documents(IDENTIFYING, *PROVING)]
    extra = [each for each in proving[1:] if (each["type"] == proving[0]["type"]) == of_one_type]
    leaves_out(scene, extra)
    return bool(extra)


def _day(document: Document, name: str) -> date | None:
    return parse_date(document.get(name))


def _expired(scene: Scene, document: Document) -> bool:
    day = _day(document, "expiry_date")
    return day is not None and day <= scene.tenant.clock.today()


def _expired_since_creation(scene: Scene, document: Document) -> bool:
    day = _day(document, "expiry_date")
    return _expired(scene, document) and day is not None and day > moment(scene.customer.created).date()


def _good_for(least: timedelta, most: timedelta = timedelta.max) -> Trait:
    def trait(scene: Scene, document: Document) -> bool:
        day = _day(document, "expiry_date")
        return day is not None and least <= day - scene.tenant.clock.today() < most

    return trait


def _no_date(name: str) -> Trait:
    return lambda _, document: document.get(name) is not None and _day(document, name) is None


def _issued_after_expiry(scene: Scene, document: Document) -> bool:
    issued, expires = _day(document, "issue_date"), _day(document, "expiry_date")
    return issued is not None and expires is not None and scene.tenant.clock.today() < expires <= issued


def _issued_ahead(scene: Scene, document: Document) -> bool:
    issued, expires = _day(document, "issue_date"), _day(document, "expiry_date")
    today = scene.tenant.clock.today()
    return issued is not None and issued > today and not (expires is not None and expires <= issued)


def _of_home(document: Document) -> bool:
    return document.get("country") == HOME


def _stateless_at_home(_: Scene, document: Document) -> bool:
    return _of_home(document) and "state" not in document


def _stateless_abroad_living(scene: Scene, document: Document) -> bool:
    return _of_home(document) and document.get("state") is None and scene.residence != HOME


def _blank_state(_: Scene, document: Document) -> bool:
    state = document.get("state", HOME_STATE)
    return _of_home(document) and (state is None or (isinstance(state, str) and not state.strip()))


def _licence(state: bool, home: bool) -> Trait:
    return lambda _, document: (document.get("state") is not None) == state and _of_home(document) == home


def _no_country(_: Scene, document: Document) -> bool:
    country = document.get("country")
    return country is not None and not is_country(country)


def _foreign(scene: Scene, document: Document) -> bool:
    country = document.get("country")
    return is_country(country) and country != scene.residence


LISTS: tuple[Fault, ...] = (
    fault(
        "accepts_missing_identifying_documents",
        "identifying-documents-are-required",
        "is content with an address proof where identifying_documents is left out",
        mends(lambda scene: IDENTIFYING not in scene.body and _lists_one(scene, (None,))),
    ),
    fault(
        "accepts_null_identifying_documents",
        "identifying-documents-are-required",
        "takes null for identifying_documents as if nothing had to be shown",
        mends(lambda scene: IDENTIFYING in scene.body and _lists_one(scene, (None,))),
    ),
    fault(
        "accepts_empty_identifying_documents",
        "identifying-documents-empty-is-refused",
        "takes an empty list of identity documents",
        mends(lambda scene: _lists_one(scene, ([],))),
    ),
    fault(
        "wraps_single_identity_document",
        "identifying-documents-is-an-array",
        "takes one identity document without its list",
        mends(_wraps),
    ),
    fault(
        "accepts_unknown_identity_type",
        "unknown-identity-type-is-refused",
        "takes any text for the type of an identity document",
        mends(_typed_freely),
    ),
    fault(
        "defaults_identity_type",
        "identity-type-is-required",
        "takes an identity document without a type for a passport",
        mends(_typed_by_default),
    ),
    fault(
        "accepts_two_identity_types",
        "one-non-selfie-only",
        "takes two identity documents of different types",
        mends(lambda scene: _keeps_first(scene, of_one_type=False)),
    ),
    fault(
        "accepts_identity_type_twice",
        "same-type-twice-is-refused",
        "takes two identity documents of the same type",
        mends(lambda scene: _keeps_first(scene, of_one_type=True)),
    ),
)
PER_TYPE: tuple[Fault, ...] = tuple(
    row
    for kind in PROVING
    for row in (
        fault(
            f"refuses_{_name(kind)}",
            f"{_slug(kind)}-is-accepted",
            f"does not know the type {kind}",
            refuses_documents("type", lambda _, __: True, kind),
        ),
        fault(
            f"accepts_{_name(kind)}_without_expiry",
            f"{_slug(kind)}-expiry-is-required",
            f"takes a {kind} without an expiry date",
            mends_documents(puts("expiry_date", lacks("expiry_date"), always(FAR_AHEAD)), kind),
        ),
        fault(
            f"accepts_expired_{_name(kind)}",
            f"{_slug(kind)}-expired-is-refused",
            f"takes a {kind} whose expiry has passed",
            mends_documents(puts("expiry_date", _expired, always(FAR_AHEAD)), kind),
        ),
    )
)
STATES: tuple[Fault, ...] = (
    *(
        fault(
            f"ignores_state_of_{_name(kind)}",
            f"{_slug(kind)}-state-is-forbidden",
            f"ignores a state on a {kind}",
            mends_documents(takes_away("state", has("state")), kind),
        )
        for kind in STATELESS
    ),
    fault(
        "accepts_us_licence_without_state",
        "us-licence-needs-state",
        "takes a licence of the USA without a state",
        mends_documents(puts("state", _stateless_at_home, always(HOME_STATE)), LICENCE),
    ),
    fault(
        "accepts_us_licence_with_blank_state",
        "us-licence-blank-state-is-refused",
        "is content that a licence of the USA has the key state, whatever is in it",
        mends_documents(puts("state", _blank_state, always(HOME_STATE)), LICENCE),
    ),
    fault(
        "refuses_us_licence_with_state",
        "us-licence-with-state-is-accepted",
        "forbids the state on every document, licences of the USA included",
        refuses_documents("state", _licence(state=True, home=True), LICENCE),
    ),
    fault(
        "refuses_foreign_licence_without_state",
        "foreign-licence-without-state-is-accepted",
        "demands a state of every licence",
        refuses_documents("state", _licence(state=False, home=False), LICENCE),
    ),
    fault(
        "refuses_foreign_licence_with_state",
        "foreign-licence-with-state-is-accepted",
        "forbids the state on licences of other countries than the USA",
        refuses_documents("state", _licence(state=True, home=False), LICENCE),
    ),
    fault(
        "judges_licence_state_by_residence",
        "licence-state-follows-document-country",
        "demands the state of licences of people who live in the USA, and not of those who live elsewhere",
        mends_documents(puts("state", _stateless_abroad_living, always(HOME_STATE)), LICENCE),
    ),
)
FIELDS: tuple[Fault, ...] = (
    fault(
        "accepts_identity_without_number",
        "identity-number-is-required",
        "takes an identity document without its number",
        mends_documents(puts("number", lacks("number"), always("N0000001"))),
    ),
    fault(
        "accepts_identity_without_country",
        "identity-country-is-required",
        "takes an identity document without its country",
        mends_documents(puts("country", lacks("country"), likely_country)),
    ),
    fault(
        "accepts_identity_country_of_any_form",
        "identity-country-is-alpha-3",
        "takes any text for the country of an identity document",
        mends_documents(puts("country", _no_country, likely_country)),
    ),
    fault(
        "ties_identity_country_to_residence",
        "identity-country-may-differ-from-residence",
        "refuses identity documents of another country than the one of residence",
        refuses_documents("country", _foreign),
    ),
    fault(
        "demands_issue_date",
        "issue-date-is-optional",
        "demands the issue date of identity documents",
        refuses_documents("issue_date", lacks("issue_date")),
    ),
    fault(
        "accepts_issue_date_of_any_form",
        "issue-date-format-is-checked",
        "takes any text for the issue date",
        mends_documents(takes_away("issue_date", _no_date("issue_date"))),
    ),
    fault(
        "does_not_compare_issue_and_expiry",
        "issue-date-precedes-expiry",
        "takes a document that was issued on or after the day it expires",
        mends_documents(takes_away("issue_date", _issued_after_expiry)),
    ),
    fault(
        "accepts_issue_date_ahead",
        "issue-date-not-in-future",
        "takes a document that is yet to be issued",
        mends_documents(takes_away("issue_date", _issued_ahead)),
    ),
    fault(
        "refuses_expiry_far_ahead",
        "expiry-in-future-is-accepted",
        "takes an expiry more than eight years ahead for a slip",
        refuses_documents("expiry_date", _good_for(8 * YEARS)),
    ),
    fault(
        "refuses_expiry_within_two_years",
        "expiry-in-future-is-accepted",
        "wants documents to be good for another two years",
        refuses_documents("expiry_date", _good_for(timedelta(days=1), 2 * YEARS)),
    ),
    fault(
        "accepts_expiry_of_any_form",
        "expiry-format-is-checked",
        "takes any text for the expiry date",
        mends_documents(puts("expiry_date", _no_date("expiry_date"), always(FAR_AHEAD))),
    ),
    fault(
        "judges_expiry_by_the_day_of_creation",
        "expiry-follows-the-clock",
        "compares the expiry with the day on which the customer was created",
        mends_documents(puts("expiry_date", _expired_since_creation, always(FAR_AHEAD))),
    ),
)
FAULTS = (*LISTS, *PER_TYPE, *STATES, *FIELDS)
