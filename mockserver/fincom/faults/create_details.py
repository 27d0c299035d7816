"""Servers that misjudge date of birth, e-mail, phone number or gender."""

import re
from datetime import date, timedelta

from mockserver.fincom import validation as v
from mockserver.fincom.faults.create_builders import (
    Place,
    Test,
    accepts,
    edits_refusal,
    equals,
    fault,
    mends,
    mends_body,
    refuses,
    refuses_body,
    texts,
)
from mockserver.fincom.faults.create_places import GOOD, Body, at
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

DOB, EMAIL, PHONE, GENDER = "basic_info.dob", "basic_info.email", "basic_info.phone", "basic_info.gender"
GENDERS = ("MALE", "FEMALE")
YOUNG, OLD = 18, 120


def _born(body: Body) -> date | None:
    return v.parse_date(at(body, DOB))


def _ages(low: int, high: int) -> OnRequest:
    """Take people from `low` to below `high` years old, whatever the bounds are."""

    def mend(tenant: Tenant, body: Body) -> bool:
        born = _born(body)
        if born is None or not low <= v.age_on(tenant.clock.today(), born) < high:
            return False
        body["basic_info"]["dob"] = GOOD[DOB](body)
        return True

    return mends_body(mend)


def _no_ages(low: int, high: int) -> OnRequest:
    """Refuse people from `low` to below `high` years old."""

    def trait(tenant: Tenant, body: Body) -> bool:
        born = _born(body)
        return born is not None and low <= v.age_on(tenant.clock.today(), born) < high

    return refuses_body(DOB, trait)


def _by_year(tenant: Tenant, body: Body) -> bool:
    born, today = _born(body), tenant.clock.today()
    if born is None or v.age_on(today, born) >= YOUNG or today.year - born.year < YOUNG:
        return False
    body["basic_info"]["dob"] = GOOD[DOB](body)
    return True


def _in_birthday_month(tenant: Tenant, body: Body) -> bool:
    born, today = _born(body), tenant.clock.today()
    return born is not None and v.age_on(today, born) == YOUNG and v.age_on(today - timedelta(days=30), born) < YOUNG


def _by_a_frozen_day(tenant: Tenant, body: Body) -> bool:
    frozen = date.fromisoformat(tenant.memory.setdefault("reckons_age_from_a_frozen_day", tenant.clock.today().isoformat()))
    born = _born(body)
    return born is not None and v.age_on(frozen, born) < YOUNG <= v.age_on(tenant.clock.today(), born)


def _dated(pattern: str, *groups: int) -> OnRequest:
    """Read dates of another form; `groups` are those of year, month and day."""
    form = re.compile(pattern)

    def read(place: Place) -> str:
        found = form.fullmatch(place.value)
        parts = [int(found[group]) for group in groups] if found else [0, 0, 0]
        text = "{:04}-{:02}-{:02}".format(*parts)
        return text if v.parse_date(text) else str(GOOD[DOB](place.body))

    return mends(DOB, texts(lambda text: form.fullmatch(text) and not v.DATE.fullmatch(text)), read)


def _impossible(pattern: str) -> Test:
    return texts(lambda text: v.DATE.fullmatch(text) and v.parse_date(text) is None and re.fullmatch(pattern, text))


def _malformed(test: Test) -> OnRequest:
    """Take e-mail addresses that are malformed in the way of `test`; capitals and letters beyond ASCII are other matters."""
    return accepts(EMAIL, texts(lambda text: text.isascii() and text == text.lower() and v.email(text) is not None and test(text)))


def _lowered(test: Test) -> OnRequest:
    return mends(EMAIL, texts(lambda text: text != text.lower() and test(text)), lambda place: place.value.lower())


def _local(text: str) -> str:
    return text.rpartition("@")[0]


def _domain(text: str) -> str:
    return text.rpartition("@")[2]


def _in_local(pattern: str) -> Test:
    return texts(lambda text: re.search(pattern, _local(text)))


def _phones(pattern: str) -> OnRequest:
    return accepts(PHONE, texts(lambda text: re.fullmatch(pattern, text)))


def _reworded(body: dict[str, object], path: str, text: str) -> dict[str, object]:
    broken = body.get("errors")
    return {**body, "errors": {**broken, path: [text]}} if isinstance(broken, dict) and path in broken else body


