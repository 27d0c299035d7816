"""Tax numbers by country, each valid by its own check digits.

The forms are those that python-stdnum implements from the authorities' publications; `TAX_NUMBERS` says which number of a
country counts as its tax identification number.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from string import ascii_uppercase
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
import stdnum.iso7064.mod_11_10
import stdnum.it.codicefiscale
import stdnum.luhn
import stdnum.mx.rfc
import stdnum.nl.bsn
import stdnum.pl.pesel
import stdnum.pt.nif
import stdnum.us.ssn

from strategies.decisions import Decisions, decided


def _as_it_is(body: str) -> str:
    return body


def _ending_in(digits: Callable[[str], str]) -> Callable[[str], str]:
    return lambda body: f"{body}{digits(body)}"


def _beginning_with(digit: Callable[[str], str]) -> Callable[[str], str]:
    return lambda body: f"{digit(body)}{body}"


def _one_digit_twice(body: str) -> str:
    """Ten digits of which the first, no zero, comes again at the end, and no other twice; another row for each six-digit body."""
    number, left, row = int(body), list("1234567890"), ""
    for places in (9, 9, 8, 7, 6, 5, 4, 3, 2):
        number, place = divmod(number, places)
        row += left.pop(place)
    return row + row[0]


class TaxNumber(NamedTuple):
    """The form of one country's tax number: its checker, the pattern of what may be chosen (`#` digit, `@` letter), and what
    completes that by check digits. Where nothing does, numbers are tried until the checker is content."""

    checker: ModuleType
    pattern: str
    completed: Callable[[str], str] = _as_it_is


# The literal parts keep candidates inside what the authorities have issued (a birth date in PESEL, a person's letter in PAN).
TAX_NUMBERS = {
    "USA": TaxNumber(stdnum.us.ssn, "4##-##-####"),
    "GBR": TaxNumber(stdnum.gb.utr, "#########", _beginning_with(stdnum.gb.utr.calc_check_digit)),
    "CAN": TaxNumber(stdnum.ca.sin, "4#######", _ending_in(stdnum.luhn.calc_check_digit)),
    "MEX": TaxNumber(stdnum.mx.rfc, "GAM@##041#@##"),
    # No public function has these digits; the checker sees each number all the same.
    "BRA": TaxNumber(stdnum.br.cpf, "#########", _ending_in(stdnum.br.cpf._calc_check_digits)),
    "DEU": TaxNumber(stdnum.de.idnr, "######", lambda body: _ending_in(stdnum.iso7064.mod_11_10.calc_check_digit)(_one_digit_twice(body))),
    "ESP": TaxNumber(stdnum.es.dni, "########", _ending_in(stdnum.es.dni.calc_check_digit)),
    "FRA": TaxNumber(stdnum.fr.nif, "0#########", _ending_in(stdnum.fr.nif.calc_check_digits)),
    "ITA": TaxNumber(stdnum.it.codicefiscale, "RSS@@A##T1#A###", _ending_in(stdnum.it.codicefiscale.calc_check_digit)),
    "PRT": TaxNumber(stdnum.pt.nif, "2#######", _ending_in(stdnum.pt.nif.calc_check_digit)),
    "NLD": TaxNumber(stdnum.nl.bsn, "#########"),
    "POL": TaxNumber(stdnum.pl.pesel, "##041#####", _ending_in(stdnum.pl.pesel.calc_check_digit)),
    "AUS": TaxNumber(stdnum.au.tfn, "#########"),
    "IND": TaxNumber(stdnum.in_.pan, "@@@P@####@"),
    "COL": TaxNumber(stdnum.co.nit, "#########", _ending_in(stdnum.co.nit.calc_check_digit)),
}
FOREIGN_TAX_COUNTRIES = tuple(country for country in TAX_NUMBERS if country != "USA")

# The distance of two tries, a prime: the numbers of neighbours stay apart, and no digit stays as it is.
NEXT_TRY = 100_003
AREAS = tuple(area for area in range(1, 900) if area != 666)


def nth_tax_number(country: str, number: int) -> str:
    """A valid tax number of one of `TAX_NUMBERS`, another one for every number within 100,000: hyphenated for the USA, else plain."""
    form = TAX_NUMBERS[country]
    return next(each for each in _candidates(form, number) if form.checker.is_valid(each))


def nth_number_of_two_countries(countries: str, number: int) -> str:
    """A tax number that is valid in both countries, such as those of `PRT NLD`."""
    first, second = (TAX_NUMBERS[country] for country in countries.split())
    return next(each for each in _candidates(first, number) if first.checker.is_valid(each) and second.checker.is_valid(each))


def nth_employer_number(country: str, number: int) -> str:  # noqa: ARG001 - only the USA has them
    """A number in the form of US employers."""
    return f"12-{number % 10**7:07d}"


def _candidates(form: TaxNumber, number: int) -> Iterator[str]:
    return (form.completed(_filled(form.pattern, each)) for each in itertools.count(number, NEXT_TRY))


def _filled(pattern: str, number: int) -> str:
    """The pattern with the digits of a number in mixed radix in it, the lowest ones last."""
    text = ""
    for sign, count in _runs(pattern):
        if sign == "#":
            number, digits = divmod(number, 10**count)
            text = f"{digits:0{count}d}{text}"
        elif sign == "@":
            for _ in range(count):
                number, place = divmod(number, len(ascii_uppercase))
                text = ascii_uppercase[place] + text
        else:
            text = sign * count + text
    return text


@functools.cache
def _runs(pattern: str) -> tuple[tuple[str, int], ...]:
    """Each sign of a pattern with how often it stands in a row, the last ones first."""
    return tuple((sign, len(list(row))) for sign, row in itertools.groupby(reversed(pattern)))


def a_social_security_number(decide: Decisions) -> str:
    """A US number in the form nnn-nn-nnnn that may have been issued: no area 000, 666 or 9nn, no group 00, no serial 0000."""
    return f"{decide.one_of(AREAS):03d}-{decide.number(1, 99):02d}-{decide.number(1, 9999):04d}"


social_security_numbers = decided(by=5)(a_social_security_number)
