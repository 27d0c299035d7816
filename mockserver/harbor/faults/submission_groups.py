"""Servers that misjudge what residents of the United States give, and what the others do (001 sections 3 and 4)."""

import re
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, Test, absent, is_a, missing, null, texts
from mockserver.harbor.countries import CODES, US
from mockserver.harbor.faults.submission_builders import (
    Place,
    accepts,
    accepts_if,
    all_of,
    demands,
    fault,
    good,
    mends,
    mends_body,
    refuses,
    replacing,
)
from mockserver.harbor.faults.submission_places import (
    FLAG,
    PROOFS,
    STATEMENT,
    STATEMENTS,
    US_SET,
    given,
    residence,
    value,
)
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

NUMBER = "phone.number"
NINE = re.compile("[0-9]{9}")
# Territories with a country code of their own.
TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
Trait = Callable[[Body], object]


def _american(body: Body) -> bool:
    return residence(body) == US


def _foreign(body: Body) -> bool:
    return residence(body) not in ("", US)


def _both(one: Trait, other: Trait) -> Trait:
    return lambda body: one(body) and other(body)


def _frees(trait: Trait) -> OnRequest:
    """Take residents of the United States without what they have to give, in bodies that have a trait."""
    mend = all_of(replacing(path, missing, good(path)) for path in US_SET)
    return mends_body(lambda tenant, body: _american(body) and bool(trait(body)) and mend(tenant, body))


def _has_flag(body: Body) -> bool:
    return is_a(bool)(value(body, FLAG))


def _says(answer: bool) -> Trait:
    return lambda body: value(body, FLAG) is answer


def _count(least: int, most: int = 10**9) -> Test:
    return lambda found: isinstance(found, list) and least <= len(found) <= most


def _ssn(pattern: str) -> OnRequest:
    """Take texts of a form as SSN, of those that are none."""
    form = re.compile(pattern)
    return accepts("ssn", texts(lambda text: not NINE.fullmatch(text) and form.fullmatch(text)))


def _not_bool(found: Any) -> bool:
    """Tell whether a value is no boolean in any reading: 0, 1 and their texts are in one."""
    return found is not None and str(found).strip().casefold() not in {"0", "1", "true", "false"}


def _of_type(kind: type) -> Test:
    return lambda found: is_a(kind)(found) and _not_bool(found)


def _lacks(name: str) -> Trait:
    return lambda body: not given(body, name)


def _first(most: int) -> Callable[[Place], Any]:
    return lambda place: place.value[:most]


