"""Other readings of what create says about values: ages, taxes, subdivisions, amounts, lists, repeats and enumerated words."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any
from zlib import crc32

import pycountry

from mockserver.faulting import ABSENT, Body, at
from mockserver.fincom import validation as v
from mockserver.fincom.catalogue import subdivision_codes
from mockserver.fincom.faults.create_builders import (
    SPOILT,
    all_of,
    blank_text,
    create_body,
    mends,
    mends_body,
    refuses,
    refuses_body,
    texts,
)
from mockserver.fincom.faults.create_places import GOOD, any_subdivision, entries
from mockserver.fincom.individuals import OLDEST, YOUNGEST
from mockserver.fincom.variants.create_refusals import PROBE, complaints, probe, renamed, variant
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

DOB, TAX_INFO, SUBDIVISION = "basic_info.dob", "basic_info.tax_info", "address.subdivision_code"
SECOND, VOLUME = "basic_info.secondary_nationality", "financial_profile.monthly_volume_usd"
FUNDS = "financial_profile.source_of_fund_ids"
SUBDIVISIONS_PATH = re.compile(r"/v1/countries/[^/]+/subdivisions")
TAX_TYPES = ("SSN", "TIN")
SLIP = 500_000  # 002 V1 "Common Pitfalls": not 500000 for 5000 dollars
WORDS = {
    "verification_type": ("STANDARD", "RELIANCE"),
    "basic_info.gender": ("MALE", "FEMALE"),
    "financial_profile.employment_status": ("EMPLOYED", "SELF_EMPLOYED", "RETIRED", "STUDENT", "UNEMPLOYED"),
}


def _is_120(tenant: Tenant, body: Body) -> bool:
    born = v.parse_date(at(body, DOB))
    return born is not None and v.age_on(tenant.clock.today(), born) == OLDEST


def _within(born: date, today: date) -> bool:
    return YOUNGEST <= v.age_on(today, born) <= OLDEST


def _calendar(days: int) -> OnRequest:
    """Reckon ages by a calendar that is some days ahead of UTC's, or behind."""

    def mend(tenant: Tenant, body: Body) -> bool:
        born, today = v.parse_date(at(body, DOB)), tenant.clock.today()
        if born is None or _within(born, today) == _within(born, today + timedelta(days=days)):
            return False
        body["basic_info"]["dob"] = SPOILT if _within(born, today) else GOOD[DOB](body)
        return True

    return mends_body(mend)


def _edits_entries(when: Callable[[dict[str, Any]], bool], key: str, to: Callable[[str], Any]) -> OnRequest:
    """Change one key of the tax entries for which `when` holds."""

    def mend(_: Tenant, body: Body) -> bool:
        found = [entry for entry in entries(body) if when(entry)]
        for entry in found:
            entry[key] = to(str(entry[key]))
        return bool(found)

    return mends_body(mend)


def _number_of(entry: dict[str, Any]) -> str:
    number = entry.get("document_id")
    return number if isinstance(number, str) else ""


def _other_type(entry: dict[str, Any]) -> bool:
    kind, number = entry.get("document_type"), _number_of(entry)
    bound = entry.get("country_code") != "USA" or kind == "SSN" or not isinstance(kind, str)
    return not bound and not v.SSN.fullmatch(number) and v.FOREIGN_TIN.fullmatch(number) is not None


def _ssn_elsewhere(entry: dict[str, Any]) -> bool:
    country, number = entry.get("country_code"), _number_of(entry)
    return entry.get("document_type") == "SSN" and v.is_country(country) and country != "USA" and not v.SSN.fullmatch(number)


def _american(number: str) -> str:
    """Return an American number for any other one, equal ones for equal ones."""
    digits = f"{crc32(number.encode()) % 10**9:09}"
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def _same_but_for_form(_: Tenant, body: Body) -> bool:
    seen: dict[str, str] = {}
    changed = False
    for entry in entries(body):
        number = _number_of(entry)
        plain = re.sub(r"[^0-9A-Z]", "", number.upper())
        if plain and seen.setdefault(plain, number) != number:
            entry["document_id"], changed = SPOILT, True
    return changed


def _bare(body: Body) -> str:
    """Return the country of the address where it has no subdivisions, empty text where it has some."""
    country = at(body, "address.country")
    return str(country) if v.is_country(country) and not subdivision_codes(country) else ""


def _spares_code(_: Tenant, body: Body) -> bool:
    code, country = at(body, SUBDIVISION), _bare(body)
    if not country or not (code is ABSENT or code is None or blank_text(code)):
        return False
    body["address"]["subdivision_code"] = any_subdivision(country)
    return True


@cache
def _lower_codes() -> frozenset[str]:
    """Return the codes of ISO 3166-2 that lie within another subdivision."""
    return frozenset(entry.code for entry in pycountry.subdivisions if entry.parent_code)


def _has_parent(code: str) -> bool:
    return code in _lower_codes()


