"""People: names as identity documents show them, in many scripts, each with its form in English letters."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from hypothesis import strategies as st

from strategies.kept import kept


class Written(NamedTuple):
    """One text in its own script beside its form in plain ASCII."""

    script: str
    text: str
    latin: str


GIVEN_NAMES = ("Maria", "James", "Elena", "David", "Anna", "Peter", "Laura", "Omar", "Grace", "Hugo", "Ines", "Victor")
FAMILY_NAMES = ("Garcia", "Miller", "Novak", "Rossi", "Silva", "Walker", "Becker", "Moreau", "Santos", "Okafor", "Singh")
PUNCTUATED_NAMES = ("O'Neil", "Anna-Maria", "de la Cruz", "D'Angelo", "Smith-Jones", "van der Berg", "Mary Ann", "Ng", "St. John")

ACCENTED = (
    Written("accented", "María", "Maria"),
    Written("accented", "José", "Jose"),
    Written("accented", "Núñez", "Nunez"),
    Written("accented", "Müller", "Mueller"),
    Written("accented", "García", "Garcia"),
    Written("accented", "Renée", "Renee"),
    Written("stroke", "Søren", "Soeren"),
    Written("stroke", "Łukasz", "Lukasz"),
    Written("accented", "Đặng", "Dang"),
)
OTHER_SCRIPTS = (
    Written("cyrillic", "Наталья", "Natalia"),
    Written("greek", "Ελένη", "Eleni"),
    Written("han", "王小明", "Wang Xiaoming"),
    Written("kana", "さくら", "Sakura"),
    Written("hangul", "김민준", "Kim Minjun"),
    Written("arabic", "محمد", "Mohammed"),
    Written("hebrew", "שרה", "Sarah"),
    Written("devanagari", "प्रिया", "Priya"),
    Written("thai", "สมชาย", "Somchai"),
)
# Texts that look plain to the eye and are not, or that no name holds.
DISGUISED = (
    Written("look-alike", "Mаria", "Maria"),  # the first a is Cyrillic
    Written("zero-width", "Ma\u200bria", "Maria"),
    Written("emoji", "Maria😀", "Maria"),
    Written("full-width", "Ｍａｒｉａ", "Maria"),
    Written("typographic-apostrophe", "O’Neil", "O'Neil"),
    Written("no-break-space", "Anna\u00a0Maria", "Anna Maria"),
    Written("first-above-ascii", "Maria\u0080", "Maria"),
)


def decomposed(written: Written) -> Written:
    """The same text with each accent as a character of its own (Unicode NFD)."""
    return Written("decomposed", unicodedata.normalize("NFD", written.text), written.latin)


@kept
def given_names() -> st.SearchStrategy[str]:
    """Plain ASCII given names."""
    return st.sampled_from(GIVEN_NAMES)


@kept
def family_names() -> st.SearchStrategy[str]:
    """Plain ASCII family names."""
    return st.sampled_from(FAMILY_NAMES)


@kept
def ascii_names() -> st.SearchStrategy[str]:
    """Invented plain ASCII names: a capital and 1 to 19 small letters."""
    small = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=19)
    return st.builds(str.__add__, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), small)


@kept
def punctuated_names() -> st.SearchStrategy[str]:
    """ASCII names with the hyphens, apostrophes, full stops and inner blanks that real documents show."""
    return st.sampled_from(PUNCTUATED_NAMES)


@kept
def accented_names() -> st.SearchStrategy[Written]:
    """Latin names with accents, composed and decomposed."""
    composed = st.sampled_from(ACCENTED)
    return composed | composed.filter(lambda name: not unicodedata.is_normalized("NFD", name.text)).map(decomposed)


@kept
def non_ascii_characters() -> st.SearchStrategy[str]:
    """Single characters above U+007F that can be sent as JSON (no lone surrogates, nothing unassigned)."""
    return st.characters(min_codepoint=0x80, exclude_categories=("Cs", "Cn", "Co"))
