"""Servers that misjudge the financial profile."""

from collections.abc import Callable, Sequence
from typing import Any

from mockserver.faulting import ABSENT, Body, at
from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import OCCUPATIONS, PURPOSES, SOURCES_OF_FUNDS, Item
from mockserver.fincom.faults.create_builders import (
    Test,
    accepts,
    breaks_down,
    equals,
    fault,
    is_a,
    mends,
    mends_body,
    not_text,
    refuses,
    texts,
)
from mockserver.fincom.faults.create_places import GOOD, listed
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

EMPLOYMENT, VOLUME = "financial_profile.employment_status", "financial_profile.monthly_volume_usd"
OCCUPATION, PURPOSE = "financial_profile.occupation_id", "financial_profile.purpose_id"
FUNDS, FUND = "financial_profile.source_of_fund_ids", "financial_profile.source_of_fund_ids.*"
REMARKS = ("financial_profile.purpose_remarks", "financial_profile.source_of_funds_description")
STATUSES = ("EMPLOYED", "SELF_EMPLOYED", "RETIRED", "STUDENT", "UNEMPLOYED")
WITHOUT_WORK = STATUSES[2:]
CHOICES: tuple[tuple[str, str, Sequence[Item]], ...] = ((OCCUPATION, "occupation", OCCUPATIONS), (PURPOSE, "purpose", PURPOSES))
PAGE = 10


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fraction(value: Any) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _unlisted(items: Sequence[Item]) -> Test:
    known = {item.id for item in items}
    return lambda value: _integer(value) and value not in known


def _business(items: Sequence[Item]) -> Test:
    theirs = {item.id for item in items} - set(listed(items))
    return lambda value: _integer(value) and value in theirs


def _among(identifiers: Sequence[int]) -> Test:
    return lambda value: v.as_integer(value) in identifiers


def _accepts_fund(when: Test) -> OnRequest:
    return mends(FUND, when, lambda _: listed(SOURCES_OF_FUNDS)[0])


def _later_funds(_: Tenant, body: Body) -> bool:
    found = at(body, FUNDS)
    if not isinstance(found, list):
        return False
    kept = [value for index, value in enumerate(found) if not index or not _unlisted(SOURCES_OF_FUNDS)(value)]
    body["financial_profile"]["source_of_fund_ids"] = kept
    return len(kept) < len(found)


def _spares_occupation(status: str) -> OnRequest:
    def mend(_: Tenant, body: Body) -> bool:
        if at(body, EMPLOYMENT) != status or at(body, OCCUPATION) is not ABSENT:
            return False
        body["financial_profile"]["occupation_id"] = GOOD[OCCUPATION](body)
        return True

    return mends_body(mend)


def _amounts(when: Callable[[int], bool]) -> Test:
    return lambda value: (number := v.as_integer(value)) is not None and when(number)


def _of_count(test: Callable[[int], bool]) -> Test:
    return lambda value: isinstance(value, list) and test(len(value))


