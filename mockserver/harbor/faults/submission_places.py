"""What may stand in a submission, by dotted path below `individual`, and values that are good where one is broken or missing."""

import binascii
from collections.abc import Callable, Iterator
from typing import Any

from mockserver.faulting import Body, at, missing, spots
from mockserver.harbor.countries import CODES, PROHIBITED, US, subdivisions
from mockserver.harbor.files import decoded_size
from mockserver.harbor.occupations import OCCUPATIONS

PERSON = "individual"
PDF = binascii.b2a_base64(b"%PDF-1.7\n%%EOF\n", newline=False).decode()
FRONT, BACK = "identity_document.front", "identity_document.back"
PROOFS, STATEMENTS = "proof_of_address.files", "bank_statement.files"
FILES = (FRONT, BACK, f"{PROOFS}.*", f"{STATEMENTS}.*")
US_SET = ("ssn", "phone", "proof_of_address")
FLAG, STATEMENT = "has_us_bank_account", "bank_statement"
COUNTRY, STATE = "residence.country", "residence.state"
# A country that has no subdivisions.
STATELESS = "KY"


def person(body: Body) -> dict[str, Any]:
    """Return the section of a person, an empty one if there is none."""
    found = body.get(PERSON)
    return found if isinstance(found, dict) else {}


def value(body: Body, path: str) -> Any:
    """Return what stands at a path below `individual`, ABSENT if there is nothing."""
    return at(body, f"{PERSON}.{path}")


def given(body: Body, path: str) -> bool:
    """Tell whether something stands at a path below `individual`; null is nothing."""
    return not missing(value(body, path))


def residence(body: Body) -> str:
    """Return the country of residence in capitals, empty if there is none."""
    found = value(body, COUNTRY)
    code = found.upper() if isinstance(found, str) else ""
    return code if code in CODES else ""


def home(body: Body) -> str:
    """Return the country of residence, or one that goes with the rest of the section where there is none to live in."""
    country = residence(body)
    if country and country not in PROHIBITED:
        return country
    return US if given(body, "ssn") or given(body, "phone") else STATELESS


def any_state(country: str) -> str:
    """Return a subdivision code of a country, any text where there is none."""
    return "VA" if country == US else min(subdivisions(country), default="X")


def sizes(body: Body) -> Iterator[int]:
    """Yield the decoded size of every file of a submission."""
    for path in FILES:
        yield from (decoded_size(spot.value) for spot in spots(body, f"{PERSON}.{path}") if isinstance(spot.value, str))


# What is good at each path, made for the rest of the body.
GOOD: dict[str, Callable[[Body], Any]] = {
    "first_name": lambda _: "Stand",
    "last_name": lambda _: "In",
    "email": lambda _: "stand.in@example.com",
    "nationality": lambda _: "GB",
    "birthday": lambda _: "1980-02-03",
    "occupation": lambda _: OCCUPATIONS[0],
    "source_of_wealth": lambda _: ["pensionInheritanceGift"],
    "purpose_of_use": lambda _: ["payments"],
    "source_of_wealth_other": lambda _: "A prize",
    "purpose_of_use_other": lambda _: "A journey",
    "residence": lambda body: section(body, "residence"),
    "residence.street": lambda _: "1 Middle Street",
    "residence.sub_street": lambda _: "Flat 2",
    "residence.city": lambda _: "Middleton",
    "residence.postal_code": lambda _: "12345",
    COUNTRY: home,
    STATE: lambda body: any_state(home(body)),
    "identity_document": lambda body: section(body, "identity_document"),
    "identity_document.type": lambda _: "PASSPORT",
    "identity_document.country": lambda _: "GB",
    FRONT: lambda _: PDF,
    BACK: lambda _: PDF,
    "ssn": lambda _: "123456789",
    "phone": lambda body: section(body, "phone"),
    "phone.country": lambda _: US,
    "phone.number": lambda _: "+14045550101",
    "proof_of_address": lambda body: section(body, "proof_of_address"),
    "proof_of_address.country": lambda _: US,
    PROOFS: lambda _: [PDF],
    f"{PROOFS}.*": lambda _: PDF,
    FLAG: lambda body: given(body, STATEMENT),
    STATEMENT: lambda body: section(body, STATEMENT),
    "bank_statement.country": lambda _: "GB",
    STATEMENTS: lambda _: [PDF],
    f"{STATEMENTS}.*": lambda _: PDF,
}


def section(body: Body, name: str) -> dict[str, Any]:
    """Return a whole good section, made for the rest of the body."""
    inside = {path.partition(".")[2]: make for path, make in GOOD.items() if path.startswith(f"{name}.") and not path.endswith("*")}
    return {key: make(body) for key, make in inside.items()}


def whole(body: Body) -> dict[str, Any]:
    """Return a whole good person who lives outside the United States."""
    wanted = ("first_name", "last_name", "email", "nationality", "birthday", "occupation", "source_of_wealth", "purpose_of_use")
    return {name: GOOD[name](body) for name in (*wanted, "residence", "identity_document", FLAG)}
