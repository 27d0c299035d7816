"""What the tests of Fin.com's create bodies share: a target at the moment of sending, and what of two bodies differs."""

import datetime as dt

import pycountry
from hypothesis import Phase, settings

from harness.jsontypes import Json
from strategies.placeholders import resolve
from strategies.places import alpha_2

SEEN = settings(phases=[Phase.generate])  # that it appears is enough, the smallest one is of no interest
few = settings(max_examples=25, deadline=None)
TODAY = dt.date(2028, 2, 29)
SUBDIVISIONS: dict[str, list[str]] = {}
for _unit in pycountry.subdivisions:
    SUBDIVISIONS.setdefault(_unit.country_code, []).append(_unit.code)


class Desk:
    """What a target would say at the moment of sending; today is a leap day, the hardest day for arithmetic on years."""

    def __init__(self) -> None:
        self.calls = 0

    def unique(self) -> str:
        self.calls += 1
        return f"rp{self.calls}"

    def today(self) -> dt.date:
        return TODAY

    def listed(self, catalogue: str, country: str | None) -> list[Json]:
        if catalogue != "subdivisions":
            return list(range(11, 41))
        assert country is not None
        return SUBDIVISIONS.get(alpha_2(country), [])


def sent(payload: Json) -> Json:
    """The body as it would be sent."""
    return resolve(payload, Desk())  # type: ignore[arg-type]


def age(born: str) -> int:
    day = dt.date.fromisoformat(born)
    return TODAY.year - day.year - ((TODAY.month, TODAY.day) < (day.month, day.day))


def leaves(value: Json, path: str = "") -> dict[str, Json]:
    """Every leaf by its dotted path; empty objects and lists count as leaves."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaves(child, f"{path}.{key}".strip(".")) for key, child in children]
    return {key: leaf for each in found for key, leaf in each.items()} if found else {path: value}


def changed(before: Json, after: Json) -> set[str]:
    """The paths at which two bodies differ."""
    old, new = leaves(before), leaves(after)
    missing = object()
    return {path for path in {*old, *new} if repr(old.get(path, missing)) != repr(new.get(path, missing))}
