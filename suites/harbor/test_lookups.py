from __future__ import annotations

import pytest

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import put
from strategies.harbor.person_edits import OCCUPATION, STATE
from strategies.harbor.standard import standard_us
from suites.harbor.calls import LOOK_UPS
from suites.harbor.driver import Harbor, entries_of
from suites.judging import objections

SUBDIVIDED = ("US", "GB", "CA", "AU", "DE")
SAMPLE_OCCUPATIONS = ("legislators_and_senior_officials", "software_and_applications_developers_and_analysts")
UNKNOWN_COUNTRIES = ("QZ", "XX", "ZY")
catalogues = pytest.mark.parametrize("catalogue", LOOK_UPS)


def codes(harbor: Harbor, catalogue: str, country: str | None = None) -> tuple[list[Json], Exchange]:
    """The codes or slugs of a list, which must be listed, and the exchange that told them."""
    exchange = harbor.expect(harbor.look_up(catalogue, country), answers=["listed"])
    listed = entries_of(exchange)
    if strange := [entry for entry in listed if not isinstance(entry, str) or not entry]:
        raise harbor.breach(f"{len(strange)} entries of {catalogue} carry no code or value, such as {exchange.text[:120]}", exchange)
    return listed, exchange


@rule("harbor/subdivisions-listed")
@pytest.mark.parametrize("country", SUBDIVIDED)
def test_subdivisions_listed(harbor: Harbor, country: str) -> None:
    """A country with subdivisions gives entries that carry a code."""
    codes(harbor, "subdivisions", country)


@rule("harbor/subdivisions-us-known-codes")
def test_subdivisions_us_known_codes(harbor: Harbor) -> None:
    """The list of the United States holds VA and WA in their short form."""
    listed, exchange = codes(harbor, "subdivisions", "US")
    if missing := {"VA", "WA"} - set(listed):
        raise harbor.breach(f"the list of US lacks {', '.join(sorted(missing))}; it starts with {listed[:5]}", exchange)
    if prefixed := [code for code in listed if str(code).startswith("US-")]:
        raise harbor.breach(f"codes of US carry the country in front: {prefixed[:5]}", exchange)


@rule("harbor/subdivisions-gb-known-code")
def test_subdivisions_gb_known_code(harbor: Harbor) -> None:
    """The list of the United Kingdom holds ENG."""
    listed, exchange = codes(harbor, "subdivisions", "GB")
    if "ENG" not in listed:
        raise harbor.breach(f"the list of GB lacks ENG; it starts with {listed[:5]}", exchange)


@rule("harbor/subdivisions-per-country")
def test_subdivisions_per_country(harbor: Harbor) -> None:
    """A country's list holds its own codes and no other country's."""
    for country, foreign in (("US", "ENG"), ("GB", "VA"), ("GB", "CA")):
        listed, exchange = codes(harbor, "subdivisions", country)
        if foreign in listed:
            raise harbor.breach(f"the list of {country} holds {foreign}", exchange)


@rule("harbor/subdivisions-codes-unique")
@pytest.mark.parametrize("country", SUBDIVIDED)
def test_subdivisions_codes_unique(harbor: Harbor, country: str) -> None:
    """No code stands twice in a country's list."""
    each_once(harbor, *codes(harbor, "subdivisions", country))


@rule("harbor/occupations-unique")
def test_occupations_unique(harbor: Harbor) -> None:
    """No occupation stands twice in the list."""
    each_once(harbor, *codes(harbor, "occupations"))


def each_once(harbor: Harbor, listed: list[Json], exchange: Exchange) -> None:
    """Nothing may stand twice."""
    if twice := sorted({code for code in listed if listed.count(code) > 1}):
        raise harbor.breach(f"these stand more than once: {', '.join(twice[:10])}", exchange)


@rule("harbor/subdivisions-none-country")
def test_subdivisions_none_country(harbor: Harbor) -> None:
    """A country without subdivisions gives nothing to choose, and no error of the server's."""
    for country in ("HK", "GI"):
        harbor.expect(harbor.look_up("subdivisions", country))


@rule("harbor/amb-no-subdivisions")
def test_amb_no_subdivisions(harbor: Harbor) -> None:
    """What the look-up answers for a country that has no subdivisions."""
    observed(harbor, harbor.look_up("subdivisions", "GI"))


