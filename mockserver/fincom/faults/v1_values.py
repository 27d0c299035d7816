"""Servers that misjudge names, dates of birth, e-mail addresses, phones and tax numbers (002 V1 Personal details; Common Pitfalls)."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, Test, at, edits_answer, is_a, texts
from mockserver.fincom import validation as v
from mockserver.fincom.faults.carriers import refused_fields, with_fields
from mockserver.fincom.faults.create_places import ALPHA_3
from mockserver.fincom.faults.v1_builders import accepts, fault, is_create, leaf, mends, mends_body, refuses
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

FIRST, LAST, DOB = "basic_info.first_name", "basic_info.last_name", "basic_info.dob"
EMAIL, PHONE, TIN = "basic_info.email", "basic_info.phone", "basic_info.tin"
RESIDENCE, NATIONALITY = "basic_info.country_of_residence", "basic_info.nationality"
DAY_FORMS = (
    ("slashes", r"[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}/[0-9]{2}/[0-9]{2}"),
    ("a_time", r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].+"),
    ("single_digits", r"[0-9]{4}-(?:[0-9]-[0-9]{1,2}|[0-9]{2}-[0-9])"),
)
LOOSE_PHONES = (
    ("makes_the_plus_optional", "phone-needs-a-plus", "takes a number without its plus", r"[1-9][0-9]{6,14}"),
    ("strips_separators_from_phones", "phone-needs-a-plus", "takes separators in a number", r"\+[0-9]+(?:[ .()-]+[0-9]+)+"),
    ("takes_phones_of_any_length", "phone-needs-a-plus", "takes numbers of more than 15 digits", r"\+[1-9][0-9]{15,}"),
    ("normalises_national_phones", "phone-national-format-is-refused", "takes numbers as they are dialled at home", r"[^+].*[ ()-].*"),
)
TIN_FORMS = (
    ("takes_tins_without_hyphens", "tin-without-hyphens-is-refused", "takes nine digits in a row for a US tax number", r"[0-9]{9}"),
    ("takes_any_nine_digits", "tin-wrong-groups-is-refused", "takes nine digits in any groups for a US tax number", None),
    ("does_not_anchor_the_ssn", "tin-wrong-groups-is-refused", "looks for the form anywhere in a US tax number", None),
    ("takes_letters_in_a_tin", "tin-wrong-groups-is-refused", "takes letters in a US tax number", r"(?=.*[A-Za-z])[A-Za-z0-9-]{3,}"),
)


def _beyond_latin(text: str) -> bool:
    letters = (letter for letter in text if not letter.isascii() and letter.isalpha())
    return any(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _holding(mark: str) -> Test:
    return texts(lambda text: mark in text.strip() and text.isascii())


def like(pattern: str) -> Test:
    """Return a test that holds for text that matches a pattern as a whole."""
    return texts(lambda text: re.fullmatch(pattern, text))


def _impossible(value: Any) -> bool:
    return isinstance(value, str) and v.DATE.fullmatch(value) is not None and v.parse_date(value) is None


def _unborn(tenant: Tenant, body: Body) -> bool:
    born = v.parse_date(at(body, DOB))
    if born is None or born <= tenant.clock.today():
        return False
    body["basic_info"]["dob"] = "1980-02-03"
    return True


def _english(_: Tenant, body: Body) -> bool:
    basic = body.get("basic_info")
    pairs = [(name, f"{name}_en") for name in ("first_name", "last_name")]
    found = [pair for pair in pairs if isinstance(basic, dict) and _is_lent(basic.get(pair[0]), basic.get(pair[1]))]
    for name, english in found:
        body["basic_info"][name] = body["basic_info"][english]
    return bool(found)


def _is_lent(value: object, english: object) -> bool:
    return isinstance(value, str) and not value.isascii() and isinstance(english, str) and english.isascii() and bool(english.strip())


def _capital(part: int) -> Test:
    def test(text: str) -> bool:
        halves = text.split("@")
        return len(halves) == 2 and halves[part] != halves[part].lower() and halves[1 - part] == halves[1 - part].lower()

    return texts(test)


def rewords(path: str, printed: str) -> OnRequest:
    """Tell what is printed for a field in other words."""

    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = refused_fields(response) or {}
        return with_fields(response, {**fields, path: ["The value is not valid"]}) if printed in fields.get(path, ()) else None

    return edits_answer(is_create, edit)


def renames(path: str, name: str, printed: str) -> OnRequest:
    """Tell what is printed for a field under another key."""

    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = dict(refused_fields(response) or {})
        if printed not in fields.get(path, ()):
            return None
        fields[name] = fields.pop(path)
        return with_fields(response, fields)

    return edits_answer(is_create, edit)


def _american(when: Callable[[str], object], good: str = "912-45-6789") -> OnRequest:
    """Take US tax numbers for which `when` holds and which have another form."""

    def mend(_: Tenant, body: Body) -> bool:
        tin = at(body, TIN)
        wrong = at(body, RESIDENCE) == "USA" and isinstance(tin, str) and v.SSN.fullmatch(tin) is None
        if not wrong or not when(tin):
            return False
        body["basic_info"]["tin"] = good
        return True

    return mends_body(is_create, mend)


def _tin_form(name: str, pattern: str | None) -> OnRequest:
    if pattern is not None:
        return _american(lambda tin: re.fullmatch(pattern, tin))
    if name == "does_not_anchor_the_ssn":
        return _american(v.SSN.search)
    return _american(lambda tin: "-" in tin and re.fullmatch("[0-9-]+", tin) and len(tin.replace("-", "")) == 9)


def _foreign_form(_: Tenant, body: Body) -> bool:
    tin = at(body, TIN)
    abroad = v.is_country(at(body, RESIDENCE)) and at(body, RESIDENCE) != "USA"
    if not abroad or not isinstance(tin, str) or not tin.strip() or v.FOREIGN_TIN.fullmatch(tin):
        return False
    body["basic_info"]["tin"] = "912456789"
    return True


def _ssn_for_all(_: Tenant, body: Body) -> bool:
    tin = at(body, TIN)
    wrong = at(body, RESIDENCE) != "USA" and isinstance(tin, str) and v.SSN.fullmatch(tin) is None
    if wrong:
        body["basic_info"]["tin"] = []
    return wrong


def _other_nation(_: Tenant, body: Body) -> bool:
    if not v.is_country(at(body, NATIONALITY)) or at(body, NATIONALITY) == at(body, RESIDENCE):
        return False
    body["basic_info"]["nationality"] = []
    return True


NAMES = (
    *(
        fault(
            f"takes_any_script_as_{leaf(path)}",
            f"{leaf(path).replace('_', '-')}-non-latin-is-refused",
            f"takes letters of any script as {leaf(path)}",
            accepts(path, texts(_beyond_latin)),
        )
        for path in (FIRST, LAST, "address.street", "address.city")
    ),
    fault("lends_transliterations", "en-field-is-no-way-out", "takes a name with its transliteration", mends_body(is_create, _english)),
    *(
        fault(
            f"refuses_{word}_in_{leaf(path)}",
            "ascii-names-are-accepted",
            f"takes no {says} in {leaf(path)}",
            refuses(path, _holding(mark)),
        )
        for path in (FIRST, LAST)
        for word, says, mark in (("hyphens", "hyphens", "-"), ("apostrophes", "apostrophes", "'"), ("blanks", "inner blanks", " "))
    ),
)
BIRTH = (
    fault("refuses_leap_days", "dob-iso-is-accepted", "knows no 29 February", refuses(DOB, texts(lambda text: text.endswith("-02-29")))),
    fault("refuses_dob_of_the_last_century", "dob-iso-is-accepted", "takes no birth before 2000", refuses(DOB, like(r"19[0-9]{2}-.*"))),
    *(
        fault(
            f"reads_dob_with_{word}",
            "dob-other-formats-are-refused",
            f"reads a birth with {word.replace('_', ' ')}",
            accepts(DOB, like(form)),
        )
        for word, form in DAY_FORMS
    ),
    fault("rolls_impossible_days_over", "dob-impossible-date-is-refused", "takes days that no calendar has", accepts(DOB, _impossible)),
    fault("accepts_the_unborn", "future-dob-is-refused", "takes people who are not born yet", mends_body(is_create, _unborn)),
)
EMAILS = (
    fault("refuses_tagged_emails", "email-lowercase-is-accepted", "takes no plus sign in an address", refuses(EMAIL, like(r".*\+.*"))),
    fault("refuses_subdomains", "email-lowercase-is-accepted", "takes no subdomain in an address", refuses(EMAIL, like(r".*@.*\..*\..*"))),
    fault("refuses_dotted_emails", "email-lowercase-is-accepted", "takes no dot before the at sign", refuses(EMAIL, like(r".*\..*@.*"))),
    fault(
        "folds_local_parts",
        "email-is-lowercase",
        "folds capitals before the at sign",
        mends(EMAIL, _capital(0), lambda place: place.value.lower()),
    ),
    fault(
        "folds_domains",
        "email-domain-is-lowercase",
        "folds capitals in a domain",
        mends(EMAIL, _capital(1), lambda place: place.value.lower()),
    ),
    fault(
        "words_capitals_otherwise",
        "email-case-message-is-fixed",
        "tells of capitals in other words",
        rewords(EMAIL, "Email must be all lowercase"),
    ),
    fault(
        "names_emails_by_their_last_name",
        "email-case-message-is-fixed",
        "tells of capitals under the key email",
        renames(EMAIL, "email", "Email must be all lowercase"),
    ),
    fault(
        "accepts_any_text_as_email",
        "email-format-is-checked",
        "takes any text as an address",
        accepts(EMAIL, texts(lambda text: text == text.lower() and v.email(text))),
    ),
    fault("accepts_emails_without_at", "email-format-is-checked", "takes an address without an at sign", accepts(EMAIL, like(r"[^@A-Z]*"))),
)
PHONES = (
    fault(
        "knows_plus_one_only", "phone-e164-is-accepted", "takes no other phones than American ones", refuses(PHONE, like(r"\+[2-9][0-9]+"))
    ),
    *(fault(name, rule, says, accepts(PHONE, like(pattern))) for name, rule, says, pattern in LOOSE_PHONES),
)
CODES = tuple(
    row
    for path in (RESIDENCE, NATIONALITY)
    for row in (
        fault(
            f"knows_the_usa_only_as_{leaf(path)}",
            f"{leaf(path).replace('_', '-')}-takes-alpha-3",
            f"takes no other {leaf(path)} than USA",
            refuses(path, lambda value: v.is_country(value) and value != "USA"),
        ),
        fault(
            f"reads_alpha_2_as_{leaf(path)}",
            f"{leaf(path).replace('_', '-')}-alpha-2-is-refused",
            f"reads alpha-2 codes as {leaf(path)} too",
            mends(path, texts(ALPHA_3.__contains__), lambda place: ALPHA_3[place.value]),
        ),
        fault(
            f"accepts_any_three_letters_as_{leaf(path)}",
            f"{leaf(path).replace('_', '-')}-unknown-code-is-refused",
            f"takes any three capitals as {leaf(path)}",
            accepts(path, texts(lambda text: re.fullmatch("[A-Z]{3}", text) and not v.is_country(text))),
        ),
    )
)
COUNTRIES = (
    *CODES,
    fault(
        "ties_nationality_to_residence",
        "nationality-may-differ-from-residence",
        "demands the residence as nationality",
        mends_body(is_create, _other_nation),
    ),
)
TAXES = (
    fault("refuses_ssns", "tin-ssn-is-accepted", "refuses social security numbers", refuses(TIN, texts(v.SSN.fullmatch))),
    *(fault(name, rule, says, _tin_form(name, pattern)) for name, rule, says, pattern in TIN_FORMS),
    fault(
        "words_tins_otherwise",
        "tin-message-is-fixed",
        "tells of a US tax number in other words",
        rewords(TIN, "TIN must be in SSN format (xxx-xx-xxxx) for USA customers"),
    ),
    fault(
        "wants_an_ssn_of_everybody", "tin-ssn-binds-usa-only", "demands the US form of all tax numbers", mends_body(is_create, _ssn_for_all)
    ),
    fault(
        "takes_any_foreign_tin",
        "tin-foreign-format-is-checked",
        "takes any text as a foreign tax number",
        mends_body(is_create, _foreign_form),
    ),
    fault("takes_lists_as_tin", "tin-is-a-text", "takes a list in the place of a tax number", accepts(TIN, is_a(list))),
    fault("takes_objects_as_tin", "tin-is-a-text", "takes an object in the place of a tax number", accepts(TIN, is_a(dict))),
)

FAULTS: tuple[Fault, ...] = (*NAMES, *BIRTH, *EMAILS, *PHONES, *COUNTRIES, *TAXES)
