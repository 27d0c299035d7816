"""Servers that mishandle the look-ups (000 section 2, 001 section 2)."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.faulting import Operation, Test, edits_answer, edits_body, edits_request, operation, spots, taken, texts, told
from mockserver.harbor import errors
from mockserver.harbor.countries import CODES
from mockserver.harbor.faults.builders import breaks_down, fault, instead, is_submit, key_of
from mockserver.harbor.occupations import OCCUPATIONS
from mockserver.http import Request, Response, UnreadableBody
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

SUBDIVISIONS, INDUSTRIES = "/api/v1/countries/([^/]+)/subdivisions", "/api/v1/countries/([^/]+)/industries"
PATHS = {"subdivisions": SUBDIVISIONS, "industries": INDUSTRIES, "job_titles": "/api/v1/job-titles", "occupations": "/api/v1/occupations"}
OF_COUNTRY = re.compile(r"/api/v1/countries/([^/]+)/(subdivisions|industries)")
LOOKUPS = {name: operation("GET", path) for name, path in PATHS.items()}
RULES = {
    "subdivisions": "subdivisions-listed",
    "industries": "industries-listed",
    "job_titles": "job-titles-listed",
    "occupations": "occupations-listed",
}
KNOWN = (
    ("US", "VA", "subdivisions-us-known-codes"),
    ("US", "WA", "subdivisions-us-known-codes"),
    ("GB", "ENG", "subdivisions-gb-known-code"),
)
STRANGERS = {"US": {"code": "ENG", "name": "England", "type": "Country"}, "GB": {"code": "VA", "name": "Virginia", "type": "State"}}
SAMPLES = ("legislators_and_senior_officials", "software_and_applications_developers_and_analysts")
STATE = "individual.residence.state"
# Subdivisions of the United States that are no states, and one state among the others.
ODD_STATES = {"territories": {"AS", "GU", "MP", "PR", "UM", "VI"}, "district": {"DC"}, "state_of_montana": {"MT"}}
OTHER_METHODS = ("POST", "PUT", "PATCH", "DELETE")

Entries = list[Any]


def entries_of(response: Response) -> Entries | None:
    """Return what a list holds that stands bare or under `data`, None for any other answer."""
    if not taken(response):
        return None
    try:
        body = response.json()
    except UnreadableBody:
        return None
    held = body.get("data") if isinstance(body, dict) else body
    return held if isinstance(held, list) else None


def with_entries(response: Response, entries: Entries) -> Response:
    """Return the same list with other entries, bare or under `data` as it was."""
    body = told(response)
    return response.with_json({**body, "data": entries} if body else entries)


def country_of(request: Request) -> str:
    """Return the code that the path of a look-up names."""
    found = OF_COUNTRY.fullmatch(request.path)
    return found[1].upper() if found else ""


def edits_list(when: Operation, edit: Callable[[Tenant, Request, Entries], Entries]) -> OnRequest:
    """Give back what `edit` makes of the entries of a list."""

    def edited(tenant: Tenant, request: Request, response: Response) -> Response | None:
        entries = entries_of(response)
        after = edit(tenant, request, entries) if entries is not None else None
        return None if after is None or after == entries else with_entries(response, after)

    return edits_answer(when, edited)


def _without_code(_: Tenant, __: Request, entries: Entries) -> Entries:
    return [{"iso": entry["code"], **{name: value for name, value in entry.items() if name != "code"}} for entry in entries]


def _prefixed(_: Tenant, request: Request, entries: Entries) -> Entries:
    return [{**entry, "code": f"{country_of(request)}-{entry['code']}"} for entry in entries]


def _leaves_out(country: str, code: str) -> OnRequest:
    def edit(_: Tenant, request: Request, entries: Entries) -> Entries:
        return [entry for entry in entries if country_of(request) != country or entry["code"] != code]

    return edits_list(LOOKUPS["subdivisions"], edit)


def _with_stranger(_: Tenant, request: Request, entries: Entries) -> Entries:
    stranger = STRANGERS.get(country_of(request))
    return [*entries, stranger] if stranger else entries


def _breaks_down_if_empty(_: Tenant, __: Request, response: Response) -> Response | None:
    return breaks_down() if entries_of(response) == [] else None


def _american(_: Tenant, request: Request) -> Request:
    return replace(request, path=OF_COUNTRY.sub(r"/api/v1/countries/US/\2", request.path))


def _unknown_as_american(tenant: Tenant, request: Request) -> Request | None:
    return None if country_of(request) in CODES else _american(tenant, request)


def _breaks_down_on_unknown(_: Tenant, request: Request) -> Response | None:
    return None if country_of(request) in CODES else breaks_down()


def _foreign_if_empty(_: Tenant, __: Request, entries: Entries) -> Entries:
    return entries or [STRANGERS["GB"]]


def _refuses(path: str, test: Test) -> OnRequest:
    """Refuse submissions with a value at `path` for which `test` holds, by putting one there that nobody takes."""

    def edit(_: Tenant, __: Request, body: dict[str, Any]) -> bool:
        found = [spot for spot in spots(body, path) if test(spot.value)]
        for spot in found:
            spot.put([])
        return bool(found)

    return edits_body(is_submit, edit)


def _refuses_texts(path: str, words: set[str]) -> OnRequest:
    return _refuses(path, texts(lambda value: value in words))


def _slug(entry: Any) -> str:
    return str(entry["value"] if isinstance(entry, dict) else entry)


def _renames(slug: str) -> OnRequest:
    def edit(_: Tenant, __: Request, entries: Entries) -> Entries:
        return [{"value": f"{slug}_and_others", "label": "Others"} if _slug(entry) == slug else entry for entry in entries]

    return edits_list(LOOKUPS["occupations"], edit)


def _own_list(tenant: Tenant, _: Request, entries: Entries) -> Entries:
    """Leave an occupation out, another one for each application."""
    place = int.from_bytes(hashlib.sha256(tenant.id.encode()).digest()[:4], "big") % max(1, len(entries))
    return entries[:place] + entries[place + 1 :]


def _half_every_second_time(name: str) -> OnRequest:
    def edit(tenant: Tenant, request: Request, entries: Entries) -> Entries:
        counts = tenant.memory.setdefault(f"lists_half_of_{name}", {})
        counts[request.path] = counts.get(request.path, 0) + 1
        return entries[::2] if counts[request.path] % 2 == 0 else entries

    return edits_list(LOOKUPS[name], edit)


def _demand_key(_: Tenant, request: Request) -> Response | None:
    return None if key_of(request) else errors.unreadable("The header Idempotency-Key is required.")


def _like_get(method: str) -> OnRequest:
    anywhere = operation(method, "|".join(PATHS.values()))
    return edits_request(anywhere, lambda _, request: replace(request, method="GET"))


is_subdivisions, is_industries, is_occupations = LOOKUPS["subdivisions"], LOOKUPS["industries"], LOOKUPS["occupations"]

FAULTS: tuple[Fault, ...] = (
    *(
        fault(
            f"lists_no_{name}",
            RULES[name],
            f"answers the look-up of {name.replace('_', ' ')} with nothing",
            edits_list(when, lambda _, __, ___: []),
        )
        for name, when in LOOKUPS.items()
    ),
    fault(
        "lists_subdivisions_without_code",
        "subdivisions-listed",
        "names the code of a subdivision iso",
        edits_list(is_subdivisions, _without_code),
    ),
    fault(
        "prefixes_codes_of_subdivisions",
        "subdivisions-us-known-codes subdivisions-gb-known-code",
        "lists subdivisions with the country before their code",
        edits_list(is_subdivisions, _prefixed),
    ),
    *(
        fault(f"leaves_out_{code}", rule, f"lists the subdivisions of {country} without {code}", _leaves_out(country, code))
        for country, code, rule in KNOWN
    ),
    fault(
        "lists_subdivisions_of_other_countries",
        "subdivisions-per-country",
        "lists a subdivision of another country among a country's own",
        edits_list(is_subdivisions, _with_stranger),
    ),
    fault(
        "lists_subdivision_twice",
        "subdivisions-codes-unique",
        "lists one subdivision of a country twice",
        edits_list(is_subdivisions, lambda _, __, entries: entries + entries[:1]),
    ),
    fault(
        "breaks_down_without_subdivisions",
        "subdivisions-none-country",
        "answers 500 for a country without subdivisions",
        edits_answer(is_subdivisions, _breaks_down_if_empty),
    ),
    fault(
        "lists_foreign_subdivisions_for_none",
        "subdivisions-none-country",
        "lists another country's subdivisions for a country that has none",
        edits_list(is_subdivisions, _foreign_if_empty),
    ),
    *(
        fault(
            f"takes_unknown_country_for_us_in_{name}",
            rule,
            f"lists American {name} for no country",
            edits_request(LOOKUPS[name], _unknown_as_american),
        )
        for name, rule in (("subdivisions", "subdivisions-unknown-country"), ("industries", "industries-unknown-country"))
    ),
    *(
        fault(
            f"breaks_down_on_unknown_country_in_{name}",
            rule,
            f"answers 500 for the {name} of no country",
            instead(LOOKUPS[name], _breaks_down_on_unknown),
        )
        for name, rule in (("subdivisions", "subdivisions-unknown-country"), ("industries", "industries-unknown-country"))
    ),
    fault(
        "refuses_listed_states",
        "subdivision-code-roundtrip",
        "takes only the states of the first half of the alphabet",
        _refuses(STATE, lambda value: isinstance(value, str) and value > "MZ"),
    ),
    *(
        fault(
            f"refuses_listed_{name}",
            "subdivision-code-roundtrip",
            f"lists the {name} and takes none as a state",
            _refuses_texts(STATE, words),
        )
        for name, words in ODD_STATES.items()
    ),
    *(
        fault(f"renames_{slug}", "occupations-hold-sample-slugs", f"lists {slug} under another name than it takes", _renames(slug))
        for slug in SAMPLES
    ),
    fault(
        "lists_occupation_twice",
        "occupations-unique",
        "lists one occupation twice",
        edits_list(is_occupations, lambda _, __, entries: entries + entries[:1]),
    ),
    fault(
        "refuses_listed_occupations",
        "occupation-roundtrip",
        "takes only the occupations of the first half of the alphabet",
        _refuses("individual.occupation", lambda value: isinstance(value, str) and value > "m"),
    ),
    fault(
        "refuses_one_listed_occupation",
        "occupation-roundtrip",
        "lists an occupation from the middle of the list and does not take it",
        _refuses_texts("individual.occupation", {OCCUPATIONS[len(OCCUPATIONS) // 2]}),
    ),
    fault(
        "lists_occupations_of_application",
        "occupations-global",
        "lists other occupations for each application",
        edits_list(is_occupations, _own_list),
    ),
    *(
        fault(
            f"lists_half_of_{name}",
            "lookups-are-get-and-idempotent",
            f"lists half of the {name.replace('_', ' ')} every second time",
            _half_every_second_time(name),
        )
        for name in LOOKUPS
    ),
    *(
        fault(
            f"demands_idempotency_key_for_{name}",
            "lookups-are-get-and-idempotent",
            f"refuses to list {name.replace('_', ' ')} without an idempotency key",
            instead(when, _demand_key),
        )
        for name, when in LOOKUPS.items()
    ),
    *(
        fault(
            f"answers_lookups_to_{method.lower()}",
            "undocumented-methods-are-refused",
            f"answers {method} on a look-up like GET",
            _like_get(method),
        )
        for method in OTHER_METHODS
    ),
)
