"""Servers that misjudge whether something was given at all, and whether it has the JSON type that is due (001 section 4)."""

from collections.abc import Iterable

from msgspec.structs import replace

from mockserver.faulting import Body, Test, absent, blank_text, edits_body, is_a, null, sent
from mockserver.harbor.faults.submission_builders import (
    Trait,
    accepts,
    all_of,
    breaks_down,
    customer_of,
    fault,
    good,
    is_post,
    mends_body,
    replacing,
)
from mockserver.harbor.faults.submission_places import FRONT, PERSON, given, person, whole
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, Fault, OnRequest

TEXTS = ("first_name", "last_name", "email", "nationality", "birthday", "occupation")
ADDRESS = tuple(f"residence.{name}" for name in ("street", "city", "postal_code", "country"))
LISTS = ("source_of_wealth", "purpose_of_use")
DOCUMENT = ("identity_document.type", "identity_document.country", FRONT)
OBJECTS = ("residence", "identity_document")
REQUIRED = (*TEXTS, *ADDRESS, *LISTS, *DOCUMENT)
# By group, for lies that a server tells of all its fields of one kind.
GROUPS = (("names_and_dates", TEXTS), ("addresses", ADDRESS), ("documents", DOCUMENT))
# What no JSON reader takes.
BROKEN = b"{"


def _all(paths: Iterable[str], when: Test) -> OnRequest:
    return mends_body(all_of(replacing(path, when, good(path)) for path in paths))


def _word(path: str) -> str:
    return path.replace(".", "_")


def _person(mend: Trait) -> OnRequest:
    """Let `mend` edit the submissions of customers who are individuals."""

    def edit(tenant: Tenant, request: Request, body: Body) -> bool:
        customer = customer_of(tenant, request)
        return customer is not None and customer.type == "individual" and mend(tenant, body)

    return edits_body(is_post, edit)


def _puts_person(when: Test) -> OnRequest:
    def mend(_: Tenant, body: Body) -> bool:
        if not when(body.get(PERSON, None)) or _is_flat(body):
            return False
        body[PERSON] = whole(body)
        return True

    return _person(mend)


def _is_flat(body: Body) -> bool:
    return "individual" not in body and "first_name" in body


def _wraps(_: Tenant, body: Body) -> bool:
    if not _is_flat(body):
        return False
    inside = dict(body)
    body.clear()
    body[PERSON] = inside
    return True


def _unpacks(_: Tenant, body: Body) -> bool:
    found = body.get(PERSON)
    if not isinstance(found, list) or not found:
        return False
    body[PERSON] = found[0]
    return True


def _object_or_list(found: object) -> bool:
    return isinstance(found, dict | list)


async def _orders(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Refuse a person whose first member is not the first of the table."""
    body = sent(request) if is_post(request) else None
    unordered = body is not None and given(body, "first_name") and next(iter(person(body))) != "first_name"
    return await call_next(replace(request, body=BROKEN) if unordered else request)


async def _demands_one_line(_: Tenant, request: Request, call_next: CallNext) -> Response:
    """Refuse bodies of more than one line, or indented ones."""
    parted = is_post(request) and any(mark in request.body for mark in (b"\n", b"\r", b"\t"))
    return await call_next(replace(request, body=BROKEN) if parted else request)


WHOLE = (
    fault("takes_a_body_without_a_person", "individual-required", "takes a body without the section", _puts_person(lambda v: v is None)),
    fault(
        "takes_anything_for_a_person",
        "individual-required",
        "takes text, numbers and lists for the section",
        _puts_person(lambda found: found is not None and not isinstance(found, dict)),
    ),
    fault("unpacks_a_list_of_one_person", "individual-required", "takes the first of a list for the section", _person(_unpacks)),
    fault("takes_flat_bodies", "individual-required", "takes the fields without the section around them", _person(_wraps)),
    fault(
        "breaks_down_on_a_person_that_is_no_object",
        "individual-required",
        "answers 500 where the section is text, a number or a list",
        breaks_down(PERSON, lambda found: isinstance(found, str | list | int | float)),
    ),
    fault("orders_members", "field-order-irrelevant", "refuses a person that does not begin with the first name", _orders),
    fault("demands_one_line", "field-order-irrelevant", "cannot read line breaks between members", _demands_one_line),
)
MISSING = (
    *(
        fault(f"accepts_missing_{_word(path)}", "required-field-is-demanded", f"takes a person without {path}", accepts(path, absent))
        for path in REQUIRED
    ),
    *(
        fault(f"accepts_missing_{path}", "required-section-is-demanded", f"takes a person without {path}", accepts(path, absent))
        for path in OBJECTS
    ),
    *(
        fault(
            f"accepts_any_type_of_{path}",
            "required-section-is-demanded",
            f"takes text or a list for {path}",
            accepts(path, lambda found: isinstance(found, str | list)),
        )
        for path in OBJECTS
    ),
    fault(
        "breaks_down_on_text_as_residence",
        "required-section-is-demanded",
        "answers 500 where the residence is text or a list",
        breaks_down("individual.residence", lambda found: isinstance(found, str | list)),
    ),
    fault(
        "accepts_missing_sub_street",
        "sub-street-required",
        "takes a residence without the second line",
        accepts("residence.sub_street", absent),
    ),
)
EMPTY = (
    fault("counts_null_as_given", "null-equals-missing", "asks only whether a member is there", _all(REQUIRED, null)),
    *(
        fault(f"counts_null_as_given_in_{name}", "null-equals-missing", f"asks only whether a member of {name} is there", _all(paths, null))
        for name, paths in (*GROUPS, ("lists", LISTS))
    ),
    fault("breaks_down_on_null", "null-equals-missing", "answers 500 to null as first name", breaks_down("individual.first_name", null)),
    fault("counts_blank_as_given", "blank-equals-missing", "takes empty and blank texts", _all((*TEXTS, *ADDRESS, *DOCUMENT), blank_text)),
    *(
        fault(f"counts_blank_as_given_in_{name}", "blank-equals-missing", f"takes empty and blank texts in {name}", _all(paths, blank_text))
        for name, paths in GROUPS
    ),
    fault(
        "counts_white_space_as_given",
        "blank-equals-missing",
        "takes texts of nothing but white space",
        _all((*TEXTS, *ADDRESS), lambda found: blank_text(found) and found != ""),
    ),
)
TYPES = (
    *(
        fault(
            f"casts_to_text_in_{name}",
            "wrong-json-type-refused",
            f"makes text of objects and lists in {name}",
            _all(paths, _object_or_list),
        )
        for name, paths in GROUPS
    ),
    fault(
        "breaks_down_on_wrong_types",
        "wrong-json-type-refused",
        "answers 500 where the first name is an object or a list",
        breaks_down("individual.first_name", _object_or_list),
    ),
    fault(
        "reads_text_as_object",
        "wrong-json-type-refused",
        "takes text where an object is due",
        _all((*OBJECTS, "phone", "proof_of_address", "bank_statement"), is_a(str)),
    ),
)

FAULTS: tuple[Fault, ...] = (*WHOLE, *MISSING, *EMPTY, *TYPES)
