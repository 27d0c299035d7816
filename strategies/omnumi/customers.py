"""Customers whose personal data are known: what they are made with, what is changed, and what the history calls it.

`data` of an answer and the details of its history have two vocabularies (003, pii-customer-details, 200 sample).
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.people import FAMILY_NAMES, GIVEN_NAMES
from strategies.placeholders import Fresh

ADDRESS = {
    "city": "Springfield",
    "state": "MA",
    "address1": "12 Elm Street",
    "country": "US",
    "postalCode": "01103",
    "isoCountryCode": "US",
}
BANK_ACCOUNT = {
    "bankLegalName": "US Bank",
    "bankAccountHolderName": "Ada Smith",
    "bankAccountType": "Savings",
    "bankAccountNumber": "9917720412",
    "bankAbaRoutingNumber": "022440412",
}
SECOND_ACCOUNT = {**BANK_ACCOUNT, "bankLegalName": "Other Bank", "bankAccountNumber": "5528310977"}
NAMESPACES = (
    {"namespace": "ada", "isGlobal": False, "isPrimary": True, "customNamespace": "adas"},
    {"namespace": "smith", "isGlobal": True, "isPrimary": False, "customNamespace": "smiths"},
)
DOCUMENT = {
    "description": "Front of the identity card",
    "fileName": "idCard.png",
    "side": "front",
    "type": "Identity Card",
    "content": "aWRlbnRpdHk=",
    "number": "0123455",
    "issuedCountry": "India",
    "expired": False,
    "validFromDate": "2012-12-12",
    "validTillDate": "2030-12-12",
}


def standard_customer() -> Json:
    """Every member that an answer shows, told apart from every other one; digits begin with zeros where they may."""
    return {
        "firstName": "adalina",
        "middleName": "marlene",
        "lastName": "smithson",
        "taxId": "012-34-5678",
        "ssn": "001234567",
        "phone": "+12025550143",
        "email": Fresh("adalina.{}@example.com"),
        "dob": "1987-04-02",
        "gidName": "Adalina Smithson",
        "gidDob": "1987-04-02",
        "address": ADDRESS,
        "occupation": "Engineer",
        "ipAddress": "192.0.2.17",
        "latLong": '{"lat": 1}',
        "annualSalary": "50000-75000",
        "accountPurpose": "Savings",
        "gender": "female",
        "expectedMonthlyVolume": "1000-5000",
        "gidPhoto": "cGhvdG8=",
        "gidCountry": "USA",
        "gidState": "California",
        "gidIssueDate": "2012-12-12",
        "gidExpirationDate": "2032-12-12",
        "gidAddress": {"fullAddress": "12 Elm Street, Springfield"},
        "verifiedGender": "female",
        "bankAccounts": [BANK_ACCOUNT],
        "namespaces": list(NAMESPACES),
        "maritalStatus": "married",
        "tax": {"country": "US", "idNumber": "012345678", "state": "MA"},
        "governmentDocuments": [DOCUMENT],
        "proofOfAddress": [{**DOCUMENT, "type": "Utility Bill", "side": "back"}],
    }


def bare_customer() -> Json:
    """Only what cannot be left out: the rest is empty or null."""
    return {"middleName": None, "gidName": "", "gidDob": "", "gidIssueDate": "", "bankAccounts": [], "namespaces": []}


TELLING = ("adalina", "smithson", "012-34-5678", "001234567", "+12025550143", "9917720412", "12 Elm Street")
"""Words of the standard customer that no refusal may hold."""

IN_HISTORY = {
    "firstName": "firstName",
    "middleName": "middleName",
    "dob": "dateOfBirth",
    "address": "address",
    "email": "email",
    "gender": "gender",
    "ssn": "ssn",
    "occupation": "occupation",
    "annualSalary": "annualSalary",
    "accountPurpose": "accountPurpose",
    "expectedMonthlyVolume": "expectedMonthlyVolume",
    "gidName": "verifiedName",
    "gidDob": "verifiedDOB",
    "gidPhoto": "verifiedPhoto",
    "gidCountry": "verifiedCountry",
    "gidState": "verifiedState",
    "gidIssueDate": "verifiedIDIssueDate",
    "gidExpirationDate": "verifiedIDExpirationDate",
    "gidAddress": "verifiedAddress",
    "verifiedGender": "verifiedGender",
}
"""Members of `data`, and what the details of a change call the same thing."""


def changes() -> st.SearchStrategy[dict[str, Json]]:
    """Some members with values that no customer here has before; two of these in a row change something again."""
    values: dict[str, st.SearchStrategy[Json]] = {
        "firstName": st.sampled_from(GIVEN_NAMES).map(str.lower),
        "middleName": st.sampled_from(FAMILY_NAMES).map(str.lower),
        "dob": st.dates(dt.date(1950, 1, 1), dt.date(1985, 12, 31)).map(str),
        "occupation": st.sampled_from(("Teacher", "Baker", "Pilot", "RETIRED")),
        "annualSalary": st.sampled_from(("0-25000", "75000-100000", "1000000")),
        "accountPurpose": st.sampled_from(("Trading", "Payments", "Remittance")),
        "expectedMonthlyVolume": st.sampled_from(("0-1000", "10000", "5000-9000")),
        "address": st.sampled_from(("02108", "00501", "90213")).map(lambda code: {**ADDRESS, "postalCode": code, "city": "Boston"}),
    }
    return st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: values[name] for name in names})
    )
