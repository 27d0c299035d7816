from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.places import RESIDENCES, alpha_2
from suites.fincom.driver import CATALOGUES, Fincom

TYPED = ("purposes", "source_of_funds")
# A look-up of more pages than this does not end.
MOST_PAGES = 500

catalogues = pytest.mark.parametrize("catalogue", CATALOGUES)


@dataclass
class Listing:
    """A catalogue read page by page: its entries, and the last exchange as evidence."""

    entries: list[Json]
    last: Exchange
    pages: int

    @property
    def ids(self) -> list[Json]:
        """The ids, None where an entry has none."""
        return [entry.get("id") if isinstance(entry, dict) else None for entry in self.entries]


def read_all(fincom: Fincom, catalogue: str, *, kind: str = "INDIVIDUAL", per_page: int | None = None) -> Listing:
    """All pages of a catalogue, each of which must be a list."""
    size: dict[str, Any] = {} if per_page is None else {"per_page": per_page}
    entries: list[Json] = []
    page = total = 1
    while page <= min(total, MOST_PAGES):
        last = fincom.expect(fincom.look_up(catalogue, type=kind, current_page=page, **size), answers=["listed"])
        entries += last.data.get(catalogue, [])
        total = int(last.data.get("pagination", {}).get("total_page", 1))
        page += 1
    return Listing(entries, last, page - 1)


@rule("fincom/catalogues-are-listed")
@catalogues
def test_catalogues_are_listed(fincom: Fincom, catalogue: str) -> None:
    """Occupations, and purposes and sources of funds of individuals, can be listed, and the lists are not empty."""
    exchange = fincom.expect(fincom.look_up(catalogue))
    if not exchange.data.get(catalogue):
        raise fincom.breach(f"the list of {catalogue} is empty", exchange)


@rule("fincom/catalogue-ids-are-integers")
@catalogues
def test_catalogue_ids_are_integers(fincom: Fincom, catalogue: str) -> None:
    """Each entry of occupations, purposes and sources of funds carries an integer id."""
    listing = read_all(fincom, catalogue)
    wrong = [entry_id for entry_id in listing.ids if type(entry_id) is not int]
    if wrong or not listing.ids:
        raise fincom.breach(f"of {len(listing.ids)} ids of {catalogue}, these are no integers: {wrong}", listing.last)


@rule("fincom/catalogue-ids-are-unique")
@catalogues
def test_catalogue_ids_are_unique(fincom: Fincom, catalogue: str) -> None:
    """No id stands twice in a list, over all its pages."""
    listing = read_all(fincom, catalogue, per_page=5)
    twice = sorted({str(entry_id) for entry_id in listing.ids if listing.ids.count(entry_id) > 1})
    if twice:
        raise fincom.breach(f"over {listing.pages} pages of {catalogue}, these ids stand more than once: {twice}", listing.last)


@rule("fincom/catalogue-entries-have-titles")
@catalogues
def test_catalogue_entries_have_titles(fincom: Fincom, catalogue: str) -> None:
    """Each entry of occupations, purposes and sources of funds carries a label for people."""
    listing = read_all(fincom, catalogue)
    for entry in listing.entries:
        title = entry.get("title")
        if not isinstance(title, str) or not title.strip():
            raise fincom.breach(f"the entry {entry} of {catalogue} has no title", listing.last)


