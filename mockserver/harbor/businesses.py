"""The sections of a business (000 sections 2.1, 2.2 and 5; the field tables are published elsewhere, facts 1.6).

Where the published tables disagree with each other the milder one is taken.
"""

from collections import Counter
from typing import Any

from mockserver.harbor.checks import (
    REQUIRED,
    Check,
    Inspection,
    Member,
    array,
    boolean,
    calendar_date,
    count,
    country,
    email,
    form,
    inspect,
    members,
    one_of,
    past_date,
    percentage,
    permitted_country,
    state,
    text,
)
from mockserver.harbor.countries import PERMITTED
from mockserver.harbor.files import file, files
from mockserver.harbor.lookups import JOB_TITLES, industry_slugs

COMPANY_TYPES = (
    "soleProprietorship", "partnerships", "limitedLiabilityCompany", "corporation", "corporationPublic", "cooperative",
    "nonProfitOrganization", "stateOwnedCompany", "trust", "other",
)  # fmt: skip
FUNDS_OTHER = "OTHER"
FUNDS = (
    "BUSINESS_INCOME", "CAPITAL_INJECTION", "BANK_LOAN_OR_OTHER_BORROWINGS", "INVESTMENT_INCOME", "GOVERNMENT_GRANT", FUNDS_OTHER,
)  # fmt: skip
PERSON_TYPES = ("representative", "applicant", "equity_holder", "controller")
ID_TYPES = ("NATIONAL_ID", "PASSPORT", "DRIVER_LICENCE", "RESIDENCE_PERMIT")
NEEDED_FILES = (
    "corporate_registration_documents", "documents_of_corporate_governance_and_amendment", "certificate_of_incumbency",
    "proof_of_residential_address_of_the_ubo", "proof_of_business_operating_address", "organization_chart",
)  # fmt: skip
OTHER_FILES = (
    "initial_capital", "income_source", "business_license", "executive_documents", "financial_documents",
    "compliance_documents", "other_documentation",
)  # fmt: skip
URL = form(r"(?=.{1,255}$)https?://[^\s/?#]+\.[^\s/?#]+\S*", "Must be a URL.")
PHONE = members(Member("country", country), Member("number", form("[0-9]{1,32}", "Must be digits only.")))


