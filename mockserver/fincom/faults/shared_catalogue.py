"""Servers whose look-ups go wrong (002 V2 Onboarding Steps 1; Address; shapes from facts 2.9)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockserver.fincom.catalogue import BOTH
from mockserver.fincom.errors import not_found
from mockserver.fincom.faults.builders import (
    Operation,
    broken_down,
    edits_answer,
    edits_request,
    edits_taken,
    fault,
    instead,
    is_occupations,
    is_purposes,
    is_sources,
    is_subdivisions,
    taken,
)
from mockserver.fincom.validation import ALPHA_2
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

# Name in fault names, name in rule ids, operation.
LISTS: tuple[tuple[str, str, Operation], ...] = (
    ("occupations", "occupations", is_occupations),
    ("purposes", "purposes", is_purposes),
    ("source_of_funds", "source-of-funds", is_sources),
)
TYPED = (("purposes", "fincom/purpose-type-filter-is-honoured"), ("source_of_funds", "fincom/source-type-filter-is-honoured"))
IS = {name: when for name, _, when in LISTS}
# Neighbours in ISO 3166-1 that both have subdivisions.
NEIGHBOUR_CODE = "CA-ON"
Rows = list[dict[str, Any]]
Edit = Callable[[Tenant, Rows], Rows]


def any_list(request: Request) -> bool:
    """Tell whether a request is for one of the paged lists."""
    return any(when(request) for _, _, when in LISTS)


def edits_rows(when: Operation, edit: Edit) -> OnRequest:
    """Let `edit` return other rows for a list."""

    def edited(tenant: Tenant, body: dict[str, Any]) -> None:
        for key, rows in body["data"].items():
            if isinstance(rows, list):
                body["data"][key] = edit(tenant, rows)

    return edits_taken(when, edited)


def _empties(_: Tenant, body: dict[str, Any]) -> None:
    for key, rows in body["data"].items():
        if isinstance(rows, list):
            body["data"][key] = []
        else:
            rows |= {"total": 0, "total_page": 0}


def _ids_as_text(_: Tenant, rows: Rows) -> Rows:
    return [{**row, "id": str(row["id"])} for row in rows]


def _repeats_id(_: Tenant, rows: Rows) -> Rows:
    return [{**row, "id": rows[0]["id"]} if index == len(rows) - 1 else row for index, row in enumerate(rows)]


def _no_titles(_: Tenant, rows: Rows) -> Rows:
    return [{**row, "title": ""} for row in rows]


def _reshuffles(name: str) -> Edit:
    def edit(tenant: Tenant, rows: Rows) -> Rows:
        shift = tenant.memory[name] = tenant.memory.get(name, 0) + 1
        return [{**row, "id": rows[(index + shift) % len(rows)]["id"]} for index, row in enumerate(rows)]

    return edit


def _drops_last_page(_: Tenant, body: dict[str, Any]) -> None:
    pages = body["data"]["pagination"]
    if pages["current_page"] == pages["total_page"] > 1:
        for key, rows in body["data"].items():
            body["data"][key] = [] if isinstance(rows, list) else rows


def _drops_last_row(_: Tenant, rows: Rows) -> Rows:
    return rows[:-1]


async def pages_overlap(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Begin each page but the first with the last entry of the one before."""
    response = await call_next(request)
    page = response.json()["data"]["pagination"]["current_page"] if any_list(request) and taken(response) else 1
    if page == 1:
        return response
    query = tuple((key, str(page - 1) if key == "current_page" else value) for key, value in request.query)
    before = (await call_next(replace(request, query=query))).json()["data"]
    body = response.json()
    for key, rows in body["data"].items():
        if isinstance(rows, list) and before[key]:
            body["data"][key] = [before[key][-1], *rows[:-1]]
    return response.with_json(body)


def _without_type(unknown: bool) -> Callable[[Tenant, Request], Request | None]:
    """Ignore the type of customer that is asked for: one that exists, or one that does not."""

    def edit(_: Tenant, request: Request) -> Request | None:
        wanted = request.parameter("type")
        if wanted is None or (wanted not in BOTH) != unknown:
            return None
        return replace(request, query=tuple(pair for pair in request.query if pair[0] != "type"))

    return edit


def _country(request: Request) -> str:
    return request.path.split("/")[3]


def edits_subdivisions(edit: Callable[[str, Rows], Rows]) -> OnRequest:
    """Let `edit` return other rows for the subdivisions of a country."""

    def edited(_: Tenant, request: Request, response: Response) -> Response | None:
        if not taken(response):
            return None
        rows = response.json()["data"]["subdivisions"]
        after = edit(_country(request), rows)
        return response.with_json({"data": {"subdivisions": after}}) if after != rows else None

    return edits_answer(is_subdivisions, edited)


