"""The faults and variants of create: complete by the rules, and each of them does something to a request that has its trait."""

import asyncio
import copy
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.clock import Clock, instant
from mockserver.fincom.faults import (
    FAULTS,
    create_birth,
    create_body,
    create_contact,
    create_countries,
    create_kept,
    create_names,
    create_old_keys,
    create_presence,
    create_profile,
    create_taxes,
    create_verification,
)
from mockserver.fincom.model import Settings
from mockserver.fincom.provider import Fincom
from mockserver.fincom.variants import VARIANTS, create_repeats, create_text, create_values
from mockserver.http import JSON_HEADERS, Request, Response
from mockserver.tenants import Registry, Tenant
from mockserver.wrappers import Active, Variant, Wrapper, by_name
from tests.mockserver_kit import ABSENT, edited, person, person_of_v1

SPECS = Path(__file__).parent.parent / "specs"
MODULES = (
    create_birth,
    create_body,
    create_contact,
    create_countries,
    create_kept,
    create_names,
    create_old_keys,
    create_presence,
    create_profile,
    create_taxes,
    create_verification,
)
OURS = [row for module in MODULES for row in module.FAULTS]
READINGS = [row for module in (create_repeats, create_text, create_values) for row in module.VARIANTS]
EMAIL, PHONE, DOB = "basic_info.email", "basic_info.phone", "basic_info.dob"


@functools.cache
def written(name: str) -> dict[str, Any]:
    """Return a rules file."""
    loaded: dict[str, Any] = yaml.safe_load((SPECS / name).read_text(encoding="utf-8"))
    return loaded


def create_rules() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = written("fincom.create.rules.yaml")["rules"]
    return rules


def everything(key: str) -> set[str]:
    files = [written(path.name) for path in SPECS.glob("fincom*.rules.yaml")]
    rows = [row for file in files for row in file.get(key, ())]
    return {name for row in rows for name in (row["id"], *row.get("covers", ()))}


def test_names_are_unique() -> None:
    assert len(by_name([*FAULTS, *VARIANTS])) == len(FAULTS) + len(VARIANTS)


@pytest.mark.parametrize("row", [*OURS, *READINGS], ids=lambda row: row.name)
def test_what_a_row_says_is_a_sentence(row: Wrapper) -> None:
    assert row.says[0].islower()
    assert not row.says.endswith(".")
    assert len(row.says.split()) > 1


def test_faults_name_rules_that_exist() -> None:
    assert {rule for row in OURS for rule in row.rules} <= everything("rules")


def test_variants_name_ambiguities_that_exist() -> None:
    assert {row.ambiguity for row in READINGS} <= everything("ambiguities")


def test_every_testable_rule_of_create_is_broken() -> None:
    broken = {rule for row in OURS for rule in row.rules}
    testable = [rule for rule in create_rules() if "not_tested" not in rule]
    assert not [rule["id"] for rule in testable if not broken & {rule["id"], *rule.get("covers", ())}]


def test_every_member_of_a_family_is_broken() -> None:
    broken = {rule for row in OURS for rule in row.rules}
    families = [rule for rule in create_rules() if "not_tested" not in rule and rule["id"] not in broken]
    assert not [row for rule in families for row in rule.get("covers", ()) if row not in broken]


def test_every_open_spot_of_create_is_read_otherwise() -> None:
    read = {row.ambiguity for row in VARIANTS}
    assert not [
        spot["id"] for spot in written("fincom.create.rules.yaml")["ambiguities"] if "not_observable" not in spot and spot["id"] not in read
    ]


@pytest.fixture
def tenant() -> Tenant:
    clock = Clock()
    clock.set(instant("2026-03-10T12:00:00Z"), "stopped")
    provider = Fincom()
    made = Registry([provider]).open(provider, Settings(), clock)
    provider.open_account(made)
    return made


