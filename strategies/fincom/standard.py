"""One plain customer for set-ups, where a test is about something that comes later."""

from harness.jsontypes import Json
from strategies.fincom.customers import tax_entry
from strategies.phones import nth_phone
from strategies.placeholders import Dated, Fresh, Pick, Serial


def standard_customer(*, country: str = "USA") -> Json:
    """A small, unobjectionable create body (002, V2 Request Body Structure); the tax entry is a US one in any country."""
    return {
        "verification_type": "STANDARD",
        "basic_info": {
            "first_name": "Maria",
            "last_name": "Garcia",
            "dob": Dated(years=-40),
            "email": Fresh("maria.{}@example.com"),
            "phone": Serial(nth_phone, "US"),
            "country_of_residence": country,
            "primary_nationality": country,
            "tax_info": [tax_entry("USA")],
        },
        "address": {
            "street_line_1": "123 Market Street",
            "city": "Springfield",
            "subdivision_code": Pick("subdivisions", 5, country=country),
            "postal_code": "94103",
            "country": country,
        },
        "financial_profile": {
            "employment_status": "EMPLOYED",
            "occupation_id": Pick("occupations"),
            "purpose_id": Pick("purposes"),
            "source_of_fund_ids": [Pick("source_of_funds")],
            "monthly_volume_usd": 5000,
        },
    }
