"""Servers that mistake names and streets in other letters, and their partners in English ones."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from mockserver.faulting import ABSENT, Body, Spot, spots
from mockserver.fincom.faults.create_builders import SPOILT, blank_text, fault, holds, mends, mends_body, refuses, texts
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

NAMES = ("basic_info.first_name", "basic_info.middle_name", "basic_info.last_name")
ALL = (*NAMES, "address.street_line_1", "address.street_line_2")
PARTNER = "Transliterated"

# Given a text and what stands in its partner.
Couple = Callable[[str, Any], bool]


def _couples(body: Body, paths: tuple[str, ...], when: Couple) -> list[Spot]:
    found = [spot for path in paths for spot in spots(body, path)]
    return [spot for spot in found if isinstance(spot.value, str) and when(spot.value, spot.holder.get(f"{spot.key}_en", ABSENT))]


def _mends_partner(paths: tuple[str, ...], when: Couple) -> OnRequest:
    """Give a partner in English letters to every text of a couple for which `when` holds."""

    def mend(_: Tenant, body: Body) -> bool:
        found = _couples(body, paths, when)
        for spot in found:
            spot.holder[f"{spot.key}_en"] = PARTNER
        return bool(found)

    return mends_body(mend)


def _refuses(paths: tuple[str, ...], when: Couple, suffix: str = "") -> OnRequest:
    """Refuse every couple for which `when` holds, naming the text, or its partner with the suffix `_en`."""

    def spoil(_: Tenant, body: Body) -> bool:
        found = _couples(body, paths, when)
        for spot in found:
            spot.holder[f"{spot.key}{suffix}"] = SPOILT
        return bool(found)

    return mends_body(spoil)


def _given(partner: Any) -> bool:
    return isinstance(partner, str) and partner.isascii() and bool(partner.strip())


def _strange(text: str) -> str:
    """Return the characters beyond ASCII."""
    return "".join(character for character in text if not character.isascii())


def _latin_with_accents(text: str) -> bool:
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return not text.isascii() and plain.isascii()


def _blank(partner: Any) -> bool:
    return partner is None or blank_text(partner)


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


def _rule(path: str, rest: str) -> str:
    return f"{_leaf(path).replace('_', '-')}-{rest}"


def _lent_partner(_: Tenant, body: Body) -> bool:
    found = _couples(body, NAMES, lambda text, partner: not text.isascii() and partner is ABSENT)
    lent = [spot for spot in found if any(_given(spot.holder.get(f"{_leaf(path)}_en")) for path in NAMES)]
    for spot in lent:
        spot.holder[f"{spot.key}_en"] = PARTNER
    return bool(lent)


PER_FIELD = tuple(
    row
    for path in ALL
    for row in (
        fault(
            f"demands_{_leaf(path)}_en_always",
            _rule(path, "ascii-needs-no-en"),
            f"demands {_leaf(path)}_en of plain ASCII too",
            _refuses((path,), lambda text, partner: text.isascii() and bool(text.strip()) and partner is ABSENT, "_en"),
        ),
        fault(
            f"refuses_superfluous_{_leaf(path)}_en",
            _rule(path, "ascii-may-carry-en"),
            f"refuses {_leaf(path)}_en that repeats a plain ASCII text",
            _refuses((path,), lambda text, partner: text.isascii() and partner == text, "_en"),
        ),
        fault(
            f"refuses_non_ascii_{_leaf(path)}",
            _rule(path, "non-ascii-with-en-is-accepted"),
            f"refuses accents in {_leaf(path)} although its partner is there",
            _refuses((path,), lambda text, partner: not text.isascii() and _given(partner)),
        ),
        fault(
            f"accepts_non_ascii_{_leaf(path)}_alone",
            _rule(path, "non-ascii-without-en-is-refused"),
            f"does not ask for the partner of a {_leaf(path)} in other letters",
            _mends_partner((path,), lambda text, partner: not text.isascii() and partner is ABSENT),
        ),
        fault(
            f"accepts_blank_{_leaf(path)}_en",
            "blank-transliteration-is-refused",
            f"is content with the key {_leaf(path)}_en, whatever stands there",
            _mends_partner((path,), lambda text, partner: not text.isascii() and _blank(partner)),
        ),
        fault(
            f"accepts_non_ascii_{_leaf(path)}_en",
            _rule(path, "en-is-ascii"),
            f"takes {_leaf(path)}_en in any letters",
            mends(f"{path}_en", texts(lambda text: not text.isascii()), lambda _: PARTNER),
        ),
    )
)
DECOMPOSED = fault(
    "refuses_decomposed_accents",
    "non-ascii-with-transliteration-is-accepted",
    "refuses accents that are characters of their own",
    _refuses(ALL, lambda text, partner: _given(partner) and _latin_with_accents(text) and unicodedata.normalize("NFC", text) != text),
)
COMPOSED = fault(
    "refuses_composed_accents",
    "non-ascii-with-transliteration-is-accepted",
    "refuses letters that carry their accent within",
    _refuses(ALL, lambda text, partner: _given(partner) and _latin_with_accents(text) and unicodedata.normalize("NFD", text) != text),
)
UNNOTICED = (
    fault(
        "counts_accents_as_english",
        "non-ascii-needs-transliteration",
        "asks for a partner of other scripts only, not of Latin letters with accents",
        _mends_partner(ALL, lambda text, partner: _latin_with_accents(text) and partner is ABSENT),
    ),
    fault(
        "counts_latin_1_as_english",
        "non-ascii-needs-transliteration",
        "asks for no partner of letters up to U+00FF",
        _mends_partner(ALL, lambda text, partner: not text.isascii() and max(text) <= "\u00ff" and partner is ABSENT),
    ),
    fault(
        "looks_at_letters_only",
        "non-ascii-needs-transliteration",
        "asks for no partner where the characters beyond ASCII are signs and not letters",
        _mends_partner(ALL, lambda text, partner: not text.isascii() and not _strange(text).isalpha() and partner is ABSENT),
    ),
    fault(
        "looks_at_the_first_letter_only",
        "non-ascii-needs-transliteration",
        "asks for a partner only where the first letter is beyond ASCII",
        _mends_partner(ALL, lambda text, partner: text[:1].isascii() and not text.isascii() and partner is ABSENT),
    ),
    fault(
        "counts_white_space_as_transliteration",
        "blank-transliteration-is-refused",
        "is content with white space in a partner",
        _mends_partner(ALL, lambda text, partner: not text.isascii() and blank_text(partner) and partner != ""),
    ),
    fault(
        "counts_null_as_transliteration",
        "blank-transliteration-is-refused",
        "is content with null in a partner",
        _mends_partner(ALL, lambda text, partner: not text.isascii() and partner is None),
    ),
    fault(
        "accepts_copies_as_transliteration",
        "transliteration-is-ascii",
        "takes the text itself as its own transliteration",
        _mends_partner(ALL, lambda text, partner: not text.isascii() and partner == text),
    ),
    fault("lends_partners", "en-fields-do-not-stand-in", "is content with one partner for all names", mends_body(_lent_partner)),
    fault(
        "takes_the_partner_for_the_name",
        "en-does-not-replace-the-name",
        "takes first_name_en as the first name where that is missing",
        mends("basic_info.first_name", lambda value: value is ABSENT, lambda place: place.holder.get("first_name_en", ABSENT)),
    ),
)
PUNCTUATION = tuple(
    fault(
        f"refuses_{word}_in_{_leaf(path)}",
        "name-punctuation-is-accepted",
        f"refuses {says} in {_leaf(path)}",
        refuses(path, holds(re.escape(sign))),
    )
    for path in (NAMES[0], NAMES[2])
    for word, says, sign in (
        ("hyphens", "hyphens", "-"),
        ("apostrophes", "apostrophes", "'"),
        ("full_stops", "full stops", "."),
        ("blanks", "inner blanks", " "),
    )
)

FAULTS: tuple[Fault, ...] = (*PER_FIELD, DECOMPOSED, COMPOSED, *UNNOTICED, *PUNCTUATION)