def asked(tenant: Tenant, *wrappers: Wrapper, body: dict[str, Any], version: str = "v2") -> tuple[Response, list[Active]]:
    """Return what create answers with wrappers on, and how often each of them changed something."""
    active = [Active(wrapper) for wrapper in wrappers]
    tenant.wrappers.set(active)
    token = next(token for token, kept in tenant.data.tokens.items() if kept.kind == "access")
    headers = {**JSON_HEADERS, "authorization": f"Bearer {token}"}
    request = Request("POST", f"/{version}/customers/individual", headers=headers).with_json(body)

    async def honest(sent: Request) -> Response:
        return tenant.provider.handle(tenant, sent)

    return asyncio.run(tenant.wrappers.answer(tenant, request, honest)), active


def with_edits(edits: dict[str, Any]) -> dict[str, Any]:
    return functools.reduce(lambda body, edit: edited(body, *edit), edits.items(), copy.deepcopy(person()))


# A request that the honest server refuses (or takes), and the fault that takes (or refuses) it.
TAKEN: dict[str, dict[str, Any]] = {
    "accepts_missing_first_name": {"basic_info.first_name": ABSENT},
    "accepts_null_occupation_id": {"financial_profile.occupation_id": None},
    "accepts_white_space_as_address_city": {"address.city": "  "},
    "accepts_anything_as_phone": {PHONE: ["+14155552671"]},
    "accepts_missing_address": {"address": ABSENT},
    "accepts_list_as_financial_profile": {"financial_profile": []},
    "defaults_to_standard": {"verification_type": ABSENT},
    "downgrades_reliance_without_flag": {"verification_type": "RELIANCE"},
    "accepts_non_ascii_last_name_alone": {"basic_info.last_name": "García"},
    "accepts_blank_middle_name_en": {"basic_info.middle_name": "Ñ", "basic_info.middle_name_en": " "},
    "lends_partners": {"basic_info.first_name": "José", "basic_info.first_name_en": "Jose", "basic_info.last_name": "García"},
    "reads_dob_with_slashes": {DOB: "15/04/1990"},
    "rolls_impossible_days_over": {DOB: "1990-02-30"},
    "accepts_minors": {DOB: "2010-01-01"},
    "reckons_age_by_the_year": {DOB: "2008-12-31"},
    "lowers_the_domain": {EMAIL: "maria@Example.com"},
    "accepts_two_at_signs": {EMAIL: "a@b@example.com"},
    "completes_national_numbers": {PHONE: "(415) 555-2671"},
    "strips_dots_from_phone": {PHONE: "+1.415.555.2671"},
    "reads_alpha_2_as_country_of_residence": {"basic_info.country_of_residence": "US"},
    "compares_countries_as_text": {"basic_info.country_of_residence": "US", "address.country": "US"},
    "accepts_country_mismatch": {"address.country": "MEX"},
    "completes_short_codes": {"address.subdivision_code": "CA"},
    "has_one_list_of_subdivisions": {"address.subdivision_code": "GB-ENG"},
    "wraps_a_tax_object": {"basic_info.tax_info": person()["basic_info"]["tax_info"][0]},
    "keeps_repeated_tax_numbers": {"basic_info.tax_info": person()["basic_info"]["tax_info"] * 2},
    "adds_ssn_hyphens": {"basic_info.tax_info.0.document_id": "123456789"},
    "asks_no_occupation_of_retired": {"financial_profile.employment_status": "RETIRED", "financial_profile.occupation_id": ABSENT},
    "checks_the_first_fund_source_only": {"financial_profile.source_of_fund_ids": [1, 999]},
    "rounds_volumes": {"financial_profile.monthly_volume_usd": 5000.5},
    "reads_street_of_v1": {"address.street_line_1": ABSENT, "address.street": "1 Old Street"},
}
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "refuses_full_bodies": ("basic_info.middle_name", {}),
    "demands_gender": ("basic_info.gender", {"basic_info.gender": ABSENT}),
    "demands_first_name_en_always": ("basic_info.first_name_en", {}),
    "refuses_plus_tags": (EMAIL, {EMAIL: "maria+1@example.com"}),
    "takes_american_numbers_only": (PHONE, {PHONE: "+442071838750"}),
    "excludes_18": (DOB, {DOB: "2008-01-01"}),
    "ties_nationality_to_residence": ("basic_info.primary_nationality", {"basic_info.primary_nationality": "FRA"}),
    "refuses_student": ("financial_profile.employment_status", {"financial_profile.employment_status": "STUDENT"}),
    "counts_volume_zero_as_missing": ("financial_profile.monthly_volume_usd", {"financial_profile.monthly_volume_usd": 0}),
    "refuses_empty_metadata": ("meta_data", {"meta_data": {}}),
    "takes_latin_letters_only": ("basic_info.first_name", {"basic_info.first_name": "Мария", "basic_info.first_name_en": "Maria"}),
    "refuses_unknown_keys": ("basic_info.nickname", {"basic_info.nickname": "Mia"}),
    "refuses_null_in_optional_fields": ("basic_info.gender", {"basic_info.gender": None}),
    "refuses_120_years": (DOB, {DOB: "1906-01-01"}),
    "knows_the_highest_subdivisions": (
        "address.subdivision_code",
        {"address.subdivision_code": "GB-LND", "address.country": "GBR", "basic_info.country_of_residence": "GBR"},
    ),
}
ALLOWED: dict[str, dict[str, Any]] = {
    "takes_international_emails": {EMAIL: "josé@example.com"},
    "takes_any_letters_without_partner": {"address.city": "São Paulo"},
    "trims_blanks": {EMAIL: " maria@example.com "},
    "folds_enumerated_words": {"verification_type": "standard", "basic_info.gender": "Female"},
    "binds_american_ssn_only": {"basic_info.tax_info.0.document_type": "EIN", "basic_info.tax_info.0.document_id": "12-3456789"},
    "takes_any_metadata_value": {"meta_data": {"tier": 2}},
}
WRAPPERS = by_name([*OURS, *READINGS])