def _bare(country: str, rows: Rows) -> Rows:
    return [{**row, "code": row["code"][3:]} for row in rows] if country == "USA" else rows


def _names(country: str, rows: Rows) -> Rows:
    return [{**row, "code": row["name"]} for row in rows] if country == "GBR" else rows


def _foreigner(_: str, rows: Rows) -> Rows:
    return [*rows, {"name": "Ontario", "code": NEIGHBOUR_CODE}] if rows and not rows[0]["code"].startswith("CA") else rows


def _doubles(_: str, rows: Rows) -> Rows:
    return [*rows, *rows[:1]]


def _home_for_all(_: Tenant, request: Request) -> Request | None:
    country = _country(request)
    known = country in ALPHA_2 or country in ALPHA_2.values()
    return None if known else replace(request, path=request.path.replace(country, "USA"))


def _stumbles(_: Tenant, request: Request) -> Response | None:
    known = _country(request) in ALPHA_2
    return None if known else broken_down()


def _of_each_list(name: str, row: str, when: Operation) -> tuple[Fault, ...]:
    return (
        fault(f"{name}_are_empty", f"fincom/{row}-are-listed", f"lists no {name}", edits_taken(when, _empties)),
        fault(
            f"{name}_are_not_found",
            f"fincom/{row}-are-listed",
            f"has no list of {name}",
            instead(when, lambda _, __: not_found()),
        ),
        fault(
            f"{name}_have_ids_of_text",
            f"fincom/{row}-ids-are-integers",
            f"writes the ids of {name} as text",
            edits_rows(when, _ids_as_text),
        ),
        fault(
            f"{name}_share_an_id",
            f"fincom/{row}-ids-are-unique",
            f"gives one id to two {name}",
            edits_rows(when, _repeats_id),
        ),
        fault(f"{name}_have_no_titles", f"fincom/{row}-have-titles", f"leaves the titles of {name} empty", edits_rows(when, _no_titles)),
        fault(
            f"{name}_are_reshuffled",
            f"fincom/{row}-are-stable",
            f"gives {name} other ids on each call",
            edits_rows(when, _reshuffles(f"{name}_are_reshuffled")),
        ),
    )


FAULTS: tuple[Fault, ...] = (
    *(row for each in LISTS for row in _of_each_list(*each)),
    fault(
        "last_page_is_empty",
        "fincom/catalogue-pages-are-complete",
        "leaves the last page of a list empty",
        edits_taken(any_list, _drops_last_page),
    ),
    fault(
        "pages_lack_an_entry",
        "fincom/catalogue-pages-are-complete",
        "leaves the last entry out of every page",
        edits_rows(any_list, _drops_last_row),
    ),
    fault(
        "pages_overlap",
        "fincom/catalogue-pages-are-complete fincom/catalogue-ids-are-unique",
        "begins a page with the last entry of the one before",
        pages_overlap,
    ),
    *(
        fault(
            f"ignores_type_of_{name}",
            rule,
            f"lists all {name} whatever type of customer is asked for",
            edits_request(IS[name], _without_type(unknown=False)),
        )
        for name, rule in TYPED
    ),
    *(
        fault(
            f"lists_all_{name}_for_unknown_type",
            "fincom/unknown-catalogue-type-is-refused",
            f"lists all {name} for a type of customer that does not exist",
            edits_request(IS[name], _without_type(unknown=True)),
        )
        for name, _ in TYPED
    ),
    fault(
        "subdivisions_are_not_found",
        "fincom/subdivisions-are-listed",
        "has no list of subdivisions",
        instead(is_subdivisions, lambda _, __: not_found()),
    ),
    fault(
        "american_subdivisions_are_bare",
        "fincom/us-california-is-us-ca",
        "lists American states by their postal abbreviations",
        edits_subdivisions(_bare),
    ),
    fault(
        "british_subdivisions_are_names",
        "fincom/england-is-gb-eng",
        "lists British subdivisions by their names",
        edits_subdivisions(_names),
    ),
    fault(
        "subdivisions_hold_a_foreign_one",
        "fincom/subdivision-codes-are-iso-3166-2",
        "lists a subdivision of another country",
        edits_subdivisions(_foreigner),
    ),
    fault(
        "subdivisions_repeat_a_code",
        "fincom/subdivision-codes-are-unique",
        "lists a subdivision twice",
        edits_subdivisions(_doubles),
    ),
    fault(
        "lists_american_subdivisions_for_any_country",
        "fincom/subdivisions-of-unknown-country",
        "lists American states for a country that does not exist",
        edits_request(is_subdivisions, _home_for_all),
    ),
    fault(
        "breaks_down_on_unknown_country",
        "fincom/subdivisions-of-unknown-country",
        "breaks down when asked for a country that does not exist",
        instead(is_subdivisions, _stumbles),
    ),
)
