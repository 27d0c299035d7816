"""Refusals of fields and codes, whichever of the open forms they come in (000 section 6; facts 1.2).

Wrappers that stand around one another never know which form the inner answer has; they read and write it through here.
"""

import re
from typing import Any

from mockserver.faulting import told
from mockserver.harbor.errors import Errors
from mockserver.http import Response

REFUSED = (400, 422)
# Members of one refusal in a list: where it names the field, and where the text stands.
FIELD, TEXT = "field", "message"
BRACKETS = re.compile(r"\[([0-9]+)\]")


def refused_fields(response: Response) -> Errors | None:
    """Return the texts of each field that an answer refuses under the name that it has there, None if it refuses none."""
    carrier = told(response).get("errors") if response.status in REFUSED else None
    found: Errors = {}
    if isinstance(carrier, dict):
        for path, texts in carrier.items():
            found[path] = texts if isinstance(texts, list) else [texts]
    elif isinstance(carrier, list):
        for each in carrier:
            found.setdefault(each[FIELD], []).append(each[TEXT])
    return found or None


def with_fields(response: Response, fields: Errors) -> Response:
    """Return the same refusal of other fields, in the form that it has."""
    body = told(response)
    carrier: Any = fields
    if isinstance(body["errors"], list):
        carrier = listed(fields)
    elif any(isinstance(texts, str) for texts in body["errors"].values()):
        carrier = joined(fields)
    return response.with_json({**body, "errors": carrier})


def listed(fields: Errors) -> list[dict[str, str]]:
    """Return an object of a field and a text for each text."""
    return [{FIELD: path, TEXT: text} for path, texts in fields.items() for text in texts]


def joined(fields: Errors) -> dict[str, str]:
    """Return one text per field."""
    return {path: " ".join(texts) for path, texts in fields.items()}


def plain_name(path: str) -> str:
    """Return the dotted name of a field inside its section `individual`, or from the top for other sections."""
    return BRACKETS.sub(r".\1", path).removeprefix("individual.")


def code_of(response: Response) -> int | None:
    """Return the number of a refusal, None if it has none."""
    code = told(response).get("code")
    return code if isinstance(code, int) else None


def is_conflict(response: Response) -> bool:
    """Tell whether an answer refuses a request as a replay, whichever way."""
    body = told(response)
    return body.get("code") == 2004 or str(body.get("error_type", "")).endswith("idempotency_conflict")