@rule("fincom/catalogues-are-stable")
@catalogues
def test_catalogues_are_stable(fincom: Fincom, catalogue: str) -> None:
    """Two readings of a list in a row agree, so that it can be cached as the checklist advises."""
    first, second = (read_all(fincom, catalogue) for _ in range(2))
    before, after = ({entry.get("id"): entry.get("title") for entry in each.entries} for each in (first, second))
    if before != after:
        changed = sorted(str(key) for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        raise fincom.breach(f"between two readings of {catalogue}, these entries changed: {changed[:10]}", second.last)


@rule("fincom/catalogue-pages-are-complete")
@catalogues
@given(per_page=st.sampled_from([3, 4, 7, 10, 50]))
def test_catalogue_pages_are_complete(fincom: Fincom, catalogue: str, per_page: int) -> None:
    """Walking the pages of a list yields as many entries as its total says, each once."""
    listing = read_all(fincom, catalogue, per_page=per_page)
    told = listing.last.data.get("pagination")
    if not isinstance(told, dict) or type(told.get("total")) is not int or type(told.get("total_page")) is not int:
        raise fincom.breach(f"the list of {catalogue} tells no total: pagination is {told}", listing.last)
    if len(set(listing.ids)) != told["total"]:
        raise fincom.breach(
            f"{listing.pages} pages of {catalogue} hold {len(set(listing.ids))} ids, the total is {told['total']}", listing.last
        )
    if (pages := math.ceil(told["total"] / per_page)) != told["total_page"]:
        raise fincom.breach(f"{told['total']} entries at {per_page} a page are {pages} pages, not {told['total_page']}", listing.last)


@rule("fincom/catalogue-type-filter-is-honoured")
@pytest.mark.parametrize("catalogue", TYPED)
def test_catalogue_type_filter_is_honoured(fincom: Fincom, catalogue: str) -> None:
    """The options of individuals are not simply those of businesses."""
    individual, business = (read_all(fincom, catalogue, kind=kind) for kind in ("INDIVIDUAL", "BUSINESS"))
    if individual.ids and set(individual.ids) == set(business.ids):
        raise fincom.breach(f"{catalogue} of INDIVIDUAL and of BUSINESS are the same {len(individual.ids)} ids", business.last)


@rule("fincom/unknown-catalogue-type-is-refused")
@pytest.mark.parametrize("catalogue", TYPED)
@given(kind=st.sampled_from(["NONSENSE", "individual", "PERSON", "INDIVIDUALS", "*"]))
def test_unknown_catalogue_type_is_refused(fincom: Fincom, catalogue: str, kind: str) -> None:
    """A kind of customer that does not exist is not answered with the unfiltered list."""
    fincom.expect(fincom.look_up(catalogue, type=kind))


def codes(fincom: Fincom, country: str) -> tuple[list[str], Exchange]:
    """The subdivision codes of an alpha-3 country, and the exchange that listed them."""
    exchange = fincom.expect(fincom.look_up("subdivisions", country=country), answers=["listed"])
    return [str(entry.get("code")) for entry in exchange.data.get("subdivisions", [])], exchange


@rule("fincom/subdivisions-are-listed")
@pytest.mark.parametrize("country", RESIDENCES)
def test_subdivisions_are_listed(fincom: Fincom, country: str) -> None:
    """The subdivisions of a country can be fetched."""
    listed, exchange = codes(fincom, country)
    if not listed:
        raise fincom.breach(f"the list of {country} holds no subdivision with a code", exchange)


@rule("fincom/printed-subdivisions-are-listed")
@pytest.mark.parametrize(("country", "printed", "wrong"), [("USA", "US-CA", "CA"), ("GBR", "GB-ENG", "England")], ids=["usa", "gbr"])
def test_printed_subdivisions_are_listed(fincom: Fincom, country: str, printed: str, wrong: str) -> None:
    """The list of the USA holds US-CA and not CA; that of the United Kingdom holds GB-ENG and not England."""
    listed, exchange = codes(fincom, country)
    if printed not in listed:
        raise fincom.breach(f"{printed} is not in the list of {country}, which starts with {listed[:5]}", exchange)
    if wrong in listed:
        raise fincom.breach(f"{wrong} is in the list of {country}", exchange)


@rule("fincom/subdivision-codes-are-iso-3166-2")
@pytest.mark.parametrize("country", RESIDENCES)
def test_subdivision_codes_are_iso_3166_2(fincom: Fincom, country: str) -> None:
    """Every code is an ISO 3166-2 code of the country asked for."""
    listed, exchange = codes(fincom, country)
    strange = [code for code in listed if not _is_code_of(country, code)]
    if strange or not listed:
        raise fincom.breach(f"of {len(listed)} codes of {country}, these are not of its ISO 3166-2 form: {strange[:10]}", exchange)


def _is_code_of(country: str, code: str) -> bool:
    prefix, _, rest = code.partition("-")
    return prefix == alpha_2(country) and 1 <= len(rest) <= 3 and rest.isascii() and rest.isalnum() and rest == rest.upper()


@rule("fincom/subdivision-codes-are-unique")
@pytest.mark.parametrize("country", RESIDENCES)
def test_subdivision_codes_are_unique(fincom: Fincom, country: str) -> None:
    """No code stands twice in the list of a country."""
    listed, exchange = codes(fincom, country)
    twice = sorted({code for code in listed if listed.count(code) > 1})
    if twice:
        raise fincom.breach(f"in the list of {country}, these codes stand more than once: {twice}", exchange)


def unknown_countries() -> st.SearchStrategy[str]:
    """Three letters that ISO 3166-1 gives to no country, nor leaves to users."""
    assigned = {country.alpha_3 for country in pycountry.countries}
    return st.sampled_from(["QQQ", "ABC", "WWW", "XYZ", "OOO"]).filter(lambda code: code not in assigned)


@rule("fincom/subdivisions-of-unknown-country")
@given(country=unknown_countries())
def test_subdivisions_of_unknown_country(fincom: Fincom, country: str) -> None:
    """A country that does not exist has no list."""
    fincom.expect(fincom.look_up("subdivisions", country=country))


@rule("fincom/amb-subdivision-path")
def test_amb_subdivision_path(fincom: Fincom) -> None:
    """The path of the subdivisions lost its placeholder."""
    fincom.expect(fincom.look_up("subdivisions", country="USA"), answers=["listed"])
    by_alpha_2 = fincom.expect(fincom.look_up("subdivisions", country="US"))
    fincom.observe("both" if by_alpha_2.data.get("subdivisions") else "alpha-3")
