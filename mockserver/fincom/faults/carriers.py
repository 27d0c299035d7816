"""Refusals of fields, whichever of the published carriers they come in (002 V2 "Error Response Examples", facts 2.3).

Wrappers that stand around one another never know which carrier the inner answer has; they read and write it through here.
"""

from typing import Any

from mockserver.fincom.errors import Errors
from mockserver.fincom.faults.builders import told
from mockserver.http import Response

REFUSED = (400, 422)


def refused_fields(response: Response) -> Errors | None:
    """Return the texts of each field that an answer refuses, None if it refuses none."""
    if response.status not in REFUSED:
        return None
    body = told(response)
    carrier = body.get("errors", body.get("data"))
    maps = carrier if isinstance(carrier, list) else [carrier]
    found: Errors = {}
    for each in maps:
        for path, texts in each.items() if isinstance(each, dict) else ():
            found.setdefault(path, []).extend(texts if isinstance(texts, list) else [texts])
    return found or None


def with_fields(response: Response, fields: Errors) -> Response:
    """Return the same refusal of other fields, in the carrier that it has."""
    body = told(response)
    if "errors" not in body:
        return response.with_json({**body, "data": data_map(fields)})
    errors: Any = list_of_maps(fields) if isinstance(body["errors"], list) else fields
    return response.with_json({**body, "errors": errors})


def list_of_maps(fields: Errors) -> list[dict[str, str]]:
    """Return a map of one field and one text for each text."""
    return [{path: text} for path, texts in fields.items() for text in texts]


def data_map(fields: Errors) -> dict[str, str]:
    """Return one text per field."""
    return {path: ", ".join(texts) for path, texts in fields.items()}