async def _lists_the_highest_level(_: Tenant, request: Request, call_next: CallNext) -> Response:
    response = await call_next(request)
    if not SUBDIVISIONS_PATH.fullmatch(request.path) or response.status != 200:
        return response
    body = response.json()
    body["data"]["subdivisions"] = [entry for entry in body["data"]["subdivisions"] if not _has_parent(entry["code"])]
    return response.with_json(body)


def _text_of_pairs(_: Tenant, body: Body) -> bool:
    pairs = body.get("meta_data")
    if not isinstance(pairs, dict) or all(isinstance(value, str) for value in pairs.values()):
        return False
    body["meta_data"] = {key: value if isinstance(value, str) else "value" for key, value in pairs.items()}
    return True


def _repeats_a_fund(value: Any) -> bool:
    numbers = [v.as_integer(each) for each in value] if isinstance(value, list) else []
    return len(set(numbers)) < len(numbers)


async def _fields_before_reliance(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    body = create_body(request)
    if body is None or body.get(PROBE) != "RELIANCE" or tenant.settings.reliance:
        return await call_next(request)
    refusal = await probe(request, body, call_next)
    return renamed(refusal, PROBE, []) if complaints(refusal) > 1 else await call_next(request)


def _folds(path: str, words: tuple[str, ...]) -> OnRequest:
    return mends(path, texts(lambda word: word not in words and word.upper() in words), lambda place: place.value.upper())


PEOPLE = (
    variant(
        "tells_fields_before_reliance",
        "fincom/amb-reliance-vs-validation",
        "tells of broken fields first and of the lack of RELIANCE then",
        _fields_before_reliance,
    ),
    variant("refuses_120_years", "fincom-v2/amb-age-120", "refuses people of 120 years", refuses_body(DOB, _is_120)),
    variant("reckons_age_in_the_west", "fincom-v2/amb-age-zone", "begins a birthday after it began by UTC", _calendar(-1)),
    variant("reckons_age_in_the_east", "fincom-v2/amb-age-zone", "begins a birthday before it begins by UTC", _calendar(1)),
    variant(
        "refuses_equal_nationalities",
        "fincom-v2/amb-secondary-equals-primary",
        "refuses a second nationality that equals the first",
        refuses_body(
            SECOND, lambda _, body: v.is_country(at(body, SECOND)) and at(body, SECOND) == at(body, "basic_info.primary_nationality")
        ),
    ),
    variant(
        "folds_enumerated_words",
        "fincom/amb-enum-case",
        "takes enumerated words in any case",
        all_of(*(_folds(path, words) for path, words in WORDS.items())),
    ),
)
TAXES = (
    variant(
        "knows_two_tax_types",
        "fincom-v2/amb-tax-type",
        "takes no other tax document types than SSN and TIN",
        refuses(f"{TAX_INFO}.*.document_type", texts(lambda word: word not in TAX_TYPES)),
    ),
    variant(
        "binds_american_ssn_only",
        "fincom-v2/amb-ssn-scope",
        "demands the American form of type SSN only, not of other American numbers",
        _edits_entries(_other_type, "document_id", _american),
    ),
    variant(
        "binds_every_ssn",
        "fincom-v2/amb-ssn-scope",
        "demands the American form of every number of type SSN, wherever it is from",
        _edits_entries(_ssn_elsewhere, "document_id", lambda _: SPOILT),
    ),
    variant(
        "normalises_tax_numbers",
        "fincom-v2/amb-tax-unique-normal",
        "compares tax numbers without separators and case",
        mends_body(_same_but_for_form),
    ),
)
VALUES = (
    variant(
        "demands_a_listed_subdivision",
        "fincom/amb-subdivision-where-none",
        "refuses addresses in countries without subdivisions",
        refuses_body(SUBDIVISION, lambda _, body: bool(_bare(body))),
    ),
    variant(
        "spares_subdivisions_where_none_are",
        "fincom/amb-subdivision-where-none",
        "demands no subdivision in countries that have none",
        mends_body(_spares_code),
    ),
    variant(
        "knows_the_highest_subdivisions",
        "fincom-v2/amb-subdivision-level",
        "lists and takes the highest level of subdivisions only",
        all_of(refuses(SUBDIVISION, texts(_has_parent)), _lists_the_highest_level),
    ),
    variant(
        "takes_any_metadata_value",
        "fincom/amb-metadata-values",
        "takes any JSON value in meta_data",
        mends_body(_text_of_pairs),
    ),
    variant(
        "caps_volumes_for_plausibility",
        "fincom/amb-volume-cents",
        "refuses volumes from 500000 on as probable amounts in cents",
        refuses(VOLUME, lambda value: (number := v.as_integer(value)) is not None and number >= SLIP),
    ),
    variant(
        "refuses_volumes_with_a_point",
        "fincom/amb-volume-float-form",
        "refuses a whole amount that is written with a decimal point or an exponent",
        refuses(VOLUME, lambda value: isinstance(value, float) and value.is_integer()),
    ),
    variant(
        "refuses_repeated_fund_sources",
        "fincom/amb-fund-duplicates",
        "refuses a fund source that comes twice",
        refuses(FUNDS, _repeats_a_fund),
    ),
)

VARIANTS: tuple[Variant, ...] = (*PEOPLE, *TAXES, *VALUES)
