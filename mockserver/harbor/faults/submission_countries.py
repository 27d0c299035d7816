"""Servers that misjudge country codes, and which countries may stand where (001 section 4)."""

import re
from collections.abc import Callable
from typing import Any

from mockserver.faulting import Body, equals, is_a, texts
from mockserver.harbor.countries import CODES, PROHIBITED
from mockserver.harbor.faults.submission_builders import accepts, fault, refuses_body
from mockserver.harbor.faults.submission_places import COUNTRY, residence, value
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault

DOCUMENT = "identity_document.country"
# Where the documents say alpha-2, and where only their samples do.
PERSONAL = (("nationality", "nationality"), ("residence", COUNTRY), ("document", DOCUMENT), ("phone", "phone.country"))
OF_FILES = (("proof", "proof_of_address.country"), ("statement", "bank_statement.country"))


def _is_number(found: Any) -> bool:
    return is_a(int)(found) or (isinstance(found, str) and found.isdigit())


FORMS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("alpha_3", "codes of three letters", texts(re.compile("[A-Z]{3}").fullmatch)),
    ("names", "names of countries", texts(lambda text: len(text) > 3 and not text.isdigit())),
    ("numbers", "numbers", _is_number),
)
ALWAYS_PROHIBITED = ("CU", "IR", "KP", "SY")


def _unassigned(found: Any) -> bool:
    """Tell whether two letters are no country's, in whatever case."""
    return isinstance(found, str) and re.fullmatch("[A-Za-z]{2}", found) is not None and found.upper() not in CODES


def _is_prohibited(found: Any) -> bool:
    return isinstance(found, str) and found in PROHIBITED


def _emigrated(_: Tenant, body: Body) -> bool:
    nationality, country = value(body, "nationality"), residence(body)
    return isinstance(nationality, str) and nationality in CODES and bool(country) and nationality != country


def _issued_abroad(_: Tenant, body: Body) -> bool:
    issuer = value(body, DOCUMENT)
    return isinstance(issuer, str) and issuer in CODES and issuer not in (residence(body), value(body, "nationality"))


CODED = (
    *(
        fault(f"reads_{form}_of_{word}", f"{rule}-alpha-2", f"takes {says} as {path}", accepts(path, when))
        for rule, paths in (("country-codes-are", PERSONAL), ("file-countries-are", OF_FILES))
        for word, path in paths
        for form, says, when in FORMS
    ),
    *(
        fault(f"takes_unassigned_{word}", f"{rule}-refused", f"takes any two letters as {path}", accepts(path, _unassigned))
        for rule, word, path in (
            ("unassigned-countries-are", "nationality", "nationality"),
            ("unassigned-countries-are", "residence", COUNTRY),
            ("document-country-unassigned", "document", DOCUMENT),
        )
    ),
)
ALLOWED = (
    *(
        fault(f"allows_any_{word}", "prohibited-countries-are-refused", f"prohibits no {word}", accepts(path, _is_prohibited))
        for word, path in PERSONAL[:2]
    ),
    *(
        fault(
            f"forgets_to_prohibit_{word}_{code.lower()}",
            "prohibited-countries-are-refused",
            f"takes {code} as {path}",
            accepts(path, equals(code)),
        )
        for word, path in PERSONAL[:2]
        for code in ALWAYS_PROHIBITED
    ),
    fault(
        "ties_nationality_to_residence",
        "nationality-may-differ-from-residence",
        "refuses people who live abroad",
        refuses_body("nationality", _emigrated),
    ),
    fault(
        "ties_documents_to_the_person",
        "document-country-may-differ",
        "refuses documents of countries that are neither residence nor nationality",
        refuses_body(DOCUMENT, _issued_abroad),
    ),
)

FAULTS: tuple[Fault, ...] = (*CODED, *ALLOWED)
