from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.omnumi.customers import ADDRESS, BANK_ACCOUNT, SECOND_ACCOUNT, bare_customer, standard_customer
from suites.omnumi.driver import Omnumi
from suites.omnumi.typed import Kind, day, day_or_empty, listed, of_texts, phone, text, text_or_null, truth_as_shown, uuid, wrong

ADDRESS_MEMBERS = ("city", "state", "address1", "country", "postalCode", "isoCountryCode")
TEXTS: dict[str, Kind] = dict.fromkeys(
    (
        "firstName",
        "middleName",
        "lastName",
        "taxId",
        "ssn",
        "email",
        "gidName",
        "occupation",
        "ipAddress",
        "latLong",
        "annualSalary",
        "accountPurpose",
        "gender",
        "expectedMonthlyVolume",
        "gidPhoto",
        "gidCountry",
        "gidState",
        "verifiedGender",
        "denialCode",
        "denialReason",
        "govtIdVerification",
        "poaVerificationStatus",
        "ssnVerificationStatus",
        "bankVerificationStatus",
    ),
    text_or_null,
)
FORMATTED: dict[str, Kind] = {
    "customerAccountId": uuid,
    "tenantId": uuid,
    "phone": phone,
    "dob": day,
    "gidDob": day_or_empty,
    "gidIssueDate": day_or_empty,
    "gidExpirationDate": day_or_empty,
}
CONTAINERS: dict[str, Kind] = {
    "address": of_texts(*ADDRESS_MEMBERS),
    "gidAddress": of_texts("fullAddress", null=True),
    "bankAccounts": listed,
    "namespaces": listed,
    "historyData": listed,
}
BANK: dict[str, Kind] = dict.fromkeys(BANK_ACCOUNT, text)
NAMESPACE: dict[str, Kind] = {
    "namespace": text,
    "isGlobal": truth_as_shown,
    "isPrimary": truth_as_shown,
    "customNamespace": text_or_null,
}
KINDS: dict[str, Callable[[], Json]] = {"full": standard_customer, "bare": bare_customer}
customers = pytest.mark.parametrize("kind", [*KINDS, "changed"])


def shown(omnumi: Omnumi, kind: str = "full", **members: Json) -> Exchange:
    """The answer about a customer of that kind; a changed one had a change of many members."""
    made: dict[str, Any] = KINDS.get(kind, standard_customer)()
    customer = omnumi.make_customer(**{**made, **members})
    if kind == "changed":
        omnumi.change_customer(customer, {"firstName": "evalina", "dob": "1979-01-31", "bankAccounts": [SECOND_ACCOUNT]})
    return omnumi.expect(omnumi.pii(customer), answers=["pii-read"])


def typed(omnumi: Omnumi, exchange: Exchange, *found: Mapping[str, Kind] | list[str]) -> None:
    """No member of the data may be missing or of another kind; lists are what was found wrong already."""
    problems = [each for part in found for each in (part if isinstance(part, list) else wrong(exchange.data, part))]
    if problems:
        raise omnumi.breach("; ".join(problems), exchange)


@rule("omnumi/pii-text-members")
@customers
def test_pii_text_members(omnumi: Omnumi, kind: str) -> None:
    """The plain members of the data are texts or null, and none is missing."""
    typed(omnumi, shown(omnumi, kind), TEXTS)


@rule("omnumi/pii-formatted-members")
@customers
def test_pii_formatted_members(omnumi: Omnumi, kind: str) -> None:
    """Ids are UUIDs, days are written year first, and a phone begins with a plus sign."""
    typed(omnumi, shown(omnumi, kind), FORMATTED)


@rule("omnumi/pii-container-members")
@customers
def test_pii_container_members(omnumi: Omnumi, kind: str) -> None:
    """Addresses are objects; bank accounts, namespaces and the history are lists, empty ones too."""
    typed(omnumi, shown(omnumi, kind), CONTAINERS)


@rule("omnumi/pii-address-countrycode-alpha2")
@pytest.mark.parametrize("country", ["US", "DE", "GB"])
def test_pii_address_countrycode_alpha2(omnumi: Omnumi, country: str) -> None:
    """The country code of an address is two capital letters."""
    exchange = shown(omnumi, address={**ADDRESS, "country": country, "isoCountryCode": country})
    code = exchange.data["address"].get("isoCountryCode")
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{2}", code):
        raise omnumi.breach(f"the country code is {code!r}", exchange)


@rule("omnumi/pii-postalcode-string")
@pytest.mark.parametrize("code", ["01103", "00501", "N1 9GU"])
def test_pii_postalcode_string(omnumi: Omnumi, code: str) -> None:
    """A postal code is a text, and keeps its zeros."""
    exchange = shown(omnumi, address={**ADDRESS, "postalCode": code})
    if exchange.data["address"].get("postalCode") != code:
        raise omnumi.breach(f"the postal code {code!r} is shown as {exchange.data['address'].get('postalCode')!r}", exchange)


def accounts(omnumi: Omnumi) -> Exchange:
    """The answer about a customer with two bank accounts."""
    exchange = shown(omnumi, bankAccounts=[BANK_ACCOUNT, SECOND_ACCOUNT])
    if len(exchange.data["bankAccounts"]) != 2:
        raise omnumi.breach(f"of two bank accounts {len(exchange.data['bankAccounts'])} are shown", exchange)
    return exchange


@rule("omnumi/pii-bank-members-are-texts")
def test_pii_bank_members_are_texts(omnumi: Omnumi) -> None:
    """All members of a bank account are texts."""
    exchange = accounts(omnumi)
    typed(omnumi, exchange, [each for account in exchange.data["bankAccounts"] for each in wrong(account, BANK)])


@rule("omnumi/pii-bank-number-masked")
def test_pii_bank_number_masked(omnumi: Omnumi) -> None:
    """Of a current bank account only the last four digits can be read."""
    exchange = accounts(omnumi)
    for account, sent in zip(exchange.data["bankAccounts"], (BANK_ACCOUNT, SECOND_ACCOUNT), strict=True):
        number = str(account["bankAccountNumber"])
        # Letters of the mask may be any; digits before the last four may not.
        if not number.endswith(sent["bankAccountNumber"][-4:]) or re.search(r"\d", number[:-4]):
            raise omnumi.breach(f"the number of a bank account is shown as {number!r}, not masked but for its last four digits", exchange)


@rule("omnumi/pii-namespace-members-typed")
def test_pii_namespace_members_typed(omnumi: Omnumi) -> None:
    """The members of a namespace are typed as shown."""
    exchange = shown(omnumi)
    found = exchange.data["namespaces"]
    typed(omnumi, exchange, [] if len(found) == 2 else [f"{len(found)} namespaces"], *(wrong(each, NAMESPACE) for each in found))


@rule("omnumi/pii-namespace-one-primary")
def test_pii_namespace_one_primary(omnumi: Omnumi) -> None:
    """At most one namespace is the primary one."""
    exchange = shown(omnumi)
    primary = [each for each in exchange.data["namespaces"] if each.get("isPrimary") in (True, "true")]
    if len(primary) > 1:
        raise omnumi.breach(f"{len(primary)} namespaces are the primary one", exchange)


@rule("omnumi/amb-pii-boolean-text")
def test_amb_pii_boolean_text(omnumi: Omnumi) -> None:
    """The flags of a namespace are shown as the text of a placeholder."""
    exchange = shown(omnumi)
    flags = [each[name] for each in exchange.data["namespaces"] for name in ("isGlobal", "isPrimary")]
    omnumi.observe("text" if any(isinstance(flag, str) for flag in flags) else "boolean")
