"""Servers that show members of a customer as another type, or in another form (003 pii-customer-details, 200 sample)."""

from typing import Any

from mockserver.faulting import ABSENT
from mockserver.omnumi import customers
from mockserver.omnumi.faults.builders import Edit, edits_success, fault, is_pii, puts
from mockserver.omnumi.faults.pii import shows
from mockserver.wrappers import Fault

TEXTS = tuple(name for name, usual in customers.SHOWN.items() if isinstance(usual, str))
IDS = ("customerAccountId", "tenantId")
DATES = ("dob", "gidDob", "gidIssueDate", "gidExpirationDate")
CONTAINERS = ("address", "gidAddress", "bankAccounts", "namespaces", "historyData")
# Texts that a careless server writes as numbers, because they look like some.
NUMERIC = frozenset({"annualSalary", "expectedMonthlyVolume", "taxId", "ssn", "phone"})


def _as_number(value: Any) -> object:
    digits = "".join(each for each in str(value) if each.isdigit())
    return int(digits or 0)


def _as_day_first(value: Any) -> object:
    return "/".join(reversed(value.split("-"))) if isinstance(value, str) and value.count("-") == 2 else "02/04/1997"


def _other_container(name: str) -> Edit:
    value: object = None if name == "address" else {} if name in ("bankAccounts", "namespaces", "historyData") else []
    return puts(f"data.{name}", value)


FAULTS: tuple[Fault, ...] = (
    *(
        fault(f"shows_no_{name}", f"pii-type-{name.lower()}", f"leaves {name} out of the data of a customer", shows(name, lambda _: ABSENT))
        for name in (*IDS, *TEXTS, *CONTAINERS)
    ),
    *(
        fault(f"shows_{name}_as_number", f"pii-type-{name.lower()}", f"shows {name} as a number", shows(name, _as_number))
        for name in TEXTS
        if name in NUMERIC
    ),
    *(
        fault(f"shows_{name}_as_list", f"pii-type-{name.lower()}", f"shows {name} as a list", shows(name, lambda value: [value]))
        for name in (*IDS, *TEXTS)
        if name not in NUMERIC
    ),
    *(
        fault(f"shows_{name}_day_first", f"pii-type-{name.lower()}", f"shows {name} with the day first", shows(name, _as_day_first))
        for name in DATES
    ),
    *(fault(f"shows_{name}_as_count", f"pii-type-{name.lower()}", f"shows {name} as a number", shows(name, lambda _: 12)) for name in IDS),
    fault(
        "shows_phones_without_plus",
        "pii-type-phone",
        "shows phone numbers without the plus sign",
        shows("phone", lambda value: value.lstrip("+")),
    ),
    *(
        fault(
            f"shows_{name}_in_another_container",
            f"pii-type-{name.lower()}",
            f"shows another kind of value for {name}",
            edits_success(is_pii, _other_container(name)),
        )
        for name in CONTAINERS
    ),
    fault(
        "shows_country_names",
        "pii-address-countrycode-alpha2",
        "shows the name of a country for its code",
        shows("address.isoCountryCode", lambda _: "United States"),
    ),
    fault(
        "shows_small_country_codes",
        "pii-address-countrycode-alpha2",
        "shows country codes in small letters",
        shows("address.isoCountryCode", lambda value: value.lower()),
    ),
    fault(
        "shows_postal_codes_as_numbers", "pii-postalcode-string", "shows postal codes as numbers", shows("address.postalCode", _as_number)
    ),
    fault(
        "strips_postal_codes",
        "pii-postalcode-string",
        "shows postal codes without their first zeros",
        shows("address.postalCode", lambda value: value.lstrip("0")),
    ),
    *(
        fault(
            f"shows_banks_without_{name}",
            f"pii-bank-type-{name.lower()}",
            f"leaves {name} out of bank accounts",
            shows(f"bankAccounts.*.{name}", lambda _: ABSENT),
        )
        for name in customers.BANK
    ),
    *(
        fault(
            f"shows_banks_with_number_as_{name}",
            f"pii-bank-type-{name.lower()}",
            f"shows {name} of bank accounts as a number",
            shows(f"bankAccounts.*.{name}", _as_number),
        )
        for name in customers.BANK
    ),
    *(
        fault(
            f"shows_namespaces_with_{name}_as_number",
            f"pii-namespace-type-{name.lower()}",
            f"shows {name} of namespaces as a number",
            shows(f"namespaces.*.{name}", lambda value: int(value) if isinstance(value, bool) else 7),
        )
        for name in customers.NAMESPACE
    ),
)
