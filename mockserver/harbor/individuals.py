"""The section `individual` of a submission (001 sections 3 and 4).

What only one group of residents has to send is neither judged nor kept when the other group sends it, and so are texts and
statements whose condition does not hold. Types of documents other than the passport have two sides.
"""

from typing import Any

from mockserver.harbor.checks import (
    Check,
    Inspection,
    Member,
    adult,
    array,
    boolean,
    country,
    email,
    form,
    inspect,
    members,
    one_of,
    permitted_country,
    state,
    text,
)
from mockserver.harbor.countries import PERMITTED, US
from mockserver.harbor.files import decoded_size, file, files
from mockserver.harbor.occupations import OCCUPATIONS

OTHER = "other"
WEALTH = ("salaryBusinessIncome", "rentalIncome", "pensionInheritanceGift", "investmentIncome", OTHER)
PURPOSES = ("investmentTrading", "savingsHolding", "payments", "salaryFunds", "businessPayments", "remittancesSupport", OTHER)
DOCUMENT_TYPES = ("NATIONAL_ID", "PASSPORT", "DRIVER_LICENCE", "RESIDENCE_PERMIT")
ONE_SIDED = "PASSPORT"
E164 = form(r"\+[1-9][0-9]{6,14}", "Must be a full mobile number in E.164 format.")
# Array, and the text that says what its "other" stands for.
EXPLAINED = (("source_of_wealth", "source_of_wealth_other"), ("purpose_of_use", "purpose_of_use_other"))

ADDRESS = (
    Member("street", text()),
    Member("sub_street", text()),
    Member("city", text()),
    Member("postal_code", text()),
    Member("country", permitted_country),
)
DOCUMENT = (
    Member("type", one_of(DOCUMENT_TYPES)),
    Member("country", country),
    Member("front", file),
    Member("back", file, required=False),
)
US_ONLY = (
    Member("ssn", form("[0-9]{9}", "Must be nine digits without hyphens.")),
    Member("phone", members(Member("country", country), Member("number", E164))),
    Member("proof_of_address", members(Member("country", country), Member("files", files(1, 5)))),
)
ACCOUNT = (Member("has_us_bank_account", boolean),)
STATEMENT = (Member("bank_statement", members(Member("country", country), Member("files", files(1, 3)))),)


def _residence(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
    kept: dict[str, Any] = members(*ADDRESS)(seen, path, value)
    if (place := _place(value)) is not None:
        kept["state"] = state(seen, f"{path}.state", value.get("state"), place)
    return kept


def _place(residence: Any) -> str | None:
    """Return the country of a residence, None if it is not a good one: nothing else is judged by it then."""
    place = residence.get("country") if isinstance(residence, dict) else None
    return place if isinstance(place, str) and place in PERMITTED else None


def _document(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
    kept: dict[str, Any] = members(*DOCUMENT)(seen, path, value)
    two_sided = kept.get("type") in DOCUMENT_TYPES and kept["type"] != ONE_SIDED
    if two_sided and value.get("back") is None:
        seen.note(f"{path}.back", "This type of document needs both sides.")
    return kept


EVERYBODY = (
    Member("first_name", text(50)),
    Member("last_name", text(50)),
    Member("email", email),
    Member("nationality", permitted_country),
    Member("birthday", adult),
    Member("residence", _residence),
    Member("occupation", one_of(OCCUPATIONS, "Must be a slug of the occupations look-up.")),
    Member("source_of_wealth", array(one_of(WEALTH), 1)),
    Member("purpose_of_use", array(one_of(PURPOSES), 1)),
    Member("identity_document", _document),
)
EVERY_MEMBER: Check = members(*EVERYBODY)


def individual(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
    """Demand a complete and valid section; return what is kept of it."""
    kept: dict[str, Any] = EVERY_MEMBER(seen, path, value)
    if not isinstance(value, dict):
        return kept
    for array_name, text_name in EXPLAINED:
        chosen = value.get(array_name)
        if isinstance(chosen, list) and OTHER in chosen:
            kept |= inspect(seen, path, value, (Member(text_name, text()),))
    return kept | _of_residents(seen, path, value)


def _of_residents(seen: Inspection, path: str, value: dict[str, Any]) -> dict[str, Any]:
    place = _place(value.get("residence"))
    if place is None:
        return {}
    if place == US:
        _count_ignored(seen, value.get("bank_statement"))
        return inspect(seen, path, value, US_ONLY)
    _count_ignored(seen, value.get("proof_of_address"))
    kept = inspect(seen, path, value, ACCOUNT)
    if kept.get("has_us_bank_account") is True:
        return kept | inspect(seen, path, value, STATEMENT)
    _count_ignored(seen, value.get("bank_statement"))
    return kept


def _count_ignored(seen: Inspection, evidence: Any) -> None:
    """Count files towards the limit of the whole request although nobody needs them."""
    sent = evidence.get("files") if isinstance(evidence, dict) else None
    seen.total += sum(decoded_size(each) for each in sent if isinstance(each, str)) if isinstance(sent, list) else 0
