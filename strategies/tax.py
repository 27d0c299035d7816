"""Tax numbers by country, each valid by its own check digits.

The forms are those that python-stdnum implements from the authorities' publications; `TAX_NUMBERS` says which number of a
country counts as its tax identification number.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import stdnum.au.tfn
import stdnum.br.cpf
import stdnum.ca.sin
import stdnum.co.nit
import stdnum.de.idnr
import stdnum.es.dni
import stdnum.fr.nif
import stdnum.gb.utr
import stdnum.in_.pan
import stdnum.it.codicefiscale
import stdnum.mx.rfc
import stdnum.nl.bsn
import stdnum.pl.pesel
import stdnum.pt.nif
import stdnum.us.ssn
from hypothesis import strategies as st


class TaxNumber(NamedTuple):
    """The form of one country's tax number: its checker, and the pattern of candidates: `#` digit, `@` letter."""

    checker: ModuleType
    pattern: str


# The literal parts keep candidates inside what the authorities have issued (a birth date in PESEL, a person's letter in PAN).
TAX_NUMBERS = {
    "USA": TaxNumber(stdnum.us.ssn, "###-##-####"),
    "GBR": TaxNumber(stdnum.gb.utr, "##########"),
    "CAN": TaxNumber(stdnum.ca.sin, "4########"),
    "MEX": TaxNumber(stdnum.mx.rfc, "GAMA850412###"),
    "BRA": TaxNumber(stdnum.br.cpf, "###########"),
    "DEU": TaxNumber(stdnum.de.idnr, "###########"),
    "ESP": TaxNumber(stdnum.es.dni, "########@"),
    "FRA": TaxNumber(stdnum.fr.nif, "0############"),
    "ITA": TaxNumber(stdnum.it.codicefiscale, "RSSMRA85T10A###@"),
    "PRT": TaxNumber(stdnum.pt.nif, "2########"),
    "NLD": TaxNumber(stdnum.nl.bsn, "#########"),
    "POL": TaxNumber(stdnum.pl.pesel, "850412#####"),
    "AUS": TaxNumber(stdnum.au.tfn, "#########"),
    "IND": TaxNumber(stdnum.in_.pan, "@@@P@####@"),
    "COL": TaxNumber(stdnum.co.nit, "##########"),
}
FOREIGN_TAX_COUNTRIES = tuple(country for country in TAX_NUMBERS if country != "USA")

ENOUGH = 20
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@functools.cache
def known_tax_numbers(country: str) -> tuple[str, ...]:
    """Twenty valid tax numbers of a country in the form of its pattern; the same ones in every process."""
    return _found(TAX_NUMBERS[country].pattern, (country,), ENOUGH)


@functools.cache
def numbers_of_two_countries(first: str, second: str) -> tuple[str, ...]:
    """Three numbers that are valid in both countries."""
    return _found(TAX_NUMBERS[first].pattern, (first, second), 3)


def _found(pattern: str, countries: tuple[str, ...], count: int) -> tuple[str, ...]:
    source = random.Random(pattern)  # noqa: S311 - test data that must repeat, no secret
    valid: dict[str, None] = {}
    while len(valid) < count:
        number = _filled(pattern, source)
        if all(TAX_NUMBERS[country].checker.is_valid(number) for country in countries):
            valid[number] = None
    return tuple(valid)


def _filled(pattern: str, source: random.Random) -> str:
    classes: dict[str, Callable[[], str]] = {"#": lambda: source.choice(DIGITS), "@": lambda: source.choice(LETTERS)}
    return "".join(classes.get(sign, lambda sign=sign: sign)() for sign in pattern)


def tax_numbers(country: str) -> st.SearchStrategy[str]:
    """Tax numbers of one of `TAX_NUMBERS`: hyphenated social security numbers for the USA, else without separators."""
    return st.sampled_from(known_tax_numbers(country))


@st.composite
def social_security_numbers(draw: st.DrawFn) -> str:
    """US numbers in the form nnn-nn-nnnn that may have been issued: no area 000, 666 or 9nn, no group 00, no serial 0000."""
    area = draw(st.integers(1, 899).filter(lambda number: number != 666))
    return f"{area:03d}-{draw(st.integers(1, 99)):02d}-{draw(st.integers(1, 9999)):04d}"
