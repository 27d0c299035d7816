"""The catalogue look-ups (002 V2 Onboarding Steps 1; shapes and pages from facts 2.9).

Ids and titles are this server's own, as every client of Fin.com has its own. Business lists differ from individual ones.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import pycountry

from mockserver.fincom import errors
from mockserver.http import Request, Response, answer

DEFAULT_PER_PAGE = 10
MAX_PER_PAGE = 512
INDIVIDUAL, BUSINESS = frozenset({"INDIVIDUAL"}), frozenset({"BUSINESS"})
BOTH = INDIVIDUAL | BUSINESS


class Item(NamedTuple):
    """One choice of a catalogue list, and the types of customer that may choose it."""

    id: int
    title: str
    types: frozenset[str] = BOTH


OCCUPATIONS = tuple(
    Item(number, title)
    for number, title in enumerate(
        (
            "Accountant", "Actor", "Architect", "Artist", "Baker", "Banker", "Barber", "Biologist", "Bookkeeper",
            "Bricklayer", "Bus driver", "Butcher", "Carpenter", "Cashier", "Chef", "Chemist", "Civil servant", "Cleaner",
            "Consultant", "Dentist", "Designer", "Doctor", "Economist", "Electrician", "Engineer", "Farmer",
            "Firefighter", "Fisher", "Gardener", "Hairdresser", "Homemaker", "Journalist", "Judge", "Lawyer",
            "Librarian", "Mechanic", "Midwife", "Miner", "Musician", "Nurse", "Pharmacist", "Software developer",
            "Pilot", "Plumber", "Police officer", "Postal worker", "Professor", "Real estate agent", "Retired",
            "Sailor", "Salesperson", "Security guard", "Social worker", "Soldier", "Student", "Tailor", "Teacher",
            "Translator", "Unemployed", "Waiter",
        ),
        start=1,
    )
)  # fmt: skip
PURPOSES = (
    Item(1, "Savings"),
    Item(2, "Investment"),
    Item(3, "Remittance to family", INDIVIDUAL),
    Item(4, "Education", INDIVIDUAL),
    Item(5, "Purchase of goods or services"),
    Item(6, "Medical expenses", INDIVIDUAL),
    Item(7, "Travel", INDIVIDUAL),
    Item(8, "Payroll", BUSINESS),
    Item(9, "Supplier payments", BUSINESS),
    Item(10, "Treasury management", BUSINESS),
    Item(11, "Other"),
)
SOURCES_OF_FUNDS = (
    Item(1, "Salary", INDIVIDUAL),
    Item(2, "Savings"),
    Item(3, "Inheritance", INDIVIDUAL),
    Item(4, "Sale of property"),
    Item(5, "Self-employment income", INDIVIDUAL),
    Item(6, "Pension", INDIVIDUAL),
    Item(7, "Business revenue", BUSINESS),
    Item(8, "Capital contribution", BUSINESS),
    Item(9, "Loan", BUSINESS),
    Item(10, "Investment income"),
    Item(11, "Other"),
)


def identifiers(items: Sequence[Item], customer_type: str) -> frozenset[int]:
    """Return the ids that a type of customer may choose."""
    return frozenset(item.id for item in items if customer_type in item.types)


@cache
def _subdivisions() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return (code, name) by alpha-3 country, for every country of ISO 3166."""
    alpha_3 = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    table: dict[str, list[tuple[str, str]]] = {code: [] for code in alpha_3.values()}
    for entry in pycountry.subdivisions:
        table[alpha_3[entry.country_code]].append((entry.code, entry.name))
    return {code: tuple(sorted(entries)) for code, entries in table.items()}


@cache
def subdivision_codes(country: str) -> frozenset[str]:
    """Return the ISO 3166-2 codes of a country given by its alpha-3 code; empty for an unknown one."""
    return frozenset(code for code, _ in _subdivisions().get(country, ()))


def subdivisions(country: str) -> Response:
    """Answer `GET /v1/countries/{alpha-3}/subdivisions`; 404 for a country that does not exist."""
    entries = _subdivisions().get(country)
    if entries is None:
        return errors.not_found()
    return answer(200, {"data": {"subdivisions": [{"name": name, "code": code} for code, name in entries]}})


def listing(request: Request, key: str, items: Sequence[Item]) -> Response:
    """Answer a catalogue list: one page of `data.<key>`, filtered by `type` if it is given; 422 for unknown values."""
    problems: errors.Errors = {}
    wanted = request.parameter("type")
    if wanted is not None and wanted not in BOTH:
        problems["type"] = ["Must be one of: BUSINESS, INDIVIDUAL"]
    chosen = [{"id": item.id, "title": item.title} for item in items if wanted is None or wanted in item.types]
    return paged(request, key, chosen, problems)


def paged(request: Request, key: str, rows: Sequence[Any], problems: errors.Errors, show: Callable[[Any], Any] = dict) -> Response:
    """Answer the page of rows that `current_page` (from 1) and `per_page` (1 to 512) ask for, or 422 with `problems`."""
    page = _number(request, "current_page", 1, None, problems)
    size = _number(request, "per_page", DEFAULT_PER_PAGE, MAX_PER_PAGE, problems)
    if problems:
        return errors.validation_failed(422, problems)
    pages = -(-len(rows) // size)
    pagination = {"current_page": page, "per_page": size, "total_page": pages, "total": len(rows)}
    shown = [show(row) for row in rows[(page - 1) * size : page * size]]
    return answer(200, {"data": {"pagination": pagination, key: shown}})


def _number(request: Request, name: str, default: int, most: int | None, problems: errors.Errors) -> int:
    text = request.parameter(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1 or (most is not None and number > most):
        problems[name] = [f"Must be an integer from 1 to {most}" if most else "Must be an integer from 1"]
        return default
    return number
