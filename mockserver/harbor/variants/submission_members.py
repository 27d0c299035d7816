"""Other readings of members that nobody asked for, and of files: their forms, formats and sizes (000 section 5, 001 section 4)."""

from collections.abc import Callable, Iterator

from mockserver.faulting import Body, edits_answer, missing, sent, spots, texts
from mockserver.harbor.countries import US
from mockserver.harbor.errors import refusal, unreadable
from mockserver.harbor.faults.submission_builders import (
    all_of,
    blames,
    customer_of,
    good,
    is_heavy,
    is_sent,
    mends_body,
    replacing,
    variant,
)
from mockserver.harbor.faults.submission_contents import decoded, is_of_another_format, larger, plain
from mockserver.harbor.faults.submission_places import (
    BACK,
    FILES,
    FLAG,
    FRONT,
    PDF,
    PERSON,
    STATEMENT,
    US_SET,
    given,
    residence,
    sizes,
    value,
)
from mockserver.harbor.individuals import EXPLAINED, OTHER
from mockserver.harbor.model import Outcome, Requirement
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import CallNext, OnRequest, Variant

DECIMAL = 10**6
# Every documented member, by the object that holds it.
KNOWN = {
    PERSON: {
        "first_name", "last_name", "email", "nationality", "birthday", "residence", "occupation", "identity_document", FLAG, STATEMENT,
        *US_SET, *(name for pair in EXPLAINED for name in pair),
    },
    f"{PERSON}.residence": {"street", "sub_street", "city", "state", "postal_code", "country"},
    f"{PERSON}.identity_document": {"type", "country", "front", "back"},
    f"{PERSON}.phone": {"country", "number"},
    f"{PERSON}.proof_of_address": {"country", "files"},
    f"{PERSON}.bank_statement": {"country", "files"},
}  # fmt: skip
SECTIONS = {PERSON, "company", "associated_persons", "company_files"}
FOUND = Requirement("document_check", "individual.identity_document.front is no JPG, PDF or PNG file")


def _backs_needed_of(*kinds: str) -> OnRequest:
    """Ask for the backs of some types only."""
    mend = replacing(BACK, missing, good(BACK))

    def spare(tenant: Tenant, body: Body) -> bool:
        kind = value(body, "identity_document.type")
        return isinstance(kind, str) and kind.upper() not in kinds and mend(tenant, body)

    return mends_body(spare, is_sent)


def _of_the_other_group(_: Tenant, body: Body) -> Iterator[str]:
    country = residence(body)
    odd = (FLAG, STATEMENT) if country == US else US_SET if country else ()
    yield from (f"{PERSON}.{name}" for name in odd if given(body, name))


def _unasked_texts(_: Tenant, body: Body) -> Iterator[str]:
    for name, text in EXPLAINED:
        chosen = value(body, name)
        others = [word for word in chosen if isinstance(word, str) and word.casefold() == OTHER] if isinstance(chosen, list) else [OTHER]
        if not others and given(body, text):
            yield f"{PERSON}.{text}"


def _unasked_statement(_: Tenant, body: Body) -> Iterator[str]:
    if residence(body) not in ("", US) and value(body, FLAG) is False and given(body, STATEMENT):
        yield f"{PERSON}.{STATEMENT}"


def _unknown_members(_: Tenant, body: Body) -> Iterator[str]:
    if PERSON not in body:
        return
    yield from (name for name in body if name not in SECTIONS)
    for path, names in KNOWN.items():
        for spot in spots(body, path):
            yield from (f"{path}.{name}" for name in spot.value if name not in names) if isinstance(spot.value, dict) else ()


def _loose(found: str) -> bool:
    return decoded(found) is None and decoded(plain(found)) is not None


