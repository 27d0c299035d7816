from __future__ import annotations

import pytest
from hypothesis import given

from harness.errors import NotCheckable
from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.omnumi.customers import SECOND_ACCOUNT, changes
from suites.omnumi.driver import Omnumi
from suites.omnumi.histories import BROAD, SIDES, made, shown
from suites.omnumi.typed import Kind, day, filled, instant, listed_or_null, of_texts, text_or_null, truth_or_null, wrong

ENTRY: dict[str, Kind] = {
    "oldDetails": lambda value: isinstance(value, dict),
    "newDetails": lambda value: isinstance(value, dict),
    "updatedBy": filled,
    "createdAt": instant,
}
DOCUMENT: dict[str, Kind] = {
    **dict.fromkeys(("description", "fileName", "side", "type", "content", "number", "issuedCountry"), text_or_null),
    "expired": truth_or_null,
    "validFromDate": day,
    "validTillDate": day,
}
BANK: dict[str, Kind] = dict.fromkeys(
    (
        "bankLegalName",
        "bankAccountHolderName",
        "bankAccountType",
        "bankAccountNumber",
        "bankAccountHolderPhoneNumber",
        "bankAccountHolderEmail",
        "bankAccountHolderAddress",
    ),
    text_or_null,
)
DETAILS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "customerAccountId",
            "firstName",
            "middleName",
            "maritalStatus",
            "email",
            "gender",
            "ssn",
            "selfieContent",
            "verifiedName",
            "verifiedPhoto",
            "verifiedIDNumber",
            "verifiedCountry",
            "verifiedState",
            "verifiedGender",
            "occupation",
            "annualSalary",
            "accountPurpose",
            "expectedMonthlyVolume",
            "remarks",
            "customNamespace",
        ),
        text_or_null,
    ),
    **dict.fromkeys(("dateOfBirth", "verifiedDOB", "verifiedIDIssueDate", "verifiedIDExpirationDate"), day),
    "address": of_texts("city", "state", "address1", "country", "postalCode", "isoCountryCode", null=True),
    "tax": of_texts("country", "idNumber", "state", null=True),
    "verifiedAddress": of_texts("fullAddress", null=True),
    "governmentDocuments": listed_or_null,
    "proofOfAddress": listed_or_null,
    "bankAccountDetails": lambda value: value is None or isinstance(value, dict),
}


@rule("omnumi/history-entry-members")
@given(change=changes())
def test_history_entry_members(omnumi: Omnumi, change: dict[str, Json]) -> None:
    """Each change has its old and new details, who made it, and when."""
    exchange = shown(omnumi, made(omnumi, change, BROAD))
    must_be(omnumi, exchange, [each for entry in exchange.data["historyData"] for each in wrong(entry, ENTRY)])


@rule("omnumi/history-type-remarks")
@pytest.mark.parametrize("remarks", ["A remark", None])
def test_history_type_remarks(omnumi: Omnumi, remarks: str | None) -> None:
    """Each change has a remark, a text or null."""
    exchange = shown(omnumi, made(omnumi, BROAD, remarks=remarks))
    must_be(omnumi, exchange, [each for entry in exchange.data["historyData"] for each in wrong(entry, {"remarks": text_or_null})])


@rule("omnumi/history-details-typed")
@given(change=changes())
def test_history_details_typed(omnumi: Omnumi, change: dict[str, Json]) -> None:
    """The details of a change are typed as shown, where they are there."""
    exchange = shown(omnumi, made(omnumi, BROAD, change))
    found = [wrong(entry[side], DETAILS, needed=False, at=f"{side}.") for entry in exchange.data["historyData"] for side in SIDES]
    must_be(omnumi, exchange, [each for part in found for each in part])


@rule("omnumi/history-documents-typed")
def test_history_documents_typed(omnumi: Omnumi) -> None:
    """The documents in the details of a change are typed as shown."""
    exchange = shown(omnumi, made(omnumi, BROAD))
    documents = [
        (f"{side}.{name}.", document)
        for entry in exchange.data["historyData"]
        for side in SIDES
        for name in ("governmentDocuments", "proofOfAddress")
        for document in entry[side].get(name) or ()
    ]
    must_be(omnumi, exchange, [each for at, document in documents for each in wrong(document, DOCUMENT, needed=False, at=at)])


@rule("omnumi/history-bank-members-are-texts")
def test_history_bank_members_are_texts(omnumi: Omnumi) -> None:
    """The members of a bank account in the details of a change are texts."""
    exchange = shown(omnumi, made(omnumi, BROAD))
    banks = [(side, entry[side].get("bankAccountDetails")) for entry in exchange.data["historyData"] for side in SIDES]
    must_be(omnumi, exchange, [each for side, bank in banks if bank for each in wrong(bank, BANK, needed=False, at=f"{side}.")])


def must_be(omnumi: Omnumi, exchange: Exchange, problems: list[str]) -> None:
    """There is at least one entry, and nothing wrong with any."""
    if not exchange.data["historyData"]:
        raise NotCheckable("there is no history to look at")
    if problems:
        raise omnumi.breach("; ".join(problems), exchange)


def after_one(omnumi: Omnumi) -> tuple[str, Exchange, dict[str, Json]]:
    """A customer after one change of the first name, the answer, and its one entry."""
    customer = made(omnumi, {"firstName": "evalina", "dob": "1979-01-31", "bankAccounts": [SECOND_ACCOUNT]})
    exchange = shown(omnumi, customer)
    if not exchange.data["historyData"]:
        raise NotCheckable("there is no history to look at")
    return customer, exchange, exchange.data["historyData"][0]


@rule("omnumi/amb-pii-history-id")
def test_amb_pii_history_id(omnumi: Omnumi) -> None:
    """The history of the sample has another customerAccountId than the data around it."""
    customer, _, entry = after_one(omnumi)
    told = entry["newDetails"].get("customerAccountId")
    omnumi.observe("absent" if told is None else "same" if str(told).lower() == customer.lower() else "other")


@rule("omnumi/amb-pii-history-names")
def test_amb_pii_history_names(omnumi: Omnumi) -> None:
    """Data and history name the same things differently."""
    _, _, entry = after_one(omnumi)
    omnumi.observe("history-names" if "dateOfBirth" in entry["newDetails"] else "data-names" if "dob" in entry["newDetails"] else "neither")


@rule("omnumi/amb-pii-history-depth")
def test_amb_pii_history_depth(omnumi: Omnumi) -> None:
    """Whether the details of a change hold everything or what changed."""
    _, _, entry = after_one(omnumi)
    omnumi.observe("snapshots" if "occupation" in entry["newDetails"] and "gender" in entry["newDetails"] else "changed-only")


@rule("omnumi/amb-pii-masking")
def test_amb_pii_masking(omnumi: Omnumi) -> None:
    """The number of a bank account is masked in the data and clear in the history of the sample."""
    _, exchange, _ = after_one(omnumi)
    told = str(exchange.data["historyData"])
    omnumi.observe("history-clear" if SECOND_ACCOUNT["bankAccountNumber"] in told else "history-masked")
