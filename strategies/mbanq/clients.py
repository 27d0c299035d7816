"""Clients of many kinds, and notes: all that may vary in what is promised."""

from __future__ import annotations

from hypothesis import strategies as st

from harness.jsontypes import Json
from strategies.emails import emails
from strategies.mbanq.standard import TYPES, date, national_number, of_type, person
from strategies.people import family_names, given_names, punctuated_names
from strategies.placeholders import Pick, Serial

REGIONS = {"US": "1", "CA": "1"}
NOTES = ("Opened in the branch", "ID seen", "Größe, 東京, 🙂", "a" * 200, "line one\nline two", "; -- '\"<b>")


def clients() -> st.SearchStrategy[dict[str, Json]]:
    """Clients with every member that the provider's SDK demands, and sometimes a middle name."""
    return st.builds(
        _client,
        first=given_names(),
        last=family_names() | punctuated_names(),
        middle=st.none() | given_names(),
        age=st.integers(18, 90),
        gender=st.integers(0, 3),
        region=st.sampled_from(sorted(REGIONS)),
        email=emails(),
    )


def _client(first: str, last: str, middle: str | None, age: int, gender: int, region: str, email: Json) -> dict[str, Json]:
    born = date(years=-age, days=-1)
    return {
        **person(),
        "firstname": first,
        "lastname": last,
        **({"middlename": middle} if middle else {}),
        "dob": born,
        "dateOfBirth": born,
        "genderId": Pick("genders", gender),
        "mobileCountryCode": REGIONS[region],
        "mobileNo": Serial(national_number, region),
        "emailAddress": email,
    }


def notes() -> st.SearchStrategy[str]:
    """Free text that people write beside a decision."""
    return st.sampled_from(NOTES) | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


def verifications() -> st.SearchStrategy[Json]:
    """Bodies of verify that are promised to be valid."""
    return st.sampled_from(TYPES).map(of_type)
