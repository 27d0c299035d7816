"""One plain customer for set-ups, where a test is about something that comes later."""

from harness.jsontypes import Json
from strategies.placeholders import Dated, Fresh, Pick


def standard_customer(*, country: str = "USA") -> Json:
    """A small, unobjectionable create body (002, V2 Request Body Structure); the tax entry is a US one in any country."""
    return {
        "verification_type": "STANDARD",
        "basic_info": {
            "first_name": "Maria",
            "last_name": "Garcia",
            "dob": Dated(years=-40),
            "email": Fresh("maria.{}@example.com"),
            "phone": "+14155552671",
            "country_of_residence": country,
            "primary_nationality": country,
            "tax_info": [{"country_code": "USA", "document_type": "SSN", "document_id": "123-45-6789"}],
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