def _measured(megabyte: int) -> Callable[[Tenant, Body], Iterator[str]]:
    """Blame files of more than 10 MB, and the section if all together have more than 50 MB."""

    def find(_: Tenant, body: Body) -> Iterator[str]:
        for path in FILES:
            name = f"{PERSON}.{path}"
            listed = name.removesuffix(".*")
            for spot in spots(body, name):
                if larger(10 * megabyte)(spot.value):
                    yield f"{listed}.{spot.key}" if name != listed else name
        if sum(sizes(body)) > 50 * megabyte:
            yield PERSON

    return find


def _oversize_as(make: Callable[[], Response]) -> OnRequest:
    """Answer otherwise to files that were refused for their size."""

    def edited(_: Tenant, request: Request, response: Response) -> Response | None:
        body = sent(request, None) if response.status == 422 else None
        measured = list(sizes(body)) if body is not None else []
        # A megabyte of either kind: where the smaller one fits, nothing was refused for its size.
        return make() if measured and (max(measured) > 10 * DECIMAL or sum(measured) > 50 * DECIMAL) else None

    return edits_answer(is_heavy, edited)


async def checks_fronts_later(tenant: Tenant, request: Request, call_next: CallNext) -> Response:
    """Take fronts of another format, and ask for a correction when processing is over."""
    body = sent(request) if is_sent(request) else None
    if body is None or not replacing(FRONT, is_of_another_format, lambda _: PDF)(tenant, body):
        return await call_next(request)
    response = await call_next(request.with_json(body))
    customer = customer_of(tenant, request) if response.status == 202 else None
    if customer is not None and customer.latest is not None:
        customer.latest.ends = Outcome("action_required", [FOUND])
    return response


MEMBERS = (
    variant("needs_backs_of_national_ids", "back-needed", "needs the back of national ids only", _backs_needed_of("NATIONAL_ID")),
    variant(
        "needs_backs_of_licences_and_permits",
        "back-needed",
        "needs the backs of licences and permits only",
        _backs_needed_of("DRIVER_LICENCE", "RESIDENCE_PERMIT"),
    ),
    variant(
        "refuses_members_of_the_other_group",
        "fields-of-the-other-group",
        "refuses what only the other group of residents sends",
        blames(_of_the_other_group, is_sent),
    ),
    variant(
        "refuses_texts_without_other",
        "text-without-other",
        "refuses a text on other where other was not chosen",
        blames(_unasked_texts, is_sent),
    ),
    variant(
        "refuses_statements_without_account",
        "statement-without-account",
        "refuses a statement of those who have no account",
        blames(_unasked_statement, is_sent),
    ),
    variant("refuses_unknown_members", "unknown-members", "refuses members that no document knows", blames(_unknown_members, is_sent)),
)
CONTENTS = (
    variant("checks_fronts_later", "bad-content-when", "finds fronts of another format when it processes", checks_fronts_later),
    variant(
        "takes_other_files_of_any_format",
        "other-files-format",
        "takes backs, proofs and statements of any format",
        mends_body(all_of(replacing(path, is_of_another_format, lambda _: PDF) for path in FILES[1:]), is_sent),
    ),
    variant(
        "reads_base64_in_any_form",
        "base64-forms",
        "reads data URIs, line breaks and the URL-safe alphabet",
        mends_body(all_of(replacing(path, texts(_loose), lambda place: plain(place.value)) for path in FILES), is_sent),
    ),
    variant("counts_decimal_megabytes", "megabyte", "takes a megabyte for a million bytes", blames(_measured(DECIMAL), is_heavy)),
    variant(
        "answers_413_to_large_files",
        "oversize-status",
        "answers 413 to files that are too large",
        _oversize_as(lambda: refusal(413, "The request is too large.")),
    ),
    variant(
        "answers_400_to_large_files",
        "oversize-status",
        "answers 400 to files that are too large",
        _oversize_as(lambda: unreadable("The request is too large.")),
    ),
)

VARIANTS: tuple[Variant, ...] = (*MEMBERS, *CONTENTS)