def _file_rows(where: str, rule: str, path: str, most: int, of: Trait) -> tuple[Fault, ...]:
    return (
        fault(f"wants_fewer_{where}_files", f"{rule}-accepted", f"refuses {most} files of a {where}", refuses(path, _count(most, most))),
        fault(
            f"wants_few_{where}_files",
            f"{rule}-accepted",
            f"refuses more than {most // 2} files of a {where}",
            refuses(path, _count(most // 2 + 1, most)),
        ),
        fault(f"wants_two_{where}_files", f"{rule}-accepted", f"refuses one file of a {where}", refuses(path, _count(1, 1))),
        fault(
            f"accepts_empty_{where}",
            "proof-files-required" if of is _american else "statement-files-zero-refused",
            f"takes a {where} of no files",
            accepts_if(path, _count(0, 0), of),
        ),
        fault(
            f"accepts_missing_{where}_files",
            f"{where}-files-required",
            f"takes a {where} without its files",
            accepts_if(path, missing, of),
        ),
    )


def _moves_to_america(_: Tenant, body: Body) -> bool:
    if residence(body) not in TERRITORIES:
        return False
    body["individual"]["residence"] |= {"country": US, "state": "VA"}
    return True


AMERICANS = (
    *(
        fault(
            f"accepts_missing_{name}",
            "us-set-is-demanded",
            f"takes residents of the United States without {name}",
            accepts_if(name, absent, _american),
        )
        for name in US_SET
    ),
    fault(
        "judges_by_nationality",
        "us-rule-follows-residence-not-nationality",
        "asks nothing of foreigners who live in the United States",
        _frees(lambda body: value(body, "nationality") != US),
    ),
    fault(
        "judges_by_document",
        "us-rule-ignores-document-country",
        "asks nothing of residents of the United States with a foreign document",
        _frees(lambda body: value(body, "identity_document.country") != US),
    ),
    fault(
        "asks_everybody_for_accounts",
        "us-bank-flag-not-required-for-us post-us-minimal-accepted",
        "asks residents of the United States too whether they have an account there",
        demands(lambda body: _american(body) and not given(body, FLAG), FLAG),
    ),
    fault(
        "counts_flag_as_us_set",
        "non-us-fields-do-not-replace-us-set",
        "asks nothing more of residents of the United States who tell of their account",
        _frees(_has_flag),
    ),
)
SSN = (
    fault(
        "drops_zeros_of_ssn",
        "ssn-nine-digits-accepted",
        "loses the zero with which an SSN begins",
        refuses("ssn", texts(re.compile("0[0-9]{8}").fullmatch)),
    ),
    fault("demands_ssn_hyphens", "ssn-nine-digits-accepted", "demands hyphens in an SSN", refuses("ssn", texts(NINE.fullmatch))),
    fault("strips_ssn_hyphens", "ssn-malformed-refused", "takes an SSN with hyphens", _ssn("[0-9-]*-[0-9-]*")),
    fault("strips_ssn_spaces", "ssn-malformed-refused", "takes an SSN with spaces inside", _ssn("[0-9]+( +[0-9]+)+")),
    fault("takes_eight_digits_as_ssn", "ssn-malformed-refused", "takes fewer than nine digits as SSN", _ssn("[0-9]{1,8}")),
    fault("takes_ten_digits_as_ssn", "ssn-malformed-refused", "takes more than nine digits as SSN", _ssn("[0-9]{10,}")),
    fault("counts_ssn_characters", "ssn-malformed-refused", "takes any nine letters and digits as SSN", _ssn("[0-9A-Za-z]{9}")),
    fault("takes_any_ssn", "ssn-malformed-refused", "takes any text as SSN", _ssn(r"[!-~](?:[ -~]*[!-~])?")),
    fault(
        "takes_digits_of_all_scripts_as_ssn",
        "ssn-ascii-digits-only",
        "takes digits of other scripts as SSN",
        accepts("ssn", texts(lambda text: re.fullmatch(r"\d{9}", text) and not text.isascii())),
    ),
)
PHONES = (
    fault(
        "takes_a_bare_phone_number", "phone-must-be-object", "takes a bare number for a phone", accepts_if("phone", is_a(str), _american)
    ),
    *(
        fault(
            f"accepts_missing_phone_{name}",
            "phone-parts-are-demanded",
            f"takes a phone without {name}",
            accepts(f"phone.{name}", absent),
        )
        for name in ("country", "number")
    ),
    fault(
        "refuses_the_plus_of_phones",
        "phone-e164-accepted",
        "refuses a phone number with its plus",
        refuses(NUMBER, texts(lambda text: text.startswith("+"))),
    ),
    fault(
        "takes_letters_as_phone_number",
        "phone-non-number-refused",
        "takes any text with a letter as phone number",
        accepts(NUMBER, texts(lambda text: any(letter.isalpha() for letter in text))),
    ),
)
EVIDENCE = (
    fault(
        "accepts_missing_proof_country",
        "proof-country-required",
        "takes a proof of address without its country",
        accepts("proof_of_address.country", missing),
    ),
    fault(
        "accepts_missing_statement_country",
        "statement-country-required",
        "takes a statement without its country",
        accepts_if("bank_statement.country", missing, _foreign),
    ),
    fault(
        "wraps_a_bare_proof",
        "proof-files-required",
        "takes one bare file for a list of proofs",
        mends(PROOFS, is_a(str), lambda place: [place.value]),
    ),
    *_file_rows("proof", "proof-files-one-to-five", PROOFS, 5, _american),
    *_file_rows("statement", "statement-files-one-to-three", STATEMENTS, 3, _both(_foreign, _says(True))),
    fault("takes_six_proofs", "proof-files-six-refused", "takes more than five proofs of an address", mends(PROOFS, _count(6), _first(5))),
    fault(
        "takes_four_statements",
        "statement-files-four-refused",
        "takes four or five files of a statement",
        mends(STATEMENTS, _count(4, 5), _first(3)),
    ),
    fault(
        "demands_american_statements",
        "statement-country-need-not-be-us post-non-us-accepted",
        "refuses statements of other countries than the United States",
        refuses("bank_statement.country", lambda found: isinstance(found, str) and found in CODES and found != US),
    ),
    fault(
        "accepts_missing_statement",
        "bank-statement-required-when-flag-true",
        "takes people with an account but without a statement",
        accepts_if(STATEMENT, missing, _both(_foreign, _says(True))),
    ),
    fault(
        "always_demands_statements",
        "post-non-us-no-account-accepted us-bank-flag-false-is-present",
        "demands a statement of people without an account",
        demands(lambda body: _foreign(body) and value(body, FLAG) is False and not given(body, STATEMENT), STATEMENT),
    ),
)
FLAGS = (
    fault(
        "takes_silence_for_no_account",
        "us-bank-flag-required-for-non-us",
        "takes residents elsewhere who do not say whether they have an account",
        accepts_if(FLAG, absent, _foreign),
    ),
    fault(
        "asks_no_american_for_accounts",
        "us-bank-flag-required-for-non-us",
        "does not ask nationals of the United States whether they have an account",
        accepts_if(FLAG, absent, _both(_foreign, lambda body: value(body, "nationality") == US)),
    ),
    *(
        fault(
            f"reads_{word}_as_flag",
            "us-bank-flag-boolean",
            f"takes {word} for an answer about the account",
            accepts_if(FLAG, _of_type(kind), _foreign),
        )
        for word, kind in (("text", str), ("lists", list), ("objects", dict))
    ),
    fault("reads_null_as_flag", "us-bank-flag-null-refused", "takes null for no account", accepts_if(FLAG, null, _foreign)),
    fault(
        "counts_false_as_missing",
        "us-bank-flag-false-is-present post-non-us-no-account-accepted",
        "takes false for no answer about the account",
        refuses(FLAG, lambda found: found is False),
    ),
    fault(
        "counts_us_set_as_flag",
        "us-fields-do-not-replace-flag",
        "does not ask for the account of residents elsewhere with SSN, phone and proof of address",
        accepts_if(FLAG, missing, lambda body: _foreign(body) and all(given(body, name) for name in US_SET)),
    ),
    *(
        fault(
            f"demands_{name}_of_everybody",
            "us-set-is-not-demanded-elsewhere post-non-us-accepted post-non-us-no-account-accepted",
            f"demands {name} of residents elsewhere too",
            demands(_both(_foreign, _lacks(name)), name),
        )
        for name in US_SET
    ),
    fault(
        "counts_territories_as_american",
        "us-territories-are-not-us",
        "does not ask residents of American territories for their account",
        accepts_if(FLAG, missing, lambda body: residence(body) in TERRITORIES),
    ),
    fault(
        "demands_us_set_of_territories",
        "us-territories-are-not-us",
        "asks residents of American territories for the SSN in place of their account",
        mends_body(_moves_to_america),
    ),
)

FAULTS: tuple[Fault, ...] = (*AMERICANS, *SSN, *PHONES, *EVIDENCE, *FLAGS)