def observed(harbor: Harbor, exchange: Exchange) -> None:
    """The answer must be of the closed set, and is recorded."""
    harbor.expect(exchange)
    harbor.observe("empty" if exchange.status == 200 else str(exchange.status))


@rule("harbor/subdivisions-unknown-country")
@pytest.mark.parametrize("country", UNKNOWN_COUNTRIES)
def test_subdivisions_unknown_country(harbor: Harbor, country: str) -> None:
    """A code that is no country's gives nothing to choose."""
    harbor.expect(harbor.look_up("subdivisions", country))


@rule("harbor/industries-unknown-country")
@pytest.mark.parametrize("country", UNKNOWN_COUNTRIES)
def test_industries_unknown_country(harbor: Harbor, country: str) -> None:
    """A code that is no country's gives no industries."""
    harbor.expect(harbor.look_up("industries", country))


@rule("harbor/amb-unknown-country-list")
def test_amb_unknown_country_list(harbor: Harbor) -> None:
    """What a look-up answers for a country that does not exist."""
    observed(harbor, harbor.look_up("subdivisions", "QZ"))


@rule("harbor/subdivision-code-roundtrip")
def test_subdivision_code_roundtrip(harbor: Harbor) -> None:
    """The codes listed for the United States are taken as the state of a resident."""
    # All of them: a list and a validator differ in single entries, mostly in territories.
    listed, _ = codes(harbor, "subdivisions", "US")
    harbor.accepts(standard_us(), *(put(STATE, code, name=f"state-{code}") for code in listed))


@rule("harbor/occupations-listed")
def test_occupations_listed(harbor: Harbor) -> None:
    """Occupations are listed."""
    codes(harbor, "occupations")


@rule("harbor/job-titles-listed")
def test_job_titles_listed(harbor: Harbor) -> None:
    """Positions are listed."""
    codes(harbor, "job-titles")


@rule("harbor/industries-listed")
def test_industries_listed(harbor: Harbor) -> None:
    """The industries of a country are listed."""
    codes(harbor, "industries", "US")


@rule("harbor/occupations-hold-sample-slugs")
@pytest.mark.parametrize("slug", SAMPLE_OCCUPATIONS)
def test_occupations_hold_sample_slugs(harbor: Harbor, slug: str) -> None:
    """The occupations of the examples are listed, or refused in a submission as well."""
    listed, exchange = codes(harbor, "occupations")
    if slug in listed:
        return
    taken = harbor.submit(harbor.ready(), put(OCCUPATION, slug, name=slug)(standard_us()))
    if not objections(taken, answers=["accepted"]):
        raise harbor.breach(f"{slug} is not listed, and a submission with it is taken", exchange, taken)


@rule("harbor/occupation-roundtrip")
def test_occupation_roundtrip(harbor: Harbor) -> None:
    """The occupations listed are taken in a submission."""
    listed, _ = codes(harbor, "occupations")
    harbor.accepts(standard_us(), *(put(OCCUPATION, slug, name=f"occupation-{slug}") for slug in listed))


@rule("harbor/occupations-global")
def test_occupations_global(harbor: Harbor) -> None:
    """Every application gets the same occupations."""
    ours, _ = codes(harbor, "occupations")
    theirs, exchange = codes(harbor.second(), "occupations")
    if set(ours) != set(theirs):
        raise harbor.breach(f"two applications get lists that differ in {sorted(set(ours) ^ set(theirs))[:10]}", exchange)


@rule("harbor/lookups-are-get-and-idempotent")
@catalogues
def test_lookups_are_get_and_idempotent(harbor: Harbor, catalogue: str) -> None:
    """Look-ups need no idempotency key and read the same twice in a row."""
    first, _ = codes(harbor, catalogue, LOOK_UPS[catalogue])
    second, exchange = codes(harbor, catalogue, LOOK_UPS[catalogue])
    if set(first) != set(second):
        raise harbor.breach(f"two readings in a row differ in {sorted(set(first) ^ set(second))[:10]}", exchange)


@rule("harbor/amb-list-wrapper")
@catalogues
def test_amb_list_wrapper(harbor: Harbor, catalogue: str) -> None:
    """How a list is wrapped is not shown."""
    exchange = harbor.expect(harbor.look_up(catalogue, LOOK_UPS[catalogue]))
    harbor.observe("bare" if isinstance(exchange.json, list) else "data")
