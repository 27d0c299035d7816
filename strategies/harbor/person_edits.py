"""Named edits on names, e-mail, nationality, birthday and address (001 §4)."""

from __future__ import annotations

from strategies.edits import Edit, change, drop, insert, put
from strategies.placeholders import Dated, Fresh

ROOT = "individual"
FIRST_NAME = f"{ROOT}.first_name"
LAST_NAME = f"{ROOT}.last_name"
NAMES = (FIRST_NAME, LAST_NAME)
EMAIL = f"{ROOT}.email"
NATIONALITY = f"{ROOT}.nationality"
BIRTHDAY = f"{ROOT}.birthday"
RESIDENCE = f"{ROOT}.residence"
STREET = f"{RESIDENCE}.street"
SUB_STREET = f"{RESIDENCE}.sub_street"
CITY = f"{RESIDENCE}.city"
STATE = f"{RESIDENCE}.state"
POSTAL_CODE = f"{RESIDENCE}.postal_code"
COUNTRY = f"{RESIDENCE}.country"
OCCUPATION = f"{ROOT}.occupation"
LONGEST_NAME = 50


def forms(path: str, values: dict[str, object]) -> tuple[Edit, ...]:
    """The value at the path replaced by each of these, under the name that it has here."""
    return tuple(put(path, value, name=name) for name, value in values.items())


# Every field that the table calls required, but for those that only some countries ask for.
REQUIRED = (
    *NAMES,
    EMAIL,
    NATIONALITY,
    BIRTHDAY,
    STREET,
    CITY,
    POSTAL_CODE,
    COUNTRY,
    OCCUPATION,
    f"{ROOT}.source_of_wealth",
    f"{ROOT}.purpose_of_use",
    f"{ROOT}.identity_document.type",
    f"{ROOT}.identity_document.country",
    f"{ROOT}.identity_document.front",
)
REQUIRED_TEXTS = tuple(path for path in REQUIRED if not path.endswith(("source_of_wealth", "purpose_of_use")))
SECTIONS = (RESIDENCE, f"{ROOT}.identity_document")
NO_OBJECT = {"text": "Richmond", "list": [], "number": 1, "null": None}


def no_objects(path: str) -> tuple[Edit, ...]:
    """Something else where an object is due."""
    return forms(path, {f"{_leaf(path)}-as-{name}": value for name, value in NO_OBJECT.items()})


def null(path: str) -> Edit:
    """Null in the place of the value."""
    return put(path, None, name=f"{_leaf(path)}-null")


def blanks(path: str) -> tuple[Edit, ...]:
    """Empty and blank texts."""
    return forms(path, {f"{_leaf(path)}-empty": "", f"{_leaf(path)}-blank": "   "})


def texts_of_another_type(path: str) -> tuple[Edit, ...]:
    """An object or a list where a text is due."""
    return forms(path, {f"{_leaf(path)}-as-object": {"value": "x"}, f"{_leaf(path)}-as-list": ["x"]})


def _leaf(path: str) -> str:
    return path.rpartition(".")[2].replace("_", "-")


# --- names -----------------------------------------------------------------------------------------------------------------


def of_length(path: str, length: int, letter: str = "a") -> Edit:
    """A name of so many letters."""
    return put(path, "A" + letter * (length - 1), name=f"{_leaf(path)}-of-{length}")


FIFTY = tuple(of_length(path, LONGEST_NAME) for path in NAMES)
FIFTY_AND_FIFTY = FIFTY[0].then(FIFTY[1])
OVER_FIFTY = {path: (of_length(path, 51), of_length(path, 255)) for path in NAMES}
FIFTY_ACCENTED = tuple(of_length(path, LONGEST_NAME, "é").named(f"{_leaf(path)}-of-50-accented") for path in NAMES)
ONE_LETTER = tuple(put(path, "X", name=f"{_leaf(path)}-of-one-letter") for path in NAMES)

# --- e-mail ----------------------------------------------------------------------------------------------------------------

NO_EMAIL = forms(
    EMAIL,
    {"no-at": "ada.example.com", "plain-word": "ada", "no-domain": "ada@", "no-local-part": "@example.com", "mask": "[email protected]"},
)
EMAIL_FORMS = tuple(
    put(EMAIL, Fresh(template), name=name)
    for name, template in (("plus-tag", "ada+{}@example.com"), ("sub-domain", "ada.{}@mail.example.org"), ("digits", "a4{}@example.net"))
)

# --- countries ---------------------------------------------------------------------------------------------------------------

# Codes that ISO 3166-1 leaves to its users, and so gives to no country.
UNASSIGNED = ("QZ", "XX")
# The smallest set that no list of prohibited countries leaves out; what else is on it differs from list to list.
PROHIBITED = ("KP", "IR", "CU", "SY")
PROHIBITED_ELSEWHERE = ("AF", "BY", "CD", "CF", "GW", "IQ", "LY", "ML", "MM", "RU", "SD", "SO", "SS", "UA", "YE", "ZW")
CODED_COUNTRIES = (NATIONALITY, COUNTRY, f"{ROOT}.identity_document.country", f"{ROOT}.phone.country")