BIRTH = (
    fault(
        "refuses_leap_days",
        "dob-iso-is-accepted",
        "refuses 29 February as a birthday",
        refuses(DOB, texts(lambda day: day.endswith("-02-29"))),
    ),
    fault(
        "reads_the_day_as_month",
        "dob-iso-is-accepted",
        "reads YYYY-DD-MM, so that no day after the 12th is taken",
        refuses(DOB, texts(lambda day: v.parse_date(day) and day[8:] > "12")),
    ),
    fault("reads_dob_with_slashes", "dob-other-formats-are-refused", "reads DD/MM/YYYY too", _dated(r"(\d\d)/(\d\d)/(\d{4})", 3, 2, 1)),
    fault(
        "reads_dob_with_the_year_last", "dob-other-formats-are-refused", "reads MM-DD-YYYY too", _dated(r"(\d\d)-(\d\d)-(\d{4})", 3, 1, 2)
    ),
    fault("reads_compact_dob", "dob-other-formats-are-refused", "reads YYYYMMDD too", _dated(r"(\d{4})(\d\d)(\d\d)", 1, 2, 3)),
    fault(
        "reads_unpadded_dob",
        "dob-other-formats-are-refused",
        "reads months and days of one digit too",
        _dated(r"(\d{4})-(\d?\d)-(\d?\d)", 1, 2, 3),
    ),
    fault(
        "reads_dob_with_time",
        "dob-other-formats-are-refused",
        "takes an instant and drops its time",
        _dated(r"(\d{4})-(\d\d)-(\d\d)[T ].*", 1, 2, 3),
    ),
    fault(
        "rolls_impossible_days_over",
        "dob-impossible-date-is-refused",
        "reads 30 February as 2 March",
        accepts(DOB, _impossible(r"\d{4}-02-(29|3[01])")),
    ),
    fault(
        "takes_29_february_of_any_year", "dob-impossible-date-is-refused", "knows no leap years", accepts(DOB, _impossible(r"\d{4}-02-29"))
    ),
    fault(
        "takes_the_13th_month",
        "dob-impossible-date-is-refused",
        "does not look at the month",
        accepts(DOB, _impossible(r"\d{4}-(1[3-9]|[2-9]\d)-\d\d")),
    ),
    fault("takes_days_and_months_of_zero", "dob-impossible-date-is-refused", "takes a zero date", accepts(DOB, _impossible(r".*-00.*"))),
    fault("accepts_minors", "under-18-is-refused", "takes people of any age below 18", _ages(0, YOUNG)),
    fault("accepts_17", "under-18-is-refused", "takes people of 17 years", _ages(YOUNG - 1, YOUNG)),
    fault("reckons_age_by_the_year", "under-18-is-refused", "subtracts years and forgets the birthday", mends_body(_by_year)),
    fault("excludes_18", "exactly-18-is-accepted", "demands 19 years", _no_ages(YOUNG, YOUNG + 1)),
    fault(
        "waits_for_the_next_month",
        "exactly-18-is-accepted",
        "counts the 18th year from thirty days after the birthday",
        refuses_body(DOB, _in_birthday_month),
    ),
    fault("has_no_oldest_age", "over-120-is-refused", "has no upper bound of age", _ages(OLD + 1, 10_000)),
    fault("accepts_121", "over-120-is-refused", "takes people of 121 years", _ages(OLD + 1, OLD + 2)),
    fault("cuts_age_at_100", "age-119-is-accepted", "refuses people from 100 years on", _no_ages(100, OLD)),
    fault("excludes_119", "age-119-is-accepted", "refuses people of 119 years", _no_ages(OLD - 1, OLD)),
    fault("accepts_the_unborn", "future-dob-is-refused", "takes birthdays in the future", _ages(-10_000, 0)),
    fault(
        "reckons_age_from_a_frozen_day",
        "age-follows-the-clock",
        "reckons ages from the day of its first request",
        refuses_body(DOB, _by_a_frozen_day),
    ),
)
MAIL = (
    fault("refuses_plus_tags", "email-lowercase-is-accepted", "refuses a plus sign in an e-mail address", refuses(EMAIL, _in_local(r"\+"))),
    fault(
        "refuses_digits_in_email", "email-lowercase-is-accepted", "refuses digits before the at sign", refuses(EMAIL, _in_local(r"[0-9]"))
    ),
    fault("refuses_dots_in_email", "email-lowercase-is-accepted", "refuses dots before the at sign", refuses(EMAIL, _in_local(r"\."))),
    fault("refuses_hyphens_in_email", "email-lowercase-is-accepted", "refuses hyphens before the at sign", refuses(EMAIL, _in_local("-"))),
    fault(
        "refuses_hyphens_in_email_domain",
        "email-lowercase-is-accepted",
        "refuses hyphens in the domain",
        refuses(EMAIL, texts(lambda text: "-" in _domain(text))),
    ),
    fault(
        "refuses_sub_domains",
        "email-lowercase-is-accepted",
        "refuses domains of more than two labels",
        refuses(EMAIL, texts(lambda text: _domain(text).count(".") > 1)),
    ),
    fault(
        "lowers_emails_silently",
        "email-is-lowercase email-domain-is-lowercase",
        "turns capitals of an e-mail address small",
        _lowered(lambda _: True),
    ),
    fault(
        "lowers_the_local_part",
        "email-is-lowercase",
        "looks at the case of the domain only",
        _lowered(lambda text: _domain(text) == _domain(text).lower()),
    ),
    fault(
        "lowers_the_domain",
        "email-domain-is-lowercase",
        "looks at the case before the at sign only",
        _lowered(lambda text: _local(text) == _local(text).lower()),
    ),
    fault(
        "words_email_case_otherwise",
        "email-case-message-is-fixed",
        "tells of a capital in other words",
        edits_refusal(422, lambda body: _reworded(body, EMAIL, "Must be in lower case")),
    ),
    fault("accepts_any_text_as_email", "email-format-is-checked", "takes any text as e-mail address", _malformed(lambda _: True)),
    fault(
        "accepts_email_without_at",
        "email-format-is-checked",
        "takes an e-mail address without an at sign",
        _malformed(lambda text: "@" not in text),
    ),
    fault(
        "accepts_two_at_signs",
        "email-format-is-checked",
        "takes an e-mail address with two at signs",
        _malformed(lambda text: text.count("@") > 1),
    ),
    fault(
        "accepts_blanks_in_email",
        "email-format-is-checked",
        "takes an e-mail address with a blank in it",
        _malformed(lambda text: " " in text.strip()),
    ),
    fault(
        "accepts_email_without_domain",
        "email-format-is-checked",
        "takes an e-mail address that ends with its at sign",
        _malformed(lambda text: text.endswith("@")),
    ),
    fault(
        "accepts_email_with_trailing_dot",
        "email-format-is-checked",
        "takes an e-mail address that ends with a dot",
        _malformed(lambda text: text.endswith(".")),
    ),
    fault(
        "drops_plus_tags",
        "email-is-kept-as-sent",
        "keeps an e-mail address without its plus tag",
        mends(EMAIL, _in_local(r".\+"), lambda place: re.sub(r"\+.*@", "@", place.value)),
    ),
    fault(
        "drops_dots_of_emails",
        "email-is-kept-as-sent",
        "keeps an e-mail address without the dots before its at sign",
        mends(EMAIL, _in_local(r"\."), lambda place: f"{_local(place.value).replace('.', '')}@{_domain(place.value)}"),
    ),
)
PHONES = (
    fault(
        "takes_american_numbers_only",
        "phone-e164-is-accepted",
        "takes numbers that begin with +1 only",
        refuses(PHONE, texts(lambda text: v.E164.fullmatch(text) and not text.startswith("+1"))),
    ),
    fault(
        "refuses_15_digits",
        "phone-e164-is-accepted",
        "refuses a phone number of 15 digits",
        refuses(PHONE, texts(lambda text: re.fullmatch(r"\+\d{15}", text))),
    ),
    fault(
        "demands_eleven_digits",
        "phone-e164-is-accepted",
        "demands eleven digits of a phone number",
        refuses(PHONE, texts(lambda text: re.fullmatch(r"\+\d+", text) and len(text) != len("+14155552671"))),
    ),
    fault(
        "completes_national_numbers",
        "phone-national-format-is-refused",
        "reads a national number as one of the residence",
        _phones(r"(?=.*[() ./-])[0-9() ./-]+|0[1-9][0-9]+"),
    ),
    fault(
        "reads_american_numbers",
        "phone-national-format-is-refused",
        "reads (415) 555-2671 as an American number",
        _phones(r"\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}"),
    ),
    fault("takes_numbers_without_plus", "phone-needs-a-plus", "adds a missing plus sign", _phones(r"[1-9][0-9]+")),
    fault("takes_00_for_plus", "phone-needs-a-plus", "reads 00 as a plus sign", _phones(r"00[0-9]+")),
    *(
        fault(
            f"strips_{word}_from_phone",
            "phone-separators-are-refused",
            f"strips {word} from a phone number",
            _phones(rf"(?=.*{sign})\+[0-9{sign}]+"),
        )
        for word, sign in (("blanks", " "), ("hyphens", "-"), ("dots", r"\."))
    ),
    fault("knows_no_longest_number", "phone-over-15-digits-is-refused", "has no upper bound of digits", _phones(r"\+[1-9][0-9]{15,}")),
    fault(
        "takes_country_codes_with_zero",
        "phone-leading-zero-is-refused",
        "takes a country code that begins with zero",
        _phones(r"\+0[0-9]+"),
    ),
    fault("reads_letters_of_phones", "phone-letters-are-refused", "reads letters as the keys of a phone", _phones(r"\+[0-9]+[A-Za-z]+")),
    fault(
        "ignores_what_follows_the_phone",
        "phone-letters-are-refused",
        "looks at the beginning of a phone number only",
        _phones(r"\+[1-9][0-9]{6,14}[^0-9].*(?<![0-9])[0-9]*"),
    ),
)
GENDERED = (
    *(
        fault(
            f"refuses_{word.lower()}",
            f"gender-{word.lower()}-is-accepted",
            f"refuses {word}",
            refuses(GENDER, equals(word)),
        )
        for word in GENDERS
    ),
    fault(
        "takes_any_gender",
        "gender-other-is-refused",
        "takes any word as gender",
        mends(GENDER, texts(lambda text: text.upper() not in GENDERS), lambda _: GENDERS[0]),
    ),
    fault(
        "reads_gender_initials",
        "gender-other-is-refused",
        "reads M and F as words",
        mends(GENDER, lambda value: value in ("M", "F"), lambda _: GENDERS[0]),
    ),
    fault(
        "takes_empty_gender",
        "gender-other-is-refused",
        "takes empty text as gender",
        mends(GENDER, equals(""), lambda _: GENDERS[0]),
    ),
)

FAULTS: tuple[Fault, ...] = (*BIRTH, *MAIL, *PHONES, *GENDERED)
