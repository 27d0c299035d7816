"""The look-ups (000 section 2; shapes from facts 1.7).

Job titles are the published ones; industries are divided the American way for US, and by ISIC sections elsewhere.
"""

from collections.abc import Iterable
from typing import Any

from mockserver.harbor import errors
from mockserver.harbor.countries import CODES, US, subdivisions
from mockserver.harbor.occupations import OCCUPATIONS
from mockserver.http import Response, answer

JOB_TITLES = {
    "founder": "Founder",
    "chiefExecutiveOfficer": "Chief executive officer",
    "chiefComplianceOfficer": "Chief compliance officer",
    "chiefFinancialOfficer": "Chief financial officer",
    "chiefOperatingOfficer": "Chief operating officer",
    "president": "President",
    "vicePresident": "Vice president",
    "director": "Director",
    "other": "Other",
}
EVERYWHERE = ("construction", "information", "manufacturing", "real_estate", "transportation_and_storage")
AMERICAN = (
    "accommodation_and_food_services", "administrative_and_waste_services", "educational_services", "finance_and_insurance",
    "health_care_and_social_assistance", "management_of_companies", "mining_quarrying_and_oil_and_gas",
    "professional_scientific_and_technical_services", "public_administration", "retail_trade", "utilities", "wholesale_trade",
)  # fmt: skip
ISIC = (
    "accommodation_and_food_service_activities", "agriculture_forestry_and_fishing", "arts_entertainment_and_recreation",
    "education", "electricity_gas_and_steam_supply", "financial_and_insurance_activities", "human_health_and_social_work",
    "mining_and_quarrying", "professional_scientific_and_technical_activities", "water_supply_and_waste_management",
    "wholesale_and_retail_trade",
)  # fmt: skip


def industry_slugs(country: str) -> tuple[str, ...]:
    """Return the industries of a country of incorporation."""
    return tuple(sorted((*EVERYWHERE, *(AMERICAN if country == US else ISIC))))


def occupations() -> Response:
    """Answer `GET /api/v1/occupations`."""
    return answer(200, {"data": _labelled(OCCUPATIONS)})


def job_titles() -> Response:
    """Answer `GET /api/v1/job-titles`."""
    return answer(200, {"data": [{"value": value, "label": label} for value, label in JOB_TITLES.items()]})


def industries(country: str) -> Response:
    """Answer `GET /api/v1/countries/{country}/industries`; 422 for a code that is no country's."""
    code = country.upper()
    return answer(200, {"data": _labelled(industry_slugs(code))}) if code in CODES else _no_country()


def subdivision_list(country: str) -> Response:
    """Answer `GET /api/v1/countries/{country}/subdivisions`; an empty list where there are none, 422 for no country."""
    code = country.upper()
    if code not in CODES:
        return _no_country()
    rows = ({"code": short, "name": name, "type": kind} for short, (name, kind) in sorted(subdivisions(code).items()))
    return answer(200, {"data": list(rows)})


def _labelled(slugs: Iterable[str]) -> list[dict[str, Any]]:
    return [{"value": slug, "label": slug.replace("_", " ").capitalize()} for slug in slugs]


def _no_country() -> Response:
    return errors.validation_failed({"country": ["Must be an ISO 3166-1 alpha-2 country code."]})
