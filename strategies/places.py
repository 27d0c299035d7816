"""Places: real addresses of several countries in plain ASCII, streets with accents, and ISO 3166 codes.

Every country here has subdivisions in ISO 3166-2, so that a subdivision code can be asked for.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pycountry
from hypothesis import strategies as st

from strategies.decisions import Decisions
from strategies.kept import kept
from strategies.people import Written


class Place(NamedTuple):
    """A residential address without its subdivision; `country` is ISO 3166-1 alpha-3."""

    country: str
    street: str
    postal_code: str
    city: str


# Two of each country, so that every country is drawn with as many choices and examples shrink to the first one.
PLACES = (
    Place("USA", "123 Market Street", "94103", "San Francisco"),
    Place("USA", "8 Union Square", "02143", "Somerville"),
    Place("GBR", "10 Station Road", "LS1 4DY", "Leeds"),
    Place("GBR", "221 Baker Street", "NW1 6XE", "London"),
    Place("CAN", "290 Bremner Boulevard", "M5V 3L9", "Toronto"),
    Place("CAN", "350 Rue Notre-Dame", "H2Y 1C8", "Montreal"),
    Place("MEX", "Avenida Reforma 222", "06600", "Cuauhtemoc"),
    Place("MEX", "Calle Hidalgo 15", "44100", "Guadalajara"),
    Place("BRA", "Rua Augusta 1500", "01304-001", "Santos"),
    Place("BRA", "Avenida Central 41", "20040-006", "Niteroi"),
    Place("DEU", "Hauptstrasse 7", "04109", "Leipzig"),
    Place("DEU", "Am Markt 3", "99423", "Weimar"),
    Place("ESP", "Calle Mayor 12", "28013", "Madrid"),
    Place("ESP", "Carrer de Pau Claris 88", "08010", "Barcelona"),
    Place("FRA", "14 Rue de Rivoli", "75004", "Paris"),
    Place("FRA", "2 Place Bellecour", "69002", "Lyon"),
    Place("ITA", "Via Roma 31", "00184", "Roma"),
    Place("ITA", "Corso Francia 9", "10138", "Torino"),
    Place("PRT", "Rua do Carmo 5", "1200-093", "Lisboa"),
    Place("PRT", "Rua das Flores 60", "4050-262", "Porto"),
    Place("NLD", "Damrak 70", "1012 LM", "Amsterdam"),
    Place("NLD", "Oudegracht 158", "3511 AZ", "Utrecht"),
    Place("POL", "ulica Prosta 20", "00-850", "Warszawa"),
    Place("POL", "ulica Piekary 6", "61-823", "Poznan"),
    Place("AUS", "1 Macquarie Street", "2000", "Sydney"),
    Place("AUS", "90 Collins Street", "3000", "Melbourne"),
    Place("IND", "12 Brigade Road", "560025", "Bengaluru"),
    Place("IND", "5 Park Street", "700016", "Kolkata"),
    Place("COL", "Carrera 7 71-21", "110231", "Bogota"),
    Place("COL", "Calle 10 40-20", "050021", "Medellin"),
)
RESIDENCES = tuple(dict.fromkeys(place.country for place in PLACES))

# The same street as it stands on a document and in English letters.
ACCENTED_STREETS = (
    Written("accented", "Calle de Alcalá 42", "Calle de Alcala 42"),
    Written("accented", "Königstraße 5", "Koenigstrasse 5"),
    Written("accented", "Rua São Bento 93", "Rua Sao Bento 93"),
    Written("accented", "12 Rue de l'Université", "12 Rue de l'Universite"),
)

# Citizenships to draw from; none of these countries is under general sanctions, which would be a reason of its own.
NATIONALITIES = (*RESIDENCES, "ARG", "CHL", "IRL", "JPN", "KEN", "KOR", "NGA", "NZL", "PER", "PHL", "SWE", "THA", "ZAF")


@kept
def residences() -> st.SearchStrategy[str]:
    """Alpha-3 codes of the countries in which generated people live; shrinks to USA."""
    return st.sampled_from(RESIDENCES)


@kept
def nationalities() -> st.SearchStrategy[str]:
    """Alpha-3 codes of many countries; shrinks to USA."""
    return st.sampled_from(NATIONALITIES)


def a_nationality(decide: Decisions, residence: str) -> str:
    """The nationality of somebody who lives in `residence`: that of the country, or any (alpha-3)."""
    anywhere = decide.one_of(NATIONALITIES)
    return anywhere if decide.yes() else residence


@cache
def places_in(country: str) -> tuple[Place, ...]:
    """The addresses in one of `RESIDENCES`."""
    return tuple(place for place in PLACES if place.country == country)


@cache
def alpha_2(alpha_3: str) -> str:
    """`US` for `USA`; a KeyError for what is no alpha-3 code."""
    country = pycountry.countries.get(alpha_3=alpha_3)
    if country is None:
        raise KeyError(alpha_3)
    return str(country.alpha_2)


def country_name(alpha_3: str) -> str:
    """`United States` for `USA`."""
    country = pycountry.countries.get(alpha_3=alpha_3)
    if country is None:
        raise KeyError(alpha_3)
    return str(country.name)
