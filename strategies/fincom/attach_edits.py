"""Named edits of the identity document in Fin.com's attach body (V2): its type, files and sides, state, number and dates.

Source: document 002, V2, Identity Document Types & Side Requirements, Key Rules.
"""

from __future__ import annotations

from harness.jsontypes import Json
from strategies.edits import Edit, change, drop, insert, put
from strategies.fincom.attach_parts import absent, files_as, identity_of, missing, on, sided
from strategies.fincom.attachments import SIDES, states_of
from strategies.placeholders import Dated, Derived, Upload

# --- identifying_documents as a whole

IDENTIFYING_DOCUMENTS_MISSING = missing("identifying_documents")
IDENTIFYING_DOCUMENTS_EMPTY = put("identifying_documents", [], name="identifying-documents-empty")
IDENTIFYING_DOCUMENTS_OBJECT = Edit("identifying-documents-as-object", lambda body: {**body, "identifying_documents": identity_of(body)})
UNKNOWN_IDENTITY_TYPE = on(
    identity_of,
    put("type", "VISA", name="type-visa"),
    put("type", "UTILITY_BILL", name="type-utility-bill"),
    put("type", "COMPANY_DOC", name="type-company-doc"),
    put("type", "", name="type-empty"),
)
IDENTITY_TYPE_MISSING = on(identity_of, *missing("type"))


def _second(kind: str | None) -> Edit:
    """A second identity document, with a number and files of its own; None repeats the type of the first."""

    def apply(body: Json) -> Json:
        first = identity_of(body)
        other = {**first, "number": "ZZ7654321", "type": kind or first["type"]}
        if kind is not None:
            other.pop("state", None)
        slots = [{"uri": Upload(f"second-{index}")} for index in range(2)]
        other["files"] = sided(*SIDES[other["type"]][0])(slots)
        body["identifying_documents"].append(other)
        return body

    return Edit(f"second-document-{(kind or 'of-the-same-type').lower().replace('_', '-')}", apply)


SECOND_PASSPORT = _second("PASSPORT")
SECOND_NATIONAL_ID = _second("NATIONAL_ID")
SECOND_OF_SAME_TYPE = _second(None)

# --- files and sides

TWO_FILES = on(identity_of, files_as("two-files", None, None), files_as("two-files-front-and-back", "FRONT", "BACK"))
FRONT_ONLY = on(identity_of, files_as("front-only", "FRONT"))
BACK_ONLY = on(identity_of, files_as("back-only", "BACK"))
SAME_SIDE_TWICE = on(identity_of, files_as("front-twice", "FRONT", "FRONT"), files_as("back-twice", "BACK", "BACK"))
NO_SIDES = on(
    identity_of,
    files_as("no-side", None, None),
    files_as("first-without-side", None, "BACK"),
    files_as("second-without-side", "FRONT", None),
)
THREE_FILES = on(
    identity_of,
    files_as("third-front", "FRONT", "BACK", "FRONT"),
    files_as("third-back", "FRONT", "BACK", "BACK"),
    files_as("third-without-side", "FRONT", "BACK", None),
)
UNKNOWN_SIDE = on(
    identity_of,
    insert("files.0.side", "LEFT", name="side-left"),
    insert("files.0.side", "INSIDE", name="side-inside"),
    insert("files.0.side", 1, name="side-number"),
)
PASSPORT_BACK = on(identity_of, files_as("side-back", "BACK"))

# --- state


def _with_own_state(body: Json) -> Json:
    document = identity_of(body)
    document["state"] = states_of(document["country"])[0]
    return body


STATE_ADDED = Edit("with-state", _with_own_state)
STATE_MISSING = on(identity_of, drop("state"))
STATE_BLANK = on(identity_of, put("state", "", name="state-empty"), put("state", None, name="state-null"))
STATE_POSTAL = on(identity_of, change("state", lambda code: code.partition("-")[2], name="state-without-country"))[0]
STATE_UNLISTED = on(identity_of, put("state", "US-ZZ", name="state-unlisted"))[0]
STATE_ELSEWHERE = on(identity_of, put("state", "GB-ENG", name="state-of-another-country"))[0]

# --- number, country, dates

NUMBER_MISSING = on(identity_of, *absent("number"))
IDENTITY_COUNTRY_MISSING = on(identity_of, *absent("country"))
IDENTITY_COUNTRY_NOT_ALPHA_3 = on(
    identity_of,
    put("country", "US", name="country-alpha-2"),
    put("country", "ZZZ", name="country-unassigned"),
    put("country", "840", name="country-numeric"),
    put("country", "Germany", name="country-name"),
)


def _misformatted(key: str, years: int) -> tuple[Edit, ...]:
    return on(
        identity_of,
        insert(key, Dated(years, fmt="%m/%d/%Y"), name="american-order"),
        insert(key, Dated(years, fmt="%Y-02-30"), name="thirtieth-of-february"),
        insert(key, Dated(years, fmt="%Y%m%d"), name="without-hyphens"),
        insert(key, "next summer", name="words"),
        insert(key, Derived(Dated(years, fmt="%Y"), int), name="year-as-number"),
    )


ISSUE_DATE_MISFORMATTED = _misformatted("issue_date", -3)
EXPIRY_MISFORMATTED = _misformatted("expiry_date", 3)


def _issued(name: str, days: int) -> Edit:
    def apply(document: Json) -> Json:
        expiry = document["expiry_date"]
        document["issue_date"] = Dated(years=expiry.years, days=expiry.days + days)
        return document

    return Edit(name, apply)


ISSUED_NOT_BEFORE_EXPIRY = on(identity_of, _issued("issued-on-expiry", 0), _issued("issued-after-expiry", 40))
ISSUED_IN_FUTURE = on(identity_of, insert("issue_date", Dated(days=60), name="issued-in-two-months"))
EXPIRY_MISSING = on(identity_of, *absent("expiry_date"))
EXPIRED = on(
    identity_of,
    put("expiry_date", Dated(days=-2), name="expired-two-days-ago"),
    put("expiry_date", Dated(years=-1), name="expired-a-year-ago"),
    put("expiry_date", Dated(years=-30), name="expired-decades-ago"),
)
GOOD_FOR_LONG = on(
    identity_of,
    put("expiry_date", Dated(years=1, days=1), name="good-for-a-year"),
    put("expiry_date", Dated(years=10), name="good-for-ten-years"),
)
EXPIRES_TODAY = on(identity_of, put("expiry_date", Dated(), name="expires-today"))[0]
EXPIRES_SOON = on(identity_of, put("expiry_date", Dated(days=5), name="expires-in-five-days"))[0]