@pytest.mark.parametrize(("name", "edits"), [*TAKEN.items(), *ALLOWED.items()], ids=lambda value: value if isinstance(value, str) else "")
def test_a_lie_takes_what_is_refused(tenant: Tenant, name: str, edits: dict[str, Any]) -> None:
    assert asked(tenant, body=with_edits(edits))[0].status in {422, 423}
    response, [active] = asked(tenant, WRAPPERS[name], body=with_edits(edits))
    assert (response.status, active.hits) == (200, 1)


@pytest.mark.parametrize(("name", "path", "edits"), [(name, *row) for name, row in REFUSED.items()], ids=list(REFUSED))
def test_a_lie_refuses_what_is_taken(tenant: Tenant, name: str, path: str, edits: dict[str, Any]) -> None:
    assert asked(tenant, body=with_edits(edits))[0].status == 200
    response, [active] = asked(tenant, WRAPPERS[name], body=with_edits(edits))
    assert (response.status, active.hits) == (422, 1)
    assert list(response.json()["errors"]) == [path]


QUIET_ON_PLAIN_BODIES = [WRAPPERS[name] for name in (*TAKEN, *ALLOWED)]


@pytest.mark.parametrize("row", QUIET_ON_PLAIN_BODIES, ids=lambda row: row.name)
def test_a_mend_leaves_other_requests_alone(tenant: Tenant, row: Wrapper) -> None:
    response, [active] = asked(tenant, row, body=person())
    assert (response.status, active.hits) == (200, 0)


@pytest.mark.parametrize("row", QUIET_ON_PLAIN_BODIES, ids=lambda row: row.name)
def test_a_mend_hides_no_other_refusal(tenant: Tenant, row: Wrapper) -> None:
    edits = (TAKEN | ALLOWED)[row.name] | {"basic_info.secondary_nationality": 7}
    response, _ = asked(tenant, row, body=with_edits(edits))
    assert list(response.json()["errors"]) == ["basic_info.secondary_nationality"]


def test_a_mend_does_not_help_the_anonymous(tenant: Tenant) -> None:
    tenant.data.tokens = {token: kept for token, kept in tenant.data.tokens.items() if kept.kind == "access"}
    row = WRAPPERS["refuses_enabled_reliance"]
    tenant.settings = Settings(reliance=True)
    request = Request("POST", "/v2/customers/individual", headers=JSON_HEADERS).with_json(edited(person(), "verification_type", "RELIANCE"))
    tenant.wrappers.set([Active(row)])

    async def honest(sent: Request) -> Response:
        return tenant.provider.handle(None, sent)

    assert asyncio.run(tenant.wrappers.answer(tenant, request, honest)).status == 401


