"""Named edits on names and streets: other scripts, accents, and their `_en` partners (002, V2 Personal details, V2 Address).

A field counts as non-ASCII as soon as one of its characters lies above U+007F, whatever it looks like.
"""

from __future__ import annotations

from hypothesis import strategies as st

from strategies.edits import Edit, change, drop, insert, put
from strategies.people import ACCENTED, DISGUISED, OTHER_SCRIPTS, Written, accented_names, decomposed, non_ascii_characters
from strategies.places import ACCENTED_STREETS

NAMES = ("basic_info.first_name", "basic_info.middle_name", "basic_info.last_name")
STREETS = ("address.street_line_1", "address.street_line_2")
TRANSLITERATED = NAMES + STREETS
FREE_TEXT = ("address.city", "financial_profile.purpose_remarks", "financial_profile.source_of_funds_description")


def english(path: str) -> str:
    """The path of the partner that holds the English transliteration."""
    return f"{path}_en"


def either(path: str) -> list[str]:
    """The fields by which a missing transliteration may be named: the partner, or the field itself."""
    return [english(path), path]


def written(path: str, text: Written) -> Edit:
    """The text in its own script together with its transliteration."""
    return put(path, text.text, name=text.script).then(insert(english(path), text.latin, name="with-en"))


def written_alone(path: str, text: Written) -> Edit:
    """The text in its own script, and no transliteration."""
    return put(path, text.text, name=f"{text.script}-without-en")


def punctuated(path: str, sign: str, text: str) -> Edit:
    """A name with a sign in it that identity documents show."""
    return put(path, text, name=f"{sign}-in-{path.rpartition('.')[2].replace('_', '-')}")


# One name for each sign, since an implementation may take one and not another.
PUNCTUATED = tuple(
    punctuated(path, sign, text)
    for path in NAMES
    for sign, text in (("hyphen", "Anna-Maria"), ("apostrophe", "O'Neil"), ("full-stop", "St. John"), ("blank", "de la Cruz"))
)

# One of each kind that an implementation may overlook: a plain accent, a bare combining mark, every script, and disguises.
NON_ASCII = (ACCENTED[0], decomposed(ACCENTED[0]), ACCENTED[7], *OTHER_SCRIPTS, *DISGUISED)


def without_transliteration(path: str) -> tuple[Edit, ...]:
    """Non-ASCII text of every kind, each without its `_en` partner."""
    return tuple(written_alone(path, text) for text in NON_ASCII)


@st.composite
def one_foreign_character(draw: st.DrawFn, path: str) -> Edit:
    """One character above U+007F inside the value, where trimming cannot reach it, and no `_en` partner."""
    character = draw(non_ascii_characters())
    return change(path, lambda text: text[:1] + character + text[1:], name=f"u+{ord(character):04x}-without-en")


def accented_texts(path: str) -> st.SearchStrategy[Written]:
    """Latin text with accents that suits the field: a name or a street."""
    return accented_names() if path in NAMES else st.sampled_from(ACCENTED_STREETS)


def both_forms(path: str) -> tuple[Written, Written]:
    """One accented text that suits the field, composed and decomposed."""
    text = ACCENTED[0] if path in NAMES else ACCENTED_STREETS[0]
    return text, decomposed(text)


def ascii_partner(path: str) -> Edit:
    """A transliteration beside a value that needs none: the value again, as the address table shows it."""

    def apply(payload: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        section, _, field = path.partition(".")
        payload[section][f"{field}_en"] = payload[section][field]
        return payload

    return Edit("same-text-as-en", apply)


def differing_partner(path: str) -> Edit:
    """A transliteration beside an ASCII value from which it differs."""
    return insert(english(path), "Alexandra", name="other-text-as-en")


def partner_not_ascii(path: str) -> tuple[Edit, ...]:
    """Transliterations that are none: an accent, another script, a look-alike letter."""
    texts = (ACCENTED[0], OTHER_SCRIPTS[0], OTHER_SCRIPTS[2], DISGUISED[0])
    return tuple(put(english(path), text.text, name=f"{text.script}-as-en") for text in texts)


def partner_blank(path: str) -> tuple[Edit, ...]:
    """Transliterations that are there and say nothing."""
    values = (("empty-en", ""), ("white-space-en", "  "), ("null-en", None))
    return tuple(put(english(path), value, name=name) for name, value in values)


def partner_dropped(path: str) -> Edit:
    """No transliteration for a field that had one."""
    return drop(english(path))


def in_another_script(path: str) -> tuple[Edit, ...]:
    """Scripts other than Latin, each with its transliteration."""
    return tuple(written(path, text) for text in OTHER_SCRIPTS)


ACCENTED_FREE_TEXT = {
    "address.city": put("address.city", "São Paulo", name="accented-city"),
    "financial_profile.purpose_remarks": put("financial_profile.purpose_remarks", "Matrícula de mi hija", name="accented-remarks"),
    "financial_profile.source_of_funds_description": put(
        "financial_profile.source_of_funds_description", "Nómina", name="accented-description"
    ),
}
