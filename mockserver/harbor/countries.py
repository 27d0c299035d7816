"""Countries by ISO 3166-1 alpha-2, those that are prohibited, and their subdivisions (000 section 2.1)."""

from functools import cache

import pycountry

US = "US"
CODES = frozenset(country.alpha_2 for country in pycountry.countries)
# 001 section 4 names none; these are the published ones (facts 1.7).
PROHIBITED = frozenset(
    {"AF", "BY", "CD", "CF", "CU", "GW", "IQ", "IR", "KP", "LY", "ML", "MM", "RU", "SD", "SO", "SS", "SY", "UA", "YE", "ZW"}
)
PERMITTED = CODES - PROHIBITED


@cache
def _all_subdivisions() -> dict[str, dict[str, tuple[str, str]]]:
    table: dict[str, dict[str, tuple[str, str]]] = {}
    for entry in pycountry.subdivisions:
        short = entry.code.partition("-")[2]
        table.setdefault(entry.country_code, {})[short] = (entry.name, entry.type)
    return table


def subdivisions(country: str) -> dict[str, tuple[str, str]]:
    """Return name and type by short code (VA, ENG) for a country; empty for one that has none."""
    return _all_subdivisions().get(country, {})