def other_codes(path: str) -> tuple[Edit, ...]:
    """What is no alpha-2 code: alpha-3, a name, a number, one letter."""
    return forms(path, {"alpha-3": "USA", "name": "United States", "numeric": "840", "one-letter": "U"})


def phone_codes() -> tuple[Edit, ...]:
    """What is no alpha-2 code where a phone's country is due."""
    path = f"{ROOT}.phone.country"
    return (*other_codes(path), put(path, "+1", name="dialling-code"))


def unassigned(path: str) -> tuple[Edit, ...]:
    """Two letters that are no country's."""
    return forms(path, {f"unassigned-{code.lower()}": code for code in UNASSIGNED})


def in_country(code: str) -> Edit:
    """A residence in that country, without a state."""
    return put(COUNTRY, code, name=f"resident-of-{code.lower()}").then(drop(STATE)).named(f"resident-of-{code.lower()}")


def national_of(code: str) -> Edit:
    """A nationality."""
    return put(NATIONALITY, code, name=f"national-of-{code.lower()}")


LOWER_CASE_COUNTRY = change(NATIONALITY, str.lower, name="nationality-in-small-letters")

# --- birthday ------------------------------------------------------------------------------------------------------------------

BIRTHDAY_FORMS = forms(
    BIRTHDAY,
    {
        "day-first": "25/01/1990",
        "month-first": "01/25/1990",
        "no-hyphens": "19900125",
        "no-leading-zeros": "1990-1-5",
        "two-digit-year": "90-01-25",
        "month-by-name": "25 January 1990",
        "number": 19900125,
    },
)
TIMESTAMP = put(BIRTHDAY, "1990-01-25T00:00:00Z", name="timestamp")
NO_DAYS = forms(
    BIRTHDAY,
    {"30-february": "1990-02-30", "29-february-of-a-common-year": "1991-02-29", "month-13": "1990-13-01", "day-0": "1990-05-00"},
)
LEAP_DAY = put(BIRTHDAY, "1992-02-29", name="leap-day")
# Two days of margin on either side of a birthday, because it is not said on whose calendar it is.
UNDER_18 = forms(
    BIRTHDAY,
    {"eighteen-in-two-days": Dated(years=-18, days=2), "seventeen": Dated(years=-17, days=-2), "five": Dated(years=-5, days=-2)},
)
JUST_18 = put(BIRTHDAY, Dated(years=-18, days=-2), name="eighteen-two-days-ago")
EIGHTEEN_TODAY = put(BIRTHDAY, Dated(years=-18), name="eighteen-today")
EIGHTEEN_TOMORROW = put(BIRTHDAY, Dated(years=-18, days=1), name="eighteen-tomorrow")
FUTURE = forms(BIRTHDAY, {"born-in-two-days": Dated(days=2), "born-in-thirty-years": Dated(years=30)})

# --- address -------------------------------------------------------------------------------------------------------------------

WITHOUT_STATE = drop(STATE)
STATE_NOT_LISTED = (
    *forms(STATE, {"unknown-code": "ZZ", "code-of-another-country": "ENG", "full-name": "Virginia", "number": 51}),
    put(STATE, "", name="empty-state"),
)
STATE_WITH_COUNTRY = put(STATE, "US-VA", name="state-with-country")
EMPTY_SUB_STREET = put(SUB_STREET, "", name="empty-sub-street")
OTHER_OCCUPATIONS = forms(OCCUPATION, {"unknown-slug": "wizards", "label": "Software and applications developers and analysts", "id": 7})


def texts(path: str, value: str, name: str) -> Edit:
    """A text at a path."""
    return put(path, value, name=name)


IN_OTHER_SCRIPTS: tuple[Edit, ...] = (
    texts(FIRST_NAME, "Łukasz", "first-name-with-stroke"),
    texts(LAST_NAME, "Núñez", "last-name-with-accents"),
    texts(FIRST_NAME, "王小明", "first-name-in-han"),
    texts(LAST_NAME, "Наталья", "last-name-in-cyrillic"),
    texts(STREET, "Königstraße 5", "street-with-accents"),
    texts(CITY, "São Paulo", "city-with-accents"),
    texts(STREET, "улица Гоголя 5", "street-in-cyrillic"),
    texts(CITY, "東京", "city-in-han"),
)
LONG_TEXTS = tuple(texts(path, "x" * 300, f"{_leaf(path)}-of-300") for path in (STREET, CITY, POSTAL_CODE))
UNKNOWN_MEMBERS = (
    insert(f"{ROOT}.favourite_colour", "green", name="unknown-member"),
    insert(f"{RESIDENCE}.floor", 3, name="unknown-member-of-residence"),
    insert("note", "hello", name="unknown-section"),
)
