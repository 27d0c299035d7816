"""Other forms of the refusal of fields (000 section 6; facts 1.2)."""

import re
from collections.abc import Callable
from typing import Any

from mockserver.faulting import edits_answer, told
from mockserver.harbor.errors import Errors
from mockserver.harbor.faults.builders import variant
from mockserver.harbor.faults.carriers import joined, listed, refused_fields, with_fields
from mockserver.http import Request, Response
from mockserver.tenants import Tenant
from mockserver.wrappers import OnRequest, Variant

INDEX = re.compile(r"[.]([0-9]+)|\[([0-9]+)\]")


def _of_fields(edit: Callable[[Response, Errors], Response]) -> OnRequest:
    """Give back what `edit` makes of the refusals of fields."""

    def edited(_: Tenant, __: Request, response: Response) -> Response | None:
        fields = refused_fields(response)
        return edit(response, fields) if fields else None

    return edits_answer(lambda request: request.method in ("POST", "PATCH"), edited)


def _renames(rename: Callable[[str], str]) -> OnRequest:
    """Name fields otherwise; what comes to one name stands under it together."""

    def edit(response: Response, fields: Errors) -> Response:
        after: Errors = {}
        for path, texts in fields.items():
            after.setdefault(rename(path), []).extend(texts)
        return with_fields(response, after)

    return _of_fields(edit)


def _parent(path: str) -> str:
    """Return the member of `individual` that a nested field is in; others keep their name."""
    inner = path.removeprefix("individual.")
    prefix = path[: len(path) - len(inner)]
    return prefix + inner.split(".")[0] if prefix and not INDEX.search(inner) else path


def _codes(more: dict[str, Any]) -> OnRequest:
    return _of_fields(lambda response, _: response.with_json({**told(response), **more}))


def _only_first(response: Response, fields: Errors) -> Response:
    return with_fields(response, dict([next(iter(fields.items()))]))


VARIANTS: tuple[Variant, ...] = (
    variant("refuses_fields_with_null_code", "amb-code-of-field-errors", "refuses fields with a code that is null", _codes({"code": None})),
    variant(
        "refuses_fields_with_code_2005",
        "amb-code-of-field-errors",
        "refuses fields with the code published elsewhere",
        _codes({"code": 2005, "error_type": "general.validation_error"}),
    ),
    variant(
        "refuses_fields_with_other_code",
        "amb-code-of-field-errors",
        "refuses fields with a code of its own",
        _codes({"code": "invalid_fields"}),
    ),
    variant(
        "names_fields_without_section",
        "amb-field-names",
        "names fields without the section that they are in",
        _renames(lambda path: path.removeprefix("individual.")),
    ),
    variant("names_parents_of_fields", "amb-field-names", "names the group that a nested field is in", _renames(_parent)),
    variant(
        "names_entries_in_brackets",
        "amb-array-keys",
        "names entries of lists in brackets",
        _renames(lambda path: INDEX.sub(r"[\1\2]", path)),
    ),
    variant(
        "names_lists_for_entries",
        "amb-array-keys",
        "names a list where an entry of it is at fault",
        _renames(lambda path: INDEX.split(path)[0]),
    ),
    variant(
        "refuses_with_one_text_per_field",
        "amb-error-carrier",
        "gives one text for each field",
        _of_fields(lambda response, fields: response.with_json({**told(response), "errors": joined(fields)})),
    ),
    variant(
        "refuses_with_list_of_fields",
        "amb-error-carrier",
        "lists fields at fault as objects",
        _of_fields(lambda response, fields: response.with_json({**told(response), "errors": listed(fields)})),
    ),
    variant("names_first_field_only", "amb-all-or-first", "names only the first field at fault", _of_fields(_only_first)),
)
