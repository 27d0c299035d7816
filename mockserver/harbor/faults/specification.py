"""Servers that answer what no operation of theirs is described to answer, or take what breaks its description."""

from mockserver.faulting import Test, blank_text, edits_answer, null, sent, spots
from mockserver.harbor.faults.builders import (
    View,
    breaks_down,
    edits_view,
    fault,
    is_onboarding,
    is_submit,
    takes,
    takes_field,
)
from mockserver.harbor.faults.carriers import refused_fields
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import Fault, OnRequest

# Members whose absence, or whose values, a careless check lets through.
UNCHECKED = (
    "first_name", "last_name", "email", "nationality", "birthday", "residence", "occupation", "source_of_wealth", "purpose_of_use",
    "identity_document", "phone", "proof_of_address", "bank_statement",
)  # fmt: skip
MICROSECONDS = 1_767_225_600_000_000


def _as_number(_: Tenant, __: Request, view: View) -> None:
    view["created_at"] = MICROSECONDS


def _as_person(_: Tenant, __: Request, view: View) -> None:
    view["applicant"] = "person"


def _with_status(before: int, after: int) -> OnRequest:
    def edit(_: Tenant, __: Request, response: Response) -> Response | None:
        return Response(after, response.headers, response.body) if response.status == before else None

    return edits_answer(is_onboarding, edit)


# Values that no sentence forbids or allows: a member that is null or empty and need not be there.
OPEN: tuple[tuple[str, str, str, Test], ...] = (
    ("blank_sub_street", "individual.residence.sub_street", "an empty sub_street", lambda value: value == ""),
    ("null_state", "individual.residence.state", "a state that is null", null),
    ("empty_explanation", "individual.source_of_wealth_other", "an empty text about a source of wealth", lambda value: value == ""),
    ("null_phone", "individual.phone", "a phone that is null", null),
    ("null_back", "individual.identity_document.back", "a back that is null", null),
    ("null_flag", "individual.has_us_bank_account", "an answer about an American account that is null", null),
    ("null_position", "associated_persons.*.position", "a position that is null", null),
)


def _breaks_down_on(path: str, test: Test) -> OnRequest:
    """Answer 500 to submissions that hold at `path` a value which the documents leave open."""

    def edit(_: Tenant, request: Request, response: Response) -> Response | None:
        found = spots(sent(request) or {}, path) if response.status in (202, 400, 422) else []
        return breaks_down() if any(test(spot.value) for spot in found) else None

    return edits_answer(is_submit, edit)


FAULTS: tuple[Fault, ...] = (
    fault("accepts_with_201", "answers-match-the-specification", "answers 201 where 202 is due", _with_status(202, 201)),
    fault("reads_with_206", "answers-match-the-specification", "answers 206 where 200 is due", _with_status(200, 206)),
    fault(
        "shows_instants_as_numbers", "answers-match-the-specification", "shows instants as numbers", edits_view(is_onboarding, _as_number)
    ),
    fault(
        "shows_unknown_applicant",
        "answers-match-the-specification",
        "names a kind of applicant that there is not",
        edits_view(is_onboarding, _as_person),
    ),
    fault(
        "checks_nothing",
        "schema-violations-are-refused implied-constraints-are-checked",
        "takes whatever a submission holds",
        takes(is_submit, lambda scene: bool(refused_fields(scene.response))),
    ),
    *(
        fault(
            f"leaves_{name}_unchecked",
            "schema-violations-are-refused",
            f"takes a submission whatever {name} holds",
            takes_field(is_submit, f"individual.{name}"),
        )
        for name in UNCHECKED
    ),
    *(
        fault(
            f"takes_blank_{name}",
            "implied-constraints-are-checked",
            f"takes a blank {name}",
            takes_field(is_submit, f"individual.{name}", blank_text),
        )
        for name in ("first_name", "last_name")
    ),
    *(
        fault(f"breaks_down_on_{name}", "open-cases-are-answered", f"answers 500 to {what}", _breaks_down_on(path, test))
        for name, path, what, test in OPEN
    ),
)
