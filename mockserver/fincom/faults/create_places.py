"""Values that are good wherever one of a create body is broken or missing."""

from collections.abc import Callable, Iterable
from typing import Any

from mockserver.faulting import Body, at
from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import INDIVIDUAL, OCCUPATIONS, PURPOSES, SOURCES_OF_FUNDS, Item, subdivision_codes

ALPHA_3 = {alpha_2: alpha_3 for alpha_3, alpha_2 in v.ALPHA_2.items()}


def entries(body: Body) -> list[dict[str, Any]]:
    """Return the tax entries that are objects."""
    found = at(body, "basic_info.tax_info")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def home(body: Body) -> str:
    """Return the country that the address or the residence names, or the subdivision hints at; the USA if none does."""
    for path in ("address.country", "basic_info.country_of_residence"):
        if v.is_country(code := at(body, path)):
            return str(code)
    return ALPHA_3.get(str(at(body, "address.subdivision_code"))[:2], "USA")


def any_subdivision(country: str) -> str:
    """Return a subdivision code of a country; one of the right form where ISO 3166-2 lists none."""
    return min(subdivision_codes(country), default=f"{v.ALPHA_2[country]}-X")


def tax_number(country: object, index: int = 0) -> str:
    """Return a tax number of the country's form, another one for each index."""
    return f"9{index:02}-45-6789" if country == "USA" else f"9{index:02}456789"


def tax_country(entry: dict[str, Any]) -> str:
    """Return a country whose form the number of an entry has."""
    number = entry.get("document_id")
    return "USA" if isinstance(number, str) and v.SSN.fullmatch(number) else "MEX"


def tax_entry(body: Body) -> dict[str, str]:
    """Return a good tax entry for the country of a body."""
    country = home(body)
    return {"country_code": country, "document_type": "TIN", "document_id": tax_number(country)}


def listed(items: Iterable[Item]) -> list[int]:
    """Return the ids that a catalogue lists for individuals, in its order."""
    return [item.id for item in items if item.types & INDIVIDUAL]


# What is good at each path, made for the rest of the body.
GOOD: dict[str, Callable[[Body], Any]] = {
    "verification_type": lambda _: "STANDARD",
    "basic_info": lambda body: section(body, "basic_info"),
    "address": lambda body: section(body, "address"),
    "financial_profile": lambda body: section(body, "financial_profile"),
    "basic_info.first_name": lambda _: "Stand",
    "basic_info.last_name": lambda _: "In",
    "basic_info.dob": lambda _: "1980-02-03",
    "basic_info.email": lambda _: "stand.in@example.com",
    "basic_info.phone": lambda _: "+14155550123",
    "basic_info.country_of_residence": home,
    "basic_info.primary_nationality": lambda _: "USA",
    "basic_info.tax_info": lambda body: [tax_entry(body)],
    "address.street_line_1": lambda _: "1 Middle Street",
    "address.city": lambda _: "Middleton",
    "address.subdivision_code": lambda body: any_subdivision(home(body)),
    "address.postal_code": lambda _: "12345",
    "address.country": home,
    "financial_profile.employment_status": lambda _: "EMPLOYED",
    "financial_profile.occupation_id": lambda _: listed(OCCUPATIONS)[0],
    "financial_profile.purpose_id": lambda _: listed(PURPOSES)[0],
    "financial_profile.source_of_fund_ids": lambda _: listed(SOURCES_OF_FUNDS)[:1],
    "financial_profile.monthly_volume_usd": lambda _: 1000,
}


def section(body: Body, name: str) -> dict[str, Any]:
    """Return a whole good section, made for the rest of the body."""
    return {path.partition(".")[2]: make(body) for path, make in GOOD.items() if path.startswith(f"{name}.")}