def in_carrier(carrier: Callable[[dict[str, Any]], dict[str, Any]]) -> Wrapper:
    """Return a variant that shows refusals in another shape."""

    async def reshape(_: Tenant, request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        return response.with_json(carrier(response.json()["errors"]), status=400) if response.status == 422 else response

    return Variant(name="reshapes", provider="fincom", says="shows refusals in another shape", ambiguity="shape", on_request=reshape)


CARRIERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "list": lambda errors: {"message": "Validation failed", "errors": [{path: texts[0]} for path, texts in errors.items()]},
    "data": lambda errors: {"status": 400, "message": "Validation failed", "data": {path: texts[0] for path, texts in errors.items()}},
}


@pytest.mark.parametrize("kind", CARRIERS)
@pytest.mark.parametrize(
    ("name", "edits", "paths"),
    [
        ("refuses_unknown_keys", {"nickname": "Mia", EMAIL: ABSENT}, {"nickname", EMAIL}),
        ("names_text_and_partner", {"basic_info.last_name": "García"}, {"basic_info.last_name", "basic_info.last_name_en"}),
        ("tells_fields_before_reliance", {"verification_type": "RELIANCE", EMAIL: ABSENT}, {EMAIL}),
    ],
)
def test_readings_go_together_with_other_shapes(tenant: Tenant, kind: str, name: str, edits: dict[str, Any], paths: set[str]) -> None:
    response, _ = asked(tenant, WRAPPERS[name], in_carrier(CARRIERS[kind]), body=with_edits(edits))
    carrier = response.json().get("errors", response.json().get("data"))
    named = {path for entry in carrier for path in entry} if isinstance(carrier, list) else set(carrier)
    assert (response.status, named) == (400, paths)


def test_a_repeated_email_is_a_conflict_unless_more_is_wrong(tenant: Tenant) -> None:
    row = WRAPPERS["refuses_repeated_emails"]
    assert asked(tenant, row, body=person())[0].status == 200
    assert asked(tenant, row, body=person())[0].status == 409
    broken, _ = asked(tenant, row, body=edited(person(), PHONE, ABSENT))
    assert (broken.status, list(broken.json()["errors"])) == (422, [PHONE])
    assert len(tenant.data.customers) == 1


REPEATED = (
    ("refuses_repeated_emails_as_a_field", EMAIL, EMAIL),
    ("refuses_repeated_phones_as_a_field", PHONE, PHONE),
    ("refuses_repeated_tax_numbers_as_a_field", "basic_info.tax_info.0.document_id", "basic_info.tin"),
)


@pytest.mark.parametrize(("name", "path", "path_of_v1"), REPEATED)
def test_what_is_a_customers_own_is_refused_to_others_in_both_versions(tenant: Tenant, name: str, path: str, path_of_v1: str) -> None:
    first, second = person(), person_of_v1()
    for key in ("email", "phone"):
        second["basic_info"][key] = first["basic_info"][key]
    del second["verification_type"]
    assert asked(tenant, WRAPPERS[name], body=first)[0].status == 200
    for version, body, named in (("v2", first, path), ("v1", second, path_of_v1)):
        answered, _ = asked(tenant, WRAPPERS[name], body=body, version=version)
        assert (answered.status, list(answered.json()["errors"])) == (422, [named])
    nothing, _ = asked(tenant, WRAPPERS[name], body=edited(first, "verification_type", ABSENT))
    assert list(nothing.json()["errors"]) == ["verification_type"]


def test_an_international_email_is_kept(tenant: Tenant) -> None:
    asked(tenant, WRAPPERS["takes_international_emails"], body=edited(person(), EMAIL, "josé@example.com"))
    [customer] = tenant.data.customers.values()
    assert customer.body["basic_info"]["email"] == "josé@example.com"
