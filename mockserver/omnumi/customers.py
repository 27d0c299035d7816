"""Personal data of customers and the history of its changes (003 pii-customer-details).

Answers speak two vocabularies: `data` says dob and gidName where the history says dateOfBirth and verifiedName. A record is
kept in the words of `data`; members that only the history shows are kept beside them.
"""

import re
from typing import Any

from mockserver.http import Response, answer
from mockserver.omnumi.errors import Entry, refusal
from mockserver.omnumi.model import Change, Customer
from mockserver.omnumi.values import stamp
from mockserver.tenants import Tenant

UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FETCHED = "Customer full details fetched successfully"
FAILED = Entry("catch", "Error while fetching full customer pii history.")
NO_UUID = Entry("Invalid UUID", "Please provide valid customer id")
WRONG_TENANT = Entry("No data found", "Please provide valid tenant id")
NOBODY = Entry("No data available", "There is no such customer account in the given tenant id")
READABLE = 4
ADDRESS = {"city": "New York", "state": "NY", "address1": "123 Main St", "country": "US", "postalCode": "10001", "isoCountryCode": "US"}
BANK = {
    "bankLegalName": "US Bank",
    "bankAccountHolderName": "Ready Made",
    "bankAccountType": "Savings",
    "bankAccountNumber": "5522440412",
    "bankAbaRoutingNumber": "021000021",
}
NAMESPACE = {"namespace": "ready.made", "isGlobal": True, "isPrimary": True, "customNamespace": "ready_made"}
# What a customer has about whom nothing is said; the members and their order are those of the sample.
SHOWN: dict[str, Any] = {
    "firstName": "Ready", "middleName": "", "lastName": "Made", "taxId": "078-05-1120", "ssn": "078-05-1120",
    "phone": "+12025550143", "email": "ready.made@example.com", "dob": "1980-01-01", "gidName": "", "gidDob": "",
    "address": ADDRESS, "occupation": "Engineer", "ipAddress": "192.0.2.1", "latLong": "{}", "annualSalary": "50000-75000",
    "accountPurpose": "Savings", "gender": "female", "expectedMonthlyVolume": "1000-5000", "gidPhoto": "", "gidCountry": "",
    "gidState": "", "gidIssueDate": "", "gidExpirationDate": "", "gidAddress": {"fullAddress": ""}, "verifiedGender": "",
    "denialCode": "", "denialReason": "", "govtIdVerification": "Not Verified", "poaVerificationStatus": "Not Verified",
    "ssnVerificationStatus": "Not Verified", "bankVerificationStatus": "Not Verified", "bankAccounts": [BANK],
    "namespaces": [NAMESPACE],
}  # fmt: skip
DOCUMENT = {
    "description": "National ID card", "fileName": "card.png", "side": "front", "type": "National ID", "content": "",
    "number": "123455", "issuedCountry": "US", "expired": False, "validFromDate": "2022-01-01", "validTillDate": "2032-01-01",
}  # fmt: skip
HISTORY_ONLY: dict[str, Any] = {
    "maritalStatus": "single",
    "selfieContent": "",
    "tax": {"country": "US", "idNumber": "078-05-1120", "state": "NY"},
    "governmentDocuments": [DOCUMENT],
    "proofOfAddress": [{**DOCUMENT, "description": "Electricity bill", "type": "Utility Bill"}],
    "verifiedIDNumber": "",
}
MEMBERS: dict[str, Any] = {**SHOWN, **HISTORY_ONLY}
# The members that the history calls otherwise; those of bank accounts and namespaces become one object and one name.
RENAMED = {
    "dob": "dateOfBirth",
    "gidName": "verifiedName",
    "gidDob": "verifiedDOB",
    "gidPhoto": "verifiedPhoto",
    "gidCountry": "verifiedCountry",
    "gidState": "verifiedState",
    "gidIssueDate": "verifiedIDIssueDate",
    "gidExpirationDate": "verifiedIDExpirationDate",
    "gidAddress": "verifiedAddress",
}
BANK_IN_HISTORY = ("bankLegalName", "bankAccountHolderName", "bankAccountType", "bankAccountNumber")


def read(tenant: Tenant, identity: str) -> Response:
    """Answer `GET /tenant/customer/pii-customer-details/{customerAccountId}`."""
    if not UUID.fullmatch(identity):
        return refusal(400, NO_UUID)
    if tenant.data.records_failing:
        return refusal(400, FAILED)
    customer: Customer | None = tenant.data.customers.get(identity.lower())
    if customer is None:
        return refusal(404, NOBODY)
    return answer(200, {"message": FETCHED, "data": shown(tenant, customer)})


def shown(tenant: Tenant, customer: Customer) -> dict[str, Any]:
    """Return a customer as answers show it: account numbers masked, the oldest change first."""
    record = customer.record
    known = {"customerAccountId": customer.id, "tenantId": tenant.data.tenant_id, **{name: record[name] for name in SHOWN}}
    known["bankAccounts"] = [{**each, "bankAccountNumber": masked(each["bankAccountNumber"])} for each in record["bankAccounts"]]
    return {**known, "historyData": [change_shown(customer, change) for change in customer.changes]}


def change_shown(customer: Customer, change: Change) -> dict[str, Any]:
    """Return one entry of the history: the whole record before and after."""
    return {
        "oldDetails": details(customer, change.old, change.remarks),
        "newDetails": details(customer, change.new, change.remarks),
        "remarks": change.remarks,
        "updatedBy": change.updated_by,
        "createdAt": stamp(change.at),
    }


def details(customer: Customer, record: dict[str, Any], remarks: str | None) -> dict[str, Any]:
    """Return a record in the words of the history, where account numbers are clear as in the sample."""
    known = {RENAMED.get(name, name): value for name, value in record.items() if name not in {"bankAccounts", "namespaces"}}
    account = next(iter(record["bankAccounts"]), None)
    primary = next((each for each in record["namespaces"] if each["isPrimary"]), None)
    return {
        "customerAccountId": customer.id,
        **known,
        "bankAccountDetails": account and _bank(record, account),
        "customNamespace": primary and primary["customNamespace"],
        "remarks": remarks,
    }


def _bank(record: dict[str, Any], account: dict[str, Any]) -> dict[str, Any]:
    holder = {"bankAccountHolderPhoneNumber": record["phone"], "bankAccountHolderEmail": record["email"]}
    place = record["address"]
    full = ", ".join(str(place[name]) for name in ("address1", "city", "state", "postalCode") if place and place.get(name))
    return {**{name: account[name] for name in BANK_IN_HISTORY}, **holder, "bankAccountHolderAddress": full}


def masked(number: str) -> str:
    """Return an account number of which only the end can be read."""
    return "X" * max(0, len(number) - READABLE) + number[-READABLE:]


def register(tenant: Tenant, members: dict[str, Any]) -> Customer:
    """Keep a new customer; what is not said is as usual."""
    customer = Customer(id=tenant.new_id(), record={**MEMBERS, **members})
    tenant.data.customers[customer.id] = customer
    return customer


def change(tenant: Tenant, customer: Customer, members: dict[str, Any], remarks: str | None, updated_by: str) -> None:
    """Change a record and enter that into the history."""
    new = {**customer.record, **members}
    entry = Change(old=customer.record, new=new, remarks=remarks, updated_by=updated_by, at=tenant.clock.now())
    customer.record = new
    customer.changes.append(entry)
