"""Named edits on the financial profile and the metadata (002, V2 Financial Profile)."""

from __future__ import annotations

from strategies.edits import Edit, change, drop, insert, put
from strategies.fincom.customers import EMPLOYMENT_STATUSES
from strategies.numbers import LARGEST_INT32, LARGEST_INT64, MILLIONS, PLAUSIBLE
from strategies.placeholders import Derived, Pick, Unlisted

PROFILE = "financial_profile"
EMPLOYMENT = f"{PROFILE}.employment_status"
OCCUPATION = f"{PROFILE}.occupation_id"
PURPOSE = f"{PROFILE}.purpose_id"
FUNDS = f"{PROFILE}.source_of_fund_ids"
VOLUME = f"{PROFILE}.monthly_volume_usd"
REMARKS = (f"{PROFILE}.purpose_remarks", f"{PROFILE}.source_of_funds_description")
META_DATA = "meta_data"

CATALOGUES = {OCCUPATION: "occupations", PURPOSE: "purposes"}
V1_FUND = f"{PROFILE}.source_of_fund_id"
V1_CATALOGUES = {**CATALOGUES, V1_FUND: "source_of_funds"}
WITHOUT_WORK = ("UNEMPLOYED", "RETIRED", "STUDENT")


def employed_as(status: str) -> Edit:
    """One of the employment statuses."""
    return put(EMPLOYMENT, status, name=status.lower().replace("_", "-"))


EMPLOYED = {status: employed_as(status) for status in EMPLOYMENT_STATUSES}
EMPLOYMENT_UNKNOWN = tuple(
    put(EMPLOYMENT, word, name=name)
    for name, word in (
        ("freelance", "FREELANCE"),
        ("hyphen-for-underscore", "SELF-EMPLOYED"),
        ("empty", ""),
        ("other", "OTHER"),
        ("longer", "EMPLOYED_FULL_TIME"),
    )
)
NO_OCCUPATION = drop(OCCUPATION)


def listed_id(path: str, index: int) -> Edit:
    """The n-th id of the live catalogue of that field, -1 for the last one."""
    return put(path, Pick(V1_CATALOGUES[path], index), name=f"listed-id-{index}" if index >= 0 else "last-listed-id")


def unknown_ids(path: str) -> tuple[Edit, ...]:
    """Integers that the live catalogue does not hold."""
    return (
        put(path, Unlisted(V1_CATALOGUES[path], 1), name="one-above-the-highest"),
        put(path, Unlisted(V1_CATALOGUES[path], 1_000_000), name="far-above-the-highest"),
        put(path, 0, name="zero"),
        put(path, -1, name="negative"),
    )


def not_integer_ids(path: str) -> tuple[Edit, ...]:
    """A good id as text, with a fraction, as a boolean, in a list."""
    return (
        change(path, lambda value: Derived(value, str), name="text"),
        change(path, lambda value: Derived(value, lambda number: number + 0.5), name="fraction"),
        put(path, True, name="boolean"),
        change(path, lambda value: [value], name="list"),
    )


def picked_funds(*indices: int) -> Edit:
    """Listed fund sources."""
    return put(FUNDS, [Pick("source_of_funds", index) for index in indices], name=f"{len(indices)}-listed-fund-sources")


SEVERAL = (0, 1, 2)  # neighbours in the list, so three distinct sources
FUNDS_NO_ARRAY = change(FUNDS, lambda funds: funds[0], name="bare-integer")
FUNDS_EMPTY = put(FUNDS, [], name="empty-list")
FUNDS_UNKNOWN = (
    put(FUNDS, [Unlisted("source_of_funds", 1)], name="one-above-the-highest"),
    put(FUNDS, [0], name="zero"),
    put(FUNDS, [-1], name="negative"),
)
FUNDS_SECOND_UNKNOWN = insert(f"{FUNDS}.1", Unlisted("source_of_funds", 1), name="second-unknown")
FUNDS_NO_INTEGERS = (
    change(FUNDS, lambda funds: [Derived(funds[0], str)], name="text"),
    change(FUNDS, lambda funds: [Derived(funds[0], lambda number: number + 0.5)], name="fraction"),
    put(FUNDS, [None], name="null"),
    put(FUNDS, [True], name="boolean"),
    change(FUNDS, lambda funds: [funds], name="list-in-list"),
)
FUNDS_TWICE = change(FUNDS, lambda funds: [funds[0], funds[0]], name="same-source-twice")


def not_text_remarks(path: str) -> tuple[Edit, ...]:
    """A number and a list where free text belongs."""
    return put(path, 7, name="number"), change(path, lambda text: [text], name="list")


VOLUME_ZERO = put(VOLUME, 0, name="zero")
VOLUMES = tuple(put(VOLUME, amount, name=str(amount)) for amount in (1, 5000, PLAUSIBLE))
VOLUME_NEGATIVE = (put(VOLUME, -1, name="minus-one"), put(VOLUME, -5000, name="minus-5000"))
VOLUME_FRACTION = (put(VOLUME, 5000.50, name="with-cents"), put(VOLUME, 0.01, name="one-cent"))
VOLUME_TEXT = tuple(
    put(VOLUME, text, name=name)
    for name, text in (("digits", "5000"), ("thousands-comma", "5,000"), ("dollar-sign", "$5000"), ("empty", ""))
)
VOLUME_HUGE = (
    put(VOLUME, LARGEST_INT32 + 1, name="2-to-the-31"),
    put(VOLUME, LARGEST_INT64, name="2-to-the-63-less-1"),
    put(VOLUME, LARGEST_INT64 + 1, name="2-to-the-63"),
    put(VOLUME, 10**30, name="10-to-the-30"),
)
VOLUME_LARGE = (put(VOLUME, 500_000, name="5000-dollars-as-cents"), put(VOLUME, MILLIONS, name="five-millions"))
VOLUME_AS_FLOAT = put(VOLUME, 5000.0, name="integer-with-a-point")

METADATA_PAIRS = insert(META_DATA, {"reference": "client-ref-abc-001", "Team 7 / EU": "a=b; c", "n": "1"}, name="text-pairs")
METADATA_EMPTY = insert(META_DATA, {}, name="no-pairs")
METADATA_NO_OBJECT = (
    insert(META_DATA, ["reference"], name="list"),
    insert(META_DATA, "reference", name="text"),
    insert(META_DATA, 1, name="number"),
)
METADATA_VALUES = {
    "number": insert(META_DATA, {"tier": 2}, name="number-as-value"),
    "nested": insert(META_DATA, {"tags": {"tier": "gold"}}, name="object-as-value"),
    "list": insert(META_DATA, {"tags": ["gold"]}, name="list-as-value"),
    "null": insert(META_DATA, {"tier": None}, name="null-as-value"),
}
# Keys that mean something elsewhere in the body or in the provider's record.
METADATA_MIMICRY = insert(
    META_DATA,
    {
        "verification_type": "RELIANCE",
        "customer_status": "APPROVED",
        "email": "other@example.org",
        "first_name": "Other",
        "customer_id": "00000000-0000-4000-8000-000000000000",
    },
    name="keys-of-the-record",
)