EMPLOYMENTS = (
    *(
        fault(
            f"refuses_{word.lower()}",
            f"employment-{word.lower().replace('_', '-')}-is-accepted",
            f"refuses {word}",
            refuses(EMPLOYMENT, equals(word)),
        )
        for word in STATUSES
    ),
    fault(
        "takes_any_employment",
        "employment-unknown-is-refused",
        "takes any word as employment status",
        accepts(EMPLOYMENT, texts(lambda word: word.upper() not in STATUSES)),
    ),
    fault(
        "takes_empty_employment", "employment-unknown-is-refused", "takes empty text as employment status", accepts(EMPLOYMENT, equals(""))
    ),
    fault(
        "reads_hyphens_of_employment",
        "employment-unknown-is-refused",
        "reads SELF-EMPLOYED as SELF_EMPLOYED",
        accepts(EMPLOYMENT, equals("SELF-EMPLOYED")),
    ),
    *(
        fault(
            f"asks_no_occupation_of_{word.lower()}",
            "occupation-needed-when-unemployed",
            f"demands no occupation of {word}",
            _spares_occupation(word),
        )
        for word in WITHOUT_WORK
    ),
)
IDENTIFIERS = (
    fault(
        "knows_the_first_occupations_only",
        "occupation-id-catalogue-is-accepted",
        "knows the first page of its own list of occupations only",
        refuses(OCCUPATION, _among(listed(OCCUPATIONS)[PAGE:])),
    ),
    *(
        fault(f"refuses_the_last_{name}", rule, f"refuses the last {says} of its own list", refuses(path, _among(listed(items)[-1:])))
        for path, name, says, rule, items in (
            (OCCUPATION, "occupation", "occupation", "occupation-id-catalogue-is-accepted", OCCUPATIONS),
            (PURPOSE, "purpose", "purpose", "purpose-id-catalogue-is-accepted", PURPOSES),
            (FUND, "fund_source", "fund source", "fund-sources-catalogue-is-accepted", SOURCES_OF_FUNDS),
        )
    ),
    *(
        row
        for path, name, items in CHOICES
        for row in (
            fault(
                f"accepts_unknown_{name}", f"{name}-id-unknown-is-refused", f"takes any integer as {name}", accepts(path, _unlisted(items))
            ),
            fault(
                f"accepts_{name}_zero",
                f"{name}-id-unknown-is-refused",
                f"takes 0 as {name}",
                accepts(path, lambda value: _integer(value) and value == 0),
            ),
            fault(
                f"accepts_negative_{name}",
                f"{name}-id-unknown-is-refused",
                f"takes negative numbers as {name}",
                accepts(path, lambda value: _integer(value) and value < 0),
            ),
            fault(
                f"breaks_down_on_unknown_{name}",
                f"{name}-id-unknown-is-refused",
                f"answers 500 to a {name} that is not listed",
                breaks_down(path, _unlisted(items)),
            ),
            fault(
                f"reads_text_as_{name}", f"{name}-id-is-an-integer", f"reads digits in text as {name}", accepts(path, texts(str.isdigit))
            ),
            fault(f"cuts_fractions_of_{name}", f"{name}-id-is-an-integer", f"cuts the fraction off a {name}", accepts(path, _fraction)),
            fault(f"reads_true_as_{name}", f"{name}-id-is-an-integer", f"reads true as the {name} 1", accepts(path, is_a(bool))),
            fault(
                f"takes_the_first_{name}_of_a_list",
                f"{name}-id-is-an-integer",
                f"takes a list where one {name} is due",
                accepts(path, is_a(list)),
            ),
        )
    ),
    fault(
        "accepts_business_purposes",
        "business-purpose-is-refused",
        "takes purposes of businesses from a person",
        accepts(PURPOSE, _business(PURPOSES)),
    ),
    fault(
        "accepts_business_fund_sources",
        "business-fund-source-is-refused",
        "takes fund sources of businesses from a person",
        _accepts_fund(_business(SOURCES_OF_FUNDS)),
    ),
)
FUND_SOURCES = (
    fault(
        "demands_two_fund_sources",
        "fund-sources-single-is-accepted",
        "demands two fund sources",
        refuses(FUNDS, _of_count(lambda count: count == 1)),
    ),
    fault(
        "takes_one_fund_source",
        "fund-sources-several-are-accepted",
        "takes one fund source only",
        refuses(FUNDS, _of_count(lambda count: count > 1)),
    ),
    fault(
        "wraps_a_fund_source",
        "fund-sources-is-an-array",
        "takes a bare integer for a list of one",
        mends(FUNDS, _integer, lambda place: [place.value]),
    ),
    fault(
        "accepts_no_fund_source",
        "fund-sources-empty-is-refused",
        "takes an empty list of fund sources",
        accepts(FUNDS, lambda value: value == []),
    ),
    fault(
        "accepts_unknown_fund_sources",
        "fund-sources-unknown-is-refused",
        "takes any integer as fund source",
        _accepts_fund(_unlisted(SOURCES_OF_FUNDS)),
    ),
    fault(
        "checks_the_first_fund_source_only", "every-fund-source-is-checked", "looks at the first fund source only", mends_body(_later_funds)
    ),
    fault(
        "reads_text_as_fund_source", "fund-sources-are-integers", "reads digits in text as fund source", _accepts_fund(texts(str.isdigit))
    ),
    fault("cuts_fractions_of_fund_source", "fund-sources-are-integers", "cuts the fraction off a fund source", _accepts_fund(_fraction)),
    fault(
        "skips_null_fund_sources",
        "fund-sources-are-integers",
        "skips null among the fund sources",
        _accepts_fund(lambda value: value is None),
    ),
    fault("reads_true_as_fund_source", "fund-sources-are-integers", "reads true as the fund source 1", _accepts_fund(is_a(bool))),
    *(
        fault(
            f"keeps_anything_as_{path.rpartition('.')[2]}",
            "remarks-are-text",
            f"does not look at the type of {path.rpartition('.')[2]}",
            mends(path, not_text, lambda _: ABSENT),
        )
        for path in REMARKS
    ),
    fault(
        "reads_numbers_as_remarks",
        "remarks-are-text",
        "turns a number into text where remarks are due",
        mends(REMARKS[0], lambda value: _integer(value) or isinstance(value, float), lambda place: str(place.value)),
    ),
)
VOLUMES = (
    fault(
        "counts_volume_zero_as_missing",
        "volume-zero-is-accepted",
        "takes a volume of 0 for a missing one",
        refuses(VOLUME, _amounts(lambda usd: usd == 0)),
    ),
    fault(
        "refuses_volume_one", "volume-is-accepted", "demands more than one dollar, or none", refuses(VOLUME, _amounts(lambda usd: usd == 1))
    ),
    fault(
        "caps_volume_at_a_hundred_thousand",
        "volume-is-accepted",
        "refuses volumes above a hundred thousand",
        refuses(VOLUME, _amounts(lambda usd: usd > 100_000)),
    ),
    fault(
        "caps_volume_at_ten_thousand",
        "volume-is-accepted",
        "refuses volumes above ten thousand",
        refuses(VOLUME, _amounts(lambda usd: usd > 10_000)),
    ),
    fault(
        "accepts_negative_volumes", "volume-negative-is-refused", "takes negative volumes", accepts(VOLUME, _amounts(lambda usd: usd < 0))
    ),
    fault(
        "rounds_volumes",
        "volume-fraction-is-refused",
        "rounds a volume with cents",
        mends(VOLUME, _fraction, lambda place: round(place.value)),
    ),
    fault("reads_text_as_volume", "volume-text-is-refused", "reads digits in text as volume", accepts(VOLUME, texts(str.isdigit))),
    fault(
        "reads_separators_of_volumes",
        "volume-text-is-refused",
        "reads volumes with thousands separators",
        accepts(VOLUME, texts(lambda text: "," in text and text.replace(",", "").isdigit())),
    ),
    fault(
        "reads_dollar_signs_of_volumes",
        "volume-text-is-refused",
        "reads volumes behind a dollar sign",
        accepts(VOLUME, texts(lambda text: text.startswith("$") and text[1:].isdigit())),
    ),
    fault(
        "breaks_down_beyond_32_bits",
        "volume-overflow-is-no-5xx",
        "answers 500 to volumes beyond 32 bits",
        breaks_down(VOLUME, _amounts(lambda usd: usd >= 2**31)),
    ),
    fault(
        "breaks_down_beyond_64_bits",
        "volume-overflow-is-no-5xx",
        "answers 500 to volumes beyond 64 bits",
        breaks_down(VOLUME, _amounts(lambda usd: usd >= 2**63)),
    ),
)
FAULTS: tuple[Fault, ...] = (*EMPLOYMENTS, *IDENTIFIERS, *FUND_SOURCES, *VOLUMES)