def _address(*, with_country: bool) -> Check:
    own = (Member("country", country),) if with_country else ()
    wanted = (Member("street", text(255)), Member("city", text(255)), Member("postal_code", text(32)), *own)
    inner = members(*wanted)

    def check(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
        kept: dict[str, Any] = inner(seen, path, value)
        if with_country and kept:
            kept["state"] = state(seen, f"{path}.state", value.get("state"), value.get("country"), required=False)
        return kept

    return check


ADDRESS = _address(with_country=True)
COMPANY = members(
    Member("name", text(255), required=False),
    Member("email", email, required=False),
    Member("business_name", text(255)),
    Member("registration_number", text(255)),
    Member("country", permitted_country),
    Member("incorporation_date", past_date),
    Member("type", one_of(COMPANY_TYPES)),
    Member("description", text(1000)),
    Member("industry", text(191)),
    Member("register_address", _address(with_country=False)),
    Member("business_address", ADDRESS),
    Member("phone_country_code", text(2, least=2), required=False),
    Member("phone_number", text(20), required=False),
    Member("business_phone", PHONE, required=False),
    Member("url", URL),
    Member("has_bearer_shares", boolean),
    Member("purpose_of_registration", one_of(("onlyReceiving", "receiptAndPayment"))),
    Member("estimated_number_of_transactions", count),
    Member("estimated_amount_of_transactions", count),
    Member("country_of_operation", array(country, 1), required=False),
    Member("has_vasp_relationship", boolean, required=False),
    Member("source_of_funds", one_of(FUNDS)),
    Member("transfers_funds_for_clients", boolean),
    Member("compliance_screening_explanation", text(1000), required=False),
    Member("tax_id", text(255)),
)
PERSON = (
    Member("type", one_of(PERSON_TYPES)),
    Member("first_name", text(255)),
    Member("last_name", text(255)),
    Member("id_type", one_of(ID_TYPES)),
    Member("id_number", text(255)),
    Member("birthday", past_date),
    Member("gender", one_of(("M", "F"))),
    Member("nationality", country),
    Member("residential_address", ADDRESS),
    Member(
        "identity_files",
        array(
            members(
                Member("file_type", one_of(ID_TYPES)),
                Member("part", one_of(("FRONT", "BACK"))),
                Member("country", country),
                Member("file", file),
            ),
            1,
        ),
    ),
)
# Members that some kinds of persons must have; others may.
OF_SOME = (
    (Member("position", one_of(JOB_TITLES, "Must be a value of the job titles look-up.")), ("representative", "controller")),
    (Member("email", email), ("applicant", "equity_holder")),
    (Member("phone", PHONE), ("representative", "equity_holder")),
    (Member("permanent_address", ADDRESS), ("representative", "equity_holder")),
    (Member("equity", percentage), ("equity_holder",)),
    (Member("has_control", boolean), ("equity_holder",)),
    (Member("is_signer", boolean), ("equity_holder",)),
    (Member("relationship_established_at", calendar_date), ("equity_holder",)),
    (Member("tax_jurisdiction_country", country), ("equity_holder",)),
)
BUNDLE = members(Member("file_type", one_of((*NEEDED_FILES, *OTHER_FILES))), Member("files", files(1)))


def _company(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
    kept: dict[str, Any] = COMPANY(seen, path, value)
    if not isinstance(value, dict):
        return kept
    home, slug = value.get("country"), value.get("industry")
    if isinstance(home, str) and home in PERMITTED:
        if isinstance(slug, str) and slug.strip() and slug not in industry_slugs(home):
            seen.note(f"{path}.industry", f"Must be a slug of the industries look-up of {home}.")
        seat = value.get("register_address")
        if isinstance(seat, dict):
            kept["register_address"]["state"] = state(seen, f"{path}.register_address.state", seat.get("state"), home, required=False)
    if not seen.phone_on_file and value.get("phone_number") is None:
        seen.note(f"{path}.phone_number", REQUIRED)
    return kept | _explanations(seen, path, value)


def _explanations(seen: Inspection, path: str, value: dict[str, Any]) -> dict[str, Any]:
    wanted = (
        Member("source_of_funds_other", text(255), required=value.get("source_of_funds") == FUNDS_OTHER),
        Member("vasp_relationship_description", text(1000), required=value.get("has_vasp_relationship") is True),
    )
    return inspect(seen, path, value, wanted)


def _person(seen: Inspection, path: str, value: Any) -> dict[str, Any]:
    kept: dict[str, Any] = members(*PERSON)(seen, path, value)
    if not isinstance(value, dict):
        return kept
    kind = value.get("type")
    return kept | inspect(seen, path, value, [member._replace(required=kind in kinds) for member, kinds in OF_SOME])


PERSONS = array(_person, 1)
BUNDLES = array(BUNDLE, 1)


def _persons(seen: Inspection, path: str, value: Any) -> list[Any]:
    kept: list[Any] = PERSONS(seen, path, value)
    if kept and sum(person.get("type") == "representative" for person in kept) != 1:
        seen.note(path, "Must have exactly one representative.")
    return kept


def _company_files(seen: Inspection, path: str, value: Any) -> list[Any]:
    kept: list[Any] = BUNDLES(seen, path, value)
    types = Counter(str(bundle.get("file_type")) for bundle in kept)
    if repeated := sorted(name for name, times in types.items() if times > 1):
        seen.note(path, f"Each type must be given once; given more often: {', '.join(repeated)}.")
    if kept and (missing := [name for name in NEEDED_FILES if name not in types]):
        seen.note(path, f"These types are missing: {', '.join(missing)}.")
    return kept


BUSINESS_SECTIONS = (Member("company", _company), Member("associated_persons", _persons), Member("company_files", _company_files))
