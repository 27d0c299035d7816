"""One plain customer and plain documents for set-ups, where a test is about something that comes later."""

from harness.jsontypes import Json
from strategies.fincom.customers import tax_entry
from strategies.phones import nth_phone
from strategies.placeholders import Dated, Fresh, Pick, Serial, Terms, Upload


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


def standard_documents(*, country: str = "USA", batch: str = "first") -> Json:
    """A small attach body that nothing can be held against: selfie, passport and bank statement (002, V2 Step 2 Attach).

    Another `batch` has files of its own: whether those of an earlier attach may be used again is an open question.
    """
    return {
        "identifying_documents": [
            {"type": "SELFIE", "files": [{"uri": Upload(f"selfie-{batch}", "jpg")}]},
            {
                "type": "PASSPORT",
                "number": "P1234567",
                "country": "USA",
                "expiry_date": Dated(years=3),
                "files": [{"uri": Upload(f"passport-{batch}")}],
            },
        ],
        "address_documents": [{"type": "BANK_STATEMENT", "country": country, "files": [{"uri": Upload(f"statement-{batch}")}]}],
        "tos_policies_value": Terms(),
    }
