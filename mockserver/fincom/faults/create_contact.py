"""Servers that misjudge e-mail, phone number or gender."""

import re

from mockserver.fincom import validation as v
from mockserver.fincom.faults.create_builders import Test, accepts, edits_refusal, equals, fault, mends, refuses, texts
from mockserver.wrappers import Fault, OnRequest

EMAIL, PHONE, GENDER = "basic_info.email", "basic_info.phone", "basic_info.gender"
GENDERS = ("MALE", "FEMALE")


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

FAULTS: tuple[Fault, ...] = (*MAIL, *PHONES, *GENDERED)
