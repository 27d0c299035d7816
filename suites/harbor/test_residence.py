from __future__ import annotations

from hypothesis import given

from harness.errors import NotCheckable
from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop, put
from strategies.harbor import person_edits as edits
from strategies.harbor.individuals import individuals, non_us_individuals, us_individuals
from strategies.harbor.standard import standard_non_us, standard_us
from suites.harbor.driver import Harbor, entries_of

# Countries and territories without a subdivision in ISO 3166-2.
WITHOUT_SUBDIVISIONS = ("GI", "BM", "KY", "IM", "HK", "AW")


def undivided(harbor: Harbor) -> str:
    """A country whose look-up is empty."""
    for country in WITHOUT_SUBDIVISIONS:
        if not entries_of(harbor.look_up("subdivisions", country)):
            return country
    raise NotCheckable(f"set-up: the look-up gives subdivisions for each of {', '.join(WITHOUT_SUBDIVISIONS)}")


@rule("harbor/sub-street-required")
@given(person=individuals())
def test_sub_street_required(harbor: Harbor, person: Json) -> None:
    """The second line of the street is demanded like the first."""
    harbor.refuses_submit(person, drop(edits.SUB_STREET))


@rule("harbor/amb-sub-street-empty")
def test_amb_sub_street_empty(harbor: Harbor) -> None:
    """The second line of the street is required, and houses without a flat have none."""
    harbor.observes_submit(standard_us(), edits.EMPTY_SUB_STREET)


@rule("harbor/non-us-postal-formats-accepted")
@given(person=non_us_individuals(country="GBR"))
def test_non_us_postal_formats_accepted(harbor: Harbor, person: Json) -> None:
    """A British postal code with letters is taken."""
    harbor.accepts(
        person, put(edits.POSTAL_CODE, "SW1A1AA", name="as-in-the-example"), put(edits.POSTAL_CODE, "M1 1AE", name="with-a-blank")
    )


@rule("harbor/state-required-when-subdivided")
@given(person=us_individuals())
def test_state_required_when_subdivided(harbor: Harbor, person: Json) -> None:
    """A resident of the United States must give the state."""
    harbor.refuses_submit(person, edits.WITHOUT_STATE)


@rule("harbor/state-from-lookup-only")
@given(person=us_individuals())
def test_state_from_lookup_only(harbor: Harbor, person: Json) -> None:
    """A state that is not in the list of the United States is refused, and so is its full name."""
    harbor.refuses_submit(person, edits.STATE_NOT_LISTED)


@rule("harbor/state-omitted-when-none")
@given(person=non_us_individuals())
def test_state_omitted_when_none(harbor: Harbor, person: Json) -> None:
    """Where a country has no subdivisions, no state is given."""
    harbor.accepts(person, edits.in_country(undivided(harbor)))


@rule("harbor/amb-state-outside-us")
def test_amb_state_outside_us(harbor: Harbor) -> None:
    """Whether other countries with subdivisions demand the state."""
    harbor.observes_submit(standard_non_us(), edits.WITHOUT_STATE)


@rule("harbor/amb-state-checked-outside-us")
def test_amb_state_checked_outside_us(harbor: Harbor) -> None:
    """Whether the state is checked against the list in other countries."""
    harbor.observes_submit(standard_non_us(), put(edits.STATE, "QQ", name="unknown-code"))


@rule("harbor/amb-state-with-country")
def test_amb_state_with_country(harbor: Harbor) -> None:
    """Whether the full ISO 3166-2 code is taken as well."""
    harbor.observes_submit(standard_us(), edits.STATE_WITH_COUNTRY)


@rule("harbor/amb-state-where-none")
def test_amb_state_where_none(harbor: Harbor) -> None:
    """What a state is taken for where a country has none."""
    country = undivided(harbor)
    harbor.observes_submit(standard_non_us(), put(edits.COUNTRY, country, name=f"state-in-{country.lower()}"))
